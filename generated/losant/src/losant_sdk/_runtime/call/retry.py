"""Which failures are worth another try, and when.

A request is tried again only where that cannot do a thing twice: its method is
idempotent (RFC 9110, 9.2.2), or the server cannot have acted.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import UTC
from email.utils import parsedate_to_datetime

__all__ = [
    "IDEMPOTENT",
    "LONGEST",
    "PATIENCE",
    "backoff",
    "jitter",
    "retry_after",
    "worth_retrying",
]

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY"})
_TRANSIENT = frozenset({408, 429, 500, 502, 503, 504})

FIRST = 0.5
"""Seconds: the longest wait before the second try; it doubles with each."""

LONGEST = 30.0
"""Seconds: no wait is longer, unless the server asks for it."""

PATIENCE = 120.0
"""Seconds: a server that asks to wait longer is not waited for."""


def worth_retrying(method: str, status: int, *, told_to_wait: bool) -> bool:
    """Whether a response with this status may be followed by another try.

    Methods that are not idempotent are tried again only after 429 or 503 with
    ``Retry-After``: the server says that it has not acted.
    """
    if method in IDEMPOTENT:
        return status in _TRANSIENT
    return told_to_wait and status in (429, 503)


def backoff(attempt: int, uniform: Callable[[float, float], float]) -> float:
    """Seconds to wait after the given attempt (from 1): full jitter.

    Jitter keeps many clients from coming back all at once. ``uniform`` gives a random
    number between its two arguments.
    """
    # Beyond 30 doublings the power is only large, and in the end overflows.
    return uniform(0.0, min(LONGEST, FIRST * 2.0 ** min(attempt - 1, 30)))


def jitter(low: float, high: float) -> float:
    """A random number between two: the default for ``backoff``."""
    # No secret depends on it.
    return random.uniform(low, high)  # noqa: S311


def retry_after(value: str | None, now: float) -> float | None:
    """Seconds that ``Retry-After`` asks for (RFC 9110, 10.2.3), or None.

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
