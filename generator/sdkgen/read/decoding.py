"""Bytes to text: UTF-8, or UTF-16 and UTF-32 with a byte order mark."""

from __future__ import annotations

import codecs
from typing import Final

__all__ = ["Undecodable", "decode"]

# UTF-32 first: its little-endian mark starts with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


class Undecodable(Exception):
    """Bytes that are not text in their encoding.

    ``text`` is what can be shown of the file, ``index`` where in it the first bad byte
    stands, ``offset`` the same counted in bytes of the file.
    """

    def __init__(self, encoding: str, text: str, index: int, offset: int) -> None:
        super().__init__(encoding, index, offset)
        self.encoding = encoding
        self.text = text
        self.index = index
        self.offset = offset


def decode(data: bytes) -> str:
    """The text of a file, without its byte order mark.

    Raises:
        Undecodable: the bytes do not fit the encoding that the mark names, or UTF-8.
    """
    encoding, skip = "utf-8", 0
    for mark, name in _MARKS:
        if data.startswith(mark):
            encoding, skip = name, len(mark)
            break
    body = data[skip:]
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(encoding)
        raise Undecodable(
            encoding.upper().removesuffix("-LE").removesuffix("-BE"),
            before + body[error.start :].decode(encoding, "replace"),
            len(before),
            skip + error.start,
        ) from None
