"""Is a document legal, and is it fit for an SDK? All that is wrong, at once.

Three judges, in this order:

1. Our own checks (``rules.py``, ``schema_rules.py``). They see all of a document, of
   any size and depth, and each finding has the place where a person would look.
2. The ``x-sdk-`` extensions, against ``extensions.schema.json``.
3. openapi-spec-validator's schema of the document, piece by piece: each path and each
   kind of component by itself, without the schemas and examples in it (those the own
   checks have seen). So its work grows linearly, a change costs one piece (results
   are cached by content), and a piece that is too large or too deep is left out with a
   W727, as is what is left when its time is over. What it finds at a place that already
   has a finding is dropped.

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
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from .alike import Shapes
from .checks import Node, Report, kind_name, walk
from .diagnostics import Diagnostics, Place, suggest
from .document import Document, Json, escape, pointer_join, pointer_split
from .kinds import root_kind, slots
from .rules import check_media_examples, check_rules
from .schema_rules import check_schemas
from .shape import Misfit, misfits

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

__all__ = ["validate"]

_PIECE_NODES: Final = 20_000
"""Mappings and lists of a piece beyond which it is left out; each takes 0.3 ms."""
_SECONDS: Final = 12.0
"""Time of the processor after which openapi-spec-validator is asked nothing new."""
_PIECE_DEPTH: Final = 60
"""Levels of a piece: each costs the validator a dozen frames of Python's stack."""
_FRAMES: Final = 5_000
"""Python's recursion limit while openapi-spec-validator runs."""
_LIST_LENGTH: Final = 2_000
"""Items of a list: the validator compares each to each."""
_FINDINGS: Final = 200
"""Findings of openapi-spec-validator that are told: more help nobody."""

_HOLDERS: Final = {"paths": "paths", "components": "components", "webhooks": "paths"}
"""Keys of the document that hold most of it, and what they are."""

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
    _check_extensions(report, {found.pointer for found in diagnostics})
    asked = report if written is None else Report(written, diagnostics)
    _check_specification(asked, diagnostics)


# ------------------------------------------------------------------ extensions


@functools.cache
def _extensions() -> Mapping[str, tuple[Validator, tuple[str, ...]]]:
    """Of each kind of object: the validator of its extensions, and their names."""
    from jsonschema import Draft202012Validator

    path = Path(__file__).with_name("extensions.schema.json")
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    found: dict[str, tuple[Validator, tuple[str, ...]]] = {}
    for kind, schema in data["properties"].items():
        validator = Draft202012Validator({**schema, "$defs": data["$defs"]})
        found[kind] = (validator, tuple(schema["properties"]))
    return found


def _check_extensions(report: Report, said: Collection[str]) -> None:
    known = _extensions()
    everywhere = {name: kind for kind, (_, names) in known.items() for name in names}
    for node in walk(report.root):
        if not isinstance(node.value, dict) or node.kind[0] == "{":
            continue
        found = {k: v for k, v in node.value.items() if k.startswith("x-sdk-")}
        if not found:
            continue
        validator, names = known.get(node.kind, (None, ()))
        for name in [name for name in found if name not in names]:
            _tell_unknown(report, node, name, everywhere)
            del found[name]
        if validator is None:
            continue
        for misfit in misfits(validator.iter_errors(found)):
            pointer = pointer_join(node.pointer, *misfit.path)
            if pointer not in said:
                tell = report.key if misfit.at_key else report.value
                tell("E311", misfit.message, pointer, misfit.hint)


def _tell_unknown(
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
    hint = suggest(name.removeprefix("x-sdk-"), near)
    for short, known in near.items():
        hint = hint.replace(f"'{short}'", f"'{known}'")
    # Without a near one it is probably meant for another tool.
    report.key("E310" if hint else "W725", f"unknown extension {name!r}", place, hint)


# --------------------------------------------------------------- specification


def _check_specification(report: Report, diagnostics: Diagnostics) -> None:
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
    shapes = (
        None if swagger else Shapes(lambda shape: not any(_misfits(version, shape)))
    )
    count = 0
    began = time.process_time()
    unasked: list[str] = []
    for name, piece in _pieces(report.root):
        if problem := _too_much(piece):
            message = f"openapi-spec-validator was not asked about it: {problem}"
            report.key("W727", message, name)
            continue
        late = time.process_time() - began > _SECONDS
        judged = _judge(version, piece, shapes, known_only=late)
        if judged is None:
            unasked.append(name)
            continue
        for misfit in judged:
            pointer = pointer_join("", *misfit.path)
            vague = misfit.kind in {"anyOf", "oneOf", "not"}
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
            _tell(report, misfit, pointer)
    if unasked:
        _tell_cut_short(report, unasked)


def _tell_cut_short(report: Report, unasked: list[str]) -> None:
    more = f" and {len(unasked) - 1} more parts" if len(unasked) > 1 else ""
    message = (
        f"openapi-spec-validator was cut short after {_SECONDS:.0f} s:"
        f" it was not asked about this{more}"
    )
    report.key("W727", message, unasked[0], "what it has judged is kept: run it again")


def _tell(report: Report, misfit: Misfit, pointer: str) -> None:
    if misfit.kind == "additionalProperties":
        if misfit.path[-1] not in _CONDITIONAL:
            report.key("W725", misfit.message, pointer, misfit.hint)
    else:
        code = "E301" if misfit.kind == "structure" else "W710"
        report.value(code, misfit.message, pointer, misfit.hint)


def _judge(
    version: str,
    piece: dict[str, Json],
    shapes: Shapes | None,
    *,
    known_only: bool,
) -> list[Misfit] | None:
    """What openapi-spec-validator says; None if it would have to be asked."""
    if known_only:
        return None
    if shapes is not None and shapes.fit(piece):
        return []
    return list(_misfits(version, piece))


def _misfits(version: str, piece: dict[str, Json]) -> Iterator[Misfit]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _FRAMES))
    try:
        # A value of the wrong type brings the types of its inner parts along.
        for error in _schema(version).iter_errors(piece):
            for misfit in misfits([error]):
                yield _structural(misfit, piece)
    finally:
        sys.setrecursionlimit(limit)


