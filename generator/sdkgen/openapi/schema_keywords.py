"""Keywords of JSON Schema, and what their values may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sdkgen.support.json_pointer import Json

from .object_kinds import SCHEMA_SLOTS
from .schema_types import type_of

__all__ = [
    "ANNOTATIONS",
    "CONSTRAINTS",
    "find_misused",
    "is_constraint_only",
    "is_plain",
    "is_unknown",
]

TYPES: Final = ("array", "boolean", "integer", "null", "number", "object", "string")


def _list_keywords(slot: str) -> tuple[str, ...]:
    """The keywords that hold a schema, a map of them or a list of them."""
    return tuple(key for key, held in SCHEMA_SLOTS.items() if held == slot)


SCHEMA_MAPS: Final = _list_keywords("{schema}")
SCHEMA_ARRAYS: Final = _list_keywords("[schema]")


def _is_string(value: Json) -> bool:
    return isinstance(value, str)


def _is_boolean(value: Json) -> bool:
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


def _is_array(value: Json) -> bool:
    return isinstance(value, list)


def _is_object(value: Json) -> bool:
    return isinstance(value, dict)


def _is_string_array(value: Json) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def is_type_keyword(value: Json) -> bool:
    return isinstance(value, str) or _is_string_array(value)


def _is_nonempty_array(value: Json) -> bool:
    return isinstance(value, list) and bool(value)


def _is_anything(value: Json) -> bool:
    del value
    return True


_Table = dict[str, tuple[Callable[[Json], bool], str, tuple[str, ...]]]
"""By keyword: the test of its value, what it may be in words, and its JSON types."""


def _rows(names: str, test: Callable[[Json], bool], wanted: str, *types: str) -> _Table:
    return dict.fromkeys(names.split(), (test, wanted, types))


SCALARS: Final[_Table] = {
    **_rows(
        "$anchor $comment $dynamicAnchor $dynamicRef $id $ref $schema contentEncoding"
        " contentMediaType description format pattern title",
        _is_string,
        "a string",
        "string",
    ),
    **_rows(
        "deprecated nullable readOnly uniqueItems writeOnly $recursiveAnchor",
        _is_boolean,
        "a boolean",
        "boolean",
    ),
    **_rows("maximum minimum", _is_number, "a number", "number"),
    **_rows("exclusiveMaximum exclusiveMinimum", _is_limit, "a number", "number"),
    **_rows("multipleOf", _is_step, "a number > 0", "number"),
    **_rows(
        "maxContains maxItems maxLength maxProperties minContains minItems minLength"
        " minProperties",
        _is_count,
        "a number >= 0",
        "number",
    ),
    **_rows("enum", _is_nonempty_array, "a non-empty array", "array"),
    **_rows("examples", _is_array, "an array", "array"),
    **_rows("required", _is_string_array, "an array of strings", "array"),
    **_rows(
        "$vocabulary dependentRequired discriminator externalDocs xml",
        _is_object,
        "an object",
        "object",
    ),
    **_rows(
        "type", is_type_keyword, "a string or an array of strings", "string", "array"
    ),
    **_rows("const default example", _is_anything, ""),
}


SCHEMA_VALUES: Final = frozenset({*_list_keywords("schema"), "dependencies"})


KEYWORDS: Final = frozenset({*SCALARS, *SCHEMA_VALUES, *SCHEMA_MAPS, *SCHEMA_ARRAYS})


def find_misused(schema: dict[str, Json]) -> list[str]:
    """The keywords of a schema whose values are not of the type that they must have.

    What they mean cannot be known: they are told as W728, and left out of what is read.
    """
    stated = type_of(schema)
    return [
        key
        for key, value in schema.items()
        if key in SCALARS and not SCALARS[key][0](stated if key == "type" else value)
    ]


def is_unknown(key: str) -> bool:
    """Whether a key of a schema is no keyword, which in 3.0 is told as W725."""
    return key not in KEYWORDS and not key.startswith("x-")


ANNOTATIONS = frozenset(
    {
        "$anchor", "$comment", "$defs", "$id", "$schema", "definitions", "deprecated",
        "description", "discriminator", "example", "examples", "externalDocs",
        "readOnly", "summary", "title", "writeOnly", "xml", "default",
    }
)  # fmt: skip
"""Keywords that say nothing about the type."""


CONSTRAINTS = (
    "const", "exclusiveMaximum", "exclusiveMinimum", "maxItems", "maxLength",
    "maxProperties", "maximum", "minItems", "minLength", "minProperties", "minimum",
    "multipleOf", "pattern", "uniqueItems",
)  # fmt: skip


def is_plain(schema: Json) -> bool:
    """Whether a schema says something about the type at all."""
    if schema is True:
        return False
    if not isinstance(schema, dict):
        return True
    return any(
        key not in ANNOTATIONS and (not key.startswith("x-") or key == "x-sdk-time")
        for key in schema
    )


def is_constraint_only(schema: Json) -> bool:
    """Whether an option of a union only narrows (``required: [a]``), typing nothing."""
    return isinstance(schema, dict) and not any(
        key in schema
        for key in (
            "$ref", "type", "properties", "items", "prefixItems", "enum", "const",
            "allOf", "anyOf", "oneOf", "additionalProperties", "patternProperties",
            "format",
        )
    )  # fmt: skip
