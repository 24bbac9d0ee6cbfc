"""Examples: the document's own where they are valid, made ones everywhere else."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import warnings
from pathlib import Path
from typing import cast

import jsonschema_rs
import pytest
from hypothesis import example, given, settings, strategies as st

from sdkgen.examples.complete import Examples, complete_examples
from sdkgen.examples.conformance import Conformance
from sdkgen.patterns.ecma import escape_literals
from sdkgen.patterns.patterns import Patterns
from sdkgen.support.absent import ABSENT
from sdkgen.support.json_pointer import Json

PATTERNS = [
    r"^[A-Fa-f\d]{24}$",
    r"^[0-9a-zA-Z_-]{1,255}$",
    r"^(0|([1-9]\d*))\.(0|([1-9]\d*))\.(0|([1-9]\d*))$",
    r"^data:image/(jpg|jpeg|png|svg\+xml);base64,[0-9a-zA-Z+/=]*$",
    r"^(?=.*[A-Z])(?=.*[^A-Za-z0-9])(?=.*[0-9])(?=.*[a-z]).{12,}$",
    r"^(?!\.{1,2}$)[0-9a-zA-Z_.-]{1,255}$",
    r".*{{.+}}.*",
    r"^\w+([-+.']\w+)*@\w+([-.]\w+)*\.\w{2,}$",
    r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
    r"^\+?[1-9]\d{1,14}$",
    r"[^\]a-z-]{3}$",
    r"\x41\u0042\.\/",
]

SCHEMAS: dict[str, Json] = {
    "bounds": {"type": "integer", "minimum": 10, "exclusiveMaximum": 12},
    "steps": {"type": "number", "multipleOf": 0.25, "exclusiveMinimum": 3},
    "negative": {"type": "integer", "maximum": -5, "multipleOf": 3},
    "narrow": {"type": "number", "exclusiveMinimum": 1, "exclusiveMaximum": 1.2},
    "short": {"type": "string", "maxLength": 2},
    "long": {"type": "string", "minLength": 40, "maxLength": 41},
    "unique": {
        "type": "array",
        "items": {"enum": ["a", "b", "c"]},
        "minItems": 3,
        "uniqueItems": True,
    },
    "contains": {
        "type": "array",
        "contains": {"const": 7},
        "items": {"type": "number"},
    },
    "tuple": {"prefixItems": [{"type": "string"}, {"type": "integer"}], "items": False},
    "map": {
        "type": "object",
        "additionalProperties": {"type": "boolean"},
        "minProperties": 2,
    },
    "keys": {
        "type": "object",
        "patternProperties": {"^x-[a-z]+$": {"type": "integer"}},
        "additionalProperties": False,
        "minProperties": 1,
    },
    "merged": {
        "allOf": [
            {"properties": {"a": {"type": "number", "minimum": 3}}, "required": ["a"]},
            {"properties": {"a": {"type": "integer", "maximum": 3}}},
        ]
    },
    "either": {
        "type": "object",
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
        "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
    },
    "not": {"type": "string", "not": {"const": "text"}},
    "nullable": {"type": ["null", "string"], "format": "date-time"},
    "conditional": {
        "type": "object",
        "properties": {"kind": {"enum": ["x", "y"]}, "size": {"type": "integer"}},
        "required": ["kind"],
        "if": {"properties": {"kind": {"const": "x"}}},
        "then": {"properties": {"size": {"minimum": 100}}},
    },
}


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_string_is_made_that_matches(pattern: str) -> None:
    """The patterns that documents use in practice are all understood, more than once."""
    for variant in range(3):
        made = Patterns().matching(pattern, variant=variant)
        assert made is not None
        assert re.search(pattern, made)


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        # Anywhere in the text, and to its very end.
        ("b", "abc", True),
        ("^b", "a\nb", False),
        ("a$", "a", True),
        ("a$", "a\n", False),
        # Of ASCII alone; a space is any of Unicode.
        (r"^\d+$", "12", True),
        (r"^\d+$", "\u0661", False),
        (r"^\w+$", "a_1", True),
        (r"^\w+$", "\u00e9", False),
        (r"^\s$", "\u00a0", True),
        (r"^\s$", "\ufeff", True),
        # Characters, not halves of them.
        ("^.$", "\U0001f600", True),
        ("^.$", "\n", False),
        ("^.$", "\u2028", False),
        (r"^\u0041\x42\cA$", "AB\x01", True),
        (r"\u{1F600}", "\U0001f600", True),
        (r"\p{L}", "\u00e9", True),
        (r"^\p{Lu}$", "a", False),
        (r"\p{Script=Greek}", "\u03b1", True),
        # Escapes that need none, signs that stand for themselves.
        (r"^\/\-\_$", "/-_", True),
        ("^#~$", "#~", True),
        (r"^[\w-]+$", "a-b", True),
        ("^[[a]+$", "[a", True),
        # As browsers read it, where ECMA-262 wants a backslash.
        ("^]}$", "]}", True),
        (".*{{.+}}.*", "a {{b}} c", True),
        (".*{{.+}}.*", "a {b} c", False),
        ("^a{,2}$", "a{,2}", True),
        ("^a{2}{$", "aa{", True),
        (r"^[\w-.]+$", "a-b.c", True),
        (r"^[\w-.]+$", "a+b", False),
        (r"^[.-\d]+$", ".-1", True),
        (r"^[^-\w{]$", "}", True),
        # What looks around or refers back, and groups with names.
        ("^(?!x).$", "y", True),
        ("^(?!x).$", "x", False),
        ("(?<=a)b", "ab", True),
        (r"^(a|b)\1$", "aa", True),
        (r"^(a|b)\1$", "ab", False),
        ("(?<name>a)b", "ab", True),
        # Loops in loops, whatever they can take in several ways.
        ("(a+)+$", "a" * 30_000 + "!", False),
        (r"^(\w+\s?)*$", "a" * 30_000 + "!", False),
        ("(a|[a-z])*!", "a" * 30_000, False),
        ("(.*a){50}", "a" * 30_000, True),
        (r"^(?=(a+)+b)", "a" * 30_000, False),
        ("|".join(f"w{number}" for number in range(2_000)), "w1999", True),
        # What is not told: too large, too long to search for, or no pattern.
        ("(a{1000}){1000}", "a", None),
        ("^((a{1,1000}){1,1000})$", "a", None),
        (r"\p{L}{900}", "a", None),
        ("(?:" * 5_000 + "a" + ")" * 5_000, "a", None),
        (r"(\w+)*\1x", "a" * 40, None),
        ("(", "(", None),
        ("a**", "a", None),
        ("(?i)a", "A", None),
        (r"\Aa\Z", "a", None),
        (r"\uD83D\uDE00", "\U0001f600", None),
    ],
)
def test_a_pattern_is_one_of_ecma_262(
    pattern: str, text: str, found: bool | None
) -> None:
    """Found, not found, or not known."""
    assert Patterns().fits(pattern, text) is found


@given(st.text("ab12,-^$.*+?|()[]{}\\\\wdpuL", max_size=12))
def test_what_ecma_262_reads_is_read_as_it_is(pattern: str) -> None:
    """A backslash is added only where a pattern could not be read without it."""
    reading = jsonschema_rs.Draft202012Validator(
        {"format": "regex"}, validate_formats=True
    )

    if reading.is_valid(pattern):
        assert escape_literals(pattern) == pattern


PIECES = [
    *("a", "b", "1", ".", "[ab]", "[^a]", "[a-c]", "(", "(?:", ")", "|", "^", "*", "+"),
    *(
        "?",
        "{2}",
        "{1,}",
        "{0,3}",
        r"\d",
        r"\w",
        r"\s",
        r"\.",
        "-",
        " ",
        r"\b",
        "(?=",
        "(?!",
    ),
    *(
        "[a&&b]",
        "[[a]",
        "~",
        "#",
        r"\D",
        r"\W",
        r"\S",
        r"[\w-]",
        r"[\d.]",
        "]",
        "}",
        "$",
    ),
]
POSSESSIVE = re.compile(r"[*+?}][+]")
"""A quantifier of Python's alone."""


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=7).map("".join),
    st.text(alphabet="ab1. -_&[]~#c}", max_size=8),
)
def test_patterns_fit_what_they_fit_in_python(pattern: str, text: str) -> None:
    """Where both have one meaning, the answer is the same, or none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        try:
            expected = re.search(pattern, text) is not None
        except re.error:
            return
    if POSSESSIVE.search(pattern) is None:
        assert Patterns().fits(pattern, text) in (expected, None)


@pytest.mark.parametrize("pattern", ["(", "[", "a{3}{", "(?<name", r"\p{", "[z-"])
def test_a_pattern_that_cannot_be_read_is_given_up(pattern: str) -> None:
    """No guess and no traceback: the answer is a string that matches, or none."""
    made = Patterns().matching(pattern)
    if made is not None:
        assert re.search(pattern, made)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=r"ab1.[]()|^$*+?{},\dwsp-", max_size=12))
@example("[[-11]")  # what may one day be a nested set
def test_any_text_at_all_may_be_a_pattern(pattern: str) -> None:
    """Whatever is made for a pattern that can be searched for, fits it."""
    patterns = Patterns()
    made = patterns.matching(pattern, maximum=20)
    if made is None or patterns.fits(pattern, "") is None:
        return
    assert patterns.fits(pattern, made)
    assert len(made) <= 20


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_what_is_made_is_valid(name: str) -> None:
    """Every keyword that bounds a value is respected."""
    schema = SCHEMAS[name]
    made = Examples({"openapi": "3.1.0"}).of(schema, "request")
    assert made is not ABSENT
    assert Conformance({}).find_problem(schema, cast("Json", made), "request") == ""


def test_recursion_ends() -> None:
    """A schema that contains itself ends where it may: list, option or null."""
    root: dict[str, Json] = {
        "components": {
            "schemas": {
                "Node": {
                    "type": "object",
                    "required": ["next", "children"],
                    "properties": {
                        "next": {"oneOf": [{"$ref": NODE}, {"type": "null"}]},
                        "children": {"type": "array", "items": {"$ref": NODE}},
                        "other": {"$ref": NODE},
                    },
                },
                "Endless": {
                    "type": "object",
                    "required": ["again"],
                    "properties": {
                        "again": {"$ref": "#/components/schemas/Endless"},
                    },
                },
            }
        }
    }
    examples = Examples(root)
    assert examples.of({"$ref": NODE}, "response") == {
        "next": None,
        "children": [],
    }
    endless: Json = {"$ref": "#/components/schemas/Endless"}
    assert examples.of(endless, "response") is ABSENT


NODE = "#/components/schemas/Node"


def test_a_discriminator_names_the_option() -> None:
    """The property of the discriminator holds what the mapping says of the option."""
    root: dict[str, Json] = {
        "components": {
            "schemas": {
                "Pet": {
                    "oneOf": [{"$ref": "#/components/schemas/Cat"}],
                    "discriminator": {
                        "propertyName": "kind",
                        "mapping": {"cat": "#/components/schemas/Cat"},
                    },
                },
                "Cat": {
                    "type": "object",
                    "properties": {"kind": {"type": "string"}},
                },
                "Animal": {
                    "type": "object",
                    "properties": {"kind": {"type": "string"}},
                    "discriminator": {"propertyName": "kind"},
                },
                "Dog": {
                    "allOf": [
                        {"$ref": "#/components/schemas/Animal"},
                        {"properties": {"bark": {"type": "boolean"}}},
                    ]
                },
            }
        }
    }
    pet: Json = {"$ref": "#/components/schemas/Pet"}
    dog: Json = {"$ref": "#/components/schemas/Dog"}
    assert Examples(root).of(pet, "response") == {"kind": "cat"}
    assert Examples(root).of(dog, "response") == {"kind": "Dog", "bark": True}


def document() -> dict[str, Json]:
    user: Json = {
        "type": "object",
        "required": ["id", "name", "password"],
        "properties": {
            "id": {"type": "string", "format": "uuid", "readOnly": True},
            "name": {"type": "string", "example": "Ada"},
            "password": {"type": "string", "writeOnly": True},
        },
    }
    reference: Json = {"$ref": "#/components/schemas/User"}
    return {
        "openapi": "3.1.0",
        "components": {
            "schemas": {"User": user},
            "parameters": {
                "size": {"name": "size", "in": "query", "schema": {"type": "integer"}}
            },
            "examples": {
                "bob": {"value": {"name": "Bob", "password": "s3cret", "id": "x"}}
            },
        },
        "paths": {
            "/users/{id}": {
                "parameters": [
                    {"name": "id", "in": "path", "schema": {"type": "string"}},
                    {"$ref": "#/components/parameters/size"},
                ],
                "put": {
                    "requestBody": {
                        "content": {
                            "application/json": {
                                "schema": reference,
                                "examples": {
                                    "bob": {"$ref": "#/components/examples/bob"}
                                },
                            }
                        }
                    },
                    "responses": {
                        "200": {
                            "content": {
                                "application/json": {
                                    "schema": reference,
                                    "example": {"id": 12},
                                }
                            }
                        },
                        "201": {
                            "content": {
                                "text/event-stream": {
                                    "x-sdk-events": {"user": reference}
                                }
                            }
                        },
                        "204": {"description": "nothing"},
                    },
                },
            }
        },
    }


def at(node: Json, *keys: str | int) -> Json:
    for key in keys:
        node = cast("dict[str | int, Json]", node)[key]
    return node


def test_a_document_is_completed() -> None:
    """The own example where it is valid, without what does not travel that way."""
    before = document()
    reported: list[tuple[str, str]] = []
    done = complete_examples(before, report=lambda *each: reported.append(each))
    put = at(done, "paths", "/users/{id}", "put")
    content = ("content", "application/json")
    assert at(put, "requestBody", *content, "example") == {
        "name": "Bob",
        "password": "s3cret",
    }
    assert "examples" not in cast("dict[str, Json]", at(put, "requestBody", *content))
    made = cast("dict[str, Json]", at(put, "responses", "200", *content, "example"))
    assert made.keys() == {"id", "name"}
    assert made["name"] == "Ada"
    stream = at(put, "responses", "201", "content", "text/event-stream")
    assert at(stream, "x-sdk-examples") == {"user": made}
    assert at(done, "components", "parameters", "size", "example") == 1
    assert at(done, "paths", "/users/{id}", "parameters", 0, "example") == "text"
    [(pointer, message)] = reported
    assert pointer == (
        "/paths/~1users~1{id}/put/responses/200/content/application~1json"
    )
    assert "not valid against its schema" in message
    assert before == document()


def test_shapes_and_odd_parameters_are_completed() -> None:
    """What changes the response has an example too; a readOnly parameter is one."""
    version: Json = {
        "type": "object",
        "properties": {"major": {"type": "integer", "readOnly": True}},
        "additionalProperties": False,
    }
    done = complete_examples(
        {
            "paths": {
                "/": {
                    "get": {
                        "parameters": [{"name": "v", "in": "query", "schema": version}],
                        "x-sdk-shape": [
                            {"when": {"v": True}, "response": {"type": "boolean"}}
                        ],
                    }
                }
            }
        }
    )
    get = at(done, "paths", "/", "get")
    assert at(get, "parameters", 0, "example") == {"major": 1}
    assert at(get, "x-sdk-shape", 0, "example") is True


def test_examples_do_not_depend_on_the_run() -> None:
    """Another hash seed, the same examples, byte for byte."""
    program = (
        "import json, tests.generator.examples.test_examples as t\n"
        "from sdkgen.examples.complete import Examples, complete_examples\n"
        "print(json.dumps([complete_examples(t.document()),"
        " [Examples({}).of(s, 'request') for s in t.SCHEMAS.values()]]))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[3],
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1
    assert json.loads(outputs.pop())
