"""Calls that are awaited."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..call.exchange import Exchange
from ..call.hooks import annotate_hook_error
from ..call.request_builder import Engine
from ..call.results import (
    decode_result,
    make_body_error,
    make_body_reader,
    make_status_error,
)
from ..errors import APIConnectionError
from ..spec.operation import Operation, Pages
from ..transport.body_reader import Damaged, TooLarge
from ..transport.interface import AsyncResponse, AsyncTransport, warn_not_closed
from ..transport.settings import ConnectionSettings

if TYPE_CHECKING:
    from ..paging.pager import AsyncPager
    from ..streaming.aio import AsyncEventStream
    from ..transport.default import AsyncHTTPTransport

__all__ = ["AsyncCore"]

T = TypeVar("T")


class AsyncCore:
    """Sends the operations of an asynchronous client.

    Args:
        engine: What makes requests.
        transport: What sends them; its owner closes it. By default one over
            httpcore2, which is made when it is first needed.
        connection_settings: How the default one connects.
        sleep: Waits a number of seconds.

    Attributes:
        given: The transport, unless it is the default one.
        connection_settings: How that one connects.
    """

    def __init__(
        self,
        engine: Engine,
        transport: AsyncTransport | None = None,
        connection_settings: ConnectionSettings | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.engine: Engine = engine
        self.given: AsyncTransport | None = transport
        self.connection_settings: ConnectionSettings = (
            connection_settings or ConnectionSettings()
        )
        # Connections cannot move between event loops: each has its own.
        self._made: dict[asyncio.AbstractEventLoop, AsyncHTTPTransport] = {}
        self._lock = threading.Lock()
        self._sleep = sleep

    def __getstate__(self) -> dict[str, Any]:
        # Connections stay with their process: another one makes its own.
        return {
            "engine": self.engine,
            "transport": self.given,
            "connection_settings": self.connection_settings,
            "sleep": self._sleep,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        AsyncCore.__init__(self, **state)

    @property
    def transport(self) -> AsyncTransport:
        """The transport: the default one is that of the running event loop."""
        if self.given is not None:
            return self.given
        loop = asyncio.get_running_loop()
        return self._made.get(loop) or self._make(loop)

    def _make(self, loop: asyncio.AbstractEventLoop) -> AsyncTransport:
        from ..transport.default import AsyncHTTPTransport

        with self._lock:
            gone = [each for each in self._made if each.is_closed()]
            for each in gone:
                self._made.pop(each).abandon()
            return self._made.setdefault(
                loop, AsyncHTTPTransport(self.connection_settings)
            )

    async def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        with self._lock:
            made, self._made = self._made, {}
        for loop, transport in made.items():
            if loop is asyncio.get_running_loop():
                await transport.close()
            elif loop.is_running():  # in another thread
                loop.call_soon_threadsafe(transport.hang_up)
            else:
                transport.abandon()

    def __del__(self) -> None:
        made: dict[Any, AsyncHTTPTransport] = getattr(self, "_made", {})
        for transport in made.values():
            transport.abandon()
        if made:
            warn_not_closed(self)

    async def call(
        self,
        operation: Operation[T],
        request_options: Mapping[str, Any] | None,
        *values: object,
        body: object = None,
    ) -> T:
        """Call an operation and decode its response."""
        exchange = self.engine.prepare(operation, request_options, values, body)
        response, content = await self.send(exchange)
        found = decode_result(exchange, response.status, response.headers, content)
        return cast("T", found)

    async def send(self, exchange: Exchange) -> tuple[AsyncResponse, bytes]:
        """Send a request, again where that is safe, and read the response.

        Raises:
            APITimeoutError: It took longer than ``total_timeout``, or a step of the
                last try longer than ``timeout``.
            APIConnectionError: There was no answer to the last try.
            ResponseTooLargeError: The answer is larger than ``max_response_bytes``.
        """
        left = exchange.request.left(None)
        if left is None:
            return await self._send(exchange)
        limit = asyncio.timeout(left)
        try:
            async with limit:
                return await self._send(exchange)
        except TimeoutError:
            if limit.expired():
                raise exchange.build_deadline_error() from None
            raise

    async def _send(self, exchange: Exchange) -> tuple[AsyncResponse, bytes]:
        await exchange.authorize_async()
        while True:
            try:
                with exchange.watch_attempt():
                    response = await self.open(exchange)
                    content = await self.read(exchange, response)
            except APIConnectionError as error:
                wait = exchange.handle_error(error)
                if wait is None:
                    raise
            else:
                status, headers = response.status, response.headers
                wait = exchange.handle_status(status, headers)
                if wait is None:
                    if status == 401 and await exchange.renew_async():
                        continue
                    return response, content
                if exchange.exceeds_deadline(wait):
                    last = make_status_error(exchange, status, headers, content)
                    raise exchange.build_deadline_error() from last
            if wait:
                await self._sleep(wait * self.engine.wait_factor)

    async def open(self, exchange: Exchange) -> AsyncResponse:
        """Send a request once, and wait for the head of its response."""
        request, hooks = exchange.start_attempt(), self.engine.hooks
        if hooks.on_request is not None:
            request = exchange.on_wire = request.copy()
            with annotate_hook_error(exchange, "on_request"):
                given = hooks.on_request(request)
                if isinstance(given, Awaitable):
                    await given
        response = exchange.answer = await self.transport.send(request)
        if hooks.on_response is not None:
            try:
                head = exchange.make_head(response.status, response.headers)
                with annotate_hook_error(exchange, "on_response"):
                    given = hooks.on_response(head)
                    if isinstance(given, Awaitable):
                        await given
            except BaseException:
                await response.close()
                raise
        return response

    async def open_in_time(self, exchange: Exchange) -> AsyncResponse:
        """The same, of what is no part of a call that has its own end."""
        limit = asyncio.timeout(exchange.request.left(None))
        try:
            async with limit:
                return await self.open(exchange)
        except TimeoutError:
            if limit.expired():
                raise exchange.build_deadline_error() from None
            raise

    async def read(self, exchange: Exchange, response: AsyncResponse) -> bytes:
        """The whole body of a response, which is closed afterwards."""
        status, headers = response.status, response.headers
        try:
            body = make_body_reader(exchange, status, headers)
            async for chunk in response.chunks():
                if exchange.saved is None:
                    body.add(chunk)
                else:  # disks may be slow: the event loop goes on meanwhile
                    await asyncio.to_thread(body.add, chunk)
                if body.full:
                    break
                exchange.handle_piece()
            return body.content()
        except (Damaged, TooLarge) as error:
            raise make_body_error(exchange, error, status, headers) from None
        finally:
            await response.close()

    def stream(
        self,
        operation: Operation[T],
        request_options: Mapping[str, Any] | None,
        *values: object,
        body: object = None,
    ) -> AsyncEventStream[T]:
        """Call an operation that answers with server-sent events."""
        from ..streaming.aio import AsyncEventStream

        return AsyncEventStream(self, operation, request_options, values, body)

    def iterate(
        self,
        operation: Operation[Any],
        pages: Pages[T],
        request_options: Mapping[str, Any] | None,
        *values: object,
        body: object = None,
    ) -> AsyncPager[T, Any]:
        """What an operation finds page by page; nothing is sent before a loop."""
        from ..paging.pager import AsyncPager

        return AsyncPager(self, operation, pages, request_options, values, body)
