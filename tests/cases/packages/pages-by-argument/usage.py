"""What type checkers know of the methods; never run."""

from __future__ import annotations

from typing import assert_type

from things import AsyncPager, AsyncThings, Pager, Things as Client
from things.models import Count, FullThing, FullThings, Thing, Things


def iterate(client: Client, flag: bool) -> None:
    """The items are of the type that the argument asks for."""
    things = client.things
    assert_type(things.iterate(), Pager[Thing, Things])
    assert_type(things.iterate(full=False), Pager[Thing, Things])
    assert_type(things.iterate(full=True), Pager[FullThing, FullThings])
    assert_type(things.iterate(counted=True), Pager[Thing, Count])
    for item in things.iterate(full=True).limit(5):
        assert_type(item, FullThing)
    for page in things.iterate(full=flag).pages():
        assert_type(page, Things | FullThings | Count)


async def iterate_async(client: AsyncThings, flag: bool) -> None:
    """The same, awaited."""
    things = client.things
    assert_type(things.iterate(), AsyncPager[Thing, Things])
    assert_type(things.iterate(full=True), AsyncPager[FullThing, FullThings])
    async for item in things.iterate(full=True):
        assert_type(item, FullThing)
    async for page in things.iterate(full=flag).pages():
        assert_type(page, Things | FullThings | Count)
