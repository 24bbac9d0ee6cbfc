"""Texts of YAML and JSON, and what the readers make of them."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import strategies as st

from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.read.document import Document, read
from sdkgen.read.json_reader import read_json
from sdkgen.read.source_map import Marks, Unreadable
from sdkgen.read.yaml_reader import read_yaml
from sdkgen.support.json_pointer import Json


def text_to(tmp_path: Path, text: str | bytes, name: str = "a.yaml") -> Path:
    """A file with that text."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def tree(tmp_path: Path, text: str | bytes, name: str = "a.yaml") -> Document:
    """The document in a text that is right."""
    diagnostics = Diagnostics()
    document = read(text_to(tmp_path, text, name), diagnostics)
    assert list(diagnostics) == []
    assert document is not None
    return document


def codes(tmp_path: Path, text: str | bytes, name: str = "a.yaml") -> list[str]:
    """What is found in a text: code, line and column."""
    diagnostics = Diagnostics()
    read(text_to(tmp_path, text, name), diagnostics)
    return [
        f"{found.code} {found.place.line}:{found.place.column}"
        for found in diagnostics
        if found.place
    ]


def from_yaml(text: str, *, pure: bool = False) -> Json:
    """The value of a YAML text."""
    marks = Marks()
    return read_yaml(text, 1, marks, twice, ignore, pure=pure)


def from_json(text: str) -> Json:
    """The value of a JSON text."""
    return read_json(text, 1, Marks(), twice)


def ignore(code: str, message: str, position: int, hint: str = "") -> None:
    """Warnings make no difference to the value."""


def twice(key: str, first: int, second: int) -> None:
    raise Unreadable("E109", key, second)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=25,
).filter(lambda value: not _has_surrogate(value))


def _has_surrogate(value: Json) -> bool:
    return any(
        0xD800 <= ord(sign) <= 0xDFFF for sign in json.dumps(value, ensure_ascii=False)
    )
