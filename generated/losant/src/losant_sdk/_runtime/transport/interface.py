"""How requests travel: a small interface of our own.

To bring another HTTP library, write a class with ``send`` and ``close`` and pass it as
``transport=``. The default one, over httpcore2 (the connections of httpx2), is in
``default``; nothing of it is part of the interface.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Protocol

from ..redact import redact_url
from ..values import Headers

if TYPE_CHECKING:
    from .content import Streamed
    from .timeout import Timeout

__all__ = [
    "AsyncResponse",
    "AsyncTransport",
    "Request",
    "Response",
    "ResponseHead",
    "Transport",
    "warn_not_closed",
]


class Request:
    """One request as it goes out.

    Attributes:
        method: The HTTP method, in capitals.
        url: The whole URL, percent-encoded.
        headers: All headers but ``Content-Length`` and those of the connection;
            ``Host`` only if it is another one than the URL says.
        content: The body: bytes, or what gives it in pieces, which both ``for`` and
            ``async for`` go through, and whose ``length`` may be known.
        timeout: Seconds to wait in each step.
        deadline: When the whole call has to be over, in seconds of ``time.monotonic()``,
            or None. It is taken away once a stream of events stands.
        operation: What is called: ``device.get``.
        attempt: The how manieth request of the call this is, from 1.
        closed: Of a stream of events, whether the caller has closed it meanwhile, so
            that nobody waits for it; of anything else None.
    """

    __slots__ = (
        "attempt", "closed", "content", "deadline", "headers", "method", "operation",
        "timeout", "url",
    )  # fmt: skip

    def __init__(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        content: bytes | Streamed | None,
        timeout: Timeout,
        deadline: float | None = None,
        operation: str = "",
    ) -> None:
        self.method: str = method
        self.url: str = url
        self.headers: dict[str, str] = headers
        self.content: bytes | Streamed | None = content
        self.timeout: Timeout = timeout
        self.deadline: float | None = deadline
        self.operation: str = operation
        self.attempt: int = 0
        self.closed: Callable[[], bool] | None = None

    def copy(self) -> Request:
        """The same request, with headers of its own."""
        made = Request(
            self.method,
            self.url,
            dict(self.headers),
            self.content,
            self.timeout,
            self.deadline,
            self.operation,
        )
        made.attempt, made.closed = self.attempt, self.closed
        return made

    def left(self, seconds: float | None) -> float | None:
        """Of so many seconds for a step, those that the deadline leaves; never negative.

        There are none left of a stream that was closed.
        """
        if self.closed is not None and self.closed():
            return 0.0
        if self.deadline is None:
            return seconds
        left = max(0.0, self.deadline - time.monotonic())
        return left if seconds is None else min(seconds, left)

    def __repr__(self) -> str:
        # Of a path nobody knows here what in it is secret.
        return f"<Request {self.method} {self.operation or redact_url(self.url)}>"


class ResponseHead:
    """The head of a response, as hooks see it: the body is still to come.

    Attributes:
        request: The request as it went out.
        status: The HTTP status.
        headers: The headers as the server sent them, secrets included, by name in any
            case.
        elapsed: Seconds from sending the request to the head of the response.
    """

    __slots__ = ("elapsed", "headers", "request", "status")

    def __init__(
        self,
        request: Request,
        status: int,
        headers: Mapping[str, str],
        elapsed: float,
    ) -> None:
        self.request: Request = request
        self.status: int = status
        self.headers: Mapping[str, str] = Headers(
            (name.lower(), value) for name, value in headers.items()
        )
        self.elapsed: float = elapsed

    def __repr__(self) -> str:
        return f"<ResponseHead {self.status} of {self.request!r}>"


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


def warn_not_closed(core: object) -> None:
    """Warn that connections are closed by the garbage collector, which may come late."""
    warnings.warn(
        "a client was not closed: use it in a with statement, or call close()",
        ResourceWarning,
        stacklevel=3,
        source=core,
    )
