"""Dialing: the addresses of a host in turn, and a resolver that says nothing."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from faces import Face
from loopback import BEARER, WATCHDOG, Loopback, json_reply
from package._runtime import APIConnectionError, APITimeoutError, Timeout
from package._runtime.transport.dialing import interleave_families
from sample import AsyncSample, Sample
from things import get
from watchdog import stalled_url, watched


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[tuple[str, int]]]:
    """Addresses of hosts, instead of what the system's resolver says."""
    hosts: dict[str, list[tuple[str, int]]] = {}
    real = socket.getaddrinfo

    def found(host: Any, port: Any, *args: Any, **more: Any) -> Any:
        if host not in hosts:
            return real(host, port, *args, **more)
        tcp = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
        return [(*tcp, address) for address in hosts[host]]

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return hosts


def address(url: str) -> tuple[str, int]:
    """Where a server listens."""
    host, _, port = url.removeprefix("http://").partition(":")
    return host, int(port)


def test_an_address_that_does_not_answer_keeps_nobody(
    face: Face, names: dict[str, list[tuple[str, int]]]
) -> None:
    """The next one is tried meanwhile, and at once after one that refuses."""
    with (
        Loopback(json_reply({"thingId": "t"})) as server,
        stalled_url() as stalled,
        socket.create_server(("127.0.0.1", 0)) as taken,
    ):
        refusing = taken.getsockname()
        taken.close()
        names["api.test"] = [refusing, address(stalled), address(server.url)]
        thing = watched(
            lambda: face(get, base_url="http://api.test", timeout=WATCHDOG * 10)
        )

    assert thing.thing_id == "t"


def test_addresses_that_all_refuse_are_an_error(
    face: Face, names: dict[str, list[tuple[str, int]]]
) -> None:
    """It is the last one that is told of."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        refusing = listener.getsockname()
    names["api.test"] = [refusing, refusing]

    with pytest.raises(
        APIConnectionError, match=r"refused|Connect call failed"
    ) as caught:
        watched(lambda: face(get, base_url="http://api.test"))

    assert caught.value.sent is False


def test_families_take_turns() -> None:
    """A network without IPv6 is noticed at the first address (RFC 8305, 4)."""

    def some(family: int, *hosts: str) -> Iterator[Any]:
        return ((family, 1, 6, "", (host, 80)) for host in hosts)

    six, four = socket.AF_INET6, socket.AF_INET
    found = interleave_families([*some(six, "a", "b", "c"), *some(four, "d")])

    assert [each[4][0] for each in found] == ["a", "d", "b", "c"]


@pytest.fixture
def mute_resolver(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A resolver that answers for names when it is told to."""
    told = threading.Event()
    real = socket.getaddrinfo

    def waiting(host: Any, port: Any, *args: Any, **more: Any) -> Any:
        if not more.get("flags", 0) & socket.AI_NUMERICHOST:
            told.wait(WATCHDOG)
            raise socket.gaierror(socket.EAI_AGAIN, "nobody knows")
        return real(host, port, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", waiting)
    yield told
    told.set()
    for thread in threading.enumerate():
        if thread.name.startswith("resolve "):
            thread.join(WATCHDOG)


def test_a_resolver_that_is_silent_is_a_connection_that_does_not_stand(
    mute_resolver: threading.Event,
) -> None:
    """The system's cannot be interrupted: it is left alone."""
    client = Sample(
        base_url="http://api.test",
        access_token=BEARER,
        timeout=Timeout(connect=0.1),
        max_retries=0,
    )

    with pytest.raises(APITimeoutError, match="not resolved") as caught:
        watched(lambda: get(client))

    assert caught.value.sent is False
    client.close()


def test_an_event_loop_does_not_wait_for_a_resolver(
    mute_resolver: threading.Event,
) -> None:
    """The same, awaited."""

    async def run() -> None:
        async with AsyncSample(
            base_url="http://api.test",
            access_token=BEARER,
            timeout=Timeout(connect=0.1),
            max_retries=0,
        ) as client:
            try:
                await client.thing.get(thing_id="t1")
            finally:
                # The loop ends with its threads, of which the resolver has one.
                mute_resolver.set()

    with pytest.raises(APITimeoutError) as caught:
        watched(lambda: asyncio.run(run()))

    assert caught.value.sent is False
