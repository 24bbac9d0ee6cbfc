"""The kinds of scalars: each is one row, which says all that any stage knows of it.

To add a kind, add a row here, and one for its Python type to the table of the runtime
(``codec/plain.py``). No other module lists kinds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sdkgen.support.json_pointer import Json

__all__ = ["KIND_OF_FORMAT", "KIND_OF_JSON_TYPE", "Kind"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """What is known of a kind.

    Python types are given with the module that they are imported from; those without
    one are builtins.
    """

    received: tuple[str, ...]
    """Its types in a response."""
    sent: tuple[str, ...] = ()
    """Its types in a request, if they are others."""
    sample: Json
    """An argument for tests, where the document has no example."""
    literals: tuple[type, ...]
    """The Python types of the JSON values that a type checker takes for it."""
    judged: Mapping[str, Json]
    """The JSON Schema of which datamodel-code-generator makes the received types."""
    json_type: str = ""
    """The ``type`` of JSON Schema that means it, whatever the format."""
    formats: tuple[str, ...] = ()
    """The formats of strings that mean it."""
    has_params: bool = False
    """A name for it has a second meaning as an argument, which stands in ``params``."""
    keeps_text: bool = False
    """Received text that is not written as Python writes the value stays text."""
    is_instant: bool = False
    """It may be a point in time, where ``x-sdk-time`` says so."""


def _of_text(
    type_: str, format_: str, sample: str, *, is_instant: bool = False
) -> _Row:
    """A string that has a type of its own in Python."""
    return _Row(
        received=(type_,),
        sent=(type_, "str"),
        sample=sample,
        literals=(str,),
        judged={"type": "string", "format": format_},
        formats=(format_,),
        has_params=True,
        is_instant=is_instant,
    )


def _of_exact_text(type_: str, format_: str, sample: str) -> _Row:
    """A string that has a type of its own in Python, if that writes it the same."""
    text: Json = {"type": "string"}
    return _Row(
        received=(type_,),
        sent=(type_, "str"),
        sample=sample,
        literals=(str,),
        judged={"anyOf": [{"type": "string", "format": format_}, text]},
        formats=(format_,),
        keeps_text=True,
    )


class Kind(StrEnum):
    """What a scalar is in Python."""

    row: _Row

    def __new__(cls, value: str, row: _Row) -> Kind:
        """The name of a kind, which knows its row."""
        self = str.__new__(cls, value)
        self._value_ = value
        self.row = row
        return self

    STRING = (
        "string",
        _Row(
            received=("str",),
            sample="example",
            literals=(str,),
            judged={"type": "string"},
            json_type="string",
            is_instant=True,
        ),
    )
    INTEGER = (
        "integer",
        _Row(
            received=("int",),
            sample=1,
            literals=(int,),
            judged={"type": "integer"},
            json_type="integer",
            is_instant=True,
        ),
    )
    # An int is taken as a float where it is sent; received, it stays one.
    NUMBER = (
        "number",
        _Row(
            received=("int", "float"),
            sent=("float",),
            sample=1,
            literals=(int, float),
            judged={"anyOf": [{"type": "integer"}, {"type": "number"}]},
            json_type="number",
            is_instant=True,
        ),
    )
    BOOLEAN = (
        "boolean",
        _Row(
            received=("bool",),
            sample=True,
            literals=(bool,),
            judged={"type": "boolean"},
            json_type="boolean",
        ),
    )
    NULL = (
        "null",
        _Row(
            received=("None",),
            sample=None,
            literals=(type(None),),
            judged={"type": "null"},
            json_type="null",
        ),
    )
    # Raw bytes in a body or a part of it, of which JSON has no literal.
    BYTES = (
        "bytes",
        _Row(
            received=("bytes",),
            sample="example",
            literals=(),
            judged={"type": "string", "format": "binary"},
            formats=("binary",),
            has_params=True,
        ),
    )
    DATE = "date", _of_text("datetime.date", "date", "2026-01-01")
    DATETIME = (
        "datetime",
        _of_text(
            "datetime.datetime", "date-time", "2026-01-01T00:00:00Z", is_instant=True
        ),
    )
    UUID = "uuid", _of_text("uuid.UUID", "uuid", "7d44a2b6-0c1e-4f5a-9b3d-2e8f6a1c9001")
    IPV4 = "ipv4", _of_exact_text("ipaddress.IPv4Address", "ipv4", "192.0.2.1")
    IPV6 = "ipv6", _of_exact_text("ipaddress.IPv6Address", "ipv6", "2001:db8::1")
    # ``x-sdk-time``: since the epoch, or ISO 8601 text.
    MILLISECONDS = (
        "milliseconds",
        _Row(
            received=(".._runtime.Milliseconds",),
            sample=0,
            literals=(int, float, str),
            judged={"customTypePath": "sdk.Milliseconds"},
        ),
    )
    ANY = (
        "any",
        _Row(received=("typing.Any",), sample="example", literals=(object,), judged={}),
    )

    @property
    def received(self) -> tuple[str, ...]:
        """Its Python types in a response."""
        return self.row.received

    @property
    def sent(self) -> tuple[str, ...]:
        """Its Python types in a request."""
        return self.row.sent or self.row.received

    def takes_literal(self, value: Json) -> bool:
        """Whether a type checker takes the literal of a JSON value for it."""
        if isinstance(value, bool):  # which is an int for Python, and for nobody else
            return bool in self.row.literals or object in self.row.literals
        return isinstance(value, self.row.literals)


KIND_OF_FORMAT: Final[Mapping[str, Kind]] = {
    each: kind for kind in Kind for each in kind.row.formats
}
"""Formats of strings → what is meant."""

KIND_OF_JSON_TYPE: Final[Mapping[str, Kind]] = {
    kind.row.json_type: kind for kind in Kind if kind.row.json_type
}
"""Types of JSON Schema → what they mean without a format."""
