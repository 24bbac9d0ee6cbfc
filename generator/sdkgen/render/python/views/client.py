"""Views of the clients: their arguments, and resources as attributes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sdkgen import ir
from sdkgen.render.declared import Declared
from sdkgen.render.python.annotations import Annotations, Use
from sdkgen.render.python.code import (
    NOTHING,
    Code,
    Imports,
    make_distinct,
    print_literal,
)
from sdkgen.render.python.docstrings import (
    WIDTH,
    code_span,
    end_sentence,
    join_lines,
    quote_docstring,
    wrap_text,
    write_entry,
    write_section,
)
from sdkgen.support.absent import Absent

from .client_imports import (
    list_client_imports,
    list_client_typing_imports,
    list_option_imports,
)
from .credentials import (
    CredentialView,
    GrantView,
    build_credential_views,
    describe_credentials,
)
from .resources import ResourceView
from .servers import ServerArgs, build_server_args

_TIMES = (
    (
        "timeout",
        "Seconds that each step may take, or `None` for ever: to connect, to wait for the"
        " next piece of the response, to send one of the request, to get a connection"
        " when all are busy. A `Timeout` tells them apart.",
        "Default: 10 to connect, 60 for the others.",
    ),
    (
        "total_timeout",
        "Seconds that a call may take as a whole, with all its tries and the time between"
        " them, or `None` for ever; of an event stream, the time until it stands.",
        "Default: 600, and one more for each KiB of files that are uploaded.",
    ),
    (
        "max_response_bytes",
        "Bytes that the body of a response may have, also when it is decompressed, or"
        " `None` for any number.",
        "Default: 256 MiB.",
    ),
    (
        "max_retries",
        "How often a request that failed is tried again, where that is safe.",
        "Default: 2.",
    ),
    ("strict", "Raise when a response does not fit its schema.", ""),
    ("headers", "Headers to send with each request.", ""),
)
_CONNECTING = (
    (
        "transport",
        "What sends requests, in place of httpx2. It is not closed with the client, and"
        " connects as it likes: the arguments below are for the default one.",
        "",
    ),
    (
        "proxy",
        "URL of a proxy (`http`, `https`, `socks5`), with name and password if it wants"
        " them; it is used for every host.",
        "Default: what `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` say.",
    ),
    (
        "verify",
        "Which certificates to trust: a file or folder in PEM format, or an"
        " `ssl.SSLContext`. `False` trusts everybody, which is not safe.",
        "Default: those of the system, or of `SSL_CERT_FILE` or `SSL_CERT_DIR`.",
    ),
    (
        "trust_env",
        "Whether the environment may name proxies and certificates.",
        "",
    ),
    (
        "http2",
        "Speak HTTP/2 with servers that do; this needs the extra `http2`.",
        "",
    ),
)
_HOOKS = (
    (
        "on_request",
        "Called with each `Request` before it goes, further tries included. It sees the"
        " credentials, and may change this one request. What it raises ends the call.",
        "",
    ),
    (
        "on_response",
        "Called with the `ResponseHead` of each response, before its body is read. What"
        " it raises ends the call.",
        "",
    ),
)
_ARGUMENTS = {
    "self", "base_url", *(name for name, _, _ in (*_TIMES, *_CONNECTING, *_HOOKS)),
}  # fmt: skip
"""What a client takes whatever the API is."""


_AWAITED = {"": "", "Async": "It may be a coroutine function."}

_SECRETS = {
    "": "str | Callable[[], str]",
    "Async": "str | Callable[[], str | Awaitable[str]]",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionView:
    name: Code
    wire: Code
    annotation: Code
    table: Code
    docstring: Code
    entry: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeView:
    """A resource as an attribute of a client."""

    name: Code
    module: Code
    class_name: Code
    docstring: Code
    """Empty where the other face tells it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFaceView:
    name: Code
    base: Code
    secret: Code
    """The type of a credential."""
    transport: Code
    grant: Code
    """The function that lets it fetch tokens."""
    docstring: Code
    resources: tuple[AttributeView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientView:
    """Both clients; imports of the module of options, and of that of the clients."""

    credentials: tuple[CredentialView, ...]
    grants: tuple[GrantView, ...]
    servers: ServerArgs
    options: tuple[OptionView, ...]
    option_imports: tuple[Code, ...]
    imports: tuple[Code, ...]
    typing_imports: tuple[Code, ...]
    faces: tuple[ClientFaceView, ...]


def client_view(
    api: ir.Api, declared: Declared, resources: Sequence[ResourceView]
) -> ClientView:
    """All that the modules of the clients and of the options print."""
    taken = set(_ARGUMENTS)
    credentials, grants = build_credential_views(api, taken)
    servers = build_server_args(api, taken)
    imports = Imports()
    options = tuple(
        _option_view(each, declared, imports, taken) for each in api.options
    )
    return ClientView(
        credentials=credentials,
        grants=grants,
        servers=servers,
        options=options,
        option_imports=list_option_imports(imports),
        imports=list_client_imports(api, servers),
        typing_imports=list_client_typing_imports(api, servers, imports),
        faces=tuple(
            _face_view(api, resources, credentials, grants, servers, options, prefix)
            for prefix in ("", "Async")
        ),
    )


def base_url(api: ir.Api) -> str:
    """The first server, its variables at their defaults; relative ones say nothing."""
    url = api.servers[0].default if api.servers else ""
    return url if url.startswith(("http://", "https://")) else ""


def describe_resource(resource: ir.Resource) -> str:
    """A line on a resource."""
    said = end_sentence(resource.doc.summary or resource.doc.description)
    return said or f"Operations on {code_span(resource.name)}."


def _face_view(
    api: ir.Api,
    resources: Sequence[ResourceView],
    credentials: Sequence[CredentialView],
    grants: Sequence[GrantView],
    servers: ServerArgs,
    options: Sequence[OptionView],
    prefix: str,
) -> ClientFaceView:
    title = join_lines(api.title) or api.package.dist
    url = base_url(api)
    face = "Asynchronous client" if prefix else "Client"
    lines = [
        *wrap_text(end_sentence(f"{face} of {title}"), WIDTH - 10),
        "",
        (
            "Close it when done, or use it in a `with` statement."
            if not prefix
            else "Close it when done, or use it in an `async with` statement."
        ),
        *describe_credentials(credentials, prefix),
        *write_section(
            "Args",
            [
                *(each.entry for each in credentials),
                *(said for each in grants for said in each.entries),
                write_entry(
                    "base_url", "Where the API is.", f"Default: {url}." if url else ""
                ),
                *servers.entries,
                *(write_entry(*each) for each in _TIMES),
                *(write_entry(*each) for each in _CONNECTING),
                *(
                    write_entry(name, said, _AWAITED[prefix])
                    for name, said, _ in _HOOKS
                ),
                *(each.entry for each in options),
            ],
        ),
    ]
    return ClientFaceView(
        name=Code(prefix + api.package.client),
        base=Code(f"{prefix}Client"),
        secret=Code(_SECRETS[prefix]),
        transport=Code(f"{prefix}Transport"),
        grant=Code("provide_tokens_async" if prefix else "provide_tokens"),
        docstring=quote_docstring(lines, 4),
        resources=tuple(
            AttributeView(
                name=Code(one.name),
                module=view.module,
                class_name=Code(prefix + view.class_name),
                docstring=(
                    Code("")
                    if prefix
                    else quote_docstring(
                        wrap_text(describe_resource(one), WIDTH - 14), 8
                    )
                ),
            )
            for one, view in zip(api.resources, resources, strict=True)
        ),
    )


def _option_view(
    option: ir.Param, declared: Declared, imports: Imports, taken: set[str]
) -> OptionView:
    name = make_distinct(option.name, taken.__contains__)
    taken.add(name)
    kept = Imports()
    annotation = Annotations(declared, Use.ARGUMENT, kept)(option.type)
    for module, names in kept.names.items():
        for each in names:
            imports.add_name(module.removeprefix("."), each)
    parts = [print_literal(option.wire), print_literal(str(option.location))]
    parts.append(Code(f"name={print_literal(option.name)}"))
    default = (
        "" if isinstance(option.default, Absent) else print_literal(option.default)
    )
    if default and default != "None":
        parts.append(Code(f"default={default}"))
    said = option.doc.description or option.doc.summary
    fact = f"Default: {code_span(default)}." if default and default != "None" else ""
    lines = wrap_text(f"{said} {fact}".strip(), WIDTH - 7)
    return OptionView(
        name=Code(name),
        wire=print_literal(option.wire),
        annotation=annotation,
        table=Code(f"Option({', '.join(parts)})"),
        docstring=quote_docstring(lines, 4) if lines else NOTHING,
        entry=tuple(write_entry(name, said, fact)),
    )
