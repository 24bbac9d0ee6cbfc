"""The runtime as a package: what it imports, exports, and costs to import."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from package import _runtime

ROOT = Path(__file__).parents[3]
SUPPORT = ROOT / "tests/runtime/support"
SOURCE = ROOT / "templates/python/src/package/_runtime"
MODULES = sorted(SOURCE.rglob("*.py"))


def test_exports_are_sorted_and_there() -> None:
    """``__all__`` names what can be had, classes after constants."""
    names = _runtime.__all__

    assert list(names) == sorted(names, key=lambda name: (not name.isupper(), name))
    for name in names:
        assert getattr(_runtime, name) is not None
    assert set(names) <= set(dir(_runtime))
    with pytest.raises(AttributeError, match="nothing_like_this"):
        _ = _runtime.nothing_like_this  # pyright: ignore


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_imports_only_what_the_package_depends_on(path: Path) -> None:
    """The standard library, httpx2 and pydantic with their cores, and the runtime."""
    known = {"httpcore2", "httpx2", "pydantic", "pydantic_core"}
    known.add("typing_extensions")  # for type checkers alone, which have it built in
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level <= len(path.relative_to(SOURCE).parts)
            names = [node.module or ""] if node.level == 0 else []
        for name in names:
            root = name.partition(".")[0]
            assert root in sys.stdlib_module_names | known


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_can_be_held_in_the_head(path: Path) -> None:
    """A module that outgrows 350 lines wants a seam."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350


def loaded_by(code: str) -> set[str]:
    """The modules that a fresh interpreter has after some code, beyond bare Python."""
    script = f"import sys; before = set(sys.modules); {code}\n"
    script += "print(*sorted(set(sys.modules) - before))"
    paths = [str(SUPPORT), str(SOURCE.parent.parent)]
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path[:0] = {paths!r}\n{script}"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "SAMPLE_URL": "http://x.example"},
    )
    return set(done.stdout.split())


HEAVY = {"asyncio", "dataclasses", "httpcore2", "httpx2", "inspect", "pydantic", "ssl"}


def test_operations_are_cheap_to_import() -> None:
    """A module of a resource loads neither the codec nor the HTTP library."""
    loaded = loaded_by("from sample.resources import thing")

    assert not loaded & (HEAVY | {"datetime", "email", "logging", "urllib"})
    assert "package._runtime.spec.operation" in loaded


def test_a_client_loads_the_http_library_when_it_calls() -> None:
    """Making one, and its resources, stays cheap."""
    loaded = loaded_by("from sample import Sample; Sample(access_token='t').thing")

    assert not loaded & HEAVY
