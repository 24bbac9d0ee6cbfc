"""Documents: located trees of one file or, bundled, of many."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from sdkgen.diagnostics.diagnostic import Details, Diagnostics, Place
from sdkgen.openapi.versions import check_version
from sdkgen.support.json_pointer import (
    Json,
    get_child,
    pointer_join,
    pointer_split,
    resolve,
)

from .bundle import bundle
from .files import Files
from .source_map import Marks

__all__ = [
    "Document",
    "complete",
    "load",
    "read",
]


_NUMBER: Final = re.compile(r"[-+.0-9a-zA-Z_]+")
_VERSIONS: Final = ("/openapi", "/swagger")


class Document:
    """One tree of plain values, with the place of everything in it.

    ``root`` is the tree; a bundled document has references within itself only. ``path``
    is the file it came from as the user wrote it, ``read`` what was read for it.
    """

    def __init__(
        self,
        root: dict[str, Json],
        path: Path,
        files: Files,
        placed: dict[str, Json] | None = None,
    ) -> None:
        self.root = root
        self.path = path.as_posix()
        self.read = files
        self._placed = root if placed is None else placed

    @property
    def files(self) -> tuple[Path, ...]:
        """Every file that was read for it, overlays too."""
        return tuple(self.read.paths)

    @property
    def sources(self) -> Mapping[str, Sequence[str]]:
        """The lines of each file."""
        return self.read.sources

    @property
    def marks(self) -> Marks:
        """The side table of places, for whoever changes the tree."""
        return self.read.marks

    def with_root(self, root: dict[str, Json]) -> Document:
        """The same document with another tree; places are those of this one's tree."""
        return Document(root, Path(self.path), self.read, self._placed)

    def place(self, pointer: str) -> Place:
        """Where a value stands, or the nearest value around it that stands anywhere."""
        return self.read.sources.place(self._find_position(pointer, key=False))

    def key_place(self, pointer: str) -> Place:
        """Where the key of a value stands; of an item of a list, the item."""
        return self.read.sources.place(self._find_position(pointer, key=True))

    def source_text(self, pointer: str, length: int = 200) -> str:
        """What is written where a value stands: at most ``length`` characters."""
        return self.read.sources.text_from(
            self._find_position(pointer, key=False), length
        )

    def _find_position(self, pointer: str, *, key: bool) -> int:
        value: Json = self._placed
        position = self.marks.of(value) or 1
        tokens = pointer_split(pointer)
        for number, token in enumerate(tokens):
            found = get_child(value, token)
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


def read(
    path: Path, diagnostics: Diagnostics, *, files: Files | None = None
) -> Document | None:
    """Read one file, whatever it holds, without following references.

    With the ``files`` of a document its places can stand in that document too. Returns
    None after a diagnostic: the file cannot be read, or it is not an object.
    """
    files = Files(diagnostics) if files is None else files
    found = files.read(path)
    return None if found is None else _make_document(found[0], path, files)


def load(
    path: Path,
    diagnostics: Diagnostics,
    *,
    allow_outside: bool | Path = False,
    whole: bool = True,
) -> Document | None:
    """Read a document and all files that it refers to, as one tree.

    Files outside the folder of ``path`` are refused, but for descriptions of the same
    project (``references.Folder``), unless ``allow_outside``; the network always.
    Without ``whole`` the caller changes the tree first and calls ``complete`` then:
    what a change supplies is not missing. Returns None after an error.
    """
    files = Files(diagnostics)
    before = sum(found.severity == "error" for found in diagnostics)
    found = files.read(path)
    document = None if found is None else _make_document(found[0], path, files)
    if document is None:
        return None
    _read_as_strings(document, _VERSIONS, diagnostics)
    if not check_version(document.root, document.key_place, diagnostics):
        return None
    bundle(document.root, path, files, allow_outside=allow_outside, check=whole)
    if sum(found.severity == "error" for found in diagnostics) > before:
        return None
    if whole:
        _read_as_strings(document, ("/info/version",), diagnostics)
    return document


def complete(document: Document, diagnostics: Diagnostics) -> None:
    """Check what references lead to, when the tree is as it is meant to be."""
    if not check_version(document.root, document.key_place, diagnostics):
        return
    bundle(document.root, Path(document.path), document.read, allow_outside=False)
    _read_as_strings(document, ("/info/version",), diagnostics)


def _read_as_strings(
    document: Document, pointers: Sequence[str], diagnostics: Diagnostics
) -> None:
    """Read versions that were not quoted as they are written: ``1.10`` is not ``1.1``."""
    for pointer in pointers:
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
                f"'{key}' is a number; read as the string '{text}'",
                document.place(pointer),
                hint=f'quote it: "{text}"',
                pointer=pointer,
                details=Details(suggestion=text),
            )


def _make_document(root: Json, path: Path, files: Files) -> Document | None:
    if not isinstance(root, dict):
        files.diagnostics.add(
            "E102",
            "the document is not an object",
            files.find_place(root, path),
            hint="it starts with its version, for example `openapi: 3.1.0`",
        )
        return None
    return Document(root, path, files)
