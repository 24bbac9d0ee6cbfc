"""Connections of calls that are awaited, as httpcore2 uses them.

They are plain sockets that an event loop watches only while somebody waits for them: so
those of a loop that is gone can be closed without it.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

import httpcore2

from .dialing import (
    STAGGER,
    Address,
    interleave_families,
    open_socket,
    parse_numeric_host,
)
from .sync_connections import (
    Tunnel,
    convert_errors,
    get_seconds_left,
    hang_up,
    is_readable,
)

__all__ = ["AsyncConnections"]

A = TypeVar("A")
T = TypeVar("T")

_RECORD = 64 * 1024
"""Bytes that are asked for, or sent, at once."""

_TURN = 8
"""After so many reads that need not wait, others have their turn."""


class AsyncConnection(httpcore2.AsyncNetworkStream):
    """A connection over a socket that does not block."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._waiting = 0
        self._closed = False
        self._at_once = 0

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Wait for bytes."""
        self._at_once = (self._at_once + 1) % _TURN
        if not self._at_once:
            await asyncio.sleep(0)
        with convert_errors(httpcore2.ReadTimeout, httpcore2.ReadError):
            try:
                return self._sock.recv(max_bytes)
            except (BlockingIOError, InterruptedError):
                loop = asyncio.get_running_loop()
            return await self._wait(loop.sock_recv, max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all bytes."""
        if not buffer:
            return
        with convert_errors(httpcore2.WriteTimeout, httpcore2.WriteError):
            try:
                sent = self._sock.send(buffer)
            except (BlockingIOError, InterruptedError):
                sent = 0
            loop = asyncio.get_running_loop()
            # Piece by piece, since the time is that for a piece to be taken.
            for start in range(sent, len(buffer), _RECORD):
                piece = memoryview(buffer)[start : start + _RECORD]
                await self._wait(loop.sock_sendall, piece, timeout)

    async def _wait(
        self,
        step: Callable[[socket.socket, A], Awaitable[T]],
        argument: A,
        timeout: float | None,
    ) -> T:
        self._waiting += 1
        try:
            async with asyncio.timeout(get_seconds_left(timeout)):
                return await step(self._sock, argument)
        finally:
            self._waiting -= 1
            if self._closed and not self._waiting:
                self._sock.close()

    async def aclose(self) -> None:
        """Close it; who waits sees its end."""
        self.hang_up()

    def hang_up(self) -> None:
        """The same."""
        self._closed = True
        if self._waiting:
            # The event loop watches the socket, and must not find another in its place.
            hang_up(self._sock)
        else:
            self._sock.close()

    def abandon(self) -> None:
        """Close it; nobody waits, since the event loop is gone."""
        self._sock.close()

    @property
    def is_open(self) -> bool:
        """Whether it is to be closed."""
        return self._sock.fileno() >= 0

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """The same connection with TLS."""
        return await _secure(self, ssl_context, server_hostname, timeout)

    def get_extra_info(self, info: str) -> object:
        """What httpcore2 asks for."""
        if info == "socket":
            return self._sock
        return is_readable(self._sock) if info == "is_readable" else None


class _AsyncTunnelConnection(httpcore2.AsyncNetworkStream):
    """TLS over a connection, which may itself be one with TLS."""

    def __init__(self, line: httpcore2.AsyncNetworkStream, tunnel: Tunnel) -> None:
        self._line = line
        self._tunnel = tunnel
        self._sending = asyncio.Lock()

    async def run_step(self, step: Callable[[], T], timeout: float | None) -> T | None:
        """Take a step, and wait for what it needs."""
        while True:
            done, result = self._tunnel.try_step(step)
            if self._tunnel.to_send.pending:
                # Over HTTP/2 one task reads while another one writes.
                async with self._sending:
                    await self._line.write(self._tunnel.to_send.read(), timeout)
            if done:
                return result
            self._tunnel.feed(await self._line.read(_RECORD, timeout))

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Wait for bytes."""
        with convert_errors(httpcore2.ReadTimeout, httpcore2.ReadError):
            read = await self.run_step(lambda: self._tunnel.read(max_bytes), timeout)
            return read or b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send all bytes."""
        if buffer:
            with convert_errors(httpcore2.WriteTimeout, httpcore2.WriteError):
                await self.run_step(lambda: self._tunnel.object.write(buffer), timeout)

    async def aclose(self) -> None:
        """Close it."""
        await self._line.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """TLS within TLS."""
        return await _secure(self, ssl_context, server_hostname, timeout)

    def get_extra_info(self, info: str) -> object:
        """What httpcore2 asks for."""
        if info == "ssl_object":
            return self._tunnel.object
        return self._line.get_extra_info(info)


