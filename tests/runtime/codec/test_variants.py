"""Unions that a property decides, although no model fixes its value."""

from __future__ import annotations

import json
from typing import Annotated, TypeAlias

import pytest
from decoding import decoded
from package._runtime import BaseModel, Variants
from package._runtime.codec.misfit import Misfit
from pydantic import Field


class Pet(BaseModel):
    """What the others extend."""

    kind: Annotated[str, Field(alias="petKind")]


class Cat(Pet):
    """Has what a pet has, and more."""

    hunts: bool


class Dog(Pet):
    """Does not even have more."""


class Car(BaseModel):
    """Need not say that it is one."""

    wheels: int
    kind: Annotated[str | None, Field(alias="petKind")] = None


class Boat(BaseModel):
    """Nor need this."""

    sails: int
    kind: Annotated[str | None, Field(alias="petKind")] = None


AnyPet: TypeAlias = Annotated[
    Cat | Dog | Pet, Variants("petKind", {"cat": Cat, "dog": Dog, "hound": Dog}, Pet)
]
Either: TypeAlias = Annotated[Car | Boat, Variants("petKind", {"c": Car, "1": Boat})]


class Home(BaseModel):
    """Pets in fields."""

    first: AnyPet
    second: AnyPet | None = None


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ({"petKind": "cat", "hunts": True}, Cat),
        ({"petKind": "dog", "hunts": True}, Dog),
        ({"petKind": "hound"}, Dog),
        ({"petKind": "fish", "hunts": True}, Pet),
    ],
)
def test_the_value_decides_and_not_the_fields(
    data: dict[str, object], kind: type[Pet]
) -> None:
    """A value that is not listed means the base, which keeps all."""
    found = decoded(AnyPet, data, strict=True)

    assert type(found) is kind
    assert found.to_dict() == data


@pytest.mark.parametrize("data", [{"petKind": "cat", "hunts": "x"}, {"hunts": True}])
def test_what_does_not_fit_is_still_the_model_that_was_meant(
    data: dict[str, object],
) -> None:
    """A cat with a defect is a cat; what does not say what it is, is the base."""
    found = decoded(AnyPet, data)

    assert type(found) is (Cat if "petKind" in data else Pet)
    assert found.to_dict() == data
    with pytest.raises(Misfit):
        decoded(AnyPet, data, strict=True)


def test_without_a_base_an_unknown_value_stays_raw() -> None:
    """It may be anything; what does not say is what fits; numbers are values too."""
    unknown = {"petKind": "plane", "sails": 2}

    assert decoded(Either, unknown) == unknown
    with pytest.raises(Misfit, match="petKind"):
        decoded(Either, unknown, strict=True)
    assert decoded(Either, [1]) == [1]
    assert isinstance(decoded(Either, {"petKind": 1}), Boat)
    assert isinstance(decoded(Either, {"wheels": 4}), Car)
    assert isinstance(decoded(Either, {"sails": 4}), Boat)


def test_fields_are_decided_alike() -> None:
    """Also beside null, and where another field does not fit."""
    data = {"first": {"petKind": "dog"}, "second": {"petKind": "cat", "hunts": 1}}

    home = decoded(Home, data)

    assert isinstance(home, Home)
    assert isinstance(home.first, Dog)
    assert isinstance(home.second, Cat)
    assert home.to_dict() == data
    assert json.loads(home.to_json()) == data


def test_models_and_dicts_are_taken_and_written() -> None:
    """A model that was made stays what it is, whatever it says."""
    home = Home(first=Cat(kind="lion", hunts=True), second=Dog(kind="dog"))

    assert isinstance(home.first, Cat)
    assert home.to_dict() == {
        "first": {"petKind": "lion", "hunts": True},
        "second": {"petKind": "dog"},
    }


def test_equal_variants_are_one() -> None:
    """So that what decodes them is made once."""
    assert Variants("a", {"b": Pet}) == Variants("a", {"b": Pet})
    assert hash(Variants("a", {"b": Pet})) == hash(Variants("a", {"b": Pet}))
    assert Variants("a", {"b": Pet}) != Variants("a", {"b": Pet}, Pet)
