"""Checks of the ``x-sdk-`` extensions, by ``extensions.schema.json``."""

from __future__ import annotations

import functools
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

from sdkgen.diagnostics.diagnostic import Details, find_similar
from sdkgen.openapi.walk import Node, kind_name, walk
from sdkgen.support.json_pointer import escape, pointer_join

from .report import Report
from .schema_errors import SchemaValidator

__all__ = ["check_extensions"]

_UNRESOLVED: Final = "x-sdk-unresolved"
"""What reading leaves where a schema's reference has no target, already reported."""


@functools.cache
def _load_extensions() -> Mapping[str, tuple[SchemaValidator, tuple[str, ...]]]:
    """Of each kind of object: the judge of its extensions, and their names."""
    path = Path(__file__).with_name("extensions.schema.json")
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    found: dict[str, tuple[SchemaValidator, tuple[str, ...]]] = {}
    for kind, schema in data["properties"].items():
        validator = SchemaValidator({**schema, "$defs": data["$defs"]})
        found[kind] = (validator, tuple(schema["properties"]))
    return found


def check_extensions(report: Report, said: Collection[str]) -> None:
    known = _load_extensions()
    everywhere = {name: kind for kind, (_, names) in known.items() for name in names}
    for node in walk(report.root):
        if not isinstance(node.value, dict) or node.kind[0] == "{":
            continue
        found = {k: v for k, v in node.value.items() if k.startswith("x-sdk-")}
        if not found:
            continue
        validator, names = known.get(node.kind, (None, ()))
        for name in [name for name in found if name not in names]:
            _report_unknown(report, node, name, everywhere)
            del found[name]
        if validator is None:
            continue
        for error in validator.explain_errors(found):
            pointer = pointer_join(node.pointer, *error.path)
            if pointer not in said:
                tell = report.key if error.at_key else report.value
                tell("E311", error.message, pointer, error.hint, details=error.details)


def _report_unknown(
    report: Report, node: Node, name: str, everywhere: Mapping[str, str]
) -> None:
    place = f"{node.pointer}/{escape(name)}"
    if name == _UNRESOLVED:
        return
    if name in everywhere:
        wanted = kind_name(everywhere[name])
        message = f"{name} belongs to {wanted}, not {kind_name(node.kind)}"
        report.key("E310", message, place)
        return
    # The common start of all these names says nothing about which one was meant.
    near = {known.removeprefix("x-sdk-"): known for known in everywhere}
    short = find_similar(name.removeprefix("x-sdk-"), near)
    # Without a near one it is probably meant for another tool.
    report.key(
        "E310" if short else "W725",
        f"unknown extension {name!r}",
        place,
        details=Details(suggestion=near.get(short, "")),
    )
