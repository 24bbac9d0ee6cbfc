"""Published names stay, whatever is done to the document around them."""

from __future__ import annotations

import copy
import json
import tempfile
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import given, settings, strategies as st

from sdkgen import ir, naming
from sdkgen.diagnostics.coverage import Ledger
from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.lower import build
from sdkgen.lower.default_config import derive_config
from sdkgen.read.document import load
from sdkgen.support.json_pointer import resolve

Tree = dict[str, Any]

ADDRESS = {"type": "object", "properties": {"street": {"type": "string"}}}
DOCUMENT: Tree = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1"},
    "paths": {
        "/orders": {
            "post": {
                "operationId": "orders.post",
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {
                                    "address": ADDRESS,
                                    "lines": {
                                        "type": "array",
                                        "items": {
                                            "type": "object",
                                            "properties": {"sku": {"type": "string"}},
                                        },
                                    },
                                },
                            }
                        }
                    }
                },
                "responses": {
                    "200": {
                        "description": "ok",
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/Order"}
                            }
                        },
                    }
                },
            },
            "get": {
                "operationId": "orders.get",
                "parameters": [
                    {"name": "perPage", "in": "query", "schema": {"type": "integer"}}
                ],
                "responses": {"200": {"description": "ok"}},
            },
        },
    },
    "components": {
        "schemas": {
            "Order": {
                "type": "object",
                "properties": {
                    "id": {"type": "string"},
                    "address": {
                        "type": "object",
                        "properties": {
                            "street": {"type": "string"},
                            "geo": {
                                "type": "object",
                                "properties": {"lat": {"type": "number"}},
                            },
                        },
                    },
                    "customer": {"$ref": "#/components/schemas/Customer"},
                },
            },
            "Customer": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "home": ADDRESS},
            },
        }
    },
}


def normalize(root: Tree, lock_text: str) -> tuple[ir.Api, str]:
    """The IR of a document under a lock, and the lock that comes of it."""
    diagnostics = Diagnostics()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "openapi.json"
        path.write_text(json.dumps(root), encoding="utf-8")
        document = load(path, diagnostics)
    assert document is not None, list(diagnostics)
    lock = naming.Lock(lock_text)
    config = derive_config(document)
    api = build.build(document, config, lock, diagnostics, Ledger())
    assert not diagnostics.errors, list(diagnostics)
    return api, lock.to_text()


# ------------------------------------------------------------------------ edits


def schemas(root: Tree) -> dict[str, Any]:
    found: dict[str, Any] = root["components"]["schemas"]
    return found


def objects(root: Tree) -> list[str]:
    """Pointers of the inline objects inside components."""
    found = []

    def visit(node: Any, pointer: str) -> None:
        if isinstance(node, dict):
            if node.get("type") == "object" and pointer.count("/") > 3:
                found.append(pointer)
            for key, value in node.items():
                visit(value, f"{pointer}/{key}")

    visit(schemas(root), "/components/schemas")
    return found


def put(root: Tree, pointer: str, value: Any) -> None:
    parent, _, last = pointer.rpartition("/")
    around = resolve(root, parent)
    assert around is not None
    around[0][last] = value  # type: ignore[index, call-overload]


def add_component(root: Tree, random: Random) -> None:
    """A component, sometimes of a name that an inline class has, or of a known shape."""
    name = random.choice(
        ["OrderAddress", "CustomerHome", "Street", "Zone", "orderAddress"]
    )
    shape = random.choice([ADDRESS, {"type": "object", "properties": {"z": {}}}])
    schemas(root).setdefault(name, copy.deepcopy(shape))


def add_property(root: Tree, random: Random) -> None:
    """A property, sometimes one that clashes with another in snake case."""
    target = random.choice(sorted(schemas(root)))
    wire = random.choice(["Id", "ID", "zone", "home_", "Home", "address_"])
    properties = schemas(root)[target].setdefault("properties", {})
    properties.setdefault(
        wire, copy.deepcopy(random.choice([ADDRESS, {"type": "string"}]))
    )


