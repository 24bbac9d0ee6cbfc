"""Server-sent events of an operation: typed, and taken up again when they are cut.

A stream that breaks is opened again with ``Last-Event-ID`` after a growing wait; one
that cannot be raises, and never just ends. The server ends a stream with status 204.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from .engine import Engine, Exchange
from .errors import APIConnectionError, APIStatusError
from .operation import Operation
from .retry import backoff
from .sse import EventTooLarge, Message, Parser
from .transport import AsyncResponse, Response

if TYPE_CHECKING:
    from typing import Self

    from .asynchronous import AsyncCore
    from .synchronous import SyncCore

__all__ = ["AsyncEventStream", "Event", "EventStream"]

T = TypeVar("T")


class Event(Generic[T]):
    """One event of a stream.

    Attributes:
        event: Its name.
        data: Its data, typed; of an event that the document does not know, or that does
            not fit its type, plain JSON, else text.
        id: Its id, by which a stream is taken up again.
        retry: Milliseconds that the server asks to wait before that, or None.
        raw: The data as it came.
    """

    __slots__ = ("data", "event", "id", "raw", "retry")

    def __init__(
        self,
        event: str,
        data: T,
        *,
        id: str = "",
        retry: int | None = None,
        raw: str = "",
    ) -> None:
        self.event = event
        self.data = data
        self.id = id
        self.retry = retry
        self.raw = raw

    def __repr__(self) -> str:
        return f"<Event {self.event!r} id={self.id!r}>"


class _Listening:
    """What both streams know: the parser, the failures in a row, how to type events."""

    def __init__(
        self,
        engine: Engine,
        operation: Operation[Any],
        options: Mapping[str, Any] | None,
        values: Sequence[object],
        body: object,
    ) -> None:
        self.engine = engine
        self.operation = operation
        self._options = options
        self._values = values
        self._body = body
        self._failures = 0
        self.parser = Parser()

    def exchange(self) -> Exchange:
        """The request that opens the stream, or takes it up again."""
        last = {"Last-Event-ID": self.parser.last_id} if self.parser.last_id else {}
        return self.engine.prepare(
            self.operation,
            self._options,
            self._values,
            self._body,
            accept="text/event-stream",
            further=last,
        )

    def opened(self) -> None:
        """A connection stands: what was cut of the last event is gone."""
        retry = self.parser.retry
        self.parser = Parser(last_id=self.parser.last_id)
        self.parser.retry = retry

    def wait(self, exchange: Exchange, error: APIConnectionError) -> float:
        """Seconds until the next try.

        Raises:
            APIConnectionError: It failed too many times in a row.
        """
        self._failures += 1
        if self._failures > max(exchange.max_retries, 0):
            raise error
        asked = (self.parser.retry or 0) / 1000
        return max(asked, backoff(self._failures))

    def events(self, chunk: bytes) -> Iterator[Event[Any]]:
        """The events that a chunk completes."""
        for message in self.parser.feed(chunk):
            self._failures = 0
            yield self._typed(message)

    def _typed(self, message: Message) -> Event[Any]:
        from .decode import Misfit, decode, decode_json

        typed = self.operation.events.get(message.event)
        data: object = message.data
        content = message.data.encode()
        try:
            if typed is None:
                data = decode_json(content)
            else:
                what = f"{self.operation.id} ({message.event})"
                data = decode(typed(), content, what=what, strict=False)
        except Misfit:
            self.engine.log.debug("%s: an event is no JSON", self.operation.id)
        return Event(
            message.event, data, id=message.id, retry=message.retry, raw=message.data
        )


def _cut(exchange: Exchange) -> APIConnectionError:
    return APIConnectionError("the event stream was cut", **exchange.where)


class EventStream(Generic[T]):
    """Events as they come; a context manager that closes the connection.

    ``close`` may be called from another thread.
    """

    def __init__(
        self,
        core: SyncCore,
        operation: Operation[T],
        options: Mapping[str, Any] | None,
        values: Sequence[object],
        body: object,
    ) -> None:
        self._core = core
        self._state = _Listening(core.engine, operation, options, values, body)
        self._exchange = self._state.exchange()
        self._closed = threading.Event()
        self._response: Response | None = None
        self._events: Iterator[Event[T]] | None = None

    def __enter__(self) -> Self:
        if self._response is None:
            self._response = self._open(self._exchange)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; an iteration that is waiting ends."""
        self._closed.set()
        response, self._response = self._response, None
        if response is not None:
            response.close()

    def __iter__(self) -> Iterator[Event[T]]:
        if self._events is None:
            self._events = self._listen()
        return self._events

    def _open(self, exchange: Exchange) -> Response | None:
        """The response of a stream; None if the server says that it has ended.

        Raises:
            APIStatusError: The server refuses.
        """
        exchange.attempts += 1
        response = self._core.transport.send(exchange.request)
        if response.status == 204:
            response.close()
            self._closed.set()
            return None
        if response.status >= 400:
            content = response.read()
            engine = self._core.engine
            raise engine.failure(exchange, response.status, response.headers, content)
        self._state.opened()
        return response

    def _listen(self) -> Iterator[Event[T]]:
        while not self._closed.is_set():
            exchange = self._exchange
            try:
                if self._response is None:
                    self._response = self._open(exchange)
                if self._response is None:
                    return
                for chunk in self._response.chunks():
                    yield from self._state.events(chunk)
                raise _cut(exchange)
            except APIConnectionError as error:
                self._drop()
                if self._closed.is_set():
                    return
                self._closed.wait(self._state.wait(exchange, error))
            except EventTooLarge as error:
                self.close()
                raise APIConnectionError(str(error), **exchange.where) from None
            except APIStatusError:
                self.close()
                raise
            self._exchange = self._state.exchange()

    def _drop(self) -> None:
        response, self._response = self._response, None
        if response is not None:
            response.close()


