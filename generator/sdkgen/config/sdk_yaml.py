"""``sdk.yaml``: the facts of a package that its API's document does not hold.

What may stand there is said by ``sdk.schema.json``; what it must match in the document
is checked by ``check_config``, since an entry that matches nothing would be lost in
silence. A document without ``sdk.yaml`` gets a configuration derived from its title.
"""

from __future__ import annotations

import functools
import json
import keyword
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sdkgen import ir, naming
from sdkgen.diagnostics.diagnostic import Diagnostics, Place, suggest
from sdkgen.openapi.http_methods import operations
from sdkgen.read import document as documents
from sdkgen.read.document import Document, Json, pointer_join, pointer_split, resolve
from sdkgen.validate.schema_errors import Judge

__all__ = [
    "Allow",
    "Config",
    "GlobalParameter",
    "check_config",
    "default_config",
    "import_problem",
    "load_config",
]

_LICENSE = "MIT"
"""The license whose text the templates have."""

_TITLE = 40
"""Characters of a document's title that make a name."""

_TAKEN = frozenset(
    {"aiohttp", "conftest", "harness", "httpcore2", "httpx2", "judge", "mock_server"}
    | {"opentelemetry", "pydantic", "yarl"}
)
"""Modules that the package or its tests import: a package called so would hide them."""

