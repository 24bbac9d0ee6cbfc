"""Versions of OpenAPI: which are read, and what each becomes."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator

from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.normalize.dialect import normalize
from sdkgen.read.document import Document, load
from sdkgen.support.json_pointer import Json, resolve


def document_of(folder: Path, root: dict[str, Json]) -> tuple[Document, Diagnostics]:
    """A document that was written as JSON, normalized."""
    path = folder / "openapi.json"
    path.write_text(json.dumps(root, indent=1), encoding="utf-8")
    diagnostics = Diagnostics()
    document = load(path, diagnostics)
    assert document is not None
    return normalize(document, diagnostics), diagnostics


def schema_of(
    folder: Path, schema: Json, version: str = "3.0.3"
) -> tuple[Json, list[str]]:
    """What a schema becomes, and the codes of what is said about it."""
    document, diagnostics = document_of(
        folder,
        {
            "openapi": version,
            "info": {"title": "T", "version": "1"},
            "paths": {},
            "components": {"schemas": {"S": schema, "Other": {"type": "object"}}},
        },
    )
    found = resolve(document.root, "/components/schemas/S")
    assert found is not None
    return found[0], [each.code for each in diagnostics]


REF: dict[str, Json] = {"$ref": "#/components/schemas/Other"}
NULL: dict[str, Json] = {"type": "null"}


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "x-nullable": True}, {"type": ["string", "null"]}),
        ({"type": "string", "nullable": False}, {"type": "string"}),
        ({"nullable": True}, {}),
        (
            {"type": "string", "enum": ["a"], "nullable": True},
            {"type": ["string", "null"], "enum": ["a", None]},
        ),
        (
            {"type": "string", "enum": ["a", None], "nullable": True},
            {"type": ["string", "null"], "enum": ["a", None]},
        ),
        ({"oneOf": [REF], "nullable": True}, {"oneOf": [REF, NULL]}),
        (
            {"anyOf": [REF, {"type": "string", "nullable": True}], "nullable": True},
            {"anyOf": [REF, {"type": ["string", "null"]}]},
        ),
        (
            {"allOf": [REF], "nullable": True, "description": "d", "x-a": 1},
            {"description": "d", "x-a": 1, "anyOf": [{"allOf": [REF]}, NULL]},
        ),
        ({**REF, "nullable": True, "title": "t"}, {"title": "t", "anyOf": [REF, NULL]}),
        (
            {"type": "number", "minimum": 1, "exclusiveMinimum": True},
            {"type": "number", "exclusiveMinimum": 1},
        ),
        (
            {"type": "number", "maximum": 1, "exclusiveMaximum": False},
            {"type": "number", "maximum": 1},
        ),
        ({"exclusiveMaximum": True}, {}),
        ({"example": None}, {"examples": [None]}),
        ({"example": 1, "examples": [2]}, {"example": 1, "examples": [2]}),
        (
            {"type": "string", "format": "byte"},
            {"type": "string", "format": "byte", "contentEncoding": "base64"},
        ),
        (
            {"type": "string", "format": "binary"},
            {
                "type": "string",
                "format": "binary",
                "contentMediaType": "application/octet-stream",
            },
        ),
        (
            {"items": [REF, {}], "additionalItems": False},
            {"prefixItems": [REF, {}], "items": False},
        ),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema"}, {}),
        (
            {"properties": {"nullable": {"nullable": True, "type": "string"}}},
            {"properties": {"nullable": {"type": ["string", "null"]}}},
        ),
        (
            {"default": {"nullable": True}, "x-a": {"nullable": True}},
            {"default": {"nullable": True}, "x-a": {"nullable": True}},
        ),
    ],
)
def test_schemas_of_3_0(tmp_path: Path, schema: Json, expected: Json) -> None:
    """Each keyword in the words of JSON Schema 2020-12, data left alone."""
    assert schema_of(tmp_path, schema) == (expected, [])


@pytest.mark.parametrize("version", ["3.1.0", "3.2.0"])
def test_keywords_of_3_0_in_later_versions(tmp_path: Path, version: str) -> None:
    """Read as they are meant, with a word."""
    schema: Json = {
        "type": "number",
        "nullable": True,
        "minimum": 1,
        "exclusiveMinimum": True,
    }

    assert schema_of(tmp_path, schema, version) == (
        {"type": ["number", "null"], "exclusiveMinimum": 1},
        ["W708", "W708"],
    )


def test_keys_beside_a_reference(tmp_path: Path) -> None:
    """3.0 ignores what 3.1 counts; what only describes is kept in both."""
    schema: Json = {**REF, "description": "d", "maxLength": 3}

    assert schema_of(tmp_path, schema) == ({**REF, "description": "d"}, ["W703"])
    assert schema_of(tmp_path, schema, "3.1.0") == (schema, [])


def test_keys_beside_a_reference_to_a_parameter(tmp_path: Path) -> None:
    """Only a description counts there, in every version."""
    root: dict[str, Json] = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "paths": {
            "/a": {
                "parameters": [
                    {
                        "$ref": "#/components/parameters/p",
                        "description": "d",
                        "required": True,
                    }
                ]
            }
        },
        "components": {"parameters": {"p": {"name": "p", "in": "query"}}},
    }

    document, diagnostics = document_of(tmp_path, root)

    assert resolve(document.root, "/paths/~1a/parameters/0") == (
        {"$ref": "#/components/parameters/p", "description": "d"},
    )
    assert [(each.code, each.place and each.place.line) for each in diagnostics] == [
        ("W703", 13)
    ]


def test_references_follow_what_moves(tmp_path: Path) -> None:
    """A pointer into a schema that is wrapped leads to the same part as before."""
    inner = "#/components/schemas/S/allOf/0/properties/x"
    schema: Json = {
        "allOf": [{"properties": {"x": {"type": "string"}, "y": {"$ref": inner}}}],
        "nullable": True,
    }
    root: dict[str, Json] = {
        "openapi": "3.0.3",
        "info": {"title": "T", "version": "1"},
        "paths": {},
        "components": {
            "schemas": {
                "S": schema,
                "T": {"$ref": inner, "nullable": True},
                "U": {
                    "discriminator": {"propertyName": "k", "mapping": {"a": inner}},
                    "items": [{"type": "string"}],
                },
                "V": {"$ref": "#/components/schemas/U/items/0"},
                "W": {"$ref": "#/components/schemas/S"},
            }
        },
    }

    document, diagnostics = document_of(tmp_path, root)

    assert list(diagnostics) == []
    moved = "#/components/schemas/S/anyOf/0/allOf/0/properties/x"
    for pointer in (
        "S/anyOf/0/allOf/0/properties/y/$ref",
        "T/anyOf/0/$ref",
        "U/discriminator/mapping/a",
    ):
        assert resolve(document.root, f"/components/schemas/{pointer}") == (moved,)
    assert resolve(document.root, moved[1:]) == ({"type": "string"},)
    assert resolve(document.root, "/components/schemas/V/$ref") == (
        "#/components/schemas/U/prefixItems/0",
    )
    assert document.place(moved[1:]).line == 14
    assert document.place("/components/schemas/S/anyOf/0/allOf").line == 11


def test_names_inside_schemas_go(tmp_path: Path) -> None:
    """References have become pointers, so nothing is relative to an ``$id``."""
    schema: Json = {
        "$id": "https://nowhere.invalid/s",
        "$anchor": "a",
        "properties": {"$id": {"$ref": "#a"}},
    }

    found, codes = schema_of(tmp_path, schema, "3.1.0")

    assert found == {"properties": {"$id": {"$ref": "#/components/schemas/S"}}}
    assert codes == []


def test_an_unknown_dialect_is_warned_of_once(tmp_path: Path) -> None:
    """It is read as the newest that is known; its URL is not opened."""
    other = "https://nowhere.invalid/dialect"
    root: dict[str, Json] = {
        "openapi": "3.1.0",
        "jsonSchemaDialect": other,
        "info": {"title": "T", "version": "1"},
        "components": {"schemas": {"A": {"$schema": other}, "B": {"$schema": other}}},
    }

    document, diagnostics = document_of(tmp_path, root)

    assert [(each.code, each.place and each.place.line) for each in diagnostics] == [
        ("W707", 3)
    ]
    assert "nowhere" not in str(document.root)


@pytest.mark.parametrize(
    ("top", "code"),
    [
        ({"openapi": "3.0.0"}, ""),
        ({"openapi": "3.0.99"}, ""),
        ({"openapi": "3.1.1"}, ""),
        ({"openapi": "3.1.0-rc1"}, ""),
        ({"openapi": 3.1}, "W705"),
        ({"openapi": "3.2.0"}, ""),
        ({"openapi": "2.0"}, "E121"),
        ({"openapi": "3.3.0"}, "E121"),
        ({"openapi": "3.1.0\n"}, "E121"),
        ({"openapi": "3.1.x"}, "E121"),
        ({"openapi": "3.1.0 "}, "E121"),
        ({"openapi": "٣.1.0"}, "E121"),
        ({"openapi": None}, "E121"),
        ({"openapi": ["3.1.0"]}, "E121"),
        ({"openapi": True}, "E121"),
        ({"swagger": "2.0"}, ""),
        ({"swagger": 2.0}, "W705"),
        ({"swagger": "1.2"}, "E122"),
        ({"swagger": "2"}, "E122"),
        ({"swagger": None}, "E122"),
        ({"swagger": "2.0", "openapi": "3.0.0"}, "E123"),
        ({}, "E120"),
        ({"asyncapi": "3.0.0"}, "E120"),
    ],
)
def test_versions(tmp_path: Path, top: dict[str, Json], code: str) -> None:
    """One clear word, at the version or at the start of the document."""
    root = {**top, "info": {"title": "T", "version": "1"}, "paths": {}}
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(root), encoding="utf-8")
    diagnostics = Diagnostics()

    document = load(path, diagnostics)

    assert [each.code for each in diagnostics] == ([code] if code else [])
    assert (document is None) is code.startswith("E")
    for each in diagnostics:
        assert each.hint
        assert each.place is not None
        assert each.place.line == 1


schemas_3_0: st.SearchStrategy[Any] = st.recursive(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["string", "number", "object"]),
            "nullable": st.booleans(),
            "minimum": st.integers(0, 9),
            "exclusiveMinimum": st.booleans(),
            "enum": st.lists(st.sampled_from(["a", "b"]), min_size=1, unique=True),
            "example": st.none() | st.integers(),
            "format": st.sampled_from(["byte", "binary", "date"]),
            "description": st.text(max_size=2),
        },
    )
    | st.just(REF),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "nullable": st.booleans(),
            "allOf": st.lists(inner, min_size=1, max_size=3),
            "anyOf": st.lists(inner, min_size=1, max_size=3),
            "not": inner,
            "properties": st.dictionaries(st.sampled_from(["a", "b"]), inner),
            "additionalProperties": inner | st.booleans(),
        },
    ),
    max_leaves=8,
)


@given(schemas_3_0)
def test_every_schema_of_3_0_becomes_one_of_3_1(
    tmp_path_factory: pytest.TempPathFactory, schema: Json
) -> None:
    """An independent judge takes the result; doing it twice changes nothing."""
    document, _ = document_of(
        tmp_path_factory.mktemp("schema"),
        {
            "openapi": "3.0.3",
            "info": {"title": "T", "version": "1"},
            "paths": {},
            "components": {"schemas": {"S": schema, "Other": {"type": "object"}}},
        },
    )

    assert OpenAPIV31SpecValidator.schema_validator.is_valid(document.root)
    before = json.dumps(document.root)
    again = Diagnostics()
    assert json.dumps(normalize(document, again).root) == before
    assert list(again) == []


@pytest.mark.parametrize(
    ("version", "kept"), [("3.0.3", {}), ("3.1.0", {"style": "form", "explode": False})]
)
def test_the_style_of_a_part_is_of_3_1(
    tmp_path: Path, version: str, kept: dict[str, Json]
) -> None:
    """In 3.0 only urlencoded forms have one; what is ignored is told."""
    media: dict[str, Json] = {
        "schema": {"type": "object", "properties": {"a": {"type": "array"}}},
        "encoding": {"a": {"style": "form", "explode": False}},
    }
    body: dict[str, Json] = {"content": {"multipart/form-data": media}}
    root: dict[str, Json] = {
        "openapi": version,
        "info": {"title": "T", "version": "1"},
        "paths": {"/a": {"post": {"requestBody": body, "responses": {}}}},
    }

    document, diagnostics = document_of(tmp_path, root)

    pointer = "/paths/~1a/post/requestBody/content/multipart~1form-data/encoding/a"
    assert resolve(document.root, pointer) == (kept,)
    assert [each.code for each in diagnostics] == ([] if kept else ["W708", "W708"])


@pytest.mark.parametrize("way", [["Kind"], ["Between", "Kind"]])
@pytest.mark.parametrize("beside", [False, True])
def test_a_union_of_what_extends_it_is_taken_apart(
    tmp_path: Path, way: list[str], beside: bool
) -> None:
    """The kinds get what the base says beside its union, also where it is far."""
    base: dict[str, Json] = {"$ref": "#/components/schemas/Base"}
    own: dict[str, Json] = {"properties": {"more": {"type": "string"}}}
    extends: Json = {**base, **own} if beside else {"allOf": [base, own]}
    kinds: dict[str, Json] = {way[0]: extends}
    for above, name in pairwise(way):
        kinds[name] = {"allOf": [{"$ref": f"#/components/schemas/{above}"}]}
    schemas: dict[str, Json] = {
        "Base": {
            "description": "Any.",
            "required": ["kind"],
            "oneOf": [{"$ref": f"#/components/schemas/{way[-1]}"}, {"type": "null"}],
            "discriminator": {"propertyName": "kind"},
        },
        "Other": {"allOf": [base]},
        **kinds,
    }
    document, diagnostics = document_of(
        tmp_path,
        {
            "openapi": "3.1.0",
            "info": {"title": "T", "version": "1"},
            "paths": {},
            "components": {"schemas": schemas},
        },
    )

    found = resolve(document.root, f"/components/schemas/{way[0]}")
    rest: Json = {"required": ["kind"]}
    expected: Json = {**own, "allOf": [rest]} if beside else {"allOf": [rest, own]}
    assert found == (expected,)
    assert resolve(document.root, "/components/schemas/Other/allOf/0") == (base,)
    assert [each.code for each in diagnostics] == ["W732"]
