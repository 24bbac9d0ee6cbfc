"""What can go wrong with a call.

::

    APIError
    ├── MissingCredentialsError        nothing was sent: a credential is not there
    ├── APIConnectionError             no answer: refused, reset, closed, not resolved
    │   └── APITimeoutError            no answer in time
    ├── APIDecodeError                 an answer that is not what the API documents
    ├── ResponseTooLargeError          an answer larger than ``max_response_bytes``
    └── APIStatusError                 an answer that is no success
        ├── BadRequestError            400
        ├── AuthenticationError        401
        ├── PermissionDeniedError      403
        ├── NotFoundError              404
        ├── MethodNotAllowedError      405
        ├── NotAcceptableError         406
        ├── RequestTimeoutError        408
        ├── ConflictError              409
        ├── GoneError                  410
        ├── PreconditionFailedError    412
        ├── PayloadTooLargeError       413
        ├── UnsupportedMediaTypeError  415
        ├── UnprocessableEntityError   422
        ├── LockedError                423
        ├── RateLimitError             429
        └── InternalServerError        500 and above
            ├── BadGatewayError        502
            ├── ServiceUnavailableError 503
            └── GatewayTimeoutError    504

Whatever happens, a call ends, and so ("tried": again, ``max_retries`` times)::

    APIConnectionError, not sent, tried: refused; no such host; unknown authority; no TLS
    APITimeoutError, not sent, tried: stalled connect
    APIConnectionError, tried: reset before the head; closed before the head;
        reset in the head; closed in the head; reset in the body; closed in the body;
        closed in chunks; no HTTP; truncated gzip; no gzip
    APITimeoutError, tried: stalled head; stalled body
    APITimeoutError: a slow head; a slow body; 429 without end
    ResponseTooLargeError: gzip bomb
    APIDecodeError: short Content-Length; truncated JSON; nonsense; HTML with 200
    RateLimitError, tried: 429 and seconds; 429 and a date
    RateLimitError: 429 for too long
    APIStatusError: redirect loop; redirect to nowhere

What stalls ends by ``timeout``, what is slow or without end by ``total_timeout``, which
holds for all tries together. A method that is not idempotent is tried again only where
the server cannot have acted ("not sent"), or says so (``Retry-After``). A redirect to
another origin is followed without credentials.

A status without a class of its own, or a redirect that is not followed, is an
``APIStatusError``. Every error can be pickled, and none holds a secret that was sent:
wherever the server repeats it, there is ``[redacted]``. URLs and response headers are
redacted by the names of what they hold; request headers are not kept.
"""

from __future__ import annotations

from collections.abc import Mapping

from .redact import redact_headers

__all__ = [
    "APIConnectionError",
    "APIDecodeError",
    "APIError",
    "APIStatusError",
    "APITimeoutError",
    "AuthenticationError",
    "BadGatewayError",
    "BadRequestError",
    "ConflictError",
    "GatewayTimeoutError",
    "GoneError",
    "InternalServerError",
    "LockedError",
    "MethodNotAllowedError",
    "MissingCredentialsError",
    "NotAcceptableError",
    "NotFoundError",
    "PayloadTooLargeError",
    "PermissionDeniedError",
    "PreconditionFailedError",
    "RateLimitError",
    "RequestTimeoutError",
    "ResponseTooLargeError",
    "ResponseValidationWarning",
    "ServiceUnavailableError",
    "UnprocessableEntityError",
    "UnsupportedMediaTypeError",
]


class ResponseValidationWarning(UserWarning):
    """A response does not fit its schema: what does not fit was left as it came."""


class APIError(Exception):
    """The base of every error that a call raises.

    Attributes:
        message: What went wrong, for people.
        method: HTTP method of the request, or an empty string.
        url: URL of the request, without secrets, or an empty string.
        attempts: How many times the request was tried.
    """

    def __init__(
        self, message: str, *, method: str = "", url: str = "", attempts: int = 0
    ) -> None:
        super().__init__(message)
        self.message: str = message
        self.method: str = method
        self.url: str = url
        self.attempts: int = attempts

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments: the state is set on an instance made without them.
        return _restore, (type(self), self.args, self.__dict__)


def _restore(
    kind: type[APIError], args: tuple[object, ...], state: dict[str, object]
) -> APIError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class MissingCredentialsError(APIError, ValueError):
    """A credential that the operation needs was not given; nothing was sent."""


class APIConnectionError(APIError):
    """There was no answer: refused, reset, closed early, or a name not resolved.

    Attributes:
        sent: Whether the server may have seen the request, and acted on it.
    """

    def __init__(
        self,
        message: str,
        *,
        sent: bool = True,
        method: str = "",
        url: str = "",
        attempts: int = 0,
    ) -> None:
        super().__init__(message, method=method, url=url, attempts=attempts)
        self.sent: bool = sent


