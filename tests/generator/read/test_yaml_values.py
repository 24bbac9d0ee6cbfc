"""What the words of YAML 1.2 stand for: scalars, keys, merges and aliases."""

from __future__ import annotations

import pytest
from reading import from_yaml

from sdkgen.support.json_pointer import Json


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
