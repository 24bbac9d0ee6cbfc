"""``specs/losant/`` is what the people who read it and what the SDK expect of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from losant_facts import SPECS, bundled

MAX_LINES = 600
METHODS = frozenset({"get", "put", "post", "delete", "patch", "head", "options"})
KEYWORDS = frozenset(
    {"$ref", "type", "enum", "default", "format", "pattern", "description", "examples"}
    | {"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"}
    | {"uniqueItems", "minProperties", "maxProperties", "required", "properties"}
    | {"patternProperties", "additionalProperties", "items", "oneOf", "anyOf", "allOf"}
    | {"contentMediaType"}
)


@pytest.fixture(scope="module")
def root() -> dict[str, Any]:
    """The document as one tree."""
    return bundled()


def operations(root: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Every operation, with its path item."""
    for item in root["paths"].values():
        for method in item.keys() & METHODS:
            yield item, item[method]


def resolve(root: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """What a node is, references followed."""
    while "$ref" in node:
        kind, name = node["$ref"].removeprefix("#/components/").split("/")
        beside = {key: value for key, value in node.items() if key != "$ref"}
        node = {**root["components"][kind][name], **beside}
    return node


def schemas(node: Any, at: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A schema and all that stand in it, with their places."""
    if not isinstance(node, dict):
        return
    yield at, node
    for key in ("properties", "patternProperties"):
        for name, schema in node.get(key, {}).items():
            yield from schemas(schema, f"{at}/{key}/{name}")
    for key in ("items", "additionalProperties"):
        yield from schemas(node.get(key), f"{at}/{key}")
    for key in ("oneOf", "anyOf", "allOf"):
        for index, schema in enumerate(node.get(key, [])):
            yield from schemas(schema, f"{at}/{key}/{index}")


def words(text: str) -> list[str]:
    """The words of a text or a name, in lower case, without articles."""
    found = re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", text)
    return [word.lower() for word in found if word.lower() not in {"the", "a", "an"}]


def test_every_file_is_short_enough_to_be_read() -> None:
    """A file that outgrows the limit is split by area."""
    long = {
        path.name: lines
        for path in SPECS.rglob("*.yaml")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > MAX_LINES
    }
    assert not long


def test_everything_that_people_read_about_is_described(root: dict[str, Any]) -> None:
    """Operations, parameters, bodies, answers, schemas and fields say what they are."""
    missing: list[str] = []
    for item, operation in operations(root):
        name = operation["operationId"]
        described = {
            f"{name} in short": operation.get("summary"),
            name: operation.get("description"),
        }
        for node in (*item["parameters"], *operation.get("parameters", [])):
            parameter = resolve(root, node)
            described[f"{name} {parameter['name']}"] = parameter.get("description")
        if "requestBody" in operation:
            described[f"{name} body"] = operation["requestBody"].get("description")
        for status, response in operation["responses"].items():
            text = resolve(root, response).get("description")
            described[f"{name} {status}"] = text
        missing += [place for place, text in described.items() if not text]
    for name, schema in root["components"]["schemas"].items():
        if not schema.get("description"):
            missing.append(name)
        for field, part in schema.get("properties", {}).items():
            if not resolve(root, part).get("description"):
                missing.append(f"{name}.{field}")
    assert not missing


def test_no_description_merely_repeats_a_name(root: dict[str, Any]) -> None:
    """A description has at least one word that the name does not have."""
    echoes = [
        f"{name}.{field}"
        for name, schema in root["components"]["schemas"].items()
        for field, part in {"": schema, **schema.get("properties", {})}.items()
        if set(words(part.get("description", "x"))) <= set(words(f"{name} {field}"))
    ]
    assert not echoes


def test_what_stands_together_is_not_described_alike(root: dict[str, Any]) -> None:
    """Who reads a description knows which operation or schema it is about."""
    texts: dict[tuple[str, str], list[str]] = {}
    for _, operation in operations(root):
        for key in ("summary", "description"):
            text = (f"{key} in {operation['tags'][0]}", operation[key])
            texts.setdefault(text, []).append(operation["operationId"])
    for name, schema in root["components"]["schemas"].items():
        texts.setdefault(("schema", schema["description"]), []).append(name)
    assert not {text: names for text, names in texts.items() if len(names) > 1}


def test_class_names_are_what_a_person_would_choose() -> None:
    """None is numbered, or named by its place in a choice."""
    lock = (SPECS / "names.lock").read_text(encoding="utf-8")
    names = [line.split()[1] for line in lock.splitlines() if line.startswith("type ")]
    assert names
    odd = re.compile(r"(?<!S)\d+$|Option\d|_|Unnamed")
    assert not [name for name in names if odd.search(name)]


def test_schemas_have_known_keywords_only(root: dict[str, Any]) -> None:
    """A comma in a flow mapping cuts a text in two; its rest would be a keyword."""
    strange = [
        f"{at}: {key}"
        for name, schema in root["components"]["schemas"].items()
        for at, node in schemas(schema, name)
        for key in node.keys() - KEYWORDS
        if not key.startswith("x-")
    ]
    assert not strange


def test_every_body_and_answer_has_an_example(root: dict[str, Any]) -> None:
    """At the media type, or at the schema; the mock server answers with them."""
    missing: list[str] = []
    for _, operation in operations(root):
        body = operation.get("requestBody", {"content": {}})
        answers = [resolve(root, one) for one in operation["responses"].values()]
        for part in (body, *answers):
            for media in part.get("content", {}).values():
                events = media.get("x-sdk-events", {"": media.get("schema")})
                for schema in events.values():
                    found = resolve(root, schema)
                    if "example" not in media and not found.get("examples"):
                        missing.append(operation["operationId"])
    assert not missing


def test_each_json_body_has_a_name(root: dict[str, Any]) -> None:
    """The name of the argument that takes it; forms name their fields."""
    for _, operation in operations(root):
        is_json = (
            "application/json"
            in operation.get("requestBody", {"content": {}})["content"]
        )
        assert is_json is ("x-sdk-body-name" in operation), operation["operationId"]


def test_lists_with_pages_say_how_to_turn_them(root: dict[str, Any]) -> None:
    """An operation with a page or an offset to ask for has pages, and no other has."""
    for item, operation in operations(root):
        nodes = (*item["parameters"], *operation.get("parameters", []))
        names = {resolve(root, node)["name"] for node in nodes}
        has_pages = {"page", "perPage"} <= names or {"offset", "limit"} <= names
        assert has_pages is ("x-sdk-pages" in operation), operation["operationId"]


def test_points_in_time_are_marked(root: dict[str, Any]) -> None:
    """What may be a number or a text in a query is a point in time, and takes one."""
    for item, operation in operations(root):
        for node in (*item["parameters"], *operation.get("parameters", [])):
            parameter = resolve(root, node)
            schema = parameter.get("schema", {})
            is_time = schema.get("type") == ["integer", "string"]
            marked = schema.get("x-sdk-time") == "milliseconds"
            assert is_time is marked, (operation["operationId"], parameter["name"])


def test_resources_are_listed_alike(root: dict[str, Any]) -> None:
    """The tags of the document are the resources of its operations, each described."""
    tags = {tag["name"] for tag in root["tags"] if tag["description"]}
    used = {
        operation["operationId"].partition(".")[0] for _, operation in operations(root)
    }
    assert tags == used
    assert all(
        operation["tags"] == [operation["operationId"].partition(".")[0]]
        for _, operation in operations(root)
    )
