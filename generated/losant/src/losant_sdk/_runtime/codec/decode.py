"""Responses → typed values, tolerantly: the caller gets the server's answer.

What fits its type is typed, what does not stays as it came, with one warning; only
``strict`` makes it an error.
"""

from __future__ import annotations

import inspect
import json
import warnings
from typing import Any

import pydantic

from ..errors import ResponseValidationWarning
from .misfit import Misfit
from .validation import validate_strictly

__all__ = ["decode", "decode_json", "warn"]

_PACKAGE = __name__.partition("._runtime")[0]


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
        return validate_strictly(kind, content)
    except pydantic.ValidationError as error:
        problem = _describe_error(error)
    if strict:
        raise Misfit(problem)
    from .lenient import decode_lenient

    data = decode_json(content)
    warn(f"{what}: {problem}")
    return decode_lenient(kind, data)


def warn(message: str) -> None:
    """Warn the caller of the package, at the line that called it."""
    level = 1
    frame = inspect.currentframe()
    while frame is not None and _is_inside(frame.f_globals.get("__name__", "")):
        frame = frame.f_back
        level += 1
    warnings.warn(message, ResponseValidationWarning, stacklevel=level)


def _is_inside(module: str) -> bool:
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


def _describe_error(error: pydantic.ValidationError) -> str:
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
