"""Prose of a document never leaves the docstring it is put into."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, strategies as st

from sdkgen import ir
from sdkgen.ir import Kind, Text
from sdkgen.render.python.docstrings import (
    drop_repetition,
    quote_docstring,
    write_section,
)
from sdkgen.render.python.facts import constraint_facts


@pytest.mark.parametrize(
    "text",
    ['a"', 'a""', 'a"""', 'a""""', "a\\", 'a\\"', 'a\\\\"', '"""', '\\"""', "{x}"],
)
def test_quotes_and_backslashes_are_kept(text: str) -> None:
    """The docstring says the text to the letter, whatever it ends with."""
    assert ast.literal_eval(str(quote_docstring([text]))) == text


@given(st.text(alphabet="\"\\a 'n{#"))
def test_any_mixture_of_what_ends_strings_is_kept(text: str) -> None:
    """Quotes and backslashes in any order."""
    assert ast.literal_eval(str(quote_docstring([text]))) == text.strip()


@given(st.text())
def test_any_text_is_one_string(text: str) -> None:
    """Whatever the text is, what is printed is one literal and nothing else."""
    tree = ast.parse(str(quote_docstring([text])))

    assert len(tree.body) == 1
    assert isinstance(tree.body[0], ast.Expr)
    assert isinstance(tree.body[0].value, ast.Constant)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("device_id", "The id of the device"),
        ("device_id", "Unique identifier for this device."),
        ("device_ids", "The devices' ids."),
        ("page_size", "Page size"),
        ("name", "A name."),
    ],
)
def test_a_description_that_repeats_its_name_is_dropped(name: str, text: str) -> None:
    """Whatever little words it has besides."""
    assert drop_repetition(text, name) == ""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("device_id", "The id of the parent device."),
        ("device_id", "Not the id of the device."),
        ("name", "Name, of at most 9 characters."),
        ("id", "設備の id"),
        ("key", "Key " * 200),
    ],
)
def test_a_description_that_says_anything_stays(name: str, text: str) -> None:
    """As it is; a long one is not looked at."""
    assert drop_repetition(text, name) == text


def test_a_section_without_entries_is_none() -> None:
    """Neither its title stays, where no argument has anything said of it."""
    assert write_section("Args", [(), ()]) == []
    assert write_section("Args", [(), ("a: b",)]) == ["", "Args:", "    a: b"]


def test_no_constraint_hides_another() -> None:
    """Two bounds are one sentence; what else holds is said as well."""
    constraints = {"minimum": 0, "maximum": 100, "multipleOf": 5}
    scalar = ir.Scalar(
        kind=Kind.INTEGER,
        constraints=tuple((Text(key), value) for key, value in constraints.items()),
    )

    assert constraint_facts(scalar) == ["From 0 to 100.", "A multiple of 5."]
