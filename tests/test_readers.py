"""Bytes to trees: YAML 1.2 and JSON, strictly, with the place of everything."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, example, given, strategies as st

from generator import files as files_module
from generator.diagnostics import Diagnostics
from generator.document import Document, Json, pointer_join, read
from generator.json_reader import read_json
from generator.located import Marks, Sources, Unreadable
from generator.yaml_reader import has_libyaml, read_yaml


def text_to(tmp_path: Path, text: str | bytes, name: str = "a.yaml") -> Path:
    """A file with that text."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def tree(tmp_path: Path, text: str | bytes, name: str = "a.yaml") -> Document:
    """The document in a text that is right."""
    diagnostics = Diagnostics()
    document = read(text_to(tmp_path, text, name), diagnostics)
    assert list(diagnostics) == []
    assert document is not None
    return document


def codes(tmp_path: Path, text: str | bytes, name: str = "a.yaml") -> list[str]:
    """What is found in a text: code, line and column."""
    diagnostics = Diagnostics()
    read(text_to(tmp_path, text, name), diagnostics)
    return [
        f"{found.code} {found.place.line}:{found.place.column}"
        for found in diagnostics
        if found.place
    ]


def from_yaml(text: str, *, pure: bool = False) -> Json:
    """The value of a YAML text."""
    marks = Marks()
    return read_yaml(text, 1, marks, _twice, _ignore, pure=pure)


def from_json(text: str) -> Json:
    """The value of a JSON text."""
    return read_json(text, 1, Marks(), _twice)


def _ignore(code: str, message: str, position: int, hint: str = "") -> None:
    """Warnings make no difference to the value."""


def _twice(key: str, first: int, second: int) -> None:
    raise Unreadable("E109", key, second)


# ---------------------------------------------------------------------- scalars


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((text, text) for text in ("no", "on", "yes", "off", "y", "n", "True1")),
        *((text, text) for text in ("012", "0755", "-012", "1:30", "12:30:00")),
        *((text, text) for text in ("2024-01-01", "2024-01-01T00:00:00Z", "1_000")),
        *((text, text) for text in ("=", "+", "-x", ".", "0o8", "0x", "1e", "0b1")),
        *((text, None) for text in ("~", "null", "Null", "NULL", "")),
        *((text, True) for text in ("true", "True", "TRUE")),
        *((text, False) for text in ("false", "False", "FALSE")),
        ("12", 12),
        ("-0", 0),
        ("+7", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("1.10", 1.1),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("-1.5E-2", -0.015),
        ("'12'", "12"),
        ('"no"', "no"),
        ("!!str 12", "12"),
        ("! 12", "12"),
        ("!!int '12'", 12),
        ("!!float 1", 1.0),
        ("!!null ''", None),
        ('"\\u00e9\\x41\\u2028"', "éA\u2028"),
    ],
)
def test_scalars_are_those_of_yaml_1_2(text: str, value: Json) -> None:
    """The core schema, with leading zeros kept as text."""
    found = from_yaml(f"v: {text}\n")

    assert found == {"v": value}
    assert isinstance(found, dict)
    assert type(found["v"]) is type(value)


def test_keys_are_texts_as_they_are_written() -> None:
    """Response codes, versions and words of YAML 1.1 stay what they look like."""
    text = "{200: a, 1.10: b, on: c, null: d, ~: e, true: f, 0755: g, 2024-01-01: h}"

    found = from_yaml(text)

    assert isinstance(found, dict)
    assert list(found) == (
        ["200", "1.10", "on", "null", "~", "true", "0755", "2024-01-01"]
    )


def test_merge_keys_merge_aliases() -> None:
    """``<<`` with an alias merges; own keys win, then earlier sources."""
    text = (
        "a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\n"
        "one:\n  <<: *a\n  x: 9\nmany:\n  <<: [*b, *a]\n"
    )

    found = from_yaml(text)

    assert isinstance(found, dict)
    assert found["one"] == {"x": 9, "y": 1}
    assert found["many"] == {"x": 1, "y": 2, "z": 2}


def test_merge_key_without_alias_is_a_key() -> None:
    """In YAML 1.2 ``<<`` means nothing; quoted it never does."""
    assert from_yaml("{<<: {a: 1}}") == {"<<": {"a": 1}}
    assert from_yaml("a: &a {x: 1}\nb: {'<<': *a}") == {
        "a": {"x": 1},
        "b": {"<<": {"x": 1}},
    }


def test_aliases_are_copies() -> None:
    """No two parts of a tree are one object, so that one can be changed alone."""
    found = from_yaml("a: &a [1]\nb: *a\n*a1 : x\n".replace("*a1 ", "c"))

    assert found == {"a": [1], "b": [1], "c": "x"}
    assert isinstance(found, dict)
    assert found["a"] is not found["b"]


