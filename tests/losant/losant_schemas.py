"""Compare JSON Schemas of a bundled document with those of a table of facts.

References are followed on both sides, ``allOf`` is put together, and a choice within a
choice is one choice. Prose and extensions do not count.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

__all__ = ["ABSENT", "Comparison", "Difference", "Object", "canonical", "fact_name"]

Object: TypeAlias = Mapping[str, Any]

ABSENT: Final = "(absent)"
"""What a difference has on the side that has nothing."""

ANNOTATIONS: Final = frozenset({"title", "description", "examples", "example"})
MAPS: Final = frozenset({"properties", "patternProperties"})
CHOICES: Final = frozenset({"oneOf", "anyOf"})
KEYWORDS: Final = frozenset(
    {"type", "enum", "const", "format", "pattern", "items", "default", "not"}
    | {"required"}
    | {"allOf", "additionalProperties", "maxItems", "maxLength", "maximum"}
    | ANNOTATIONS
    | MAPS
    | CHOICES
)
SETS: Final = frozenset({"required", "type"})


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where the document does not say what the facts say.

    ``fact`` and ``ours`` are JSON values, or ``ABSENT``.
    """

    at: str
    fact: Any
    ours: Any

    def __str__(self) -> str:
        return f"{self.at}: {_short(self.fact)} -> {_short(self.ours)}"


