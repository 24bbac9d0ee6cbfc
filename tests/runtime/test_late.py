"""Models and dictionaries whose annotations are read when they are first needed."""

from __future__ import annotations

import sys
import typing
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pydantic
import pytest

SOURCE = """
from __future__ import annotations

from typing import Annotated, Any, Literal, Required

from pydantic import Field

from package._runtime import BaseModel, CamelModel, TypedDict


class Thing(CamelModel):
    '''A thing.'''

    part_no: int
    next_one: Thing | None = None
    kind: Annotated[Literal["a"] | None, Field(alias="KIND")] = None


class Open(BaseModel):
    id: int | None = None
    __pydantic_extra__: dict[str, int] = Field(init=False)


class Wrong(BaseModel):
    of: Missing


class ThingParams(TypedDict, total=False):
    '''See it.'''

    partNo: Required[int]
    nextOne: ThingParams


class AllParams(TypedDict):
    id: int


OddParams = TypedDict("OddParams", {"part-no": "ThingParams"}, total=False)
"""


def load(name: str) -> Any:
    """The module of that name."""
    module = ModuleType(name)
    sys.modules[name] = module
    exec(SOURCE, vars(module))  # noqa: S102 - the text above
    return module


@pytest.fixture
def models() -> Iterator[Any]:
    """The module where modules of models are."""
    module = load("package.models.late_things")
    yield module
    del sys.modules[module.__name__]


@pytest.fixture
def elsewhere() -> Iterator[Any]:
    """The same module elsewhere, where pydantic reads classes at once."""
    module = load("things_of_a_user")
    yield module
    del sys.modules[module.__name__]


def test_a_class_is_made_without_reading_annotations(models: Any) -> None:
    """What a wrong one names is missed when somebody asks for the fields."""
    assert models.Wrong.__annotations__ == {"of": "Missing"}

    with pytest.raises(NameError, match="Missing"):
        _ = models.Wrong.model_fields


@pytest.mark.parametrize("name", ["Thing", "Open"])
def test_fields_are_those_that_pydantic_reads(
    models: Any, elsewhere: Any, name: str
) -> None:
    """A model is the same wherever it stands, and whoever reads its annotations."""
    made, expected = getattr(models, name), getattr(elsewhere, name)

    assert typing.get_type_hints(made).keys() == typing.get_type_hints(expected).keys()
    assert made.model_fields.keys() == expected.model_fields.keys()
    assert made.model_json_schema() == expected.model_json_schema()
    assert made.__doc__ == expected.__doc__
    assert made.__qualname__ == expected.__qualname__


def test_a_model_reads_and_writes_before_anybody_asked(models: Any) -> None:
    """Validation asks for the fields itself, those of models in models too."""
    data = {"partNo": 1, "nextOne": {"partNo": 2, "KIND": "a"}, "more": True}

    made = models.Thing.model_validate(data)

    assert type(made.next_one) is models.Thing
    assert made.to_dict() == data
    assert "next_one=Thing(part_no=2" in repr(made)
    with pytest.raises(pydantic.ValidationError, match="partNo"):
        models.Thing.model_validate({})


def test_a_model_is_made_by_its_fields(models: Any) -> None:
    """The constructor, and the one that does not validate."""
    assert models.Thing(part_no=1).to_dict() == {"partNo": 1}
    assert models.Thing.model_construct(part_no=1).next_one is None


def test_a_model_of_a_user_extends_one(models: Any) -> None:
    """With what is around the class, as pydantic's own."""

    class Inner(pydantic.BaseModel):
        size: int

    class Mine(models.Thing):  # type: ignore[misc]  # a class at run time only
        inner: Inner

    made = Mine.model_validate({"partNo": 1, "inner": {"size": 2}})

    assert made.inner == Inner(size=2)
    assert list(Mine.model_fields) == ["part_no", "next_one", "kind", "inner"]


def test_a_typed_dict_is_one(models: Any) -> None:
    """Its annotations are text, and read in its module."""
    made = models.ThingParams

    assert typing.is_typeddict(made)
    assert typing.get_type_hints(made) == {"partNo": int, "nextOne": made}
    assert (made.__module__, made.__doc__) == (models.__name__, "See it.")
    assert made.__required_keys__ == {"partNo"}
    assert made.__optional_keys__ == {"nextOne"}
    assert models.AllParams.__required_keys__ == {"id"}
    assert made(partNo=1) == {"partNo": 1}


def test_a_typed_dict_has_keys_that_are_no_names(models: Any) -> None:
    """By a call, as ``typing`` does it."""
    made = models.OddParams

    assert typing.get_type_hints(made) == {"part-no": models.ThingParams}
    assert made.__module__ == models.__name__
    assert made.__optional_keys__ == {"part-no"}
