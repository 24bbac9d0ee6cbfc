"""Lists in pages: all of it, once, and never without an end."""

from __future__ import annotations

from typing import Any

import pytest
from faces import Face
from hypothesis import given, strategies as st
from loopback import Loopback, Received, Wire, json_reply
from package._runtime import Pages
from package._runtime.paging.page_cursor import PageCursor
from things import ids, things


def test_all_items_of_all_pages_come(face: Face) -> None:
    """Page after page, to the promised total."""
    pages = [things(1, 2, total=5), things(3, 4, total=5), things(5, total=5)]
    with Loopback(*map(json_reply, pages)) as server:
        found = face.gather(
            lambda client: client.thing.iterate(per_page=2), base_url=server.url
        )

    assert ids(found) == ["t1", "t2", "t3", "t4", "t5"]
    assert [each.query for each in server.requests] == [
        [("perPage", "2")],
        [("page", "1"), ("perPage", "2")],
        [("page", "2"), ("perPage", "2")],
    ]


def test_a_page_is_fetched_when_it_is_needed() -> None:
    """Whoever stops early asks no further."""
    from sample import Sample

    with (
        Loopback(json_reply(things(1, 2, total=9))) as server,
        Sample(base_url=server.url, access_token="x") as client,
    ):
        iterator = iter(client.thing.iterate())
        assert server.requests == []
        assert next(iterator).thing_id == "t1"
        assert next(iterator).thing_id == "t2"

    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([things()], []),
        ([{"other": 1}], []),
        ([things(1, 2), things()], ["t1", "t2"]),
        ([things(1, 2, total=100), things(total=100)], ["t1", "t2"]),
        ([things(1, 2), things(1, 2)], ["t1", "t2"]),
        ([things(1, 2, total=4), things(1, 2, total=4)], ["t1", "t2"]),
        ([things(1), things(2), things(1), things(2)], ["t1", "t2"]),
        ([things(1, 2, total=2)], ["t1", "t2"]),
        ([things(1, 2, total=1)], ["t1", "t2"]),
        ([things(1, 2, total=9), things(3, total=3)], ["t1", "t2", "t3"]),
        ([things(1, 2, total=0), things(3, total=0), things()], ["t1", "t2", "t3"]),
        ([things(1, 2, total=-1), things(3, total=-1), things()], ["t1", "t2", "t3"]),
        ([things(1, total=2), things(1, total=3), things(1, total=4)], ["t1"]),
    ],
)
def test_a_list_ends_whatever_the_server_says(
    face: Face, pages: list[Any], expected: list[str]
) -> None:
    """At the total, at an empty page, at one that has been there before."""
    with Loopback(*map(json_reply, pages)) as server:
        found = face.gather(lambda client: client.thing.iterate(), base_url=server.url)

    assert ids(found) == expected
    assert len(server.requests) <= len(pages)


@given(st.lists(st.lists(st.integers(0, 3), max_size=2), min_size=1, max_size=3))
def test_a_server_that_goes_round_has_an_end(circle: list[list[int]]) -> None:
    """Pages that repeat in any order."""
    for pages in (
        Pages[int]("page", page=0, items="items"),
        Pages[int]("offset", offset=0, items="items"),
        Pages[int]("cursor", cursor=0, items="items", next_cursor="next"),
    ):
        cursor = PageCursor(pages, [None])
        for number in range(1000):
            if cursor.is_done:
                break
            found = circle[number % len(circle)]
            cursor.take_items({"items": found, "next": str(number % len(circle))})
        assert cursor.is_done


