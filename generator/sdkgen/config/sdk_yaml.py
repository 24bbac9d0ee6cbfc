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
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sdkgen import ir
from sdkgen.diagnostics.diagnostic import Diagnostics, Place
from sdkgen.read import document as documents
from sdkgen.read.document import Document
from sdkgen.support.absent import ABSENT, Absent
from sdkgen.support.json_pointer import Json, pointer_join
from sdkgen.validate.schema_errors import SchemaValidator

__all__ = ["Allow", "Config", "GlobalParameter", "explain_import_name", "load_config"]

_LICENSE = "MIT"
"""The license whose text the templates have."""


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
    default: Json | Absent = ABSENT
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
    for error in _load_schema().explain_errors(source.root):
        pointer = pointer_join("", *error.path)
        place = source.key_place(pointer) if error.at_key else source.place(pointer)
        diagnostics.add(
            "E401", error.message, place, hint=error.hint, details=error.details
        )
        wrong = True
    if wrong:
        return None
    config = _make_config(source.root, source)
    problems = {
        "/package/import": explain_import_name(config.package.module),
        "/package/client": explain_client_name(config.package.client),
        "/package/license": _explain_license(config.package.license, path.parent),
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
def _load_schema() -> SchemaValidator:
    text = Path(__file__).with_name("sdk.schema.json").read_text(encoding="utf-8")
    return SchemaValidator(json.loads(text))


def _make_config(root: Mapping[str, Any], source: Document) -> Config:
    return Config(
        document=root["document"],
        overlays=tuple(root.get("overlays", ())),
        package=_make_package(root["package"], root.get("environment", {})),
        resources={
            name: line or "" for name, line in root.get("resources", {}).items()
        },
        global_parameters=tuple(
            GlobalParameter(
                parameter=each["parameter"],
                name=each["name"],
                default=each.get("default", ABSENT),
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


def _make_package(
    given: Mapping[str, Any], environment: Mapping[str, str]
) -> ir.Package:
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


def _explain_license(license_: str, folder: Path) -> str:
    """The text of a license is at hand only for the one that templates have."""
    if license_ == _LICENSE or (folder / "LICENSE").is_file():
        return ""
    return f"the text of {license_} is missing: put it in LICENSE beside this file"


def explain_import_name(name: str) -> str:
    """Why a name cannot be that of the generated package, or nothing."""
    if not name.isascii() or not name.isidentifier():
        return f"{name!r} is not a name that Python can import"
    if keyword.iskeyword(name):
        return f"{name!r} is a keyword of Python"
    if name in sys.stdlib_module_names or name in _TAKEN:
        return f"{name!r} is the name of a module that the package itself uses"
    return ""


def explain_client_name(name: str) -> str:
    if keyword.iskeyword(name):
        return f"{name!r} is a keyword of Python"
    if name in _CLIENT_TAKEN or name.endswith("Error"):
        return f"{name!r} is a name that the package itself uses"
    return ""


# ------------------------------------------------------------------- deriving


# -------------------------------------------------------------------- matching
