"""A call ends in time, whatever the network and the server do."""

from __future__ import annotations

import io
import socket
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from faces import Face
from faults import dripping_body, dripping_head, silence, stalled_body
from loopback import (
    BEARER,
    WATCHDOG,
    Answer,
    Loopback,
    Received,
    Wire,
    events,
    json_reply,
    reply,
)
from package._runtime import (
    APIConnectionError,
    APITimeoutError,
    RateLimitError,
    ServiceUnavailableError,
    Timeout,
)
from package._runtime.transport.content import Source, Streamed
from package._runtime.transport.timeout import TOTAL, choose_total
from sample import Sample
from things import get
from watchdog import stalled_url, watched

TOTAL_TIME = 0.4
"""Seconds: short, and long enough for a first try on a busy machine."""

PATIENT: dict[str, Any] = {
    "timeout": WATCHDOG * 10,
    "total_timeout": TOTAL_TIME,
    "max_retries": 10**6,
}
"""Steps would be waited for much longer, and tried again for ever."""


@pytest.mark.parametrize("fault", [dripping_head, dripping_body, silence, stalled_body])
def test_a_call_ends_in_time_though_every_step_does(face: Face, fault: Answer) -> None:
    """A byte now and then starts no timeout anew; neither does another try."""
    with Loopback(fault) as server, pytest.raises(APITimeoutError) as caught:
        watched(lambda: face(get, base_url=server.url, **PATIENT))

    error = caught.value
    assert "total_timeout (0.4 s)" in str(error)
    assert error.url == f"{server.url}/things/t1?_actions=false"
    assert (error.method, error.attempts) == ("GET", 1)


def test_a_connection_that_never_stands_ends_in_time(face: Face) -> None:
    """The server cannot have seen the request."""
    with stalled_url() as url, pytest.raises(APITimeoutError) as caught:
        watched(lambda: face(get, base_url=url, **PATIENT))

    if face.name == "sync":
        assert caught.value.sent is False


def test_a_server_that_takes_no_request_ends_in_time(face: Face) -> None:
    """It reads the head, and leaves the rest where it is."""
    file = io.BytesIO(b"x" * 50_000_000)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(APITimeoutError):
            watched(
                lambda: face(
                    lambda client: client.thing.upload(thing_id="t1", bundle=file),
                    base_url=url,
                    **PATIENT,
                )
            )


def in_a_second() -> str:
    """An HTTP date, which has no smaller unit."""
    return format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)


def busy_until(_: Received, wire: Wire) -> None:
    """429 with a date that is always to come."""
    reply(status=429, headers={"Retry-After": in_a_second()})(_, wire)


@pytest.mark.parametrize(
    "storm",
    [
        reply(status=429),
        reply(status=429, headers={"Retry-After": "0"}),
        reply(status=429, headers={"Retry-After": "3"}),
        busy_until,
    ],
    ids=["without", "at once", "seconds", "date"],
)
def test_a_storm_of_refusals_ends_in_time(face: Face, storm: Answer) -> None:
    """The error says what the server said last; it is not waited for in vain."""
    with Loopback(storm) as server, pytest.raises(APITimeoutError) as caught:
        watched(lambda: face(get, base_url=server.url, **PATIENT))

    error = caught.value
    assert error.sent
    # The last try may have come too late to be sent.
    assert 0 <= error.attempts - len(server.requests) <= 1
    if error.__cause__ is not None:
        assert isinstance(error.__cause__, RateLimitError | APIConnectionError)


def test_what_failed_last_is_the_cause(face: Face) -> None:
    """With what the server asked for."""
    storm = reply(status=503, headers={"Retry-After": "3"})
    with Loopback(storm) as server, pytest.raises(APITimeoutError) as caught:
        watched(lambda: face(get, base_url=server.url, **PATIENT))

    cause = caught.value.__cause__
    assert isinstance(cause, ServiceUnavailableError)
    assert cause.retry_after == 3.0
    assert len(server.requests) == 1


