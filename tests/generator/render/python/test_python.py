"""Strings of a document on their way into files: whatever they hold, they stay text."""

from __future__ import annotations

import ast
import math
import re
import tomllib
from typing import Any

import pytest
from hypothesis import given, strategies as st
from sample_api import DECLARATIONS, HOSTILE, field, model

from sdkgen import ir
from sdkgen.ir import Kind, Ref, Scalar, Text
from sdkgen.render.declared import Declared
from sdkgen.render.python import docstrings
from sdkgen.render.python.annotations import Annotations, Use
from sdkgen.render.python.code import (
    UNSEEN,
    Code,
    Imports,
    constant_name,
    join_alternatives,
    print_file_bytes,
    print_literal,
)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(JSON)
def test_a_literal_is_its_value(value: Any) -> None:
    """Reading the literal gives the value again, surrogates and infinities included."""
    assert ast.literal_eval(print_literal(value)) == value


@given(st.text(st.characters(codec=None)))
def test_a_literal_shows_all_that_it_holds(text: str) -> None:
    """It is one line of what a reader sees, and can be written as UTF-8."""
    code = print_literal(text)

    assert not UNSEEN.search(code)
    code.encode("utf-8")


def test_a_huge_integer_is_a_literal_that_python_reads() -> None:
    """Decimal literals beyond 4,300 digits are refused by Python's parser."""
    value = 10**5000 + 1

    assert ast.literal_eval(print_literal(value)) == value


def test_what_json_does_not_have() -> None:
    """Infinities overflow, a NaN is text: no name like ``nan`` reaches the code."""
    assert math.isinf(ast.literal_eval(print_literal(math.inf)))
    assert ast.literal_eval(print_literal(-math.inf)) == -math.inf
    assert ast.literal_eval(print_literal(math.nan)) == "NaN"


def test_a_literal_that_is_nested_too_deep_is_cut() -> None:
    """Python gives up at 200 brackets; the example is cut before."""
    value: list[Any] = []
    for _ in range(5000):
        value = [value]

    ast.literal_eval(print_literal(value))


def test_only_json_is_a_literal() -> None:
    """Anything else is a defect of the caller."""
    with pytest.raises(TypeError, match="not JSON: object"):
        print_literal(object())


@given(st.text())
def test_bytes_of_an_example(text: str) -> None:
    """The example of a file, which JSON says as text, becomes bytes."""
    assert ast.literal_eval(print_file_bytes(text)) == text.encode(
        "utf-8", "backslashreplace"
    )


@given(st.text(st.characters(codec=None)), st.sampled_from([0, 4, 8]), st.booleans())
def test_a_docstring_is_one_string(text: str, indent: int, closed: bool) -> None:
    """It parses as a single constant, and holds nothing that is not seen."""
    code = docstrings.quote_docstring([text], indent, closed=closed)

    found = ast.parse(code).body

    assert len(found) == 1
    assert isinstance(found[0], ast.Expr)
    assert isinstance(found[0].value, ast.Constant)
    assert not UNSEEN.search(code.replace("\n", ""))


def test_prose_is_wrapped_and_the_rest_is_kept() -> None:
    """Lists keep their items, tables and code their lines."""
    text = (
        "A paragraph that is longer than a line\nmay be.\n\n* one item that is long too\n"
        "* two\n\n| a | b |\n|---|---|\n\n```\nx  =  1\n```"
    )

    assert docstrings.wrap_text(text, 24) == [
        "A paragraph that is",
        "longer than a line may",
        "be.",
        "",
        "* one item that is long",
        "  too",
        "* two",
        "",
        "| a | b |",
        "|---|---|",
        "",
        "```",
        "x  =  1",
        "```",
    ]


@given(st.text(st.characters(codec=None)))
def test_a_comment_is_one_line(text: str) -> None:
    """No line end of any kind gets out of a comment."""
    code = docstrings.write_comment(text)

    assert len(code.splitlines()) <= 1
    assert ast.parse(f"# {code}\n").body == []


@given(st.text())
def test_a_string_of_toml(text: str) -> None:
    """It reads as one string, with white space as single spaces."""
    found = tomllib.loads(f"x = {docstrings.quote_toml(text)}")

    assert found == {"x": docstrings.join_lines(text)}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a_b _c_ *d*", r"a_b \_c\_ \*d\*"),
        ("<script> [x](y) | z", r"\<script\> \[x\](y) \| z"),
        ("code `a_b <c>` stays", "code `a_b <c>` stays"),
        ("# no heading\n\nno paragraph", r"\# no heading no paragraph"),
        ("1. no list", r"\1. no list"),
    ],
)
def test_markdown_is_text(text: str, shown: str) -> None:
    """Nothing in a title is markup but inline code."""
    assert docstrings.escape_markdown(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"), [("a", "`a`"), ("a`b", "``a`b``"), ("`", "`` ` ``")]
)
def test_a_code_span_holds_its_backticks(text: str, shown: str) -> None:
    """The delimiter is longer than any run of backticks inside (CommonMark 6.1)."""
    assert docstrings.code_span(text) == shown


def test_hostile_text_stays_text() -> None:
    """A string with every way out ends up inside one string."""
    code = docstrings.document_attribute(
        ir.Doc(description=HOSTILE), 4, "Default: `1`."
    )

    assert isinstance(ast.parse(code, mode="eval").body, ast.Constant)


