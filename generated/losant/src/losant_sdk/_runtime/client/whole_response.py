"""A call whose whole response is wanted, not only what is in it.

``with_response`` takes a method and gives one with the same arguments. It runs the
method on a copy of its resource, whose core answers with an ``APIResponse``: so that
there is no second copy of any method, and a call without it pays nothing.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any, Generic, NoReturn, ParamSpec, TypeVar, overload

from ..call.results import decode_result
from ..values import Headers
from .resource import AsyncResource, Resource

if TYPE_CHECKING:
    from ..call.exchange import Exchange
    from ..spec.operation import Operation
    from .async_core import AsyncCore
    from .sync_core import SyncCore

__all__ = ["APIResponse", "SingleResponseOnly", "rebind", "with_response"]

P = ParamSpec("P")
T = TypeVar("T")

_CORE = "_core"
"""Where a resource keeps its core, of which methods call ``call`` and the like alone."""

_REQUEST_IDS = ("x-request-id", "request-id", "x-correlation-id")
"""Headers by which servers name a request, the usual one first."""


class APIResponse(Generic[T]):
    """The response to a call, and what came of it.

    Attributes:
        status: HTTP status.
        headers: Headers, by name in any case, as the server sent them: what ``repr``
            does not show may be a secret.
        content: The body, decompressed.
        elapsed: Seconds from the first request to the end of the response, with those
            in between if it was tried again.
        retries: How often it was tried again; a redirect is no try, nor is a call that
            is sent once more with a renewed credential.
        parsed: What the call alone returns.
    """

    __slots__ = ("content", "elapsed", "headers", "parsed", "retries", "status")

    def __init__(
        self,
        status: int,
        headers: Mapping[str, str],
        content: bytes,
        *,
        elapsed: float,
        retries: int,
        parsed: T,
    ) -> None:
        self.status: int = status
        self.headers: dict[str, str] = Headers(
            (name.lower(), value) for name, value in headers.items()
        )
        self.content: bytes = content
        self.elapsed: float = elapsed
        self.retries: int = retries
        self.parsed: T = parsed

    @property
    def request_id(self) -> str | None:
        """What the server calls the request, if it says so: its support will ask."""
        found = (self.headers.get(name) for name in _REQUEST_IDS)
        return next((value for value in found if value), None)

    def __repr__(self) -> str:
        return (
            f"<APIResponse {self.status}: {len(self.content)} bytes,"
            f" {self.elapsed:.3f} s, {self.retries} retries>"
        )


@overload
def with_response(  # type: ignore[overload-overlap] # what is awaited comes first
    method: Callable[P, Coroutine[Any, Any, T]], /
) -> Callable[P, Coroutine[Any, Any, APIResponse[T]]]: ...


@overload
def with_response(method: Callable[P, T], /) -> Callable[P, APIResponse[T]]: ...


def with_response(method: Callable[P, Any], /) -> Callable[P, Any]:
    """A method that gives its whole response: ``with_response(client.x.get)(…)``.

    Args:
        method: A method of a resource of a client, of either kind.

    Returns:
        A method with the same arguments, which returns (or, if the other one is
        awaited, gives when it is awaited) an ``APIResponse``. It raises what the other
        one raises.

    Raises:
        TypeError: It is no method of a resource; or, when it is called, it is one that
            has no single response: events, or all pages.
    """
    return rebind(method, "with_response()", _ResponseCore, _AsyncResponseCore)


def rebind(
    method: Callable[P, Any],
    what: str,
    around: Callable[[Any], object],
    awaited: Callable[[Any], object],
) -> Callable[P, Any]:
    """A method on a copy of its resource, whose core is made of the resource's own.

    Raises:
        TypeError: It is no method of a resource, which ``what`` wants.
    """
    resource = getattr(method, "__self__", None)
    function = getattr(method, "__func__", None)
    if function is None or not isinstance(resource, Resource | AsyncResource):
        raise TypeError(f"{what} takes a method of a client's resource, not {method!r}")
    other = copy.copy(resource)
    kind = around if isinstance(resource, Resource) else awaited
    setattr(other, _CORE, kind(getattr(resource, _CORE)))
    bound: Callable[P, Any] = function.__get__(other)
    return bound


class SingleResponseOnly:
    """The part of a core that has no response to give; ``what`` wants one."""

    __slots__ = ()
    what = "with_response()"

    def stream(self, operation: Operation[Any], *_: object, **__: object) -> NoReturn:
        raise TypeError(
            f"{operation.id}: {self.what} is for calls with one response, and a"
            " stream of events is read while it comes"
        )

    def iterate(self, operation: Operation[Any], *_: object, **__: object) -> NoReturn:
        raise TypeError(
            f"{operation.id}: {self.what} is for calls with one response, and an"
            " iteration has one for each page: call the method of a page"
        )


class _ResponseCore(SingleResponseOnly):
    """A core whose calls return the whole response."""

    __slots__ = ("_core",)

    def __init__(self, core: SyncCore) -> None:
        self._core = core

    def call(
        self,
        operation: Operation[T],
        request_options: Mapping[str, Any] | None,
        *values: object,
        body: object = None,
    ) -> APIResponse[T]:
        core = self._core
        exchange = core.engine.prepare(operation, request_options, values, body)
        start = time.monotonic()
        response, content = core.send(exchange)
        took = time.monotonic() - start
        return _make_response(
            exchange, response.status, response.headers, content, took
        )


class _AsyncResponseCore(SingleResponseOnly):
    """A core whose calls give the whole response when they are awaited."""

    __slots__ = ("_core",)

    def __init__(self, core: AsyncCore) -> None:
        self._core = core

    async def call(
        self,
        operation: Operation[T],
        request_options: Mapping[str, Any] | None,
        *values: object,
        body: object = None,
    ) -> APIResponse[T]:
        core = self._core
        exchange = core.engine.prepare(operation, request_options, values, body)
        start = time.monotonic()
        response, content = await core.send(exchange)
        took = time.monotonic() - start
        return _make_response(
            exchange, response.status, response.headers, content, took
        )


def _make_response(
    exchange: Exchange,
    status: int,
    headers: Mapping[str, str],
    content: bytes,
    elapsed: float,
) -> APIResponse[Any]:
    return APIResponse(
        status,
        headers,
        content,
        elapsed=elapsed,
        retries=exchange.retries,
        parsed=decode_result(exchange, status, headers, content),
    )
