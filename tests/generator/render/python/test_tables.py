"""Constants that tell the runtime about operations."""

from __future__ import annotations

import pytest

from sdkgen import ir
from sdkgen.ir import Location, Style, Text
from sdkgen.render.declared import Declared
from sdkgen.render.python.code import Imports
from sdkgen.render.python.views.operation_tables import Tables
from sdkgen.render.python.views.resources import resource_view

API = ir.Api(
    package=ir.Package(dist="a", module="a", version="1", client="A"),
    title=Text("A"),
    version=Text("1"),
)
STRING = ir.Scalar(kind=ir.Kind.STRING)


def param(wire: str, location: Location, style: Style) -> ir.Param:
    """A parameter that is called alike everywhere."""
    return ir.Param(
        name=wire,
        wire=Text(wire),
        location=location,
        type=STRING,
        style=style,
        explode=style is Style.FORM,
    )


def in_path(wire: str, style: Style = Style.SIMPLE) -> ir.Param:
    """A parameter of the path."""
    return param(wire, Location.PATH, style)


QUERY = param("q", Location.QUERY, Style.FORM)


def operation(*params: ir.Param, name: str = "get") -> ir.Operation:
    """An operation below ``/{a}/{b}``."""
    return ir.Operation(
        id=Text(name),
        name=name,
        method="GET",
        path=Text("/{a}/x/{b}"),
        params=params,
        responses=tuple(
            ir.Response(status=Text(status)) for status in ("204", "400", "404")
        ),
        pointer=Text(""),
    )


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ([in_path("a"), in_path("b")], ""),
        ([in_path("a"), in_path("b"), QUERY], 'params=in_query("q")'),
        ([in_path("b"), in_path("a")], 'params=in_path("b a")'),
        ([in_path("a")], 'params=in_path("a")'),
        ([in_path("a"), QUERY, in_path("b")], 'in_path("a"), in_query("q"), in_path'),
        (
            [in_path("a"), in_path("b", Style.LABEL)],
            'Param("b", "path", style="label")',
        ),
    ],
)
def test_parameters_that_follow_from_the_path_are_left_out(
    params: list[ir.Param], said: str
) -> None:
    """If they are plain, all there, first, and in the order of the path."""
    tables = Tables(API, Declared(()), Imports(), Imports(), failures="_F")

    made = tables.operation(operation(*params)).text

    assert said in made
    assert ("params=" in made) is bool(said)


def test_no_operation_takes_the_name_of_what_all_share() -> None:
    """An operation may be called ``failures``."""
    both = (operation(name="failures"), operation(name="get"))
    resource = ir.Resource(name="thing", class_name="ThingResource", operations=both)

    view = resource_view(resource, API, Declared(()))

    assert view.failures == '_FAILURES_ = {"400": None, "404": None}'
    assert [table.name for table in view.tables] == ["_FAILURES", "_GET"]
    assert all("failures=_FAILURES_" in table.text for table in view.tables)
