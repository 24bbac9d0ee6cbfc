"""Options of a single call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from package._runtime import Timeout

__all__ = ["RequestOptions"]


class RequestOptions(TypedDict, total=False):
    """What a call does otherwise than its client; all of it is optional."""

    timeout: float | Timeout | None
    total_timeout: float | None
    max_response_bytes: int | None
    headers: Mapping[str, str]
    query: Mapping[str, str | int | float | bool]
    max_retries: int
    strict: bool
    actions: bool
    domain: str