def test_the_answer_of_the_last_try_is_what_counts(face: Face) -> None:
    """Without tries that are left, the time for them does not matter."""
    storm = reply(status=429, headers={"Retry-After": "3"})
    with Loopback(storm) as server, pytest.raises(RateLimitError):
        face(get, base_url=server.url, total_timeout=TOTAL_TIME, max_retries=0)


def test_the_total_of_a_call_goes_before_that_of_the_client(face: Face) -> None:
    """In both directions."""
    short = {"total_timeout": TOTAL_TIME}
    with Loopback(silence, reply(status=503), json_reply({"thingId": "t"})) as server:
        with pytest.raises(APITimeoutError):
            watched(
                lambda: face(
                    lambda client: get(client, request_options=short),
                    base_url=server.url,
                )
            )
        thing = face(
            lambda client: get(client, request_options={"total_timeout": None}),
            base_url=server.url,
            total_timeout=1e-9,
        )

    assert thing.thing_id == "t"


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_total_is_positive(seconds: float) -> None:
    """None waits for ever."""
    with pytest.raises(ValueError, match="timeout"):
        Sample(base_url="http://x.example", total_timeout=seconds)
    client = Sample(base_url="http://x.example", access_token=BEARER)
    with pytest.raises(ValueError, match="timeout"):
        get(client, request_options={"total_timeout": seconds})


@pytest.mark.parametrize("seconds", ["5", (5, 30), b"1"])
def test_a_timeout_is_a_number(seconds: Any) -> None:
    """It says so."""
    with pytest.raises(TypeError, match="a timeout is a number of seconds, not"):
        Sample(base_url="http://x.example", timeout=seconds)
    with pytest.raises(TypeError, match="a timeout is a number of seconds, not"):
        Sample(base_url="http://x.example", total_timeout=seconds)


@pytest.mark.parametrize("seconds", [float("inf"), 1e10, 10**400])
def test_what_is_as_good_as_for_ever_is_for_ever(face: Face, seconds: float) -> None:
    """Systems cannot count that far."""
    with Loopback(json_reply({"thingId": "t"})) as server:
        face(get, base_url=server.url, timeout=seconds, total_timeout=seconds)

    assert Timeout(seconds) == Timeout(None)


def test_a_file_has_more_time() -> None:
    """One that does not say how long it is has no end of its own."""
    assert choose_total(b"x" * 10_000) == choose_total(None) == TOTAL
    assert choose_total(Streamed([b"x" * 2048])) == TOTAL + 2
    reader, writer = socket.socketpair()
    with reader, writer, reader.makefile("rb") as file:
        assert choose_total(Streamed([Source(file, "the file")])) is None


# --------------------------------------------------------------------- streams


def test_a_stream_has_to_stand_in_time(face: Face) -> None:
    """Tries to open it do not multiply the time for that."""
    for fault in (silence, dripping_head, reply(status=503)):
        with Loopback(fault) as server, pytest.raises(APITimeoutError):
            watched(
                lambda: face.listen(
                    lambda client: client.thing.stream(thing_id="t1"),
                    base_url=server.url,
                    **PATIENT,
                )
            )


def test_a_stream_that_stands_has_all_the_time(face: Face) -> None:
    """It is the time without a sign of life that is limited."""
    first = b'event: reading\ndata: {"time": 1, "data": {}}\n\n'
    second = b'event: reading\ndata: {"time": 2, "data": {}}\n\n'

    def late(wire: Wire) -> None:
        threading.Event().wait(TOTAL_TIME * 1.5)
        wire.chunk(second)
        wire.hold()

    with Loopback(events(first, then=late)) as server:
        found = watched(
            lambda: face.listen(
                lambda client: client.thing.stream(thing_id="t1"),
                count=2,
                base_url=server.url,
                total_timeout=TOTAL_TIME,
            )
        )

    assert [event.data.time for event in found] == [1, 2]
