"""A server on loopback for very many calls, of which it fails one in ten.

It knows what each worker should ask for next, and so notices whatever is lost, repeated
or answered twice, in memory that does not grow.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import socket
import struct
import threading
from collections import Counter
from types import TracebackType
from typing import Self, cast

from loopback import WATCHDOG

__all__ = ["Unreliable"]

_FAILS = 0.1
"""The share of requests that fail."""

_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"


class Unreliable:
    """The server, running in a thread of its own while its ``with`` does.

    The thing that is asked for is ``WORKER-NUMBER``; a worker counts from 0, and goes
    on when it has its answer. Requests that change something say with ``name`` which
    try of the caller they belong to.

    Attributes:
        answered: By worker, how many calls were answered whole, each once.
        faults: By name, how many requests failed.
        violations: What must not happen, and did.
    """

    def __init__(self) -> None:
        self.answered: Counter[str] = Counter()
        self.faults: Counter[str] = Counter()
        self.violations: list[str] = []
        # The try of a worker whose connection broke: it may have been acted on.
        self._broken: dict[str, str] = {}
        self._random = random.Random(7)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=asyncio.run, args=[self._serve()])
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.connections = 0
        self.open: set[asyncio.Transport] = set()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(WATCHDOG)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._loop is not None
        assert self._stop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(WATCHDOG)
        assert not self._thread.is_alive()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        server = await self._loop.create_server(
            lambda: _Connection(self), sock=self._listener
        )
        async with server:
            self._ready.set()
            await self._stop.wait()
            for transport in self.open:
                transport.abort()
        await asyncio.sleep(0)  # they are closed in the next turn

    def fault(self) -> str | None:
        """What goes wrong with a request, if anything."""
        if self._random.random() >= _FAILS:
            return None
        return self._random.choice(_FAULTS)

    def came(self, worker: str, tried: str) -> None:
        """A request, of a try that is not to be repeated by itself."""
        if tried and self._broken.get(worker) == tried:
            self.violations.append(f"sent again: {tried}")

    def failed(self, fault: str, worker: str, tried: str) -> None:
        """It fails."""
        self.faults[fault] += 1
        if tried and fault not in _REFUSALS:
            self._broken[worker] = tried

    def succeeded(self, worker: str, number: str) -> None:
        """It is answered."""
        if number != str(self.answered[worker]):
            due = self.answered[worker]
            self.violations.append(f"{worker} asked for {number}, not {due}")
        self.answered[worker] += 1


class _Connection(asyncio.Protocol):
    """A connection, on which one request follows the other."""

    def __init__(self, server: Unreliable) -> None:
        self._server = server
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It stands."""
        self._wire = cast("asyncio.Transport", transport)
        self._server.open.add(self._wire)
        self._server.connections += 1

    def connection_lost(self, exc: Exception | None) -> None:
        """It has ended."""
        self._server.open.discard(self._wire)

    def data_received(self, data: bytes) -> None:
        """Part of a request, or all of it."""
        self._buffer += data
        head, end, rest = self._buffer.partition(b"\r\n\r\n")
        if not end:
            return
        length = _length(head)
        if len(rest) < length:
            return
        body, self._buffer = rest[:length], rest[length:]
        if self._buffer:
            self._server.violations.append("a request before the last was answered")
        self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        server = self._server
        thing = head.split(b" ", 2)[1].partition(b"?")[0].rpartition(b"/")[2].decode()
        worker, _, number = thing.rpartition("-")
        tried = str(json.loads(body)["name"]) if body else ""
        server.came(worker, tried)
        fault = server.fault()
        if fault is not None and fault not in _AFTERWARDS:
            server.failed(fault, worker, tried)
            self._fail(fault, thing)
            return
        server.succeeded(worker, number)
        answer = _json({"thingId": thing, "name": tried or None})
        if fault is None:
            self._wire.write(answer)
        else:
            server.faults[fault] += 1
            self._after(fault, answer)

    def _fail(self, fault: str, thing: str) -> None:
        # What was not whole is not an answer, though it looks like that of this call.
        whole = _json({"thingId": thing, "name": "of a fault"})
        if fault in _REFUSALS:
            self._wire.write(
                b"HTTP/1.1 %b X\r\nRetry-After: 0\r\nContent-Length: 4\r\n\r\nbusy"
                % fault.encode()
            )
        elif fault == "closed before the head":
            self._wire.close()
        elif fault == "reset before the head":
            self._reset()
        elif fault == "reset in the head":
            self._wire.write(whole[:30])
            self._reset()
        elif fault == "closed in the body":
            self._wire.write(whole[:-5])
            self._wire.close()
        elif fault == "truncated gzip":
            packed = gzip.compress(whole.partition(b"\r\n\r\n")[2])[:-6]
            head = _HEAD % len(packed) + b"Content-Encoding: gzip\r\n\r\n"
            self._wire.write(head + packed)
        else:
            raise AssertionError(fault)

    def _after(self, fault: str, answer: bytes) -> None:
        if fault == "in pieces":
            middle = len(answer) // 2
            self._wire.write(answer[:middle])
            loop = asyncio.get_running_loop()
            loop.call_later(0.01, self._wire.write, answer[middle:])
        else:
            self._wire.write(answer)
            self._wire.close()

    def _reset(self) -> None:
        """End the connection the hard way, when what was written is sent."""
        sock: socket.socket = self._wire.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._wire.close()


def _json(value: object) -> bytes:
    body = json.dumps(value).encode()
    return _HEAD % len(body) + b"\r\n" + body


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


_REFUSALS = ("429", "503")
"""Answers that say that nothing was done."""

_AFTERWARDS = ("in pieces", "closed after the answer")
"""The call is answered all the same."""

_FAULTS = (
    *_REFUSALS,
    *_AFTERWARDS,
    "closed before the head",
    "reset before the head",
    "reset in the head",
    "closed in the body",
    "truncated gzip",
)
