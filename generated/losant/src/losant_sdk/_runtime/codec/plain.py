"""What callers pass → what JSON can hold.

Values go out as people mean them: models as what was set, an aware ``datetime`` as
RFC 3339 text, or as milliseconds where the API counts them. What has no meaning on the
wire is refused: a naive ``datetime``, a number that is not finite, bytes that are no
text.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from operator import methodcaller
from typing import TYPE_CHECKING, Any, TypeAlias, cast

if TYPE_CHECKING:
    from decimal import Decimal

__all__ = [
    "ENCODERS",
    "Plain",
    "convert_scalar",
    "find_encoder",
    "format_timestamp",
    "to_milliseconds",
    "to_plain",
    "to_text",
]

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"
"""What JSON can hold."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_milliseconds(value: datetime) -> int:
    """Milliseconds since 1970-01-01T00:00:00Z.

    Raises:
        ValueError: ``value`` is naive: it names no instant.
    """
    # Whole microseconds: a float of seconds is not exact in the far future.
    return ((_require_aware(value) - _EPOCH) // timedelta(microseconds=1) + 500) // 1000


def _require_aware(value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise ValueError(
            f"a datetime without time zone names no instant: {value.isoformat()}"
            " (use datetime.now(timezone.utc) or .astimezone())"
        )
    return value


def format_timestamp(value: datetime) -> str:
    """RFC 3339 text, with ``Z`` for UTC.

    Raises:
        ValueError: ``value`` is naive.
    """
    shown = _require_aware(value).isoformat()
    return f"{shown[:-6]}Z" if shown.endswith("+00:00") else shown


def convert_scalar(value: object) -> object:
    """A value that JSON does not know as one that it does, not looked into further.

    Raises:
        TypeError: It has no form in JSON. An iterator has none either: a request may
            be sent twice, and it can be read once.
        ValueError: A datetime is naive, or bytes are no UTF-8.
    """
    if isinstance(value, Enum):
        return value.value
    dump = getattr(value, "model_dump", None)
    if callable(dump):
        return dump(by_alias=True, exclude_unset=True, warnings=False)
    if isinstance(value, Mapping):
        return dict(cast("Mapping[str, object]", value))
    encode = find_encoder(type(value))
    if encode is not None:
        return encode(value)
    if isinstance(value, Collection):
        return list(cast("Iterable[object]", value))
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _convert_number(value: Decimal) -> int | float:
    if value.is_finite() and value == value.to_integral_value():
        return int(value)
    return _require_finite(float(value))


def _require_finite(value: float) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{value} is no number that JSON has")
    return value


def _decode_bytes(value: bytes | bytearray) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise ValueError("bytes that are no UTF-8 have no form in JSON") from None


ENCODERS: Mapping[str, Callable[[Any], Plain]] = {
    "datetime.datetime": format_timestamp,
    "datetime.date": methodcaller("isoformat"),
    "datetime.time": methodcaller("isoformat"),
    "uuid.UUID": str,
    "ipaddress.IPv4Address": str,
    "ipaddress.IPv6Address": str,
    "decimal.Decimal": _convert_number,
    "builtins.bytes": _decode_bytes,
    "builtins.bytearray": _decode_bytes,
}
"""Each kind of scalar that JSON does not have is a row: its Python type, and how it is
written as JSON.

As a parameter it is the text of that. It is read by its type: by pydantic, or by
``OrStr``. A type stands here by name, so that only who uses it loads its module.
"""


def find_encoder(kind: type) -> Callable[[Any], Plain] | None:
    """How a type of scalar is written as JSON; None if it is no such type."""
    for each in kind.__mro__:
        encode = ENCODERS.get(f"{each.__module__}.{each.__qualname__}")
        if encode is not None:
            return encode
    return None


def to_plain(value: object, *, in_milliseconds: bool = False) -> Plain:
    """A value, and all that is in it, as JSON.

    Args:
        value: What a caller passed.
        in_milliseconds: Write a ``datetime`` as milliseconds since the epoch.

    Raises:
        TypeError, ValueError: As ``convert_scalar``; a number is not finite.
    """
    if isinstance(value, datetime):
        return to_milliseconds(value) if in_milliseconds else format_timestamp(value)
    if isinstance(value, Enum):
        return to_plain(value.value, in_milliseconds=in_milliseconds)
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return _require_finite(value)
    if isinstance(value, dict):
        mapping = cast("dict[object, object]", value)
        return {
            _convert_key(key): to_plain(item, in_milliseconds=in_milliseconds)
            for key, item in mapping.items()
        }
    if isinstance(value, list | tuple):
        items = cast("Iterable[object]", value)
        return [to_plain(item, in_milliseconds=in_milliseconds) for item in items]
    return to_plain(convert_scalar(value), in_milliseconds=in_milliseconds)


def _convert_key(key: object) -> str:
    if isinstance(key, str):
        return key.value if isinstance(key, Enum) else key
    return "null" if key is None else to_text(to_plain(key))


def to_text(value: Plain) -> str:
    """A scalar as text: as JSON writes it, without quotes; null is empty.

    What is no scalar stays JSON: it stands where a style has no place for it.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return "" if value is None else str(value)
