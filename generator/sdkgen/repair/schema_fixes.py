"""Repairs of schemas, and of defaults and examples that do not fit them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sdkgen.openapi.schema_types import explain_enum, json_type
from sdkgen.openapi.walk import walk
from sdkgen.support.json_pointer import Json, pointer_split
from sdkgen.validate.example_values import explain_mismatch

from .edits import REMOVE, DiagnosticTarget, Object, OverlayAction
from .value_fixes import list_readings

__all__ = [
    "convert_enum",
    "convert_example",
    "correct_keyword",
    "declare_property",
    "translate_keyword",
]

_BOUNDS: Final = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}


def convert_example(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """A default or an example as what its schema says; if it cannot be that, it goes."""
    # By media type in Swagger 2.0, beside the schema of the response.
    by_type = pointer_split(target.holder)[-1:] == ["examples"]
    around = target.object_at(
        target.holder.rpartition("/")[0] if by_type else target.holder
    )
    schema = around["schema"] if isinstance(around.get("schema"), dict) else around
    entry = pointer_split(target.pointer)[-3:]
    if len(entry) == 3 and entry[0] == "examples" and entry[2] == "value":
        yield OverlayAction(target.holder, REMOVE)
        return
    for value in list_readings(target.value):
        if not explain_mismatch(target.root, schema, value):
            yield from target.replace(value)
            return
    yield from target.remove()


def convert_enum(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """Listed values as what their type says, or the type as what the values are."""
    at = target.holder.rpartition("/")[0]
    schema = target.object_at(at)
    values, wrong = schema.get("enum"), explain_enum(schema)
    if not isinstance(values, list):
        return
    if wrong and all(values[index] is None for index in wrong):
        yield from _allow_null(target, at, schema)
        return
    alone = {"type": schema.get("type")}
    read = {
        index: next(
            (
                v
                for v in list_readings(values[index])
                if not explain_mismatch({}, alone, v)
            ),
            None,
        )
        for index in wrong
    }
    if None not in read.values():
        for index, value in read.items():
            if not any(value == each for each in values):
                yield OverlayAction(target.holder, value)
            yield OverlayAction(f"{target.holder}/{index}", REMOVE)
    elif all(isinstance(value, str) for value in values):
        yield OverlayAction(at, {"type": "string"})


def _allow_null(
    target: DiagnosticTarget, at: str, schema: Object
) -> Iterator[OverlayAction]:
    """A schema that lists null takes it."""
    stated = schema.get("type")
    if str(target.root.get("openapi", "")).startswith("3.0"):
        yield OverlayAction(at, {"nullable": True})
    elif target.is_swagger:
        yield OverlayAction(at, {"x-nullable": True})
    elif isinstance(stated, list):
        yield OverlayAction(f"{at}/type", "null")
    else:
        yield OverlayAction(at, {"type": [stated, "null"]})


def correct_keyword(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """A keyword with a value of its type; without one it goes."""
    near = target.details.suggestion
    if near:
        at_item = target.key.isdigit() and isinstance(
            target.value_at(target.holder), list
        )
        if at_item:
            yield OverlayAction(target.holder, near)
            yield from target.remove()
        else:
            yield from target.replace(near)
        return
    *way, name, key = ["", *pointer_split(target.pointer)][-4:] or [""]
    if key == "required" and target.value is True and way[-1:] == ["properties"]:
        around = target.holder.rpartition("/properties/")[0]
        if name not in _list_strings(target.object_at(around).get("required")):
            yield OverlayAction(around, {"required": [name]})
    if len(target.details.expected) == 1:
        for value in list_readings(target.value):
            if json_type(value) in target.details.expected and _is_plausible(value):
                yield from target.replace(value)
                return
    yield from target.remove()


def _is_plausible(value: Json) -> bool:
    """Whether a keyword may have a value, if that is of its type."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value > 0
    return not isinstance(value, list)


def _list_strings(value: Json) -> list[str]:
    found = value if isinstance(value, list) else []
    return [each for each in found if isinstance(each, str)]


def declare_property(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """A required property by the name it has; else it is declared."""
    schema = target.holder.rpartition("/")[0]
    near = target.details.suggestion
    if not near:
        yield OverlayAction(f"{schema}/properties", {str(target.value): {}})
        return
    if near not in _list_strings(target.value_at(target.holder)):
        yield OverlayAction(target.holder, near)
    yield from target.remove()


def translate_keyword(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """A keyword of OpenAPI 3.0 in the words of 3.1; what means nothing goes."""
    schema = target.object_at(target.holder)
    if target.is_swagger:
        yield from _rename_nullable(target)
    elif target.key == "nullable" and target.value is True:
        yield from _add_null(target, schema)
    elif target.key in _BOUNDS and isinstance(target.value, bool):
        inclusive = _BOUNDS[target.key]
        limit = schema.get(inclusive)
        if target.value and limit is not None:
            yield OverlayAction(target.holder, {target.key: limit})
            yield OverlayAction(f"{target.holder}/{inclusive}", REMOVE)
        else:
            yield from target.remove()
    else:
        yield from target.remove()


def _rename_nullable(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """``nullable`` has a name in Swagger 2.0; what else came later has none."""
    if target.key != "nullable":
        return
    for node in walk(target.root):
        schema = node.value if node.kind == "schema" else None
        if isinstance(schema, dict) and "nullable" in schema:
            yield OverlayAction(node.pointer, {"x-nullable": schema["nullable"]})
            yield OverlayAction(f"{node.pointer}/nullable", REMOVE)


def _add_null(target: DiagnosticTarget, schema: Object) -> Iterator[OverlayAction]:
    null: Object = {"type": "null"}
    stated = schema.get("type")
    if isinstance(stated, str):
        yield OverlayAction(target.holder, {"type": [stated, "null"]})
        options = schema.get("enum")
        if isinstance(options, list) and None not in options:
            yield OverlayAction(f"{target.holder}/enum", [None])
    elif isinstance(schema.get("anyOf"), list):
        yield OverlayAction(f"{target.holder}/anyOf", null)
    elif isinstance(schema.get("oneOf"), list):
        yield OverlayAction(f"{target.holder}/oneOf", null)
    elif isinstance(schema.get("$ref"), str):
        yield OverlayAction(target.holder, {"anyOf": [{"$ref": schema["$ref"]}, null]})
        yield OverlayAction(f"{target.holder}/$ref", REMOVE)
    elif "allOf" in schema:
        return
    yield from target.remove()
