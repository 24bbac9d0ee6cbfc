"""What the mock of a package answers: operations with their examples, as JSON.

The answers of each resource are a module below ``testing/``, so that a new operation is
new there and nowhere else; the examples that models give of themselves are modules beside
those, and what changes in a model changes there. Both are strings that are parsed when a
mock needs them: no string of a document comes nearer to code than that.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sdkgen import ir
from sdkgen.render.declared import Declared
from sdkgen.render.module_layout import choose_file_name
from sdkgen.render.python.code import NOTHING, Code
from sdkgen.render.python.statements import COLUMNS
from sdkgen.support.absent import ABSENT, Absent
from sdkgen.support.json_pointer import Json
from sdkgen.support.media_types import EVENTS

__all__ = ["mock_answers", "mock_examples"]

NONE = ""
"""In place of the key of an example: there is none."""

SHORTEST = 6
"""Digits of the key of an example. It comes of the example and not of those before it,
so that an operation put in the middle changes no other line."""


def mock_answers(resource: ir.Resource, declared: Declared) -> Code:
    """The operations of a resource, and examples that are theirs alone, as a literal.

    ``testing/_document.py`` tells what is in it. An operation stands on a line, so that
    a change is seen where it is.
    """
    pool = _Pool(declared)
    operations = [
        _write_entry(
            f"{resource.name}.{each.name}",
            _dump_compact(_describe_operation(resource, each, pool)),
        )
        for each in resource.operations
    ]
    own = [_write_entry(key, text) for text, key in pool.keys.items()]
    return _quote_json(["[{", *operations, "},{", *_fill_rows(own), "}]"])


def mock_examples(models: Iterable[ir.Model]) -> Code:
    """The examples that models give of themselves, as a literal; empty without any."""
    entries = [
        _write_entry(model.name, _dump_compact(model.example))
        for model in models
        if not isinstance(model.example, Absent)
    ]
    return _quote_json(["{", *_fill_rows(entries), "}"]) if entries else NOTHING


def _write_entry(key: str, text: str) -> str:
    return f"{_dump_compact(key)}:{text},"


def _fill_rows(entries: Iterable[str]) -> list[str]:
    """Short ones share a line."""
    rows: list[str] = []
    for entry in entries:
        if rows and len(rows[-1]) + len(entry) <= COLUMNS:
            rows[-1] += entry
        else:
            rows.append(entry)
    return rows


def _quote_json(lines: Sequence[str]) -> Code:
    """Lines of JSON, which is all of ASCII; no comma stands before a closing bracket.

    JSON never has three quotes in a row, nor a backslash before the end of a line, so a
    raw string in three quotes holds any of it.
    """
    following = (*lines[1:], "")
    text = "\n".join(
        line.removesuffix(",") if after.startswith("}") else line
        for line, after in zip(lines, following, strict=True)
    )
    return Code(f'r"""{text}"""')


@dataclass(slots=True)
class _Pool:
    """Each example once: its text → its key. Where it is a model's, the key names it."""

    declared: Declared
    keys: dict[str, str] = field(default_factory=dict[str, str])
    taken: set[str] = field(default_factory=set[str])

    def key(self, example: Json | Absent, type_: ir.Type | None) -> str:
        if isinstance(example, Absent):
            return NONE
        text = _dump_compact(example)
        if isinstance(type_, ir.Ref) and self._text_of_model(type_.name) == text:
            return type_.name
        if text not in self.keys:
            digest = hashlib.sha256(text.encode("ascii")).hexdigest()
            length = SHORTEST
            while digest[:length] in self.taken:
                length += 1
            self.keys[text] = digest[:length]
            self.taken.add(digest[:length])
        return self.keys[text]

    def _text_of_model(self, name: str) -> str:
        """What a model gives of itself."""
        example = getattr(self.declared.by_name[name], "example", ABSENT)
        return "" if isinstance(example, Absent) else _dump_compact(example)


def _describe_operation(
    resource: ir.Resource, operation: ir.Operation, pool: _Pool
) -> dict[str, Json]:
    said: dict[str, Json] = {
        "id": str(operation.id),
        "also": _list_other_names(resource, operation),
        "answers": [
            [
                str(response.status),
                str(each.media_type),
                pool.key(each.example, each.type),
            ]
            for response in operation.responses
            for each in (response, *response.others)
        ],
    }
    if operation.stream is not None:
        if operation.stream.media_type != EVENTS:
            said["stream"] = str(operation.stream.media_type)
        types = dict(operation.stream.events)
        said["events"] = [
            [str(event), pool.key(data, types.get(event))]
            for event, data in operation.stream.examples
        ]
    wires = {param.name: str(param.wire) for param in operation.params}
    if operation.shapes:
        said["shapes"] = [
            [
                {wires[name]: json.dumps(value) for name, value in shape.when},
                pool.key(shape.example, shape.type),
            ]
            for shape in operation.shapes
        ]
    if operation.pages is not None:
        said["pages"] = _describe_pages(operation, operation.pages, wires)
    return said


def _list_other_names(resource: ir.Resource, operation: ir.Operation) -> list[Json]:
    """Its other names: of the method that iterates, and by the module of the methods."""
    methods = [operation.name]
    if operation.pages is not None:
        methods.append(operation.pages.method)
    owners = dict.fromkeys((resource.name, choose_file_name(resource.name)))
    names = [f"{owner}.{method}" for owner in owners for method in methods]
    return [*names[1:]]


def _describe_pages(
    operation: ir.Operation, pages: ir.Pages, wires: Mapping[str, str]
) -> dict[str, Json]:
    roles = {role: wires[name] for role, name in pages.params}
    size = next((p.default for p in operation.params if p.wire == roles.get("size")), 0)
    return {
        "style": pages.style,
        "position": wires.get(pages.position, ""),
        "size": roles.get("size", ""),
        "usual": size if isinstance(size, int) else 0,
        "first": pages.first,
        "items": str(pages.items),
        "total": str(pages.total or ""),
        "cursor": str(pages.cursor or ""),
    }


def _dump_compact(value: Json) -> str:
    """JSON without blanks, all of ASCII: nothing in it can hide or break a line."""
    return json.dumps(value, separators=(",", ":"))
