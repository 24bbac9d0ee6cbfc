"""What repairs values of a wrong type, missing and unknown keys, and schemas.

Like ``remedies.py``: the most plausible change, none where a person has to decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Final

from sdkgen.diagnostics.catalog import FixName
from sdkgen.openapi.schema_types import json_type, mistyped
from sdkgen.openapi.walk import walk
from sdkgen.support.json_pointer import Json, pointer_join, pointer_split
from sdkgen.validate.example_values import unfit

from .edits import REMOVE, Action, Site
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


def _shaped(site: Site) -> Iterator[Action]:
    """What is not as the specification has it, by the value that was meant."""
    near = site.details.suggestion
    if near and isinstance(site.value, str):
        yield from site.replace(near)
    elif site.pointer.rpartition("/")[0] == "/paths":  # a path is no mistake
        return
    elif not isinstance(site.value, dict | list) or not site.value:
        yield from site.remove()


def _with_key(site: Site) -> Iterator[Action]:
    """A required key, with what is plausible there."""
    name = site.details.name
    if name == "$ref":
        yield from _shaped(site)
    elif name in _PLACEHOLDERS and "$ref" not in site.mapping(site.pointer):
        yield Action(site.pointer, {name: _placeholder(site, name)})


def _placeholder(site: Site, key: str) -> Json:
    if key == "description" and site.key.isdigit() and len(site.key) == 3:
        try:
            return f"{HTTPStatus(int(site.key)).phrase}."
        except ValueError:
            return _PLACEHOLDERS[key]
    return _PLACEHOLDERS[key]


def _retyped(site: Site) -> Iterator[Action]:
    """The same value as what it should be, if it can be that; else it goes."""
    if site.key.isdigit() and "parameters" in pointer_split(site.pointer)[-2:]:
        yield from site.remove()
        return
    if site.details.expected in (("string",), ("boolean",)):
        for value in _readings(site.value):
            if json_type(value) in site.details.expected:
                yield from site.replace(value)
                return
    yield from site.remove()


def _required(site: Site) -> Iterator[Action]:
    pointer = site.holder if site.key == "required" else site.pointer
    yield Action(pointer, {"required": True})


def _nameless(site: Site) -> Iterator[Action]:
    yield Action(site.pointer if site.key.isdigit() else site.holder, REMOVE)


def _one_type(site: Site) -> Iterator[Action]:
    for key in list(site.mapping(site.pointer))[1:]:
        yield Action(pointer_join(site.pointer, key), REMOVE)


def _into_schema(site: Site) -> Iterator[Action]:
    if site.key == "$ref":
        yield Action(site.holder, {"schema": {"$ref": site.value}})
        yield from site.remove()


def _once(site: Site) -> Iterator[Action]:
    """Each item of a list that is there already goes."""
    items = site.value if isinstance(site.value, list) else []
    for index, item in enumerate(items):
        if item in items[:index]:
            yield Action(f"{site.pointer}/{index}", REMOVE)


def _one_form(site: Site) -> Iterator[Action]:
    """Of two keys that say the same the one goes that is less common."""
    for first, second in (("schema", "content"), ("examples", "example")):
        if {first, second} <= site.mapping(site.pointer).keys():
            yield Action(f"{site.pointer}/{second}", REMOVE)


def _host(site: Site) -> Iterator[Action]:
    """The host of Swagger 2.0 without its scheme."""
    scheme, _, host = str(site.value).partition("://")
    host, _, path = host.partition("/")
    changed: Object = {"host": host}
    if "schemes" not in site.root and scheme in ("http", "https"):
        changed["schemes"] = [scheme]
    if path and "basePath" not in site.root:
        changed["basePath"] = f"/{path}"
    yield Action("", changed)


def _unknown(site: Site) -> Iterator[Action]:
    """A key by the name that was meant; else it goes, since it means nothing."""
    near = site.details.suggestion
    if near:
        yield from site.rename(near)
    else:
        yield from site.remove()


def _extension(site: Site) -> Iterator[Action]:
    """An extension that is not right goes as a whole."""
    way = pointer_split(site.pointer)
    for end in range(len(way), 0, -1):
        if way[end - 1].startswith("x-sdk-"):
            yield Action(pointer_join("", *way[:end]), REMOVE)
            return


# ---------------------------------------------------------------------- schemas


def _fitting(site: Site) -> Iterator[Action]:
    """A default or an example as what its schema says; if it cannot be that, it goes."""
    # By media type in Swagger 2.0, beside the schema of the response.
    by_type = pointer_split(site.holder)[-1:] == ["examples"]
    around = site.mapping(site.holder.rpartition("/")[0] if by_type else site.holder)
    schema = around["schema"] if isinstance(around.get("schema"), dict) else around
    entry = pointer_split(site.pointer)[-3:]
    if len(entry) == 3 and entry[0] == "examples" and entry[2] == "value":
        yield Action(site.holder, REMOVE)
        return
    for value in _readings(site.value):
        if not unfit(site.root, schema, value):
            yield from site.replace(value)
            return
    yield from site.remove()


def _typed(site: Site) -> Iterator[Action]:
    """Listed values as what their type says, or the type as what the values are."""
    at = site.holder.rpartition("/")[0]
    schema = site.mapping(at)
    values, wrong = schema.get("enum"), mistyped(schema)
    if not isinstance(values, list):
        return
    if wrong and all(values[index] is None for index in wrong):
        yield from _taking_null(site, at, schema)
        return
    alone = {"type": schema.get("type")}
    read = {
        index: next(
            (v for v in _readings(values[index]) if not unfit({}, alone, v)), None
        )
        for index in wrong
    }
    if None not in read.values():
        for index, value in read.items():
            if not any(value == each for each in values):
                yield Action(site.holder, value)
            yield Action(f"{site.holder}/{index}", REMOVE)
    elif all(isinstance(value, str) for value in values):
        yield Action(at, {"type": "string"})


def _taking_null(site: Site, at: str, schema: Object) -> Iterator[Action]:
    """A schema that lists null takes it."""
    stated = schema.get("type")
    if str(site.root.get("openapi", "")).startswith("3.0"):
        yield Action(at, {"nullable": True})
    elif site.is_swagger:
        yield Action(at, {"x-nullable": True})
    elif isinstance(stated, list):
        yield Action(f"{at}/type", "null")
    else:
        yield Action(at, {"type": [stated, "null"]})


def _readings(value: Json) -> Iterator[Json]:
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


def _keyword(site: Site) -> Iterator[Action]:
    """A keyword with a value of its type; without one it goes."""
    near = site.details.suggestion
    if near:
        at_item = site.key.isdigit() and isinstance(site.at(site.holder), list)
        if at_item:
            yield Action(site.holder, near)
            yield from site.remove()
        else:
            yield from site.replace(near)
        return
    *way, name, key = ["", *pointer_split(site.pointer)][-4:] or [""]
    if key == "required" and site.value is True and way[-1:] == ["properties"]:
        around = site.holder.rpartition("/properties/")[0]
        if name not in _texts(site.mapping(around).get("required")):
            yield Action(around, {"required": [name]})
    if len(site.details.expected) == 1:
        for value in _readings(site.value):
            if json_type(value) in site.details.expected and _is_plausible(value):
                yield from site.replace(value)
                return
    yield from site.remove()


def _is_plausible(value: Json) -> bool:
    """Whether a keyword may have a value, if that is of its type."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value > 0
    return not isinstance(value, list)


