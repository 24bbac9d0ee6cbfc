"""``allOf`` and keywords beside ``$ref``: several schemas that hold at once, as one.

A schema here is always a *conjunction*: a tuple of parts, each a plain schema with the
pointer where it stands. ``flatten`` follows references and ``allOf`` and gives one
``Flat``: the keywords that decide the type, each with the parts that say it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from sdkgen.openapi.schema_keywords import CONSTRAINTS, is_plain
from sdkgen.support.json_pointer import Json, escape

Part: TypeAlias = tuple[Json, str]
"""A schema (an object or a boolean) and its JSON pointer."""

Parts: TypeAlias = tuple[Part, ...]


UNSUPPORTED = ("not", "if", "dependentSchemas")
"""Keywords that say more about the type than is read.

``contains``, ``dependentRequired`` and ``propertyNames`` narrow the value alone, as
``maxLength`` does: no type says less for leaving them out.
"""


@dataclass(slots=True)
class Flat:
    """The keywords of a conjunction."""

    types: frozenset[str] | None = None
    properties: dict[str, list[Part]] = field(default_factory=dict[str, list[Part]])
    required: set[str] = field(default_factory=set[str])
    extra: list[Part] = field(default_factory=list[Part])
    closed: bool = False
    patterns: list[Part] = field(default_factory=list[Part])
    items: list[Part] = field(default_factory=list[Part])
    closed_items: bool = False
    prefix: list[Part] = field(default_factory=list[Part])
    further: list[Part] = field(default_factory=list[Part])
    """``unevaluatedProperties``: of what no other keyword says anything."""
    further_items: list[Part] = field(default_factory=list[Part])
    unions: list[tuple[str, str, list[Part]]] = field(
        default_factory=list[tuple[str, str, list[Part]]]
    )
    """(keyword, pointer of the keyword, options) …"""
    enum: list[Json] | None = None
    scalar: dict[str, Json] = field(default_factory=dict[str, Json])
    """``format``, ``contentEncoding``, ``x-sdk-time`` and the constraints."""
    conditional: list[Part] = field(default_factory=list[Part])
    """What holds of some objects only: ``then``, ``else``, ``dependentSchemas``."""
    unsupported: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """(keyword, pointer of the schema) …"""
    impossible: bool = False
    parts: list[Part] = field(default_factory=list[Part])
    discriminator: dict[str, Json] = field(default_factory=dict[str, Json])


def find_sole_part(schema: Json, pointer: str) -> Part | None:
    """The only part of an `allOf` that says anything, if nothing stands beside it."""
    parts = schema.get("allOf") if isinstance(schema, dict) else None
    if not isinstance(schema, dict) or not isinstance(parts, list):
        return None
    if any(key != "allOf" and is_plain({key: schema[key]}) for key in schema):
        return None
    saying = [
        (part, f"{pointer}/allOf/{index}")
        for index, part in enumerate(parts)
        if is_plain(part)
    ]
    return saying[0] if len(saying) == 1 else None


def flatten(
    parts: Parts,
    follow: Callable[[Part], Part | None],
    on_cycle: Callable[[str], None],
) -> Flat:
    """Merge a conjunction.

    ``follow`` gives the target of a part that is a reference; ``on_cycle`` is told the
    pointer of an ``allOf`` that contains itself. Iterative: ``allOf`` may be deep.
    """
    flat = Flat()
    seen: set[str] = set()
    stack: list[tuple[Part, frozenset[str]]] = [(p, frozenset()) for p in parts[::-1]]
    while stack:
        (schema, pointer), above = stack.pop()
        if isinstance(schema, dict) and "$ref" in schema:
            target = follow((schema, pointer))
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            if rest:
                stack.append(((rest, pointer), above))
            if target is None:
                continue
            if target[1] in above:
                on_cycle(pointer)
                continue
            stack.append((target, above | {target[1]}))
            continue
        if pointer in seen:
            continue
        seen.add(pointer)
        if schema is False:
            flat.impossible = True
        if not isinstance(schema, dict):
            continue
        flat.parts.append((schema, pointer))
        _merge_schema(flat, schema, pointer)
        nested = schema.get("allOf")
        if isinstance(nested, list):
            for index in range(len(nested) - 1, -1, -1):
                stack.append(((nested[index], f"{pointer}/allOf/{index}"), above))
    _settle_conditional(flat, follow)
    _settle_further(flat)
    if flat.types == frozenset():
        flat.impossible = True
    return flat


def _settle_conditional(flat: Flat, follow: Callable[[Part], Part | None]) -> None:
    """Properties that conditions alone know are there at times, of a type if all agree.

    In a closed schema they are not allowed (JSON Schema, 10.3.2.3), whatever it says.
    """
    if flat.closed or not (flat.properties or "object" in (flat.types or ())):
        return
    found: dict[str, list[Part]] = {}
    for part in flat.conditional:
        is_reference = isinstance(part[0], dict) and "$ref" in part[0]
        schema, pointer = (follow(part) if is_reference else part) or part
        properties = schema.get("properties") if isinstance(schema, dict) else None
        for wire, value in (properties.items() if isinstance(properties, dict) else ()):
            if wire not in flat.properties and value is not False:
                where = f"{pointer}/properties/{escape(wire)}"
                found.setdefault(wire, []).append((value, where))
    for wire in sorted(found):
        (schema, where), *others = sorted(found[wire], key=lambda part: part[1])
        agreed = all(schema == other for other, _ in others)
        flat.properties[wire] = [(schema if agreed else {}, where)]


def _settle_further(flat: Flat) -> None:
    """``unevaluated…`` as ``additionalProperties`` and ``items``.

    That is what they are where nothing else says a thing of further values; in a schema
    whose unions do, they would have to know which option it is.
    """
    if flat.unions:
        return
    if not flat.extra:
        flat.closed = flat.closed or any(part is False for part, _ in flat.further)
        flat.extra.extend(part for part in flat.further if part[0] is not False)
    if not flat.items:
        closed = any(part is False for part, _ in flat.further_items)
        flat.closed_items = flat.closed_items or closed
        flat.items.extend(part for part in flat.further_items if part[0] is not False)


def _merge_schema(flat: Flat, schema: dict[str, Json], pointer: str) -> None:
    """Add the keywords of one schema."""
    types = schema.get("type")
    if isinstance(types, str | list):
        named = frozenset([types] if isinstance(types, str) else map(str, types))
        flat.types = (
            named if flat.types is None else _intersect_types(flat.types, named)
        )
    properties = schema.get("properties")
    if isinstance(properties, dict):
        for wire, value in properties.items():
            part = (value, f"{pointer}/properties/{escape(wire)}")
            known = flat.properties.setdefault(wire, [])
            if all(value != other for other, _ in known):
                known.append(part)
    required = schema.get("required")
    if isinstance(required, list):
        flat.required.update(name for name in required if isinstance(name, str))
    extra = schema.get("additionalProperties")
    if extra is False:
        flat.closed = True
    elif extra is not None:
        flat.extra.append((extra, f"{pointer}/additionalProperties"))
    patterns = schema.get("patternProperties")
    if isinstance(patterns, dict):
        for pattern, value in patterns.items():
            where = f"{pointer}/patternProperties/{escape(pattern)}"
            flat.patterns.append((value, where))
    for keyword, found in (
        ("unevaluatedProperties", flat.further),
        ("unevaluatedItems", flat.further_items),
    ):
        if keyword in schema:
            found.append((schema[keyword], f"{pointer}/{keyword}"))
    if schema.get("items") is False:
        flat.closed_items = True
    elif isinstance(schema.get("items"), dict | bool):
        flat.items.append((schema["items"], f"{pointer}/items"))
    prefix = schema.get("prefixItems")
    if isinstance(prefix, list):
        flat.prefix = [
            (item, f"{pointer}/prefixItems/{index}")
            for index, item in enumerate(prefix)
        ]
    for keyword in ("oneOf", "anyOf"):
        options = schema.get(keyword)
        if isinstance(options, list) and options:
            where = f"{pointer}/{keyword}"
            parts = [(option, f"{where}/{i}") for i, option in enumerate(options)]
            flat.unions.append((keyword, where, parts))
    values = schema.get("enum")
    if "const" in schema:
        values = [schema["const"]]
    if isinstance(values, list):
        both = None if flat.enum is None else [v for v in flat.enum if v in values]
        flat.enum = both if both else list(values)
    for keyword in ("format", "contentEncoding", "contentMediaType", "x-sdk-time"):
        if keyword in schema:
            flat.scalar[keyword] = schema[keyword]
    for keyword in CONSTRAINTS:
        if keyword in schema:
            flat.scalar.setdefault(keyword, schema[keyword])
    discriminator = schema.get("discriminator")
    if isinstance(discriminator, dict):
        flat.discriminator = dict(discriminator)
    if "if" in schema:
        for keyword in ("then", "else"):
            if keyword in schema:
                flat.conditional.append((schema[keyword], f"{pointer}/{keyword}"))
    dependent = schema.get("dependentSchemas")
    if isinstance(dependent, dict):
        for name, value in dependent.items():
            where = f"{pointer}/dependentSchemas/{escape(name)}"
            flat.conditional.append((value, where))
    flat.unsupported.extend((key, pointer) for key in UNSUPPORTED if key in schema)


def _intersect_types(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """Types that two schemas both allow; every integer is a number."""
    both = one & other
    if "integer" in one | other and "number" in one | other:
        both |= {"integer"}
    return both
