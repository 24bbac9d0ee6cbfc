"""Which JSON type a value is, and which types a schema gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sdkgen.diagnostics.values import preview
from sdkgen.support.json_pointer import Json

__all__ = [
    "INTEGER_BITS",
    "TYPE_NAMES",
    "explain_enum",
    "explain_type",
    "json_type",
    "number_of",
    "type_of",
]

INTEGER_BITS: Final = {"int32": 32, "int64": 64}
"""Bits of an integer of a format, its sign included."""


_BESIDE_NULL: Final = frozenset(
    {"$comment", "default", "deprecated", "description", "example", "examples"}
    | {"title", "type"}
)
"""Keywords that a schema may have whose type is all that it says."""


TYPE_NAMES: Final = {
    "array": "an array",
    "boolean": "a boolean",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}
"""The types of JSON, with their articles, as messages have them."""


def json_type(value: Json) -> str:
    """The JSON type of a value; a number is never an ``integer``."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case dict():
            return "object"
        case list():
            return "array"


def type_of(schema: Mapping[str, Json]) -> Json:
    """The types that a schema states, if it does.

    ``null`` without quotes is no text in YAML, but in a list of types, or where a type
    is all that a schema says, it is meant as one.
    """
    stated = schema.get("type")
    if isinstance(stated, list) and None in stated:
        named: list[Json] = ["null" if each is None else each for each in stated]
        texts = [each for each in named if isinstance(each, str)]
        return [*dict.fromkeys(texts)] if len(texts) == len(named) else named
    if stated is None and "type" in schema and schema.keys() <= _BESIDE_NULL:
        return "null"
    return stated


def explain_enum(schema: Mapping[str, Json]) -> dict[int, str]:
    """The listed values that are not of the type of their schema: index → why.

    Null fits where ``nullable`` widens that type (clarified by OpenAPI 3.0.3).
    """
    options = schema.get("enum")
    if not isinstance(options, list):
        return {}
    if schema.get("type") == "array" and not any(isinstance(v, list) for v in options):
        return {}  # They are meant for the items, which is told elsewhere.
    problems = {
        index: explain_type(schema, option)
        for index, option in enumerate(options)
        if option is not None or schema.get("nullable") is not True
    }
    return {index: problem for index, problem in problems.items() if problem}


def explain_type(schema: Mapping[str, Json], value: Json) -> str:
    stated = type_of(schema)
    types = stated if isinstance(stated, list) else [stated]
    names = [name for name in types if isinstance(name, str)]
    if not names or any(_is_of_type(name, value) for name in names):
        return ""
    wanted = " or ".join(TYPE_NAMES[name] for name in names)
    return f"{preview(value)} is not {wanted}"


def _is_of_type(name: str, value: Json) -> bool:
    match name:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "null":
            return value is None
        case "integer":
            return (
                number_of(value) is not None
                and float(number_of(value) or 0).is_integer()
            )
        case "number":
            return number_of(value) is not None
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
        case _:
            return True  # `file` and other inventions


def number_of(value: Json) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # Beyond the range of a double nothing can be compared.
    return value if abs(value) < 1e300 else 0
