"""Arguments → bodies of JSON: what was set goes out as it is, and nothing else.

Models, typed dicts and any mapping of the same shape are taken. A ``datetime`` goes out
as RFC 3339 text, or as milliseconds where the API counts them: its place in the
declared type decides, which is looked up only when there is one.
"""

from __future__ import annotations

import functools
import json
import types
import typing
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Union, cast, get_args, get_origin

from ..spec.operation import Typed
from .plain import convert_scalar, format_timestamp, to_milliseconds

__all__ = ["encode_json"]


class _Timed(Exception):
    """There is a datetime somewhere."""


def encode_json(value: object, declared: Typed | None = None) -> bytes:
    """Encode a body.

    Raises:
        ValueError: A number is not finite, a datetime is naive, bytes are no UTF-8, or
            the value contains itself.
        TypeError: Something in it has no form in JSON.
    """
    try:
        return _dumps(value, _convert_value)
    except _Timed:
        hint = declared() if declared is not None else None
    except RecursionError:
        raise ValueError("the body contains itself, or is too deep") from None
    try:
        return _dumps(_convert_datetimes(value, hint), convert_scalar)
    except RecursionError:
        raise ValueError("the body contains itself, or is too deep") from None


def _dumps(value: object, default: Callable[[object], object]) -> bytes:
    def written(*, ascii_alone: bool) -> bytes:
        return json.dumps(
            value,
            default=default,
            separators=(",", ":"),
            ensure_ascii=ascii_alone,
            allow_nan=False,
        ).encode()

    try:
        return written(ascii_alone=False)
    except UnicodeEncodeError:  # half a surrogate, which JSON has as an escape alone
        return written(ascii_alone=True)


def _convert_value(value: object) -> object:
    if isinstance(value, datetime):
        raise _Timed
    return convert_scalar(value)


def _convert_datetimes(value: object, hint: Any) -> object:
    """The value with each datetime in the form that its place wants."""
    if isinstance(value, datetime):
        return (
            to_milliseconds(value)
            if _takes_milliseconds(hint)
            else format_timestamp(value)
        )
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, dict):
        mapping = cast("dict[str, object]", value)
        fields, others = _find_field_hints(hint, mapping)
        return {
            key: _convert_datetimes(item, fields.get(key, others))
            for key, item in mapping.items()
        }
    if isinstance(value, list | tuple):
        inner = _find_item_hint(hint)
        return [_convert_datetimes(item, inner) for item in cast("list[object]", value)]
    return _convert_datetimes(convert_scalar(value), hint)


def _expand_options(hint: Any) -> list[Any]:
    """The types that a hint stands for, unions and aliases opened."""
    if hasattr(hint, "__value__"):
        return _expand_options(hint.__value__)
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return [each for option in get_args(hint) for each in _expand_options(option)]
    if origin in (typing.Annotated, typing.Required, typing.NotRequired):
        return _expand_options(get_args(hint)[0])
    return [hint]


def _takes_milliseconds(hint: Any) -> bool:
    """Whether a place takes milliseconds: numbers and datetimes."""
    options = _expand_options(hint)
    return datetime in options and (int in options or float in options)


@functools.cache
def _get_hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind, include_extras=True)


def _find_field_hints(
    hint: Any, value: Mapping[str, object]
) -> tuple[dict[str, Any], Any]:
    """The hints of the keys of a mapping: of the typed dict that knows most of them."""
    best: dict[str, Any] = {}
    others: Any = None
    for option in _expand_options(hint):
        if get_origin(option) in (dict, Mapping):
            others = get_args(option)[1]
        elif typing.is_typeddict(option):
            known = _get_hints(option)
            if len(known.keys() & value.keys()) > len(best.keys() & value.keys()):
                best = known
    return best, others


def _find_item_hint(hint: Any) -> Any:
    for option in _expand_options(hint):
        arguments = get_args(option)
        if arguments and get_origin(option) not in (dict, Mapping):
            return arguments[0]
    return None
