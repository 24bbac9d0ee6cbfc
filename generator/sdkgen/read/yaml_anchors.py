"""Anchors and aliases of one YAML document: an alias is read as a copy, up to a limit."""

from __future__ import annotations

from typing import Final

from sdkgen.diagnostics.diagnostic import suggest
from sdkgen.support.json_pointer import Json

from .source_map import Marks, Unreadable

__all__ = ["MAX_ALIASED", "Anchors"]

MAX_ALIASED: Final = 1_000_000
"""How many nodes aliases may add to what is written."""

_OPEN: Final = -1
"""The size of a value that is still being read."""


class Anchors:
    """What the anchors up to here name."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        # Anchor → value, its source text if it is a scalar, its size in nodes.
        self._named: dict[str, tuple[Json, str | None, int]] = {}
        self._aliased = 0

    def begin(self, anchor: str) -> None:
        """Name an object or an array that is still being read."""
        self._named[anchor] = (None, None, _OPEN)

    def define(self, anchor: str, value: Json, text: str | None, size: int = 1) -> None:
        """Name a value; ``text`` is its source if it is a scalar, ``size`` its nodes."""
        self._named[anchor] = (value, text, size)

    def repeat(self, anchor: str, position: int) -> tuple[Json, str | None, int]:
        """What an alias stands for, as ``define`` got it.

        The value is a copy, so that no part of the tree is shared.

        Raises:
            Unreadable: there is no such anchor, the alias stands inside of what it
                names, or aliases add more than ``MAX_ALIASED`` nodes.
        """
        found = self._named.get(anchor)
        if found is None:
            raise Unreadable(
                "E115",
                f"no anchor '&{anchor}' is defined before this alias",
                position,
                suggest(anchor, self._named) or "quote a string that starts with '*'",
            )
        value, text, size = found
        if size == _OPEN:
            raise Unreadable(
                "E114",
                f"the alias '*{anchor}' is inside its own anchor",
                position,
                "for a recursive schema use $ref",
            )
        self._aliased += size
        if self._aliased > MAX_ALIASED:
            raise Unreadable(
                "E113",
                f"aliases add more than {MAX_ALIASED:,} nodes by this point",
                position,
                "use $ref instead of aliases",
            )
        return self._marks.copy(value), text, size
