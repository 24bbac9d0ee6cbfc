"""Whatever fails, however often: what is tried again, when, and until when."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import assume, given, strategies as st
from package._runtime import (
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    Operation,
    ServiceUnavailableError,
)
from package._runtime.call.request_builder import Engine
from package._runtime.call.retry import LONGEST, PATIENCE, parse_retry_after
from package._runtime.client.async_core import AsyncCore
from package._runtime.client.sync_core import SyncCore
from package._runtime.streaming.session import StreamSession
from scripted import (
    BRIEF,
    FIRST,
    GARBAGE,
    METHODS,
    SAFE,
    TOTALS,
    AsyncScripted,
    Clock,
    Outcome,
    Scripted,
    outcomes,
    ping,
    settings,
)


def may_follow(method: str, outcome: Outcome) -> bool:
    """Whether another try may follow: the rule, told in another way than by the code."""
    if not outcome.status:
        return method in SAFE or not outcome.sent
    if outcome.told is not None and outcome.told > PATIENCE:
        return False
    if method in SAFE:
        return outcome.status in (408, 429, 500, 502, 503, 504)
    return outcome.status in (429, 503) and outcome.told is not None


class Ran:
    """A call that has ended: with what, after how many tries, waits and seconds."""

    def __init__(self, clock: Clock, script: Scripted) -> None:
        self._clock = clock
        self._script = script
        self.error: APIError | None = None

    @property
    def facts(self) -> tuple[object, ...]:
        """What both faces have to do alike."""
        error = self.error
        return type(error), str(error), self._script.sent, self._clock.waits


def wait_after(outcome: Outcome, at: int, chance: float) -> float:
    """Seconds until the try after this one, which is the first if ``at`` is 0."""
    if outcome.told is not None:
        return outcome.told
    return chance * min(LONGEST, FIRST * 2.0**at)


def failure_of(
    core: SyncCore,
    method: str,
    options: Mapping[str, Any] | None = None,
    body: object = None,
) -> APIError | None:
    """What a call raises, if anything."""
    try:
        core.call(ping(method), options, body=body)
    except APIError as error:
        return error
    return None


SCRIPTS = st.lists(outcomes(), min_size=1, max_size=8)


@given(METHODS, SCRIPTS, st.integers(0, 6), st.floats(0, 1), TOTALS)
def test_a_call_ends_in_time(
    method: str, script: list[Outcome], retries: int, chance: float, total: float | None
) -> None:
    """What is tried again may be, each wait is in its range, and nothing is late."""
    clock = Clock()
    with clock.running():
        server = Scripted(clock, script)
        core = SyncCore(settings(chance, retries, total), server, sleep=clock.sleep)
        start = clock.now
        error = failure_of(core, method)
        spent = clock.now - start

    # Of the script, what happened; its last outcome is repeated.
    happened = (script + [script[-1]] * retries)[: server.sent]
    assert 1 <= server.sent <= retries + 1
    for outcome in happened[:-1]:
        assert may_follow(method, outcome)
    if total is not None:
        assert spent <= total + BRIEF

    exact = [wait_after(each, at, chance) for at, each in enumerate(happened)]
    waited = [each for each in exact[:-1] if each > 0]
    assert len(clock.waits) == len(waited)
    for found, expected in zip(clock.waits, waited, strict=True):
        assert math.isclose(found, expected, abs_tol=BRIEF)

    last = happened[-1]
    if error is not None:
        assert error.attempts == server.sent
    if total is not None and spent >= total - BRIEF:
        assert last.status == 200 or isinstance(error, APIError)
    elif may_follow(method, last) and server.sent <= retries:
        # Only the wait for another try can have been too long.
        assert isinstance(error, APITimeoutError)
        assert total is not None
        assert spent + exact[-1] >= total - BRIEF
    elif last.status == 200:
        assert error is None
    else:
        assert isinstance(error, APIStatusError) == bool(last.status)
        assert isinstance(error, APITimeoutError) == (not last.status and last.late)


@given(METHODS, SCRIPTS, st.integers(0, 6), st.floats(0, 1))
def test_both_faces_keep_the_same_schedule(
    method: str, script: list[Outcome], retries: int, chance: float
) -> None:
    """Tries, waits and errors."""
    facts: list[tuple[object, ...]] = []
    for face in ("sync", "async"):
        clock = Clock()
        with clock.running():
            server = Scripted(clock, script)
            engine = settings(chance, retries, None)
            ran = Ran(clock, server)
            try:
                if face == "sync":
                    SyncCore(engine, server, sleep=clock.sleep).call(ping(method), None)
                else:
                    asyncio.run(awaited(engine, server, clock, method))
            except APIError as error:
                ran.error = error
        facts.append(ran.facts)

    assert facts[0] == facts[1]


async def awaited(engine: Engine, server: Scripted, clock: Clock, method: str) -> None:
    """A call of the asynchronous face."""

    async def sleep(seconds: float) -> None:
        clock.sleep(seconds)

    await AsyncCore(engine, AsyncScripted(server), sleep=sleep).call(ping(method), None)


@given(METHODS, SCRIPTS, st.integers(0, 6), st.integers(0, 6))
def test_a_call_says_how_often(
    method: str, script: list[Outcome], retries: int, own: int
) -> None:
    """In place of its client."""
    clock = Clock()
    with clock.running():
        server = Scripted(clock, script)
        core = SyncCore(settings(1.0, retries, None), server, sleep=clock.sleep)
        error = failure_of(core, method, {"max_retries": own})

    assert server.sent <= own + 1
    assert error is None or error.attempts == server.sent


@given(METHODS, SCRIPTS)
def test_what_cannot_be_sent_again_is_sent_once(
    method: str, script: list[Outcome]
) -> None:
    """A body that is gone when it was sent."""
    clock = Clock()
    with clock.running():
        server = Scripted(clock, script)
        core = SyncCore(settings(1.0, 5, None), server, sleep=clock.sleep)
        error = failure_of(core, method, body=iter([b"a", b"b"]))

    assert server.sent == 1
    assert error is None or error.attempts == 1
    assert clock.waits == []


@given(st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)), st.floats(-1e9, 1e10))
def test_a_date_is_so_many_seconds_away(moment: datetime, now: float) -> None:
    """Whatever the year; one that has passed is no time."""
    exact = moment.replace(tzinfo=UTC, microsecond=0)
    # Years of one digit or two are no HTTP dates, and mean others.
    assume(exact.year > 99)

    found = parse_retry_after(format_datetime(exact, usegmt=True), now)

    assert found is not None
    assert math.isclose(found, max(0.0, exact.timestamp() - now), abs_tol=0.001)


@given(
    st.one_of(
        GARBAGE,
        st.from_regex(
            r"[A-Z][a-z]{2}, \d{1,3} [A-Z][a-z]{2} \d{1,6} [\d:]{0,9} [-+A-Z\d]*"
        ),
        st.from_regex(r"-?\d*\.?\d*(e\d+)?"),
        st.integers().map(str),
        st.text(),
    ),
    st.floats(-1e10, 1e10),
)
def test_no_header_makes_a_wait_that_is_none(value: str, now: float) -> None:
    """It is a number of seconds from now on, or nothing."""
    found = parse_retry_after(value, now)

    assert found is None or 0 <= found < math.inf


STREAM: Operation[Any] = Operation(
    "x.listen", "GET", "/", responses={"200": None}, events={}, options=(), auth=()
)


@given(
    st.integers(0, 4),
    st.floats(0, 1),
    st.one_of(st.none(), st.integers(0, 10**12)),
    st.lists(st.integers(0, int(PATIENCE)), min_size=30, max_size=30),
    TOTALS,
)
def test_a_stream_is_opened_again_in_time(
    retries: int,
    chance: float,
    told: int | None,
    least: list[int],
    total: float | None,
) -> None:
    """So many times as it may, after waits that are no longer than a server may ask."""
    clock = Clock()
    with clock.running():
        state = StreamSession(
            settings(chance, retries, total), STREAM, None, (), None, bool
        )
        stands = {"content-type": "text/event-stream"}
        if told is not None:
            state.exchange.start_attempt()
            assert state.accept_response(200, stands)
            state.parse_events(f"retry: {told}\n\n".encode())
        start, count = clock.now, 0
        ended: APIError | None = None
        for asked_for in least:
            try:
                error = ServiceUnavailableError("busy", status=503)
                wait = state.handle_failure(error, 503, {"retry-after": str(asked_for)})
            except (ServiceUnavailableError, APITimeoutError) as final:
                ended = final
                break
            count += 1
            assert state.exchange.attempts == count
            most = max(asked_for, LONGEST, PATIENCE if told is not None else 0.0)
            assert asked_for <= wait <= most
            if told is not None:
                assert wait >= min(told / 1000, PATIENCE)
            clock.now += wait

    assert ended is not None
    assert count <= retries * (5 if told is not None else 1)
    if told is None and total is not None:
        assert clock.now - start <= total + BRIEF


@given(
    METHODS,
    st.booleans(),
    st.booleans(),
    st.one_of(st.none(), st.just(b"{}"), st.builds(lambda: iter([b"a"]))),
)
def test_a_stream_does_nothing_twice(
    method: str, stood: bool, sent: bool, body: object
) -> None:
    """What is not idempotent, or cannot be sent again, is opened once.

    A stream that stood was what was asked for: if the request is not idempotent, the
    end of the connection is the end of the stream.
    """
    operation = ping(method)
    state = StreamSession(settings(0.0, 3, None), operation, None, (), body, bool)
    if stood:
        state.exchange.start_attempt()
        assert state.accept_response(200, {"content-type": "text/event-stream"})
    error = APIConnectionError("cut", sent=sent)

    again = body is None or isinstance(body, bytes)
    if again and (method in SAFE or not (sent or stood)):
        assert state.handle_failure(error) == 0.0
    else:
        with pytest.raises(APIConnectionError) as caught:
            state.handle_failure(error)
        assert caught.value is error
