"""Bodies: JSON as it was set, and in which of its ways one is sent."""

from __future__ import annotations

import json
from collections import OrderedDict, deque
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from decoding import JSON
from hypothesis import given, strategies as st
from loopback import Received
from package._runtime import Body, Operation, Param
from package._runtime.codec.json_bodies import encode_json
from package._runtime.codec.request_bodies import encode_body
from sample.models import Owner, Reading, Thing, ThingPatch
from sample.params import ReadingParams, ThingPatchParams

MOMENT = datetime(2024, 1, 1, 12, tzinfo=UTC)


class Colour(StrEnum):
    """An enumeration of text."""

    RED = "red"


def encoded(value: object, declared: Any = None) -> object:
    """A body, decoded again."""
    decoded: object = json.loads(encode_json(value, declared))
    return decoded


@given(JSON)
def test_json_goes_out_as_it_is(value: object) -> None:
    """Any JSON comes back the same."""
    assert encoded(value) == value


def test_half_a_surrogate_goes_out_as_it_came() -> None:
    """JSON has it as an escape, which some servers make where they cut a text."""
    assert encode_json({"a": "\ud83d", "b": "grün"}) == (
        rb'{"a":"\ud83d","b":"gr\u00fcn"}'
    )


@given(st.dictionaries(st.text("abcxyz", min_size=1), JSON))
def test_a_model_sends_what_was_set(data: dict[str, object]) -> None:
    """Read and written again it is the same, with what the document does not know."""
    whole = {"thingId": "t", "owner": {"name": "n", **data}, **data}

    thing = Thing.model_validate_json(json.dumps(whole))

    assert encoded(thing) == whole
    assert thing.to_dict() == whole
    assert json.loads(thing.to_json()) == whole


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2024, 2, 29), "2024-02-29"),
        (time(1, 2, 3), "01:02:03"),
        (MOMENT, "2024-01-01T12:00:00Z"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Decimal("1.5"), 1.5),
        (Decimal("1E+2"), 100),
        (b"text", "text"),
        (Colour.RED, "red"),
        ((1, 2), [1, 2]),
        ({1}, [1]),
        (deque([1]), [1]),
        (OrderedDict[str, int](a=1), {"a": 1}),
        (MappingProxyType({"a": 1}), {"a": 1}),
        (ThingPatch(name=None), {"name": None}),
        ([Owner(name="n", api_key="k")], [{"name": "n", "apiKey": "k"}]),
        ({1: "a", None: "b"}, {"1": "a", "null": "b"}),
    ],
)
def test_values_of_python_have_their_form_in_json(
    value: object, expected: object
) -> None:
    """At the top and inside, beside a time and without one."""
    assert encoded({"x": value}) == {"x": expected}
    assert encoded({"x": [value, MOMENT]}) == {"x": [expected, "2024-01-01T12:00:00Z"]}


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"x": float("nan")}, ValueError),
        ({"x": Decimal("-Infinity")}, ValueError),
        ({"x": datetime(2024, 1, 1)}, ValueError),
        ({"x": b"\xff"}, ValueError),
        ({"x": object()}, TypeError),
        ({"x": (item for item in "ab")}, TypeError),
        ({"x": print}, TypeError),
    ],
)
def test_what_has_no_form_in_json_is_refused(
    value: object, problem: type[Exception]
) -> None:
    """Before anything is sent."""
    with pytest.raises(problem):
        encode_json(value)


def test_a_body_that_contains_itself_is_refused() -> None:
    """With a time in it, or without."""
    circle: dict[str, object] = {}
    circle["again"] = [circle]
    with pytest.raises(ValueError, match=r".+"):
        encode_json(circle)
    circle["at"] = MOMENT
    with pytest.raises(ValueError, match=r".+"):
        encode_json(circle)


TIMED: list[object] = [
    {
        "name": "n",
        "seen": MOMENT,
        "created": MOMENT,
        "readings": [{"time": MOMENT, "data": {}}, {"time": 5, "data": {}}],
        "other": {"time": MOMENT},
    },
    {
        "name": "n",
        "seen": MOMENT,
        "created": MOMENT,
        "readings": (Reading(time=MOMENT, data={}), Reading(time=5, data={})),
        "other": {"time": MOMENT},
    },
    ThingPatch.model_validate(
        {
            "name": "n",
            "seen": MOMENT,
            "created": MOMENT,
            "readings": [{"time": MOMENT, "data": {}}, {"time": 5, "data": {}}],
            "other": {"time": MOMENT},
        }
    ),
]


