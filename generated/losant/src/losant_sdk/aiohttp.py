"""Connections over aiohttp, for an asynchronous client: needs the extra ``aiohttp``.

::

    async with AiohttpTransport() as transport:
        client = AsyncClient(transport=transport)

It is worth its while where a program uses aiohttp anyway, or where very many calls run
at once. HTTP/2 and SOCKS proxies are for the transport that is there by default.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, NoReturn

import aiohttp
from yarl import URL

from ._runtime.errors import APIConnectionError, APITimeoutError
from ._runtime.redact import redact_url
from ._runtime.transport.interface import AsyncResponse, AsyncTransport, Request
from ._runtime.transport.settings import ConnectionSettings

if TYPE_CHECKING:
    import ssl
    from typing import Self

    from ._runtime import Verify

__all__ = ["AiohttpTransport"]

_KEPT_FOR = 30.0
"""Seconds: servers tend to close what is idle for longer."""

_UNSENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientHttpProxyError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.InvalidURL,
)
"""Failures before the server can have seen anything."""


class AiohttpTransport(AsyncTransport):
    """Sends requests over aiohttp.

    It belongs to the event loop in which it sends first, and is to be closed there,
    with ``async with`` or ``close``; a client that it was given to does not close it.

    Args:
        proxy: URL of an HTTP proxy, with name and password if it wants them; by default
            what ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY`` and ``NO_PROXY`` say.
        verify: Which certificates to trust: a file or folder in PEM format, or an
            ``ssl.SSLContext``; by default those of the system, or of ``SSL_CERT_FILE``
            or ``SSL_CERT_DIR``. ``False`` trusts everybody, which is not safe.
        trust_env: Whether the environment may name proxies and certificates.
        connections: How many there may be at once; calls wait for one to be free.

    Raises:
        ValueError: There is no such file or proxy, or a number that is not positive.
    """

    def __init__(
        self,
        *,
        proxy: str | None = None,
        verify: Verify = True,
        trust_env: bool = True,
        connections: int = 100,
    ) -> None:
        if proxy is not None and proxy.lower().startswith("socks"):
            raise ValueError("proxy: aiohttp knows no SOCKS")
        if connections < 1:
            raise ValueError(f"connections is a positive number, not {connections!r}")
        self._connection_settings = ConnectionSettings(
            proxy=proxy, verify=verify, trust_env=trust_env
        )
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def send(self, request: Request) -> AsyncResponse:
        """Send a request and wait for the head of its response."""
        url = URL(request.url, encoded=True)
        proxy, context = self._way(request, url)
        timeout = request.timeout
        content = request.content
        data = content if isinstance(content, bytes | None) else aiter(content)
        try:
            response = await self._opened().request(
                request.method,
                url,
                headers=_headers(request),
                data=data,
                allow_redirects=False,
                proxy=proxy,
                ssl=context,
                timeout=aiohttp.ClientTimeout(
                    total=None,
                    # This one counts from the wait for a free connection on.
                    connect=request.left(_sum(timeout.pool, timeout.connect)),
                    sock_connect=request.left(timeout.connect),
                    sock_read=request.left(timeout.read),
                ),
            )
        except (aiohttp.ClientError, TimeoutError) as error:
            _failed(error, request)
        return _Response(response, request)

    def _way(
        self, request: Request, url: URL
    ) -> tuple[str | None, ssl.SSLContext | bool]:
        """The proxy to go through, and whom to trust.

        Raises:
            APIConnectionError: There is no such way.
        """
        try:
            proxy = self._connection_settings.find_proxy(url.scheme, url.raw_authority)
            tls = url.scheme == "https" or (proxy or "").startswith("https:")
            return proxy, self._connection_settings.get_ssl_context() if tls else True
        except (OSError, ValueError, ImportError) as error:
            _failed(error, request, unsent=True)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=self._connections, keepalive_timeout=_KEPT_FOR
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                skip_auto_headers=(
                    "Accept", "Accept-Encoding", "Content-Type", "User-Agent"
                ),
            )  # fmt: skip
        return self._session

    async def close(self) -> None:
        """Close all connections; a later request opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()


class _Response:
    """A response; closed by another task, its reader wakes up."""

    def __init__(self, response: aiohttp.ClientResponse, request: Request) -> None:
        self._response = response
        self._request = request
        self._closed = asyncio.Event()
        self.status: int = response.status
        headers: dict[str, str] = {}
        for raw, value in response.headers.items():
            name = raw.lower()
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        self.headers: Mapping[str, str] = headers

    @property
    def http_version(self) -> str:
        """The version of HTTP that was spoken: ``1.1``."""
        version = self._response.version
        return f"{version.major}.{version.minor}" if version else ""

    def chunks(self) -> AsyncIterator[bytes]:
        """The body in pieces, each as soon as it comes."""
        # No generator: one that is left would be closed in a task of its own.
        return self

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        chunk = b""
        if not self._closed.is_set():
            try:
                chunk = await self._response.content.readany()
            except (aiohttp.ClientError, TimeoutError) as error:
                if not self._closed.is_set():
                    _failed(error, self._request)
        if not chunk:
            raise StopAsyncIteration
        return chunk

    async def close(self) -> None:
        """Give the connection back, or up; whatever task reads stops."""
        self._closed.set()
        if self._response.content.at_eof():
            self._response.release()
        else:
            self._response.close()


def _sum(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else first + second


def _headers(request: Request) -> dict[str, str]:
    headers = dict(request.headers)
    content = request.content
    # Of bytes aiohttp says itself how many there are.
    length = None if isinstance(content, bytes | None) else content.length
    if length is not None:
        headers["Content-Length"] = str(length)
    return headers


def _failed(error: Exception, request: Request, *, unsent: bool = False) -> NoReturn:
    """Raise the error of ours that stands for one of the library's."""
    late = isinstance(error, TimeoutError)
    kind = APITimeoutError if late else APIConnectionError
    reason = redact_url(str(error)) or type(error).__name__
    raise kind(
        f"{'no answer in time' if late else 'the connection failed'}: {reason}",
        sent=not (unsent or isinstance(error, _UNSENT)),
        method=request.method,
        url=redact_url(request.url),
    ) from error
