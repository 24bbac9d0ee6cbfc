"""The runtime of the SDK: the same for every API, and private but for what the package
re-exports. A name is loaded when it is first used, so that importing the package costs
next to nothing.

Its packages stand on each other, the lowest first; none imports one above it:

    values, log, redact, errors, interfaces, spec
                  what all share; ``spec`` is what generated modules state of an API
    transport     bytes over connections: the interface, and one over httpcore2
    codec         Python values ↔ JSON, parameters, forms
    auth          which credentials a call presents, and tokens that are renewed
    paging        a list in pages, as something to loop over
    call          one call without I/O: its request, its tries, its result
    streaming     server-sent events and lines of JSON
    client        base classes of generated clients; ``SyncCore`` and ``AsyncCore`` send
                  requests, wait, and read responses
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .auth.token_provider import (
        AsyncTokenProvider as AsyncTokenProvider,
        Token as Token,
        TokenProvider as TokenProvider,
    )
    from .client.client import (
        AsyncClient as AsyncClient,
        Client as Client,
    )
    from .client.download import (
        download as download,
    )
    from .client.resource import (
        AsyncResource as AsyncResource,
        Resource as Resource,
    )
    from .client.whole_response import (
        APIResponse as APIResponse,
        with_response as with_response,
    )
    from .codec.model import (
        BaseModel as BaseModel,
        CamelModel as CamelModel,
    )
    from .codec.or_str import (
        OrStr as OrStr,
    )
    from .codec.variants import (
        Variants as Variants,
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
    from .paging.pager import (
        AsyncPager as AsyncPager,
        Pager as Pager,
    )
    from .spec.operation import (
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
    from .spec.servers import (
        Server as Server,
    )
    from .streaming.aio import (
        AsyncEventStream as AsyncEventStream,
    )
    from .streaming.sse import (
        Event as Event,
    )
    from .streaming.sync import (
        EventStream as EventStream,
    )
    from .transport.content import (
        File as File,
        FileLike as FileLike,
    )
    from .transport.interface import (
        AsyncResponse as AsyncResponse,
        AsyncTransport as AsyncTransport,
        Request as Request,
        Response as Response,
        ResponseHead as ResponseHead,
        Transport as Transport,
    )
    from .transport.settings import (
        Verify as Verify,
    )
    from .transport.timeout import (
        Timeout as Timeout,
    )
    from .values import (
        UNSET as UNSET,
        Milliseconds as Milliseconds,
        Unset as Unset,
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
    "OrStr",
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
    "APIResponse": "client.whole_response",
    "APIStatusError": "errors",
    "APITimeoutError": "errors",
    "AsyncClient": "client.client",
    "AsyncEventStream": "streaming.aio",
    "AsyncPager": "paging.pager",
    "AsyncResource": "client.resource",
    "AsyncResponse": "transport.interface",
    "AsyncTokenProvider": "auth.token_provider",
    "AsyncTransport": "transport.interface",
    "AuthenticationError": "errors",
    "BadGatewayError": "errors",
    "BadRequestError": "errors",
    "BaseModel": "codec.model",
    "Body": "spec.operation",
    "CamelModel": "codec.model",
    "Client": "client.client",
    "ClientConfig": "spec.operation",
    "ConflictError": "errors",
    "Credential": "spec.operation",
    "Event": "streaming.sse",
    "EventStream": "streaming.sync",
    "File": "transport.content",
    "FileLike": "transport.content",
    "GatewayTimeoutError": "errors",
    "GoneError": "errors",
    "Grant": "spec.operation",
    "InternalServerError": "errors",
    "LockedError": "errors",
    "MethodNotAllowedError": "errors",
    "Milliseconds": "values",
    "MissingCredentialsError": "errors",
    "NotAcceptableError": "errors",
    "NotFoundError": "errors",
    "Operation": "spec.operation",
    "Option": "spec.operation",
    "OrStr": "codec.or_str",
    "Pager": "paging.pager",
    "Pages": "spec.operation",
    "Param": "spec.operation",
    "PayloadTooLargeError": "errors",
    "PermissionDeniedError": "errors",
    "PreconditionFailedError": "errors",
    "RateLimitError": "errors",
    "Request": "transport.interface",
    "RequestTimeoutError": "errors",
    "Resource": "client.resource",
    "Response": "transport.interface",
    "ResponseHead": "transport.interface",
    "ResponseTooLargeError": "errors",
    "ResponseValidationWarning": "errors",
    "Server": "spec.servers",
    "ServiceUnavailableError": "errors",
    "Timeout": "transport.timeout",
    "Token": "auth.token_provider",
    "TokenProvider": "auth.token_provider",
    "Transport": "transport.interface",
    "UNSET": "values",
    "UnprocessableEntityError": "errors",
    "Unset": "values",
    "UnsupportedMediaTypeError": "errors",
    "Variants": "codec.variants",
    "Verify": "transport.settings",
    "download": "client.download",
    "in_path": "spec.operation",
    "in_query": "spec.operation",
    "with_response": "client.whole_response",
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
