"""Event streams over real connections: typed, cut, silent, refused."""

from __future__ import annotations

from typing import Any

import pytest
from faces import Face
from loopback import BEARER, Loopback, events, json_reply, refused_url, reply
from package._runtime import (
    APIConnectionError,
    APIDecodeError,
    APIStatusError,
    AuthenticationError,
    NotFoundError,
    ResponseValidationWarning,
)
from readings import END, cut_after, listen, numbers, reading
from sample import Sample
from sample.models import Reading


def test_events_are_typed(face: Face) -> None:
    """Known events have their type, others are plain JSON or text."""
    pieces = [
        b"retry: 1\n",
        reading(1),
        b'event: other\ndata: {"a": 1}\n\n',
        b"data: just text\ndata: and more\n\n",
    ]
    with Loopback(events(*pieces)) as server:
        found = face.listen(listen, 3, base_url=server.url)

    first, other, text = found
    assert isinstance(first.data, Reading)
    assert (first.event, first.id, first.retry) == ("reading", "1", 1)
    assert first.raw == '{"time": 1, "data": {"v": 1.5}}'
    assert (other.event, other.data) == ("other", {"a": 1})
    assert (text.event, text.data) == ("message", "just text\nand more")
    request = server.request
    assert request.headers["accept"] == "text/event-stream"
    assert request.headers["authorization"] == "Bearer secret-token"
    assert request.headers["accept-encoding"] == "identity"
    assert "last-event-id" not in request.headers


def test_an_event_that_does_not_fit_comes_raw(face: Face) -> None:
    """With a warning; the stream goes on."""
    pieces = [b"event: reading\ndata: {}\n\n", b"event: reading\ndata: no\n\n"]
    with (
        Loopback(events(*pieces)) as server,
        pytest.warns(ResponseValidationWarning, match=r"thing.stream \(reading\)"),
    ):
        first, second = face.listen(listen, 2, base_url=server.url)

    assert first.data.to_dict() == {}
    assert second.data == "no"


def test_strictly_an_event_that_does_not_fit_raises(face: Face) -> None:
    """As any response does."""
    with (
        Loopback(events(b"event: reading\ndata: {}\n\n")) as server,
        pytest.raises(APIDecodeError),
    ):
        face.listen(listen, 1, base_url=server.url, strict=True)


def test_a_cut_stream_is_taken_up_where_it_was(face: Face) -> None:
    """With ``Last-Event-ID``; what was cut of an event is not an event."""
    half = reading(2)[:20]
    with Loopback(
        cut_after(reading(1), half),
        cut_after(b"\n", reading(2)),
        events(reading(3)),
    ) as server:
        found = face.listen(listen, 3, base_url=server.url)

    assert numbers(found) == [1, 2, 3]
    ids = [each.headers.get("last-event-id") for each in server.requests]
    assert ids == [None, "1", "2"]


def test_a_stream_cut_in_a_character_loses_nothing(face: Face) -> None:
    """The half of a character goes with its connection."""
    text = "data: grün\n\n".encode()
    middle = text.index(b"\xc3") + 1
    with Loopback(cut_after(text[:middle]), events(text)) as server:
        (event,) = face.listen(listen, 1, base_url=server.url)

    assert event.data == "grün"


def test_an_end_that_is_no_end_is_taken_up_too(face: Face) -> None:
    """Only status 204 ends a stream; a body that is complete does not."""
    whole = reply(reading(1), media_type="text/event-stream")
    with Loopback(whole, END) as server:
        found = face.listen(listen, base_url=server.url)

    assert numbers(found) == [1]
    assert len(server.requests) == 2


def test_a_stream_that_ends_at_once(face: Face) -> None:
    """204 to the first request is a stream without events."""
    with Loopback(END) as server:
        assert face.listen(listen, base_url=server.url) == []


def test_a_stream_that_cannot_be_taken_up_raises(face: Face) -> None:
    """It never just ends."""
    with (
        Loopback(cut_after(reading(1)), cut_after()) as server,
        pytest.raises(APIConnectionError, match="connection failed"),
    ):
        face.listen(listen, base_url=server.url, max_retries=1)

    assert len(server.requests) == 1 + 5


def test_without_retries_a_cut_is_final(face: Face) -> None:
    """``max_retries=0`` means one connection."""
    with (
        Loopback(cut_after(reading(1))) as server,
        pytest.raises(APIConnectionError, match="connection failed"),
    ):
        face.listen(listen, base_url=server.url, max_retries=0)

    assert len(server.requests) == 1


def test_an_event_makes_up_for_failures(face: Face) -> None:
    """Failures count in a row."""
    answers = [cut_after(reading(number)) for number in range(12)]
    with Loopback(*answers, END) as server:
        found = face.listen(listen, base_url=server.url, max_retries=1)

    assert numbers(found) == list(range(12))


def test_nobody_listens(face: Face) -> None:
    """The first connection is tried as a request is."""
    with pytest.raises(APIConnectionError) as caught:
        face.listen(listen, base_url=refused_url(), max_retries=1)

    assert caught.value.attempts == 2


def test_an_id_has_no_blanks_around_it_in_a_header(face: Face) -> None:
    """They are no part of what a header says."""
    with Loopback(cut_after(b"id:  a b\t\ndata: 1\n\n"), END) as server:
        (event,) = face.listen(listen, base_url=server.url)

    assert event.id == " a b\t"
    assert server.requests[1].headers["last-event-id"] == "a b"


