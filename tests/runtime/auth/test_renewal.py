"""Tokens fetched when needed: once for all who wait, and again when it is time."""

from __future__ import annotations

import asyncio
import io
import logging
import pickle
from typing import Any

import pytest
from faces import Face
from logins import Clock, Logins, provider, sent, taking
from loopback import BEARER, Loopback, events, reply
from package._runtime import (
    AsyncTokenProvider,
    AuthenticationError,
    Token,
    TokenProvider,
)
from sample import AsyncSample, Sample
from things import FOUND, get


class Pipe(io.RawIOBase):
    """A file that can be read once."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        del buffer
        return 0


def test_it_is_fetched_on_first_use_and_kept(face: Face) -> None:
    """Making a client logs nobody in."""
    logins = Logins()
    source = provider(face, logins)
    assert logins.count == 0

    with Loopback(FOUND) as server:
        for _ in range(3):
            face(get, base_url=server.url, access_token=source)

    assert sent(server) == ["Bearer token-1"] * 3
    assert logins.count == 1


@pytest.mark.parametrize(("lifetime", "fresh"), [(3600.0, 3539.0), (100.0, 89.0)])
def test_it_is_renewed_before_it_expires(
    face: Face, lifetime: float, fresh: float
) -> None:
    """A minute before, or a tenth of its life if that is less."""
    clock, logins = Clock(), Logins(lifetime=lifetime)
    source = provider(face, logins, clock=clock)
    with Loopback(FOUND) as server:
        for step in (0.0, fresh, 2.0, fresh):
            clock.now += step
            face(get, base_url=server.url, access_token=source)

    assert [each[-1] for each in sent(server)] == ["1", "1", "2", "2"]


def test_one_of_unknown_life_is_kept_until_it_is_refused(face: Face) -> None:
    """Then it is renewed, and the call sent once more."""
    clock, logins = Clock(), Logins()
    source = provider(face, logins, clock=clock)
    with Loopback(taking("token-1")) as server:
        face(get, base_url=server.url, access_token=source)
        clock.now += 10**9
        face(get, base_url=server.url, access_token=source)
    with Loopback(taking("token-2")) as server:
        face(get, base_url=server.url, access_token=source, max_retries=0)
        face(get, base_url=server.url, access_token=source)

    assert sent(server) == ["Bearer token-1", "Bearer token-2", "Bearer token-2"]


def test_a_call_is_repeated_once_after_a_refusal(face: Face) -> None:
    """A server that refuses every token is not asked for ever."""
    logins = Logins()
    with Loopback(taking()) as server, pytest.raises(AuthenticationError) as caught:
        face(get, base_url=server.url, access_token=provider(face, logins))

    assert sent(server) == ["Bearer token-1", "Bearer token-2"]
    assert caught.value.attempts == 2


def test_a_string_is_not_renewed(face: Face) -> None:
    """There is nothing else to present."""
    with Loopback(taking()) as server, pytest.raises(AuthenticationError):
        face(get, base_url=server.url, access_token=BEARER)

    assert len(server.requests) == 1


def test_a_plain_function_is_asked_once_more(face: Face) -> None:
    """Another token than the one that was refused is tried; the same one is not."""
    tokens = iter(["old", "new"])
    with Loopback(taking("new")) as server:
        face(get, base_url=server.url, access_token=lambda: next(tokens))
    assert sent(server) == ["Bearer old", "Bearer new"]

    with Loopback(taking()) as server, pytest.raises(AuthenticationError):
        face(get, base_url=server.url, access_token=lambda: "the-same")
    assert sent(server) == ["Bearer the-same"]


def test_what_cannot_be_sent_again_is_not(face: Face) -> None:
    """A body that comes in pieces is gone after the first try."""
    logins = Logins()

    def upload(client: Any) -> Any:
        return client.thing.upload(thing_id="t1", bundle=Pipe())

    with Loopback(taking("token-2")) as server, pytest.raises(AuthenticationError):
        face(upload, base_url=server.url, access_token=provider(face, logins))

    assert len(server.requests) == 1


def test_a_failure_is_raised_and_not_remembered(face: Face) -> None:
    """Whoever asks next tries again."""
    logins = Logins()
    logins.failure = ConnectionError("no network yet")
    source = provider(face, logins)
    with Loopback(FOUND) as server:
        with pytest.raises(ConnectionError, match="no network yet"):
            face(get, base_url=server.url, access_token=source)
        assert server.requests == []
        logins.failure = None
        face(get, base_url=server.url, access_token=source)

    assert sent(server) == ["Bearer token-2"]


def test_what_cannot_be_renewed_is_used_until_it_expires(face: Face) -> None:
    """A minute without the server of tokens breaks nothing, and delays few calls."""
    clock, logins = Clock(), Logins(lifetime=3600)
    source = provider(face, logins, clock=clock)
    with Loopback(FOUND) as server:
        face(get, base_url=server.url, access_token=source)
        logins.failure = ConnectionError("down")
        clock.now += 3550
        for _ in range(3):
            face(get, base_url=server.url, access_token=source)
        assert logins.count == 2
        clock.now += 51
        with pytest.raises(ConnectionError, match="down"):
            face(get, base_url=server.url, access_token=source)

    assert sent(server) == ["Bearer token-1"] * 4


def test_a_refused_token_is_not_used_again_though_it_could_not_be_renewed(
    face: Face,
) -> None:
    """The caller hears why: the failure of the login."""
    logins = Logins(lifetime=3600)
    source = provider(face, logins)
    with Loopback(FOUND) as server:
        face(get, base_url=server.url, access_token=source)
    logins.failure = ConnectionError("down")
    with (
        Loopback(taking()) as server,
        pytest.raises(ConnectionError, match="down"),
    ):
        face(get, base_url=server.url, access_token=source)


@pytest.mark.parametrize(
    ("found", "error"), [("", ValueError), (None, TypeError), (7, TypeError)]
)
def test_a_fetch_has_to_give_a_token(
    face: Face, found: object, error: type[Exception]
) -> None:
    """An empty one would be sent as ``Bearer`` and no more."""
    with pytest.raises(error, match="token"):
        face(
            get,
            base_url="http://x.example",
            access_token=provider(face, lambda: found),
        )


def test_a_fetch_that_needs_the_token_itself_says_so(face: Face) -> None:
    """It would wait for itself."""
    if face.name == "sync":
        blocking = TokenProvider(lambda: blocking())
        source: Any = blocking
    else:
        awaited = AsyncTokenProvider(lambda: awaited())
        source = awaited
    with pytest.raises(RuntimeError, match="needs the token itself"):
        face(get, base_url="http://x.example", access_token=source)


# -------------------------------------------------------------------- the rest


def test_a_stream_renews_its_token(face: Face) -> None:
    """As a call does, when it is opened."""
    source = provider(face, Logins())
    opened = events(b'event: reading\ndata: {"time": 1, "data": {}}\n\n')
    with Loopback(reply(status=401), opened) as server:
        face.listen(
            lambda client: client.thing.stream(thing_id="t1"),
            1,
            base_url=server.url,
            access_token=source,
        )

    assert sent(server) == ["Bearer token-1", "Bearer token-2"]


def test_no_secret_is_shown(face: Face, caplog: pytest.LogCaptureFixture) -> None:
    """Neither by ``repr`` nor in the log."""
    source = provider(face, lambda: Token("hunter2-hunter2", 60))
    caplog.set_level(logging.DEBUG)
    with Loopback(FOUND) as server:
        face(get, base_url=server.url, access_token=source)

    assert "hunter2" not in repr(Token("hunter2-hunter2", 60)) + repr(source)
    assert "hunter2" not in caplog.text


def fetched() -> Token:
    """A fetch that can be pickled: a function of a module."""
    return Token("a-secret", 60)


def test_a_provider_is_pickled_without_its_token() -> None:
    """Another process logs in by itself; its clock is another one, too."""
    source = TokenProvider(fetched)
    source()

    assert b"a-secret" not in pickle.dumps(source)
    assert pickle.loads(pickle.dumps(source))() == "a-secret"
    other = pickle.loads(pickle.dumps(AsyncTokenProvider(fetched)))
    assert asyncio.run(other()) == "a-secret"


def test_a_client_is_pickled_without_its_connections() -> None:
    """Another process makes its own, and logs in by itself."""
    with Loopback(FOUND) as server:
        with Sample(base_url=server.url, access_token=TokenProvider(fetched)) as client:
            get(client)
            pickled = pickle.dumps(client)
        assert b"a-secret" not in pickled
        with pickle.loads(pickled) as copy:
            get(copy)

        async def run() -> None:
            source = AsyncTokenProvider(fetched)
            async with AsyncSample(base_url=server.url, access_token=source) as client:
                await get(client)
                pickled = pickle.dumps(client)
            async with pickle.loads(pickled) as copy:
                await get(copy)

        asyncio.run(run())

    assert sent(server) == ["Bearer a-secret"] * 4


def test_a_client_that_blocks_does_not_await() -> None:
    """A coroutine function is for the asynchronous client."""

    async def coroutine() -> str:
        return "a-token"

    wrong: Any = coroutine
    with (
        Sample(base_url="http://x.example", access_token=wrong) as client,
        pytest.raises(TypeError, match="access_token: only the asynchronous client"),
    ):
        get(client)


def test_an_asynchronous_client_takes_any_function() -> None:
    """One that is to be awaited, and one that is not."""

    async def coroutine() -> str:
        return "awaited"

    async def run() -> None:
        for source in (coroutine, lambda: "at-once"):
            async with AsyncSample(base_url=server.url, access_token=source) as client:
                await get(client)

    with Loopback(FOUND) as server:
        asyncio.run(run())

    assert sent(server) == ["Bearer awaited", "Bearer at-once"]
