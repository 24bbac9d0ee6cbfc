"""Calls over real connections, of both faces of a client."""

from __future__ import annotations

import logging
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from faces import Face
from loopback import (
    BEARER,
    Loopback,
    Received,
    Wire,
    json_reply,
    refused_url,
    reply,
)
from package._runtime import (
    APIConnectionError,
    APIDecodeError,
    APIStatusError,
    APITimeoutError,
    BadRequestError,
    GatewayTimeoutError,
    InternalServerError,
    MissingCredentialsError,
    NotFoundError,
    RateLimitError,
    ResponseValidationWarning,
    Timeout,
)
from sample import AsyncSample, Sample
from sample.models import Error, Thing, ThingPatch, ThingWithTagMap

THING = {"thingId": "t1", "name": "Ada", "colour": {"unknown": True}}


def get(client: Any, **more: Any) -> Any:
    """The simplest call."""
    return client.thing.get(thing_id="t1", **more)


def test_a_call_gives_a_typed_result_with_what_it_does_not_know(face: Face) -> None:
    """Known fields are typed, unknown ones kept."""
    with Loopback(json_reply(THING)) as server:
        thing = face(get, base_url=server.url)

    assert isinstance(thing, Thing)
    assert thing.name == "Ada"
    assert thing.to_dict() == THING


def test_a_request_says_who_sends_it_and_what_it_wants(face: Face) -> None:
    """User agent, media type, credential, and global options at their defaults."""
    with Loopback(json_reply(THING)) as server:
        face(get, base_url=server.url)

    request = server.request
    assert (request.method, request.path) == ("GET", "/things/t1")
    assert request.headers["user-agent"].startswith("sample-sdk/1.2.3 python/3.")
    assert request.headers["accept"] == "application/json"
    assert request.headers["authorization"] == "Bearer secret-token"
    assert request.query == [("_actions", "false")]
    assert "x-domain" not in request.headers


def test_arguments_travel_where_they_belong(face: Face) -> None:
    """Query, JSON text, brackets, milliseconds, header and cookie."""
    start = datetime(2024, 1, 1, tzinfo=UTC)
    with Loopback(json_reply(THING)) as server:
        face(
            lambda client: client.thing.get(
                thing_id="a/b c",
                tags_as_object=True,
                query={"$or": [{"at": start}]},
                tag_filter=[{"key": "floor", "value": "8"}],
                start=start,
                trace="abc",
                flavour="sweet",
            ),
            base_url=server.url,
        )

    request = server.request
    assert request.target.startswith("/things/a%2Fb%20c?")
    assert request.query == [
        ("tagsAsObject", "true"),
        ("query", '{"$or":[{"at":"2024-01-01T00:00:00Z"}]}'),
        ("tagFilter[0][key]", "floor"),
        ("tagFilter[0][value]", "8"),
        ("start", "1704067200000"),
        ("_actions", "false"),
    ]
    assert request.headers["x-trace"] == "abc"
    assert request.headers["cookie"] == "flavour=sweet"


def test_options_of_a_call_go_before_those_of_the_client(face: Face) -> None:
    """First the call, then the client, then the default."""
    with Loopback(json_reply(THING)) as server:
        face(get, base_url=server.url, actions=True, domain="a.example")
        face(
            lambda client: get(
                client, request_options={"actions": False, "domain": "b.example"}
            ),
            base_url=server.url,
            actions=True,
            domain="a.example",
        )

    of_client, of_call = server.requests
    assert of_client.query == [("_actions", "true")]
    assert of_client.headers["x-domain"] == "a.example"
    assert of_call.query == [("_actions", "false")]
    assert of_call.headers["x-domain"] == "b.example"


def test_an_option_that_there_is_not_is_refused(face: Face) -> None:
    """It was meant to do something."""
    with (
        Loopback(json_reply(THING)) as server,
        pytest.raises(TypeError, match="request_options has no 'timeuot'"),
    ):
        face(
            lambda client: get(client, request_options={"timeuot": 1}),
            base_url=server.url,
        )

    assert server.requests == []


