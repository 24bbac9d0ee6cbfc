"""Changes of Schema Objects into the one dialect, and of what stands beside ``$ref``."""

from __future__ import annotations

from typing import Final

from sdkgen.openapi.schema_keywords import is_unknown
from sdkgen.openapi.schema_types import explain_enum
from sdkgen.support.json_pointer import Json

from .conversion import Change, Conversion, Object
from .nullable import allow_null

__all__ = ["SCHEMA_CHANGES", "drop_dialect", "drop_siblings"]

_ANNOTATIONS: Final = frozenset(
    {"$comment", "default", "deprecated", "description", "discriminator", "example"}
    | {"examples", "externalDocs", "nullable", "readOnly", "summary", "title"}
    | {"writeOnly", "x-nullable", "xml"}
)


_DIALECTS: Final = (
    "json-schema.org/draft/2020-12/schema",
    "json-schema.org/draft/2019-09/schema",
    "json-schema.org/draft-07/schema",
    "json-schema.org/draft-06/schema",
    "json-schema.org/draft-04/schema",
    "json-schema.org/schema",
    "spec.openapis.org/oas/3.1/",
    "spec.openapis.org/oas/3.2/",
)


_LIMITS: Final = (
    ("exclusiveMinimum", "minimum"),
    ("exclusiveMaximum", "maximum"),
)


_NAMES: Final = ("$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$schema")


def drop_dialect(conversion: Conversion, node: Object, kind: str, pointer: str) -> None:
    """A dialect of JSON Schema: known, or warned of; then it need not be said."""
    key = "$schema" if kind == "schema" else "jsonSchemaDialect"
    value = node.pop(key, None)
    if not isinstance(value, str):
        return
    plain = value.partition("://")[2]
    if plain.startswith(_DIALECTS) or value in conversion.reported:
        return
    conversion.reported.add(value)
    conversion.warn(
        "W707",
        f"an unknown dialect of JSON Schema: '{value}'",
        pointer,
        node,
        key,
        "treated as JSON Schema 2020-12",
    )


def drop_siblings(
    conversion: Conversion, node: Object, kind: str, pointer: str
) -> None:
    """What stands beside ``$ref`` and does not count."""
    if not isinstance(node.get("$ref"), str) or len(node) == 1:
        return
    if kind == "schema" and conversion.series != "3.0":
        return
    kept = _ANNOTATIONS if kind == "schema" else {"summary", "description"}
    lost = [
        key
        for key in node
        if key != "$ref" and key not in kept and not key.startswith("x-")
    ]
    told = [key for key in lost if kind != "schema" or not is_unknown(key)]
    if told:
        conversion.warn(
            "W703",
            f"ignored beside $ref: {', '.join(sorted(told))}",
            pointer,
            node,
            told[0],
            (
                "put $ref into `allOf`, and the rest beside that"
                if kind == "schema"
                else "change what is referred to, or copy it here"
            ),
        )
    for key in lost:
        del node[key]


def _translate_nullable(
    conversion: Conversion, node: Object, kind: str, pointer: str
) -> None:
    """``nullable`` of 3.0, which stays common in documents of later versions."""
    del kind
    stated = [key for key in ("nullable", "x-nullable") if key in node]
    if not stated:
        return
    wanted = any(node[key] is True for key in stated)
    if "nullable" in node and conversion.series != "3.0":
        conversion.warn(
            "W708",
            "'nullable' belongs to OpenAPI 3.0; it is applied as intended",
            pointer,
            node,
            "nullable",
            "write `type: [string, 'null']`",
        )
    for key in stated:
        del node[key]
    if wanted:
        allow_null(node, pointer, conversion.marks, conversion.moves)


