"""The design, held: who imports whom, and how large a module may grow."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

GENERATOR = Path(__file__).parent.parent / "generator"
MODULES = sorted(
    path.stem for path in GENERATOR.glob("*.py") if path.stem != "__init__"
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
    tests = Path(__file__).parent
    names = [
        path.name
        for folder in (tests, *(path.parent for path in tests.glob("*/conftest.py")))
        for path in folder.glob("*.py")
        if path.name != "conftest.py"
    ]

    assert len(names) == len(set(names))
