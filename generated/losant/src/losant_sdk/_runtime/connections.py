"""The default transports: pools of connections over httpx2.

The library's own client is left out: it follows redirects, keeps cookies and logs whole
URLs, which is this SDK's business or nobody's.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

import httpx2

from .errors import APIConnectionError, APITimeoutError
from .redact import redact_url
from .transport import AsyncResponse, Request, Response

if TYPE_CHECKING:
    import ssl
    from collections.abc import Sequence

__all__ = ["AsyncHTTPTransport", "HTTPTransport"]

_LIMITS = httpx2.Limits(
    max_connections=100, max_keepalive_connections=20, keepalive_expiry=30.0
)
_UNSENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)
"""Failures before the server can have seen anything."""


class HTTPTransport:
    """Connections that are kept alive; safe to share between threads."""

    def __init__(self) -> None:
        self._context: ssl.SSLContext | None = None
        self._pools: dict[str, httpx2.HTTPTransport] = {}
        self._lock = threading.Lock()

    def send(self, request: Request) -> Response:
        """Send a request and wait for the head of its response."""
        content = request.content
        try:
            pool = self._pool(_origin(request.url))
            built = httpx2.Request(
                request.method,
                request.url,
                headers=_headers(request),
                content=content if isinstance(content, bytes | None) else iter(content),
                extensions={"timeout": _timeout(request)},
            )
            return _Response(pool.handle_request(built), request)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            _failed(error, request)

    def _pool(self, origin: str) -> httpx2.HTTPTransport:
        pool = self._pools.get(origin)
        if pool is not None:
            return pool
        with self._lock:
            if origin not in self._pools:
                if self._context is None:
                    self._context = httpx2.create_ssl_context()
                self._pools[origin] = httpx2.HTTPTransport(
                    verify=self._context, limits=_LIMITS, proxy=_proxy(origin)
                )
            return self._pools[origin]

    def close(self) -> None:
        """Close all connections; a later request opens new ones."""
        with self._lock:
            pools, self._pools = self._pools, {}
        for pool in pools.values():
            pool.close()


class AsyncHTTPTransport:
    """Connections that are kept alive, for one event loop."""

    def __init__(self) -> None:
        self._context: ssl.SSLContext | None = None
        self._pools: dict[str, httpx2.AsyncHTTPTransport] = {}

    async def send(self, request: Request) -> AsyncResponse:
        """Send a request and wait for the head of its response."""
        content = request.content
        try:
            pool = self._pool(_origin(request.url))
            built = httpx2.Request(
                request.method,
                request.url,
                headers=_headers(request),
                content=(
                    content if isinstance(content, bytes | None) else aiter(content)
                ),
                extensions={"timeout": _timeout(request)},
            )
            return _AsyncResponse(await pool.handle_async_request(built), request)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            _failed(error, request)

    def _pool(self, origin: str) -> httpx2.AsyncHTTPTransport:
        pool = self._pools.get(origin)
        if pool is None:
            if self._context is None:
                self._context = httpx2.create_ssl_context()
            pool = self._pools[origin] = httpx2.AsyncHTTPTransport(
                verify=self._context, limits=_LIMITS, proxy=_proxy(origin)
            )
        return pool

    async def close(self) -> None:
        """Close all connections; a later request opens new ones."""
        pools, self._pools = self._pools, {}
        for pool in pools.values():
            await pool.aclose()


class _Response:
    """A response of a pool; closed from another thread, its reader wakes up."""

    def __init__(self, response: httpx2.Response, request: Request) -> None:
        self._response = response
        self._request = request
        # A signal handler, or the garbage collector, may close it in between.
        self._lock = threading.RLock()
        self._reading = False
        self._closed = threading.Event()
        self.status: int = response.status_code
        self.headers: Mapping[str, str] = response.headers

    def read(self) -> bytes:
        """The whole body, decompressed; the response is closed afterwards."""
        try:
            return self._response.read()
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            _failed(error, self._request)
        finally:
            self._response.close()

    def chunks(self) -> Iterator[bytes]:
        """The body in pieces, decompressed, each as soon as it comes."""
        pieces = self._response.iter_bytes()
        while True:
            with self._lock:
                if self._closed.is_set():
                    return
                self._reading = True
            try:
                piece = next(pieces, None)
            except (httpx2.HTTPError, httpx2.StreamError) as error:
                _failed(error, self._request)
            finally:
                with self._lock:
                    self._reading = False
                    closed = self._closed.is_set()
                if closed:
                    self._response.close()
            if piece is None or closed:
                return
            yield piece

    def close(self) -> None:
        """Give the connection up; whoever reads in another thread stops."""
        with self._lock:
            self._closed.set()
            if self._reading:
                # Closing would not wake the reader. It closes when it is awake.
                _hang_up(self._response)
                return
        self._response.close()


class _AsyncResponse:
    """A response of a pool; closed by another task, its reader wakes up."""

    def __init__(self, response: httpx2.Response, request: Request) -> None:
        self._response = response
        self._request = request
        self._reading = False
        self._closed = threading.Event()
        self.status: int = response.status_code
        self.headers: Mapping[str, str] = response.headers

    async def read(self) -> bytes:
        """The whole body, decompressed; the response is closed afterwards."""
        try:
            return await self._response.aread()
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            _failed(error, self._request)
        finally:
            await self._response.aclose()

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body in pieces, decompressed, each as soon as it comes."""
        pieces = aiter(self._response.aiter_bytes())
        while not self._closed.is_set():
            self._reading = True
            try:
                piece = await anext(pieces, None)
            except (httpx2.HTTPError, httpx2.StreamError) as error:
                _failed(error, self._request)
            finally:
                self._reading = False
                if self._closed.is_set():
                    await self._response.aclose()
            if piece is None or self._closed.is_set():
                return
            yield piece

    async def close(self) -> None:
        """Give the connection up; whatever task reads stops."""
        self._closed.set()
        if self._reading:
            _hang_up(self._response)
        else:
            await self._response.aclose()


