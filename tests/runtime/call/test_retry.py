"""When, and how often, a request is tried again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest
from faces import Face
from hypothesis import given, strategies as st
from loopback import Loopback, json_reply, reply
from package._runtime import (
    APIConnectionError,
    APIStatusError,
    GatewayTimeoutError,
    InternalServerError,
    RateLimitError,
)
from package._runtime.call import retry
from package._runtime.call.request_builder import Engine
from package._runtime.call.retry import (
    IDEMPOTENT,
    LONGEST,
    PATIENCE,
    Reconnect,
    RetryPolicy,
    draw_wait,
    is_transient,
    parse_retry_after,
)
from package._runtime.client.async_core import AsyncCore
from package._runtime.client.sync_core import SyncCore
from package._runtime.spec.operation import ClientConfig, Operation
from things import FOUND, get, patch

NOW = datetime(2024, 1, 1, tzinfo=UTC).timestamp()


def most(_: float, high: float) -> float:
    """The longest wait that chance may bring."""
    return high


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_waits_grow_to_a_limit(attempt: int, chance: float) -> None:
    """Each is at most twice the one before, and any between 0 and that may come."""

    def uniform(low: float, high: float) -> float:
        return low + chance * (high - low)

    assert 0 <= draw_wait(attempt, uniform) <= draw_wait(attempt, most) <= LONGEST
    assert draw_wait(attempt, most) <= draw_wait(attempt + 1, most)
    assert draw_wait(attempt + 1, most) <= 2 * draw_wait(attempt, most)


def test_the_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a second, one, two …, thirty."""
    monkeypatch.setattr(retry, "FIRST", 0.5)

    assert [draw_wait(n, most) for n in range(1, 9)] == [0.5, 1, 2, 4, 8, 16, 30, 30]


@pytest.mark.parametrize("method", sorted(IDEMPOTENT))
def test_idempotent_methods_are_repeated(method: str) -> None:
    """After what may pass."""
    found = {s for s in range(600) if is_transient(method, s, asks_to_wait=False)}

    assert found == {408, 429, 500, 502, 503, 504}


@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_others_only_where_nothing_was_done(method: str) -> None:
    """The server has to say so."""
    assert not any(is_transient(method, s, asks_to_wait=False) for s in range(600))
    found = {s for s in range(600) if is_transient(method, s, asks_to_wait=True)}

    assert found == {429, 503}


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("", None),
        ("0", 0.0),
        ("120", 120.0),
        (" 7 ", 7.0),
        ("1.5", 1.5),
        ("-1", None),
        ("soon", None),
        ("٣", None),
        ("1e3", None),
        ("9" * 400, None),
        ("Mon, 01 Jan 2024 00:00:30 GMT", 30.0),
        ("Mon, 01 Jan 2024 00:00:30 -0000", 30.0),
        ("Sun, 31 Dec 2023 23:00:00 GMT", 0.0),
        ("Mon, 32 Jan 2024 00:00:30 GMT", None),
    ],
)
def test_retry_after_in_seconds_and_as_a_date(
    value: str | None, seconds: float | None
) -> None:
    """RFC 9110, 10.2.3; a date that has passed means now."""
    assert parse_retry_after(value, NOW) == seconds


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))
def test_any_http_date_is_read(moment: datetime) -> None:
    """To the second."""
    exact = moment.replace(tzinfo=UTC, microsecond=0)

    assert parse_retry_after(format_datetime(exact, usegmt=True), 0.0) == max(
        0.0, exact.timestamp()
    )


@given(st.text())
def test_no_header_breaks_it(value: str) -> None:
    """Whatever a server sends."""
    found = parse_retry_after(value, NOW)

    assert found is None or found >= 0


OPENING = Reconnect(has_stood=False, interval=0.0)
STOOD = Reconnect(has_stood=True, interval=3.0)


@pytest.mark.parametrize(
    ("reconnect", "asked", "wait"),
    [
        (None, None, 2.0),
        (None, "0", 0.0),
        (None, "7", 7.0),
        (None, "121", None),
        (OPENING, None, 2.0),
        (OPENING, "0", 2.0),
        (OPENING, "7", 7.0),
        (OPENING, "121", None),
        (STOOD, None, 3.0),
        (STOOD, "7", 7.0),
        (STOOD._replace(interval=PATIENCE + 1), None, PATIENCE),
    ],
)
def test_calls_and_streams_wait_by_one_policy(
    monkeypatch: pytest.MonkeyPatch,
    reconnect: Reconnect | None,
    asked: str | None,
    wait: float | None,
) -> None:
    """A call as long as the server asks for; a stream at least as long as backoff."""
    monkeypatch.setattr(retry, "FIRST", 0.5)
    headers = {} if asked is None else {"retry-after": asked}

    found = RetryPolicy(most).decide(
        "GET", 503, headers, None, 3, max_retries=3, reconnect=reconnect
    )

    assert found == wait


