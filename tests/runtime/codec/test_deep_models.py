"""Models in models, many levels deep."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any, Literal

import pydantic
import pytest
from package._runtime.codec.model import BaseModel
from package._runtime.codec.validation import validate_strictly


def chain(length: int) -> list[type[BaseModel]]:
    """Models that each have a field of the next one, the first first."""
    made: list[type[BaseModel]] = [BaseModel]
    for index in range(length, 0, -1):
        following: Any = made[0] | None
        made.insert(
            0,
            pydantic.create_model(
                f"Level{index}",
                __base__=BaseModel,
                day=(date | None, None),
                number=(int | None, None),
                following=(following, None),
            ),
        )
    return made


def nested(depth: int, inner: dict[str, Any]) -> dict[str, Any]:
    """An object that many levels down has another one."""
    for _ in range(depth):
        inner = {"following": inner}
    return inner


def test_a_chain_of_models_may_be_long() -> None:
    """Building one recurses; what is far down is built when there is something."""
    first = chain(250)[0]
    data = nested(100, {"day": "2024-02-29", "number": 1})

    found: Any = validate_strictly(first, json.dumps(data))

    assert found.to_dict() == data
    assert found.to_json() == json.dumps(data, separators=(",", ":"))
    for _ in range(100):
        found = found.following
    assert type(found).__name__ == "Level101"
    assert found.day == date(2024, 2, 29)
    assert first(**data).to_dict() == data


def test_far_down_is_as_strict() -> None:
    """From the server a text is no number; the place of what does not fit is whole."""
    first = chain(250)[0]
    data = nested(100, {"number": "1"})

    with pytest.raises(pydantic.ValidationError) as caught:
        validate_strictly(first, json.dumps(data))

    assert caught.value.errors()[0]["loc"] == (*["following"] * 100, "number")
    assert first(**data).to_dict() == nested(100, {"number": 1})
    assert first.model_json_schema()["title"] == "Level1"


def test_what_a_property_tells_apart_may_be_far_down() -> None:
    """Pydantic looks into the variants when it builds their union."""
    kinds: Any = None
    for index in range(40, 0, -1):
        pair: list[Any] = []
        for name in ("a", "b"):
            fixed: Any = (Literal[name], ...)
            made: Any = pydantic.create_model(
                f"{name}{index}",
                __base__=BaseModel,
                kind=fixed,
                following=(kinds, None),
            )
            pair.append(made)
        kinds = Annotated[pair[0] | pair[1], pydantic.Field(discriminator="kind")]
    holder: Any = pydantic.create_model(
        "Holder", __base__=BaseModel, first=(kinds, ...)
    )

    assert type(holder(first={"kind": "b"}).first).__name__ == "b1"
