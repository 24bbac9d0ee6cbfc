"""What a call makes of an answer that is a success, or should be."""

from __future__ import annotations

import gzip
import warnings

import pytest
from faces import Face
from loopback import BEARER, Loopback, json_reply, reply
from package._runtime import APIDecodeError, ResponseValidationWarning
from sample import Sample
from sample.models import Thing, ThingWithTagMap
from things import FOUND, THING, get


def test_a_call_gives_a_typed_result_with_what_it_does_not_know(face: Face) -> None:
    """Known fields are typed, unknown ones kept."""
    with Loopback(FOUND) as server:
        thing = face(get, base_url=server.url)

    assert isinstance(thing, Thing)
    assert thing.name == "Ada"
    assert thing.to_dict() == THING


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


def test_no_bytes_are_an_empty_file_or_text(face: Face) -> None:
    """A file and a text may be empty; where a text is JSON, nothing is no text."""
    with Loopback(
        reply(media_type="application/octet-stream"),
        reply(media_type="text/plain"),
        reply(status=204),
        reply(media_type="application/json"),
    ) as server:
        url = server.url
        assert face(lambda c: c.thing.data(thing_id="t1"), base_url=url) == b""
        assert face(lambda c: c.thing.text(thing_id="t1"), base_url=url) == ""
        assert face(lambda c: c.thing.data(thing_id="t1"), base_url=url) is None
        with pytest.warns(ResponseValidationWarning, match="without the body"):
            face(lambda c: c.thing.text(thing_id="t1"), base_url=url)


def test_a_compressed_response_is_read(face: Face) -> None:
    """gzip is asked for and undone."""
    body = gzip.compress(b'{"thingId": "t1"}')
    headers = {"Content-Encoding": "gzip"}
    answer = reply(body, media_type="application/json", headers=headers)
    with Loopback(answer) as server:
        thing = face(get, base_url=server.url)

    assert thing.thing_id == "t1"
    assert "gzip" in server.request.headers["accept-encoding"]


def test_a_success_that_is_not_documented(face: Face) -> None:
    """Another success is decoded as the documented one; an empty one warns."""
    with Loopback(json_reply(THING, status=201), reply(status=200)) as server:
        thing = face(get, base_url=server.url)
        with pytest.warns(ResponseValidationWarning, match="without the body"):
            nothing = face(get, base_url=server.url)

    assert isinstance(thing, Thing)
    assert nothing is None


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
