"""Schemas that contain themselves end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from generator import ir
from generator.pipeline import Run, Target


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
