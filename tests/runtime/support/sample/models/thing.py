"""`Thing` and what is in it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from package._runtime import BaseModel, Milliseconds
from pydantic import Field


class Error(BaseModel):
    """What went wrong."""

    type: str
    message: str


class Owner(BaseModel):
    """Who has it."""

    name: str
    email: str | None = None
    api_key: Annotated[str | None, Field(alias="apiKey")] = None


class Circle(BaseModel):
    """Round."""

    kind: Literal["circle"]
    radius: float


class Square(BaseModel):
    """With corners."""

    kind: Literal["square"]
    side: float


Shape: TypeAlias = Annotated[Circle | Square, Field(discriminator="kind")]


class Thing(BaseModel):
    """A thing."""

    thing_id: Annotated[str, Field(alias="thingId")]
    name: str | None = None
    count: int | None = None
    state: Literal["on", "off"] | str | None = None
    created: datetime | None = None
    seen: Milliseconds | None = None
    owner: Owner | None = None
    shape: Shape | None = None
    readings: list[Reading] | None = None
    labels: dict[str, int] | None = None


class ThingWithTagMap(BaseModel):
    """A thing whose tags are an object."""

    thing_id: Annotated[str, Field(alias="thingId")]
    tags: dict[str, list[str]] | None = None


class ThingPatch(BaseModel):
    """What to change."""

    name: str | None = None
    seen: Milliseconds | None = None
    created: datetime | None = None


class Things(BaseModel):
    """A page of things."""

    items: list[Thing] | None = None
    total_count: Annotated[int | None, Field(alias="totalCount")] = None
    next_cursor: Annotated[str | None, Field(alias="nextCursor")] = None


class Reading(BaseModel):
    """A value at a time."""

    time: Milliseconds
    data: dict[str, float]
