"""What a server sends is expanded within limits, and never fills the memory."""

from __future__ import annotations

import gzip
import resource
import zlib
from collections.abc import Callable
from functools import partial

import pytest
from faces import Face
from faults import bomb
from hypothesis import given, strategies as st
from loopback import Answer, Loopback, Received, Wire, json_reply, reply
from package._runtime import (
    APIConnectionError,
    InternalServerError,
    NotFoundError,
    ResponseTooLargeError,
)
from package._runtime.transport.body_reader import (
    LIMIT,
    BodyReader,
    Damaged,
    TooLarge,
    make_decoder,
)
from sample import Sample
from things import get
from watchdog import watched

MIB = 1024 * 1024


def raw_deflate(data: bytes) -> bytes:
    """Without the header of zlib, as some servers send it."""
    return zlib.compress(data, wbits=-zlib.MAX_WBITS)


def members(data: bytes) -> bytes:
    """Two members of gzip, and zeros that fill up."""
    half = len(data) // 2
    return gzip.compress(data[:half]) + gzip.compress(data[half:]) + b"\0\0\0"


ENCODERS: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("", bytes),
    ("gzip", gzip.compress),
    ("x-gzip", members),
    ("deflate", zlib.compress),
    ("Deflate", raw_deflate),
]


def take_all(encoding: str, pieces: list[bytes], limit: int | None = None) -> bytes:
    """A body that comes in pieces."""
    intake = BodyReader({"content-encoding": encoding}, limit)
    for piece in pieces:
        intake.add(piece)
    return intake.content()


def split(data: bytes, places: list[int]) -> list[bytes]:
    """Pieces, cut at places that are taken round."""
    cuts = sorted({place % (len(data) + 1) for place in places})
    return [
        data[start:end]
        for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)
    ]


@given(
    st.sampled_from(ENCODERS),
    st.binary(max_size=300),
    st.integers(0, 3000),
    st.lists(st.integers(0, 10_000), max_size=6),
)
def test_a_body_comes_in_any_pieces(
    encoder: tuple[str, Callable[[bytes], bytes]],
    data: bytes,
    repeated: int,
    places: list[int],
) -> None:
    """However it is encoded."""
    encoding, encode = encoder
    data = data * repeated

    assert take_all(encoding, split(encode(data), places)) == data


