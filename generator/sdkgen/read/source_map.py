"""A tree of plain values, and a side table that knows where each part stands.

The tree is ``dict``, ``list``, ``str``, ``int``, ``float``, ``bool`` and ``None``, so
that any library can read it. Positions are single integers over all files of a run, as
in a compiler: each file gets a range of its own, and file, line and column are worked
out only when somebody asks. The table holds one record a container, found by identity:
a part that is moved or shared keeps its places without anybody's care.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, overload

from sdkgen.diagnostics.diagnostic import Place
from sdkgen.support.json_pointer import Container, Json

__all__ = ["Lines", "Marks", "Sources", "Unreadable"]


# Width of a position inside the packed pair (key, value) of a mapping's entry.
_BITS: Final = 40
_MASK: Final = (1 << _BITS) - 1

_BREAK: Final = re.compile(r"\r\n|\r|\n")
MAX_ROOM: Final = 3_750_000
"""Room for what all files hold: two for a mapping or a list, two for an entry, one for an
item. So much takes a GiB. The beta of Microsoft Graph, in 45 MB, has 3.7 million."""


class Unreadable(Exception):
    """A reader cannot go on: a code, what is wrong, where, and what to do."""

    def __init__(self, code: str, message: str, position: int, hint: str = "") -> None:
        super().__init__(code, message, position, hint)
        self.code = code
        self.message = message
        self.position = position
        self.hint = hint


class Lines(Sequence[str]):
    """The lines of a text without their ends, split when first asked for.

    A line ends with CR LF, LF or CR alone, as in YAML 1.2 and in editors.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts: list[int] | None = None

    @property
    def starts(self) -> list[int]:
        """The index of the first character of each line."""
        if self._starts is None:
            self._starts = [0, *(found.end() for found in _BREAK.finditer(self.text))]
        return self._starts

    def __len__(self) -> int:
        return len(self.starts)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...
    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        start = self.starts[index]
        following = index % len(self) + 1
        end = self.starts[following] if following < len(self) else len(self.text)
        return self.text[start:end].rstrip("\r\n")


class Sources(Mapping[str, Sequence[str]]):
    """The texts of all files that were read: file → lines, and position → place."""

    def __init__(self) -> None:
        self._lines: dict[str, Lines] = {}
        self._bases: list[int] = []
        self._files: list[str] = []
        self._end = 1

    def add(self, file: str, text: str) -> int:
        """Take in a file and return the position of its first character."""
        base = self._end
        self._end += len(text) + 1
        self._bases.append(base)
        self._files.append(file)
        self._lines[file] = Lines(text)
        return base

    def place(self, position: int) -> Place:
        """File, line and column of a position."""
        number = bisect_right(self._bases, position) - 1
        file = self._files[number]
        offset = position - self._bases[number]
        starts = self._lines[file].starts
        line = bisect_right(starts, offset)
        return Place(file, line, offset - starts[line - 1] + 1)

    def text_from(self, position: int, length: int) -> str:
        """At most ``length`` characters of the source from ``position`` on."""
        number = bisect_right(self._bases, position) - 1
        offset = position - self._bases[number]
        return self._lines[self._files[number]].text[offset : offset + length]

    def __getitem__(self, file: str) -> Lines:
        return self._lines[file]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


class Marks:
    """Where each container stands, and each key and value in it."""

    def __init__(self) -> None:
        # The container itself is kept in its record, so that no other can get its id.
        self._records: dict[int, tuple[Container, int, dict[str, int] | list[int]]] = {}
        self._room = MAX_ROOM

    def put_map(
        self, container: dict[str, Json], at: int, entries: dict[str, int]
    ) -> None:
        """Record a mapping that was read; ``entries`` maps a key to ``pack(key, value)``.

        Raises:
            Unreadable: All that was read is too much.
        """
        self._fill(2 + 2 * len(entries), at)
        self._records[id(container)] = (container, at, entries)

    def put_list(self, container: list[Json], at: int, items: list[int]) -> None:
        """Record a list that was read; ``items`` are the positions of its values.

        Raises:
            Unreadable: All that was read is too much.
        """
        self._fill(2 + len(items), at)
        self.add_list(container, at, items)

    def add_list(self, container: list[Json], at: int, items: list[int]) -> None:
        """Record a list that was made of what was read."""
        self._records[id(container)] = (container, at, items)

    def _fill(self, room: int, at: int) -> None:
        self._room -= room
        if self._room < 0:
            raise Unreadable("E112", "the files hold too many values", at)

    @staticmethod
    def pack(key: int, value: int) -> int:
        """The positions of a key and of its value as one integer."""
        return key << _BITS | value

    @staticmethod
    def key_of(entry: int) -> int:
        """The position of the key in a packed pair."""
        return entry >> _BITS

    def of(self, value: Json) -> int | None:
        """The position of a container; None of a scalar, or if it is not known."""
        record = self._records.get(id(value))
        return None if record is None else record[1]

    def items(self, container: list[Json]) -> list[int]:
        """The positions of a list's values, to be changed along with the list."""
        record = self._records.get(id(container))
        return record[2] if record and isinstance(record[2], list) else []

    def entry(self, container: Container, key: str | int) -> tuple[int, int] | None:
        """Positions of a key (of an item: the item) and of the value written with it."""
        record = self._records.get(id(container))
        if record is None:
            return None
        places = record[2]
        if isinstance(places, dict):
            packed = places.get(str(key))
            return None if packed is None else (packed >> _BITS, packed & _MASK)
        if isinstance(key, int) and key < len(places):
            return places[key], places[key]
        return None

    def set_entry(
        self, container: dict[str, Json], key: str, position: tuple[int, int]
    ) -> None:
        """Say where a key that was added stands; the mapping may be a new one."""
        record = self._records.get(id(container))
        if record is None:
            record = (container, position[1], dict[str, int]())
            self._records[id(container)] = record
        if isinstance(record[2], dict):
            record[2][key] = self.pack(*position)

    def adopt(self, container: Container, like: Container) -> None:
        """Give a new container the places of another of the same shape."""
        record = self._records.get(id(like))
        if record is not None:
            self._records[id(container)] = (container, record[1], record[2].copy())

    def fill(self, container: dict[str, Json], like: dict[str, Json]) -> None:
        """Add to an object what another has; keys that it has itself stay, and go last.

        It stands where the other stands; its own keys and values stay where they were.
        """
        own = dict(container)
        entries = {key: self.entry(container, key) for key in own}
        container.clear()
        container.update(like)
        container.update(own)
        self.adopt(container, like)
        for key, entry in entries.items():
            if entry is not None:
                self.set_entry(container, key, entry)

    def copy(self, value: Json) -> Json:
        """A deep copy that has the same places; any depth."""
        if not isinstance(value, dict | list):
            return value
        result: Container = {} if isinstance(value, dict) else []
        stack: list[tuple[Container, Container]] = [(value, result)]
        while stack:
            source, target = stack.pop()
            self.adopt(target, source)
            if isinstance(source, dict) and isinstance(target, dict):
                for key, child in source.items():
                    if isinstance(child, dict | list):
                        made: Container = {} if isinstance(child, dict) else []
                        stack.append((child, made))
                        target[key] = made
                    else:
                        target[key] = child
            elif isinstance(source, list) and isinstance(target, list):
                for child in source:
                    if isinstance(child, dict | list):
                        made = {} if isinstance(child, dict) else []
                        stack.append((child, made))
                        target.append(made)
                    else:
                        target.append(child)
        return result
