"""Which object of OpenAPI stands where, so that a ``$ref`` is told from data.

``$ref`` is a reference only where the specification has an object that may be one. In
examples, defaults, enums and extensions it is data; below ``properties`` it is the name
of a property. The tables say which keys of an object hold which objects:

    "schema"     one object of that kind (or, leniently, a list of them)
    "{schema}"   a map of them, with keys that the document chooses
    "[schema]"   a list of them

``*`` stands for every other key but extensions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sdkgen.support.json_pointer import Json, pointer_split

from .http_methods import METHODS

__all__ = [
    "COMPONENTS",
    "SCHEMA_SLOTS",
    "SWAGGER_COMPONENTS",
    "child_slots",
    "kind_at",
    "root_kind",
]

SCHEMA_SLOTS: Final = {
    **dict.fromkeys(
        (
            *("additionalItems", "additionalProperties", "contains", "contentSchema"),
            *("else", "if", "items", "not", "propertyNames", "then"),
            *("unevaluatedItems", "unevaluatedProperties"),
        ),
        "schema",
    ),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), "[schema]"),
    **dict.fromkeys(
        ("$defs", "definitions", "dependentSchemas", "patternProperties", "properties"),
        "{schema}",
    ),
    "discriminator": "discriminator",
    "externalDocs": "plain",
    "xml": "plain",
}
_PARAMETER: Final = {
    "schema": "schema",
    "content": "{mediaType}",
    "examples": "{example}",
}
_MEDIA_TYPE: Final = {
    "schema": "schema",
    "itemSchema": "schema",
    "examples": "{example}",
    "encoding": "{encoding}",
    "prefixEncoding": "[encoding]",
    "itemEncoding": "encoding",
    "x-sdk-events": "{schema}",
}

_KINDS: Final[Mapping[str, Mapping[str, str]]] = {
    # --- OpenAPI 3.0, 3.1, 3.2
    "openapi": {
        "info": "plain",
        "servers": "[plain]",
        "paths": "paths",
        "webhooks": "{pathItem}",
        "components": "components",
        "tags": "[plain]",
        "externalDocs": "plain",
    },
    "components": {
        "schemas": "{schema}",
        "responses": "{response}",
        "parameters": "{parameter}",
        "examples": "{example}",
        "requestBodies": "{requestBody}",
        "headers": "{header}",
        "securitySchemes": "{securityScheme}",
        "links": "{link}",
        "callbacks": "{callback}",
        "pathItems": "{pathItem}",
        "mediaTypes": "{mediaType}",
    },
    "paths": {"*": "pathItem"},
    "pathItem": {
        **dict.fromkeys(METHODS, "operation"),
        "additionalOperations": "{operation}",
        "parameters": "[parameter]",
        "servers": "[plain]",
    },
    "operation": {
        "parameters": "[parameter]",
        "requestBody": "requestBody",
        "responses": "responses",
        "callbacks": "{callback}",
        "servers": "[plain]",
        "externalDocs": "plain",
        "x-sdk-shape": "[shape]",
    },
    "shape": {"response": "schema"},
    "responses": {"*": "response"},
    "callback": {"*": "pathItem"},
    "parameter": _PARAMETER,
    "header": _PARAMETER,
    "requestBody": {"content": "{mediaType}"},
    "response": {
        "headers": "{header}",
        "content": "{mediaType}",
        "links": "{link}",
    },
    "mediaType": _MEDIA_TYPE,
    "encoding": {
        "headers": "{header}",
        "encoding": "{encoding}",
        "prefixEncoding": "[encoding]",
        "itemEncoding": "encoding",
    },
    "link": {"server": "plain"},
    "example": {},
    "securityScheme": {},
    "plain": {},
    "discriminator": {},
    "schema": SCHEMA_SLOTS,
    # --- Swagger 2.0
    "swagger": {
        "info": "plain",
        "paths": "swagger paths",
        "definitions": "{schema}",
        "parameters": "{swagger parameter}",
        "responses": "{swagger response}",
        "tags": "[plain]",
        "externalDocs": "plain",
    },
    "swagger paths": {"*": "swagger pathItem"},
    "swagger pathItem": {
        **dict.fromkeys(METHODS, "swagger operation"),
        "parameters": "[swagger parameter]",
    },
    "swagger operation": {
        "parameters": "[swagger parameter]",
        "responses": "swagger responses",
        "externalDocs": "plain",
        "x-sdk-shape": "[shape]",
    },
    "swagger responses": {"*": "swagger response"},
    "swagger parameter": {"schema": "schema"},
    "swagger response": {"schema": "schema"},
}

COMPONENTS: Final[Mapping[str, tuple[str, ...]]] = {
    kind: ("components", section)
    for kind, section in (
        ("schema", "schemas"),
        ("response", "responses"),
        ("parameter", "parameters"),
        ("example", "examples"),
        ("requestBody", "requestBodies"),
        ("header", "headers"),
        ("securityScheme", "securitySchemes"),
        ("link", "links"),
        ("callback", "callbacks"),
    )
}
"""Where the components of a kind stand; objects of other kinds have no names."""

SWAGGER_COMPONENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "schema": ("definitions",),
    "swagger parameter": ("parameters",),
    "swagger response": ("responses",),
}
"""The same for Swagger 2.0."""


def root_kind(root: Mapping[str, Json]) -> str:
    """The kind of a whole document."""
    return "swagger" if "swagger" in root and "openapi" not in root else "openapi"


def child_slots(kind: str, value: Mapping[str, Json]) -> list[tuple[str, str]]:
    """The keys of an object that hold objects, with what they hold, in its order."""
    table = _KINDS[kind]
    rest = table.get("*")
    if rest is None:
        return [(key, table[key]) for key in value if key in table]
    return [(key, rest) for key in value if not key.startswith("x-")]


def kind_at(root_kind: str, pointer: str) -> str | None:
    """What the specification has at a JSON pointer.

    None where it has data, or nothing; ``{schema}`` and ``[schema]`` for a map and a
    list of schemas.
    """
    kind = root_kind
    for token in pointer_split(pointer):
        if kind[0] in "{[":
            kind = kind[1:-1]
            continue
        table = _KINDS.get(kind, {})
        found = table.get(token)
        if found is None and "*" in table and not token.startswith("x-"):
            found = table["*"]
        if found is None:
            # `items` of old had a list of schemas, and so has anything by leniency.
            if kind == "schema" and token.isdigit():
                continue
            return None
        kind = found
    return kind
