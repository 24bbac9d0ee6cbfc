"""Strings that match a pattern: enough of regular expressions for the documents in use.

Own subset, since Python's parser of patterns is private: alternation, groups, classes,
escapes, anchors and quantifiers. Look-around and boundaries are read over, a
back-reference stands for nothing. Whatever comes out is tried against ``re`` itself, so
that a wrong guess is never handed on: ``matching`` answers ``None`` instead.
"""

from __future__ import annotations

import re
import string
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeAlias

LONGEST = 4096
"""No string longer than this is made."""

_DIGITS = frozenset(string.digits)
_WORD = frozenset(string.ascii_letters + string.digits + "_")
_SPACE = frozenset(" \t\n\r")
_ALL = frozenset(string.printable) - frozenset("\r\n\x0b\x0c\t")
_LIKED = "a1B-c2D_e3F.g4H+" + string.ascii_letters + string.digits + string.punctuation
"""Characters in the order in which a class is asked for them: mixed kinds first, so
that twelve of anything satisfy a rule for passwords."""
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "0": "\0"}
_CLASSES = {
    "d": _DIGITS,
    "D": _ALL - _DIGITS,
    "w": _WORD,
    "W": _ALL - _WORD,
    "s": _SPACE,
    "S": _ALL - _SPACE,
}
_PROPERTIES = {"N": _DIGITS, "P": frozenset(string.punctuation), "Z": _SPACE}
_DEEPEST = 40


class _UnreadableError(ValueError):
    """The pattern holds something that is not part of the subset."""


@dataclass(frozen=True, slots=True)
class _Chars:
    """One character of a set, the best liked first."""

    choices: str


@dataclass(frozen=True, slots=True)
class _Sequence:
    parts: tuple[_Node, ...]


@dataclass(frozen=True, slots=True)
class _Choice:
    options: tuple[_Node, ...]


@dataclass(frozen=True, slots=True)
class _Repeat:
    node: _Node
    least: int
    most: int | None


_Node: TypeAlias = "_Chars | _Sequence | _Choice | _Repeat"
_NOTHING = _Sequence(())


def _chars(choices: frozenset[str]) -> _Chars:
    liked = "".join(char for char in dict.fromkeys(_LIKED) if char in choices)
    rest = "".join(sorted(choices - set(liked)))
    return _Chars(liked + rest)


class _Parser:
    """Reads a pattern by recursive descent."""

    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0
        self._depth = 0

    def parse(self) -> _Node:
        node = self._choice()
        if self._at < len(self._text):
            raise _UnreadableError(self._text)
        return node

    def _peek(self, length: int = 1) -> str:
        return self._text[self._at : self._at + length]

    def _take(self, length: int = 1) -> str:
        taken = self._peek(length)
        if len(taken) < length:
            raise _UnreadableError(self._text)
        self._at += length
        return taken

    def _choice(self) -> _Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _UnreadableError(self._text)
        options = [self._sequence()]
        while self._peek() == "|":
            self._take()
            options.append(self._sequence())
        self._depth -= 1
        return options[0] if len(options) == 1 else _Choice(tuple(options))

    def _sequence(self) -> _Node:
        parts: list[_Node] = []
        while self._at < len(self._text) and self._peek() not in "|)":
            atom = self._atom()
            parts.append(self._quantified(atom))
        return _Sequence(tuple(parts))

    def _quantified(self, atom: _Node) -> _Node:
        sign = self._peek()
        least, most = 1, None
        if sign and sign in "*+?":
            self._take()
            least = 1 if sign == "+" else 0
            most = 1 if sign == "?" else None
        elif counts := re.match(r"\{(\d+)(,?)(\d*)\}", self._text[self._at :]):
            self._take(counts.end())
            least = int(counts[1])
            if counts[3]:
                most = int(counts[3])
            elif not counts[2]:
                most = least
        else:
            return atom
        if self._peek() and self._peek() in "?+":  # lazy, possessive
            self._take()
        return _Repeat(atom, least, most)

    def _atom(self) -> _Node:
        char = self._take()
        if char in "^$":
            return _NOTHING
        if char == ".":
            return _chars(_ALL)
        if char == "[":
            return self._class()
        if char == "(":
            return self._group()
        if char == "\\":
            return self._escape()
        return _Chars(char)

    def _group(self) -> _Node:
        silent = False
        if self._peek() == "?":
            opening = re.match(
                r"\?(?::|(?P<silent><?[=!])|P?<\w+>)", self._text[self._at :]
            )
            if opening is None:
                raise _UnreadableError(self._text)
            self._take(opening.end())
            silent = opening["silent"] is not None
        node = self._choice()
        if self._take() != ")":
            raise _UnreadableError(self._text)
        return _NOTHING if silent else node

    def _escape(self) -> _Node:
        char = self._take()
        if char in "bBAzZG" or char in "123456789":
            return _NOTHING
        return _chars(self._escaped(char))

    def _escaped(self, char: str) -> frozenset[str]:
        """What an escape stands for, in a class or outside of one."""
        if char in _CLASSES:
            return _CLASSES[char]
        if char in "pP":
            name = re.match(r"\{\^?(\w)\w*\}", self._text[self._at :])
            if name is None:
                raise _UnreadableError(self._text)
            self._take(name.end())
            found = _PROPERTIES.get(name[1], frozenset(string.ascii_letters))
            return found if char == "p" else _ALL - found
        if char in "xu":
            digits = self._take(2 if char == "x" else 4)
            if not re.fullmatch(r"[0-9A-Fa-f]+", digits):
                raise _UnreadableError(self._text)
            return frozenset(chr(int(digits, 16)))
        return frozenset(_ESCAPES.get(char, char))

    def _class(self) -> _Node:
        negated = self._peek() == "^"
        if negated:
            self._take()
        members: set[str] = set()
        first = True
        while first or self._peek() != "]":
            first = False
            low = self._member()
            if self._peek() == "-" and self._peek(2)[1:] not in ("]", ""):
                self._take()
                high = self._member()
                if len(low) != 1 or len(high) != 1:
                    raise _UnreadableError(self._text)
                start, stop = ord(min(low)), ord(min(high))
                members.update(map(chr, range(start, min(stop, start + 0x200) + 1)))
            else:
                members |= low
        self._take()
        return _chars(_ALL - members if negated else frozenset(members))

    def _member(self) -> frozenset[str]:
        char = self._take()
        if char != "\\":
            return frozenset(char)
        char = self._take()
        return frozenset("\b") if char == "b" else self._escaped(char)


