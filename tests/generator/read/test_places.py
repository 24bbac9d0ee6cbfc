"""Where in a text each key and value stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from reading import json_values, tree, twice

from sdkgen.read.json_reader import read_json
from sdkgen.read.source_map import Marks, Sources
from sdkgen.support.json_pointer import Json


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_places_in_every_encoding(tmp_path: Path, end: str, encoding: str) -> None:
    """Lines count every kind of line end, columns count characters."""
    text = end.join(["é: 1", "map:", "  ключ: [10, {k: v}]", ""])

    document = tree(tmp_path, text.encode(encoding))

    def at(pointer: str, *, key: bool = False) -> tuple[int, int]:
        place = document.key_place(pointer) if key else document.place(pointer)
        return place.line, place.column

    assert document.root == {"é": 1, "map": {"ключ": [10, {"k": "v"}]}}
    assert at("/é") == (1, 4)
    assert at("/map", key=True) == (2, 1)
    assert at("/map/ключ", key=True) == (3, 3)
    assert at("/map/ключ") == (3, 9)
    assert at("/map/ключ/0") == (3, 10)
    assert at("/map/ключ/1/k") == (3, 18)
    assert at("/map/ключ/1/k", key=True) == (3, 15)
    assert at("/map/ключ/7") == (3, 9)
    assert at("/nothing/here") == (1, 1)
    assert document.source_text("/map/ключ/1", 3) == "{k:"


def test_places_of_merged_and_aliased_values(tmp_path: Path) -> None:
    """What an alias brings stands where it is written."""
    document = tree(tmp_path, "a: &a {x: 1}\nb: *a\nc:\n  <<: *a\n")

    assert document.place("/b/x").line == 1
    assert document.key_place("/b").line == 2
    assert document.place("/c/x").line == 1


@given(st.dictionaries(st.text(max_size=3), json_values), st.sampled_from([None, 1]))
def test_places_in_json_are_where_the_text_is(
    value: dict[str, Json], indent: int | None
) -> None:
    """At the place of every key and scalar stands its own text."""
    text = json.dumps(value, indent=indent)
    sources, marks = Sources(), Marks()
    base = sources.add("a.json", text)
    root = read_json(text, base, marks, twice)
    stack: list[Json] = [root]
    while stack:
        node = stack.pop()
        pairs = (
            list(node.items())
            if isinstance(node, dict)
            else list(enumerate(node)) if isinstance(node, list) else []
        )
        for key, child in pairs:
            assert isinstance(node, dict | list)
            entry = marks.entry(node, key)
            assert entry is not None
            if isinstance(key, str):
                written = json.dumps(key)
                assert sources.text_from(entry[0], len(written)) == written
            if isinstance(child, dict | list):
                assert marks.of(child) == entry[1]
                stack.append(child)
            else:
                written = json.dumps(child)
                assert sources.text_from(entry[1], len(written)) == written
