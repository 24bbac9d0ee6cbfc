"""The simplest calls of the sample, and what the server says to them."""

from __future__ import annotations

from typing import Any

from loopback import json_reply
from sample.models import Thing

__all__ = ["FOUND", "THING", "get", "ids", "patch", "things"]

THING = {"thingId": "t1", "name": "Ada", "colour": {"unknown": True}}
"""A thing, with a field that the document does not know."""

FOUND = json_reply(THING)
"""The answer that tells of it."""


def get(client: Any, **more: Any) -> Any:
    """A call that may be tried again."""
    return client.thing.get(thing_id="t1", **more)


def patch(client: Any, **more: Any) -> Any:
    """A call that may have been done when it fails."""
    return client.thing.patch(thing_id="t1", thing_patch={}, **more)


def things(*numbers: int, total: int | None = None) -> dict[str, Any]:
    """A page of the list of things."""
    page: dict[str, Any] = {"items": [{"thingId": f"t{n}"} for n in numbers]}
    return page if total is None else {**page, "totalCount": total}


def ids(found: list[Thing]) -> list[str]:
    """Of what came."""
    return [each.thing_id for each in found]
