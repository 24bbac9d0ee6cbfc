"""A real HTTP server on loopback that answers by a script, faults included.

Each request takes the next answer; the last one is repeated. An answer writes bytes as
it likes, so that it can be cut, late, endless or wrong.
"""

from __future__ import annotations

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Mapping
from functools import partial
from types import TracebackType
from typing import Self, TypeAlias
from urllib.parse import parse_qsl, unquote

__all__ = [
    "BEARER",
    "WATCHDOG",
    "Answer",
    "Loopback",
    "Received",
    "Wire",
    "events",
    "json_reply",
    "refused_url",
    "reply",
]

BEARER = "a-token"
"""The credential of clients that need one."""

WATCHDOG = 30.0
"""Seconds after which whatever hangs is a failure."""


class Received:
    """A request as it came."""

    def __init__(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> None:
        self.method = method
        self.target = target
        self.headers = dict(headers)
        self.body = body
        path, _, query = target.partition("?")
        self.path = unquote(path)
        self.query = parse_qsl(
            query, keep_blank_values=True, strict_parsing=bool(query)
        )

    @property
    def json(self) -> object:
        """The body, decoded."""
        decoded: object = json.loads(self.body)
        return decoded


class Wire:
    """The server's end of a connection."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = b""

    def send(self, data: bytes) -> None:
        """Write bytes."""
        self._connection.sendall(data)

    def chunk(self, data: bytes) -> None:
        """Write a piece of a chunked body."""
        self.send(b"%x\r\n%b\r\n" % (len(data), data))

    def reset(self) -> None:
        """End the connection the hard way (RST)."""
        linger = struct.pack("ii", 1, 0)
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._connection.close()

    def hang_up(self) -> None:
        """End the connection."""
        _shut(self._connection)

    def hold(self) -> None:
        """Say nothing more until the client, or the server as a whole, ends it."""
        while self._connection.recv(4096):
            pass

    def pump(self, other: socket.socket) -> None:
        """Pass on what each end sends to the other, until one of them ends."""

        def back() -> None:
            try:
                while data := other.recv(65536):
                    self.send(data)
            except OSError:
                return  # either has ended
            finally:
                self.hang_up()

        thread = threading.Thread(target=back, daemon=True)
        thread.start()
        try:
            other.sendall(self._buffer)
            while data := self._connection.recv(65536):
                other.sendall(data)
        finally:
            _shut(other)
            thread.join(WATCHDOG)

    def receive(self) -> Received | None:
        """The next request; None if there is none."""
        head = self._until(b"\r\n\r\n")
        if head is None:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        if headers.get("transfer-encoding") == "chunked":
            body = self._chunked()
        else:
            body = self.exactly(int(headers.get("content-length", "0")))
        return Received(method, target, headers, body)

    def _chunked(self) -> bytes:
        body = b""
        while size := int(self._until(b"\r\n") or b"0", 16):
            body += self.exactly(size)
            self.exactly(2)
        self.exactly(2)
        return body

    def _until(self, mark: bytes) -> bytes | None:
        while mark not in self._buffer:
            data = self._connection.recv(65536)
            if not data:
                return None
            self._buffer += data
        found, _, self._buffer = self._buffer.partition(mark)
        return found

    def exactly(self, size: int) -> bytes:
        """So many bytes."""
        while len(self._buffer) < size:
            data = self._connection.recv(65536)
            if not data:
                raise ConnectionError("the request was cut")
            self._buffer += data
        found, self._buffer = self._buffer[:size], self._buffer[size:]
        return found


Answer: TypeAlias = Callable[[Received, Wire], None]


def reply(
    body: bytes = b"",
    *,
    status: int = 200,
    media_type: str = "",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """A whole response."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}"]
    if media_type:
        lines.append(f"Content-Type: {media_type}")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    data = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body

    def answer(_: Received, wire: Wire) -> None:
        wire.send(data)

    return answer


def json_reply(
    value: object, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> Answer:
    """A whole response of JSON."""
    body = json.dumps(value).encode()
    return reply(
        body,
        status=status,
        media_type="application/json; charset=utf-8",
        headers=headers,
    )


EVENTS = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n"
)


def events(*pieces: bytes, then: Callable[[Wire], None] = Wire.hold) -> Answer:
    """A stream of events; afterwards it holds, by default."""

    def answer(_: Received, wire: Wire) -> None:
        wire.send(EVENTS)
        for piece in pieces:
            wire.chunk(piece)
        then(wire)

    return answer


class Loopback:
    """The server, running while its ``with`` does; with TLS, if it has certificates."""

    def __init__(self, *answers: Answer, tls: ssl.SSLContext | None = None) -> None:
        self._answers = list(answers)
        self._lock = threading.Lock()
        self._came = threading.Condition(self._lock)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._stopping = False
        self._tls = tls
        scheme = "http" if tls is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"
        self.requests: list[Received] = []
        self.connections = 0

    @property
    def request(self) -> Received:
        """The only request that came."""
        (request,) = self.requests
        return request

    def wait_for(self, count: int) -> None:
        """Wait until so many requests came."""
        with self._lock:
            assert self._came.wait_for(lambda: len(self.requests) >= count, WATCHDOG)

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Close everything and wait for the threads."""
        with self._lock:
            self._stopping = True
            held = list(self._open)
        _shut(self._listener)
        for connection in held:
            _shut(connection)
        for thread in self._threads:
            thread.join(WATCHDOG)
            assert not thread.is_alive()
        self._listener.close()

    def _start(self, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                if self._stopping:
                    connection.close()
                    return
                self._open.append(connection)
                self.connections += 1
            self._start(partial(self._serve, connection))

    def _serve(self, connection: socket.socket) -> None:
        plain = connection
        try:
            if self._tls is not None:
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._replace(plain, connection)
            wire = Wire(connection)
            while (request := wire.receive()) is not None:
                with self._lock:
                    answer = self._answers[
                        min(len(self.requests), len(self._answers) - 1)
                    ]
                    self.requests.append(request)
                    self._came.notify_all()
                answer(request, wire)
        except OSError:
            return  # the client, or the answer, ended the connection
        finally:
            with self._lock:
                self._open = [
                    each for each in self._open if each not in (plain, connection)
                ]
            connection.close()
            plain.close()

    def _replace(self, before: socket.socket, after: socket.socket) -> None:
        with self._lock:
            self._open[self._open.index(before)] = after
            if self._stopping:
                _shut(after)


def _shut(connection: socket.socket) -> None:
    try:
        # Not the method of a TLS socket, which would say goodbye, and wait.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)
    except OSError:
        return  # it has ended already


def refused_url() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
