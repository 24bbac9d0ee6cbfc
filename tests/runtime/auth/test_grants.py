"""Tokens by client credentials of OAuth 2 (RFC 6749, 4.4), from a server on loopback."""

from __future__ import annotations

import asyncio
import logging
import pickle
import threading
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import parse_qsl

import pytest
from loopback import Loopback, Received, Wire, json_reply, reply
from package._runtime import (
    APIDecodeError,
    APIStatusError,
    AsyncClient,
    AuthenticationError,
    BadRequestError,
    Client,
    ClientConfig,
    Credential,
    Grant,
    MissingCredentialsError,
    Operation,
    TokenProvider,
)
from package._runtime.client.client_credentials import (
    provide_tokens,
    provide_tokens_async,
)

GET: Operation[None] = Operation("thing.get", "GET", "/thing", responses={"200": None})
SECRET = "s3cret/with+odd chars"
ID = "client:id"
FINE = json_reply(
    {"access_token": "token-1", "token_type": "Bearer", "expires_in": 3600}
)


def config(token_url: str, **more: Any) -> ClientConfig:
    """An API whose tokens are at a URL."""
    grant = Grant(token_url, environment=("T_ID", "T_SECRET"), **more)
    auth = Credential(
        "oauth", "bearer", "header", "Authorization", environment="T_TOKEN", grant=grant
    )
    return ClientConfig(package="sample_sdk", version="1.2.3", auth=(auth,))


def called(
    kind: str,
    times: int,
    api: Loopback,
    token_url: str,
    *,
    given: Any = (),
    **more: Any,
) -> None:
    """So many calls of one client, one after another; they raise what they raise."""
    client_id, secret, url, scopes = [*given, None, None, None, None][:4]
    settings: dict[str, Any] = {
        "credentials": {"oauth": None},
        "base_url": api.url,
        **more,
    }
    said = {"oauth": (client_id, secret, url, scopes)}
    if kind == "sync":
        with Client(config(token_url), **settings) as client:
            provide_tokens(core(client), said)
            for _ in range(times):
                core(client).call(GET, None)
        return

    async def run() -> None:
        async with AsyncClient(config(token_url), **settings) as client:
            provide_tokens_async(core(client), said)
            for _ in range(times):
                await core(client).call(GET, None)

    asyncio.run(run())


def core(client: Client | AsyncClient) -> Any:
    return client._core  # pyright: ignore[reportPrivateUsage]


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> str:
    return cast("str", request.param)


def form(request: Received) -> dict[str, str]:
    return dict(parse_qsl(request.body.decode(), strict_parsing=True))


def basic(request: Received) -> str:
    scheme, _, value = request.headers["authorization"].partition(" ")
    assert scheme == "Basic"
    return b64decode(value).decode()


def bearers(api: Loopback) -> list[str]:
    return [each.headers["authorization"] for each in api.requests]


def test_a_token_is_fetched_once_and_presented(kind: str) -> None:
    """Id and secret go into the header, each encoded as in a form."""
    with Loopback(FINE) as tokens, Loopback(reply()) as api:
        url = f"{tokens.url}/token/?tenant=a%20b"
        called(kind, 3, api, url, given=(ID, SECRET))

        asked = tokens.request
        assert (asked.method, asked.target) == ("POST", "/token/?tenant=a%20b")
        assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
        assert form(asked) == {"grant_type": "client_credentials"}
        assert basic(asked) == "client%3Aid:s3cret%2Fwith%2Bodd+chars"
        assert bearers(api) == ["Bearer token-1"] * 3


def test_scopes_and_another_url_may_be_said(kind: str) -> None:
    with Loopback(FINE) as tokens, Loopback(reply()) as api:
        given = ("id", "secret", f"{tokens.url}/t", ("read", "write"))
        called(kind, 1, api, "https://nowhere.invalid/t", given=given)

        assert form(tokens.request)["scope"] == "read write"


