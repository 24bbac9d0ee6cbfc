"""How credentials are presented, and which of them."""

from __future__ import annotations

from typing import Any

import pytest
from faces import Face
from loopback import BEARER, Loopback, reply
from package._runtime import MissingCredentialsError
from package._runtime.call.request_builder import Engine
from package._runtime.spec.operation import ClientConfig, Credential, Operation, Param
from package._runtime.transport.interface import Request
from things import FOUND, get

CONFIG = ClientConfig(
    package="p",
    version="1",
    base_url="http://x.example",
    auth=(
        Credential("token", "bearer", "header", "Authorization", environment="A_TOKEN"),
        Credential("login", "basic", "header", "Authorization"),
        Credential("in_header", "apiKey", "header", "X-Key"),
        Credential("in_query", "apiKey", "query", "api key"),
        Credential("in_cookie", "apiKey", "cookie", "session"),
    ),
)


def request(*auth: tuple[str, ...], headers: Any = None, **given: Any) -> Request:
    """The request of a call with these alternatives, and these credentials."""
    operation: Operation[None] = Operation("x.get", "GET", "/x", auth=auth, options=())
    engine = Engine(CONFIG, credentials=given, headers=headers)
    exchange = engine.prepare(operation, None, ())
    exchange.authorize()
    return exchange.request


@pytest.mark.parametrize(
    ("name", "secret", "header", "value"),
    [
        ("token", "abc", "Authorization", "Bearer abc"),
        ("login", "Aladdin:open sesame", "Authorization",
         "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        ("in_header", "k", "X-Key", "k"),
        ("in_cookie", "a;b", "Cookie", "session=a%3Bb"),
    ],
)  # fmt: skip
def test_a_credential_goes_where_its_scheme_says(
    name: str, secret: str, header: str, value: str
) -> None:
    """RFC 6750, RFC 7617, or the name of an API key."""
    assert request((name,), **{name: secret}).headers[header] == value


def test_a_key_in_the_query_is_quoted_and_not_shown() -> None:
    """It is part of the URL, and of no ``repr``."""
    made = request(("in_query",), in_query="a&b")

    assert made.url == "http://x.example/x?api%20key=a%26b"
    assert "a%26b" not in repr(made)


def test_a_key_that_is_a_parameter_as_well_is_sent_once() -> None:
    """What the call says counts; where it says nothing, the client's is sent."""
    operation: Operation[None] = Operation(
        "x.get",
        "GET",
        "/x",
        params=(
            Param("api key", "query"),
            Param("x-key", "header"),
            Param("session", "cookie"),
        ),
        auth=(("in_query", "in_header", "in_cookie"),),
    )
    engine = Engine(
        CONFIG, credentials={"in_query": "q", "in_header": "h", "in_cookie": "c"}
    )

    def sent(*values: object) -> tuple[str, list[str]]:
        exchange = engine.prepare(operation, None, values)
        exchange.authorize()
        headers = exchange.request.headers
        return exchange.request.url, [
            value
            for name, value in headers.items()
            if name.lower() in ("x-key", "cookie")
        ]

    assert sent("a b", "own", "mine") == (
        "http://x.example/x?api%20key=a%20b",
        ["own", "session=mine"],
    )
    assert sent(None, None, None) == (
        "http://x.example/x?api%20key=q",
        ["h", "session=c"],
    )


def test_the_first_alternative_that_is_complete_is_taken() -> None:
    """One may need several credentials at once."""
    both = ("in_header", "in_query")

    made = request(both, ("token",), token=BEARER, in_header="k")
    assert made.headers["Authorization"] == f"Bearer {BEARER}"
    assert "X-Key" not in made.headers

    made = request(both, ("token",), token=BEARER, in_header="k", in_query="q")
    assert "Authorization" not in made.headers
    assert made.headers["X-Key"] == "k"
    assert made.url.endswith("?api%20key=q")


def test_where_none_is_needed_one_that_is_there_is_used() -> None:
    """Optional is not unwanted."""
    assert (
        request((), ("token",), token=BEARER).headers["Authorization"]
        == f"Bearer {BEARER}"
    )
    assert "Authorization" not in request((), ("token",)).headers
    assert "Authorization" not in request(token=BEARER).headers


def test_what_is_missing_is_named_with_every_way_to_give_it() -> None:
    """Arguments, and environment variables where there are some."""
    with pytest.raises(MissingCredentialsError) as caught:
        request(("token",), ("in_header", "in_query"))

    assert str(caught.value) == (
        "x.get needs a credential: pass token= or set A_TOKEN; pass in_header=;"
        " pass in_query="
    )


def test_headers_of_the_caller_count_as_credentials() -> None:
    """By name, whatever its case."""
    made = request(("in_header", "token"), headers={"x-KEY": "own"}, token=BEARER)

    assert made.headers["x-KEY"] == "own"
    assert made.headers["Authorization"] == f"Bearer {BEARER}"


def test_a_credential_comes_from_the_argument_else_from_the_environment(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without either nothing is sent, and the error says what to do.

    An argument that is empty is not replaced: it was meant.
    """
    with Loopback(FOUND) as server:
        with pytest.raises(MissingCredentialsError) as caught:
            face(get, base_url=server.url, access_token=None)
        assert server.requests == []
        monkeypatch.setenv("SAMPLE_TOKEN", "from-environment")
        face(get, base_url=server.url, access_token=None)
        face(get, base_url=server.url, access_token=BEARER)
        with pytest.raises(MissingCredentialsError):
            face(get, base_url=server.url, access_token="")

    assert "access_token=" in str(caught.value)
    assert "SAMPLE_TOKEN" in str(caught.value)
    assert isinstance(caught.value, ValueError)
    assert [each.headers["authorization"] for each in server.requests] == [
        "Bearer from-environment",
        f"Bearer {BEARER}",
    ]


def test_a_credential_may_be_a_function(face: Face) -> None:
    """It is asked at each request."""
    tokens = iter(["one", "two"])
    with Loopback(FOUND) as server:
        for _ in range(2):
            face(get, base_url=server.url, access_token=lambda: next(tokens))

    sent = [each.headers["authorization"] for each in server.requests]
    assert sent == ["Bearer one", "Bearer two"]


def test_another_credential_does_where_the_api_takes_either(face: Face) -> None:
    """Alternatives are tried in their order."""
    with Loopback(FOUND) as server:
        face(get, base_url=server.url, access_token=None, api_key="k")

    assert server.request.headers["x-api-key"] == "k"
    assert "authorization" not in server.request.headers


def test_a_header_of_the_caller_is_a_credential_too(face: Face) -> None:
    """Whoever sets ``Authorization`` needs no argument."""
    headers = {"authorization": "Custom abc"}
    with Loopback(FOUND) as server:
        face(get, base_url=server.url, access_token=None, headers=headers)

    assert server.request.headers["authorization"] == "Custom abc"


def test_an_open_operation_sends_no_credential(face: Face) -> None:
    """What the API does not need is not given away."""
    with Loopback(reply(b"hi", media_type="text/plain")) as server:
        face(lambda client: client.thing.text(thing_id="t1"), base_url=server.url)

    assert "authorization" not in server.request.headers
