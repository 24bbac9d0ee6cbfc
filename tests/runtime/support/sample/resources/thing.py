"""Things."""

from __future__ import annotations

from typing import TYPE_CHECKING, overload

from package._runtime import (
    UNSET,
    AsyncResource,
    Body,
    Operation,
    Pages,
    Param,
    Resource,
)

from .. import models, params

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    from package._runtime import (
        AsyncEventStream,
        AsyncPager,
        EventStream,
        FileLike,
        Milliseconds,
        Pager,
        Unset,
    )

    from .._options import RequestOptions

__all__ = ["AsyncThingResource", "ThingResource"]

_GET: Operation[models.Thing | models.ThingWithTagMap] = Operation(
    "thing.get",
    "GET",
    "/things/{thingId}",
    params=(
        Param("thingId", "path"),
        Param("tagsAsObject", "query"),
        Param("query", "query", media_type="application/json"),
        Param("tagFilter", "query", style="brackets"),
        Param("start", "query", milliseconds=True),
        Param("X-Trace", "header"),
        Param("flavour", "cookie"),
    ),
    responses={
        "200": lambda: models.Thing,
        "400": lambda: models.Error,
        "4XX": lambda: models.Error,
    },
    shapes=(((("tagsAsObject", True),), lambda: models.ThingWithTagMap),),
    options=("_actions", "X-Domain"),
    auth=(("access_token",), ("api_key",)),
)
_LIST: Operation[models.Things] = Operation(
    "thing.list",
    "GET",
    "/things",
    params=(Param("page", "query"), Param("perPage", "query")),
    responses={"200": lambda: models.Things},
    auth=(("access_token",),),
    options=(),
)
_LIST_PAGES: Pages[models.Thing] = Pages(
    "page", page=0, size=1, items="items", total="totalCount"
)
_PATCH: Operation[models.Thing] = Operation(
    "thing.patch",
    "PATCH",
    "/things/{thingId}",
    params=(Param("thingId", "path"),),
    bodies=(Body("application/json", lambda: params.ThingPatchParams, nullable=True),),
    responses={"200": lambda: models.Thing, "404": lambda: models.Error},
    auth=(("access_token",),),
    options=(),
)
_DELETE: Operation[None] = Operation(
    "thing.delete",
    "DELETE",
    "/things/{thingId}",
    params=(Param("thingId", "path"),),
    responses={"204": None},
    auth=(("access_token",),),
    accept="*/*",
    options=(),
)
_TEXT: Operation[str] = Operation(
    "thing.text",
    "GET",
    "/things/{thingId}/text",
    params=(Param("thingId", "path"),),
    responses={"200": lambda: str},
    accept="text/plain",
    options=(),
    auth=(),
)
_DATA: Operation[bytes] = Operation(
    "thing.data",
    "GET",
    "/things/{thingId}/data",
    params=(Param("thingId", "path"),),
    responses={"200": lambda: bytes},
    accept="application/octet-stream",
    options=(),
    auth=(),
)
_UPLOAD: Operation[models.Thing] = Operation(
    "thing.upload",
    "POST",
    "/things/{thingId}/upload",
    params=(
        Param("thingId", "path"),
        Param("bundle", "form", media_type="application/zip"),
        Param("note", "form", media_type="text/plain"),
        Param("labels", "form", media_type="text/plain"),
        Param("options", "form", media_type="application/json", nullable=True),
    ),
    bodies=(Body("multipart/form-data", fields=(1, 2, 3, 4)),),
    responses={"200": lambda: models.Thing},
    auth=(("access_token",),),
    options=(),
)
_STREAM: Operation[models.Reading] = Operation(
    "thing.stream",
    "GET",
    "/things/{thingId}/stream",
    params=(Param("thingId", "path"), Param("keepAliveInterval", "query")),
    responses={"200": None, "404": lambda: models.Error},
    events={"reading": lambda: models.Reading},
    auth=(("access_token",),),
    accept="text/event-stream",
    options=(),
)


