"""Lists that come in pages: which page is next, and when there is none.

Servers repeat, shrink and contradict themselves. A page without items, one that has been
there before, or the promised number of items ends the list, so that it always ends. (A
cursor may lead over empty pages: only ``EMPTY`` of them in a row are an end.) Only a
server that makes up new items for ever is followed for ever; there is a limit for that.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from ..spec.operation import Pages

if TYPE_CHECKING:
    import pydantic

__all__ = ["Turner"]

EMPTY = 100
"""Empty pages in a row, each with a new cursor, after which nothing is expected."""

IDENTITY = "id"
"""The field by which items are told apart where each item of a page has its own: so
that a page is known again though a count or a time in it has changed meanwhile."""


class Turner:
    """Turns pages.

    Attributes:
        values: The arguments of the next call.
        done: Whether there is no next page, or none that is wanted.
        count: How many items came.
        turned: How many pages came.
    """

    def __init__(
        self,
        pages: Pages[Any],
        values: Sequence[object],
        *,
        limit: int | None = None,
    ) -> None:
        self._pages = pages
        self._limit = limit
        self._total: int | None = None
        self._empty = 0
        self._seen: set[bytes] = set()
        self._cursors: set[bytes] = set()
        self.values: list[object] = list(values)
        self.done: bool = self._enough(0)
        self.count: int = 0
        self.turned: int = 0
        index = pages.page if pages.style == "page" else pages.offset
        start = values[index] if index is not None else None
        self._number = start if isinstance(start, int) else pages.first

    @property
    def missing(self) -> int:
        """How many items did not come that the last page that had any spoke of."""
        if self._total is None or self._enough(self.count):
            return 0
        return max(0, self._total - self.count)

    def items(self, page: object) -> list[object]:
        """The items of a page that came; afterwards ``done``, or the next is set."""
        self.turned += 1
        found = field(page, self._pages.items) if self._pages.items else page
        items = cast("list[object]", found) if isinstance(found, list) else []
        if not items:
            self._empty += 1
            over = self._pages.style != "cursor" or self._empty >= EMPTY
            self.done = over or not self._turn(page, 0)
            return []
        if _known(_identity(items), self._seen):
            self.done = True
            return []
        self._empty = 0
        self.count += len(items)
        total = field(page, self._pages.total) if self._pages.total else None
        # Less than came already is no total: some servers count nothing, and say 0 or -1.
        self._total = total if isinstance(total, int) and total > 0 else None
        over = self._total is not None and self.count >= self._total
        self.done = over or self._enough(self.count) or not self._turn(page, len(items))
        return items

    def _enough(self, count: int) -> bool:
        return self._limit is not None and count >= self._limit

    def _turn(self, page: object, count: int) -> bool:
        """Set the arguments of the next page; False if there is none."""
        pages = self._pages
        if pages.style == "cursor":
            cursor = field(page, pages.next_cursor) if pages.next_cursor else None
            if not cursor or pages.cursor is None or _known(cursor, self._cursors):
                return False
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


def _identity(items: Sequence[object]) -> object:
    """What tells a page from others: the ids of its items if they tell them apart."""
    ids = [field(item, IDENTITY) for item in items]
    named = [each for each in ids if isinstance(each, str | int)]
    return ids if len(set(named)) == len(ids) else items


def _known(value: object, seen: set[bytes]) -> bool:
    """Whether a value was seen before; now it was."""
    try:
        shown = _anything().dump_json(value, fallback=repr, warnings=False)
    except ValueError:  # half a surrogate, which JSON may hold and UTF-8 may not
        shown = repr(value).encode()
    key = hashlib.blake2b(shown, digest_size=16).digest()
    if key in seen:
        return True
    seen.add(key)
    return False


@functools.cache
def _anything() -> pydantic.TypeAdapter[object]:
    import pydantic

    return pydantic.TypeAdapter(object)


def field(page: object, wire: str) -> object:
    """A field by its wire name (``meta.next``: a nested one), of a model or mapping."""
    value = page
    for name in wire.split("."):
        if isinstance(value, Mapping):
            value = cast("Mapping[str, object]", value).get(name)
            continue
        value = _attribute(value, name)
    return value


def _attribute(model: Any, wire: str) -> object:
    """A field of a model by its wire name; None if there is none."""
    name = _attribute_name(model.__class__, wire)
    if name is not None:
        found: object = getattr(model, name, None)
        return found
    extra: Mapping[str, object] = getattr(model, "model_extra", None) or {}
    return extra.get(wire)


@functools.lru_cache(256)
def _attribute_name(kind: type[Any], wire: str) -> str | None:
    """The attribute of a model that a field is, asked for each item of each page."""
    fields: Mapping[str, Any] = getattr(kind, "model_fields", {})
    if not fields:
        return None
    # Not above: it loads pydantic, which a page of a mapping does not need.
    from ..codec.model import wire_name

    return next((name for name in fields if wire_name(kind, name) == wire), None)
