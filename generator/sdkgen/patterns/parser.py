"""Regular expressions, as far as documents use them.

Own subset, since Python's parser of patterns is private: alternation, groups, classes,
escapes, anchors and quantifiers. What looks around and back-references are in the tree
only to be known.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from typing import TypeAlias

__all__ = [
    "LONGEST", "Chars", "Choice", "Edge", "Look", "Node", "Repeat", "Series",
    "UnreadableError", "parse_pattern",
]  # fmt: skip

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
_LENGTH = 20_000
"""Characters of a pattern that is read."""
_COUNT_DIGITS = 9
_COUNTS = re.compile(r"\{([0-9]+)(,?)([0-9]*)\}")
_OPENING = re.compile(r"\?(?::|(?P<silent><?[=!])|P?<\w+>)")
_PROPERTY = re.compile(r"\{\^?(\w)\w*\}")


class UnreadableError(ValueError):
    """The pattern holds something that is not part of the subset."""


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of a set, the best liked first; ``source`` is its pattern."""

    choices: str
    source: str


@dataclass(frozen=True, slots=True)
class Edge:
    """Between two characters: the start, the end, the bounds of words."""

    source: str


@dataclass(frozen=True, slots=True)
class Look:
    """What has to follow, or must not, or what came before."""

    node: Node


@dataclass(frozen=True, slots=True)
class Series:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    node: Node
    least: int
    most: int | None


Node: TypeAlias = "Chars | Edge | Look | Series | Choice | Repeat"
_NOTHING = Series(())


def _make_chars(choices: frozenset[str], source: str) -> Chars:
    liked = "".join(char for char in dict.fromkeys(_LIKED) if char in choices)
    rest = "".join(sorted(choices - set(liked)))
    return Chars(liked + rest, source)


def parse_pattern(pattern: str) -> Node:
    """What a pattern is made of.

    Raises:
        UnreadableError: It is none, not of the subset, or of great length.
    """
    if len(pattern) > _LENGTH:
        raise UnreadableError("too long")
    return _Parser(pattern).parse()


class _Parser:
    """Reads a pattern by recursive descent."""

    def __init__(self, pattern: str) -> None:
        self._text = pattern
        self._at = 0
        self._depth = 0

    def parse(self) -> Node:
        node = self._parse_choice()
        if self._at < len(self._text):
            raise UnreadableError(self._text)
        return node

    def _peek(self, length: int = 1) -> str:
        return self._text[self._at : self._at + length]

    def _take(self, length: int = 1) -> str:
        taken = self._peek(length)
        if len(taken) < length:
            raise UnreadableError(self._text)
        self._at += length
        return taken

    def _parse_choice(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnreadableError(self._text)
        options = [self._parse_sequence()]
        while self._peek() == "|":
            self._take()
            options.append(self._parse_sequence())
        self._depth -= 1
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _parse_sequence(self) -> Node:
        parts: list[Node] = []
        while self._at < len(self._text) and self._peek() not in "|)":
            atom = self._parse_atom()
            parts.append(self._parse_quantifier(atom))
        return Series(tuple(parts))

    def _parse_quantifier(self, atom: Node) -> Node:
        sign = self._peek()
        least, most = 1, None
        if sign and sign in "*+?":
            self._take()
            least = 1 if sign == "+" else 0
            most = 1 if sign == "?" else None
        elif counts := _COUNTS.match(self._text, self._at):
            self._at = counts.end()
            if max(len(counts[1]), len(counts[3])) > _COUNT_DIGITS:
                raise UnreadableError(self._text)
            least = int(counts[1])
            if counts[3]:
                most = int(counts[3])
            elif not counts[2]:
                most = least
        else:
            return atom
        if self._peek() and self._peek() in "?+":  # lazy, possessive
            self._take()
        return Repeat(atom, least, most)

    def _parse_atom(self) -> Node:
        start = self._at
        char = self._take()
        if char in "^$":
            return Edge(char)
        if char == ".":
            return _make_chars(_ALL, char)
        if char == "[":
            members = self._parse_class()
            return _make_chars(members, self._text[start : self._at])
        if char == "(":
            return self._parse_group()
        if char == "\\":
            return self._parse_escape()
        return Chars(char, re.escape(char))

    def _parse_group(self) -> Node:
        silent = False
        if self._peek() == "?":
            opening = _OPENING.match(self._text, self._at)
            if opening is None:
                raise UnreadableError(self._text)
            self._at = opening.end()
            silent = opening["silent"] is not None
        node = self._parse_choice()
        if self._take() != ")":
            raise UnreadableError(self._text)
        return Look(node) if silent else node

    def _parse_escape(self) -> Node:
        start = self._at - 1
        char = self._take()
        if char in "bBAzZG":
            return Edge(f"\\{char}")
        if char in "123456789":
            return Look(_NOTHING)
        choices = self._parse_class_escape(char)
        return _make_chars(choices, self._text[start : self._at])

    def _parse_class_escape(self, char: str) -> frozenset[str]:
        """What an escape stands for, in a class or outside of one."""
        if char in _CLASSES:
            return _CLASSES[char]
        if char in "pP":
            name = _PROPERTY.match(self._text, self._at)
            if name is None:
                raise UnreadableError(self._text)
            self._at = name.end()
            found = _PROPERTIES.get(name[1], frozenset(string.ascii_letters))
            return found if char == "p" else _ALL - found
        if char in "xu":
            digits = self._take(2 if char == "x" else 4)
            if not re.fullmatch(r"[0-9A-Fa-f]+", digits):
                raise UnreadableError(self._text)
            return frozenset(chr(int(digits, 16)))
        return frozenset(_ESCAPES.get(char, char))

    def _parse_class(self) -> frozenset[str]:
        negated = self._peek() == "^"
        if negated:
            self._take()
        members: set[str] = set()
        first = True
        while first or self._peek() != "]":
            first = False
            low = self._parse_member()
            if self._peek() == "-" and self._peek(2)[1:] not in ("]", ""):
                self._take()
                high = self._parse_member()
                if len(low) != 1 or len(high) != 1:
                    raise UnreadableError(self._text)
                start, stop = ord(min(low)), ord(min(high))
                members.update(map(chr, range(start, min(stop, start + 0x200) + 1)))
            else:
                members |= low
        self._take()
        return _ALL - members if negated else frozenset(members)

    def _parse_member(self) -> frozenset[str]:
        char = self._take()
        if char != "\\":
            return frozenset(char)
        char = self._take()
        return frozenset("\b") if char == "b" else self._parse_class_escape(char)
