"""How arguments are written: every style, read back by an independent reader."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum
from urllib.parse import unquote
from uuid import UUID

import pytest
from hypothesis import assume, given, strategies as st
from package._runtime import UNSET, Operation, Param
from package._runtime.codec.parameters import (
    check_header,
    serialize_cookies,
    serialize_headers,
    serialize_path,
    serialize_query,
)
from style_reader import read_path, read_query

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
LISTS = st.lists(TEXT, min_size=1, max_size=4)
OBJECTS = st.dictionaries(TEXT, TEXT, min_size=1, max_size=4)


def operation(*params: Param, path: str = "/x") -> Operation[None]:
    """An operation with these parameters."""
    return Operation("x.get", "GET", path, params=params, options=(), auth=())


def in_query(value: object, style: str = "", **more: object) -> list[str]:
    """One query parameter, written."""
    param = Param("p", "query", style=style, **more)  # type: ignore[arg-type]  # of all kinds
    return serialize_query(operation(param), [value])


class Colour(Enum):
    """An enumeration of text."""

    RED = "red"


class Level(IntEnum):
    """An enumeration of numbers."""

    HIGH = 3


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (1.5, "1.5"),
        ("", ""),
        ("a b&c=d/é", "a%20b%26c%3Dd%2F%C3%A9"),
        ("-._~", "-._~"),
        (Colour.RED, "red"),
        (Level.HIGH, "3"),
        (date(2024, 2, 29), "2024-02-29"),
        (datetime(2024, 1, 1, tzinfo=UTC), "2024-01-01T00%3A00%3A00Z"),
        (
            datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=2))),
            "2024-01-01T00%3A00%3A00%2B02%3A00",
        ),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Decimal("1.50"), "1.5"),
        (b"abc", "abc"),
    ],
)
def test_scalars_are_written_as_people_mean_them(value: object, text: str) -> None:
    """Booleans as JSON has them, times as RFC 3339."""
    assert in_query(value) == [f"p={text}"]


@pytest.mark.parametrize("value", [None, UNSET])
def test_what_is_not_given_is_not_sent(value: object) -> None:
    """Neither in the query nor elsewhere."""
    params = [Param("a", "query"), Param("b", "header"), Param("c", "cookie")]
    made = operation(*params)

    assert serialize_query(made, [value] * 3) == []
    assert list(serialize_headers(made, [value] * 3)) == []
    assert serialize_cookies(made, [value] * 3) == []


@pytest.mark.parametrize(
    ("value", "sent"), [(UNSET, None), (None, "null"), ("null", '"null"'), ([], "[]")]
)
def test_null_is_a_value_where_it_can_be_said(value: object, sent: str | None) -> None:
    """As JSON: absent, null and a value are three states in every place."""
    params = [
        Param(place, place, media_type="application/json", nullable=True)
        for place in ("query", "header", "cookie")
    ]
    made = operation(*params)

    query = serialize_query(made, [value] * 3)
    assert [unquote(pair) for pair in query] == ([f"query={sent}"] if sent else [])
    headers = dict(serialize_headers(made, [value] * 3))
    assert headers == ({"header": sent} if sent else {})
    cookies = serialize_cookies(made, [value] * 3)
    assert [unquote(pair) for pair in cookies] == ([f"cookie={sent}"] if sent else [])


@pytest.mark.parametrize("style", ["form", "spaceDelimited", "pipeDelimited", ""])
def test_an_empty_list_leaves_nothing_to_write(style: str) -> None:
    """There is no value to name."""
    assert in_query([], style) == []
    assert in_query({}, style) == []


@pytest.mark.parametrize(
    "value",
    [
        datetime(2024, 1, 1),
        float("nan"),
        float("inf"),
        Decimal("Infinity"),
        Decimal("NaN"),
        b"\xff",
    ],
)
def test_what_means_nothing_is_refused(value: object) -> None:
    """A naive time names no instant, NaN no number."""
    with pytest.raises(ValueError, match=r".+"):
        in_query(value)


def test_an_object_of_python_is_refused() -> None:
    """Its ``str`` would be sent by accident only."""
    with pytest.raises(TypeError, match="object has no form"):
        in_query(object())


@given(
    st.datetimes(
        min_value=datetime(1, 1, 2),
        max_value=datetime(9999, 12, 30),
        timezones=st.timezones(),
    )
)
def test_milliseconds_count_from_the_epoch(moment: datetime) -> None:
    """Whatever the time zone, and rounded to the nearest one."""
    (written,) = in_query(moment, milliseconds=True)

    exact = (moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1)
    assert abs(int(written.removeprefix("p=")) - exact) <= 0.501


def test_milliseconds_may_be_given_in_any_form() -> None:
    """A number and text go as they are; in lists and JSON a datetime counts too."""
    moment = datetime(2024, 1, 1, tzinfo=UTC)
    assert in_query(0, milliseconds=True) == ["p=0"]
    assert in_query(-3600000, milliseconds=True) == ["p=-3600000"]
    assert in_query("2024-01-01", milliseconds=True) == ["p=2024-01-01"]
    assert in_query([moment, 5], milliseconds=True) == ["p=1704067200000", "p=5"]
    param = Param("p", "query", media_type="application/json", milliseconds=True)
    (written,) = serialize_query(operation(param), [{"at": moment}])
    assert written == "p=%7B%22at%22%3A1704067200000%7D"


@given(
    st.sampled_from(["form", "spaceDelimited", "pipeDelimited"]),
    st.booleans(),
    st.one_of(TEXT, LISTS, OBJECTS),
)
def test_query_styles_round_trip(
    style: str, explode: bool, value: str | list[str] | dict[str, str]
) -> None:
    """Delimiters in values are quoted, so that they come back whole.

    But for blanks and pipes that delimit: OpenAPI has no quoting for them.
    """
    kind = _kind(value)
    delimiter = {"spaceDelimited": " ", "pipeDelimited": "|"}.get(style, "")
    assume(explode or not delimiter or delimiter not in _characters(value))

    pairs = in_query(value, style, explode=explode)

    assert read_query(pairs, "p", style, kind, explode=explode) == value


@given(OBJECTS)
def test_deep_objects_round_trip(value: dict[str, str]) -> None:
    """``p[a]=b``."""
    keys = {key for key in value if "[" in key or "]" in key or key.isdigit()}
    named = {key: item for key, item in value.items() if key not in keys}

    pairs = in_query(named, "deepObject")

    assert read_query(pairs, "p", "deepObject", "object", explode=True) == named


NESTED = st.recursive(
    TEXT,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3),
        st.dictionaries(st.sampled_from("abc"), inner, min_size=1, max_size=3),
    ),
    max_leaves=8,
).filter(lambda value: not isinstance(value, str))


@given(NESTED)
def test_brackets_round_trip(value: object) -> None:
    """``p[0][a]=b``, to any depth."""
    pairs = in_query(value, "brackets")

    assert read_query(pairs, "p", "brackets", "object", explode=True) == value


@given(
    st.sampled_from(["simple", "label", "matrix"]),
    st.booleans(),
    st.one_of(TEXT, LISTS, OBJECTS),
)
def test_path_styles_round_trip(
    style: str, explode: bool, value: str | list[str] | dict[str, str]
) -> None:
    """A value stays within its segment, and comes back whole; or it is refused.

    But for dots that delimit: RFC 6570 has no quoting for them.
    """
    assume(style != "label" or not explode or "." not in _characters(value))
    made = operation(Param("p", "path", style=style, explode=explode), path="/a/{p}/b")
    try:
        path = serialize_path(made, [value])
    except ValueError:
        assert value in (".", "..", ["."], [".."], [".", ""]) or style == "label"
        return

    before, a, segment, b = path.split("/")
    assert (before, a, b) == ("", "a", "b")
    assert read_path(segment, "p", style, _kind(value), explode=explode) == value


def _characters(value: str | list[str] | dict[str, str]) -> str:
    if isinstance(value, dict):
        return "".join([*value, *value.values()])
    return "".join(value)


def _kind(value: object) -> str:
    if isinstance(value, str):
        return "scalar"
    return "list" if isinstance(value, list) else "object"


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/a/{p}", [""]),
        ("/a/{p}", ["."]),
        ("/a/{p}", [".."]),
        ("/a/{p}", [()]),
        ("/a/{p}", [(".",)]),
        ("/a/{p}{q}", [".", "."]),
        ("/a/.{p}", ["."]),
        ("/a/{p}", [None]),
        ("/a/{p}", [UNSET]),
    ],
)
def test_a_path_that_would_be_another_is_refused(
    path: str, values: Sequence[object]
) -> None:
    """An empty segment, ``.`` and ``..``, however they come about."""
    names = "pq"[: len(values)]
    made = operation(*(Param(name, "path") for name in names), path=path)

    with pytest.raises(ValueError, match=r"x\.get"):
        serialize_path(made, values)


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/größe/{a}/字", "/gr%C3%B6%C3%9Fe/x/%E5%AD%97"),
        ("/a b/{a}", "/a%20b/x"),
        ("/a%20b/{a}:run", "/a%20b/x:run"),
        ("/x+y/{a}/é%C3%A9?z=(1)", "/x+y/x/%C3%A9%C3%A9?z=(1)"),
    ],
)
def test_the_text_of_a_path_is_encoded_once(path: str, sent: str) -> None:
    """A request line is of ASCII without blanks; what is encoded already stays so."""
    made: Operation[None] = Operation("a", "GET", path, params=(Param("a", "path"),))

    assert serialize_path(made, ["x"]) == sent


def test_dots_elsewhere_are_fine() -> None:
    """A file name, or a version."""
    made = operation(Param("p", "path"), path="/v1.0/{p}")

    assert serialize_path(made, ["..."]) == "/v1.0/..."
    assert serialize_path(made, ["a.b"]) == "/v1.0/a.b"
    assert serialize_path(made, ["../etc"]) == "/v1.0/..%2Fetc"


def test_what_is_reserved_is_sent_as_it_is_where_that_is_allowed() -> None:
    """But for what would end the value, and the delimiter of a list."""
    said = "a/b?c=d&e#f+g %2F [1]:@!$'()*,;"

    assert in_query(said, reserved=True) == [
        "p=a/b?c=d%26e%23f%2Bg%20%252F%20%5B1%5D:@!$'()*,;"
    ]
    assert in_query(["a/b", "c,d"], reserved=True, explode=False) == ["p=a/b,c%2Cd"]
    assert in_query({"q": "a/b"}, "deepObject", reserved=True) == ["p%5Bq%5D=a/b"]


def test_json_travels_as_text() -> None:
    """Compact, and not as ASCII only."""
    param = Param("p", "query", media_type="application/json")
    value = {"$or": [{"a": "ü"}, {"b": None}, {"c": True}]}

    (written,) = serialize_query(operation(param), [value])

    assert json.loads(unquote(written.removeprefix("p="))) == value
    assert " " not in unquote(written)


def test_headers_and_cookies() -> None:
    """Lists and objects as OpenAPI's simple and form styles say."""
    made = operation(
        Param("A", "header"),
        Param("B", "header"),
        Param("C", "header", explode=True),
        Param("d", "cookie"),
        Param("e", "cookie", explode=False),
    )
    values = [[1, True], {"x": 1}, {"x": 1, "y": 2}, "a;b", ["1", "2"]]

    assert dict(serialize_headers(made, values)) == {
        "A": "1,true",
        "B": "x,1",
        "C": "x=1,y=2",
    }
    assert serialize_cookies(made, values) == ["d=a%3Bb", "e=1,2"]


