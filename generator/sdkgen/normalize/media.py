"""What is said of media types, in the words of the one dialect (``dialect``).

Each function changes an object with ``content``, or a media type of it: media types are
in lower case, a parameter that is no JSON is text, and a stream whose events are all of
one schema says so in ``x-sdk-events``, without a name.
"""

from __future__ import annotations

from typing import Final

from sdkgen.openapi.versions import CONVERTED
from sdkgen.support.json_pointer import pointer_join, unescape
from sdkgen.support.media_types import EVENTS, FORMS, get_essence, is_json, is_stream

from .conversion import Conversion, Object
from .event_schemas import find_event_schemas, is_data

__all__ = [
    "convert_content",
    "drop_form_styles",
    "lower_media_types",
    "merge_ranges",
    "relax_empty_body",
    "type_events",
]

_JSON: Final = "application/json"
_TEXT: Final = "text/plain"
_STRUCTURES: Final = ("object", "array")


def lower_media_types(
    conversion: Conversion, node: Object, kind: str, pointer: str
) -> None:
    """Media types in lower case, in any they are the same (RFC 9110, 8.3.1).

    One that is empty says nothing: whoever gives it a schema means JSON.
    """
    del kind
    content = node.get("content")
    if not isinstance(content, dict) or all(map(_is_lower_case, content)):
        return
    at = pointer_join(pointer, "content")
    listed = list(content.items())
    content.clear()
    for name, media in listed:
        type_, semicolon, parameters = name.partition(";")
        usual = f"{type_.lower()}{semicolon}{parameters}" if type_.strip() else _JSON
        content.setdefault(usual, media)
        if usual != name:
            _note_move(conversion, content, at, name, usual)


def merge_ranges(conversion: Conversion, node: Object, kind: str, pointer: str) -> None:
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
            conversion.moves.add(pointer_join(pointer, "content"), "*/*", (name,))
            return


def convert_content(
    conversion: Conversion, node: Object, kind: str, pointer: str
) -> None:
    """A parameter that is no JSON is the text that is sent; nobody else writes it.

    Of ``*/*`` a structure is JSON, and all else text.
    """
    del kind
    content = node.get("content")
    if not isinstance(content, dict):
        return
    if node.get("in") == "querystring":
        if _keep_named_form(conversion, node, content):
            return
        node["in"] = "query"
        node["x-sdk-style"] = "whole"
    for name, media in list(content.items()):
        if not isinstance(media, dict):
            continue
        schema = conversion.resolve_schema(media.get("schema"))
        structure = isinstance(schema, dict) and schema.get("type") in _STRUCTURES
        if name == "*/*":
            usual = _JSON if structure else _TEXT
            content.setdefault(usual, content.pop(name))
            at = pointer_join(pointer, "content")
            _note_move(conversion, content, at, name, usual)
        elif structure and not is_json(name):
            media["schema"] = {"type": "string"}
            for key in ("example", "examples"):
                media.pop(key, None)
                node.pop(key, None)


def relax_empty_body(
    conversion: Conversion, node: Object, kind: str, pointer: str
) -> None:
    """A body that is in no media type cannot be sent, so it is not required."""
    del conversion, kind, pointer
    if "$ref" not in node and not node.get("content"):
        node.pop("required", None)


def drop_form_styles(
    conversion: Conversion, node: Object, kind: str, pointer: str
) -> None:
    """In 3.0 the parts of a multipart form have no style; a list is several parts."""
    del kind
    content = node.get("content")
    if (
        conversion.series != "3.0"
        or conversion.document.root.get("openapi") == CONVERTED
    ):
        return
    for name, media in content.items() if isinstance(content, dict) else ():
        encodings = media.get("encoding") if isinstance(media, dict) else None
        if name.lower().startswith("multipart/") and isinstance(encodings, dict):
            at = pointer_join(pointer, "content", name, "encoding")
            for field, encoding in encodings.items():
                if isinstance(encoding, dict):
                    _drop_style(conversion, encoding, pointer_join(at, field))


def type_events(conversion: Conversion, node: Object, kind: str, pointer: str) -> None:
    """A stream says what the data of its events is: in 3.2 its items do.

    Else its schema says it of them all, which then have no name here.
    """
    del kind
    name = get_essence(unescape(pointer.rpartition("/")[2]))
    if not is_stream(name) or "x-sdk-events" in node:
        return
    if name != EVENTS:
        _type_lines(conversion, node, pointer)
        return
    found = find_event_schemas(conversion.document.root, node.get("itemSchema"))
    if found:
        node["x-sdk-events"] = dict(found)
        return
    for key in ("itemSchema", "schema"):
        if is_data(conversion.document.root, node.get(key)):
            _set_event_schema(conversion, node, pointer, key)
            return


def _note_move(
    conversion: Conversion, content: Object, pointer: str, name: str, usual: str
) -> None:
    """Note that a media type stands under another name, from where it stood."""
    entry = conversion.marks.entry(content, name)
    conversion.moves.add(pointer, name, (usual,))
    if entry is not None:
        conversion.marks.set_entry(content, usual, entry)


def _is_lower_case(media_type: str) -> bool:
    """Whether type and subtype are, and there are any.

    The values of parameters may mean their case.
    """
    name = media_type.partition(";")[0]
    return name == name.lower() and bool(name.strip())


def _keep_named_form(conversion: Conversion, node: Object, content: Object) -> bool:
    """Whether a whole query string is a form; one that names no fields has any."""
    form = content.get(FORMS[1])
    if not isinstance(form, dict):
        return False
    schema = conversion.resolve_schema(form.get("schema"))
    if not isinstance(schema, dict) or not schema.get("properties"):
        del node["content"]
        node |= {"in": "query", "schema": form.get("schema", {"type": "object"})}
        node |= {"style": "form", "explode": True}
    return True


def _drop_style(conversion: Conversion, encoding: Object, pointer: str) -> None:
    for key in ("style", "explode"):
        if key in encoding:
            message = f"'{key}' is ignored: parts of multipart have it from 3.1 on"
            hint = "an array is sent as several parts"
            conversion.warn("W708", message, pointer, encoding, key, hint)
            del encoding[key]


def _type_lines(conversion: Conversion, node: Object, pointer: str) -> None:
    """What comes on lines is of one schema; what is sent on them is bytes."""
    if "responses" not in pointer.split("/"):
        return
    if "itemSchema" in node:
        _set_event_schema(conversion, node, pointer, "itemSchema")
        return
    whole = conversion.resolve_schema(node.get("schema"))
    if isinstance(whole, dict) and whole.get("format") == "binary":
        node["schema"] = {}  # It is of the file, and says nothing of a line.
    if "schema" in node:
        _set_event_schema(conversion, node, pointer, "schema")


def _set_event_schema(
    conversion: Conversion, node: Object, pointer: str, key: str
) -> None:
    """All events of a stream are of the schema under a key."""
    entry = conversion.marks.entry(node, key)
    typed: Object = {"": node.pop(key)}
    node["x-sdk-events"] = typed
    if "example" in node:
        node["x-sdk-examples"] = {"": node["example"]}
    conversion.moves.add(pointer, key, ("x-sdk-events", ""))
    if entry is not None:
        conversion.marks.set_entry(node, "x-sdk-events", entry)
        conversion.marks.set_entry(typed, "", entry)
