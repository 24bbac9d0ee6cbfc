"""Where a loop over a list that comes in pages stands: what is next, and when it ends.

Servers repeat, shrink and contradict themselves. A page without items, one that has been
there before, or the promised number of items ends the list, so that it always ends. (A
cursor may lead over empty pages: only so many of them in a row are an end.) Only a
server that makes up new items for ever is followed for ever; there is a limit for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from ..spec.operation import Pages
from .digests import digest_value
from .fields import read_field
from .strategies import STRATEGIES, PageStrategy

__all__ = ["PageCursor"]

IDENTITY = "id"
"""The field by which items are told apart where each item of a page has its own: so
that a page is known again though a count or a time in it has changed meanwhile."""


class PageCursor:
    """The place in a list.

    Attributes:
        values: The arguments of the next call.
        is_done: Whether there is no next page, or none that is needed.
        count: How many items came.
        page_count: How many pages came.
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
        self._strategy: PageStrategy = STRATEGIES[pages.style](pages, values)
        self.values: list[object] = list(values)
        self.is_done: bool = self._has_enough(0)
        self.count: int = 0
        self.page_count: int = 0

    @property
    def missing(self) -> int:
        """How many items did not come that the last page that had any spoke of."""
        if self._total is None or self._has_enough(self.count):
            return 0
        return max(0, self._total - self.count)

    def take_items(self, page: object) -> list[object]:
        """Return the items of a page that came, and move on to the next page.

        Afterwards ``is_done`` is set, or ``values`` are the arguments of the next page.
        """
        self.page_count += 1
        found = read_field(page, self._pages.items) if self._pages.items else page
        items = cast("list[object]", found) if isinstance(found, list) else []
        if not items:
            self._empty += 1
            self._move(page, items, ends=self._empty >= self._strategy.EMPTY_PAGES)
            return []
        if not self._remember(items):
            self.is_done = True
            return []
        self._empty = 0
        self.count += len(items)
        total = read_field(page, self._pages.total) if self._pages.total else None
        # Less than came already is no total: some servers count nothing, and say 0 or -1.
        self._total = total if isinstance(total, int) and total > 0 else None
        over = self._total is not None and self.count >= self._total
        self._move(page, items, ends=over or self._has_enough(self.count))
        return items

    def _move(self, page: object, items: list[object], *, ends: bool) -> None:
        following = None if ends else self._strategy.next_page(page, items)
        if following is None:
            self.is_done = True
        else:
            self.values = following

    def _has_enough(self, count: int) -> bool:
        return self._limit is not None and count >= self._limit

    def _remember(self, items: Sequence[object]) -> bool:
        """Remember a page; return False if it has been there before."""
        key = digest_value(_identify_page(items))
        is_new = key not in self._seen
        self._seen.add(key)
        return is_new


def _identify_page(items: Sequence[object]) -> object:
    """Return what tells a page from others: the ids of its items, if each has its own."""
    ids = [read_field(item, IDENTITY) for item in items]
    named = [each for each in ids if isinstance(each, str | int)]
    return ids if len(set(named)) == len(ids) else items
