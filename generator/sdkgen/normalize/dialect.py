"""Differences between versions of OpenAPI, taken out: one dialect for all that follows.

The dialect has the shape of OpenAPI 3.1 with the schemas of JSON Schema 2020-12:

- ``nullable`` is ``null`` among the types, or an option of a union;
- ``exclusiveMinimum`` and ``exclusiveMaximum`` are numbers;
- a schema has ``examples`` instead of ``example``;
- ``format: byte`` and ``binary`` are (also) ``contentEncoding``, ``contentMediaType``;
- beside ``$ref`` stands nothing that the version of the document does not allow;
- a stream whose events are all of one schema says so in ``x-sdk-events``, without a name;
- nothing is relative to an ``$id``: references are pointers into the document.

A version is a list of changes to each kind of object, so that a further one adds a list
of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.openapi.object_kinds import child_slots, root_kind
from sdkgen.openapi.paths import with_slash
from sdkgen.openapi.references import fragment_of, ref_to
from sdkgen.openapi.schema_keywords import find_misused, is_unknown
from sdkgen.openapi.schema_types import explain_enum, type_of
from sdkgen.read.document import Document
from sdkgen.support.json_pointer import Json, pointer_join

from . import media
from .circular_unions import break_cycles
from .conversion import Change, Conversion, Object
from .nullable import Moves, allow_null

__all__ = ["normalize"]

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


def normalize(document: Document, diagnostics: Diagnostics) -> Document:
    """Bring a bundled document into the one dialect; its tree is changed in place.

    The version must be one that is read (``versions.check_version``).
    """
    conversion = Conversion(document, diagnostics)
    root = document.root
    refs = _change_objects(conversion)
    if conversion.moves:
        _move_refs(conversion.moves, refs, root)
    break_cycles(root, partial(_report_circular_union, conversion))
    root["openapi"] = "3.1.0"
    return document


def _change_objects(conversion: Conversion) -> list[Object]:
    """Change every object of the document; gives those that had a ``$ref``."""
    root = conversion.document.root
    changes = _CHANGES.get(conversion.series, _NEWEST)
    refs: list[Object] = []
    stack: list[tuple[Json, str, str]] = [(root, root_kind(root), "")]
    while stack:
        value, kind, pointer = stack.pop()
        if isinstance(value, list):
            inner = kind[1:-1] if kind[0] in "{[" else kind
            stack.extend(
                (each, inner, f"{pointer}/{index}") for index, each in enumerate(value)
            )
        elif isinstance(value, dict) and kind[0] in "{[":
            stack.extend(
                (each, kind[1:-1], pointer_join(pointer, key))
                for key, each in value.items()
            )
        elif isinstance(value, dict):
            if kind == "schema":
                for key in find_misused(value):
                    del value[key]
                if "type" in value:
                    value["type"] = type_of(value)
            # Null is as good as absent, which for a schema in a map is any value.
            for key, slot in child_slots(kind, value):
                held = value[key]
                if held is None:
                    del value[key]
                elif slot == "{schema}" and isinstance(held, dict):
                    nulls = [name for name in held if held[name] is None]
                    held.update(dict.fromkeys(nulls, True))
                elif slot in ("schema", "[schema]") and isinstance(held, list):
                    held[:] = [True if each is None else each for each in held]
            # What is below is listed first: changes move it, pointers stay the
            # ones of the document as it was, which references still have.
            below = [
                (value[key], slot, pointer_join(pointer, key))
                for key, slot in child_slots(kind, value)
            ]
            if isinstance(value.get("$ref"), str):
                refs.append(value)
            for change in changes.get(kind, _COMMON):
                change(conversion, value, kind, pointer)
            stack.extend(below)
    return refs


def _move_refs(moves: Moves, refs: list[Object], root: Object) -> None:
    """Follow what has moved with the references to it."""
    holders = [(node, "$ref") for node in refs]
    holders += _find_mappings(root)
    for node, key in holders:
        # A reference that was wrapped is in the object that it was moved to.
        node = moves.object_now(node) if key == "$ref" else node
        ref = node.get(key)
        if not isinstance(ref, str) or not ref.startswith("#"):
            continue
        old = fragment_of(ref[1:])
        new = moves.pointer(old)
        if new != old:
            node[key] = ref_to(new)


def _report_circular_union(conversion: Conversion, pointer: str, keyword: str) -> None:
    message = f"'{keyword}' lists what extends this schema, which contains itself so"
    conversion.diagnostics.add(
        "W732",
        message,
        conversion.document.place(pointer_join(pointer, keyword)),
        hint="move what they share into a schema of its own, and extend that",
        pointer=pointer,
    )


def _drop_dialect(
    conversion: Conversion, node: Object, kind: str, pointer: str
) -> None:
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
        "it is read as JSON Schema 2020-12",
    )


def _drop_siblings(
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
            f"beside $ref these are ignored: {', '.join(sorted(told))}",
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
            "'nullable' is of OpenAPI 3.0; it is read as it is meant",
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
                f"'{exclusive}: {str(value).lower()}' is of OpenAPI 3.0; it is read"
                " as it is meant",
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
        "enum lists no list: it is read as that of the items",
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


def _find_mappings(root: Object) -> list[tuple[Object, str]]:
    """Where else references are: the mappings of discriminators, and links."""
    found: list[tuple[Object, str]] = []
    stack: list[tuple[Json, str]] = [(root, root_kind(root))]
    while stack:
        value, kind = stack.pop()
        inner = kind[1:-1] if kind[0] in "{[" else kind
        if isinstance(value, list):
            stack.extend((each, inner) for each in value)
        elif isinstance(value, dict) and kind[0] in "{[":
            stack.extend((each, inner) for each in value.values())
        elif isinstance(value, dict):
            mapping = value.get("mapping")
            if kind == "discriminator" and isinstance(mapping, dict):
                found.extend((mapping, key) for key in mapping)
            elif kind == "link":
                found.append((value, "operationRef"))
            stack.extend((value[key], slot) for key, slot in child_slots(kind, value))
    return found


def _add_slashes(conversion: Conversion, node: Object, kind: str, pointer: str) -> None:
    """Every path begins with a slash."""
    del kind
    if all(path.startswith(("/", "x-")) for path in node):
        return
    listed = list(node.items())
    node.clear()
    for path, item in listed:
        meant = path if path.startswith("x-") else with_slash(path)
        if meant != path:
            conversion.moves.add(pointer, path, (meant,))
        entry = conversion.marks.entry(node, path)
        if entry is not None:
            conversion.marks.set_entry(node, meant, entry)
        node[meant] = item


_SCHEMA: Final[tuple[Change, ...]] = (
    _drop_dialect,
    _drop_siblings,
    _translate_limits,
    _rename_tuple_items,
    _move_enum,
    _drop_wrong_type,
    _move_example,
    _add_content_encoding,
    _drop_anchors,
    _translate_nullable,
)
_COMMON: Final[tuple[Change, ...]] = (_drop_siblings,)
_PARAMETER: Final[tuple[Change, ...]] = (
    _drop_siblings,
    media.lower_media_types,
    media.convert_content,
)
_NEWEST: Final[Mapping[str, tuple[Change, ...]]] = {
    "schema": _SCHEMA,
    "requestBody": (
        _drop_siblings,
        media.lower_media_types,
        media.relax_empty_body,
        media.merge_ranges,
        media.drop_form_styles,
    ),
    "response": (
        _drop_siblings,
        media.lower_media_types,
        media.merge_ranges,
    ),
    "parameter": _PARAMETER,
    "header": _PARAMETER,
    "mediaType": (_drop_siblings, media.type_events),
    "openapi": (_drop_dialect,),
    "paths": (_add_slashes,),
}
# What a version says in another way is told from the keyword itself: people mix them.
_CHANGES: Final[Mapping[str, Mapping[str, tuple[Change, ...]]]] = {
    "3.0": _NEWEST,
    "3.1": _NEWEST,
    "3.2": _NEWEST,
}
