"""A list that comes in pages, as something to loop over: its items, or its pages.

Nothing is sent before a loop starts, and each loop starts anew. What is next, and when
there is no more, is up to ``PageCursor``; this module fetches.
"""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Generator,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import ExitStack, aclosing, closing
from contextvars import copy_context
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, cast

from .page_cursor import PageCursor

if TYPE_CHECKING:
    import asyncio
    from concurrent.futures import Future

    from ..interfaces import AsyncCaller, Caller
    from ..spec.operation import Operation, Pages

__all__ = ["AsyncPager", "Pager"]

T_co = TypeVar("T_co", covariant=True)
PageT_co = TypeVar("PageT_co", covariant=True)
Core = TypeVar("Core", "Caller", "AsyncCaller")


class _Settings(Generic[Core]):
    """What to fetch, and how far."""

    __slots__ = (
        "_body", "_core", "_limit", "_operation", "_pages", "_prefetch",
        "_request_options", "_values",
    )  # fmt: skip

    def __init__(
        self,
        core: Core,
        operation: Operation[Any],
        pages: Pages[Any],
        request_options: Mapping[str, Any] | None,
        values: Sequence[object],
        body: object,
        *,
        limit: int | None = None,
        prefetch: bool = False,
    ) -> None:
        self._core: Core = core
        self._operation = operation
        self._pages = pages
        self._request_options = request_options
        self._values = values
        self._body = body
        self._limit = limit
        self._prefetch = prefetch

    def _copy(self, *, limit: int | None, prefetch: bool) -> Self:
        return type(self)(
            self._core,
            self._operation,
            self._pages,
            self._request_options,
            self._values,
            self._body,
            limit=limit,
            prefetch=prefetch,
        )

    def limit(self, items: int, /) -> Self:
        """The same list, but at most so many items of it.

        No page is fetched after that on which the last of them is. (``pages()`` gives
        that page whole.)

        Raises:
            ValueError: It is less than 0.
        """
        if items < 0:
            raise ValueError(f"limit({items}): a list has no less than 0 items")
        return self._copy(limit=items, prefetch=self._prefetch)

    def prefetch(self, ahead: bool = True, /) -> Self:
        """The same list, but the next page is fetched while one is worked on.

        At most one page is fetched that nobody asks for. A loop that is left early
        waits for it, or, asynchronously, gives it up.
        """
        return self._copy(limit=self._limit, prefetch=ahead)

    def _start(self) -> PageCursor:
        return PageCursor(self._pages, self._values, limit=self._limit)

    def _warn_of_missing(self, cursor: PageCursor) -> None:
        """Say that the server promised more than came: the loop itself just ends."""
        if cursor.missing:
            self._core.engine.log.warning(
                "%s: %d items came, and the server had spoken of %d more",
                self._operation.id,
                cursor.count,
                cursor.missing,
            )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._operation.id}>"


class Pager(_Settings["Caller"], Generic[T_co, PageT_co]):
    """The items of a list that comes in pages; each page is fetched when it is needed.

    Loop over it for its items (``for item in …``), over its ``pages()``, or over a
    ``limit(…)`` of it; with ``prefetch()`` the next page comes meanwhile.

    A loop ends after the number of items that the server speaks of, at a page without
    items, or at one that has been there before: so it ends whatever the server says.
    It raises what a call of one page raises, after all that came before.
    """

    __slots__ = ()

    def __iter__(self) -> Iterator[T_co]:
        with closing(self._walk()) as walk:
            items = (item for _, found in walk for item in found)
            yield from islice(items, self._limit)

    def pages(self) -> Iterator[PageT_co]:
        """The pages, whole: the first one, and each one after it that has items."""
        with closing(self._walk()) as walk:
            for page, _ in walk:
                yield page

    def _walk(self) -> Generator[tuple[PageT_co, list[T_co]], None, None]:
        cursor = self._start()
        ahead: Future[PageT_co] | None = None
        with ExitStack() as stack:
            pool = None
            if self._prefetch:
                from concurrent.futures import ThreadPoolExecutor

                # Leaving it waits for the page that is being fetched: no thread stays.
                pool = stack.enter_context(ThreadPoolExecutor(1, "pages"))
            while not cursor.is_done:
                first = not cursor.page_count
                page = self._fetch(cursor.values) if ahead is None else ahead.result()
                items = cast("list[T_co]", cursor.take_items(page))
                if pool is not None and not cursor.is_done:
                    context = copy_context()
                    ahead = pool.submit(context.run, self._fetch, cursor.values)
                if items or first:
                    yield page, items
        self._warn_of_missing(cursor)

    def _fetch(self, values: Sequence[object]) -> PageT_co:
        found = self._core.call(
            self._operation, self._request_options, *values, body=self._body
        )
        return cast("PageT_co", found)


class AsyncPager(_Settings["AsyncCaller"], Generic[T_co, PageT_co]):
    """The items of a list that comes in pages; each page is fetched when it is needed.

    Loop over it for its items (``async for item in …``), over its ``pages()``, or over
    a ``limit(…)`` of it; with ``prefetch()`` the next page comes meanwhile.

    A loop ends after the number of items that the server speaks of, at a page without
    items, or at one that has been there before: so it ends whatever the server says.
    It raises what a call of one page raises, after all that came before.
    """

    __slots__ = ()

    async def __aiter__(self) -> AsyncIterator[T_co]:
        left = self._limit
        async with aclosing(self._walk()) as walk:
            async for _, items in walk:
                for item in items[:left]:
                    yield item
                left = None if left is None else max(0, left - len(items))

    async def pages(self) -> AsyncIterator[PageT_co]:
        """The pages, whole: the first one, and each one after it that has items."""
        async with aclosing(self._walk()) as walk:
            async for page, _ in walk:
                yield page

    async def _walk(self) -> AsyncGenerator[tuple[PageT_co, list[T_co]], None]:
        import asyncio

        cursor = self._start()
        ahead: asyncio.Task[PageT_co] | None = None
        try:
            while not cursor.is_done:
                first = not cursor.page_count
                page = await (self._fetch(cursor.values) if ahead is None else ahead)
                ahead = None
                items = cast("list[T_co]", cursor.take_items(page))
                if self._prefetch and not cursor.is_done:
                    ahead = asyncio.create_task(self._fetch(cursor.values))
                if items or first:
                    yield page, items
        finally:
            if ahead is not None:
                ahead.cancel()
                # Whatever came of it: nobody asks any more.
                await asyncio.gather(ahead, return_exceptions=True)
        self._warn_of_missing(cursor)

    async def _fetch(self, values: Sequence[object]) -> PageT_co:
        found = await self._core.call(
            self._operation, self._request_options, *values, body=self._body
        )
        return cast("PageT_co", found)
