"""The formats of strings: each is one row, an example and a check.

The checks are our own, so that the answer does not depend on which optional libraries
are installed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from jsonschema import FormatChecker

from sdkgen.openapi.schema_types import INTEGER_BITS

__all__ = ["FORMATS", "make_example"]

FORMATS: Final = FormatChecker(formats=())
"""What checks values by their formats."""

_DATE_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?"
    r"([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)"
)
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def _is_date(text: str) -> bool:
    """RFC 3339, full-date."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text) is None:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_date_time(text: str) -> bool:
    """RFC 3339, date-time."""
    return _DATE_TIME.fullmatch(text) is not None and _is_date(text[:10])


def _is_ipv4(text: str) -> bool:
    parts = text.split(".")
    return len(parts) == 4 and all(
        re.fullmatch(r"\d{1,3}", part, re.ASCII) is not None and int(part) < 256
        for part in parts
    )


def _matches(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda text: pattern.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class _Format:
    """``example`` has places for what tells several apart; without ``check`` all fits."""

    example: str
    check: Callable[[str], bool] | None = None


_TABLE = {
    "date-time": _Format("2024-01-{day}T09:30:00Z", _is_date_time),
    "date": _Format("2024-01-{day}", _is_date),
    "time": _Format("09:30:{day}Z"),
    "duration": _Format("PT{n}H"),
    "uuid": _Format("7d44a2b6-0c1e-4f5a-9b3d-2e8f6a1c90{day}", _matches(_UUID)),
    "email": _Format("person{n}@example.com", _matches(_EMAIL)),
    "idn-email": _Format("person{n}@example.com"),
    "hostname": _Format("host{n}.example.com"),
    "idn-hostname": _Format("host{n}.example.com"),
    "ipv4": _Format("192.0.2.{n}", _is_ipv4),
    "ipv6": _Format("2001:db8::{n}"),
    "uri": _Format("https://example.com/{n}", _matches(_URI)),
    "url": _Format("https://example.com/{n}"),
    "iri": _Format("https://example.com/{n}"),
    "uri-reference": _Format("/items/{n}"),
    "iri-reference": _Format("/items/{n}"),
    "uri-template": _Format("/items/{{id}}/{n}"),
    "json-pointer": _Format("/items/{n}"),
    "relative-json-pointer": _Format("{n}/items"),
    "regex": _Format("^item{n}$"),
    "byte": _Format("ZXhhbXBsZTE{letter}"),
}
"""Examples are in the ranges set aside for documentation (RFC 2606, 5737, 3849)."""


def make_example(format_: str, variant: int) -> str | None:
    """A string of a format, or ``None``; another ``variant``, another string."""
    known = _TABLE.get(format_)
    if known is None:
        return None
    return known.example.format(
        n=variant + 1, day=f"{10 + variant % 18:02}", letter="gswACQ"[variant % 6]
    )


def _check_strings(rule: Callable[[str], bool]) -> Callable[[object], bool]:
    return lambda value: not isinstance(value, str) or rule(value)


def _check_bits(bits: int) -> Callable[[object], bool]:
    """Whether a value, if it is an integer, has so many bits (OpenAPI 3.1, 4.4)."""
    limit = 1 << (bits - 1)
    return lambda value: not isinstance(value, int) or -limit <= value < limit


for _name, _row in _TABLE.items():
    if _row.check is not None:
        FORMATS.checks(_name)(_check_strings(_row.check))
for _name, _bits in INTEGER_BITS.items():
    FORMATS.checks(_name)(_check_bits(_bits))
