"""Is a document legal, and is it fit for an SDK? All that is wrong, at once.

Three judges, in this order:

1. Our own checks (``rules.py``, ``schema_rules.py``, ``tag_rules.py``). They see all of
   a document, of any size and depth, and each finding has the place where a person
   would look.
2. The ``x-sdk-`` extensions, against ``extensions.schema.json``.
3. openapi-spec-validator's schema of the document, without the schemas and examples in
   it (those the own checks have seen). The document is judged as a whole; if it does
   not fit, each path and component that does not fit is asked for what is wrong with
   it, and one that is too large or too deep to say gets a W727. What is found at a
   place that already has a finding is dropped.

**Error or warning.** Many documents in daily use fail strict validation. A defect is an
error (E) if the SDK could not do what the document says: a mapping or list of the
document's structure is something else; a parameter, status, header, security scheme or
extension has no meaning. It is a warning (W) if what is meant is plain or the SDK can
do without it: a missing description, an unknown key, ``deprecated: "true"``. Of
openapi-spec-validator's findings only the first kind is an error: where it wants a
mapping or a list and finds neither that nor null. ``--strict`` makes warnings errors.

Nothing is repaired here, and no file or address is opened.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from sdkgen.diagnostics.diagnostic import Details, Diagnostics, Place, find_similar
from sdkgen.openapi.object_kinds import child_slots, root_kind
from sdkgen.openapi.walk import Node, kind_name, walk
from sdkgen.read.document import Document
from sdkgen.support.json_pointer import Json, escape, pointer_join, pointer_split

from .report import Report
from .rules import check_media_examples, check_rules
from .schema_errors import SchemaError, SchemaValidator
from .schemas import check_schemas
from .tags import check_tags

__all__ = ["validate"]

_FINDINGS: Final = 200
"""Findings of openapi-spec-validator that are told: more help nobody."""

_VERSIONS: Final = ("2.0", "3.0", "3.1", "3.2")
"""Versions that have a schema; later ones are judged by the newest."""

_TEXTS: Final = frozenset({"description", "operationId", "summary"})
"""Keys whose value is any text wherever it is one."""

_UNRESOLVED: Final = "x-sdk-unresolved"
"""What reading leaves where a schema's reference has no target, already reported."""

# Keys whose presence the document's schema decides by conditions, which an error
# elsewhere in the object upsets.
_CONDITIONAL: Final = frozenset(
    {"allowEmptyValue", "allowReserved", "example", "examples", "explode", "style"}
)


def validate(
    document: Document,
    diagnostics: Diagnostics,
    *,
    written: Document | None = None,
) -> None:
    """Check a bundled document, overlays applied; whatever it holds, nothing raises.

    Args:
        document: The document, in the words of OpenAPI 3.
        diagnostics: Gets E3xx and W7xx.
        written: The same as it is written, if that is in the words of Swagger 2.0.
    """
    if not re.match(r"3\.\d", str(document.root.get("openapi", ""))):
        return  # which versions are read is said elsewhere; rules of others are not known
    report = Report(document, diagnostics)
    check_rules(report)
    check_schemas(report)
    check_media_examples(report)
    check_tags(report)
    check_extensions(report, {found.pointer for found in diagnostics})
    asked = report if written is None else Report(written, diagnostics)
    check_openapi_schema(asked, diagnostics)


# ------------------------------------------------------------------ extensions


@functools.cache
def _load_extensions() -> Mapping[str, tuple[SchemaValidator, tuple[str, ...]]]:
    """Of each kind of object: the judge of its extensions, and their names."""
    path = Path(__file__).with_name("extensions.schema.json")
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    found: dict[str, tuple[SchemaValidator, tuple[str, ...]]] = {}
    for kind, schema in data["properties"].items():
        validator = SchemaValidator({**schema, "$defs": data["$defs"]})
        found[kind] = (validator, tuple(schema["properties"]))
    return found


def check_extensions(report: Report, said: Collection[str]) -> None:
    known = _load_extensions()
    everywhere = {name: kind for kind, (_, names) in known.items() for name in names}
    for node in walk(report.root):
        if not isinstance(node.value, dict) or node.kind[0] == "{":
            continue
        found = {k: v for k, v in node.value.items() if k.startswith("x-sdk-")}
        if not found:
            continue
        validator, names = known.get(node.kind, (None, ()))
        for name in [name for name in found if name not in names]:
            _report_unknown(report, node, name, everywhere)
            del found[name]
        if validator is None:
            continue
        for error in validator.explain_errors(found):
            pointer = pointer_join(node.pointer, *error.path)
            if pointer not in said:
                tell = report.key if error.at_key else report.value
                tell("E311", error.message, pointer, error.hint, details=error.details)


def _report_unknown(
    report: Report, node: Node, name: str, everywhere: Mapping[str, str]
) -> None:
    place = f"{node.pointer}/{escape(name)}"
    if name == _UNRESOLVED:
        return
    if name in everywhere:
        wanted = kind_name(everywhere[name])
        message = f"{name} belongs to {wanted}, not {kind_name(node.kind)}"
        report.key("E310", message, place)
        return
    # The common start of all these names says nothing about which one was meant.
    near = {known.removeprefix("x-sdk-"): known for known in everywhere}
    short = find_similar(name.removeprefix("x-sdk-"), near)
    # Without a near one it is probably meant for another tool.
    report.key(
        "E310" if short else "W725",
        f"unknown extension {name!r}",
        place,
        details=Details(suggestion=near.get(short, "")),
    )


# --------------------------------------------------------------- specification