def test_line_separators_are_characters() -> None:
    """NEL, LS and PS break no line in YAML 1.2."""
    assert from_yaml("a: 'x\x85y\u2028z\u2029w'\nb\u2028: 1\n") == {
        "a": "x\x85y\u2028z\u2029w",
        "b\u2028": 1,
    }


# ------------------------------------------------------------------------ places


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


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=25,
).filter(lambda value: not _has_surrogate(value))


def _has_surrogate(value: Json) -> bool:
    return any(
        0xD800 <= ord(sign) <= 0xDFFF for sign in json.dumps(value, ensure_ascii=False)
    )


@given(json_values, st.sampled_from([None, 0, 2]), st.booleans())
def test_json_is_read_as_the_standard_library_reads_it(
    value: Json, indent: int | None, ascii_only: bool
) -> None:
    """On all that is JSON the two agree, to the type."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)

    assert repr(from_json(text)) == repr(json.loads(text))


@given(st.dictionaries(st.text(max_size=3), json_values), st.sampled_from([None, 1]))
def test_places_in_json_are_where_the_text_is(
    value: dict[str, Json], indent: int | None
) -> None:
    """At the place of every key and scalar stands its own text."""
    text = json.dumps(value, indent=indent)
    sources, marks = Sources(), Marks()
    base = sources.add("a.json", text)
    root = read_json(text, base, marks, _twice)
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


@given(json_values)
def test_json_is_yaml_too(value: Json) -> None:
    """Flow style reads the same as JSON does."""
    text = json.dumps({"v": value}, ensure_ascii=False)
    # YAML wants these as escapes, and has no pairs of escapes.
    assume(not re.search("[\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]", text))

    assert repr(from_yaml(text)) == repr(from_json(text))


# ------------------------------------------------------------------- robustness


@given(st.binary())
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf")
@example(b"\x00\x00\xfe\xff")
def test_any_bytes_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    """Never an exception, and never nothing without a word."""
    path = tmp_path_factory.mktemp("bytes") / "a.yaml"
    path.write_bytes(data)
    diagnostics = Diagnostics()

    assert read(path, diagnostics) is not None or diagnostics.errors


yaml_like = st.lists(
    st.sampled_from(
        [
            *("a", "b: ", "- ", "{", "}", "[", "]", ",", ": ", "? ", "\n", "\n  "),
            *(
                "&x ",
                "*x ",
                "<<: ",
                "!!int ",
                "!t ",
                "'",
                '"',
                "|\n",
                ">-\n",
                "#",
                "\t",
            ),
            *("---\n", "...\n", "%YAML 1.2\n", "1", "1.5", "~", "\\", "é", "\u2028"),
        ]
    ),
    max_size=25,
).map("".join)


@given(yaml_like)
@example("? a\n: b\n")
@example("a: &x [*x]")
@example("&a {*a : 1}")
@example("<<: *x")
def test_yaml_like_text_is_read_alike_by_both_parsers(text: str) -> None:
    """Both parsers agree on what is YAML, and then on its value."""

    def outcome(*, pure: bool) -> str:
        try:
            return repr(from_yaml(text, pure=pure))
        except Unreadable as error:
            return error.code

    fast, pure = outcome(pure=False), outcome(pure=True)
    # Where one of them knows a rule that the other lacks, none may fail in any other way.
    assert fast == pure or "E106" in (fast, pure) or "E107" in (fast, pure)


json_like = st.lists(
    st.sampled_from(
        [
            *'{}[],:"\\ \n',
            *("true", "null", "NaN", "-", "0", "1.5", "e9", '"a"', "\\u"),
            *("\\ud800", "//", "'", "\x01", "Infinity", "é"),
        ]
    ),
    max_size=25,
).map("".join)


@given(json_like)
def test_json_like_text_is_what_the_standard_library_says(text: str) -> None:
    """Nothing else is accepted, and what is accepted is the same."""
    try:
        found = from_json(text)
    except Unreadable as error:
        if error.code != "E108":
            return  # stricter: equal keys, halves of pairs, infinite numbers
        with pytest.raises(ValueError):  # noqa: PT011 # which one is not ours to say
            json.loads(text, parse_constant=_refuse)
    else:
        assert repr(found) == repr(json.loads(text))


def _refuse(name: str) -> None:
    raise ValueError(name)


def test_both_parsers_are_tried() -> None:
    """The lock file brings the fast one."""
    assert has_libyaml() is hasattr(yaml, "CSafeLoader")
    assert from_yaml("a: [1, x]", pure=True) == {"a": [1, "x"]}


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
        "the key 'c' stands twice, first at 2:5",
        "the key 'a' stands twice, first at 1:1",
        "the key 'a' stands twice, first at 1:1",
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