def test_headers_and_query_of_the_caller_are_sent(face: Face) -> None:
    """The caller's header replaces the SDK's of that name, whatever its case."""
    options = {"headers": {"ACCEPT": "text/x"}, "query": {"a b": True, "c": "&"}}
    with Loopback(json_reply(THING)) as server:
        face(
            lambda client: get(client, request_options=options),
            base_url=server.url,
            headers={"user-agent": "mine", "X-Mine": "1"},
        )

    headers = server.request.headers
    assert headers["accept"] == "text/x"
    assert headers["user-agent"] == "mine"
    assert headers["x-mine"] == "1"
    assert server.request.query[1:] == [("a b", "true"), ("c", "&")]


def test_a_caller_may_say_whom_it_means(face: Face) -> None:
    """``Host``: of one server among those behind an address, to which it stays."""
    with Loopback(json_reply(THING)) as other:
        away = reply(status=302, headers={"Location": f"{other.url}/x"})
        with Loopback(away) as server:
            face(get, base_url=server.url, headers={"host": "api.test"})

    assert server.request.headers["host"] == "api.test"
    assert other.request.headers["host"] == other.url.removeprefix("http://")


@pytest.mark.parametrize("count", [-1, 1.5, True, None, "2"])
def test_a_number_of_retries_is_one(face: Face, count: Any) -> None:
    """Of a client or of a call."""
    with pytest.raises(ValueError, match="max_retries"):
        face(get, base_url="http://x.test", max_retries=count)
    with pytest.raises(ValueError, match="max_retries"):
        face(
            lambda client: get(client, request_options={"max_retries": count}),
            base_url="http://x.test",
        )


def test_arguments_can_change_the_type_of_the_result(face: Face) -> None:
    """The shape with the given arguments is decoded."""
    answer = json_reply({"thingId": "t1", "tags": {"floor": ["8"]}})
    with Loopback(answer) as server:
        plain = face(get, base_url=server.url)
        shaped = face(
            lambda client: get(client, tags_as_object=True), base_url=server.url
        )

    assert isinstance(plain, Thing)
    assert isinstance(shaped, ThingWithTagMap)
    assert shaped.tags == {"floor": ["8"]}


@pytest.mark.parametrize(
    ("patch", "sent"),
    [
        ({"name": "New", "other": [1]}, {"name": "New", "other": [1]}),
        ({"name": None}, {"name": None}),
        (ThingPatch(name=None), {"name": None}),
        (ThingPatch(), {}),
        (
            ThingPatch.model_validate({"name": "x", "unknown": {"a": 1}}),
            {"name": "x", "unknown": {"a": 1}},
        ),
        (None, None),
    ],
)
def test_a_body_holds_what_was_set_and_no_more(
    face: Face, patch: Any, sent: object
) -> None:
    """Absent, null and a value are three states; unknown fields travel."""
    with Loopback(json_reply(THING)) as server:
        face(
            lambda client: client.thing.patch(thing_id="t1", thing_patch=patch),
            base_url=server.url,
        )

    assert server.request.json == sent
    assert server.request.headers["content-type"] == "application/json"


def test_no_body_is_no_body(face: Face) -> None:
    """Without the argument nothing is sent, and no media type."""
    with Loopback(json_reply(THING)) as server:
        face(lambda client: client.thing.patch(thing_id="t1"), base_url=server.url)

    assert server.request.body == b""
    assert "content-type" not in server.request.headers


def test_results_that_are_no_json(face: Face) -> None:
    """Nothing, text and bytes come as None, str and bytes."""
    with Loopback(
        reply(status=204),
        reply("grün".encode("latin-1"), media_type="text/plain; charset=latin-1"),
        reply(b"\0\xff", media_type="application/octet-stream"),
    ) as server:
        url = server.url
        assert face(lambda c: c.thing.delete(thing_id="t1"), base_url=url) is None
        assert face(lambda c: c.thing.text(thing_id="t1"), base_url=url) == "grün"
        assert face(lambda c: c.thing.data(thing_id="t1"), base_url=url) == b"\0\xff"


