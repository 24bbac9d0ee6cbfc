"""The design of the runtime, held: who imports whom, and how large a module may grow."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

RUNTIME = Path(__file__).parents[2] / "templates/python/src/package/_runtime"
MODULES = {
    ".".join(path.relative_to(RUNTIME).with_suffix("").parts): path
    for path in sorted(RUNTIME.rglob("*.py"))
}

MAY_IMPORT: dict[str, str] = {
    "values": "",
    "log": "",
    "interfaces": "",
    "spec": "",
    "redact": "values",
    "errors": "redact",
    "transport": "errors redact values",
    "codec": "errors redact spec transport values",
    "auth": "codec errors spec",
    "paging": "codec interfaces spec",
    "call": "auth codec errors log redact spec transport values",
    "streaming": "call codec errors spec transport",
    "client": ("auth call errors paging redact spec streaming transport values"),
    "__init__": ("auth client codec errors paging spec streaming transport values"),
}
"""By package, or module beside them: the others that it may import."""


def room(module: str) -> str:
    """The package that a module stands in, or the module if it stands beside them."""
    return module.partition(".")[0]


def imports(module: str, text: str) -> set[str]:
    """The modules of the runtime that one imports: anywhere in it, and for types."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        parents = ["_runtime", *module.split(".")][: -node.level]
        assert parents, f"{module} imports from outside of the runtime"
        base = [*parents[1:], *filter(None, (node.module or "").split("."))]
        for alias in node.names:
            names = ([*base, alias.name], [*base, alias.name, "__init__"], base)
            found |= {".".join(name) for name in names} & MODULES.keys()
    return found - {module}


GRAPH = {
    module: imports(module, path.read_text(encoding="utf-8"))
    for module, path in MODULES.items()
}


@pytest.mark.parametrize("module", MODULES)
def test_a_package_imports_only_what_the_table_allows(module: str) -> None:
    """A package, or a module beside them, that is not in the table is an error."""
    here = room(module)
    reached = {room(other) for other in GRAPH[module]} - {here}

    assert reached <= {*MAY_IMPORT[here].split()}


def test_the_table_allows_no_more_than_is_used() -> None:
    """An arrow that no module needs is taken out, so that nobody comes to need it."""
    used: dict[str, set[str]] = {room(module): set() for module in MODULES}
    for module, others in GRAPH.items():
        used[room(module)] |= {room(other) for other in others} - {room(module)}

    assert used == {name: {*allowed.split()} for name, allowed in MAY_IMPORT.items()}


def test_no_floor_leads_back_up() -> None:
    """The packages stand on each other, and none on one above it."""
    floors = {name: allowed.split() for name, allowed in MAY_IMPORT.items()}
    order = [*TopologicalSorter(floors).static_order()]

    ladder = ["transport", "codec", "auth", "call", "streaming", "client", "__init__"]
    assert [name for name in order if name in ladder] == ladder


def test_no_module_leads_back_to_itself() -> None:
    """Modules can be read, and loaded, one after the other."""
    try:
        TopologicalSorter(GRAPH).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


@pytest.mark.parametrize("module", MODULES)
def test_a_module_can_be_held_in_the_head(module: str) -> None:
    """A module that outgrows 350 lines is split."""
    text = MODULES[module].read_text(encoding="utf-8")

    assert len(text.splitlines()) <= 350


@pytest.mark.parametrize("module", MODULES)
def test_the_runtime_names_no_package_around_it(module: str) -> None:
    """It imports its own by relative names: so no import escapes this file."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    names = [
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""] * (not node.level)
        )
    ]

    assert not [name for name in names if "_runtime" in name.split(".")]


@pytest.mark.parametrize(
    "text",
    [
        "from ..client.sync_core import SyncCore",
        "from ..client import sync_core",
        "def late():\n    from ..client.sync_core import SyncCore",
        "if TYPE_CHECKING:\n    from ..client.sync_core import SyncCore",
    ],
)
def test_an_import_is_seen_wherever_it_stands(text: str) -> None:
    """Inside a function, and for types alone, it counts as well."""
    assert imports("paging.pager", text) == {"client.sync_core"}
