"""The parser of server-sent events, against a reading of the standard by its letter."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st
from package._runtime.streaming.sse import LIMIT, EventTooLarge, LineParser, Parser

Found = tuple[str, str, str, "int | None"]


def parsed(*chunks: bytes, limit: int = LIMIT) -> list[Found]:
    """What a parser makes of these chunks."""
    parser = Parser(limit=limit)
    return [
        (each.event, each.data, each.id, each.retry)
        for chunk in chunks
        for each in parser.feed(chunk)
    ]


def by_the_letter(stream: bytes) -> list[Found]:
    """The algorithm of the standard (WHATWG HTML 9.2.6), on the stream as a whole."""
    text = stream.decode("utf-8", "replace").removeprefix("\ufeff")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found: list[Found] = []
    event = data = last_id = ""
    retry: int | None = None
    for line in text.split("\n")[:-1]:
        if line == "":
            if data:
                found.append((event or "message", data[:-1], last_id, retry))
            event, data, retry = "", "", None
        elif not line.startswith(":"):
            name, _, value = line.partition(":")
            value = value[1:] if value.startswith(" ") else value
            if name == "event":
                event = value
            elif name == "data":
                data += value + "\n"
            elif name == "id" and "\0" not in value:
                last_id = value
            elif name == "retry" and value and set(value) <= set("0123456789"):
                retry = int(value)
    return found


_FIELD = st.sampled_from(["data", "event", "id", "retry", "", "other", "Data", "data "])
_VALUE = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    st.sampled_from(["7", "007", "-1", "٣", "a\0b", " x", "grün", "😀", "\ufeff"]),
)
_LINE = st.one_of(
    st.tuples(_FIELD, st.sampled_from([":", ": "]), _VALUE).map("".join),
    _FIELD,
    st.just(""),
    st.just(""),
)
_STREAM = st.lists(
    st.tuples(_LINE, st.sampled_from(["\n", "\r", "\r\n"])), max_size=12
).map(lambda lines: "".join(line + end for line, end in lines).encode())


def split(stream: bytes, at: list[int]) -> list[bytes]:
    """The stream, cut at these places (modulo its length)."""
    places = sorted({place % (len(stream) + 1) for place in at})
    return [
        stream[i:j] for i, j in zip([0, *places], [*places, len(stream)], strict=True)
    ]


@given(_STREAM, st.booleans(), st.lists(st.integers(0, 10_000), max_size=8))
def test_any_split_of_any_stream_gives_the_same_events(
    stream: bytes, marked: bool, at: list[int]
) -> None:
    """However it is cut: within a character, within a CRLF, within the BOM."""
    whole = (b"\xef\xbb\xbf" if marked else b"") + stream

    expected = by_the_letter(whole)

    assert parsed(whole) == expected
    assert parsed(*split(whole, at)) == expected
    assert parsed(*(whole[i : i + 1] for i in range(len(whole)))) == expected


@given(st.binary(max_size=64), st.lists(st.integers(0, 10_000), max_size=8))
def test_no_bytes_break_the_parser(stream: bytes, at: list[int]) -> None:
    """Bytes that are no UTF-8 become the replacement character."""
    assert parsed(*split(stream, at)) == by_the_letter(stream)


_BLOCK = st.sampled_from(
    [
        "event: a\nid: 1\ndata: one\n\n",
        "id: 2\nevent: b\ndata: two\n\n",
        "data: three\n\n",
        "data:\n\n",
        "event:a\ndata:four\nid:4\n\n",
        "id: 5\nid: 6\nevent: a\nevent:\ndata: five\n\n",
        "id: 7\0\ndata: six\n\n",
        "id\ndata: seven\n\n",
        "data: two\ndata: lines\n\n",
        "retry: 10\ndata: eight\n\n",
        "event: no data\nid: 9\n\n",
        "event: no end\n",
        "id: 10\n",
        "retry: 11\n",
        ": a comment\n",
        ": a comment\n\n",
        "data: grün 😀 \x0b\x85\u2028\n\n",
        "\n",
    ]
)
"""Events as servers send them, and some that only seem so; also what hangs over."""


@given(
    st.lists(_BLOCK, max_size=10).map("".join),
    st.sampled_from(["\n", "\r", "\r\n"]),
    st.booleans(),
    st.lists(st.integers(0, 10_000), max_size=8),
)
def test_usual_events_among_others_are_read_as_those_are(
    text: str, end: str, marked: bool, at: list[int]
) -> None:
    """What is read at once and what is read line by line follow each other."""
    mark = b"\xef\xbb\xbf" if marked else b""
    stream = mark + text.replace("\n", end).encode()

    expected = by_the_letter(stream)

    assert parsed(stream) == expected
    assert parsed(*split(stream, at)) == expected
    assert parsed(*(stream[i : i + 1] for i in range(len(stream)))) == expected


def test_a_mark_is_no_content_at_the_start_alone() -> None:
    """After that it is a character, and the name of no field begins with it."""
    mark = "\ufeff".encode()
    stream = [mark + b"data: 1\n\n", mark + b"data: 2\n\n", b"data: 3\n\n"]

    assert [data for _, data, _, _ in parsed(*stream)] == ["1", "3"]


def test_the_examples_of_the_standard() -> None:
    """9.2.6, the streams that it shows."""
    assert parsed(b"data: YHOO\ndata: +2\ndata: 10\n\n") == [
        ("message", "YHOO\n+2\n10", "", None)
    ]
    assert parsed(
        b": test\n\ndata: first\nid: 1\n\ndata:second\nid\n\ndata:  third\n\n"
    ) == [
        ("message", "first", "1", None),
        ("message", "second", "", None),
        ("message", " third", "", None),
    ]
    assert parsed(b"data\n\ndata\ndata\n\ndata:") == [
        ("message", "", "", None),
        ("message", "\n", "", None),
    ]
    assert parsed(b"data:test\n\ndata: test\n\n") == [("message", "test", "", None)] * 2


def test_what_is_not_ended_is_no_event() -> None:
    """A stream that is cut loses what it had not finished."""
    assert parsed(b"data: whole\n\ndata: half\n") == [("message", "whole", "", None)]


def test_the_place_to_go_on_from_is_that_of_the_last_whole_event() -> None:
    """An id counts when its event is complete, with or without data."""
    parser = Parser(last_id="0")
    parser.feed(b"id: 1\n")
    assert parser.last_id == "0"
    parser.feed(b"\n")
    assert parser.last_id == "1"


def test_the_time_to_wait_is_kept() -> None:
    """``retry`` counts at once; other than digits it is ignored."""
    parser = Parser()
    parser.feed(b"retry: 250\nretry: soon\nretry: \n")

    assert parser.retry == 250


@pytest.mark.parametrize(
    "stream",
    [
        [b"data: " + b"x" * 100],
        [b"data: "] + [b"x"] * 100,
        [b"data: xxxxxxxxx\n"] * 10,
        [b"data: xxxxxxxxx\n" * 3, b"x" * 40],
        [b"x" * 100 + b"\n"],
        [b": " + b"x" * 100],
        [b"event: " + b"x" * 100 + b"\n"],
    ],
)
def test_memory_is_bounded(stream: list[bytes]) -> None:
    """A line or an event without an end is refused."""
    with pytest.raises(EventTooLarge):
        parsed(*stream, limit=64)


def bytes_of(stream: bytes) -> int:
    """The most that a line has, together with the data before it in its event."""
    most = size = 0
    for line in stream.split(b"\n")[:-1]:
        most = max(most, size + len(line))
        if not line:
            size = 0
        elif line.startswith(b"data:"):
            size += len(line.removeprefix(b"data:").removeprefix(b" ")) + 1
    return most


_SIZED = st.lists(
    st.tuples(
        st.sampled_from(["data: ", "data:", "event: ", ": ", "x"]),
        st.text("xü😀", max_size=40),
        st.sampled_from(["\n", "\n", "\n\n"]),
    ).map("".join),
    max_size=8,
).map(lambda lines: "".join(lines).encode())


@given(_SIZED, st.integers(-3, 3), st.lists(st.integers(0, 10_000), max_size=5))
def test_the_limit_is_one_of_bytes_however_they_are_cut(
    stream: bytes, more: int, at: list[int]
) -> None:
    """What is larger is refused, and nothing else is."""
    limit = max(1, bytes_of(stream) + more)
    for chunks in ([stream], split(stream, at), [bytes([each]) for each in stream]):
        if bytes_of(stream) > limit:
            with pytest.raises(EventTooLarge):
                parsed(*chunks, limit=limit)
        else:
            assert parsed(*chunks, limit=limit) == by_the_letter(stream)


def test_many_small_events_are_no_large_one() -> None:
    """The limit is that of one event."""
    assert len(parsed(*[b"data: xxxxxxxxx\n\n"] * 100, limit=64)) == 100


@given(st.lists(st.integers(), max_size=5), st.integers(1, 7), st.booleans())
def test_lines_are_messages_however_they_are_cut(
    numbers: list[int], size: int, separated: bool
) -> None:
    """The last one need not end; separators and empty lines are nothing (RFC 7464)."""
    mark = b"\x1e" if separated else b""
    stream = b"\r\n\n".join(mark + str(number).encode() for number in numbers)
    parser = LineParser()

    found = [
        message.data
        for at in range(0, len(stream), size)
        for message in parser.feed(stream[at : at + size])
    ]
    found += [message.data for message in parser.end()]

    assert found == [str(number) for number in numbers]


@pytest.mark.parametrize("line", [b"x" * 11, b"x" * 11 + b"\n1\n", "ü".encode() * 6])
def test_a_line_has_a_limit(line: bytes) -> None:
    """As an event has, whether it ends or not; of bytes."""
    with pytest.raises(EventTooLarge):
        LineParser(limit=10).feed(line)


@pytest.mark.parametrize("parser", [Parser(), LineParser()], ids=["events", "lines"])
def test_a_long_line_in_small_pieces_is_whole(parser: Parser | LineParser) -> None:
    """Of which half are no whole character."""
    text = "grün" * 50_000
    stream = f"data: {text}\n\n".encode()

    found = [
        event.raw
        for at in range(0, len(stream), 3)
        for event in parser.feed(stream[at : at + 3])
    ]

    assert [each.removeprefix("data: ") for each in found] == [text]
