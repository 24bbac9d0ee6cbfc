"""Responses → the IR: by status, each with all that it may be, and streams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from . import ir
from .algebra import unite
from .document import escape
from .ir import ABSENT, Json, Text
from .ledger import Ledger, Part
from .links import headers, links
from .media import EVENTS, distinct, essence, is_json, plainest
from .payloads import by_schema, payload_type, selector
from .reader import Reader
from .schemas import Schemas

_EMPTY = ("204", "205", "304")
"""Statuses of responses without content (RFC 9110, 15.3.5, 15.3.6, 15.4.5)."""


class Answers:
    """Lowers what comes back."""

    def __init__(self, read: Reader, schemas: Schemas, ledger: Ledger) -> None:
        self._read = read
        self._schemas = schemas
        self._ledger = ledger

    def responses(
        self, operation: dict[str, Json], pointer: str
    ) -> tuple[tuple[ir.Response, ...], ir.Stream | None]:
        """The responses by status, and the stream if a successful one is."""
        made: list[ir.Response] = []
        stream: ir.Stream | None = None
        entries = self._read.mapping(operation, "responses")
        succeeds = any(status.startswith("2") for status in entries)
        for status, entry in entries.items():
            if status.startswith("x-"):
                continue
            site = f"{pointer}/responses/{escape(status)}"
            node, where = self._read.follow(entry, site)
            self._ledger.generated(Part.RESPONSE, site)
            content = self._read.mapping(node, "content")
            for name in content:
                at = f"{where}/content/{escape(name)}"
                self._ledger.generated(Part.MEDIA_TYPE, at)
                if status in _EMPTY:
                    reason = f"a response with status {status} has no content"
                    self._ledger.degraded(Part.MEDIA_TYPE, at, reason)
            content = {} if status in _EMPTY else content
            events = [name for name in content if essence(name) == EVENTS]
            if events and status.startswith("2"):
                name = events[0]
                stream = self._stream(content[name], name, where)
                made.append(self._response(status, node, [], name))
                continue
            is_result = status.startswith("2") or (status == "default" and not succeeds)
            found = list(self._media(content, f"{where}/content"))
            if not is_result:
                found = _together(found)
            made.append(self._response(status, node, found, ""))
            made[-1] = replace(
                made[-1],
                headers=tuple(headers(self._read, node, where)),
                links=tuple(links(self._read, node, where)),
            )
        return tuple(made), stream

    def _media(self, content: dict[str, Json], site: str) -> Iterator[ir.Media]:
        """What a response may be: JSON first, and what is the same only once."""
        in_json = [name for name in content if is_json(name)]
        groups = [distinct(group) for group in by_schema(content, in_json)]
        groups.append(distinct(name for name in content if not is_json(name)))
        for name in (name for group in groups for name in group):
            media = content[name]
            at = f"{site}/{escape(name)}"
            example = (
                media.get("example", ABSENT) if isinstance(media, dict) else ABSENT
            )
            yield ir.Media(
                media_type=Text(name),
                type=payload_type(self._schemas, media, name, at),
                example=example,
            )

    def _response(
        self, status: str, node: Json, found: list[ir.Media], media_type: str
    ) -> ir.Response:
        main = found[0] if found else None
        return ir.Response(
            status=Text(status),
            type=None if main is None else main.type,
            media_type=Text(media_type) if main is None else main.media_type,
            others=tuple(found[1:]),
            example=ABSENT if main is None else main.example,
            doc=self._read.doc(node),
        )

    def _stream(self, media: Json, name: str, where: str) -> ir.Stream:
        """Typed events (``x-sdk-events``), or one type for all of them."""
        site = f"{where}/content/{escape(name)}"
        events = [
            (
                Text(event),
                self._schemas.type_at(schema, f"{site}/x-sdk-events/{escape(event)}"),
            )
            for event, schema in self._read.mapping(media, "x-sdk-events").items()
        ]
        examples = self._read.mapping(media, "x-sdk-examples")
        if not events and isinstance(media, dict) and "example" in media:
            examples = {"message": media["example"]}
        return ir.Stream(
            media_type=Text(essence(name)),
            events=tuple(events),
            examples=tuple(
                (Text(event or "message"), data) for event, data in examples.items()
            ),
        )


def _together(found: list[ir.Media]) -> list[ir.Media]:
    """A failure is what it says it is: of any JSON that is documented, else as it comes."""
    in_json = [media.type for media in found if is_json(media.media_type)]
    if not in_json:
        return found[:1]
    main = found[0]
    return [
        ir.Media(media_type=main.media_type, type=unite(in_json), example=main.example)
    ]


def asking(responses: tuple[ir.Response, ...]) -> tuple[ir.Param, ...]:
    """The argument that says what a response is to be, where there is a choice."""
    offered = [
        str(name)
        for response in responses
        if response.others
        for name in (
            response.media_type,
            *(each.media_type for each in response.others),
        )
    ]
    if not offered:
        return ()
    usual = next(str(each.media_type) for each in responses if each.others)
    said = f"The media type to ask for, by default `{usual}`."
    return (selector("Accept", plainest(dict.fromkeys(offered)), said, required=False),)