@dataclass(slots=True)
class _Writer:
    """Writes one string: ``more`` repetitions where the pattern leaves it open."""

    more: int
    turn: int
    """Which option, and which character, is taken first."""
    parts: list[str] = field(default_factory=list[str])
    length: int = 0
    steps: int = 0

    def write(self, node: _Node) -> None:
        self.steps += 1
        if self.steps > 4 * LONGEST:
            raise _UnreadableError("too long")
        match node:
            case _Chars(choices):
                if not choices:
                    raise _UnreadableError("an empty class")
                self.parts.append(choices[(self.length + self.turn) % len(choices)])
                self.length += 1
            case _Sequence(parts):
                for part in parts:
                    self.write(part)
            case _Choice(options):
                self.write(options[self.turn % len(options)])
            case _Repeat(repeated, least, most):
                count = least + self.more
                for _ in range(count if most is None else min(count, most)):
                    self.write(repeated)


@lru_cache(maxsize=1024)
def matching(
    pattern: str, *, minimum: int = 0, maximum: int | None = None, variant: int = 0
) -> str | None:
    """A string that matches ``pattern``, or ``None`` if none was found.

    ``minimum`` and ``maximum`` bound its length in characters; another ``variant``
    gives, where the pattern allows it, another string. The pattern is searched for,
    not anchored, as JSON Schema has it (2020-12 validation, 6.3.3).
    """
    try:
        node = _Parser(pattern).parse()
    except _UnreadableError:
        return None
    accept = _acceptance(pattern)
    found: list[str] = []
    for more in (0, 1, 3, 8, minimum, maximum or 0):
        for turn in range(variant + 6):
            writer = _Writer(more=min(more, LONGEST), turn=turn)
            try:
                writer.write(node)
            except _UnreadableError:
                continue
            for text in _fitted(pattern, "".join(writer.parts), minimum):
                if len(text) < minimum or (maximum is not None and len(text) > maximum):
                    continue
                if text not in found and accept(text):
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
    """The pattern for ``re``; ``None`` if it is none to Python (``\\p{L}`` …)."""
    with warnings.catch_warnings():
        # What may one day be a nested set is, in a document, meant as it stands.
        warnings.simplefilter("ignore", FutureWarning)
        try:
            return re.compile(pattern)
        except (re.error, OverflowError, RecursionError):
            return None


def _acceptance(pattern: str) -> Callable[[str], bool]:
    """Whether a string matches; a pattern that Python cannot compile accepts all."""
    known = compiled(pattern)
    if known is None:
        return bool
    return lambda text: known.search(text) is not None
