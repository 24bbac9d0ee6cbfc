"""Loops over lists in pages: whole pages, a limit, the next page meanwhile."""

from __future__ import annotations

import asyncio
import contextvars
import json
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Self, assert_type, cast

import pytest
from faces import Face
from loopback import Answer, Loopback, Received, Wire, json_reply
from package._runtime import AsyncPager, NotFoundError, Pager
from package._runtime.transport.interface import Request
from sample import AsyncSample, Sample
from sample.models import Thing, Things
from things import ids, things

PAGES = (things(1, 2, total=5), things(3, 4, total=5), things(5, total=5))


def answers(*pages: dict[str, Any]) -> list[Answer]:
    """Each page once, in this order."""
    return [json_reply(page) for page in pages]


Loop = Callable[[Any], Any]


def plain(pager: Any) -> Any:
    """Each page when it is needed."""
    return pager


def ahead(pager: Any) -> Any:
    """The next page meanwhile."""
    return pager.prefetch()


@pytest.fixture(params=[plain, ahead])
def loop(request: pytest.FixtureRequest) -> Loop:
    """Both ways to fetch: they give the same."""
    found: Loop = request.param
    return found


def test_pages_are_whole(face: Face, loop: Loop) -> None:
    """In the type of the call of one page."""
    with Loopback(*answers(*PAGES)) as server:
        found: list[Things] = face.gather(
            lambda client: loop(client.thing.iterate(per_page=2)).pages(),
            base_url=server.url,
        )

    assert [page.to_dict() for page in found] == list(PAGES)
    assert [each.query for each in server.requests] == [
        [("perPage", "2")],
        [("page", "1"), ("perPage", "2")],
        [("page", "2"), ("perPage", "2")],
    ]


@pytest.mark.parametrize(
    ("pages", "count"),
    [
        ([things(total=0)], 1),
        ([{"other": 1}], 1),
        ([things(1, 2), things()], 1),
        ([things(1, 2), things(1, 2)], 1),
        ([things(1, 2, total=9), things(3, total=3)], 2),
    ],
)
def test_the_first_page_and_those_with_new_items(
    face: Face, loop: Loop, pages: list[dict[str, Any]], count: int
) -> None:
    """The first one says that there is nothing; an end without items says nothing."""
    with Loopback(*answers(*pages)) as server:
        found: list[Things] = face.gather(
            lambda client: loop(client.thing.iterate()).pages(), base_url=server.url
        )

    assert [page.to_dict() for page in found] == pages[:count]


@pytest.mark.parametrize(
    ("limit", "expected", "requests"),
    [
        (0, [], 0),
        (1, ["t1"], 1),
        (2, ["t1", "t2"], 1),
        (3, ["t1", "t2", "t3"], 2),
        (5, ["t1", "t2", "t3", "t4", "t5"], 3),
        (99, ["t1", "t2", "t3", "t4", "t5"], 3),
    ],
)
def test_a_limit_counts_items(
    face: Face, loop: Loop, limit: int, expected: list[str], requests: int
) -> None:
    """No page is fetched that holds none of them, not even ahead."""
    with Loopback(*answers(*PAGES)) as server:
        found: list[Thing] = face.gather(
            lambda client: loop(client.thing.iterate()).limit(limit),
            base_url=server.url,
        )

    assert ids(found) == expected
    assert len(server.requests) == requests


def test_a_limit_ends_pages_with_the_one_that_reaches_it(
    face: Face, loop: Loop
) -> None:
    """They stay whole."""
    with Loopback(*answers(*PAGES)) as server:
        found: list[Things] = face.gather(
            lambda client: loop(client.thing.iterate().limit(3)).pages(),
            base_url=server.url,
        )

    assert [page.to_dict() for page in found] == list(PAGES[:2])
    assert len(server.requests) == 2


def test_a_limit_is_no_less_than_nothing() -> None:
    """A mistake of the caller."""
    with pytest.raises(ValueError, match="less than 0"):
        Sample().thing.iterate().limit(-1)


def test_each_loop_starts_anew(loop: Loop) -> None:
    """A list is no iterator, which would be empty the second time."""
    once = [things(1, total=2), things(2, total=2)]
    with Loopback(*answers(*once, *once)) as server, client_of(server) as client:
        pager = loop(client.thing.iterate())
        assert repr(pager) == "<Pager thing.list>"

        assert ids(list(pager)) == ids(list(pager)) == ["t1", "t2"]

    assert len(server.requests) == 4


def test_the_next_page_comes_while_one_is_worked_on() -> None:
    """It is asked for before the first item is given, and no further one."""
    with Loopback(*answers(*PAGES)) as server, client_of(server) as client:
        items = iter(client.thing.iterate().prefetch())
        first = next(items)
        server.wait_for(2)

        assert first.thing_id == "t1"
        assert len(server.requests) == 2
        assert ids(list(items)) == ["t2", "t3", "t4", "t5"]


def test_the_next_page_comes_meanwhile_when_awaited() -> None:
    """The same, of the asynchronous client."""

    async def run(server: Loopback) -> list[str]:
        async with async_client_of(server) as client:
            items = aiter(client.thing.iterate().prefetch())
            first = await anext(items)
            await asyncio.to_thread(server.wait_for, 2)
            assert len(server.requests) == 2
            return ids([first, *[item async for item in items]])

    with Loopback(*answers(*PAGES)) as server:
        assert asyncio.run(run(server)) == ["t1", "t2", "t3", "t4", "t5"]


