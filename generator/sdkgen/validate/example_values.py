"""Whether a default or an example can be what its schema says, told in a few words.

Not a validator of JSON Schema: only what a person can get wrong and see (types, listed
values, bounds, missing properties) to a small depth; what is not understood fits. It
reads 3.0 (``nullable``, boolean ``exclusiveMinimum``) and 3.1 alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sdkgen.diagnostics.values import preview
from sdkgen.openapi.references import follow
from sdkgen.openapi.schema_types import INTEGER_BITS, explain_type, number_of
from sdkgen.support.json_pointer import Json

__all__ = ["explain_mismatch"]

_DEPTH: Final = 8
"""Levels of a value that are looked at."""

_ITEMS: Final = 20
"""Items of a list, and alternatives of a union, that are looked at."""

_STEPS: Final = 2_000
"""Schemas that are looked at for one value: unions of unions would multiply."""


def explain_mismatch(root: dict[str, Json], schema: Json, value: Json) -> str:
    """Why a value does not fit a schema, or nothing.

    Args:
        root: The bundled document, which references point into.
        schema: Of any shape; what is no schema fits everything.
        value: The default or the example.
    """
    return _Comparison(root).explain(schema, value, 0)


def _is_listed(schema: Mapping[str, Json], value: Json) -> bool:
    options = schema.get("enum")
    return isinstance(options, list) and any(_is_same(value, each) for each in options)


def _explain_enum(schema: Mapping[str, Json], value: Json) -> str:
    if isinstance(schema.get("enum"), list) and not _is_listed(schema, value):
        return f"{preview(value)} is none of the listed values"
    if "const" in schema and not _is_same(value, schema["const"]):
        return f"{preview(value)} is not {preview(schema['const'])}"
    return ""


def _is_same(one: Json, other: Json) -> bool:
    # True is no 1 in JSON, though it is in Python.
    return isinstance(one, bool) == isinstance(other, bool) and one == other


def _explain_bounds(schema: Mapping[str, Json], value: Json) -> str:
    number = number_of(value)
    if number is not None:
        least, most = number_of(schema.get("minimum")), number_of(schema.get("maximum"))
        if least is not None and number < least:
            return f"{preview(value)} is less than {preview(least)}"
        if most is not None and number > most:
            return f"{preview(value)} is more than {preview(most)}"
        bits = INTEGER_BITS.get(str(schema.get("format")))
        if bits and not -(1 << bits - 1) <= number < 1 << bits - 1:
            return f"{preview(value)} does not fit in {bits} bits"
    kinds: tuple[tuple[str, type[str] | type[list[Json]]], ...] = (
        ("Length", str),
        ("Items", list),
    )
    for keyword, kind in kinds:
        if not isinstance(value, kind):
            continue
        least, most = number_of(schema.get(f"min{keyword}")), number_of(
            schema.get(f"max{keyword}")
        )
        if least is not None and len(value) < least:
            return f"{preview(value)} is shorter than {preview(least)}"
        if most is not None and len(value) > most:
            return f"{preview(value)} is longer than {preview(most)}"
    return ""


class _Comparison:
    """One question; it is given up as fitting when it takes too many steps."""

    def __init__(self, root: dict[str, Json]) -> None:
        self._root = root
        self._left = _STEPS

    def explain(self, schema: Json, value: Json, depth: int) -> str:
        self._left -= 1
        schema, _ = follow(self._root, schema, "")
        if schema is False:
            return "no value is allowed"
        if not isinstance(schema, dict) or depth > _DEPTH or self._left < 0:
            return ""
        if value is None and schema.get("nullable") is True:
            return ""
        # That a listed value is of another type is no defect of this one.
        return (
            (not _is_listed(schema, value) and explain_type(schema, value))
            or _explain_enum(schema, value)
            or _explain_bounds(schema, value)
            or self._explain_inside(schema, value, depth + 1)
            or self._explain_missing(schema, value)
            or self._explain_combined(schema, value, depth + 1)
        )

    def _explain_inside(
        self, schema: Mapping[str, Json], value: Json, depth: int
    ) -> str:
        items = schema.get("items")
        if isinstance(value, list) and "prefixItems" not in schema:
            for index, item in enumerate(value[:_ITEMS]):
                if isinstance(items, dict):
                    problem = self.explain(items, item, depth)
                    if problem:
                        return f"[{index}]: {problem}"
        properties = schema.get("properties")
        if isinstance(value, dict) and isinstance(properties, dict):
            for name in properties:
                if name in value:
                    problem = self.explain(properties[name], value[name], depth)
                    if problem:
                        return f"{name}: {problem}"
        return ""

    def _explain_missing(self, schema: Mapping[str, Json], value: Json) -> str:
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
                return f"{preview(name)} is missing"
        return ""

    def _explain_combined(
        self, schema: Mapping[str, Json], value: Json, depth: int
    ) -> str:
        parts = schema.get("allOf")
        for part in parts[:_ITEMS] if isinstance(parts, list) else ():
            problem = self.explain(part, value, depth)
            if problem:
                return problem
        for keyword in ("anyOf", "oneOf"):
            options = schema.get(keyword)
            if not isinstance(options, list) or not 0 < len(options) <= _ITEMS:
                continue
            problems = [self.explain(option, value, depth) for option in options]
            if all(problems):
                return (
                    problems[0]
                    if len(problems) == 1
                    else "it matches none of the alternatives"
                )
        return ""
