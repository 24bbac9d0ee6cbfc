"""``itemSchema`` of server-sent events (OpenAPI 3.2) → what the data of each event is.

The schema describes an event as an object: ``event`` is its name, and ``data`` a text
that may hold JSON (``contentMediaType``, ``contentSchema``). Alternatives are kinds of
events.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sdkgen.openapi.references import follow
from sdkgen.support.json_pointer import Json

__all__ = ["find_event_schemas", "is_data"]

Object = dict[str, Json]

_UNNAMED: Final = "message"
"""Events without a name (HTML, 9.2.6)."""
_DEEPEST: Final = 20
_FIELDS: Final = {"comment", "data", "event", "id", "retry"}


def find_event_schemas(root: Object, schema: Json) -> dict[str, Json]:
    """The schema of the data by the name of the event; empty if it does not say."""
    found: dict[str, list[Json]] = {}
    for event in _find_events(root, schema, _Event(), _DEEPEST):
        for name in event.names if event.data is not None else ():
            kinds = found.setdefault(name, [])
            if not any(each is event.data for each in kinds):
                kinds.append(event.data)
    return {
        name: kinds[0] if len(kinds) == 1 else {"anyOf": kinds}
        for name, kinds in found.items()
    }


def is_data(root: Object, schema: Json) -> bool:
    """Whether a schema is of data that is an object, and not of an event as such.

    What describes lists or texts is that of the stream: not what one event holds.
    """
    schema = follow(root, schema)[0]
    if not isinstance(schema, dict):
        return False
    properties = schema.get("properties")
    if isinstance(properties, dict):
        return not {"data"} <= properties.keys() <= _FIELDS
    return any(key in schema for key in ("allOf", "anyOf", "oneOf"))


@dataclass(frozen=True, slots=True)
class _Event:
    """A kind of event: its names, and what its data is if that is said."""

    names: tuple[str, ...] = (_UNNAMED,)
    data: Json = None


def _find_events(
    root: Object, schema: Json, event: _Event, depth: int
) -> Iterator[_Event]:
    """The kinds of events of a schema; ``event`` is what the one around it says."""
    schema = follow(root, schema)[0]
    if depth == 0 or not isinstance(schema, dict):
        yield event
        return
    properties = schema.get("properties")
    fields = properties if isinstance(properties, dict) else {}
    names = _list_names(follow(root, fields.get("event"))[0])
    data = follow(root, fields.get("data"))[0]
    said = _decode_schema(data) if isinstance(data, dict) else None
    kinds = [_Event(names or event.names, event.data if said is None else said)]
    for key in ("allOf", "oneOf", "anyOf"):
        listed = schema.get(key)
        parts = listed if isinstance(listed, list) else []
        if key == "allOf":  # each of them says something of the same events
            for part in parts:
                kinds = [
                    more
                    for kind in kinds
                    for more in _find_events(root, part, kind, depth - 1)
                ]
        elif parts:
            kinds = [
                more
                for kind in kinds
                for part in parts
                for more in _find_events(root, part, kind, depth - 1)
            ]
    yield from kinds


def _list_names(schema: Json) -> tuple[str, ...]:
    if not isinstance(schema, dict):
        return ()
    listed = [schema["const"]] if "const" in schema else schema.get("enum")
    texts = listed if isinstance(listed, list) else []
    return tuple(each for each in texts if isinstance(each, str))


def _decode_schema(data: Object) -> Json:
    """What the text of an event holds: JSON of a schema, any JSON, or just text."""
    media_type = data.get("contentMediaType")
    if isinstance(media_type, str) and media_type.partition(";")[0].endswith("json"):
        return data.get("contentSchema", {})
    return data.get("contentSchema", data)
