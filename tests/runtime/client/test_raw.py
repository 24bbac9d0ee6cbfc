"""The whole response of a call: what it says, its types, and what has none."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any, assert_type

import pytest
from faces import Face
from loopback import Loopback, json_reply, reply
from package._runtime import APIResponse, NotFoundError, with_response
from sample import AsyncSample, Sample
from sample.models import Thing, ThingWithTagMap

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

THING = {"thingId": "t1"}


def whole(method: Callable[..., Any]) -> Callable[..., Any]:
    """``with_response`` of a method of either kind of client."""
    return with_response(method)


def get(client: Any) -> Any:
    """The response of the simplest call."""
    return whole(client.thing.get)(thing_id="t1")


def test_a_response_is_what_came_and_what_it_means(face: Face) -> None:
    """Status, headers by name in any case, body, and the result of the call."""
    answer = json_reply(THING, headers={"X-Request-Id": "r-1", "X-Rest": "7"})
    with Loopback(answer) as server:
        found: APIResponse[Thing] = face(get, base_url=server.url)

    assert found.status == 200
    assert found.headers["x-rest"] == found.headers["X-Rest"] == "7"
    assert "X-REST" in found.headers
    assert (found.headers.get("X-Rest"), found.headers.get("X-None", 0)) == ("7", 0)
    with pytest.raises(KeyError, match="X-None"):
        _ = found.headers["X-None"]
    assert found.request_id == "r-1"
    assert found.content == b'{"thingId": "t1"}'
    assert found.parsed == Thing(thing_id="t1")
    assert found.retries == 0
    assert found.elapsed > 0
    assert len(server.requests) == 1


def test_the_arguments_are_those_of_the_method(face: Face) -> None:
    """All of them, options of the call too; the shape of the result follows them."""
    with Loopback(json_reply({"thingId": "t1", "tags": {"a": ["b"]}})) as server:
        found: APIResponse[ThingWithTagMap] = face(
            lambda client: whole(client.thing.get)(
                thing_id="t1",
                tags_as_object=True,
                request_options={"headers": {"X-More": "1"}},
            ),
            base_url=server.url,
        )

    assert isinstance(found.parsed, ThingWithTagMap)
    assert ("tagsAsObject", "true") in server.requests[0].query
    assert server.requests[0].headers["x-more"] == "1"


def test_retries_are_counted(face: Face) -> None:
    """What was tried again; the response is the last one."""
    busy = reply(status=503)
    with Loopback(busy, busy, json_reply(THING)) as server:
        found: APIResponse[Thing] = face(get, base_url=server.url)

    assert (found.status, found.retries) == (200, 2)
    assert len(server.requests) == 3


def test_a_redirect_is_no_retry(face: Face) -> None:
    """It is followed, which is no second try."""
    moved = reply(status=302, headers={"Location": "/elsewhere"})
    with Loopback(moved, json_reply(THING)) as server:
        found: APIResponse[Thing] = face(get, base_url=server.url)

    assert (found.status, found.retries) == (200, 0)
    assert len(server.requests) == 2


def test_a_response_without_a_body(face: Face) -> None:
    """Has a result all the same: None."""
    with Loopback(reply(status=204)) as server:
        found: APIResponse[None] = face(
            lambda client: whole(client.thing.delete)(thing_id="t1"),
            base_url=server.url,
        )

    assert (found.status, found.parsed, found.content) == (204, None, b"")
    assert found.request_id is None


def test_what_a_call_raises_is_raised(face: Face) -> None:
    """An error says by itself what the response was."""
    answer = json_reply({"type": "NotFound", "message": "no"}, status=404)
    with Loopback(answer) as server, pytest.raises(NotFoundError):
        face(get, base_url=server.url)


def test_the_method_itself_stays_as_it_is(face: Face) -> None:
    """Nothing is changed in the client that others share."""

    def both(client: Any) -> Any:
        with_response(client.thing.get)
        return client.thing.get(thing_id="t1")

    with Loopback(json_reply(THING)) as server:
        found = face(both, base_url=server.url)

    assert found == Thing(thing_id="t1")


@pytest.mark.parametrize("client_type", [Sample, AsyncSample])
@pytest.mark.parametrize(
    ("name", "arguments", "reason"),
    [
        ("stream", {"thing_id": "t1"}, "thing.stream: .* stream of events"),
        ("iterate", {}, "thing.list: .* one for each page"),
    ],
)
def test_what_has_no_single_response_is_refused(
    client_type: type[Any], name: str, arguments: dict[str, Any], reason: str
) -> None:
    """Events and iterations, before anything is sent."""
    client = client_type(access_token="x", base_url="http://127.0.0.1:9")

    with pytest.raises(TypeError, match=reason):
        whole(getattr(client.thing, name))(**arguments)


@pytest.mark.parametrize("other", [len, print, Thing.to_dict, lambda: None, "x".upper])
def test_only_methods_of_resources_have_responses(other: Any) -> None:
    """Anything else is no call."""
    with pytest.raises(TypeError, match="a method of a client's resource"):
        with_response(other)


def test_a_response_can_be_shown_copied_and_pickled() -> None:
    """Headers and bodies may hold secrets: they are not shown."""
    response = APIResponse(
        200,
        {"Set-Cookie": "secret"},
        b"secret",
        elapsed=0.5,
        retries=1,
        parsed=Thing(thing_id="secret"),
    )

    assert repr(response) == "<APIResponse 200: 6 bytes, 0.500 s, 1 retries>"
    pickled = pickle.dumps(response)
    for again in (copy.copy(response), pickle.loads(pickled)):
        assert again.headers == {"set-cookie": "secret"}
        assert again.parsed == response.parsed


def types(client: Sample) -> None:
    """What type checkers know; never called."""
    call = with_response(client.thing.get)
    assert_type(call(thing_id="t1"), APIResponse[Thing])
    assert_type(call(thing_id="t1", tags_as_object=True), APIResponse[ThingWithTagMap])
    assert_type(with_response(client.thing.text)(thing_id="t1").parsed, str)
    deleted: Callable[..., APIResponse[None]] = with_response(client.thing.delete)
    deleted(thing_id="t1")
    with_response(client.thing.text)(thing="t1")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]


async def async_types(client: AsyncSample) -> None:
    """The same, awaited."""
    call = with_response(client.thing.get)
    assert_type(await call(thing_id="t1"), APIResponse[Thing])
    assert_type(
        await call(thing_id="t1", tags_as_object=True), APIResponse[ThingWithTagMap]
    )
    text: Coroutine[Any, Any, APIResponse[str]] = with_response(client.thing.text)(
        thing_id="t1"
    )
    assert_type((await text).parsed, str)