def _texts(value: Json) -> list[str]:
    found = value if isinstance(value, list) else []
    return [each for each in found if isinstance(each, str)]


def _declared(site: Site) -> Iterator[Action]:
    """A required property by the name it has; else it is declared."""
    schema = site.holder.rpartition("/")[0]
    near = site.details.suggestion
    if not near:
        yield Action(f"{schema}/properties", {str(site.value): {}})
        return
    if near not in _texts(site.at(site.holder)):
        yield Action(site.holder, near)
    yield from site.remove()


def _newer(site: Site) -> Iterator[Action]:
    """A keyword of OpenAPI 3.0 in the words of 3.1; what means nothing goes."""
    schema = site.mapping(site.holder)
    if site.is_swagger:
        yield from _older(site)
    elif site.key == "nullable" and site.value is True:
        yield from _with_null(site, schema)
    elif site.key in _BOUNDS and isinstance(site.value, bool):
        inclusive = _BOUNDS[site.key]
        limit = schema.get(inclusive)
        if site.value and limit is not None:
            yield Action(site.holder, {site.key: limit})
            yield Action(f"{site.holder}/{inclusive}", REMOVE)
        else:
            yield from site.remove()
    else:
        yield from site.remove()


def _older(site: Site) -> Iterator[Action]:
    """``nullable`` has a name in Swagger 2.0; what else came later has none."""
    if site.key != "nullable":
        return
    for node in walk(site.root):
        schema = node.value if node.kind == "schema" else None
        if isinstance(schema, dict) and "nullable" in schema:
            yield Action(node.pointer, {"x-nullable": schema["nullable"]})
            yield Action(f"{node.pointer}/nullable", REMOVE)


def _with_null(site: Site, schema: Object) -> Iterator[Action]:
    null: Object = {"type": "null"}
    stated = schema.get("type")
    if isinstance(stated, str):
        yield Action(site.holder, {"type": [stated, "null"]})
        options = schema.get("enum")
        if isinstance(options, list) and None not in options:
            yield Action(f"{site.holder}/enum", [None])
    elif isinstance(schema.get("anyOf"), list):
        yield Action(f"{site.holder}/anyOf", null)
    elif isinstance(schema.get("oneOf"), list):
        yield Action(f"{site.holder}/oneOf", null)
    elif isinstance(schema.get("$ref"), str):
        yield Action(site.holder, {"anyOf": [{"$ref": schema["$ref"]}, null]})
        yield Action(f"{site.holder}/$ref", REMOVE)
    elif "allOf" in schema:
        return
    yield from site.remove()


VALUE_FIXES: Final[Mapping[FixName, Remedy]] = {
    "add-key": _with_key,
    "convert-enum": _typed,
    "convert-example": _fitting,
    "convert-value": _retyped,
    "correct-key": _unknown,
    "correct-keyword": _keyword,
    "correct-value": _shaped,
    "declare-property": _declared,
    "keep-one-alternative": _one_form,
    "keep-one-media-type": _one_type,
    "move-ref-into-schema": _into_schema,
    "remove-duplicates": _once,
    "remove-extension": _extension,
    "remove-parameter": _nameless,
    "require-parameter": _required,
    "split-host": _host,
    "translate-keyword": _newer,
}
"""The repairs of this module, by name."""
