"""Lists of the mock, in pages as they are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, cast

__all__ = ["Pages", "paged"]


class Pages(TypedDict):
    """How a list comes in pages: wire names, empty where there is no such thing.

    ``position`` is the parameter for the page, the offset or the cursor, ``size`` the one
    for the items of a page, of which ``usual`` is the default, or 0. Names in a response
    may be paths with dots.
    """

    style: str
    position: str
    size: str
    usual: int
    first: int
    items: str
    total: str
    cursor: str


def paged(
    pages: Pages,
    example: Any,
    items: Sequence[object] | None,
    query: Mapping[str, object],
) -> Any:
    """The page of a list that a query asks for, made of an example.

    Totals, and what repeats the query, are made to agree. Without ``items`` the list is
    that of the example.
    """
    held = _at(example, pages["items"])
    if items is None:
        found = example if not pages["items"] else held and held[0][held[1]]
        items = cast("list[object]", found) if isinstance(found, list) else []
    size = _number(query.get(pages["size"]), 0) or pages["usual"] or len(items)
    asked = _number(query.get(pages["position"]), pages["first"])
    start = max(0, asked - pages["first"])
    if pages["style"] == "page":
        start *= size
    stop = start + max(1, size)
    part = list(items[start:stop])
    if held is None:
        return part
    held[0][held[1]] = part
    _put(example, pages["total"], len(items))
    _put(example, "count", len(part))
    _put(example, pages["position"], asked)
    _put(example, pages["size"], size)
    following = _at(example, pages["cursor"])
    if following is not None:
        body, name = following
        if stop >= len(items):
            del body[name]
        else:
            body[name] = stop if isinstance(body[name], int) else str(stop)
    return example


def _number(sent: object, default: int) -> int:
    return int(sent) if isinstance(sent, str) and sent.isdecimal() else default


def _at(body: Any, name: str) -> tuple[dict[str, Any], str] | None:
    """The object that holds what a name, or a path with dots, leads to, and its key."""
    while name and isinstance(body, dict):
        inside = cast("dict[str, Any]", body)
        if name in inside:
            return inside, name
        head, _, name = name.partition(".")
        body = inside.get(head)
    return None


def _put(body: Any, name: str, value: int) -> None:
    """Set a number where the example has one."""
    held = _at(body, name)
    if held is not None and isinstance(held[0][held[1]], int):
        held[0][held[1]] = value
