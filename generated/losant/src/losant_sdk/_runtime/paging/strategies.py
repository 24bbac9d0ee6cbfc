"""How the next page is asked for: one class for each style of ``Pages``.

A new style is a class here, and its row in ``STRATEGIES``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ..spec.operation import Pages
from .digests import digest_value
from .fields import read_field

__all__ = ["STRATEGIES", "PageStrategy"]


class PageStrategy(ABC):
    """Makes the request of the next page of one list.

    Args:
        pages: How the list comes in pages.
        values: The arguments of the first call.
    """

    EMPTY_PAGES: ClassVar[int] = 1
    """Empty pages in a row after which nothing is expected."""

    def __init__(self, pages: Pages[Any], values: Sequence[object]) -> None:
        self._pages = pages
        self._values = values

    @abstractmethod
    def next_page(self, page: object, items: Sequence[object]) -> list[object] | None:
        """Return the arguments of the next call, or None at the end.

        Args:
            page: The response that came last.
            items: Its items.
        """

    def _set(self, role: str, value: object) -> list[object] | None:
        """Return the arguments with one changed, or None if there is no such one."""
        index = self._pages.params.get(role)
        if index is None:
            return None
        values = list(self._values)
        values[index] = value
        return values


class _Counted(PageStrategy):
    """The next page is asked for by a number that grows."""

    ROLE: ClassVar[str]

    def __init__(self, pages: Pages[Any], values: Sequence[object]) -> None:
        super().__init__(pages, values)
        index = pages.params.get(self.ROLE)
        start = None if index is None else values[index]
        self._number = start if isinstance(start, int) else pages.first

    def next_page(self, page: object, items: Sequence[object]) -> list[object] | None:
        self._number += self._count_step(items)
        return self._set(self.ROLE, self._number)

    @abstractmethod
    def _count_step(self, items: Sequence[object]) -> int:
        """Return by how much the number grows after a page."""


class PageNumber(_Counted):
    """By the number of the page."""

    ROLE = "page"

    def _count_step(self, items: Sequence[object]) -> int:
        return 1


class Offset(_Counted):
    """By the number of items that came before, not of those that were asked for."""

    ROLE = "offset"

    def _count_step(self, items: Sequence[object]) -> int:
        return len(items)


class Cursor(PageStrategy):
    """By what the last response says; a cursor that comes again ends the list."""

    EMPTY_PAGES = 100

    def __init__(self, pages: Pages[Any], values: Sequence[object]) -> None:
        super().__init__(pages, values)
        self._seen: set[bytes] = set()

    def next_page(self, page: object, items: Sequence[object]) -> list[object] | None:
        name = self._pages.next_cursor
        cursor = read_field(page, name) if name else None
        if not cursor:
            return None
        key = digest_value(cursor)
        if key in self._seen:
            return None
        self._seen.add(key)
        return self._set("cursor", cursor)


STRATEGIES: Mapping[str, type[PageStrategy]] = {
    "page": PageNumber,
    "offset": Offset,
    "cursor": Cursor,
}
"""The class of each style, by the name that ``Pages`` has for it."""
