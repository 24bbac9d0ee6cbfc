"""Server-sent events: bytes → events, by the algorithm of WHATWG HTML (9.2.6).

The parser does no I/O: ``feed`` takes what has come, however it was cut, and gives the
events that are complete.
"""

from __future__ import annotations

import re
from typing import Generic, NoReturn, TypeVar

__all__ = [
    "EVENTS",
    "LIMIT",
    "Event",
    "EventTooLarge",
    "LineParser",
    "Parser",
]

T = TypeVar("T")

_CR = ord("\r")

_USUAL = re.compile(r"(?:event: ?+(.*+)\n|id: ?+([^\n\0]*+)\n){0,2}data: ?+(.*+)\n\n")
"""A whole event as most are: its data are one line, after its name and its id.

Each part matches in one way only, so that no text is gone through again and again.
"""

EVENTS = "text/event-stream"

LIMIT = 16 * 1024 * 1024
"""Bytes that one event may have; a server that sends more is not listened to."""


class EventTooLarge(Exception):
    """An event, or a line of one, is longer than the limit."""


class Event(Generic[T]):
    """One event of a stream.

    Attributes:
        event: Its name.
        data: Its data, typed; of an event that the document does not know, or that does
            not fit its type, plain JSON, else text.
        id: Its id, by which a stream is taken up again.
        retry: Milliseconds that the server asks to wait before that, or None.
        raw: The data as it came.
    """

    __slots__ = ("data", "event", "id", "raw", "retry")

    def __init__(
        self,
        event: str,
        data: T,
        id: str = "",
        retry: int | None = None,
        raw: str = "",
    ) -> None:
        self.event: str = event
        self.data: T = data
        self.id: str = id
        self.retry: int | None = retry
        self.raw: str = raw

    def __repr__(self) -> str:
        return f"<Event {self.event!r} id={self.id!r}>"


class _Lines:
    """Whole lines of a stream, all those of a piece at once.

    Bytes are kept until their line is whole: no line end is a part of a character, so
    what is decoded then is never cut within one. Each is copied once, however small the
    pieces are.
    """

    __slots__ = ("_begun", "_limit", "_rest")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._rest = bytearray()
        self._begun = False

    def __len__(self) -> int:
        """Bytes of the line that has not ended."""
        return len(self._rest)

    def feed(self, chunk: bytes) -> str:
        """Take bytes in and give the lines that they complete, each with its LF.

        Bytes that are no UTF-8 become U+FFFD.

        Raises:
            EventTooLarge: A line passes the limit.
        """
        end = chunk.rfind(b"\n") + 1
        whole, rest = chunk[:end], chunk[end:]
        if self._rest and end:
            whole = b"".join((self._rest, whole))
            self._rest.clear()
        if rest:
            self._rest += rest
            if len(self._rest) > self._limit:
                self._refuse()
        return self._decode(whole) if end else ""

    def end(self) -> str:
        """The last line, which need not end."""
        rest = bytes(self._rest)
        self._rest.clear()
        return self._decode(rest)

    def _decode(self, whole: bytes) -> str:
        text = whole.decode("utf-8", "replace")
        if not self._begun:
            # A byte order mark at the start is no content.
            text = text.removeprefix("\ufeff")
            self._begun = True
        if len(whole) > self._limit < max(map(len, whole.split(b"\n"))):
            self._refuse()
        return text

    def _refuse(self) -> NoReturn:
        raise EventTooLarge(f"a line of more than {self._limit} bytes")


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


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
        self._lines = _Lines(limit)
        self._after_cr = False
        self._between = True  # whether no event has begun
        self._event = ""
        self._data: list[str] = []
        self._size = 0
        self._id = last_id
        self._retry: int | None = None

    def feed(self, chunk: bytes) -> list[Event[str]]:
        """Take bytes in and give the events that they complete.

        Raises:
            EventTooLarge: The event that is coming passes the limit.
        """
        if self._after_cr and chunk:
            # The CR has ended its line already: this LF belongs to it.
            chunk = chunk.removeprefix(b"\n")
            self._after_cr = False
        if _CR in chunk:
            self._after_cr = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        text = self._lines.feed(chunk)
        found: list[Event[str]] = []
        at = 0
        if not self._between:
            at = text.find("\n\n") + 2
            if at < 2:
                at = len(text)
            self._read(text[:at], found)
        if self._between:
            at = self._read_usual(text, at, found)
        if at < len(text):
            self._read(text[at:], found)
        if self._size and self._size + len(self._lines) > self._limit:
            self._refuse()
        return found

    def _read_usual(self, text: str, at: int, found: list[Event[str]]) -> int:
        """Read events as long as they are as usual; where the first other one begins.

        Their lines are counted already, and no other data stand before them.
        """
        end = len(text)
        while at < end and (match := _USUAL.match(text, at)) is not None:
            at = match.end()
            event, last_id, data = match.groups()
            if last_id is not None:
                self._id = last_id
            self.last_id = self._id
            found.append(Event(event or "message", data, self._id, None, data))
        return at

    def _read(self, text: str, found: list[Event[str]]) -> None:
        """Read line by line."""
        lines = text.split("\n")
        lines.pop()  # there is nothing behind the last LF
        event, data, size = self._event, self._data, self._size
        for line in lines:
            if not line:
                self.last_id = self._id
                if data:
                    text = "\n".join(data)
                    found.append(
                        Event(event or "message", text, self._id, self._retry, text)
                    )
                    data.clear()
                    size = 0
                event, self._retry = "", None
                continue
            if size and size + _size(line) > self._limit:
                self._refuse()
            name, _, value = line.partition(": ")
            if ":" in name:  # no blank after it, or a comment, which has no name
                name, _, value = line.partition(":")
            if name == "data":
                data.append(value)
                size += _size(value) + 1
            elif name == "event":
                event = value
            elif name == "id":
                if "\0" not in value:
                    self._id = value
            elif name == "retry" and value.isascii() and value.isdigit():
                # Nine digits of milliseconds are days: more are as good as these.
                self._retry = self.retry = int(value[:9])
        self._event, self._size = event, size
        self._between = not (event or data or self._retry is not None)

    def _refuse(self) -> NoReturn:
        raise EventTooLarge(f"an event of more than {self._limit} bytes")

    def end(self) -> list[Event[str]]:
        """An event that is not complete at the end is none (WHATWG HTML, 9.2.6)."""
        return []


class LineParser:
    """Parses JSON texts on lines, or after separators (RFC 7464); each is an event.

    It has the attributes of ``Parser``, which say nothing here.
    """

    last_id = ""
    retry: int | None = None

    def __init__(self, *, limit: int = LIMIT) -> None:
        self._lines = _Lines(limit)

    def feed(self, chunk: bytes) -> list[Event[str]]:
        """Take bytes in and give what they complete.

        Raises:
            EventTooLarge: A line passes the limit.
        """
        return _make_events(self._lines.feed(chunk))

    def end(self) -> list[Event[str]]:
        """The last line, which need not end."""
        return _make_events(self._lines.end())


def _make_events(lines: str) -> list[Event[str]]:
    texts = (line.strip(" \t\r\x1e") for line in lines.split("\n"))
    return [Event("message", text, raw=text) for text in texts if text]
