"""Pools of connections over httpcore2, and what goes into them and comes out.

A pool belongs to the way that its requests take: through a proxy or straight, with TLS
or without. A stream of events has one of its own: it takes no place of a call, and can
be closed from anywhere without a lock, or a connection, that calls share.
"""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any, Generic, NoReturn, TypeVar, cast
from urllib.parse import urlsplit
from weakref import WeakSet

import httpcore2

from ..errors import APIConnectionError, APITimeoutError
from ..redact import redact_url
from .interface import Request
from .settings import ConnectionSettings
from .sync_connections import make_step_timeouts

__all__ = [
    "FAILURES",
    "Pools",
    "build_request",
    "has_extra_data",
    "raise_error",
    "read_headers",
]

P = TypeVar("P")

_CONNECTIONS = 100
"""At once, through the same proxy or none; calls wait for one to be free."""

_KEPT = 20
"""Connections that are kept while nobody uses them."""

_KEPT_FOR = 30.0
"""Seconds: servers tend to close what is idle for longer."""

_ORIGINS = 64
"""Origins that are remembered; a server may redirect to any number of them."""

_BODIES = frozenset({"PATCH", "POST", "PUT"})
"""Methods whose requests say that they have no body (RFC 9110, 8.6)."""

_UNSENT = (
    httpcore2.ConnectError,
    httpcore2.ConnectTimeout,
    httpcore2.PoolTimeout,
    httpcore2.ProxyError,
    httpcore2.UnsupportedProtocol,
)
"""Failures before the server can have seen anything."""

FAILURES = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    *_UNSENT,
)


class _Origin(Generic[P]):
    """A server: how it is named on the wire, and the pool of its connections."""

    __slots__ = ("host", "name", "pool", "port", "proxy", "scheme")

    def __init__(self, url: str, pool: P, proxy: str | None) -> None:
        parts = urlsplit(url)
        self.pool: P = pool
        self.proxy: str | None = proxy
        self.scheme: bytes = parts.scheme.encode("ascii")
        # What is no ASCII was encoded when the URL was made.
        self.host: bytes = (parts.hostname or "").encode("ascii")
        self.port: int | None = parts.port
        name = b"[%b]" % self.host if b":" in self.host else self.host
        usual = {b"http": 80, b"https": 443}.get(self.scheme)
        if self.port not in (None, usual):
            name = b"%b:%d" % (name, self.port)
        self.name: bytes = name


class Pools(Generic[P]):
    """A pool for each proxy, and one for going without."""

    def __init__(
        self, connection_settings: ConnectionSettings, kind: type[P], backend: object
    ) -> None:
        self._connection_settings = connection_settings
        self._kind = kind
        self._backend = backend
        # Reentrant for signal handlers, which may close the client.
        self._lock = threading.RLock()
        self._origins: dict[str, _Origin[P]] = {}
        self._pools: dict[str | None, P] = {}
        self._streams: WeakSet[P] = WeakSet()

    def find_pool(self, request: Request) -> tuple[P, _Origin[P], str]:
        """The pool for a request, its server, and what is asked of it.

        Raises:
            APIConnectionError: It cannot be connected to from here.
        """
        url = request.url
        end = _find_end(url)
        origin = self._origins.get(url[:end])
        if origin is None:
            try:
                origin = self._add_origin(url[:end])
            except (OSError, ValueError, ImportError) as error:
                raise_error(error, request)
        if request.closed is None:
            return origin.pool, origin, url[end:]
        pool = self._make_pool(origin.scheme.decode("ascii"), origin.proxy)
        with self._lock:
            self._streams.add(pool)
        return pool, origin, url[end:]

    def _add_origin(self, url: str) -> _Origin[P]:
        with self._lock:
            if len(self._origins) >= _ORIGINS:
                self._origins.clear()
            scheme, _, netloc = url.partition("://")
            proxy = self._connection_settings.find_proxy(scheme, netloc)
            # Certificates are read, which takes a while, only where they are needed.
            key = f"{scheme} {proxy or ''}"
            if key not in self._pools:
                self._pools[key] = self._make_pool(scheme, proxy)
            self._origins[url] = made = _Origin(url, self._pools[key], proxy)
            return made

    def _make_pool(self, scheme: str, proxy: str | None) -> P:
        connection_settings = self._connection_settings
        make = cast("Any", self._kind)
        made: P = make(
            ssl_context=(
                connection_settings.get_ssl_context() if scheme == "https" else None
            ),
            proxy=None if proxy is None else connection_settings.make_proxy(proxy),
            max_connections=_CONNECTIONS,
            max_keepalive_connections=_KEPT,
            keepalive_expiry=_KEPT_FOR,
            http2=connection_settings.http2,
            network_backend=self._backend,
        )
        return made

    def take_all(self) -> list[P]:
        """All pools, which are not used any longer."""
        with self._lock:
            pools = [*self._pools.values(), *self._streams]
            self._pools.clear()
            self._streams.clear()
            self._origins.clear()
        return pools


def _find_end(url: str) -> int:
    """Where the origin of a URL ends."""
    start = url.find("://") + 3
    end = url.find("/", start)
    query = url.find("?", start, end if end >= 0 else None)
    return query if query >= 0 else end if end >= 0 else len(url)


def build_request(
    request: Request,
    origin: _Origin[Any],
    target: str,
    content: bytes | Iterator[bytes] | AsyncIterator[bytes] | None,
) -> httpcore2.Request:
    if not target.startswith("/"):
        target = f"/{target}"
    return httpcore2.Request(
        request.method,
        httpcore2.URL(
            scheme=origin.scheme,
            host=origin.host,
            port=origin.port,
            target=target.encode("ascii"),
        ),
        headers=_build_headers(request, origin),
        content=content,
        extensions={"timeout": make_step_timeouts(request)},
    )


def _build_headers(request: Request, origin: _Origin[Any]) -> list[tuple[bytes, bytes]]:
    headers = [
        (name.encode("ascii"), value.encode("latin-1"))
        for name, value in request.headers.items()
    ]
    if not any(name.lower() == b"host" for name, _ in headers):
        headers.insert(0, (b"Host", origin.name))
    content = request.content
    if content is None:
        length = 0 if request.method in _BODIES else None
    elif isinstance(content, bytes):
        length = len(content)
    else:
        length = content.length
    if length is not None:
        headers.append((b"Content-Length", b"%d" % length))
    elif content is not None:
        headers.append((b"Transfer-Encoding", b"chunked"))
    return headers


def read_headers(response: httpcore2.Response) -> dict[str, str]:
    """By lower-case name; several of a name are one (RFC 9110, 5.3)."""
    headers: dict[str, str] = {}
    for raw, content in response.headers:
        name, value = raw.decode("latin-1").lower(), content.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def has_extra_data(response: httpcore2.Response) -> bool:
    """Whether more came than the response, of which all has been read.

    httpcore2 would take the rest for the answer to the next request. Where it does not
    let itself be asked (HTTP/2, where this cannot be) there is no rest.
    """
    found: Any = response.stream
    for name in ("_stream", "_connection", "_h11_state"):
        found = getattr(found, name, None)
    rest: tuple[bytes, bool] = getattr(found, "trailing_data", (b"", False))
    return bool(rest[0])


def raise_error(error: Exception, request: Request) -> NoReturn:
    """Raise the error of ours that stands for one of the library's."""
    unsent = not isinstance(error, FAILURES) or isinstance(error, _UNSENT)
    late = isinstance(error, httpcore2.TimeoutException)
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
