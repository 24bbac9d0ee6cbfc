"""JSON pointers (RFC 6901): join, split, escape, resolve."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

__all__ = [
    "Container",
    "Json",
    "escape",
    "get_child",
    "pointer_join",
    "pointer_split",
    "resolve",
    "unescape",
]

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


Container: TypeAlias = "list[Json] | dict[str, Json]"


_INDEX: Final = re.compile(r"0|[1-9][0-9]*")


def escape(token: str) -> str:
    """A key as it is written in a JSON pointer (RFC 6901)."""
    if "~" in token:
        token = token.replace("~", "~0")
    return token.replace("/", "~1") if "/" in token else token


def unescape(token: str) -> str:
    """The key that a token of a JSON pointer stands for."""
    return token.replace("~1", "/").replace("~0", "~") if "~" in token else token


def pointer_join(base: str, *tokens: str | int) -> str:
    """``base`` and the way from there: keys and indexes, not yet escaped."""
    for token in tokens:
        base = f"{base}/{escape(str(token))}"
    return base


def pointer_split(pointer: str) -> list[str]:
    """The keys and indexes of a JSON pointer, unescaped; empty for the whole."""
    tokens = pointer.split("/")[1:]
    return [unescape(token) for token in tokens] if "~" in pointer else tokens


def get_child(value: Json, token: str) -> tuple[Json] | None:
    """What stands at a key or an index, in a tuple; None if nothing does."""
    if isinstance(value, dict):
        return (value[token],) if token in value else None
    if isinstance(value, list) and _INDEX.fullmatch(token) and len(token) < 10:
        return (value[int(token)],) if int(token) < len(value) else None
    return None


def resolve(root: Json, pointer: str) -> tuple[Json] | None:
    """What stands at a JSON pointer, in a tuple of one; None if nothing does.

    The tuple tells a ``null`` that stands there from nothing. References on the way are
    not followed. A pointer is empty (the whole) or starts with ``/``.
    """
    if pointer and not pointer.startswith("/"):
        return None
    value = root
    for token in pointer_split(pointer):
        if isinstance(value, dict) and token in value:
            value = value[token]
            continue
        found = get_child(value, token)
        if found is None:
            return None
        value = found[0]
    return (value,)
