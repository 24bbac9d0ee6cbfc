"""Connections of calls that block, as httpcore2 uses them.

Its own would start a timeout anew with each byte, so that a server that sends one now
and then is waited for without end: here a wait ends with the whole call at the latest.
"""

from __future__ import annotations

import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

import httpcore2

from .closing import GLANCE
from .dialing import dial
from .interface import Request

__all__ = [
    "Connections",
    "Step",
    "Tunnel",
    "convert_errors",
    "get_seconds_left",
    "hang_up",
    "is_readable",
    "make_step_timeouts",
]

T = TypeVar("T")

_RECORD = 64 * 1024
"""Bytes that are asked for at once within a tunnel."""


class Step(float):
    """Seconds for a step of a request, which knows when the call has to be over."""

    __slots__ = ("_request", "_seconds")

    _request: Request
    _seconds: float | None

    def __new__(cls, seconds: float | None, request: Request) -> Step:
        step = super().__new__(cls, request.left(seconds) or 0.0)
        step._request = request
        step._seconds = seconds
        return step

    def left(self) -> float | None:
        """Those that are left of it now."""
        return self._request.left(self._seconds)


def make_step_timeouts(request: Request) -> dict[str, float | None]:
    """Seconds for each step, as httpcore2 wants them."""
    timeout = request.timeout
    said = {
        "connect": timeout.connect,
        "read": timeout.read,
        "write": timeout.write,
        "pool": timeout.pool,
    }
    if request.deadline is None and request.closed is None:
        return said
    return {name: Step(seconds, request) for name, seconds in said.items()}


def get_seconds_left(timeout: float | None) -> float | None:
    """What is left of a timeout.

    Raises:
        TimeoutError: Nothing.
    """
    left = timeout.left() if isinstance(timeout, Step) else timeout
    if left is not None and left <= 0:
        raise TimeoutError("the time for the whole call is over")
    return left


@contextmanager
def convert_errors(late: type[Exception], broken: type[Exception]) -> Generator[None]:
    """Failures of the system as those of httpcore2."""
    try:
        yield
    except TimeoutError as error:
        raise late(str(error)) from error
    except OSError as error:
        raise broken(str(error)) from error


class Tunnel:
    """TLS without a socket: within TLS, or where waiting is somebody else's.

    Args:
        context: Whom to trust.
        host: Who is to be at the other end.
    """

    def __init__(self, context: ssl.SSLContext, host: str | None) -> None:
        self.received = ssl.MemoryBIO()
        self.to_send = ssl.MemoryBIO()
        self.object: ssl.SSLObject = context.wrap_bio(
            self.received, self.to_send, server_hostname=host
        )

    def try_step(self, step: Callable[[], T]) -> tuple[bool, T | None]:
        """Whether a step could be taken with what has been received, and its result.

        Raises:
            ssl.SSLError: It failed for good.
        """
        try:
            return True, step()
        except ssl.SSLWantReadError:
            return False, None

    def read(self, size: int) -> bytes:
        """Bytes that have come; none at the end."""
        try:
            return self.object.read(size)
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""

    def feed(self, data: bytes) -> None:
        """Take in what came; nothing means that the connection has ended."""
        if data:
            self.received.write(data)
        else:
            self.received.write_eof()