@pytest.mark.parametrize(
    ("type_", "model", "argument"),
    [
        (Scalar(kind=Kind.NUMBER), "int | float", "float"),
        (Scalar(kind=Kind.DATETIME), "datetime", "datetime | str"),
        (ir.ListOf(item=Ref(name="Node")), "list[Node]",
         "Sequence[models.Node | params.NodeParams]"),
        (ir.MapOf(value=Scalar(kind=Kind.ANY)), "dict[str, Any]", "Mapping[str, Any]"),
        (ir.LiteralOf(values=(Text("a"), 1)), 'Literal["a", 1] | str | int',
         'Literal["a", 1] | str | int'),
        (ir.LiteralOf(values=(Text("a"),), open=False), 'Literal["a"]', 'Literal["a"]'),
        (ir.LiteralOf(values=(Text("\ud800"),), open=False), "str", "str"),
        (Ref(name="Color"), "Color", "models.Color"),
        (Ref(name="Pet"), "Pet", "models.Pet | params.PetParams"),
        (Ref(name="Extra"), "Extra", "models.Extra"),
        (ir.UnionOf(options=(Scalar(kind=Kind.NULL), Scalar(kind=Kind.STRING))),
         "str | None", "str | None"),
    ],
)  # fmt: skip
def test_annotations(type_: ir.Type, model: str, argument: str) -> None:
    """What is received is exact; what is sent takes what can be sent as it."""
    declared = Declared(DECLARATIONS)

    assert Annotations(declared, Use.MODEL, Imports())(type_) == model
    assert Annotations(declared, Use.ARGUMENT, Imports())(type_) == argument


def test_an_annotation_keeps_clear_of_the_names_around_it() -> None:
    """In a class with a method ``list``, ``list[str]`` would be that method."""
    imports = Imports()
    shadowed = frozenset({"list"})
    printed = Annotations(Declared(()), Use.RESULT, imports, shadowed)

    assert printed(ir.ListOf(item=Scalar(kind=Kind.STRING))) == "builtins.list[str]"
    assert imports.print_lines() == ("import builtins",)


def test_an_annotation_that_is_too_deep_ends_in_any() -> None:
    """Python's parser and people both give up before."""
    type_: ir.Type = Scalar(kind=Kind.STRING)
    for _ in range(300):
        type_ = ir.ListOf(item=type_)

    text = Annotations(Declared(()), Use.RESULT, Imports())(type_)

    ast.parse(text)
    assert "Any" in text


def test_what_a_recursive_type_holds_is_found() -> None:
    """A list of itself is searched once."""
    loop = ir.Alias(
        name="Loop", type=ir.ListOf(item=Ref(name="Loop")), pointer=Text("/x")
    )

    assert not Declared((loop,)).has(Ref(name="Loop"), Kind.MILLISECONDS)


def test_imports_are_sorted_by_where_they_come_from() -> None:
    """Standard library, dependencies, then the package itself."""
    imports = Imports()
    for module, name in (
        (".device", "Device"), ("pydantic", "Field"), ("typing", "Any"),
        ("..models", "X"), ("datetime", "date"), ("typing", "Annotated"),
    ):  # fmt: skip
        imports.add_name(module, name)

    assert imports.print_lines() == (
        "from datetime import date",
        "from typing import Annotated, Any",
        "",
        "from pydantic import Field",
        "",
        "from ..models import X",
        "from .device import Device",
    )


def test_constants_of_methods_stay_apart() -> None:
    """Upper case folds letters of some scripts; those stay as they are."""
    assert constant_name("send_state") == "_SEND_STATE"
    assert constant_name("straße") != constant_name("strasse")
    assert isinstance(print_literal("x"), Code)


def test_a_dictionary_is_never_called_like_a_model() -> None:
    """They stand in one table."""
    declared = Declared([model("Pet"), model("PetParams")])

    assert declared.typed_dict("Pet") == "PetParams_"
    assert declared.typed_dict("PetParams") == "PetParamsParams"


def test_unions_of_many_have_parentheses() -> None:
    """Checkers refuse a row of some 250; what it means is the same."""
    names = [f"T{index}" for index in range(300)]
    row = " | ".join(names)

    text = join_alternatives(names)

    assert text.replace("(", "").replace(")", "") == row
    assert max(len(part.split(" | ")) for part in re.split(r"[()]", text)) < 100
    assert join_alternatives(names[:60]) == " | ".join(names[:60])


def test_unions_in_other_types_have_parentheses_too() -> None:
    """In a list, a map, a tuple and a union of models that a property tells apart."""
    names = [f"T{index}" for index in range(300)]
    declarations = [
        model(
            name,
            field(
                "kind", ir.LiteralOf(values=(Text(name),), open=False), required=True
            ),
        )
        for name in names
    ]
    options = tuple(Ref(name=name) for name in names)
    plain = ir.UnionOf(options=options)
    tagged = ir.UnionOf(options=options, tag=Text("kind"))
    printed = Annotations(Declared(declarations), Use.MODEL, Imports())

    for type_ in (
        ir.ListOf(item=plain), ir.MapOf(value=plain), ir.TupleOf(items=(plain, plain)),
        tagged, ir.ListOf(item=tagged),
    ):  # fmt: skip
        text = printed(type_)
        assert max(len(part.split(" | ")) for part in re.split(r"[()]", text)) < 100
