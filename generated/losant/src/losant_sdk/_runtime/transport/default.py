"""The default transports: pools of connections over httpcore2, which httpx2 stands on.

The client of httpx2 is left out: it follows redirects, keeps cookies, expands bodies of
any size and logs whole URLs, which is this SDK's business or nobody's.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Iterable,
    Iterator,
    Mapping,
)
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakSet

import httpcore2

from .async_connections import AsyncConnections
from .closing import Closing
from .interface import AsyncResponse, Request, Response
from .pools import (
    FAILURES,
    Pools,
    build_request,
    has_extra_data,
    raise_error,
    read_headers,
)
from .settings import ConnectionSettings
from .sync_connections import Connections, hang_up

if TYPE_CHECKING:
    from typing import Self

__all__ = ["AsyncHTTPTransport", "HTTPTransport"]

for _name in ("httpcore2.http11", "httpcore2.http2", "hpack"):
    # Their messages for debugging hold headers, with cookies and tokens. Whoever wants
    # them all the same asks for them by these names.
    if logging.getLogger(_name).level == logging.NOTSET:
        logging.getLogger(_name).setLevel(logging.INFO)


class HTTPTransport:
    """Connections that are kept alive; safe to share between threads."""

    def __init__(self, connection_settings: ConnectionSettings | None = None) -> None:
        self._connection_settings = connection_settings or ConnectionSettings()
        self._begin()
        _TRANSPORTS.add(self)

    def _begin(self) -> None:
        self._lines = Connections()
        self._pools = Pools(
            self._connection_settings, httpcore2.ConnectionPool, self._lines
        )

    def release_after_fork(self) -> None:
        """Leave the connections to the process that this one is a copy of."""
        lines = self._lines
        self._begin()
        lines.abandon()

    def send(self, request: Request) -> Response:
        """Send a request and wait for the head of its response."""
        pool, origin, target = self._pools.find_pool(request)
        content = request.content
        body = content if isinstance(content, bytes | None) else iter(content)
        try:
            made = build_request(request, origin, target, body)
            return _Response(pool.handle_request(made), request, pool)
        except FAILURES as error:
            raise_error(error, request)

    def close(self) -> None:
        """Close all connections; a later request opens new ones."""
        lines = self._lines.take_all()
        for pool in self._pools.take_all():
            pool.close()
        for line in lines:  # those that were just being made, or forgotten
            line.close()


class AsyncHTTPTransport:
    """Connections that are kept alive, for one event loop."""

    def __init__(self, connection_settings: ConnectionSettings | None = None) -> None:
        self._lines = AsyncConnections()
        _TRANSPORTS.add(self)
        self._pools = Pools(
            connection_settings or ConnectionSettings(),
            httpcore2.AsyncConnectionPool,
            self._lines,
        )

    async def send(self, request: Request) -> AsyncResponse:
        """Send a request and wait for the head of its response."""
        pool, origin, target = self._pools.find_pool(request)
        content = request.content
        body = content if isinstance(content, bytes | None) else aiter(content)
        try:
            made = build_request(request, origin, target, body)
            response = await pool.handle_async_request(made)
            return _AsyncResponse(response, request, pool)
        except FAILURES as error:
            raise_error(error, request)

    async def close(self) -> None:
        """Close all connections; a later request opens new ones."""
        lines = self._lines.take_all()
        for pool in self._pools.take_all():
            await pool.aclose()
        for line in lines:  # those that were just being made, or forgotten
            line.hang_up()

    def hang_up(self) -> None:
        """The same without awaiting, in the event loop that they belong to."""
        self._pools.take_all()
        self._lines.hang_up()

    def abandon(self) -> None:
        """Close all connections of an event loop that is gone."""
        self._pools.take_all()
        self._lines.abandon()

    def release_after_fork(self) -> None:
        """Leave the connections to the process that this one is a copy of."""
        self._lines.abandon()


class _Response:
    """A response of a pool; closed from another thread, its reader wakes up."""

    def __init__(
        self,
        response: httpcore2.Response,
        request: Request,
        pool: httpcore2.ConnectionPool,
    ) -> None:
        self._response = response
        self._request = request
        self._pool = pool
        self._open = [response]
        # A signal handler, or the garbage collector, may close it in between.
        self._lock = threading.RLock()
        self._reading = False
        self._closed = Closing()
        self.status: int = response.status
        self.headers: Mapping[str, str] = read_headers(response)

    @property
    def http_version(self) -> str:
        """The version of HTTP that was spoken: ``1.1``, ``2``."""
        return _get_version(self._response)

    def chunks(self) -> Iterator[bytes]:
        """The body in pieces, each as soon as it comes."""
        pieces = iter(cast("Iterable[bytes]", self._response.stream))
        while True:
            self._reading = True  # from here on whoever closes leaves that to this
            try:
                with self._lock:
                    closed = self._closed.is_set()
                piece = None if closed else next(pieces, None)
            except FAILURES as error:
                raise_error(error, self._request)
            finally:
                with self._lock:
                    self._reading = False
                    closed = self._closed.is_set()
                if closed:
                    self._end()
            if piece is None and has_extra_data(self._response):
                _get_connection(self._response).close()
            if piece is None or closed:
                return
            yield piece

    def close(self) -> None:
        """Give the connection back, or up; whoever reads in another thread stops."""
        with self._lock:
            self._closed.set()
            if self._reading:
                # Closing would not wake the reader. It closes when it is awake.
                _hang_up(self._response)
                return
        self._end()

    def _end(self) -> None:
        try:
            response = self._open.pop()  # in one step, which nothing interrupts
        except IndexError:
            return
        response.close()
        if self._request.closed is not None:
            self._pool.close()


class _AsyncResponse:
    """A response of a pool; closed by another task, its reader wakes up."""

    def __init__(
        self,
        response: httpcore2.Response,
        request: Request,
        pool: httpcore2.AsyncConnectionPool,
    ) -> None:
        self._response = response
        self._request = request
        self._pool = pool
        self._pieces: AsyncGenerator[bytes] | None = None
        self._reading = False
        self._closed = Closing()
        self.status: int = response.status
        self.headers: Mapping[str, str] = read_headers(response)

    @property
    def http_version(self) -> str:
        """The version of HTTP that was spoken: ``1.1``, ``2``."""
        return _get_version(self._response)

    def chunks(self) -> AsyncIterator[bytes]:
        """The body in pieces, each as soon as it comes."""
        return self

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        if self._closed.is_set():
            raise StopAsyncIteration
        if self._pieces is None:
            stream = cast("AsyncIterable[bytes]", self._response.stream)
            self._pieces = cast("AsyncGenerator[bytes]", aiter(stream))
        self._reading = True
        try:
            piece = await anext(self._pieces, None)
        except FAILURES as error:
            raise_error(error, self._request)
        finally:
            self._reading = False
            if self._closed.is_set():
                await self._close()
        if piece is None and has_extra_data(self._response):
            await _get_connection(self._response).aclose()
        if piece is None or self._closed.is_set():
            raise StopAsyncIteration
        return piece

    async def close(self) -> None:
        """Give the connection back, or up; whatever task reads stops."""
        self._closed.set()
        if self._reading:
            _hang_up(self._response)
        else:
            await self._close()

    async def _close(self) -> None:
        await self._response.aclose()
        if self._pieces is not None:
            # Left to the garbage collector it would be closed in a task of its own.
            await self._pieces.aclose()
        if self._request.closed is not None:
            await self._pool.aclose()


def _hang_up(response: httpcore2.Response) -> None:
    hang_up(_get_connection(response).get_extra_info("socket"))


def _get_version(response: httpcore2.Response) -> str:
    spoken: bytes = cast("Any", response).extensions.get("http_version", b"")
    return spoken.decode("ascii").removeprefix("HTTP/")


def _get_connection(response: httpcore2.Response) -> Any:
    # Its extensions have no type.
    return cast("Any", response).extensions["network_stream"]


_TRANSPORTS: WeakSet[HTTPTransport | AsyncHTTPTransport] = WeakSet()
"""Those that there are."""


def _release_after_fork() -> None:
    # Two processes that read from one connection would get each other's answers.
    for transport in list(_TRANSPORTS):
        transport.release_after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_release_after_fork)
