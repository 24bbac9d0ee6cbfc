"""Unions: which options there are, where each is a class, what tells them apart."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import product

from sdkgen import ir
from sdkgen.diagnostics.coverage import Ledger, Part as Counted
from sdkgen.ir import Ref, Text, Type
from sdkgen.lower.names.schema_context import is_component
from sdkgen.openapi.inheritance import Families, target_of
from sdkgen.openapi.schema_keywords import is_constraint_only, is_plain
from sdkgen.support.json_pointer import unescape

from .all_of import Flat, Part, Parts, flatten
from .references import References

MOST_COMBINATIONS = 24
"""Of the options of several unions in one schema; more are not told apart."""


_UNION = ("oneOf", "anyOf", "allOf", "discriminator")


def collect_beside(flat: Flat) -> Parts:
    """What stands beside a union and says something of objects or arrays."""
    if not (flat.properties or flat.extra or flat.patterns or flat.items):
        return ()
    # `allOf` was flattened already.
    beside = [
        ({key: part[key] for key in part if key not in _UNION}, pointer)
        for part, pointer in flat.parts
        if isinstance(part, dict)
    ]
    return tuple((part, pointer) for part, pointer in beside if is_plain(part))


class Unions:
    """The unions of one document."""

    def __init__(
        self,
        pointers: References,
        families: Families,
        ledger: Ledger,
        tell: Callable[[str, str], None],
    ) -> None:
        self._pointers = pointers
        self._families = families
        self._ledger = ledger
        self._tell = tell
        """Told of a keyword that is not checked, and of the pointer of its schema."""
        self.origins: dict[str, str] = {}
        """Option of a union that is used elsewhere → where it is written."""

    def list_combinations(
        self, unions: list[tuple[str, str, list[Part]]]
    ) -> list[Parts]:
        """One option of each union, in each way that a value can be of.

        Where that is too many, the unions after the first are left out, and told of.
        """
        chosen = [
            [
                part
                for part in options
                if not is_constraint_only(part[0]) or not is_plain(part[0])
            ]
            for _, _, options in unions
        ]
        if math.prod(map(len, chosen)) > MOST_COMBINATIONS:
            for other, second, _ in unions[1:]:
                reason = f"a second union ({other})"
                self._ledger.degraded(Counted.SCHEMA, second, reason)
                self._tell(other, second.rpartition("/")[0])
            chosen = chosen[:1]
        return [each for each in product(*chosen) if self._is_possible(each)]

    def find_place(self, options: Sequence[Part], where: str, beside: Parts) -> str:
        """Where one option of each union is a class.

        With what is beside it here, it is another class than where it is written.
        """
        first = options[0][1]
        if len(options) == 1 and (not beside or first.startswith(f"{where}/")):
            return first
        place = where
        for _, pointer in options:
            place += _keep_last_tokens(pointer)
            self.origins[place] = pointer
        return place

    def includes_rest(self, option: Part, flat: Flat) -> bool:
        """Whether an option says all that stands beside its union, and is a component.

        Then it is the class that it is anywhere else.
        """
        schema = option[0]
        if not isinstance(schema, dict) or "$ref" not in schema or not flat.properties:
            return False
        own = flatten((option,), self._pointers.follow, lambda _: None)
        return (
            not (flat.extra or flat.patterns or flat.items)
            and flat.required <= own.required
            and all(
                part in [other for other, _ in own.properties.get(wire, ())]
                for wire, parts in flat.properties.items()
                for part, _ in parts
            )
        )

    def attach_discriminator(
        self, union: ir.UnionOf, flat: Flat, lowered: list[Type]
    ) -> ir.UnionOf:
        """Attach the discriminator that the document declares."""
        wire = flat.discriminator.get("propertyName")
        if not isinstance(wire, str):
            return union
        declared = flat.discriminator.get("mapping")
        pairs = declared if isinstance(declared, dict) else {}
        if not pairs and not self._is_distinguishing(wire, lowered):
            return union
        schemas = self._families.schemas
        mapping = {
            Text(value): target_of(str(ref), schemas) for value, ref in pairs.items()
        }
        mapping = {
            v: kind for v, kind in mapping.items() if self._pointers.is_declared(kind)
        }
        named = set(mapping.values())
        for type_ in lowered:
            if not isinstance(type_, Ref) or type_.name in named:
                continue
            family = self._families.of(type_.name.removesuffix("/discriminator"))
            if family is not None:
                for value, kind in family.values:
                    mapping.setdefault(Text(value), kind)
            elif is_component(type_.name):
                value = unescape(type_.name.rpartition("/")[2])
                mapping.setdefault(Text(value), type_.name)
        other = flat.discriminator.get("defaultMapping")
        base = target_of(other, schemas) if isinstance(other, str) else ""
        return ir.UnionOf(
            options=union.options,
            tag=Text(wire),
            mapping=tuple(mapping.items()),
            other=base if self._pointers.is_declared(base) else None,
        )

    def _is_distinguishing(self, wire: str, lowered: list[Type]) -> bool:
        """Whether some option may say by a text in this property which one it is.

        Where none can, values are told apart by what they hold (OpenAPI 3.1,
        Discriminator Object: the property is one of the options', and a string).
        """
        for type_ in lowered:
            name = type_.name if isinstance(type_, Ref) else ""
            target = self._pointers.resolve_ref(f"#{name}" if name else "")
            if target is None or name.endswith("/discriminator"):
                return True  # Of a base it is known.
            option = flatten((target,), self._pointers.follow, lambda _: None)
            parts = option.properties.get(wire)
            if option.unions or option.extra:
                return True
            if parts:
                found = flatten(tuple(parts), self._pointers.follow, lambda _: None)
                if found.types is None or "string" in found.types:
                    return True
        return False

    def _is_possible(self, parts: Parts) -> bool:
        """Whether there may be values of a conjunction; a single schema is not asked."""
        if len(parts) == 1:
            return parts[0][0] is not False
        return not flatten(parts, self._pointers.follow, lambda _: None).impossible


def _keep_last_tokens(pointer: str) -> str:
    """``/anyOf/1`` of a pointer that ends so."""
    return "/" + "/".join(pointer.rsplit("/", 2)[1:])