@pytest.mark.parametrize(
    ("value", "explode", "sent"),
    [
        ("", True, ["c="]),
        ("blue", True, ["c=blue"]),
        ("a%41/b=<c>:d@", True, ["c=a%41/b=<c>:d@"]),
        ('"quoted"', True, ['c="quoted"']),
        (["blue", "b%20k"], True, ["c=blue", "c=b%20k"]),
        (["blue", "b%20k"], False, ["c=blue,b%20k"]),
        ({"R": 100, "G": 200}, True, ["R=100", "G=200"]),
        ({"R": 100, "G": 200}, False, ["c=R,100,G,200"]),
        ([], True, []),
    ],
)
def test_cookies_of_their_own_style_are_sent_as_they_are(
    value: object, explode: bool, sent: list[str]
) -> None:
    """What ``form`` would encode is for the caller to write (OpenAPI 3.2)."""
    plain = Param("c", "cookie", style="cookie", explode=explode)

    assert serialize_cookies(operation(plain), [value]) == sent


def test_cookies_of_their_own_style_explode() -> None:
    """Where nothing says otherwise, as those of the other style do."""
    made = operation(Param("c", "cookie", style="cookie"))

    assert serialize_cookies(made, [["a", "b"]]) == ["c=a", "c=b"]


@pytest.mark.parametrize(
    "value",
    [
        "a; admin=1",
        "a,b",
        "a b",
        "a\r\nX: 1",
        "a\0",
        "a\x7f",
        'a"b',
        '"',
        "a\\b",
        "ü",
        ["fine", "not;fine"],
        {"k": "a;b"},
        {"a;b": "c"},
        {"k": {"nested": 1}},
    ],
)
@pytest.mark.parametrize("explode", [True, False])
def test_cookies_that_would_be_others_are_refused(value: object, explode: bool) -> None:
    """Nothing that ends a value, or that no cookie holds (RFC 6265, 4.1.1)."""
    made = operation(Param("c", "cookie", style="cookie", explode=explode))

    with pytest.raises(ValueError, match="cannot be sent as they are") as caught:
        serialize_cookies(made, [value])

    assert "admin" not in str(caught.value)