def _translate_limits(
    conversion: Conversion, node: Object, kind: str, pointer: str
) -> None:
    """``exclusiveMinimum: true`` beside ``minimum`` is the limit itself."""
    del kind
    for exclusive, inclusive in _LIMITS:
        value = node.get(exclusive)
        if not isinstance(value, bool):
            continue
        if conversion.series != "3.0":
            conversion.warn(
                "W708",
                f"'{exclusive}: {str(value).lower()}' belongs to OpenAPI "
                f"3.0; it is applied"
                " as intended",
                pointer,
                node,
                exclusive,
                f"write the limit itself as '{exclusive}'",
            )
        del node[exclusive]
        limit = node.get(inclusive)
        if value and isinstance(limit, int | float):
            entry = conversion.marks.entry(node, inclusive)
            node[exclusive] = node.pop(inclusive)
            if entry is not None:
                conversion.marks.set_entry(node, exclusive, entry)


def _move_example(
    conversion: Conversion, node: Object, kind: str, pointer: str
) -> None:
    """``example`` of a schema is the first of its ``examples``."""
    del kind, pointer
    if "example" not in node or "examples" in node:
        return
    entry = conversion.marks.entry(node, "example")
    listed: list[Json] = [node.pop("example")]
    node["examples"] = listed
    if entry is not None:
        conversion.marks.set_entry(node, "examples", entry)
        conversion.marks.add_list(listed, entry[1], [entry[1]])


def _add_content_encoding(
    conversion: Conversion, node: Object, kind: str, pointer: str
) -> None:
    """``format: byte`` and ``binary`` in the words of JSON Schema, too."""
    del kind, pointer
    if node.get("format") == "byte":
        node.setdefault("contentEncoding", "base64")
    elif node.get("format") == "binary":
        node.setdefault("contentMediaType", "application/octet-stream")


def _rename_tuple_items(
    conversion: Conversion, node: Object, kind: str, pointer: str
) -> None:
    """``items`` as a list, of older JSON Schema, is ``prefixItems``."""
    del kind
    if not isinstance(node.get("items"), list) or "prefixItems" in node:
        return
    for old, new in (("items", "prefixItems"), ("additionalItems", "items")):
        if old in node:
            entry = conversion.marks.entry(node, old)
            node[new] = node.pop(old)
            conversion.moves.add(pointer, old, (new,))
            if entry is not None:
                conversion.marks.set_entry(node, new, entry)


def _move_enum(conversion: Conversion, node: Object, kind: str, pointer: str) -> None:
    """An ``enum`` of a list whose values are no lists is that of the items."""
    del kind
    values, items = node.get("enum"), node.get("items", {})
    if node.get("type") != "array" or not isinstance(values, list):
        return
    if not isinstance(items, dict) or any(isinstance(v, list) for v in values):
        return
    conversion.warn(
        "W710",
        "enum of an array lists no array; treated as the enum of its items",
        pointer,
        node,
        "enum",
        "write it in 'items'",
    )
    entry = conversion.marks.entry(node, "enum")
    del node["enum"]
    if "$ref" not in items and "enum" not in items:
        node["items"] = items
        items["enum"] = values
        conversion.moves.add(pointer, "enum", ("items", "enum"))
        if entry is not None:
            conversion.marks.set_entry(items, "enum", entry)


def _drop_wrong_type(
    conversion: Conversion, node: Object, kind: str, pointer: str
) -> None:
    """Values that are listed are of their own types, if those are not the stated one."""
    del conversion, kind, pointer
    if explain_enum(node):
        del node["type"]


def _drop_anchors(
    conversion: Conversion, node: Object, kind: str, pointer: str
) -> None:
    """Names that references have used before they became pointers."""
    del kind, pointer
    for key in _NAMES:
        node.pop(key, None)


SCHEMA_CHANGES: Final[tuple[Change, ...]] = (
    drop_dialect,
    drop_siblings,
    _translate_limits,
    _rename_tuple_items,
    _move_enum,
    _drop_wrong_type,
    _move_example,
    _add_content_encoding,
    _drop_anchors,
    _translate_nullable,
)
