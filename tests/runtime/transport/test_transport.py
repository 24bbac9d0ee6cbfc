"""The interface of transports: another HTTP library can be brought."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping

import pytest
from loopback import BEARER
from package._runtime import (
    APIConnectionError,
    AsyncResponse,
    AsyncTransport,
    NotFoundError,
    Request,
    Response,
    Transport,
)
from sample import AsyncSample, Sample
from sample.models import Thing


class Canned:
    """A response that is there already."""

    def __init__(self, status: int, media_type: str, *pieces: bytes) -> None:
        self.status = status
        self.headers: Mapping[str, str] = {"content-type": media_type}
        self._pieces = pieces
        self.closed = False

    def chunks(self) -> Iterator[bytes]:
        """Piece by piece."""
        yield from self._pieces

    def close(self) -> None:
        """Say that it was closed."""
        self.closed = True


class AsyncCanned:
    """The same, awaited."""

    def __init__(self, canned: Canned) -> None:
        self._canned = canned
        self.status = canned.status
        self.headers = canned.headers

    async def chunks(self) -> AsyncIterator[bytes]:
        """Piece by piece."""
        for piece in self._canned.chunks():
            yield piece

    async def close(self) -> None:
        """Say that it was closed."""
        self._canned.close()


class Script(Transport):
    """Gives what it was told to give, and keeps what it was asked."""

    def __init__(self, *answers: Canned | APIConnectionError) -> None:
        self.answers = list(answers)
        self.requests: list[Request] = []
        self.closed = False

    def next(self, request: Request) -> Canned:
        """The next answer."""
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, APIConnectionError):
            raise answer
        return answer

    def send(self, request: Request) -> Response:
        """The next answer."""
        return self.next(request)

    def close(self) -> None:
        """Say that it was closed."""
        self.closed = True


class AsyncScript(AsyncTransport):
    """The same, awaited."""

    def __init__(self, *answers: Canned | APIConnectionError) -> None:
        self.script = Script(*answers)

    async def send(self, request: Request) -> AsyncResponse:
        """The next answer."""
        return AsyncCanned(self.script.next(request))

    async def close(self) -> None:
        """Say that it was closed."""
        self.script.close()


THING = b'{"thingId": "t"}'


def test_a_transport_of_the_callers_own() -> None:
    """It gets each try as it goes out, and stays open: it is the caller's."""
    script = Script(
        APIConnectionError("no line", sent=False),
        Canned(200, "application/json", THING),
        Canned(404, "application/json", b"{}"),
    )
    with Sample(
        base_url="http://x.example", access_token=BEARER, transport=script
    ) as client:
        thing = client.thing.get(thing_id="t")
        with pytest.raises(NotFoundError):
            client.thing.delete(thing_id="t")

    assert isinstance(thing, Thing)
    assert [each.method for each in script.requests] == ["GET", "GET", "DELETE"]
    assert script.requests[0].url == "http://x.example/things/t?_actions=false"
    assert script.requests[0].headers["Authorization"] == f"Bearer {BEARER}"
    assert not script.closed


def test_an_error_of_a_transport_tells_of_its_request() -> None:
    """Though the transport did not say which it was."""
    script = Script(APIConnectionError("no line"))
    client = Sample(
        base_url="http://x.example",
        access_token=BEARER,
        transport=script,
        max_retries=0,
    )

    with pytest.raises(APIConnectionError, match="no line") as caught:
        client.thing.delete(thing_id="t")

    error = caught.value
    assert (error.method, error.url) == ("DELETE", "http://x.example/things/t")
    assert error.attempts == 1


def test_streams_go_over_it_too() -> None:
    """Each connection is closed when it is done with."""
    first = Canned(200, "text/event-stream", b"id: 1\ndata: a\n\n", b"data: b")
    last = Canned(200, "text/event-stream", b"data: c\n\n")
    script = Script(first, APIConnectionError("no line"), last, Canned(204, ""))
    client = Sample(base_url="http://x.example", access_token=BEARER, transport=script)

    with client.thing.stream(thing_id="t") as stream:
        found: list[object] = [event.data for event in stream]

    assert found == ["a", "c"]
    assert first.closed
    assert last.closed
    sent = [each.headers.get("Last-Event-ID") for each in script.requests]
    assert sent == [None, "1", "1", "1"]


def test_an_asynchronous_transport_of_the_callers_own() -> None:
    """Calls and streams, as with a synchronous one."""
    stream = Canned(200, "text/event-stream", b"data: a\n\n")
    transport = AsyncScript(
        APIConnectionError("no line"),
        Canned(200, "application/json", THING),
        stream,
        Canned(204, ""),
    )

    async def run() -> tuple[object, list[object]]:
        async with AsyncSample(
            base_url="http://x.example", access_token=BEARER, transport=transport
        ) as client:
            thing = await client.thing.get(thing_id="t")
            async with client.thing.stream(thing_id="t") as events:
                return thing, [event.data async for event in events]

    thing, found = asyncio.run(run())

    assert isinstance(thing, Thing)
    assert found == ["a"]
    assert stream.closed
    assert not transport.script.closed
