"""Where a finding stands in the tree that overlays change, and what changes it.

Findings tell a place in a file, and a pointer into a tree that may be in other words
than those of the document (Swagger 2.0 is converted). Overlays change the tree as it is
written, so a finding is brought back to it by its place.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from sdkgen.diagnostics.diagnostic import Details, Diagnostic, Place
from sdkgen.openapi.object_kinds import kind_at, root_kind
from sdkgen.openapi.walk import walk
from sdkgen.read.document import Document
from sdkgen.support.json_pointer import Json, pointer_join, pointer_split, resolve

__all__ = [
    "NAME",
    "REMOVE",
    "DiagnosticTarget",
    "Object",
    "OverlayAction",
    "Remove",
    "TargetFinder",
    "find_schemas_with",
    "to_json_path",
]

Object = dict[str, Json]

NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
"""What the name of a component may be."""


class Remove:
    """The change that takes away."""


REMOVE: Final = Remove()


@dataclass(frozen=True, slots=True)
class OverlayAction:
    """A change of what stands at a JSON pointer: an update to merge, or ``REMOVE``."""

    pointer: str
    change: Json | Remove


@dataclass(frozen=True, slots=True)
class DiagnosticTarget:
    """A finding, and the part of the tree that it is about.

    ``names`` has the name of the method that each operation became, by its pointer.
    """

    document: Document
    found: Diagnostic
    pointer: str
    names: Mapping[str, str]

    @property
    def root(self) -> Object:
        return self.document.root

    @property
    def is_swagger(self) -> bool:
        return root_kind(self.root) == "swagger"

    @property
    def details(self) -> Details:
        return self.found.details

    @property
    def key(self) -> str:
        """The last part of the pointer: a key, or an index as text."""
        return (pointer_split(self.pointer) or [""])[-1]

    @property
    def value(self) -> Json:
        return self.value_at(self.pointer)

    @property
    def holder(self) -> str:
        """The pointer to the mapping or list around."""
        return self.pointer.rpartition("/")[0]

    def value_at(self, pointer: str) -> Json:
        """What stands at a pointer; None also if nothing does."""
        found = resolve(self.root, pointer)
        return None if found is None else found[0]

    def object_at(self, pointer: str) -> Object:
        """The mapping at a pointer; empty if something else stands there."""
        value = self.value_at(pointer)
        return value if isinstance(value, dict) else {}

    def find_parameter(self) -> str:
        """The pointer to the parameter that the finding is about, or about a part of."""
        kind = kind_at(root_kind(self.root), self.pointer) or ""
        return self.pointer if kind.endswith("parameter") else self.holder

    def remove(self) -> Iterator[OverlayAction]:
        """Take away what the finding is about; the document itself never."""
        if self.pointer:
            yield OverlayAction(self.pointer, REMOVE)

    def replace(self, value: Json) -> Iterator[OverlayAction]:
        """Another value in the place of this one, which no mapping can be merged into."""
        if isinstance(self.value_at(self.holder), dict) and self.pointer:
            yield OverlayAction(self.holder, {self.key: value})

    def rename(self, name: str) -> Iterator[OverlayAction]:
        """The same under another key, if that is free; taken away if it is not."""
        holder = self.value_at(self.holder)
        if isinstance(holder, dict) and name not in holder:
            yield OverlayAction(self.holder, {name: self.value})
        yield from self.remove()


class TargetFinder:
    """Finds what findings are about in a tree."""

    def __init__(self, document: Document, names: Mapping[str, str]) -> None:
        self._document = document
        self._names = names
        self._index: dict[Place, list[str]] | None = None

    def find(self, found: Diagnostic) -> list[DiagnosticTarget]:
        """Every place of a finding: parts that were copied stand in several places."""
        return [
            DiagnosticTarget(self._document, found, pointer, self._names)
            for pointer in self._find_pointers(found)
        ]

    def _find_pointers(self, found: Diagnostic) -> list[str]:
        if found.place is None:
            return []
        document, pointer = self._document, found.pointer
        if resolve(document.root, pointer) is not None and found.place in (
            document.place(pointer),
            document.key_place(pointer),
        ):
            return [pointer]
        if self._index is None:
            self._index = self._index_places()
        here = self._index.get(found.place, [])
        last = (pointer_split(found.pointer) or [""])[-1]
        named = [each for each in here if pointer_split(each)[-1:] == [last]]
        if named:
            return named
        # A mapping begins where its first key does; references, which are found without
        # a pointer, are the keys.
        deepest = max((each.count("/") for each in here), default=0)
        return [each for each in here if each.count("/") == deepest]

    def _index_places(self) -> dict[Place, list[str]]:
        index: dict[Place, list[str]] = defaultdict(list)
        todo: list[tuple[str, Json]] = [("", self._document.root)]
        place = self._document.read.sources.place
        marks = self._document.marks
        while todo:
            pointer, value = todo.pop()
            if not isinstance(value, dict | list):
                continue
            inner = value.items() if isinstance(value, dict) else enumerate(value)
            for key, each in inner:
                at = pointer_join(pointer, key)
                positions = {*(marks.entry(value, key) or ()), marks.of(each)}
                for position in positions - {None}:
                    assert position is not None
                    index[place(position)].append(at)
                todo.append((at, each))
        return index


def find_schemas_with(root: Object, ref: str) -> list[str]:
    """The pointers of all schemas that are a reference with this text."""
    return [
        node.pointer
        for node in walk(root)
        if node.kind == "schema"
        and isinstance(node.value, dict)
        and node.value.get("$ref") == ref
    ]


_ESCAPES: Final = {
    "\\": "\\\\",
    "'": "\\'",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
}


def to_json_path(root: Json, pointer: str) -> str | None:
    """The normalized path (RFC 9535, section 2.7) of what stands at a JSON pointer.

    None if nothing stands there, or if a name has control characters, which have to be
    escaped in a way that implementations of JSONPath do not agree on.
    """
    path = "$"
    value = root
    for token in pointer_split(pointer):
        if isinstance(value, list) and token.isdigit() and int(token) < len(value):
            path += f"[{int(token)}]"
            value = value[int(token)]
        elif isinstance(value, dict) and token in value:
            escaped = "".join(_ESCAPES.get(each, each) for each in token)
            if any(ord(each) < 0x20 for each in escaped):
                return None
            path += f"['{escaped}']"
            below: Object = value
            value = below[token]
        else:
            return None
    return path
