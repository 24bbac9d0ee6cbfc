"""Reads parameters back from the wire: an independent reading of OpenAPI's styles.

Scalars come back as text, since the wire has no types.
"""

from __future__ import annotations

from typing import TypeAlias
from urllib.parse import unquote

Wire: TypeAlias = "str | list[Wire] | dict[str, Wire]"

SEPARATORS = {
    "form": ",",
    "simple": ",",
    "spaceDelimited": "%20",
    "pipeDelimited": "%7C",
}


def _object_of(parts: list[str], *, explode: bool) -> Wire:
    if explode:
        pairs = [part.partition("=") for part in parts]
        return {unquote(name): unquote(value) for name, _, value in pairs}
    flat = [unquote(part) for part in parts]
    return dict(zip(flat[::2], flat[1::2], strict=True))


def read_path(segment: str, name: str, style: str, kind: str, *, explode: bool) -> Wire:
    """The value of a segment: ``kind`` is scalar, list or object."""
    separator = ","
    if style == "label":
        assert segment[0] == "."
        segment = segment[1:]
        separator = "." if explode else ","
    elif style == "matrix":
        assert segment[0] == ";"
        parts = segment[1:].split(";")
        if kind == "list" and explode:
            return [unquote(part.removeprefix(f"{name}=")) for part in parts]
        if kind == "object" and explode:
            return _object_of(parts, explode=True)
        segment = segment[1:].removeprefix(f"{name}=")
        explode = False
    if kind == "scalar":
        return unquote(segment)
    parts = segment.split(separator)
    if kind == "list":
        return [unquote(part) for part in parts]
    return _object_of(parts, explode=explode)


def read_query(
    pairs: list[str], name: str, style: str, kind: str, *, explode: bool
) -> Wire:
    """The value that pairs of a query say."""
    split = [pair.split("=") for pair in pairs]
    assert all(len(each) == 2 for each in split)
    if style in ("brackets", "deepObject"):
        return _nested([(unquote(key), unquote(value)) for key, value in split], name)
    if kind == "scalar":
        ((_, value),) = split
        return unquote(value)
    if explode and kind == "list":
        assert all(unquote(key) == name for key, _ in split)
        return [unquote(value) for _, value in split]
    if explode:
        return {unquote(key): unquote(value) for key, value in split}
    ((_, value),) = split
    parts = value.split(SEPARATORS[style])
    if kind == "list":
        return [unquote(part) for part in parts]
    return _object_of(parts, explode=False)


def _nested(pairs: list[tuple[str, str]], name: str) -> Wire:
    tree: dict[str, Wire] = {}
    for key, value in pairs:
        assert key.startswith(f"{name}[")
        assert key.endswith("]")
        path = key[len(name) + 1 : -1].split("][")
        place = tree
        for step in path[:-1]:
            below = place.setdefault(step, {})
            assert isinstance(below, dict)
            place = below
        place[path[-1]] = value
    return _lists(tree)


def _lists(tree: Wire) -> Wire:
    """Objects whose keys count from 0 are lists."""
    if not isinstance(tree, dict):
        return tree
    if tree and list(tree) == [str(index) for index in range(len(tree))]:
        return [_lists(value) for value in tree.values()]
    return {key: _lists(value) for key, value in tree.items()}
