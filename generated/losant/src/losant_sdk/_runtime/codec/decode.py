"""Responses → typed values, tolerantly: the caller gets the server's answer.

What fits its type is typed, what does not stays as it came, with one warning; only
``strict`` makes it an error.
"""

from __future__ import annotations

import functools
import inspect
import json
import warnings
from collections.abc import Callable
from typing import Any

import pydantic

from ..errors import ResponseValidationWarning
from ..transport.body_reader import Misfit
from .model import WIRE, BaseModel, clash, wire_name
from .plain import Plain

__all__ = ["Misfit", "decode", "decode_json", "reader", "validated", "warn"]

_PACKAGE = __name__.partition("._runtime")[0]


def _reader(kind: Any) -> Callable[[bytes | str], Any]:
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
            _unset(made, json.loads(content))
        return made

    return read


_known_reader = functools.cache(_reader)


def reader(kind: Any) -> Callable[[bytes | str], Any]:
    """What reads a type as ``validated`` does; made once, where it can be remembered."""
    try:
        return _known_reader(kind)
    except TypeError:  # unhashable: annotated with something that can change
        return _reader(kind)


def validated(kind: Any, content: bytes | str) -> Any:
    """JSON that fits its type.

    Strictly: numbers, texts and booleans do not become each other. By wire name alone:
    a key that is like the Python name of a field is another field.

    Raises:
        pydantic.ValidationError: It does not fit.
    """
    return reader(kind)(content)


def _unset(made: Any, data: Plain) -> None:
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
            _unset(parts[key], value)
    elif isinstance(data, list):
        for each, value in zip(made, data, strict=True):
            _unset(each, value)


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
        return validated(kind, content)
    except pydantic.ValidationError as error:
        problem = _problem(error)
    if strict:
        raise Misfit(problem)
    from .lenient import fit

    data = decode_json(content)
    warn(f"{what}: {problem}")
    return fit(kind, data)


def warn(message: str) -> None:
    """Warn the caller of the package, at the line that called it."""
    level = 1
    frame = inspect.currentframe()
    while frame is not None and _inside(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
        level += 1
    warnings.warn(message, ResponseValidationWarning, stacklevel=level)


def _inside(module: str) -> bool:
    return module == _PACKAGE or module.startswith(f"{_PACKAGE}.")


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
    details = error.errors(
        include_url=False, include_input=False, include_context=False
    )
    first = details[0]
    where = "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]
    )
    more = f" (and {len(details) - 1} more)" if len(details) > 1 else ""
    return f"{first['msg']} - at ${where}{more}"