@pytest.mark.parametrize("body", TIMED)
def test_a_time_goes_out_as_its_place_wants(body: object) -> None:
    """As milliseconds where the API counts them, as RFC 3339 text elsewhere."""
    assert encoded(body, lambda: ThingPatchParams) == {
        "name": "n",
        "seen": 1704110400000,
        "created": "2024-01-01T12:00:00Z",
        "readings": [{"time": 1704110400000, "data": {}}, {"time": 5, "data": {}}],
        "other": {"time": "2024-01-01T12:00:00Z"},
    }


def test_a_time_finds_its_place_in_lists_maps_and_unions() -> None:
    """The declared type is opened up as far as it goes."""
    reading = {"time": MOMENT, "data": {"v": 1.0}}
    counted = {"time": 1704110400000, "data": {"v": 1.0}}

    assert encoded([reading], lambda: list[ReadingParams]) == [counted]
    assert encoded({"k": reading}, lambda: dict[str, ReadingParams]) == {"k": counted}
    either = ReadingParams | list[ReadingParams]
    assert encoded([reading], lambda: either) == [counted]
    assert encoded(reading, lambda: either) == counted


# ------------------------------------------------------------------------ ways


WAYS: Operation[object] = Operation(
    "pets.create",
    "POST",
    "/pets",
    params=(
        Param("Content-Type", "header"),
        Param("name", "form"),
        Param("photo", "form", media_type="image/png"),
        Param("name", "form"),
        Param("colour", "form"),
    ),
    bodies=(
        Body("application/json"),
        Body("application/vnd.old+json", asked=True),
        Body("multipart/form-data", fields=(1, 2)),
        Body("application/x-www-form-urlencoded", fields=(3, 4), asked=True),
        Body("application/xml", at=1, asked=True),
        Body("image/png", at=1, asked=True, also=("text/*",)),
    ),
    responses={"200": None},
    options=(),
    auth=(),
)


def sent(body: object = None, content: object = None, **fields: object) -> Received:
    """The request of a call that may send its body in many ways."""
    names = ("media_type", "name", "photo", "name", "colour")
    values = [fields.get(each) for each in names]
    headers: dict[str, str] = {}
    if values[0] is not None:
        headers["Content-Type"] = str(values[0])
    made = encode_body(WAYS, values, (body, content), headers)
    whole = b"".join(made) if made is not None and not isinstance(made, bytes) else made
    return Received(
        "POST", "/pets", {k.lower(): v for k, v in headers.items()}, whole or b""
    )


@pytest.mark.parametrize(
    ("passed", "media_type", "body"),
    [
        ({"body": {"a": 1}}, "application/json", b'{"a":1}'),
        (
            {"body": {}, "media_type": "application/vnd.old+json"},
            "application/vnd.old+json",
            b"{}",
        ),
        (
            {"name": "n", "media_type": "application/x-www-form-urlencoded"},
            "application/x-www-form-urlencoded",
            b"name=n",
        ),
        (
            {"content": "<a/>", "media_type": "application/xml"},
            "application/xml",
            b"<a/>",
        ),
        ({"content": b"\x89", "media_type": "image/png"}, "image/png", b"\x89"),
        ({"content": "x", "media_type": "text/csv"}, "text/csv", b"x"),
    ],
)
def test_arguments_and_the_media_type_say_how_a_body_is_sent(
    passed: dict[str, object], media_type: str, body: bytes
) -> None:
    """JSON and forms by what is passed; another of their kind if it is asked for."""
    request = sent(**passed)

    assert request.headers["content-type"] == media_type
    assert request.body == body


def test_fields_that_two_forms_share_go_with_the_usual_one() -> None:
    """The one that need not be asked for."""
    request = sent(name="n")

    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")


def test_without_an_argument_of_it_there_is_no_body() -> None:
    """Nor a media type."""
    request = sent(media_type="image/png")

    assert (request.headers, request.body) == ({}, b"")


def test_a_form_that_is_asked_for_may_be_empty() -> None:
    """All its fields may be optional."""
    request = sent(media_type="application/x-www-form-urlencoded")

    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.body == b""


def test_a_body_is_sent_in_one_way() -> None:
    """What belongs to several ways does not go together."""
    with pytest.raises(TypeError, match="in one way"):
        sent({}, name="n")
    with pytest.raises(TypeError, match="in one way"):
        sent(name="n", photo=b"", colour="red")


def test_a_media_type_that_is_needed_is_asked_for() -> None:
    """As is one that the operation takes."""
    with pytest.raises(
        ValueError, match="needs its media type: one of application/json"
    ):
        sent(content=b"")
    with pytest.raises(ValueError, match="cannot be 'audio/mpeg'"):
        sent(content=b"", media_type="audio/mpeg")
