"""Names: valid, unique, independent of order, and stable once published."""

from __future__ import annotations

import keyword
import unicodedata

import pydantic
import pytest
from hypothesis import given, strategies as st

from sdkgen import naming


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("deviceId", "device_id"),
        ("deviceIDs", "device_ids"),
        ("HTTPServer", "http_server"),
        ("includeID", "include_id"),
        ("oauth2Token", "oauth2_token"),
        ("OAuth2", "oauth2"),
        ("myOAuthToken", "my_oauth_token"),
        ("IPv4Address", "ipv4_address"),
        ("IoTHub", "iot_hub"),
        ("eTag", "etag"),
        ("videoTags", "video_tags"),
        ("mqttSubscriptionStream", "mqtt_subscription_stream"),
        ("TIME_AT_VALUE", "time_at_value"),
        ("naïve café", "naive_cafe"),
        ("2fa", "n2fa"),
        ("设备", "设备"),
        ("$and", "and"),
        ("", ""),
    ],
)
def test_words_are_split_where_a_reader_would(text: str, expected: str) -> None:
    """Cases, digits, initials and symbols end words."""
    assert naming.to_snake(naming.split_words(text)) == expected


def test_symbols_tell_names_apart_where_they_must() -> None:
    """``+1`` and ``-1`` are one word without their signs, so they are spelled."""
    ladders = {
        wire: naming.list_candidates(naming.to_snake, [wire], fallback="field")
        for wire in ("+1", "-1")
    }

    names = naming.allocate(ladders, naming.FIELDS).names

    assert names == {"+1": "plus_1", "-1": "minus_1"}


def test_the_plainest_of_several_keeps_the_name() -> None:
    """``id`` stays ``id`` beside ``_id``; a symbol that tells something is spelled."""
    wires = ["_id", "id", "@type", "type", "item-count", "ItemCount", "itemCount"]
    ranks = {wire: naming.measure_strangeness(wire) for wire in wires}

    names = naming.allocate(ladders(wires), naming.FIELDS, ranks=ranks).names

    assert names == {
        "_id": "id_field",
        "id": "id",
        "@type": "at_type",
        "type": "type",
        "item-count": "item_minus_count",
        "ItemCount": "item_count_field",
        "itemCount": "item_count",
    }


def test_no_field_hides_what_every_model_has() -> None:
    """pydantic warns of a field that is called like an attribute of its base."""
    held = {*dir(pydantic.BaseModel), *dir(type(pydantic.BaseModel))}

    assert {name for name in held if not name.startswith("_")} <= naming.FIELDS


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("tags", "tag"),
        ("properties", "property"),
        ("boxes", "box"),
        ("branches", "branch"),
        ("classes", "class"),
        ("status", "status"),
        ("class", "class"),
        ("analysis", "analysis"),
    ],
)
def test_items_are_named_by_the_singular(plural: str, singular: str) -> None:
    """Regular plurals only; anything else is left alone."""
    assert naming.to_singular(plural) == singular


def ladders(wires: list[str]) -> dict[str, tuple[str, ...]]:
    return {
        wire: naming.list_candidates(
            naming.to_snake, [wire], [wire, "field"], fallback="field"
        )
        for wire in wires
    }


@given(st.lists(st.text(max_size=12), unique=True, max_size=12))
def test_names_are_valid_and_unique(wires: list[str]) -> None:
    """Whatever the wire names are, each gets an identifier of its own."""
    names = naming.allocate(ladders(wires), naming.FIELDS).names

    assert set(names) == set(wires)
    assert len({name.lower() for name in names.values()}) == len(wires)
    for name in names.values():
        assert name.isidentifier()
        assert not keyword.iskeyword(name)
        assert name not in naming.FIELDS
        assert unicodedata.normalize("NFKC", name) == name


@given(st.lists(st.text(max_size=6), unique=True, max_size=12), st.randoms())
def test_names_do_not_depend_on_order(wires: list[str], random: object) -> None:
    """The same places in another order have the same names."""
    expected = naming.allocate(ladders(wires), naming.FIELDS).names
    shuffled = list(wires)
    random.shuffle(shuffled)  # type: ignore[attr-defined] # a random.Random

    assert naming.allocate(ladders(shuffled), naming.FIELDS).names == expected


@given(
    st.lists(
        st.sampled_from(["fooBar", "foo_bar", "FooBar", "foo", "a b", "ab", "a-b"])
    ),
    st.lists(
        st.sampled_from(["fooBar", "foo_bar", "foo-bar", "class", "class_", "ab"])
    ),
)
def test_a_published_name_stays(before: list[str], after: list[str]) -> None:
    """What the lock pins keeps its name, whatever is added beside it."""
    published = naming.allocate(ladders(before), naming.FIELDS).names
    lock = naming.Lock()
    for wire, name in published.items():
        lock.publish("field", name, [f"M/{wire}"], scope="M")
    again = naming.Lock(lock.to_text())
    pins = {
        place.removeprefix("M/"): name
        for place, name in again.get_pins("field").items()
    }

    names = naming.allocate(
        ladders([*before, *after]), naming.FIELDS, pinned=pins
    ).names

    assert {wire: names[wire] for wire in published} == published


def test_clashing_places_widen_together() -> None:
    """Neither of two equal claims wins: both take the wider name."""
    wide = {
        "q": naming.list_candidates(
            naming.to_snake, ["id"], ["id", "query"], fallback="x"
        ),
        "p": naming.list_candidates(
            naming.to_snake, ["Id"], ["Id", "path"], fallback="x"
        ),
    }

    result = naming.allocate(wide, naming.ARGUMENTS)

    assert result.names == {"q": "id_query", "p": "id_path"}
    assert result.widened == {"q": "id", "p": "id"}


def test_two_overrides_with_one_name_are_reported() -> None:
    """An override is never resolved by a silent suffix."""
    names = {"a": ("x",), "b": ("y",)}

    result = naming.allocate(names, naming.METHODS, forced={"a": "go", "b": "go"})

    assert result.clashes == [("go", ("a", "b"))]


@given(st.text(min_size=1), st.text())
def test_the_lock_keeps_any_place(place: str, other: str) -> None:
    """Places may hold blanks, line ends and non-ASCII; a line stays a line."""
    lock = naming.Lock()
    lock.publish("type", "Device", [f"/{place}", f"/{place}/{other}"])

    read = naming.Lock(lock.to_text())

    assert read.get_pins("type")[f"/{place}"] == "Device"
    assert read.find_home("type", "Device") == f"/{place}"
