"""How requests travel: a small interface of our own.

To bring another HTTP library, write a class with ``send`` and ``close`` and pass it as
``transport=``. The default one, over httpx2, is in ``connections``; nothing of httpx2 is
part of the interface.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import TYPE_CHECKING, Protocol

from .redact import redact_url

if TYPE_CHECKING:
    from .content import Streamed
    from .timeout import Timeout

__all__ = ["AsyncResponse", "AsyncTransport", "Request", "Response", "Transport"]


class Request:
    """One request as it goes out.

    Attributes:
        method: The HTTP method, in capitals.
        url: The whole URL, percent-encoded.
        headers: All headers but ``Host``, ``Content-Length`` and those of the connection.
        content: The body: bytes, or what gives it in pieces, which both ``for`` and
            ``async for`` go through, and whose ``length`` may be known.
        timeout: How long to wait.
    """

    __slots__ = ("content", "headers", "method", "timeout", "url")

    def __init__(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        content: bytes | Streamed | None,
        timeout: Timeout,
    ) -> None:
        self.method: str = method
        self.url: str = url
        self.headers: Mapping[str, str] = headers
        self.content: bytes | Streamed | None = content
        self.timeout: Timeout = timeout

    def __repr__(self) -> str:
        return f"<Request {self.method} {redact_url(self.url)}>"


class Response(Protocol):
    """A response whose body is read when it is asked for."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers; names are asked for in lower case."""
        ...

    def read(self) -> bytes:
        """The whole body, decompressed; the response is closed afterwards."""
        ...

    def chunks(self) -> Iterator[bytes]:
        """The body in pieces, decompressed, each as soon as it comes."""
        ...

    def close(self) -> None:
        """Give the connection up.

        May be called from another thread, in which ``chunks`` then waits no longer.
        """
        ...


class AsyncResponse(Protocol):
    """A response whose body is read when it is asked for."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers; names are asked for in lower case."""
        ...

    async def read(self) -> bytes:
        """The whole body, decompressed; the response is closed afterwards."""
        ...

    def chunks(self) -> AsyncIterator[bytes]:
        """The body in pieces, decompressed, each as soon as it comes."""
        ...

    async def close(self) -> None:
        """Give the connection up.

        May be called by another task, in which ``chunks`` then waits no longer.
        """
        ...


class Transport(Protocol):
    """Sends requests; safe to use from several threads.

    ``send`` and reading raise ``APITimeoutError`` or ``APIConnectionError``, with
    ``sent=False`` where the server cannot have seen the request. Redirects are not
    followed and no cookies are kept: that is the client's business.
    """

    def send(self, request: Request) -> Response:
        """Send a request and wait for the head of its response."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...


class AsyncTransport(Protocol):
    """Sends requests, asynchronously; otherwise as ``Transport``."""

    async def send(self, request: Request) -> AsyncResponse:
        """Send a request and wait for the head of its response."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...
