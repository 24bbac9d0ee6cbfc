"""Connections end with their client, and a client outlives its event loop."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import pytest
from faces import Face
from loopback import BEARER, WATCHDOG, Loopback, Received, Wire, json_reply
from package._runtime import APIConnectionError
from sample import AsyncSample, Sample
from things import FOUND
from watchdog import watched

pytestmark = pytest.mark.usefixtures("nothing_is_left")

ROOT = Path(__file__).parents[3]


def client_of(server: Loopback) -> Sample:
    """A client that is not closed yet."""
    return Sample(base_url=server.url, access_token=BEARER)


def async_client_of(server: Loopback) -> AsyncSample:
    """The same, asynchronous."""
    return AsyncSample(base_url=server.url, access_token=BEARER)


async def get(client: AsyncSample) -> None:
    """The simplest call, twice, so that a connection is kept."""
    await client.thing.get(thing_id="t1")
    await client.thing.get(thing_id="t1")


# ----------------------------------------------------------------- event loops


def test_a_client_is_used_in_one_event_loop_after_another() -> None:
    """Each has connections of its own; those of one that is gone are closed."""
    with Loopback(FOUND) as server:
        client = async_client_of(server)
        for _ in range(3):
            asyncio.run(get(client))
        asyncio.run(client.close())

    assert server.connections == 3


def test_a_client_is_used_in_several_event_loops_at_once() -> None:
    """Whichever of them closes it: the others open new connections if they go on."""
    with Loopback(FOUND) as server:
        client = async_client_of(server)
        other = asyncio.new_event_loop()
        thread = threading.Thread(target=other.run_forever)
        thread.start()
        try:

            async def run() -> None:
                await get(client)
                there = asyncio.run_coroutine_threadsafe(get(client), other)
                await asyncio.wrap_future(there)
                await client.close()
                again = asyncio.run_coroutine_threadsafe(get(client), other)
                await asyncio.wrap_future(again)
                end = asyncio.run_coroutine_threadsafe(client.close(), other)
                await asyncio.wrap_future(end)

            watched(lambda: asyncio.run(run()))
        finally:
            other.call_soon_threadsafe(other.stop)
            thread.join(WATCHDOG)
            other.close()

    assert server.connections == 3


def test_a_call_that_is_cancelled_leaves_nothing() -> None:
    """Wherever it waits."""
    came = threading.Event()

    def silence(_: Received, wire: Wire) -> None:
        came.set()
        wire.hold()

    async def run(server: Loopback) -> None:
        async with async_client_of(server) as client:
            call = asyncio.create_task(get(client))
            while not came.is_set():
                await asyncio.sleep(0)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
        assert asyncio.all_tasks() == {asyncio.current_task()}

    with Loopback(silence) as server:
        watched(lambda: asyncio.run(run(server)))


# ----------------------------------------------------------------------- closing


def test_a_client_that_is_not_closed_says_so() -> None:
    """The garbage collector closes its connections."""
    with Loopback(FOUND) as server:
        held = [client_of(server)]
        held[0].thing.get(thing_id="t1")
        with pytest.warns(ResourceWarning, match="was not closed"):
            held.clear()


def test_an_asynchronous_client_that_is_not_closed_says_so() -> None:
    """Also when its event loop is gone, or is running."""

    async def leave(server: Loopback) -> None:
        held = [async_client_of(server)]
        await get(held[0])
        with pytest.warns(ResourceWarning, match="was not closed"):
            held.clear()

    with Loopback(FOUND) as server:
        asyncio.run(leave(server))
        held = [async_client_of(server)]
        asyncio.run(get(held[0]))
        with pytest.warns(ResourceWarning, match="was not closed"):
            held.clear()


def test_a_client_without_connections_says_nothing() -> None:
    """It was closed, or never called."""
    with Loopback(FOUND) as server, warnings.catch_warnings():
        warnings.simplefilter("error")
        with client_of(server) as client:
            client.thing.get(thing_id="t1")
        del client
        client = client_of(server)
        client.thing.get(thing_id="t1")
        client.close()
        client.close()
        del client
        client_of(server)
        async_client_of(server)
        with pytest.raises(ValueError, match="base_url"):
            Sample(base_url="nonsense")
        gc.collect()


def test_a_resource_holds_what_it_needs() -> None:
    """A client that nobody holds is open while one of its resources is used."""
    with Loopback(FOUND) as server:
        held = [client_of(server).thing]
        gc.collect()
        assert held[0].get(thing_id="t1").thing_id == "t1"
        with pytest.warns(ResourceWarning, match="was not closed"):
            held.clear()


def test_closing_ends_what_waits(face: Face) -> None:
    """A call in another thread or task fails; another one opens a new connection."""
    came = threading.Event()

    def silence(_: Received, wire: Wire) -> None:
        came.set()
        wire.hold()

    def sync_run(server: Loopback) -> BaseException:
        errors: list[BaseException] = []
        with client_of(server) as client:

            def call() -> None:
                try:
                    client.thing.get(thing_id="t1", request_options={"max_retries": 0})
                except APIConnectionError as error:
                    errors.append(error)

            thread = threading.Thread(target=call)
            thread.start()
            assert came.wait(WATCHDOG)
            client.close()
            thread.join(WATCHDOG)
            assert not thread.is_alive()
            client.thing.get(thing_id="t1")
        return errors[0]

    async def async_run(server: Loopback) -> BaseException:
        async with async_client_of(server) as client:
            call = asyncio.create_task(
                client.thing.get(thing_id="t1", request_options={"max_retries": 0})
            )
            while not came.is_set():
                await asyncio.sleep(0)
            await client.close()
            with pytest.raises(APIConnectionError) as caught:
                await call
            await client.thing.get(thing_id="t1")
        return caught.value

    with Loopback(silence, FOUND) as server:
        error = watched(
            lambda: (
                sync_run(server)
                if face.name == "sync"
                else asyncio.run(async_run(server))
            )
        )

    assert isinstance(error, APIConnectionError)


# --------------------------------------------------------------------- processes


def run(script: str, url: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a process of its own, with the sample and its server's address."""
    paths = [str(ROOT / "tests/runtime/support"), str(ROOT / "templates/python/src")]
    head = f"import sys; sys.path[:0] = {paths!r}; URL = {url!r}\n"
    return subprocess.run(
        [sys.executable, *options, "-c", head + script],
        capture_output=True,
        text=True,
        check=False,
        timeout=WATCHDOG * 4,
        env={**os.environ, "SAMPLE_TOKEN": BEARER},
    )


