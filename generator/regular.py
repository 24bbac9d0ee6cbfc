"""Searching for a pattern in a time that grows with the text, not with its ways to fit.

``re`` tries one way after the other, of which a pattern such as ``.*a.*a.*b`` has many
in a long text. Where there may be too many, all are followed at once (Thompson,
Communications of the ACM 11, 1968): the program below is in a set of places, and each
character of the text leads to the next set.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from .expressions import (
    Chars,
    Choice,
    Edge,
    Look,
    Node,
    Repeat,
    Series,
    UnreadableError,
    parsed,
)

__all__ = ["searched"]

_WAYS: Final = 3_000_000
"""Ways to fit a text up to which ``re`` is asked: some 30 ms."""
_STEPS: Final = 1_000_000
"""Places times characters that are followed for one text: a second."""
_LONG: Final = 4096
"""Characters of a text beyond which it makes no difference how many."""
_SIGNS: Final = 8
"""Quantifiers of a pattern without a tree that ``re`` is asked about."""
_SIGN: Final = re.compile("[*+?{]")
_REPEATED: Final = re.compile(r"\)[*+{]")
_PLACES: Final = 2_000
"""Of a program; repetitions by count are written out."""


class _TooLargeError(ValueError):
    """The pattern has too many places, or looks around."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a match may be: what it wants to go on, and where to."""

    wants: re.Pattern[str] | None
    """Fits one character, or the edge between two; None lets all pass."""
    is_edge: bool
    to: tuple[int, ...]


@dataclass(slots=True)
class _Program:
    """Place 0 is the end."""

    places: list[_Place] = field(default_factory=lambda: [_Place(None, False, ())])

    def add(self, place: _Place) -> int:
        if len(self.places) >= _PLACES:
            raise _TooLargeError
        self.places.append(place)
        return len(self.places) - 1

    def write(self, node: Node, then: int) -> int:
        """Where the match of a node begins that goes on at ``then``."""
        match node:
            case Chars(source=source):
                return self.add(_Place(re.compile(source), False, (then,)))
            case Edge(source=source):
                return self.add(_Place(re.compile(source), True, (then,)))
            case Series(parts):
                for part in reversed(parts):
                    then = self.write(part, then)
                return then
            case Choice(options):
                ways = tuple(self.write(option, then) for option in options)
                return self.add(_Place(None, False, ways))
            case Look():
                raise _TooLargeError
            case Repeat(repeated, least, most):
                if most is None:
                    again = self.add(_Place(None, False, ()))
                    ways = (self.write(repeated, again), then)
                    self.places[again] = _Place(None, False, ways)
                    then = again
                else:
                    if most - least > _PLACES:
                        raise _TooLargeError
                    end = then
                    for _ in range(most - least):
                        ways = (self.write(repeated, then), end)
                        then = self.add(_Place(None, False, ways))
                if least > _PLACES:
                    raise _TooLargeError
                for _ in range(least):
                    then = self.write(repeated, then)
                return then


def searched(
    known: re.Pattern[str], text: str, spend: Callable[[int], None] = lambda steps: None
) -> bool | None:
    """Whether a pattern is found in a text; None if that would take too long.

    ``spend`` is told of steps of the work, and may raise to end it.
    """
    node = _tree(known.pattern)
    length = len(text)
    if node is None:
        most = _unread_ways(known.pattern, length)
    else:
        most = (length + 1) * _ways(node, min(length, _LONG))
    if most <= _WAYS:
        return known.search(text) is not None
    program = None if node is None else _program(known.pattern)
    return None if program is None else _run(*program, text, spend)


@lru_cache(maxsize=1024)
def _unread_ways(pattern: str, length: int) -> int:
    """The same of a pattern that has no tree, by its looks."""
    signs = len(_SIGN.findall(pattern))
    if signs > _SIGNS or (signs > 1 and _REPEATED.search(pattern)):
        return _WAYS + 1
    return int((length + 1) ** (signs + 1))


@lru_cache(maxsize=1024)
def _tree(pattern: str) -> Node | None:
    try:
        return parsed(pattern)
    except UnreadableError:
        return None


@lru_cache(maxsize=4096)
def _ways(node: Node, length: int) -> int:
    """At most so many ways there are to fit a text of a length, or a great many."""
    match node:
        case Series(parts):
            ways = 1
            for part in parts:
                ways = min(ways * _ways(part, length), _WAYS + 1)
            return ways
        case Choice(options):
            return sum(_ways(option, length) for option in options)
        case Look(inner):
            return _ways(inner, length)
        case Repeat(repeated, least, most):
            each = _ways(repeated, length)
            if each > 1 and (most is None or most > 1):
                return _WAYS + 1
            return 1 if most == least else min(length, (most or length) - least) + 1
        case _:
            return 1


@lru_cache(maxsize=256)
def _program(pattern: str) -> tuple[list[_Place], int] | None:
    node = _tree(pattern)
    if node is None:
        return None
    program = _Program()
    try:
        start = program.write(node, 0)
    except (_TooLargeError, re.error):
        return None
    return program.places, start


def _run(
    places: list[_Place], start: int, text: str, spend: Callable[[int], None]
) -> bool | None:
    here: set[int] = set()
    left = _STEPS
    for index in range(len(text) + 1):
        here.add(start)
        reached: set[int] = set()
        todo = list(here)
        while todo:
            number = todo.pop()
            if number in reached:
                continue
            reached.add(number)
            place = places[number]
            if place.wants is None or (
                place.is_edge and place.wants.match(text, index)
            ):
                todo.extend(place.to)
        if 0 in reached:
            return True
        left -= len(reached)
        if left < 0:
            return None
        spend(len(reached))
        if index < len(text):
            here = {
                following
                for number in reached
                if (wants := places[number].wants) is not None
                and not places[number].is_edge
                and wants.match(text[index])
                for following in places[number].to
            }
    return False
