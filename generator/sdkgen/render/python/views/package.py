"""Views of what a package has once: client, lists of names, README, metadata."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sdkgen import ir, naming
from sdkgen.render.calls import collect_reached_types
from sdkgen.render.declared import Declared
from sdkgen.render.python.code import Code, print_literal
from sdkgen.render.python.docstrings import (
    code_span,
    end_sentence,
    escape_markdown,
    join_lines,
    quote_docstring,
    quote_toml,
)
from sdkgen.render.readme_examples import Examples, ExampleView

from .client import (
    AttributeView,
    ClientFaceView,
    OptionView,
    base_url,
    client_view,
)
from .credentials import CredentialView, GrantView
from .method_docs import ERRORS
from .method_lists import ListedView, list_methods
from .names import (
    NamesView,
    NameView,
    name_views,
    pair_with_modules,
    tabulate_names,
)
from .resources import ResourceView
from .servers import ServerArgs
from .types import ModuleView

RUNTIME = (
    *sorted(set(ERRORS.values())),
    "APIConnectionError", "APIDecodeError", "APIError", "APIResponse", "APIStatusError",
    "APITimeoutError", "AsyncEventStream", "AsyncPager", "AsyncResponse",
    "AsyncTokenProvider", "AsyncTransport", "download", "Event", "EventStream", "File",
    "FileLike", "InternalServerError", "Milliseconds", "MissingCredentialsError",
    "Pager", "Request", "Response", "ResponseHead", "ResponseTooLargeError",
    "ResponseValidationWarning", "Timeout", "Token", "TokenProvider", "Transport",
    "Unset", "UNSET", "Verify", "with_response",
)  # fmt: skip
"""What a package exports of its runtime."""


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
    mock: Code
    """The class of its module ``testing``."""
    mock_literal: Code
    fixture: Code
    """The fixture of pytest that gives one."""
    fixture_literal: Code
    docstring: Code
    title: Code
    description: Code
    description_toml: Code
    license_toml: Code
    authors_toml: tuple[Code, ...]
    """A list of tables, if there are any: none or one. So are ``keywords_toml``."""
    keywords_toml: tuple[Code, ...]
    classifiers_toml: tuple[Code, ...]
    urls_toml: tuple[tuple[Code, ...], ...]
    """The lines of a table, if there are any: none or one table."""
    python: Code
    pythons: Code
    """All versions that it is tested on."""
    """The lowest version of Python that it works on, ``3.11``."""
    python_toml: Code
    """What the package requires of Python."""
    base_url: Code
    base_url_said: Code
    base_url_environment: tuple[Code, ...]
    base_url_environment_literal: Code
    log_environment: tuple[Code, ...]
    log_environment_literal: Code
    credentials: tuple[CredentialView, ...]
    grants: tuple[GrantView, ...]
    servers: ServerArgs
    credential: Code
    """An argument of the client that makes the first call work, for the README."""
    options: tuple[OptionView, ...]
    option_imports: tuple[Code, ...]
    client_imports: tuple[Code, ...]
    client_typing_imports: tuple[Code, ...]
    client_exports: Code
    faces: tuple[ClientFaceView, ...]
    attributes: tuple[AttributeView, ...]
    """Resources as attributes of the client that blocks."""
    exports: tuple[NameView, ...]
    listed: tuple[ListedView, ...]
    resource_names: NamesView
    models: tuple[NameView, ...]
    """The types that operations and webhooks lead to."""
    other_models: tuple[NameView, ...]
    """Those that none leads to."""
    model_names: NamesView
    first: tuple[ExampleView, ...]
    whole: tuple[ExampleView, ...]
    """The example of each kind, if the API has such an operation: none or one."""
    pages: tuple[ExampleView, ...]
    stream: tuple[ExampleView, ...]
    upload: tuple[ExampleView, ...]
    webhook: tuple[Code, ...]
    """A function that parses one, if there are any: none or one."""


def package_view(
    api: ir.Api,
    declared: Declared,
    resources: Sequence[ResourceView],
    models: Sequence[ModuleView],
    sent: Sequence[ModuleView],
) -> PackageView:
    """The facts of an API and its package."""
    package = api.package
    environment = dict(package.environment)
    title = join_lines(api.title) or package.dist
    about = end_sentence(
        package.description or api.doc.summary or f"Python client of {title}"
    )
    client = client_view(api, declared, resources)
    mock = f"{package.client}Mock"
    fixture = naming.to_snake(naming.split_words(mock))
    examples = Examples(api, declared)
    called = collect_reached_types(api, declared)
    types = name_views(
        (name, module.name) for module in models for name in module.names
    )
    return PackageView(
        dist=Code(package.dist),
        dist_toml=quote_toml(package.dist),
        module=Code(package.module),
        module_literal=print_literal(package.module),
        source_toml=quote_toml(f"src/{package.module}"),
        version_toml=quote_toml(package.version),
        version_literal=print_literal(package.version),
        client=Code(package.client),
        mock=Code(mock),
        mock_literal=print_literal(mock),
        fixture=Code(fixture),
        fixture_literal=print_literal(fixture),
        docstring=quote_docstring([end_sentence(f"Client of {title}")]),
        title=escape_markdown(title),
        description=escape_markdown(about),
        description_toml=quote_toml(about),
        license_toml=quote_toml(package.license),
        authors_toml=_toml_arrays(map(_author_table, package.authors)),
        keywords_toml=_toml_arrays(map(quote_toml, package.keywords)),
        classifiers_toml=tuple(map(quote_toml, _list_classifiers(package))),
        urls_toml=_toml_tables(package.urls),
        python=Code(package.python[0]),
        pythons=Code(_join_names(package.python)),
        python_toml=quote_toml(f">={package.python[0]}"),
        base_url=print_literal(base_url(api)),
        base_url_said=Code(code_span(base_url(api)) if base_url(api) else ""),
        base_url_environment=_show_present(environment.get("base_url", "")),
        base_url_environment_literal=print_literal(environment.get("base_url", "")),
        log_environment=_show_present(environment.get("log", "")),
        log_environment_literal=print_literal(environment.get("log", "")),
        credentials=client.credentials,
        grants=client.grants,
        servers=client.servers,
        credential=_sample_credential(client.credentials),
        options=client.options,
        option_imports=client.option_imports,
        client_imports=client.imports,
        client_typing_imports=client.typing_imports,
        client_exports=print_literal(sorted(face.name for face in client.faces)),
        faces=client.faces,
        attributes=client.faces[0].resources,
        exports=_export_views(api),
        listed=tuple(
            list_methods(one, view, package.module)
            for one, view in zip(api.resources, resources, strict=True)
        ),
        resource_names=tabulate_names(
            (f"{prefix}{view.class_name}", view.module)
            for view in resources
            for prefix in ("", "Async")
        ),
        models=tuple(each for each in types if each.name in called),
        other_models=tuple(each for each in types if each.name not in called),
        model_names=tabulate_names(
            [*pair_with_modules(models, ""), *pair_with_modules(sent, ".params.")]
        ),
        first=examples.first(),
        whole=examples.whole(),
        pages=examples.pages(),
        stream=examples.stream(),
        upload=examples.upload(),
        webhook=tuple(Code(f"parse_{each.name}") for each in api.webhooks[:1]),
    )


# -------------------------------------------------------------------- metadata


def _list_classifiers(package: ir.Package) -> list[str]:
    """What holds for every package, its versions of Python, and what it adds."""
    return sorted(
        {
            "Intended Audience :: Developers",
            "Operating System :: OS Independent",
            "Programming Language :: Python :: 3",
            "Programming Language :: Python :: 3 :: Only",
            "Topic :: Software Development :: Libraries :: Python Modules",
            "Typing :: Typed",
            *(f"Programming Language :: Python :: {each}" for each in package.python),
            *package.classifiers,
        }
    )


def _author_table(author: ir.Author) -> Code:
    email = f", email = {quote_toml(author.email)}" if author.email else ""
    return Code(f"{{ name = {quote_toml(author.name)}{email} }}")


def _toml_arrays(items: Iterable[Code]) -> tuple[Code, ...]:
    inside = ", ".join(items)
    return (Code(f"[{inside}]"),) if inside else ()


def _toml_tables(pairs: Sequence[tuple[str, str]]) -> tuple[tuple[Code, ...], ...]:
    lines = tuple(
        Code(f"{quote_toml(key)} = {quote_toml(value)}") for key, value in pairs
    )
    return (lines,) if lines else ()


def _join_names(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


def _show_present(name: str) -> tuple[Code, ...]:
    return (Code(code_span(name)),) if name else ()


def _export_views(api: ir.Api) -> tuple[NameView, ...]:
    package = api.package
    client = package.client
    webhooks = [("webhooks", "webhooks")] if api.webhooks else []
    return name_views(
        [
            *((name, "_runtime") for name in RUNTIME),
            (client, "_client"),
            (f"Async{client}", "_client"),
            ("RequestOptions", "_options"),
            ("models", "models"),
            ("params", "params"),
            ("__version__", ""),
            *webhooks,
            *package.exports,
        ]
    )


def _sample_credential(credentials: Sequence[CredentialView]) -> Code:
    if not credentials:
        return Code("")
    name = str(credentials[0].name)
    return Code(f'{name}="your-{name.replace("_", "-")}"')
