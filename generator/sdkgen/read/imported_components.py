"""Parts of other files that become components of the root document, and their names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from sdkgen.openapi.references import ref_to
from sdkgen.support.json_pointer import Json, pointer_join

from .component_names import allocate_names, list_candidates
from .files import Files
from .reference_resolver import Location

__all__ = ["ImportedComponents", "ImportedPart"]

Object = dict[str, Json]


@dataclass(slots=True, eq=False)
class ImportedPart:
    """A part of another file that becomes a component."""

    kind: str
    location: Location
    value: Json
    users: list[tuple[Object, str]] = field(default_factory=list[tuple[Object, str]])
    pins: set[str] = field(default_factory=set[str])
    aliases: set[str] = field(default_factory=set[str])


class ImportedComponents:
    """The parts that one bundle takes in, each once."""

    def __init__(self, root: Object, path: Path, files: Files) -> None:
        self._tree = root
        self._path = path
        self._files = files
        self._marks = files.marks
        self._diagnostics = files.diagnostics
        self._parts: dict[tuple[str, str, str], ImportedPart] = {}

    def add(
        self, kind: str, location: Location, value: Json
    ) -> tuple[ImportedPart, bool]:
        """The part at a location, with a copy of its value, and whether it is new."""
        name = (kind, *location.identity)
        part = self._parts.get(name)
        if part is not None:
            return part, False
        part = self._parts[name] = ImportedPart(kind, location, self._marks.copy(value))
        return part, True

    def add_to_root(self, components: Mapping[str, tuple[str, ...]]) -> None:
        """Name the parts and put them into the components of the root document.

        ``components`` has the way to the section of each kind.
        """
        for kind, way in components.items():
            parts = {
                name: part for name, part in self._parts.items() if name[0] == kind
            }
            if not parts:
                continue
            section = self._get_section(way)
            if section is None:
                continue
            base = pointer_join("", *way)
            free = {name: part for name, part in parts.items() if not part.pins}
            names = {name: min(part.pins) for name, part in parts.items() if part.pins}
            wanted = {
                name: list_candidates(
                    self._relate_path(part.location),
                    part.location.pointer,
                    part.aliases,
                )
                for name, part in free.items()
            }
            given = allocate_names(wanted, set(section))
            if kind == "schema":  # names of others are seen by nobody
                self._report_renamed(wanted, given, free)
            names |= given
            for name, chosen in sorted(names.items(), key=lambda each: each[1]):
                part = parts[name]
                ref = ref_to(pointer_join(base, chosen))
                for node, key in part.users:
                    node[key] = ref
                section[chosen] = part.value
                if part.value is not None and not part.pins:
                    at = self._marks.of(part.value)
                    if at is not None:
                        self._marks.set_entry(section, chosen, (at, at))

    def _get_section(self, way: Iterable[str]) -> Object | None:
        """The map of components to put into; made if there is none."""
        node = self._tree
        for token in way:
            following = node.setdefault(token, {})
            if not isinstance(following, dict):
                return None
            node = following
        return node

    def _relate_path(self, location: Location) -> PurePath:
        try:
            return PurePath(location.file.path).relative_to(self._path.parent)
        except ValueError:
            return PurePath(location.file.path)

    def _report_renamed(
        self,
        wanted: dict[tuple[str, str, str], list[str]],
        given: dict[tuple[str, str, str], str],
        parts: dict[tuple[str, str, str], ImportedPart],
    ) -> None:
        for name, chosen in given.items():
            first = wanted[name][0]
            if chosen != first:
                part = parts[name]
                self._diagnostics.add(
                    "W702",
                    f"the name '{first}' is taken; this one becomes '{chosen}'",
                    self._files.find_place(part.value, part.location.file.path),
                    hint=f"name it in the components of {self._path}",
                )
