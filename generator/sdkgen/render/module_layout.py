"""Which module each declaration stands in, and in which order.

What stands inside a component in the document stands in the component's module. Modules
that need each other are one (strongly connected components), so that every import is a
real one at the top of a file and no import is circular. Where the author of a document
put components into files of their own, each such file is a module. Of the others, what
is there for one other declaration only stands beside that one, and what is there for
one resource only stands in a module of that resource: the rest is shared, and has
modules of its own. Where that would be a large module it is divided by what leads to
what (``module_portions``). None of this goes by the order of the document.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sdkgen import ir, naming
from sdkgen.ir import find_references
from sdkgen.render.declared import Declared, types_of
from sdkgen.render.python.code import make_distinct
from sdkgen.support.graphs import find_owners, find_strongly_connected, link_groups

from .module_portions import divide_into_portions

MOST = 60
"""Declarations in a module that follows a file; a larger file is divided."""

LARGEST = 300
"""Fields in a module that follows no file; one that has more is divided. A type counts
as a field, and types that need each other stay together."""

LONGEST_CHAIN = 40
"""Modules that import one another in a row; Python's import recurses, at some 160."""

_AREA = "file:"
"""Marks a group that is a file; no declaration is called so."""

# Device names of Windows that ``naming`` leaves to files.
_DEVICES = {f"{port}{digit}" for port in ("com", "lpt") for digit in range(10)}

