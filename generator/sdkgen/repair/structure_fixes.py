"""What repairs a defect of paths, operations, parameters, security or references.

A remedy looks at the site of a finding and gives the changes that make it right in the
most plausible way; none where a person has to decide. It is a suggestion: what it does
to the document is found out by applying it (``repairs.py``).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final
from urllib.parse import parse_qsl

from sdkgen.diagnostics.catalog import FixName
from sdkgen.openapi.http_methods import BODILESS, METHODS
from sdkgen.openapi.http_syntax import CONTROL, STATUS
from sdkgen.openapi.object_kinds import (
    COMPONENTS,
    SWAGGER_COMPONENTS,
    kind_at,
    root_kind,
)
from sdkgen.openapi.paths import VARIABLE
from sdkgen.openapi.references import fragment_of, ref_to
from sdkgen.openapi.walk import parameters_of
from sdkgen.support.json_pointer import Json, pointer_join, pointer_split

from .edits import REMOVE, DiagnosticTarget, OverlayAction, find_schemas_with

__all__ = ["STRUCTURE_FIXES", "Remedy"]

Remedy = Callable[[DiagnosticTarget], Iterator[OverlayAction]]
Object = dict[str, Json]

_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_TYPE: Final = re.compile(r"[A-Za-z0-9!#$&^_.+-]+(/[A-Za-z0-9!#$&^_.+-]+)?")
_STUB: Final = "To be described: the document refers to it and does not have it."


# ------------------------------------------------------------------- references


def define_schema(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """A schema that nothing stands for: one that says so, where it is looked for."""
    ref = target.value
    if not isinstance(ref, str) or target.key != "$ref":
        yield from target.remove()  # an entry in the mapping of a discriminator
        return
    way = pointer_split(fragment_of(ref[1:])) if ref.startswith("#/") else []
    uses = find_schemas_with(target.root, ref)
    kind = root_kind(target.root)
    if way and kind_at(kind, pointer_join("", *way)) != "schema":
        # Below a schema nothing can be put that is none of its keywords.
        table = COMPONENTS if kind == "openapi" else SWAGGER_COMPONENTS
        way = [*table["schema"], way[-1]]
        for pointer in uses:
            yield OverlayAction(pointer, {"$ref": ref_to(pointer_join("", *way))})
    around = ""
    for number, token in enumerate(way):
        inner = target.value_at(pointer_join(around, token))
        if inner is not None or not isinstance(target.value_at(around), dict):
            around = pointer_join(around, token)
            continue
        stub: Json = {"description": _STUB}
        if any(not _NAME.fullmatch(each) for each in way[number:]):
            break
        for each in reversed(way[number:]):
            stub = {each: stub}
        yield OverlayAction(around, stub)
        return
    if around != pointer_join("", *way) or not way:
        for pointer in uses:
            yield OverlayAction(f"{pointer}/$ref", REMOVE)


def redirect_ref(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """A reference to what it nearly names; without that, what refers goes."""
    ref, near = target.value, target.details.suggestion
    if target.key != "$ref" or not isinstance(ref, str):
        return
    if near and ref.startswith("#/"):
        pointer = ""
        for token in pointer_split(fragment_of(ref[1:])):
            following = pointer_join(pointer, token)
            missing = target.value_at(following) is None and near in target.object_at(
                pointer
            )
            pointer = pointer_join(pointer, near) if missing else following
        yield from target.replace(ref_to(pointer))
    else:
        yield OverlayAction(target.holder, REMOVE)


def remove_ref(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """What refers to itself or to another kind goes; of a schema its reference alone."""
    if target.holder in find_schemas_with(target.root, str(target.value)):
        yield from target.remove()
    elif target.key == "$ref":
        yield OverlayAction(target.holder, REMOVE)


def remove_ref_holder(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """An example or a link without kept goes as a whole."""
    if target.key == "$ref":
        yield OverlayAction(target.holder, REMOVE)


def move_ref_siblings(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """What is ignored beside a reference goes; in a schema it counts beside ``allOf``."""
    holder = target.value_at(target.holder)
    if not isinstance(holder, dict):
        return
    if target.holder in find_schemas_with(target.root, str(holder.get("$ref"))):
        yield OverlayAction(target.holder, {"allOf": [{"$ref": holder["$ref"]}]})
        yield OverlayAction(f"{target.holder}/$ref", REMOVE)
        return
    for key in holder:
        kept = key in ("$ref", "summary", "description") or key.startswith("x-")
        if not kept:
            yield OverlayAction(pointer_join(target.holder, key), REMOVE)


# ------------------------------------------------------------------------ paths


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
    pointer = target.pointer if target.key.isdigit() else target.holder
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


# ------------------------------------------------------------- names and values


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


def declare_security_scheme(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """A scheme that ``security`` names and nothing declares: a token, most likely."""
    near = target.details.suggestion
    if near:
        yield from target.rename(near)
    elif not _NAME.fullmatch(target.key):
        alone = len(target.object_at(target.holder)) == 1
        yield OverlayAction(target.holder if alone else target.pointer, REMOVE)
    elif target.is_swagger:
        token: Object = {"type": "apiKey", "name": "Authorization", "in": "header"}
        yield OverlayAction("", {"securityDefinitions": {target.key: token}})
    else:
        token = {"type": "http", "scheme": "bearer"}
        yield OverlayAction(
            "", {"components": {"securitySchemes": {target.key: token}}}
        )


def complete_security_scheme(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """What a security scheme lacks; one of an unknown type is a token."""
    pointer = target.holder if target.key == "type" else target.pointer
    scheme, near = target.object_at(pointer), target.details.suggestion
    if near:
        yield OverlayAction(pointer, {"type": near})
    elif scheme.get("type") == "apiKey":
        key: Object = {"name": "Authorization", "in": "header"}
        if isinstance(scheme.get("name"), str):
            del key["name"]
        if scheme.get("in") in ("header", "query", "cookie"):
            del key["in"]
        yield OverlayAction(pointer, key)
    else:
        yield OverlayAction(pointer, {"type": "http", "scheme": "bearer"})


def declare_server_variable(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """Variables that a server's URL has, each with one of its values as default."""
    match pointer_split(target.pointer):
        case [*way, "url"]:
            url, known = str(target.value), target.object_at(
                f"{target.holder}/variables"
            )
            missing = [each for each in VARIABLE.findall(url) if each not in known]
            if missing:
                added: Object = {each: {"default": each} for each in missing}
                yield OverlayAction(pointer_join("", *way), {"variables": added})
        case [*way, "variables", name] | [*way, "variables", name, "default"]:
            pointer = pointer_join("", *way, "variables", name)
            options = target.object_at(pointer).get("enum")
            texts = [
                each
                for each in (options if isinstance(options, list) else [])
                if isinstance(each, str)
            ]
            variable: Object = {"default": texts[0] if texts else name}
            yield OverlayAction(pointer_join("", *way, "variables"), {name: variable})
        case _:
            return


