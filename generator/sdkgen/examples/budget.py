"""How keywords of JSON Schema are applied: each once to a value, with an end to it.

jsonschema follows a reference as often as it meets it, so schemas that refer to others
twice each take it twice the time a level, and some never end. Here a value meets a
reference once: what came of it is remembered for the question. What is left to a
hostile schema is bounded by the number of keywords that one example, and all examples
of a document, may take.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from fractions import Fraction
from typing import Any, Final, TypeAlias, cast

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.exceptions import UndefinedTypeCheck, UnknownType

from sdkgen.support.json_pointer import Json

from .evaluated import Evaluated, Fits, Resolve

__all__ = ["MAX_ALL", "MAX_KEYWORDS", "Budget", "Judge", "TooMuchError", "build_rules"]

MAX_KEYWORDS: Final = 50_000
"""Keywords that are applied to find one example: some 0.7 s; 2,000 are many."""
MAX_ALL: Final = 800_000
"""Keywords that are applied for a document; there are some 20 in its every kB."""

_STEPS: Final = 20
"""Steps with a pattern that are a keyword."""
_NESTED: Final = 700
"""References that are followed one within the other."""
_TYPES: Final = Draft202012Validator.TYPE_CHECKER

Rule: TypeAlias = Callable[[Any, Any, Any, Any], "Iterable[ValidationError] | None"]
"""A keyword: the validator, the keyword's value, the instance, the schema around."""


class TooMuchError(Exception):
    """It takes more keywords than are applied."""


class Budget:
    """The keywords that may still be applied, and what is known of one question."""

    def __init__(self, *, each: int = MAX_KEYWORDS, whole: int = MAX_ALL) -> None:
        self._each = each
        self._whole: float = whole
        self._left: float = 0
        self._inside = 0
        self.known: dict[object, tuple[ValidationError, ...] | None] = {}
        """Which reference and value gave which error; none while it is followed."""
        self.circles = 0
        """How often a reference was met while it was followed."""

    def begin_example(self) -> None:
        """Another example is looked for."""
        self._whole += self._left  # what the last one did not take
        self._left = min(self._each, self._whole)
        self._whole -= self._left

    @contextmanager
    def enter_reference(self) -> Generator[None]:
        """Within one more reference: each takes a dozen frames of Python's stack.

        Raises:
            TooMuchError: Too many are followed one within the other.
        """
        if self._inside >= _NESTED:
            raise TooMuchError
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    def charge(self, count: float = 1) -> None:
        """One more keyword, or so many.

        Raises:
            TooMuchError: It is one too many.
        """
        self._left -= count
        if self._left < 0:
            raise TooMuchError

    def charge_steps(self, steps: int) -> None:
        """Steps of what takes less time than a keyword, with patterns."""
        self.charge(steps / _STEPS)


def build_rules(
    own: dict[str, Rule], budget: Budget, resolve: Resolve, fits: Fits
) -> dict[str, Rule]:
    """The keywords of 2020-12 and one's own, as they are applied here."""
    known = {**cast("dict[str, Rule]", Draft202012Validator.VALIDATORS), **own}
    del known["$dynamicRef"]  # reading has made a `$ref` of it
    known["$ref"] = _follow_once(_make_follow(resolve), budget)
    known["multipleOf"] = _check_multiple(known["multipleOf"])
    known["uniqueItems"] = _check_unique
    evaluated = Evaluated(resolve, fits)
    known["unevaluatedProperties"] = evaluated.properties
    known["unevaluatedItems"] = evaluated.items
    return {keyword: _count_uses(rule, budget) for keyword, rule in known.items()}


