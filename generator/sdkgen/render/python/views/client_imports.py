"""What the module of the clients imports."""

from __future__ import annotations

from sdkgen import ir
from sdkgen.render.python.code import (
    MARGIN,
    Code,
    Imports,
)

from .servers import ServerArgs

__all__ = [
    "TYPES",
    "list_client_imports",
    "list_client_typing_imports",
    "list_option_imports",
    "merge_imports",
]


def merge_imports(*several: Imports) -> Imports:
    merged = Imports()
    for each in several:
        for module, names in each.names.items():
            merged.names.setdefault(module, set()).update(names)
    return merged


def list_option_imports(options: Imports) -> tuple[Code, ...]:
    own = Imports()
    own.add_name("collections.abc", "Mapping")
    own.add_name("typing", "TypedDict")
    own.add_name("._runtime", "Timeout")
    return merge_imports(own, options).print_lines()


def list_client_imports(api: ir.Api, servers: ServerArgs) -> tuple[Code, ...]:
    imports = Imports()
    if api.resources:
        imports.add_name("functools", "cached_property")
        imports.add_name(".", "resources as _resources")
    imports.add_name("typing", "TYPE_CHECKING")
    for name in ("UNSET", "AsyncClient", "Client", "ClientConfig"):
        imports.add_name("._runtime", name)
    if api.auth:
        imports.add_name("._runtime", "Credential")
    if any(each.grant for each in api.auth):
        imports.add_name("._runtime", "Grant")
        imports.add_name("._runtime.client.client_credentials", "provide_tokens_async")
        imports.add_name("._runtime.client.client_credentials", "provide_tokens")
    if servers.tables:
        imports.add_name("._runtime", "Server")
    if api.options:
        imports.add_name("._runtime", "Option")
    return imports.print_lines()


def list_client_typing_imports(
    api: ir.Api, servers: ServerArgs, options: Imports
) -> tuple[Code, ...]:
    imports = Imports()
    if servers.names:
        imports.add_name("typing", "Literal")
    imports.add_name("collections.abc", "Callable")
    imports.add_name("collections.abc", "Mapping")
    if api.auth:
        imports.add_name("collections.abc", "Awaitable")
    if any(each.grant for each in api.auth):
        imports.add_name("collections.abc", "Iterable")
    for name in TYPES:
        imports.add_name("._runtime", name)
    return merge_imports(imports, options).print_lines(MARGIN)


TYPES = (
    "AsyncTransport", "Request", "ResponseHead", "Timeout", "Transport", "Unset",
    "Verify",
)  # fmt: skip
"""Types of the runtime in the signatures of the clients."""
