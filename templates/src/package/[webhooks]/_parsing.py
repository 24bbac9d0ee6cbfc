"""Bodies that the API sends by itself → typed values."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from .._runtime.operation import Typed

__all__ = ["Payload", "parsed"]

T = TypeVar("T")


class Payload(Generic[T]):
    """The body of a webhook or a callback, by its name and type."""

    __slots__ = ("name", "type")

    def __init__(self, name: str, type: Typed) -> None:
        self.name: str = name
        self.type: Typed = type


def parsed(payload: Payload[T], body: bytes | str, *, strict: bool) -> T:
    """A body, typed as far as it fits; a warning says where it does not.

    Raises:
        ValueError: It is no JSON, or ``strict`` and it does not fit.
    """
    from .._runtime.decode import Misfit, decode

    content = body.encode() if isinstance(body, str) else body
    try:
        found: Any = decode(payload.type(), content, what=payload.name, strict=strict)
    except Misfit as error:
        raise ValueError(f"{payload.name}: {error}") from None
    result: T = found
    return result
