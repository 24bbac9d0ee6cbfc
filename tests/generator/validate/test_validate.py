"""Validation beyond its cases: what it survives, where it stops, what it keeps."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from jsonschema import Draft202012Validator

from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.read import document
from sdkgen.read.document import Document
from sdkgen.read.json_reader import MAX_DEPTH
from sdkgen.support.recursion import deep
from sdkgen.validate import example_values, validate
from sdkgen.validate.schema_errors import SchemaValidator

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


def codes(root: dict[str, Any], tmp_path: Path) -> list[str]:
    diagnostics = Diagnostics()
    validate.validate(located(root, tmp_path), diagnostics)
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


@pytest.mark.parametrize("run", [validate.validate, deep(validate.validate)])
@pytest.mark.parametrize(
    ("tags", "code"), [('["a"]', ""), ("[1]", "W710"), ("1", "E301"), ("{}", "E301")]
)
@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
def test_the_deepest_operations_are_judged(
    version: str, tags: str, code: str, run: Callable[..., None], tmp_path: Path
) -> None:
    """Callbacks nested as deep as the reader goes fit, or are said not to."""
    levels = (MAX_DEPTH - 10) // 4
    responses = '"responses": {"200": {"description": "Fine."}}'
    path = tmp_path / "openapi.json"
    path.write_text(
        f'{{"openapi": "{version}", "info": {{"title": "Deep", "version": "1"}},'
        ' "servers": [{"url": "https://example.com"}], "paths": {"/a": {"post": '
        + f'{{{responses}, "callbacks": {{"a": {{"/b": {{"post":' * levels
        + f'{{{responses}, "tags": {tags}}}'
        + "}}}}" * levels
        + "}}}",
        encoding="utf-8",
    )
    diagnostics = Diagnostics()
    read = document.read(path, diagnostics)
    assert read is not None

    run(read, diagnostics)

    found = {each.code for each in diagnostics} - {"W717"}
    if version == "3.0.3" and code:
        code = "W727"  # its schema has all that it is about within alternatives
    assert found == ({code} if code else set())


def test_too_many_findings_are_cut_short(tmp_path: Path) -> None:
    """A person needs no thousand of a kind."""
    root = copy.deepcopy(GOOD)
    root["tags"] = [{"name": f"t{n}", "extra": 1} for n in range(1000)]

    found = codes(root, tmp_path)

    assert found.count("W725") == 200
    assert found.count("W727") == 1


def test_what_is_too_large_to_say_where_is_told_by_its_part(tmp_path: Path) -> None:
    """Each part that does not fit says so; all others are asked as ever."""
    root = copy.deepcopy(GOOD)
    for name in ("/many", "/more"):
        root["paths"][name] = {"get": {"externalDocs": {"urls": ["a"] * 20_000}}}
    root["tags"][0]["extra"] = 1
    diagnostics = Diagnostics()

    validate.validate(located(root, tmp_path), diagnostics)

    found = [(each.code, each.pointer) for each in diagnostics]
    assert ("W727", "/paths/~1many") in found
    assert ("W727", "/paths/~1more") in found
    assert ("W725", "/tags/0/extra") in found


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0", "3.2.0"])
def test_what_fits_is_asked_at_any_length(version: str, tmp_path: Path) -> None:
    """Longer than what is said where: lists that want no two items alike, too."""
    root = copy.deepcopy(GOOD)
    root["openapi"] = version
    del root["components"]["schemas"]["Thing"]["properties"]["all"]
    operation = root["paths"]["/things/{id}"]["put"]
    root["tags"] = [{"name": f"t{number}"} for number in range(12_000)]
    operation["tags"] = [tag["name"] for tag in root["tags"]]

    assert codes(root, tmp_path) == []


ANY: dict[str, Any] = {
    "additionalProperties": {"$ref": "#"},
    "properties": {"text": {"type": "string"}},
}


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"text": 1}, ("text",)),
        ({"200": {"text": 1}}, ("200", "text")),
        ({"": {"text": 1}}, ("", "text")),
        ({"a": {"": {"": {"text": 1}}}}, ("a", "", "", "text")),
        ({"a/b": {"~": {"text": 1}}}, ("a/b", "~", "text")),
    ],
)
def test_a_misfit_knows_where_it_is(value: Any, path: tuple[str, ...]) -> None:
    """Whatever the keys are."""
    assert [each.path for each in SchemaValidator(ANY).explain_errors(value)] == [path]


@pytest.mark.parametrize("value", [10**30, -(10**400), 1e308])
def test_numbers_of_any_size_are_judged(value: float) -> None:
    """Beyond 64 bits, and beyond a double."""
    judge = SchemaValidator(ANY)

    assert judge.fits({"a": [value]})
    assert [each.kind for each in judge.explain_errors({"text": value})] == ["type"]


@pytest.mark.parametrize(
    ("schema", "value", "messages"),
    [
        (
            {"type": ["null", "string"]},
            [],
            ["the document must be a string or null, not an array"],
        ),
        ({"required": ["a", "b"]}, {}, ["'a' is missing", "'b' is missing"]),
        ({"enum": ["a", 1]}, "b", ['the document is "b", which is none of "a", 1']),
        ({"const": 1}, [], ["the document is [] and must be 1"]),
        ({"pattern": "^a"}, "b", ['the document is "b", which does not match ^a']),
        (
            {"propertyNames": {"maxLength": 1}},
            {"ab": 1},
            ["the document is longer than 1"],
        ),
        ({"minItems": 2}, [], ["the document has fewer than 2"]),
        ({"minItems": 1}, [], ["the document is empty"]),
        ({"uniqueItems": True}, [1, 1], ["the document has an item twice"]),
        ({"not": {}}, 1, ["the document is not allowed here"]),
        ({"properties": {"a": False}}, {"a": 1}, ["a is not allowed here"]),
        (
            {"properties": {"b": {}}, "additionalProperties": False},
            {"a": 1},
            ["unknown key 'a'"],
        ),
        (
            {"properties": {"a": {"unevaluatedProperties": False}}},
            {"a": {"b": 1}},
            ["unknown key 'b' in a"],
        ),
        ({"multipleOf": 2}, 3, ["the document does not fit (multipleOf)"]),
        (
            {"oneOf": [{}, {}]},
            1,
            ["the document matches more than one of the allowed forms"],
        ),
        (
            {"anyOf": [{"type": "string"}, {"type": "null"}]},
            1,
            ["the document matches none of the allowed forms"],
        ),
        (
            {"anyOf": [{"type": "string"}, {"properties": {"a": {"type": "null"}}}]},
            {"a": 1},
            ["a must be null, not a number"],
        ),
        (
            {"oneOf": [{"required": ["$ref"]}, {"required": ["a"]}]},
            {},
            ["'a' is missing"],
        ),
    ],
)
def test_a_misfit_is_a_sentence(schema: Any, value: Any, messages: list[str]) -> None:
    """Of alternatives, about the one that was meant."""
    assert [
        each.message for each in SchemaValidator(schema).explain_errors(value)
    ] == messages


def test_a_union_of_unions_is_not_followed_for_ever(tmp_path: Path) -> None:
    """Ten alternatives of ten alternatives … would be more than there is time for."""
    root = copy.deepcopy(GOOD)
    reference = {"$ref": "#/components/schemas/Many"}
    root["components"]["schemas"]["Many"] = {
        "oneOf": [{"type": "object", "properties": {"a": reference}}] * 10,
        "default": {"a": {"a": {"a": {"a": {"a": {"a": {"a": {"a": 1}}}}}}}},
    }

    assert codes(root, tmp_path) == []


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
        (False, 1, "no value is allowed"),
        ([], 1, ""),
        ({"type": "integer"}, 1.0, ""),
        ({"type": "integer"}, 1.5, "1.5 is not an integer"),
        ({"type": "integer"}, True, "true is not an integer"),
        ({"type": "file"}, "a", ""),
        ({"type": ["string", "null"]}, None, ""),
        ({"type": "string"}, None, "null is not a string"),
        ({"type": "string", "nullable": True}, None, ""),
        ({"const": 1}, True, "true is not 1"),
        ({"enum": [1, "a"]}, "b", '"b" is none of the listed values'),
        ({"maxLength": 1}, "ab", '"ab" is longer than 1'),
        ({"minItems": 2}, [1], "[…] is shorter than 2"),
        ({"maximum": 1}, 10**400, ""),
        ({"items": {"type": "string"}}, ["a", 1], "[1]: 1 is not a string"),
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
    assert example_values.explain_mismatch({"$ref": "#"}, schema, value) == problem
