"""Documents nobody has written: the small ones of the cases, broken in a few places.

Whatever comes of that, a run ends with a package that compiles or with diagnostics that
say why not; never with an exception, and never with a defect that is the generator's.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from cases import FOLDERS
from hypothesis import HealthCheck, given, settings, strategies as st

from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.pipeline import Run
from sdkgen.read.document import read
from sdkgen.support.json_pointer import Json, pointer_join
from sdkgen.target import Target

Holder = dict[str, Json] | list[Json]
Place = tuple[Holder, Any, str]
"""A mapping or list, the key of a value in it, and the pointer of that value."""
Choose = Callable[[Sequence[Any]], Any]

SMALL = 10_000
"""Bytes of a document: the time of an example is mostly that of what surrounds it."""

ODD: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 10**300, "", " ", "\x00", "é\u200b", "0", "null"),
    *("string", "object", "binary", "a b/{c}?d#e", "'\"\\\n", "x" * 300),
    *([], {}, [None], [[]], [{}], {"": None}, {"0": {}}, ["string", "null"], [1, "a"]),
    *({"type": "array"}, {"$ref": "#"}, {"not": {}}, {"type": []}, {"const": None}),
]
"""Values that a place seldom has."""

KEYS = (
    *("$ref", "$id", "$anchor", "$defs", "$dynamicRef", "$schema", "type", "format"),
    *("enum", "const", "default", "example", "examples", "nullable", "pattern"),
    *("properties", "required", "additionalProperties", "patternProperties", "items"),
    *("prefixItems", "minItems", "maxLength", "minimum", "multipleOf", "uniqueItems"),
    *("propertyNames", "dependentSchemas", "unevaluatedProperties", "if", "then"),
    *("discriminator", "mapping", "allOf", "oneOf", "anyOf", "not", "readOnly", "xml"),
    *("parameters", "name", "in", "style", "explode", "schema", "content", "encoding"),
    *("requestBody", "responses", "headers", "links", "callbacks", "webhooks", "tags"),
    *("servers", "variables", "security", "securitySchemes", "flows", "scopes"),
    *("operationId", "summary", "description", "deprecated", "externalDocs", "info"),
    *("itemSchema", "query", "additionalOperations", "$self", "x-sdk-pages", "", "0"),
)
"""Keys that mean something, each in places of its own."""


def documents() -> list[Json]:
    """The small documents of the cases of which a package comes."""
    found: list[Json] = []
    for case in FOLDERS:
        if (case / "expected").is_dir() or (case / "generated.txt").exists():
            path = next(iter(sorted(case.glob("openapi.*"))))
            document = read(path, Diagnostics())
            if document is not None and path.stat().st_size <= SMALL:
                found.append(document.root)
    return found


DOCUMENTS = documents()


def places(value: Json, pointer: str = "") -> Iterator[Place]:
    """Every place within a value."""
    if isinstance(value, dict | list):
        for key in range(len(value)) if isinstance(value, list) else list(value):
            inner = cast("Any", value)[key]
            at = pointer_join(pointer, key)
            yield value, key, at
            yield from places(inner, at)


def mutate(root: Json, choose: Choose) -> None:
    """Change one place of a document, in one of the ways in which they go wrong."""
    spots = list(places(root))
    holder, key, _ = choose(spots)
    value = holder[key]

    def other() -> Json:
        donor, at, _ = choose(list(places(choose(DOCUMENTS))))
        return cast("Json", copy.deepcopy(choose((choose(ODD), donor[at]))))

    match choose(("set", "delete", "rename", "add", "move", "refer", "wrap")):
        case "set":
            holder[key] = other()
        case "delete":
            del holder[key]
        case "rename" if isinstance(holder, dict):
            holder[choose(KEYS)] = holder.pop(key)
        case "add" if isinstance(value, dict):
            value[choose(KEYS)] = other()
        case "add" if isinstance(value, list):
            value.append(other())
        case "move":
            there, at, _ = choose(spots)
            there[at] = copy.deepcopy(value)
        case "refer":
            holder[key] = {"$ref": f"#{choose(spots)[2]}"}
        case _:
            word = choose(("allOf", "oneOf", "anyOf", "items", "not", "properties"))
            several = word.endswith("Of")
            holder[key] = {word: [value, other()] if several else value}


@pytest.fixture(autouse=True)
def uncached(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SDKGEN_CACHE", "off")


@settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_a_broken_document_gives_a_package_or_a_reason(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Of one to three changes in a document of the cases."""

    def choose(values: Sequence[Any]) -> Any:
        return data.draw(st.sampled_from(values))

    root = copy.deepcopy(choose(DOCUMENTS))
    for _ in range(choose((1, 2, 3))):
        mutate(root, choose)

    is_generated_or_refused(root, tmp_path_factory.mktemp("document"))


def is_generated_or_refused(root: Json, folder: Path) -> None:
    """Nothing is raised; what is generated is Python, and passes the safety gate."""
    path = folder / "openapi.json"
    path.write_text(json.dumps(root), encoding="utf-8")
    run = Run(target=Target.of_document(path).with_output(folder, package="case_sdk"))

    files = run.render()

    codes = {found.code for found in run.diagnostics if run.diagnostics.is_error(found)}
    assert (files is None) == bool(codes)
    assert not codes & {"E504", "E505"}, list(run.diagnostics)
    for name, text in (files or {}).items():
        if name.endswith(".py") and not name.startswith("src/case_sdk/_runtime/"):
            compile(text, name, "exec", dont_inherit=True)
