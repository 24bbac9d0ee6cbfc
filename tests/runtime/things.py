"""The simplest calls of the sample, and what the server says to them."""

from __future__ import annotations

from typing import Any

from loopback import json_reply

__all__ = ["FOUND", "THING", "get", "patch"]

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
