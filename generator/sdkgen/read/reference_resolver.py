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
    get_child,
    pointer_join,
    pointer_split,
    resolve,
)

from .file_access import Folder, Refusal
from .files import Files

__all__ = [
    "MAX_HOPS",
    "Base",
    "Location",
    "ReferenceResolver",
    "SourceFile",
    "find_alias",
    "join_url",
    "read_dynamic_ref",
]

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
            self._names = _collect_names(self.root)
        return self._names


class Location(NamedTuple):
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


class ReferenceResolver:
    """Finds what references mean, reading files as they are needed."""

    def __init__(
        self, root: Json, path: Path, files: Files, *, allow_outside: bool | Path
    ) -> None:
        self._files = files
        self._diagnostics = files.diagnostics
        self._folder = Folder(path, allow_outside=allow_outside)
        self.root = SourceFile(path, self._folder.get_key(path), root)
        self._loaded: dict[str, SourceFile | None] = {self.root.key: self.root}
        self._paths: dict[tuple[str, str], Path | Refusal] = {}
        self._keys: dict[Path, str] = {}

    def find(
        self, ref: str, file: SourceFile, base: Base | None, place: Place
    ) -> Location | None:
        """What a reference means, whether it exists or not; None after a diagnostic."""
        name, fragment = split_ref(ref)
        fragment = fragment_of(fragment)
        if name:
            target: SourceFile | None
            inside = self._find_by_id(join_url(base.id if base else "", name), file)
            if inside is not None:
                return self._find_in_resource(inside, fragment, place, ref)
            target = self._load_file(name, file, place)
            return (
                None
                if target is None
                else self._find_in_resource(Location(target, ""), fragment, place, ref)
            )
        if base is not None:
            inside = Location(file, base.pointer)
            if not fragment.startswith("/"):
                return self._find_in_resource(inside, fragment, place, ref)
            if resolve(file.root, f"{base.pointer}{fragment}") is not None:
                return Location(file, f"{base.pointer}{fragment}")
        location = self._find_in_resource(Location(file, ""), fragment, place, ref)
        if file is self.root:
            return location
        # People who split a document leave references as they were in the whole one.
        return (
            location
            if self.locate(location) is not None
            else Location(self.root, fragment)
        )

    def _find_in_resource(
        self, start: Location, fragment: str, place: Place, ref: str
    ) -> Location:
        """A pointer or an anchor below a start; or else a pointer without its slash."""
        if not fragment or fragment.startswith("/"):
            location = Location(start.file, f"{start.pointer}{fragment}")
            if fragment != "/" or self.locate(location) is not None:
                return location
            # RFC 6901: it asks for what has no name; people mean all of it.
            message = (
                f"'#/' points to a key with an empty name; '{ref}' is read without it"
            )
            self._diagnostics.add("W710", message, place, hint="delete '#/'")
            return start
        pointers = start.file.names()[0].get(fragment, [])
        below = [each for each in pointers if each.startswith(start.pointer)]
        for pointer in (*below, *pointers):
            return Location(start.file, pointer)
        meant = Location(start.file, f"{start.pointer}/{fragment}")
        if self.locate(meant) is not None:
            self._diagnostics.add(
                "W710",
                f"no $anchor is named '{fragment}'; '{ref}' is read as a pointer",
                place,
                hint=f"write '#/{fragment}'",
            )
        return meant

    def _find_by_id(self, name: str, file: SourceFile) -> Location | None:
        """The schema with an ``$id``, in this file or in the root document."""
        if ":" not in name:
            return None
        for each in (file, self.root):
            pointer = each.names()[1].get(name)
            if pointer is not None:
                return Location(each, pointer)
        return None

    def _load_file(
        self, name: str, referrer: SourceFile, place: Place
    ) -> SourceFile | None:
        """The file that a reference names; None after a diagnostic."""
        path = self._find_path(name, referrer)
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
        if not name or self._find_by_id(join_url(base.id if base else "", name), file):
            return False
        path = self._find_path(name, file)
        return isinstance(path, Refusal) and path.code == "E201"

    def _find_path(self, name: str, referrer: SourceFile) -> Path | Refusal:
        """The path that a reference names; asked of the disk once."""
        way = (name, referrer.key)
        path = self._paths.get(way)
        if path is None:
            path = self._paths[way] = self._folder.find(name, referrer.path)
            if isinstance(path, Path) and path not in self._keys:
                self._keys[path] = self._folder.get_key(path)
        return path

    def locate(self, location: Location) -> tuple[Location, Json] | None:
        """What stands at a location, through references on the way to it."""
        for _ in range(MAX_HOPS):
            value, way = location.file.root, ""
            tokens = pointer_split(location.pointer)
            for number, token in enumerate(tokens):
                found = get_child(value, token)
                if found is not None:
                    value, way = found[0], pointer_join(way, token)
                    continue
                ref = value.get("$ref") if isinstance(value, dict) else None
                jump = (
                    self._find_quietly(ref, location.file)
                    if isinstance(ref, str)
                    else None
                )
                if jump is None:
                    return None
                location = Location(
                    jump.file, pointer_join(jump.pointer, *tokens[number:])
                )
                break
            else:
                return location, value
        return None

    def _find_quietly(self, ref: str, file: SourceFile) -> Location | None:
        """What a reference means, if that is a pointer into a file that can be read."""
        name, fragment = split_ref(ref)
        fragment = fragment_of(fragment)
        if fragment and not fragment.startswith("/"):
            return None
        if not name:
            own = resolve(file.root, fragment) is not None
            return Location(file if own else self.root, fragment)
        path = self._find_path(name, file)
        if isinstance(path, Refusal):
            return None
        loaded = self._load_file(name, file, Place(path.as_posix(), 1, 1))
        return None if loaded is None else Location(loaded, fragment)


def find_alias(value: Json, kind: str) -> str | None:
    """The reference that a value is, if it is nothing else."""
    if not isinstance(value, dict):
        return None
    ref = value.get("$ref")
    if isinstance(ref, str) and (len(value) == 1 or kind != "schema"):
        return ref
    return None


def join_url(base: str, name: str) -> str:
    """``name`` as an absolute URL, if ``base`` is one; else as it is."""
    try:
        return urljoin(base, name)
    except ValueError:
        return name


def _collect_names(root: Json) -> tuple[dict[str, list[str]], dict[str, str]]:
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
                base = join_url(base, name.removesuffix("#"))
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


def read_dynamic_ref(node: dict[str, Json]) -> None:
    """Read ``$dynamicRef`` as ``$ref``: what it means where nothing overrides it."""
    ref = node.get("$dynamicRef")
    if isinstance(ref, str) and "$ref" not in node:
        node["$ref"] = node.pop("$dynamicRef")
