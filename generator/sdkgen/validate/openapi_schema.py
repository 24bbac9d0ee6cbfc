"""What openapi-spec-validator's schema of a document finds beside our own checks."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from sdkgen.diagnostics.diagnostic import Diagnostics, Place
from sdkgen.openapi.object_kinds import child_slots, root_kind
from sdkgen.support.json_pointer import Json, pointer_join, pointer_split

from .report import Report
from .schema_errors import SchemaError, SchemaValidator

__all__ = ["check_openapi_schema"]

_FINDINGS: Final = 200
"""Findings of openapi-spec-validator that are told: more help nobody."""


_VERSIONS: Final = ("2.0", "3.0", "3.1", "3.2")


"""Versions that have a schema; later ones are judged by the newest."""


_TEXTS: Final = frozenset({"description", "operationId", "summary"})


"""Keys whose value is any text wherever it is one."""


# Keys whose presence the document's schema decides by conditions, which an error
# elsewhere in the object upsets.
_CONDITIONAL: Final = frozenset(
    {"allowEmptyValue", "allowReserved", "example", "examples", "explode", "style"}
)


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
        message = f"openapi-spec-validator: {error.message}"
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
