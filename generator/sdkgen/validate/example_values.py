"""Whether a default or an example can be what its schema says, told in a few words.

Not a validator of JSON Schema: only what a person can get wrong and see (types, listed
values, bounds, missing properties) to a small depth; what is not understood fits. It
reads 3.0 (``nullable``, boolean ``exclusiveMinimum``) and 3.1 alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sdkgen.read.document import Json
from sdkgen.read.file_access import follow

from .schema_errors import show

__all__ = ["mistyped", "type_of", "unfit"]

_DEPTH: Final = 8
"""Levels of a value that are looked at."""

_ITEMS: Final = 20
"""Items of a list, and alternatives of a union, that are looked at."""

_STEPS: Final = 2_000
"""Schemas that are looked at for one value: unions of unions would multiply."""

_BITS: Final = {"int32": 32, "int64": 64}
"""Bits of an integer of a format, its sign included."""

_BESIDE_NULL: Final = frozenset(
    {"$comment", "default", "deprecated", "description", "example", "examples"}
    | {"title", "type"}
)
"""Keywords that a schema may have whose type is all that it says."""

_NAMES: Final = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "a mapping",
    "string": "a text",
}


def unfit(root: dict[str, Json], schema: Json, value: Json) -> str:
    """Why a value does not fit a schema, or nothing.

    Args:
        root: The bundled document, which references point into.
        schema: Of any shape; what is no schema fits everything.
        value: The default or the example.
    """
    return _Fit(root).problem(schema, value, 0)


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


def mistyped(schema: Mapping[str, Json]) -> dict[int, str]:
    """The listed values that are not of the type of their schema: index → why.

    Null fits where ``nullable`` widens that type (clarified by OpenAPI 3.0.3).
    """
    options = schema.get("enum")
    if not isinstance(options, list):
        return {}
    if schema.get("type") == "array" and not any(isinstance(v, list) for v in options):
        return {}  # They are meant for the items, which is told elsewhere.
    problems = {
        index: _wrong_type(schema, option)
        for index, option in enumerate(options)
        if option is not None or schema.get("nullable") is not True
    }
    return {index: problem for index, problem in problems.items() if problem}


def _wrong_type(schema: Mapping[str, Json], value: Json) -> str:
    stated = type_of(schema)
    types = stated if isinstance(stated, list) else [stated]
    names = [name for name in types if isinstance(name, str)]
    if not names or any(_is(name, value) for name in names):
        return ""
    wanted = " or ".join(_NAMES[name] for name in names)
    return f"{show(value)} is not {wanted}"


def _is(name: str, value: Json) -> bool:
    match name:
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "null":
            return value is None
        case "integer":
            return (
                _number(value) is not None and float(_number(value) or 0).is_integer()
            )
        case "number":
            return _number(value) is not None
        case "array":
            return isinstance(value, list)
        case "object":
            return isinstance(value, dict)
        case _:
            return True  # `file` and other inventions


def _number(value: Json) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # Beyond the range of a double nothing can be compared.
    return value if abs(value) < 1e300 else 0


def _is_listed(schema: Mapping[str, Json], value: Json) -> bool:
    options = schema.get("enum")
    return isinstance(options, list) and any(_same(value, each) for each in options)


def _not_listed(schema: Mapping[str, Json], value: Json) -> str:
    if isinstance(schema.get("enum"), list) and not _is_listed(schema, value):
        return f"{show(value)} is none of the listed values"
    if "const" in schema and not _same(value, schema["const"]):
        return f"{show(value)} is not {show(schema['const'])}"
    return ""


def _same(one: Json, other: Json) -> bool:
    # True is no 1 in JSON, though it is in Python.
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def _out_of_bounds(schema: Mapping[str, Json], value: Json) -> str:
    number = _number(value)
    if number is not None:
        least, most = _number(schema.get("minimum")), _number(schema.get("maximum"))
        if least is not None and number < least:
            return f"{show(value)} is less than {show(least)}"
        if most is not None and number > most:
            return f"{show(value)} is more than {show(most)}"
        bits = _BITS.get(str(schema.get("format")))
        if bits and not -(1 << bits - 1) <= number < 1 << bits - 1:
            return f"{show(value)} does not fit in {bits} bits"
    kinds: tuple[tuple[str, type[str] | type[list[Json]]], ...] = (
        ("Length", str),
        ("Items", list),
    )
    for keyword, kind in kinds:
        if not isinstance(value, kind):
            continue
        least, most = _number(schema.get(f"min{keyword}")), _number(
            schema.get(f"max{keyword}")
        )
        if least is not None and len(value) < least:
            return f"{show(value)} is shorter than {show(least)}"
        if most is not None and len(value) > most:
            return f"{show(value)} is longer than {show(most)}"
    return ""


class _Fit:
    """One question; it is given up as fitting when it takes too many steps."""

    def __init__(self, root: dict[str, Json]) -> None:
        self._root = root
        self._left = _STEPS

    def problem(self, schema: Json, value: Json, depth: int) -> str:
        self._left -= 1
        schema, _ = follow(self._root, schema, "")
        if schema is False:
            return "nothing fits"
        if not isinstance(schema, dict) or depth > _DEPTH or self._left < 0:
            return ""
        if value is None and schema.get("nullable") is True:
            return ""
        # That a listed value is of another type is no defect of this one.
        return (
            (not _is_listed(schema, value) and _wrong_type(schema, value))
            or _not_listed(schema, value)
            or _out_of_bounds(schema, value)
            or self._inside(schema, value, depth + 1)
            or self._missing(schema, value)
            or self._parts(schema, value, depth + 1)
        )

    def _inside(self, schema: Mapping[str, Json], value: Json, depth: int) -> str:
        items = schema.get("items")
        if isinstance(value, list) and "prefixItems" not in schema:
            for index, item in enumerate(value[:_ITEMS]):
                if isinstance(items, dict):
                    problem = self.problem(items, item, depth)
                    if problem:
                        return f"[{index}]: {problem}"
        properties = schema.get("properties")
        if isinstance(value, dict) and isinstance(properties, dict):
            for name in properties:
                if name in value:
                    problem = self.problem(properties[name], value[name], depth)
                    if problem:
                        return f"{name}: {problem}"
        return ""

    def _missing(self, schema: Mapping[str, Json], value: Json) -> str:
        required, properties = schema.get("required"), schema.get("properties")
        if not isinstance(value, dict) or not isinstance(required, list):
            return ""
        for name in required:
            if not isinstance(name, str) or name in value:
                continue
            known = properties.get(name) if isinstance(properties, dict) else None
            field, _ = follow(self._root, known, "")
            # What travels one way only may be missing from the other.
            one_way = isinstance(field, dict) and (
                field.get("readOnly") is True or field.get("writeOnly") is True
            )
            if not one_way:
                return f"{show(name)} is missing"
        return ""

    def _parts(self, schema: Mapping[str, Json], value: Json, depth: int) -> str:
        parts = schema.get("allOf")
        for part in parts[:_ITEMS] if isinstance(parts, list) else ():
            problem = self.problem(part, value, depth)
            if problem:
                return problem
        for keyword in ("anyOf", "oneOf"):
            options = schema.get(keyword)
            if not isinstance(options, list) or not 0 < len(options) <= _ITEMS:
                continue
            problems = [self.problem(option, value, depth) for option in options]
            if all(problems):
                return (
                    problems[0] if len(problems) == 1 else "it fits none of its forms"
                )
        return ""
