"""What stands where in a document; and none, however hostile, raises."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.normalize.dialect import normalize
from sdkgen.openapi.object_kinds import kind_at
from sdkgen.openapi.references import fragment_of, ref_to
from sdkgen.read.document import load
from sdkgen.support.json_pointer import Json, pointer_join, pointer_split, resolve


@given(st.lists(st.text()))
def test_pointers_round_trip(tokens: list[str]) -> None:
    """Whatever a key holds."""
    pointer = pointer_join("", *tokens)

    assert pointer_split(pointer) == tokens
    assert pointer_split(fragment_of(ref_to(pointer)[1:])) == tokens


def test_pointers_resolve_or_not() -> None:
    """Null is something; indexes are plain numbers."""
    root: Json = {"a": [None, {"": 1}], "01": 2}

    assert resolve(root, "") == (root,)
    assert resolve(root, "/a/0") == (None,)
    assert resolve(root, "/a/1/") == (1,)
    assert resolve(root, "/01") == (2,)
    for pointer in ("/a/2", "/a/-1", "/a/01", "/a/x", "/b", "a", "/a/0/x", "/a/9" * 99):
        assert resolve(root, pointer) is None


def test_kinds_of_pointers() -> None:
    """What the specification has at a place, and None where it has data."""
    expected = {
        "": "openapi",
        "/components/schemas": "{schema}",
        "/components/schemas/A": "schema",
        "/components/schemas/A/properties/x/allOf/0/items": "schema",
        "/components/schemas/A/example": None,
        "/components/schemas/A/x-any/properties": None,
        "/paths/~1a/get/responses/200/content/a~1b/schema": "schema",
        "/paths/~1a/get/parameters/0": "parameter",
        "/paths/x-any": None,
        "/paths/~1a/get/callbacks/on/{$url}/post": "operation",
        "/info/title": None,
    }

    assert {pointer: kind_at("openapi", pointer) for pointer in expected} == expected


HOSTILE = os.environ.get("SDKGEN_HOSTILE", "")


@pytest.mark.skipif(not HOSTILE, reason="SDKGEN_HOSTILE names no folder of documents")
def test_hostile_documents_are_read_or_refused() -> None:
    """Nothing raises and nothing hangs, whatever a document holds."""
    paths = [
        path
        for path in sorted(Path(HOSTILE).rglob("*"))
        if path.suffix in (".json", ".yaml", ".yml")
    ]
    assert paths
    for path in paths:
        diagnostics = Diagnostics()
        document = load(path, diagnostics)
        assert (document is None) is diagnostics.errors, path
        if document is not None:
            normalize(document, diagnostics)
