"""Calls of the package of the small API that the fixtures here build."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

ID = "575ec8687ae143cd83dc4a97"

Run = Callable[[Any, Callable[[Any], Any]], Any]
"""Makes a call on a client of a mock, and gives all of what it returns."""


def get(client: Any, **more: Any) -> Any:
    """The simplest call."""
    return client.thing.get(thing_id=ID, **more)


def watch(client: Any) -> Any:
    """A stream of events."""
    return client.thing.state_stream(thing_id=ID)
