"""Validation beyond its cases: what it survives, where it stops, what it keeps."""

from __future__ import annotations

import copy
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from jsonschema import Draft202012Validator

from generator import document, fitting, validate
from generator.cache import Cache
from generator.diagnostics import Diagnostics
from generator.document import Document

GOOD: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Acme", "version": "1"},
    "servers": [{"url": "https://{host}/", "variables": {"host": {"default": "a"}}}],
    "tags": [{"name": "things"}],
    "security": [{"token": []}],
    "paths": {
        "/things/{id}": {
            "parameters": [
                {
                    "name": "id",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string"},
                }
            ],
            "put": {
                "operationId": "thing.put",
                "x-sdk-body-name": "thing",
                "x-sdk-scopes-any": ["a"],
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {"$ref": "#/components/schemas/Thing"},
                            "example": {"id": "a"},
                        }
                    }
                },
                "responses": {
                    "200": {
                        "description": "Fine.",
                        "headers": {"X-A": {"schema": {"type": "integer"}}},
                        "content": {
                            "text/event-stream": {
                                "x-sdk-events": {
                                    "a": {"$ref": "#/components/schemas/Thing"}
                                }
                            }
                        },
                    }
                },
            },
        }
    },
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "required": ["id"],
                "properties": {
                    "id": {"type": "string", "default": "a", "pattern": "^a"},
                    "when": {"type": "integer", "x-sdk-time": "milliseconds"},
                    "all": {"type": "array", "items": {"enum": ["a", 1, None]}},
                },
            }
        },
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    },
}


def located(root: dict[str, Any], tmp_path: Path) -> Document:
    """A document as reading gives it, with places."""
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(root), encoding="utf-8")
    found = document.read(path, Diagnostics())
    assert found is not None
    return found


def codes(
    root: dict[str, Any], tmp_path: Path, cache: Cache | None = None
) -> list[str]:
    diagnostics = Diagnostics()
    validate.validate(located(root, tmp_path), diagnostics, cache=cache)
    return [found.code for found in diagnostics]


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.1.1", "3.2.0"])
def test_a_good_document_has_no_findings(tmp_path: Path, version: str) -> None:
    """In every version that is read."""
    root = copy.deepcopy(GOOD)
    root["openapi"] = version
    if version == "3.0.3":
        enum = root["components"]["schemas"]["Thing"]["properties"]["all"]["items"]
        enum["enum"].remove(None)

    assert codes(root, tmp_path) == []


def places(value: Any) -> list[tuple[str | int, ...]]:
    """The paths to everything in a tree."""
    found: list[tuple[str | int, ...]] = []
    todo: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    while todo:
        path, node = todo.pop()
        pairs: Any = ()
        if isinstance(node, dict):
            pairs = node.items()
        elif isinstance(node, list):
            pairs = enumerate(node)
        for key, child in pairs:
            found.append((*path, key))
            todo.append(((*path, key), child))
    return sorted(found, key=str)


PLACES = places(GOOD)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-9, 9) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["$ref", "type", "name", "in", "schema", "x-sdk-a", "a"])
            | st.text(max_size=3),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(st.sampled_from(PLACES), ANYTHING), min_size=1, max_size=3))
def test_anything_anywhere_is_a_finding_or_fine(
    tmp_path: Path, changes: list[tuple[tuple[str | int, ...], Any]]
) -> None:
    """Whatever stands wherever: nothing raises, and every finding has a place."""
    root = copy.deepcopy(GOOD)
    for path, value in changes:
        if path == ("openapi",):
            continue
        holder: Any = root
        for key in path[:-1]:
            try:
                holder = holder[key]
            except (KeyError, IndexError, TypeError):
                break
        if isinstance(holder, dict):
            holder[str(path[-1])] = value
    diagnostics = Diagnostics()

    validate.validate(located(root, tmp_path), diagnostics)

    for found in diagnostics:
        assert found.place is not None
        assert len(found.message) < 400
        assert "\n" not in found.hint


