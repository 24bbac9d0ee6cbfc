"""A small API that has one of everything that the mock server and its judge know."""

from __future__ import annotations

from sdkgen.examples.complete import complete_examples
from sdkgen.support.json_pointer import Json

ERROR: Json = {"$ref": "#/components/responses/Error"}


def json_content(schema: Json, **more: Json) -> Json:
    """A ``content`` of JSON."""
    return {"application/json": {"schema": schema, **more}}


def ref(name: str) -> Json:
    """A reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def query(name: str, schema: Json, **more: Json) -> Json:
    """A query parameter."""
    return {"name": name, "in": "query", "schema": schema, **more}


INTEGER: Json = {"type": "integer"}
STRING: Json = {"type": "string"}
BOOLEAN: Json = {"type": "boolean"}
TIME: Json = {
    "x-sdk-time": "milliseconds",
    "oneOf": [{"type": "integer"}, {"type": "string", "format": "date-time"}],
}


def _schemas() -> dict[str, Json]:
    return {
        "Error": {
            "type": "object",
            "required": ["type", "message"],
            "properties": {"type": STRING, "message": STRING},
            "example": {"type": "Validation", "message": "No."},
        },
        "Tag": {
            "type": "object",
            "required": ["key"],
            "properties": {"key": STRING, "value": STRING},
            "additionalProperties": False,
        },
        "Thing": {
            "type": "object",
            "required": ["id", "name"],
            "properties": {
                "id": {"type": "string", "pattern": r"^[A-Fa-f\d]{24}$"},
                "name": {"type": "string", "maxLength": 20, "example": "Lamp"},
                "made": {
                    "type": "string",
                    "format": "date-time",
                    "example": "2016-06-13T04:00:00.000Z",
                },
                "tags": {"type": "array", "items": ref("Tag")},
                "owner": {"type": ["string", "null"]},
            },
        },
        "ThingPost": {
            "type": "object",
            "required": ["name"],
            "properties": {
                "id": {"type": "string", "readOnly": True},
                "name": {"type": "string", "maxLength": 20, "example": "Lamp"},
                "made": TIME,
                "tags": {"type": "array", "items": ref("Tag")},
            },
            "additionalProperties": False,
        },
        "Things": {
            "type": "object",
            "required": ["items", "totalCount"],
            "properties": {
                "items": {"type": "array", "items": ref("Thing"), "minItems": 2},
                "count": {"type": "integer", "example": 2},
                "totalCount": {"type": "integer", "example": 40},
                "page": {"type": "integer", "example": 0},
                "perPage": {"type": "integer", "example": 100},
            },
        },
        "Cursor": {
            "type": "object",
            "properties": {
                "data": {"type": "array", "items": ref("Thing")},
                "next": {"type": "string"},
            },
        },
        "State": {"type": "object", "properties": {"on": BOOLEAN}},
        "ThingWithMap": {
            "type": "object",
            "properties": {"tags": {"type": "object", "example": {"floor": "8"}}},
        },
    }


def _thing(method_responses: dict[str, Json], **more: Json) -> Json:
    return {
        "responses": {**method_responses, "400": ERROR, "404": ERROR},
        **more,
    }


def _paths() -> dict[str, Json]:
    identifier: Json = {
        "name": "thingId",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": r"^[A-Fa-f\d]{24}$"},
        "example": "575ec8687ae143cd83dc4a97",
    }
    pages: Json = {
        "style": "page",
        "request": {"page": "page", "size": "perPage"},
        "response": {"items": "items", "total": "totalCount"},
    }
    scroll: Json = {
        "style": "cursor",
        "request": {"cursor": "after", "size": "limit"},
        "response": {"items": "data", "cursor": "next"},
    }
    shape: Json = [{"when": {"tagsAsObject": True}, "response": ref("ThingWithMap")}]
    listing = _thing(
        {"200": {"description": "", "content": json_content(ref("Things"))}},
        operationId="things.get",
        **{"x-sdk-pages": pages},
        parameters=[
            query("page", INTEGER),
            query("perPage", INTEGER, example=2),
            query("keywords", {"type": "array", "items": STRING}),
            {
                "name": "query",
                "in": "query",
                "content": json_content(
                    {"type": "object", "properties": {"a": INTEGER}}
                ),
            },
            query(
                "tagFilter",
                {"type": "array", "items": ref("Tag")},
                **{"x-sdk-style": "brackets"},
            ),
            query("since", TIME),
            query("old", {"type": "boolean", "default": "no"}, deprecated=True),
            {"name": "X-Trace", "in": "header", "schema": INTEGER},
            {"name": "session", "in": "cookie", "schema": STRING},
        ],
    )
    post = _thing(
        {
            "201": {"description": "", "content": json_content(ref("Thing"))},
            "202": {"description": "", "content": json_content(ref("State"))},
        },
        operationId="things.post",
        requestBody={"required": True, "content": json_content(ref("ThingPost"))},
    )
    cursor = _thing(
        {"200": {"description": "", "content": json_content(ref("Cursor"))}},
        operationId="things.scroll",
        parameters=[query("after", STRING), query("limit", INTEGER)],
        **{"x-sdk-pages": scroll},
    )
    get = _thing(
        {"200": {"description": "", "content": json_content(ref("Thing"))}},
        operationId="thing.get",
        parameters=[query("tagsAsObject", BOOLEAN)],
        **{"x-sdk-shape": shape},
    )
    delete = _thing({"204": {"description": ""}}, operationId="thing.delete")
    stream = _thing(
        {
            "200": {
                "description": "",
                "content": {
                    "text/event-stream": {"x-sdk-events": {"state": ref("State")}}
                },
            }
        },
        operationId="thing.stateStream",
    )
    upload = _thing(
        {"200": {"description": "", "content": {"text/plain": {"schema": STRING}}}},
        operationId="thing.upload",
        requestBody={
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": ["file"],
                        "properties": {
                            "file": {"type": "string", "format": "binary"},
                            "options": {
                                "type": "object",
                                "properties": {"force": BOOLEAN},
                            },
                            "note": STRING,
                            "count": INTEGER,
                        },
                    }
                }
            },
        },
    )
    login = _thing(
        {"200": {"description": "", "content": json_content(ref("State"))}},
        operationId="login",
        security=[],
        requestBody={
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {
                        "type": "object",
                        "required": ["user"],
                        "properties": {"user": STRING, "age": INTEGER},
                    }
                }
            }
        },
    )
    return {
        "/things": {"get": listing, "post": post},
        "/things/scroll": {"get": cursor},
        "/things/{thingId}": {"parameters": [identifier], "get": get, "delete": delete},
        "/things/{thingId}/stateStream": {"parameters": [identifier], "get": stream},
        "/things/{thingId}/file": {"parameters": [identifier], "post": upload},
        "/login": {"post": login},
        "/things/latest": {
            "get": {
                "responses": {
                    "200": {"description": "", "content": json_content(ref("State"))},
                    "default": ERROR,
                }
            }
        },
    }


def written() -> dict[str, Json]:
    """The document, as its author would write it."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "servers": [{"url": "https://api.example.com/v1"}],
        "security": [{"token": []}, {"key": []}],
        "paths": _paths(),
        "components": {
            "schemas": _schemas(),
            "responses": {
                "Error": {"description": "", "content": json_content(ref("Error"))}
            },
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "key": {"type": "apiKey", "in": "query", "name": "key"},
            },
        },
    }


def document() -> dict[str, Json]:
    """The document, completed with examples."""
    return complete_examples(written())
