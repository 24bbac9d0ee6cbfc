"""What a schema is by itself, where no other schema has to be asked.

Scalars with their formats and constraints, what a schema without ``type`` must mean,
and what the keywords of a list or an object say of its length and of its further keys.
"""

from __future__ import annotations

from dataclasses import dataclass

from sdkgen import ir
from sdkgen.ir import KIND_OF_FORMAT, Kind, Scalar, Text, Type
from sdkgen.lower.names.schema_context import is_component
from sdkgen.openapi.schema_keywords import CONSTRAINTS
from sdkgen.patterns.patterns import Patterns
from sdkgen.support.json_pointer import unescape
from sdkgen.support.media_types import is_json, is_text

from .all_of import Flat
from .type_operations import ANY, unite

LONG_ENUM = 6
"""An inline enumeration of more values than this gets a name."""


@dataclass(frozen=True, slots=True)
class Values:
    """The values of an enumeration."""

    literal: ir.LiteralOf | None
    """Those that Python has literals of, each once."""
    others: tuple[Type, ...]
    """The types of those that it has none of."""
    null: bool
    is_whole: bool
    """Whether the types say all: of a list or an object they say only that it is one."""


def list_values(flat: Flat) -> Values:
    """What an enumeration lists; null may also be said by its types."""
    plain: dict[tuple[type, Text | int | bool], None] = {}
    others: list[Type] = []
    is_whole = True
    for value in flat.enum or ():
        if isinstance(value, str):
            plain[Text, Text(value)] = None
        elif isinstance(value, bool | int):
            plain[type(value), value] = None
        elif isinstance(value, float):
            others.append(Scalar(kind=Kind.NUMBER))  # Python has no literals of it
        elif value is not None:
            is_whole = False
            is_list = isinstance(value, list)
            others.append(ir.ListOf(item=ANY) if is_list else ir.MapOf(value=ANY))
    literal = ir.LiteralOf(values=tuple(v for _, v in plain), open=len(plain) > 1)
    return Values(
        literal=literal if plain else None,
        others=tuple(others),
        null=None in (flat.enum or ())
        or (flat.types is not None and "null" in flat.types),
        is_whole=is_whole,
    )


def is_or_null(flat: Flat, pointer: str) -> bool:
    """Whether something is an object or null: its class says the first alone.

    So does the name of an inline enumeration.
    """
    types: frozenset[str] = flat.types or frozenset()
    if flat.enum is not None:
        many = len({repr(each) for each in flat.enum} - {"None"}) > LONG_ENUM
        null = None in flat.enum or "null" in types
        return many and null and not is_component(pointer)
    is_class = bool(flat.properties) and not flat.unions
    return is_class and types == frozenset({"object", "null"})


def infer_types(flat: Flat) -> list[str]:
    """The types that keywords mean where ``type`` is missing; none if it may be any."""
    if flat.properties or flat.extra or flat.patterns:
        return ["object"]
    if flat.items or flat.prefix:
        return ["array"]
    # What is binary is no string in OpenAPI 3.1: it has no type.
    if _find_kind(flat) not in (None, Kind.BYTES) or "pattern" in flat.scalar:
        return ["string"]
    return []


def lower_untyped(flat: Flat) -> Type:
    """The type of what says nothing of its type."""
    if flat.scalar.get("x-sdk-time") == "milliseconds":
        return Scalar(kind=Kind.MILLISECONDS)
    return ANY


def lower_scalar(flat: Flat, kind: Kind) -> Type:
    """A scalar: of a text its format decides, or that it holds bytes."""
    format_ = flat.scalar.get("format", "")
    if kind is Kind.STRING:
        kind = _find_kind(flat) or (Kind.BYTES if _is_raw(flat) else kind)
    constraints = tuple(
        (keyword, flat.scalar[keyword])
        for keyword in CONSTRAINTS
        if keyword in flat.scalar and kind is not Kind.NULL
    )
    return Scalar(kind=kind, format=Text(format_), constraints=constraints)


def unite_times(options: list[Type], flat: Flat) -> Type:
    """A union; of those that may be a point in time (``x-sdk-time``) there is one."""
    if flat.scalar.get("x-sdk-time") == "milliseconds":
        times = [o for o in options if isinstance(o, Scalar) and o.kind.row.is_instant]
        rest = [option for option in options if option not in times]
        if times:
            options = [Scalar(kind=Kind.MILLISECONDS), *rest]
    return unite(options)


def is_tuple(flat: Flat) -> bool:
    """Whether a list is as long as what is said of its items one by one.

    Who states no length means that, though JSON Schema takes fewer items, and more.
    """
    if flat.items and not flat.closed_items:
        return False
    length = len(flat.prefix)
    said = [flat.scalar.get(key, length) for key in ("minItems", "maxItems")]
    return said[0] == length and (said[1] == length or flat.closed_items)


def is_of_patterns(flat: Flat) -> bool:
    """Whether all further keys are of patterns: no others are allowed, or the patterns
    say how keys are written, and not which of them are meant (``^x-``)."""
    if flat.closed or not flat.patterns:
        return True
    patterns = [unescape(where.rpartition("/")[2]) for _, where in flat.patterns]
    return (len(patterns) == 1 and not flat.properties) or any(
        map(_matches_any_name, patterns)
    )


def _matches_any_name(pattern: str) -> bool:
    """Whether a name like any other fits a pattern."""
    return Patterns().fits(pattern, "name") is True


def _find_kind(flat: Flat) -> Kind | None:
    """What a string of this format is, if that is no mere string."""
    format_ = flat.scalar.get("format")
    return KIND_OF_FORMAT.get(format_) if isinstance(format_, str) else None


def _is_raw(flat: Flat) -> bool:
    """Whether a text holds something else as it is, that is no text (JSON Schema, 8)."""
    inner = flat.scalar.get("contentMediaType")
    if not isinstance(inner, str) or flat.scalar.get("contentEncoding"):
        return False
    return not (is_json(inner) or is_text(inner))