@given(st.integers(1, 4), st.lists(st.integers(-1, 9), min_size=1))
def test_a_server_that_always_answers_the_same_items_has_an_end(
    size: int, totals: list[int]
) -> None:
    """Though a total, a count or a time in them is another one each time."""
    for pages in (
        Pages[Any]("page", page=0, items="items", total="n"),
        Pages[Any]("offset", offset=0, items="items", total="n"),
        Pages[Any]("cursor", cursor=0, items="items", total="n", next_cursor="next"),
    ):
        cursor = PageCursor(pages, [None])
        found: list[Any] = []
        for number in range(3):
            if cursor.is_done:
                break
            items = [{"id": f"i{n}", "seen": number} for n in range(size)]
            total = number * size + totals[number % len(totals)]
            found += cursor.take_items(
                {"items": items, "n": total, "next": {"at": number}}
            )
        assert cursor.is_done
        assert [each["id"] for each in found] == [f"i{n}" for n in range(size)]


def test_items_with_one_id_are_told_apart_by_the_rest() -> None:
    """An ``id`` that they share, or that only some have, is none of theirs."""
    for one, other in [
        (
            [{"id": 1, "n": 1}, {"id": 1, "n": 2}],
            [{"id": 1, "n": 3}, {"id": 1, "n": 4}],
        ),
        ([{"id": 1}, {"n": 2}], [{"id": 1}, {"n": 3}]),
        ([{"id": None, "n": 2}], [{"id": None, "n": 3}]),
    ]:
        cursor = PageCursor(Pages[Any]("page", page=0, items="items"), [None])
        assert cursor.take_items({"items": one}) == one
        assert cursor.take_items({"items": other}) == other
        assert cursor.take_items({"items": one}) == []


def test_offsets_count_items() -> None:
    """What came, not what was asked for; they start where the caller says."""
    cursor = PageCursor(Pages[int]("offset", offset=0, items="items", total="n"), [10])

    cursor.take_items({"items": [1, 2, 3], "n": 100})
    assert cursor.values == [13]
    cursor.take_items({"items": [4], "n": 100})
    assert cursor.values == [14]
    assert not cursor.is_done


def test_pages_may_start_elsewhere() -> None:
    """At the number that the document says, or the caller."""
    first = PageCursor(Pages[int]("page", page=0, items="items", first=1), [None])
    first.take_items({"items": [1]})
    assert first.values == [2]
    given_ = PageCursor(Pages[int]("page", page=0, items="items", first=1), [7])
    given_.take_items({"items": [1]})
    assert given_.values == [8]


def test_cursors_lead_over_empty_pages_to_the_end() -> None:
    """A nested cursor, in a mapping; null or none ends."""
    pages = Pages[int]("cursor", cursor=0, items="data.rows", next_cursor="meta.next")
    place = PageCursor(pages, [None])

    found: list[object] = []
    for rows, cursor in [([1], "a"), ([], "b"), ([2], None)]:
        assert not place.is_done
        found += place.take_items({"data": {"rows": rows}, "meta": {"next": cursor}})

    assert found == [1, 2]
    assert place.is_done


def test_a_list_that_is_the_whole_answer() -> None:
    """No name for its items."""
    cursor = PageCursor(Pages[int]("page", page=0, items=""), [None])

    assert cursor.take_items([1, 2]) == [1, 2]
    assert cursor.values == [1]


def test_items_of_any_kind_are_told_apart() -> None:
    """Objects of Python, and text that UTF-8 does not hold."""
    for one, other in [(object(), object()), ("\ud800", "\ud801")]:
        cursor = PageCursor(Pages[object]("page", page=0, items="items"), [None])
        assert cursor.take_items({"items": [one]}) == [one]
        assert cursor.take_items({"items": [other]}) == [other]
        assert cursor.take_items({"items": [one]}) == []


def test_a_failure_in_between_is_raised(face: Face) -> None:
    """What came before it was given; nothing is lost in silence."""
    from package._runtime import NotFoundError

    def answer(request: Received, wire: Wire) -> None:
        first = not request.query
        reply = json_reply(things(1)) if first else json_reply({}, status=404)
        reply(request, wire)

    with Loopback(answer) as server, pytest.raises(NotFoundError):
        face.gather(lambda client: client.thing.iterate(), base_url=server.url)

    assert len(server.requests) == 2