class Comparison:
    """What differs between a document and facts; ``found`` has it in no certain order.

    ``root`` is the document, ``schemas`` the named schemas of the facts. A schema of
    the facts is compared once for each schema of the document that stands for it.
    """

    def __init__(self, root: Object, schemas: Object) -> None:
        self._root = root
        self._schemas = schemas
        self._done: set[tuple[str, str]] = set()
        self.found: list[Difference] = []

    def schema(self, at: str, fact: Object, ours: Any) -> None:
        """Compare a schema of the facts with one of the document, references followed."""
        name = fact_name(fact)
        if name is not None:
            pair = (name, canonical(_without_notes(ours)))
            if pair in self._done:
                return
            self._done.add(pair)
            if not name.startswith("shared/"):
                wanted = "#/components/schemas/" + name[:1].upper() + name[1:]
                given = ours.get("$ref", ABSENT)
                self.same(f"{at}/$ref", wanted, given)
                if given != wanted and self.stands_for_another(given):
                    return  # It is another schema of the facts, compared as such.
            self.schema(name, self._schemas[name], ours)
            return
        mine = self.merged(ours)
        if "allOf" in fact:
            fact = self._whole(fact)
        if fact and not fact.keys() & KEYWORDS:
            # A table lists fields where keywords belong: told, then compared as meant.
            self.differ(f"{at}/keywords", sorted(fact), sorted(mine))
            fact = {"type": "object", "properties": fact}
        for key in sorted((fact.keys() | mine.keys()) - ANNOTATIONS):
            if key.startswith("x-"):
                continue
            here = f"{at}/{key}"
            one, other = fact.get(key, ABSENT), mine.get(key, ABSENT)
            if ABSENT in (one, other):
                self.same(here, one, other)
            elif key in MAPS:
                self.keys(here, one, other)
                for part in one.keys() & other.keys():
                    self.schema(f"{here}/{part}", one[part], other[part])
            elif key in CHOICES:
                self._choices(here, one, other)
            elif isinstance(one, dict) and isinstance(other, dict) and key != "default":
                self.schema(here, one, other)
            elif key in SETS:
                self.same(here, _as_set(one), _as_set(other))
            else:
                self.same(here, one, other)

    def stands_for_another(self, reference: str) -> bool:
        """Whether a reference of the document is to a schema that the facts name."""
        name = reference.rpartition("/")[2]
        return name[:1].lower() + name[1:] in self._schemas

    def _choices(self, at: str, fact: list[Any], ours: list[Any]) -> None:
        key = at.rpartition("/")[2]
        facts = list(_flat(fact, key, self._looked_up))
        mine = list(_flat(ours, key, self.merged))
        if len(facts) != len(mine):
            self.differ(at, fact, ours)
            return
        for index, (left, right) in enumerate(zip(facts, mine, strict=True)):
            self.schema(f"{at}/{index}", left, right)

    def _whole(self, fact: Object) -> Object:
        """A schema of the facts whose ``allOf`` adds fields to an object, as one."""
        whole: dict[str, Any] = {}
        own = {key: value for key, value in fact.items() if key != "allOf"}
        for part in (*map(self._looked_up, fact["allOf"]), own):
            for key, value in part.items():
                is_map = key in MAPS
                whole[key] = {**whole.get(key, {}), **value} if is_map else value
        return whole

    def _looked_up(self, fact: Object) -> Object:
        while (name := fact_name(fact)) is not None:
            fact = self._schemas[name]
        return fact

    def resolve(self, node: Object) -> Object:
        """What a node of the document is behind references; what stands beside wins."""
        while "$ref" in node:
            value: Any = self._root
            for token in node["$ref"].removeprefix("#/").split("/"):
                value = value[token.replace("~1", "/").replace("~0", "~")]
            beside = {key: part for key, part in node.items() if key != "$ref"}
            node = {**value, **beside}
        return node

    def merged(self, node: Object) -> Object:
        """A schema of the document as one: behind references, with its ``allOf``."""
        node = self.resolve(node)
        if "allOf" not in node:
            return node
        merged: dict[str, Any] = {}
        own = {key: value for key, value in node.items() if key != "allOf"}
        for part in (*map(self.merged, node["allOf"]), own):
            for key, value in part.items():
                if key in MAPS:
                    into = {**merged.get(key, {})}
                    for name, schema in value.items():
                        before = into.get(name, schema)
                        same = before == schema
                        into[name] = schema if same else {"allOf": [before, schema]}
                    merged[key] = into
                elif key == "required":
                    merged[key] = [*merged.get(key, []), *value]
                elif key in ANNOTATIONS or merged.get(key, value) == value:
                    merged[key] = value
                else:
                    # No fact is like this, so the contradiction is seen.
                    merged[key] = {"all of": [merged[key], value]}
        return merged

    def keys(self, at: str, fact: Object, ours: Object) -> None:
        """Record what only one of two objects has."""
        for key in fact.keys() - ours.keys():
            self.differ(f"{at}/{key}", fact[key], ABSENT)
        for key in ours.keys() - fact.keys():
            self.differ(f"{at}/{key}", ABSENT, ours[key])

    def same(self, at: str, fact: Any, ours: Any) -> None:
        """Record a difference between two JSON values."""
        if canonical(fact) != canonical(ours):
            self.differ(at, fact, ours)

    def differ(self, at: str, fact: Any, ours: Any) -> None:
        """Record a difference."""
        self.found.append(Difference(at, fact, ours))


def fact_name(fact: Object) -> str | None:
    """The name of the schema that a reference of the facts is to; None if it is none."""
    reference = fact.get("$ref")
    return None if reference is None else reference.removeprefix("#/schemas/")


def _without_notes(node: Object) -> Object:
    return {key: value for key, value in node.items() if key not in ANNOTATIONS}


def _as_set(value: Any) -> list[str]:
    return sorted({value} if isinstance(value, str) else set(value))


def canonical(value: Any) -> str:
    """A JSON value as text that tells 1 from true and from 1.0."""
    return json.dumps(value, sort_keys=True)


def _short(value: Any) -> str:
    text = ABSENT if value == ABSENT else canonical(value)
    return text if len(text) <= 160 else text[:157] + "..."


def _flat(
    options: list[Any], key: str, look: Callable[[Object], Object]
) -> Iterator[Object]:
    """The options of a choice; one that is a choice itself stands for its own."""
    for option in options:
        seen = look(option)
        if seen.keys() - ANNOTATIONS == {key}:
            yield from _flat(seen[key], key, look)
        else:
            yield option
