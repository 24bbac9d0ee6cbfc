"""What comes of a document does not depend on its order; it changes where it must."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cases import find_cases
from corpus import reverse_file

from sdkgen import ir
from sdkgen.pipeline import Run
from sdkgen.target import Target

FOLDERS = sorted({*find_cases("expected"), *find_cases("generated.txt")})


def target(folder: Path) -> Target:
    """The target or the document of a case."""
    if (folder / "sdk.yaml").exists():
        return Target.of_folder(folder)
    return Target.of_document(next(iter(sorted(folder.glob("openapi.*")))))


def facts(folder: Path) -> object:
    """All that is known of an API, without the order in which it stands."""
    trial = Run(target=target(folder))
    api = trial.normalize()
    assert api is not None, list(trial.diagnostics)
    return unordered(ir.to_json(api))


def unordered(value: Any) -> Any:
    """A value in which what stands in lists has no order."""
    if isinstance(value, dict):
        return {key: unordered(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted((unordered(each) for each in value), key=json.dumps)
    return value


@pytest.mark.parametrize("case", FOLDERS, ids=lambda case: case.name)
def test_the_order_of_maps_is_the_order_of_print(
    case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every map reversed gives the same names, types and behaviour."""
    monkeypatch.setenv("SDKGEN_CACHE", "off")
    folders = [tmp_path / "one/case", tmp_path / "other/case"]
    for folder in folders:
        leave_out = shutil.ignore_patterns("expected", "names.lock", "*.txt")
        shutil.copytree(case, folder, ignore=leave_out)
    for path in folders[1].rglob("*"):
        kept = path.name == "sdk.yaml" or "overlay" in path.name
        if path.suffix in (".json", ".yaml", ".yml") and not kept:
            reverse_file(path)

    one, other = (facts(folder) for folder in folders)

    assert one == other


PLACE = {"type": "object", "properties": {"street": {"type": "string"}}}
NEW = {
    "type": "object",
    "description": "How a thing is used.",
    "properties": {"count": {"type": "integer"}, "place": PLACE},
}
REQUEST = {
    "type": "object",
    "properties": {"reason": {"enum": ["need", "whim"]}, "place": PLACE},
    "required": ["reason"],
}


def shop() -> dict[str, Any]:
    """A document of three resources."""
    paths: dict[str, Any] = {}
    for name in ("item", "order", "user"):
        schema = {"$ref": f"#/components/schemas/{name.title()}"}
        paths[f"/{name}s/{{{name}Id}}"] = {
            method: operation(f"{name}.{verb}", f"{name}Id", schema)
            for method, verb in (("get", "get"), ("patch", "change"))
        }
    schemas = {
        name: {"type": "object", "properties": {name.lower(): {"type": "string"}}}
        for name in ("Item", "Order", "User")
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Shop", "version": "1.0.0"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def operation(
    identifier: str,
    parameter: str,
    schema: dict[str, Any],
    body: dict[str, Any] | None = None,
) -> Any:
    """An operation on one thing, which answers with a schema."""
    said: dict[str, Any] = {
        "operationId": identifier,
        "parameters": [
            {
                "name": parameter,
                "in": "path",
                "required": True,
                "schema": {"type": "string"},
            }
        ],
        "responses": {
            "200": {
                "description": "Fine.",
                "content": {"application/json": {"schema": schema}},
            }
        },
    }
    if body is not None:
        said["requestBody"] = {"content": {"application/json": {"schema": body}}}
    return said


def ref(name: str) -> dict[str, Any]:
    """A reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def add(
    document: dict[str, Any],
    action: str,
    schema: dict[str, Any],
    body: dict[str, Any] | None = None,
) -> None:
    """Put an operation of orders in the middle of a document."""
    added = {"post": operation(f"order.{action}", "orderId", schema, body)}
    paths = list(document["paths"].items())
    paths.insert(1, (f"/orders/{{orderId}}/{action}", added))
    document["paths"] = dict(paths)


def declare(document: dict[str, Any], **schemas: dict[str, Any]) -> None:
    """Put components before the others."""
    components = document["components"]
    components["schemas"] = {**schemas, **components["schemas"]}


def add_plain(document: dict[str, Any]) -> None:
    """An operation that answers with what others answer with."""
    add(document, "cancel", ref("Order"))


def add_with_response(document: dict[str, Any]) -> None:
    """An operation with a response of its own."""
    declare(document, Use=NEW)
    add(document, "use", ref("Use"))


def add_with_body(document: dict[str, Any]) -> None:
    """An operation with a response and a body of its own."""
    declare(document, Use=NEW, UseRequest=REQUEST)
    add(document, "use", ref("Use"), ref("UseRequest"))


def add_inline(document: dict[str, Any]) -> None:
    """The same, written where they are used."""
    add(document, "use", NEW, REQUEST)


def add_first_types(document: dict[str, Any]) -> None:
    """The same in a resource that has no types of its own yet."""
    declare(document, Use=NEW, UseRequest=REQUEST)
    added = operation("status.use", "statusId", ref("Use"), ref("UseRequest"))
    document["paths"]["/status/{statusId}/use"] = {"post": added}


RECEIVED = {"models/__init__.py", "models/order_types.py"}
"""The table of all types, and the module of those of orders."""

SENT = {*RECEIVED, "params/order_types.py"}
"""And that of the dictionaries of their shape."""


@pytest.mark.parametrize(
    ("change", "types"),
    [
        (add_plain, set[str]()),
        (add_with_response, RECEIVED),
        (add_with_body, SENT),
        (add_inline, SENT),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_an_operation_touches_few_files(
    change: Callable[[dict[str, Any]], None],
    types: set[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its resource, the modules of its types and the table of all types: no more.

    So it is with a new body and a new response as well.
    """
    monkeypatch.setenv("SDKGEN_CACHE", "off")

    touched = touched_by(change, tmp_path)

    assert touched == {"resources/order.py", *types}