async def _secure(
    line: httpcore2.AsyncNetworkStream,
    context: ssl.SSLContext,
    host: str | None,
    timeout: float | None,
) -> httpcore2.AsyncNetworkStream:
    try:
        with convert_errors(httpcore2.ConnectTimeout, httpcore2.ConnectError):
            tunnel = Tunnel(context, host)
            secured = _AsyncTunnelConnection(line, tunnel)
            async with asyncio.timeout(get_seconds_left(timeout)):
                await secured.run_step(tunnel.object.do_handshake, None)
            return secured
    except (httpcore2.ReadError, httpcore2.WriteError) as error:
        await line.aclose()
        raise httpcore2.ConnectError(str(error)) from error
    except BaseException:
        await line.aclose()
        raise


class AsyncConnections(httpcore2.AsyncNetworkBackend):
    """Makes connections, and knows which are open."""

    def __init__(self) -> None:
        self._open: list[AsyncConnection] = []

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        """Connect to a host, at whichever of its addresses."""
        with convert_errors(httpcore2.ConnectTimeout, httpcore2.ConnectError):
            async with asyncio.timeout(get_seconds_left(timeout)):
                sock = await _dial(host, port)
        line = AsyncConnection(sock)
        self._open = [each for each in self._open if each.is_open] + [line]
        return line

    def take_all(self) -> list[AsyncConnection]:
        """All connections that are open, which somebody else closes."""
        taken, self._open = self._open, []
        return taken

    def hang_up(self) -> None:
        """Close all connections, those too that tasks of this event loop wait for."""
        while self._open:
            self._open.pop().hang_up()

    def abandon(self) -> None:
        """Close all connections of an event loop that is gone."""
        while self._open:
            self._open.pop().abandon()


async def _dial(host: str, port: int) -> socket.socket:
    """A connection to a host, whichever of its addresses answers first."""
    loop = asyncio.get_running_loop()
    found = parse_numeric_host(host, port) or list(
        await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    )
    waiting = interleave_families(found)
    if len(waiting) == 1:
        return await _connect(waiting[0])
    problem: OSError = OSError("no address")
    running: set[asyncio.Task[socket.socket]] = set()
    try:
        while waiting or running:
            if waiting:
                running.add(asyncio.create_task(_connect(waiting.pop(0))))
            done, running = await asyncio.wait(
                running,
                timeout=STAGGER if waiting else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for task in done:
                error = task.exception()
                if error is None:
                    running |= done - {task}
                    return task.result()
                problem = error if isinstance(error, OSError) else problem
        raise problem
    finally:
        await _cancel_all(running)


async def _cancel_all(running: set[asyncio.Task[socket.socket]]) -> None:
    for task in running:
        task.cancel()
        task.add_done_callback(_close)
    if running:
        await asyncio.wait(running)


def _close(task: asyncio.Task[socket.socket]) -> None:
    if not task.cancelled() and task.exception() is None:
        task.result().close()


async def _connect(address: Address) -> socket.socket:
    made = open_socket(address)
    try:
        await asyncio.get_running_loop().sock_connect(made, address[4])
    except BaseException:
        made.close()
        raise
    return made
