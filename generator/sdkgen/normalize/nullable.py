"""Letting a schema take ``null``, and where its parts are afterwards."""

from __future__ import annotations

from typing import Final

from sdkgen.read.source_map import Marks
from sdkgen.support.json_pointer import Json, pointer_join, pointer_split

__all__ = ["Moves", "allow_null"]

Object = dict[str, Json]

# What describes the whole stays outside when the rest becomes an option of a union.
_OUTSIDE: Final = frozenset(
    {"$comment", "$defs", "default", "definitions", "deprecated", "description"}
    | {"examples", "externalDocs", "readOnly", "summary", "title", "writeOnly", "xml"}
)


class Moves:
    """What was moved: JSON pointers as they were, to JSON pointers as they are."""

    def __init__(self) -> None:
        self._ways: dict[str, dict[str, tuple[str, ...]]] = {}
        self._objects: dict[int, tuple[Object, Object]] = {}

    def __bool__(self) -> bool:
        return bool(self._ways)

    def add(self, pointer: str, key: str, way: tuple[str, ...]) -> None:
        """``key`` of what stood at ``pointer`` is now at ``way`` below it."""
        self._ways.setdefault(pointer, {})[key] = way

    def add_object(self, old: Object, new: Object) -> None:
        """The ``$ref`` of an object is now in another."""
        self._objects[id(old)] = (old, new)

    def object_now(self, old: Object) -> Object:
        """The object that has the ``$ref`` that this one had."""
        found = self._objects.get(id(old))
        return old if found is None else found[1]

    def pointer(self, old: str) -> str:
        """Where that now stands which stood at a pointer."""
        new: list[str] = []
        way = ""
        for token in pointer_split(old):
            new.extend(self._ways.get(way, {}).get(token, (token,)))
            way = pointer_join(way, token)
        return pointer_join("", *new)


def allow_null(node: Object, pointer: str, marks: Marks, moves: Moves) -> None:
    """Let a schema take ``null``; ``pointer`` is where it stands.

    A type or a union gets one option more. What ``$ref`` or ``allOf`` say cannot be
    widened, so it becomes an option beside ``null``. A schema without any of these
    takes ``null`` already.
    """
    if "$ref" in node or "allOf" in node:
        _wrap(node, pointer, marks, moves)
        return
    types = node.get("type")
    if isinstance(types, str) and types != "null":
        node["type"] = [types, "null"]
    elif isinstance(types, list) and "null" not in types:
        types.append("null")
    values = node.get("enum")
    if isinstance(values, list) and None not in values:
        values.append(None)
    if "const" in node and node["const"] is not None:
        node["enum"] = [node.pop("const"), None]
    for keyword in ("oneOf", "anyOf"):
        options = node.get(keyword)
        if isinstance(options, list) and not any(map(_allows_null, options)):
            options.append({"type": "null"})


def _allows_null(option: Json) -> bool:
    if not isinstance(option, dict):
        return option is True
    types = option.get("type")
    return (
        option.get("nullable") is True
        or option.get("x-nullable") is True
        or types == "null"
        or (isinstance(types, list) and "null" in types)
    )


def _wrap(node: Object, pointer: str, marks: Marks, moves: Moves) -> None:
    """Make a schema ``anyOf`` of itself and ``null``."""
    inner: Object = {
        key: value
        for key, value in node.items()
        if key not in _OUTSIDE and not key.startswith("x-")
    }
    marks.adopt(inner, node)
    options: list[Json] = [inner, {"type": "null"}]
    at = marks.of(node)
    for key in inner:
        del node[key]
        moves.add(pointer, key, ("anyOf", "0", key))
    node["anyOf"] = options
    moves.add_object(node, inner)
    if at is not None:
        marks.add_list(options, at, [at, at])
        marks.set_entry(node, "anyOf", (at, at))
