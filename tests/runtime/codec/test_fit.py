"""Responses that do not fit their type: typed where they fit, raw elsewhere."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime
from typing import TypeAlias

import pytest
from decoding import JSON, decoded
from hypothesis import given, strategies as st
from package._runtime import ResponseValidationWarning
from package._runtime.codec.decode import decode
from package._runtime.codec.misfit import Misfit
from package._runtime.codec.model import BaseModel
from sample.models import Circle, Error, Owner, Reading, Square, Thing, Things


def test_what_fits_is_typed() -> None:
    """Without a warning; times are times."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        thing = decode(
            Thing,
            b'{"thingId": "t", "created": "2024-01-01T00:00:00.000Z", "seen": 7,'
            b' "state": "broken", "shape": {"kind": "square", "side": 2}}',
            what="x",
            strict=False,
        )

    assert isinstance(thing, Thing)
    assert thing.created == datetime(2024, 1, 1, tzinfo=UTC)
    assert thing.seen == 7
    assert thing.state == "broken"
    assert isinstance(thing.shape, Square)


def test_one_wrong_part_leaves_the_others_typed() -> None:
    """A list with one item that does not fit, deep inside."""
    things = decoded(
        Things,
        {
            "items": [
                {"thingId": "a", "readings": [{"time": 1, "data": {"v": "x"}}]},
                {"thingId": "b", "created": "2024-01-01T00:00:00Z", "count": "7"},
                "c",
            ],
            "totalCount": 3,
        },
    )

    first, second, third = things.items
    assert isinstance(first.readings[0], Reading)
    assert first.readings[0].to_dict() == {"time": 1, "data": {"v": "x"}}
    assert isinstance(second, Thing)
    assert second.created == datetime(2024, 1, 1, tzinfo=UTC)
    assert second.to_dict()["count"] == "7"
    assert third == "c"
    assert things.total_count == 3


def test_numbers_and_texts_do_not_become_each_other() -> None:
    """``"7"`` is no number, and 1 is no boolean, nor the other way round."""
    thing = decoded(Thing, {"thingId": 5, "name": True, "count": "7"})

    assert (thing.thing_id, thing.name, thing.count) == (5, True, "7")


def test_what_is_missing_reads_as_none() -> None:
    """And is not sent back."""
    error = decoded(Error, {"message": "m"})

    assert error.type is None
    assert error.to_dict() == {"message": "m"}
    assert "type" not in error.model_fields_set


@pytest.mark.parametrize("data", [{"thing_id": 1, "thingId": "t"}, {"thing_id": 1}])
def test_a_key_like_the_name_of_a_field_is_another_one(data: dict[str, object]) -> None:
    """Only the wire name is the field; both go back as they came."""
    assert decoded(Thing, data).to_dict() == data


def test_a_variant_is_told_by_its_tag() -> None:
    """The one that it names is typed as far as it fits; an unknown one stays raw."""
    known = decoded(Thing, {"thingId": "t", "shape": {"kind": "circle", "radius": "?"}})
    unknown = decoded(Thing, {"thingId": "t", "shape": {"kind": "blob", "x": 1}})

    assert isinstance(known.shape, Circle)
    assert known.shape.to_dict() == {"kind": "circle", "radius": "?"}
    assert unknown.shape == {"kind": "blob", "x": 1}


def test_of_several_models_the_one_that_has_what_it_requires() -> None:
    """If there is just one; otherwise the data stays as it is."""
    kind = Error | Owner

    error = decoded(kind, {"type": 1, "message": "m"})
    owner = decoded(kind, {"name": 7})

    assert isinstance(error, Error)
    assert isinstance(owner, Owner)
    assert decoded(kind, {"type": 1, "message": "m", "name": 7}) == {
        "type": 1,
        "message": "m",
        "name": 7,
    }
    assert decoded(kind, {}) == {}
    assert decoded(kind, "text") == "text"


def test_containers_are_fitted_by_item() -> None:
    """Lists, maps, and optional ones."""
    assert isinstance(decoded(list[Owner] | None, [{"name": "n"}, 7])[0], Owner)
    assert isinstance(decoded(dict[str, Owner], {"a": {"name": 1}})["a"], Owner)
    assert decoded(Thing, {"thingId": "t", "labels": {"a": 1, "b": "2"}}).labels == {
        "a": 1,
        "b": "2",
    }
    assert decoded(int, "7") == "7"
    assert decoded(list[int], {"a": 1}) == {"a": 1}


@given(st.dictionaries(st.sampled_from([
    "thingId", "name", "count", "state", "created", "seen", "owner", "shape", "readings",
    "labels", "other",
]), JSON))  # fmt: skip
def test_no_answer_is_lost(data: dict[str, object]) -> None:
    """Whatever an object holds, all of it is there, and goes back unchanged."""
    thing = decoded(Thing, data)

    assert isinstance(thing, Thing)
    given_back = thing.model_dump(by_alias=True, exclude_unset=True, warnings=False)
    assert given_back.keys() == data.keys()
    for name, value in data.items():
        if name != "created":
            assert given_back[name] == value


def test_the_warning_and_the_error_name_the_place_and_not_the_value() -> None:
    """A value may be a secret."""
    content = b'{"items": [{"thingId": "t", "count": "hunter2"}, {}]}'
    with pytest.warns(ResponseValidationWarning) as caught:
        decode(Things, content, what="thing.list", strict=False)
    with pytest.raises(Misfit) as refused:
        decode(Things, content, what="thing.list", strict=True)

    expected = "Input should be a valid integer - at $.items[0].count (and 1 more)"
    assert str(caught[0].message) == f"thing.list: {expected}"
    assert str(refused.value) == expected


@pytest.mark.parametrize("content", [b"", b"{", b"nope", b"\xff", b"[" * 100_000])
def test_what_is_no_json_is_refused(content: bytes) -> None:
    """Whether strict or not."""
    with pytest.raises(Misfit, match="not JSON"):
        decode(Thing, content, what="x", strict=False)


def test_a_tuple_may_be_of_another_length() -> None:
    """Its items are typed, whichever are there."""
    owner = {"name": "Ada"}
    kind = tuple[str, Owner] | None

    assert decoded(kind, ["a", owner]) == ("a", Owner(name="Ada"))
    assert decoded(kind, ["a"]) == ("a",)
    assert decoded(kind, [1, owner, owner]) == (1, Owner(name="Ada"), owner)


def test_repr_hides_secrets() -> None:
    """By the name of the field."""
    owner = Owner.model_validate({"name": "Ada", "apiKey": "k-1", "password": "p-1"})

    assert "Ada" in repr(owner)
    assert "k-1" not in repr(owner) + str(owner)
    assert "p-1" not in repr(owner) + str(owner)
    assert owner.api_key == "k-1"


class Late(BaseModel):
    """A model that names a type which its module defines further down."""

    name: str
    when: Time | None = None


Time: TypeAlias = int


def test_a_type_may_be_defined_after_the_model() -> None:
    """It is looked up when the model is built, which is put off."""
    late = decoded(Late, {"when": 7})

    assert (late.name, late.when) == (None, 7)