class Connection(httpcore2.NetworkStream):
    """A connection over a socket, with or without TLS."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._reading = False
        self._writing = False
        self._closed = False

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Wait for bytes."""
        self._reading = True
        try:
            return self._run_patiently(partial(self._sock.recv, max_bytes), timeout)
        except TimeoutError as error:
            raise httpcore2.ReadTimeout(str(error)) from error
        except OSError as error:
            raise httpcore2.ReadError(str(error)) from error
        finally:
            self._reading = False
            self._done()

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all bytes."""
        view = memoryview(buffer)
        self._writing = True
        try:
            while view:
                sent = self._run_patiently(partial(self._sock.send, view), timeout)
                view = view[sent:]
        except TimeoutError as error:
            raise httpcore2.WriteTimeout(str(error)) from error
        except OSError as error:
            raise httpcore2.WriteError(str(error)) from error
        finally:
            self._writing = False
            self._done()

    def _run_patiently(self, step: Callable[[], T], timeout: float | None) -> T:
        """Take a step that waits, and look up now and then."""
        left = get_seconds_left(timeout)
        end = None if left is None else time.monotonic() + left
        while True:
            glance = GLANCE if left is None else min(left, GLANCE)
            if self._sock.gettimeout() != glance:
                self._sock.settimeout(glance)
            try:
                return step()
            except TimeoutError as error:
                if error.errno is not None:  # the system has given the connection up
                    raise
            get_seconds_left(timeout)
            left = None if end is None else end - time.monotonic()
            if left is not None and left <= 0:
                raise TimeoutError("timed out")

    def _done(self) -> None:
        if self._closed and not (self._reading or self._writing):
            self._sock.close()

    def close(self) -> None:
        """Close it; another thread that waits sees its end."""
        self._closed = True
        if self._reading or self._writing:
            # The number of the socket must not be given away while it is waited for.
            hang_up(self._sock)
        self._done()

    def abandon(self) -> None:
        """Close this process's end of it, and say nothing to the other."""
        self._sock.close()

    @property
    def is_open(self) -> bool:
        """Whether it is to be closed."""
        return self._sock.fileno() >= 0

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        """The same connection with TLS."""
        try:
            with convert_errors(httpcore2.ConnectTimeout, httpcore2.ConnectError):
                if isinstance(self._sock, ssl.SSLSocket):
                    tunnelled = _TunnelConnection(
                        self, Tunnel(ssl_context, server_hostname)
                    )
                    tunnelled.shake_hands(timeout)
                    return tunnelled
                # The socket of this line is another one from now on.
                self._sock = secured = ssl_context.wrap_socket(
                    self._sock,
                    server_hostname=server_hostname,
                    do_handshake_on_connect=False,
                )
                self._run_patiently(secured.do_handshake, timeout)
                return self
        except BaseException:
            self.close()
            raise

    def get_extra_info(self, info: str) -> object:
        """What httpcore2 asks for."""
        if info == "ssl_object":
            return self._sock if isinstance(self._sock, ssl.SSLSocket) else None
        if info == "socket":
            return self._sock
        return is_readable(self._sock) if info == "is_readable" else None


class _TunnelConnection(httpcore2.NetworkStream):
    """TLS within TLS: through a proxy that is itself spoken to in secret."""

    def __init__(self, line: Connection, tunnel: Tunnel) -> None:
        self._line = line
        self._tunnel = tunnel

    def shake_hands(self, timeout: float | None) -> None:
        """Begin."""
        self._run_step(self._tunnel.object.do_handshake, timeout)

    def _run_step(self, step: Callable[[], T], timeout: float | None) -> T | None:
        while True:
            done, result = self._tunnel.try_step(step)
            if self._tunnel.to_send.pending:
                self._line.write(self._tunnel.to_send.read(), timeout)
            if done:
                return result
            self._tunnel.feed(self._line.read(_RECORD, timeout))

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Wait for bytes."""
        with convert_errors(httpcore2.ReadTimeout, httpcore2.ReadError):
            return self._run_step(lambda: self._tunnel.read(max_bytes), timeout) or b""

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all bytes."""
        if buffer:
            with convert_errors(httpcore2.WriteTimeout, httpcore2.WriteError):
                self._run_step(lambda: self._tunnel.object.write(buffer), timeout)

    def close(self) -> None:
        """Close it."""
        self._line.close()

    def get_extra_info(self, info: str) -> object:
        """What httpcore2 asks for."""
        if info == "ssl_object":
            return self._tunnel.object
        return self._line.get_extra_info(info)


class Connections(httpcore2.NetworkBackend):
    """Makes connections, and knows which are open."""

    def __init__(self) -> None:
        self._open: list[Connection] = []
        self._lock = threading.Lock()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.NetworkStream:
        """Connect to a host, at whichever of its addresses."""
        with convert_errors(httpcore2.ConnectTimeout, httpcore2.ConnectError):
            seconds = get_seconds_left(timeout)
            line = Connection(
                dial(host, port, seconds, partial(get_seconds_left, timeout))
            )
        with self._lock:
            self._open = [each for each in self._open if each.is_open] + [line]
        return line

    def take_all(self) -> list[Connection]:
        """All connections that are open, which somebody else closes."""
        with self._lock:
            taken, self._open = self._open, []
        return taken

    def abandon(self) -> None:
        """Close this process's end of all connections."""
        while self._open:
            self._open.pop().abandon()


def is_readable(sock: socket.socket) -> bool:
    """Whether there is something to read; of a connection that is idle, its end."""
    number = sock.fileno()
    if number < 0:
        return True
    if not hasattr(select, "poll"):
        return bool(select.select([number], [], [], 0)[0])
    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(0))


def hang_up(sock: object) -> None:
    """Shut a connection down, so that whoever waits for it sees its end."""
    if isinstance(sock, socket.socket):
        try:
            # Not the method of the TLS socket, which takes the reader's state away.
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
        except OSError:
            return  # it has ended by itself
