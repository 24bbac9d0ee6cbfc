"""Documents that tests write into a folder, of one file or of many."""

from __future__ import annotations

from pathlib import Path

from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.read.document import Document, load
from sdkgen.support.json_pointer import Json, resolve

HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"


def write(folder: Path, files: dict[str, str]) -> Path:
    """Files below a folder; the root document's path."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "openapi.yaml"


def bundled(folder: Path, **files: str) -> Document:
    """The document of some YAML files that are right; ``__`` stands for ``/``."""
    named = {name.replace("__", "/") + ".yaml": text for name, text in files.items()}
    diagnostics = Diagnostics()
    document = load(write(folder, named), diagnostics)
    assert [found.message for found in diagnostics] == []
    assert document is not None
    return document


def at(document: Document, pointer: str) -> Json:
    """What stands at a pointer."""
    found = resolve(document.root, pointer)
    assert found is not None, pointer
    return found[0]


def found_in(
    folder: Path, files: dict[str, str], *, allow_outside: bool = False
) -> list[str]:
    """Code and place of all that is found."""
    diagnostics = Diagnostics()
    load(write(folder, files), diagnostics, allow_outside=allow_outside)
    return [
        f"{found.code} {Path(found.place.file).name}:{found.place.line}"
        for found in diagnostics
        if found.place
    ]
