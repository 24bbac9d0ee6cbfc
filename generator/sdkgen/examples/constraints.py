"""Reading the keywords of a conjunction of schemas (JSON Schema 2020-12).

A conjunction is a tuple of *parts*: schemas that hold at once and have neither
references nor unions left in them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from sdkgen.patterns.patterns import Patterns
from sdkgen.support.json_pointer import Json

Parts: TypeAlias = "tuple[dict[str, Json], ...]"

UNIONS = ("oneOf", "anyOf")
_OBJECT = ("properties", "required", "additionalProperties", "patternProperties")
_HINTS: dict[str, tuple[str, ...]] = {
    "object": (*_OBJECT, "minProperties", "maxProperties", "propertyNames"),
    "array": ("items", "prefixItems", "minItems", "maxItems", "uniqueItems"),
    "string": ("pattern", "minLength", "maxLength", "format", "contentMediaType"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
}
"""Keywords that tell the type of a schema that does not say it."""
_TYPES = ("object", "array", "string", "integer", "number", "boolean", "null")
_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_NAMES = 100
"""Names that are tried for the properties of a map."""


@dataclass(frozen=True, slots=True)
class Union:
    options: tuple[Json, ...]
    tag: str = ""
    mapping: tuple[tuple[str, str], ...] = ()
    """(value of the tag, reference) …"""


def union(options: list[Json], discriminator: Json) -> Union:
    if not isinstance(discriminator, dict):
        return Union(tuple(options))
    mapping = discriminator.get("mapping")
    pairs = mapping.items() if isinstance(mapping, dict) else ()
    return Union(
        tuple(options),
        str(discriminator.get("propertyName", "")),
        tuple((value, str(target)) for value, target in pairs),
    )


def tag(union: Union, option: Json) -> list[Json]:
    """What the discriminator says about an option: the value of its property."""
    reference = option.get("$ref") if isinstance(option, dict) else None
    if not union.tag or not isinstance(reference, str):
        return []
    return [_fixed(union.tag, _tag_value(reference, union.mapping))]


def own_tag(schema: dict[str, Json], refs: tuple[str, ...]) -> list[Json]:
    """The same where the discriminator stands in a parent that ``allOf`` names.

    ``refs`` led from the schema that is meant, the first, to the parent, the last.
    """
    discriminator = schema.get("discriminator")
    if not isinstance(discriminator, dict) or any(key in schema for key in UNIONS):
        return []
    parent = union([], discriminator)
    if len(refs) < 2 or not parent.tag:
        return []
    return [_fixed(parent.tag, _tag_value(refs[0], parent.mapping))]


def _tag_value(reference: str, mapping: tuple[tuple[str, str], ...]) -> str:
    name = reference.rpartition("/")[2]
    targets = (reference, name)
    return next((value for value, target in mapping if target in targets), name)


def _fixed(name: str, value: str) -> Json:
    return {"properties": {name: {"const": value}}, "required": [name]}


def is_null(option: Json) -> bool:
    return isinstance(option, dict) and option.get("type") in ("null", ["null"])


def names(part: Mapping[str, Json], keyword: str) -> list[str]:
    value = part.get(keyword)
    return [str(each) for each in value] if isinstance(value, list | dict) else []


def listed(parts: Parts) -> list[Json] | None:
    """Values that every ``const`` and ``enum`` allows; ``None`` without any."""
    found: list[Json] | None = None
    for part in parts:
        values = [part["const"]] if "const" in part else part.get("enum")
        if isinstance(values, list):
            keys = {json.dumps(value, sort_keys=True) for value in values}
            found = (
                list(values)
                if found is None
                else [v for v in found if json.dumps(v, sort_keys=True) in keys]
            )
    if found is None:
        return None
    allowed = set(types(parts))
    kept = [value for value in found if _type_of(value) & allowed]
    return sorted(kept, key=lambda value: value is None)


def _type_of(value: Json) -> set[str]:
    match value:
        case None:
            return {"null"}
        case bool():
            return {"boolean"}
        case int():
            return {"integer", "number"}
        case float():
            return {"integer", "number"} if value.is_integer() else {"number"}
        case str():
            return {"string"}
        case list():
            return {"array"}
        case _:
            return {"object"}


def given(parts: Parts, variant: int) -> Iterator[Json]:
    """Examples and defaults that the schemas themselves give."""
    for part in parts:
        values: list[Json] = [part["example"]] if "example" in part else []
        examples = part.get("examples")
        if isinstance(examples, list):
            values += examples
        if "default" in part and part["default"] not in ("", [], {}, None):
            values.append(part["default"])
        yield from values[variant : variant + 1] if variant else values


def types(parts: Parts) -> list[str]:
    """Types that every schema allows, in the order of the first; null comes last."""
    allowed: list[str] | None = None
    for part in parts:
        said = part.get("type")
        types = [said] if isinstance(said, str) else names(part, "type")
        if not types:
            continue
        if "number" in types and "integer" not in types:
            types = [*types, "integer"]
        if allowed is None:
            allowed = [str(each) for each in types]
        else:
            allowed = [each for each in allowed if each in types]
    if allowed is None:
        hints = [
            kind
            for kind, keywords in _HINTS.items()
            if any(keyword in part for part in parts for keyword in keywords)
        ]
        allowed = [*hints, *(each for each in ("string", *_TYPES) if each not in hints)]
    return sorted(dict.fromkeys(allowed), key=lambda kind: kind == "null")


def narrowed(parts: Parts) -> dict[str, Json]:
    """Scalar keywords of all the schemas, the tightest of each."""
    found: dict[str, Json] = {}
    for part in parts:
        for keyword, value in part.items():
            known = found.get(keyword)
            if isinstance(known, int | float) and isinstance(value, int | float):
                if keyword in _LEAST:
                    value = max(known, value)
                elif keyword in _MOST:
                    value = min(known, value)
            found[keyword] = value
    return found


class Members:
    """What the schemas of a conjunction say about properties, by their names."""

    def __init__(self, parts: Parts, rules: Patterns) -> None:
        self._rules = rules
        self._declared: dict[str, list[tuple[int, Json]]] = {}
        self._open: list[tuple[int, dict[str, Json]]] = []
        for number, part in enumerate(parts):
            properties = part.get("properties")
            if isinstance(properties, dict):
                for name, schema in properties.items():
                    self._declared.setdefault(name, []).append((number, schema))
            if "patternProperties" in part or "additionalProperties" in part:
                self._open.append((number, part))

    def of(self, name: str) -> list[Json]:
        """What is said about a property of that name, in the order of the parts."""
        declared = self._declared.get(name, [])
        found = list(declared)
        known = {number for number, _ in declared}
        for number, part in self._open:
            patterns = part.get("patternProperties")
            fitting = [
                (number, schema)
                for rule, schema in (
                    patterns.items() if isinstance(patterns, dict) else ()
                )
                if self._rules.fits(rule, name) is not False
            ]
            if fitting:
                found += fitting
            elif number not in known and "additionalProperties" in part:
                found.append((number, part["additionalProperties"]))
        found.sort(key=lambda each: each[0])
        return [schema for _, schema in found]


def free_names(parts: Parts, patterns: Patterns) -> Iterator[str]:
    """Names for properties that no schema declares."""
    rules = [str(rule) for part in parts for rule in names(part, "patternProperties")]
    for part in parts:
        rule = part.get("propertyNames")
        if isinstance(rule, dict):
            rules += [str(rule["pattern"])] if "pattern" in rule else []
            yield from names(rule, "enum")
    for variant in range(_NAMES):
        for pattern in sorted(rules):
            name = patterns.matching(pattern, variant=variant)
            if name is not None:
                yield name
        yield f"key{variant + 1}" if variant else "key"


def prefix(parts: Parts) -> int:
    return max((len(names(part, "prefixItems")) for part in parts), default=0)


def item_schemas(parts: Parts, index: int) -> list[Json]:
    found: list[Json] = []
    for part in parts:
        prefix = part.get("prefixItems")
        if isinstance(prefix, list) and index < len(prefix):
            found.append(prefix[index])
        elif "items" in part:
            found.append(part["items"])
        if "contains" in part:
            found.append(part["contains"])
    return found
