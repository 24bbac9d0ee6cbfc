"""References across files: one tree with references within itself only.

A reference to a schema, a parameter or another object that may have a name becomes one
to ``#/components/…``, where the part of the other file is taken in; any other object (a
path item, an operation, a whole map) is put in place. A reference without a file means
the file that it stands in, and, if that has no such part, the root document.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sdkgen.diagnostics.diagnostic import Place
from sdkgen.openapi.object_kinds import (
    COMPONENTS,
    SWAGGER_COMPONENTS,
    kind_at,
    root_kind,
    slots,
)
from sdkgen.openapi.references import fragment_of, ref_to
from sdkgen.support.json_pointer import (
    Json,
    child,
    pointer_join,
    pointer_split,
    resolve,
)

from .files import Files
from .imported_components import ImportedComponents
from .reference_checks import Targets, Use
from .reference_resolver import MAX_HOPS, Base, Finder, Spot, joined
from .worklist import Item, Worklist

__all__ = ["bundle"]

Object = dict[str, Json]
_SUFFIXES: Final = (".json", ".yaml", ".yml")


def bundle(
    root: Object,
    path: Path,
    files: Files,
    *,
    allow_outside: bool | Path,
    check: bool = True,
) -> None:
    """Make ``root``, which was read from ``path``, refer to nothing but itself.

    The tree is changed in place; what is wrong is added to the diagnostics of
    ``files``, and the tree is then not to be used. Without ``check`` it may still refer
    to what is not there.
    """
    _Bundler(root, path, files, allow_outside=allow_outside).run(check=check)


class _Bundler:
    def __init__(
        self, root: Object, path: Path, files: Files, *, allow_outside: bool | Path
    ) -> None:
        self._files = files
        self._marks = files.marks
        self._diagnostics = files.diagnostics
        self._finder = Finder(root, path, files, allow_outside=allow_outside)
        self._root = self._finder.root
        self._tree = root
        self._kind = root_kind(root)
        self._components = COMPONENTS if self._kind == "openapi" else SWAGGER_COMPONENTS
        self._worklist = Worklist()
        self._imported = ImportedComponents(root, path, files)
        self._mounts: dict[tuple[str, str], str] = {}
        self._as_kind: set[tuple[str, str]] = set()
        self._targets = Targets(root, files)

    def run(self, *, check: bool) -> None:
        self._mount()
        self._worklist.push(self._tree, self._kind, Spot(self._root, ""))
        while self._worklist:
            self._visit(self._worklist.pop())
        self._imported.add_to_root(self._components)
        if check:
            self._targets.check(self._kind)

    # ---------------------------------------------------------------- the walk

    def _mount(self) -> None:
        """Put in place what the sections of components are referred to as a whole."""
        ways = sorted(
            {way[:end] for way in self._components.values() for end in (1, 2)}
        )
        for way in sorted(ways, key=len):
            pointer = pointer_join("", *way)
            holder = resolve(self._tree, pointer_join("", *way[:-1]))
            section = child(holder[0], way[-1]) if holder else None
            if section is None or not isinstance(section[0], dict):
                continue
            node = section[0]
            spot = self._worklist.elsewhere.get(
                id(holder[0]) if holder else 0,
                Spot(self._root, pointer_join("", *way[:-1])),
            )
            start = Spot(spot.file, pointer_join(spot.pointer, way[-1]))
            if isinstance(node.get("$ref"), str) and len(node) == 1:
                kind = kind_at(self._kind, pointer) or "plain"
                found = self._inline(Item(node, kind, start), follow=False)
                if found is None:
                    continue
                start = found
                self._mounts[start.identity] = pointer
            if start.file is not self._root:
                self._worklist.elsewhere[id(node)] = start
            if way in self._components.values():
                self._worklist.sections[id(node)] = pointer

    def _visit(self, item: Item) -> None:
        node, kind = item.node, item.kind
        if kind == "discriminator":
            self._discriminator(item)
            return
        if kind == "schema":
            self._targets.schemas.append(node)
            name = node.get("$id")
            if isinstance(name, str):
                around = item.base.id if item.base else ""
                item.base = Base(item.spot.pointer, joined(around, name))
            self._dynamic(node)
        if "$ref" in node and not self._reference(item):
            return
        if kind[0] in "{[":
            return
        for key, slot in slots(kind, node):
            there = Spot(item.spot.file, pointer_join(item.spot.pointer, key))
            self._worklist.push(
                node[key], slot, there, item.base, item.chain, (node, key)
            )

    @staticmethod
    def _dynamic(node: Object) -> None:
        """Read ``$dynamicRef`` as ``$ref``: what it means where nothing overrides it."""
        ref = node.get("$dynamicRef")
        if isinstance(ref, str) and "$ref" not in node:
            node["$ref"] = node.pop("$dynamicRef")

    def _discriminator(self, item: Item) -> None:
        mapping = item.node.get("mapping")
        if not isinstance(mapping, dict):
            return
        for key, ref in list(mapping.items()):
            # Anything else is the plain name of a schema.
            if not isinstance(ref, str) or not ("#" in ref or ref.endswith(_SUFFIXES)):
                continue
            if self._finder.is_missing(ref, item.spot.file, item.base):
                # Who put files into one may have left it behind.
                place = self._place(mapping, key)
                self._targets.missing(Use(mapping, key, "schema", place, ref), {}, "")
                continue
            self._refer(Item(mapping, "schema", item.spot, item.base), key, ref)

    # -------------------------------------------------------------- references

    def _reference(self, item: Item) -> bool:
        """Deal with an object's ``$ref``; whether its other keys are to be visited."""
        ref = item.node["$ref"]
        if not isinstance(ref, str):
            if item.kind != "plain":
                self._diagnostics.add(
                    "E205",
                    "$ref is not a text",
                    self._place(item.node, "$ref"),
                    hint="quote it, if it is meant as a reference",
                )
            return item.kind == "plain"
        if item.kind in self._components:
            self._targets.objects.append(item.node)
            self._refer(item, "$ref", ref)
            return item.kind == "schema"
        self._inline(item)
        return False

    def _refer(self, item: Item, key: str, ref: str) -> None:
        """Make a reference one to a component, now or when that has a name."""
        place = self._place(item.node, key)
        spot = self._finder.find(ref, item.spot.file, item.base, place)
        if spot is None:
            return
        aliases: set[str] = set()
        passed = [ref]
        seen: set[tuple[str, str]] = set()
        while True:
            inside = self._in_root(spot)
            if inside is not None:
                self._to_root(item, key, inside, place, ref)
                return
            if spot.identity in seen:
                self._circle(passed, place)
                return
            seen.add(spot.identity)
            found = self._finder.locate(spot)
            if found is None:
                use = Use(item.node, key, item.kind, place, ref, item.holder)
                self._targets.missing(use, spot.file.root, spot.pointer)
                return
            spot, value = found
            following = _alias(value, item.kind)
            if following is None:
                break
            aliases.update(pointer_split(spot.pointer)[-1:])
            passed.append(following)
            at = self._place(value, "$ref") if isinstance(value, dict) else place
            next_spot = self._finder.find(following, spot.file, None, at)
            if next_spot is None:
                return
            spot = next_spot
        if not isinstance(value, dict | bool):
            use = Use(item.node, key, item.kind, place, ref, item.holder)
            self._targets.wrong_kind(use, None)
            return
        self._take_in(item, key, spot, value, aliases)

    def _take_in(
        self, item: Item, key: str, spot: Spot, value: Json, aliases: set[str]
    ) -> None:
        """Make a part of another file a component; visit it if it is a new one."""
        part, is_new = self._imported.add(item.kind, spot, value)
        if is_new:
            self._worklist.push(part.value, item.kind, spot)
        part.aliases |= aliases
        if item.pin is not None and len(item.node) == 1:
            part.pins.add(item.pin)
        part.users.append((item.node, key))

    def _to_root(
        self, item: Item, key: str, pointer: str, place: Place, ref: str
    ) -> None:
        """Refer to a part of the root document."""
        if item.spot.file is not self._root or fragment_of(ref[1:]) != pointer:
            item.node[key] = ref_to(pointer)
        use = Use(item.node, key, item.kind, place, ref, item.holder)
        self._targets.local.append((use, pointer))
        # What stands in an extension is an object all the same, if one refers to it.
        name = (item.kind, pointer)
        if kind_at(self._kind, pointer) is None and name not in self._as_kind:
            self._as_kind.add(name)
            found = resolve(self._tree, pointer)
            if found is not None:
                self._worklist.push(found[0], item.kind, Spot(self._root, pointer))

    def _inline(self, item: Item, *, follow: bool = True) -> Spot | None:
        """Put what is referred to in place; None after a diagnostic."""
        node = item.node
        ref, spot = str(node["$ref"]), item.spot
        place = self._place(node, "$ref")
        chain = item.chain
        passed: list[str] = []
        base: Base | None = item.base
        value: Json = node
        for _ in range(MAX_HOPS):
            passed.append(ref)
            at = self._place(value, "$ref") if isinstance(value, dict) else place
            next_spot = self._finder.find(ref, spot.file, base, at)
            base = None
            if next_spot is None:
                return None
            if next_spot.identity in chain:
                self._circle(passed, place)
                return None
            chain = (*chain, next_spot.identity)
            found = self._finder.locate(next_spot)
            if found is None:
                use = Use(node, "$ref", item.kind, at, ref, item.holder)
                self._targets.missing(use, next_spot.file.root, next_spot.pointer)
                return None
            spot, value = found
            following = value.get("$ref") if isinstance(value, dict) else None
            if not isinstance(following, str):
                break
            ref = following
        wanted = list if item.kind[0] == "[" else dict
        if not isinstance(value, wanted):
            use = Use(node, "$ref", item.kind, place, passed[0], item.holder)
            self._targets.wrong_kind(use, None)
            return None
        copied = self._marks.copy(value)
        if isinstance(copied, dict):
            self._replace(item, copied, spot, chain, follow=follow)
        elif item.holder is not None:
            holder, key = item.holder
            holder[key] = copied
            self._worklist.push(copied, item.kind, spot, None, chain)
        return spot

    def _replace(
        self,
        item: Item,
        copied: Object,
        spot: Spot,
        chain: tuple[tuple[str, str], ...],
        *,
        follow: bool,
    ) -> None:
        """Fill an object with a copy of another; the keys that it has itself stay."""
        node = item.node
        del node["$ref"]
        own = set(node)
        self._marks.fill(node, copied)
        if not follow:
            return
        if item.kind[0] in "{[":
            self._worklist.push(node, item.kind, spot, None, chain)
            return
        for key, slot in slots(item.kind, node):
            of = item.spot if key in own else spot
            there = Spot(of.file, pointer_join(of.pointer, key))
            self._worklist.push(node[key], slot, there, None, chain, (node, key))

    def _in_root(self, spot: Spot) -> str | None:
        """The pointer of a spot in the root document, if it is there."""
        if spot.file is self._root:
            return spot.pointer
        for (key, pointer), mount in self._mounts.items():
            if spot.file.key == key and f"{spot.pointer}/".startswith(f"{pointer}/"):
                return f"{mount}{spot.pointer[len(pointer):]}"
        return None

    # -------------------------------------------------------------------- places

    def _place(self, node: Object, key: str) -> Place:
        entry = self._marks.entry(node, key)
        if entry is not None:
            return self._files.sources.place(entry[1])
        return self._files.find_place(node, self._root.path)

    def _circle(self, refs: list[str], place: Place) -> None:
        self._diagnostics.add(
            "E204",
            f"references go in a circle: {' → '.join(refs)}",
            place,
            hint="one of them must be the definition itself",
        )


def _alias(value: Json, kind: str) -> str | None:
    """The reference that a value is, if it is nothing else."""
    if not isinstance(value, dict):
        return None
    ref = value.get("$ref")
    if isinstance(ref, str) and (len(value) == 1 or kind != "schema"):
        return ref
    return None
