"""The transport over aiohttp: what is there besides the faults that all share."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("aiohttp")
pytest.importorskip("trustme")

from certificates import server_context
from faces import AiohttpFace
from loopback import BEARER, Loopback, events, reply
from package._runtime import APIConnectionError, AsyncTransport
from package.aiohttp import AiohttpTransport
from proxies import forward, tunnel
from sample import AsyncSample
from things import FOUND
from watchdog import watched


@pytest.fixture
def face() -> AiohttpFace:
    """The asynchronous client over aiohttp."""
    return AiohttpFace()


def get(client: Any, **more: Any) -> Any:
    """The simplest call, of a thing whose id has to be quoted."""
    return client.thing.get(thing_id="a/b", **more)


def test_it_sends_what_the_other_one_sends(face: AiohttpFace) -> None:
    """The same URL, headers and body."""
    with Loopback(FOUND) as server:
        face(get, base_url=server.url, headers={"X-Mine": "1"})
        face(
            lambda client: client.thing.patch(thing_id="t", thing_patch={"name": "x"}),
            base_url=server.url,
        )
        face(lambda client: client.thing.patch(thing_id="t"), base_url=server.url)

    first, second, third = server.requests
    assert first.target.startswith("/things/a%2Fb?")
    assert first.headers == {
        "host": server.url.removeprefix("http://"),
        "user-agent": first.headers["user-agent"],
        "accept-encoding": "gzip, deflate",
        "accept": "application/json",
        "authorization": "Bearer secret-token",
        "x-mine": "1",
    }
    assert first.headers["user-agent"].startswith("sample-sdk/")
    assert second.json == {"name": "x"}
    assert second.headers["content-type"] == "application/json"
    assert third.body == b""
    assert third.headers["content-length"] == "0"


def test_files_are_streamed(face: AiohttpFace) -> None:
    """With their length, if it is known."""
    blob = b"x" * 300_000
    with Loopback(FOUND) as server:
        face(
            lambda client: client.thing.upload(thing_id="t", bundle=io.BytesIO(blob)),
            base_url=server.url,
        )

    assert blob in server.request.body
    assert int(server.request.headers["content-length"]) == len(server.request.body)


def test_answers_are_the_same(face: AiohttpFace) -> None:
    """Several headers of a name are one; cookies are not kept."""
    cookies = reply(
        b"{}",
        status=404,
        media_type="application/json",
        headers={"X-One": "1", "x-one": "2", "Set-Cookie": "a=b"},
    )
    with Loopback(cookies, FOUND) as server:

        async def both(client: Any) -> Any:
            with pytest.raises(Exception, match="404") as caught:
                await get(client)
            await get(client)
            return caught.value

        error = face(both, base_url=server.url)

    assert error.headers["x-one"] == "1, 2"
    assert "cookie" not in server.requests[1].headers
    assert server.connections == 1


def test_streams_are_heard_and_left(face: AiohttpFace) -> None:
    """Whoever waits for an event wakes up when the stream is closed."""
    event = b'event: reading\ndata: {"time": 1, "data": {}}\n\n'

    async def leave(client: Any) -> list[Any]:
        found: list[Any] = []
        async with client.thing.stream(thing_id="t") as stream:

            async def hear() -> None:
                async for each in stream:
                    found.append(each.data.time)

            hearing = asyncio.create_task(hear())
            while not found:
                await asyncio.sleep(0)
            await stream.close()
            await hearing
        return found

    with Loopback(events(event)) as server:
        assert watched(lambda: face(leave, base_url=server.url)) == [1]


def test_certificates_and_proxies_are_settings_of_its_own(
    face: AiohttpFace, trusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or of the environment."""
    with (
        Loopback(forward(FOUND)) as plain,
        Loopback(tunnel) as proxy,
        Loopback(FOUND, tls=server_context()) as server,
    ):
        named = plain.url.replace("http://", "http://me:p%40ss@")
        face(get, base_url="http://api.test", proxy=named)
        face(get, base_url=server.url, proxy=proxy.url, verify=trusted)
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        monkeypatch.setenv("https_proxy", proxy.url)
        face(get, base_url=server.url, verify=trusted)
        face(get, base_url=server.url, verify=trusted, trust_env=False)

    assert plain.request.target.startswith("http://api.test/things/")
    assert [each.method for each in proxy.requests] == ["CONNECT", "CONNECT"]
    assert len(server.requests) == 3


def test_a_way_that_there_is_not_is_no_connection(
    face: AiohttpFace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing was sent."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "nowhere.pem"))

    with pytest.raises(APIConnectionError) as caught:
        face(get, base_url="https://api.test", max_retries=0)

    assert caught.value.sent is False


def test_settings_that_cannot_be_used_are_refused_at_once(tmp_path: Path) -> None:
    """When it is made."""
    with pytest.raises(ValueError, match="SOCKS"):
        AiohttpTransport(proxy="socks5://proxy.test")
    with pytest.raises(ValueError, match="proxy"):
        AiohttpTransport(proxy="proxy.test")
    with pytest.raises(ValueError, match="verify"):
        AiohttpTransport(verify=tmp_path / "nowhere.pem")
    with pytest.raises(ValueError, match="connections"):
        AiohttpTransport(connections=0)


def test_it_can_be_closed_and_used_again() -> None:
    """A client does not close what it was given."""

    async def run(url: str) -> None:
        transport: AsyncTransport = AiohttpTransport()
        for _ in range(2):
            async with AsyncSample(
                base_url=url, access_token=BEARER, transport=transport
            ) as client:
                await get(client)
        await transport.close()
        await transport.close()
        async with AiohttpTransport(connections=1) as another:
            client = AsyncSample(
                base_url=url, access_token=BEARER, transport=another, timeout=20.0
            )
            await asyncio.gather(*(get(client) for _ in range(5)))

    with Loopback(FOUND) as server:
        watched(lambda: asyncio.run(run(server.url)))

    assert len(server.requests) == 7
    assert server.connections == 2
