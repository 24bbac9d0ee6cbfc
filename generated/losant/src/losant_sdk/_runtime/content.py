"""Bodies that are read as they are sent, so that no file lies in memory whole."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import IO, TypeAlias, cast

__all__ = ["Content", "File", "Piece", "Streamed", "opened"]

Content: TypeAlias = "bytes | str | os.PathLike[str] | IO[bytes]"
File: TypeAlias = "Content | tuple[str, Content] | tuple[str, Content, str]"
"""A file to upload: bytes, a path, or an open binary file; in a tuple with the name, and
the media type, that it is to have."""

Piece: TypeAlias = "bytes | Path | IO[bytes]"

_CHUNK = 64 * 1024


class Streamed:
    """Pieces one after another. Both ``for`` and ``async for`` go through the bytes.

    Attributes:
        length: How many bytes there are; None if a file does not say.
        replayable: Whether it can be gone through again: an open file must be able to
            seek.
    """

    def __init__(self, pieces: Sequence[Piece]) -> None:
        # Where each piece starts; None if it cannot be read twice.
        self._pieces = [(piece, _position(piece)) for piece in pieces]
        self.replayable: bool = all(start is not None for _, start in self._pieces)
        lengths = [_length(piece, start) for piece, start in self._pieces]
        known = [length for length in lengths if length is not None]
        self.length: int | None = sum(known) if len(known) == len(lengths) else None

    def __iter__(self) -> Iterator[bytes]:
        for piece, start in self._pieces:
            if isinstance(piece, bytes):
                yield piece
            elif isinstance(piece, Path):
                with piece.open("rb") as file:
                    yield from _chunks(file)
            else:
                if start is not None:
                    piece.seek(start)
                yield from _chunks(piece)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        import asyncio

        # Disks may be slow: the event loop goes on meanwhile.
        chunks = iter(self)
        while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
            yield chunk


def _position(piece: Piece) -> int | None:
    if isinstance(piece, bytes | Path):
        return 0
    seekable = getattr(piece, "seekable", None)
    return piece.tell() if callable(seekable) and seekable() else None


def _length(piece: Piece, start: int | None) -> int | None:
    if isinstance(piece, bytes):
        return len(piece)
    if isinstance(piece, Path):
        return piece.stat().st_size
    if start is None:
        return None
    end = piece.seek(0, os.SEEK_END)
    piece.seek(start)
    return max(0, end - start)


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def opened(content: object, what: str) -> tuple[Piece, str]:
    """What a caller passed as a file, and the name that it has by itself, if any.

    Raises:
        TypeError: It is no file, or one of text.
        OSError: There is no such file.
    """
    if isinstance(content, bytes | bytearray | memoryview):
        return bytes(cast("bytes", content)), ""
    if isinstance(content, str | os.PathLike):
        path = Path(cast("str", content))
        return path, path.name
    read = getattr(content, "read", None)
    # Nothing is read, but a file of text, or one that is to be awaited, shows itself.
    if not callable(read) or not isinstance(read(0), bytes | bytearray | None):
        raise TypeError(f"{what}: {type(content).__name__} is no binary file")
    name = getattr(content, "name", "")
    return cast("IO[bytes]", content), Path(name).name if isinstance(name, str) else ""
