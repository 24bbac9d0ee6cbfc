"""A tree with its places as text, for the cache: YAML is slow to read, JSON is not.

The text is JSON: the tree, and the positions of all that stands in it, in the order in
which the tree is walked. Positions count from the start of the file, which may stand
elsewhere among the files of the next run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import yaml

from .cache import code
from .located import Container, Json, Marks
from .yaml_reader import has_libyaml

__all__ = ["LONGEST", "from_text", "key_of", "to_text"]

LONGEST: Final = 4 * 1024 * 1024
"""Characters; a longer file would take the place of all others in the cache."""


def key_of(text: str, suffix: str) -> str:
    """What the tree of a file depends on, or nothing if it is not to be kept."""
    # Two halves of a pair that are escaped one by one would come back as one character.
    kept = len(text) <= LONGEST and "\\u" not in text and "\\U" not in text
    library = f"{yaml.__version__} {has_libyaml()}"
    return f"{code()} {library} {suffix}\n{text}" if kept else ""


def to_text(tree: Json, marks: Marks, base: int) -> str | None:
    """A tree that was read from a file; None if a part of it stands in two places,
    or if it is too deep."""
    places: list[int] = []
    seen: set[int] = set()
    for container in _containers(tree):
        if id(container) in seen:
            return None
        seen.add(id(container))
        record = marks.record(container)
        if record is None:
            return None
        at, entries = record
        places.append(at - base)
        if isinstance(entries, list):
            places.extend(each - base for each in entries)
        elif list(entries) == list(container):
            for entry in entries.values():
                key, value = Marks.unpack(entry)
                places += (key - base, value - base)
        else:
            return None
    try:
        return json.dumps([tree, places], separators=(",", ":"))
    except RecursionError:  # so deep a tree is read again
        return None


def from_text(text: str, marks: Marks, base: int) -> Json:
    """The tree again; its places are recorded."""
    tree: Json
    tree, numbers = json.loads(text)
    places = iter(numbers)
    for container in _containers(tree):
        at = base + next(places)
        if isinstance(container, list):
            marks.put_list(container, at, [base + next(places) for _ in container])
        else:
            entries = {
                key: Marks.pack(base + next(places), base + next(places))
                for key in container
            }
            marks.put_map(container, at, entries)
    return tree


def _containers(tree: Json) -> Iterator[Container]:
    """All mappings and lists in a tree, in an order that only the tree decides."""
    waiting = [tree]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            yield value
            waiting.extend(value)
