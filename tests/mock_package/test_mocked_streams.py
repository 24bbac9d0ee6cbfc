"""Streams of events, and lists that come in pages, of a mock."""

from __future__ import annotations

from typing import Any

import pytest
from mocked_calls import Run, watch


def test_the_events_of_the_document(mock: Any, run: Run) -> None:
    """Each once; then the stream ends."""
    (event,) = run(mock, watch)

    assert (event.event, event.data.on) == ("state", True)


def test_events_of_ones_own(mock: Any, run: Run) -> None:
    """JSON is typed, text stays text, over several lines, and none at all is none."""
    mock.stream("thing.state_stream", ("state", {"on": False}), ("other", "a\nb"))
    first, second = run(mock, watch)
    mock.stream("thing.state_stream")

    assert first.data.on is False
    assert (second.event, second.data) == ("other", "a\nb")
    assert run(mock, watch) == []


def test_a_stream_that_breaks_is_taken_up_again(mock: Any, run: Run) -> None:
    """Where another answer is to come."""
    mock.stream("thing.state_stream", ("state", {"on": True}), times=2)
    mock.fail("thing.state_stream", error="reset", times=2)
    mock.fail("thing.state_stream", status=503, headers={"Retry-After": "60"}, times=1)
    mock.stream("thing.state_stream", ("state", {"on": False}))

    assert [event.data.on for event in run(mock, watch)] == [True, True, False]


def test_a_stream_that_cannot_be_opened(mock: Any, run: Run, sdk: Any) -> None:
    """An error as with any other call."""
    mock.fail("thing.state_stream", status=404)

    with pytest.raises(sdk.NotFoundError):
        run(mock, watch)


def test_the_example_of_a_list_is_all_there_is(mock: Any, run: Run) -> None:
    """Its totals agree, so that a loop over the pages ends at once."""
    items = run(mock, lambda client: client.things.iterate())

    assert [item.name for item in items] == ["Lamp", "text2"]
    assert len(mock.calls) == 1


@pytest.mark.parametrize(
    ("operation", "size"), [("iterate", "per_page"), ("iterate_scroll", "limit")]
)
def test_pages_of_ones_own_items(
    mock: Any, run: Run, operation: str, size: str
) -> None:
    """As many as there are, in pages of the size that is asked for."""
    items = [{"id": f"{n:024}", "name": str(n)} for n in range(25)]
    mock.pages(f"things.{operation}", items)

    found = run(mock, lambda client: getattr(client.things, operation)(**{size: 10}))

    assert [item.name for item in found] == [str(n) for n in range(25)]
    assert len(mock.calls) == 3
