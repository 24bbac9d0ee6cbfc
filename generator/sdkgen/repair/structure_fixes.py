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

from .edits import REMOVE, Action, Site, schemas_with

__all__ = ["STRUCTURE_FIXES", "Remedy"]

Remedy = Callable[[Site], Iterator[Action]]
Object = dict[str, Json]

_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_TYPE: Final = re.compile(r"[A-Za-z0-9!#$&^_.+-]+(/[A-Za-z0-9!#$&^_.+-]+)?")
_STUB: Final = "To be described: the document refers to it and does not have it."


# ------------------------------------------------------------------- references


def _stub(site: Site) -> Iterator[Action]:
    """A schema that nothing stands for: one that says so, where it is looked for."""
    ref = site.value
    if not isinstance(ref, str) or site.key != "$ref":
        yield from site.remove()  # an entry in the mapping of a discriminator
        return
    way = pointer_split(fragment_of(ref[1:])) if ref.startswith("#/") else []
    uses = schemas_with(site.root, ref)
    kind = root_kind(site.root)
    if way and kind_at(kind, pointer_join("", *way)) != "schema":
        # Below a schema nothing can be put that is none of its keywords.
        table = COMPONENTS if kind == "openapi" else SWAGGER_COMPONENTS
        way = [*table["schema"], way[-1]]
        for pointer in uses:
            yield Action(pointer, {"$ref": ref_to(pointer_join("", *way))})
    around = ""
    for number, token in enumerate(way):
        inner = site.at(pointer_join(around, token))
        if inner is not None or not isinstance(site.at(around), dict):
            around = pointer_join(around, token)
            continue
        stub: Json = {"description": _STUB}
        if any(not _NAME.fullmatch(each) for each in way[number:]):
            break
        for each in reversed(way[number:]):
            stub = {each: stub}
        yield Action(around, stub)
        return
    if around != pointer_join("", *way) or not way:
        for pointer in uses:
            yield Action(f"{pointer}/$ref", REMOVE)


def _redirected(site: Site) -> Iterator[Action]:
    """A reference to what it nearly names; without that, what refers goes."""
    ref, near = site.value, site.details.suggestion
    if site.key != "$ref" or not isinstance(ref, str):
        return
    if near and ref.startswith("#/"):
        pointer = ""
        for token in pointer_split(fragment_of(ref[1:])):
            following = pointer_join(pointer, token)
            missing = site.at(following) is None and near in site.mapping(pointer)
            pointer = pointer_join(pointer, near) if missing else following
        yield from site.replace(ref_to(pointer))
    else:
        yield Action(site.holder, REMOVE)


def _unlinked(site: Site) -> Iterator[Action]:
    """What refers to itself or to another kind goes; of a schema its reference alone."""
    if site.holder in schemas_with(site.root, str(site.value)):
        yield from site.remove()
    elif site.key == "$ref":
        yield Action(site.holder, REMOVE)


def _dangling(site: Site) -> Iterator[Action]:
    """An example or a link without target goes as a whole."""
    if site.key == "$ref":
        yield Action(site.holder, REMOVE)


def _beside_ref(site: Site) -> Iterator[Action]:
    """What is ignored beside a reference goes; in a schema it counts beside ``allOf``."""
    holder = site.at(site.holder)
    if not isinstance(holder, dict):
        return
    if site.holder in schemas_with(site.root, str(holder.get("$ref"))):
        yield Action(site.holder, {"allOf": [{"$ref": holder["$ref"]}]})
        yield Action(f"{site.holder}/$ref", REMOVE)
        return
    for key in holder:
        kept = key in ("$ref", "summary", "description") or key.startswith("x-")
        if not kept:
            yield Action(pointer_join(site.holder, key), REMOVE)


# ------------------------------------------------------------------------ paths


def _path(site: Site) -> Iterator[Action]:
    """A path begins with a slash; what else may be wrong with it is for a person."""
    path = CONTROL.sub("", site.key)
    if not path.startswith("/"):
        path = f"/{path}"
    if not isinstance(site.value, dict):
        yield from site.remove()
    elif path != site.key and path not in site.mapping(site.holder):
        yield from site.rename(path)


def _without_query(site: Site) -> Iterator[Action]:
    """The query of a path in parameters that have one value."""
    path, _, query = site.key.partition("#")[0].partition("?")
    pairs = parse_qsl(query, keep_blank_values=True)
    if not pairs or path in site.mapping(site.holder) or site.is_swagger:
        return
    item = copy.deepcopy(site.mapping(site.pointer))
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
    yield Action(site.holder, {path: item})
    yield from site.remove()


