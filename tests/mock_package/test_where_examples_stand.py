"""A mock's examples stand below ``testing/`` and are loaded when they are needed."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

EXAMPLES = Path("testing", "_examples")

LOAD_ALL = """
import importlib, pkgutil, sys
import things_sdk.models, things_sdk.params, things_sdk.resources
for package in (things_sdk.models, things_sdk.params, things_sdk.resources):
    for each in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{each.name}")
things_sdk.ThingsSdk(base_url="https://things.test")
print(len([name for name in sys.modules if name.startswith("things_sdk.resources.")]))
print(*[name for name in sys.modules if name.startswith("things_sdk.testing")])
"""

ASK_ONE = """
import sys
from things_sdk.testing import ThingsSdkMock
RESOURCES = "things_sdk.testing._examples.resources."
with ThingsSdkMock() as mock:
    print(*[name for name in sys.modules if name.startswith(RESOURCES)])
    mock.example("thing.get")
print(*[name for name in sys.modules if name.startswith(RESOURCES)])
"""


def written_in(path: Path) -> set[str]:
    """The long lines of the strings that a module of examples assigns."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for line in str(node.value.value).split("\n")
        if len(line) > 2
    }


def run(source: Path, program: str) -> str:
    """What a program prints that can import the package."""
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=source,
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def test_no_production_module_holds_an_example(source: Path) -> None:
    """No line of an example is in a module beside those of ``testing/_examples``."""
    package = source / "things_sdk"
    examples = [path for path in package.rglob("*.py") if EXAMPLES.name in path.parts]
    lines = {line for path in examples for line in written_in(path)}
    others = [path for path in package.rglob("*.py") if path not in examples]

    assert len(lines) > 5
    assert others
    for path in others:
        assert lines.isdisjoint(path.read_text(encoding="utf-8").split("\n")), path


def test_the_package_loads_nothing_for_tests(source: Path) -> None:
    """Loading its models, resources and a client loads no module of ``testing``."""
    loaded, testing = run(source, LOAD_ALL).splitlines()

    assert int(loaded) > 0
    assert testing == ""


def test_a_mock_loads_the_examples_that_it_needs(source: Path) -> None:
    """Those of a resource when one of its operations is asked for, and no others."""
    before, after = run(source, ASK_ONE).splitlines()

    assert before == ""
    assert after == "things_sdk.testing._examples.resources.thing"
