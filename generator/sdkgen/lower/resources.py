"""Operations → resources: which one they belong to, method names, pages."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import replace

from sdkgen import ir, naming
from sdkgen.config.sdk_yaml import Config
from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.ir import Text, Type
from sdkgen.lower.names.operation_ids import plain
from sdkgen.lower.names.operation_names import Action
from sdkgen.support.json_pointer import Json

from .accessors import Reader


class Resources:
    """Groups the operations of an API and names their methods."""

    def __init__(
        self, read: Reader, config: Config, lock: naming.Lock, diagnostics: Diagnostics
    ) -> None:
        self.read = read
        self.document = read.document
        self.config = config
        self.lock = lock
        self.diagnostics = diagnostics

    def group(
        self, drafts: list[tuple[Action, ir.Operation]]
    ) -> tuple[ir.Resource, ...]:
        """Every operation in its resource, with its name."""
        spelling = self.spelling({action.resource for action, _ in drafts})
        by_key: dict[str, list[tuple[Action, ir.Operation]]] = {}
        for action, operation in drafts:
            key = spelling[action.resource]
            by_key.setdefault(key, []).append((action, operation))
        listed = [key for key in self.config.resources if key in by_key]
        keys = [*listed, *(key for key in by_key if key not in listed)]
        result = naming.allocate(
            {
                key: naming.ladder(naming.snake, [plain(key)], [key], fallback="api")
                for key in keys
            },
            naming.CLIENT | naming.MODULES,
            pinned=self.lock.pins("resource"),
            forced={k: n for k, n in self.config.names.items() if k in by_key},
            ranks={key: int(plain(key) != key) for key in keys},
        )
        self.clashing(result)
        classes = naming.allocate(
            {
                name: naming.ladder(
                    naming.pascal, [name, "resource"], fallback="ApiResource"
                )
                for name in result.names.values()
            },
            naming.KEYWORDS,
        ).names
        made: list[ir.Resource] = []
        for key in keys:
            name = result.names[key]
            self.lock.publish("resource", name, [key])
            made.append(
                ir.Resource(
                    name=name,
                    class_name=classes[name],
                    operations=self._methods(name, by_key[key]),
                    doc=self._resource_doc(key),
                )
            )
        return tuple(made)

    def spelling(self, keys: Set[str]) -> dict[str, str]:
        """One spelling for keys that differ in case, blanks and hyphens only."""
        same: dict[tuple[str, ...], list[str]] = {}
        for key in sorted(keys):
            text = re.sub(r"[\s_-]+", " ", key)
            same.setdefault(naming.words(text, spell=True), []).append(key)
        known = {*self.config.resources, *self.lock.pins("resource")}
        return {
            key: next((each for each in group if each in known), group[0])
            for group in same.values()
            for key in group
        }

    def _resource_doc(self, key: str) -> ir.Doc:
        if self.config.resources.get(key):
            return ir.Doc(summary=Text(self.config.resources[key]))
        for tag in self.read.items(self.document.root, "tags"):
            if isinstance(tag, dict) and tag.get("name") == key:
                return self.read.doc(tag)
        return ir.NO_DOC

    def _methods(
        self, resource: str, drafts: list[tuple[Action, ir.Operation]]
    ) -> tuple[ir.Operation, ...]:
        actions = {str(op.pointer): action for action, op in drafts}
        ladders = {
            place: naming.ladder(naming.snake, *action.candidates, fallback="call")
            for place, action in actions.items()
        }
        result = naming.allocate(
            ladders,
            naming.METHODS,
            pinned=self.lock.pins("method"),
            forced={p: n for p, n in self.config.names.items() if p in ladders},
            ranks={place: action.rank for place, action in actions.items()},
        )
        self.clashing(result)
        for pointer, wanted in sorted(result.widened.items()):
            if not actions[pointer].is_stated:  # nobody chose its name
                continue
            self.diagnostics.add(
                "W720",
                f"more than one operation is {resource}.{wanted}: this one is"
                f" {resource}.{result.names[pointer]}",
                self.document.place(pointer),
                pointer=pointer,
            )
        named: list[ir.Operation] = []
        for _, operation in drafts:
            name = result.names[operation.pointer]
            self.lock.publish("method", name, [operation.pointer], scope=resource)
            named.append(replace(operation, name=name))
        return tuple(named)

    def clashing(self, result: naming.Allocation) -> None:
        for name, places in result.clashes:
            for place in places[1:]:
                self.diagnostics.add(
                    "E501",
                    f"an override names two things {name!r}: {places[0]} and {place}",
                    self.config.place(place) or self.document.place(place),
                    pointer=place,
                )

    # ------------------------------------------------------------------- pages

    def with_pages(
        self,
        resources: tuple[ir.Resource, ...],
        declarations: tuple[ir.Declaration, ...],
    ) -> tuple[ir.Resource, ...]:
        by_name = {each.name: each for each in declarations}
        made: list[ir.Resource] = []
        for resource in resources:
            paged = {
                str(op.pointer): pages
                for op in resource.operations
                if (pages := self._pages(op, by_name)) is not None
            }
            names = {str(op.pointer): op.name for op in resource.operations}
            result = naming.allocate(
                {pointer: _iterators(names[pointer].rstrip("_")) for pointer in paged},
                naming.METHODS,
                taken=names.values(),
                pinned=self.lock.pins("iterator"),
            )
            for pointer, name in result.names.items():
                self.lock.publish("iterator", name, [pointer], scope=resource.name)
            operations = tuple(
                (
                    replace(
                        op,
                        pages=replace(
                            paged[op.pointer], method=result.names[op.pointer]
                        ),
                    )
                    if op.pointer in paged
                    else op
                )
                for op in resource.operations
            )
            made.append(replace(resource, operations=operations))
        return tuple(made)

    def _pages(
        self, operation: ir.Operation, declarations: dict[str, ir.Declaration]
    ) -> ir.Pages | None:
        node = self.read.at(operation.pointer)
        pages = self.read.mapping(node, "x-sdk-pages")
        if not pages:
            return None
        request = self.read.mapping(pages, "request")
        answer = self.read.mapping(pages, "response")
        names = {str(p.wire): p.name for p in operation.params}
        missing = [wire for wire in request.values() if str(wire) not in names]
        item = _item(operation, self.read.text(answer, "items"), declarations)
        if missing or item is None:
            what = f"parameter {missing[0]!r}" if missing else "list of items"
            self.diagnostics.add(
                "E320",
                f"x-sdk-pages: the operation has no {what}",
                self.document.place(f"{operation.pointer}/x-sdk-pages"),
                pointer=operation.pointer,
            )
            return None
        total = self.read.text(answer, "total")
        cursor = self.read.text(answer, "cursor")
        return ir.Pages(
            method="iterate",
            style=self.read.text(pages, "style"),
            params=tuple((role, names[str(wire)]) for role, wire in request.items()),
            items=Text(self.read.text(answer, "items")),
            item=item,
            total=Text(total) if total else None,
            cursor=Text(cursor) if cursor else None,
            first=_first(operation, request),
        )


def _first(operation: ir.Operation, request: dict[str, Json]) -> int:
    """Where the pages of an API start to count, which is 0 for most."""
    for param in operation.params:
        if param.wire == request.get("page") or param.wire == request.get("offset"):
            return param.default if isinstance(param.default, int) else 0
    return 0


def _iterators(method: str) -> tuple[str, ...]:
    """The list of a resource is iterated by ``iterate``, any other by its name too."""
    named = f"iterate_{method}"
    return ("iterate", named) if method in ("get", "list") else (named,)


def _item(
    operation: ir.Operation, wire: str, declarations: dict[str, ir.Declaration]
) -> Type | None:
    """The type of an item of a page."""
    for response in operation.responses:
        type_ = response.type
        if not response.status.startswith("2") or type_ is None:
            continue
        found = _resolved(type_, declarations)
        if isinstance(found, ir.Model):
            for field in found.fields:
                if field.wire == wire:
                    inner = _resolved(field.type, declarations)
                    return inner.item if isinstance(inner, ir.ListOf) else None
    return None


def _resolved(
    type_: Type, declarations: dict[str, ir.Declaration]
) -> Type | ir.Declaration:
    """What a type is behind its aliases."""
    seen: set[str] = set()
    while isinstance(type_, ir.Ref) and type_.name not in seen:
        seen.add(type_.name)
        declaration = declarations[type_.name]
        if isinstance(declaration, ir.Model):
            return declaration
        type_ = declaration.type
    return type_