def _structural(misfit: Misfit, piece: dict[str, Json]) -> Misfit:
    """The same, its kind ``structure`` if a mapping or a list is something else."""
    wants = ("must be a mapping", "must be a list")
    if misfit.kind != "type" or not any(want in misfit.message for want in wants):
        return misfit
    if misfit.message.endswith("not null"):
        return misfit
    return Misfit(misfit.path, "structure", misfit.message, misfit.hint, misfit.at_key)


@functools.cache
def _schema(version: str) -> Validator:
    """The validator of whole documents of a version, the newest for any later one."""
    from jsonschema.validators import validator_for
    from openapi_spec_validator import (
        OpenAPIV2SpecValidator,
        OpenAPIV30SpecValidator,
        OpenAPIV31SpecValidator,
        OpenAPIV32SpecValidator,
    )

    validators = {
        "2.0": OpenAPIV2SpecValidator,
        "3.0": OpenAPIV30SpecValidator,
        "3.1": OpenAPIV31SpecValidator,
    }
    validator = validators.get(version, OpenAPIV32SpecValidator).schema_validator
    # Pieces have no schemas, and finding what a dynamic reference to the schema of
    # schemas means takes most of the time.
    given = cast("Json", validator.schema)
    schema = cast("dict[str, Any]", _without(given, "$dynamicRef"))
    found: Validator = validator_for(schema)(schema)
    return found


def _without(value: Json, key: str) -> Json:
    """A copy of a JSON value without the entries of that key."""
    if isinstance(value, dict):
        return {k: _without(item, key) for k, item in value.items() if k != key}
    if isinstance(value, list):
        return [_without(item, key) for item in value]
    return value


# ---------------------------------------------------------------------- pieces


def _pieces(root: dict[str, Json]) -> Iterator[tuple[str, dict[str, Json]]]:
    """Small documents that together are the whole, each with a pointer to what it is."""
    if root_kind(root) == "swagger":
        yield from _swagger_pieces(root)
        return
    version = str(root.get("openapi", ""))
    frame: dict[str, Json] = {
        "openapi": f"{version[:3]}.0" if version[:2] == "3." else "3.1.0",
        "info": {"title": "", "version": ""},
        "paths": {},
    }
    rest = {key: value for key, value in root.items() if key not in frame}
    for key in _HOLDERS:
        parts = rest.pop(key, root.get(key))
        if not isinstance(parts, dict):
            continue
        rest[key] = {k: v for k, v in parts.items() if not slots(_HOLDERS[key], {k: v})}
        for name, part in parts.items():
            for _, kind in slots(_HOLDERS[key], {name: part}):
                piece: dict[str, Json] = {key: {name: _pruned(kind, part)}}
                yield pointer_join("", key, name), {**frame, **piece}
    if "info" in root:
        rest["info"] = root["info"]
    yield "", {**frame, **rest}


def _swagger_pieces(root: dict[str, Json]) -> Iterator[tuple[str, dict[str, Json]]]:
    """The same of Swagger 2.0: each path, and the rest without its schemas."""
    frame: dict[str, Json] = {"swagger": "2.0", "info": {"title": "", "version": ""}}
    paths = root.get("paths")
    rest = {key: value for key, value in root.items() if key != "paths"}
    for path, item in paths.items() if isinstance(paths, dict) else ():
        pruned = _pruned("swagger paths", {path: item})
        yield pointer_join("", "paths", path), {**frame, "paths": pruned}
    pruned = _pruned("swagger", rest)
    assert isinstance(pruned, dict)  # as it was
    yield "", {**pruned, "paths": {}}


def _pruned(kind: str, part: Json) -> Json:
    """A part of a document without the schemas and examples in it; any depth."""
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
            for name, slot in slots(kind, value):
                if name in made:
                    todo.append((slot, value[name], made, name))
        target[key] = made
    return holder[""]


def _too_much(piece: dict[str, Json]) -> str:
    """Why a piece is not for a validator that recurses, or nothing."""
    count = 0
    todo: list[tuple[Json, int]] = [(piece, 0)]
    while todo:
        value, depth = todo.pop()
        if not isinstance(value, dict | list):
            continue
        count += 1
        if count > _PIECE_NODES:
            return "it is too large"
        if depth > _PIECE_DEPTH:
            return "it is nested too deeply"
        if isinstance(value, list) and len(value) > _LIST_LENGTH:
            return f"a list has more than {_LIST_LENGTH} items"
        children = value.values() if isinstance(value, dict) else value
        todo.extend((child, depth + 1) for child in children)
    return ""
