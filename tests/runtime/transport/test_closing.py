"""A stream that is closed ends at once, wherever its reader waits.

It is closed from another thread, by another task, or by the handler of a signal, which
Python runs in the main thread: only there, and only between two steps of the
interpreter. So a signal that comes just before a wait, or that the system delivers to
another thread, does not end the wait by itself.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import pytest
from faults import silence
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
from package._runtime import APIError
from package._runtime.transport.closing import Closing
from sample import AsyncSample, RequestOptions, Sample
from watchdog import stalled_url, watched

pytestmark = pytest.mark.usefixtures("nothing_is_left")

EVENT = b'event: reading\ndata: {"time": 1, "data": {}}\n\n'
PATIENT: RequestOptions = {"timeout": WATCHDOG, "max_retries": 1}


@pytest.fixture(params=[False, True], ids=["plain", "TLS"])
def secure(request: pytest.FixtureRequest) -> bool:
    """Whether the server speaks TLS."""
    return bool(request.param)


def no_handshake(stack: ExitStack) -> str:
    """TLS does not begin."""

    class Mute(Loopback):
        def _serve(self, connection: Any) -> None:
            with connection, suppress(OSError):
                connection.recv(1)  # of the first message
                Wire(connection).hold()
            self._open.remove(connection)

    return stack.enter_context(Mute()).url.replace("http:", "https:")


def half_an_error(_: Received, wire: Wire) -> None:
    """A refusal whose body does not come."""
    wire.send(b"HTTP/1.1 503 X\r\nContent-Length: 100\r\n\r\n{")
    wire.hold()


def answering(answer: Answer) -> Callable[[ExitStack], str]:
    """A server that answers."""
    return lambda stack: stack.enter_context(Loopback(answer)).url


WAITS: dict[str, Callable[[ExitStack], str]] = {
    "for a connection": lambda stack: stack.enter_context(stalled_url()),
    "for TLS": no_handshake,
    "for the head": answering(silence),
    "for a body that is no stream": answering(half_an_error),
    "for the first event": answering(events()),
    "for more of an event": answering(events(EVENT[:10])),
    "to try again": answering(reply(status=503, headers={"Retry-After": "100"})),
}


@pytest.fixture(params=WAITS)
def url(request: pytest.FixtureRequest) -> Generator[str]:
    """A server that lets a stream wait."""
    with ExitStack() as stack:
        yield WAITS[request.param](stack)


# ---------------------------------------------------------------------- signals


@contextmanager
def struck_elsewhere(handler: Callable[[], None]) -> Generator[Callable[[], None]]:
    """Gives a function that sends a signal, which another thread than this one gets.

    Its handler runs in this thread, the main one, all the same: as soon as it is awake.
    """
    if not hasattr(signal, "pthread_sigmask"):
        pytest.skip("signals go to whom they like here")
    idle = threading.Event()
    other = threading.Thread(target=idle.wait)
    other.start()
    before = signal.signal(signal.SIGUSR1, lambda _signal, _frame: handler())
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    try:
        yield lambda: os.kill(os.getpid(), signal.SIGUSR1)
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGUSR1})
        signal.signal(signal.SIGUSR1, before)
        idle.set()
        other.join()


def soon(action: Callable[[], None]) -> threading.Timer:
    """Do something when this thread waits already."""
    timer = threading.Timer(0.3, action)
    timer.start()
    return timer


def test_a_signal_closes_a_stream_that_it_does_not_wake(url: str) -> None:
    """The handler runs though no wait was interrupted."""
    with Sample(base_url=url, access_token=BEARER, verify=False) as client:
        stream = client.thing.stream(thing_id="t1", request_options=PATIENT)
        with struck_elsewhere(stream.close) as strike:
            timer = soon(strike)
            assert list(stream) == []
        timer.join()


def test_a_signal_may_come_while_another_one_is_handled() -> None:
    """And at any step of what is closed: nothing waits for itself."""
    if not hasattr(signal, "setitimer"):
        pytest.skip("there is no clock that sends signals here")
    closing = Closing()

    def handle() -> None:
        closing.set()
        closing.set()

    before = signal.signal(signal.SIGALRM, lambda _signal, _frame: handle())
    try:
        for step in range(1, 200):
            closing = Closing()
            signal.setitimer(signal.ITIMER_REAL, step * 1e-5)
            while not closing.is_set():
                closing.wait(0.001)
                closing.set()
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.signal(signal.SIGALRM, before)


# ------------------------------------------------------------- threads and tasks


def test_another_thread_closes_a_stream(url: str) -> None:
    """Whoever waits goes on at once."""
    with Sample(base_url=url, access_token=BEARER, verify=False) as client:
        stream = client.thing.stream(thing_id="t1", request_options=PATIENT)
        timer = soon(stream.close)
        assert watched(lambda: list(stream)) == []
        timer.join()


@pytest.mark.parametrize("transport", ["default", "aiohttp"])
def test_another_task_closes_a_stream(url: str, transport: str) -> None:
    """The same."""
    if transport == "aiohttp":
        pytest.importorskip("aiohttp")

    async def run() -> list[Any]:
        if transport == "default":
            return await closed()
        from package.aiohttp import AiohttpTransport

        async with AiohttpTransport(verify=False) as given:
            return await closed(transport=given)

    async def closed(**settings: Any) -> list[Any]:
        async with AsyncSample(
            base_url=url, access_token=BEARER, **settings or {"verify": False}
        ) as client:
            stream = client.thing.stream(thing_id="t1", request_options=PATIENT)

            async def hear() -> list[Any]:
                return [event async for event in stream]

            hearing = asyncio.create_task(hear())
            await asyncio.sleep(0.3)
            await stream.close()
            found = await hearing
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return found

    assert watched(lambda: asyncio.run(run())) == []


def test_a_stream_that_is_closed_opens_no_more(face: Any) -> None:
    """Nor does it raise."""
    with Loopback(events(EVENT)) as server:

        def closed(client: Any) -> Any:
            stream = client.thing.stream(thing_id="t1")
            if face.name == "sync":
                stream.close()
                return list(stream)

            async def gathered() -> list[Any]:
                await stream.close()
                return [event async for event in stream]

            return gathered()

        assert face(closed, base_url=server.url) == []

    assert not server.requests


# ------------------------------------------------- a stream keeps to itself


def test_streams_take_no_places_of_calls(face: Any, monkeypatch: Any) -> None:
    """Any number of them may stand: calls do not wait for one to end."""
    from package._runtime.transport import pools

    monkeypatch.setattr(pools, "_CONNECTIONS", 1)
    thing = json_reply({"thingId": "t1"})

    def served(request: Received, wire: Wire) -> None:
        answer = events(EVENT) if "event-stream" in request.headers["accept"] else thing
        answer(request, wire)

    def blocking(client: Any) -> str:
        with (
            client.thing.stream(thing_id="t1") as one,
            client.thing.stream(thing_id="t1") as two,
        ):
            assert [next(one).data.time, next(two).data.time] == [1, 1]
            return str(client.thing.get(thing_id="t1").thing_id)

    async def awaited(client: Any) -> str:
        async with (
            client.thing.stream(thing_id="t1") as one,
            client.thing.stream(thing_id="t1") as two,
        ):
            assert [(await anext(one)).data.time, (await anext(two)).data.time]
            return str((await client.thing.get(thing_id="t1")).thing_id)

    call = blocking if face.name == "sync" else awaited
    with Loopback(served) as server:
        assert watched(lambda: face(call, base_url=server.url, timeout=5)) == "t1"


def test_a_client_that_is_closed_closes_its_streams(face: Any) -> None:
    """They raise, since they have not ended."""
    gone = threading.Event()

    def hold(wire: Wire) -> None:
        wire.hold()
        gone.set()

    def blocking(client: Any) -> None:
        stream = client.thing.stream(thing_id="t1")
        next(stream)
        client.close()
        with pytest.raises(APIError):
            next(stream)

    async def awaited(client: Any) -> None:
        stream = client.thing.stream(thing_id="t1")
        await anext(stream)
        await client.close()
        with pytest.raises(APIError):
            await anext(stream)

    call = blocking if face.name == "sync" else awaited
    with Loopback(events(EVENT, then=hold)) as server:
        watched(lambda: face(call, base_url=server.url, max_retries=0))
        assert gone.wait(WATCHDOG)
