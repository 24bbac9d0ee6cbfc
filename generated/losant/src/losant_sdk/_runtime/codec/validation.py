"""JSON → typed values, strictly: what does not fit its type is an error."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

import pydantic

from .model import WIRE, BaseModel, clash, wire_name
from .plain import Plain

__all__ = ["get_reader", "validate_strictly"]


def _make_reader(kind: Any) -> Callable[[bytes | str], Any]:
    adapter = pydantic.TypeAdapter(kind)
    adapter.rebuild()  # which may have been put off
    validate = adapter.validator.validate_json

    def read(content: bytes | str) -> Any:
        if clash.get():
            clash.set(False)  # It is still set after what did not fit.
        made = validate(
            content, strict=True, context=WIRE, by_alias=True, by_name=False
        )
        if clash.get():
            _unset_absent(made, json.loads(content))
        return made

    return read


_known_reader = functools.cache(_make_reader)


def get_reader(kind: Any) -> Callable[[bytes | str], Any]:
    """What reads a type as ``validate_strictly`` does; made once, if it can be cached."""
    try:
        return _known_reader(kind)
    except TypeError:  # unhashable: annotated with something that can change
        return _make_reader(kind)


def validate_strictly(kind: Any, content: bytes | str) -> Any:
    """JSON that fits its type.

    Strictly: numbers, texts and booleans do not become each other. By wire name alone:
    a key that is like the Python name of a field is another field.

    Raises:
        pydantic.ValidationError: It does not fit.
    """
    return get_reader(kind)(content)


def _unset_absent(made: Any, data: Plain) -> None:
    """Take back that fields are set of which the data has only the name in Python."""
    if isinstance(data, dict):
        parts = made
        if isinstance(made, BaseModel):
            kind = type(made)
            names = {name: wire_name(kind, name) for name in kind.model_fields}
            made.__pydantic_fields_set__.difference_update(
                name for name, wire in names.items() if wire not in data
            )
            parts = {wire: made.__dict__[name] for name, wire in names.items()}
            parts.update(made.__pydantic_extra__ or {})
        for key, value in data.items():
            _unset_absent(parts[key], value)
    elif isinstance(data, list):
        for each, value in zip(made, data, strict=True):
            _unset_absent(each, value)