class ThingResource(Resource):
    """Things."""

    __slots__ = ()

    @overload
    def get(
        self,
        *,
        thing_id: str,
        tags_as_object: Literal[True],
        query: Mapping[str, object] | None = None,
        tag_filter: Sequence[Mapping[str, str]] | None = None,
        start: Milliseconds | None = None,
        trace: str | None = None,
        flavour: str | None = None,
        request_options: RequestOptions | None = None,
    ) -> models.ThingWithTagMap: ...

    @overload
    def get(
        self,
        *,
        thing_id: str,
        tags_as_object: Literal[False] | None = None,
        query: Mapping[str, object] | None = None,
        tag_filter: Sequence[Mapping[str, str]] | None = None,
        start: Milliseconds | None = None,
        trace: str | None = None,
        flavour: str | None = None,
        request_options: RequestOptions | None = None,
    ) -> models.Thing: ...

    @overload
    def get(
        self,
        *,
        thing_id: str,
        tags_as_object: bool | None = None,
        query: Mapping[str, object] | None = None,
        tag_filter: Sequence[Mapping[str, str]] | None = None,
        start: Milliseconds | None = None,
        trace: str | None = None,
        flavour: str | None = None,
        request_options: RequestOptions | None = None,
    ) -> models.Thing | models.ThingWithTagMap: ...

    def get(
        self,
        *,
        thing_id: str,
        tags_as_object: bool | None = None,
        query: Mapping[str, object] | None = None,
        tag_filter: Sequence[Mapping[str, str]] | None = None,
        start: Milliseconds | None = None,
        trace: str | None = None,
        flavour: str | None = None,
        request_options: RequestOptions | None = None,
    ) -> models.Thing | models.ThingWithTagMap:
        """Get a thing."""
        return self._core.call(
            _GET,
            request_options,
            thing_id,
            tags_as_object,
            query,
            tag_filter,
            start,
            trace,
            flavour,
        )

    def list(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        request_options: RequestOptions | None = None,
    ) -> models.Things:
        """Get a page of things."""
        return self._core.call(_LIST, request_options, page, per_page)

    def iterate(
        self,
        *,
        per_page: int | None = None,
        request_options: RequestOptions | None = None,
    ) -> Pager[models.Thing, models.Things]:
        """All things."""
        return self._core.iterate(_LIST, _LIST_PAGES, request_options, None, per_page)

    def patch(
        self,
        *,
        thing_id: str,
        thing_patch: models.ThingPatch | params.ThingPatchParams | Unset | None = UNSET,
        request_options: RequestOptions | None = None,
    ) -> models.Thing:
        """Change a thing."""
        return self._core.call(_PATCH, request_options, thing_id, body=thing_patch)

    def delete(
        self,
        *,
        thing_id: str,
        request_options: RequestOptions | None = None,
    ) -> None:
        """Delete a thing."""
        return self._core.call(_DELETE, request_options, thing_id)

    def text(
        self,
        *,
        thing_id: str,
        request_options: RequestOptions | None = None,
    ) -> str:
        """A thing in words."""
        return self._core.call(_TEXT, request_options, thing_id)

    def data(
        self,
        *,
        thing_id: str,
        request_options: RequestOptions | None = None,
    ) -> bytes:
        """A thing in bytes."""
        return self._core.call(_DATA, request_options, thing_id)

    def upload(
        self,
        *,
        thing_id: str,
        bundle: FileLike,
        note: str | None = None,
        labels: Sequence[str] | None = None,
        options: Mapping[str, object] | Unset | None = UNSET,
        request_options: RequestOptions | None = None,
    ) -> models.Thing:
        """Send a file."""
        return self._core.call(
            _UPLOAD, request_options, thing_id, bundle, note, labels, options
        )

    def stream(
        self,
        *,
        thing_id: str,
        keep_alive_interval: int | None = None,
        request_options: RequestOptions | None = None,
    ) -> EventStream[models.Reading]:
        """What a thing reads."""
        return self._core.stream(
            _STREAM, request_options, thing_id, keep_alive_interval
        )


