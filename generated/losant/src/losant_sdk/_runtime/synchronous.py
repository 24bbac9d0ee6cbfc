"""Calls that block."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .engine import Engine
from .errors import APIConnectionError
from .exchange import Exchange
from .operation import Operation, Pages
from .results import result
from .transport import Response, Transport

if TYPE_CHECKING:
    from .pager import Pager
    from .streams import EventStream

__all__ = ["SyncCore"]

T = TypeVar("T")


class SyncCore:
    """Sends the operations of a client.

    Args:
        engine: What makes requests.
        transport: What sends them; its owner closes it. By default one over httpx2,
            which is made when it is first needed.
        sleep: Waits a number of seconds.
    """

    def __init__(
        self,
        engine: Engine,
        transport: Transport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.engine: Engine = engine
        self._given = transport
        self._made: Transport | None = None
        self._sleep = sleep
        self._lock = threading.Lock()

    def __getstate__(self) -> dict[str, Any]:
        # Connections stay with their process: another one makes its own.
        return {
            "engine": self.engine, "transport": self._given, "sleep": self._sleep
        }  # fmt: skip

    def __setstate__(self, state: dict[str, Any]) -> None:
        SyncCore.__init__(self, state["engine"], state["transport"], state["sleep"])

    @property
    def transport(self) -> Transport:
        """The transport."""
        made = self._given or self._made
        if made is None:
            with self._lock:
                made = self._made
                if made is None:
                    from .connections import HTTPTransport

                    made = self._made = HTTPTransport()
        return made

    def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        with self._lock:
            made, self._made = self._made, None
        if made is not None:
            made.close()

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
        found = result(exchange, response.status, response.headers, content)
        return cast("T", found)

    def send(self, exchange: Exchange) -> tuple[Response, bytes]:
        """Send a request, again where that is safe, and read the response."""
        transport = self.transport
        exchange.authorize()
        while True:
            request = exchange.started()
            try:
                response = transport.send(request)
                content = response.read()
            except APIConnectionError as error:
                wait = exchange.after_error(error)
                if wait is None:
                    raise
            else:
                wait = exchange.after_status(response.status, response.headers)
                if wait is None:
                    if response.status == 401 and exchange.renew():
                        continue
                    return response, content
            if wait:
                self._sleep(wait)

    def stream(
        self,
        operation: Operation[T],
        request_options: Mapping[str, Any] | None,
        *values: object,
        body: object = None,
    ) -> EventStream[T]:
        """Call an operation that answers with server-sent events."""
        from .streams import EventStream

        return EventStream(self, operation, request_options, values, body)

    def iterate(
        self,
        operation: Operation[Any],
        pages: Pages[T],
        request_options: Mapping[str, Any] | None,
        *values: object,
        body: object = None,
    ) -> Pager[T, Any]:
        """What an operation finds page by page; nothing is sent before a loop."""
        from .pager import Pager

        return Pager(self, operation, pages, request_options, values, body)
