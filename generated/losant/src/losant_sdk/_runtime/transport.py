"""How requests travel: a small interface of our own.

To bring another HTTP library, write a class with ``send`` and ``close`` and pass it as
``transport=``. The default one, over httpcore2 (the connections of httpx2), is in
``connections``; nothing of it is part of the interface.
"""

from __future__ import annotations

import time
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
        timeout: Seconds to wait in each step.
        deadline: When the whole call has to be over, in seconds of ``time.monotonic()``,
            or None. It is taken away once a stream of events stands.
    """

    __slots__ = ("content", "deadline", "headers", "method", "timeout", "url")

    def __init__(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        content: bytes | Streamed | None,
        timeout: Timeout,
        deadline: float | None = None,
    ) -> None:
        self.method: str = method
        self.url: str = url
        self.headers: Mapping[str, str] = headers
        self.content: bytes | Streamed | None = content
        self.timeout: Timeout = timeout
        self.deadline: float | None = deadline

    def left(self, seconds: float | None) -> float | None:
        """Of so many seconds for a step, those that the deadline leaves; never negative."""
        if self.deadline is None:
            return seconds
        left = max(0.0, self.deadline - time.monotonic())
        return left if seconds is None else min(seconds, left)

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

    def chunks(self) -> Iterator[bytes]:
        """The body in pieces, each as soon as it comes.

        As it was sent: what ``Content-Encoding`` says is undone by the client, which
        thereby knows how large it becomes. A transport that cannot help undoing it
        leaves out that header.
        """
        ...

    def close(self) -> None:
        """Give the connection back, or up if there is more to read.

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

    def chunks(self) -> AsyncIterator[bytes]:
        """The body in pieces, each as soon as it comes, as ``Response.chunks`` does."""
        ...

    async def close(self) -> None:
        """Give the connection back, or up if there is more to read.

        May be called by another task, in which ``chunks`` then waits no longer.
        """
        ...


class Transport(Protocol):
    """Sends requests; safe to use from several threads.

    ``send`` and reading raise ``APITimeoutError`` or ``APIConnectionError``, with
    ``sent=False`` where the server cannot have seen the request. They wait as long as
    ``Request.left`` says for each step. Redirects are not followed and no cookies are
    kept: that is the client's business.
    """

    def send(self, request: Request) -> Response:
        """Send a request and wait for the head of its response."""
        ...

    def close(self) -> None:
        """Close all connections."""
        ...


class AsyncTransport(Protocol):
    """Sends requests, asynchronously; otherwise as ``Transport``.

    A call that comes to its deadline is cancelled.
    """

    async def send(self, request: Request) -> AsyncResponse:
        """Send a request and wait for the head of its response."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...
