"""Connections: broken, silent, shared, kept and closed."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from faces import Face
from faults import (
    GZIP,
    closed_in_body,
    closed_in_head,
    json_body,
    no_http,
    reset,
    silence,
    stalled_body,
)
from loopback import BEARER, Loopback, Received, Wire, json_reply, refused_url
from package._runtime import APIConnectionError, APITimeoutError, Timeout
from sample import AsyncSample, Sample
from sample.models import Thing
from things import FOUND, THING, get, patch


def test_nobody_listens(face: Face) -> None:
    """Refused is a connection error; the server cannot have acted, so PATCH is tried."""
    with pytest.raises(APIConnectionError) as caught:
        face(patch, base_url=refused_url())

    assert caught.value.attempts == 3
    assert caught.value.sent is False
    assert not isinstance(caught.value, APITimeoutError)


def test_a_name_that_does_not_resolve(face: Face) -> None:
    """It is a connection error like any other."""
    with pytest.raises(APIConnectionError):
        face(get, base_url="http://nobody.invalid", max_retries=0)


@pytest.mark.parametrize(
    "fault",
    [reset, closed_in_head, closed_in_body, no_http, json_body(b"nope", **GZIP)],
)
def test_a_broken_answer_is_tried_again_or_raised(face: Face, fault: Any) -> None:
    """A GET comes through in the end; a PATCH raises, for it may have been done."""
    with Loopback(fault, FOUND, fault) as server:
        thing = face(get, base_url=server.url)
        with pytest.raises(APIConnectionError) as caught:
            face(patch, base_url=server.url)

    assert thing.name == "Ada"
    assert caught.value.sent is True
    assert caught.value.attempts == 1


@pytest.mark.parametrize("fault", [silence, stalled_body])
def test_a_server_that_says_nothing_times_out(face: Face, fault: Any) -> None:
    """Whether before the head or in the body."""
    with Loopback(fault) as server, pytest.raises(APITimeoutError) as caught:
        face(get, base_url=server.url, timeout=0.2, max_retries=0)

    assert caught.value.url == f"{server.url}/things/t1?_actions=false"


def test_a_timeout_can_be_given_for_each_step_and_call(face: Face) -> None:
    """That of the call goes before that of the client."""
    with Loopback(silence) as server, pytest.raises(APITimeoutError):
        face(
            lambda client: get(
                client, request_options={"timeout": Timeout(60.0, read=0.2)}
            ),
            base_url=server.url,
            max_retries=0,
        )


def test_connections_are_kept_and_closed(face: Face) -> None:
    """Two calls share a connection."""
    with Loopback(FOUND) as server:
        if face.name == "sync":
            with Sample(base_url=server.url, access_token=BEARER) as client:
                client.thing.get(thing_id="a")
                client.thing.get(thing_id="b")
                client.close()
                client.thing.get(thing_id="c")
        else:
            _three_calls(server.url)

    assert len(server.requests) == 3
    assert server.connections == 2


def _three_calls(url: str) -> None:
    async def run() -> None:
        async with AsyncSample(base_url=url, access_token=BEARER) as client:
            await client.thing.get(thing_id="a")
            await client.thing.get(thing_id="b")
            await client.close()
            await client.thing.get(thing_id="c")

    asyncio.run(run())


def test_a_client_is_shared_between_threads() -> None:
    """Each caller gets its own answer."""

    def echo(request: Received, wire: Wire) -> None:
        json_reply({"thingId": request.path.rpartition("/")[2]})(request, wire)

    with (
        Loopback(echo) as server,
        Sample(base_url=server.url, access_token=BEARER) as client,
    ):

        def ask(number: int) -> str:
            thing = client.thing.get(thing_id=f"t{number}")
            assert isinstance(thing, Thing)
            return thing.thing_id

        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(ask, range(64)))

    assert answers == [f"t{number}" for number in range(64)]


def test_cookies_are_not_kept(face: Face) -> None:
    """What one call is told is not sent with another one."""
    answer = json_reply(THING, headers={"Set-Cookie": "session=1; Path=/"})
    with Loopback(answer) as server:
        if face.name == "sync":
            with Sample(base_url=server.url, access_token=BEARER) as client:
                client.thing.get(thing_id="a")
                client.thing.get(thing_id="b")
        else:
            _three_calls(server.url)

    assert all("cookie" not in each.headers for each in server.requests)


def test_no_thread_stays_behind(face: Face) -> None:
    """A closed client leaves nothing running."""
    before = threading.active_count()
    with Loopback(FOUND) as server:
        face(get, base_url=server.url)

    assert threading.active_count() <= before


def test_an_asynchronous_client_survives_its_event_loop() -> None:
    """In a second one it opens connections of its own."""
    with Loopback(json_reply({"thingId": "t"})) as server:
        client = AsyncSample(base_url=server.url, access_token=BEARER)

        async def run() -> None:
            await client.thing.get(thing_id="t")
            await client.close()

        async def run_and_leave() -> None:
            await client.thing.get(thing_id="t")
            await client.thing.get(thing_id="t")

        asyncio.run(run())
        asyncio.run(run())
        with asyncio.Runner() as runner:
            runner.run(run_and_leave())
            runner.run(client.close())

    assert server.connections == 3