def clean_url(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """The URL of a server without what no URL can have; if little is left, it goes."""
    cleaned = CONTROL.sub("", str(target.value)).strip().replace(" ", "%20")
    if re.fullmatch(r"(https?://|/)[^{}]*", cleaned):
        yield from target.replace(cleaned)
    else:
        yield OverlayAction(target.holder, REMOVE)


def replace_value(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """A number that is meant as a text, as it is written."""
    if target.pointer == "/info/version":
        yield from target.replace(target.details.suggestion)


STRUCTURE_FIXES: Final[Mapping[FixName, Remedy]] = {
    "add-response": add_response,
    "change-operation-id": change_operation_id,
    "clean-name": clean_name,
    "clean-url": clean_url,
    "complete-security-scheme": complete_security_scheme,
    "correct-media-type": correct_media_type,
    "correct-parameter": correct_parameter,
    "correct-path": correct_path,
    "correct-status": correct_status,
    "declare-path-variable": declare_path_variable,
    "declare-security-scheme": declare_security_scheme,
    "declare-server-variable": declare_server_variable,
    "define-schema": define_schema,
    "merge-paths": merge_paths,
    "move-query": move_query,
    "move-ref-siblings": move_ref_siblings,
    "redirect-ref": redirect_ref,
    "remove": DiagnosticTarget.remove,
    "remove-ref": remove_ref,
    "remove-ref-holder": remove_ref_holder,
    "replace-value": replace_value,
}
"""The repairs of this module, by name."""