def test_a_compressed_response_is_read(face: Face) -> None:
    """gzip is asked for and undone."""
    import gzip

    body = gzip.compress(b'{"thingId": "t1"}')
    headers = {"Content-Encoding": "gzip"}
    answer = reply(body, media_type="application/json", headers=headers)
    with Loopback(answer) as server:
        thing = face(get, base_url=server.url)

    assert thing.thing_id == "t1"
    assert "gzip" in server.request.headers["accept-encoding"]


# --------------------------------------------------------------------- errors


def test_an_error_has_the_class_of_its_status_and_what_the_server_says(
    face: Face,
) -> None:
    """Status, type, message, typed body, headers, method, URL and attempts."""
    answer = json_reply(
        {"type": "NotFound", "message": "no such thing"},
        status=404,
        headers={"X-Request-Id": "r1"},
    )
    with (
        Loopback(answer) as server,
        pytest.raises(NotFoundError) as caught,
    ):
        face(get, base_url=server.url)

    error = caught.value
    assert (error.status, error.type, error.message) == (
        404,
        "NotFound",
        "no such thing",
    )
    assert isinstance(error.body, Error)
    assert error.headers["x-request-id"] == "r1"
    assert error.method == "GET"
    assert error.url == f"{server.url}/things/t1?_actions=false"
    assert error.attempts == 1
    assert "no such thing" in str(error)


@pytest.mark.parametrize(
    "media_type",
    [
        "application/x-amz-json-1.1",
        "application/problem+json; charset=utf-8",
        "text/JSON",
    ],
)
def test_json_has_many_names(face: Face, media_type: str) -> None:
    """The body of an error is typed whatever the server calls JSON."""
    answer = reply(b'{"type": "a", "message": "b"}', status=404, media_type=media_type)
    with Loopback(answer) as server, pytest.raises(NotFoundError) as caught:
        face(get, base_url=server.url)

    assert isinstance(caught.value.body, Error)


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (reply(b"<html>oops", status=400, media_type="text/html"), "<html>oops"),
        (json_reply(["what"], status=400), ["what"]),
        (json_reply({"message": 7}, status=400), {"message": 7}),
        (reply(b"{", status=400, media_type="application/json"), "{"),
        (reply(status=400), None),
    ],
)
def test_an_error_whose_body_does_not_fit_has_it_raw(
    face: Face, answer: Any, body: object
) -> None:
    """The status decides; the body is there as it came."""
    with Loopback(answer) as server, pytest.raises(BadRequestError) as caught:
        face(get, base_url=server.url)

    assert caught.value.body == body
    assert caught.value.message == "status 400"


def test_a_secret_that_the_server_repeats_is_hidden(face: Face) -> None:
    """Neither the message nor the headers of an error hold the token."""
    answer = json_reply(
        {"type": "Bad", "message": "bad token: secret-token"},
        status=400,
        headers={"Set-Cookie": "session=abc"},
    )
    with Loopback(answer) as server, pytest.raises(BadRequestError) as caught:
        face(get, base_url=server.url)

    assert caught.value.message == "bad token: [redacted]"
    assert caught.value.headers["set-cookie"] == "[redacted]"


def test_a_page_of_a_proxy_is_a_decode_error(face: Face) -> None:
    """HTML with status 200 is not what the API documents."""
    answer = reply(b"<html>Log in</html>", media_type="text/html")
    with (
        Loopback(answer) as server,
        pytest.raises(APIDecodeError, match="expected JSON, got text/html") as caught,
    ):
        face(get, base_url=server.url)

    assert caught.value.content == b"<html>Log in</html>"
    assert caught.value.status == 200


def test_truncated_json_is_a_decode_error(face: Face) -> None:
    """It is not taken for half a thing."""
    answer = reply(b'{"thingId": "t', media_type="application/json")
    with Loopback(answer) as server, pytest.raises(APIDecodeError, match="not JSON"):
        face(get, base_url=server.url)