@pytest.mark.parametrize("name", ["a=b", "", "a b", "a,b", "ü"])
def test_keys_that_are_no_names_of_cookies_are_refused(name: str) -> None:
    """Where they are sent as the names of cookies."""
    made = operation(Param("c", "cookie", style="cookie"))

    with pytest.raises(ValueError, match="cannot be sent as they are"):
        serialize_cookies(made, [{name: "c"}])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X", "a\rb"),
        ("X", "a\nb"),
        ("X", "a\0b"),
        ("X\r\nY", "a"),
        ("X Y", "a"),
        ("X:", "a"),
        ("", "a"),
        ("X", "ключ"),
        ("Content-Length", "5"),
        ("transfer-encoding", "chunked"),
    ],
)
def test_headers_that_are_none_are_refused(name: str, value: str) -> None:
    """Line breaks, names that are no token, characters that cannot be sent, and where
    the body ends, which is not for the caller to say.
    """
    with pytest.raises(ValueError, match="header"):
        check_header(name, value)


def test_headers_are_text() -> None:
    """A number says nothing of how it is to be written."""
    with pytest.raises(TypeError, match="header 'X': text is expected, not int"):
        check_header("X", 5)


def test_a_document_may_name_the_header_that_tells_where_a_body_ends() -> None:
    """It is true anyhow: what the transport sends."""
    made = operation(Param("Content-Length", "header"), Param("X", "header"), path="/")

    assert dict(serialize_headers(made, [5, 6])) == {"X": "6"}


def test_headers_may_hold_latin_1_and_tabs() -> None:
    """RFC 9110, 5.5: visible characters, blanks and tabs."""
    check_header("X-Any", "grün \t{}")


def test_plain_parameters_of_the_path_need_not_be_given() -> None:
    """They stand before the others, in the order of the path."""
    query = Param("q", "query")
    short = Operation[None]("x", "GET", "/a/{one}/b/{two}", params=[query])
    whole = Operation[None](
        "x", "GET", "/a/{one}", params=[query, Param("one", "path")]
    )

    assert [param.wire for param in short.params] == ["one", "two", "q"]
    assert serialize_path(short, ["1", "2", None]) == "/a/1/b/2"
    assert [param.wire for param in whole.params] == ["q", "one"]
    assert Operation[None]("x", "GET", "/a").params == ()
