"""Arguments → path, query, headers and cookies (OpenAPI 3.1, Parameter Object).

Values go out as people mean them: ``True`` as ``true``, an aware ``datetime`` as
milliseconds where the API counts them and as RFC 3339 text elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import date, datetime
from enum import Enum
from typing import TypeAlias, cast
from urllib.parse import quote

from .operation import Operation, Param
from .values import Unset

__all__ = [
    "Plain",
    "check_header",
    "given",
    "headers_of",
    "milliseconds",
    "pairs_of",
    "path_of",
    "plain",
    "query_of",
    "text",
    "timestamp",
]

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"
"""What JSON can hold."""

_UNRESERVED = "-._~"
_DELIMITERS = {"form": ",", "spaceDelimited": "%20", "pipeDelimited": "%7C"}


def milliseconds(value: datetime) -> int:
    """Milliseconds since 1970-01-01T00:00:00Z.

    Raises:
        ValueError: ``value`` is naive: it names no instant.
    """
    _aware(value)
    return round(value.timestamp() * 1000)


def _aware(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise ValueError(
            f"a datetime without time zone names no instant: {value.isoformat()}"
            " (use datetime.now(timezone.utc) or .astimezone())"
        )
    return value


def timestamp(value: datetime) -> str:
    """RFC 3339 text, with ``Z`` for UTC.

    Raises:
        ValueError: ``value`` is naive.
    """
    shown = _aware(value).isoformat()
    return f"{shown[:-6]}Z" if shown.endswith("+00:00") else shown


def plain(value: object, *, in_milliseconds: bool = False) -> Plain:
    """What an argument is in JSON: models, enumerations and times unwrapped."""
    if isinstance(value, datetime):
        return milliseconds(value) if in_milliseconds else timestamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, str | int | float):
        return value
    to_dict = getattr(value, "to_dict", None)
    if callable(to_dict):
        return cast("Plain", to_dict())
    if isinstance(value, Mapping):
        mapping = cast("Mapping[object, object]", value)
        return {str(key): plain(item) for key, item in mapping.items()}
    if isinstance(value, Sequence | Set) and not isinstance(value, bytes | bytearray):
        return [plain(item) for item in cast("Iterable[object]", value)]
    return str(value)


def text(value: Plain) -> str:
    """A scalar as text, as JSON writes it where JSON has it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _quoted(value: Plain, safe: str = _UNRESERVED) -> str:
    return quote(text(value), safe=safe)


def _serialized(param: Param, value: object) -> Plain:
    if param.is_file:
        return cast("Plain", value)  # not looked into, and sent as it is
    if param.is_json:
        return json.dumps(
            plain(value), separators=(",", ":"), ensure_ascii=False, allow_nan=False
        )
    return plain(value, in_milliseconds=param.milliseconds)


def given(
    operation: Operation[object], values: Sequence[object], location: str
) -> Iterator[tuple[Param, Plain]]:
    """The parameters of one location that have a value."""
    for param, value in zip(operation.params, values, strict=True):
        if (
            param.location == location
            and value is not None
            and not isinstance(value, Unset)
        ):
            yield param, _serialized(param, value)


def path_of(operation: Operation[object], values: Sequence[object]) -> str:
    """The path, filled in; each value stays within its segment.

    Raises:
        ValueError: A value is empty, or is ``.`` or ``..``, which would name another
            resource (RFC 3986, 5.2.4).
    """
    path = operation.path
    pieces: list[str] = []
    filled = {
        param.wire: _segment(param, value)
        for param, value in given(operation, values, "path")
    }
    while True:
        literal, brace, rest = path.partition("{")
        pieces.append(literal)
        if not brace:
            break
        name, _, path = rest.partition("}")
        if not filled.get(name):
            raise ValueError(f"{operation.id}: {name} must not be empty")
        pieces.append(filled[name])
    return "".join(pieces)


def _segment(param: Param, value: Plain) -> str:
    if not isinstance(value, dict | list) and text(value) in ("", ".", ".."):
        raise ValueError(f"{param.wire}: {text(value)!r} cannot be part of a path")
    prefix, delimiter = "", ","
    if param.style == "label":
        prefix, delimiter = ".", "." if param.explode else ","
    elif param.style == "matrix":
        return _matrix(param, value)
    return prefix + delimiter.join(_flat(value, explode=param.explode))


def _flat(value: Plain, *, explode: bool) -> list[str]:
    """``a,1,b,2`` or, exploded, ``a=1,b=2``."""
    if isinstance(value, dict):
        if explode:
            return [f"{_quoted(key)}={_quoted(item)}" for key, item in value.items()]
        return [_quoted(part) for pair in value.items() for part in pair]
    if isinstance(value, list):
        return [_quoted(item) for item in value]
    return [_quoted(value)]


def _matrix(param: Param, value: Plain) -> str:
    if isinstance(value, dict) and param.explode:
        return "".join(f";{_quoted(k)}={_quoted(v)}" for k, v in value.items())
    if isinstance(value, list) and param.explode:
        return "".join(f";{_quoted(param.wire)}={_quoted(item)}" for item in value)
    return f";{_quoted(param.wire)}={','.join(_flat(value, explode=False))}"


def query_of(operation: Operation[object], values: Sequence[object]) -> list[str]:
    """The pairs of the query, encoded: ``name=value`` each."""
    pairs: list[str] = []
    for param, value in given(operation, values, "query"):
        pairs.extend(pairs_of(param, value))
    return pairs


def pairs_of(param: Param, value: Plain) -> list[str]:
    """One query parameter or urlencoded field, in its style."""
    name = _quoted(param.wire)
    if not isinstance(value, dict | list):
        return [f"{name}={_quoted(value)}"]
    if param.style == "brackets":
        return list(_brackets(name, value))
    if isinstance(value, dict):
        if param.style == "deepObject":
            return [f"{name}%5B{_quoted(k)}%5D={_quoted(v)}" for k, v in value.items()]
        if param.explode:
            return [f"{_quoted(k)}={_quoted(v)}" for k, v in value.items()]
    elif param.explode:
        return [f"{name}={_quoted(item)}" for item in value]
    delimiter = _DELIMITERS.get(param.style, ",")
    return [f"{name}={delimiter.join(_flat(value, explode=False))}"]


def _brackets(name: str, value: Plain) -> Iterator[str]:
    """``a[0][b]=c``, to any depth."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _brackets(f"{name}%5B{_quoted(key)}%5D", item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _brackets(f"{name}%5B{index}%5D", item)
    else:
        yield f"{name}={_quoted(value)}"


def headers_of(
    operation: Operation[object], values: Sequence[object]
) -> dict[str, str]:
    """The headers, cookies included."""
    headers = {
        param.wire: _header(param, value)
        for param, value in given(operation, values, "header")
    }
    cookies = [
        pair
        for param, value in given(operation, values, "cookie")
        for pair in pairs_of(param, value)
    ]
    if cookies:
        headers["Cookie"] = "; ".join(cookies)
    return headers


def _header(param: Param, value: Plain) -> str:
    if isinstance(value, dict):
        if param.explode:
            return ",".join(f"{key}={text(item)}" for key, item in value.items())
        return ",".join(text(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return ",".join(text(item) for item in value)
    return text(value)


def check_header(name: str, value: str) -> None:
    """Refuse what would start another header, or end the head (RFC 9110, 5.5).

    Raises:
        ValueError: CR, LF or NUL in the name or the value. The value is not shown.
    """
    for character in "\r\n\0":
        if character in name or character in value:
            raise ValueError(f"header {name!r}: line breaks and NUL are not allowed")
