"""What repairs values of a wrong type, missing and unknown keys, and schemas.

Like ``remedies.py``: the most plausible change, none where a person has to decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Final

from sdkgen.diagnostics.catalog import FixName
from sdkgen.openapi.schema_types import explain_enum, json_type
from sdkgen.openapi.walk import walk
from sdkgen.support.json_pointer import Json, pointer_join, pointer_split
from sdkgen.validate.example_values import explain_mismatch

from .edits import REMOVE, DiagnosticTarget, OverlayAction
from .structure_fixes import Remedy

__all__ = ["VALUE_FIXES"]

Object = dict[str, Json]

_PLACEHOLDERS: Final[Mapping[str, Json]] = {
    "authorizationUrl": "https://example.com/authorize",
    "content": {},
    "description": "To be described.",
    "flows": {},
    "in": "query",
    "info": {"title": "API", "version": "1.0.0"},
    "items": {},
    "name": "unnamed",
    "openIdConnectUrl": "https://example.com/.well-known/openid-configuration",
    "paths": {},
    "propertyName": "type",
    "responses": {"default": {"description": "Any answer."}},
    "schema": {},
    "scheme": "bearer",
    "scopes": {},
    "title": "API",
    "tokenUrl": "https://example.com/token",
    "type": "string",
    "url": "https://example.com",
    "version": "1.0.0",
}
"""What is plausible where a required key is missing."""

_BOUNDS: Final = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}


# -------------------------------------------------------------------- structure


def correct_value(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """What is not as the specification has it, by the value that was meant."""
    near = target.details.suggestion
    if near and isinstance(target.value, str):
        yield from target.replace(near)
    elif target.pointer.rpartition("/")[0] == "/paths":  # a path is no mistake
        return
    elif not isinstance(target.value, dict | list) or not target.value:
        yield from target.remove()


def add_key(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """A required key, with what is plausible there."""
    name = target.details.name
    if name == "$ref":
        yield from correct_value(target)
    elif name in _PLACEHOLDERS and "$ref" not in target.object_at(target.pointer):
        yield OverlayAction(target.pointer, {name: _choose_placeholder(target, name)})


def _choose_placeholder(target: DiagnosticTarget, key: str) -> Json:
    if key == "description" and target.key.isdigit() and len(target.key) == 3:
        try:
            return f"{HTTPStatus(int(target.key)).phrase}."
        except ValueError:
            return _PLACEHOLDERS[key]
    return _PLACEHOLDERS[key]


def convert_value(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """The same value as what it should be, if it can be that; else it goes."""
    if target.key.isdigit() and "parameters" in pointer_split(target.pointer)[-2:]:
        yield from target.remove()
        return
    if target.details.expected in (("string",), ("boolean",)):
        for value in list_readings(target.value):
            if json_type(value) in target.details.expected:
                yield from target.replace(value)
                return
    yield from target.remove()


def require_parameter(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    pointer = target.holder if target.key == "required" else target.pointer
    yield OverlayAction(pointer, {"required": True})


def remove_parameter(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    yield OverlayAction(
        target.pointer if target.key.isdigit() else target.holder, REMOVE
    )


def keep_one_media_type(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    for key in list(target.object_at(target.pointer))[1:]:
        yield OverlayAction(pointer_join(target.pointer, key), REMOVE)


def move_ref_into_schema(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    if target.key == "$ref":
        yield OverlayAction(target.holder, {"schema": {"$ref": target.value}})
        yield from target.remove()


def remove_duplicates(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """Each item of a list that is there already goes."""
    items = target.value if isinstance(target.value, list) else []
    for index, item in enumerate(items):
        if item in items[:index]:
            yield OverlayAction(f"{target.pointer}/{index}", REMOVE)


def keep_one_alternative(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """Of two keys that say the same the one goes that is less common."""
    for first, second in (("schema", "content"), ("examples", "example")):
        if {first, second} <= target.object_at(target.pointer).keys():
            yield OverlayAction(f"{target.pointer}/{second}", REMOVE)


def split_host(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """The host of Swagger 2.0 without its scheme."""
    scheme, _, host = str(target.value).partition("://")
    host, _, path = host.partition("/")
    changed: Object = {"host": host}
    if "schemes" not in target.root and scheme in ("http", "https"):
        changed["schemes"] = [scheme]
    if path and "basePath" not in target.root:
        changed["basePath"] = f"/{path}"
    yield OverlayAction("", changed)


def correct_key(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """A key by the name that was meant; else it goes, since it means nothing."""
    near = target.details.suggestion
    if near:
        yield from target.rename(near)
    else:
        yield from target.remove()


def remove_extension(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """An extension that is not right goes as a whole."""
    way = pointer_split(target.pointer)
    for end in range(len(way), 0, -1):
        if way[end - 1].startswith("x-sdk-"):
            yield OverlayAction(pointer_join("", *way[:end]), REMOVE)
            return


# ---------------------------------------------------------------------- schemas


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


def list_readings(value: Json) -> Iterator[Json]:
    """What else a value may have been meant as."""
    if isinstance(value, str):
        if value.lower() in ("true", "false"):
            yield value.lower() == "true"
        if re.fullmatch(r"-?(0|[1-9][0-9]{0,17})", value):
            yield int(value)
        elif re.fullmatch(r"-?[0-9]{1,15}\.[0-9]{1,15}", value):
            yield float(value)
    elif isinstance(value, bool):
        yield str(value).lower()
    elif isinstance(value, int | float):
        yield str(value)
    if value is not None and not isinstance(value, dict | list):
        yield [value]


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


VALUE_FIXES: Final[Mapping[FixName, Remedy]] = {
    "add-key": add_key,
    "convert-enum": convert_enum,
    "convert-example": convert_example,
    "convert-value": convert_value,
    "correct-key": correct_key,
    "correct-keyword": correct_keyword,
    "correct-value": correct_value,
    "declare-property": declare_property,
    "keep-one-alternative": keep_one_alternative,
    "keep-one-media-type": keep_one_media_type,
    "move-ref-into-schema": move_ref_into_schema,
    "remove-duplicates": remove_duplicates,
    "remove-extension": remove_extension,
    "remove-parameter": remove_parameter,
    "require-parameter": require_parameter,
    "split-host": split_host,
    "translate-keyword": translate_keyword,
}
"""The repairs of this module, by name."""
