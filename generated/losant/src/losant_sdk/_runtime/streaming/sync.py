"""Server-sent events as they come, in calls that block."""

from __future__ import annotations

import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..errors import APIConnectionError, APIError, InternalServerError
from ..spec.operation import Operation
from ..transport.closing import Closing
from ..transport.interface import Response
from .session import StreamSession, build_cut_error
from .sse import Event

if TYPE_CHECKING:
    from typing import Self

    from .connection import Opener

__all__ = ["EventStream"]

T = TypeVar("T")


class EventStream(Generic[T]):
    """Events as they come; a context manager that closes the connection.

    A connection that breaks is taken up again after the last event. Iterating ends when
    the server says that the stream has ended, or after ``close``, which may be called
    from another thread, or by the handler of a signal; it raises ``APIConnectionError``
    when the stream is lost. Threads may share it: each event goes to one of them.
    """

    def __init__(
        self,
        core: Opener,
        operation: Operation[T],
        options: Mapping[str, Any] | None,
        values: Sequence[object],
        body: object,
    ) -> None:
        self._response: Response | None = None
        self._chunks: Iterator[bytes] | None = None
        self._core = core
        self._closed = Closing()
        self._state = StreamSession(
            core.engine, operation, options, values, body, self._closed.is_set
        )
        self._ready: deque[Event[Any]] = deque()
        # Reentrant for signal handlers, which may close the stream.
        self._lock = threading.RLock()
        self._turn = threading.RLock()

    def __enter__(self) -> Self:
        with self._turn:
            if self._chunks is None:
                self._run_guarded(self._connect)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Event[T]:
        with self._turn:
            while not self._closed.is_set():
                if self._ready:
                    return self._state.decode_event(self._ready.popleft())
                if self._state.over:
                    self.close()
                    break
                self._run_guarded(self._fill)
        raise StopIteration

    def close(self) -> None:
        """Close the connection; an iteration that waits for an event ends."""
        self._closed.set()
        self._drop()

    def __del__(self) -> None:
        if self._response is not None:
            warnings.warn(
                "an event stream was not closed", ResourceWarning, 2, source=self
            )
            self.close()

    def _run_guarded(self, step: Callable[[], None]) -> None:
        """Take a step; a failure that is final closes the stream."""
        try:
            step()
        except APIError:
            closed = self._closed.is_set()
            self.close()
            if not closed:
                raise

    def _connect(self) -> None:
        """Open the connection, unless the stream has ended.

        Raises:
            APIStatusError: The server refuses.
            APIConnectionError: There was no connection, too many times in a row.
        """
        while not self._closed.is_set():
            exchange = self._state.exchange
            try:
                exchange.authorize()
                with exchange.watch_attempt():
                    response = self._core.open(exchange)
                    if self._state.accept_response(response.status, response.headers):
                        self._keep(response)
                        return
                    content = self._core.read(exchange, response)
                if response.status == 401 and exchange.renew():
                    continue
            except (APIConnectionError, InternalServerError) as error:
                if self._closed.is_set():
                    return
                # The latter of a server that gives tokens.
                wait: float | None = self._state.handle_failure(error)
            else:
                wait = self._state.handle_refusal(
                    response.status, response.headers, content
                )
            if wait is None:
                self.close()
            elif wait:
                self._pause(wait)

    def _keep(self, response: Response) -> None:
        with self._lock:
            self._response, self._chunks = response, response.chunks()
        if self._closed.is_set():  # meanwhile
            self._drop()

    def _fill(self) -> None:
        """Wait for the next piece of the stream."""
        chunks = self._chunks
        if chunks is None:
            self._connect()
            return
        try:
            chunk = next(chunks, None)
            if chunk is None and self._state.ends:
                self._ready.extend(self._state.parse_rest())
                self._drop()
                return
            if chunk is None:
                raise build_cut_error(self._state)
            self._ready.extend(self._state.parse_events(chunk))
        except APIConnectionError as error:
            self._drop()
            if not self._closed.is_set():
                self._pause(self._state.handle_failure(error))

    def _pause(self, seconds: float) -> None:
        self._closed.wait(seconds * self._core.engine.wait_factor)

    def _drop(self) -> None:
        self._chunks = None
        with self._lock:
            response, self._response = self._response, None
        if response is not None:
            response.close()
