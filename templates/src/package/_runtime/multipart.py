"""Forms: ``multipart/form-data`` (RFC 7578) and ``application/x-www-form-urlencoded``."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import IO, TypeAlias, cast

from .operation import Operation, Param
from .parameters import check_header, given, pairs_of, text

__all__ = ["File", "Form", "form_of", "urlencoded_of"]

Content: TypeAlias = "bytes | str | os.PathLike[str] | IO[bytes]"
File: TypeAlias = "Content | tuple[str, Content] | tuple[str, Content, str]"
"""A file to upload: bytes, a path, or an open binary file; in a tuple with the name, and
the media type, that it is to have."""

_CHUNK = 64 * 1024


class Form:
    """A multipart body that is read as it is sent: no file lies in memory whole."""

    def __init__(self, parts: Sequence[tuple[bytes, bytes | Path | IO[bytes]]]) -> None:
        self._boundary = f"form-{secrets.token_hex(16)}"
        self._parts = [(head, content, _position(content)) for head, content in parts]

    @property
    def media_type(self) -> str:
        """The ``Content-Type`` of the body."""
        return f"multipart/form-data; boundary={self._boundary}"

    @property
    def replayable(self) -> bool:
        """Whether the body can be sent again: an open file must be able to seek."""
        return all(start is not None for _, _, start in self._parts)

    def __iter__(self) -> Iterator[bytes]:
        for head, content, start in self._parts:
            yield f"--{self._boundary}\r\n".encode() + head + b"\r\n\r\n"
            if isinstance(content, bytes):
                yield content
            elif isinstance(content, Path):
                with content.open("rb") as file:
                    yield from _chunks(file)
            else:
                if start is not None:
                    content.seek(start)
                yield from _chunks(content)
            yield b"\r\n"
        yield f"--{self._boundary}--\r\n".encode()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk


def _position(content: bytes | Path | IO[bytes]) -> int | None:
    """Where a content starts; None if it cannot be read twice."""
    if isinstance(content, bytes | Path):
        return 0
    seekable = getattr(content, "seekable", None)
    return content.tell() if callable(seekable) and seekable() else None


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def form_of(operation: Operation[object], values: Sequence[object]) -> Form:
    """The fields of a form as a multipart body.

    Raises:
        TypeError: A file is text or something else that has no bytes.
        ValueError: A name or a media type holds a line break.
    """
    parts: list[tuple[bytes, bytes | Path | IO[bytes]]] = []
    for param, value in given(operation, values, "form"):
        if param.is_file:
            parts.append(_file(param, cast("File", value)))
        elif isinstance(value, list):
            parts.extend((_head(param), text(item).encode()) for item in value)
        else:
            parts.append((_head(param), text(value).encode()))
    return Form(parts)


def urlencoded_of(operation: Operation[object], values: Sequence[object]) -> bytes:
    """The fields of a form as in a query (WHATWG URL, 5.2)."""
    pairs: list[str] = []
    for param, value in given(operation, values, "form"):
        pairs.extend(pairs_of(param, value))
    return "&".join(pairs).encode()


def _head(param: Param, filename: str = "", media_type: str = "") -> bytes:
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
    """A name as browsers write it (WHATWG HTML, multipart/form-data)."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _file(param: Param, value: File) -> tuple[bytes, bytes | Path | IO[bytes]]:
    name = media_type = ""
    content: object = value
    if isinstance(value, tuple):
        name, content, *rest = value
        media_type = str(rest[0]) if rest else ""
    if isinstance(content, bytes | bytearray):
        found: bytes | Path | IO[bytes] = bytes(content)
    elif isinstance(content, str | os.PathLike):
        found = Path(cast("str", content))
        name = name or found.name
    elif callable(getattr(content, "read", None)):
        found = cast("IO[bytes]", content)
        opened = getattr(content, "name", "")
        name = name or (Path(opened).name if isinstance(opened, str) else "")
    else:
        raise TypeError(f"{param.wire}: {type(content).__name__} is no file")
    return _head(param, name or param.wire, media_type), found
