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
from sdkgen.openapi.schema_keywords import find_misused
from sdkgen.openapi.schema_types import type_of
from sdkgen.read.document import Document
from sdkgen.support.json_pointer import Json, pointer_join

from . import media
from .circular_unions import break_cycles
from .conversion import Change, Conversion, Object
from .nullable import Moves
from .schemas import SCHEMA_CHANGES, drop_dialect, drop_siblings

__all__ = ["normalize"]


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
    message = f"'{keyword}' lists schemas that extend this one, so it contains itself"
    conversion.diagnostics.add(
        "W732",
        message,
        conversion.document.place(pointer_join(pointer, keyword)),
        hint="move what they share into a schema of its own, and extend that",
        pointer=pointer,
    )


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


_COMMON: Final[tuple[Change, ...]] = (drop_siblings,)
_PARAMETER: Final[tuple[Change, ...]] = (
    drop_siblings,
    media.lower_media_types,
    media.convert_content,
)
_NEWEST: Final[Mapping[str, tuple[Change, ...]]] = {
    "schema": SCHEMA_CHANGES,
    "requestBody": (
        drop_siblings,
        media.lower_media_types,
        media.relax_empty_body,
        media.merge_ranges,
        media.drop_form_styles,
    ),
    "response": (
        drop_siblings,
        media.lower_media_types,
        media.merge_ranges,
    ),
    "parameter": _PARAMETER,
    "header": _PARAMETER,
    "mediaType": (drop_siblings, media.type_events),
    "openapi": (drop_dialect,),
    "paths": (_add_slashes,),
}
# What a version says in another way is told from the keyword itself: people mix them.
_CHANGES: Final[Mapping[str, Mapping[str, tuple[Change, ...]]]] = {
    "3.0": _NEWEST,
    "3.1": _NEWEST,
    "3.2": _NEWEST,
}
