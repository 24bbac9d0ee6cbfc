"""Repairs of values of a wrong type, and of missing and unknown keys."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Final

from sdkgen.openapi.schema_types import json_type
from sdkgen.support.json_pointer import Json, pointer_join, pointer_split

from .edits import REMOVE, DiagnosticTarget, Object, OverlayAction

__all__ = [
    "add_key",
    "convert_value",
    "correct_key",
    "correct_value",
    "keep_one_alternative",
    "keep_one_media_type",
    "list_readings",
    "move_ref_into_schema",
    "remove_duplicates",
    "remove_extension",
    "remove_parameter",
    "require_parameter",
    "split_host",
]


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
    yield OverlayAction(target.find_parameter(), REMOVE)


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
