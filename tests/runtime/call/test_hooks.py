"""Functions of the caller, before each request and after each response."""

from __future__ import annotations

import asyncio
import pickle
import time
from typing import Any

import pytest
from faces import Face
from loopback import BEARER, Loopback, events, json_reply, reply
from package._runtime import APIConnectionError, NotFoundError, Request, ResponseHead
from sample import AsyncSample, Sample
from things import THING, get

FOUND = json_reply(THING, headers={"X-Request-Id": "r1"})


def test_hooks_see_each_try(face: Face) -> None:
    """The real request, whose ``repr`` gives nothing away, and the head of answers."""
    requests: list[Request] = []
    heads: list[ResponseHead] = []
    with Loopback(reply(status=503), FOUND) as server:
        face(
            get,
            base_url=f"{server.url}",
            on_request=requests.append,
            on_response=heads.append,
        )

    assert [(each.operation, each.attempt) for each in requests] == [
        ("thing.get", 1),
        ("thing.get", 2),
    ]
    assert requests[0].headers["Authorization"] == "Bearer secret-token"
    assert "secret-token" not in repr(requests[0])
    assert [each.status for each in heads] == [503, 200]
    assert heads[1].headers["x-request-id"] == heads[1].headers["X-Request-Id"] == "r1"
    assert heads[1].request is requests[1]
    assert heads[1].elapsed >= 0
    assert "secret-token" not in repr(heads[1])


def test_a_hook_changes_the_request_of_one_try(face: Face) -> None:
    """A redirect does not carry on what it added: it is asked again."""

    def sign(request: Request) -> None:
        assert "X-Signed" not in request.headers
        request.headers["X-Signed"] = f"{request.method} {request.attempt}"

    away = reply(status=302, headers={"Location": "/b"})
    with Loopback(away, FOUND) as server:
        face(get, base_url=server.url, on_request=sign)

    sent = [each.headers["x-signed"] for each in server.requests]
    assert sent == ["GET 1", "GET 2"]


def test_what_a_hook_adds_is_checked(face: Face) -> None:
    """A line break would start another header."""

    def inject(request: Request) -> None:
        request.headers["X-A"] = "a\r\nX-B: b"

    with (
        Loopback(FOUND) as server,
        pytest.raises(ValueError, match="line breaks"),
    ):
        face(get, base_url=server.url, on_request=inject)

    assert server.requests == []


@pytest.mark.parametrize("name", ["on_request", "on_response"])
@pytest.mark.parametrize("error", [KeyError("x"), APIConnectionError("of its own")])
def test_what_a_hook_raises_ends_the_call(
    face: Face, name: str, error: Exception
) -> None:
    """Though it may be what would else be tried again; with a note of where it was."""

    def fail(_: object) -> None:
        raise error

    hooks: dict[str, Any] = {name: fail}
    with Loopback(reply(status=503)) as server, pytest.raises(type(error)) as caught:
        face(
            lambda client: get(client, request_options={"query": {"token": "hunter2"}}),
            base_url=server.url,
            **hooks,
        )

    assert caught.value is error
    (note,) = error.__notes__[-1:]
    assert note.startswith(f"in {name} of thing.get, attempt 1: GET {server.url}")
    assert "hunter2" not in note
    assert len(server.requests) == (name == "on_response")


def test_a_connection_is_given_back_when_a_hook_fails() -> None:
    """The next call goes on."""
    failing = [True]

    def fail_once(_: ResponseHead) -> None:
        if failing.pop():
            raise KeyError("x")

    with (
        Loopback(FOUND) as server,
        Sample(
            base_url=server.url, access_token=BEARER, on_response=fail_once
        ) as client,
    ):
        with pytest.raises(KeyError):
            get(client)
        failing.append(False)
        assert get(client).thing_id == "t1"


def test_an_asynchronous_client_awaits_its_hooks() -> None:
    """Coroutine functions and others."""
    seen: list[str] = []

    async def on_request(request: Request) -> None:
        await asyncio.sleep(0)
        seen.append(request.method)
        request.headers["X-Late"] = "1"

    async def on_response(head: ResponseHead) -> None:
        await asyncio.sleep(0)
        seen.append(str(head.status))

    async def run(url: str) -> None:
        async with AsyncSample(
            base_url=url,
            access_token=BEARER,
            on_request=on_request,
            on_response=on_response,
        ) as client:
            with pytest.raises(NotFoundError):
                await client.thing.get(thing_id="t1")

    with Loopback(json_reply({}, status=404)) as server:
        asyncio.run(run(server.url))

    assert seen == ["GET", "404"]
    assert server.request.headers["x-late"] == "1"


def test_a_client_that_blocks_cannot_await_a_hook() -> None:
    """It says so, instead of never calling it."""

    async def hook(_: object) -> None:
        raise AssertionError("it cannot be called")

    for name in ("on_request", "on_response"):
        hooks: dict[str, Any] = {name: hook}
        with (
            Loopback(FOUND) as server,
            Sample(base_url=server.url, access_token=BEARER, **hooks) as client,
            pytest.raises(TypeError, match="only the asynchronous client"),
        ):
            get(client)


def test_streams_have_hooks_too(face: Face) -> None:
    """When they are opened; what a hook raises is no failure of the stream."""
    heads: list[ResponseHead] = []
    event = b'event: reading\ndata: {"time": 1, "data": {}}\n\n'
    with Loopback(reply(status=503), events(event)) as server:
        face.listen(
            lambda client: client.thing.stream(thing_id="t1"),
            count=1,
            base_url=server.url,
            on_response=heads.append,
        )

        def fail(_: object) -> None:
            raise APIConnectionError("of its own")

        with pytest.raises(APIConnectionError, match="of its own"):
            face.listen(
                lambda client: client.thing.stream(thing_id="t1"),
                base_url=server.url,
                on_request=fail,
            )

    assert [each.status for each in heads] == [503, 200]
    assert len(server.requests) == 2


def test_the_time_of_a_hook_is_time_of_the_call() -> None:
    """Of the asynchronous client, whose hooks can be given up."""

    async def wait(_: object) -> None:
        await asyncio.sleep(1000)

    async def run(url: str) -> None:
        async with AsyncSample(
            base_url=url, access_token=BEARER, on_request=wait, total_timeout=0.2
        ) as client:
            await client.thing.get(thing_id="t1")

    with Loopback(FOUND) as server, pytest.raises(APIConnectionError, match="total"):
        asyncio.run(run(server.url))


def test_hooks_travel_with_a_client() -> None:
    """In a pickle, if they are functions of a module."""
    client = Sample(base_url="http://x.example", on_request=time.sleep)  # type: ignore[arg-type]

    again = pickle.loads(pickle.dumps(client))

    assert again._core.engine.hooks.on_request is time.sleep