def _hang_up(response: httpx2.Response) -> None:
    """Shut the connection down, so that whoever waits for it sees its end."""
    stream = response.extensions.get("network_stream")
    found = stream.get_extra_info("socket") if stream is not None else None
    if found is None:
        return
    with suppress(OSError):  # it may just have ended by itself
        if isinstance(found, socket.socket):
            # Not the method of the TLS socket, which takes the reader's state away.
            socket.socket.shutdown(found, socket.SHUT_RDWR)
        else:
            found.shutdown(socket.SHUT_RDWR)


def _headers(request: Request) -> Sequence[tuple[bytes, bytes]]:
    headers = [
        (name.encode("ascii"), value.encode("latin-1"))
        for name, value in request.headers.items()
    ]
    content = request.content
    length = None if isinstance(content, bytes | None) else content.length
    if length is not None:
        headers.append((b"Content-Length", str(length).encode()))
    return headers


def _timeout(request: Request) -> dict[str, float | None]:
    timeout = request.timeout
    return {
        "connect": timeout.connect,
        "read": timeout.read,
        "write": timeout.write,
        "pool": timeout.pool,
    }


def _origin(url: str) -> str:
    end = url.find("/", url.find("://") + 3)
    return url if end < 0 else url[:end]


def _proxy(origin: str) -> str | None:
    """The proxy that the environment names for an origin (``HTTPS_PROXY`` …)."""
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(origin)
    proxies = getproxies()
    found = proxies.get(parts.scheme) or proxies.get("all")
    if not found or proxy_bypass(parts.netloc):
        return None
    return found if "://" in found else f"http://{found}"


def _failed(error: Exception, request: Request) -> NoReturn:
    """Raise the error of ours that stands for one of the library's."""
    unsent = isinstance(error, _UNSENT)
    late = isinstance(error, httpx2.TimeoutException)
    kind = APITimeoutError if late else APIConnectionError
    said = {
        (True, True): "no connection in time",
        (True, False): "no connection",
        (False, True): "no answer in time",
        (False, False): "the connection failed",
    }[unsent, late]
    reason = redact_url(str(error)) or type(error).__name__
    raise kind(
        f"{said}: {reason}",
        sent=not unsent,
        method=request.method,
        url=redact_url(request.url),
    ) from error
