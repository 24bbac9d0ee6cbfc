"""Patterns of ECMA-262: what fits them, and strings that do.

They are searched for in linear time, by the engine of Rust that goes back over nothing.
A pattern that looks around or refers back is for another engine, which gives up after
so many steps back. What neither can read, or finds too large, is not known to fit.

Strings are made from a small part of regular expressions, enough for the documents in
use. Whatever comes out is tried, so that a wrong guess is never handed on: ``matching``
answers ``None`` instead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from jsonschema_rs import (
    Draft202012Validator,
    FancyRegexOptions,
    RegexOptions,
    ValidationError,
    ValidationErrorKind,
)

from .ecma import escape_literals
from .parser import (
    LONGEST,
    Chars,
    Choice,
    Edge,
    Look,
    Node,
    Repeat,
    Series,
    UnreadableError,
    parse_pattern,
)

__all__ = ["Patterns", "is_readable"]

_SIZE: Final = 1 << 20
"""Bytes of a pattern that is compiled, and of what is kept while it is searched for."""
_LINEAR: Final = RegexOptions(size_limit=_SIZE, dfa_size_limit=_SIZE)
_LOOKING: Final = FancyRegexOptions(
    backtrack_limit=10_000, size_limit=_SIZE, dfa_size_limit=_SIZE
)
_COMPILING: Final = 2_000
"""Steps that it counts for to compile a pattern, or to look around: up to some 3 ms."""
_UNKNOWN: Final = (
    ValidationErrorKind.BacktrackLimitExceeded,
    ValidationErrorKind.RegexEngineFailure,
)


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
        self._asked: set[str] = set()

    def fits(self, pattern: str, text: str) -> bool | None:
        """Whether a pattern is found in a text; None if that cannot be told.

        It cannot be read, or it takes too long.
        """
        if pattern not in self._asked:
            self._asked.add(pattern)
            self._spend(_COMPILING)
        search, is_linear = _compile_search(pattern)
        if search is None:
            return None
        self._spend(len(text) if is_linear else len(text) + _COMPILING)
        for error in search.iter_errors(text):
            return None if isinstance(error.kind, _UNKNOWN) else False
        return True

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
            found = self._make_match(pattern, minimum, maximum, variant)
            self._made[key] = found
        return self._made[key]

    def _make_match(
        self, pattern: str, minimum: int, maximum: int | None, variant: int
    ) -> str | None:
        try:
            node = parse_pattern(pattern)
        except UnreadableError:
            return None
        readable = _compile_search(pattern)[0] is not None
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
                for text in _fit_length(pattern, "".join(writer.parts), minimum):
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


def _fit_length(pattern: str, text: str, minimum: int) -> list[str]:
    """The text, and the same made long enough where the pattern is not anchored."""
    short = min(minimum, LONGEST) - len(text)
    fitted = [text]
    if short > 0 and not pattern.endswith("$"):
        fitted.append(text + "a" * short)
    if short > 0 and not pattern.startswith("^"):
        fitted.append("a" * short + text)
    return fitted


@lru_cache(maxsize=256)
def _compile_search(pattern: str) -> tuple[Draft202012Validator | None, bool]:
    """What searches for a pattern, and whether that takes linear time."""
    written = escape_literals(pattern)
    for options in (_LINEAR, _LOOKING) if is_readable(pattern) else ():
        # The engines have more than ECMA-262 has, and mean other things by it.
        try:
            found = Draft202012Validator(
                {"pattern": written}, pattern_options=options, mask="…", offline=True
            )
        except ValidationError:
            continue
        return found, options is _LINEAR
    return None, False


_READING: Final = Draft202012Validator({"format": "regex"}, validate_formats=True)


def is_readable(pattern: str) -> bool:
    """Whether a pattern is one of ECMA-262, told without compiling it."""
    return _READING.is_valid(escape_literals(pattern))
