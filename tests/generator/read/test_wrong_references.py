"""References that name nothing, the wrong kind of thing, or themselves."""

from __future__ import annotations

from pathlib import Path

import pytest
from documents import HEAD, at, found_in, write

from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.read.document import load


def test_every_reference_that_is_wrong_is_named(tmp_path: Path) -> None:
    """All in one run, and the kind of what is expected counts."""
    files = {
        "openapi.yaml": HEAD + "paths:\n  /a:\n    get:\n      parameters:\n"
        "        - {$ref: '#/components/parameters/no'}\n"
        "        - {$ref: '#/components/schemas/S'}\n"
        "        - {$ref: 'other.yaml#/no'}\n"
        "        - {$ref: 'other.yaml#/text'}\n"
        "        - {$ref: 7}\n"
        "components:\n  schemas:\n    S: {$ref: '#/components/schemas/no'}\n"
        "    T: {$ref: '#/components/parameters/P'}\n"
        "    U: {$ref: '#no'}\n"
        "  parameters: {P: {name: p, in: query}}\n",
        "other.yaml": "text: text\n",
    }

    assert found_in(tmp_path, files) == [
        "E103 openapi.yaml:7",
        "E206 openapi.yaml:8",
        "E103 openapi.yaml:9",
        "E206 openapi.yaml:10",
        "E205 openapi.yaml:11",
        "W701 openapi.yaml:14",
        "W701 openapi.yaml:15",
        "W701 openapi.yaml:16",
    ]


def test_a_schema_without_target_is_anything(tmp_path: Path) -> None:
    """What it would have been is kept beside."""
    path = write(
        tmp_path,
        {
            "openapi.yaml": HEAD + "components:\n  schemas:\n"
            "    A: {$ref: 'b.yaml#/No', description: about}\n",
            "b.yaml": "Yes: {type: string}\n",
        },
    )
    document = load(path, Diagnostics())

    assert document is not None
    assert at(document, "/components/schemas/A") == {
        "x-sdk-unresolved": "b.yaml#/No",
        "description": "about",
    }


@pytest.mark.parametrize(
    "schemas",
    [
        "A: {$ref: '#/components/schemas/A'}",
        "A: {$ref: '#/components/schemas/B'}\n    B: {$ref: '#/components/schemas/A'}",
        "A: {allOf: [{type: object}, {$ref: '#/components/schemas/A'}]}",
        "A: {oneOf: [{allOf: [{$ref: '#/components/schemas/A'}]}]}",
        "A: {$ref: 'a.yaml'}",
        "A: {type: array, items: {$ref: 'c.yaml'}}",
    ],
)
def test_circles_without_structure_are_named_once(tmp_path: Path, schemas: str) -> None:
    """In one file and across files."""
    files = {
        "openapi.yaml": f"{HEAD}components:\n  schemas:\n    {schemas}\n",
        "a.yaml": "{$ref: b.yaml}\n",
        "b.yaml": "{$ref: 'openapi.yaml#/components/schemas/A'}\n",
        "c.yaml": "{$ref: d.yaml}\n",
        "d.yaml": "{$ref: c.yaml}\n",
    }

    assert found_in(tmp_path, files) == ["E204 openapi.yaml:5"]


def test_a_path_item_inside_itself(tmp_path: Path) -> None:
    """A callback may not bring its own operation back for ever."""
    files = {
        "openapi.yaml": HEAD + "paths:\n  /a: {$ref: a.yaml}\n",
        "a.yaml": "post:\n  callbacks:\n    on: {'{$url}': {$ref: 'a.yaml'}}\n",
    }

    assert found_in(tmp_path, files) == ["E204 a.yaml:3"]
