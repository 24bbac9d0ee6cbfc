"""Server-sent events as they come, awaited."""

from __future__ import annotations

import asyncio
import warnings
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..errors import APIConnectionError, APIError, InternalServerError
from ..spec.operation import Operation
from ..transport.interface import AsyncResponse
from .session import StreamSession, build_cut_error
from .sse import Event

if TYPE_CHECKING:
    from typing import Self

    from .connection import AsyncOpener

__all__ = ["AsyncEventStream"]

T = TypeVar("T")


class AsyncEventStream(Generic[T]):
    """Events as they come; an asynchronous context manager that closes the connection.

    A connection that breaks is taken up again after the last event. Iterating ends when
    the server says that the stream has ended, or after ``close``, which another task
    may call; it raises ``APIConnectionError`` when the stream is lost. Tasks may share
    it: each event goes to one of them.
    """

    def __init__(
        self,
        core: AsyncOpener,
        operation: Operation[T],
        options: Mapping[str, Any] | None,
        values: Sequence[object],
        body: object,
    ) -> None:
        self._response: AsyncResponse | None = None
        self._chunks: AsyncIterator[bytes] | None = None
        self._core = core
        self._closed = asyncio.Event()
        self._state = StreamSession(
            core.engine, operation, options, values, body, self._closed.is_set
        )
        self._ready: deque[Event[Any]] = deque()
        self._opening: asyncio.Timeout | None = None
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        async with self._turn:
            if self._chunks is None:
                await self._run_guarded(self._connect)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event[T]:
        while not self._closed.is_set():
            if self._ready:
                return self._state.decode_event(self._ready.popleft())
            if self._state.over:
                await self.close()
                break
            async with self._turn:
                if not self._ready and not self._state.over:
                    await self._run_guarded(self._fill)
        raise StopAsyncIteration

    async def close(self) -> None:
        """Close the connection; an iteration that waits for an event ends."""
        self._closed.set()
        opening, self._opening = self._opening, None
        if opening is not None:
            opening.reschedule(0.0)  # a time that has passed
        await self._drop()

    def __del__(self) -> None:
        if self._response is not None:
            # The connection ends with its event loop: there is none here to close it.
            warnings.warn(
                "an event stream was not closed", ResourceWarning, 2, source=self
            )

    async def _run_guarded(self, step: Callable[[], Awaitable[None]]) -> None:
        """Take a step; a failure that is final closes the stream."""
        try:
            await step()
        except APIError:
            closed = self._closed.is_set()
            await self.close()
            if not closed:
                raise

    async def _connect(self) -> None:
        """Open the connection, unless the stream has ended; ``close`` interrupts it."""
        try:
            async with asyncio.timeout(None) as self._opening:
                await self._open()
        except TimeoutError:
            if not self._closed.is_set():
                raise
        finally:
            self._opening = None

    async def _open(self) -> None:
        """Open the connection.

        Raises:
            APIStatusError: The server refuses.
            APIConnectionError: There was no connection, too many times in a row.
        """
        while not self._closed.is_set():
            exchange = self._state.exchange
            try:
                await exchange.authorize_async()
                with exchange.watch_attempt():
                    response = await self._core.open_in_time(exchange)
                    if self._state.accept_response(response.status, response.headers):
                        await self._keep(response)
                        return
                    content = await self._core.read(exchange, response)
                if response.status == 401 and await exchange.renew_async():
                    continue
            except (APIConnectionError, InternalServerError) as error:
                # The latter of a server that gives tokens.
                wait: float | None = self._state.handle_failure(error)
            else:
                wait = self._state.handle_refusal(
                    response.status, response.headers, content
                )
            if wait is None:
                await self.close()
            elif wait:
                await self._pause(wait)

    async def _keep(self, response: AsyncResponse) -> None:
        if self._closed.is_set():  # closed meanwhile, by another task
            await response.close()
            return
        self._response = response
        self._chunks = response.chunks()

    async def _fill(self) -> None:
        """Wait for the next piece of the stream."""
        if self._chunks is None:
            await self._connect()
            return
        try:
            chunk = await anext(self._chunks, None)
            if chunk is None and self._state.ends:
                self._ready.extend(self._state.parse_rest())
                await self._drop()
                return
            if chunk is None:
                raise build_cut_error(self._state)
            self._ready.extend(self._state.parse_events(chunk))
        except APIConnectionError as error:
            await self._drop()
            if not self._closed.is_set():
                await self._pause(self._state.handle_failure(error))

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            factor = self._core.engine.wait_factor
            await asyncio.wait_for(self._closed.wait(), seconds * factor)

    async def _drop(self) -> None:
        self._chunks = None
        response, self._response = self._response, None
        if response is not None:
            await response.close()