UNCLOSED = """
from sample import Sample
client = Sample(base_url=URL)
print(client.thing.get(thing_id="t1").thing_id)
"""

UNCLOSED_ASYNC = """
import asyncio
from sample import AsyncSample
client = AsyncSample(base_url=URL)
async def main():
    print((await client.thing.get(thing_id="t1")).thing_id)
asyncio.run(main())
"""


@pytest.mark.parametrize("script", [UNCLOSED, UNCLOSED_ASYNC])
def test_a_program_may_end_without_closing(script: str) -> None:
    """In silence, unless it asks for warnings."""
    with Loopback(FOUND) as server:
        quiet = run(script, server.url)
        warned = run(script, server.url, "-W", "always::ResourceWarning")

    assert (quiet.stdout, quiet.stderr, quiet.returncode) == ("t1\n", "", 0)
    assert warned.returncode == 0
    assert "unclosed" not in warned.stderr
    assert warned.stderr.count("ResourceWarning") == 1
    assert "was not closed" in warned.stderr


FORKED = """
import os
from sample import Sample
client = Sample(base_url=URL)
client.thing.get(thing_id="t1")
child = os.fork()
thing = client.thing.get(thing_id="child" if child == 0 else "parent")
os.write(1, f"{thing.thing_id}\\n".encode())  # at once: both write here
client.close()
if child == 0:
    os._exit(0)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are not forked here")
def test_a_forked_process_has_connections_of_its_own() -> None:
    """Else both would read from one, and get each other's answers."""

    def echo(request: Received, wire: Wire) -> None:
        json_reply({"thingId": request.path.rpartition("/")[2]})(request, wire)

    with Loopback(echo) as server:
        done = run(FORKED, server.url, "-W", "ignore::DeprecationWarning")

    assert done.returncode == 0, done.stderr
    assert sorted(done.stdout.split()) == ["child", "parent"]
    assert done.stderr == ""
    assert server.connections == 2
