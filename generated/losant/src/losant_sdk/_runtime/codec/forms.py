"""Forms: ``multipart/form-data`` (RFC 7578) and ``application/x-www-form-urlencoded``."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from typing import Any, cast

from ..spec.operation import Operation, Param
from ..transport.content import File, Source, Streamed
from .parameters import (
    check_header,
    format_pairs,
    get_plan,
    select_given,
    serialize_value,
)
from .plain import to_text

__all__ = ["Form", "build_form", "build_urlencoded"]

_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|"}


class Form(Streamed):
    """A multipart body.

    Attributes:
        media_type: The ``Content-Type`` of the body.
    """

    def __init__(
        self, parts: Sequence[tuple[bytes, bytes | Source]], media_type: str
    ) -> None:
        boundary = f"form-{secrets.token_hex(16)}"
        pieces: list[bytes | Source] = []
        for head, content in parts:
            pieces += (f"--{boundary}\r\n".encode() + head + b"\r\n\r\n", content)
            pieces.append(b"\r\n")
        pieces.append(f"--{boundary}--\r\n".encode())
        super().__init__(pieces)
        self.media_type: str = f"{media_type}; boundary={boundary}"


def build_form(
    operation: Operation[Any],
    values: Sequence[object],
    media_type: str = "multipart/form-data",
) -> Form:
    """The fields of a form as a multipart body.

    A list is a field that repeats, or one text if its style says so.

    Raises:
        TypeError: A file is text or something else that has no bytes.
        ValueError: A media type holds a line break, or a name NUL.
        OSError: There is no such file.
    """
    parts: list[tuple[bytes, bytes | Source]] = []
    for param, value in select_given(get_plan(operation).form, values):
        if _is_file(param, value):
            parts.append(_encode_file(param, value))
        elif param.is_file and isinstance(value, list):
            parts.extend(
                _encode_file(param, item) for item in cast("list[object]", value)
            )
        else:
            shown = serialize_value(param, value)
            several = shown if isinstance(shown, list) else [shown]
            written = [to_text(item) for item in several]
            if not param.explode:
                written = [_SEPARATORS.get(param.style, ",").join(written)]
            parts.extend((_build_part_head(param), item.encode()) for item in written)
    return Form(parts, media_type)


def build_urlencoded(operation: Operation[Any], values: Sequence[object]) -> bytes:
    """The fields of a form as in a query (WHATWG URL, 5.2)."""
    pairs: list[str] = []
    for param, value in select_given(get_plan(operation).form, values):
        pairs.extend(format_pairs(param, serialize_value(param, value)))
    return "&".join(pairs).encode()


def _is_file(param: Param, value: object) -> bool:
    """Whether a value is a file: by its field, or by what can be nothing else."""
    if isinstance(value, File):
        return True
    if param.is_json or isinstance(value, list):
        return False
    binary = isinstance(value, bytes | bytearray | os.PathLike)
    return param.is_file or binary or callable(getattr(value, "read", None))


def _encode_file(param: Param, value: object) -> tuple[bytes, Source]:
    """The head of a part, and its content."""
    source = Source(value, param.wire)
    head = _build_part_head(param, source.name or param.wire, source.media_type)
    for name, value in source.headers.items():
        check_header(name, value)
        head += f"\r\n{name}: {value}".encode("latin-1")
    return head, source


def _build_part_head(param: Param, filename: str = "", media_type: str = "") -> bytes:
    disposition = f'form-data; name="{_quote(param.wire)}"'
    if filename:
        disposition += f'; filename="{_quote(filename)}"'
    lines = [f"Content-Disposition: {disposition}"]
    kind = media_type or param.media_type
    if kind and (filename or kind != "text/plain"):
        check_header("Content-Type", kind)
        lines.append(f"Content-Type: {kind}")
    return "\r\n".join(lines).encode()


def _quote(name: str) -> str:
    """A name as browsers write it (WHATWG HTML, multipart/form-data).

    Raises:
        ValueError: It holds NUL, which ends a text for some servers.
    """
    if "\0" in name:
        raise ValueError(f"a name in a form must not hold NUL: {name!r}")
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
