"""Server-sent events of an operation: all but the sending.

A stream that breaks, or is silent for too long, is opened again with ``Last-Event-ID``
after a growing wait. One that cannot be opened raises, and never just ends. The server
ends a stream with status 204 (WHATWG HTML, 9.2.3).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from ..call.exchange import Exchange
from ..call.media_types import is_lines
from ..call.request_builder import Engine
from ..call.results import (
    decode_event_data,
    make_decode_error,
    make_status_error,
)
from ..call.retry import IDEMPOTENT, Reconnect
from ..codec.parameters import check_header
from ..errors import APIConnectionError, APIError
from ..spec.operation import Operation
from ..transport.body_reader import Damaged, Decoder, make_decoder
from .sse import EVENTS, Event, EventTooLarge, LineParser, Parser

__all__ = ["StreamSession", "build_cut_error"]

_INTERVAL = 60.0
"""Seconds between signs of life of a server that is not asked for an interval."""

_SILENT = 3
"""Intervals without a sign of life, after which a connection counts as dead."""


class StreamSession:
    """What is known of a stream: its next request, its failures, where it stands.

    Attributes:
        exchange: The request that opens the stream, or takes it up again.
        ends: Whether it ends with its connection.
        over: Whether it has.
    """

    def __init__(
        self,
        engine: Engine,
        operation: Operation[Any],
        options: Mapping[str, Any] | None,
        values: Sequence[object],
        body: object,
        closed: Callable[[], bool],
    ) -> None:
        self._engine = engine
        self._operation = operation
        self._options = options
        self._values = values
        self._body = body
        self._closed = closed
        self._parser: Parser | LineParser = Parser()
        self._readers: dict[str, Callable[[str], object]] = {}
        # Neither lines of JSON nor the answer to a POST can be taken up again.
        self._lines = is_lines(operation.accept)
        self.ends: bool = self._lines or operation.method not in IDEMPOTENT
        self.over: bool = False
        self._failures = 0
        self._stood = False
        self._opened = 0.0
        self._decoder: Decoder | None = None
        # Until the stream stands: tries to open it cannot multiply the time for that.
        self._deadline: float | None = None
        self.exchange = self._prepare()

    def _prepare(self) -> Exchange:
        last = self._encode_last_id()
        exchange = self._engine.prepare(
            self._operation,
            self._options,
            self._values,
            self._body,
            further={
                "Accept": self._operation.accept if self._lines else EVENTS,
                "Cache-Control": "no-store",
                # Compression may hold events back.
                "Accept-Encoding": "identity",
                **({"Last-Event-ID": last} if last else {}),
            },
        )
        if not self._options or "timeout" not in self._options:
            silence = _SILENT * _find_interval(self._operation, self._values)
            exchange.request.timeout = self._engine.timeout.reading(silence)
        if self._deadline is None:
            self._deadline = exchange.request.deadline
        exchange.request.deadline = self._deadline
        exchange.request.closed = self._closed
        return exchange

    def _encode_last_id(self) -> str:
        """The last id as UTF-8 (WHATWG HTML), in the characters that headers are made of.

        Blanks around it, which are no part of a header, are left out (Fetch, 2.2.2).
        """
        return self._parser.last_id.strip(" \t").encode().decode("latin-1")

    def accept_response(self, status: int, headers: Mapping[str, str]) -> bool:
        """Whether a response is the stream; what was cut of an event is gone then."""
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        if self._lines:
            if not 200 <= status < 300 or status == 204 or not is_lines(media_type):
                return False
            self._parser = LineParser()
        elif status != 200 or media_type != EVENTS:
            return False
        else:
            last, retry = self._parser.last_id, self._parser.retry
            self._parser = Parser(last_id=last, retry=retry)
        self._decoder = make_decoder(headers)
        self._stood = True
        self._opened = time.monotonic()
        self._deadline = self.exchange.on_wire.deadline = None
        return True

    def handle_refusal(
        self, status: int, headers: Mapping[str, str], content: bytes
    ) -> float | None:
        """Seconds until the next try after any other response; None: the end.

        Raises:
            APIStatusError: The server refuses, or failed too many times in a row.
            APIDecodeError: The response is something else than a stream.
        """
        exchange = self.exchange
        if status == 204:
            return None
        if exchange.follow_redirect(status, headers):
            return 0.0
        if 200 <= status < 300:
            media_type = headers.get("content-type", "")
            wanted = self._operation.accept if self._lines else EVENTS
            problem = f"expected {wanted}, got {media_type or 'no media type'}"
            raise make_decode_error(exchange, problem, status, headers, content)
        error = make_status_error(exchange, status, headers, content)
        return self.handle_failure(error, status, headers)

    def handle_failure(
        self,
        error: APIError,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> float:
        """Seconds until the next try after a failure.

        Args:
            error: What is raised unless there is a next try.
            status: Status of the response that failed, if there was one.
            headers: Headers of that response.

        Raises:
            APIError: That failure, after too many in a row, or if another request might
                do a thing twice.
            APITimeoutError: The stream would not stand in time.
        """
        exchange = self.exchange
        if exchange.hook_failed or (self.ends and self._stood):
            raise error
        self._failures += 1
        exchange.describe_error(error)
        if status is None:
            error.attempts = self._failures
        if not exchange.is_replayable():
            raise error
        wait = self._engine.retry_policy.decide(
            exchange.request.method,
            status,
            headers or {},
            error,
            self._failures,
            max_retries=exchange.max_retries,
            reconnect=self._describe_reconnect(),
        )
        if wait is None:
            raise error
        try:
            check_header("Last-Event-ID", self._encode_last_id())
        except ValueError as problem:  # from nowhere else can it be taken up
            raise error from problem
        if exchange.exceeds_deadline(wait):
            raise exchange.build_deadline_error() from error
        self._engine.log.info(
            "%s: %s; again in %.1f s", self._operation.id, error, wait
        )
        self.exchange = self._prepare()
        # It goes on with the count: this request stands for those that failed.
        self.exchange.attempts = self._failures
        return wait

    def _describe_reconnect(self) -> Reconnect:
        retry = self._parser.retry if self._stood else None
        return Reconnect(self._stood, 0.0 if retry is None else retry / 1000)

    def parse_events(self, chunk: bytes) -> list[Event[str]]:
        """The events that a chunk completes, whose data are not typed yet.

        Raises:
            APIConnectionError: One is too large to be listened to.
        """
        try:
            found = self._parse_chunk(chunk)
        except EventTooLarge as error:
            # Taken up again it would only come again.
            self._failures = self._engine.retry_policy.limit_retries(
                self.exchange.max_retries, self._describe_reconnect()
            )
            raise APIConnectionError(str(error), **self.exchange.where) from None
        # A connection that breaks again and again before it gives anything has failed.
        policy = self._engine.retry_policy
        if found or policy.is_stable(time.monotonic() - self._opened):
            self._failures = 0
        return found

    def _parse_chunk(self, chunk: bytes) -> list[Event[str]]:
        if self._decoder is None:
            return self._parser.feed(chunk)
        # Compressed, though it was asked not to be.
        found: list[Event[str]] = []
        try:
            for piece in self._decoder.expand(chunk):
                found += self._parser.feed(piece)
        except Damaged as error:
            where = self.exchange.where
            raise APIConnectionError(
                f"the stream is damaged: {error}", **where
            ) from None
        return found

    def parse_rest(self) -> list[Event[str]]:
        """What the end of the stream completes."""
        self.over = True
        return self._parser.end()

    def decode_event(self, event: Event[Any]) -> Event[Any]:
        """An event, now that it is asked for with typed data.

        Raises:
            APIDecodeError: Its data does not fit, and ``strict``.
        """
        name = event.event if event.event in self._operation.events else ""
        read = self._readers.get(name)
        if read is None:
            read = self._readers[name] = _choose_reader(self._operation, name)
        try:
            event.data = read(event.raw)
        except (ValueError, RecursionError):
            event.data = decode_event_data(self.exchange, event.event, event.raw)
        return event


def build_cut_error(session: StreamSession) -> APIConnectionError:
    """The failure of a stream that ends though the server has not said so."""
    where = session.exchange.where
    return APIConnectionError("the event stream was cut", **where)


def _choose_reader(operation: Operation[Any], event: str) -> Callable[[str], object]:
    """What reads the data of an event by its name, or of any other by ``""``.

    It raises ``ValueError`` or ``RecursionError`` at data of which
    ``decode_event_data`` has to see what can be made.
    """
    typed = operation.events.get(event)
    if typed is None:
        return json.loads
    kind = typed()
    if kind is str:
        return str
    from ..codec.validation import get_reader

    return get_reader(kind)


def _find_interval(operation: Operation[Any], values: Sequence[object]) -> float:
    """Seconds between signs of life: the caller's argument for it, if there is one."""
    for param, value in zip(operation.params, values, strict=True):
        asked = "keepalive" in param.wire.lower().replace("-", "").replace("_", "")
        if asked and isinstance(value, int | float) and value > 0:
            return float(cast("float", value))
    return _INTERVAL
