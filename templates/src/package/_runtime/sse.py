"""Server-sent events: bytes → events, by the algorithm of the WHATWG HTML standard (9.2.6).

The parser does no I/O: ``feed`` takes what has come, however it was cut, and gives the
events that are complete.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator

__all__ = ["LIMIT", "EventTooLarge", "Message", "Parser"]

LIMIT = 16 * 1024 * 1024
"""Characters that one event may have; a server that sends more is not listened to."""


class EventTooLarge(Exception):
    """An event, or a line of one, is longer than ``LIMIT``."""


class Message:
    """One event as it came."""

    __slots__ = ("data", "event", "id", "retry")

    def __init__(self, event: str, data: str, id: str, retry: int | None) -> None:
        self.event = event
        self.data = data
        self.id = id
        self.retry = retry


class Parser:
    """Parses one stream.

    ``last_id`` is the id to take up the stream from, ``retry`` the milliseconds that the
    server asks to wait before that.
    """

    def __init__(self, *, last_id: str = "", limit: int = LIMIT) -> None:
        self.last_id = last_id
        self.retry: int | None = None
        self._limit = limit
        # "A leading BOM is ignored", bytes that are no UTF-8 become U+FFFD.
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._line: list[str] = []
        self._length = 0
        self._after_cr = False
        self._event = ""
        self._data: list[str] = []
        self._size = 0
        self._id = last_id
        self._retry: int | None = None

    def feed(self, chunk: bytes) -> Iterator[Message]:
        """Take in bytes and give the events that they complete.

        Raises:
            EventTooLarge: The event that is coming passes the limit.
        """
        text = self._decoder.decode(chunk)
        if not text:
            return
        if self._after_cr and text.startswith("\n"):
            text = text[1:]
            self._after_cr = False
        if text:
            self._after_cr = text.endswith("\r")
        start = 0
        while True:
            end = _line_end(text, start)
            if end < 0:
                break
            self._line.append(text[start:end])
            message = self._take("".join(self._line))
            self._line.clear()
            self._length = 0
            if message is not None:
                yield message
            start = end + (2 if text.startswith("\r\n", end) else 1)
        rest = text[start:]
        if rest:
            self._line.append(rest)
            self._length += len(rest)
            if self._length + self._size > self._limit:
                raise EventTooLarge(f"an event of more than {self._limit} characters")

    def _take(self, line: str) -> Message | None:
        """One whole line; an empty one ends the event."""
        if not line:
            return self._dispatch()
        name, colon, value = line.partition(":")
        if not name and colon:
            return None  # a comment, which keeps the connection alive
        value = value.removeprefix(" ")
        if name == "event":
            self._event = value
        elif name == "data":
            self._data.append(value)
            self._size += len(value) + 1
            if self._size > self._limit:
                raise EventTooLarge(f"an event of more than {self._limit} characters")
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            self._retry = self.retry = int(value[:9])
        return None

    def _dispatch(self) -> Message | None:
        self.last_id = self._id
        message = None
        if self._data:
            message = Message(
                self._event or "message",
                "\n".join(self._data),
                self.last_id,
                self._retry,
            )
        self._event = ""
        self._data = []
        self._size = 0
        self._retry = None
        return message


def _line_end(text: str, start: int) -> int:
    """Where the next CR or LF is, or -1."""
    feed = text.find("\n", start)
    carriage = text.find("\r", start, feed if feed >= 0 else len(text))
    return carriage if carriage >= 0 else feed
