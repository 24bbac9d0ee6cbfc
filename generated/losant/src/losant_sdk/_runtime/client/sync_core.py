"""Calls that block."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..call.exchange import Exchange
from ..call.hooks import annotate_hook_error, reject_awaitable
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
from ..transport.interface import Response, Transport, warn_not_closed
from ..transport.settings import ConnectionSettings

if TYPE_CHECKING:
    from ..paging.pager import Pager
    from ..streaming.sync import EventStream

__all__ = ["SyncCore"]

T = TypeVar("T")


class SyncCore:
    """Sends the operations of a client.

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
        transport: Transport | None = None,
        connection_settings: ConnectionSettings | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.engine: Engine = engine
        self.given: Transport | None = transport
        self.connection_settings: ConnectionSettings = (
            connection_settings or ConnectionSettings()
        )
        self._made: Transport | None = None
        self._sleep = sleep
        # Reentrant for signal handlers, which may close the client.
        self._lock = threading.RLock()

    def __getstate__(self) -> dict[str, Any]:
        # Connections stay with their process: another one makes its own.
        return {
            "engine": self.engine,
            "transport": self.given,
            "connection_settings": self.connection_settings,
            "sleep": self._sleep,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        SyncCore.__init__(self, **state)

    @property
    def transport(self) -> Transport:
        """The transport."""
        made = self.given or self._made
        if made is None:
            with self._lock:
                made = self._made
                if made is None:
                    from ..transport.default import HTTPTransport

                    made = self._made = HTTPTransport(self.connection_settings)
        return made

    def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        with self._lock:
            made, self._made = self._made, None
        if made is not None:
            made.close()

    def __del__(self) -> None:
        made: Transport | None = getattr(self, "_made", None)
        if made is not None:
            made.close()
            warn_not_closed(self)

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
        found = decode_result(exchange, response.status, response.headers, content)
        return cast("T", found)

    def send(self, exchange: Exchange) -> tuple[Response, bytes]:
        """Send a request, again where that is safe, and read the response.

        Raises:
            APITimeoutError: It took longer than ``total_timeout``, or a step of the
                last try longer than ``timeout``.
            APIConnectionError: There was no answer to the last try.
            ResponseTooLargeError: The answer is larger than ``max_response_bytes``.
        """
        exchange.authorize()
        while True:
            try:
                with exchange.watch_attempt():
                    response = self.open(exchange)
                    content = self.read(exchange, response)
            except APIConnectionError as error:
                wait = exchange.handle_error(error)
                if wait is None:
                    raise
            else:
                status, headers = response.status, response.headers
                wait = exchange.handle_status(status, headers)
                if wait is None:
                    if status == 401 and exchange.renew():
                        continue
                    return response, content
                if exchange.exceeds_deadline(wait):
                    last = make_status_error(exchange, status, headers, content)
                    raise exchange.build_deadline_error() from last
            if wait:
                self._sleep(wait * self.engine.wait_factor)

    def open(self, exchange: Exchange) -> Response:
        """Send a request once, and wait for the head of its response."""
        request, hooks = exchange.start_attempt(), self.engine.hooks
        if hooks.on_request is not None:
            request = exchange.on_wire = request.copy()
            with annotate_hook_error(exchange, "on_request"):
                reject_awaitable("on_request", hooks.on_request(request))
        response = exchange.answer = self.transport.send(request)
        if hooks.on_response is not None:
            try:
                head = exchange.make_head(response.status, response.headers)
                with annotate_hook_error(exchange, "on_response"):
                    reject_awaitable("on_response", hooks.on_response(head))
            except BaseException:
                response.close()
                raise
        return response

    def read(self, exchange: Exchange, response: Response) -> bytes:
        """The whole body of a response, which is closed afterwards."""
        status, headers = response.status, response.headers
        try:
            body = make_body_reader(exchange, status, headers)
            for chunk in response.chunks():
                body.add(chunk)
                if body.full:
                    break
                exchange.handle_piece()
            return body.content()
        except (Damaged, TooLarge) as error:
            raise make_body_error(exchange, error, status, headers) from None
        finally:
            response.close()

    def stream(
        self,
        operation: Operation[T],
        request_options: Mapping[str, Any] | None,
        *values: object,
        body: object = None,
    ) -> EventStream[T]:
        """Call an operation that answers with server-sent events."""
        from ..streaming.sync import EventStream

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
        from ..paging.pager import Pager

        return Pager(self, operation, pages, request_options, values, body)