def test_what_does_not_fit_stays_raw_with_one_warning(face: Face) -> None:
    """The caller gets the answer: typed where it fits."""
    answer = json_reply({"thingId": "t1", "name": 7, "count": "8", "owner": {}})
    with Loopback(answer) as server:
        with pytest.warns(ResponseValidationWarning) as caught:
            thing = face(get, base_url=server.url)
        with pytest.raises(APIDecodeError, match=r"\$\.name"):
            face(get, base_url=server.url, strict=True)

    assert len(caught) == 1
    assert "$.name" in str(caught[0].message)
    assert (thing.thing_id, thing.name, thing.count) == ("t1", 7, "8")
    assert thing.owner.name is None
    assert thing.to_dict() == {"thingId": "t1", "name": 7, "count": "8", "owner": {}}


def test_the_warning_points_at_the_line_that_called() -> None:
    """So that a filter by module or line works."""
    with (
        Loopback(json_reply({})) as server,
        Sample(base_url=server.url, access_token=BEARER) as client,
        warnings.catch_warnings(record=True) as caught,
    ):
        warnings.simplefilter("always")
        client.thing.get(thing_id="t1")

    assert caught[0].filename.endswith("thing.py")


def test_a_success_that_is_not_documented(face: Face) -> None:
    """Another success is decoded as the documented one; an empty one warns."""
    with Loopback(json_reply(THING, status=201), reply(status=200)) as server:
        thing = face(get, base_url=server.url)
        with pytest.warns(ResponseValidationWarning, match="without the body"):
            nothing = face(get, base_url=server.url)

    assert isinstance(thing, Thing)
    assert nothing is None


# ----------------------------------------------------------------- credentials


