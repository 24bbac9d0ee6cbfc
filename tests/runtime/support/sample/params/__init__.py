"""Arguments of the sample API."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .thing import (
        ReadingParams as ReadingParams,
        ThingPatchParams as ThingPatchParams,
    )

__all__ = ["ReadingParams", "ThingPatchParams"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import thing

    return getattr(thing, name)
