"""Whatever the network and the server do ends in the result that is documented.

The table in the docstring of ``errors`` in rows that run: each over every transport, and
nothing is left open afterwards.
"""

from __future__ import annotations

import gzip
import socket
import threading
import zlib
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from faces import AiohttpFace, AsyncFace, Face, SyncFace
from loopback import (
    WATCHDOG,
    Answer,
    Loopback,
    Received,
    Wire,
    events,
    json_reply,
    refused_url,
    reply,
)
from package._runtime import (
    APIConnectionError,
    APIDecodeError,
    APIError,
    APIStatusError,
    APITimeoutError,
    RateLimitError,
    ResponseTooLargeError,
    errors,
)
from watchdog import nothing_left, stalled_url, watched

Server = Callable[[ExitStack], str]
"""Sets up what a client calls, and gives its address."""

THING = json_reply({"thingId": "t1"})
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
GZIP = {"Content-Encoding": "gzip"}
PACKED = gzip.compress(b'{"thingId": "t1"}')

STEP = 0.3
"""Seconds that a step may take, where it is to time out."""

ONCE = 1
ALL = 3
"""How often a call that is safe is tried in all."""


@pytest.fixture(params=["sync", "async", "aiohttp"])
def transport(request: pytest.FixtureRequest) -> Face:
    """Each face over its default transport, and what is brought along."""
    if request.param == "aiohttp":
        pytest.importorskip("aiohttp")
    faces: dict[str, type[Face]] = {
        "sync": SyncFace,
        "async": AsyncFace,
        "aiohttp": AiohttpFace,
    }
    return faces[request.param]()


@pytest.fixture(autouse=True)
def nothing_is_left() -> Generator[None]:
    """No socket, and no thread; tasks are counted where they run."""
    with nothing_left():
        yield


def answering(*answers: Answer) -> Server:
    """A server that answers."""

    def start(stack: ExitStack) -> str:
        return stack.enter_context(Loopback(*answers)).url

    return start


def refused(_: ExitStack) -> str:
    """Nobody listens."""
    return refused_url()


def unresolved(_: ExitStack) -> str:
    """There is no such host."""
    return "http://nobody.invalid"


def stalled(stack: ExitStack) -> str:
    """Connections are neither accepted nor refused."""
    return stack.enter_context(stalled_url())


def unknown_authority(stack: ExitStack) -> str:
    """A certificate that nobody trusts."""
    pytest.importorskip("trustme")
    from certificates import server_context

    return stack.enter_context(Loopback(THING, tls=server_context())).url


class Babbling(Loopback):
    """Speaks first, and no TLS."""

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            connection.sendall(b"220 mail.test ESMTP\r\n")
            self._open.remove(connection)


def no_tls(stack: ExitStack) -> str:
    """No TLS where there should be."""
    return stack.enter_context(Babbling()).url.replace("http:", "https:")


def reset(_: Received, wire: Wire) -> None:
    """The connection ends the hard way before anything was said."""
    wire.reset()


def closed(_: Received, wire: Wire) -> None:
    """The connection ends before anything was said."""
    wire.hang_up()


