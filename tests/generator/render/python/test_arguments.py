"""What follows from an operation: which arguments can be null."""

from __future__ import annotations

import pytest

from sdkgen import ir
from sdkgen.ir import Kind, Location, Text
from sdkgen.render.calls import may_be_null
from sdkgen.render.declared import Declared

STRING = ir.Scalar(kind=Kind.STRING)
NULL = ir.Scalar(kind=Kind.NULL)
ANY = ir.Scalar(kind=Kind.ANY)
OR_NULL = ir.UnionOf(options=(STRING, NULL))
MAYBE = ir.Alias(name="Maybe", type=OR_NULL, pointer=Text("/components/schemas/Maybe"))
DECLARED = Declared([MAYBE])


def body(type_: ir.Type, media_type: str) -> ir.Body:
    """A body of one media type."""
    return ir.Body(
        name="body", media=(ir.Media(media_type=Text(media_type), type=type_),)
    )


def param(type_: ir.Type, media_type: str) -> ir.Param:
    """A parameter of the query."""
    return ir.Param(
        name="p",
        wire=Text("p"),
        location=Location.QUERY,
        type=type_,
        media_type=Text(media_type),
    )


@pytest.mark.parametrize("make", [body, param])
@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        (STRING, False),
        (OR_NULL, True),
        (NULL, True),
        (ANY, True),
        (ir.Ref(name="Maybe"), True),
        (ir.LiteralOf(values=(Text("a"), None), open=False), True),
        (ir.LiteralOf(values=(Text("a"),), open=False), False),
        (ir.ListOf(item=OR_NULL), False),
    ],
)
def test_json_says_null_where_the_schema_allows_it(
    make: type, type_: ir.Type, *, expected: bool
) -> None:
    """At the top: what is in a list or an object says it by itself."""
    for media_type in ("application/json", "application/merge-patch+json; charset=x"):
        assert may_be_null(make(type_, media_type), DECLARED) is expected


@pytest.mark.parametrize(
    "argument",
    [
        body(OR_NULL, "text/plain"),
        body(ANY, "application/octet-stream"),
        param(OR_NULL, "text/plain"),
        param(OR_NULL, ""),
    ],
)
def test_nothing_else_says_null(argument: ir.Param | ir.Body) -> None:
    """``p=null`` would be the text."""
    assert not may_be_null(argument, DECLARED)
