"""The methods of HTTP that a path item has operations for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

__all__ = ["METHODS", "operations"]

METHODS: Final = (
    *("get", "put", "post", "delete", "options", "head", "patch", "trace"),
    "query",
)
"""Those that have a key of their own (OpenAPI 3.2, Path Item Object)."""

_TOKEN: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
"""RFC 9110, section 9.1: what a method may be; it is case-sensitive."""
_OTHERS: Final = "additionalOperations"
_NONE: Final = frozenset({"CONNECT"})
"""A tunnel is no request for a resource (RFC 9110, section 9.3.6)."""


def operations(item: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, key below the path item, and the operation, of each that can be called.

    The method is written as it is sent, but for those with a key of their own, which
    are in lower case. The key is part of a JSON pointer.
    """
    if not isinstance(item, dict):
        return
    for method in METHODS:
        operation = item.get(method)
        if isinstance(operation, dict):
            yield method, method, operation
    others = item.get(_OTHERS)
    for method, operation in others.items() if isinstance(others, dict) else ():
        if not refused(method) and isinstance(operation, dict):
            yield method, f"{_OTHERS}/{method.replace('~', '~0')}", operation


def refused(method: str) -> str:
    """Why there can be no additional operation of a method; empty if there can."""
    if not _TOKEN.fullmatch(method):
        return "it is no name of a method"
    if method.lower() in METHODS:
        return f"{method.lower()!r} has a key of its own"
    return "it makes a tunnel" if method.upper() in _NONE else ""
