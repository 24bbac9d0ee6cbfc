"""Models of the sample API."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .thing import (
        Circle as Circle,
        Error as Error,
        Owner as Owner,
        Reading as Reading,
        Shape as Shape,
        Square as Square,
        Thing as Thing,
        ThingPatch as ThingPatch,
        Things as Things,
        ThingWithTagMap as ThingWithTagMap,
    )

__all__ = [
    "Circle",
    "Error",
    "Owner",
    "Reading",
    "Shape",
    "Square",
    "Thing",
    "ThingPatch",
    "ThingWithTagMap",
    "Things",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import thing

    return getattr(thing, name)
