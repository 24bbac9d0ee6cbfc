"""Responses → the IR: by status, each with all that it may be, and streams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sdkgen import ir
from sdkgen.diagnostics.coverage import Ledger, Part
from sdkgen.ir import Text
from sdkgen.lower.schemas.schemas import Schemas
from sdkgen.lower.schemas.type_operations import unite
from sdkgen.support.absent import ABSENT
from sdkgen.support.json_pointer import Json, escape
from sdkgen.support.media_types import (
    EVENTS,
    drop_synonyms,
    get_essence,
    is_json,
    is_stream,
    sort_by_usage,
)

from .accessors import Accessors
from .media_choice import by_schema, payload_type, selector
from .response_docs import lower_headers, lower_links

_EMPTY = ("204", "205", "304")
"""Statuses of responses without content (RFC 9110, 15.3.5, 15.3.6, 15.4.5)."""


@dataclass(frozen=True, slots=True)
class ResponseSet:
    """The responses by status, and the stream that a successful one is, if any."""

    responses: tuple[ir.Response, ...]
    stream: ir.Stream | None = None


def _rank_stream(media_type: str) -> tuple[bool, str]:
    """Events before lines, which cannot be taken up again."""
    return get_essence(media_type) != EVENTS, media_type


class Responses:
    """Lowers what comes back."""

    def __init__(self, read: Accessors, schemas: Schemas, ledger: Ledger) -> None:
        self._read = read
        self._schemas = schemas
        self._ledger = ledger

    def lower_responses(
        self, operation: dict[str, Json], pointer: str
    ) -> list[ResponseSet]:
        """What an operation answers; if it may be a stream, too, that apart."""
        plain: list[ir.Response] = []
        streamed: list[ir.Response] = []
        stream: ir.Stream | None = None
        entries = self._read.get_object(operation, "responses")
        succeeds = any(status.startswith("2") for status in entries)
        for status, entry in entries.items():
            if status.startswith("x-"):
                continue
            site = f"{pointer}/responses/{escape(status)}"
            node, where = self._read.follow(entry, site)
            self._ledger.generated(Part.RESPONSE, site)
            content = self._get_content(status, node, where)
            is_result = status.startswith("2") or (status == "default" and not succeeds)
            streams = sorted(filter(is_stream, content), key=_rank_stream)
            others = {n: each for n, each in content.items() if n not in streams}
            if streams and is_result and stream is None:
                name = streams[0]
                stream = self._lower_stream(content[name], name, where)
                streamed.append(self._lower_response(status, node, where, [], name))
                if not others:
                    continue
            found = list(self._lower_media(others, f"{where}/content"))
            if not is_result:
                found = _merge_failures(found)
            if not is_result or not found:
                streamed.append(self._lower_response(status, node, where, found))
            plain.append(self._lower_response(status, node, where, found))
        if stream is None:
            return [ResponseSet(tuple(plain))]
        results = any(each.media_type and each not in streamed for each in plain)
        apart = ResponseSet(tuple(streamed), stream)
        return [ResponseSet(tuple(plain)), apart] if results else [apart]

    def _get_content(self, status: str, node: Json, where: str) -> dict[str, Json]:
        content = self._read.get_object(node, "content")
        for name in content:
            at = f"{where}/content/{escape(name)}"
            self._ledger.generated(Part.MEDIA_TYPE, at)
            if status in _EMPTY:
                reason = f"a response with status {status} has no content"
                self._ledger.degraded(Part.MEDIA_TYPE, at, reason)
        return {} if status in _EMPTY else content

    def _lower_media(self, content: dict[str, Json], site: str) -> Iterator[ir.Media]:
        """What a response may be: JSON first, and what is the same only once."""
        in_json = [name for name in content if is_json(name)]
        groups = [drop_synonyms(group) for group in by_schema(content, in_json)]
        groups.append(drop_synonyms(name for name in content if not is_json(name)))
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

    def _lower_response(
        self,
        status: str,
        node: Json,
        where: str,
        found: list[ir.Media],
        media_type: str = "",
    ) -> ir.Response:
        main = found[0] if found else None
        return ir.Response(
            status=Text(status),
            type=None if main is None else main.type,
            media_type=Text(media_type) if main is None else main.media_type,
            others=tuple(found[1:]),
            headers=tuple(lower_headers(self._read, node, where)),
            links=tuple(lower_links(self._read, node, where)),
            example=ABSENT if main is None else main.example,
            doc=self._read.read_doc(node),
        )

    def _lower_stream(self, media: Json, name: str, where: str) -> ir.Stream:
        """Typed events (``x-sdk-events``), or one type for all of them."""
        site = f"{where}/content/{escape(name)}"
        events = [
            (
                Text(event),
                self._schemas.lower_schema(
                    schema, f"{site}/x-sdk-events/{escape(event)}"
                ),
            )
            for event, schema in self._read.get_object(media, "x-sdk-events").items()
        ]
        examples = self._read.get_object(media, "x-sdk-examples")
        if not events and isinstance(media, dict) and "example" in media:
            examples = {"message": media["example"]}
        return ir.Stream(
            media_type=Text(get_essence(name)),
            events=tuple(events),
            examples=tuple(
                (Text(event or "message"), data) for event, data in examples.items()
            ),
        )


def _merge_failures(found: list[ir.Media]) -> list[ir.Media]:
    """A failure is what it says it is: any JSON that is documented, else as it comes."""
    in_json = [media.type for media in found if is_json(media.media_type)]
    if not in_json:
        return found[:1]
    main = found[0]
    return [
        ir.Media(media_type=main.media_type, type=unite(in_json), example=main.example)
    ]


def add_accept_params(responses: tuple[ir.Response, ...]) -> tuple[ir.Param, ...]:
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
    return (
        selector("Accept", sort_by_usage(dict.fromkeys(offered)), said, required=False),
    )