@pytest.mark.parametrize(("reconnect", "tries"), [(None, 3), (OPENING, 3), (STOOD, 15)])
def test_the_policy_gives_up(reconnect: Reconnect | None, tries: int) -> None:
    """A stream that stood is opened again more often than a call is tried."""
    decide = RetryPolicy(most).decide
    error = APIConnectionError("cut", sent=True)

    waits = [
        decide("GET", None, {}, error, n, max_retries=3, reconnect=reconnect)
        for n in range(1, tries + 2)
    ]

    assert None not in waits[:-1]
    assert waits[-1] is None
    assert (
        decide("POST", None, {}, error, 1, max_retries=3, reconnect=reconnect) is None
    )


PING: Operation[Any] = Operation(
    "ping",
    "GET",
    "/",
    responses={"200": lambda: dict[str, int]},
    options=(),
    auth=(),
)


def engine(url: str) -> Engine:
    """Settings with chance taken out."""
    config = ClientConfig(package="p", version="1")
    return Engine(config, credentials={}, base_url=url, max_retries=3, uniform=most)


def answers() -> list[Any]:
    """Three failures, one of which says how long to wait."""
    later = reply(status=429, headers={"Retry-After": "7"})
    return [reply(status=500), later, reply(status=503), json_reply({"a": 1})]


def test_a_call_waits_by_the_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as the server says, else as backoff says."""
    monkeypatch.setattr(retry, "FIRST", 0.5)
    waits: list[float] = []
    with Loopback(*answers()) as server:
        core = SyncCore(engine(server.url), sleep=waits.append)
        assert core.call(PING, None) == {"a": 1}
        core.close()

    assert waits == [0.5, 7.0, 2.0]


def test_an_awaited_call_waits_by_the_schedule(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same, asleep."""
    monkeypatch.setattr(retry, "FIRST", 0.5)
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    async def run(url: str) -> object:
        core = AsyncCore(engine(url), sleep=sleep)
        result: object = await core.call(PING, None)
        await core.close()
        return result

    with Loopback(*answers()) as server:
        assert asyncio.run(run(server.url)) == {"a": 1}

    assert waits == [0.5, 7.0, 2.0]


# ----------------------------------------------------------------- connections


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_transient_failure_is_tried_again(face: Face, status: int) -> None:
    """A method that is idempotent may be repeated."""
    with Loopback(reply(status=status), FOUND) as server:
        thing = face(get, base_url=server.url)

    assert thing.name == "Ada"
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [400, 401, 404, 409, 422, 501])
def test_other_failures_are_final(face: Face, status: int) -> None:
    """Asking again would give the same."""
    with Loopback(reply(status=status)) as server, pytest.raises(APIStatusError):
        face(get, base_url=server.url)

    assert len(server.requests) == 1


def test_retries_have_an_end(face: Face) -> None:
    """``max_retries`` further tries, of the client or of the call."""
    with Loopback(reply(status=504)) as server:
        with pytest.raises(GatewayTimeoutError) as caught:
            face(get, base_url=server.url, max_retries=1)
        assert caught.value.attempts == 2
        with pytest.raises(GatewayTimeoutError) as caught:
            face(
                lambda client: get(client, request_options={"max_retries": 0}),
                base_url=server.url,
                max_retries=5,
            )

    assert caught.value.attempts == 1
    assert len(server.requests) == 3


def test_what_may_have_acted_is_not_repeated(face: Face) -> None:
    """A PATCH that fails could have been done."""
    with Loopback(reply(status=500)) as server, pytest.raises(InternalServerError):
        face(patch, base_url=server.url)

    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_to_come_back_has_not_acted(face: Face, status: int) -> None:
    """With ``Retry-After`` even a PATCH is repeated."""
    later = reply(status=status, headers={"Retry-After": "0"})
    with Loopback(later, later, FOUND) as server:
        thing = face(
            lambda client: client.thing.patch(thing_id="t1", thing_patch={"name": "x"}),
            base_url=server.url,
        )

    assert thing.name == "Ada"
    assert [each.json for each in server.requests] == [{"name": "x"}] * 3


def test_a_server_that_asks_for_too_much_patience_is_not_waited_for(
    face: Face,
) -> None:
    """The error says how long it asked to wait."""
    answer = reply(status=429, headers={"Retry-After": "86400"})
    with Loopback(answer) as server, pytest.raises(RateLimitError) as caught:
        face(get, base_url=server.url)

    assert caught.value.retry_after == 86400.0
    assert len(server.requests) == 1
