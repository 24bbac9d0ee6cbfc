"""Bodies that the API sends by itself → typed values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Generic, TypeVar, cast, get_args
from urllib.parse import parse_qsl

from pydantic import ValidationError

from .._runtime.codec.model import BaseModel, wire_name
from .._runtime.spec.operation import Typed

__all__ = ["Payload", "parsed"]

T = TypeVar("T")


class Payload(Generic[T]):
    """The body of a webhook or a callback, by its name and type."""

    __slots__ = ("name", "type", "written")

    def __init__(self, name: str, type: Typed, written: str = "json") -> None:
        self.name: str = name
        self.type: Typed = type
        self.written: str = written
        """``json``, ``form`` (urlencoded) or ``text``."""


def parsed(payload: Payload[T], body: bytes | str, *, strict: bool) -> T:
    """A body, typed as far as it fits; a warning says where it does not.

    Raises:
        ValueError: It is not written as it should be, or ``strict`` and does not fit.
    """
    from .._runtime.codec.decode import decode
    from .._runtime.codec.misfit import Misfit

    content = body.encode() if isinstance(body, str) else body
    found: Any
    if payload.written == "text":
        found = content.decode()
        return cast("T", found)
    if payload.written == "form":
        content = _as_json(payload.type(), content.decode())
    try:
        found = decode(payload.type(), content, what=payload.name, strict=strict)
    except Misfit as error:
        raise ValueError(f"{payload.name}: {error}") from None
    return cast("T", found)


def _as_json(kind: Any, form: str) -> bytes:
    """An urlencoded form as JSON, whose fields are what their types take them for."""
    sent: dict[str, list[str]] = {}
    for name, value in parse_qsl(form, keep_blank_values=True):
        sent.setdefault(name, []).append(value)
    types: dict[str, list[Any]] = {}
    for model in _models(kind):
        model.model_rebuild()
        for name, field in model.model_fields.items():
            types.setdefault(wire_name(model, name), []).append(field.annotation)
    fields = {name: _value(types.get(name, []), texts) for name, texts in sent.items()}
    return json.dumps(fields).encode()


def _models(kind: Any) -> Iterator[type[BaseModel]]:
    """The models that a type may be."""
    kind = getattr(kind, "__value__", kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        yield kind
    for option in get_args(kind):
        yield from _models(option)


def _value(kinds: list[Any], texts: list[str]) -> Any:
    """A text, or JSON, or one of them in a list: the first of these that fits."""
    from .._runtime.codec.validation import validate_strictly

    read = [_read(text) for text in texts]
    lists: list[Any] = [texts, read]
    ways = lists if len(texts) > 1 else [*texts, *read, *lists]
    for way in ways:
        for kind in kinds:
            with suppress(ValidationError):
                validate_strictly(kind, json.dumps(way))
                return way
    return ways[0]


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
