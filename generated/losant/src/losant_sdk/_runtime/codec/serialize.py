"""One operation and its arguments → what goes over the wire."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..spec.operation import Operation
from ..transport.content import Streamed
from .parameters import (
    get_plan,
    serialize_cookies,
    serialize_headers,
    serialize_path,
    serialize_query,
)
from .request_bodies import encode_body

__all__ = ["WireRequest", "serialize"]


class WireRequest(NamedTuple):
    """What the arguments of a call make of a request.

    Attributes:
        path: The path, encoded. It may have a query of its own.
        query: The pairs of the query, encoded: ``name=value`` each.
        headers: The headers, with the cookies and the ``Content-Type`` among them.
        content: The body, or None.
    """

    path: str
    query: list[str]
    headers: dict[str, str]
    content: bytes | Streamed | None


def serialize(
    operation: Operation[Any], values: Sequence[object], body: object = None
) -> WireRequest:
    """Return what the arguments of a call make of a request.

    Args:
        operation: What is called.
        values: Arguments, in the order of ``operation.params``.
        body: The body; where there are several ways to send one, a tuple of the
            arguments that may be it.

    Raises:
        ValueError: An argument cannot be sent: an empty part of the path, a line break
            in a header, a naive datetime, a number that is not finite.
        TypeError: Something in an argument has no form on the wire.
    """
    plan = get_plan(operation)
    query = serialize_query(operation, values)
    headers = dict(serialize_headers(operation, values)) if plan.headers else {}
    if plan.cookies and (cookies := serialize_cookies(operation, values)):
        headers["Cookie"] = "; ".join(cookies)
    content = encode_body(operation, values, body, headers)
    return WireRequest(serialize_path(operation, values), query, headers, content)
