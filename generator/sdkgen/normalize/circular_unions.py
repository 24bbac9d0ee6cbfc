"""Unions that list what extends them, taken apart.

``Pet: {oneOf: [Cat, Dog], ...}`` with ``Cat: {allOf: [Pet, ...]}`` is common, and no
value can be checked against it: a cat is a pet, which is a cat, which is a pet … What
is meant is that a cat has what else a pet has. So the ``allOf`` of such a kind gets the
rest of its base, in place of the reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import unquote

from sdkgen.support.json_pointer import Json, get_child, pointer_join, pointer_split

__all__ = ["break_cycles"]

Object = dict[str, Json]

_UNIONS: Final = ("oneOf", "anyOf")
_OWN: Final = frozenset(
    {*_UNIONS, "default", "description", "discriminator", "example", "examples"}
    | {"summary", "title"}
)
"""What a base says of itself alone, not of its kinds."""


def break_cycles(root: Object, report: Callable[[str, str], None]) -> None:
    """Change the components of a document in the one dialect, in place.

    Args:
        root: The document.
        report: Told of each base, once: its pointer, and the keyword of its union.
    """
    components = get_child(root, "components")
    found = get_child(components[0], "schemas") if components else None
    if not found or not isinstance(found[0], dict):
        return
    schemas: dict[str, Object] = {
        pointer_join("", "components", "schemas", name): schema
        for name, schema in found[0].items()
        if isinstance(schema, dict)
    }
    edges = {
        pointer: {target for _, _, target in _find_extended(schema)}
        for pointer, schema in schemas.items()
    }
    for base in sorted(schemas):
        keyword = next((k for k in _UNIONS if _list_options(schemas[base], k)), "")
        if not keyword:
            continue
        kinds = {
            target
            for option in _list_options(schemas[base], keyword)
            if (target := _target_of(option)) in schemas
        }
        on_the_way = {
            each
            for kind in kinds
            for each in _find_reached(kind, edges)
            if base in edges[each] and each != base
        }
        if on_the_way:
            report(base, keyword)
        rest = {k: v for k, v in schemas[base].items() if k not in _OWN}
        for each in sorted(on_the_way):
            for holder, index, target in list(_find_extended(schemas[each])):
                if target == base:
                    _replace(holder, index, rest)


def _replace(holder: Object, index: int | None, rest: Object) -> None:
    """Put what a base says in place of the reference to it."""
    if index is None:
        del holder["$ref"]
        parts = holder.setdefault("allOf", [])
        if isinstance(parts, list):
            parts.insert(0, dict(rest))
        return
    parts = holder["allOf"]
    part = parts[index] if isinstance(parts, list) else None
    if isinstance(parts, list) and isinstance(part, dict):
        beside = {key: value for key, value in part.items() if key != "$ref"}
        parts[index] = {"allOf": [dict(rest)], **beside} if beside else dict(rest)


def _list_options(schema: Object, keyword: str) -> list[Json]:
    options = schema.get(keyword)
    return options if isinstance(options, list) else []


def _target_of(part: Json) -> str:
    """The pointer of a reference into the document; nothing for anything else."""
    ref = part.get("$ref") if isinstance(part, dict) else None
    if not isinstance(ref, str) or not ref.startswith("#/"):
        return ""
    return pointer_join("", *pointer_split(unquote(ref[1:])))


def _find_extended(schema: Object) -> Iterator[tuple[Object, int | None, str]]:
    """Each reference by which a schema extends another.

    With the object that holds it: at an index of its ``allOf``, or beside other keys.
    """
    if len(schema) > 1 and _target_of(schema):
        yield schema, None, _target_of(schema)
    waiting: list[Json] = [schema]
    while waiting:
        holder = waiting.pop()
        parts = holder.get("allOf") if isinstance(holder, dict) else None
        if not isinstance(holder, dict) or not isinstance(parts, list):
            continue
        for index, part in enumerate(parts):
            if _target_of(part):
                yield holder, index, _target_of(part)
            waiting.append(part)


def _find_reached(start: str, edges: dict[str, set[str]]) -> set[str]:
    """What a component extends, near or far, and itself."""
    found = {start}
    waiting = [start]
    while waiting:
        for further in edges.get(waiting.pop(), ()):
            if further in edges and further not in found:
                found.add(further)
                waiting.append(further)
    return found
