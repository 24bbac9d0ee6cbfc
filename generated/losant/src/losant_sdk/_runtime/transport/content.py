"""Bodies that are read as they are sent, so that no file lies in memory whole."""

from __future__ import annotations

import os
import stat
from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Callable,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from itertools import chain
from pathlib import Path
from typing import IO, TypeAlias, TypeGuard, cast

__all__ = ["Content", "File", "FileLike", "Progress", "Source", "Streamed"]

_Chunks: TypeAlias = "Iterable[bytes] | AsyncIterable[bytes]"
Content: TypeAlias = "bytes | str | os.PathLike[str] | IO[bytes] | _Chunks"
FileLike: TypeAlias = "File | Content | tuple[str, Content] | tuple[str, Content, str]"
"""What can be uploaded: a ``File``; or its content alone, or in a tuple with the name,
and the media type, that it is to have. In a form, a list is several files."""

Progress: TypeAlias = "Callable[[int, int | None], object]"

_CHUNK = 64 * 1024


class File:
    """A file to upload, with what is to be said of it.

    Args:
        content: Bytes, a path, an open binary file, or an iterable of bytes, which for
            an asynchronous client may be asynchronous. It is read while it is sent, by
            an asynchronous client in another thread. What can be read only once (an
            iterator, a file that cannot seek) is not sent again after a failure.
        name: The name that it is to have; by default that of the path or the open file.
        media_type: By default the one that the API documents.
        length: How many bytes an iterable gives. Else it is sent in chunks, which some
            servers refuse.
        headers: Of its part of a form, beside those that follow from the rest.
        progress: Called as pieces are sent, with the bytes of this file that are sent
            so far, and with all that there are, or None. It counts from the start again
            if the request is sent again. What it raises ends the call.
    """

    __slots__ = ("content", "headers", "length", "media_type", "name", "progress")

    def __init__(
        self,
        content: Content,
        name: str = "",
        media_type: str = "",
        *,
        length: int | None = None,
        headers: Mapping[str, str] | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.content: Content = content
        self.name: str = name
        self.media_type: str = media_type
        self.length: int | None = length
        self.headers: Mapping[str, str] = headers or {}
        self.progress: Progress | None = progress


class Source:
    """Where the bytes of one file come from; ``for`` and ``async for`` go through them.

    Args:
        value: What a caller passed as a file, a ``FileLike``.
        what: What it is for, to be said in errors.

    Attributes:
        name: Its name, if it has one.
        media_type: Its media type, if the caller said one.
        headers: Those of its part of a form.
        length: How many bytes there are, if that is known.
        replayable: Whether it can be gone through again, from where it was at first.

    Raises:
        TypeError: It is no file, or one of text.
        OSError: There is no such file.
    """

    __slots__ = (
        "_content", "_progress", "_start", "headers", "length", "media_type", "name",
        "replayable",
    )  # fmt: skip

    def __init__(self, value: object, what: str) -> None:
        if isinstance(value, tuple):
            name, inner, *rest = cast("tuple[str, Content, str]", value)
            value = File(inner, name, *rest)
        file = value if isinstance(value, File) else File(cast("Content", value))
        content = file.content
        own: object = ""
        length: int | None = None
        self.replayable: bool = True
        self._start = 0
        if isinstance(content, bytes | bytearray | memoryview):
            content = bytes(content)
            length = len(content)
        elif isinstance(content, str | os.PathLike):
            content = Path(content)
            own, status = content.name, content.stat()
            if stat.S_ISDIR(status.st_mode):
                raise IsADirectoryError(f"{what}: {content} is a directory")
            # A pipe has a path as well, and no length.
            self.replayable = stat.S_ISREG(status.st_mode)
            length = status.st_size if self.replayable else None
        elif isinstance(content, AsyncIterable):
            self.replayable = not isinstance(content, AsyncIterator)
        elif _is_file(content):
            own = getattr(content, "name", "")
            # Nothing is read, but a file of text shows itself.
            shown = cast("object", content.read(0))
            if not isinstance(shown, bytes | bytearray | None):
                raise TypeError(f"{what}: {type(content).__name__} is no binary file")
            seekable = getattr(content, "seekable", None)
            self.replayable = callable(seekable) and bool(seekable())
            if self.replayable:
                self._start = content.tell()
                length = max(0, content.seek(0, os.SEEK_END) - self._start)
                content.seek(self._start)
        elif _is_iterable(content):
            self.replayable = not isinstance(content, Iterator)
        else:
            raise TypeError(f"{what}: {type(content).__name__} is no binary file")
        self._content: Content = content
        self._progress = file.progress
        self.length: int | None = file.length if length is None else length
        self.media_type: str = file.media_type
        self.headers: Mapping[str, str] = file.headers
        self.name: str = file.name or (Path(own).name if isinstance(own, str) else "")

    @property
    def whole(self) -> bytes | None:
        """The bytes, if they are all there, and nobody wants to know how it goes."""
        content = self._content
        return content if isinstance(content, bytes) and not self._progress else None

    def __iter__(self) -> Iterator[bytes]:
        if isinstance(self._content, AsyncIterable):
            raise TypeError("an asynchronous iterable wants an asynchronous client")
        return self._sent()

    def _sent(self) -> Iterator[bytes]:
        sent = 0
        for chunk in self._chunks():
            yield chunk
            sent += len(chunk)
            if self._progress is not None:
                self._progress(sent, self.length)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        sent = 0
        async for chunk in self._chunks_async():
            yield chunk
            sent += len(chunk)
            if self._progress is not None:
                self._progress(sent, self.length)

    def _chunks(self) -> Iterator[bytes]:
        content = self._content
        if isinstance(content, bytes):
            for at in range(0, len(content), _CHUNK):
                yield content[at : at + _CHUNK]
        elif isinstance(content, Path):
            with content.open("rb") as file:
                yield from _read(file)
        elif _is_file(content):
            if self.replayable:
                content.seek(self._start)
            yield from _read(content)
        else:
            yield from map(_check_bytes, cast("Iterable[object]", content))

    async def _chunks_async(self) -> AsyncIterator[bytes]:
        if isinstance(self._content, AsyncIterable):
            async for chunk in cast("AsyncIterable[object]", self._content):
                yield _check_bytes(chunk)
            return
        import asyncio

        # Disks may be slow: the event loop goes on meanwhile.
        chunks = self._chunks()
        while (chunk := await asyncio.to_thread(next, chunks, None)) is not None:
            yield chunk


class Streamed:
    """Pieces one after another. Both ``for`` and ``async for`` go through the bytes.

    Attributes:
        length: How many bytes there are; None if a file does not say.
        replayable: Whether it can be gone through again.
    """

    def __init__(self, pieces: Sequence[bytes | Source]) -> None:
        self._pieces = [[p] if isinstance(p, bytes) else p for p in pieces]
        lengths = [len(p) if isinstance(p, bytes) else p.length for p in pieces]
        known = [length for length in lengths if length is not None]
        self.length: int | None = sum(known) if len(known) == len(lengths) else None
        self.replayable: bool = all(
            isinstance(p, bytes) or p.replayable for p in pieces
        )

    def __iter__(self) -> Iterator[bytes]:
        # Each at once, not when it is its turn: what cannot be sent is not begun.
        return chain.from_iterable([iter(piece) for piece in self._pieces])

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            if isinstance(piece, Source):
                async for chunk in piece:
                    yield chunk
            else:
                yield piece[0]


def _is_file(content: object) -> TypeGuard[IO[bytes]]:
    return callable(getattr(content, "read", None))


def _is_iterable(content: object) -> bool:
    # A mapping would give its keys.
    return isinstance(content, Iterable) and not isinstance(content, Mapping)


def _read(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def _check_bytes(chunk: object) -> bytes:
    """What an iterable gives, if it is bytes."""
    if not isinstance(chunk, bytes | bytearray | memoryview):
        raise TypeError(f"an upload gives {type(chunk).__name__}, and not bytes")
    return bytes(cast("bytes", chunk))