def test_an_id_that_cannot_be_sent_cannot_be_taken_up(face: Face) -> None:
    """From anywhere else there would be events twice, or none."""
    with (
        Loopback(cut_after(b"id: a\x01b\ndata: 1\n\n")) as server,
        pytest.raises(APIConnectionError, match="connection failed"),
    ):
        face.listen(listen, base_url=server.url)

    assert len(server.requests) == 1


def test_a_refusal_raises_at_once(face: Face) -> None:
    """With its class and body, as of a call."""
    answer = json_reply({"type": "NotFound", "message": "no"}, status=404)
    with Loopback(answer) as server, pytest.raises(NotFoundError) as caught:
        face.listen(listen, base_url=server.url)

    assert caught.value.message == "no"
    assert len(server.requests) == 1


def test_a_refusal_in_between_raises_too(face: Face) -> None:
    """What is refused when it is taken up is lost."""
    with (
        Loopback(cut_after(reading(1)), reply(status=404)) as server,
        pytest.raises(NotFoundError),
    ):
        face.listen(listen, base_url=server.url)


def test_a_server_that_is_busy_is_asked_again(face: Face) -> None:
    """As for a call; then the stream stands."""
    busy = reply(status=503, headers={"Retry-After": "0"})
    with Loopback(busy, events(reading(1))) as server:
        found = face.listen(listen, 1, base_url=server.url)

    assert numbers(found) == [1]


def test_a_token_is_renewed(face: Face) -> None:
    """401 asks a function for the credential again, once; another one is tried."""
    tokens = iter(["old", "new", "newer"])
    denied = reply(status=401)
    with Loopback(denied, events(reading(1))) as server:
        face.listen(listen, 1, base_url=server.url, access_token=lambda: next(tokens))
    sent = [each.headers["authorization"] for each in server.requests]
    assert sent == ["Bearer old", "Bearer new"]

    with Loopback(denied) as server, pytest.raises(AuthenticationError):
        face.listen(listen, 1, base_url=server.url, access_token=lambda: "never")
    assert len(server.requests) == 1


def test_a_stream_follows_a_redirect(face: Face) -> None:
    """As a call does."""
    moved = reply(status=307, headers={"Location": "/moved"})
    with Loopback(moved, events(reading(1))) as server:
        found = face.listen(listen, 1, base_url=server.url)

    assert numbers(found) == [1]
    assert server.requests[1].path == "/moved"


def test_something_else_than_a_stream_raises(face: Face) -> None:
    """A page of a proxy, say."""
    with (
        Loopback(reply(b"<html>", media_type="text/html")) as server,
        pytest.raises(APIDecodeError, match="expected text/event-stream"),
    ):
        face.listen(listen, base_url=server.url)


def test_an_event_without_an_end_is_not_listened_to(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory is bounded whatever the server sends."""
    from package._runtime.streaming import sse

    monkeypatch.setattr(sse.Parser.__init__, "__kwdefaults__", {
        "last_id": "", "retry": None, "limit": 1000,
    })  # fmt: skip
    with (
        Loopback(events(b"data: " + b"x" * 2000)) as server,
        pytest.raises(APIConnectionError, match="more than 1000"),
    ):
        face.listen(listen, base_url=server.url)

    assert len(server.requests) == 1


def test_a_silent_connection_is_dead(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three intervals without a sign of life, and it is taken up again."""
    from package._runtime.streaming import session

    monkeypatch.setattr(session, "_SILENT", 0.2)
    with Loopback(events(reading(1)), events(reading(2))) as server:
        found = face.listen(
            lambda client: listen(client, keep_alive_interval=1),
            2,
            base_url=server.url,
        )

    assert numbers(found) == [1, 2]
    assert server.requests[1].headers["last-event-id"] == "1"


def test_the_patience_of_a_stream_follows_its_interval() -> None:
    """Three times what was asked for; the caller's own timeout goes before it."""
    with Sample(base_url="http://x.example", access_token=BEARER) as client:
        waits = [
            stream._state.exchange.request.timeout.read  # pyright: ignore[reportPrivateUsage]
            for stream in (
                listen(client),
                listen(client, keep_alive_interval=20),
                listen(client, request_options={"timeout": 7.0}),
            )
        ]

    assert waits == [180.0, 60.0, 7.0]


def test_arguments_are_checked_when_the_stream_is_made(face: Face) -> None:
    """Not only when it is listened to."""

    def made(client: Any) -> Any:
        with pytest.raises(ValueError, match="thingId"):
            client.thing.stream(thing_id="")
        return client.thing.stream(thing_id="t1")

    with (
        Loopback(reply(status=400)) as server,
        pytest.raises(APIStatusError),
    ):
        face.listen(made, base_url=server.url)


def test_iteration_goes_on_after_a_break() -> None:
    """Events of one piece are given one by one."""
    with (
        Loopback(events(reading(1) + reading(2), reading(3))) as server,
        Sample(base_url=server.url, access_token=BEARER) as client,
    ):
        with client.thing.stream(thing_id="t1") as stream:
            for event in stream:
                assert event.data.time == 1
                break
            assert [next(stream).data.time, next(stream).data.time] == [2, 3]
        assert list(stream) == []
