"""Whatever the network and the server do ends in the result that is documented.

The table in the docstring of ``errors`` in rows that run: each over every transport,
and nothing is left open afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from faces import Face
from faults import (
    GZIP,
    HEAD,
    Server,
    answering,
    bomb,
    closed,
    closed_in_body,
    closed_in_chunks,
    closed_in_head,
    dripping_body,
    dripping_head,
    json_body,
    no_http,
    no_tls,
    refused,
    reset,
    reset_in_body,
    reset_in_head,
    short_length,
    silence,
    stalled,
    stalled_body,
    truncated_gzip,
    unknown_authority,
    unresolved,
)
from loopback import WATCHDOG, Answer, Loopback, Received, Wire, json_reply, reply
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
from things import FOUND, get, patch
from watchdog import watched

pytestmark = pytest.mark.usefixtures("nothing_is_left")

STEP = 0.3
"""Seconds that a step may take, where it is to time out."""

ONCE = 1
ALL = 3
"""How often a call that is safe is tried in all."""


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
    with Loopback(fault, FOUND) as server:
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
    with Loopback(FOUND) as other:
        away = reply(status=302, headers={"Location": f"{other.url}/x"})
        with Loopback(away) as server:
            thing = watched(lambda: transport(get, base_url=server.url))

    assert thing.thing_id == "t1"
    assert server.request.headers["authorization"] == "Bearer secret-token"
    assert other.request.path == "/x"
    assert "authorization" not in other.request.headers