def _merged_path(site: Site) -> Iterator[Action]:
    """One of two paths that are the same, if no operation is in both."""
    shape = VARIABLE.sub("{}", site.key)
    paths = site.mapping(site.holder)
    first = next(each for each in paths if VARIABLE.sub("{}", each) == shape)
    names = dict(zip(VARIABLE.findall(site.key), VARIABLE.findall(first), strict=True))
    item, target = site.mapping(site.pointer), pointer_join(site.holder, first)
    methods = [key for key in METHODS if key in item]
    if first == site.key or any(key in site.mapping(target) for key in methods):
        return
    moved: Object = {}
    shared = parameters_of(site.root, item, site.pointer)
    for method in methods:
        operation = item[method]
        if not isinstance(operation, dict):
            return
        own = parameters_of(site.root, operation, f"{site.pointer}/{method}")
        parameters: list[Json] = []
        for parameter, _ in [*shared, *own]:
            copied = dict(parameter)
            if copied.get("in") == "path":
                name = str(copied.get("name"))
                copied["name"] = names.get(name, name)
            parameters.append(copied)
        moved[method] = {**operation, "parameters": parameters}
    yield Action(target, moved)
    yield from site.remove()


def _declared_variable(site: Site) -> Iterator[Action]:
    """A parameter for a variable of the path."""
    if site.details.suggestion:
        return  # the parameter that is meant gets the name of the variable
    name = site.details.name
    parameter: Object = {"name": name, "in": "path", "required": True}
    described: Object = {"type": "string"}
    parameter |= described if site.is_swagger else {"schema": described}
    yield Action(site.pointer, {"parameters": [parameter]})


def _sendable(site: Site) -> Iterator[Action]:
    """A parameter whose place is unknown, or that the path has no variable for."""
    pointer = site.pointer if site.key.isdigit() else site.holder
    parameter, near = site.mapping(pointer), site.details.suggestion
    if "$ref" in parameter:
        yield Action(pointer, REMOVE)
    elif site.key == "in" and near:
        yield from site.replace(near)
    elif near:
        yield Action(pointer, {"name": near})
    else:
        yield from _as_body(site, pointer, parameter)
        yield Action(pointer, REMOVE)


def _as_body(site: Site, pointer: str, parameter: Object) -> Iterator[Action]:
    """What Swagger 2.0 has as a parameter and OpenAPI 3 as the body."""
    *way, last, _ = pointer_split(pointer)
    operation = pointer_join("", *way)
    bodied = way and way[-1] in METHODS and way[-1] not in BODILESS
    if last != "parameters" or not bodied or site.is_swagger:
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
    yield Action(operation, {"requestBody": {"content": media}})


def _unique_id(site: Site) -> Iterator[Action]:
    """The ``operationId`` with what tells the operation from the other one."""
    pointer = site.holder if site.key == "operationId" else site.pointer
    taken = {
        str(operation.get("operationId"))
        for item in site.mapping("/paths").values()
        if isinstance(item, dict)
        for operation in item.values()
        if isinstance(operation, dict)
    }
    _, path, method = (*pointer_split(pointer), "", "", "")[:3]
    own = str(site.mapping(pointer).get("operationId", ""))
    prefix = own[: max(own.rfind("."), own.rfind("/")) + 1]
    words = "_".join(re.findall(r"[A-Za-z0-9]+", path))
    # The name that the generator has chosen comes first.
    for name in (
        f"{prefix}{site.names.get(pointer, '')}",
        f"{own or method}_{words}",
        f"{own}_{method}_{words}",
    ):
        if name != prefix and name not in taken:
            yield Action(pointer, {"operationId": name})
            return


def _answers(site: Site) -> Iterator[Action]:
    """A response that says nothing, for an operation that has none."""
    pointer = site.holder if site.key == "responses" else site.pointer
    responses: Object = {"default": {"description": "Any answer."}}
    yield Action(pointer, {"responses": responses})


def _status(site: Site) -> Iterator[Action]:
    """The status that a key has in it, or ``default``."""
    found = STATUS.match(site.key.upper())
    yield from site.rename(
        site.details.suggestion or (found.group() if found else "default")
    )


# ------------------------------------------------------------- names and values


