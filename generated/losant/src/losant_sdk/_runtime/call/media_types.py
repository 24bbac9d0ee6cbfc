"""What the media type of a response says of its body."""

from __future__ import annotations

import re

__all__ = ["is_json", "is_lines", "may_be_json"]

_JSON = re.compile(r"(?<![a-z])json(?![a-z])")
_LINES = ("jsonl", "ndjson", "jsonlines", "json-lines", "json-seq", "stream+json")


def is_lines(media_type: str) -> bool:
    """Whether a media type is that of JSON texts one after another."""
    return media_type.rpartition("/")[2].removeprefix("x-") in _LINES


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON to whoever documents it (RFC 6839, 3.1)."""
    name = media_type.partition(";")[0].strip().lower()
    return name.endswith(("/json", "+json")) and not is_lines(name)


def may_be_json(media_type: str) -> bool:
    """Whether one of its words is JSON, for which servers have many names."""
    name = media_type.partition(";")[0].strip().lower()
    return _JSON.search(name) is not None and not is_lines(name)
