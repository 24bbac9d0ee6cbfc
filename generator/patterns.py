"""Strings that match a pattern: enough of regular expressions for the documents in use.

Whatever comes out is tried against ``re`` itself, so that a wrong guess is never handed
on: ``matching`` answers ``None`` instead.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from .expressions import (
    LONGEST,
    Chars,
    Choice,
    Edge,
    Look,
    Node,
    Repeat,
    Series,
    UnreadableError,
    is_slow,
    parsed,
)
from .regular import searched


@dataclass(slots=True)
class _Writer:
    """Writes one string: ``more`` repetitions where the pattern leaves it open."""

    more: int
    turn: int
    """Which option, and which character, is taken first."""
    parts: list[str] = field(default_factory=list[str])
    length: int = 0
    steps: int = 0

    def write(self, node: Node) -> None:
        self.steps += 1
        if self.steps > 4 * LONGEST:
            raise UnreadableError("too long")
        match node:
            case Chars(choices):
                if not choices:
                    raise UnreadableError("an empty class")
                self.parts.append(choices[(self.length + self.turn) % len(choices)])
                self.length += 1
            case Series(parts):
                for part in parts:
                    self.write(part)
            case Choice(options):
                self.write(options[self.turn % len(options)])
            case Repeat(repeated, least, most):
                count = least + self.more
                for _ in range(count if most is None else min(count, most)):
                    self.write(repeated)
            case Edge() | Look():
                pass


class Patterns:
    """The patterns of one document: what fits them, and a string that does."""

    def __init__(self, spend: Callable[[int], None] = lambda steps: None) -> None:
        """``spend`` is told of steps of the work, and may raise to end it."""
        self._spend = spend
        self._made: dict[tuple[str, int, int | None, int], str | None] = {}

    def fits(self, pattern: str, text: str) -> bool | None:
        """Whether a pattern is found in a text; None if that cannot be told.

        Nothing is checked by it, or it takes too long.
        """
        known = compiled(pattern)
        return None if known is None else searched(known, text, self._spend)

    def matching(
        self,
        pattern: str,
        *,
        minimum: int = 0,
        maximum: int | None = None,
        variant: int = 0,
    ) -> str | None:
        """A string that matches ``pattern``, or ``None`` if none was found.

        ``minimum`` and ``maximum`` bound its length in characters; another ``variant``
        gives, where the pattern allows it, another string. The pattern is searched for,
        not anchored, as JSON Schema has it (2020-12 validation, 6.3.3).
        """
        key = (pattern, minimum, maximum, variant)
        if key not in self._made:
            found = self._matching(pattern, minimum, maximum, variant)
            self._made[key] = found
        return self._made[key]

    def _matching(
        self, pattern: str, minimum: int, maximum: int | None, variant: int
    ) -> str | None:
        try:
            node = parsed(pattern)
        except UnreadableError:
            return None
        readable = compiled(pattern) is not None
        found: list[str] = []
        for more in (0, 1, 3, 8, minimum, maximum or 0):
            for turn in range(variant + 6):
                writer = _Writer(more=min(more, LONGEST), turn=turn)
                try:
                    writer.write(node)
                except UnreadableError:
                    continue
                finally:
                    self._spend(writer.steps)
                for text in _fitted(pattern, "".join(writer.parts), minimum):
                    if len(text) < minimum or (
                        maximum is not None and len(text) > maximum
                    ):
                        continue
                    if text in found:
                        continue
                    # What is not checked is taken as it was written.
                    if self.fits(pattern, text) if readable else text:
                        found.append(text)
            useful = [text for text in found if text]
            if len(useful) > variant:
                return useful[variant]
        useful = [text for text in found if text] or found
        return useful[variant % len(useful)] if useful else None


def _fitted(pattern: str, text: str, minimum: int) -> list[str]:
    """The text, and the same made long enough where the pattern is not anchored."""
    short = min(minimum, LONGEST) - len(text)
    fitted = [text]
    if short > 0 and not pattern.endswith("$"):
        fitted.append(text + "a" * short)
    if short > 0 and not pattern.startswith("^"):
        fitted.append("a" * short + text)
    return fitted


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> re.Pattern[str] | None:
    """The pattern for ``re``; ``None`` if nothing is checked by it: see ``unchecked``."""
    with warnings.catch_warnings():
        # What may one day be a nested set is, in a document, meant as it stands.
        warnings.simplefilter("ignore", FutureWarning)
        try:
            found = re.compile(pattern)
        except (re.error, OverflowError, RecursionError):
            return None
    return None if is_slow(pattern) else found


def unchecked(pattern: str) -> str:
    """Why nothing is checked by a pattern, or nothing."""
    if compiled(pattern) is not None:
        return ""
    return "may take forever over" if is_slow(pattern) else "cannot read"
