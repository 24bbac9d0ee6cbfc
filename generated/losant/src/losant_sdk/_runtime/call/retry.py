"""Which failures are worth another try, and when: calls and streams ask the same policy.

A request is tried again only where that cannot do a thing twice: its method is
idempotent (RFC 9110, 9.2.2), or the server cannot have acted.
"""

from __future__ import annotations

import math
import random
import time
from collections.abc import Callable, Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from ..errors import APIConnectionError, APIError

__all__ = [
    "IDEMPOTENT",
    "LONGEST",
    "PATIENCE",
    "Reconnect",
    "RetryPolicy",
    "draw_uniform",
    "draw_wait",
    "is_transient",
    "parse_retry_after",
]

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY"})
_TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})

FIRST = 0.5
"""Seconds: the longest wait before the second try; it doubles with each."""

LONGEST = 30.0
"""Seconds: no wait is longer, unless the server asks for it."""

PATIENCE = 120.0
"""Seconds: a server that asks to wait longer is not waited for."""

RECONNECTS = 5
"""A stream that has stood is opened again this many times as often as a call is tried."""


class Reconnect(NamedTuple):
    """What the policy has to know of a stream that is to be opened again.

    Attributes:
        has_stood: Whether the stream was open before.
        interval: Seconds between connections that the stream asks for, 0 if none.
    """

    has_stood: bool
    interval: float


class RetryPolicy:
    """Decides whether a request is sent again, and when.

    Args:
        uniform: Gives a random number between its two arguments.
    """

    __slots__ = ("_uniform",)

    def __init__(self, uniform: Callable[[float, float], float]) -> None:
        self._uniform = uniform

    def decide(
        self,
        method: str,
        status: int | None,
        headers: Mapping[str, str],
        error: APIError | None,
        attempt: int,
        *,
        max_retries: int,
        reconnect: Reconnect | None = None,
    ) -> float | None:
        """Return the seconds to wait before the next try, or None if there is none.

        Args:
            method: Method of the request.
            status: Status of the response, or None if there was no response.
            headers: Headers of the response.
            error: What failed where there was no response.
            attempt: How many tries have failed, this one included.
            max_retries: How many tries may follow the first one.
            reconnect: Set for a stream. A stream waits at least as long as backoff says,
                whatever the server asks for: its clients come back all at once.
        """
        asked: float | None = None
        if status is None:
            # A status here is that of a server that gives tokens: nothing else was sent.
            acted = isinstance(error, APIConnectionError) and error.sent
            if acted and method not in IDEMPOTENT:
                return None
        else:
            asked = parse_retry_after(headers.get("retry-after"), time.time())
            if not is_transient(method, status, asks_to_wait=asked is not None):
                return None
            if asked is not None and asked > PATIENCE:
                return None
        if attempt > self.limit_retries(max_retries, reconnect):
            return None
        if reconnect is None:
            return draw_wait(attempt, self._uniform) if asked is None else asked
        wait = max(asked or 0.0, draw_wait(attempt, self._uniform))
        return max(wait, min(reconnect.interval, PATIENCE))

    def limit_retries(self, max_retries: int, reconnect: Reconnect | None) -> int:
        """Return how many tries may follow the first one, of a call or of a stream."""
        has_stood = reconnect is not None and reconnect.has_stood
        return max_retries * RECONNECTS if has_stood else max_retries

    def is_stable(self, seconds: float) -> bool:
        """Whether a stream has been open long enough that earlier failures are over."""
        return seconds > LONGEST


def is_transient(method: str, status: int, *, asks_to_wait: bool) -> bool:
    """Whether a response with this status may be followed by another try.

    Methods that are not idempotent are tried again only after 429 or 503 with
    ``Retry-After``: the server says that it has not acted.
    """
    if method in IDEMPOTENT:
        return status in _TRANSIENT
    return asks_to_wait and status in (429, 503)


def draw_wait(attempt: int, uniform: Callable[[float, float], float]) -> float:
    """Return the seconds to wait after an attempt (from 1): full jitter.

    Jitter keeps many clients from coming back all at once. ``uniform`` gives a random
    number between its two arguments.
    """
    # Beyond 30 doublings the power is only large, and in the end overflows.
    return uniform(0.0, min(LONGEST, FIRST * 2.0 ** min(attempt - 1, 30)))


def draw_uniform(low: float, high: float) -> float:
    """Return a random number between two: the default of ``RetryPolicy``."""
    return random.uniform(low, high)  # noqa: S311 - no secret depends on it


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds that ``Retry-After`` asks for (RFC 9110, 10.2.3), or None.

    Args:
        value: The header: seconds, or an HTTP date.
        now: Seconds since the epoch.
    """
    if not value:
        return None
    text = value.strip()
    # Some servers send fractions of a second.
    if text.isascii() and text.replace(".", "", 1).isdigit():
        seconds = float(text)
        return seconds if math.isfinite(seconds) else None
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo is None:  # the zone "-0000" says nothing; HTTP means GMT
            moment = moment.replace(tzinfo=UTC)
        return max(0.0, moment.timestamp() - now)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
