"""Prose calls arguments and attributes by their names in Python."""

from __future__ import annotations

import pytest

from sdkgen import ir
from sdkgen.render.python.wire_names import PythonNames

STRING = ir.Scalar(kind=ir.Kind.STRING)


def field(wire: str, name: str) -> ir.Field:
    """A field of a model."""
    return ir.Field(wire=ir.Text(wire), name=name, type=STRING)


NAMES = PythonNames([
    field("filterField", "filter_field"), field("page[size]", "page_size"),
    field("from", "from_"), field("GitHub", "git_hub"), field("x-rate", "x_rate"),
    field("kept_name", "kept_name"), field("_links", "links"), field("iPhone", "i_phone"),
])  # fmt: skip


@pytest.mark.parametrize(
    ("prose", "said"),
    [
        ("Needs filterField, or else", "Needs filter_field, or else"),
        ("filterField: the field", "filter_field: the field"),
        ("See filterField.", "See filter_field."),
        ("The `filterField` and `page[size]`", "The `filter_field` and `page_size`"),
        ('The "filterField" of it', 'The "filter_field" of it'),
        ("The 'x-rate' of it, `x-rate`", "The 'x_rate' of it, `x_rate`"),
        ("**filterField** is", "**filter_field** is"),
        ("as `GitHub` says", "as `git_hub` says"),
        ("with _links in it", "with links in it"),
        ("<p>A <code>filterField</code></p>", "A `filter_field`"),
    ],
)
def test_a_name_on_the_wire_becomes_the_name_in_python(prose: str, said: str) -> None:
    """Alone in backticks or quotes, and as a word that no prose has."""
    assert NAMES.put_into(prose) == said


@pytest.mark.parametrize(
    "prose",
    [
        "from here on, `from` there",
        "signs in at GitHub, on an iPhone",
        "https://a.test/?filterField=name and ?filterField=name",
        "/things/{filterField} and /things/filterField",
        '`{"filterField": 1}`, {"filterField": 1}, {filterField: 1}',
        '["name", "filterField"], (filterField), filterField=name',
        "```\nfilterField\n```",
        "    filterField",
        "thing.filterField, filterField.thing, $filterField, filterField()",
        "filterFields, myfilterField, filterField-like, notfilterField",
        "at a certain x-rate",
        "``a filterField b`` and `a filterField b`",
        "the filterfield and `kept_name`",
    ],
)
def test_anything_else_stays(prose: str) -> None:
    """Words of prose, code, URLs, JSON, longer names."""
    assert NAMES.put_into(prose) == prose


def test_a_value_of_an_enumeration_stays() -> None:
    """It is sent as it is."""
    kept = NAMES.put_into("One of `filterField`.", frozenset({"filterField"}))

    assert kept == "One of `filterField`."


@pytest.mark.parametrize("location", [ir.Location.HEADER, ir.Location.COOKIE])
def test_headers_and_cookies_keep_their_names(location: ir.Location) -> None:
    """They are known by the names that are sent."""
    header = ir.Param(
        name="my_key", wire=ir.Text("My-Key"), location=location, type=STRING
    )

    assert PythonNames([header]).put_into("Send `My-Key`.") == "Send `My-Key`."


@pytest.mark.parametrize(
    "piece", ["`", "``` ", "{", "filterField'", '"', "~~~\n", "a:"]
)
def test_prose_is_read_in_linear_time(piece: str) -> None:
    """Nothing that opens makes each later one look for its end in vain."""
    text = "filterField " + piece * 100_000

    assert NAMES.put_into(text).startswith("filter_field ")
