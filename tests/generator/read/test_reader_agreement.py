"""Any text is read or refused, and all who read it agree on what it says."""

from __future__ import annotations

import json
import re

import pytest
import yaml
from hypothesis import assume, example, given, strategies as st
from reading import from_json, from_yaml, json_values

from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.read.document import read
from sdkgen.read.source_map import Unreadable
from sdkgen.read.yaml_reader import has_libyaml
from sdkgen.support.json_pointer import Json


@given(json_values, st.sampled_from([None, 0, 2]), st.booleans())
def test_json_is_read_as_the_standard_library_reads_it(
    value: Json, indent: int | None, ascii_only: bool
) -> None:
    """On all that is JSON the two agree, to the type."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)

    assert repr(from_json(text)) == repr(json.loads(text))


@given(json_values)
def test_json_is_yaml_too(value: Json) -> None:
    """Flow style reads the same as JSON does."""
    text = json.dumps({"v": value}, ensure_ascii=False)
    # YAML wants these as escapes, and has no pairs of escapes.
    assume(not re.search("[\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]", text))

    assert repr(from_yaml(text)) == repr(from_json(text))


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
