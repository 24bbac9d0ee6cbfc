"""The stream of the sample: its events, and how it ends."""

from __future__ import annotations

from typing import Any

from loopback import Answer, Wire, events, reply
from package._runtime import Event
from sample.models import Reading

__all__ = ["END", "cut_after", "listen", "numbers", "reading"]

END = reply(status=204)


def listen(client: Any, **more: Any) -> Any:
    """The stream of the sample."""
    return client.thing.stream(thing_id="t1", **more)


def reading(number: int) -> bytes:
    """An event."""
    return (
        f"id: {number}\nevent: reading\n"
        f'data: {{"time": {number}, "data": {{"v": 1.5}}}}\n\n'
    ).encode()


def numbers(found: list[Event[Reading]]) -> list[object]:
    """The times of the readings."""
    return [each.data.time for each in found]


def cut_after(*pieces: bytes) -> Answer:
    """A stream that breaks off."""
    return events(*pieces, then=Wire.hang_up)
