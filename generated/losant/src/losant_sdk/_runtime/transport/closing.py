"""That something was closed, told to whoever waits: by any thread, or by a signal.

``threading.Event`` does not do: a handler that sets it runs in the midst of what its
own thread does, which may be waiting for that very event, and then waits for itself.
"""

from __future__ import annotations

import time
from contextlib import suppress
from queue import Empty, SimpleQueue

__all__ = ["GLANCE", "Closing"]

GLANCE = 0.5
"""Seconds: no wait is longer without a look at what happened meanwhile.

Python runs the handlers of signals between two steps of its own, in the main thread. A
signal that comes just before a wait, or to another thread, does not wake it.
"""


class Closing:
    """Whether something was closed; it can be waited for."""

    __slots__ = ("_closed", "_rings")

    def __init__(self) -> None:
        self._closed = False
        # Its methods may interrupt each other.
        self._rings: SimpleQueue[None] = SimpleQueue()

    def set(self) -> None:
        """It is closed from now on."""
        self._closed = True
        self._rings.put(None)

    def is_set(self) -> bool:
        """Whether it is closed."""
        return self._closed

    def wait(self, seconds: float) -> None:
        """Wait so many seconds, or until it is closed."""
        end = time.monotonic() + seconds
        while not self._closed and (left := end - time.monotonic()) > 0:
            with suppress(Empty):
                self._rings.get(timeout=min(left, GLANCE))
