"""Swagger 2.0: what its documents become as a whole, and what is said of them."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator
from swagger_documents import PET, Object, converted

from sdkgen.diagnostics.coverage import Ledger
from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.normalize.dialect import normalize
from sdkgen.pipeline import Run
from sdkgen.read.document import load
from sdkgen.support.json_pointer import resolve
from sdkgen.swagger.convert import convert
from sdkgen.target import Target
from sdkgen.validate.validate import validate


@pytest.mark.parametrize(
    ("root", "urls"),
    [
        ({}, None),
        ({"basePath": "/"}, None),
        ({"basePath": "/v1/"}, ["/v1"]),
        ({"host": "a.example"}, ["https://a.example"]),
        (
            {"host": "a.example:80", "basePath": "/v1", "schemes": ["http"]},
            ["http://a.example:80/v1"],
        ),
        (
            {"host": "a.example", "schemes": ["http", "https"]},
            ["https://a.example", "http://a.example"],
        ),
    ],
)
def test_servers(tmp_path: Path, root: Object, urls: list[str] | None) -> None:
    """One a scheme, the encrypted one first; without a host the path alone."""
    document, diagnostics = converted(tmp_path, root)

    servers: Any = document.root.get("servers")
    assert (servers and [each["url"] for each in servers]) == urls
    assert not list(diagnostics)
    assert not {"host", "basePath", "schemes", "swagger"} & set(document.root)


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [
        ({"type": "basic"}, {"type": "http", "scheme": "basic"}),
        (
            {"type": "apiKey", "in": "query", "name": "k"},
            {"type": "apiKey", "in": "query", "name": "k"},
        ),
        (
            {"type": "oauth2", "flow": "accessCode", "authorizationUrl": "https://a",
             "tokenUrl": "https://b", "scopes": {"s": "S."}, "x-a": 1},
            {"type": "oauth2", "x-a": 1, "flows": {"authorizationCode": {
                "authorizationUrl": "https://a", "tokenUrl": "https://b",
                "scopes": {"s": "S."}}}},
        ),
        (
            {"type": "oauth2", "flow": "application", "tokenUrl": "https://b"},
            {"type": "oauth2", "flows": {"clientCredentials": {
                "tokenUrl": "https://b", "scopes": {}}}},
        ),
        (
            {"type": "oauth2", "flow": "implicit", "authorizationUrl": "https://a",
             "scopes": {}},
            {"type": "oauth2", "flows": {"implicit": {
                "authorizationUrl": "https://a", "scopes": {}}}},
        ),
        (
            {"type": "oauth2", "flow": "password", "tokenUrl": "https://b",
             "scopes": {}},
            {"type": "oauth2", "flows": {"password": {
                "tokenUrl": "https://b", "scopes": {}}}},
        ),
    ],
)  # fmt: skip
def test_security_schemes(tmp_path: Path, scheme: Object, expected: Object) -> None:
    """``basic`` is an HTTP scheme; a flow of OAuth 2 is one of several, renamed."""
    document, _ = converted(tmp_path, {"securityDefinitions": {"s": scheme}})

    found = resolve(document.root, "/components/securitySchemes/s")
    assert found == (expected,)


def test_references_follow_what_was_moved(tmp_path: Path) -> None:
    """Into definitions, a response, and a body."""
    at = "#/paths/~1a/post"
    node: Object = {
        "parameters": [
            {"name": "q", "in": "query", "type": "string"},
            {"name": "b", "in": "body", "schema": {"properties": {"x": {}}}},
        ],
        "responses": {"200": {"description": "", "schema": {"properties": {"y": {}}}}},
    }
    definitions: Object = {
        "Pet": {"properties": {"a": {}}},
        "A": {"$ref": "#/definitions/Pet/properties/a"},
        "B": {"$ref": f"{at}/parameters/1/schema/properties/x"},
        "C": {"$ref": f"{at}/responses/200/schema/properties/y"},
    }
    document, diagnostics = converted(
        tmp_path, {"paths": {"/a": {"post": node}}, "definitions": definitions}
    )

    for name in "ABC":
        found = resolve(document.root, f"/components/schemas/{name}/$ref")
        assert found is not None
        assert resolve(document.root, str(found[0])[1:]) is not None
    assert [each.code for each in diagnostics] == []


def test_discriminators(tmp_path: Path) -> None:
    """A name is an object; a value that a subtype states goes into its mapping."""
    part: Object = {"type": "object", "properties": {"kind": {"type": "string"}}}
    definitions = {
        "Pet": {**part, "discriminator": "kind"},
        "Dog": {"allOf": [PET, {"type": "object"}], "x-ms-discriminator-value": "d"},
        "Cat": {"allOf": [PET, {"type": "object"}]},
    }

    document, _ = converted(tmp_path, {"definitions": definitions})

    assert resolve(document.root, "/components/schemas/Pet/discriminator") == (
        {"propertyName": "kind", "mapping": {"d": "#/components/schemas/Dog"}},
    )


def test_schemas(tmp_path: Path) -> None:
    """Nullable by extension; words of OpenAPI 3 are read, and told of once."""
    definitions = {
        "A": {"type": "string", "x-nullable": True},
        "B": {"type": "string", "nullable": True},
        "C": {"type": "string", "nullable": True},
        "D": {"type": "integer", "minimum": 1, "exclusiveMinimum": True},
    }

    document, diagnostics = converted(tmp_path, {"definitions": definitions})

    schemas: Any = document.root["components"]
    assert schemas["schemas"]["A"] == {"type": ["string", "null"]}
    assert schemas["schemas"]["C"] == {"type": ["string", "null"]}
    assert schemas["schemas"]["D"] == {"type": "integer", "exclusiveMinimum": 1}
    assert [each.code for each in diagnostics] == ["W708"]


def test_places_are_those_of_the_file(tmp_path: Path) -> None:
    """What was moved, and what was made of several things, is where it was written."""
    node = {
        "parameters": [{"name": "b", "in": "body", "schema": {"default": 1}}],
        "responses": {"200": {"description": "", "schema": {"default": 2}}},
    }
    document, _ = converted(tmp_path, {"paths": {"/a": {"post": node}}})
    lines = (tmp_path / "openapi.json").read_text(encoding="utf-8").splitlines()

    content = "content/application~1json/schema/default"
    for pointer, text in (
        (f"/paths/~1a/post/requestBody/{content}", '"default": 1'),
        (f"/paths/~1a/post/responses/200/{content}", '"default": 2'),
        ("/components/schemas/Pet/type", '"type": "object"'),
    ):
        assert text in lines[document.place(pointer).line - 1]


def test_the_document_stays_as_it_is_written(tmp_path: Path) -> None:
    """openapi-spec-validator judges what was written, by the rules of 2.0."""
    path = tmp_path / "openapi.json"
    root = {"swagger": "2.0", "info": {"title": "T"}, "paths": {}, "hots": "a"}
    path.write_text(json.dumps(root), encoding="utf-8")
    diagnostics = Diagnostics()
    written = load(path, diagnostics)
    assert written is not None

    document = convert(written, diagnostics, Ledger())
    validate(document, diagnostics, written=written)

    assert written.root == root
    found = {(each.code, each.pointer) for each in diagnostics}
    assert found == {("W710", "/info"), ("W725", "/hots")}


GOOD: Object = {
    "swagger": "2.0",
    "info": {"title": "T", "version": "1"},
    "host": "a.example",
    "schemes": ["https"],
    "consumes": ["application/json"],
    "paths": {
        "/a": {
            "parameters": [{"name": "q", "in": "query", "type": "array", "items": {}}],
            "post": {
                "produces": ["application/json"],
                "schemes": ["https"],
                "parameters": [{"$ref": "#/parameters/B"}],
                "responses": {
                    "200": {
                        "description": "",
                        "schema": {"$ref": "#/definitions/P"},
                        "headers": {"H": {"type": "string"}},
                        "examples": {"application/json": {}},
                    },
                    "404": {"$ref": "#/responses/R"},
                },
            },
            "put": {
                "parameters": [{"name": "f", "in": "formData", "type": "file"}],
                "responses": {"200": {"description": ""}},
            },
        }
    },
    "parameters": {"B": {"name": "b", "in": "body", "schema": {"type": "object"}}},
    "responses": {"R": {"description": ""}},
    "securityDefinitions": {
        "o": {"type": "oauth2", "flow": "password", "tokenUrl": "a", "scopes": {}}
    },
    "definitions": {
        "P": {"type": "object", "discriminator": "k", "properties": {"k": {}}},
        "Q": {"allOf": [{"$ref": "#/definitions/P"}], "x-discriminator-value": "q"},
    },
}


def test_what_it_becomes_is_legal(tmp_path: Path) -> None:
    """The judge is openapi-spec-validator."""
    document, diagnostics = converted(tmp_path, GOOD)

    assert [each.code for each in diagnostics] == []
    assert not list(OpenAPIV31SpecValidator(document.root).iter_errors())


def spots(value: Any, way: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The way to every value in a tree but the root."""
    pairs: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        pairs = list(cast(Object, value).items())
    elif isinstance(value, list):
        pairs = list(enumerate(cast("list[object]", value)))
    found = [(*way, key) for key, _ in pairs if key != "swagger"]
    return found + [each for key, item in pairs for each in spots(item, (*way, key))]


