"""The runtime of the SDK: the same for every API, and private but for what the package
re-exports. A name is loaded when it is first used, so that importing the package costs
next to nothing.

A call goes through it like this; what is in brackets does no I/O, and both faces of a
client share it::

    client          settings of the caller
    synchronous     sends, sleeps, reads              asynchronous does the same, awaited
     [engine]       operation and arguments → request: parameters, encode, multipart
     [exchange]     the tries of one call: credentials (renewal), retry, redirects
    transport       the interface; connections is the default one, with pools, lines and
                    dialing below it, and wiring for its settings
     [intake]       the body of a response: expanded, within its limit
     [results]      response → value or error: decode, fit (what does not fit), errors
    streams         server-sent events: [listening], [sse]; async_streams the same,
                    awaited; closing: they end at once
     pager          a list to loop over, in [pages]: which one is next
    raw            the whole response instead of what is in it; saving: in a file
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .async_streams import (
        AsyncEventStream as AsyncEventStream,
    )
    from .client import (
        AsyncClient as AsyncClient,
        Client as Client,
    )
    from .content import (
        File as File,
        FileLike as FileLike,
    )
    from .errors import (
        APIConnectionError as APIConnectionError,
        APIDecodeError as APIDecodeError,
        APIError as APIError,
        APIStatusError as APIStatusError,
        APITimeoutError as APITimeoutError,
        AuthenticationError as AuthenticationError,
        BadGatewayError as BadGatewayError,
        BadRequestError as BadRequestError,
        ConflictError as ConflictError,
        GatewayTimeoutError as GatewayTimeoutError,
        GoneError as GoneError,
        InternalServerError as InternalServerError,
        LockedError as LockedError,
        MethodNotAllowedError as MethodNotAllowedError,
        MissingCredentialsError as MissingCredentialsError,
        NotAcceptableError as NotAcceptableError,
        NotFoundError as NotFoundError,
        PayloadTooLargeError as PayloadTooLargeError,
        PermissionDeniedError as PermissionDeniedError,
        PreconditionFailedError as PreconditionFailedError,
        RateLimitError as RateLimitError,
        RequestTimeoutError as RequestTimeoutError,
        ResponseTooLargeError as ResponseTooLargeError,
        ResponseValidationWarning as ResponseValidationWarning,
        ServiceUnavailableError as ServiceUnavailableError,
        UnprocessableEntityError as UnprocessableEntityError,
        UnsupportedMediaTypeError as UnsupportedMediaTypeError,
    )
    from .model import (
        BaseModel as BaseModel,
        CamelModel as CamelModel,
    )
    from .operation import (
        Body as Body,
        ClientConfig as ClientConfig,
        Credential as Credential,
        Grant as Grant,
        Operation as Operation,
        Option as Option,
        Pages as Pages,
        Param as Param,
        in_path as in_path,
        in_query as in_query,
    )
    from .pager import (
        AsyncPager as AsyncPager,
        Pager as Pager,
    )
    from .raw import (
        APIResponse as APIResponse,
        with_response as with_response,
    )
    from .renewal import (
        AsyncTokenProvider as AsyncTokenProvider,
        Token as Token,
        TokenProvider as TokenProvider,
    )
    from .resource import (
        AsyncResource as AsyncResource,
        Resource as Resource,
    )
    from .saving import (
        download as download,
    )
    from .servers import (
        Server as Server,
    )
    from .sse import (
        Event as Event,
    )
    from .streams import (
        EventStream as EventStream,
    )
    from .timeout import (
        Timeout as Timeout,
    )
    from .transport import (
        AsyncResponse as AsyncResponse,
        AsyncTransport as AsyncTransport,
        Request as Request,
        Response as Response,
        ResponseHead as ResponseHead,
        Transport as Transport,
    )
    from .values import (
        UNSET as UNSET,
        Milliseconds as Milliseconds,
        Unset as Unset,
    )
    from .variants import (
        Variants as Variants,
    )
    from .wiring import (
        Verify as Verify,
    )

__all__ = [
    "UNSET",
    "APIConnectionError",
    "APIDecodeError",
    "APIError",
    "APIResponse",
    "APIStatusError",
    "APITimeoutError",
    "AsyncClient",
    "AsyncEventStream",
    "AsyncPager",
    "AsyncResource",
    "AsyncResponse",
    "AsyncTokenProvider",
    "AsyncTransport",
    "AuthenticationError",
    "BadGatewayError",
    "BadRequestError",
    "BaseModel",
    "Body",
    "CamelModel",
    "Client",
    "ClientConfig",
    "ConflictError",
    "Credential",
    "Event",
    "EventStream",
    "File",
    "FileLike",
    "GatewayTimeoutError",
    "GoneError",
    "Grant",
    "InternalServerError",
    "LockedError",
    "MethodNotAllowedError",
    "Milliseconds",
    "MissingCredentialsError",
    "NotAcceptableError",
    "NotFoundError",
    "Operation",
    "Option",
    "Pager",
    "Pages",
    "Param",
    "PayloadTooLargeError",
    "PermissionDeniedError",
    "PreconditionFailedError",
    "RateLimitError",
    "Request",
    "RequestTimeoutError",
    "Resource",
    "Response",
    "ResponseHead",
    "ResponseTooLargeError",
    "ResponseValidationWarning",
    "Server",
    "ServiceUnavailableError",
    "Timeout",
    "Token",
    "TokenProvider",
    "Transport",
    "UnprocessableEntityError",
    "Unset",
    "UnsupportedMediaTypeError",
    "Variants",
    "Verify",
    "download",
    "with_response",
]

_MODULES = {
    "APIConnectionError": "errors",
    "APIDecodeError": "errors",
    "APIError": "errors",
    "APIResponse": "raw",
    "APIStatusError": "errors",
    "APITimeoutError": "errors",
    "AsyncClient": "client",
    "AsyncEventStream": "async_streams",
    "AsyncPager": "pager",
    "AsyncResource": "resource",
    "AsyncResponse": "transport",
    "AsyncTokenProvider": "renewal",
    "AsyncTransport": "transport",
    "AuthenticationError": "errors",
    "BadGatewayError": "errors",
    "BadRequestError": "errors",
    "BaseModel": "model",
    "Body": "operation",
    "CamelModel": "model",
    "Client": "client",
    "ClientConfig": "operation",
    "ConflictError": "errors",
    "Credential": "operation",
    "Event": "sse",
    "EventStream": "streams",
    "File": "content",
    "FileLike": "content",
    "GatewayTimeoutError": "errors",
    "GoneError": "errors",
    "Grant": "operation",
    "InternalServerError": "errors",
    "LockedError": "errors",
    "MethodNotAllowedError": "errors",
    "Milliseconds": "values",
    "MissingCredentialsError": "errors",
    "NotAcceptableError": "errors",
    "NotFoundError": "errors",
    "Operation": "operation",
    "Option": "operation",
    "Pager": "pager",
    "Pages": "operation",
    "Param": "operation",
    "PayloadTooLargeError": "errors",
    "PermissionDeniedError": "errors",
    "PreconditionFailedError": "errors",
    "RateLimitError": "errors",
    "Request": "transport",
    "RequestTimeoutError": "errors",
    "Resource": "resource",
    "Response": "transport",
    "ResponseHead": "transport",
    "ResponseTooLargeError": "errors",
    "ResponseValidationWarning": "errors",
    "Server": "servers",
    "ServiceUnavailableError": "errors",
    "Timeout": "timeout",
    "Token": "renewal",
    "TokenProvider": "renewal",
    "Transport": "transport",
    "UNSET": "values",
    "UnprocessableEntityError": "errors",
    "Unset": "values",
    "UnsupportedMediaTypeError": "errors",
    "Variants": "variants",
    "Verify": "wiring",
    "download": "saving",
    "in_path": "operation",
    "in_query": "operation",
    "with_response": "raw",
}


def __getattr__(name: str) -> object:
    module = _MODULES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f".{module}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