_CLIENT_TAKEN = frozenset(
    {
        "Any",
        "Awaitable",
        "Callable",
        "Client",
        "ClientConfig",
        "Credential",
        "Grant",
        "Iterable",
        "Literal",
        "Server",
    }
    | {"Mapping", "Option"}
    | {"Request", "RequestOptions", "ResponseHead", "Timeout", "Transport", "Unset"}
    | {"Verify"}
)
"""What the module of the client uses itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GlobalParameter:
    """A parameter of operations that is an option of the client and of a request."""

    parameter: str
    """Its name in the document."""
    name: str
    """Its name in Python."""
    default: Json | ir.Absent = ir.ABSENT
    """Sent unless the caller says otherwise; ``ABSENT`` means that nothing is."""
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Allow:
    """A part of the document that may be skipped, and why."""

    pointer: str
    reason: str
    place: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What ``sdk.yaml`` says."""

    document: str = ""
    """Relative to the folder of ``sdk.yaml``, like ``overlays``."""
    overlays: tuple[str, ...] = ()
    package: ir.Package
    resources: Mapping[str, str] = field(default_factory=dict[str, str])
    """Resources in their order, with a line on each (which may be empty)."""
    global_parameters: tuple[GlobalParameter, ...] = ()
    allow: tuple[Allow, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """A JSON pointer, or a resource, and its name in Python."""
    source: Document | None = None
    """Where it was read from; None when it was derived."""

    def place(self, name: str) -> Place | None:
        """Where ``names`` gives a name to a pointer or resource, if it does."""
        if self.source is None or name not in self.names:
            return None
        return self.source.key_place(pointer_join("", "names", name))


# --------------------------------------------------------------------- reading


def load_config(path: Path, diagnostics: Diagnostics) -> Config | None:
    """Read ``sdk.yaml``; None after a diagnostic (E1xx, E401)."""
    source = documents.read(path, diagnostics)
    if source is None:
        return None
    wrong = False
    for misfit in _judge().misfits(source.root):
        pointer = pointer_join("", *misfit.path)
        place = source.key_place(pointer) if misfit.at_key else source.place(pointer)
        diagnostics.add("E401", misfit.message, place, hint=misfit.hint)
        wrong = True
    if wrong:
        return None
    config = _config(source.root, source)
    problems = {
        "/package/import": import_problem(config.package.module),
        "/package/client": _client_problem(config.package.client),
        "/package/license": _license_problem(config.package.license, path.parent),
    }
    for index, each in enumerate(config.global_parameters):
        if keyword.iskeyword(each.name):
            pointer = f"/global-parameters/{index}/name"
            problems[pointer] = f"{each.name!r} is a keyword of Python"
    for key, name in config.names.items():
        if keyword.iskeyword(name):
            problems[pointer_join("", "names", key)] = (
                f"{name!r} is a keyword of Python"
            )
    for pointer, problem in problems.items():
        if problem:
            diagnostics.add("E401", problem, source.place(pointer))
            wrong = True
    return None if wrong else config


@functools.cache
def _judge() -> Judge:
    text = Path(__file__).with_name("sdk.schema.json").read_text(encoding="utf-8")
    return Judge(json.loads(text))


def _config(root: Mapping[str, Any], source: Document) -> Config:
    return Config(
        document=root["document"],
        overlays=tuple(root.get("overlays", ())),
        package=_package(root["package"], root.get("environment", {})),
        resources={
            name: line or "" for name, line in root.get("resources", {}).items()
        },
        global_parameters=tuple(
            GlobalParameter(
                parameter=each["parameter"],
                name=each["name"],
                default=each.get("default", ir.ABSENT),
                place=source.place(f"/global-parameters/{index}/parameter"),
            )
            for index, each in enumerate(root.get("global-parameters", ()))
        ),
        allow=tuple(
            Allow(
                pointer=each["pointer"],
                reason=each["reason"],
                place=source.place(f"/allow/{index}/pointer"),
            )
            for index, each in enumerate(root.get("allow", ()))
        ),
        names=dict(root.get("names", {})),
        source=source,
    )


def _package(given: Mapping[str, Any], environment: Mapping[str, str]) -> ir.Package:
    return ir.Package(
        dist=given["name"],
        module=given["import"],
        version=given["version"],
        client=given["client"],
        environment=tuple(environment.items()),
        description=given.get("description", ""),
        license=given.get("license", _LICENSE),
        authors=tuple(
            ir.Author(name=each["name"], email=each.get("email", ""))
            for each in given.get("authors", ())
        ),
        keywords=tuple(given.get("keywords", ())),
        classifiers=tuple(given.get("classifiers", ())),
        exports=tuple(given.get("exports", {}).items()),
        urls=tuple(given.get("urls", {}).items()),
        python=tuple(
            sorted(
                given.get("python", ir.PYTHONS),
                key=lambda version: int(version.partition(".")[2]),
            )
        ),
    )


def _license_problem(license_: str, folder: Path) -> str:
    """The text of a license is at hand only for the one that templates have."""
    if license_ == _LICENSE or (folder / "LICENSE").is_file():
        return ""
    return f"the text of {license_} is missing: put it in LICENSE beside this file"


def import_problem(name: str) -> str:
    """Why a name cannot be that of the generated package, or nothing."""
    if not name.isascii() or not name.isidentifier():
        return f"{name!r} is no name that Python can import"
    if keyword.iskeyword(name):
        return f"{name!r} is a keyword of Python"
    if name in sys.stdlib_module_names or name in _TAKEN:
        return f"{name!r} is the name of a module that the package itself uses"
    return ""


def _client_problem(name: str) -> str:
    if keyword.iskeyword(name):
        return f"{name!r} is a keyword of Python"
    if name in _CLIENT_TAKEN or name.endswith("Error"):
        return f"{name!r} is a name that the package itself uses"
    return ""


# ------------------------------------------------------------------- deriving


def default_config(document: Document, package: str | None = None) -> Config:
    """The configuration of a document that has no ``sdk.yaml``.

    Names come from ``info.title``, whatever that is; they are always valid, since what
    cannot be part of a name is left out and the last resort is ``api_client``.

    Args:
        document: The bundled document.
        package: Name of the import, or of the distribution, when the caller chose one.
    """
    info = document.root.get("info")
    title = info.get("title") if isinstance(info, dict) else None
    words = _title_words(title if isinstance(title, str) else "")
    if package is not None:
        words = _ascii_words(package)
    module = naming.snake(words) or "api_client"
    if package is not None and not import_problem(package):
        module = package
    if import_problem(module):
        module = f"{module}_client"
    client = naming.pascal(words) or "ApiClient"
    if _client_problem(client):
        client = f"{client}Client"
    return Config(
        package=ir.Package(
            dist=module.strip("_").replace("_", "-") or "api-client",
            module=module,
            version="0.1.0",
            client=client,
            environment=_environment(document, module),
        )
    )


def _ascii_words(text: str) -> list[str]:
    words: list[str] = []
    # A title may be as long as the file: what is cut off never becomes a name.
    for word in naming.words(text[:1000]):
        if not word.isascii() or sum(map(len, words)) + len(word) > _TITLE:
            continue
        words.append(word)
    return words


def _title_words(title: str) -> list[str]:
    """The words of a title without those that say no more than that it is an API."""
    words = _ascii_words(title)
    while len(words) > 1 and words[-1] in {"api", "rest", "openapi", "specification"}:
        words.pop()
    return words if words != ["api"] else []


def _environment(document: Document, module: str) -> tuple[tuple[str, str], ...]:
    prefix = module.strip("_").upper() or "API_CLIENT"
    for ending in ("_SDK", "_CLIENT", "_API"):
        prefix = prefix.removesuffix(ending) or prefix
    names = [*_schemes(document), *_granted(document)]
    found = {name: f"{prefix}_{name.upper()}" for name in names}
    found |= {"base_url": f"{prefix}_API_URL", "log": f"{prefix}_LOG"}
    return tuple(found.items())


def _schemes(document: Document) -> list[str]:
    """The security schemes in snake_case."""
    found = resolve(document.root, "/components/securitySchemes")
    schemes = found[0] if found else None
    if not isinstance(schemes, dict):
        return []
    names = [naming.snake(naming.words(key)) for key in schemes]
    return [name for name in dict.fromkeys(names) if name]


def _granted(document: Document) -> list[str]:
    """What a client takes to fetch tokens itself."""
    from sdkgen.lower.security import grants

    return [
        f"{grant.prefix}{name}"
        for grant in grants(document.root).values()
        for name in ("client_id", "client_secret")
    ]


# -------------------------------------------------------------------- matching


def check_config(config: Config, document: Document, diagnostics: Diagnostics) -> None:
    """Refuse entries of ``sdk.yaml`` that match nothing in the document (E402).

    Args:
        config: As read; a derived one has nothing to check.
        document: The bundled document, overlays applied.
        diagnostics: Gets an E402 at the place of each such entry.
    """
    source = config.source
    if source is None:
        return
    resources, parameters = _known(document)

    def unmatched(pointer: str, message: str, name: str, known: Iterable[str]) -> None:
        diagnostics.add(
            "E402", message, source.key_place(pointer), hint=suggest(name, known)
        )

    for key in config.resources:
        if key not in resources:
            message = f"the document has no resource {key!r}"
            unmatched(pointer_join("", "resources", key), message, key, resources)
    variables = {"base_url", "log", *_schemes(document), *_granted(document)}
    for key, _ in config.package.environment:
        if key not in variables:
            message = f"the document has no security scheme {key!r}"
            unmatched(pointer_join("", "environment", key), message, key, variables)
    for index, each in enumerate(config.global_parameters):
        if each.parameter not in parameters:
            message = f"no operation has a parameter {each.parameter!r}"
            pointer = f"/global-parameters/{index}/parameter"
            unmatched(pointer, message, each.parameter, parameters)
    for index, allow in enumerate(config.allow):
        if resolve(document.root, allow.pointer) is None:
            message = f"nothing stands at {allow.pointer} in the document"
            hint = _nearest(document, allow.pointer)
            diagnostics.add(
                "E402", message, source.place(f"/allow/{index}/pointer"), hint=hint
            )
    for key in config.names:
        if key not in resources and not _nameable(document, key):
            message = f"nothing in the document is named by {key!r}"
            hint = _nearest(document, key) or suggest(key, resources)
            pointer = pointer_join("", "names", key)
            diagnostics.add("E402", message, source.key_place(pointer), hint=hint)


def _known(document: Document) -> tuple[set[str], set[str]]:
    """All resources of a document, and the names of all parameters."""
    # Imported late: what groups operations reads the configuration.
    from sdkgen.lower.names.operation_names import resource_of

    resources: set[str] = set()
    parameters: set[str] = set()
    paths = document.root.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        if not isinstance(item, dict):
            continue
        _add_parameters(document, item.get("parameters"), parameters)
        for method, _, operation in operations(item):
            resources.add(resource_of(path, method.lower(), operation))
            _add_parameters(document, operation.get("parameters"), parameters)
    return resources, parameters


def _add_parameters(document: Document, listed: Json, names: set[str]) -> None:
    for each in listed if isinstance(listed, list) else ():
        found = each
        for _ in range(10):  # a reference to a reference, and no further
            reference = found.get("$ref") if isinstance(found, dict) else None
            if not isinstance(reference, str):
                break
            target = resolve(document.root, reference.removeprefix("#"))
            found = target[0] if target else None
        name = found.get("name") if isinstance(found, dict) else None
        if isinstance(name, str):
            names.add(name)


def _nameable(document: Document, pointer: str) -> bool:
    """Whether a pointer leads to something, or to an argument of an operation.

    Arguments are named by the operation and ``body``, or the location and name of the
    parameter, wherever that one is declared.
    """
    if not pointer.startswith("/"):
        return False
    if resolve(document.root, pointer) is not None:
        return True
    tokens = pointer_split(pointer)
    if len(tokens) < 4 or tokens[0] != "paths":
        return False
    operation = resolve(document.root, pointer_join("", *tokens[:3]))
    if operation is None or not isinstance(operation[0], dict):
        return False
    if tokens[3:] == ["body"]:
        return "requestBody" in operation[0]
    item = resolve(document.root, pointer_join("", *tokens[:2]))
    names: set[str] = set()
    for holder in (item[0] if item else None, operation[0]):
        if isinstance(holder, dict):
            _add_parameters(document, holder.get("parameters"), names)
    is_parameter = tokens[3] in {"path", "query", "header", "cookie"}
    is_field = tokens[3] == "form" and "requestBody" in operation[0]
    return len(tokens) == 5 and (is_field or (is_parameter and tokens[4] in names))


def _nearest(document: Document, pointer: str) -> str:
    """A hint for a pointer that leads nowhere: what stands where it goes wrong."""
    if not pointer.startswith("/"):
        return ""
    tokens = pointer_split(pointer)
    value: Json = document.root
    for index, token in enumerate(tokens):
        found = resolve(value, pointer_join("", token))
        if found is None:
            keys = list(value) if isinstance(value, dict) else []
            there = pointer_join("", *tokens[:index]) or "the document"
            return suggest(token, keys) or f"{there} has no {token!r}"
        value = found[0]
    return ""