def test_a_page_that_fails_is_raised_after_what_came_before(
    face: Face, loop: Loop
) -> None:
    """Nothing of the pages before is lost, though it failed earlier."""
    found: list[str] = []

    def collected(client: Any) -> Any:
        return _collected(loop(client.thing.iterate()), found)

    failing = json_reply({"type": "NotFound", "message": "no"}, status=404)
    with (
        Loopback(*answers(*PAGES[:2]), failing) as server,
        pytest.raises(NotFoundError),
    ):
        face(collected, base_url=server.url)

    assert found == ["t1", "t2", "t3", "t4"]


def _collected(pager: Any, found: list[str]) -> Any:
    """Keep the ids of what comes: now, or when it is awaited."""
    if isinstance(pager, Pager):
        for item in cast("Pager[Thing, Things]", pager):
            found.append(item.thing_id)  # what fails later does not lose it
        return None

    async def awaited() -> None:
        async for item in pager:
            found.append(item.thing_id)

    return awaited()


def test_whoever_leaves_early_leaves_nothing_behind() -> None:
    """No thread stays, whatever became of the page ahead."""
    before = set(threading.enumerate())
    failing = json_reply({}, status=404)
    with Loopback(*answers(PAGES[0]), failing) as server, client_of(server) as client:
        for _ in client.thing.iterate().prefetch():
            break
        left = {t for t in set(threading.enumerate()) - before if t.name[:5] == "pages"}

    assert not left


def test_whoever_leaves_early_waits_for_nothing_when_it_is_awaited() -> None:
    """The page ahead is given up though the server never answers, and no task stays."""

    def silent(_: Received, wire: Wire) -> None:
        wire.hold()

    async def run(server: Loopback) -> set[Any]:
        async with async_client_of(server) as client:
            pages = client.thing.iterate().prefetch().pages()
            await anext(pages)
            await asyncio.to_thread(server.wait_for, 2)
            await pages.aclose()  # type: ignore[attr-defined] # pyright: ignore
            return asyncio.all_tasks() - {asyncio.current_task()}

    with Loopback(*answers(PAGES[0]), silent) as server:
        assert asyncio.run(run(server)) == set()


def test_a_page_ahead_is_fetched_in_the_context_of_the_loop() -> None:
    """What traces calls finds the call around them."""
    around = contextvars.ContextVar("around", default="nothing")
    seen: list[str] = []

    class Watching:
        """A transport that looks around; it is the only response, too."""

        status = 200
        headers: Mapping[str, str] = MappingProxyType({"content-type": "text/json"})

        def send(self, request: Request) -> Self:
            assert request.method == "GET"
            seen.append(around.get())
            return self

        def read(self) -> bytes:
            return json.dumps(PAGES[len(seen) - 1]).encode()

        def chunks(self) -> Iterator[bytes]:
            yield self.read()

        def close(self) -> None: ...

    with Sample(access_token="x", transport=Watching()) as client:
        around.set("the loop")
        found = list(client.thing.iterate().prefetch())

    assert ids(found) == ["t1", "t2", "t3", "t4", "t5"]
    assert seen == ["the loop"] * 3


def test_a_list_that_ends_before_its_total_is_logged(
    face: Face, caplog: pytest.LogCaptureFixture
) -> None:
    """It just ends; what did not come is not lost in silence."""
    short = [things(1, 2, total=5), things(total=5)]
    with Loopback(*answers(*short)) as server, caplog.at_level(logging.WARNING):
        found: list[Thing] = face.gather(
            lambda client: client.thing.iterate(), base_url=server.url
        )

    assert ids(found) == ["t1", "t2"]
    assert [record.getMessage() for record in caplog.records] == [
        "thing.list: 2 items came, and the server had spoken of 3 more"
    ]


def test_a_list_that_is_limited_is_no_short_one(
    face: Face, caplog: pytest.LogCaptureFixture
) -> None:
    """The caller wanted no more."""
    with Loopback(*answers(*PAGES)) as server, caplog.at_level(logging.WARNING):
        face.gather(lambda client: client.thing.iterate().limit(3), base_url=server.url)

    assert not caplog.records


def client_of(server: Loopback) -> Sample:
    """A client of a server."""
    return Sample(access_token="x", base_url=server.url)


def async_client_of(server: Loopback) -> AsyncSample:
    """An asynchronous client of a server."""
    return AsyncSample(access_token="x", base_url=server.url)


def types(client: Sample) -> None:
    """What type checkers know; never called."""
    pager = client.thing.iterate()
    assert_type(pager, Pager[Thing, Things])
    assert_type(pager.limit(5).prefetch(), Pager[Thing, Things])
    for item in pager:
        assert_type(item, Thing)
    for page in pager.pages():
        assert_type(page, Things)


async def async_types(client: AsyncSample) -> None:
    """The same, awaited."""
    pager = client.thing.iterate()
    assert_type(pager.limit(5).prefetch(), AsyncPager[Thing, Things])
    async for item in pager:
        assert_type(item, Thing)
    async for page in pager.pages():
        assert_type(page, Things)
