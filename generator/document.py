"""Documents: located trees of one file or, bundled, of many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

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
    "pointer_join",
    "pointer_split",
    "read",
    "resolve",
    "unescape",
]


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
