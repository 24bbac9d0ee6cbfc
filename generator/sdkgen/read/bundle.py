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
    child_slots,
    kind_at,
    root_kind,
)
from sdkgen.openapi.references import fragment_of, ref_to
from sdkgen.support.json_pointer import (
    Json,
    get_child,
    pointer_join,
    pointer_split,
    resolve,
)

from .files import Files
from .imported_components import ImportedComponents
from .reference_checks import Reference, ReferenceChecks
from .reference_resolver import (
    MAX_HOPS,
    Base,
    Location,
    ReferenceResolver,
    find_alias,
    join_url,
    read_dynamic_ref,
)
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
        self._resolver = ReferenceResolver(
            root, path, files, allow_outside=allow_outside
        )
        self._root = self._resolver.root
        self._tree = root
        self._kind = root_kind(root)
        self._components = COMPONENTS if self._kind == "openapi" else SWAGGER_COMPONENTS
        self._worklist = Worklist()
        self._imported = ImportedComponents(root, path, files)
        self._mounts: dict[tuple[str, str], str] = {}
        self._as_kind: set[tuple[str, str]] = set()
        self._checks = ReferenceChecks(root, files)

    def run(self, *, check: bool) -> None:
        self._mount_sections()
        self._worklist.push(self._tree, self._kind, Location(self._root, ""))
        while self._worklist:
            self._visit_item(self._worklist.pop())
        self._imported.add_to_root(self._components)
        if check:
            self._checks.check(self._kind)

    # ---------------------------------------------------------------- the walk

    def _mount_sections(self) -> None:
        """Put in place what the sections of components are referred to as a whole."""
        ways = sorted(
            {way[:end] for way in self._components.values() for end in (1, 2)}
        )
        for way in sorted(ways, key=len):
            pointer = pointer_join("", *way)
            holder = resolve(self._tree, pointer_join("", *way[:-1]))
            section = get_child(holder[0], way[-1]) if holder else None
            if section is None or not isinstance(section[0], dict):
                continue
            node = section[0]
            location = self._worklist.elsewhere.get(
                id(holder[0]) if holder else 0,
                Location(self._root, pointer_join("", *way[:-1])),
            )
            start = Location(location.file, pointer_join(location.pointer, way[-1]))
            if isinstance(node.get("$ref"), str) and len(node) == 1:
                kind = kind_at(self._kind, pointer) or "plain"
                found = self._put_in_place(Item(node, kind, start), follow=False)
                if found is None:
                    continue
                start = found
                self._mounts[start.identity] = pointer
            if start.file is not self._root:
                self._worklist.elsewhere[id(node)] = start
            if way in self._components.values():
                self._worklist.sections[id(node)] = pointer

    def _visit_item(self, item: Item) -> None:
        node, kind = item.node, item.kind
        if kind == "discriminator":
            self._visit_discriminator(item)
            return
        if kind == "schema":
            self._checks.schemas.append(node)
            name = node.get("$id")
            if isinstance(name, str):
                around = item.base.id if item.base else ""
                item.base = Base(item.location.pointer, join_url(around, name))
            read_dynamic_ref(node)
        if "$ref" in node and not self._visit_reference(item):
            return
        if kind[0] in "{[":
            return
        for key, slot in child_slots(kind, node):
            there = Location(
                item.location.file, pointer_join(item.location.pointer, key)
            )
            self._worklist.push(
                node[key], slot, there, item.base, item.chain, (node, key)
            )

    def _visit_discriminator(self, item: Item) -> None:
        mapping = item.node.get("mapping")
        if not isinstance(mapping, dict):
            return
        for key, ref in list(mapping.items()):
            # Anything else is the plain name of a schema.
            if not isinstance(ref, str) or not ("#" in ref or ref.endswith(_SUFFIXES)):
                continue
            if self._resolver.is_missing(ref, item.location.file, item.base):
                # Who put files into one may have left it behind.
                place = self._find_place(mapping, key)
                self._checks.report_missing(
                    Reference(mapping, key, "schema", place, ref), {}, ""
                )
                continue
            self._refer_to_component(
                Item(mapping, "schema", item.location, item.base), key, ref
            )

    # -------------------------------------------------------------- references

    def _visit_reference(self, item: Item) -> bool:
        """Deal with an object's ``$ref``; whether its other keys are to be visited."""
        ref = item.node["$ref"]
        if not isinstance(ref, str):
            if item.kind != "plain":
                self._diagnostics.add(
                    "E205",
                    "$ref is not a string",
                    self._find_place(item.node, "$ref"),
                    hint="quote it if it is a reference",
                )
            return item.kind == "plain"
        if item.kind in self._components:
            self._checks.objects.append(item.node)
            self._refer_to_component(item, "$ref", ref)
            return item.kind == "schema"
        self._put_in_place(item)
        return False

    def _refer_to_component(self, item: Item, key: str, ref: str) -> None:
        """Make a reference one to a component, now or when that has a name."""
        place = self._find_place(item.node, key)
        location = self._resolver.find(ref, item.location.file, item.base, place)
        if location is None:
            return
        aliases: set[str] = set()
        passed = [ref]
        seen: set[tuple[str, str]] = set()
        while True:
            inside = self._find_in_root(location)
            if inside is not None:
                self._refer_to_root(item, key, inside, place, ref)
                return
            if location.identity in seen:
                self._checks.report_circle(passed, place)
                return
            seen.add(location.identity)
            found = self._resolver.locate(location)
            if found is None:
                use = item.make_reference(key, place, ref)
                self._checks.report_missing(use, location.file.root, location.pointer)
                return
            location, value = found
            following = find_alias(value, item.kind)
            if following is None:
                break
            aliases.update(pointer_split(location.pointer)[-1:])
            passed.append(following)
            at = self._find_place(value, "$ref") if isinstance(value, dict) else place
            next_location = self._resolver.find(following, location.file, None, at)
            if next_location is None:
                return
            location = next_location
        if not isinstance(value, dict | bool):
            use = item.make_reference(key, place, ref)
            self._checks.report_wrong_kind(use, None)
            return
        self._take_in(item, key, location, value, aliases)

    def _take_in(
        self, item: Item, key: str, location: Location, value: Json, aliases: set[str]
    ) -> None:
        """Make a part of another file a component; visit it if it is a new one."""
        part, is_new = self._imported.add(item.kind, location, value)
        if is_new:
            self._worklist.push(part.value, item.kind, location)
        part.aliases |= aliases
        if item.pin is not None and len(item.node) == 1:
            part.pins.add(item.pin)
        part.users.append((item.node, key))

    def _refer_to_root(
        self, item: Item, key: str, pointer: str, place: Place, ref: str
    ) -> None:
        """Refer to a part of the root document."""
        if item.location.file is not self._root or fragment_of(ref[1:]) != pointer:
            item.node[key] = ref_to(pointer)
        use = item.make_reference(key, place, ref)
        self._checks.local.append((use, pointer))
        # What stands in an extension is an object all the same, if one refers to it.
        name = (item.kind, pointer)
        if kind_at(self._kind, pointer) is None and name not in self._as_kind:
            self._as_kind.add(name)
            found = resolve(self._tree, pointer)
            if found is not None:
                self._worklist.push(found[0], item.kind, Location(self._root, pointer))

    def _put_in_place(self, item: Item, *, follow: bool = True) -> Location | None:
        """Put what is referred to in place; None after a diagnostic."""
        node = item.node
        ref, location = str(node["$ref"]), item.location
        place = self._find_place(node, "$ref")
        chain = item.chain
        passed: list[str] = []
        base: Base | None = item.base
        value: Json = node
        for _ in range(MAX_HOPS):
            passed.append(ref)
            at = self._find_place(value, "$ref") if isinstance(value, dict) else place
            next_location = self._resolver.find(ref, location.file, base, at)
            base = None
            if next_location is None:
                return None
            if next_location.identity in chain:
                self._checks.report_circle(passed, place)
                return None
            chain = (*chain, next_location.identity)
            found = self._resolver.locate(next_location)
            if found is None:
                use = item.make_reference("$ref", at, ref)
                self._checks.report_missing(
                    use, next_location.file.root, next_location.pointer
                )
                return None
            location, value = found
            following = value.get("$ref") if isinstance(value, dict) else None
            if not isinstance(following, str):
                break
            ref = following
        wanted = list if item.kind[0] == "[" else dict
        if not isinstance(value, wanted):
            use = item.make_reference("$ref", place, passed[0])
            self._checks.report_wrong_kind(use, None)
            return None
        copied = self._marks.copy(value)
        if isinstance(copied, dict):
            self._fill_item(item, copied, location, chain, follow=follow)
        elif item.holder is not None:
            holder, key = item.holder
            holder[key] = copied
            self._worklist.push(copied, item.kind, location, None, chain)
        return location

    def _fill_item(
        self,
        item: Item,
        copied: Object,
        location: Location,
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
            self._worklist.push(node, item.kind, location, None, chain)
            return
        for key, slot in child_slots(item.kind, node):
            of = item.location if key in own else location
            there = Location(of.file, pointer_join(of.pointer, key))
            self._worklist.push(node[key], slot, there, None, chain, (node, key))

    def _find_in_root(self, location: Location) -> str | None:
        """The pointer of a location in the root document, if it is there."""
        if location.file is self._root:
            return location.pointer
        for (key, pointer), mount in self._mounts.items():
            if location.file.key == key and f"{location.pointer}/".startswith(
                f"{pointer}/"
            ):
                return f"{mount}{location.pointer[len(pointer):]}"
        return None

    # -------------------------------------------------------------------- places

    def _find_place(self, node: Object, key: str) -> Place:
        entry = self._marks.entry(node, key)
        if entry is not None:
            return self._files.sources.place(entry[1])
        return self._files.find_place(node, self._root.path)
