"""Documents: located trees of one file or, bundled, of many."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from .bundle import bundle
from .diagnostics import Diagnostics, Place
from .files import Files
from .located import (
    Json,
    Marks,
    Sources,
    child,
    escape,
    pointer_join,
    pointer_split,
    resolve,
    unescape,
)

__all__ = [
    "Document",
    "Json",
    "escape",
    "load",
    "pointer_join",
    "pointer_split",
    "read",
    "resolve",
    "unescape",
]


_NUMBER: Final = re.compile(r"[-+.0-9a-zA-Z_]+")
_VERSIONS: Final = ("/openapi", "/swagger", "/info/version")


class Document:
    """One tree of plain values, with the place of everything in it.

    ``root`` is the tree; a bundled document has references within itself only.
    ``path`` is the file it came from as the user wrote it, ``files`` are all files that
    were read for it, ``sources`` their lines.
    """

    def __init__(
        self,
        root: dict[str, Json],
        path: str,
        files: Sequence[Path],
        sources: Sources,
        marks: Marks,
    ) -> None:
        self.root = root
        self.path = path
        self.files = tuple(files)
        self.marks = marks
        self._sources = sources
        self._placed: dict[str, Json] = root

    @property
    def sources(self) -> Mapping[str, Sequence[str]]:
        """The lines of each file."""
        return self._sources

    def with_root(self, root: dict[str, Json]) -> Document:
        """The same document with another tree; places are those of this one's tree."""
        made = Document(root, self.path, self.files, self._sources, self.marks)
        made._placed = self._placed
        return made

    def with_files(self, files: Sequence[Path]) -> Document:
        """The same document, with more files that it depends on."""
        made = Document(
            self.root, self.path, (*self.files, *files), self._sources, self.marks
        )
        made._placed = self._placed
        return made

    def place(self, pointer: str) -> Place:
        """Where a value stands, or the nearest value around it that stands anywhere."""
        return self._sources.place(self._position(pointer, key=False))

    def key_place(self, pointer: str) -> Place:
        """Where the key of a value stands; of an item of a list, the item."""
        return self._sources.place(self._position(pointer, key=True))

    def source_text(self, pointer: str, length: int = 200) -> str:
        """What is written where a value stands: at most ``length`` characters."""
        return self._sources.text_from(self._position(pointer, key=False), length)

    def _position(self, pointer: str, *, key: bool) -> int:
        value: Json = self._placed
        position = self.marks.of(value) or 1
        tokens = pointer_split(pointer)
        for number, token in enumerate(tokens):
            found = child(value, token)
            if found is None or not isinstance(value, dict | list):
                break
            index = token if isinstance(value, dict) else int(token)
            entry = self.marks.entry(value, index)
            own = self.marks.of(found[0])
            if entry is not None:
                is_key = key and number == len(tokens) - 1
                # A container knows best where it stands: it may have come from afar.
                position = entry[0] if is_key else own or entry[1]
            elif own is not None:
                position = own
            value = found[0]
        return position


def read(path: Path, diagnostics: Diagnostics) -> Document | None:
    """Read one file, whatever it holds, without following references.

    Returns None after a diagnostic: it cannot be read, or it is not a mapping.
    """
    files = Files(diagnostics)
    found = files.read(path)
    return None if found is None else _document(found[0], path, files)


def load(
    path: Path, diagnostics: Diagnostics, *, allow_outside: bool = False
) -> Document | None:
    """Read a document and all files that it refers to, as one tree.

    Files outside the folder of ``path`` are refused unless ``allow_outside``; the
    network always. Returns None after an error.
    """
    files = Files(diagnostics)
    before = sum(found.severity == "error" for found in diagnostics)
    found = files.read(path)
    document = None if found is None else _document(found[0], path, files)
    if document is None:
        return None
    bundle(document.root, path, files, allow_outside=allow_outside)
    if sum(found.severity == "error" for found in diagnostics) > before:
        return None
    document = document.with_files(files.paths[1:])
    _versions_as_texts(document, diagnostics)
    return document


def _versions_as_texts(document: Document, diagnostics: Diagnostics) -> None:
    """Read versions that were not quoted as they are written: ``1.10`` is not ``1.1``."""
    for pointer in _VERSIONS:
        *way, key = pointer_split(pointer)
        holder = resolve(document.root, pointer_join("", *way))
        if holder is None or not isinstance(holder[0], dict):
            continue
        value = holder[0].get(key)
        if isinstance(value, int | float) and not isinstance(value, bool):
            written = _NUMBER.match(document.source_text(pointer))
            text = written.group() if written else str(value)
            holder[0][key] = text
            diagnostics.add(
                "W705",
                f"'{key}' is a number: read as the text '{text}'",
                document.place(pointer),
                hint=f'quote it: "{text}"',
                pointer=pointer,
            )


def _document(root: Json, path: Path, files: Files) -> Document | None:
    file = path.as_posix()
    if not isinstance(root, dict):
        position = files.marks.of(root)
        files.diagnostics.add(
            "E102",
            "the document is not a mapping",
            files.sources.place(position) if position else Place(file, 1, 1),
            hint="it starts with its version, for example `openapi: 3.1.0`",
        )
        return None
    return Document(root, file, files.paths, files.sources, files.marks)
