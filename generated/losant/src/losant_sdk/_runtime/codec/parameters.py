"""Arguments → path, query, headers and cookies (OpenAPI 3.1, Parameter Object)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias
from urllib.parse import quote, unquote

from ..spec.operation import Operation, Param
from ..values import Unset
from .plain import Plain, to_plain, to_text

__all__ = [
    "Plan",
    "check_header",
    "format_pair",
    "format_pairs",
    "get_plan",
    "select_given",
    "serialize_cookies",
    "serialize_headers",
    "serialize_path",
    "serialize_query",
    "serialize_value",
]

_UNRESERVED = "-._~"
_KEPT = "!#$%&'()*+,/:;=?@[]-._~"
"""What stays in the text of a path: all that may stand in a URL (RFC 3986, 2.2)."""
_RESERVED = re.compile("%(?:2[14789ACF]|3[ABDF]|40)")
"""``!$'()*,/`` and ``:;=?`` and ``@``, encoded."""
_DELIMITERS = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""The name of a header or a cookie (RFC 9110, 5.6.2)."""
_FRAMING = frozenset({"content-length", "transfer-encoding"})
"""Where a body ends: two that speak of it differently see different requests."""
_COOKIE = re.compile(r'("?)[!#-+\--:<-\[\]-~]*\1')
"""The value of a cookie (RFC 6265, 4.1.1)."""

_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_PLACE = re.compile(r"\{([^{}]+)\}")

Placed: TypeAlias = "tuple[tuple[int, Param], ...]"
"""Parameters with their indexes into the values of a call."""


class Plan:
    """What follows from the parameters of an operation alone, worked out once.

    ``literals`` are the texts of the path before, between and after the values of
    ``path``, which are in the order of the path.
    """

    __slots__ = ("cookies", "form", "headers", "literals", "path", "query")

    def __init__(self, operation: Operation[Any]) -> None:
        placed = tuple(enumerate(operation.params))
        by_wire = {p.wire: (i, p) for i, p in placed if p.location == "path"}
        parts = _PLACE.split(operation.path)
        self.literals: tuple[str, ...] = tuple(map(_encode_literal, parts[::2]))
        self.path: Placed = tuple(by_wire[name] for name in parts[1::2])
        self.query: Placed = _select_location(placed, "query")
        # Those of a body are true anyhow, whatever the document wants to be told.
        self.headers: Placed = tuple(
            (index, param)
            for index, param in _select_location(placed, "header")
            if param.wire.lower() not in _FRAMING
        )
        self.cookies: Placed = _select_location(placed, "cookie")
        self.form: Placed = _select_location(placed, "form")


def _encode_literal(literal: str) -> str:
    """The text of a path as it is sent; what is encoded in the document stays so."""
    return (
        literal if literal.isascii() and " " not in literal else quote(literal, _KEPT)
    )


def _select_location(placed: Placed, location: str) -> Placed:
    return tuple(
        (index, param) for index, param in placed if param.location == location
    )


def get_plan(operation: Operation[Any]) -> Plan:
    """The plan of an operation, made at its first call."""
    plan = operation.plan
    if not isinstance(plan, Plan):
        # Two threads may both make it: it is the same.
        plan = operation.plan = Plan(operation)
    return plan


def select_given(
    placed: Placed, values: Sequence[object]
) -> Iterator[tuple[Param, object]]:
    """Those parameters that have a value."""
    for index, param in placed:
        value = values[index]
        if (value is not None or param.nullable) and not isinstance(value, Unset):
            yield param, value


def serialize_value(param: Param, value: object) -> Plain:
    """An argument as its media type, or as what its style is applied to."""
    if isinstance(value, str) and not param.is_json:
        return value
    if param.is_json:
        return json.dumps(
            to_plain(value, in_milliseconds=param.milliseconds),
            separators=(",", ":"),
            ensure_ascii=False,
        )
    return to_plain(value, in_milliseconds=param.milliseconds)


def _quote_value(value: Plain) -> str:
    shown = to_text(value)
    # Most are ids and words, which need no quoting.
    return shown if shown.isalnum() and shown.isascii() else quote(shown, _UNRESERVED)


def format_pair(name: str, value: object) -> str:
    """``name=value``, encoded, of a value that is no list and no object."""
    return f"{_quote_value(name)}={_quote_value(to_plain(value))}"


def serialize_path(operation: Operation[Any], values: Sequence[object]) -> str:
    """The path, filled in; each value stays within its segment.

    Raises:
        ValueError: A value is empty, or makes a segment ``.`` or ``..``, which would
            name another resource (RFC 3986, 5.2.4).
    """
    plan = get_plan(operation)
    pieces = [plan.literals[0]]
    dotted = False
    for literal, (index, param) in zip(plan.literals[1:], plan.path, strict=True):
        value = values[index]
        if value is None or isinstance(value, Unset):
            raise ValueError(f"{operation.id}: {param.wire} is missing")
        segment = _format_segment(param, serialize_value(param, value))
        if not segment:
            raise ValueError(f"{operation.id}: {param.wire} must not be empty")
        dotted = dotted or segment.startswith(".")
        pieces += (segment, literal)
    path = "".join(pieces)
    # Only a value can have brought such a segment in; most paths have no dot to look at.
    if dotted and any(segment in (".", "..") for segment in path.split("/")):
        raise ValueError(f"{operation.id}: '.' and '..' cannot be a part of a path")
    return path


def _format_segment(param: Param, value: Plain) -> str:
    if param.style == "simple" and not isinstance(value, dict | list):
        return _quote_value(value)
    if value in ("", [], {}):
        return ""
    if param.style == "matrix":
        return _format_matrix(param, value)
    prefix, delimiter = "", ","
    if param.style == "label":
        prefix, delimiter = ".", "." if param.explode else ","
    return prefix + delimiter.join(_flatten(value, explode=param.explode))


def _flatten(value: Plain, *, explode: bool) -> list[str]:
    """``a,1,b,2`` or, exploded, ``a=1,b=2``."""
    if isinstance(value, dict):
        if explode:
            return [
                f"{_quote_value(key)}={_quote_value(item)}"
                for key, item in value.items()
            ]
        return [_quote_value(part) for item in value.items() for part in item]
    if isinstance(value, list):
        return [_quote_value(item) for item in value]
    return [_quote_value(value)]


def _format_matrix(param: Param, value: Plain) -> str:
    if isinstance(value, dict) and param.explode:
        return "".join(
            f";{_quote_value(k)}={_quote_value(v)}" for k, v in value.items()
        )
    if isinstance(value, list) and param.explode:
        return "".join(
            f";{_quote_value(param.wire)}={_quote_value(item)}" for item in value
        )
    return f";{_quote_value(param.wire)}={','.join(_flatten(value, explode=False))}"


def serialize_query(operation: Operation[Any], values: Sequence[object]) -> list[str]:
    """The pairs of the query, encoded: ``name=value`` each."""
    pairs: list[str] = []
    for param, value in select_given(get_plan(operation).query, values):
        sent = serialize_value(param, value)
        written = format_pairs(param, sent)
        if param.reserved:
            divides = "%2C" if isinstance(sent, dict | list) else ""
            written = [_restore_reserved(each, divides) for each in written]
        pairs.extend(written)
    return pairs


def _restore_reserved(pair: str, divides: str) -> str:
    """A pair whose value has what is reserved as it is (RFC 6570, 3.2.3).

    But for what would end the value, be read as another one (``+``), or cannot be in a
    query (RFC 3986, 3.4), and for what divides the items of a list.
    """
    name, _, value = pair.partition("=")
    kept = _RESERVED.sub(
        lambda found: found[0] if found[0] == divides else unquote(found[0]), value
    )
    return f"{name}={kept}"


def format_pairs(param: Param, value: Plain) -> list[str]:
    """One query parameter, cookie or urlencoded field, in its style.

    An empty list or object leaves nothing to write, whatever the style.
    """
    name = _quote_value(param.wire)
    if param.style == "whole":
        return [_quote_value(value)]
    if not isinstance(value, dict | list):
        return [f"{name}={_quote_value(value)}"]
    if param.style == "brackets":
        return list(_format_brackets(name, value))
    if not value:
        return []
    if isinstance(value, dict):
        if param.style == "deepObject":
            return [
                f"{name}%5B{_quote_value(k)}%5D={_quote_value(v)}"
                for k, v in value.items()
            ]
        if param.explode:
            return [f"{_quote_value(k)}={_quote_value(v)}" for k, v in value.items()]
    elif param.explode or param.style == "deepObject":
        return [f"{name}={_quote_value(item)}" for item in value]
    delimiter = _DELIMITERS.get(param.style, ",")
    return [f"{name}={delimiter.join(_flatten(value, explode=False))}"]


def _format_brackets(name: str, value: Plain) -> Iterator[str]:
    """``a[0][b]=c``, to any depth."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _format_brackets(f"{name}%5B{_quote_value(key)}%5D", item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _format_brackets(f"{name}%5B{index}%5D", item)
    else:
        yield f"{name}={_quote_value(value)}"


