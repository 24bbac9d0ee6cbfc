"""What schemas become: recursion ends, places are kept apart, order decides nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from sdkgen import ir
from sdkgen.pipeline import Run
from sdkgen.target import Target


def declarations(folder: Path, schemas: dict[str, Any]) -> dict[str, ir.Declaration]:
    """What the components of a document become, by name."""
    path = folder / "openapi.json"
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Schemas", "version": "1"},
        "paths": {},
        "components": {"schemas": schemas},
    }
    path.write_text(json.dumps(document), encoding="utf-8")
    run = Run(Target.of_document(path))
    api = run.normalize()
    assert api is not None, list(run.diagnostics)
    return {each.name: each for each in api.declarations}


def fields(declaration: ir.Declaration) -> dict[str, ir.Type]:
    """The types of the fields of a model, by their wire names."""
    assert isinstance(declaration, ir.Model)
    return {str(each.wire): each.type for each in declaration.fields}


@pytest.mark.parametrize(
    "reference",
    [
        {"$ref": "#/components/schemas/Node"},
        {"allOf": [{"$ref": "#/components/schemas/Node"}]},
        {"allOf": [{"$ref": "#/components/schemas/Node"}], "description": "Next."},
        {"allOf": [{"$ref": "#/components/schemas/Node"}, {"description": "Next."}]},
    ],
)
def test_a_field_may_be_what_it_is_a_field_of(
    tmp_path: Path, reference: dict[str, Any]
) -> None:
    """However the reference is wrapped, it is the same class."""
    node = {"type": "object", "properties": {"next": reference}}

    found = declarations(tmp_path, {"Node": node})

    assert list(found) == ["Node"]
    assert fields(found["Node"]) == {"next": ir.Ref(name="Node")}


def test_two_recursive_schemas_at_once_end(tmp_path: Path) -> None:
    """What both have is one class that contains itself."""

    def node(name: str, kind: str) -> dict[str, Any]:
        properties = {"next": {"$ref": f"#/components/schemas/{name}"}}
        return {"type": "object", "properties": {**properties, kind: {"type": kind}}}

    both = {
        "allOf": [
            {"$ref": "#/components/schemas/A"},
            {"$ref": "#/components/schemas/B"},
        ]
    }
    schemas = {"A": node("A", "string"), "B": node("B", "integer"), "Both": both}

    found = declarations(tmp_path, schemas)

    assert list(fields(found["Both"])) == ["next", "string", "integer"]
    after = fields(found["Both"])["next"]
    assert isinstance(after, ir.Ref)
    assert fields(found[after.name])["next"] == after


def test_what_is_there_on_a_condition_is_a_field(tmp_path: Path) -> None:
    """Optional, and of any type where conditions differ; a closed object has none."""
    paid = {"properties": {"paid": {"type": "integer"}, "by": {"type": "string"}}}
    conditions = {
        "if": {"properties": {"kind": {"const": "bill"}}},
        "then": {**paid, "required": ["paid"]},
        "else": {"properties": {"by": {"type": "integer"}, "kind": {"type": "null"}}},
        "dependentSchemas": {"kind": {"$ref": "#/components/schemas/Named"}},
    }
    own = {"type": "object", "properties": {"kind": {"type": "string"}}}
    schemas = {
        "Open": {**own, **conditions},
        "Last": {**own, **conditions, "unevaluatedProperties": False},
        "Closed": {**own, **conditions, "additionalProperties": False},
        "Itself": {**own, "if": True, "then": {"$ref": "#/components/schemas/Itself"}},
        "Named": {"properties": {"name": {"type": "string"}}},
    }

    found = declarations(tmp_path, schemas)

    known = {"kind": TEXT, "by": ANY, "name": TEXT, "paid": WHOLE}
    assert fields(found["Open"]) == fields(found["Last"]) == known
    assert fields(found["Closed"]) == fields(found["Itself"]) == {"kind": TEXT}
    model = found["Open"]
    assert isinstance(model, ir.Model)
    assert not any(each.required for each in model.fields)


def scalar(kind: ir.Kind) -> ir.Scalar:
    """A scalar without anything else."""
    return ir.Scalar(kind=kind)


TEXT, WHOLE, NUMBER, ANY = map(
    scalar, (ir.Kind.STRING, ir.Kind.INTEGER, ir.Kind.NUMBER, ir.Kind.ANY)
)  # fmt: skip


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        (
            {"prefixItems": [{"type": "string"}], "items": False, "type": "array"},
            ir.TupleOf(items=(TEXT,)),
        ),
        (
            {"prefixItems": [{"type": "string"}], "items": {"type": "integer"}},
            ir.ListOf(item=ir.UnionOf(options=(TEXT, WHOLE))),
        ),
        (
            {"prefixItems": [{"type": "string"}], "unevaluatedItems": False},
            ir.TupleOf(items=(TEXT,)),
        ),
        (
            {"prefixItems": [{"type": "string"}], "maxItems": 2, "items": False},
            ir.TupleOf(items=(TEXT,)),
        ),
        (
            {"prefixItems": [{"type": "string"}], "minItems": 0, "items": False},
            ir.ListOf(item=TEXT),
        ),
        ({"prefixItems": [{"type": "string"}], "maxItems": 2}, ir.ListOf(item=ANY)),
        ({"patternProperties": {"^x-": {"type": "string"}}}, ir.MapOf(value=TEXT)),
        (
            {
                "patternProperties": {
                    "^s-": {"type": "string"},
                    "^i-": {"type": "integer"},
                }
            },
            ir.MapOf(value=ANY),
        ),
        (
            {
                "patternProperties": {
                    "^s-": {"type": "string"},
                    "^i-": {"type": "integer"},
                },
                "additionalProperties": False,
            },
            ir.MapOf(value=ir.UnionOf(options=(TEXT, WHOLE))),
        ),
        ({"enum": [1.5, 2.5]}, NUMBER),
        (
            {"enum": ["a", 1.5, None]},
            ir.UnionOf(
                options=(
                    ir.LiteralOf(values=(ir.Text("a"),), open=False),
                    NUMBER,
                    scalar(ir.Kind.NULL),
                )
            ),
        ),
        ({"const": [1]}, ir.ListOf(item=scalar(ir.Kind.ANY))),
        ({"anyOf": [False, {"type": "string"}]}, TEXT),
        ({"anyOf": [{"type": "string"}], "oneOf": [{"type": "string"}]}, TEXT),
        (
            {
                "oneOf": [{"type": "string"}, {"type": "integer"}],
                "anyOf": [{"type": "string"}, {"type": "array"}],
            },
            TEXT,
        ),
        (
            {"unevaluatedProperties": {"type": "string"}, "allOf": [{"title": "M"}]},
            ir.MapOf(value=TEXT),
        ),
    ],
)
def test_types(tmp_path: Path, schema: dict[str, Any], expected: ir.Type) -> None:
    """What a property is that has a schema."""
    holder = {"type": "object", "properties": {"it": schema}}

    assert fields(declarations(tmp_path, {"H": holder})["H"]) == {"it": expected}


def test_options_that_only_demand_are_no_union(tmp_path: Path) -> None:
    """``required`` tells which properties go together; the class is one."""
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "anyOf": [{"required": ["a"]}, {"required": ["b"]}],
    }

    found = declarations(tmp_path, {"Either": schema})

    assert list(found) == ["Either"]
    assert fields(found["Either"]) == {"a": TEXT, "b": TEXT}


def test_several_unions_are_each_combination(tmp_path: Path) -> None:
    """A value is of one option of each."""

    def demanding(name: str) -> dict[str, Any]:
        return {"properties": {name: {"type": "string"}}, "required": [name]}

    schema = {
        "type": "object",
        "properties": {"base": {"type": "string"}},
        "oneOf": [demanding("x"), demanding("y")],
        "anyOf": [demanding("p"), demanding("q")],
    }

    found = declarations(tmp_path, {"Both": schema})

    both = found.pop("Both")
    assert isinstance(both, ir.Alias)
    assert {name: [*fields(each)] for name, each in found.items()} == {
        f"BothWith{one}With{other}": ["base", one.lower(), other.lower()]
        for one in "XY"
        for other in "PQ"
    }


@pytest.mark.parametrize("levels", [100, 200])
def test_allof_many_levels_deep_takes_linear_time(tmp_path: Path, levels: int) -> None:
    """Counted in calls of the functions of the generator, not by a clock."""
    calls = {size: calls_of(tmp_path, size) for size in (levels, 2 * levels)}

    assert calls[2 * levels] < 2.2 * calls[levels]


def calls_of(folder: Path, levels: int) -> int:
    """How many calls it takes to read a schema with so many levels of ``allOf``."""
    nested: dict[str, Any] = {"properties": {"last": {"type": "string"}}}
    for level in range(levels):
        own = {"properties": {f"p{level}": {"type": "string"}}}
        nested = {"allOf": [own, nested]}
    count = 0

    def counting(frame: FrameType, event: str, _: object) -> None:
        nonlocal count
        if event == "call" and "/generator/" in frame.f_code.co_filename:
            count += 1

    before = sys.getprofile()
    sys.setprofile(counting)
    try:
        found = declarations(folder, {"Deep": {"type": "object", **nested}})
    finally:
        sys.setprofile(before)
    assert len(fields(found["Deep"])) == levels + 1
    return count


def _model(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def test_what_extends_a_property_leaves_the_original_alone(tmp_path: Path) -> None:
    """Two schemas add to one inline object: there are three classes."""
    text = {"type": "string"}
    base = {"$ref": "#/components/schemas/Base"}
    found = declarations(
        tmp_path,
        {
            "Base": _model(place=_model(city=text)),
            "Left": {"allOf": [base, _model(place=_model(street=text))]},
            "Right": {"allOf": [base, _model(place=_model(square=text))]},
        },
    )

    for name, wanted in (
        ("Base", {"city"}),
        ("Left", {"city", "street"}),
        ("Right", {"city", "square"}),
    ):
        place = fields(found[name])["place"]
        assert isinstance(place, ir.Ref)
        assert fields(found[place.name]).keys() == wanted


def test_options_are_named_by_what_tells_them_apart(tmp_path: Path) -> None:
    """Where something stands beside a union, each option is a class of its own."""

    def kind(value: str, **properties: Any) -> dict[str, Any]:
        return _model(kind={"type": "string", "enum": [value]}, **properties)

    union = {
        "oneOf": [
            {"$ref": "#/components/schemas/Circle"},
            {"$ref": "#/components/schemas/Square"},
        ]
    }
    schemas = {
        "Circle": kind("circle", radius={"type": "number"}),
        "Square": kind("square", side={"type": "number"}),
        "Union": union,
        "Drawn": {"allOf": [_model(color={"type": "string"}), union]},
        "Placed": {
            "allOf": [
                _model(at={"type": "string"}),
                {"$ref": "#/components/schemas/Union"},
            ]
        },
    }
    found = declarations(tmp_path, schemas)

    assert {"DrawnCircle", "DrawnSquare", "PlacedCircle", "PlacedSquare"} <= set(found)
    assert fields(found["DrawnCircle"]).keys() == {"color", "kind", "radius"}
    assert fields(found["PlacedSquare"]).keys() == {"at", "kind", "side"}
    assert fields(found["Square"]).keys() == {"kind", "side"}


def test_the_order_of_properties_does_not_tell_shapes_apart(tmp_path: Path) -> None:
    """What says the same in another order is the same class."""
    text, number = {"type": "string"}, {"type": "number"}
    found = declarations(
        tmp_path,
        {
            "One": _model(point=_model(x=number, name=text)),
            "Two": _model(point=_model(name=text, x=number)),
        },
    )

    assert fields(found["One"])["point"] == fields(found["Two"])["point"]


def test_a_named_object_may_be_null(tmp_path: Path) -> None:
    """The class is what it is; whoever refers to it may get null."""
    schemas = {
        "Maybe": {"type": ["object", "null"], "properties": {"a": {"type": "string"}}},
        "Holder": {"properties": {"it": {"$ref": "#/components/schemas/Maybe"}}},
    }

    found = declarations(tmp_path, schemas)

    maybe = ir.UnionOf(options=(ir.Ref(name="Maybe"), scalar(ir.Kind.NULL)))
    assert fields(found["Maybe"]) == {"a": TEXT}
    assert fields(found["Holder"]) == {"it": maybe}


def test_an_option_without_conditions_is_anything(tmp_path: Path) -> None:
    """It is not as if it were not there."""
    schema = {"anyOf": [{"description": "Whatever."}, {"type": "null"}]}

    found = declarations(tmp_path, {"Holder": {"properties": {"it": schema}}})

    assert fields(found["Holder"]) == {"it": scalar(ir.Kind.ANY)}


def _at_both(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Paths of two operations, which take a text by a parameter."""

    def item(schema: dict[str, Any]) -> dict[str, Any]:
        parameter = {"name": "kind", "in": "query", "schema": schema}
        return {"get": {"parameters": [parameter], "responses": {}}}

    return {"/a": item(first), "/b": item(second)}


