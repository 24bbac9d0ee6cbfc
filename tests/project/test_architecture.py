"""The design, held: who imports whom, and how large a module may grow."""

from __future__ import annotations

import ast
import os
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import check_types
import pytest

from sdkgen.write import manifest

TESTS = Path(__file__).parents[1]
GENERATOR = TESTS.parent / "generator"
MODULES = {
    ".".join(path.relative_to(GENERATOR).with_suffix("").parts): path
    for path in sorted(GENERATOR.rglob("*.py"))
}

MAY_IMPORT: dict[str, str] = {
    "support": "",
    "diagnostics": "",
    "naming": "",
    "patterns": "",
    "ir": "support",
    "last_run": "support",
    "openapi": "diagnostics support",
    "read": "diagnostics openapi patterns support",
    "swagger": "diagnostics openapi read support",
    "validate": "diagnostics openapi patterns read support",
    "repair": "diagnostics openapi read support validate",
    "config": "diagnostics ir read support validate",
    "normalize": "diagnostics openapi read support",
    "examples": "openapi patterns support",
    "lower": ("config diagnostics examples ir naming openapi patterns read support"),
    "render": "ir naming support",
    "judge": "ir support",
    "write": "diagnostics support",
    "target": "",
    "memory": "last_run support target write",
    "judges": "diagnostics ir judge read support write",
    "pipeline": (
        "config diagnostics examples ir judges lower memory naming normalize read"
        " render support swagger target validate write"
    ),
    "summary": "diagnostics pipeline write",
    "trials": "pipeline repair",
    "mock": "diagnostics support target",
    "arguments": "diagnostics",
    "cli": "arguments diagnostics ir mock pipeline repair summary target trials",
    "__main__": "cli",
    "__init__": "",
}
"""By package, or module beside them: the others that it may import."""

FRONT_DOORS: dict[str, str] = {
    "read": "document overlay source_map",
    "swagger": "convert",
    "config": "sdk_yaml",
    "validate": "validate size_limit schema_errors example_values",
    "repair": "suggestions",
    "normalize": "dialect",
    "examples": "complete",
    "lower": "build config_check default_config",
    "render": "render",
    "judge": "judge",
    "write": "output manifest formatting",
    "last_run": "record",
    "ir": "__init__",
    "naming": "__init__",
}
"""By package: its modules that others may import. Those not listed are vocabularies."""

VOCABULARIES = {"support", "diagnostics", "openapi", "patterns"}
"""Packages whose every module may be imported."""


def room(module: str) -> str:
    """The package that a module stands in, or the module if it stands beside them."""
    return module.split(".")[1]


def imports(module: str) -> set[str]:
    """The modules of ours that one imports: at its top, in functions, for types."""
    tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = module.split(".")[: -node.level]
                base = ".".join([*parts, *filter(None, [base])])
            names = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            for known in (name, name.rpartition(".")[0]):
                if known in MODULES:
                    found.add(known)
                    break
                if f"{known}.__init__" in MODULES:
                    found.add(f"{known}.__init__")
                    break
    return found - {module}


def modules_below(folder: Path) -> list[Path]:
    """Every module below a folder, found by other means than what is tested."""
    return [
        Path(parent, name)
        for parent, _, names in os.walk(folder)
        for name in names
        if name.endswith(".py")
    ]


@pytest.mark.parametrize("module", MODULES)
def test_a_package_imports_only_what_the_table_allows(module: str) -> None:
    """A package, or a module beside them, that is not in the table is an error."""
    here = room(module)
    reached = {room(other) for other in imports(module)} - {here}

    assert reached <= {*MAY_IMPORT[here].split()}


def test_the_table_allows_no_more_than_is_used() -> None:
    """An arrow that no module needs is taken out, so that nobody comes to need it."""
    used: dict[str, set[str]] = {name: set() for name in MAY_IMPORT}
    for module in MODULES:
        here = room(module)
        used[here] |= {room(other) for other in imports(module)} - {here}

    assert used == {name: {*allowed.split()} for name, allowed in MAY_IMPORT.items()}


def test_a_package_is_entered_by_its_front_door() -> None:
    """Nobody imports past it, and no door is open that nobody uses."""
    used: dict[str, set[str]] = {name: set() for name in FRONT_DOORS}
    for module in MODULES:
        for other in imports(module):
            there = room(other)
            is_ours = there == room(module) or there in VOCABULARIES
            if not is_ours and f"sdkgen.{there}" not in MODULES:
                used[there].add(other.split(".", 2)[2])

    assert used == {name: {*doors.split()} for name, doors in FRONT_DOORS.items()}


@pytest.mark.parametrize(
    "module", [m for m in MODULES if m != "sdkgen.diagnostics.catalog"]
)
def test_a_module_can_be_held_in_the_head(module: str) -> None:
    """A module that outgrows 350 lines wants a seam."""
    text = MODULES[module].read_text(encoding="utf-8")

    assert len(text.splitlines()) <= 350


def test_no_module_leads_back_to_itself() -> None:
    """Modules can be read, and loaded, one after the other."""
    graph = {module: imports(module) for module in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_each_file_of_tests_has_a_name_of_its_own() -> None:
    """Two of one name in two folders cannot be run together."""
    names = [
        path.name
        for path in TESTS.rglob("*.py")
        if path.name not in {"conftest.py", "__init__.py"}
        and path.relative_to(TESTS).parts[0] not in {"benchmarks", "cases"}
        and "sample" not in path.relative_to(TESTS).parts
    ]

    assert len(names) == len(set(names))


def test_every_module_is_checked() -> None:
    """No folder of modules escapes this file, the digest of the generator, or mypy."""
    ours = modules_below(GENERATOR)
    assert len(MODULES) == len(ours)
    assert {*manifest.list_files(GENERATOR)} >= {*ours}

    checked = {
        module
        for part in (*check_types.parts(), *check_types.rooms())
        for path in part.paths
        for module in (modules_below(path) if path.is_dir() else [path])
    }
    others = [
        path for path in modules_below(TESTS) if TESTS / "cases" not in path.parents
    ]
    assert len(others) > 100
    assert {*ours, *others} <= checked
