"""Lists that come in pages: which page is next, and when there is none.

Servers repeat, shrink and contradict themselves. A page without items, one that repeats
the one before, or the promised number of items ends the list, so that it always ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from .operation import Pages

__all__ = ["Turner"]


class Turner:
    """Turns pages: ``values`` are the arguments of the next call."""

    def __init__(self, pages: Pages[Any], values: Sequence[object]) -> None:
        self._pages = pages
        self._seen = 0
        self._before: object = None
        self._cursors: set[object] = set()
        self.values = list(values)
        self.done = False
        if pages.style == "page":
            self._number = self._start(pages.page)
        else:
            self._number = self._start(pages.offset)

    def _start(self, index: int | None) -> int:
        value = self.values[index] if index is not None else None
        return value if isinstance(value, int) else self._pages.first

    def items(self, page: object) -> list[object]:
        """The items of a page that came; afterwards ``done``, or the next is set."""
        found = field(page, self._pages.items)
        items = list(cast("Sequence[object]", found)) if isinstance(found, list) else []
        if not items or items == self._before:
            self.done = True
            return []
        self._before = items
        self._seen += len(items)
        self._turn(page, items)
        return items

    def _turn(self, page: object, items: Sequence[object]) -> None:
        pages = self._pages
        if pages.style == "cursor":
            cursor = field(page, pages.next_cursor) if pages.next_cursor else None
            if not cursor or cursor in self._cursors or pages.cursor is None:
                self.done = True
            else:
                self._cursors.add(cursor)
                self.values[pages.cursor] = cursor
            return
        if pages.style == "page" and pages.page is not None:
            self._number += 1
            self.values[pages.page] = self._number
        elif pages.offset is not None:
            self._number += len(items)
            self.values[pages.offset] = self._number
        else:
            self.done = True
        total = field(page, pages.total) if pages.total else None
        if isinstance(total, int) and self._seen >= total:
            self.done = True


def field(page: object, wire: str) -> object:
    """A field by its wire name (``meta.next`` for a nested one), of a model or mapping."""
    value = page
    for name in wire.split("."):
        if isinstance(value, Mapping):
            value = cast("Mapping[str, object]", value).get(name)
            continue
        value = _attribute(value, name)
    return value


def _attribute(model: Any, wire: str) -> object:
    """A field of a model by its wire name; None if there is none."""
    fields: Mapping[str, Any] = getattr(model.__class__, "model_fields", {})
    for attribute, info in fields.items():
        if (info.alias or attribute) == wire:
            found: object = getattr(model, attribute, None)
            return found
    extra: Mapping[str, object] = getattr(model, "model_extra", None) or {}
    return extra.get(wire)
