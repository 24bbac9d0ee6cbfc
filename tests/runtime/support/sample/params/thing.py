"""Arguments of the shape of `ThingPatch`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Required, TypedDict

from package._runtime import Milliseconds

__all__ = ["ReadingParams", "ThingPatchParams"]


class ReadingParams(TypedDict, total=False):
    """A value at a time."""

    time: Required[Milliseconds]
    data: Required[Mapping[str, float]]


class ThingPatchParams(TypedDict, total=False):
    """What to change; what is left out stays."""

    name: str | None
    seen: Milliseconds
    created: datetime | str
    readings: Sequence[ReadingParams]
