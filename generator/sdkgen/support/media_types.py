"""Media types: what they are read and written as, and which of them are the same."""

from __future__ import annotations

from collections.abc import Iterable

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
EVENTS = "text/event-stream"
LINES = (
    "application/jsonl", "application/x-ndjson", "application/ndjson",
    "application/x-jsonlines", "application/jsonlines", "application/json-lines",
    "application/json-seq", "application/stream+json", "application/x-jsonl",
)  # fmt: skip
"""JSON texts one after another, on lines or between separators (RFC 7464)."""

_JSON = ("application/json", "text/json", "*/*", "application/*+json")
_XML = ("application/xml", "text/xml")
_TEXTUAL = ("xml", "yaml", "javascript", "x-yaml", "x-javascript", FORMS[1][12:])
"""Subtypes, or what is after ``+``, that are text (RFC 7303, 9512, 9239, WHATWG URL)."""
_SAMPLES = {"image": "image/png", "text": "text/plain", "audio": "audio/mpeg"}


def get_essence(media_type: str) -> str:
    """A media type without its parameters, in lower case (RFC 9110, 8.3.1)."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON (RFC 8259, or RFC 6839 with ``+json``)."""
    name = get_essence(media_type)
    return name in _JSON or (name.endswith("+json") and name not in LINES)


def is_form(media_type: str) -> bool:
    """Whether a media type is that of a form: any of several parts may be one."""
    name = get_essence(media_type)
    return name in FORMS or is_multipart(name)


def is_multipart(media_type: str) -> bool:
    """Whether a body has parts with media types of their own (RFC 2046, 5.1)."""
    return get_essence(media_type).startswith("multipart/")


def is_text(media_type: str) -> bool:
    """Whether a media type is read and written as text."""
    kind, _, name = get_essence(media_type).partition("/")
    return kind == "text" or name.rpartition("+")[2] in _TEXTUAL


def is_stream(media_type: str) -> bool:
    """Whether a response comes piece by piece, each typed: events, or lines of JSON."""
    name = get_essence(media_type)
    return name == EVENTS or name in LINES


def is_range(media_type: str) -> bool:
    """Whether it stands for many media types (RFC 9110, 12.5.1)."""
    return "*" in get_essence(media_type)


def choose_sample(media_type: str) -> str:
    """A media type that one could send: of a range, a usual one."""
    if not is_range(media_type):
        return media_type
    kind = get_essence(media_type).partition("/")[0]
    return _SAMPLES.get(kind, "application/octet-stream")


def choose_part_type(content_type: str) -> str:
    """What a part is sent as: the first of a list; of a range, what may be anything."""
    names = [name.strip() for name in content_type.split(",")]
    known = [name for name in names if not is_range(name)]
    return known[0] if known else "application/octet-stream" if names[0] else ""


def sort_by_usage(media_types: Iterable[str]) -> list[str]:
    """Media types with the most usual ones first, whatever order they came in."""
    usual = (*_JSON, *_XML, "text/plain")
    rank = {name: number for number, name in enumerate(usual)}
    return sorted(
        media_types,
        key=lambda name: (rank.get(get_essence(name), len(rank)), len(name), name),
    )


def drop_synonyms(media_types: Iterable[str]) -> list[str]:
    """Those of media types of one schema that one may have to tell apart.

    Other JSON beside ``application/json`` is JSON just the same, and ``text/xml`` is
    ``application/xml`` (RFC 7303, 3); the plainest stands for them.
    """
    ordered = sort_by_usage(media_types)
    for same, plain in ((is_json, _JSON[:2]), (_is_xml, _XML)):
        alike = [name for name in ordered if same(name)]
        if alike and get_essence(alike[0]) in plain:
            ordered = [each for each in ordered if each not in alike[1:]]
    return ordered


def _is_xml(media_type: str) -> bool:
    return get_essence(media_type) in _XML
