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

from collections.abc import Callable, Mapping
from typing import Final

from .bases import untangle
from .diagnostics import Diagnostics
from .document import Document, Json, pointer_join, resolve, unescape
from .event_items import events_of, is_data
from .kinds import root_kind, slots
from .media import EVENTS, FORMS, essence, is_json, is_stream
from .nullable import Moves, take_nullable
from .references import fragment_of, ref_to
from .schema_rules import misused
from .versions import CONVERTED, series

__all__ = ["normalize"]

Object = dict[str, Json]
Change = Callable[["_Normalizer", Object, str, str], None]

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
_JSON: Final = "application/json"
_HOPS: Final = 16
"""References to references that are followed."""
_NAMES: Final = ("$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$schema")


def normalize(document: Document, diagnostics: Diagnostics) -> Document:
    """Bring a bundled document into the one dialect; its tree is changed in place.

    The version must be one that is read (``versions.check_version``).
    """
    _Normalizer(document, diagnostics).run()
    return document


class _Normalizer:
    def __init__(self, document: Document, diagnostics: Diagnostics) -> None:
        self.document = document
        self.marks = document.marks
        self.diagnostics = diagnostics
        self.series = series(document.root)
        self.moves = Moves()
        self._dialects: set[str] = set()
        self._refs: list[Object] = []

    def run(self) -> None:
        root = self.document.root
        changes = _CHANGES.get(self.series, _NEWEST)
        stack: list[tuple[Json, str, str]] = [(root, root_kind(root), "")]
        while stack:
            value, kind, pointer = stack.pop()
            if isinstance(value, list):
                inner = kind[1:-1] if kind[0] in "{[" else kind
                stack.extend(
                    (each, inner, f"{pointer}/{index}")
                    for index, each in enumerate(value)
                )
            elif isinstance(value, dict) and kind[0] in "{[":
                stack.extend(
                    (each, kind[1:-1], pointer_join(pointer, key))
                    for key, each in value.items()
                )
            elif isinstance(value, dict):
                if kind == "schema":
                    for key in misused(value):
                        del value[key]
                # Null is as good as absent, which for a schema in a map is any value.
                for key, slot in slots(kind, value):
                    held = value[key]
                    if slot == "schema" and held is None:
                        del value[key]
                    elif slot == "{schema}" and isinstance(held, dict):
                        nulls = [name for name in held if held[name] is None]
                        held.update(dict.fromkeys(nulls, True))
                    elif slot == "[schema]" and isinstance(held, list):
                        held[:] = [True if each is None else each for each in held]
                # What is below is listed first: changes move it, pointers stay the
                # ones of the document as it was, which references still have.
                below = [
                    (value[key], slot, pointer_join(pointer, key))
                    for key, slot in slots(kind, value)
                ]
                if isinstance(value.get("$ref"), str):
                    self._refs.append(value)
                for change in changes.get(kind, _COMMON):
                    change(self, value, kind, pointer)
                stack.extend(below)
        if self.moves:
            self._move_refs(root)
        untangle(root, self._told)
        root["openapi"] = "3.1.0"

    def _move_refs(self, root: Object) -> None:
        """Follow what has moved with the references to it."""
        holders = [(node, "$ref") for node in self._refs]
        holders += [
            (mapping, key)
            for mapping in _mappings(root)
            for key, ref in mapping.items()
            if isinstance(ref, str) and ref.startswith("#")
        ]
        for node, key in holders:
            # A reference that was wrapped is in the object that it was moved to.
            node = self.moves.now(node) if key == "$ref" else node
            ref = node.get(key)
            if not isinstance(ref, str) or not ref.startswith("#"):
                continue
            old = fragment_of(ref[1:])
            new = self.moves.pointer(old)
            if new != old:
                node[key] = ref_to(new)

    def _told(self, pointer: str, keyword: str) -> None:
        message = (
            f"'{keyword}' lists what extends this schema, which contains itself so"
        )
        self.diagnostics.add(
            "W732",
            message,
            self.document.place(pointer_join(pointer, keyword)),
            hint="move what they share into a schema of its own, and extend that",
            pointer=pointer,
        )

    def warn(
        self, code: str, message: str, pointer: str, node: Object, key: str, hint: str
    ) -> None:
        """Add a warning at a key of an object; what stood around it may have moved."""
        entry = self.marks.entry(node, key)
        place = (
            self.document.place(pointer)
            if entry is None
            else self.document.read.sources.place(entry[0])
        )
        at = pointer_join(pointer, key)
        self.diagnostics.add(code, message, place, hint=hint, pointer=at)

    # ------------------------------------------------------------------- changes

    def dialect(self, node: Object, kind: str, pointer: str) -> None:
        """A dialect of JSON Schema: known, or warned of; then it need not be said."""
        key = "$schema" if kind == "schema" else "jsonSchemaDialect"
        value = node.pop(key, None)
        if not isinstance(value, str):
            return
        plain = value.partition("://")[2]
        if plain.startswith(_DIALECTS) or value in self._dialects:
            return
        self._dialects.add(value)
        self.warn(
            "W707",
            f"an unknown dialect of JSON Schema: '{value}'",
            pointer,
            node,
            key,
            "it is read as JSON Schema 2020-12",
        )

    def siblings(self, node: Object, kind: str, pointer: str) -> None:
        """What stands beside ``$ref`` and does not count."""
        if not isinstance(node.get("$ref"), str) or len(node) == 1:
            return
        if kind == "schema" and self.series != "3.0":
            return
        kept = _ANNOTATIONS if kind == "schema" else {"summary", "description"}
        lost = [
            key
            for key in node
            if key != "$ref" and key not in kept and not key.startswith("x-")
        ]
        if lost:
            self.warn(
                "W703",
                f"beside $ref these are ignored: {', '.join(sorted(lost))}",
                pointer,
                node,
                lost[0],
                (
                    "put $ref into `allOf`, and the rest beside that"
                    if kind == "schema"
                    else "change what is referred to, or copy it here"
                ),
            )
        for key in lost:
            del node[key]

    def nullable(self, node: Object, kind: str, pointer: str) -> None:
        """``nullable`` of 3.0, which stays common in documents of later versions."""
        del kind
        stated = [key for key in ("nullable", "x-nullable") if key in node]
        if not stated:
            return
        wanted = any(node[key] is True for key in stated)
        if "nullable" in node and self.series != "3.0":
            self.warn(
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
            take_nullable(node, pointer, self.marks, self.moves)

    def limits(self, node: Object, kind: str, pointer: str) -> None:
        """``exclusiveMinimum: true`` beside ``minimum`` is the limit itself."""
        del kind
        for exclusive, inclusive in _LIMITS:
            value = node.get(exclusive)
            if not isinstance(value, bool):
                continue
            if self.series != "3.0":
                self.warn(
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
                entry = self.marks.entry(node, inclusive)
                node[exclusive] = node.pop(inclusive)
                if entry is not None:
                    self.marks.set_entry(node, exclusive, entry)

    def examples(self, node: Object, kind: str, pointer: str) -> None:
        """``example`` of a schema is the first of its ``examples``."""
        del kind, pointer
        if "example" not in node or "examples" in node:
            return
        entry = self.marks.entry(node, "example")
        listed: list[Json] = [node.pop("example")]
        node["examples"] = listed
        if entry is not None:
            self.marks.set_entry(node, "examples", entry)
            self.marks.put_list(listed, entry[1], [entry[1]])

    def content(self, node: Object, kind: str, pointer: str) -> None:
        """``format: byte`` and ``binary`` in the words of JSON Schema, too."""
        del kind, pointer
        if node.get("format") == "byte":
            node.setdefault("contentEncoding", "base64")
        elif node.get("format") == "binary":
            node.setdefault("contentMediaType", "application/octet-stream")

    def tuples(self, node: Object, kind: str, pointer: str) -> None:
        """``items`` as a list, of older JSON Schema, is ``prefixItems``."""
        del kind
        if not isinstance(node.get("items"), list) or "prefixItems" in node:
            return
        for old, new in (("items", "prefixItems"), ("additionalItems", "items")):
            if old in node:
                entry = self.marks.entry(node, old)
                node[new] = node.pop(old)
                self.moves.add(pointer, old, (new,))
                if entry is not None:
                    self.marks.set_entry(node, new, entry)

    def listed(self, node: Object, kind: str, pointer: str) -> None:
        """An ``enum`` of a list whose values are no lists is that of the items."""
        del kind
        values, items = node.get("enum"), node.get("items", {})
        if node.get("type") != "array" or not isinstance(values, list):
            return
        if not isinstance(items, dict) or any(isinstance(v, list) for v in values):
            return
        self.warn(
            "W710",
            "enum lists no list: it is read as that of the items",
            pointer,
            node,
            "enum",
            "write it in 'items'",
        )
        entry = self.marks.entry(node, "enum")
        del node["enum"]
        if "$ref" not in items and "enum" not in items:
            node["items"] = items
            items["enum"] = values
            self.moves.add(pointer, "enum", ("items", "enum"))
            if entry is not None:
                self.marks.set_entry(items, "enum", entry)

    def types_of_media(self, node: Object, kind: str, pointer: str) -> None:
        """Media types in lower case, in any they are the same (RFC 9110, 8.3.1).

        One that is empty says nothing: whoever gives it a schema means JSON.
        """
        del kind
        content = node.get("content")
        if not isinstance(content, dict) or all(map(_in_lower_case, content)):
            return
        at = pointer_join(pointer, "content")
        listed = list(content.items())
        content.clear()
        for name, media in listed:
            type_, semicolon, parameters = name.partition(";")
            usual = (
                f"{type_.lower()}{semicolon}{parameters}" if type_.strip() else _JSON
            )
            entry = self.marks.entry(content, name)
            if usual != name:
                self.moves.add(at, name, (usual,))
                if entry is not None:
                    self.marks.set_entry(content, usual, entry)
            content.setdefault(usual, media)

    def ranges(self, node: Object, kind: str, pointer: str) -> None:
        """JSON without a schema has that of the range beside it: ``*/*``."""
        del kind
        content = node.get("content")
        if not isinstance(content, dict):
            return
        anything = content.get("*/*")
        if not isinstance(anything, dict) or "schema" not in anything:
            return
        for name, media in content.items():
            if name == "*/*" or not is_json(name) or not isinstance(media, dict):
                continue
            if not media.keys() & {"schema", "itemSchema", "$ref"}:
                content[name] = {**anything, **media}
                del content["*/*"]
                self.moves.add(pointer_join(pointer, "content"), "*/*", (name,))
                return

    def written(self, node: Object, kind: str, pointer: str) -> None:
        """A parameter that is no JSON is the text that is sent; nobody else writes it."""
        del kind, pointer
        content = node.get("content")
        if not isinstance(content, dict):
            return
        if node.get("in") == "querystring":
            if self._is_named(node, content):
                return
            node["in"] = "query"
            node["x-sdk-style"] = "whole"
        for name, media in content.items():
            if is_json(name) or not isinstance(media, dict):
                continue
            schema = self._target(media.get("schema"))
            if isinstance(schema, dict) and schema.get("type") in ("object", "array"):
                media["schema"] = {"type": "string"}
                for key in ("example", "examples"):
                    media.pop(key, None)
                    node.pop(key, None)

    def _is_named(self, node: Object, content: Object) -> bool:
        """Whether a whole query string is a form; one that names no fields has any."""
        form = content.get(FORMS[1])
        if not isinstance(form, dict):
            return False
        schema = self._target(form.get("schema"))
        if not isinstance(schema, dict) or not schema.get("properties"):
            del node["content"]
            node |= {"in": "query", "schema": form.get("schema", {"type": "object"})}
            node |= {"style": "form", "explode": True}
        return True

    def _target(self, schema: Json) -> Json:
        for _ in range(_HOPS):
            if not isinstance(schema, dict) or not isinstance(schema.get("$ref"), str):
                break
            found = resolve(self.document.root, fragment_of(str(schema["$ref"])[1:]))
            schema = None if found is None else found[0]
        return schema

    def forms(self, node: Object, kind: str, pointer: str) -> None:
        """In 3.0 the parts of a multipart form have no style; a list is several parts."""
        del kind
        content = node.get("content")
        if self.series != "3.0" or self.document.root.get("openapi") == CONVERTED:
            return
        for name, media in content.items() if isinstance(content, dict) else ():
            encodings = media.get("encoding") if isinstance(media, dict) else None
            if name.lower().startswith("multipart/") and isinstance(encodings, dict):
                at = pointer_join(pointer, "content", name, "encoding")
                for field, encoding in encodings.items():
                    if isinstance(encoding, dict):
                        self._without_style(encoding, pointer_join(at, field))

    def events(self, node: Object, kind: str, pointer: str) -> None:
        """A stream says what the data of its events is: in 3.2 its items do.

        Else its schema says it of them all, which then have no name here.
        """
        del kind
        name = essence(unescape(pointer.rpartition("/")[2]))
        if not is_stream(name) or "x-sdk-events" in node:
            return
        if name != EVENTS:
            self._lines(node, pointer)
            return
        found = events_of(self.document.root, node.get("itemSchema"))
        if found:
            node["x-sdk-events"] = dict(found)
            return
        for key in ("itemSchema", "schema"):
            if is_data(self.document.root, node.get(key)):
                self._each_is(node, pointer, key)
                return

    def _lines(self, node: Object, pointer: str) -> None:
        """What comes on lines is of one schema; what is sent on them is bytes."""
        if "responses" not in pointer.split("/"):
            return
        if "itemSchema" in node:
            self._each_is(node, pointer, "itemSchema")
            return
        whole = self._target(node.get("schema"))
        if isinstance(whole, dict) and whole.get("format") == "binary":
            node["schema"] = {}  # It is of the file, and says nothing of a line.
        if "schema" in node:
            self._each_is(node, pointer, "schema")

    def _each_is(self, node: Object, pointer: str, key: str) -> None:
        """All events of a stream are of the schema under a key."""
        entry = self.marks.entry(node, key)
        events: Object = {"": node.pop(key)}
        node["x-sdk-events"] = events
        if "example" in node:
            node["x-sdk-examples"] = {"": node["example"]}
        self.moves.add(pointer, key, ("x-sdk-events", ""))
        if entry is not None:
            self.marks.set_entry(node, "x-sdk-events", entry)
            self.marks.set_entry(events, "", entry)

    def _without_style(self, encoding: Object, pointer: str) -> None:
        for key in ("style", "explode"):
            if key in encoding:
                message = f"'{key}' is ignored: parts of multipart have it from 3.1 on"
                hint = "a list is sent as several parts"
                self.warn("W708", message, pointer, encoding, key, hint)
                del encoding[key]

    def names(self, node: Object, kind: str, pointer: str) -> None:
        """Names that references have used before they became pointers."""
        del kind, pointer
        for key in _NAMES:
            node.pop(key, None)


def _in_lower_case(media_type: str) -> bool:
    """Whether type and subtype are, and there are any; the values of parameters may mean their case."""
    name = media_type.partition(";")[0]
    return name == name.lower() and bool(name.strip())


def _mappings(root: Object) -> list[Object]:
    """Every ``mapping`` of a discriminator."""
    found: list[Object] = []
    stack: list[tuple[Json, str]] = [(root, root_kind(root))]
    while stack:
        value, kind = stack.pop()
        inner = kind[1:-1] if kind[0] in "{[" else kind
        if isinstance(value, list):
            stack.extend((each, inner) for each in value)
        elif isinstance(value, dict) and kind[0] in "{[":
            stack.extend((each, inner) for each in value.values())
        elif isinstance(value, dict) and kind == "discriminator":
            mapping = value.get("mapping")
            if isinstance(mapping, dict):
                found.append(mapping)
        elif isinstance(value, dict):
            stack.extend((value[key], slot) for key, slot in slots(kind, value))
    return found


_SCHEMA: Final[tuple[Change, ...]] = (
    _Normalizer.dialect,
    _Normalizer.siblings,
    _Normalizer.limits,
    _Normalizer.tuples,
    _Normalizer.listed,
    _Normalizer.examples,
    _Normalizer.content,
    _Normalizer.names,
    _Normalizer.nullable,
)
_COMMON: Final[tuple[Change, ...]] = (_Normalizer.siblings,)
_PARAMETER: Final[tuple[Change, ...]] = (
    _Normalizer.siblings,
    _Normalizer.types_of_media,
    _Normalizer.written,
)
_NEWEST: Final[Mapping[str, tuple[Change, ...]]] = {
    "schema": _SCHEMA,
    "requestBody": (
        _Normalizer.siblings,
        _Normalizer.types_of_media,
        _Normalizer.ranges,
        _Normalizer.forms,
    ),
    "response": (
        _Normalizer.siblings,
        _Normalizer.types_of_media,
        _Normalizer.ranges,
    ),
    "parameter": _PARAMETER,
    "header": _PARAMETER,
    "mediaType": (_Normalizer.siblings, _Normalizer.events),
    "openapi": (_Normalizer.dialect,),
}
# What a version says in another way is told from the keyword itself: people mix them.
_CHANGES: Final[Mapping[str, Mapping[str, tuple[Change, ...]]]] = {
    "3.0": _NEWEST,
    "3.1": _NEWEST,
    "3.2": _NEWEST,
}