def serialize_headers(
    operation: Operation[Any], values: Sequence[object]
) -> Iterator[tuple[str, str]]:
    """The headers that the arguments make.

    Raises:
        ValueError: A value holds a line break or NUL.
    """
    for param, value in select_given(get_plan(operation).headers, values):
        shown = _format_header(param, serialize_value(param, value))
        check_header(param.wire, shown)
        yield param.wire, shown


def _format_header(param: Param, value: Plain) -> str:
    if isinstance(value, dict):
        if param.explode:
            return ",".join(f"{key}={to_text(item)}" for key, item in value.items())
        return ",".join(to_text(part) for item in value.items() for part in item)
    if isinstance(value, list):
        return ",".join(to_text(item) for item in value)
    return to_text(value)


def serialize_cookies(operation: Operation[Any], values: Sequence[object]) -> list[str]:
    """The cookies that the arguments make: ``name=value`` each, encoded.

    Those of ``style: cookie`` are as they are given (OpenAPI 3.2, Style Values).

    Raises:
        ValueError: Such a one holds what a cookie cannot. The value is not shown.
    """
    return [
        _format_bare_cookie(operation, pair) if param.style == "cookie" else pair
        for param, value in select_given(get_plan(operation).cookies, values)
        for pair in format_pairs(param, serialize_value(param, value))
    ]