class AsyncEventStream(Generic[T]):
    """Events as they come; an asynchronous context manager that closes the connection."""

    def __init__(
        self,
        core: AsyncCore,
        operation: Operation[T],
        options: Mapping[str, Any] | None,
        values: Sequence[object],
        body: object,
    ) -> None:
        self._core = core
        self._state = _Listening(core.engine, operation, options, values, body)
        self._exchange = self._state.exchange()
        self._closed = asyncio.Event()
        self._response: AsyncResponse | None = None
        self._events: AsyncIterator[Event[T]] | None = None

    async def __aenter__(self) -> Self:
        if self._response is None:
            self._response = await self._open(self._exchange)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connection; an iteration that is waiting ends."""
        self._closed.set()
        await self._drop()

    def __aiter__(self) -> AsyncIterator[Event[T]]:
        if self._events is None:
            self._events = self._listen()
        return self._events

    async def _open(self, exchange: Exchange) -> AsyncResponse | None:
        exchange.attempts += 1
        response = await self._core.transport.send(exchange.request)
        if response.status == 204:
            await response.close()
            self._closed.set()
            return None
        if response.status >= 400:
            content = await response.read()
            engine = self._core.engine
            raise engine.failure(exchange, response.status, response.headers, content)
        self._state.opened()
        return response

    async def _listen(self) -> AsyncIterator[Event[T]]:
        while not self._closed.is_set():
            exchange = self._exchange
            try:
                if self._response is None:
                    self._response = await self._open(exchange)
                if self._response is None:
                    return
                async for chunk in self._response.chunks():
                    for event in self._state.events(chunk):
                        yield cast("Event[T]", event)
                raise _cut(exchange)
            except APIConnectionError as error:
                await self._drop()
                if self._closed.is_set():
                    return
                with suppress(TimeoutError):
                    wait = self._state.wait(exchange, error)
                    await asyncio.wait_for(self._closed.wait(), wait)
            except EventTooLarge as error:
                await self.close()
                raise APIConnectionError(str(error), **exchange.where) from None
            except APIStatusError:
                await self.close()
                raise
            self._exchange = self._state.exchange()

    async def _drop(self) -> None:
        response, self._response = self._response, None
        if response is not None:
            await response.close()