def remove_property(root: Tree, random: Random) -> None:
    target = schemas(root)[random.choice(sorted(schemas(root)))]
    properties = target.get("properties", {})
    if len(properties) > 1:
        del properties[random.choice(sorted(properties))]


def add_operation(root: Tree, random: Random) -> None:
    """An operation that wants a name that is taken."""
    root["paths"]["/archive/orders"] = {
        "get": {"operationId": "orders.get", "responses": {"200": {"description": ""}}}
    }


def share(root: Tree, random: Random) -> None:
    """Move an inline schema into a component and refer to it."""
    inline = objects(root)
    if inline:
        pointer = random.choice(inline)
        found = resolve(root, pointer)
        assert found is not None
        name = random.choice(["Shared", "Part", "Address"])
        if name not in schemas(root):
            schemas(root)[name] = found[0]
            put(root, pointer, {"$ref": f"#/components/schemas/{name}"})


def inline(root: Tree, random: Random) -> None:
    """Put a copy of a component in place of a reference to it."""
    properties = schemas(root).get("Order", {}).get("properties", {})
    if "$ref" in properties.get("customer", {}) and "Customer" in schemas(root):
        properties["customer"] = copy.deepcopy(schemas(root)["Customer"])


def reorder(root: Tree, random: Random) -> None:
    """Turn every map around."""

    def turned(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: turned(value) for key, value in reversed(list(node.items()))}
        return [turned(item) for item in node] if isinstance(node, list) else node

    changed = turned(root)
    root.clear()
    root.update(changed)


EDITS = [
    add_component, add_property, remove_property, add_operation, share, inline, reorder,
]  # fmt: skip


def still_there(root: Tree, place: str) -> bool:
    """Whether a schema of its own, or a reference, stands at a place."""
    found = resolve(root, place)
    return found is not None and isinstance(found[0], dict)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(EDITS), max_size=6), st.integers(0, 2**32))
def test_edits_never_rename_what_is_still_there(edits: list[Any], seed: int) -> None:
    """Add, remove, reorder, inline, share: a name stays while its place exists."""
    root = copy.deepcopy(DOCUMENT)
    random = Random(seed)
    _, text = normalize(root, "")
    for edit in edits:
        before = naming.Lock(text)
        edit(root, random)
        api, text = normalize(root, text)
        names = {declaration.name for declaration in api.declarations}
        for kind in ("type", "method", "resource"):
            for place, name in before.get_pins(kind).items():
                if kind == "type":
                    home = before.find_home(kind, name)
                    if still_there(root, home):
                        assert name in names, (edit.__name__, name, home)
                elif kind == "resource" or still_there(root, place):
                    assert naming.Lock(text).get_pins(kind)[place] == name
        after = naming.Lock(text)
        for place, name in before.get_pins("field").items():
            if place in after.get_pins("field"):
                assert after.get_pins("field")[place] == name


def test_names_do_not_depend_on_the_order_of_maps() -> None:
    """A document with every map reversed gives the same names and types."""
    turned = copy.deepcopy(DOCUMENT)
    reorder(turned, Random(0))

    api, lock = normalize(DOCUMENT, "")
    other, other_lock = normalize(turned, "")

    assert lock == other_lock
    for one, two in zip(api.declarations, other.declarations, strict=True):
        assert one.name == two.name
        assert one.pointer == two.pointer
        if isinstance(one, ir.Model) and isinstance(two, ir.Model):
            by_wire = {field.wire: field for field in two.fields}
            assert {field.wire: field for field in one.fields} == by_wire


def test_two_uses_of_one_shape_are_one_class() -> None:
    """The address of the body, and the home of the customer."""
    api, _ = normalize(DOCUMENT, "")

    names = [declaration.name for declaration in api.declarations]

    assert names == [
        "Customer",
        "CustomerHome",
        "Order",
        "OrderAddress",
        "OrderAddressGeo",
        "OrdersPostBody",
        "OrdersPostBodyLine",
    ]
