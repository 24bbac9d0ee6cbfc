"""What a call sends: options, arguments, headers and bodies."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from faces import Face
from loopback import Loopback, reply
from sample.models import ThingPatch
from things import FOUND, get


def test_a_request_says_who_sends_it_and_what_it_wants(face: Face) -> None:
    """User agent, media type, credential, and global options at their defaults."""
    with Loopback(FOUND) as server:
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
    with Loopback(FOUND) as server:
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
    with Loopback(FOUND) as server:
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
        Loopback(FOUND) as server,
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
    with Loopback(FOUND) as server:
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
    with Loopback(FOUND) as other:
        away = reply(status=302, headers={"Location": f"{other.url}/x"})
        with Loopback(away) as server:
            face(get, base_url=server.url, headers={"host": "api.test"})

    assert server.request.headers["host"] == "api.test"
    assert other.request.headers["host"] == other.url.removeprefix("http://")


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
    with Loopback(FOUND) as server:
        face(
            lambda client: client.thing.patch(thing_id="t1", thing_patch=patch),
            base_url=server.url,
        )

    assert server.request.json == sent
    assert server.request.headers["content-type"] == "application/json"


def test_no_body_is_no_body(face: Face) -> None:
    """Without the argument nothing is sent, and no media type."""
    with Loopback(FOUND) as server:
        face(lambda client: client.thing.patch(thing_id="t1"), base_url=server.url)

    assert server.request.body == b""
    assert "content-type" not in server.request.headers


@pytest.mark.parametrize("thing_id", ["", ".", ".."])
def test_an_argument_cannot_name_another_path(face: Face, thing_id: str) -> None:
    """Nothing is sent."""
    with (
        Loopback(FOUND) as server,
        pytest.raises(ValueError, match="thing"),
    ):
        face(lambda client: client.thing.get(thing_id=thing_id), base_url=server.url)

    assert server.requests == []


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\nb", "a\0b"])
def test_an_argument_cannot_start_another_header(face: Face, value: str) -> None:
    """Nothing is sent, and the value is not shown."""
    with Loopback(FOUND) as server:
        with pytest.raises(ValueError, match="X-Trace") as caught:
            face(lambda client: get(client, trace=value), base_url=server.url)
        with pytest.raises(ValueError, match="line breaks"):
            face(get, base_url=server.url, access_token=value)

    assert value not in str(caught.value)
    assert server.requests == []
