"""Server-sent events: bytes → events, by the algorithm of WHATWG HTML (9.2.6).

The parser does no I/O: ``feed`` takes what has come, however it was cut, and gives the
events that are complete.
"""

from __future__ import annotations

import codecs
import re
from typing import NoReturn

__all__ = [
    "EVENTS",
    "LIMIT",
    "EventTooLarge",
    "LineParser",
    "Message",
    "Parser",
]

EVENTS = "text/event-stream"

LIMIT = 16 * 1024 * 1024
"""Characters that one event may have; a server that sends more is not listened to."""

_END = re.compile("\r\n|\n|\r")


class EventTooLarge(Exception):
    """An event, or a line of one, is longer than the limit."""


class Message:
    """One event as it came."""

    __slots__ = ("data", "event", "id", "retry")

    def __init__(self, event: str, data: str, id: str, retry: int | None) -> None:
        self.event: str = event
        self.data: str = data
        self.id: str = id
        self.retry: int | None = retry


class Parser:
    """Parses one stream.

    Attributes:
        last_id: The id to take the stream up from.
        retry: Milliseconds that the server asks to wait before that, or None.
    """

    def __init__(
        self, *, last_id: str = "", retry: int | None = None, limit: int = LIMIT
    ) -> None:
        self.last_id: str = last_id
        self.retry: int | None = retry
        self._limit = limit
        # A BOM at the start is no content; bytes that are no UTF-8 become U+FFFD.
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._after_cr = False
        self._partial: list[str] = []
        self._length = 0
        self._event = ""
        self._data: list[str] = []
        self._size = 0
        self._id = last_id
        self._retry: int | None = None

    def feed(self, chunk: bytes) -> list[Message]:
        """Take bytes in and give the events that they complete.

        Raises:
            EventTooLarge: The event that is coming passes the limit.
        """
        text = self._decoder.decode(chunk)
        if self._after_cr and text:
            # The CR has ended its line already: this LF belongs to it.
            text = text.removeprefix("\n")
            self._after_cr = False
        if not text:
            return []
        self._after_cr = text.endswith("\r")
        messages: list[Message] = []
        *lines, rest = _END.split(text)
        for line in lines:
            if self._partial:
                line = "".join([*self._partial, line])
                self._partial.clear()
                self._length = 0
            if line:
                self._take(line)
            elif (message := self._dispatch()) is not None:
                messages.append(message)
        if rest:
            self._partial.append(rest)
            self._length += len(rest)
            if self._size + self._length > self._limit:
                self._refuse()
        return messages

    def _refuse(self) -> NoReturn:
        raise EventTooLarge(f"an event of more than {self._limit} characters")

    def _take(self, line: str) -> None:
        """One whole line of an event; a comment, which has no name, says nothing."""
        if self._size + len(line) > self._limit:
            self._refuse()
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
            self._size += len(value) + 1
        elif name == "event":
            self._event = value
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            # Nine digits of milliseconds are days: more are as good as these.
            self._retry = self.retry = int(value[:9])

    def _dispatch(self) -> Message | None:
        self.last_id = self._id
        message = None
        if self._data:
            data = "\n".join(self._data)
            message = Message(self._event or "message", data, self._id, self._retry)
        self._event = ""
        self._data = []
        self._size = 0
        self._retry = None
        return message

    def end(self) -> list[Message]:
        """An event that is not complete at the end is none (WHATWG HTML, 9.2.6)."""
        return []


class LineParser:
    """Parses JSON texts on lines, or after separators (RFC 7464); each is a message.

    It has the attributes of ``Parser``, which say nothing here.
    """

    last_id = ""
    retry: int | None = None

    def __init__(self, *, limit: int = LIMIT) -> None:
        self._limit = limit
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._rest = ""

    def feed(self, chunk: bytes) -> list[Message]:
        """Take bytes in and give what they complete.

        Raises:
            EventTooLarge: A line passes the limit.
        """
        *lines, self._rest = (self._rest + self._decoder.decode(chunk)).split("\n")
        if len(self._rest) > self._limit:
            raise EventTooLarge(f"a line of more than {self._limit} characters")
        return _messages(lines)

    def end(self) -> list[Message]:
        """The last line, which need not end."""
        rest, self._rest = self._rest, ""
        return _messages([rest])


def _messages(lines: list[str]) -> list[Message]:
    texts = (line.strip(" \t\r\x1e") for line in lines)
    return [Message("message", text, "", None) for text in texts if text]
