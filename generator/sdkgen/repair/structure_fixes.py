"""Repairs of paths, operations, parameters, responses and media types."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qsl

from sdkgen.openapi.http_methods import BODILESS, METHODS
from sdkgen.openapi.http_syntax import CONTROL, STATUS
from sdkgen.openapi.paths import VARIABLE
from sdkgen.openapi.walk import parameters_of
from sdkgen.support.json_pointer import Json, pointer_join, pointer_split

from .edits import REMOVE, DiagnosticTarget, Object, OverlayAction

__all__ = [
    "add_response",
    "change_operation_id",
    "clean_name",
    "correct_media_type",
    "correct_parameter",
    "correct_path",
    "correct_status",
    "declare_path_variable",
    "merge_paths",
    "move_query",
    "replace_value",
]


_TYPE: Final = re.compile(r"[A-Za-z0-9!#$&^_.+-]+(/[A-Za-z0-9!#$&^_.+-]+)?")


def correct_path(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """A path begins with a slash; what else may be wrong with it is for a person."""
    path = CONTROL.sub("", target.key)
    if not path.startswith("/"):
        path = f"/{path}"
    if not isinstance(target.value, dict):
        yield from target.remove()
    elif path != target.key and path not in target.object_at(target.holder):
        yield from target.rename(path)


def move_query(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """The query of a path in parameters that have one value."""
    path, _, query = target.key.partition("#")[0].partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    if not pairs or path in target.object_at(target.holder) or target.is_swagger:
        return
    item = copy.deepcopy(target.object_at(target.pointer))
    listed = item.setdefault("parameters", [])
    if isinstance(listed, list):
        listed.extend(
            {
                "name": name,
                "in": "query",
                "required": True,
                "schema": {"type": "string", "enum": [value]},
            }
            for name, value in dict(pairs).items()
        )
    yield OverlayAction(target.holder, {path: item})
    yield from target.remove()


def merge_paths(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """One of two paths that are the same, if no operation is in both."""
    shape = VARIABLE.sub("{}", target.key)
    paths = target.object_at(target.holder)
    first = next(each for each in paths if VARIABLE.sub("{}", each) == shape)
    names = dict(
        zip(VARIABLE.findall(target.key), VARIABLE.findall(first), strict=True)
    )
    item, kept = target.object_at(target.pointer), pointer_join(target.holder, first)
    methods = [key for key in METHODS if key in item]
    if first == target.key or any(key in target.object_at(kept) for key in methods):
        return
    moved: Object = {}
    shared = parameters_of(target.root, item, target.pointer)
    for method in methods:
        operation = item[method]
        if not isinstance(operation, dict):
            return
        own = parameters_of(target.root, operation, f"{target.pointer}/{method}")
        parameters: list[Json] = []
        for parameter, _ in [*shared, *own]:
            copied = dict(parameter)
            if copied.get("in") == "path":
                name = str(copied.get("name"))
                copied["name"] = names.get(name, name)
            parameters.append(copied)
        moved[method] = {**operation, "parameters": parameters}
    yield OverlayAction(kept, moved)
    yield from target.remove()


def declare_path_variable(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """A parameter for a variable of the path."""
    if target.details.suggestion:
        return  # the parameter that is meant gets the name of the variable
    name = target.details.name
    parameter: Object = {"name": name, "in": "path", "required": True}
    described: Object = {"type": "string"}
    parameter |= described if target.is_swagger else {"schema": described}
    yield OverlayAction(target.pointer, {"parameters": [parameter]})


def correct_parameter(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """A parameter whose place is unknown, or that the path has no variable for."""
    pointer = target.find_parameter()
    parameter, near = target.object_at(pointer), target.details.suggestion
    if "$ref" in parameter:
        yield OverlayAction(pointer, REMOVE)
    elif target.key == "in" and near:
        yield from target.replace(near)
    elif near:
        yield OverlayAction(pointer, {"name": near})
    else:
        yield from _move_to_body(target, pointer, parameter)
        yield OverlayAction(pointer, REMOVE)


def _move_to_body(
    target: DiagnosticTarget, pointer: str, parameter: Object
) -> Iterator[OverlayAction]:
    """What Swagger 2.0 has as a parameter and OpenAPI 3 as the body."""
    *way, last, _ = pointer_split(pointer)
    operation = pointer_join("", *way)
    bodied = way and way[-1] in METHODS and way[-1] not in BODILESS
    if last != "parameters" or not bodied or target.is_swagger:
        return
    if parameter.get("in") == "body":
        media: Object = {"application/json": {"schema": parameter.get("schema", {})}}
    elif parameter.get("in") in ("formData", "form"):
        name = str(parameter.get("name"))
        field = parameter.get("schema", {"type": parameter.get("type", "string")})
        form: Object = {"type": "object", "properties": {name: field}}
        media = {"application/x-www-form-urlencoded": {"schema": form}}
    else:
        return
    yield OverlayAction(operation, {"requestBody": {"content": media}})


def change_operation_id(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """The ``operationId`` with what tells the operation from the other one."""
    pointer = target.holder if target.key == "operationId" else target.pointer
    taken = {
        str(operation.get("operationId"))
        for item in target.object_at("/paths").values()
        if isinstance(item, dict)
        for operation in item.values()
        if isinstance(operation, dict)
    }
    _, path, method = (*pointer_split(pointer), "", "", "")[:3]
    own = str(target.object_at(pointer).get("operationId", ""))
    prefix = own[: max(own.rfind("."), own.rfind("/")) + 1]
    words = "_".join(re.findall(r"[A-Za-z0-9]+", path))
    # The name that the generator has chosen comes first.
    for name in (
        f"{prefix}{target.names.get(pointer, '')}",
        f"{own or method}_{words}",
        f"{own}_{method}_{words}",
    ):
        if name != prefix and name not in taken:
            yield OverlayAction(pointer, {"operationId": name})
            return


def add_response(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """A response that says nothing, for an operation that has none."""
    pointer = target.holder if target.key == "responses" else target.pointer
    responses: Object = {"default": {"description": "Any answer."}}
    yield OverlayAction(pointer, {"responses": responses})


def correct_status(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """The status that a key has in it, or ``default``."""
    found = STATUS.match(target.key.upper())
    yield from target.rename(
        target.details.suggestion or (found.group() if found else "default")
    )


def clean_name(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """A name without its control characters."""
    name = target.value if target.key == "name" else target.key
    cleaned = re.sub(r"[^A-Za-z0-9._-]+", "-", CONTROL.sub("", str(name))).strip("-")
    if target.key != "name":
        yield from target.rename(cleaned or "x")
    elif cleaned:
        yield from target.replace(cleaned)
    else:
        yield OverlayAction(target.holder, REMOVE)


def correct_media_type(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """A media type that has its two halves."""
    found = _TYPE.match(CONTROL.sub("", target.key).strip())
    if found is not None:
        name = found.group() if found.group(1) else f"application/{found.group()}"
        yield from target.rename(name)


def replace_value(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """A number that is meant as a text, as it is written."""
    if target.pointer == "/info/version":
        yield from target.replace(target.details.suggestion)
