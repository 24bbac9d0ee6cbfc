"""Prose of a document never leaves the docstring it is put into."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given, strategies as st

from sdkgen.render.python.docstrings import docstring


@pytest.mark.parametrize(
    "text",
    ['a"', 'a""', 'a"""', 'a""""', "a\\", 'a\\"', 'a\\\\"', '"""', '\\"""', "{x}"],
)
def test_quotes_and_backslashes_are_kept(text: str) -> None:
    """The docstring says the text to the letter, whatever it ends with."""
    assert ast.literal_eval(str(docstring([text]))) == text


@given(st.text(alphabet="\"\\a 'n{#"))
def test_any_mixture_of_what_ends_strings_is_kept(text: str) -> None:
    """Quotes and backslashes in any order."""
    assert ast.literal_eval(str(docstring([text]))) == text.strip()


@given(st.text())
def test_any_text_is_one_string(text: str) -> None:
    """Whatever the text is, what is printed is one literal and nothing else."""
    tree = ast.parse(str(docstring([text])))

    assert len(tree.body) == 1
    assert isinstance(tree.body[0], ast.Expr)
    assert isinstance(tree.body[0].value, ast.Constant)
