"""``unevaluatedProperties`` and ``unevaluatedItems``: what nothing else speaks of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeAlias, cast

from jsonschema import ValidationError

from sdkgen.support.json_pointer import Json

__all__ = ["Evaluated", "Fits", "Resolve"]

Resolve: TypeAlias = Callable[[str], Json]
Fits: TypeAlias = Callable[[str, str], bool | None]

_IN_PLACE: Final = ("allOf", "anyOf", "oneOf")


class Evaluated:
    """``unevaluatedProperties`` and ``unevaluatedItems``, each schema looked at once."""

    def __init__(self, resolve: Resolve, fits: Fits) -> None:
        self._resolve = resolve
        self._fits_pattern = fits

    def properties(
        self, validator: Any, inner: Json, instance: Any, schema: Any
    ) -> Iterator[ValidationError]:
        if not isinstance(instance, dict):
            return
        value = cast("dict[str, Json]", instance)
        around = {k: v for k, v in schema.items() if k != "unevaluatedProperties"}
        seen: set[str] = set()
        for each in self._schemas(validator, value, around):
            seen.update(self._names(validator, value, each))
        for name in value:
            if name not in seen and not _fits(validator, inner, value[name]):
                yield ValidationError(f"{name!r} is not evaluated")
                return

    def items(
        self, validator: Any, inner: Json, instance: Any, schema: Any
    ) -> Iterator[ValidationError]:
        if not isinstance(instance, list):
            return
        value = cast("list[Json]", instance)
        around = {k: v for k, v in schema.items() if k != "unevaluatedItems"}
        seen: set[int] = set()
        for each in self._schemas(validator, value, around):
            seen.update(self._places(validator, value, each))
        for index, item in enumerate(value):
            if index not in seen and not _fits(validator, inner, item):
                yield ValidationError(f"item {index} is not evaluated")
                return

    def _names(
        self, validator: Any, value: dict[str, Json], schema: dict[str, Json]
    ) -> Iterator[str]:
        properties = schema.get("properties")
        if isinstance(properties, dict):
            yield from properties.keys() & value.keys()
        patterns = schema.get("patternProperties")
        for pattern in patterns if isinstance(patterns, dict) else ():
            yield from (name for name in value if self._fits_pattern(pattern, name))
        for keyword in ("additionalProperties", "unevaluatedProperties"):
            if keyword in schema:
                for name, each in value.items():
                    if _fits(validator, schema[keyword], each):
                        yield name

    def _places(
        self, validator: Any, value: list[Json], schema: dict[str, Json]
    ) -> Iterator[int]:
        prefix = schema.get("prefixItems")
        if "items" in schema:
            yield from range(len(value))
        elif isinstance(prefix, list):
            yield from range(len(prefix))
        for keyword in ("contains", "unevaluatedItems"):
            if keyword in schema:
                for index, each in enumerate(value):
                    if _fits(validator, schema[keyword], each):
                        yield index

    def _schemas(
        self, validator: Any, value: Any, schema: dict[str, Json]
    ) -> Iterator[dict[str, Json]]:
        """The schema, and all that hold in its place for this value."""
        todo: list[Json] = [schema]
        seen: set[int] = set()
        while todo:
            node = todo.pop()
            if not isinstance(node, dict) or id(node) in seen:
                continue
            seen.add(id(node))
            yield node
            reference = node.get("$ref")
            if isinstance(reference, str):
                todo.append(self._resolve(reference))
            for keyword in _IN_PLACE:
                parts = node.get(keyword)
                for part in parts if isinstance(parts, list) else ():
                    if _fits(validator, part, value):
                        todo.append(part)
            if "if" in node:
                holds = _fits(validator, node["if"], value)
                todo += [node["if"], node.get("then")] if holds else [node.get("else")]
            dependent = node.get("dependentSchemas")
            if isinstance(dependent, dict) and isinstance(value, dict):
                todo += [part for name, part in dependent.items() if name in value]


def _fits(validator: Any, schema: Json, value: Any) -> bool:
    return bool(validator.evolve(schema=schema).is_valid(value))