def test_a_credential_comes_from_the_argument_else_from_the_environment(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without either nothing is sent, and the error says what to do.

    An argument that is empty is not replaced: it was meant.
    """
    with Loopback(json_reply(THING)) as server:
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
    with Loopback(json_reply(THING)) as server:
        for _ in range(2):
            face(get, base_url=server.url, access_token=lambda: next(tokens))

    sent = [each.headers["authorization"] for each in server.requests]
    assert sent == ["Bearer one", "Bearer two"]


def test_another_credential_does_where_the_api_takes_either(face: Face) -> None:
    """Alternatives are tried in their order."""
    with Loopback(json_reply(THING)) as server:
        face(get, base_url=server.url, access_token=None, api_key="k")

    assert server.request.headers["x-api-key"] == "k"
    assert "authorization" not in server.request.headers


def test_a_header_of_the_caller_is_a_credential_too(face: Face) -> None:
    """Whoever sets ``Authorization`` needs no argument."""
    headers = {"authorization": "Custom abc"}
    with Loopback(json_reply(THING)) as server:
        face(get, base_url=server.url, access_token=None, headers=headers)

    assert server.request.headers["authorization"] == "Custom abc"


def test_an_open_operation_sends_no_credential(face: Face) -> None:
    """What the API does not need is not given away."""
    with Loopback(reply(b"hi", media_type="text/plain")) as server:
        face(lambda client: client.thing.text(thing_id="t1"), base_url=server.url)

    assert "authorization" not in server.request.headers


# --------------------------------------------------------------------- retries


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_transient_failure_is_tried_again(face: Face, status: int) -> None:
    """A method that is idempotent may be repeated."""
    with Loopback(reply(status=status), json_reply(THING)) as server:
        thing = face(get, base_url=server.url)

    assert thing.name == "Ada"
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", [400, 401, 404, 409, 422, 501])
def test_other_failures_are_final(face: Face, status: int) -> None:
    """Asking again would give the same."""
    with Loopback(reply(status=status)) as server, pytest.raises(APIStatusError):
        face(get, base_url=server.url)

    assert len(server.requests) == 1


def test_retries_have_an_end(face: Face) -> None:
    """``max_retries`` further tries, of the client or of the call."""
    with Loopback(reply(status=504)) as server:
        with pytest.raises(GatewayTimeoutError) as caught:
            face(get, base_url=server.url, max_retries=1)
        assert caught.value.attempts == 2
        with pytest.raises(GatewayTimeoutError) as caught:
            face(
                lambda client: get(client, request_options={"max_retries": 0}),
                base_url=server.url,
                max_retries=5,
            )

    assert caught.value.attempts == 1
    assert len(server.requests) == 3


def test_what_may_have_acted_is_not_repeated(face: Face) -> None:
    """A PATCH that fails could have been done."""
    with Loopback(reply(status=500)) as server, pytest.raises(InternalServerError):
        face(
            lambda client: client.thing.patch(thing_id="t1", thing_patch={}),
            base_url=server.url,
        )

    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_to_come_back_has_not_acted(face: Face, status: int) -> None:
    """With ``Retry-After`` even a PATCH is repeated."""
    later = reply(status=status, headers={"Retry-After": "0"})
    with Loopback(later, later, json_reply(THING)) as server:
        thing = face(
            lambda client: client.thing.patch(thing_id="t1", thing_patch={"name": "x"}),
            base_url=server.url,
        )

    assert thing.name == "Ada"
    assert [each.json for each in server.requests] == [{"name": "x"}] * 3


def test_a_server_that_asks_for_too_much_patience_is_not_waited_for(
    face: Face,
) -> None:
    """The error says how long it asked to wait."""
    answer = reply(status=429, headers={"Retry-After": "86400"})
    with Loopback(answer) as server, pytest.raises(RateLimitError) as caught:
        face(get, base_url=server.url)

    assert caught.value.retry_after == 86400.0
    assert len(server.requests) == 1


# ----------------------------------------------------------------- connections


def test_nobody_listens(face: Face) -> None:
    """Refused is a connection error; the server cannot have acted, so PATCH is tried."""
    with pytest.raises(APIConnectionError) as caught:
        face(
            lambda client: client.thing.patch(thing_id="t1", thing_patch={}),
            base_url=refused_url(),
        )

    assert caught.value.attempts == 3
    assert caught.value.sent is False
    assert not isinstance(caught.value, APITimeoutError)


def test_a_name_that_does_not_resolve(face: Face) -> None:
    """It is a connection error like any other."""
    with pytest.raises(APIConnectionError):
        face(get, base_url="http://nobody.invalid", max_retries=0)


def _reset(_: Received, wire: Wire) -> None:
    wire.reset()


def _cut_head(_: Received, wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Ty")
    wire.hang_up()


def _cut_body(_: Received, wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    wire.hang_up()


def _no_http(_: Received, wire: Wire) -> None:
    wire.send(b"SSH-2.0-OpenSSH_9.6\r\n")
    wire.hang_up()


def _bad_gzip(_: Received, wire: Wire) -> None:
    wire.send(
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope"
    )


@pytest.mark.parametrize("fault", [_reset, _cut_head, _cut_body, _no_http, _bad_gzip])
def test_a_broken_answer_is_tried_again_or_raised(face: Face, fault: Any) -> None:
    """A GET comes through in the end; a PATCH raises, for it may have been done."""
    with Loopback(fault, json_reply(THING), fault) as server:
        thing = face(get, base_url=server.url)
        with pytest.raises(APIConnectionError) as caught:
            face(
                lambda client: client.thing.patch(thing_id="t1", thing_patch={}),
                base_url=server.url,
            )

    assert thing.name == "Ada"
    assert caught.value.sent is True
    assert caught.value.attempts == 1


def _silence(_: Received, wire: Wire) -> None:
    wire.hold()


def _stall(_: Received, wire: Wire) -> None:
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{")
    wire.hold()


@pytest.mark.parametrize("fault", [_silence, _stall])
def test_a_server_that_says_nothing_times_out(face: Face, fault: Any) -> None:
    """Whether before the head or in the body."""
    with Loopback(fault) as server, pytest.raises(APITimeoutError) as caught:
        face(get, base_url=server.url, timeout=0.2, max_retries=0)

    assert caught.value.url == f"{server.url}/things/t1?_actions=false"


def test_a_timeout_can_be_given_for_each_step_and_call(face: Face) -> None:
    """That of the call goes before that of the client."""
    with Loopback(_silence) as server, pytest.raises(APITimeoutError):
        face(
            lambda client: get(
                client, request_options={"timeout": Timeout(60.0, read=0.2)}
            ),
            base_url=server.url,
            max_retries=0,
        )


def test_connections_are_kept_and_closed(face: Face) -> None:
    """Two calls share a connection."""
    with Loopback(json_reply(THING)) as server:
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
    import asyncio

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


# ------------------------------------------------------------------- redirects


def test_a_redirect_is_followed(face: Face) -> None:
    """On the same origin the credential goes along."""
    with Loopback(
        reply(status=307, headers={"Location": "/elsewhere?x=1"}), json_reply(THING)
    ) as server:
        thing = face(get, base_url=server.url)

    assert thing.name == "Ada"
    assert server.requests[1].target == "/elsewhere?x=1"
    assert server.requests[1].headers["authorization"] == "Bearer secret-token"


def test_credentials_stay_with_their_origin(face: Face) -> None:
    """Another host does not get them, whatever header they are in."""
    with Loopback(json_reply(THING)) as other:
        away = reply(status=302, headers={"Location": f"{other.url}/x"})
        with Loopback(away) as server:
            face(get, base_url=server.url)
            face(get, base_url=server.url, access_token=None, api_key="k")

    for request in other.requests:
        assert request.path == "/x"
        assert "authorization" not in request.headers
        assert "x-api-key" not in request.headers


def test_secrets_of_the_caller_stay_with_their_origin_too(face: Face) -> None:
    """Headers whose names say that they hold some; others go along."""
    own = {"X-Session-Token": "s", "Proxy-Authorization": "p", "X-Mine": "1"}
    with Loopback(json_reply(THING)) as other:
        away = reply(status=302, headers={"Location": f"{other.url}/x"})
        with Loopback(away) as server:
            face(get, base_url=server.url, headers=own)

    assert server.request.headers["x-session-token"] == "s"
    assert other.request.headers["x-mine"] == "1"
    assert not {"x-session-token", "proxy-authorization"} & set(other.request.headers)


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/grün?a=ü b#part", "/gr%C3%BCn?a=%C3%BC%20b"),
        ("/a%20b/%7Ec", "/a%20b/%7Ec"),
        ("?x=1", "/things/t1?x=1"),
        ("#part", "/things/t1?_actions=false"),
    ],
)
def test_a_redirect_is_followed_in_the_characters_of_urls(
    face: Face, location: str, target: str
) -> None:
    """What is encoded stays as it is; a fragment is not sent (RFC 9110, 7.1)."""
    raw = location.encode().decode("latin-1")
    away = reply(status=302, headers={"Location": raw})
    with Loopback(away, json_reply(THING)) as server:
        face(get, base_url=server.url)

    assert server.requests[1].target == target


def test_a_host_has_a_form_in_ascii() -> None:
    """Names of other languages are encoded (RFC 3490), and what is no name refused."""
    client = Sample(base_url="http://grün.example:8080/v1/")
    assert repr(client) == "<Sample http://xn--grn-ioa.example:8080/v1>"
    with pytest.raises(ValueError, match="base_url"):
        Sample(base_url=f"http://{'ü' * 70}.example")


def test_a_body_does_not_follow_to_another_origin(face: Face) -> None:
    """It was meant for the first one."""
    with Loopback(json_reply(THING)) as other:
        away = reply(status=307, headers={"Location": f"{other.url}/x?token=abc"})
        with (
            Loopback(away) as server,
            pytest.raises(APIStatusError, match="not followed") as caught,
        ):
            face(
                lambda client: client.thing.patch(thing_id="t1", thing_patch={}),
                base_url=server.url,
            )

    assert caught.value.status == 307
    assert "abc" not in str(caught.value)
    assert other.requests == []


def test_a_circle_of_redirects_has_an_end(face: Face) -> None:
    """It is the redirect that raises."""
    around = reply(status=302, headers={"Location": "/again"})
    with Loopback(around) as server, pytest.raises(APIStatusError) as caught:
        face(get, base_url=server.url)

    assert caught.value.status == 302
    assert len(server.requests) == 6


@pytest.mark.parametrize("location", ["ftp://example.com/", "http://[", ""])
def test_a_redirect_to_nowhere_raises(face: Face, location: str) -> None:
    """There is nothing to follow."""
    answer = reply(status=302, headers={"Location": location})
    with Loopback(answer) as server, pytest.raises(APIStatusError):
        face(get, base_url=server.url)


# -------------------------------------------------------------------- settings


@pytest.mark.parametrize(
    "url",
    [
        "api.example.com",
        "ftp://api.example.com",
        "http://",
        "http://a b",
        "http://a\r\nX: y",
        "http://user:hunter2@api.example.com",
        "http://api.example.com?x=1",
        "http://api.example.com#x",
        "http://api.example.com:port",
    ],
)
def test_a_base_url_that_cannot_be_used_is_refused(url: str) -> None:
    """At once, and without showing a password."""
    with pytest.raises(ValueError, match="base_url") as caught:
        Sample(base_url=url)

    assert "hunter2" not in str(caught.value)


def test_the_base_url_may_come_from_the_environment(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A path of it stays, a slash at its end does not double."""
    with Loopback(json_reply(THING)) as server:
        monkeypatch.setenv("SAMPLE_URL", f"{server.url}/v1/")
        face(get)

    assert server.request.path == "/v1/things/t1"


@pytest.mark.parametrize("thing_id", ["", ".", ".."])
def test_an_argument_cannot_name_another_path(face: Face, thing_id: str) -> None:
    """Nothing is sent."""
    with (
        Loopback(json_reply(THING)) as server,
        pytest.raises(ValueError, match="thing"),
    ):
        face(lambda client: client.thing.get(thing_id=thing_id), base_url=server.url)

    assert server.requests == []


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\nb", "a\0b"])
def test_an_argument_cannot_start_another_header(face: Face, value: str) -> None:
    """Nothing is sent, and the value is not shown."""
    with Loopback(json_reply(THING)) as server:
        with pytest.raises(ValueError, match="X-Trace") as caught:
            face(lambda client: get(client, trace=value), base_url=server.url)
        with pytest.raises(ValueError, match="line breaks"):
            face(get, base_url=server.url, access_token=value)

    assert value not in str(caught.value)
    assert server.requests == []


def test_a_client_shows_no_secrets() -> None:
    """Its ``repr`` is its class and where it calls."""
    client = Sample(access_token="hunter2", base_url="http://x.example")  # noqa: S106

    assert repr(client) == "<Sample http://x.example>"


def test_the_log_tells_of_requests_and_holds_no_secret(
    face: Face, caplog: pytest.LogCaptureFixture
) -> None:
    """DEBUG has each request, INFO each further try; httpx2 itself says nothing."""
    caplog.set_level(logging.DEBUG)
    with Loopback(reply(status=503), json_reply(THING)) as server:
        face(
            lambda client: get(
                client, request_options={"query": {"token": "hunter2", "page": 1}}
            ),
            base_url=server.url,
        )

    lines = [each.getMessage() for each in caplog.records if each.name == "sample_sdk"]
    assert any("503" in line and "token=[redacted]&page=1" in line for line in lines)
    assert any("again in" in line for line in lines)
    assert "hunter2" not in caplog.text
    assert "secret-token" not in caplog.text


def test_the_environment_sets_the_level_of_the_log(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A level that does not exist is said, not raised."""
    logger = logging.getLogger("sample_sdk")
    monkeypatch.setenv("SAMPLE_LOG", "debug")
    try:
        Sample(base_url="http://x.example")
        assert logger.level == logging.DEBUG
    finally:
        logger.setLevel(logging.NOTSET)
    monkeypatch.setenv("SAMPLE_LOG", "loud")

    Sample(base_url="http://x.example")

    assert logger.level == logging.NOTSET


def test_a_proxy_of_the_environment_is_used(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``HTTP_PROXY`` gets the request with its whole URL; ``NO_PROXY`` excepts."""
    with Loopback(json_reply(THING)) as proxy, Loopback(json_reply(THING)) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("http_proxy", proxy.url)
        face(get, base_url="http://api.sample.example")
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        face(get, base_url=server.url)

    target = proxy.request.target
    assert target.startswith("http://api.sample.example/things/t1")
    assert len(server.requests) == 1


def test_no_thread_stays_behind(face: Face) -> None:
    """A closed client leaves nothing running."""
    before = threading.active_count()
    with Loopback(json_reply(THING)) as server:
        face(get, base_url=server.url)

    assert threading.active_count() <= before
