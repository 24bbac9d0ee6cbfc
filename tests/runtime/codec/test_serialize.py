"""An operation and its arguments → all that goes over the wire."""

from __future__ import annotations

from typing import Any

import pytest
from package._runtime import Body, Operation, Param
from package._runtime.codec.serialize import serialize

EVERYTHING: Operation[Any] = Operation(
    "x",
    "POST",
    "/a/{id}?fixed=1",
    params=(
        Param("id", "path"),
        Param("q", "query"),
        Param("X-One", "header"),
        Param("c", "cookie"),
        Param("d", "cookie"),
    ),
    bodies=(Body("application/json"),),
)


def test_every_argument_has_its_place() -> None:
    """Path, query, headers, cookies and the body, with its media type."""
    found = serialize(EVERYTHING, ["i/d", ["a", "b"], "one", "1", "2"], {"b": 1})

    assert found.path == "/a/i%2Fd?fixed=1"
    assert found.query == ["q=a", "q=b"]
    assert found.headers == {
        "X-One": "one",
        "Cookie": "c=1; d=2",
        "Content-Type": "application/json",
    }
    assert found.content == b'{"b":1}'


def test_what_is_not_given_is_not_sent() -> None:
    """Neither a header without a value nor a body."""
    found = serialize(EVERYTHING, ["1", None, None, None, None])

    assert found == ("/a/1?fixed=1", [], {}, None)


def test_what_cannot_be_sent_is_refused() -> None:
    """A line break would start another header."""
    with pytest.raises(ValueError, match="header 'X-One'"):
        serialize(EVERYTHING, ["1", None, "a\nb", None, None])