def test_id_and_secret_may_stand_in_the_environment(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("T_ID", "a")
    monkeypatch.setenv("T_SECRET", "b")
    with Loopback(FINE) as tokens, Loopback(reply()) as api:
        called(kind, 1, api, tokens.url)

        assert basic(tokens.request) == "a:b"


def test_a_token_that_is_there_is_not_fetched(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Passed or in the environment: it comes before what would be fetched."""
    with Loopback(FINE) as tokens, Loopback(reply()) as api:
        said = {"credentials": {"oauth": "mine"}}
        called(kind, 1, api, tokens.url, given=("a", "b"), **said)
        monkeypatch.setenv("T_TOKEN", "theirs")
        called(kind, 1, api, tokens.url, given=("a", "b"))

        assert bearers(api) == ["Bearer mine", "Bearer theirs"]
        assert tokens.requests == []


def test_it_may_be_relative_to_the_server(kind: str) -> None:
    with Loopback(FINE, reply()) as api:
        called(kind, 1, api, "oauth/token", given=("a", "b"))

        assert [each.path for each in api.requests] == ["/oauth/token", "/thing"]


def test_a_server_that_reads_no_header_gets_them_in_the_body(kind: str) -> None:
    """Once it says that it does not know the client; it is not asked that way again."""

    def answer(request: Received, wire: Wire) -> None:
        if "authorization" in request.headers:
            json_reply({"error": "invalid_client"}, status=401)(request, wire)
        else:
            token = {"access_token": f"token-{len(tokens.requests)}", "expires_in": "1"}
            json_reply(token)(request, wire)

    refused = reply(status=401)
    with Loopback(answer) as tokens, Loopback(refused, reply()) as api:
        called(kind, 1, api, tokens.url, given=(ID, SECRET))

        _, second, third = tokens.requests
        assert form(second)["client_id"] == ID
        assert form(second)["client_secret"] == SECRET
        assert "authorization" not in third.headers
        assert bearers(api) == ["Bearer token-2", "Bearer token-3"]


def test_it_is_renewed_before_it_expires_and_when_it_is_refused(kind: str) -> None:
    def answer(request: Received, wire: Wire) -> None:
        # Of the first there is no time left at all.
        lifetime = 0.0001 if len(tokens.requests) == 1 else 3600
        token = f"token-{len(tokens.requests)}"
        json_reply({"access_token": token, "expires_in": lifetime})(request, wire)

    with (
        Loopback(answer) as tokens,
        Loopback(reply(), reply(), reply(status=401), reply()) as api,
    ):
        called(kind, 3, api, tokens.url, given=("a", "b"))

        assert bearers(api) == [f"Bearer token-{number}" for number in (1, 2, 2, 3)]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (json_reply({"error": "invalid_scope"}, status=400), BadRequestError),
        (json_reply({"error": "invalid_client"}, status=401), AuthenticationError),
        (reply(status=302, headers={"Location": "https://a.invalid/"}), APIStatusError),
        (reply(b"no JSON"), APIDecodeError),
        (json_reply([]), APIDecodeError),
        (json_reply({"token_type": "bearer"}), APIDecodeError),
        (json_reply({"access_token": 1}), APIDecodeError),
        (json_reply({"access_token": "x", "token_type": "mac"}), APIDecodeError),
    ],
)
def test_no_token_is_an_error_and_nothing_is_called(
    kind: str, answer: Any, error: type[Exception]
) -> None:
    with Loopback(answer) as tokens, Loopback(reply()) as api:
        with pytest.raises(error) as caught:
            called(kind, 1, api, tokens.url, given=("a", "b"), max_retries=0)

        assert "token" in str(caught.value)
        assert api.requests == []


def test_secrets_are_in_no_log_repr_or_exception(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Although the server repeats them."""
    echo = {
        "error": "invalid_scope",
        "error_description": f"{ID} {SECRET} secret-token",
    }
    caplog.set_level(logging.DEBUG)
    with Loopback(json_reply(echo, status=400)) as tokens, Loopback(reply()) as api:
        with pytest.raises(BadRequestError) as caught:
            called(kind, 1, api, tokens.url, given=(ID, SECRET))
        error = caught.value
        shown = [str(error), repr(error), repr(vars(error)), repr(error.args)]

    with Loopback(FINE) as tokens, Loopback(reply()) as api:
        called(kind, 1, api, tokens.url, given=(ID, SECRET))
    assert caplog.text
    for text in [*shown, caplog.text]:
        assert SECRET not in text
        assert "token-1" not in text
        assert "s3cret%2F" not in text


def test_without_credentials_nothing_is_sent(kind: str) -> None:
    """The error names every way."""
    with Loopback(FINE) as tokens, Loopback(reply()) as api:
        with pytest.raises(
            MissingCredentialsError, match="client_id= and client_secret="
        ):
            called(kind, 1, api, tokens.url)
        assert tokens.requests == api.requests == []


@pytest.mark.parametrize(
    ("given", "missing"), [(("a",), "client_secret"), ((None, "b"), "client_id")]
)
def test_one_without_the_other_is_refused(kind: str, given: Any, missing: str) -> None:
    with Loopback(reply()) as api, pytest.raises(ValueError, match=missing):
        called(kind, 1, api, "https://a.invalid", given=given)


@pytest.mark.parametrize(
    ("document", "said", "fine"),
    [
        ("http://login.example.com/t", None, False),
        ("https://login.example.com/t", None, True),
        ("http://localhost:9/t", None, True),
        ("http://[::1]:9/t", None, True),
        ("http://127.0.0.1.example.com/t", None, False),
        ("http://login.example.com/t", "http://login.internal/t", True),
        ("https://a.invalid/t", "ftp://a.invalid/t", False),
        ("https://a.invalid/t", "https://user:word@a.invalid/t", False),
        ("ftp://a.invalid/t", None, False),
    ],
)
def test_a_document_cannot_have_secrets_sent_in_the_clear(
    kind: str, document: str, said: str | None, fine: bool
) -> None:
    with Loopback(reply()) as api:
        if fine:
            called(kind, 0, api, document, given=("a", "b", said))
        else:
            with pytest.raises(ValueError, match=r"TLS|base_url"):
                called(kind, 0, api, document, given=("a", "b", said))


def test_threads_wait_for_one_fetch() -> None:
    together = threading.Barrier(8)
    with Loopback(FINE) as tokens, Loopback(reply()) as api:
        given = {"oauth": ("a", "b", None, None)}
        with Client(config(tokens.url), credentials={}, base_url=api.url) as client:
            provide_tokens(core(client), given)

            def call() -> None:
                together.wait()
                core(client).call(GET, None)

            threads = [threading.Thread(target=call) for _ in range(8)]
            for each in threads:
                each.start()
            for each in threads:
                each.join()

        assert len(tokens.requests) == 1
        assert len(api.requests) == 8


def test_tasks_wait_for_one_fetch() -> None:
    with Loopback(FINE) as tokens, Loopback(reply()) as api:

        async def run() -> None:
            async with AsyncClient(
                config(tokens.url),
                credentials={},
                base_url=api.url,
            ) as client:
                provide_tokens_async(core(client), {"oauth": ("a", "b", None, None)})
                await asyncio.gather(*(core(client).call(GET, None) for _ in range(8)))

        asyncio.run(run())

        assert len(tokens.requests) == 1
        assert len(api.requests) == 8


def test_a_pickle_fetches_a_token_of_its_own() -> None:
    with Loopback(FINE) as tokens, Loopback(reply()) as api:
        client = Client(
            config(tokens.url),
            credentials={},
            base_url=api.url,
        )
        provide_tokens(core(client), {"oauth": ("a", "b", None, None)})
        with client, pickle.loads(pickle.dumps(client)) as other:
            for each in (client, other):
                core(each).call(GET, None)

        assert len(tokens.requests) == 2


def test_a_provider_of_ones_own_comes_first() -> None:
    """As any credential that is passed."""
    with Loopback(FINE) as tokens, Loopback(reply()) as api:
        said: Mapping[str, Callable[[], str]] = {"oauth": TokenProvider(lambda: "own")}
        called("sync", 1, api, tokens.url, given=("a", "b"), credentials=said)

        assert bearers(api) == ["Bearer own"]
        assert tokens.requests == []
