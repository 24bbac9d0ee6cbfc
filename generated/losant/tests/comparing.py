"""Whether a decoded value is what the JSON said, whichever way it is written.

Timestamps are compared as instants, numbers as numbers, UUIDs as UUIDs; everything
else, down to fields that no schema knows, has to be there and equal.
"""

from __future__ import annotations

import base64
import copy
import json
import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Protocol, cast, runtime_checkable
from urllib.parse import urlencode

from api_document import UNKNOWN, Json, essence, is_json, items, mapping
from wire_reader import Reader

_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
UNKNOWN_VALUE: Json = {"since": [1, None, "2016-06-13T04:00:00.000Z"]}


@runtime_checkable
class Model(Protocol):
    """A decoded object."""

    def to_dict(self) -> dict[str, object]: ...


def differences(expected: Json, actual: object, where: str = "$") -> Iterator[str]:
    """What is not the same, each with its place; nothing if all is."""
    if isinstance(actual, Model):
        actual = actual.to_dict()
    if isinstance(expected, dict):
        if not isinstance(actual, Mapping):
            yield f"{where}: expected an object, got {actual!r}"
            return
        found = cast("Mapping[str, object]", actual)
        for key in expected:
            if key not in found:
                yield f"{where}.{key}: is lost"
            else:
                yield from differences(expected[key], found[key], f"{where}.{key}")
        for key in found:
            if key not in expected:
                yield f"{where}.{key}: was not sent, got {found[key]!r}"
    elif isinstance(expected, list):
        if not isinstance(actual, Sequence) or isinstance(actual, str | bytes):
            yield f"{where}: expected a list, got {actual!r}"
            return
        items = cast("Sequence[object]", actual)
        if len(items) != len(expected):
            yield f"{where}: expected {len(expected)} items, got {len(items)}"
        for index, (one, other) in enumerate(zip(expected, items, strict=False)):
            yield from differences(one, other, f"{where}[{index}]")
    elif not same(expected, actual):
        yield f"{where}: expected {expected!r}, got {actual!r}"


def retyped(expected: Json, sent: Json) -> Json:
    """What travelled as text although it is none, where no schema tells its type."""
    if isinstance(sent, str) and not isinstance(expected, str):
        try:
            decoded: Json = json.loads(sent)
        except ValueError:
            return sent
        return decoded
    if isinstance(sent, dict) and isinstance(expected, dict):
        return {key: retyped(expected.get(key, ""), each) for key, each in sent.items()}
    if isinstance(sent, list) and isinstance(expected, list):
        pairs = zip_longest(expected[: len(sent)], sent, fillvalue="")
        return [retyped(one, each) for one, each in pairs]
    return sent


def same(expected: Json, actual: object) -> bool:
    """Whether a scalar is the same value."""
    if isinstance(expected, bool) or isinstance(actual, bool) or expected is None:
        return expected is actual
    if isinstance(expected, int | float):
        return isinstance(actual, int | float) and (
            expected == actual or math.isclose(expected, actual)
        )
    if not isinstance(expected, str):
        return False
    match actual:
        case str():
            return (
                expected == actual
                or _same_instant(expected, actual)
                or _same_uuid(expected, actual)
            )
        case datetime():
            return _instant(expected) == actual
        case bytes():
            return actual in (expected.encode(), _decoded(expected))
        case None | int() | float() | Collection():
            return False
        case _:
            # Any other scalar prints as it is written: a UUID in either case, a time
            # without its zone.
            return str(actual) in (expected, expected.lower(), expected[:8])


def _decoded(text: str) -> bytes | None:
    """The bytes that a text stands for in base64, with or without its padding."""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except ValueError:
        return None


def _instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _same_instant(expected: str, actual: str) -> bool:
    one, other = _instant(expected), _instant(actual)
    if one is None or other is None:
        return False
    return (one.tzinfo is None) == (other.tzinfo is None) and one == other


def _same_uuid(expected: str, actual: str) -> bool:
    """Whether both are one UUID, which has no case (RFC 9562, 4)."""
    return _UUID.fullmatch(actual) is not None and expected.lower() == actual.lower()


def received(content: Mapping[str, Json]) -> str:
    """The media type that the body of a webhook is read as."""

    def rank(name: str) -> tuple[bool, ...]:
        known = essence(name)
        as_text = known.startswith("text/") or "xml" in known
        return (known != JSON, not is_json(name), known != FORM, not as_text)

    return min(sorted(content), key=rank)


def written(media_type: str, example: Json) -> tuple[Json, bytes]:
    """What a body says, and the body: fields of a form that are no text are JSON."""
    if is_json(media_type):
        return example, json.dumps(example).encode()
    if essence(media_type) != FORM or not isinstance(example, dict):
        text = example if isinstance(example, str) else json.dumps(example)
        return text, text.encode()
    fields = {key: value for key, value in example.items() if value != []}
    pairs = [
        (key, each if isinstance(each, str) else json.dumps(each))
        for key, value in fields.items()
        for each in (value if isinstance(value, list) else [value])
    ]
    return fields, urlencode(pairs).encode()


class Injection:
    """Puts a field that no schema declares into examples of one document."""

    def __init__(self, root: Mapping[str, Json]) -> None:
        self._reader = Reader(root)

    def into(self, schema: Json, value: Json) -> Json:
        """The value with it: at the top, and in the first object inside.

        Only where the schema says what the object is: a map of numbers stays one.
        """
        changed = copy.deepcopy(value)
        for count, target in enumerate(self._objects(schema, changed)):
            target[UNKNOWN] = copy.deepcopy(UNKNOWN_VALUE)
            if count:
                break
        return changed

    def is_model(self, schema: Json) -> bool:
        """Whether an object of this schema has named fields and takes others too."""
        return bool(self._reader.properties(schema)) and not any(
            isinstance(part.get("additionalProperties"), dict)
            or mapping(part, "patternProperties")
            or any(map(self._is_map, [*items(part, "oneOf"), *items(part, "anyOf")]))
            for part in self._reader.parts(schema)
        )

    def _is_map(self, option: Json) -> bool:
        """Whether an option is any object: then who decodes may take either."""
        types = self._reader.types(option)
        return (not types or "object" in types) and not self._reader.properties(option)

    def _objects(self, schema: Json, value: Json) -> list[dict[str, Json]]:
        """Objects that take another field, the outer ones first."""
        found: list[dict[str, Json]] = []
        level: list[tuple[Json, Json]] = [(schema, value)]
        while level:
            inner: list[tuple[Json, Json]] = []
            for rule, node in level:
                if isinstance(node, list):
                    inner += [(self._reader.item(rule), each) for each in node]
                elif isinstance(node, dict):
                    known = self._reader.properties(rule)
                    if self.is_model(rule):
                        found.append(node)
                    inner += [(known[key], node[key]) for key in node if key in known]
            level = inner
        return found