class Judge:
    """A schema and the keywords that are applied: what these ask of a validator.

    jsonschema's own validators look up the address of each schema that they meet, which
    takes most of their time. Here a reference is followed by the rule of ``$ref``.
    """

    __slots__ = ("format_checker", "keywords", "schema")

    def __init__(
        self, schema: Json, keywords: Mapping[str, Rule], formats: FormatChecker
    ) -> None:
        self.schema = schema
        self.keywords = keywords
        self.format_checker = formats

    def evolve(self, *, schema: Json) -> Judge:
        """The same keywords over another schema."""
        return Judge(schema, self.keywords, self.format_checker)

    def is_type(self, instance: Any, type: str) -> bool:
        """Whether a value is of a type of JSON Schema.

        Raises:
            UnknownType: There is no such type.
        """
        try:
            return bool(_TYPES.is_type(instance, type))
        except UndefinedTypeCheck:
            raise UnknownType(type, instance, self.schema) from None

    def is_valid(self, instance: Any) -> bool:
        """Whether a value fits the schema."""
        return next(self.iter_errors(instance), None) is None

    def iter_errors(self, instance: Any) -> Iterator[ValidationError]:
        """What keeps a value from fitting the schema."""
        return self.descend(instance, self.schema)

    def descend(
        self,
        instance: Any,
        schema: Any,
        path: str | int | None = None,
        schema_path: object = None,
    ) -> Iterator[ValidationError]:
        """The same of a part of the value, at ``path``, and another schema."""
        del schema_path  # nobody asks which keyword it was
        if schema is False:
            yield ValidationError(f"False schema does not allow {instance!r}")
        if not isinstance(schema, dict):
            return
        said = cast("dict[str, Json]", schema)
        judge = self.evolve(schema=said)
        for keyword, value in said.items():
            rule = self.keywords.get(keyword)
            for error in (rule and rule(judge, value, instance, said)) or ():
                if path is not None:
                    error.path.appendleft(path)
                yield error


def _make_follow(resolve: Resolve) -> Rule:
    def reference(
        validator: Any, value: Any, instance: Any, schema: Any
    ) -> Iterator[ValidationError]:
        del schema
        yield from validator.descend(instance, resolve(value))

    return reference


def _count_uses(rule: Rule, budget: Budget) -> Rule:
    def counted(
        validator: Any, value: Any, instance: Any, schema: Any
    ) -> Iterable[ValidationError] | None:
        budget.charge()
        return rule(validator, value, instance, schema)

    return counted


def _follow_once(rule: Rule, budget: Budget) -> Rule:
    """A reference that is followed once from each value.

    One that is met again while it is followed says nothing new. Of several errors the
    first is enough for all who ask.
    """

    def reference(
        validator: Any, value: Any, instance: Any, schema: Any
    ) -> Iterator[ValidationError]:
        key = (value, id(instance))
        if key in budget.known:
            found = budget.known[key]
            if found is None:
                budget.circles += 1
        else:
            circles = budget.circles
            budget.known[key] = None
            with budget.enter_reference():
                found = tuple(_take_first(rule(validator, value, instance, schema)))
            if budget.circles == circles:
                budget.known[key] = found
            else:  # It holds only as far as what is around it does.
                del budget.known[key]
        for error in found or ():
            yield ValidationError(error.message, path=tuple(error.relative_path))

    return reference


def _take_first(errors: Iterable[ValidationError] | None) -> Iterator[ValidationError]:
    for error in errors or ():
        yield error
        return


def _check_multiple(rule: Rule) -> Rule:
    """Of numbers beyond the range of a double too."""

    def multiple(
        validator: Any, step: Any, instance: Any, schema: Any
    ) -> Iterator[ValidationError]:
        try:
            yield from rule(validator, step, instance, schema) or ()
        except OverflowError:
            if Fraction(instance) % Fraction(step):
                yield ValidationError(f"it is not a multiple of {step}")

    return multiple


def _check_unique(
    validator: Any, wanted: Any, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    """By the text of each item: comparing each to each takes too long."""
    del validator, schema
    if wanted is not True or not isinstance(instance, list):
        return
    items = cast("list[Json]", instance)
    if len(
        {json.dumps(_normalize_numbers(each), sort_keys=True) for each in items}
    ) < len(items):
        yield ValidationError("an item stands twice")


def _normalize_numbers(value: Json) -> Json:
    """Numbers that are equal, written alike."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_normalize_numbers(each) for each in value]
    if isinstance(value, dict):
        return {name: _normalize_numbers(each) for name, each in value.items()}
    return value
