"""Our own checks of Schema Objects, by a table of their keywords.

A schema is read as far as it can be, so hardly anything here is an error: only where a
keyword should hold schemas and holds something else is its meaning lost. The tables are
those of JSON Schema 2020-12 and of OpenAPI 3.0.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Final

from sdkgen.diagnostics.diagnostic import suggest
from sdkgen.openapi.walk import Report, walk
from sdkgen.patterns.patterns import is_readable
from sdkgen.read.document import Json, escape

from .example_values import mistyped, type_of, unfit
from .schema_errors import show

__all__ = ["check_schemas", "is_unknown", "misused"]

_TYPES: Final = ("array", "boolean", "integer", "null", "number", "object", "string")
_MAPS: Final = (
    *("$defs", "definitions", "dependentSchemas", "patternProperties", "properties"),
)
_LISTS: Final = ("allOf", "anyOf", "oneOf", "prefixItems")


def _is_text(value: Json) -> bool:
    return isinstance(value, str)


def _is_flag(value: Json) -> bool:
    return isinstance(value, bool)


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_limit(value: Json) -> bool:
    # In 3.0 it says of `minimum` whether it is itself allowed.
    return isinstance(value, int | float)


def _is_step(value: Json) -> bool:
    return _is_number(value) and isinstance(value, int | float) and value > 0


def _is_count(value: Json) -> bool:
    if isinstance(value, float) and value.is_integer():
        return value >= 0
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_list(value: Json) -> bool:
    return isinstance(value, list)


def _is_mapping(value: Json) -> bool:
    return isinstance(value, dict)


def _is_texts(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _is_types(value: Json) -> bool:
    return isinstance(value, str) or _is_texts(value)


def _is_filled(value: Json) -> bool:
    return isinstance(value, list) and bool(value)


def _is_anything(value: Json) -> bool:
    del value
    return True


def _each(names: str, test: Callable[[Json], bool], wanted: str) -> _Table:
    return dict.fromkeys(names.split(), (test, wanted))


_Table = dict[str, tuple[Callable[[Json], bool], str]]

_SCALARS: Final[_Table] = {
    **_each(
        "$anchor $comment $dynamicAnchor $dynamicRef $id $ref $schema contentEncoding"
        " contentMediaType description format pattern title",
        _is_text,
        "a text",
    ),
    **_each(
        "deprecated nullable readOnly uniqueItems writeOnly $recursiveAnchor",
        _is_flag,
        "true or false",
    ),
    **_each("maximum minimum", _is_number, "a number"),
    **_each("exclusiveMaximum exclusiveMinimum", _is_limit, "a number"),
    **_each("multipleOf", _is_step, "a number above 0"),
    **_each(
        "maxContains maxItems maxLength maxProperties minContains minItems minLength"
        " minProperties",
        _is_count,
        "a number, not below 0",
    ),
    **_each("enum", _is_filled, "a list of one value or more"),
    **_each("examples", _is_list, "a list"),
    **_each("required", _is_texts, "a list of texts"),
    **_each(
        "$vocabulary dependentRequired discriminator externalDocs xml",
        _is_mapping,
        "a mapping",
    ),
    **_each("type", _is_types, "a text or a list of texts"),
    **_each("const default example", _is_anything, ""),
}

_SCHEMAS: Final = frozenset(
    {"additionalItems", "additionalProperties", "contains", "contentSchema", "else"}
    | {"if", "items", "not", "propertyNames", "then", "unevaluatedItems"}
    | {"unevaluatedProperties", "dependencies"}
)
_KNOWN: Final = frozenset({*_SCALARS, *_SCHEMAS, *_MAPS, *_LISTS})


def misused(schema: dict[str, Json]) -> list[str]:
    """The keywords of a schema whose values are not of the type that they must have.

    What they mean cannot be known: they are told as W728, and left out of what is read.
    """
    stated = type_of(schema)
    return [
        key
        for key, value in schema.items()
        if key in _SCALARS and not _SCALARS[key][0](stated if key == "type" else value)
    ]


def is_unknown(key: str) -> bool:
    """Whether a key of a schema is no keyword, which in 3.0 is told as W725."""
    return key not in _KNOWN and not key.startswith("x-")


def check_schemas(report: Report) -> None:
    """Check every schema of a bundled document, whatever it holds."""
    version = str(report.root.get("openapi", ""))
    # Before 3.1 unknown keywords are not allowed; from then on they mean nothing.
    closed = version.startswith("3.0")
    combined: set[str] = set()
    for node in walk(report.root):
        schema, pointer = node.value, node.pointer
        if node.kind == "[schema]" and pointer.rpartition("/")[2] in _LISTS:
            if not schema:
                name = pointer.rpartition("/")[2]
                report.value("W728", f"{name} is empty", pointer)
            elif isinstance(schema, list):
                combined.update(f"{pointer}/{index}" for index in range(len(schema)))
        if node.kind != "schema" or not isinstance(schema, dict):
            continue
        _check_keywords(report, schema, pointer, closed)
        _check_type(report, schema, pointer)
        _check_values(report, schema, pointer)
        _check_pattern(report, schema, pointer)
        if pointer not in combined:
            _check_required(report, schema, pointer)


def _check_keywords(
    report: Report, schema: dict[str, Json], pointer: str, closed: bool
) -> None:
    for key in misused(schema):
        message = f"{key} must be {_SCALARS[key][1]}, not {show(schema[key])}"
        report.value("W728", message, f"{pointer}/{escape(key)}")
    for key in filter(is_unknown, schema):
        place = f"{pointer}/{escape(key)}"
        hint = report.suggest(key, _KNOWN)
        if hint or closed:
            report.key("W725", f"unknown keyword {key!r} in a schema", place, hint)


def _check_type(report: Report, schema: dict[str, Json], pointer: str) -> None:
    stated = schema.get("type")
    if not _is_types(type_of(schema)):
        return
    names = stated if isinstance(stated, list) else [stated]
    for index, name in enumerate(names):
        if name in _TYPES:
            continue
        at = (
            f"{pointer}/type/{index}" if isinstance(stated, list) else f"{pointer}/type"
        )
        message = f"{show(name)} is no type"
        if name is None:
            message = "null is not quoted: it is read as the type 'null'"
        report.value("W728", message, at, suggest(show(name), _TYPES))


def _check_values(report: Report, schema: dict[str, Json], pointer: str) -> None:
    options = schema.get("enum")
    if isinstance(options, list):
        seen: set[str] = set()
        for index, option in enumerate(options):
            if isinstance(option, dict | list):
                continue
            # 1 and 1.0 are one value in JSON, 1 and true are not.
            if isinstance(option, float) and option.is_integer():
                option = int(option)
            kept = repr(option)
            if kept in seen:
                message = f"{show(option)} is listed twice"
                report.value("W721", message, f"{pointer}/enum/{index}")
            seen.add(kept)
        for index, problem in islice(mistyped(schema).items(), 1):
            message = f"a listed value does not fit its type: {problem}"
            hint = "the values count as they are listed"
            report.value("W734", message, f"{pointer}/enum/{index}", hint)
    for keyword, code in (("default", "W718"), ("example", "W719")):
        if keyword in schema:
            problem = unfit(report.root, schema, schema[keyword])
            if problem:
                message = f"the {keyword} does not fit its schema: {problem}"
                report.value(code, message, f"{pointer}/{keyword}")


def _check_required(report: Report, schema: dict[str, Json], pointer: str) -> None:
    """A required property that nothing declares is mostly a slip of the pen."""
    required, properties = schema.get("required"), schema.get("properties")
    if not isinstance(required, list) or not isinstance(properties, dict):
        return
    if any(key in schema for key in ("allOf", "anyOf", "oneOf", "$ref", "if")):
        return
    if isinstance(schema.get("additionalProperties"), dict):
        return
    if schema.get("patternProperties"):
        return
    for index, name in enumerate(required):
        if isinstance(name, str) and name not in properties:
            message = f"{name!r} is required and not declared"
            place = f"{pointer}/required/{index}"
            report.value("W722", message, place, report.suggest(name, properties))


def _check_pattern(report: Report, schema: dict[str, Json], pointer: str) -> None:
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and not is_readable(pattern):
        message = f"the pattern {show(pattern)} cannot be read: nothing is checked"
        report.value("W729", message, f"{pointer}/pattern")
