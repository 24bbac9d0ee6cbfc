"""Models whose names are written in another way on the wire."""

from __future__ import annotations

import json
from typing import Annotated, Literal

import pydantic
import pytest
from package._runtime.codec import validation
from package._runtime.codec.lenient import decode_lenient
from package._runtime.codec.model import BaseModel, CamelModel, wire_name
from package._runtime.codec.plain import Plain
from package._runtime.codec.validation import validate_strictly
from pydantic import Field


class Part(CamelModel):
    part_no: int
    from_: str | None = None


class Tagged(CamelModel):
    kind_of: Literal["tagged"]
    inner_parts: list[Part] | None = None
    snake_name: Annotated[str | None, Field(alias="snake_name")] = None


class Other(CamelModel):
    kind_of: Literal["other"]


class Snake(BaseModel):
    snake_name: str | None = None


def test_names_follow_from_those_of_the_fields() -> None:
    """Both ways; a field that says its name itself keeps it."""
    data = {
        "kindOf": "tagged",
        "innerParts": [{"partNo": 1, "from": "here", "more_of": 2}],
        "snake_name": "kept",
    }

    made = Tagged.model_validate(data)

    assert made.inner_parts is not None
    assert (made.inner_parts[0].part_no, made.inner_parts[0].from_) == (1, "here")
    assert made.snake_name == "kept"
    assert made.to_dict() == data
    assert Part(part_no=1).to_dict() == {"partNo": 1}


def test_a_name_is_known_before_the_model_is_built() -> None:
    """Pydantic builds a model when it is first used, and not before."""

    class Late(CamelModel):
        one_two_3: int
        itself: int
        named: Annotated[int, Field(alias="other_name")]

    assert [wire_name(Late, name) for name in Late.model_fields] == [
        "oneTwo3",
        "itself",
        "other_name",
    ]
    assert wire_name(Snake, "snake_name") == "snake_name"


def test_what_does_not_fit_is_read_by_the_same_names() -> None:
    """A field that is not what was promised stays raw, the others are models."""

    class Box(CamelModel):
        first_part: Part
        any_of: Annotated[Tagged | Other, Field(discriminator="kind_of")]

    data: Plain = {
        "firstPart": {"partNo": "no number"},
        "anyOf": {"kindOf": "tagged", "innerParts": [{"partNo": 7}]},
    }

    made = decode_lenient(Box, data)

    assert made.first_part.part_no == "no number"
    assert type(made.any_of) is Tagged
    assert made.any_of.inner_parts == [Part(part_no=7)]
    assert made.model_dump(by_alias=True, exclude_unset=True, warnings=False) == data


def test_an_unknown_key_may_be_spelled_like_a_field_in_python() -> None:
    """It is another key: the field is not set by it, and both come back."""

    class Held(CamelModel):
        from_: str | None = None
        in_parts: Annotated[list[Part] | None, Field(alias="inParts")] = None
        any_of: Annotated[Tagged | Other | None, Field(discriminator="kind_of")] = None

    deep: dict[str, Plain] = {
        "from_": 1,
        "inParts": [{"partNo": 1, "from_": 2}, {"partNo": 3}],
    }
    data: list[dict[str, Plain]] = [
        {"from_": None},
        {"from_": 1, "from": "here"},
        {"from_": 1, "from": None},
        {"more": {"from_": 1}, "anyOf": {"kindOf": "tagged", "inner_parts": 1}},
        dict(deep),
    ]

    made = validate_strictly(list[Held], json.dumps(data))

    assert [each.from_ for each in made] == [None, "here", None, None, None]
    assert ["from_" in each.model_fields_set for each in made] == [
        *(False, True, True, False, False)
    ]
    assert (made[0].model_extra, made[4].model_extra) == ({"from_": None}, {"from_": 1})
    assert [each.to_dict() for each in made] == data
    assert [json.loads(each.to_json()) for each in made] == data
    made[0].from_ = "set"
    assert made[0].to_dict() == {"from": "set", "from_": None}


def test_what_did_not_fit_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names in Python in a response that does not fit are none of the next one."""
    with pytest.raises(pydantic.ValidationError):
        validate_strictly(Part, '{"from_": 1, "partNo": "none"}')
    monkeypatch.delattr(validation, "_unset_absent")

    assert validate_strictly(Part, '{"partNo": 1}').to_dict() == {"partNo": 1}
