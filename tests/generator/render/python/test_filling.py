"""Long statements fill lines, and stay what they are."""

from __future__ import annotations

import ast

import black
from hypothesis import given, strategies as st

from sdkgen.render.python.statements import (
    COLUMNS,
    assign_all,
    begin_typed_call,
    bracket_annotation,
    fill_alias,
    fill_call,
)

NAMES = st.text("abcdgh_", min_size=1, max_size=30)
"""No keyword is made of these letters."""
VALUES = st.lists(st.text(max_size=20), max_size=6).map(lambda each: f"{each!r}")


@given(st.lists(st.tuples(NAMES, VALUES), max_size=12, unique_by=lambda pair: pair[0]))
def test_a_call_stays_what_it_is(items: list[tuple[str, str]]) -> None:
    """Whatever is broken, and wherever there are blanks."""
    passed = [f"k{name}={value}" for name, value in items]

    made = fill_call("call(", passed, ")", 4)

    assert ast.dump(ast.parse(made)) == ast.dump(
        ast.parse(f"call({', '.join(passed)})")
    )


@given(st.lists(NAMES, max_size=30))
def test_no_line_is_longer_than_it_may_be(names: list[str]) -> None:
    """Where nothing is too long by itself."""
    made = fill_call("call(", names, ")", 4)

    assert all(len(line) <= COLUMNS for line in f"    {made}".splitlines())


def test_what_fits_stays_on_one_line() -> None:
    """Or on one line of its own between the brackets."""
    assert fill_call("f(", ["a", "b"], ")", 0) == "f(a, b)"
    assert fill_call("function(", ["a" * 40, "b" * 42], ")", 0) == (
        f"function(\n    {'a' * 40}, {'b' * 42}\n)"
    )


def test_an_item_that_is_too_long_has_lines_of_its_own() -> None:
    """It is broken before an operator."""
    long = f"x: {'A' * 50} | {'B' * 50} | None = None"

    made = fill_call("def f(", ["self", long, "y: int"], "):", 0)

    assert made.splitlines() == [
        "def f(",
        "    self,",
        f"    x: {'A' * 50}",
        f"        | {'B' * 50} | None = None,",
        "    y: int,",
        "):",
    ]


def test_a_long_annotation_stands_in_brackets() -> None:
    """A short one does not."""
    assert bracket_annotation("A | B", 5, 0) == "A | B"
    assert bracket_annotation("A | B", 4, 0) == "(\n    A | B\n)"


@given(st.lists(NAMES, max_size=30, unique=True))
def test_what_fills_lines_outside_of_a_class_stays_as_it_is(names: list[str]) -> None:
    """Black leaves a statement alone that says so; a short one need not."""
    for text in (
        assign_all(names),
        f"Alias: TypeAlias = {fill_alias('Alias', ' | '.join(names))}",
    ):
        if names:
            assert (
                black.format_str(text, mode=black.Mode(line_length=COLUMNS))
                == f"{text}\n"
            )
    assert assign_all(["b", "a"]) == '__all__ = ["a", "b"]'


def test_the_type_of_a_constant_has_lines_of_its_own_if_it_must() -> None:
    """And no comma, which would make a tuple of it."""
    long = " | ".join(letter * 40 for letter in "ABC")

    assert begin_typed_call("X", "Operation", "A") == "X: Operation[A] = Operation("
    assert begin_typed_call("X", "Operation", long).splitlines() == [
        "X: Operation[",
        f"    {'A' * 40} | {'B' * 40}",
        f"        | {'C' * 40}",
        "] = Operation(",
    ]


def test_innermost_brackets_are_not_broken() -> None:
    """Nor what belongs together: a key and its value, ``lambda`` and its body."""
    rows = ", ".join(f'Param("{letter * 20}", "query", odd=True)' for letter in "ab")
    pairs = ", ".join(
        f'"{each}": lambda: models.{each * 8}' for each in ("Aaaa", "Bbbb")
    )

    made = fill_call("F(", [f"params=({rows})", f"responses={{{pairs}}}"], ")", 0)

    assert made.splitlines() == [
        "F(",
        f'    params=(Param("{"a" * 20}", "query", odd=True),',
        f'        Param("{"b" * 20}", "query", odd=True)),',
        f'    responses={{"Aaaa": lambda: models.{"Aaaa" * 8},',
        f'        "Bbbb": lambda: models.{"Bbbb" * 8}}},',
        ")",
    ]
