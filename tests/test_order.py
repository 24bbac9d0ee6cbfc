"""What comes of a document does not depend on its order, and changes only where it must."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from corpus import reverse_file

from generator import ir
from generator.pipeline import Run, Target

CASES = Path(__file__).parent / "cases"
FOLDERS = sorted(
    path.parent for path in (*CASES.glob("*/expected"), *CASES.glob("*/generated.txt"))
)


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


def operation(identifier: str, parameter: str, schema: dict[str, Any]) -> Any:
    """An operation on one thing, which answers with a schema."""
    return {
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


def add_plain(document: dict[str, Any]) -> None:
    """An operation that answers with what others answer with."""
    schema = {"$ref": "#/components/schemas/Order"}
    added = operation("order.cancel", "orderId", schema)
    document["paths"]["/orders/{orderId}/cancel"] = {"post": added}


def add_with_models(document: dict[str, Any]) -> None:
    """An operation with a response of its own."""
    added = operation("order.use", "orderId", {"$ref": "#/components/schemas/Use"})
    document["paths"]["/orders/{orderId}/use"] = {"post": added}
    document["components"]["schemas"]["Use"] = NEW


@pytest.mark.parametrize("add", [add_plain, add_with_models])
def test_an_operation_touches_few_files(
    add: Callable[[dict[str, Any]], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Three at most, besides what is for tests, the manifest and the list of methods.

    They are the resource, its models and the table of their names; a body of its own
    adds the same two for arguments.
    """
    monkeypatch.setenv("SDKGEN_CACHE", "off")
    before, document = shop(), shop()
    add(document)

    one, other = (printed(tmp_path, each) for each in (before, document))

    touched = {name for name in {*one, *other} if one.get(name) != other.get(name)}
    source = {name for name in touched if not re.search(r"\btest(s|ing)/", name)}
    assert "api.md" in source
    source -= {"api.md", "MANIFEST.json"}
    assert len(source) <= 3, sorted(source)


def printed(folder: Path, document: dict[str, Any]) -> dict[str, str]:
    """The files that a document gives."""
    path = folder / "openapi.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    trial = Run(target=Target.of_document(path))
    files = trial.render()
    assert files is not None, list(trial.diagnostics)
    return files