@pytest.mark.parametrize("turned", [False, True])
def test_a_reference_to_an_inline_schema_does_not_change_it(
    tmp_path: Path, turned: bool
) -> None:
    """A parameter has one type, whether what refers to its schema stands before it."""
    there = {"type": "string", "enum": list("abcdefgh")}
    paths = _at_both(there, {"$ref": "#/paths/~1a/get/parameters/0/schema"})
    if turned:
        paths = dict(reversed(paths.items()))
    path = tmp_path / "openapi.json"
    document = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}}
    path.write_text(json.dumps({**document, "paths": paths}), encoding="utf-8")

    api = Run(Target.of_document(path)).normalize()

    assert api is not None
    types = {
        parameter.type
        for resource in api.resources
        for operation in resource.operations
        for parameter in operation.params
    }
    assert len(types) == 1
    assert isinstance(types.pop(), ir.Ref)


@pytest.mark.parametrize("reverse", [False, True])
def test_what_is_referred_to_where_it_stands_is_one_type(
    tmp_path: Path, reverse: bool
) -> None:
    """Whether the reference comes before what it leads to, or after that."""
    values = {"type": ["string", "null"], "enum": [*"abcdefgh", None]}
    place = "#/components/schemas/H/properties/here"
    properties = {"here": values, "there": {"$ref": place}}
    if reverse:
        properties = dict(reversed(properties.items()))

    found = fields(declarations(tmp_path, {"H": {"properties": properties}})["H"])

    assert found["here"] == found["there"]
    assert found["here"] == ir.UnionOf(
        options=(ir.Ref(name="HHere"), scalar(ir.Kind.NULL))
    )
