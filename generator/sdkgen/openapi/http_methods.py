"""The methods of HTTP that a path item has operations for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, cast

from sdkgen.support.json_pointer import escape

from .http_syntax import TOKEN

__all__ = ["BODILESS", "METHODS", "explain_refusal", "operations"]

METHODS: Final = (
    *("get", "put", "post", "delete", "options", "head", "patch", "trace"),
    "query",
)
"""Those that have a key of their own (OpenAPI 3.2, Path Item Object)."""

BODILESS: Final = ("get", "head", "delete", "trace")
"""Those for which a body has no meaning (RFC 9110, section 9.3)."""

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
    stated = cast("dict[str, Any]", item)
    for method in METHODS:
        operation = stated.get(method)
        if isinstance(operation, dict):
            yield method, method, cast("dict[str, Any]", operation)
    others = stated.get(_OTHERS)
    if not isinstance(others, dict):
        return
    for method, operation in cast("dict[str, Any]", others).items():
        if not explain_refusal(method) and isinstance(operation, dict):
            key = f"{_OTHERS}/{escape(method)}"
            yield method, key, cast("dict[str, Any]", operation)


def explain_refusal(method: str) -> str:
    """Why there can be no additional operation of a method; empty if there can."""
    if not TOKEN.fullmatch(method):
        return "it is not the name of a method"
    if method.lower() in METHODS:
        return f"{method.lower()!r} has a key of its own"
    return "it makes a tunnel" if method.upper() in _NONE else ""