class APITimeoutError(APIConnectionError):
    """There was no answer in time."""


class APIDecodeError(APIError):
    """The answer is not what the API documents.

    Attributes:
        status: HTTP status of the response.
        headers: Its headers, by name in any case; secrets are hidden.
        content: Its body; what was sent that is secret is hidden.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        headers: Mapping[str, str],
        content: bytes,
        method: str = "",
        url: str = "",
        attempts: int = 1,
    ) -> None:
        super().__init__(message, method=method, url=url, attempts=attempts)
        self.status: int = status
        self.headers: dict[str, str] = redact_headers(headers)
        self.content: bytes = content


class ResponseTooLargeError(APIError):
    """The answer is larger than ``max_response_bytes`` allows, perhaps once expanded.

    Attributes:
        status: HTTP status of the response.
        headers: Its headers, by name in any case; secrets are hidden.
        limit: Bytes that its body may have.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        headers: Mapping[str, str],
        limit: int,
        method: str = "",
        url: str = "",
        attempts: int = 1,
    ) -> None:
        super().__init__(message, method=method, url=url, attempts=attempts)
        self.status: int = status
        self.headers: dict[str, str] = redact_headers(headers)
        self.limit: int = limit


class APIStatusError(APIError):
    """The server answered with a status that is no success.

    Attributes:
        status: The HTTP status.
        type: What the server calls the error (``type`` of the body), or None.
        body: The decoded body: of the documented type, else JSON, else text.
        headers: Headers of the response, by name in any case, secrets hidden.
        retry_after: Seconds that the server asks to wait (RFC 9110, 10.2.3), or None.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        type: str | None = None,
        body: object = None,
        headers: Mapping[str, str] | None = None,
        retry_after: float | None = None,
        method: str = "",
        url: str = "",
        attempts: int = 1,
    ) -> None:
        super().__init__(message, method=method, url=url, attempts=attempts)
        self.status: int = status
        self.type: str | None = type
        self.body: object = body
        self.headers: dict[str, str] = redact_headers(headers or {})
        self.retry_after: float | None = retry_after

    def __str__(self) -> str:
        kind = f"{self.type}: " if self.type else ""
        return f"{self.status} {kind}{self.message} ({self.method} {self.url})"


class BadRequestError(APIStatusError):
    """400: the server cannot make sense of the request."""


class AuthenticationError(APIStatusError):
    """401: the credential is missing, wrong or expired."""


class PermissionDeniedError(APIStatusError):
    """403: the credential does not allow this."""


class NotFoundError(APIStatusError):
    """404: there is no such thing, or none that the credential may see."""


class MethodNotAllowedError(APIStatusError):
    """405: the resource does not have this method."""


class NotAcceptableError(APIStatusError):
    """406: the server has no representation that was asked for."""


class RequestTimeoutError(APIStatusError):
    """408: the server waited too long for the request."""


class ConflictError(APIStatusError):
    """409: the request conflicts with the state of the resource."""


class GoneError(APIStatusError):
    """410: the resource is gone for good."""


class PreconditionFailedError(APIStatusError):
    """412: a condition in the headers does not hold."""


class PayloadTooLargeError(APIStatusError):
    """413: the body is larger than the server takes."""


class UnsupportedMediaTypeError(APIStatusError):
    """415: the server does not take this media type."""


class UnprocessableEntityError(APIStatusError):
    """422: the request is well formed, and its content is wrong."""


class LockedError(APIStatusError):
    """423: the resource is locked."""


class RateLimitError(APIStatusError):
    """429: too many requests; ``retry_after`` may say how long to wait."""


class InternalServerError(APIStatusError):
    """500 and above: the server failed."""


class BadGatewayError(InternalServerError):
    """502: a server between got no good answer."""


class ServiceUnavailableError(InternalServerError):
    """503: the server cannot answer now."""


class GatewayTimeoutError(InternalServerError):
    """504: a server between got no answer in time."""


_BY_STATUS: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    405: MethodNotAllowedError,
    406: NotAcceptableError,
    408: RequestTimeoutError,
    409: ConflictError,
    410: GoneError,
    412: PreconditionFailedError,
    413: PayloadTooLargeError,
    415: UnsupportedMediaTypeError,
    422: UnprocessableEntityError,
    423: LockedError,
    429: RateLimitError,
    502: BadGatewayError,
    503: ServiceUnavailableError,
    504: GatewayTimeoutError,
}


def choose_status_error(status: int) -> type[APIStatusError]:
    """The class of a status: its own, else that of its hundred."""
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return InternalServerError if status >= 500 else APIStatusError