@pytest.mark.parametrize(
    ("pointer", "value", "expected"),
    [
        (("info",), [], "E301"),
        (("info",), None, "W710"),
        (("info", "title"), 1, "W710"),
        (("paths", "/things/{id}", "put", "responses"), [], "E301"),
        (("paths", "/things/{id}", "put", "tags"), {"a": 1}, "E301"),
        (("paths", "/things/{id}", "put", "deprecated"), "true", "W710"),
        (("paths", "/things/{id}", "put", "externalDocs"), "a", "W710"),
        (("paths", "/things/{id}", "put", "callback"), {}, "W725"),
        (("components", "schemas", "Thing", "properties"), [], "E301"),
        (("components", "schemas", "Thing", "properties"), None, "W710"),
        (("components", "schemas", "Thing", "title"), 1, "W728"),
        (("components", "schema"), {}, "W725"),
    ],
)
def test_where_the_line_is(
    tmp_path: Path, pointer: tuple[str, ...], value: Any, expected: str
) -> None:
    """Structure that is something else is an error; the rest, and null, is not."""
    root = copy.deepcopy(GOOD)
    holder = root
    for key in pointer[:-1]:
        holder = holder[key]
    holder[pointer[-1]] = value

    found = codes(root, tmp_path)

    assert expected in found
    assert all(code[0] == expected[0] for code in found)


def test_strict_makes_warnings_errors(tmp_path: Path) -> None:
    """One and the same finding, of another weight."""
    root = {**GOOD, "info": {"title": "Acme"}}
    for strict in (False, True):
        diagnostics = Diagnostics(strict=strict)
        validate.validate(located(root, tmp_path), diagnostics)

        assert [found.code for found in diagnostics] == ["W710"]
        assert diagnostics.errors is strict


