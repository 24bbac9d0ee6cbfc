"""Documents that ask for more time or memory than there is: done or refused in time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_hostile import is_sound, limited, written

from sdkgen.examples.budget import Budget, TooMuchError
from sdkgen.examples.complete import Examples
from sdkgen.examples.conformance import Conformance
from sdkgen.patterns.patterns import Patterns
from sdkgen.support.absent import Absent
from sdkgen.support.json_pointer import Json
from sdkgen.support.recursion import deep

STRING: Json = {"type": "string"}


def ref(name: str) -> Json:
    """A reference to a component."""
    return {"$ref": f"#/components/schemas/{name}"}


def twice(keyword: str, levels: int) -> dict[str, Json]:
    """A0, B0, A1, …: each level refers twice to each of the one below."""
    schemas: dict[str, Json] = {}
    for level in range(levels):
        for kind in "AB":
            own: Json = {"type": "object", "properties": {f"{kind}{level}": STRING}}
            below = [ref(f"{each}{level - 1}") for each in "ABA"] if level else []
            schemas[f"{kind}{level}"] = {keyword: [*below, own]}
    return schemas


def nested(levels: int, **more: Json) -> dict[str, Json]:
    """L0, L1, …: each requires the next one twice."""
    schemas: dict[str, Json] = {
        f"L{level}": {
            "type": "object",
            "required": ["a", "b"],
            "properties": {"a": ref(f"L{level + 1}"), "b": ref(f"L{level + 1}")},
            **more,
        }
        for level in range(levels)
    }
    return {**schemas, f"L{levels}": STRING}


def circle(size: int) -> dict[str, Json]:
    """Unions, each of all the others and of nothing else."""
    names = [f"C{index}" for index in range(size)]
    return {
        name: {"oneOf": [ref(other) for other in names if other != name]}
        for name in names
    }


MULTIPLYING: dict[str, tuple[str, dict[str, Json]]] = {
    "allOf": ("A30", twice("allOf", 31)),
    "anyOf": ("A30", twice("anyOf", 31)),
    "oneOf": ("A30", twice("oneOf", 31)),
    "required": ("L40", nested(40)),
    "closed": ("L40", nested(40, unevaluatedProperties=False)),
    "circle": ("C0", circle(40)),
    "chain": (
        "D0",
        {
            **{f"D{n}": {"oneOf": [ref(f"D{n + 1}"), STRING]} for n in range(2_000)},
            "D2000": STRING,
        },
    ),
    "conditions": (
        "I30",
        {
            "I0": {"type": "object", "properties": {"a": STRING}},
            **{
                f"I{n}": {
                    key: ref(f"I{n - 1}") for key in ("if", "then", "else", "not")
                }
                for n in range(1, 31)
            },
        },
    ),
}


@pytest.mark.parametrize("name", MULTIPLYING)
def test_the_search_for_an_example_ends(name: str) -> None:
    """Schemas that multiply with each level: a valid example, or none."""
    first, schemas = MULTIPLYING[name]
    root: dict[str, Json] = {"openapi": "3.1.0", "components": {"schemas": schemas}}

    @deep
    def example() -> Json | Absent:
        return Examples(root).of(ref(first), "response")

    found = example()
    if not isinstance(found, Absent):
        assert not Conformance(root).find_problem(
            ref(first), found, "response", loose=True
        )


def test_examples_of_a_value_that_multiplies_are_checked() -> None:
    """Of two kinds, each may be the other inside: 40 levels."""
    schemas: dict[str, Json] = {
        kind: {
            "type": "object",
            "required": ["a"],
            "properties": {"a": {"anyOf": [ref("M"), ref("N"), {"type": "integer"}]}},
        }
        for kind in "MN"
    }
    value: Json = {"a": "text"}
    for _ in range(40):
        value = {"a": value}
    conformance = Conformance({"components": {"schemas": schemas}})

    assert conformance.find_problem(ref("M"), value, "response") != ""


def test_many_items_are_told_apart_in_time() -> None:
    """20,000 objects, of which two are the same but for how a number is written."""
    schema: Json = {"uniqueItems": True}
    items: list[Json] = [{"a": [index]} for index in range(20_000)]
    conformance = Conformance({})

    assert conformance.find_problem(schema, items, "response") == ""
    assert conformance.find_problem(schema, [*items, {"a": [7.0]}], "response") != ""


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "number", "multipleOf": int("7" * 900)},
        {"type": "integer", "multipleOf": 3.3e200, "minimum": 7},
        {"type": "number", "minimum": 0.1, "multipleOf": int("7" * 900)},
        {"type": "number", "maximum": 1e308, "minimum": 1.7e308, "multipleOf": 0.3},
        {"type": "number", "minimum": int("9" * 900), "multipleOf": 1e-300},
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 5e-324},
    ],
)
def test_numbers_of_any_size_raise_nothing(schema: Json) -> None:
    """Valid, or none."""
    found = Examples({}).of(schema, "request")

    assert isinstance(found, Absent) or not Conformance({}).find_problem(
        schema, found, "request"
    )


def test_a_budget_is_for_one_example_and_for_all() -> None:
    """What one does not take is left to the next; together they have so much."""
    budget = Budget(each=10, whole=15)
    budget.begin_example()
    budget.charge(8)
    budget.begin_example()
    budget.charge(7)

    with pytest.raises(TooMuchError):
        budget.charge()


def test_a_family_of_hostile_documents_is_generated(tmp_path: Path) -> None:
    """All that multiplies, in one document: patterns, counts and numbers too."""
    counts: dict[str, Json] = {
        "items": {"type": "array", "minItems": 10**9, "items": STRING},
        "text": {"type": "string", "minLength": 10**9},
        "unique": {
            "type": "array",
            "minItems": 10**6,
            "uniqueItems": True,
            "items": {"type": "boolean"},
        },
        "keys": {"type": "object", "minProperties": 10**9},
        "small": {"type": "number", "multipleOf": 1e-300, "minimum": 1e300},
        "pattern": {"type": "string", "pattern": "(a{1000}){1000}b?" * 50},
        "slow": {"type": "string", "pattern": ".*x" * 30, "example": "x" * 9_000},
    }
    schemas: dict[str, Json] = {
        f"{name}{key}": _renamed(value, name)
        for name, (_, each) in MULTIPLYING.items()
        if name != "chain"
        for key, value in each.items()
    }
    schemas["Counts"] = {
        "type": "object",
        "required": [*counts],
        "properties": counts,
    }
    wanted = [
        f"{name}{first}" for name, (first, _) in MULTIPLYING.items() if name != "chain"
    ]
    paths: dict[str, Json] = {
        f"/{name}": {"get": {"responses": {"200": _answer(ref(name))}}}
        for name in [*wanted, "Counts"]
    }
    written(tmp_path, openapi="3.1.0", paths=paths, components={"schemas": schemas})

    done = limited(tmp_path)

    assert done.returncode == 0, done.stderr[-2000:]
    (tmp_path / "openapi.json").unlink()
    is_sound(tmp_path)


def _answer(schema: Json) -> Json:
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def _renamed(value: Json, prefix: str) -> Json:
    """The schema with what it refers to called otherwise."""
    if isinstance(value, dict):
        return {key: _renamed(each, prefix) for key, each in value.items()}
    if isinstance(value, list):
        return [_renamed(each, prefix) for each in value]
    if isinstance(value, str) and value.startswith("#"):
        return value.replace("/schemas/", f"/schemas/{prefix}")
    return value


def test_a_chain_of_all_of_that_multiplies_is_refused(tmp_path: Path) -> None:
    """500 classes with all the properties of those before: 125,000."""
    schemas: dict[str, Json] = {"V0": {"type": "object", "properties": {"x": STRING}}}
    for level in range(1, 500):
        own: Json = {"properties": {f"x{level}": STRING}}
        schemas[f"V{level}"] = {"allOf": [ref(f"V{level - 1}"), own]}
    written(tmp_path, paths={}, components={"schemas": schemas})

    done = limited(tmp_path)

    assert done.returncode == 1
    assert re.match(r"openapi\.json:1:\d+: E506 ", done.stderr), done.stderr[:300]
    assert [each.name for each in tmp_path.iterdir()] == ["openapi.json"]


# -------------------------------------------------------------------- patterns


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (".*a.*b.*c.*d.*e", "abcd" * 2_000, False),
        (".*a.*b.*c.*d.*e", "abcd" * 2_000 + "e", True),
        (r"^\s*\w*\s*\w*\s*\w*$", "a " * 1_500, False),
        (r"\bx{2,40}y{0,40}x{0,40}\b.$", "x" * 2_000 + "y", False),
        (r"(?=.*a)(?=.*b).*c.*d.*e.*f", "ab" * 2_000, False),
        ("(a+)+$", "a" * 40 + "!", False),
        (r"(a*)\1*b", "a" * 4_000, None),
        ("a{3}", "baaab", True),
        ("[" + "a-z" * 50_000 + "]+[a-z]*!", "a" * 1_000, False),
    ],
)
def test_a_pattern_is_searched_in_time(
    pattern: str, text: str, found: bool | None
) -> None:
    """Found, not found, or not looked for."""
    assert Patterns().fits(pattern, text) is found


# ----------------------------------------------------------------------- stack


def test_recursion_has_room_for_it() -> None:
    """15,000 iterators in iterators, which is more than the stack of a program."""

    def down(level: int) -> Iterator[int]:
        if level:
            yield from (each for each in down(level - 1))
        else:
            yield 7

    @deep
    def first(levels: int) -> int:
        return next(down(levels))

    assert first(9_000) == 7


def test_what_goes_wrong_in_the_deep_comes_up() -> None:
    """The same exception, and from a call within a call too."""

    @deep
    def inner() -> None:
        raise KeyError("x")

    @deep
    def outer() -> None:
        inner()

    with pytest.raises(KeyError):
        outer()
