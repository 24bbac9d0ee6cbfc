"""What the mock of a package answers: the examples of an API, as a file of data.

It is JSON and no module, so that no string of a document comes near code, and that a
program which tests nothing never loads it. An example that several operations share,
as those of errors do, stands there once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from . import ir
from .layout import file_name
from .media import EVENTS

__all__ = ["mock_json"]

NONE = -1
"""In place of the number of an example: there is none."""


def mock_json(api: ir.Api) -> str:
    """The data of ``testing`` (its module ``_document`` tells what is in it).

    An operation and an example stand on a line each, so that a change is seen where it
    is.
    """
    pool = _Pool()
    operations: dict[str, ir.Json] = {}
    for resource in api.resources:
        for operation in resource.operations:
            name = f"{resource.name}.{operation.name}"
            operations[name] = _operation(resource, operation, pool)
    lines = [f"{_compact(name)}:{_compact(operations[name])}" for name in operations]
    return (
        f'{{"operations":{{\n{_joined(lines)}}},\n'
        f'"examples":[\n{_joined(list(pool.numbers))}]}}\n'
    )


@dataclass(slots=True)
class _Pool:
    """Each example once: its text → its number."""

    numbers: dict[str, int] = field(default_factory=dict[str, int])

    def number(self, example: ir.Json | ir.Absent) -> int:
        if isinstance(example, ir.Absent):
            return NONE
        return self.numbers.setdefault(_compact(example), len(self.numbers))


def _operation(
    resource: ir.Resource, operation: ir.Operation, pool: _Pool
) -> dict[str, ir.Json]:
    said: dict[str, ir.Json] = {
        "id": str(operation.id),
        "also": _names(resource, operation),
        "answers": [
            [str(response.status), str(each.media_type), pool.number(each.example)]
            for response in operation.responses
            for each in (response, *response.others)
        ],
    }
    if operation.stream is not None:
        if operation.stream.media_type != EVENTS:
            said["stream"] = str(operation.stream.media_type)
        said["events"] = [
            [str(event), pool.number(data)] for event, data in operation.stream.examples
        ]
    wires = {param.name: str(param.wire) for param in operation.params}
    if operation.shapes:
        said["shapes"] = [
            [
                {wires[name]: json.dumps(value) for name, value in shape.when},
                pool.number(shape.example),
            ]
            for shape in operation.shapes
        ]
    if operation.pages is not None:
        said["pages"] = _pages(operation, operation.pages, wires)
    return said


def _names(resource: ir.Resource, operation: ir.Operation) -> list[ir.Json]:
    """Its other names: of the method that iterates, and by the module of the methods."""
    methods = [operation.name]
    if operation.pages is not None:
        methods.append(operation.pages.method)
    owners = dict.fromkeys((resource.name, file_name(resource.name)))
    names = [f"{owner}.{method}" for owner in owners for method in methods]
    return [*names[1:]]


def _pages(
    operation: ir.Operation, pages: ir.Pages, wires: Mapping[str, str]
) -> dict[str, ir.Json]:
    roles = {role: wires[name] for role, name in pages.params}
    size = next((p.default for p in operation.params if p.wire == roles.get("size")), 0)
    return {
        "style": pages.style,
        "position": roles.get(pages.style, ""),
        "size": roles.get("size", ""),
        "usual": size if isinstance(size, int) else 0,
        "first": pages.first,
        "items": str(pages.items),
        "total": str(pages.total or ""),
        "cursor": str(pages.cursor or ""),
    }


def _compact(value: ir.Json) -> str:
    """JSON without blanks, all of ASCII: nothing in it can hide or break a line."""
    return json.dumps(value, separators=(",", ":"))


def _joined(lines: list[str]) -> str:
    return ",\n".join(lines) + ("\n" if lines else "")
