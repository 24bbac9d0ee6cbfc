"""Requests as they are recorded, and answers as they are written."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast
from urllib.parse import parse_qsl, urlsplit

from .._runtime.codec.json_bodies import encode_json
from .._runtime.errors import APIConnectionError, APITimeoutError
from .._runtime.redact import redact_headers, redact_url
from .._runtime.streaming.sse import EVENTS
from .._runtime.transport.interface import Request
from .._runtime.values import UNSET
from ._document import Known, Pages
from ._wire import Reply

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Answer", "Body", "Call", "Fault", "reply"]

Fault: TypeAlias = Literal["refused", "reset", "timeout", "cut"]


class _Headers(dict[str, str]):
    """Headers that show no secrets."""

    def __repr__(self) -> str:
        return repr(redact_headers(self))


@dataclass(frozen=True, slots=True, repr=False)
class Call:
    """A request that reached the mock."""

    operation: str
    """What was called: ``device.get``."""
    method: str
    url: str
    """The whole URL, percent-encoded."""
    headers: Mapping[str, str]
    """By lower-case name, credentials included; ``repr`` hides them."""
    content: bytes
    attempt: int
    """The how manieth try of the call this is, from 1."""

    @classmethod
    def of(cls, operation: str, request: Request, content: bytes) -> Self:
        """A request as it is recorded."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        return cls(
            operation=operation,
            method=request.method,
            url=request.url,
            headers=_Headers(headers),
            content=content,
            attempt=request.attempt,
        )

    @property
    def path(self) -> str:
        """The path, percent-encoded."""
        return urlsplit(self.url).path

    @property
    def query(self) -> dict[str, str | list[str]]:
        """The query, decoded; what is there more than once is a list."""
        found: dict[str, list[str]] = {}
        pairs = parse_qsl(urlsplit(self.url).query, keep_blank_values=True)
        for name, value in pairs:
            found.setdefault(name, []).append(value)
        return {k: v[0] if len(v) == 1 else v for k, v in found.items()}

    @property
    def json(self) -> Any:
        """The body, decoded; None if there is none."""
        return json.loads(self.content) if self.content else None

    def __repr__(self) -> str:
        return f"<Call {self.operation}: {self.method} {redact_url(self.url)}>"


Body: TypeAlias = Callable[[Call], object] | object
"""A value of JSON, or a function that makes one of a call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is answered; by default what the document has for an example."""

    status: int | None = None
    json: Body = UNSET
    content: bytes | str | None = None
    headers: Mapping[str, str] | None = None
    error: Fault | BaseException | None = None
    events: Sequence[tuple[str, object]] | None = None
    items: Sequence[object] | None = None
    times: int | None = None
    number: int = 0
    """Tells answers apart, in the ids of events; 0 if nobody said what to answer."""

    def ended(self, call: Call) -> bool:
        """Whether a stream is taken up again that has no further events."""
        last = call.headers.get("last-event-id", "").partition(".")[0]
        return (
            bool(last)
            and self.times is None
            and (not self.number or last == str(self.number))
        )


def reply(known: Known, answer: Answer, call: Call) -> Reply:
    """The response to a call, or whatever is to be raised."""
    if isinstance(answer.error, BaseException):
        raise answer.error
    if answer.error == "timeout":
        raise APITimeoutError("there was no answer in time (mock)")
    if answer.error in ("refused", "reset"):
        raise APIConnectionError(
            f"the connection was {answer.error} (mock)", sent=answer.error == "reset"
        )
    status = known.status if answer.status is None else answer.status
    media_type, content = _body(known, answer, call, status)
    if media_type == EVENTS and answer.ended(call):
        status = 204  # the end of a stream (WHATWG HTML, 9.2.3)
    headers = {"content-type": media_type} if media_type else {}
    headers |= {name.lower(): value for name, value in (answer.headers or {}).items()}
    if call.method == "HEAD" or status in (204, 304):
        content = b""
    if answer.error == "cut":
        cut = APIConnectionError("the answer was cut off (mock)")
        return Reply(status, headers, content[: len(content) // 2], cut)
    return Reply(status, headers, content)


def _body(known: Known, answer: Answer, call: Call, status: int) -> tuple[str, bytes]:
    """The media type and the body of a response."""
    media_type, example = known.answer(
        status, call.query, call.headers.get("accept", "")
    )
    if answer.content is not None:
        content = answer.content
        return media_type, content.encode() if isinstance(content, str) else content
    body = answer.json(call) if callable(answer.json) else answer.json
    if body is not UNSET:
        kind = media_type.partition(";")[0].strip()
        return media_type if kind.endswith("json") else "application/json", encode_json(
            body
        )
    if answer.events is not None or (known.streams and status == known.status):
        events = known.events() if answer.events is None else answer.events
        if known.stream != EVENTS:
            lines = (encode_json(data) for _, data in events)
            return known.stream, b"\n".join(lines)
        return EVENTS, _events(events, answer.number)
    if example is UNSET:
        return media_type, b""
    if known.pages is not None and status == known.status:
        example = _paged(known.pages, example, answer.items, call.query)
    if isinstance(example, str) and not media_type.endswith("json"):
        return media_type, example.encode()
    return media_type, encode_json(example)


def _events(events: Sequence[tuple[str, object]], number: int) -> bytes:
    """Server-sent events; the ids tell which answer they belong to."""
    written = [f"id: {number}.0\n\n".encode()]
    for count, (name, data) in enumerate(events, 1):
        shown = data if isinstance(data, str) else encode_json(data).decode()
        lines = "".join(f"data: {line}\n" for line in shown.split("\n"))
        written.append(f"id: {number}.{count}\nevent: {name}\n{lines}\n".encode())
    return b"".join(written)


def _paged(
    pages: Pages,
    example: Any,
    items: Sequence[object] | None,
    query: Mapping[str, object],
) -> Any:
    """The page of a list that a query asks for, made of an example.

    Totals, and what repeats the query, are made to agree. Without ``items`` the list is
    that of the example.
    """
    held = _at(example, pages["items"])
    if items is None:
        found = held[0][held[1]] if held is not None else example
        items = cast("list[object]", found) if isinstance(found, list) else []
    size = _number(query.get(pages["size"]), 0) or pages["usual"] or len(items)
    asked = _number(query.get(pages["position"]), pages["first"])
    start = max(0, asked - pages["first"])
    if pages["style"] == "page":
        start *= size
    stop = start + max(1, size)
    part = list(items[start:stop])
    if held is None:
        return part if isinstance(example, list) else example
    held[0][held[1]] = part
    numbers = {"count": len(part), pages["position"]: asked, pages["size"]: size}
    for name, value in {**numbers, pages["total"]: len(items)}.items():
        known = _at(example, name)
        if known is not None and isinstance(known[0][known[1]], int):
            known[0][known[1]] = value
    following = _at(example, pages["cursor"])
    if following is not None:
        body, name = following
        cursor = str(stop) if stop < len(items) else ""
        body[name] = int(cursor or 0) if isinstance(body[name], int) else cursor
    return example


def _number(sent: object, default: int) -> int:
    return int(sent) if isinstance(sent, str) and sent.isdecimal() else default


def _at(body: Any, name: str) -> tuple[dict[str, Any], str] | None:
    """The object that holds what a name, or a path with dots, leads to, and its key."""
    while name and isinstance(body, dict):
        inside = cast("dict[str, Any]", body)
        if name in inside:
            return inside, name
        head, _, name = name.partition(".")
        body = inside.get(head)
    return None
