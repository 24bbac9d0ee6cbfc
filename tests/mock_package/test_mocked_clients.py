"""The clients that a mock answers, and the calls that it records of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from mocked_calls import ID, Run, get

CALLS = 200


# ------------------------------------------------------------------ recorded calls


def test_calls_are_recorded(mock: Any, run: Run) -> None:
    """With all that was sent."""
    run(
        mock,
        lambda client: client.things.get(
            keywords=["a", "b&c"], page=1, request_options={"headers": {"X-Mine": "1"}}
        ),
    )
    run(mock, lambda client: client.things.post(body={"name": "Lamp"}))
    listed, posted = mock.calls

    assert (listed.operation, listed.method, listed.path) == (
        "things.get", "GET", "/things",
    )  # fmt: skip
    assert listed.query == {"page": "1", "keywords": ["a", "b&c"]}
    assert listed.headers["x-mine"] == "1"
    assert (listed.content, listed.json) == (b"", None)
    assert posted.json == {"name": "Lamp"}
    assert mock.calls_of("things.post")[0].url == "https://mock.test/things"
    mock.reset()
    assert mock.calls == []


def test_recorded_calls_show_no_credentials(sdk: Any, testing: Any) -> None:
    """They hold them, for those who test that."""
    client = sdk.ThingsSdk(token="very-secret")
    other = sdk.ThingsSdk(key="very-secret")
    with testing.ThingsSdkMock(client, other) as mock:
        get(client)
        list(client.things.iterate())
        get(other)
    first, _, last = mock.calls

    assert first.headers["authorization"] == "Bearer very-secret"
    assert last.query["key"] == "very-secret"
    assert "very-secret" not in f"{mock.calls}{first.headers}{last!r}"
    assert (
        repr(first) == f"<Call thing.get: GET https://api.example.com/v1/things/{ID}>"
    )


def test_files_are_recorded_as_they_are_sent(mock: Any, run: Run) -> None:
    """What is read piece by piece is read by the mock."""

    def pieces() -> Iterator[bytes]:
        yield b"one "
        yield b"two"

    run(mock, lambda client: client.thing.upload(thing_id=ID, file=pieces()))

    assert b"one two" in mock.calls[0].content


# ------------------------------------------------------------------------- clients


def test_a_client_is_taken_over_for_a_while(sdk: Any, testing: Any) -> None:
    """With its own settings; afterwards it is as it was."""
    gone = "http://127.0.0.1:1"
    with sdk.ThingsSdk(key="t", base_url=gone, max_retries=0) as client:
        with (
            testing.ThingsSdkMock(client) as mock,
            testing.ThingsSdkMock(client) as inner,
        ):
            inner.fail(status=503)
            with pytest.raises(sdk.ServiceUnavailableError):
                get(client)
        assert (len(mock.calls), len(inner.calls)) == (0, 1)
        with testing.ThingsSdkMock(client) as mock:
            assert get(client).name == "Lamp"
        assert mock.calls[0].url.startswith(gone)
        with pytest.raises(sdk.APIConnectionError, match=r"refused|connect"):
            get(client)

    async def running() -> None:
        other = sdk.AsyncThingsSdk(token="t", base_url=gone)
        with testing.ThingsSdkMock(other):
            assert (await get(other)).name == "Lamp"
        await other.close()

    asyncio.run(running())


def test_a_client_that_fetches_tokens_gets_one(sdk: Any, testing: Any) -> None:
    """Of the mock, which can refuse it."""
    given = {"client_id": "an-id", "client_secret": "a-secret"}
    client, other = sdk.ThingsSdk(**given), sdk.AsyncThingsSdk(**given)
    with testing.ThingsSdkMock(client, other) as mock:
        get(client)
        asyncio.run(get(other))
        fetched = mock.calls_of("oauth2.token")
        mock.fail("oauth2.token", status=401)
        with pytest.raises(sdk.AuthenticationError):
            get(sdk.ThingsSdk(**given, transport=client._core.given))

    assert [call.operation for call in mock.calls[:4]] == [
        "oauth2.token", "thing.get", "oauth2.token", "thing.get",
    ]  # fmt: skip
    assert {call.url for call in fetched} == {"https://id.test/token"}
    assert mock.calls_of("thing.get")[0].headers["authorization"] == "Bearer a-token"


def test_the_environment_has_no_say(
    sdk: Any, testing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clients of a mock are complete."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    mock = testing.ThingsSdkMock()

    assert get(mock.client).name == "Lamp"
    assert repr(mock.client) == "<ThingsSdk https://mock.test>"
    assert mock.client is mock.client
    assert sdk.with_response(mock.client.thing.get)(thing_id=ID).status == 200


def test_threads_share_a_mock(mock: Any) -> None:
    """No call is lost, and no answer is given twice."""
    for number in range(CALLS):
        mock.respond("thing.get", json={"id": ID, "name": str(number)}, times=1)
    client = mock.client

    def name(_: int) -> str:
        found: str = get(client).name
        return found

    with ThreadPoolExecutor(8) as pool:
        names = list(pool.map(name, range(CALLS)))

    assert sorted(names, key=int) == [str(number) for number in range(CALLS)]
    assert len(mock.calls) == CALLS
    assert mock.unused == []


def test_tasks_share_a_mock(mock: Any) -> None:
    """The same with tasks."""
    for number in range(CALLS):
        mock.respond("thing.get", json={"id": ID, "name": str(number)}, times=1)

    async def running() -> list[str]:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(get(mock.async_client)) for _ in range(CALLS)]
        return [task.result().name for task in tasks]

    assert sorted(asyncio.run(running()), key=int) == [str(n) for n in range(CALLS)]
