"""Bytes to trees, strictly: what a file may hold, and what is said of the rest."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from reading import codes, from_yaml, text_to, tree

from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.read import files as files_module
from sdkgen.read.document import read
from sdkgen.read.source_map import Unreadable
from sdkgen.support.json_pointer import pointer_join

# ----------------------------------------------------------------------- limits


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "{a: " * 100_000,
        "- " * 100_000,
        "x: " + "[" * 2_000 + "]" * 2_000,
        '{"a":' * 100_000,
        "? " * 5_000,
    ],
)
@pytest.mark.parametrize("name", ["a.yaml", "a.json"])
def test_deep_nesting_is_an_error_at_once(tmp_path: Path, text: str, name: str) -> None:
    """Neither the parser nor the interpreter is brought to its knees."""
    found = codes(tmp_path, text, name)

    assert len(found) == 1
    assert found[0].split()[0] in ("E111", "E106", "E107", "E108", "E116")


def test_nesting_below_the_limit_is_fine(tmp_path: Path) -> None:
    """A thousand levels are read by both readers."""
    for name in ("a.yaml", "a.json"):
        document = tree(tmp_path, '{"a":' + "[" * 1_000 + "]" * 1_000 + "}", name)
        depth, value = 0, document.root["a"]
        while isinstance(value, list):
            depth, value = depth + 1, value[0] if value else None
        assert depth == 1_000
        assert document.place("/a" + "/0" * 999).column == 6 + 999


def test_numbers_beyond_json_are_refused(tmp_path: Path) -> None:
    """No infinity, no not-a-number, no integer that Python cannot print."""
    assert codes(tmp_path, "a: .inf") == ["E117 1:4"]
    assert codes(tmp_path, "a: -.INF") == ["E117 1:4"]
    assert codes(tmp_path, "a: .nan") == ["E117 1:4"]
    assert codes(tmp_path, "a: 1e999") == ["E117 1:4"]
    assert codes(tmp_path, "a: " + "9" * 5_000) == ["E117 1:4"]
    assert codes(tmp_path, "a: 0x" + "f" * 5_000) == ["E117 1:4"]
    assert codes(tmp_path, '{"a": NaN}', "a.json") == ["E117 1:7"]
    assert codes(tmp_path, '{"a": -Infinity}', "a.json") == ["E117 1:7"]
    assert codes(tmp_path, '{"a": 1e999}', "a.json") == ["E117 1:7"]
    assert codes(tmp_path, '{"a": -' + "9" * 5_000 + "}", "a.json") == ["E117 1:7"]
    tiny = tree(tmp_path, '{"a": 1e-999}', "a.json").root["a"]
    assert tiny == 0.0
    assert isinstance(tiny, float)
    assert not math.isinf(tiny)


def test_surrogates_are_never_in_a_tree(tmp_path: Path) -> None:
    """JSON writes characters beyond the first plane as pairs; YAML does not."""
    assert tree(tmp_path, '{"a": "\\ud83d\\ude00"}', "a.json").root == {"a": "😀"}
    assert codes(tmp_path, '{"a": "\\ud83d"}', "a.json") == ["E118 1:7"]
    for pure in (False, True):
        for text in ('a: "\\ud83d\\ude00"', 'a: "\\udc00"', '"\\ud83d": a'):
            with pytest.raises(Unreadable) as caught:
                from_yaml(text, pure=pure)
            assert caught.value.code == "E118"


def test_files_have_a_size_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One file, and all files of a document together."""
    monkeypatch.setattr(files_module, "MAX_FILE_BYTES", 10)
    assert codes(tmp_path, "a: " + "x" * 10) == ["E112 1:1"]
    monkeypatch.setattr(files_module, "MAX_FILE_BYTES", 100)
    monkeypatch.setattr(files_module, "MAX_TOTAL_BYTES", 10)
    assert codes(tmp_path, "a: " + "x" * 10) == ["E207 1:1"]
    monkeypatch.setattr(files_module, "MAX_FILES", 0)
    assert codes(tmp_path, "a: x") == ["E207 1:1"]


# -------------------------------------------------------------- choice of reader


def test_flow_yaml_that_is_not_json(tmp_path: Path) -> None:
    """A YAML file may start with a brace; a JSON file is JSON."""
    assert tree(tmp_path, "{a: 1, b: [x, y]} # fine").root == {"a": 1, "b": ["x", "y"]}
    assert codes(tmp_path, "{a: 1}", "a.json") == ["E108 1:2"]
    assert tree(tmp_path, "a: 1", "a.json").root == {"a": 1}


def test_every_duplicate_key_is_named(tmp_path: Path) -> None:
    """All of them in one run, each with the place of the first."""
    diagnostics = Diagnostics()
    read(text_to(tmp_path, "a: 1\nb: {c: 1, c: 2}\na: 2\na: 3\n"), diagnostics)

    assert [found.message for found in diagnostics] == [
        "duplicate key 'c'; first at 2:5",
        "duplicate key 'a'; first at 1:1",
        "duplicate key 'a'; first at 1:1",
    ]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"a: 1\nb: caf\xe9\n", "E104 2:7"),
        (b"\xef\xbb\xbfa: \xff", "E104 1:4"),
        ("a: é".encode("utf-16") + b"\x00", "E104 1:5"),
        (b"a: \x00", "E105 1:4"),
        (b"a: \x7f", "E105 1:4"),
        ("a: \ufeff".encode(), "E105 1:4"),
        (b"", "E101 1:1"),
        (b" \n# c\n", "E101 1:1"),
        (b"---\n", "E102 1:1"),
        (b"text", "E102 1:1"),
        (b"[1]", "E102 1:1"),
        (b"a: 1\n\tb: 2\n", "E107 2:1"),
        (b"a:\n  - x\n \t- y\n", "E107 3:2"),
    ],
)
def test_bad_text_is_refused_where_it_is_bad(
    tmp_path: Path, data: bytes, place: str
) -> None:
    """Each with its code and place."""
    assert codes(tmp_path, data) == [place]


def test_a_file_that_is_none(tmp_path: Path) -> None:
    """Missing files, folders and names that cannot be are diagnostics."""
    for path in (tmp_path / "none.yaml", tmp_path, tmp_path / ("x" * 300)):
        diagnostics = Diagnostics()
        assert read(path, diagnostics) is None
        assert [found.code for found in diagnostics] == ["E100"]


def test_pointers_are_escaped() -> None:
    """RFC 6901: ``~`` and ``/`` in keys."""
    assert pointer_join("/a", "x/y~z", 0) == "/a/x~1y~0z/0"
