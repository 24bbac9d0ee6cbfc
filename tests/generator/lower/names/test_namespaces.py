"""Components whose names have a namespace before them are called by their last words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sdkgen.pipeline import Run
from sdkgen.target import Target


def class_names(folder: Path, *components: str, **schemas: object) -> dict[str, str]:
    """The class of each component of a document."""
    thing = {"type": "object", "properties": {"id": {"type": "string"}}}
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1.0.0"},
        "paths": {},
        "components": {
            "schemas": {
                **schemas,
                **{name: {**thing, "title": name} for name in components},
            }
        },
    }
    path = folder / "openapi.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    run = Run(target=Target.of_document(path))
    api = run.normalize()
    assert api is not None, list(run.diagnostics)
    start = len("/components/schemas/")
    return {each.pointer[start:]: each.name for each in api.declarations}


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(
            {"io.shop.core.v1.Order": "Order", "Shop.Stock.Item": "StockItem"},
            id="the last word, unless any class may be called so",
        ),
        pytest.param(
            {"core.v1.Event": "CoreV1Event", "events.v1.Event": "EventsV1Event"},
            id="of two with one last word, as much as tells them apart",
        ),
        pytest.param(
            {"Order": "Order", "shop.v1.Order": "V1Order"},
            id="who is called so in the document keeps the name",
        ),
        pytest.param(
            {"v1.order": "Order", "v1.order.line": "OrderLine"},
            id="what is in another component has its name before it",
        ),
        pytest.param(
            {"v1.order": "Order", "v1.order.order_line": "OrderLine"},
            id="unless it repeats it",
        ),
        pytest.param(
            {"order.v2": "OrderV2", "order.json": "OrderJson", "a.b": "AB"},
            id="a version, the end of a file name or a letter is no name",
        ),
        pytest.param(
            {"Page[Shop.Order]": "PageShopOrder", "3.Order": "N3Order"},
            id="dots that are not between words",
        ),
        pytest.param(
            {"Shop.HTTPServer": "HTTPServer", "Shop.http_route": "HttpRoute"},
            id="capital letters stay",
        ),
    ],
)
def test_the_namespace_is_left_out(names: dict[str, str], tmp_path: Path) -> None:
    """Whatever the order in which the components stand."""
    for components in (list(names), list(reversed(names))):
        assert class_names(tmp_path, *components) == names


def test_what_is_inside_a_component_is_named_after_it(tmp_path: Path) -> None:
    """The inline schema of an item of a list that has no class."""
    line = {"type": "object", "properties": {"id": {"type": "string"}}}
    lines = {"type": "array", "items": line}

    names = class_names(tmp_path, **{"shop.v1.OrderLines": lines})

    assert names == {
        "shop.v1.OrderLines": "OrderLines",
        "shop.v1.OrderLines/items": "OrderLinesItem",
    }