@given(st.sampled_from(ENCODERS[1:]), st.binary(min_size=1, max_size=300), st.data())
def test_a_body_that_is_cut_is_not_taken_for_a_whole_one(
    encoder: tuple[str, Callable[[bytes], bytes]], data: bytes, draw: st.DataObject
) -> None:
    """Wherever; the zeros at the end are none of it."""
    encoding, encode = encoder
    encoded = encode(data).rstrip(b"\0") if encode is members else encode(data)
    end = draw.draw(st.integers(1, len(encoded) - 1))
    first = len(gzip.compress(data[: len(data) // 2]))

    try:
        found = take_all(encoding, [encoded[:end]])
    except Damaged:
        return
    # A whole member of gzip is a body, too.
    assert encode is members
    assert end == first
    assert found == data[: len(data) // 2]


@pytest.mark.parametrize(("encoding", "encode"), ENCODERS)
def test_a_body_ends_at_its_limit(encoding: str, encode: Callable[..., bytes]) -> None:
    """One byte more is too many; in pieces of any size."""
    data = bytes(range(256)) * 40
    encoded = encode(data)
    pieces = [encoded[start : start + 100] for start in range(0, len(encoded), 100)]

    assert take_all(encoding, pieces, len(data) + len(encoded)) == data
    with pytest.raises(TooLarge):
        take_all(encoding, pieces, len(data) - 1)


def test_what_expands_to_nothing_has_a_limit_too() -> None:
    """Empty members of gzip, without end."""
    empty = gzip.compress(b"")

    with pytest.raises(TooLarge):
        take_all("gzip", [empty] * 10_000, 10_000)


@pytest.mark.parametrize("length", ["11", "9" * 30])
def test_a_length_that_is_too_large_is_refused_at_once(length: str) -> None:
    """Nothing need be read for that."""
    with pytest.raises(TooLarge):
        BodyReader({"content-length": length}, 10)


@pytest.mark.parametrize("length", ["10", "", "many", "-1", "²"])
def test_other_lengths_are_not_judged(length: str) -> None:
    """What is no number is the business of the HTTP library."""
    BodyReader({"content-length": length}, 10)


def test_a_body_that_is_cut_at_its_limit() -> None:
    """The beginning of the body of an error is enough, damaged or not."""
    bomb = BodyReader(
        {"content-encoding": "gzip", "content-length": "999"}, 10, cut=True
    )
    bomb.add(gzip.compress(b"0123456789" * 1000))
    assert bomb.full
    assert bomb.content() == b"0123456789"

    damaged = BodyReader({"content-encoding": "gzip"}, 10, cut=True)
    damaged.add(b"nope")
    assert damaged.full
    assert damaged.content() == b""

    short = BodyReader({"content-encoding": "gzip"}, 10, cut=True)
    short.add(gzip.compress(b"0123")[:-4])
    assert short.content() == b"0123"


def test_an_encoding_that_was_not_asked_for_stays() -> None:
    """It is not understood, and not lost."""
    assert make_decoder({"content-encoding": "br"}) is None
    assert take_all("br", [b"abc"]) == b"abc"


# ----------------------------------------------------------------- connections


def endless(_: Received, wire: Wire) -> None:
    """A body without end."""
    wire.send(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n"
    )
    while True:
        wire.chunk(b" " * 65536)


def long(_: Received, wire: Wire) -> None:
    """A body that says itself that it is too large."""
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n{")
    wire.hold()


@pytest.mark.parametrize("fault", [bomb, endless])
def test_a_body_without_end_has_one(face: Face, fault: Answer) -> None:
    """It is not tried again, and takes little more memory than it may."""
    limit = 32 * MIB
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with Loopback(fault) as server, pytest.raises(ResponseTooLargeError) as caught:
        watched(lambda: face(get, base_url=server.url, max_response_bytes=limit))

    error = caught.value
    assert (error.status, error.limit, error.attempts) == (200, limit, 1)
    assert error.url == f"{server.url}/things/t1?_actions=false"
    assert len(server.requests) == 1
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    assert grown < 3 * limit


def test_a_body_that_says_itself_that_it_is_too_large(face: Face) -> None:
    """By default 256 MiB are enough."""
    with Loopback(long) as server, pytest.raises(ResponseTooLargeError) as caught:
        watched(lambda: face(get, base_url=server.url))

    assert caught.value.limit == LIMIT
    assert "max_response_bytes (268435456)" in str(caught.value)


def test_the_limit_of_a_call_goes_before_that_of_the_client(face: Face) -> None:
    """In both directions; None is no limit."""
    body = {"thingId": "t" * 1000}
    with Loopback(json_reply(body)) as server:
        for limit in (5000, None):
            call = partial(get, request_options={"max_response_bytes": limit})
            thing = face(call, base_url=server.url, max_response_bytes=10)
            assert thing.thing_id == "t" * 1000
        with pytest.raises(ResponseTooLargeError):
            face(
                partial(get, request_options={"max_response_bytes": 10}),
                base_url=server.url,
            )


def test_an_error_is_an_error_whatever_its_body_is(face: Face) -> None:
    """Its status is what matters: of a body that is too large the rest is dropped."""

    def verbose(_: Received, wire: Wire) -> None:
        wire.send(
            b"HTTP/1.1 404 X\r\nContent-Type: text/plain\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n"
        )
        while True:
            wire.chunk(b"no" * 30_000)

    damaged = reply(
        b"nope",
        status=501,
        media_type="application/json",
        headers={"Content-Encoding": "gzip"},
    )
    with Loopback(verbose, damaged) as server:
        with pytest.raises(NotFoundError) as caught:
            watched(lambda: face(get, base_url=server.url))
        with pytest.raises(InternalServerError) as damage:
            face(get, base_url=server.url)

    assert isinstance(caught.value.body, str)
    assert len(caught.value.body) == MIB
    assert damage.value.status == 501


def test_a_truncated_body_is_a_connection_that_failed(face: Face) -> None:
    """Tried again where that is safe, and never taken for a whole one."""
    packed = gzip.compress(b'{"thingId": "t1"}')
    headers = {"Content-Encoding": "gzip"}
    cut = reply(packed[:-5], media_type="application/json", headers=headers)
    whole = reply(packed, media_type="application/json", headers=headers)
    with Loopback(cut, whole, cut) as server:
        thing = face(get, base_url=server.url)
        with pytest.raises(APIConnectionError, match="damaged") as caught:
            face(get, base_url=server.url, max_retries=0)

    assert thing.thing_id == "t1"
    assert caught.value.sent


def test_a_stream_may_be_compressed_all_the_same(face: Face) -> None:
    """Though it was asked not to be; damaged, it is taken up again."""
    packed = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    data = b'event: reading\ndata: {"time": 1, "data": {}}\n\n'
    piece = packed.compress(data) + packed.flush(zlib.Z_SYNC_FLUSH)
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    )

    def compressed(_: Received, wire: Wire) -> None:
        wire.send(head)
        wire.chunk(piece)
        wire.hold()

    def damaged(_: Received, wire: Wire) -> None:
        wire.send(head)
        wire.chunk(b"nope")
        wire.hold()

    with Loopback(damaged, compressed) as server:
        found = watched(
            lambda: face.listen(
                lambda client: client.thing.stream(thing_id="t1"),
                count=1,
                base_url=server.url,
            )
        )

    assert [event.data.time for event in found] == [1]


def test_a_head_says_how_long_a_body_would_be(face: Face) -> None:
    """It is none that is too large (RFC 9110, 8.6)."""
    answer = reply(status=204, headers={"X": "1"})
    with Loopback(answer) as server:
        face(
            lambda client: client.thing.delete(thing_id="t1"),
            base_url=server.url,
            max_response_bytes=0,
        )


def test_a_limit_is_a_number_of_bytes() -> None:
    """None is no limit."""
    with pytest.raises(ValueError, match="max_response_bytes"):
        Sample(base_url="http://x.example", max_response_bytes=-1)