def test_the_first_types_of_a_resource_touch_as_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are new modules, which stand in the same table."""
    monkeypatch.setenv("SDKGEN_CACHE", "off")
    before = shop()
    status = operation("status.get", "statusId", {"type": "string"})
    before["paths"]["/status/{statusId}"] = {"get": status}

    touched = touched_by(add_first_types, tmp_path, before)

    assert touched == {
        "models/__init__.py", "models/status_types.py", "params/status_types.py",
        "resources/status.py",
    }  # fmt: skip


def test_a_new_resource_touches_the_client_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the table of resources."""
    monkeypatch.setenv("SDKGEN_CACHE", "off")

    touched = touched_by(add_first_types, tmp_path)

    assert touched == {
        "_client.py", "models/__init__.py", "models/status_types.py",
        "params/status_types.py", "resources/__init__.py", "resources/status.py",
    }  # fmt: skip


def add_for_another(document: dict[str, Any]) -> None:
    """An operation that answers with a type that only another resource needed."""
    added = operation("user.order", "userId", ref("Order"))
    document["paths"]["/users/{userId}/order"] = {"get": added}


def test_what_a_second_resource_needs_moves_out_of_the_module_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which is one file more; a document in files of schemas says what is where."""
    monkeypatch.setenv("SDKGEN_CACHE", "off")

    touched = touched_by(add_for_another, tmp_path)

    assert touched == {
        "models/__init__.py", "models/order.py", "models/order_types.py",
        "resources/user.py",
    }  # fmt: skip


def order(document: dict[str, Any]) -> dict[str, Any]:
    """The properties of an order."""
    found: dict[str, Any] = document["components"]["schemas"]["Order"]["properties"]
    return found


def describe(document: dict[str, Any]) -> None:
    """Say what a property is."""
    order(document)["order"]["description"] = "What is ordered."


def widen(document: dict[str, Any]) -> None:
    """Add an optional property."""
    order(document)["urgent"] = {"type": "boolean"}


def enumerate_values(document: dict[str, Any]) -> None:
    """Name the values of a property."""
    order(document)["order"]["enum"] = ["coffee", "tea"]


@pytest.mark.parametrize("change", [describe, widen, enumerate_values])
def test_what_changes_in_a_schema_touches_its_module_only(
    change: Callable[[dict[str, Any]], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The class, the dictionary and the example are in one place."""
    monkeypatch.setenv("SDKGEN_CACHE", "off")

    touched = touched_by(change, tmp_path)

    assert touched == {"models/order_types.py"}


def touched_by(
    change: Callable[[dict[str, Any]], None],
    folder: Path,
    before: dict[str, Any] | None = None,
) -> set[str]:
    """All files of the package itself that a change touches.

    What else it touches is for tests, the users' own included (examples for mocks), or
    the list of methods.
    """
    before = shop() if before is None else before
    after = copy.deepcopy(before)
    change(after)
    one, other = (printed(folder, each) for each in (before, after))
    touched = {name for name in {*one, *other} if one.get(name) != other.get(name)}
    source = {name for name in touched if name.startswith("src/")}
    rest = {name for name in touched - source if not name.startswith("tests/")}
    assert rest <= {"api.md"}
    inner = {name.split("/", 2)[2] for name in source}
    return {name for name in inner if not name.startswith("testing/_examples/")}


def printed(folder: Path, document: dict[str, Any]) -> dict[str, str]:
    """The files that a document gives."""
    path = folder / "openapi.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    trial = Run(target=Target.of_document(path))
    files = trial.render()
    assert files is not None, list(trial.diagnostics)
    return files
