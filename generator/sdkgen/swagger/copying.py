"""What the conversion of Swagger 2.0 works with: objects that keep their places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sdkgen.diagnostics.catalog import FixName
from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.openapi.references import follow
from sdkgen.read.document import Document
from sdkgen.support.json_pointer import Json

__all__ = ["Object", "Tools", "list_objects", "list_strings"]

Object = dict[str, Json]


def list_objects(value: Json) -> list[tuple[str, Object]]:
    """The entries of a map that are mappings; none of what is no map."""
    if not isinstance(value, dict):
        return []
    return [(key, each) for key, each in value.items() if isinstance(each, dict)]


def list_strings(value: Json) -> list[str]:
    """The texts of a list; none of what is no list."""
    if not isinstance(value, list):
        return []
    return [each for each in value if isinstance(each, str)]


class Tools:
    """Moves parts of a copy of a document; what is told points into the document."""

    def __init__(self, given: Document, diagnostics: Diagnostics) -> None:
        self.given = given
        self.marks = given.marks
        self.diagnostics = diagnostics

    def warn(
        self,
        code: str,
        message: str,
        pointer: str,
        hint: str = "",
        *,
        fix: FixName | None = None,
    ) -> None:
        """Tell of what stands at a pointer of the document as it is written."""
        place = self.given.key_place(pointer)
        self.diagnostics.add(code, message, place, hint=hint, pointer=pointer, fix=fix)

    def put(self, holder: Object, key: str, value: Json, like: str = "") -> None:
        """Add a key, at the place of another key of the same object, if it has one."""
        holder[key] = value
        at = self.marks.of(holder)
        entry = self.marks.entry(holder, like) or (None if at is None else (at, at))
        if entry is not None:
            self.marks.set_entry(holder, key, entry)

    def take_keys(self, source: Object, keys: Iterable[str]) -> Object:
        """Some keys of an object as one of their own, which is at the same place."""
        taken = {key: source.pop(key) for key in keys if key in source}
        self.marks.adopt(taken, source)
        return taken

    def make_object(self, items: Mapping[str, Json], like: Object) -> Object:
        """A new object at the place of another; its keys have the places of those."""
        made = dict(items)
        self.marks.adopt(made, like)
        return made

    def follow(self, entry: Json) -> Json:
        """What stands behind references in the document as it is written."""
        return follow(self.given.root, entry)[0]

    def copy_object(self, entry: Json) -> Object:
        """An object, or the one that it refers to, to be changed."""
        found = self.marks.copy(self.follow(entry))
        return found if isinstance(found, dict) else {}
