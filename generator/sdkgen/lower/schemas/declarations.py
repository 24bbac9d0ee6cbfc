"""Drafts → declarations: one for each shape, with its final name.

An inline schema that says the same as another, or as a component, is the same class
(structural de-duplication); components stay apart, since a person named them. A class
is named by its component, or by the context of the first place where it stands:
``DeviceConnectionInfo`` for the property ``connectionInfo`` of ``Device``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from sdkgen import ir, naming
from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.examples.complete import ANSWERS
from sdkgen.ir import Ref, Text, Type
from sdkgen.lower.names.schema_context import Contexts, is_component, rank_pointer
from sdkgen.read.document import Document
from sdkgen.support.absent import ABSENT
from sdkgen.support.json_pointer import escape

from .draft import PendingDeclaration
from .schemas import Schemas
from .type_operations import drop_redundant_title, map_types

_READY = re.compile(r"[A-Z][A-Za-z0-9]*\Z")


def list_class_names(*candidates: list[str]) -> tuple[str, ...]:
    """Names of a class; a text that is one already (``HTTPServer``) stays as it is."""
    names = naming.list_candidates(naming.to_pascal, *candidates, fallback="Model")
    first = candidates[0]
    if len(first) == 1 and _READY.match(first[0]) and len(first[0]) <= naming.LONGEST:
        names = (first[0], *(name for name in names if name != first[0]))
    return names


class Declarations:
    """Names the drafts of ``schemas`` and turns them into declarations."""

    def __init__(
        self,
        schemas: Schemas,
        document: Document,
        diagnostics: Diagnostics,
        lock: naming.Lock,
        forced: Mapping[str, str],
        contexts: Contexts,
    ) -> None:
        self._schemas = schemas
        self._drafts = schemas.drafts
        self._document = document
        self._diagnostics = diagnostics
        self._lock = lock
        self._forced = forced
        self._contexts = contexts
        self._home = {pointer: pointer for pointer in self._drafts}
        """Each draft → the first place of its class."""
        self._merge_equal_drafts()
        self._members: dict[str, list[str]] = {}
        for pointer, home in self._home.items():
            self._members.setdefault(home, []).append(pointer)
        self._main = document.place("").file
        components = document.root.get("components")
        answers = components.get(ANSWERS) if isinstance(components, dict) else None
        self._answers = answers if isinstance(answers, dict) else {}
        self._names: dict[str, str] = {}
        self._allocate_names()
        # In a script without cases a class and a field may be of one name.
        self._reserved = naming.FIELDS | frozenset(self._names.values())

    def finalize_type(self, type_: Type) -> Type:
        """The type with final names."""
        return map_types(type_, self._rename_ref)

    def _rename_ref(self, ref: Ref) -> Ref:
        return Ref(name=self._names[self._home[ref.name]])

    def build_declarations(self) -> tuple[ir.Declaration, ...]:
        """All of them by name, as if callers passed none of them."""
        made = [
            self._build_declaration(self._drafts[home], name)
            for home, name in self._names.items()
        ]
        return tuple(sorted(made, key=lambda declaration: declaration.name))

    # ------------------------------------------------------------ one a shape

    def _merge_equal_drafts(self) -> None:
        """Merge drafts of one shape until nothing more merges.

        A class is known by the pointer of its home. Going from the deepest pointer up
        sees what a draft refers to before the draft itself, so two rounds usually do.
        """
        pins = self._lock.get_pins("type")
        order = sorted(self._drafts, key=lambda p: (-p.count("/"), p))
        settled: dict[str, str] = {}
        while settled != self._home:
            settled = dict(self._home)
            groups: dict[object, list[str]] = {}
            for pointer in order:
                shape = self._shape_key(self._drafts[pointer])
                groups.setdefault(shape, []).append(pointer)
                # Seen at once by what refers to it; settled below.
                if not is_component(pointer) and pins.get(pointer) is None:
                    self._home[pointer] = self._home[groups[shape][0]]
            for group in groups.values():
                self._home.update(self._choose_homes(group, pins))

    def _choose_homes(
        self, group: list[str], pins: Mapping[str, str]
    ) -> dict[str, str]:
        """The home of each draft of one shape.

        Components are classes of their own. What was published under different names
        stays apart; what is new joins what is there.
        """
        components = sorted(filter(is_component, group))
        inline = sorted((p for p in group if not is_component(p)), key=rank_pointer)
        homes = {pointer: pointer for pointer in components}
        by_name = {
            pins.get(p, self._choose_natural_name(p)): p for p in reversed(components)
        }
        for pointer in inline:
            if pointer in pins:
                homes[pointer] = by_name.setdefault(pins[pointer], pointer)
        default = next(iter(components), None) or next(
            (by_name[name] for name in sorted(by_name)), None
        )
        for pointer in inline:
            if pointer not in pins:
                default = default or pointer
                homes[pointer] = default
        return homes

    def _shape_key(self, draft: PendingDeclaration) -> object:
        return (
            tuple(
                (
                    f.wire,
                    self._erase_constraints(f.type),
                    f.required,
                    f.access,
                    f.doc,
                    f.deprecated,
                )
                for f in sorted(draft.fields, key=lambda field: field.wire)
            ),
            self._erase_constraints(draft.extra),
            self._erase_constraints(draft.type),
            draft.doc,
        )

    def _erase_constraints(self, type_: Type | None) -> object:
        """What of a type tells it apart: constraints do not."""
        match type_:
            case ir.Scalar(kind=kind):
                return kind
            case Ref(name=name):
                return ("ref", self._home[name])
            case ir.ListOf(item=inner):
                return ("list", self._erase_constraints(inner))
            case ir.MapOf(value=inner):
                return ("map", self._erase_constraints(inner))
            case ir.TupleOf(items=many):
                return ("tuple", *map(self._erase_constraints, many))
            case ir.UnionOf(options=many, tag=tag):
                return ("union", tag, *map(self._erase_constraints, many))
            case ir.LiteralOf(values=values):
                return ("literal", *((type(value), value) for value in values))
            case None:
                return None

    # ------------------------------------------------------------------ names

    def _choose_natural_name(self, pointer: str) -> str:
        return list_class_names([self._contexts.choose_natural_name(pointer)])[0]

    def _allocate_names(self) -> None:
        """Components first, then by depth: a name may begin with its parent's.

        A component that is called so in the document comes before one that is if its
        namespace is left out.
        """
        pinned = self._find_pins()
        tiers: dict[int, list[str]] = {}
        for home in self._members:
            depth = 0 if is_component(home) else 1 + home.count("/")
            tiers.setdefault(depth, []).append(home)
        for depth in sorted(tiers):
            ladders = {home: self._list_candidates(home) for home in tiers[depth]}
            held = {name for home, name in pinned.items() if home not in ladders}
            result = naming.allocate(
                ladders,
                naming.TYPES,
                taken=[*self._names.values(), *held],
                pinned=pinned,
                forced={p: n for p, n in self._forced.items() if p in ladders},
                ranks={p: 0 if self._contexts.is_plain(p) else 1 for p in ladders},
            )
            self._names.update(result.names)
            self._report_clashes(result)
        for home, name in self._names.items():
            others = sorted(
                (p for p in self._members[home] if p != home), key=rank_pointer
            )
            self._lock.publish("type", name, [home, *others])

    def _list_candidates(self, home: str) -> tuple[str, ...]:
        parent, candidates = self._contexts.find_context(home, self._drafts)
        if parent is not None:
            first = self._names[self._home[parent]].rstrip("_")
            candidates = [[first, *texts] for texts in candidates]
        return list_class_names(*candidates)

    def _find_pins(self) -> dict[str, str]:
        """Home → published name; of two that claim one name, the older place wins."""
        pins = self._lock.get_pins("type")
        claims: dict[str, list[tuple[bool, tuple[int, int, str], str]]] = {}
        for home, members in self._members.items():
            places = sorted(members, key=rank_pointer)
            found = [pins[p] for p in places if p in pins]
            if not found:
                found = [
                    pins[p]
                    for m in places
                    for p in self._list_references(m)
                    if p in pins
                ]
            if found:
                name = found[0]
                newer = self._lock.find_home("type", name) not in places
                claims.setdefault(name, []).append((newer, rank_pointer(home), home))
        return {sorted(claim)[0][2]: name for name, claim in claims.items()}

    def _list_references(self, pointer: str) -> list[str]:
        """Where a schema in a component stands for those who refer to the component.

        So that moving an inline schema into a component keeps its published name.
        """
        component = "/".join(pointer.split("/")[:4])
        rest = pointer[len(component) :]
        if not is_component(component):
            return []
        return sorted(
            use + rest for use in self._schemas.pointers.uses.get(component, ())
        )

    def _report_clashes(self, result: naming.Allocation) -> None:
        for name, places in result.clashes:
            for pointer in places[1:]:
                self._diagnostics.add(
                    "E501",
                    f"two types are named {name!r}: {places[0]} and {pointer}",
                    self._document.place(pointer),
                    pointer=pointer,
                )
        for pointer, name in sorted(result.widened.items()):
            if is_component(pointer):
                self._diagnostics.add(
                    "N801",
                    f"{name!r} is taken: the type is named {result.names[pointer]!r}",
                    self._document.key_place(pointer),
                    pointer=pointer,
                )

    # ----------------------------------------------------------- declarations

    def _find_area(self, pointer: str) -> str:
        """What people call the file of a component, where there are several."""
        file = self._document.place(pointer).file
        if not pointer.startswith("/components/") or file == self._main:
            return ""
        return naming.to_snake(naming.split_words(PurePosixPath(file).stem))

    def _build_declaration(
        self, draft: PendingDeclaration, name: str
    ) -> ir.Declaration:
        pointer = Text(draft.pointer)
        area = self._find_area(draft.pointer)
        doc = drop_redundant_title(draft.doc, name)
        if draft.type is not None:
            type_ = self.finalize_type(draft.type)
            return ir.Alias(name=name, type=type_, doc=doc, pointer=pointer, area=area)
        places = {f.wire: f"{name}/{escape(f.wire)}" for f in draft.fields}
        result = naming.allocate(
            {
                place: naming.list_candidates(
                    naming.to_snake, [wire], [wire, "field"], fallback="field"
                )
                for wire, place in places.items()
            },
            self._reserved,
            pinned=self._lock.get_pins("field"),
            ranks={
                place: naming.measure_strangeness(wire)
                for wire, place in places.items()
            },
        )
        fields: list[ir.Field] = []
        for each in draft.fields:
            field_name = result.names[places[each.wire]]
            self._lock.publish("field", field_name, [places[each.wire]], scope=name)
            fields.append(
                ir.Field(
                    name=field_name,
                    wire=Text(each.wire),
                    type=self.finalize_type(each.type),
                    required=each.required,
                    default=each.default,
                    access=each.access,
                    doc=drop_redundant_title(each.doc, each.wire),
                    deprecated=each.deprecated,
                )
            )
        return ir.Model(
            name=name,
            fields=tuple(fields),
            extra=None if draft.extra is None else self.finalize_type(draft.extra),
            doc=doc,
            pointer=pointer,
            area=area,
            example=self._answers.get(f"#{draft.pointer}", ABSENT),
        )
