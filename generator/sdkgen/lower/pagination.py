"""``x-sdk-pages`` → ``ir.Pages``: one class for each style.

A new style is a class here, and its entry in ``_STYLES``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import ClassVar

from sdkgen import ir, naming
from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.ir import Text, Type
from sdkgen.support.json_pointer import Json

from .accessors import Accessors

__all__ = ["Pagination"]


class _PageStyle:
    """Reads what a style says of an operation.

    Args:
        read: Reads the document.
        node: The value of ``x-sdk-pages``.
    """

    ROLE: ClassVar[str]
    """What the parameter is called that says which page comes."""

    def __init__(self, read: Accessors, node: dict[str, Json]) -> None:
        self.request = read.get_object(node, "request")
        self.response = read.get_object(node, "response")
        self._read = read
        self._style = read.get_string(node, "style")

    def lower(self, operation: ir.Operation, item: Type) -> ir.Pages:
        """Return how an operation comes in pages of the given items."""
        names = {str(each.wire): each.name for each in operation.params}
        params = tuple((role, names[str(wire)]) for role, wire in self.request.items())
        total = self._read.get_string(self.response, "total")
        cursor = self._read.get_string(self.response, "cursor")
        return ir.Pages(
            method="iterate",
            style=self._style,
            params=params,
            position=dict(params).get(self.ROLE, ""),
            items=Text(self._read.get_string(self.response, "items")),
            item=item,
            total=Text(total) if total else None,
            cursor=Text(cursor) if cursor else None,
            first=self.find_first(operation),
        )

    def find_first(self, operation: ir.Operation) -> int:
        """Return where the pages start to count: at 0, unless the style counts."""
        return 0


class _CountedStyle(_PageStyle):
    """The next page is asked for by a number, whose default is the first one."""

    def find_first(self, operation: ir.Operation) -> int:
        wire = self.request.get(self.ROLE)
        for param in operation.params:
            if param.wire == wire:
                return param.default if isinstance(param.default, int) else 0
        return 0


class _PageNumber(_CountedStyle):
    ROLE = "page"


class _Offset(_CountedStyle):
    ROLE = "offset"


class _Cursor(_PageStyle):
    ROLE = "cursor"


_STYLES: Mapping[str, type[_PageStyle]] = {
    "page": _PageNumber,
    "offset": _Offset,
    "cursor": _Cursor,
}
"""By the ``style`` of ``x-sdk-pages``; its schema refuses every other."""


class Pagination:
    """Finds the operations that come in pages, and names the methods that iterate."""

    def __init__(
        self, read: Accessors, lock: naming.Lock, diagnostics: Diagnostics
    ) -> None:
        self._read = read
        self._lock = lock
        self._diagnostics = diagnostics

    def add_pages(
        self,
        resources: tuple[ir.Resource, ...],
        declarations: tuple[ir.Declaration, ...],
    ) -> tuple[ir.Resource, ...]:
        """Return the resources with the pages of their operations."""
        by_name = {each.name: each for each in declarations}
        return tuple(self._add_to_resource(each, by_name) for each in resources)

    def _add_to_resource(
        self, resource: ir.Resource, declarations: Mapping[str, ir.Declaration]
    ) -> ir.Resource:
        paged = {
            str(op.pointer): pages
            for op in resource.operations
            if (pages := self._lower_pages(op, declarations)) is not None
        }
        names = {str(op.pointer): op.name for op in resource.operations}
        result = naming.allocate(
            {
                pointer: _propose_methods(names[pointer].rstrip("_"))
                for pointer in paged
            },
            naming.METHODS,
            taken=names.values(),
            pinned=self._lock.get_pins("iterator"),
        )
        for pointer, name in result.names.items():
            self._lock.publish("iterator", name, [pointer], scope=resource.name)
            paged[pointer] = replace(paged[pointer], method=name)
        operations = tuple(
            replace(op, pages=paged.get(str(op.pointer))) for op in resource.operations
        )
        return replace(resource, operations=operations)

    def _lower_pages(
        self, operation: ir.Operation, declarations: Mapping[str, ir.Declaration]
    ) -> ir.Pages | None:
        node = self._read.get_object(
            self._read.resolve(operation.pointer), "x-sdk-pages"
        )
        if not node:
            return None
        style = _STYLES[self._read.get_string(node, "style")](self._read, node)
        wires = {str(each.wire) for each in operation.params}
        missing = [each for each in style.request.values() if str(each) not in wires]
        items = self._read.get_string(style.response, "items")
        results = (
            each.type for each in operation.responses if each.status.startswith("2")
        )
        item = _find_item(results, items, declarations)
        if not missing and item is not None:
            shaped = (
                _find_item([each.type], items, declarations)
                for each in operation.shapes
            )
            # A page of a shape without the list has no items, of any type.
            return replace(
                style.lower(operation, item),
                shaped_items=tuple(each or item for each in shaped),
            )
        what = f"parameter {missing[0]!r}" if missing else "list of items"
        self._diagnostics.add(
            "E320",
            f"x-sdk-pages: the operation has no {what}",
            self._read.document.place(f"{operation.pointer}/x-sdk-pages"),
            pointer=operation.pointer,
        )
        return None


def _propose_methods(method: str) -> tuple[str, ...]:
    """The list of a resource is iterated by ``iterate``, any other by its name too."""
    named = f"iterate_{method}"
    return ("iterate", named) if method in ("get", "list") else (named,)


def _find_item(
    pages: Iterable[Type | None],
    wire: str,
    declarations: Mapping[str, ir.Declaration],
) -> Type | None:
    """Return the type of an item of the first page that has the list."""
    for page in pages:
        found = None if page is None else _resolve_aliases(page, declarations)
        for field in found.fields if isinstance(found, ir.Model) else ():
            if field.wire == wire:
                inner = _resolve_aliases(field.type, declarations)
                return inner.item if isinstance(inner, ir.ListOf) else None
    return None


def _resolve_aliases(
    type_: Type, declarations: Mapping[str, ir.Declaration]
) -> Type | ir.Declaration:
    """Return what a type is behind its aliases."""
    seen: set[str] = set()
    while isinstance(type_, ir.Ref) and type_.name not in seen:
        seen.add(type_.name)
        declaration = declarations[type_.name]
        if isinstance(declaration, ir.Model):
            return declaration
        type_ = declaration.type
    return type_
