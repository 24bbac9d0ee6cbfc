"""Models whose annotations are read when they are first needed."""

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

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from package._runtime import BaseModel, CamelModel


class Thing(CamelModel):
    '''A thing.'''

    part_no: int
    next_one: Thing | None = None
    kind: Annotated[Literal["a"] | None, Field(alias="KIND")] = None


class Next(CamelModel):
    part_no: int | None = None


class Open(BaseModel):
    id: int | None = None
    __pydantic_extra__: dict[str, int] = Field(init=False)


class Odd(BaseModel):
    id: int | None = None

    def model_post_init(self, _: object) -> None:
        self.id = 7

    @field_validator("id", mode="before")
    @classmethod
    def _double(cls, value: int) -> int:
        return value * 2


class Wrong(BaseModel):
    of: Missing

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


@pytest.mark.parametrize("name", ["Thing", "Open", "Odd"])
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


def test_a_class_has_what_pydantic_gives_it(models: Any, elsewhere: Any) -> None:
    """Though it found out but once what is the same for all that have a base."""
    made: dict[str, Any] = models.Next.__dict__
    expected: dict[str, Any] = elsewhere.Next.__dict__
    own = {"_abc_impl", "__module__", "__pydantic_parent_namespace__"}
    own |= {f"__pydantic_{part}__" for part in ("core_schema", "validator")}
    own |= {f"__pydantic_{part}__" for part in ("serializer", "fields")}

    assert own - made.keys() <= {"__pydantic_parent_namespace__"}
    assert {k: v for k, v in made.items() if k not in own} == {
        k: v for k, v in expected.items() if k not in own
    }


def test_what_can_change_is_of_one_class(models: Any) -> None:
    """Such as its configuration, and where it remembers how a field is set."""
    one: dict[str, Any] = models.Thing.__dict__
    other: dict[str, Any] = models.Next.__dict__
    containers = {key for key in one if isinstance(one[key], dict | set | list)}

    assert {"model_config", "__pydantic_setattr_handlers__"} <= containers
    assert not [key for key in containers if one[key] is other[key]]


def test_a_body_of_more_than_fields_is_read_by_pydantic(models: Any) -> None:
    """A template of one API may add methods, and what changes values."""
    assert models.Odd(id=1).id == 7
    assert models.Odd.__pydantic_decorators__.field_validators.keys() == {"_double"}


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


def test_this_pydantic_makes_such_classes() -> None:
    """With another one classes would be made at once."""
    from package._runtime.codec import late_fields

    holds: Any = vars(late_fields)["_holds"]

    assert holds()


def test_with_another_pydantic_classes_are_made_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What does not hold there is not tried on the models of users."""
    from package._runtime.codec import late_fields

    def fail(*_: object) -> None:
        raise TypeError("another pydantic")

    holds: Any = vars(late_fields)["_holds"]
    holds.cache_clear()
    monkeypatch.setitem(vars(late_fields), "_make_late", fail)
    try:
        assert not holds()
        models = load("package.models.made_at_once")
        assert "of" in models.Wrong.model_fields
        assert models.Thing.model_validate({"partNo": 1}).to_dict() == {"partNo": 1}
    finally:
        holds.cache_clear()
        sys.modules.pop("package.models.made_at_once", None)
