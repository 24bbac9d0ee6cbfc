"""Schemas to types, and to drafts of declarations.

An object with properties, a long enumeration and whatever is recursive becomes a draft
of a declaration, referred to by its pointer; `declarations` gives drafts their names.
"""

from __future__ import annotations

from sdkgen import ir
from sdkgen.diagnostics.coverage import CLASS, Ledger, Part as Counted
from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.ir import Ref, Type
from sdkgen.lower.names.schema_context import is_component
from sdkgen.openapi.inheritance import Families, Family
from sdkgen.openapi.schema_keywords import is_constraint_only, is_plain
from sdkgen.read.document import Document
from sdkgen.support.json_pointer import Json

from . import scalars
from .all_of import Flat, Part, Parts, find_sole_part, flatten
from .draft import PendingDeclaration, draft_family, find_meaning
from .fields import Fields
from .references import References, is_scalar
from .type_operations import ANY, NULL, merge_docs, unite
from .unions import Unions, collect_beside

_ORDER = ("string", "integer", "number", "boolean", "object", "array", "null")


class Schemas:
    """Lowers the schemas of one document; each position once."""

    def __init__(
        self, document: Document, diagnostics: Diagnostics, ledger: Ledger
    ) -> None:
        self.document = document
        self.drafts: dict[str, PendingDeclaration] = {}
        self.pointers = References(document.root)
        self._diagnostics = diagnostics
        self._ledger = ledger
        self._families = Families(document.root)
        self.unions = Unions(
            self.pointers, self._families, ledger, self._note_unsupported
        )
        self._fields = Fields(self.pointers, self.lower_inside)
        self._nulls: dict[str, bool] = {}
        self._waiting: list[Part] = []
        self._lowering: set[str] = set()
        self._done: dict[str, Type] = {}
        self._merged: dict[frozenset[str], tuple[Type | None, str]] = {}
        """Conjunction → its type, None while that is worked out, and its place."""

    def lower_component(self, pointer: str) -> None:
        """Lower a schema of ``components``, used or not."""
        target = self.pointers.resolve_pointer(pointer)
        if target is not None:
            if is_scalar(target[0]):
                self.lower_conjunction((target,))
            else:
                self._waiting.append(target)
        self.lower_waiting()

    def lower_schema(self, schema: Json, pointer: str) -> Type:
        """The type of a schema at ``pointer``, which may refer to drafts."""
        lowered = self.lower_conjunction(((schema, pointer),))
        self.lower_waiting()
        return lowered

    def lower_waiting(self) -> None:
        """Lower what references have brought up."""
        # What stands in several places has a home that no order of them decides: see
        # ``declarations``. So conjunctions are remembered only within one of them.
        self._merged.clear()
        while self._waiting:
            schema, pointer = self._waiting.pop()
            self._merged.clear()
            if pointer not in self.drafts:
                self._declare_target(((schema, pointer),), pointer)

    def resolve_alias(self, type_: Type) -> Type:
        """What an alias that is settled stands for; any other type is itself."""
        return find_meaning(type_, self.drafts)

    # ------------------------------------------------------------ references

    def _lower_reference(self, pointer: str, site: str) -> Type:
        """The type that a reference to ``pointer`` has.

        A named scalar (an object id) is the scalar itself: an alias of ``str`` tells a
        reader less than ``str`` does. All else is a declaration.
        """
        chain = [pointer]
        target = self.pointers.resolve_pointer(pointer)
        while target is not None and isinstance(target[0], dict):
            plain = {k for k in target[0] if is_plain({k: target[0][k]})}
            if plain != {"$ref"}:
                break
            target = self.pointers.resolve_ref(target[0]["$ref"])
            if target is None or target[1] in chain:
                return ANY
            chain.append(target[1])
        if target is None:
            return ANY
        self.pointers.uses.setdefault(target[1], []).append(site)
        if is_scalar(target[0]):
            return self.lower_conjunction((target,))
        family = self._families.of(target[1])
        if family is None:
            self._queue_component(target)
        found = Ref(name=target[1]) if family is None else self._lower_family(family)
        return unite([found, NULL]) if self._is_nullable(target) else found

    def _is_nullable(self, target: Part) -> bool:
        """Whether something that is referred to by a name may be null as well."""
        pointer = target[1]
        if pointer not in self._nulls:
            flat = flatten((target,), self.pointers.follow, lambda _: None)
            self._nulls[pointer] = scalars.is_or_null(flat, pointer)
        return self._nulls[pointer]

    def _queue_component(self, part: Part) -> None:
        """See to it that there is a declaration of a component."""
        if part[1] not in self.drafts and part[1] not in self._lowering:
            self._waiting.append(part)

    def _lower_family(self, family: Family) -> Type:
        """What a reference to a base means: any of those that extend it, or itself."""
        pointer = f"{family.base}/discriminator"
        if pointer not in self.drafts:
            kinds = [*family.members, family.base]
            found = {kind: self.pointers.resolve_pointer(kind) for kind in kinds}
            for part in found.values():
                if part is not None:
                    self._queue_component(part)
            doc = merge_docs(tuple(p for p in (found[family.base],) if p))
            self.drafts[pointer] = draft_family(family, pointer, doc)
        return Ref(name=pointer)

    # --------------------------------------------------------------- lowering

    def lower_conjunction(self, parts: Parts, where: str = "") -> Type:
        """The type of a conjunction; a draft for it, if it wants a name.

        The draft stands at ``where``, by default the place of the first part.
        """
        where = where or parts[0][1]
        if len(parts) == 1 and where in self._done:
            return self._done[where]
        if len(parts) == 1 and where in self.drafts:
            return Ref(name=where)  # It contains itself, and is being worked out.
        saying = [part for part in parts if is_plain(part[0])]
        if len(saying) == 1:
            schema, pointer = saying[0]
            if isinstance(schema, dict) and "$ref" in schema:
                plain = {key for key in schema if is_plain({key: schema[key]})}
                target = self.pointers.resolve_ref(schema["$ref"])
                if plain == {"$ref"} and target is not None:
                    return self._lower_reference(target[1], pointer)
            inner = find_sole_part(schema, pointer)
            if inner is not None and not is_component(pointer):
                return self.lower_conjunction((inner,))
        both = self.pointers.identify_conjunction(saying)
        if both in self._merged:
            # Two recursive schemas at once: the conjunction of their parts comes back.
            same, at = self._merged[both]
            if same is not None or at in self.drafts:
                return Ref(name=at) if same is None else same
        if both:
            self._merged[both] = (None, where)
        self._ledger.generated(Counted.SCHEMA, where)
        flat = flatten(tuple(parts), self.pointers.follow, self._report_cycle)
        lowered = self._lower_flat(flat, where)
        if len(parts) == 1:
            self._done[where] = lowered
        if both:
            self._merged[both] = (lowered, where)
        return lowered

    def lower_inside(self, parts: Parts, place: str) -> Type:
        """The type of a property or an item at ``place``.

        What several say of it together is not what the first of them says elsewhere, so
        it never stands at the place of that.
        """
        return self.lower_conjunction(parts, place if len(parts) > 1 else "")

    def _report_cycle(self, pointer: str) -> None:
        self._diagnostics.add(
            "E204",
            "allOf contains itself",
            self.document.place(pointer),
            pointer=pointer,
        )

    def _declare_target(self, parts: Parts, pointer: str) -> Type:
        """Lower something that is referred to, so that it has a name in any case."""
        if is_component(pointer):  # Elsewhere it is what it is without the reference.
            self._lowering.add(pointer)
        lowered = self.lower_conjunction(parts)
        self._lowering.discard(pointer)
        if pointer not in self.drafts:
            self._ledger.grow(CLASS, pointer)
            doc = merge_docs(parts)
            self.drafts[pointer] = PendingDeclaration(
                pointer=pointer, type=lowered, doc=doc
            )
        return Ref(name=pointer)

    def _lower_flat(self, flat: Flat, where: str) -> Type:
        for keyword, pointer in flat.unsupported:
            reason = f"{keyword} is not checked"
            self._ledger.degraded(Counted.SCHEMA, pointer, reason)
            self._note_unsupported(keyword, pointer)
        if flat.impossible:
            self._ledger.degraded(Counted.SCHEMA, where, "no value is valid")
            return ANY
        unions = [
            union
            for union in flat.unions
            if not all(is_constraint_only(option) for option, _ in union[2])
        ]
        if flat.enum is not None:
            return self._lower_enumeration(flat, where)
        if unions:
            return self._lower_union(flat, unions, where)
        types = (
            frozenset(scalars.infer_types(flat)) if flat.types is None else flat.types
        )
        options = [
            self._lower_type(flat, types, name, where)
            for name in _ORDER
            if name in types
        ]
        return (
            scalars.unite_times(options, flat)
            if options
            else scalars.lower_untyped(flat)
        )

    def _note_unsupported(self, keyword: str, pointer: str) -> None:
        self._diagnostics.add(
            "U604",
            f"'{keyword}' is not checked: the type is wider than the schema",
            self.document.place(f"{pointer}/{keyword}"),
            pointer=pointer,
        )

    def _lower_type(
        self, flat: Flat, types: frozenset[str], name: str, where: str
    ) -> Type:
        """One of the types; a component of several is their union, and no class."""
        if name == "object":
            several = is_component(where) and bool(types - {"object", "null"})
            return self._lower_object(
                flat, f"{where}/type/object" if several else where
            )
        if name == "array":
            if flat.prefix and scalars.is_tuple(flat):
                return ir.TupleOf(
                    items=tuple(self.lower_conjunction((part,)) for part in flat.prefix)
                )
            item: Type = ANY
            if flat.items:
                item = self.lower_inside(tuple(flat.items), f"{where}/items")
            if flat.prefix:
                prefix = [self.lower_conjunction((part,)) for part in flat.prefix]
                item = unite(prefix if flat.closed_items else [*prefix, item])
            return ir.ListOf(item=item)
        return scalars.lower_scalar(flat, ir.KIND_OF_JSON_TYPE[name])

    def _lower_object(self, flat: Flat, where: str) -> Type:
        extra: Type | None = None
        extras: list[Type] = [self.lower_conjunction((part,)) for part in flat.patterns]
        if flat.extra and not flat.closed:
            place = f"{where}/additionalProperties"
            extras.append(self.lower_inside(tuple(flat.extra), place))
        elif not scalars.is_of_patterns(flat):
            reason = "further keys that no pattern fits are of any type"
            self._ledger.degraded(Counted.SCHEMA, where, reason)
            extras = [ANY]
        if extras:
            extra = unite(extras)
        tag = flat.discriminator.get("propertyName")
        if isinstance(tag, str) and tag not in flat.properties:
            # What tells the kinds of this object apart is a property, stated or not.
            stated: Json = {"type": "string"}
            flat.properties[tag] = [(stated, f"{where}/discriminator/propertyName")]
        if not flat.properties:
            return ir.MapOf(value=extra if extra is not None else ANY)
        self._ledger.grow(CLASS + len(flat.properties), where)
        # Registered before its fields are lowered, so that a field may refer to it.
        self.drafts[where] = PendingDeclaration(pointer=where)
        self.drafts[where] = PendingDeclaration(
            pointer=where,
            fields=self._fields.draft_fields(flat, where),
            extra=extra,
            doc=merge_docs(tuple(flat.parts)),
        )
        return Ref(name=where)

    # ----------------------------------------------------- enumerations, unions

    def _lower_enumeration(self, flat: Flat, where: str) -> Type:
        values = scalars.list_values(flat)
        if not values.is_whole:
            self._ledger.degraded(Counted.SCHEMA, where, "enum of other values")
        found: list[Type] = []
        if values.literal is not None:
            literal: Type = values.literal
            is_long = len(values.literal.values) > scalars.LONG_ENUM
            if is_long and not is_component(where):
                doc = merge_docs(tuple(flat.parts))
                self.drafts[where] = PendingDeclaration(
                    pointer=where, type=literal, doc=doc
                )
                literal = Ref(name=where)
            found.append(literal)
        found += values.others
        return unite([*found, *([NULL] if values.null or not found else [])])

    def _lower_union(
        self, flat: Flat, unions: list[tuple[str, str, list[Part]]], where: str
    ) -> Type:
        """A union, distributed over what stands beside it."""
        base = collect_beside(flat)
        lowered: list[Type] = []
        for options in self.unions.list_combinations(unions):
            whole = len(options) == 1 and self.unions.includes_rest(options[0], flat)
            beside_it = () if whole else base
            place = self.unions.find_place(options, where, beside_it)
            self._ledger.grow(1, where)
            lowered.append(self.lower_conjunction((*beside_it, *options), place))
        if not lowered:
            self._ledger.degraded(Counted.SCHEMA, where, "no value is valid")
            return ANY
        # Null beside an object may be said by a type list around the union.
        if flat.types is not None and "null" in flat.types:
            lowered.append(NULL)
        result = scalars.unite_times(lowered, flat)
        if isinstance(result, ir.UnionOf):
            result = self.unions.attach_discriminator(result, flat, lowered)
            if result.tag is not None and not is_component(where):
                # What tells its options apart is noted where the name is declared.
                doc = merge_docs(tuple(flat.parts))
                self.drafts[where] = PendingDeclaration(
                    pointer=where, type=result, doc=doc
                )
                return Ref(name=where)
        return result