def _format_bare_cookie(operation: Operation[Any], pair: str) -> str:
    name, *parts = map(unquote, re.split("[=,]", pair))
    if not (_TOKEN.fullmatch(name) and all(map(_COOKIE.fullmatch, parts))):
        raise ValueError(
            f"{operation.id}: cookie {name!r}: blanks, quotes, ',', ';', '\\\\' and what "
            "is not ASCII cannot be sent as they are: encode the value"
        )
    return f"{name}={','.join(parts)}"


def check_header(name: str, value: object) -> None:
    """Refuse what is no header, or would start another one (RFC 9110, 5.1 and 5.5).

    Raises:
        ValueError: The name is no token, or that of a header that says where the body
            ends, or the value holds control characters, begins or ends with a blank, or
            is not in Latin-1. The value is not shown.
        TypeError: The value is no text.
    """
    if not _TOKEN.fullmatch(name):
        raise ValueError(f"no name of a header: {name!r}")
    if name.lower() in _FRAMING:
        raise ValueError(f"header {name!r}: it follows from the body")
    if not isinstance(value, str):
        raise TypeError(
            f"header {name!r}: text is expected, not {type(value).__name__}"
        )
    if value.strip(" \t") != value:
        raise ValueError(f"header {name!r}: it must not begin or end with a blank")
    if not value.isascii():
        try:
            value.encode("latin-1")
        except UnicodeEncodeError:
            raise ValueError(f"header {name!r}: only Latin-1 can be sent") from None
    elif value.isprintable():
        return
    if _CONTROL.search(value):
        raise ValueError(
            f"header {name!r}: line breaks and control characters are not allowed"
        )
