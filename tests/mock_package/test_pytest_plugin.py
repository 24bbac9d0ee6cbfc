"""The module for tests is a plugin of pytest, and nothing else needs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_USED = """
import pytest
from things_sdk import NotFoundError
from things_sdk.testing import ThingsSdkMock

def test_blocking(things_sdk_mock: ThingsSdkMock) -> None:
    thing = things_sdk_mock.client.thing.get(thing_id="t")
    assert thing.name == "Lamp"

def test_each_test_has_its_own(things_sdk_mock: ThingsSdkMock) -> None:
    assert things_sdk_mock.calls == []
"""


def test_there_is_a_fixture_of_pytest(source: Path, tmp_path: Path) -> None:
    """For those who name the module among their plugins."""
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["things_sdk.testing"]\n')
    (tmp_path / "test_used.py").write_text(_USED)

    done = program(
        source, "-W", "error", "-m", "pytest", "-q", "-p", "no:cacheprovider",
        "--rootdir", str(tmp_path), str(tmp_path),
    )  # fmt: skip

    assert "2 passed" in done


def test_neither_the_examples_nor_pytest_are_needed(source: Path) -> None:
    """A package does not import its module for tests, and that does without pytest."""
    code = (
        "import sys, things_sdk as s; s.ThingsSdk;"
        "assert 'things_sdk.testing' not in sys.modules;"
        "sys.modules['pytest'] = None;"
        "from things_sdk.testing import ThingsSdkMock;"
        "print(ThingsSdkMock().client.thing.get(thing_id='t').name)"
    )

    assert program(source, "-c", code) == "Lamp\n"


def program(source: Path, *arguments: str) -> str:
    """What Python prints that finds the package."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env={"PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
