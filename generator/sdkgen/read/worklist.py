"""The objects that a bundle still has to visit, each with the file that it comes from."""

from __future__ import annotations

from dataclasses import dataclass

from sdkgen.diagnostics.diagnostic import Place
from sdkgen.support.json_pointer import Json, pointer_join

from .reference_checks import Reference
from .reference_resolver import Base, Location

__all__ = ["Item", "Worklist"]

Object = dict[str, Json]


@dataclass(slots=True)
class Item:
    """An object that is still to be visited."""

    node: Object
    kind: str
    location: Location
    base: Base | None = None
    pin: str | None = None  # the key, if it is a component of the root document
    chain: tuple[tuple[str, str], ...] = ()  # what it was put in place from
    holder: tuple[Object, str] | None = None  # the map around, and the key in it

    def make_reference(self, key: str, place: Place, ref: str) -> Reference:
        """The reference that a key of this object holds, to be checked."""
        return Reference(self.node, key, self.kind, place, ref, self.holder)


class Worklist:
    """What is pushed is taken last in, first out."""

    def __init__(self) -> None:
        self._items: list[Item] = []
        self.elsewhere: dict[int, Location] = {}
        """By id of a section of components that another file holds: where it stands."""
        self.sections: dict[int, str] = {}
        """By id of a section of components: its pointer in the root document."""

    def __bool__(self) -> bool:
        return bool(self._items)

    def pop(self) -> Item:
        """Take the next object."""
        return self._items.pop()

    def push(
        self,
        value: Json,
        slot: str,
        location: Location,
        base: Base | None = None,
        chain: tuple[tuple[str, str], ...] = (),
        holder: tuple[Object, str] | None = None,
    ) -> None:
        """Add the objects that a slot holds."""
        if isinstance(value, list):
            inner = slot[1:-1] if slot[0] in "{[" else slot
            for index, each in enumerate(value):
                if isinstance(each, dict):
                    there = Location(location.file, f"{location.pointer}/{index}")
                    self._items.append(Item(each, inner, there, base, None, chain))
            return
        if not isinstance(value, dict):
            return
        location = self.elsewhere.get(id(value), location)
        refers = isinstance(value.get("$ref"), str) and len(value) == 1
        if slot[0] not in "{[" or refers:
            self._items.append(Item(value, slot, location, base, None, chain, holder))
            return
        if slot[0] == "{":
            pinned = id(value) in self.sections
            for key, each in value.items():
                if isinstance(each, dict):
                    there = Location(location.file, pointer_join(location.pointer, key))
                    pin = key if pinned else None
                    holds = (value, key)
                    self._items.append(
                        Item(each, slot[1:-1], there, base, pin, chain, holds)
                    )
