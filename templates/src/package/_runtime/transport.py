"""How requests travel: a small interface of our own, by default over httpx2.

To bring another HTTP library, write a class with ``send`` and ``close`` and pass it as
``transport=``; nothing of httpx2 is part of it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import TYPE_CHECKING, NoReturn, Protocol

from .errors import APIConnectionError, APITimeoutError
from .redact import redact_url

if TYPE_CHECKING:
    import httpx2

    from .multipart import Form

__all__ = [
    "AsyncHTTPTransport",
    "AsyncResponse",
    "AsyncTransport",
    "HTTPTransport",
    "Refused",
    "Request",
    "Response",
    "Timeout",
    "Transport",
]


class Timeout:
    """Seconds to wait for a connection, for data to come or go, for a free connection.

    None waits for ever.
    """

    __slots__ = ("connect", "pool", "read", "write")

    def __init__(
        self,
        timeout: float | None = 60.0,
        *,
        connect: float | None = 10.0,
        read: float | None = None,
        write: float | None = None,
        pool: float | None = None,
    ) -> None:
        self.connect = connect
        self.read = timeout if read is None else read
        self.write = timeout if write is None else write
        self.pool = timeout if pool is None else pool

    def __repr__(self) -> str:
        return (
            f"Timeout(connect={self.connect}, read={self.read}, write={self.write},"
            f" pool={self.pool})"
        )


class Refused(APIConnectionError):
    """No connection was made, so that the server cannot have acted."""


class Request:
    """One request as it goes out."""

    __slots__ = ("content", "headers", "method", "timeout", "url")

    def __init__(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        content: bytes | Form | None,
        timeout: Timeout,
    ) -> None:
        self.method = method
        self.url = url
        self.headers = headers
        self.content = content
        self.timeout = timeout

    def __repr__(self) -> str:
        return f"<Request {self.method} {redact_url(self.url)}>"


class Response(Protocol):
    """A response whose body is read when it is asked for."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]:
        """Headers by lower-case name."""
        ...

    def read(self) -> bytes: ...
    def chunks(self) -> Iterator[bytes]: ...
    def close(self) -> None: ...


class AsyncResponse(Protocol):
    """A response whose body is read when it is asked for."""

    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    async def read(self) -> bytes: ...
    def chunks(self) -> AsyncIterator[bytes]: ...
    async def close(self) -> None: ...


class Transport(Protocol):
    """Sends requests.

    ``send`` raises ``APITimeoutError`` or ``APIConnectionError``, and so does reading.
    """

    def send(self, request: Request) -> Response: ...
    def close(self) -> None: ...


class AsyncTransport(Protocol):
    """Sends requests, asynchronously."""

    async def send(self, request: Request) -> AsyncResponse: ...
    async def close(self) -> None: ...


def _failed(error: httpx2.HTTPError | httpx2.StreamError, request: Request) -> NoReturn:
    """Raise the error of ours that stands for one of the library's."""
    import httpx2

    method, url = request.method, redact_url(request.url)
    reason = str(error) or type(error).__name__
    if isinstance(
        error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout
    ):
        if isinstance(error, httpx2.TimeoutException):
            raise _RefusedInTime(
                f"no connection in time: {reason}", method=method, url=url
            ) from error
        raise Refused(f"no connection: {reason}", method=method, url=url) from error
    if isinstance(error, httpx2.TimeoutException):
        raise APITimeoutError(
            f"no answer in time: {reason}", method=method, url=url
        ) from error
    raise APIConnectionError(
        f"the connection failed: {reason}", method=method, url=url
    ) from error


class _RefusedInTime(Refused, APITimeoutError):
    """No connection was made in time."""


class HTTPTransport:
    """One pool of connections, kept alive; made when the first request goes out."""

    def __init__(self) -> None:
        import httpx2

        self._client = httpx2.Client(follow_redirects=True)

    def send(self, request: Request) -> Response:
        import httpx2

        timeout, content = request.timeout, request.content
        built = self._client.build_request(
            request.method,
            request.url,
            headers=dict(request.headers),
            content=content if isinstance(content, bytes | None) else iter(content),
            timeout=httpx2.Timeout(
                connect=timeout.connect,
                read=timeout.read,
                write=timeout.write,
                pool=timeout.pool,
            ),
        )
        try:
            return _Response(self._client.send(built, stream=True), request)
        except httpx2.HTTPError as error:
            _failed(error, request)

    def close(self) -> None:
        self._client.close()


class _Response:
    def __init__(self, response: httpx2.Response, request: Request) -> None:
        self._response = response
        self._request = request
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers

    def read(self) -> bytes:
        import httpx2

        try:
            return self._response.read()
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            _failed(error, self._request)
        finally:
            self._response.close()

    def chunks(self) -> Iterator[bytes]:
        import httpx2

        try:
            yield from self._response.iter_bytes()
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            _failed(error, self._request)

    def close(self) -> None:
        self._response.close()


class AsyncHTTPTransport:
    """One pool of connections, kept alive."""

    def __init__(self) -> None:
        import httpx2

        self._client = httpx2.AsyncClient(follow_redirects=True)

    async def send(self, request: Request) -> AsyncResponse:
        import httpx2

        timeout, content = request.timeout, request.content
        built = self._client.build_request(
            request.method,
            request.url,
            headers=dict(request.headers),
            content=content if isinstance(content, bytes | None) else aiter(content),
            timeout=httpx2.Timeout(
                connect=timeout.connect,
                read=timeout.read,
                write=timeout.write,
                pool=timeout.pool,
            ),
        )
        try:
            return _AsyncResponse(await self._client.send(built, stream=True), request)
        except httpx2.HTTPError as error:
            _failed(error, request)

    async def close(self) -> None:
        await self._client.aclose()


class _AsyncResponse:
    def __init__(self, response: httpx2.Response, request: Request) -> None:
        self._response = response
        self._request = request
        self.status = response.status_code
        self.headers: Mapping[str, str] = response.headers

    async def read(self) -> bytes:
        import httpx2

        try:
            return await self._response.aread()
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            _failed(error, self._request)
        finally:
            await self._response.aclose()

    async def chunks(self) -> AsyncIterator[bytes]:
        import httpx2

        try:
            async for chunk in self._response.aiter_bytes():
                yield chunk
        except (httpx2.HTTPError, httpx2.StreamError) as error:
            _failed(error, self._request)

    async def close(self) -> None:
        await self._response.aclose()