class AsyncThingResource(AsyncResource):
    """Things."""

    __slots__ = ()

    @overload
    async def get(
        self,
        *,
        thing_id: str,
        tags_as_object: Literal[True],
        query: Mapping[str, object] | None = None,
        tag_filter: Sequence[Mapping[str, str]] | None = None,
        start: Milliseconds | None = None,
        trace: str | None = None,
        flavour: str | None = None,
        request_options: RequestOptions | None = None,
    ) -> models.ThingWithTagMap: ...

    @overload
    async def get(
        self,
        *,
        thing_id: str,
        tags_as_object: Literal[False] | None = None,
        query: Mapping[str, object] | None = None,
        tag_filter: Sequence[Mapping[str, str]] | None = None,
        start: Milliseconds | None = None,
        trace: str | None = None,
        flavour: str | None = None,
        request_options: RequestOptions | None = None,
    ) -> models.Thing: ...

    @overload
    async def get(
        self,
        *,
        thing_id: str,
        tags_as_object: bool | None = None,
        query: Mapping[str, object] | None = None,
        tag_filter: Sequence[Mapping[str, str]] | None = None,
        start: Milliseconds | None = None,
        trace: str | None = None,
        flavour: str | None = None,
        request_options: RequestOptions | None = None,
    ) -> models.Thing | models.ThingWithTagMap: ...

    async def get(
        self,
        *,
        thing_id: str,
        tags_as_object: bool | None = None,
        query: Mapping[str, object] | None = None,
        tag_filter: Sequence[Mapping[str, str]] | None = None,
        start: Milliseconds | None = None,
        trace: str | None = None,
        flavour: str | None = None,
        request_options: RequestOptions | None = None,
    ) -> models.Thing | models.ThingWithTagMap:
        """Get a thing."""
        return await self._core.call(
            _GET,
            request_options,
            thing_id,
            tags_as_object,
            query,
            tag_filter,
            start,
            trace,
            flavour,
        )

    async def list(
        self,
        *,
        page: int | None = None,
        per_page: int | None = None,
        request_options: RequestOptions | None = None,
    ) -> models.Things:
        """Get a page of things."""
        return await self._core.call(_LIST, request_options, page, per_page)

    def iterate(
        self,
        *,
        per_page: int | None = None,
        request_options: RequestOptions | None = None,
    ) -> AsyncPager[models.Thing, models.Things]:
        """All things."""
        return self._core.iterate(_LIST, _LIST_PAGES, request_options, None, per_page)

    async def patch(
        self,
        *,
        thing_id: str,
        thing_patch: models.ThingPatch | params.ThingPatchParams | Unset | None = UNSET,
        request_options: RequestOptions | None = None,
    ) -> models.Thing:
        """Change a thing."""
        return await self._core.call(
            _PATCH, request_options, thing_id, body=thing_patch
        )

    async def delete(
        self,
        *,
        thing_id: str,
        request_options: RequestOptions | None = None,
    ) -> None:
        """Delete a thing."""
        return await self._core.call(_DELETE, request_options, thing_id)

    async def text(
        self,
        *,
        thing_id: str,
        request_options: RequestOptions | None = None,
    ) -> str:
        """A thing in words."""
        return await self._core.call(_TEXT, request_options, thing_id)

    async def data(
        self,
        *,
        thing_id: str,
        request_options: RequestOptions | None = None,
    ) -> bytes:
        """A thing in bytes."""
        return await self._core.call(_DATA, request_options, thing_id)

    async def upload(
        self,
        *,
        thing_id: str,
        bundle: FileLike,
        note: str | None = None,
        labels: Sequence[str] | None = None,
        options: Mapping[str, object] | Unset | None = UNSET,
        request_options: RequestOptions | None = None,
    ) -> models.Thing:
        """Send a file."""
        return await self._core.call(
            _UPLOAD, request_options, thing_id, bundle, note, labels, options
        )

    def stream(
        self,
        *,
        thing_id: str,
        keep_alive_interval: int | None = None,
        request_options: RequestOptions | None = None,
    ) -> AsyncEventStream[models.Reading]:
        """What a thing reads."""
        return self._core.stream(
            _STREAM, request_options, thing_id, keep_alive_interval
        )
