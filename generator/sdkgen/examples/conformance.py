"""Whether a value fits a schema of the document, in the direction in which it travels.

A validator of JSON Schema 2020-12 with these differences: a required property that does
not travel in that direction (``readOnly`` in a request, ``writeOnly`` in a response) is
not missed; a pattern that Python cannot compile matches everything; a reference
without target allows everything; and formats are checked by rules of this module, so
that the answer does not depend on which optional libraries are installed. Asked
*loosely*, ``oneOf`` allows what ``anyOf`` does, in a response nothing is closed by
``additionalProperties: false``, and in a request it closes what is beside it as
``unevaluatedProperties`` would: where options overlap, or ``allOf`` stands in a closed
schema, as in many documents, no value at all would be valid.

What a discriminator says is checked, too: an object that says that it is a cat has to
fit the schema of cats, and a union has to know what it says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias, cast
from urllib.parse import unquote

from jsonschema import Draft202012Validator, ValidationError
from jsonschema.exceptions import UnknownType

from sdkgen.openapi.inheritance import Families, target_of
from sdkgen.patterns.patterns import Patterns
from sdkgen.support.json_pointer import Json, resolve

from .budget import Budget, Judge, Rule, TooMuchError, build_rules
from .formats import FORMATS

Direction: TypeAlias = Literal["request", "response"]

_HIDDEN: dict[Direction, str] = {"request": "readOnly", "response": "writeOnly"}
_COMBINING = ("$ref", "allOf", "anyOf", "oneOf")
_HOPS = 32
"""References that are followed from one to the next."""

# -------------------------------------------------------------------- keywords


def _check_additional(
    validator: Any, inner: Json, instance: object, schema: dict[str, Json]
) -> Iterator[ValidationError]:
    if inner is not False:
        rule = Draft202012Validator.VALIDATORS["additionalProperties"]
        yield from rule(validator, inner, instance, schema)


def _check_additional_sent(
    validator: Any, inner: Json, instance: object, schema: dict[str, Json]
) -> Iterator[ValidationError]:
    if inner is False and any(key in schema for key in _COMBINING):
        schema = {k: v for k, v in schema.items() if k != "additionalProperties"}
        rule = validator.keywords["unevaluatedProperties"]
    else:
        rule = Draft202012Validator.VALIDATORS["additionalProperties"]
    yield from rule(validator, inner, instance, schema)


def _check_any_of(
    validator: Any, options: list[Json], instance: object, schema: object
) -> Iterator[ValidationError]:
    del schema
    if not any(validator.evolve(schema=each).is_valid(instance) for each in options):
        yield ValidationError(f"{instance!r} is not valid under any of the options")


def _require_type(keyword: str, kind: type[object]) -> Rule:
    """Who names properties means an object, also where there is no ``type``."""

    def rule(
        validator: Any, inner: Json, instance: object, schema: dict[str, Json]
    ) -> Iterator[ValidationError]:
        unsaid = not schema.keys() & {"type", "enum", "const", *_COMBINING}
        if unsaid and inner and not isinstance(instance, kind):
            yield ValidationError(f"{instance!r} has no {keyword}")
            return
        yield from Draft202012Validator.VALIDATORS[keyword](
            validator, inner, instance, schema
        )

    return rule


class Conformance:
    """Answers for the schemas of one document."""

    def __init__(self, root: Mapping[str, Json]) -> None:
        self._root = dict(root)
        self._families = Families(root)
        self._bases = {
            id(schema): pointer for pointer, schema in self._families.schemas.items()
        }
        self.budget = Budget()
        self.patterns = Patterns(self.budget.charge_steps)
        self._deciding: set[int] = set()
        """Objects whose kind is being looked at: each kind has its base in it."""
        self._targets: dict[str, Json] = {}
        self._keywords = {
            (direction, loose): self._build_rules(direction, loose)
            for direction in _HIDDEN
            for loose in (False, True)
        }

    def _check_pattern(
        self, validator: Judge, pattern: str, instance: object, schema: object
    ) -> Iterator[ValidationError]:
        del validator, schema
        if isinstance(instance, str) and self.patterns.fits(pattern, instance) is False:
            yield ValidationError(f"{instance!r} does not match {pattern!r}")

    def _check_pattern_properties(
        self,
        validator: Any,
        patterns: Mapping[str, Json],
        instance: object,
        schema: object,
    ) -> Iterator[ValidationError]:
        del schema
        if not isinstance(instance, dict):
            return
        for pattern, inner in patterns.items():
            for name, value in cast("dict[str, Json]", instance).items():
                if self.patterns.fits(pattern, name):
                    yield from validator.descend(
                        value, inner, path=name, schema_path=pattern
                    )

    def _build_rules(self, direction: Direction, loose: bool) -> Mapping[str, Rule]:
        def required(
            validator: Judge, names: list[str], instance: object, schema: Json
        ) -> Iterator[ValidationError]:
            del validator
            if not isinstance(instance, dict):
                return
            for name in names:
                if name not in instance and not self._is_unseen(
                    schema, name, direction
                ):
                    yield ValidationError(f"{name!r} is a required property")

        own: dict[str, Rule] = {
            "discriminator": self._check_discriminator,
            "items": _require_type("items", list),
            "pattern": self._check_pattern,
            "patternProperties": self._check_pattern_properties,
            "properties": _require_type("properties", dict),
            "required": required,
        }
        if loose:
            own["oneOf"] = _check_any_of
            closed = (
                _check_additional if direction == "response" else _check_additional_sent
            )
            own["additionalProperties"] = closed
        return build_rules(own, self.budget, self.resolve, self.patterns.fits)

    def _check_discriminator(
        self, validator: Any, told: object, instance: object, schema: dict[str, Json]
    ) -> Iterator[ValidationError]:
        """An object is of the kind that it says it is, and of one that is known."""
        if not isinstance(instance, dict) or not isinstance(told, dict):
            return
        rule = cast("dict[str, Json]", told)
        value = cast("dict[str, Json]", instance)
        wire = rule.get("propertyName")
        said = value.get(wire) if isinstance(wire, str) else None
        if not isinstance(wire, str) or not isinstance(said, str):
            return
        if id(value) in self._deciding:
            return
        options = schema.get("oneOf", schema.get("anyOf"))
        if isinstance(options, list):
            if not self._is_known(said, wire, rule, options):
                yield ValidationError(f"{said!r} is the {wire!r} of no option")
            return
        family = self._families.of(self._bases.get(id(schema), ""))
        kind = dict(family.values).get(said) if family is not None else None
        if family is not None and kind is not None and kind != family.base:
            self._deciding.add(id(value))
            try:
                yield from validator.descend(value, {"$ref": f"#{kind}"})
            finally:
                self._deciding.discard(id(value))

    def _is_known(
        self, said: str, wire: str, told: dict[str, Json], options: list[Json]
    ) -> bool:
        """Whether the value of a discriminator leads to one of the options.

        Where options fix the values themselves, these count.
        """
        if "defaultMapping" in told:
            return True
        mapping = told.get("mapping")
        pairs = mapping if isinstance(mapping, dict) else {}
        targets: set[str] = {f"#{target_of(said, self._families.schemas)}"}
        if said in pairs:
            ref = target_of(str(pairs[said]), self._families.schemas)
            targets = {f"#{ref}"}
        for option in options:
            reference = option.get("$ref") if isinstance(option, dict) else None
            if not isinstance(reference, str):
                return True
            if unquote(reference) in targets or self._families.of(
                unquote(reference[1:])
            ):
                return True
            for part in self._list_parts([option]):
                properties = part.get("properties")
                fixed = properties.get(wire) if isinstance(properties, dict) else None
                if isinstance(fixed, dict) and ("enum" in fixed or "const" in fixed):
                    return True
        return False

    def expand_base(self, reference: str) -> dict[str, Json] | None:
        """What a reference to a base means: a union of what extends it, and the base."""
        family = self._families.of(unquote(reference[1:]))
        if family is None:
            return None
        pointers = [*family.members, family.base]
        mapping: dict[str, Json] = {v: f"#{kind}" for v, kind in family.values}
        return {
            "anyOf": [{"$ref": f"#{pointer}"} for pointer in pointers],
            "discriminator": {"propertyName": family.tag, "mapping": mapping},
        }

    def _is_unseen(self, schema: Json, name: str, direction: Direction) -> bool:
        properties = schema.get("properties") if isinstance(schema, dict) else None
        if not isinstance(properties, dict) or name not in properties:
            return False
        return self.is_hidden(properties[name], direction)

    def is_hidden(self, schema: Json, direction: Direction) -> bool:
        """Whether a property of this schema does not travel in that direction."""
        for _ in range(_HOPS):
            if not isinstance(schema, dict):
                return False
            if schema.get(_HIDDEN[direction]) is True:
                return True
            parts = schema.get("allOf")
            if isinstance(parts, list) and any(
                isinstance(part, dict) and part.get(_HIDDEN[direction]) is True
                for part in parts
            ):
                return True
            reference = schema.get("$ref")
            if not isinstance(reference, str):
                return False
            schema = self.resolve(reference)
        return False

    def resolve(self, reference: str) -> Json:
        """The target of an internal reference; ``True``, any value, if there is none."""
        if reference not in self._targets:
            self._targets[reference] = self._find_target(reference)
        return self._targets[reference]

    def _find_target(self, reference: str) -> Json:
        pointer = unquote(reference[1:])
        # A reference without `#` leads elsewhere, and there is no other document.
        found = resolve(self._root, pointer) if reference.startswith("#") else None
        return True if found is None else found[0]

    def find_problem(
        self, schema: Json, value: Json, direction: Direction, *, loose: bool = False
    ) -> str:
        """What does not fit, in one line; empty if the value fits."""
        self.budget.begin_example()
        try:
            return self._find_problem(schema, value, direction, loose)
        except TooMuchError:
            return "that takes too long to find out"

    def _find_problem(
        self, schema: Json, value: Json, direction: Direction, loose: bool
    ) -> str:
        self.budget.known.clear()
        try:
            judge = Judge(schema, self._keywords[direction, loose], FORMATS)
            for error in judge.iter_errors(value):
                return f"{error.message[:200]} (at {error.json_path})"
        except UnknownType as error:
            return f"{error.type!r} is no type"
        except RecursionError:
            return "the value or its schema is nested too deeply"
        return ""

    def fits(
        self, schema: Json, value: Json, direction: Direction, *, loose: bool = False
    ) -> bool:
        """Whether the value is valid against the schema.

        Raises:
            TooMuchError: That takes too long to find out.
        """
        return not self._find_problem(schema, value, direction, loose)

    def prune(self, schema: Json, value: Json, direction: Direction) -> Json:
        """The value without the properties that do not travel in that direction."""
        return self._prune([schema], value, direction, 0)

    def _prune(
        self, schemas: list[Json], value: Json, direction: Direction, depth: int
    ) -> Json:
        if depth > 64 or not isinstance(value, dict | list):
            return value
        parts = list(self._list_parts(schemas))
        if isinstance(value, list):
            items = [part["items"] for part in parts if "items" in part]
            return [self._prune(items, each, direction, depth + 1) for each in value]
        kept: dict[str, Json] = {}
        for name, each in value.items():
            inner: list[Json] = []
            for part in parts:
                properties = part.get("properties")
                if isinstance(properties, dict) and name in properties:
                    inner.append(properties[name])
                elif isinstance(part.get("additionalProperties"), dict):
                    inner.append(part["additionalProperties"])
            if not any(self.is_hidden(one, direction) for one in inner):
                kept[name] = self._prune(inner, each, direction, depth + 1)
        return kept

    def _list_parts(self, schemas: list[Json]) -> Iterator[dict[str, Json]]:
        """Every schema that may say something about a value: unions count whole."""
        stack = schemas[::-1]
        seen: set[int] = set()
        while stack:
            schema = stack.pop()
            if not isinstance(schema, dict) or id(schema) in seen:
                continue
            seen.add(id(schema))
            yield schema
            reference = schema.get("$ref")
            if isinstance(reference, str):
                stack.append(self.resolve(reference))
            for keyword in ("allOf", "oneOf", "anyOf"):
                inner = schema.get(keyword)
                if isinstance(inner, list):
                    stack.extend(inner[::-1])
