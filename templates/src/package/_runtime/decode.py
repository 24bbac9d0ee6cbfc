"""Responses → typed values, tolerantly: the caller gets the server's answer.

What fits its type is typed, what does not stays as it came, with one warning; only
``strict`` makes it an error.
"""

from __future__ import annotations

import functools
import json
import types
import typing
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar, Union, get_args, get_origin

import pydantic

from .errors import ResponseValidationWarning
from .model import BaseModel
from .parameters import Plain

__all__ = ["Misfit", "decode", "decode_json"]

M = TypeVar("M", bound=BaseModel)


class Misfit(Exception):
    """Strictly read, the content does not fit: where, and why."""


@functools.cache
def _adapter(kind: Any) -> pydantic.TypeAdapter[Any]:
    return pydantic.TypeAdapter(kind)


def decode(kind: object, content: bytes, *, what: str, strict: bool) -> object:
    """Decode a body of JSON.

    Args:
        kind: The type that it is of.
        content: The bytes.
        what: What it is the answer to, for the warning.
        strict: Refuse what does not fit.

    Raises:
        Misfit: The content is no JSON, or ``strict`` and it does not fit.
    """
    try:
        return _adapter(kind).validate_json(content, strict=True)
    except pydantic.ValidationError as error:
        problem = _problem(error)
    if strict:
        raise Misfit(problem)
    data = decode_json(content)
    warnings.warn(f"{what}: {problem}", ResponseValidationWarning, stacklevel=2)
    return _fit(kind, data)


def decode_json(content: bytes) -> Any:
    """JSON as plain values.

    Raises:
        Misfit: It is none.
    """
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Misfit(f"not JSON: {error}") from None


def _problem(error: pydantic.ValidationError) -> str:
    """The first thing that is wrong, and where: never the value, which may be secret."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[
        0
    ]
    where = "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]
    )
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{first['msg']} - at ${where}{more}"


def _fit(kind: Any, data: Plain) -> Any:
    """The value with everything typed that fits its type."""
    try:
        return _adapter(kind).validate_json(json.dumps(data), strict=True)
    except (pydantic.ValidationError, ValueError):
        pass  # looked at part by part
    origin = get_origin(kind)
    if hasattr(kind, "__value__"):
        return _fit(kind.__value__, data)
    if origin is typing.Annotated:
        return _fit(get_args(kind)[0], data)
    if origin in (Union, types.UnionType):
        return _fit_one_of(get_args(kind), data)
    if isinstance(data, list) and origin in (list, Sequence):
        return [_fit(get_args(kind)[0], item) for item in data]
    if isinstance(data, dict):
        if origin in (dict, Mapping):
            return {key: _fit(get_args(kind)[1], item) for key, item in data.items()}
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return _construct(kind, data)
    return data


def _fit_one_of(options: Sequence[Any], data: Plain) -> Any:
    """Of several types the one that takes most of the data; as it is if none does."""
    if isinstance(data, list):
        lists = [each for each in options if get_origin(each) in (list, Sequence)]
        return _fit(lists[0], data) if lists else data
    models = [
        each
        for each in options
        if isinstance(each, type) and issubclass(each, BaseModel)
    ]
    # With a choice of models, an unknown variant is better raw than as a wrong one.
    return (
        _construct(models[0], data)
        if len(models) == 1 and isinstance(data, dict)
        else data
    )


def _construct(kind: type[M], data: Mapping[str, Any]) -> M:
    values: dict[str, Any] = {}
    known: set[str] = set()
    given: set[str] = set()
    for name, field in kind.model_fields.items():
        wire = field.alias or name
        known.add(wire)
        if wire in data:
            values[name] = _fit(field.annotation, data[wire])
            given.add(name)
        elif field.is_required():
            # Absent though the document promises it: reading it gives None.
            values[name] = None
    extra = {key: value for key, value in data.items() if key not in known}
    made = kind.model_construct(given, **values)
    if made.__pydantic_extra__ is not None:
        made.__pydantic_extra__.update(extra)
    made.__pydantic_fields_set__.update(extra)
    return made
