"""Components that extend one another, and the property that says which one is meant.

OpenAPI 3.0 and Swagger 2.0 say so from below: a base has a ``discriminator``, and each
schema that has the base in its ``allOf`` is a kind of it (Discriminator Object, "Models
with Polymorphism Support"). A reference to the base then means any of the family.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from sdkgen.support.json_pointer import Json, escape, unescape

from .schema_keywords import is_plain

__all__ = ["Families", "Family", "target_of"]

_SCHEMAS = "/components/schemas/"
_UNIONS = ("oneOf", "anyOf")


@dataclass(frozen=True, slots=True)
class Family:
    """A base and all that extends it, as pointers."""

    base: str
    tag: str
    """The wire name of the property that tells them apart."""
    values: tuple[tuple[str, str], ...]
    """(value of the tag, pointer of the schema) …; the base may be among them."""

    @property
    def members(self) -> tuple[str, ...]:
        """Whoever extends the base, each once."""
        found = dict.fromkeys(pointer for _, pointer in self.values)
        found.pop(self.base, None)
        return tuple(found)


class Families:
    """The families among the components of a document in the one dialect."""

    def __init__(self, root: Mapping[str, Json]) -> None:
        components = root.get("components")
        schemas = components.get("schemas") if isinstance(components, dict) else None
        self.schemas: dict[str, dict[str, Json]] = {
            _SCHEMAS + escape(name): schema
            for name, schema in (schemas.items() if isinstance(schemas, dict) else ())
            if isinstance(schema, dict)
        }
        self._parents: dict[str, list[str]] = {}
        self._children: dict[str, list[str]] = {}
        self._known: dict[str, Family | None] = {}
        for pointer, schema in self.schemas.items():
            self._parents[pointer] = [
                parent for parent in _extended(schema) if parent in self.schemas
            ]
            for parent in self._parents[pointer]:
                self._children.setdefault(parent, []).append(pointer)

    def of(self, pointer: str) -> Family | None:
        """The family of a component: None if nothing tells that it has one."""
        if pointer not in self._known:
            self._known[pointer] = self._find(pointer)
        return self._known[pointer]

    def _find(self, pointer: str) -> Family | None:
        told = self._told(pointer)
        if told is None or _is_union(self.schemas[pointer]):
            return None
        tag, mapping = told
        below = [
            each
            for each in self._walk(pointer, self._children)
            if not _is_union(self.schemas[each])
        ]
        declared: dict[str, str] = {}
        for value, ref in mapping.items():
            target = target_of(ref, self.schemas)
            if target in below or self._is_own(pointer, target):
                declared[value] = target
        values = list(declared.items())
        for each in [*below, pointer]:
            value = unescape(each.rpartition("/")[2])
            if each not in declared.values() and value not in declared:
                values.append((value, each))
        family = Family(pointer, tag, tuple(values))
        return family if family.members else None

    def _is_own(self, pointer: str, target: str) -> bool:
        """Whether a mapping of the component itself may name a target.

        People leave the ``allOf`` out, which the mapping makes up for.
        """
        schema = self.schemas[pointer]
        found = self.schemas.get(target)
        return "discriminator" in schema and (
            target == pointer
            or (found is not None and "properties" in found and not _is_union(found))
        )

    def _told(self, pointer: str) -> tuple[str, dict[str, str]] | None:
        """The tag of a component, its own or inherited, and all mappings of it."""
        tag = ""
        mapping: dict[str, str] = {}
        if pointer not in self.schemas:
            return None
        for each in (pointer, *self._walk(pointer, self._parents)):
            told = self.schemas[each].get("discriminator")
            name = told.get("propertyName") if isinstance(told, dict) else None
            if not isinstance(told, dict) or not isinstance(name, str):
                continue
            tag = tag or name
            pairs = told.get("mapping")
            if name == tag and isinstance(pairs, dict):
                for value, ref in pairs.items():
                    mapping.setdefault(value, str(ref))
        return (tag, mapping) if tag else None

    @staticmethod
    def _walk(pointer: str, edges: Mapping[str, list[str]]) -> list[str]:
        """What is reached from a component, nearest first, itself left out."""
        found: dict[str, None] = {pointer: None}
        waiting = [pointer]
        for each in waiting:
            for further in edges.get(each, ()):
                if further not in found:
                    found[further] = None
                    waiting.append(further)
        return waiting[1:]


def target_of(ref: str, known: Mapping[str, object]) -> str:
    """The pointer that a value in a mapping means: a reference, or a name."""
    named = _SCHEMAS + escape(ref)
    if named in known or not ref.startswith("#"):
        return named
    return unquote(ref[1:])


def _is_union(schema: dict[str, Json]) -> bool:
    return any(isinstance(schema.get(key), list) for key in _UNIONS)


def _extended(schema: dict[str, Json]) -> Iterator[str]:
    """What a schema extends: references in its ``allOf``, and one beside it."""
    waiting: list[Json] = [schema]
    while waiting:
        each = waiting.pop()
        if not isinstance(each, dict):
            continue
        ref = each.get("$ref")
        if isinstance(ref, str) and ref.startswith("#") and _adds(each, schema):
            yield unquote(ref[1:])
        parts = each.get("allOf")
        if isinstance(parts, list):
            waiting.extend(reversed(parts))


def _adds(part: dict[str, Json], whole: dict[str, Json]) -> bool:
    """Whether a reference stands beside something: alone it is another name."""
    return part is not whole or is_plain({k: part[k] for k in part if k != "$ref"})