def reset_in_head(_: Received, wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Ty")
    wire.reset()


def closed_in_head(_: Received, wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Ty")
    wire.hang_up()


def reset_in_body(_: Received, wire: Wire) -> None:
    wire.send(HEAD + b"Content-Length: 100\r\n\r\n{")
    wire.reset()


def closed_in_body(_: Received, wire: Wire) -> None:
    """``Content-Length`` promises more than comes."""
    wire.send(HEAD + b"Content-Length: 100\r\n\r\n{")
    wire.hang_up()


def closed_in_chunks(_: Received, wire: Wire) -> None:
    wire.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    wire.chunk(b'{"thingId": "t1"}')
    wire.hang_up()


def short_length(_: Received, wire: Wire) -> None:
    """``Content-Length`` promises less than comes."""
    wire.send(HEAD + b'Content-Length: 5\r\n\r\n{"thingId": "t1"}')


def no_http(_: Received, wire: Wire) -> None:
    wire.send(b"SSH-2.0-OpenSSH_9.6\r\n")
    wire.hang_up()


def silence(_: Received, wire: Wire) -> None:
    wire.hold()


def stalled_body(_: Received, wire: Wire) -> None:
    wire.send(HEAD + b"Content-Length: 100\r\n\r\n{")
    wire.hold()


def dripping_head(_: Received, wire: Wire) -> None:
    """A byte now and then."""
    wire.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    drip(wire)


def dripping_body(_: Received, wire: Wire) -> None:
    wire.send(HEAD + b"Content-Length: 100000\r\n\r\n")
    drip(wire)


def drip(wire: Wire) -> None:
    pause = threading.Event()
    while not pause.wait(0.02):
        wire.send(b" ")


def bomb(_: Received, wire: Wire) -> None:
    """A little that becomes very much."""
    packed = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    piece = packed.compress(b" " * 2**20) + packed.flush(zlib.Z_FULL_FLUSH)
    again = packed.compress(b" " * 2**20) + packed.flush(zlib.Z_FULL_FLUSH)
    wire.send(HEAD + b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n")
    wire.chunk(piece)
    while True:
        wire.chunk(again)


def json_body(body: bytes, **headers: str) -> Answer:
    """A body as it is, whatever it is."""
    return reply(body, media_type="application/json", headers=headers)


def truncated_gzip() -> Answer:
    return reply(PACKED[:-6], media_type="application/json", headers=GZIP)


class Expected:
    """What is raised: of which class, how often it was tried, whether it was sent."""

    def __init__(
        self, error: type[APIError], tries: int, *, sent: bool = True, status: int = 0
    ) -> None:
        self.error = error
        self.tries = tries
        self.sent = sent
        self.status = status


NO_CONNECTION = Expected(APIConnectionError, ALL, sent=False)
NO_CONNECTION_IN_TIME = Expected(APITimeoutError, ALL, sent=False)
BROKEN = Expected(APIConnectionError, ALL)
LATE = Expected(APITimeoutError, ALL)
LATE_AT_ALL = Expected(APITimeoutError, ONCE)
NO_JSON = Expected(APIDecodeError, ONCE, status=200)
NO_JSON_BUT_MORE = Expected(APIDecodeError, ONCE, status=200)
TOO_LARGE = Expected(ResponseTooLargeError, ONCE, status=200)
REFUSED = Expected(RateLimitError, ALL, status=429)

IN_STEPS: dict[str, Any] = {"timeout": STEP}
AS_A_WHOLE: dict[str, Any] = {"timeout": WATCHDOG * 10, "total_timeout": STEP}

OLD = "Mon, 01 Jan 2024 00:00:00 GMT"
"""A time to come back that has passed."""

FAULTS: list[tuple[str, Server, dict[str, Any], Expected]] = [
    ("refused", refused, {}, NO_CONNECTION),
    ("no such host", unresolved, {}, NO_CONNECTION),
    ("unknown authority", unknown_authority, {}, NO_CONNECTION),
    ("no TLS", no_tls, {}, NO_CONNECTION),
    ("stalled connect", stalled, IN_STEPS, NO_CONNECTION_IN_TIME),
    ("reset before the head", answering(reset), {}, BROKEN),
    ("closed before the head", answering(closed), {}, BROKEN),
    ("reset in the head", answering(reset_in_head), {}, BROKEN),
    ("closed in the head", answering(closed_in_head), {}, BROKEN),
    ("reset in the body", answering(reset_in_body), {}, BROKEN),
    ("closed in the body", answering(closed_in_body), {}, BROKEN),
    ("closed in chunks", answering(closed_in_chunks), {}, BROKEN),
    ("no HTTP", answering(no_http), {}, BROKEN),
    ("stalled head", answering(silence), IN_STEPS, LATE),
    ("stalled body", answering(stalled_body), IN_STEPS, LATE),
    ("a slow head", answering(dripping_head), AS_A_WHOLE, LATE_AT_ALL),
    ("a slow body", answering(dripping_body), AS_A_WHOLE, LATE_AT_ALL),
    ("truncated gzip", answering(truncated_gzip()), {}, BROKEN),
    ("no gzip", answering(json_body(b"nope", **GZIP)), {}, BROKEN),
    ("gzip bomb", answering(bomb), {"max_response_bytes": 2**22}, TOO_LARGE),
    ("short Content-Length", answering(short_length), {}, NO_JSON_BUT_MORE),
    ("truncated JSON", answering(json_body(b'{"thingId": "t')), {}, NO_JSON),
    ("nonsense", answering(json_body(b"\xff\xfe")), {}, NO_JSON),
    (
        "HTML with 200",
        answering(reply(b"<html>Log in</html>", media_type="text/html")),
        {},
        NO_JSON,
    ),
    (
        "429 and seconds",
        answering(reply(status=429, headers={"Retry-After": "0"})),
        {},
        REFUSED,
    ),
    (
        "429 and a date",
        answering(reply(status=429, headers={"Retry-After": OLD})),
        {},
        REFUSED,
    ),
    (
        "429 for too long",
        answering(reply(status=429, headers={"Retry-After": "86400"})),
        {},
        Expected(RateLimitError, ONCE, status=429),
    ),
    (
        "429 without end",
        answering(reply(status=429, headers={"Retry-After": "100"})),
        AS_A_WHOLE,
        LATE_AT_ALL,
    ),
    (
        "redirect loop",
        answering(reply(status=302, headers={"Location": "/again"})),
        {},
        Expected(APIStatusError, 6, status=302),
    ),
    (
        "redirect to nowhere",
        answering(reply(status=302, headers={"Location": "ftp://example.com/"})),
        {},
        Expected(APIStatusError, ONCE, status=302),
    ),
]


OVER_AIOHTTP = {NO_JSON_BUT_MORE: BROKEN}
"""It takes what goes on after its end for no answer."""


@contextmanager
def serving(server: Server) -> Generator[str]:
    """The address of a server that runs meanwhile."""
    with ExitStack() as stack:
        yield server(stack)


def get(client: Any, **more: Any) -> Any:
    """A call that may be tried again."""
    return client.thing.get(thing_id="t1", **more)


def stream(client: Any, **options: Any) -> Any:
    """Events, from a server that is dead when it is silent for a moment."""
    options = {"timeout": STEP, **options}
    return client.thing.stream(thing_id="t1", request_options=options)


def patch(client: Any, **more: Any) -> Any:
    """A call that may have been done when it fails."""
    return client.thing.patch(thing_id="t1", thing_patch={}, **more)


def test_the_documentation_says_the_same() -> None:
    """A row for each fault, with what is raised."""
    table = (errors.__doc__ or "").partition("``max_retries`` times)::\n\n")[2]
    rows = table.partition("\n\n")[0].replace("\n        ", " ").splitlines()
    said: dict[str, tuple[str, bool, bool]] = {}
    for row in rows:
        result, _, names = row.strip().partition(": ")
        kind, *more = result.split(", ")
        for name in names.split("; "):
            said[name] = (kind, "not sent" in more, "tried" in more)

    assert said == {
        name: (expected.error.__name__, not expected.sent, expected.tries == ALL)
        for name, _, _, expected in FAULTS
    }


@pytest.mark.parametrize(
    ("server", "settings", "expected"),
    [row[1:] for row in FAULTS],
    ids=[row[0] for row in FAULTS],
)
def test_a_fault_has_its_documented_result(
    transport: Face, server: Server, settings: dict[str, Any], expected: Expected
) -> None:
    """Its class, how often it was tried, and what it tells."""
    if transport.name == "aiohttp":
        expected = OVER_AIOHTTP.get(expected, expected)
    with serving(server) as url, pytest.raises(APIError) as caught:
        watched(lambda: transport(get, base_url=url, **settings))

    error = caught.value
    assert type(error) is expected.error
    assert error.attempts == expected.tries
    assert error.method == "GET"
    assert error.url.startswith(url)
    if isinstance(error, APIConnectionError):
        assert error.sent is expected.sent
    if expected.status:
        assert getattr(error, "status", None) == expected.status


@pytest.mark.parametrize(
    ("server", "settings", "expected"),
    [row[1:] for row in FAULTS if row[3].tries == ALL],
    ids=[row[0] for row in FAULTS if row[3].tries == ALL],
)
def test_what_may_have_been_done_is_not_repeated(
    transport: Face, server: Server, settings: dict[str, Any], expected: Expected
) -> None:
    """Unless the server cannot have acted, or says that it has not."""
    repeated = not expected.sent or expected is REFUSED
    with serving(server) as url, pytest.raises(expected.error) as caught:
        watched(lambda: transport(patch, base_url=url, **settings))

    assert caught.value.attempts == (ALL if repeated else ONCE)


@pytest.mark.parametrize(
    "fault",
    [
        reset, closed, reset_in_head, closed_in_head, reset_in_body, closed_in_body,
        closed_in_chunks, no_http, truncated_gzip(), reply(status=503),
        reply(status=503, headers={"Retry-After": "0"}), reply(status=429),
        reply(status=307, headers={"Location": "/elsewhere"}),
    ],
)  # fmt: skip
def test_what_passes_is_not_noticed(transport: Face, fault: Answer) -> None:
    """The next try has the answer."""
    with Loopback(fault, THING) as server:
        thing = watched(lambda: transport(get, base_url=server.url))

    assert thing.thing_id == "t1"
    assert len(server.requests) == 2


def test_a_body_that_goes_on_disturbs_no_other_call(transport: Face) -> None:
    """What comes after the end of an answer is the answer to nothing."""

    def twice(call: Callable[[Any], Any]) -> Callable[[Any], Any]:
        if transport.name == "sync":
            return lambda client: [call(client), call(client)]

        async def both(client: Any) -> Any:
            return [await call(client), await call(client)]

        return both

    def more(_: Received, wire: Wire) -> None:
        smuggled = b"HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n"
        wire.send(
            HEAD
            + b'Content-Length: 17\r\n\r\n{"thingId": "t1"}'
            + smuggled
            + b'{"thingId": "evil"}'
        )

    with Loopback(more, json_reply({"thingId": "t2"})) as server:
        first, second = watched(lambda: transport(twice(get), base_url=server.url))

    # aiohttp may take such an answer for none.
    assert first.thing_id == "t1" or transport.name == "aiohttp"
    assert second.thing_id == "t2"


def test_no_credential_follows_to_another_origin(transport: Face) -> None:
    """A redirect is followed, without what was for the first server alone."""
    with Loopback(THING) as other:
        away = reply(status=302, headers={"Location": f"{other.url}/x"})
        with Loopback(away) as server:
            thing = watched(lambda: transport(get, base_url=server.url))

    assert thing.thing_id == "t1"
    assert server.request.headers["authorization"] == "Bearer secret-token"
    assert other.request.path == "/x"
    assert "authorization" not in other.request.headers


# --------------------------------------------------------------- event streams

GREEN = "id: 2\ndata: grün\n\n".encode()
MIDDLE = GREEN.index(b"\xc3") + 1
FIRST = b"id: 1\ndata: one\n\n"

STREAMS = {
    "cut in a character": events(FIRST, GREEN[:MIDDLE], then=Wire.hang_up),
    "reset": events(FIRST, then=Wire.reset),
    "complete, but no end": reply(FIRST, media_type="text/event-stream"),
    "silent": events(FIRST),
}
"""Streams that break after their first event."""


@pytest.mark.parametrize("broken", STREAMS.values(), ids=STREAMS)
def test_a_stream_that_breaks_is_taken_up(transport: Face, broken: Answer) -> None:
    """After the last event, of which nothing is lost and nothing comes twice."""
    with Loopback(broken, events(GREEN)) as server:
        found = watched(lambda: transport.listen(stream, 2, base_url=server.url))

    assert [event.data for event in found] == ["one", "grün"]
    assert [each.headers.get("last-event-id") for each in server.requests] == [
        None,
        "1",
    ]


@pytest.mark.parametrize("broken", STREAMS.values(), ids=STREAMS)
def test_a_stream_that_stays_broken_raises(transport: Face, broken: Answer) -> None:
    """It is never an end in silence."""
    heard: list[Any] = []

    def until_it_breaks(client: Any) -> Any:
        async def awaited() -> None:
            async with stream(client, max_retries=0) as listened:
                heard.extend([event.data async for event in listened])

        if transport.name != "sync":
            return awaited()
        with stream(client, max_retries=0) as listened:
            heard.extend(event.data for event in listened)
        return None

    with Loopback(broken) as server, pytest.raises(APIConnectionError) as caught:
        watched(lambda: transport(until_it_breaks, base_url=server.url))

    late = broken is STREAMS["silent"]
    assert isinstance(caught.value, APITimeoutError) is late
    assert caught.value.url == f"{server.url}/things/t1/stream"