# Names that the package's own ``__init__`` uses: a module of that name would hide them.
_SHADOWED = {"annotations", "dict", "lazy", "list", "str"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """A module of models: ``models`` by name, ``aliases`` each after those it names."""

    name: str
    main: str
    """What the others are there for: a declaration, or ``client.device``."""
    models: tuple[ir.Model, ...]
    aliases: tuple[ir.Alias, ...]
    recursive: frozenset[str]
    """Aliases that contain themselves other than through a model."""

    @property
    def declarations(self) -> tuple[ir.Declaration, ...]:
        """All that stands in the module."""
        return (*self.models, *self.aliases)


@dataclass(frozen=True, slots=True)
class Layout:
    modules: tuple[Module, ...]
    """By name."""
    module_of: Mapping[str, str]
    """Declaration → the name of its module."""


def divide_into_modules(
    declared: Declared, uses: Mapping[str, Collection[str]]
) -> Layout:
    """Divide the declarations into modules.

    Args:
        declared: All declarations.
        uses: Resource → the declarations that its operations name themselves.
    """
    home = _find_homes(declared)
    edges: dict[str, set[str]] = {root: set() for root in home.values()}
    for name, declaration in declared.by_name.items():
        for type_ in types_of(declaration):
            edges[home[name]].update(home[target] for target in find_references(type_))
    circles = {
        node: min(group) for group in find_strongly_connected(edges) for node in group
    }
    needs = link_groups(circles, edges)
    resources = {f"client.{name}": name for name in uses}  # the name of no declaration
    for node, resource in resources.items():
        needs[node] = {circles[home[name]] for name in uses[resource]}
    files = {circles[node] for node in circles if node.startswith(_AREA)}
    owner = find_owners(needs, files.union(resources))
    sizes = Counter[str]()
    for name, declaration in declared.by_name.items():
        sizes[circles[home[name]]] += _measure_size(declaration)
    parts = _divide_large(owner, needs, resources, sizes)
    groups = _shorten_chains(
        {
            node: parts[circle].group if circle in parts else owner[circle]
            for node, circle in circles.items()
        },
        edges,
    )
    called = {part.group: part.title for part in parts.values()}
    members: dict[str, list[str]] = {}
    for name, root in home.items():
        members.setdefault(groups[root], []).append(name)
    mains: dict[str, str] = {}
    titles: dict[str, list[str]] = {}
    for group, names in members.items():
        # A module is called after what owns the rest.
        heads = [each for each in names if circles[home[each]] == group] or names
        mains[group] = min(
            heads, key=lambda name: _rank_declaration(declared.by_name[name])
        )
        titles[group] = [mains[group]]
        if len(called.get(group, ())) > 1:
            titles[group] = [*called[group]]
        elif group in resources:
            titles[group] = [resources[group], "types"]
        elif group.startswith(_AREA):
            titles[group] = [group.removeprefix(_AREA)]
    names_of_files = _choose_file_names(titles, frozenset(declared.by_name))
    modules: list[Module] = [
        _build_module(names_of_files[group], mains[group], names, declared)
        for group, names in members.items()
    ]
    modules.sort(key=lambda module: module.name)
    return Layout(
        modules=tuple(modules),
        module_of={
            each.name: module.name for module in modules for each in module.declarations
        },
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """Of what is too large to be one module, what becomes one."""

    group: str
    """No declaration is called so."""
    title: tuple[str, ...]


def _divide_large(
    owner: Mapping[str, str],
    needs: Mapping[str, Iterable[str]],
    resources: Mapping[str, str],
    sizes: Mapping[str, int],
) -> dict[str, _Part]:
    """Circle → its part, of all that stands in something larger than ``LARGEST``."""
    owned: dict[str, list[str]] = {}
    for circle, group in owner.items():
        if circle not in resources and not group.startswith(_AREA):
            owned.setdefault(group, []).append(circle)
    found: dict[str, _Part] = {}
    for group, circles in owned.items():
        if len(circles) == 1 or sum(sizes[each] for each in circles) <= LARGEST:
            continue
        inside = set(circles)
        title: tuple[str, ...] = (group,)
        ways = {group}
        if group in resources:
            title = (resources[group], "types")
            ways = inside.intersection(needs[group])
        edges = {circle: inside.intersection(needs[circle]) for circle in circles}
        for portion in divide_into_portions(edges, ways, sizes, title, LARGEST):
            part = _Part(group=f"part:{' '.join(portion.title)}", title=portion.title)
            found.update(dict.fromkeys(portion.nodes, part))
    return found


def _measure_size(declaration: ir.Declaration) -> int:
    """How much of a module a declaration is: its fields, and itself."""
    return 1 + (len(declaration.fields) if isinstance(declaration, ir.Model) else 0)


def _rank_declaration(declaration: ir.Declaration) -> tuple[bool, int, str]:
    """Components before what stands in operations, then the least deep, then by name."""
    pointer = declaration.pointer
    inline = not pointer.startswith("/components/schemas/")
    return (inline, pointer.count("/"), declaration.name)


def _find_homes(declared: Declared) -> dict[str, str]:
    """Declaration → its file, or the outermost declaration that it stands inside of."""
    sizes = Counter(each.area for each in declared.by_name.values())
    by_pointer: dict[str, str] = {}
    for name in sorted(declared.by_name):
        by_pointer.setdefault(declared.by_name[name].pointer, name)
    found: dict[str, str] = {}
    for name, declaration in declared.by_name.items():
        if declaration.area and sizes[declaration.area] <= MOST:
            found[name] = f"{_AREA}{declaration.area}"
            continue
        outermost = name
        pointer = str(declaration.pointer)
        while pointer:
            pointer = pointer.rpartition("/")[0]
            outermost = by_pointer.get(pointer, outermost)
        found[name] = outermost
    return found


def _shorten_chains(
    groups: dict[str, str], edges: Mapping[str, Iterable[str]]
) -> dict[str, str]:
    """Merge neighbours in chains of modules that Python could not import.

    Groups in one band of ``LONGEST_CHAIN`` levels that touch are one; edges between
    bands only lead down, so there is still no circle.
    """
    leads_to = link_groups(groups, edges)
    level: dict[str, int] = {}
    for (group,) in find_strongly_connected(
        leads_to
    ):  # what a group leads to comes before it
        level[group] = 1 + max((level[each] for each in leads_to[group]), default=-1)
    if max(level.values(), default=0) < LONGEST_CHAIN:
        return groups
    parent = {group: group for group in leads_to}

    def root(group: str) -> str:
        while parent[group] != group:
            parent[group] = parent[parent[group]]
            group = parent[group]
        return group

    for group, targets in leads_to.items():
        for target in targets:
            if level[group] // LONGEST_CHAIN == level[target] // LONGEST_CHAIN:
                one, other = sorted((root(group), root(target)))
                parent[other] = one
    return {node: root(group) for node, group in groups.items()}


def choose_file_name(name: str, taken: frozenset[str] = frozenset()) -> str:
    """A name that a module may have on every system, and that is not in ``taken``."""
    reserved = naming.MODULES | _DEVICES | _SHADOWED
    return make_distinct(name, lambda wanted: wanted in reserved or wanted in taken)


def _choose_file_names(
    titles: Mapping[str, Sequence[str]], types: frozenset[str]
) -> dict[str, str]:
    """Group → the file that is named after its title; no two differ in case only.

    A module may not be called like a type: the package has an attribute for either.
    """
    ladders = {
        group: naming.list_candidates(
            naming.to_snake, title, [*title, "models"], fallback="types"
        )
        for group, title in titles.items()
    }
    names = naming.allocate(ladders, naming.MODULES).names
    return {group: choose_file_name(name, types) for group, name in names.items()}


def _build_module(
    name: str, main: str, names: Iterable[str], declared: Declared
) -> Module:
    models: list[ir.Model] = []
    aliases: dict[str, ir.Alias] = {}
    for each in sorted(names, key=lambda each: (each != main, each)):
        match declared.by_name[each]:
            case ir.Model() as model:
                models.append(model)
            case ir.Alias() as alias:
                aliases[each] = alias
    needs = {
        each: [target for target in find_references(alias.type) if target in aliases]
        for each, alias in aliases.items()
    }
    ordered: list[ir.Alias] = []
    recursive: set[str] = set()
    for group in find_strongly_connected(needs):
        ordered.extend(aliases[each] for each in sorted(group))
        if len(group) > 1 or group[0] in needs[group[0]]:
            recursive.update(group)
    return Module(
        name=name,
        main=main,
        models=tuple(models),
        aliases=tuple(ordered),
        recursive=frozenset(recursive),
    )
