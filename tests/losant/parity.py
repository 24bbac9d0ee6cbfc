"""The same call through losant-rest and through this SDK, and how the requests differ.

A difference is a place (``method``, ``path``, ``query:page``, ``header:accept``,
``body``) with what each side sent there, ``None`` for nothing. Encodings of the same
are the same: percent signs, the order of a query, white space in JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from recording import Answer, Recorded

from sdkgen import ir
from sdkgen.ir import Location
from sdkgen.support.absent import ABSENT, Absent
from sdkgen.support.json_pointer import Json

__all__ = [
    "Difference",
    "answer",
    "differences",
    "keywords_of",
    "native_arguments",
    "plain_operations",
    "their_action",
    "their_arguments",
]

_IGNORED: Final = frozenset(
    {"accept-encoding", "connection", "content-length", "host", "user-agent"}
)
"""Headers that say who sends and how, not what."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two requests for one operation."""

    operation: str
    face: str
    at: str
    theirs: Json
    ours: Json

    def __str__(self) -> str:
        return (
            f"{self.operation} ({self.face}), {self.at}:"
            f" {self.theirs!r} there, {self.ours!r} here"
        )


# ------------------------------------------------------------------------ the calls


def plain_operations(api: ir.Api) -> Iterator[tuple[ir.Resource, ir.Operation]]:
    """All but streams and forms, which losant-rest does not have."""
    for resource in api.resources:
        for operation in resource.operations:
            if operation.stream is None and not operation.usual.form:
                yield resource, operation


def their_action(operation: ir.Operation) -> str:
    """The method of losant-rest: it has a way of its own to avoid keywords."""
    name = operation.name
    return f"api_{name[:-1]}" if name.endswith("_") else name


def their_arguments(operation: ir.Operation, body: str) -> dict[str, Any]:
    """The document's examples as users of losant-rest pass them.

    Its documentation asks for ``{string}`` where this SDK takes a boolean.
    """
    given = {
        str(param.wire): _said(param.example)
        for param in operation.params
        if not isinstance(param.example, Absent)
    }
    example = _body_example(operation)
    if not isinstance(example, Absent):
        given[body] = example
    return given


def _said(value: Json) -> Json:
    return json.dumps(value) if isinstance(value, bool) else value


def native_arguments(operation: ir.Operation) -> dict[str, Any]:
    """The same examples as arguments of this SDK."""
    given: dict[str, Any] = {
        param.name: param.example
        for param in operation.params
        if not isinstance(param.example, Absent)
    }
    example = _body_example(operation)
    if operation.usual.body is not None and not isinstance(example, Absent):
        given[operation.usual.body.name] = example
    return given


def _body_example(operation: ir.Operation) -> Json | Absent:
    body = operation.usual.body
    return ABSENT if body is None else body.media[0].example


def answer(operation: ir.Operation) -> Answer:
    """The first documented success."""
    success = next(each for each in operation.responses if each.status.startswith("2"))
    example = success.example
    status = int(success.status) if success.status.isdigit() else 200
    if success.type is None:
        return Answer(b"", status=status)
    if "json" in success.media_type:
        return Answer({} if isinstance(example, Absent) else example, status=status)
    text = example if isinstance(example, str) else "text"
    return Answer(text.encode(), status=status, media_type=success.media_type)


def keywords_of(documentation: str) -> set[str]:
    """The keywords that the documentation of an action of losant-rest lists."""
    _, _, rest = documentation.partition("Parameters:")
    lines = (line.split() for line in rest.partition("Responses:")[0].splitlines())
    # "*  {string} deviceId - ID associated with the device"
    return {words[2] for words in lines if words[:1] == ["*"]}


# ------------------------------------------------------------------- the comparison


def differences(
    operation: ir.Operation, face: str, theirs: Recorded, ours: Recorded
) -> Iterator[Difference]:
    """How two requests differ; the one without place is the same everywhere."""
    in_json = {
        str(param.wire)
        for param in operation.params
        if param.location is Location.QUERY and param.media_type
    }
    one, other = _parts(theirs, in_json), _parts(ours, in_json)
    for at in sorted(one.keys() | other.keys()):
        if one.get(at) != other.get(at):
            yield Difference(operation.id, face, at, one.get(at), other.get(at))


def _parts(request: Recorded, in_json: set[str]) -> Mapping[str, Json]:
    path, _, query = request.target.partition("?")
    parts: dict[str, Json] = {
        "method": request.method,
        "path": [unquote(segment) for segment in path.split("/")],
        "body": _content(request),
    }
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        values.setdefault(name, []).append(value)
    for name, found in values.items():
        decoded: list[Json] = [
            json.loads(value) if name in in_json else value for value in sorted(found)
        ]
        parts[f"query:{name}"] = decoded[0] if len(decoded) == 1 else decoded
    for name, value in request.headers.items():
        if name not in _IGNORED:
            parts[f"header:{name}"] = value
    return parts


def _content(request: Recorded) -> Json:
    if not request.body:
        return None
    if "json" in request.headers.get("content-type", ""):
        data: Json = json.loads(request.body)
        # An empty body and JSON null are not the same.
        return data if data is not None else "null"
    return request.body.decode("latin-1")