def test_the_validator_is_cut_short_and_goes_on_the_next_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it had no time for is told; what it has judged costs no time any more."""
    root = copy.deepcopy(GOOD)
    root["info"]["contact"] = {"emial": "a@example.com"}
    cache = Cache(tmp_path / "cache")

    def found(seconds: float) -> dict[str, str]:
        monkeypatch.setattr(validate, "_SECONDS", seconds)
        diagnostics = Diagnostics()
        validate.validate(located(root, tmp_path), diagnostics, cache=cache)
        return {each.code: each.message for each in diagnostics}

    told = found(-1)
    assert set(told) == {"W727"}
    assert "was not asked about this and " in told["W727"]
    assert set(found(60)) == {"W725"}
    assert set(found(-1)) == {"W725"}


def test_depth_is_survived(tmp_path: Path) -> None:
    """The deepest that can be read is checked to the end without recursion."""
    schema: dict[str, Any] = {"type": "strng"}
    for _ in range(500):
        schema = {"type": "array", "items": schema}
    root = copy.deepcopy(GOOD)
    root["components"]["schemas"]["Deep"] = schema

    limit = sys.getrecursionlimit()
    assert codes(root, tmp_path) == ["W728"]
    assert sys.getrecursionlimit() == limit


def test_what_is_too_deep_for_others_is_told(tmp_path: Path) -> None:
    """Callbacks nest operations; our own checks go on where the validator cannot."""
    operation: dict[str, Any] = {"operationId": "x"}
    for _ in range(60):
        operation = {
            "responses": {"200": {"description": "Fine."}},
            "callbacks": {"a": {"/b": {"post": operation}}},
        }
    root = copy.deepcopy(GOOD)
    root["paths"]["/deep"] = {"post": operation}

    assert codes(root, tmp_path) == ["W727"]


def test_too_many_findings_are_cut_short(tmp_path: Path) -> None:
    """A person needs no thousand of a kind."""
    root = copy.deepcopy(GOOD)
    root["tags"] = [{"name": f"t{n}", "extra": 1} for n in range(1000)]

    found = codes(root, tmp_path)

    assert found.count("W725") == 200
    assert found.count("W727") == 1


def test_a_union_of_unions_is_not_followed_for_ever(tmp_path: Path) -> None:
    """Ten alternatives of ten alternatives … would be more than there is time for."""
    root = copy.deepcopy(GOOD)
    reference = {"$ref": "#/components/schemas/Many"}
    root["components"]["schemas"]["Many"] = {
        "oneOf": [{"type": "object", "properties": {"a": reference}}] * 10,
        "default": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": 1}}}}}}}},
    }

    assert codes(root, tmp_path) == []


def test_pieces_are_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only what changed is judged again; the findings are the same."""
    root = copy.deepcopy(GOOD)
    root["paths"]["/a"] = {"get": {"responses": {"200": {}}}}
    root["paths"]["/b"] = {"get": {"responses": {"200": {}}}}
    cache = Cache(tmp_path / "cache")
    first = codes(root, tmp_path, cache)
    asked: list[str] = []
    original = validate._misfits

    def watched(version: str, piece: dict[str, Any]) -> Any:
        asked.append(next(iter(piece["paths"]), ""))
        return original(version, piece)

    monkeypatch.setattr(validate, "_misfits", watched)

    assert codes(root, tmp_path, cache) == first == ["W710", "W710"]
    assert asked == []
    root["paths"]["/b"]["get"]["summary"] = "New."
    assert codes(root, tmp_path, cache) == first
    assert asked[-1] == "/b"
    assert "/a" not in asked


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
def test_what_differs_in_texts_is_judged_once(
    version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a text refers to, and that no two parameters are the same, stays seen."""

    def path(name: str) -> dict[str, Any]:
        found = {"name": name, "in": "query", "schema": {"type": "string"}}
        response = {"description": f"The {name}."}
        return {
            "get": {
                "operationId": f"get_{name}",
                "tags": [name],
                "parameters": [found],
                "responses": {"200": response, "404": {"description": "None."}},
            }
        }

    root: dict[str, Any] = {
        "openapi": version,
        "info": {"title": "Acme", "version": "1"},
        "servers": [{"url": "https://example.com"}],
        "paths": {"/a": path("a")},
    }
    asked: list[object] = []
    original = validate._misfits

    def watched(version: str, piece: dict[str, Any]) -> Any:
        asked.append(piece)
        return original(version, piece)

    monkeypatch.setattr(validate, "_misfits", watched)
    assert codes(root, tmp_path) == []
    once = len(asked)
    asked.clear()
    root["paths"] = {f"/{name}": path(name) for name in "abcdefgh"}
    assert codes(root, tmp_path) == []
    assert len(asked) == once
    parameters = root["paths"]["/h"]["get"]["parameters"]
    parameters.append({**parameters[0], "in": "somewhere"})
    assert codes(root, tmp_path)


def test_documents_of_other_kinds_are_not_judged(tmp_path: Path) -> None:
    """Reading says that they are not OpenAPI 3: what they lack would not help."""
    assert codes({"asyncapi": "3.0.0", "paths": 1}, tmp_path) == []
    assert codes({"swagger": "2.0", "paths": 1}, tmp_path) == []


def test_the_schema_of_extensions_is_one() -> None:
    """And every extension says what it is for."""
    path = Path(validate.__file__).with_name("extensions.schema.json")
    data = json.loads(path.read_text(encoding="utf-8"))

    Draft202012Validator.check_schema(data)
    for kind in data["properties"].values():
        for name, schema in kind["properties"].items():
            reference = schema.get("$ref", "").rpartition("/")[2]
            assert (data["$defs"].get(reference) or schema)["description"], name


@pytest.mark.parametrize(
    ("schema", "value", "problem"),
    [
        (True, 1, ""),
        (False, 1, "nothing fits"),
        ([], 1, ""),
        ({"type": "integer"}, 1.0, ""),
        ({"type": "integer"}, 1.5, "1.5 is not an integer"),
        ({"type": "integer"}, True, "true is not an integer"),
        ({"type": "file"}, "a", ""),
        ({"type": ["string", "null"]}, None, ""),
        ({"type": "string"}, None, "null is not a text"),
        ({"type": "string", "nullable": True}, None, ""),
        ({"const": 1}, True, "true is not 1"),
        ({"enum": [1, "a"]}, "b", '"b" is none of the listed values'),
        ({"maxLength": 1}, "ab", '"ab" is longer than 1'),
        ({"minItems": 2}, [1], "[…] is shorter than 2"),
        ({"maximum": 1}, 10**400, ""),
        ({"items": {"type": "string"}}, ["a", 1], "[1]: 1 is not a text"),
        ({"required": ["a"]}, {}, '"a" is missing'),
        ({"required": ["a"], "properties": {"a": {"readOnly": True}}}, {}, ""),
        ({"allOf": [{}, {"type": "null"}]}, 1, "1 is not null"),
        ({"anyOf": [{"type": "null"}]}, 1, "1 is not null"),
        ({"$ref": "#/nowhere"}, 1, ""),
        ({"$ref": "#"}, 1, ""),
    ],
)
def test_defaults_and_examples_are_judged_mildly(
    schema: Any, value: Any, problem: str
) -> None:
    """What is not understood fits."""
    assert fitting.unfit({"$ref": "#"}, schema, value) == problem
