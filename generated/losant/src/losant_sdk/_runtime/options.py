"""What a caller may say of one call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from .timeout import Timeout

__all__ = ["RequestOptions"]


class RequestOptions(TypedDict, total=False):
    """Options of one call, which go before those of the client."""

    timeout: float | Timeout | None
    """Seconds to wait for the server; None waits for ever."""
    headers: Mapping[str, str]
    """Further headers; one of these replaces the SDK's own of that name."""
    query: Mapping[str, str | int | float | bool]
    """Further parameters of the query."""
    max_retries: int
    """How many times a failed request is tried again where that is safe."""
    strict: bool
    """Raise ``APIDecodeError`` for a response that does not fit its schema."""
