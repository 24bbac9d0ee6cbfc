"""Calls that block."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar, cast

from .engine import Engine, Exchange
from .errors import APIConnectionError
from .operation import Operation, Pages
from .pages import Turner
from .streams import EventStream
from .transport import HTTPTransport, Response, Transport

__all__ = ["SyncCore"]

T = TypeVar("T")


class SyncCore:
    """Sends the operations of a client."""

    def __init__(self, engine: Engine, transport: Transport | None) -> None:
        self.engine = engine
        self._transport = transport
        self._own = transport is None
        self._lock = threading.Lock()

    @property
    def transport(self) -> Transport:
        """The transport; the default one is made when it is first needed."""
        if self._transport is None:
            with self._lock:
                if self._transport is None:
                    self._transport = HTTPTransport()
        return self._transport

    def close(self) -> None:
        """Close the connections; a transport that was passed in is its owner's."""
        if self._own and self._transport is not None:
            self._transport.close()
            self._transport = None

    def call(
        self,
        operation: Operation[T],
        request_options: Mapping[str, Any] | None,
        *values: object,
        body: object = None,
    ) -> T:
        """Call an operation and decode its response."""
        exchange = self.engine.prepare(operation, request_options, values, body)
        response, content = self.send(exchange)
        result = self.engine.result(
            exchange, response.status, response.headers, content
        )
        return cast("T", result)

    def send(self, exchange: Exchange) -> tuple[Response, bytes]:
        """Send a request, again where that is safe, and read the response."""
        while True:
            exchange.attempts += 1
            try:
                response = self.transport.send(exchange.request)
                content = response.read()
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
            time.sleep(wait)

    def stream(
        self,
        operation: Operation[T],
        request_options: Mapping[str, Any] | None,
        *values: object,
        body: object = None,
    ) -> EventStream[T]:
        """Call an operation that answers with server-sent events."""
        return EventStream(self, operation, request_options, values, body)

    def iterate(
        self,
        operation: Operation[Any],
        pages: Pages[T],
        request_options: Mapping[str, Any] | None,
        *values: object,
        body: object = None,
    ) -> Iterator[T]:
        """The items of all pages; each page is fetched when it is needed."""
        turner = Turner(pages, values)
        while True:
            page = self.call(operation, request_options, *turner.values, body=body)
            yield from cast("list[T]", turner.items(page))
            if turner.done:
                return
