"""A property that tells the alternatives of a union apart is its discriminator."""

from __future__ import annotations

import pytest

from sdkgen import ir
from sdkgen.ir import Kind, Ref, Text
from sdkgen.lower.schemas.discriminators import infer_discriminators


def model(name: str, *values: str, required: bool = True) -> ir.Model:
    """An object whose ``kind`` is one of some texts."""
    kind = ir.LiteralOf(values=tuple(map(Text, values)), open=len(values) > 1)
    field = ir.Field(name="kind", wire=Text("kind"), type=kind, required=required)
    return ir.Model(name=name, fields=(field,), pointer=Text(f"/{name}"))


def union(*options: ir.Type) -> ir.Alias:
    """An alias of a list of alternatives."""
    type_ = ir.ListOf(item=ir.UnionOf(options=options))
    return ir.Alias(name="Shapes", type=type_, pointer=Text("/Shapes"))


def inferred(*declarations: ir.Declaration) -> ir.UnionOf:
    """The union of the alias."""
    made = {each.name: each for each in infer_discriminators(declarations)}["Shapes"]
    assert isinstance(made, ir.Alias)
    assert isinstance(made.type, ir.ListOf)
    assert isinstance(made.type.item, ir.UnionOf)
    return made.type.item


BOTH = (Ref(name="Circle"), Ref(name="Square"))


def test_what_each_alternative_fixes_tells_them_apart() -> None:
    """By one value or by several."""
    found = inferred(model("Circle", "c", "C"), model("Square", "s"), union(*BOTH))

    assert found.tag == "kind"
    assert found.mapping == (("c", "Circle"), ("C", "Circle"), ("s", "Square"))


def test_a_value_that_no_alternative_has_belongs_to_none() -> None:
    """The enumerations that tell alternatives apart are closed."""
    made = infer_discriminators(
        [model("Circle", "c", "C"), model("Square", "s"), union(*BOTH)]
    )

    kinds = [each.fields[0].type for each in made if isinstance(each, ir.Model)]
    assert [kind.open for kind in kinds if isinstance(kind, ir.LiteralOf)] == [
        False
    ] * 2


@pytest.mark.parametrize(
    ("declarations", "options"),
    [
        ((model("Circle", "c"), model("Square", "c")), BOTH),
        ((model("Circle", "c"), model("Square", "s", required=False)), BOTH),
        (
            (model("Circle", "c"), model("Square", "s")),
            (*BOTH, ir.MapOf(value=ir.Scalar(kind=Kind.STRING))),
        ),
    ],
)  # fmt: skip
def test_alternatives_that_cannot_be_told_apart_stay_as_they_are(
    declarations: tuple[ir.Model, ...], options: tuple[ir.Type, ...]
) -> None:
    """A value in two of them, a property that may be missing, a map beside them."""
    assert inferred(*declarations, union(*options)).tag is None


def test_what_is_no_object_makes_no_difference() -> None:
    """A union may have texts or null beside objects, and other unions in it."""
    string = ir.Scalar(kind=Kind.STRING)
    inner = ir.Alias(
        name="Inner", type=ir.UnionOf(options=(BOTH[0], string)), pointer=Text("/Inner")
    )

    found = inferred(
        model("Circle", "c"),
        model("Square", "s"),
        inner,
        union(Ref(name="Inner"), BOTH[1]),
    )

    assert found.tag == "kind"
    assert found.mapping == (("c", "Circle"), ("s", "Square"))


def test_the_order_of_declarations_makes_no_difference() -> None:
    """The order of alternatives is that of the document."""
    circle, square = model("Circle", "c"), model("Square", "s")

    assert inferred(circle, square, union(*BOTH)) == inferred(
        union(*BOTH), square, circle
    )
