"""Methods of resources: what their calls pass on."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import sample_api

from sdkgen import ir
from sdkgen.ir import Location, Ref, Text
from sdkgen.render.declared import Declared
from sdkgen.render.python.views.resources import MethodView, resource_view

LIST = next(each for each in sample_api.OPERATIONS if each.name == "list")


def methods_of(operation: ir.Operation) -> dict[str, MethodView]:
    """The methods of a resource with this one operation, by their names."""
    resource = ir.Resource(
        name="thing", class_name="ThingResource", operations=(operation,)
    )
    api = replace(sample_api.API, resources=(resource,))
    view = resource_view(resource, api, Declared(api.declarations))
    return {str(each.name): each for each in view.faces[0].methods}


def passed_by(method: MethodView) -> list[str]:
    """What the call of a method passes on, behind the tables and the options."""
    return re.findall(r"\w+", method.call.partition("request_options")[2])


@pytest.mark.parametrize("others", [(), ("size",), ("size", "color")])
def test_iterating_takes_all_but_what_says_the_page(others: tuple[str, ...]) -> None:
    """Nothing is passed on that is no argument, even where there is no other one."""
    params = tuple(
        sample_api.param(name, Location.QUERY) for name in ("cursor", *others)
    )
    pages = ir.Pages(
        method="iterate",
        style="cursor",
        params=(("cursor", "cursor"),),
        position="cursor",
        items=Text("items"),
        item=Ref(name="Extra"),
        cursor=Text("next"),
    )
    found = methods_of(replace(LIST, params=params, pages=pages, shapes=()))

    assert passed_by(found["iterate"]) == ["None", *others]
    assert "cursor" not in found["iterate"].opening
    assert passed_by(found["list"]) == ["cursor", *others]
