"""Event streams that more than one has in hand: shared, closed, forgotten."""

from __future__ import annotations

import asyncio
import os
import signal
import threading

import pytest
from loopback import BEARER, WATCHDOG, Loopback, Received, Wire, events, reply
from package._runtime import Event, EventStream
from readings import END, cut_after, numbers, reading
from sample import AsyncSample, Sample
from sample.models import Reading


def test_threads_share_a_stream() -> None:
    """Each event goes to one of them, and the end to all."""
    found: list[object] = []

    def hear(stream: EventStream[Reading]) -> None:
        found.extend(event.data.time for event in stream)

    pieces = [reading(number) for number in range(50)]
    with (
        Loopback(cut_after(*pieces[:25]), cut_after(*pieces[25:]), END) as server,
        Sample(base_url=server.url, access_token=BEARER) as client,
    ):
        stream = client.thing.stream(thing_id="t1")
        threads = [threading.Thread(target=hear, args=[stream]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(WATCHDOG)
            assert not thread.is_alive()

    assert len(server.requests) == 3
    assert sorted(map(str, found)) == sorted(map(str, range(50)))


def test_tasks_share_a_stream() -> None:
    """The same."""

    async def run(url: str) -> list[object]:
        async with AsyncSample(base_url=url, access_token=BEARER) as client:
            stream = client.thing.stream(thing_id="t1")

            async def hear() -> list[object]:
                return [event.data.time async for event in stream]

            found = await asyncio.gather(*(hear() for _ in range(4)))
            return [each for some in found for each in some]

    pieces = [reading(number) for number in range(50)]
    with Loopback(cut_after(*pieces[:25]), cut_after(*pieces[25:]), END) as server:
        found = asyncio.run(run(server.url))

    assert len(server.requests) == 3
    assert sorted(map(str, found)) == sorted(map(str, range(50)))


# --------------------------------------------------------------------- closing


class Standing:
    """An answer that says when its client has gone."""

    def __init__(self) -> None:
        self.gone = threading.Event()

    def __call__(self, request: Received, wire: Wire) -> None:
        """Hold until the client ends it."""

        def hold(wire: Wire) -> None:
            wire.hold()
            self.gone.set()

        events(reading(1), then=hold)(request, wire)


def test_a_stream_is_closed_from_another_thread() -> None:
    """The thread that waits for an event goes on at once; the connection ends."""
    standing = Standing()
    heard = threading.Event()
    found: list[Event[Reading]] = []

    def hear(stream: EventStream[Reading]) -> None:
        for event in stream:
            found.append(event)
            heard.set()

    with (
        Loopback(standing) as server,
        Sample(base_url=server.url, access_token=BEARER) as client,
    ):
        stream = client.thing.stream(thing_id="t1")
        thread = threading.Thread(target=hear, args=[stream])
        thread.start()
        assert heard.wait(WATCHDOG)
        stream.close()
        thread.join(WATCHDOG)
        assert not thread.is_alive()
        assert standing.gone.wait(WATCHDOG)

    assert numbers(found) == [1]


def test_a_stream_is_closed_by_a_signal() -> None:
    """A handler runs in the very thread that waits for an event."""

    handled = threading.Event()

    def strike(wire: Wire) -> None:
        assert handled.wait(WATCHDOG)  # without a handler it would end the tests
        os.kill(os.getpid(), signal.SIGUSR1)
        wire.hold()

    with (
        Loopback(events(then=strike)) as server,
        Sample(base_url=server.url, access_token=BEARER) as client,
        client.thing.stream(thing_id="t1") as stream,
    ):

        def handle(_number: int, _frame: object) -> None:
            stream.close()

        before = signal.signal(signal.SIGUSR1, handle)
        handled.set()
        try:
            assert list(stream) == []
        finally:
            signal.signal(signal.SIGUSR1, before)


def test_a_stream_is_closed_while_it_waits_to_be_taken_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The pause ends, too."""
    from package._runtime.call import retry

    monkeypatch.setattr(retry, "FIRST", 500.0)
    monkeypatch.setattr(retry, "LONGEST", 500.0)
    waiting = threading.Event()

    def busy(request: Received, wire: Wire) -> None:
        reply(status=503)(request, wire)
        waiting.set()

    with (
        Loopback(busy) as server,
        Sample(base_url=server.url, access_token=BEARER) as client,
    ):
        stream = client.thing.stream(thing_id="t1")
        thread = threading.Thread(target=lambda: list(stream))
        thread.start()
        assert waiting.wait(WATCHDOG)
        stream.close()
        thread.join(WATCHDOG)
        assert not thread.is_alive()


def test_a_stream_is_closed_by_another_task() -> None:
    """The task that waits for an event ends its iteration."""
    standing = Standing()

    async def run(url: str) -> list[object]:
        async with AsyncSample(base_url=url, access_token=BEARER) as client:
            stream = client.thing.stream(thing_id="t1")
            heard = asyncio.Event()

            async def hear() -> list[object]:
                found: list[object] = []
                async for event in stream:
                    found.append(event.data.time)
                    heard.set()
                return found

            task = asyncio.create_task(hear())
            await heard.wait()
            await asyncio.sleep(0.05)
            await stream.close()
            return await asyncio.wait_for(task, WATCHDOG)

    with Loopback(standing) as server:
        assert asyncio.run(run(server.url)) == [1]
        assert standing.gone.wait(WATCHDOG)


def test_a_cancelled_wait_can_be_taken_up() -> None:
    """A caller may wait for an event for a while, and again later."""

    async def run(url: str) -> object:
        async with (
            AsyncSample(base_url=url, access_token=BEARER) as client,
            client.thing.stream(thing_id="t1") as stream,
        ):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(anext(stream), 0.1)
            return (await anext(stream)).data.time

    with Loopback(events(), events(reading(7))) as server:
        assert asyncio.run(run(server.url)) == 7


def test_a_forgotten_stream_warns() -> None:
    """Its connection is closed, and it says so."""
    standing = Standing()
    with (
        Loopback(standing) as server,
        Sample(base_url=server.url, access_token=BEARER) as client,
    ):
        streams = [client.thing.stream(thing_id="t1")]
        next(streams[0])
        with pytest.warns(ResourceWarning, match="not closed"):
            streams.clear()
        assert standing.gone.wait(WATCHDOG)


def test_a_forgotten_stream_ends_with_its_asynchronous_client() -> None:
    """There is nothing to close it before, and it says so."""
    standing = Standing()

    async def run(url: str) -> bool:
        async with AsyncSample(base_url=url, access_token=BEARER) as client:
            streams = [client.thing.stream(thing_id="t1")]
            await anext(streams[0])
            with pytest.warns(ResourceWarning, match="not closed"):
                streams.clear()
        return await asyncio.to_thread(standing.gone.wait, WATCHDOG)

    with Loopback(standing) as server:
        assert asyncio.run(run(server.url))
