"""Views of what a package has once: client, lists of names, README, metadata."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from . import ir
from .classes import ModuleView
from .docstrings import (
    WIDTH,
    code_span,
    docstring,
    entry,
    markdown,
    one_line,
    section,
    sentence,
    toml,
    wrapped,
)
from .ir import Absent
from .methods import ERRORS, MethodView, ResourceView
from .python import Annotations, Code, Declared, Imports, Use, distinct, literal
from .samples import Examples, ExampleView

_ARGUMENTS = {
    "self", "base_url", "timeout", "max_retries", "strict", "headers", "transport",
}  # fmt: skip
"""What a client takes whatever the API is."""

RUNTIME = (
    *sorted(set(ERRORS.values())),
    "APIConnectionError", "APIDecodeError", "APIError", "APIStatusError",
    "APITimeoutError", "AsyncEventStream", "AsyncTransport", "Event", "EventStream",
    "File", "InternalServerError", "Milliseconds", "MissingCredentialsError",
    "ResponseValidationWarning", "Timeout", "Transport", "UNSET", "Unset",
)  # fmt: skip
"""What a package exports of its runtime."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialView:
    """``table`` is the call that tells the runtime about it; ``said`` is Markdown."""

    name: Code
    wire: Code
    environment: Code
    said: Code
    table: Code
    entry: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionView:
    name: Code
    wire: Code
    annotation: Code
    table: Code
    docstring: Code
    entry: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedView:
    """A resource and the lines of its methods, in the list of all methods."""

    heading: Code
    line: Code
    methods: tuple[Code, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeView:
    """A resource as an attribute of a client."""

    name: Code
    module: Code
    class_name: Code
    docstring: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientFaceView:
    name: Code
    literal: Code
    base: Code
    transport: Code
    docstring: Code
    resources: tuple[AttributeView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameView:
    """A public name, and the module of its package that it comes from."""

    name: Code
    literal: Code
    module: Code
    module_literal: Code
    origin: Code
    """What it is imported from for type checkers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageView:
    """``…_toml`` and ``…_literal`` are strings with quotes, the rest is plain."""

    dist: Code
    dist_toml: Code
    module: Code
    module_literal: Code
    source_toml: Code
    version_toml: Code
    version_literal: Code
    client: Code
    docstring: Code
    title: Code
    description: Code
    description_toml: Code
    base_url: Code
    base_url_said: Code
    base_url_environment: tuple[Code, ...]
    base_url_environment_literal: Code
    log_environment: tuple[Code, ...]
    log_environment_literal: Code
    credentials: tuple[CredentialView, ...]
    options: tuple[OptionView, ...]
    option_imports: tuple[Code, ...]
    client_imports: tuple[Code, ...]
    client_typing_imports: tuple[Code, ...]
    faces: tuple[ClientFaceView, ...]
    exports: tuple[NameView, ...]
    listed: tuple[ListedView, ...]
    resource_classes: tuple[NameView, ...]
    models: tuple[NameView, ...]
    params: tuple[NameView, ...]
    first: tuple[ExampleView, ...]
    """The example of each kind, if the API has such an operation: none or one."""
    pages: tuple[ExampleView, ...]
    stream: tuple[ExampleView, ...]
    upload: tuple[ExampleView, ...]


def package_view(
    api: ir.Api,
    declared: Declared,
    resources: Sequence[ResourceView],
    models: Sequence[ModuleView],
    params: Sequence[ModuleView],
) -> PackageView:
    """The facts of an API and its package."""
    package = api.package
    environment = dict(package.environment)
    title = one_line(api.title) or package.dist
    about = sentence(api.doc.summary) or sentence(f"Python client of {title}")
    taken = set(_ARGUMENTS)
    credentials = tuple(_credential(each, environment, taken) for each in api.auth)
    imports = Imports()
    options = tuple(_option(each, declared, imports, taken) for each in api.options)
    entries = [each.entry for each in (*credentials, *options)]
    examples = Examples(api, declared)
    return PackageView(
        dist=Code(package.dist),
        dist_toml=toml(package.dist),
        module=Code(package.module),
        module_literal=literal(package.module),
        source_toml=toml(f"src/{package.module}"),
        version_toml=toml(package.version),
        version_literal=literal(package.version),
        client=Code(package.client),
        docstring=docstring([sentence(f"Client of {title}")]),
        title=markdown(title),
        description=markdown(about),
        description_toml=toml(about),
        base_url=literal(_base_url(api)),
        base_url_said=Code(code_span(_base_url(api)) if _base_url(api) else ""),
        base_url_environment=_present(environment.get("base_url", "")),
        base_url_environment_literal=literal(environment.get("base_url", "")),
        log_environment=_present(environment.get("log", "")),
        log_environment_literal=literal(environment.get("log", "")),
        credentials=credentials,
        options=options,
        option_imports=_option_imports(imports),
        client_imports=_client_imports(api),
        client_typing_imports=_client_typing_imports(api, imports, resources),
        faces=tuple(_face(api, resources, entries, prefix) for prefix in ("", "Async")),
        exports=_exports(package.client),
        listed=tuple(
            _listed(one, view, package.module)
            for one, view in zip(api.resources, resources, strict=True)
        ),
        resource_classes=_names(
            (name, view.module)
            for view in resources
            for name in (view.class_name, f"Async{view.class_name}")
        ),
        models=_exported(models),
        params=_exported(params),
        first=examples.first(),
        pages=examples.pages(),
        stream=examples.stream(),
        upload=examples.upload(),
    )


def _present(name: str) -> tuple[Code, ...]:
    return (Code(code_span(name)),) if name else ()


def _names(pairs: Iterable[tuple[str, str]]) -> tuple[NameView, ...]:
    return tuple(
        NameView(
            name=Code(name),
            literal=literal(name),
            module=Code(module),
            module_literal=literal(module),
            # A module that is exported itself is imported from its package.
            origin=Code("." if module == name else f".{module}"),
        )
        for name, module in sorted(pairs)
    )


def _exports(client: str) -> tuple[NameView, ...]:
    return _names(
        [
            *((name, "_runtime") for name in RUNTIME),
            (client, "_client"),
            (f"Async{client}", "_client"),
            ("RequestOptions", "_options"),
            ("models", "models"),
            ("params", "params"),
            ("__version__", ""),
        ]
    )


def _exported(modules: Sequence[ModuleView]) -> tuple[NameView, ...]:
    return _names(
        (each.name, module.name)
        for module in modules
        for each in (*module.classes, *module.aliases)
    )


def _base_url(api: ir.Api) -> str:
    """The first server with its variables at their defaults; relative ones say nothing."""
    for server in api.servers[:1]:
        url = str(server.url)
        for name, value in server.variables:
            url = url.replace(f"{{{name}}}", value)
        if url.startswith(("http://", "https://")):
            return url
    return ""


# ------------------------------------------------------- arguments of a client


def _merged(*several: Imports) -> Imports:
    merged = Imports()
    for each in several:
        for module, names in each.names.items():
            merged.names.setdefault(module, set()).update(names)
    return merged


def _option_imports(options: Imports) -> tuple[Code, ...]:
    own = Imports()
    own.add("collections.abc", "Mapping")
    own.add("typing", "TypedDict")
    own.add("._runtime", "Timeout")
    return _merged(own, options).lines()


def _client_imports(api: ir.Api) -> tuple[Code, ...]:
    imports = Imports()
    if api.resources:
        imports.add("functools", "cached_property")
    imports.add("typing", "TYPE_CHECKING")
    for name in ("UNSET", "AsyncClient", "Client", "ClientConfig"):
        imports.add("._runtime", name)
    if api.auth:
        imports.add("._runtime", "Credential")
    if api.options:
        imports.add("._runtime", "Option")
    return imports.lines()


def _client_typing_imports(
    api: ir.Api, options: Imports, resources: Sequence[ResourceView]
) -> tuple[Code, ...]:
    imports = Imports()
    imports.add("collections.abc", "Mapping")
    if api.auth:
        imports.add("collections.abc", "Callable")
    for name in ("AsyncTransport", "Timeout", "Transport", "Unset"):
        imports.add("._runtime", name)
    for view in resources:
        for prefix in ("", "Async"):
            imports.add(f".resources.{view.module}", prefix + view.class_name)
    return _merged(imports, options).lines()


def _credential(
    auth: ir.Auth, environment: dict[str, str], taken: set[str]
) -> CredentialView:
    name = distinct(auth.name, taken.__contains__)
    taken.add(name)
    variable = environment.get(auth.name, "")
    parts = [literal(auth.name), literal(str(auth.scheme)), literal(str(auth.location))]
    parts.append(literal(auth.wire))
    if variable:
        parts.append(Code(f"environment={literal(variable)}"))
    said = auth.doc.description or auth.doc.summary
    if auth.scheme is ir.Scheme.BASIC:
        said = said or "Name and password as `name:password`."
    fallback = f"By default from {code_span(variable)}." if variable else ""
    return CredentialView(
        name=Code(name),
        wire=literal(auth.name),
        environment=Code(code_span(variable) if variable else ""),
        said=markdown(said) if said else Code("a credential"),
        table=Code(f"Credential({', '.join(parts)})"),
        entry=tuple(entry(name, said, fallback)),
    )


def _option(
    option: ir.Param, declared: Declared, imports: Imports, taken: set[str]
) -> OptionView:
    name = distinct(option.name, taken.__contains__)
    taken.add(name)
    kept = Imports()
    annotation = Annotations(declared, Use.ARGUMENT, kept)(option.type)
    for module, names in kept.names.items():
        for each in names:
            imports.add(module.removeprefix("."), each)
    parts = [literal(option.wire), literal(str(option.location))]
    parts.append(Code(f"name={literal(option.name)}"))
    default = "" if isinstance(option.default, Absent) else literal(option.default)
    if default and default != "None":
        parts.append(Code(f"default={default}"))
    said = option.doc.description or option.doc.summary
    fact = f"Default: {code_span(default)}." if default and default != "None" else ""
    lines = wrapped(f"{said} {fact}".strip(), WIDTH - 7)
    return OptionView(
        name=Code(name),
        wire=literal(option.wire),
        annotation=annotation,
        table=Code(f"Option({', '.join(parts)})"),
        docstring=docstring(lines, 4) if lines else Code(""),
        entry=tuple(entry(name, said, fact)),
    )


# ------------------------------------------------------------------- resources


def _said(resource: ir.Resource) -> str:
    said = sentence(resource.doc.summary or resource.doc.description)
    return said or f"Operations on {code_span(resource.name)}."


def _face(
    api: ir.Api,
    resources: Sequence[ResourceView],
    entries: Sequence[Sequence[str]],
    prefix: str,
) -> ClientFaceView:
    title = one_line(api.title) or api.package.dist
    url = _base_url(api)
    face = "Asynchronous client" if prefix else "Client"
    credentials = entries[: len(api.auth)]
    lines = [
        *wrapped(sentence(f"{face} of {title}"), WIDTH - 7),
        "",
        (
            "Close it when done, or use it in a `with` statement."
            if not prefix
            else "Close it when done, or use it in an `async with` statement."
        ),
        *section(
            "Args",
            [
                *credentials,
                entry(
                    "base_url", "Where the API is.", f"Default: {url}." if url else ""
                ),
                entry(
                    "timeout", "Seconds that a request may take, or `None` for ever."
                ),
                entry("max_retries", "How often a request that failed is tried again."),
                entry("strict", "Raise when a response does not fit its schema."),
                entry("headers", "Headers to send with each request."),
                entry("transport", "What sends requests, in place of httpx2."),
                *entries[len(api.auth) :],
            ],
        ),
    ]
    return ClientFaceView(
        name=Code(prefix + api.package.client),
        literal=literal(prefix + api.package.client),
        base=Code(f"{prefix}Client"),
        transport=Code(f"{prefix}Transport"),
        docstring=docstring(lines, 4),
        resources=tuple(
            AttributeView(
                name=Code(one.name),
                module=view.module,
                class_name=Code(prefix + view.class_name),
                docstring=docstring(wrapped(_said(one), WIDTH - 11), 8),
            )
            for one, view in zip(api.resources, resources, strict=True)
        ),
    )


def _listed_line(resource: ir.Resource) -> Code:
    said = sentence(resource.doc.summary or resource.doc.description)
    return markdown(said) if said else Code(_said(resource))


def _listed(resource: ir.Resource, view: ResourceView, module: str) -> ListedView:
    path = f"src/{module}/resources/{view.module}.py"
    return ListedView(
        heading=markdown(resource.name),
        line=_listed_line(resource),
        methods=tuple(
            _line(resource.name, method, path) for method in view.faces[0].methods
        ),
    )


def _line(resource: str, method: MethodView, path: str) -> Code:
    """A method on one line: route, link, arguments and result."""
    arguments = ", ".join(
        f"{each.name}: {each.annotation}"
        + (f" = {each.default}" if each.default else "")
        for each in method.signature.arguments
        if each.name != "request_options"
    )
    name = code_span(f"client.{resource}.{method.name}")
    types = code_span(f"({arguments}) -> {method.signature.returns}")
    return Code(f"- [{name}]({path}) {types} — {method.route}")