def check_openapi_schema(report: Report, diagnostics: Diagnostics) -> None:
    """What openapi-spec-validator says, where our own checks have said nothing yet."""
    said: set[str] = set()
    exact: set[str] = set()
    places: set[Place | None] = set()
    for found in diagnostics:
        # A finding inside explains why what is around it does not fit.
        tokens = pointer_split(found.pointer)
        exact.add(found.pointer)
        places.add(found.place)
        said.update(
            pointer_join("", *tokens[:end]) for end in range(1, len(tokens) + 1)
        )
    swagger = root_kind(report.root) == "swagger"
    version = "2.0" if swagger else str(report.root.get("openapi", ""))[:3]
    if version not in _VERSIONS:
        version = _VERSIONS[-1]
    count = 0
    for error in _find_errors(_load_schema(version), _prepare(version, report.root)):
        pointer = pointer_join("", *error.path)
        vague = error.kind in {"anyOf", "oneOf", "not"}
        if pointer in (said if vague else exact):
            continue
        # The own checks have seen Swagger 2.0 in other words, at the same places.
        if swagger and report.document.place(pointer) in places:
            continue
        count += 1
        if count > _FINDINGS:
            message = f"openapi-spec-validator has more than {_FINDINGS} findings"
            report.value("W727", message, "")
            return
        _report(report, error, pointer)


def _report(report: Report, error: SchemaError, pointer: str) -> None:
    if error.kind == "unsaid":
        message = f"openapi-spec-validator says that {error.message}"
        report.key("W727", message, pointer)
    elif error.kind == "additionalProperties":
        if error.path[-1] not in _CONDITIONAL:
            report.key("W725", error.message, pointer, details=error.details)
    else:
        code = "E301" if _is_structural(error) else "W710"
        report.value(
            code,
            error.message,
            pointer,
            error.hint,
            details=error.details,
            fix=error.fix,
        )


@functools.cache
def _load_schema(version: str) -> SchemaValidator:
    """Of whole documents of a version."""
    # The schemas are all that is wanted of the package: to import it takes half a
    # second, most of it for what resolves references.
    package = find_spec("openapi_spec_validator")
    assert package is not None  # it is a dependency
    assert package.origin is not None
    folder = Path(package.origin).parent / "resources" / "schemas"
    text = (folder / f"v{version}" / "schema.json").read_text(encoding="utf-8")
    return SchemaValidator(json.loads(text))


def _find_errors(
    validator: SchemaValidator, root: dict[str, Json]
) -> Iterator[SchemaError]:
    """What is wrong with a document, found where it is."""
    if validator.fits(root):
        return
    seen: set[SchemaError] = set()
    for path, piece in _split(validator, root):
        for error in validator.explain_errors(piece):
            if error.kind == "unsaid":
                error = replace(error, path=path)
            if error not in seen:
                seen.add(error)
                yield error


def _is_structural(error: SchemaError) -> bool:
    """Whether something else stands where an object or an array is expected."""
    details = error.details
    expected = details.expected[:1] in (("array",), ("object",))
    return expected and details.found != "null"


# ---------------------------------------------------------------------- pieces


def _prepare(version: str, root: dict[str, Json]) -> dict[str, Json]:
    """A document as it is judged, without what the own checks have seen."""
    pruned = _prune(root_kind(root), root)
    assert isinstance(pruned, dict)  # as it was
    if version == "2.0":
        return {**pruned, "paths": pruned.get("paths", {})}
    return {
        "info": {"title": "", "version": ""},
        "paths": {},
        **pruned,
        "openapi": f"{version}.0",
    }


def _split(
    validator: SchemaValidator, root: dict[str, Json]
) -> Iterator[tuple[tuple[str, ...], dict[str, Json]]]:
    """Small documents with all that does not fit, each with the path to what it is."""
    bare: dict[str, Json] = {"info": {"title": "", "version": ""}, "paths": {}}
    bare |= {key: root[key] for key in ("openapi", "swagger") if key in root}
    rest = dict(root)
    for key in ("paths", "webhooks"):
        items = rest.get(key)
        if isinstance(items, dict):
            rest[key] = {}
            for name, item in items.items():
                yield (key, name), {**bare, key: {name: item}}
    components = rest.get("components")
    if isinstance(components, dict):
        kept = dict(components)
        for section, items in components.items():
            if isinstance(items, dict):
                kept[section] = {}
                if validator.fits({**bare, "components": {section: items}}):
                    continue
                for name, item in items.items():
                    piece: Json = {section: {name: item}}
                    yield ("components", section, name), {**bare, "components": piece}
        rest["components"] = kept
    yield (), rest


def _prune(kind: str, part: Json) -> Json:
    """A part of a document without schemas, examples and texts of any kind; any depth."""
    holder: dict[str, Json] = {}
    todo: list[tuple[str, Json, Any, str | int]] = [(kind, part, holder, "")]
    while todo:
        kind, value, target, key = todo.pop()
        made: Json = value
        if kind.strip("{}[]") == "schema" and kind[0] not in "{[":
            made = {}
        elif kind[0] == "{" and isinstance(value, dict):
            made = {}
            for name, inner in value.items():
                made[name] = None
                todo.append((kind[1:-1], inner, made, name))
        elif kind[0] == "[" and isinstance(value, list):
            made = list[Json](value)
            for index, inner in enumerate(value):
                todo.append((kind[1:-1], inner, made, index))
        elif kind[0] not in "{[" and isinstance(value, dict):
            made = {k: v for k, v in value.items() if not k.startswith("x-")}
            made = {k: {} if k in ("example", "value") else v for k, v in made.items()}
            for name in _TEXTS & made.keys():
                if isinstance(made[name], str):
                    made[name] = ""
            for name, slot in child_slots(kind, value):
                if name in made:
                    todo.append((slot, value[name], made, name))
        target[key] = made
    return holder[""]
