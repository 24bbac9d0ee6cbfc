"""Swagger 2.0: what parameters, bodies, forms and responses become."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from swagger_documents import NOW, PET, Object, converted, operation

from sdkgen.diagnostics.coverage import Fate, Ledger
from sdkgen.support.json_pointer import resolve


@pytest.mark.parametrize(
    ("where", "stated", "expected"),
    [
        ("query", None, ("form", False)),
        ("query", "csv", ("form", False)),
        ("query", "ssv", ("spaceDelimited", False)),
        ("query", "pipes", ("pipeDelimited", False)),
        ("query", "multi", ("form", True)),
        ("path", None, ("simple", False)),
        ("header", "csv", ("simple", False)),
    ],
)
def test_lists(
    tmp_path: Path, where: str, stated: str | None, expected: tuple[str, bool]
) -> None:
    """Without a word on it, items are joined by commas, unlike in OpenAPI 3."""
    param: Object = {"name": "a", "in": where, "type": "array", "items": {}}
    if stated is not None:
        param["collectionFormat"] = stated

    node, codes = operation(tmp_path, {"parameters": [param]})

    assert node["parameters"] == [
        {
            "name": "a",
            "in": where,
            "schema": {"type": "array", "items": {}},
            "style": expected[0],
            "explode": expected[1],
        }
    ]
    assert codes == []


@pytest.mark.parametrize(
    ("where", "param"),
    [
        ("query", {"collectionFormat": "tsv"}),
        ("path", {"collectionFormat": "pipes"}),
        ("header", {"collectionFormat": "ssv"}),
    ],
)
def test_a_list_without_a_style_is_text(
    tmp_path: Path, where: str, param: Object
) -> None:
    """Nothing that would be sent in another way than the document says."""
    node: Object = {"name": "a", "in": where, "type": "array", "items": {}, **param}
    body = {"name": "b", "in": "body", "schema": PET}
    paths: Object = {"/a": {"post": {"parameters": [body, node], "responses": {}}}}
    ledger = Ledger()

    document, diagnostics = converted(tmp_path, {"paths": paths}, ledger)

    pointer = "/paths/~1a/post/parameters/0"
    assert resolve(document.root, f"{pointer}/schema") == ({"type": "string"},)
    assert [(each.code, each.pointer) for each in diagnostics] == [
        ("U606", "/paths/~1a/post/parameters/1")
    ]
    assert [each.pointer for each in ledger.with_fate(Fate.DEGRADED)] == [pointer]


def test_a_list_in_a_list_is_joined_by_the_caller(tmp_path: Path) -> None:
    """The outer list keeps its style."""
    inner: Object = {"type": "array", "items": {"type": "integer"}}
    param = {"name": "a", "in": "query", "type": "array", "items": inner}

    node, codes = operation(tmp_path, {"parameters": [param]})

    schema = {"type": "array", "items": {"type": "string"}}
    assert node["parameters"][0]["schema"] == schema
    assert codes == ["U606"]


def test_a_body(tmp_path: Path) -> None:
    """One content for each media type; its name names the argument."""
    node, codes = operation(
        tmp_path,
        {
            "consumes": ["application/json", "application/xml"],
            "parameters": [
                {"name": "pet", "in": "body", "description": "D.", "required": True,
                 "schema": PET, "x-a": 1},
                {"name": "q", "in": "query", "type": "string"},
            ],
        },
        consumes=["text/plain"],
    )  # fmt: skip

    assert node["requestBody"] == {
        "description": "D.",
        "required": True,
        "x-a": 1,
        "content": {
            "application/json": {"schema": NOW},
            "application/xml": {"schema": NOW},
        },
    }
    assert node["x-sdk-body-name"] == "pet"
    assert [each["name"] for each in node["parameters"]] == ["q"]
    assert codes == []


@pytest.mark.parametrize(
    ("document", "own", "expected"),
    [
        (None, None, "application/json"),
        (["text/plain"], None, "text/plain"),
        (["text/plain"], ["application/xml"], "application/xml"),
        (["text/plain"], [], "application/json"),
    ],
)
def test_what_is_consumed_and_produced(
    tmp_path: Path, document: Any, own: Any, expected: str
) -> None:
    """The operation's own list replaces the document's; an empty one takes it back."""
    node: Object = {
        "parameters": [{"name": "b", "in": "body", "schema": PET}],
        "responses": {"200": {"description": "", "schema": PET}},
    }
    root: Object = {}
    for key in ("consumes", "produces"):
        if own is not None:
            node[key] = own
        if document is not None:
            root[key] = document

    found, codes = operation(tmp_path, node, **root)

    assert list(found["requestBody"]["content"]) == [expected]
    assert list(found["responses"]["200"]["content"]) == [expected]
    assert codes == []


def test_a_form(tmp_path: Path) -> None:
    """Fields are properties; lists have an encoding; what the path has comes first."""
    fields: list[Object] = [
        {"name": "a", "in": "formData", "type": "string", "description": "A."},
        {"name": "b", "in": "formData", "type": "array", "items": {}, "required": True},
    ]
    paths = {"/a": {"parameters": [fields[0]], "post": {"parameters": [fields[1]]}}}

    document, _ = converted(
        tmp_path, {"paths": paths, "consumes": ["application/json"]}
    )

    assert resolve(document.root, "/paths/~1a/post/requestBody") == (
        {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {
                        "type": "object",
                        "required": ["b"],
                        "properties": {
                            "a": {"type": "string", "description": "A."},
                            "b": {"type": "array", "items": {}},
                        },
                    },
                    "encoding": {"b": {"style": "form", "explode": False}},
                }
            },
        },
    )
    assert resolve(document.root, "/paths/~1a/parameters") is None


@pytest.mark.parametrize("consumes", [None, ["multipart/form-data"], ["text/plain"]])
def test_a_form_with_a_file_is_multipart(
    tmp_path: Path, consumes: list[str] | None
) -> None:
    """There is no other way to send one; a list that says otherwise is told of."""
    node: Object = {"parameters": [{"name": "f", "in": "formData", "type": "file"}]}
    if consumes:
        node["consumes"] = consumes

    found, codes = operation(tmp_path, node)

    (name, media), *others = found["requestBody"]["content"].items()
    assert name == "multipart/form-data"
    assert media["schema"]["properties"]["f"]["format"] == "binary"
    assert not others
    assert codes == (["W710"] if consumes == ["text/plain"] else [])


def test_a_response(tmp_path: Path) -> None:
    """Examples go to their media types, headers get schemas."""
    response = {
        "description": "D.",
        "schema": PET,
        "headers": {"X-A": {"type": "integer", "description": "N."}},
        "examples": {"application/json": {"a": 1}, "text/csv": "a"},
        "x-a": 1,
    }

    node, codes = operation(
        tmp_path, {"produces": ["application/json"], "responses": {"200": response}}
    )

    assert node["responses"]["200"] == {
        "description": "D.",
        "x-a": 1,
        "headers": {"X-A": {"description": "N.", "schema": {"type": "integer"}}},
        "content": {"application/json": {"schema": NOW, "example": {"a": 1}}},
    }
    assert codes == ["W710"]


@pytest.mark.parametrize(
    ("produces", "expected"),
    [
        (None, "application/octet-stream"),
        (["application/json"], "application/octet-stream"),
        (["application/json", "image/png"], "image/png"),
    ],
)
def test_a_file_in_a_response(tmp_path: Path, produces: Any, expected: str) -> None:
    """Bytes, and never JSON."""
    response = {"description": "", "schema": {"type": "file"}}
    root = {"produces": produces} if produces else {}

    node, codes = operation(tmp_path, {"responses": {"200": response}}, **root)

    (name, media), *others = node["responses"]["200"]["content"].items()
    assert name == expected
    assert media["schema"]["format"] == "binary"
    assert not others
    assert codes == []


def test_shared_parameters_and_responses(tmp_path: Path) -> None:
    """Bodies go to where they are used, and so do responses of another media type."""
    shared: Object = {
        "parameters": {
            "Body": {"name": "b", "in": "body", "schema": PET},
            "Query": {"name": "q", "in": "query", "type": "integer"},
        },
        "responses": {"Fine": {"description": "", "schema": PET}},
    }
    uses = [{"$ref": "#/parameters/Query"}, {"$ref": "#/parameters/Body"}]
    fine = {"200": {"$ref": "#/responses/Fine"}}

    plain, _ = operation(tmp_path, {"parameters": uses, "responses": fine}, **shared)
    xml, _ = operation(
        tmp_path, {"produces": ["application/xml"], "responses": fine}, **shared
    )

    assert plain["parameters"] == [{"$ref": "#/components/parameters/Query"}]
    assert plain["requestBody"]["content"] == {"application/json": {"schema": NOW}}
    assert plain["responses"]["200"] == {"$ref": "#/components/responses/Fine"}
    assert list(xml["responses"]["200"]["content"]) == ["application/xml"]