def _clean_name(site: Site) -> Iterator[Action]:
    """A name without its control characters."""
    name = site.value if site.key == "name" else site.key
    cleaned = re.sub(r"[^A-Za-z0-9._-]+", "-", CONTROL.sub("", str(name))).strip("-")
    if site.key != "name":
        yield from site.rename(cleaned or "x")
    elif cleaned:
        yield from site.replace(cleaned)
    else:
        yield Action(site.holder, REMOVE)


def _media_type(site: Site) -> Iterator[Action]:
    """A media type that has its two halves."""
    found = _TYPE.match(CONTROL.sub("", site.key).strip())
    if found is not None:
        name = found.group() if found.group(1) else f"application/{found.group()}"
        yield from site.rename(name)


def _credential(site: Site) -> Iterator[Action]:
    """A scheme that ``security`` names and nothing declares: a token, most likely."""
    near = site.details.suggestion
    if near:
        yield from site.rename(near)
    elif not _NAME.fullmatch(site.key):
        alone = len(site.mapping(site.holder)) == 1
        yield Action(site.holder if alone else site.pointer, REMOVE)
    elif site.is_swagger:
        token: Object = {"type": "apiKey", "name": "Authorization", "in": "header"}
        yield Action("", {"securityDefinitions": {site.key: token}})
    else:
        token = {"type": "http", "scheme": "bearer"}
        yield Action("", {"components": {"securitySchemes": {site.key: token}}})


def _scheme(site: Site) -> Iterator[Action]:
    """What a security scheme lacks; one of an unknown type is a token."""
    pointer = site.holder if site.key == "type" else site.pointer
    scheme, near = site.mapping(pointer), site.details.suggestion
    if near:
        yield Action(pointer, {"type": near})
    elif scheme.get("type") == "apiKey":
        key: Object = {"name": "Authorization", "in": "header"}
        if isinstance(scheme.get("name"), str):
            del key["name"]
        if scheme.get("in") in ("header", "query", "cookie"):
            del key["in"]
        yield Action(pointer, key)
    else:
        yield Action(pointer, {"type": "http", "scheme": "bearer"})


def _server(site: Site) -> Iterator[Action]:
    """Variables that a server's URL has, each with one of its values as default."""
    match pointer_split(site.pointer):
        case [*way, "url"]:
            url, known = str(site.value), site.mapping(f"{site.holder}/variables")
            missing = [each for each in VARIABLE.findall(url) if each not in known]
            if missing:
                added: Object = {each: {"default": each} for each in missing}
                yield Action(pointer_join("", *way), {"variables": added})
        case [*way, "variables", name] | [*way, "variables", name, "default"]:
            pointer = pointer_join("", *way, "variables", name)
            options = site.mapping(pointer).get("enum")
            texts = [
                each
                for each in (options if isinstance(options, list) else [])
                if isinstance(each, str)
            ]
            variable: Object = {"default": texts[0] if texts else name}
            yield Action(pointer_join("", *way, "variables"), {name: variable})
        case _:
            return


def _clean_url(site: Site) -> Iterator[Action]:
    """The URL of a server without what no URL can have; if little is left, it goes."""
    cleaned = CONTROL.sub("", str(site.value)).strip().replace(" ", "%20")
    if re.fullmatch(r"(https?://|/)[^{}]*", cleaned):
        yield from site.replace(cleaned)
    else:
        yield Action(site.holder, REMOVE)


def _quoted(site: Site) -> Iterator[Action]:
    """A number that is meant as a text, as it is written."""
    if site.pointer == "/info/version":
        yield from site.replace(site.details.suggestion)


STRUCTURE_FIXES: Final[Mapping[FixName, Remedy]] = {
    "add-response": _answers,
    "change-operation-id": _unique_id,
    "clean-name": _clean_name,
    "clean-url": _clean_url,
    "complete-security-scheme": _scheme,
    "correct-media-type": _media_type,
    "correct-parameter": _sendable,
    "correct-path": _path,
    "correct-status": _status,
    "declare-path-variable": _declared_variable,
    "declare-security-scheme": _credential,
    "declare-server-variable": _server,
    "define-schema": _stub,
    "merge-paths": _merged_path,
    "move-query": _without_query,
    "move-ref-siblings": _beside_ref,
    "redirect-ref": _redirected,
    "remove": Site.remove,
    "remove-ref": _unlinked,
    "remove-ref-holder": _dangling,
    "replace-value": _quoted,
}
"""The repairs of this module, by name."""
