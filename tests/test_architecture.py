"""The design, held: who imports whom, and how large a module may grow."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import check_types
import pytest

from generator import manifest

GENERATOR = Path(__file__).parent.parent / "generator"
TESTS = Path(__file__).parent
MODULES = sorted(
    path.relative_to(GENERATOR).with_suffix("").as_posix()
    for path in GENERATOR.rglob("*.py")
    if path.stem != "__init__"
)

BACK = {
    "mocked",
    "annotations",
    "calls",
    "client",
    "credentials",
    "tables",
    "type_views",
    "typed_dicts",
    "classes",
    "docstrings",
    "filling",
    "judge",
    "layout",
    "markup",
    "meanings",
    "method_docs",
    "methods",
    "package",
    "portions",
    "python",
    "render",
    "samples",
    "server_args",
    "suite",
    "webhooks",
}
DISK = {
    "allowed",
    "drift",
    "formatting",
    "gate",
    "last_run",
    "manifest",
    "output",
    "safety",
    "scopes",
    "transaction",
    "uses",
}
TOP = {"__main__", "cli", "pipeline", "mock", "stack"}
SHARED = {
    "checkouts",
    "codes",
    "cycles",
    "diagnostics",
    "digests",
    "graph",
    "indented",
    "ir",
    "ledger",
    "media",
    "naming",
    "options",
}
FRONT = set(MODULES) - BACK - DISK - TOP - SHARED


def modules_below(folder: Path) -> list[Path]:
    """Every module below a folder, found by other means than what is tested."""
    return [
        Path(parent, name)
        for parent, folders, names in os.walk(folder)
        for name in names
        if name.endswith(".py")
    ]


def imports(module: str) -> set[str]:
    """The modules of this package that a module imports, at its top or lazily."""
    tree = ast.parse((GENERATOR / f"{module}.py").read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            if node.module:
                found.add(node.module.split(".")[0])
            else:
                found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            "generator"
        ):
            found.add((node.module or "").partition(".")[2] or node.names[0].name)
    return {name for name in found if (GENERATOR / f"{name}.py").exists()}


@pytest.mark.parametrize("module", MODULES)
def test_the_halves_meet_only_in_the_ir(module: str) -> None:
    """The back half imports nothing of the front half, nor the other way round."""
    if module in BACK:
        assert not imports(module) & (FRONT | TOP)
    elif module in FRONT:
        assert not imports(module) & (BACK | DISK | TOP)
    elif module in DISK:
        assert not imports(module) & (FRONT | BACK | TOP | {"ir"})


def test_what_is_at_the_bottom_imports_nothing() -> None:
    """``ir``, ``naming``, ``ledger`` and tables of facts stand on stdlib alone."""
    for module in ("ir", "naming", "ledger", "codes", "media"):
        assert imports(module) == set()
    assert imports("diagnostics") == {"codes"}


def test_validation_does_not_know_the_ir() -> None:
    """What checks a document knows nothing of what becomes of it."""
    for module in ("document", "overlay", "dialect", "contents", "validate"):
        assert not imports(module) & {"ir", "naming", "schemas", "operations"}


def test_nothing_imports_the_top() -> None:
    """Stages are called, they do not call the command line."""
    for module in MODULES:
        if module not in TOP:
            assert not imports(module) & TOP


@pytest.mark.parametrize("module", [m for m in MODULES if m not in {"codes"}])
def test_a_module_can_be_held_in_the_head(module: str) -> None:
    """A module that outgrows 650 lines wants a seam."""
    text = (GENERATOR / f"{module}.py").read_text(encoding="utf-8")

    assert len(text.splitlines()) <= 650


def test_each_file_of_tests_has_a_name_of_its_own() -> None:
    """Two of one name in two folders cannot be run together."""
    names = [
        path.name
        for path in TESTS.rglob("*.py")
        if path.name not in {"conftest.py", "__init__.py"}
        and path.relative_to(TESTS).parts[0] not in {"benchmarks", "cases"}
        and path.relative_to(TESTS).parts[:2] != ("runtime", "sample")
    ]

    assert len(names) == len(set(names))


def test_every_module_is_checked() -> None:
    """No folder of modules escapes this file, the digest of the generator, or mypy."""
    ours = modules_below(GENERATOR)
    assert len(MODULES) == sum(path.name != "__init__.py" for path in ours)
    assert {*manifest.files_below(GENERATOR)} >= {*ours}

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
