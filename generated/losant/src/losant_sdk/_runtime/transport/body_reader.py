"""The body of a response: what ``Content-Encoding`` says is undone, within a limit.

It does no I/O. What a server sends never fills the memory: a compressed body is
expanded piece by piece, and stops being read where it becomes too large.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping

__all__ = [
    "ENCODINGS",
    "LIMIT",
    "BodyReader",
    "Damaged",
    "Decoder",
    "TooLarge",
    "make_decoder",
]

ENCODINGS = "gzip, deflate"
"""What is asked for, and understood."""

LIMIT = 256 * 1024 * 1024
"""Bytes that the body of a response may have, unless the caller says otherwise."""

_STEP = 256 * 1024
"""Bytes that are expanded at once."""


class Damaged(Exception):
    """The body is not what its ``Content-Encoding`` says, or was cut."""


class TooLarge(Exception):
    """The body is larger than the limit."""


class BodyReader:
    """Takes the body of a response in.

    Args:
        headers: Those of the response, asked for by lower-case name.
        limit: Bytes that the body may have, before and after it is expanded; None for
            any number.
        cut: Leave out what is beyond the limit, or cannot be expanded, instead of
            refusing the body.
        write: What takes the pieces, instead of memory.

    Raises:
        TooLarge: ``Content-Length`` says so, and not ``cut``.

    Attributes:
        full: Whether no more is wanted.
    """

    __slots__ = (
        "_cut", "_decoder", "_limit", "_parts", "_received", "_size", "_write", "full",
    )  # fmt: skip

    def __init__(
        self,
        headers: Mapping[str, str],
        limit: int | None,
        *,
        cut: bool = False,
        write: Callable[[bytes], object] | None = None,
    ) -> None:
        self._limit = limit
        self._cut = cut
        self._parts: list[bytes] = []
        self._write = write or self._parts.append
        self._received = 0
        self._size = 0
        self.full: bool = False
        self._decoder = make_decoder(headers)
        length = headers.get("content-length", "")
        if limit is None or cut or not length.isascii() or not length.isdigit():
            return
        # Longer numbers are larger, and some are too long to be read as one.
        if len(length) > 18 or int(length) > limit:
            raise TooLarge(f"Content-Length is {length[:20]}")

    def add(self, chunk: bytes) -> None:
        """Take a piece in.

        Raises:
            Damaged: It cannot be expanded.
            TooLarge: There is more than the limit.
        """
        self._received += len(chunk)
        if self._decoder is None:
            self._keep(chunk)
        else:
            try:
                for piece in self._decoder.expand(chunk):
                    self._keep(piece)
                    if self.full:
                        return
            except Damaged:
                if not self._cut:
                    raise
                self.full = True
        # Even what expands to nothing must end.
        if self._limit is not None and self._received > self._limit:
            self._stop()

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._limit is not None and self._size > self._limit:
            self._stop()
            piece = piece[: len(piece) - (self._size - self._limit)]
        self._write(piece)

    def _stop(self) -> None:
        if not self._cut:
            raise TooLarge("there is more")
        self.full = True

    def content(self) -> bytes:
        """The whole body, unless it was written.

        Raises:
            Damaged: It is compressed, and its end is missing.
        """
        if self._decoder and not self._cut and not self._decoder.complete:
            raise Damaged("the end of what is compressed is missing")
        return self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)


class Decoder:
    """Undoes gzip or deflate (RFC 9110, 8.4.1)."""

    __slots__ = ("_begun", "_gzip", "_head", "_state")

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._head = b""
        self._begun = False
        self._state = zlib.decompressobj(
            zlib.MAX_WBITS | 16 if gzip else zlib.MAX_WBITS
        )

    @property
    def complete(self) -> bool:
        """Whether the end was there; nothing at all is complete too (HEAD, 304)."""
        return self._state.eof if self._begun else not self._head

    def expand(self, chunk: bytes) -> Iterator[bytes]:
        """What a piece expands to, a little at a time.

        Raises:
            Damaged: It cannot be expanded.
        """
        if not self._begun:
            chunk = self._begin(chunk)
        more = bool(chunk)
        while more:
            if self._state.eof:
                # gzip: further members follow (RFC 1952, 2.2); zeros only fill up.
                if not self._gzip or not chunk.strip(b"\0"):
                    return
                self._state = zlib.decompressobj(zlib.MAX_WBITS | 16)
            try:
                piece = self._state.decompress(chunk, _STEP)
            except zlib.error as error:
                raise Damaged(str(error)) from None
            yield piece
            chunk = self._state.unconsumed_tail or self._state.unused_data
            # What was taken in may still hold more than one step gives.
            more = bool(chunk) or (len(piece) == _STEP and not self._state.eof)

    def _begin(self, chunk: bytes) -> bytes:
        """The first piece, once it tells what it is; until then nothing."""
        chunk, self._head = self._head + chunk, b""
        if len(chunk) < 2:
            self._head = chunk
            return b""
        self._begun = True
        # Some servers call deflate what has no zlib header (RFC 1950, 2.2).
        if not self._gzip and (chunk[0] & 15 != 8 or (chunk[0] * 256 + chunk[1]) % 31):
            self._state = zlib.decompressobj(-zlib.MAX_WBITS)
        return chunk


def make_decoder(headers: Mapping[str, str]) -> Decoder | None:
    """What undoes ``Content-Encoding``; one that was not asked for stays as it is."""
    name = headers.get("content-encoding", "").strip().lower()
    if name in ("gzip", "x-gzip"):
        return Decoder(gzip=True)
    return Decoder(gzip=False) if name == "deflate" else None
