"""Schema → a value that is valid against it (JSON Schema 2020-12).

Deterministic, and without regard to the order of maps. What comes out is validated
before it is handed on; where a schema asks for more than is understood here (``not``,
``if``, ``contains`` …) a few shapes of the value are tried.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from sdkgen.support.json_pointer import Json

from . import scalars
from .budget import TooMuchError
from .conformance import Conformance, Direction
from .constraints import (
    UNIONS,
    Members,
    Parts,
    Union,
    free_names,
    given,
    is_null,
    item_schemas,
    listed,
    names,
    narrowed,
    own_tag,
    prefix,
    tag,
    types,
    union,
)

_CHOICES = 24
"""How many combinations of the options of unions are tried for one schema."""
_LARGEST = 1500
"""Nodes of an example; one that grows larger is made again with fewer levels."""
_DEEPEST = 60
_LONGEST = 100
"""Items of a list."""

_COMBINING = frozenset({"$ref", "allOf", *UNIONS})


class CannotError(ValueError):
    """No value was found: the schema is contradictory, endless or not understood."""


class _TooLargeError(Exception):
    """The value has more nodes than an example should."""


@dataclass(frozen=True, slots=True)
class _Flat:
    """A conjunction: schemas without references, and the unions among them."""

    parts: Parts = ()
    unions: tuple[Union, ...] = ()
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Here:
    """Where in the value the work stands."""

    level: int = 0
    """Objects around it."""
    depth: int = 0
    variant: int = 0
    refs: tuple[str, ...] = ()


class Synthesis:
    """Makes values for the schemas of one document."""

    def __init__(self, conformance: Conformance) -> None:
        self._conformance = conformance
        self._direction: Direction = "response"
        self._levels = 0
        self._nodes = 0
        self._loose = False

    def value(self, schema: Json, direction: Direction) -> Json:
        """A value that is valid against ``schema`` in that direction.

        Where there is none, one that is valid loosely (see ``conformance``).

        Raises:
            CannotError: None was found, or looking for it takes too long.
        """
        self._conformance.budget.begin_example()
        try:
            return self._value(schema, direction)
        except TooMuchError as error:
            raise CannotError("it takes too long") from error

    def _value(self, schema: Json, direction: Direction) -> Json:
        for loose in (False, True):
            self._loose = loose
            for levels in (3, 2, 1, 0):
                for variant in range(3):
                    self._direction, self._levels, self._nodes = direction, levels, 0
                    try:
                        made = self._make([schema], _Here(variant=variant))
                    except _TooLargeError:
                        break
                    except CannotError:
                        continue
                    if self._conformance.fits(schema, made, direction, loose=loose):
                        return made
        raise CannotError("no valid value was found")

    def _make(self, schemas: list[Json], here: _Here) -> Json:
        """A value for a conjunction of schemas."""
        self._nodes += 1
        if self._nodes > _LARGEST:
            raise _TooLargeError
        if here.depth > _DEEPEST:
            raise CannotError("too deep")
        flat = self._flatten(schemas, here.refs)
        last = CannotError("nothing satisfies the schema")
        others: list[Json] = []
        choices = self._choose(flat, here.refs, here.variant)
        for parts, refs in islice(choices, _CHOICES):
            around = (*here.refs, *refs)
            inner = _Here(here.level, here.depth + 1, here.variant, around)
            decided = not flat.unions and not any("not" in part for part in parts)
            for lean in (False,) if decided else (False, True):
                try:
                    made = self._plain(parts, inner, lean)
                except CannotError as error:
                    last = error
                    continue
                if decided or self._fit(schemas, made):
                    return made
                others.append(made)
        if others:
            return others[0]  # validated again as part of the whole
        raise last

    def _fit(self, schemas: list[Json], value: Json) -> bool:
        fits = self._conformance.fits
        return all(fits(schema, value, self._direction) for schema in schemas)

    # -------------------------------------------------------------- conjunctions

    def _flatten(
        self, schemas: list[Json], outer: tuple[str, ...], own: tuple[str, ...] = ()
    ) -> _Flat:
        """Follow references and ``allOf``.

        A reference that stands around this value (``outer``) cannot end; one that this
        conjunction has followed already (``own``) says nothing new.
        """
        parts: list[dict[str, Json]] = []
        unions: list[Union] = []
        stack = schemas[::-1]
        refs = own
        while stack:
            schema = stack.pop()
            self._conformance.budget.charge()
            if schema is False:
                raise CannotError("nothing is allowed here")
            if not isinstance(schema, dict):
                continue
            reference = schema.get("$ref")
            if isinstance(reference, str) and reference not in refs:
                if reference in outer:
                    raise CannotError(f"{reference} contains itself")
                kinds = None if refs else self._conformance.expand_base(reference)
                if kinds is not None:
                    stack.append(kinds)
                refs = (*refs, reference)
                stack.append(self._conformance.resolve(reference))
            whole = schema.get("allOf")
            if isinstance(whole, list):
                stack.extend(whole[::-1])
            for keyword in UNIONS:
                options = schema.get(keyword)
                if isinstance(options, list) and options:
                    unions.append(union(options, schema.get("discriminator")))
            parts.append({k: v for k, v in schema.items() if k not in _COMBINING})
            stack.extend(own_tag(schema, refs))
        return _Flat(tuple(parts), tuple(unions), refs)

    def _choose(
        self, flat: _Flat, outer: tuple[str, ...], variant: int
    ) -> Iterator[tuple[Parts, tuple[str, ...]]]:
        """The conjunction with each combination of the options of its unions."""
        if not flat.unions:
            yield flat.parts, flat.refs
            return
        first, *rest = flat.unions
        start = variant % len(first.options)
        rotated = [*first.options[start:], *first.options[:start]]
        for option in sorted(rotated, key=is_null):
            tagged = [option, *tag(first, option)]
            try:
                chosen = self._flatten(tagged, outer, flat.refs)
            except CannotError:
                continue
            unions = (*chosen.unions, *rest)
            parts = (*flat.parts, *chosen.parts)
            yield from self._choose(_Flat(parts, unions, chosen.refs), outer, variant)

    # --------------------------------------------------------------------- kinds

    def _plain(self, parts: Parts, here: _Here, lean: bool) -> Json:
        allowed = listed(parts)
        if allowed is not None:
            if not allowed:
                raise CannotError("the enumerations have nothing in common")
            return allowed[here.variant % len(allowed)]
        if not lean:
            for found in given(parts, here.variant):
                kept = found
                for part in parts:
                    kept = self._conformance.prune(part, kept, self._direction)
                if self._fit(list(parts), kept):
                    return kept
        last = CannotError("no type is left")
        for kind in types(parts):
            try:
                return self._of_type(kind, parts, here, lean)
            except CannotError as error:
                last = error
        raise last

    def _of_type(self, kind: str, parts: Parts, here: _Here, lean: bool) -> Json:
        keywords = narrowed(parts)
        made: Json
        match kind:
            case "object":
                return self._object(parts, keywords, here, lean)
            case "array":
                return self._array(parts, keywords, here, lean)
            case "null":
                return None
            case "boolean":
                return here.variant % 2 == 0
            case "integer" | "number":
                whole = kind == "integer"
                made = scalars.make_number(keywords, whole=whole, variant=here.variant)
            case _:
                patterns = [str(each["pattern"]) for each in parts if "pattern" in each]
                made = scalars.make_text(
                    keywords, patterns, here.variant, self._conformance.patterns
                )
        if made is None:
            raise CannotError(f"no {kind} was found")
        return made

    def _object(
        self,
        parts: Parts,
        keywords: Mapping[str, Json],
        here: _Here,
        lean: bool,
    ) -> Json:
        inner = _Here(here.level + 1, here.depth, here.variant, here.refs)
        required = {name for part in parts for name in names(part, "required")}
        declared = [name for part in parts for name in names(part, "properties")]
        full = not lean and here.level < self._levels
        most = scalars.read_size(keywords, "maxProperties", None)
        least = scalars.read_size(keywords, "minProperties", 0) or 0
        made: dict[str, Json] = {}
        members = Members(parts, self._conformance.patterns)
        for name in dict.fromkeys([*declared, *sorted(required)]):
            schemas = self._property(members, name)
            if any(
                self._conformance.is_hidden(each, self._direction) for each in schemas
            ):
                continue
            if name in required:
                made[name] = self._make(schemas, inner)
            elif full or len(made) < least:
                if most is not None and len(made) + len(required - set(made)) >= most:
                    continue
                try:
                    made[name] = self._make(schemas, inner)
                except CannotError:
                    continue
        wanted = max(least, 1 if full and not declared else 0)
        for name in islice(free_names(parts, self._conformance.patterns), wanted + 8):
            if len(made) >= wanted or (most is not None and len(made) >= most):
                break
            try:
                made.setdefault(name, self._make(self._property(members, name), inner))
            except CannotError:
                continue
        return made

    def _property(self, members: Members, name: str) -> list[Json]:
        """What is said of a property; loosely, it is open where another part knows it."""
        found = members.of(name)
        known = [each for each in found if each is not False]
        return (
            known if self._loose and (known or self._direction == "response") else found
        )

    def _array(
        self,
        parts: Parts,
        keywords: Mapping[str, Json],
        here: _Here,
        lean: bool,
    ) -> Json:
        least = scalars.read_size(keywords, "minItems", 0) or 0
        most = scalars.read_size(keywords, "maxItems", None)
        if least > _LONGEST:
            raise CannotError("too many items")
        unique = any(part.get("uniqueItems") is True for part in parts)
        count = least if lean else max(least, 1, prefix(parts))
        made: list[Json] = []
        seen: set[str] = set()
        for index in range(count + 2 * least):
            if len(made) >= (count if most is None else min(count, most)):
                break
            variant = here.variant + index
            inner = _Here(here.level, here.depth, variant, here.refs)
            try:
                item = self._make(item_schemas(parts, len(made)), inner)
            except CannotError:
                if len(made) >= least:
                    break
                raise
            key = json.dumps(item, sort_keys=True)
            if unique and key in seen:
                continue
            seen.add(key)
            made.append(item)
        return made
