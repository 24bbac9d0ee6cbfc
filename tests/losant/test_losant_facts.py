"""``specs/losant/`` says what the tables of facts about the API say.

The facts are no part of the project: ``SDKGEN_FACTS`` names their folder, and without
it only the comparison itself is tested, on a document of its own. What differs on
purpose stands in ``losant_differences.yaml``, with the reason.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml
from losant_facts import Facts, bundled, compare
from losant_schemas import Difference, canonical

TABLE = Path(__file__).parents[1] / "losant_differences.yaml"
FOLDER = os.environ.get("SDKGEN_FACTS")


def declares(entry: dict[str, Any], difference: Difference) -> bool:
    """Whether an entry of the table stands for a difference."""
    return fnmatchcase(difference.at, entry["at"]) and all(
        side not in entry or canonical(entry[side]) == canonical(value)
        for side, value in (("fact", difference.fact), ("ours", difference.ours))
    )


@pytest.mark.skipif(FOLDER is None, reason="SDKGEN_FACTS names no folder")
def test_the_document_differs_from_the_facts_only_where_it_says_so() -> None:
    """Each difference is declared, with a reason, and each declaration is needed."""
    assert FOLDER is not None
    table = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    assert all(entry["reason"] for entry in table)
    found = compare(bundled(), Facts(Path(FOLDER)))
    undeclared = [one for one in found if not any(declares(e, one) for e in table)]
    unused = [e["at"] for e in table if not any(declares(e, one) for one in found)]
    assert not undeclared, "\n".join(map(str, undeclared))
    assert not unused, unused


THING: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 5},
        "parts": {"type": "array", "items": {"$ref": "#/schemas/thing"}},
    },
    "required": ["name"],
    "additionalProperties": False,
}
ACTIONS: dict[str, Any] = {
    "path": "/things",
    "params": [],
    "actions": {
        "get": {
            "method": "GET",
            "path": "",
            "scopes": ["thing.*"],
            "params": [{"in": "query", "name": "page", "type": "string", "default": 0}],
            "responses": {"200": {"schema": "#/schemas/thing"}},
        }
    },
}
GLOBALS = [
    ("query", "_actions"),
    ("query", "_links"),
    ("query", "_embedded"),
    ("header", "losantdomain"),
    ("header", "Accept-Version"),
]
DOCUMENT: dict[str, Any] = {
    "paths": {
        "/things": {
            "parameters": [{"in": where, "name": name} for where, name in GLOBALS],
            "get": {
                "operationId": "thing.get",
                "tags": ["thing"],
                "x-sdk-scopes-any": ["thing.*"],
                "parameters": [
                    {
                        "in": "query",
                        "name": "page",
                        "schema": {"type": "integer", "default": 0},
                    }
                ],
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/Thing"}
                            }
                        }
                    }
                },
            },
        }
    },
    "components": {
        "schemas": {
            "Named": {
                "type": "object",
                "properties": {"name": {"type": "string", "maxLength": 5}},
                "required": ["name"],
            },
            "Thing": {
                "description": "A thing.",
                "allOf": [
                    {"$ref": "#/components/schemas/Named"},
                    {
                        "properties": {
                            "parts": {
                                "type": "array",
                                "items": {"$ref": "#/components/schemas/Thing"},
                            }
                        }
                    },
                ],
                "additionalProperties": False,
                "examples": [{"name": "a"}],
            },
        }
    },
}


@pytest.fixture
def facts(tmp_path: Path) -> Facts:
    """Facts about an API of one action, which ``DOCUMENT`` describes."""
    (tmp_path / "operations").mkdir()
    for name, value in (
        ("operations/thing.json", ACTIONS),
        ("schemas.json", {"thing": THING}),
        ("examples.json", {"thing": {"name": "a"}}),
    ):
        (tmp_path / name).write_text(json.dumps(value), encoding="utf-8")
    return Facts(tmp_path)


def test_a_document_that_says_the_same_in_another_way_does_not_differ(
    facts: Facts,
) -> None:
    """References, ``allOf``, recursion and prose make no difference."""
    assert compare(DOCUMENT, facts) == []


def name_of(root: dict[str, Any]) -> dict[str, Any]:
    named: dict[str, Any] = root["components"]["schemas"]["Named"]
    return named


def thing_of(root: dict[str, Any]) -> dict[str, Any]:
    thing: dict[str, Any] = root["components"]["schemas"]["Thing"]
    return thing


def get_of(root: dict[str, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = root["paths"]["/things"]["get"]
    return operation


def page_of(root: dict[str, Any]) -> dict[str, Any]:
    parameter: dict[str, Any] = get_of(root)["parameters"][0]
    return parameter


def renamed(root: dict[str, Any]) -> None:
    operation = {**get_of(DOCUMENT), "operationId": "thing.got"}
    root["paths"] = {"/": {"get": operation}}


@pytest.mark.parametrize(
    ("at", "change"),
    [
        (
            "thing/properties/name/maxLength",
            lambda r: name_of(r)["properties"]["name"].pop("maxLength"),
        ),
        ("thing/properties/name", lambda r: name_of(r)["properties"].clear()),
        ("thing/required", lambda r: name_of(r).pop("required")),
        ("thing/example", lambda r: thing_of(r).pop("examples")),
        ("thing/nullable", lambda r: thing_of(r).update(nullable=True)),
        ("thing.get", renamed),
        ("thing.get/scopes", lambda r: get_of(r).pop("x-sdk-scopes-any")),
        ("thing.get/security", lambda r: get_of(r).update(security=[])),
        ("thing.get/everywhere", lambda r: r["paths"]["/things"]["parameters"].pop()),
        ("thing.get/query:page", lambda r: get_of(r)["parameters"].pop()),
        (
            "thing.get/query:page/default",
            lambda r: page_of(r)["schema"].update(default=1),
        ),
        ("thing.get/query:page/required", lambda r: page_of(r).update(required=True)),
        (
            "thing.get/query:page/travels",
            lambda r: page_of(r).update({"x-sdk-style": "brackets"}),
        ),
        (
            "thing.get/responses/404",
            lambda r: get_of(r)["responses"].update({"404": {}}),
        ),
        ("thing.get/200/types", lambda r: get_of(r)["responses"]["200"].pop("content")),
    ],
)
def test_a_difference_is_found_where_it_is(
    facts: Facts, at: str, change: Callable[[dict[str, Any]], object]
) -> None:
    """One change to the document makes a difference at the place of the change."""
    changed = copy.deepcopy(DOCUMENT)
    change(changed)
    assert at in [one.at for one in compare(changed, facts)]


def test_a_declaration_stands_for_the_values_that_it_names_only() -> None:
    """A side that an entry leaves out may be anything; ``*`` stands for any place."""
    difference = Difference("device.get/query:end/type", ["integer"], ["string"])
    assert declares({"at": "*/query:end/type", "fact": ["integer"]}, difference)
    assert not declares({"at": "*/query:end/type", "ours": ["integer"]}, difference)
    assert not declares({"at": "*/query:start/type"}, difference)
