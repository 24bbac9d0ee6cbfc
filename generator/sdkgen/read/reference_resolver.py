"""Where a reference leads: the file, and the place in it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urljoin

from sdkgen.diagnostics.diagnostic import Place
from sdkgen.openapi.references import fragment_of, split_ref
from sdkgen.support.json_pointer import (
    Json,
    child,
    pointer_join,
    pointer_split,
    resolve,
)

from .file_access import Folder, Refusal
from .files import Files

__all__ = ["MAX_HOPS", "Base", "Finder", "SourceFile", "Spot", "joined"]

MAX_HOPS: Final = 100
"""How many references may stand behind each other; a circle has no end."""


@dataclass(slots=True, eq=False)
class SourceFile:
    """A file that was read: what it holds, and the names given inside it."""

    path: Path
    key: str
    root: Json
    _names: tuple[dict[str, list[str]], dict[str, str]] | None = None

    def names(self) -> tuple[dict[str, list[str]], dict[str, str]]:
        """Pointers by ``$anchor`` and ``$dynamicAnchor``, and the pointer by ``$id``."""
        if self._names is None:
            self._names = _names_in(self.root)
        return self._names


class Spot(NamedTuple):
    """A value in a file."""

    file: SourceFile
    pointer: str

    @property
    def identity(self) -> tuple[str, str]:
        return self.file.key, self.pointer


class Base(NamedTuple):
    """The schema around with an ``$id``: what references in it are relative to."""

    pointer: str
    id: str


class Finder:
    """Finds what references mean, reading files as they are needed."""

    def __init__(
        self, root: Json, path: Path, files: Files, *, allow_outside: bool | Path
    ) -> None:
        self._files = files
        self._diagnostics = files.diagnostics
        self._folder = Folder(path, allow_outside=allow_outside)
        self.root = SourceFile(path, self._folder.key(path), root)
        self._loaded: dict[str, SourceFile | None] = {self.root.key: self.root}
        self._paths: dict[tuple[str, str], Path | Refusal] = {}
        self._keys: dict[Path, str] = {}

    def find(
        self, ref: str, file: SourceFile, base: Base | None, place: Place
    ) -> Spot | None:
        """What a reference means, whether it exists or not; None after a diagnostic."""
        name, fragment = split_ref(ref)
        fragment = fragment_of(fragment)
        if name:
            target: SourceFile | None
            inside = self._by_id(joined(base.id if base else "", name), file)
            if inside is not None:
                return self._in_resource(inside, fragment, place, ref)
            target = self._load(name, file, place)
            return (
                None
                if target is None
                else self._in_resource(Spot(target, ""), fragment, place, ref)
            )
        if base is not None:
            inside = Spot(file, base.pointer)
            if not fragment.startswith("/"):
                return self._in_resource(inside, fragment, place, ref)
            if resolve(file.root, f"{base.pointer}{fragment}") is not None:
                return Spot(file, f"{base.pointer}{fragment}")
        spot = self._in_resource(Spot(file, ""), fragment, place, ref)
        if file is self.root:
            return spot
        # People who split a document leave references as they were in the whole one.
        return spot if self.locate(spot) is not None else Spot(self.root, fragment)

    def _in_resource(self, start: Spot, fragment: str, place: Place, ref: str) -> Spot:
        """A pointer or an anchor below a start; or else a pointer without its slash."""
        if not fragment or fragment.startswith("/"):
            spot = Spot(start.file, f"{start.pointer}{fragment}")
            if fragment != "/" or self.locate(spot) is not None:
                return spot
            # RFC 6901: it asks for what has no name; people mean all of it.
            message = f"'#/' leads to a key without name: '{ref}' is read without it"
            self._diagnostics.add("W710", message, place, hint="write no '#/'")
            return start
        pointers = start.file.names()[0].get(fragment, [])
        below = [each for each in pointers if each.startswith(start.pointer)]
        for pointer in (*below, *pointers):
            return Spot(start.file, pointer)
        meant = Spot(start.file, f"{start.pointer}/{fragment}")
        if self.locate(meant) is not None:
            self._diagnostics.add(
                "W710",
                f"no $anchor is called '{fragment}': '{ref}' is read as a pointer",
                place,
                hint=f"write '#/{fragment}'",
            )
        return meant

    def _by_id(self, name: str, file: SourceFile) -> Spot | None:
        """The schema with an ``$id``, in this file or in the root document."""
        if ":" not in name:
            return None
        for each in (file, self.root):
            pointer = each.names()[1].get(name)
            if pointer is not None:
                return Spot(each, pointer)
        return None

    def _load(self, name: str, referrer: SourceFile, place: Place) -> SourceFile | None:
        """The file that a reference names; None after a diagnostic."""
        path = self._path(name, referrer)
        if isinstance(path, Refusal):
            self._diagnostics.add(path.code, path.message, place, hint=path.hint)
            return None
        key = self._keys[path]
        if key not in self._loaded:
            found = self._files.read(path, at=place, what="the file of $ref")
            self._loaded[key] = (
                None if found is None else SourceFile(path, key, found[0])
            )
        return self._loaded[key]

    def is_missing(self, ref: str, file: SourceFile, base: Base | None) -> bool:
        """Whether a reference leads to a file that does not exist."""
        name, _ = split_ref(ref)
        if not name or self._by_id(joined(base.id if base else "", name), file):
            return False
        path = self._path(name, file)
        return isinstance(path, Refusal) and path.code == "E201"

    def _path(self, name: str, referrer: SourceFile) -> Path | Refusal:
        """The path that a reference names; asked of the disk once."""
        way = (name, referrer.key)
        path = self._paths.get(way)
        if path is None:
            path = self._paths[way] = self._folder.find(name, referrer.path)
            if isinstance(path, Path) and path not in self._keys:
                self._keys[path] = self._folder.key(path)
        return path

    def locate(self, spot: Spot) -> tuple[Spot, Json] | None:
        """What stands at a spot, through references on the way to it."""
        for _ in range(MAX_HOPS):
            value, way = spot.file.root, ""
            tokens = pointer_split(spot.pointer)
            for number, token in enumerate(tokens):
                found = child(value, token)
                if found is not None:
                    value, way = found[0], pointer_join(way, token)
                    continue
                ref = value.get("$ref") if isinstance(value, dict) else None
                jump = self._quietly(ref, spot.file) if isinstance(ref, str) else None
                if jump is None:
                    return None
                spot = Spot(jump.file, pointer_join(jump.pointer, *tokens[number:]))
                break
            else:
                return spot, value
        return None

    def _quietly(self, ref: str, file: SourceFile) -> Spot | None:
        """What a reference means, if that is a pointer into a file that can be read."""
        name, fragment = split_ref(ref)
        fragment = fragment_of(fragment)
        if fragment and not fragment.startswith("/"):
            return None
        if not name:
            own = resolve(file.root, fragment) is not None
            return Spot(file if own else self.root, fragment)
        path = self._path(name, file)
        if isinstance(path, Refusal):
            return None
        loaded = self._load(name, file, Place(path.as_posix(), 1, 1))
        return None if loaded is None else Spot(loaded, fragment)


def joined(base: str, name: str) -> str:
    """``name`` as an absolute URL, if ``base`` is one; else as it is."""
    try:
        return urljoin(base, name)
    except ValueError:
        return name


def _names_in(root: Json) -> tuple[dict[str, list[str]], dict[str, str]]:
    """Anchors and ids of a tree. Examples may hold some: they are harmless."""
    anchors: dict[str, list[str]] = {}
    ids: dict[str, str] = {}
    stack: list[tuple[Json, str, str]] = [(root, "", "")]
    while stack:
        value, pointer, base = stack.pop()
        if isinstance(value, dict):
            # OpenAPI 3.2: a document says by $self what a schema says by $id.
            name = value.get("$id", None if pointer else value.get("$self"))
            if isinstance(name, str):
                base = joined(base, name.removesuffix("#"))
                ids.setdefault(base, pointer)
            for keyword in ("$anchor", "$dynamicAnchor"):
                anchor = value.get(keyword)
                if isinstance(anchor, str):
                    anchors.setdefault(anchor, []).append(pointer)
            stack.extend(
                (each, pointer_join(pointer, key), base)
                for key, each in value.items()
                if isinstance(each, dict | list)
            )
        elif isinstance(value, list):
            stack.extend(
                (each, f"{pointer}/{index}", base)
                for index, each in enumerate(value)
                if isinstance(each, dict | list)
            )
    return {name: sorted(set(found)) for name, found in anchors.items()}, ids