@given(
    way=st.sampled_from(spots(GOOD)),
    value=st.sampled_from([None, True, 1, "a", [], ["a"], [1], {}, {"a": 1}, [[{}]]]),
)
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_nothing_raises(way: tuple[str | int, ...], value: Any, tmp_path: Path) -> None:
    """Whatever stands anywhere; what cannot be read is told by the checks."""
    root = copy.deepcopy(GOOD)
    holder: Any = root
    for key in way[:-1]:
        holder = holder[key]
    holder[way[-1]] = value
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(root), encoding="utf-8")
    diagnostics = Diagnostics()

    written = load(path, diagnostics)
    if written is None:
        return
    document = convert(written, diagnostics, Ledger())
    validate(document, diagnostics, written=written)
    if not diagnostics.errors:
        normalize(document, diagnostics)


def test_overlays_are_applied_to_what_is_written(tmp_path: Path) -> None:
    """Their targets are those of Swagger 2.0, and so is what they bring in."""
    (tmp_path / "openapi.json").write_text(json.dumps(GOOD), encoding="utf-8")
    (tmp_path / "sdk.yaml").write_text(
        "package: {name: acme, import: acme, version: 1.0.0, client: Acme}\n"
        "document: openapi.json\noverlays: [more.yaml]\n",
        encoding="utf-8",
    )
    (tmp_path / "more.yaml").write_text(
        "overlay: 1.0.0\n"
        "info: {title: More, version: '1'}\n"
        "actions:\n"
        "  - {target: $, update: {host: b.example}}\n"
        "  - target: $.paths['/a'].put.parameters\n"
        "    update: {name: n, in: formData, type: string, default: 1}\n",
        encoding="utf-8",
    )
    run = Run(Target.of_folder(tmp_path))

    api = run.normalize()

    assert api is not None
    assert [str(each.url) for each in api.servers] == ["https://b.example"]
    put = next(o for r in api.resources for o in r.operations if o.method == "PUT")
    assert [each.name for each in put.params] == ["q", "f", "n"]
    told = [
        (each.code, each.place and (each.place.file, each.place.line))
        for each in run.diagnostics
    ]
    assert told == [("W718", ((tmp_path / "more.yaml").as_posix(), 6))]
