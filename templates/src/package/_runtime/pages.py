"""Lists that come in pages: which page is next, and when there is none.

Servers repeat, shrink and contradict themselves. A page without items, one that has been
there before, or the promised number of items ends the list, so that it always ends. (A
cursor may lead over empty pages: only ``EMPTY`` of them in a row are an end.)
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from .operation import Pages

if TYPE_CHECKING:
    import pydantic

__all__ = ["Turner"]

EMPTY = 100
"""Empty pages in a row, each with a new cursor, after which nothing is expected."""


class Turner:
    """Turns pages.

    Attributes:
        values: The arguments of the next call.
        done: Whether there is no next page.
    """

    def __init__(self, pages: Pages[Any], values: Sequence[object]) -> None:
        self._pages = pages
        self._count = 0
        self._empty = 0
        self._seen: set[bytes] = set()
        self._cursors: set[object] = set()
        self.values: list[object] = list(values)
        self.done: bool = False
        index = pages.page if pages.style == "page" else pages.offset
        start = values[index] if index is not None else None
        self._number = start if isinstance(start, int) else pages.first

    def items(self, page: object) -> list[object]:
        """The items of a page that came; afterwards ``done``, or the next is set."""
        found = field(page, self._pages.items) if self._pages.items else page
        items = cast("list[object]", found) if isinstance(found, list) else []
        if not items:
            self._empty += 1
            over = self._pages.style != "cursor" or self._empty >= EMPTY
            self.done = over or not self._turn(page, 0)
            return []
        self._empty = 0
        self._count += len(items)
        total = field(page, self._pages.total) if self._pages.total else None
        promised = isinstance(total, int) and self._count >= total
        if promised or not self._turn(page, len(items)):
            self.done = True
            # The last page may be one that repeats, too.
            return [] if self._seen and self._repeats(items) else items
        if self._repeats(items):
            self.done = True
            return []
        return items

    def _turn(self, page: object, count: int) -> bool:
        """Set the arguments of the next page; False if there is none."""
        pages = self._pages
        if pages.style == "cursor":
            cursor = field(page, pages.next_cursor) if pages.next_cursor else None
            if not cursor or pages.cursor is None or cursor in self._cursors:
                return False
            self._cursors.add(cursor)
            self.values[pages.cursor] = cursor
            return True
        index, step = (
            (pages.page, 1) if pages.style == "page" else (pages.offset, count)
        )
        if index is None:
            return False
        self._number += step
        self.values[index] = self._number
        return True

    def _repeats(self, items: Sequence[object]) -> bool:
        """Whether a page with just these items has been there before."""
        try:
            shown = _anything().dump_json(items, fallback=repr, warnings=False)
        except ValueError:  # half a surrogate, which JSON may hold and UTF-8 may not
            shown = repr(items).encode()
        key = hashlib.blake2b(shown, digest_size=16).digest()
        if key in self._seen:
            return True
        self._seen.add(key)
        return False


@functools.cache
def _anything() -> pydantic.TypeAdapter[object]:
    import pydantic

    return pydantic.TypeAdapter(object)


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
    if fields:
        # Not above: it loads pydantic, which a page of a mapping does not need.
        from .model import wire_name

        for attribute in fields:
            if wire_name(model.__class__, attribute) == wire:
                found: object = getattr(model, attribute, None)
                return found
    extra: Mapping[str, object] = getattr(model, "model_extra", None) or {}
    return extra.get(wire)
