"""Calls that are awaited."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any, TypeVar, cast

from .engine import Engine, Exchange
from .errors import APIConnectionError
from .operation import Operation, Pages
from .pages import Turner
from .streams import AsyncEventStream
from .transport import AsyncHTTPTransport, AsyncResponse, AsyncTransport

__all__ = ["AsyncCore"]

T = TypeVar("T")


class AsyncCore:
    """Sends the operations of an asynchronous client."""

    def __init__(self, engine: Engine, transport: AsyncTransport | None) -> None:
        self.engine = engine
        self._given = transport
        self._made: AsyncTransport | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def transport(self) -> AsyncTransport:
        """The transport; the default one belongs to the running event loop.

        Connections cannot move to another loop, so that a client that is used in a
        second one gets a new pool there.
        """
        if self._given is not None:
            return self._given
        loop = asyncio.get_running_loop()
        if self._made is None or self._loop is not loop:
            self._made = AsyncHTTPTransport()
            self._loop = loop
        return self._made

    async def close(self) -> None:
        """Close the connections; a transport that was passed in is its owner's."""
        made, self._made = self._made, None
        if made is not None and self._loop is asyncio.get_running_loop():
            await made.close()

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
        result = self.engine.result(
            exchange, response.status, response.headers, content
        )
        return cast("T", result)

    async def send(self, exchange: Exchange) -> tuple[AsyncResponse, bytes]:
        """Send a request, again where that is safe, and read the response."""
        while True:
            exchange.attempts += 1
            try:
                response = await self.transport.send(exchange.request)
                content = await response.read()
            except APIConnectionError as error:
                wait = self.engine.wait_after_error(exchange, error)
                if wait is None:
                    raise
            else:
                wait = self.engine.wait_after_status(
                    exchange, response.status, response.headers
                )
                if wait is None:
                    return response, content
            await asyncio.sleep(wait)

    def stream(
        self,
        operation: Operation[T],
        request_options: Mapping[str, Any] | None,
        *values: object,
        body: object = None,
    ) -> AsyncEventStream[T]:
        """Call an operation that answers with server-sent events."""
        return AsyncEventStream(self, operation, request_options, values, body)

    async def iterate(
        self,
        operation: Operation[Any],
        pages: Pages[T],
        request_options: Mapping[str, Any] | None,
        *values: object,
        body: object = None,
    ) -> AsyncIterator[T]:
        """The items of all pages; each page is fetched when it is needed."""
        turner = Turner(pages, values)
        while True:
            page = await self.call(
                operation, request_options, *turner.values, body=body
            )
            for item in turner.items(page):
                yield cast("T", item)
            if turner.done:
                return
