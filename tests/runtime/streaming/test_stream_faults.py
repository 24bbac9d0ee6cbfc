"""An event stream that breaks is taken up, or raises: over every transport."""

from __future__ import annotations

from typing import Any

import pytest
from faces import Face
from loopback import Answer, Loopback, Wire, events, reply
from package._runtime import APIConnectionError, APITimeoutError
from watchdog import watched

pytestmark = pytest.mark.usefixtures("nothing_is_left")

STEP = 0.3
"""Seconds that it may be silent before it is dead."""

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


def stream(client: Any, **options: Any) -> Any:
    """Events, from a server that is dead when it is silent for a moment."""
    options = {"timeout": STEP, **options}
    return client.thing.stream(thing_id="t1", request_options=options)


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
