"""What the mock of a package answers: the document's examples, or what it is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from mocked_calls import ID, Run, get

# ------------------------------------------------------------------------ examples


def test_the_examples_of_the_document_are_answered(mock: Any, run: Run) -> None:
    """Typed, as the API's own answers are."""
    thing = run(mock, get)

    assert type(thing).__name__ == "Thing"
    assert thing.id == mock.example("thing.get")["id"]
    assert thing.name == "Lamp"
    assert thing.made.year == 2016


def test_arguments_change_the_shape_of_the_answer(mock: Any, run: Run) -> None:
    """As they do with the API."""
    thing = run(mock, lambda client: get(client, tags_as_object=True))

    assert thing.to_dict() == {"tags": {"floor": "8"}}


def test_what_has_no_body_gives_none(mock: Any, run: Run) -> None:
    """Status 204."""
    assert run(mock, lambda client: client.thing.delete(thing_id=ID)) is None


def test_a_text_is_a_text(mock: Any, run: Run) -> None:
    """An answer that is no JSON."""
    found = run(mock, lambda client: client.thing.upload(thing_id=ID, file=b"data"))

    assert found == "text"
    assert b"data" in mock.calls[0].content


def test_of_several_media_types_the_one_that_is_asked_for(testing: Any) -> None:
    """The first, if nothing is."""
    answers = [["2XX", "application/json", "1"], ["2XX", "text/csv", "2"]]
    said = {"id": "x", "also": [], "answers": [*answers, ["4XX", "", ""]]}
    data = [{"a.b": said}, {"1": {"c": 1}, "2": "c"}]
    known = testing._document.Document({"a": lambda: json.dumps(data)}).find("a.b")

    assert known.status == 200
    assert known.answer(200, {}, "*/*") == ("application/json", {"c": 1})
    assert known.answer(200, {}, "text/csv") == ("text/csv", "c")
    assert known.answer(404, {}, "") == ("application/json", {"message": "Not Found"})


# ----------------------------------------------------------------- own answers


def test_another_answer(mock: Any, run: Run) -> None:
    """In place of the example; what is told last counts."""
    mock.respond("thing.get", json={"id": ID, "name": "first"})
    mock.respond("thing.get", json={**mock.example("thing.get"), "name": "last"})

    assert [run(mock, get).name for _ in range(2)] == ["last", "last"]


def test_an_answer_that_depends_on_the_call(mock: Any, run: Run) -> None:
    """A function of the call."""

    def answer(call: Any) -> Any:
        return {"id": call.path[-24:], "name": call.method}

    mock.respond("thing.get", json=answer)

    assert run(mock, get).to_dict() == {"id": ID, "name": "GET"}


def test_an_answer_for_some_times(mock: Any, run: Run) -> None:
    """They come first, in their order; then what was told without a number."""
    mock.respond("thing.get", json={"id": ID, "name": "always"})
    mock.respond("thing.get", json={"id": ID, "name": "twice"}, times=2)
    mock.respond("thing.get", json={"id": ID, "name": "once"}, times=1)
    assert mock.unused == ["thing.get"]

    names = [run(mock, get).name for _ in range(4)]

    assert names == ["twice", "twice", "once", "always"]
    assert mock.unused == []


def test_a_model_is_an_answer(mock: Any, run: Run) -> None:
    """What a call returned can be answered again."""
    thing = mock.client.thing.get(thing_id=ID)
    thing.name = "Mine"
    mock.respond("thing.get", json=thing)

    assert run(mock, get).name == "Mine"


def test_content_and_headers(mock: Any, run: Run, sdk: Any) -> None:
    """What a proxy may answer."""
    mock.respond("thing.get", content="<html>", headers={"Content-Type": "text/html"})

    with pytest.raises(sdk.APIDecodeError) as caught:
        run(mock, get)

    assert caught.value.headers == {"content-type": "text/html"}
    assert caught.value.content == b"<html>"


def test_another_success(mock: Any, run: Run) -> None:
    """Any documented status has its example."""
    mock.respond("things.post", status=202)

    found = run(mock, lambda client: client.things.post(body={"name": "Lamp"}))

    assert found.to_dict() == {"on": True}


def test_operations_are_methods_or_names(mock: Any) -> None:
    """Of either client, by the name in Python or by that in the document."""
    client, other = mock.client, mock.async_client
    for operation in (
        client.thing.get,
        other.thing.get,
        client.thing.__class__.get,
        "thing.get",
    ):
        mock.reset()
        mock.respond(operation, json={"id": ID, "name": "x"})
        assert get(mock.client).name == "x"
        assert len(mock.calls_of(operation)) == 1
    for operation in (client.things.iterate, "things.iterate", "things.get"):
        mock.pages(operation, [])
    for name in ("thing.state_stream", "thing.stateStream", client.thing.state_stream):
        mock.stream(name)
    mock.respond("get /things/latest", json={"on": False})
    assert client.things.get_latest().on is False


_OF_NO_OPERATION: list[Callable[[Any], object]] = [
    lambda mock: mock.respond("thing.gett"),
    lambda mock: mock.fail("thing.gett"),
    lambda mock: mock.stream("thing.gett"),
    lambda mock: mock.pages("thing.gett", []),
    lambda mock: mock.example("thing.gett"),
    lambda mock: mock.calls_of("thing.gett"),
]


@pytest.mark.parametrize("tell", _OF_NO_OPERATION)
def test_an_unknown_operation_is_refused(
    mock: Any, tell: Callable[[Any], object]
) -> None:
    """And those are named that may be meant."""
    with pytest.raises(ValueError, match=r"no operation 'thing.gett': did you mean "):
        tell(mock)


def test_what_is_no_operation_is_refused(mock: Any) -> None:
    """Any other function; a stream of what is none, pages of what has none."""
    with pytest.raises(ValueError, match=r"no operation 'json.loads'"):
        mock.respond(json.loads)
    with pytest.raises(ValueError, match=r"thing.get is no stream of events"):
        mock.stream("thing.get")
    with pytest.raises(ValueError, match=r"thing.get does not come in pages"):
        mock.pages("thing.get", [])


def test_a_request_of_another_api_is_refused(mock: Any, sdk: Any) -> None:
    """A transport of the mock answers for its own API alone."""
    core = mock.client._core
    request = sdk.Request("GET", "https://x.test", {}, None, None, None, "other.get")

    with pytest.raises(ValueError, match=r"the API has no operation 'other.get'"):
        core.transport.send(request)
