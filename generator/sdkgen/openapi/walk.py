"""A walk over the objects of a document, with their kinds.

The walk visits every object that the specification gives a meaning to, with its kind,
once and without recursion: a document may be as deep as the reader allows. References
are not followed; what they point to is visited where it stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sdkgen.support.json_pointer import Json, escape, pointer_join

from .object_kinds import child_slots, root_kind
from .references import follow

__all__ = ["Node", "kind_name", "parameters_of", "walk"]

_REFERABLE: Final = frozenset(
    {"callback", "example", "header", "link", "mediaType", "parameter", "pathItem"}
    | {"requestBody", "response", "schema", "securityScheme"}
)
_NAMES: Final = {
    "mediaType": "media type",
    "openapi": "document",
    "pathItem": "path item",
    "plain": "object",
    "requestBody": "request body",
    "securityScheme": "security scheme",
}


@dataclass(frozen=True, slots=True)
class Node:
    """An object of the document: what it is, where, and itself.

    ``value`` is anything at all: being no mapping is the first thing to report.
    """

    kind: str
    pointer: str
    value: Json


def kind_name(kind: str) -> str:
    """What people call an object of a kind, with its article."""
    name = _NAMES.get(kind, kind)
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def walk(root: dict[str, Json]) -> Iterator[Node]:
    """Every object, outer ones before inner ones, in the order of the document.

    Maps and lists of objects are visited too, as kinds ``{schema}`` and ``[schema]``.
    """
    todo: list[tuple[str, str, Json]] = [(root_kind(root), "", root)]
    while todo:
        kind, pointer, value = todo.pop()
        yield Node(kind, pointer, value)
        inner: list[tuple[str, str, Json]] = []
        if kind[0] == "{":
            if isinstance(value, dict):
                for key, item in value.items():
                    if kind != "{schema}" and key.startswith("x-"):
                        continue
                    inner.append((kind[1:-1], f"{pointer}/{escape(key)}", item))
        elif kind[0] == "[":
            if isinstance(value, list):
                for index, item in enumerate(value):
                    inner.append((kind[1:-1], f"{pointer}/{index}", item))
        elif isinstance(value, dict) and not _is_reference(kind, value):
            for key, slot in child_slots(kind, value):
                if key == "items" and isinstance(value[key], list):
                    slot = f"[{slot}]"  # as it was before JSON Schema 2020-12
                inner.append((slot, f"{pointer}/{escape(key)}", value[key]))
        todo.extend(reversed(inner))


def _is_reference(kind: str, value: Mapping[str, Json]) -> bool:
    """Whether an object stands for another one; a schema may say more beside."""
    return kind in _REFERABLE - {"schema", "pathItem"} and "$ref" in value


def parameters_of(
    root: dict[str, Json], holder: Mapping[str, Json], pointer: str
) -> list[tuple[Mapping[str, Json], str]]:
    """The parameters of an operation or path item, each with where it is listed."""
    listed = holder.get("parameters")
    found: list[tuple[Mapping[str, Json], str]] = []
    for index, item in enumerate(listed if isinstance(listed, list) else ()):
        place = pointer_join(pointer, "parameters", index)
        value, _ = follow(root, item, place)
        if isinstance(value, dict):
            found.append((value, place))
    return found
