"""What the READMEs tell people to do works, against the mock server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """``sdkgen mock losant``, as a person starts it, on a free port."""
    server = subprocess.Popen(
        [sys.executable, "-m", "generator", "mock", "losant", "--port", "0"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found is not None, line + (server.communicate(timeout=60)[1] or "")
        yield found.group()
    finally:
        server.terminate()
        server.communicate(timeout=60)


def python(code: str, address: str) -> str:
    """Run a program with nothing but the address in its environment."""
    environment = {
        name: value for name, value in os.environ.items() if "LOSANT" not in name
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        env={
            **environment,
            "PYTHONPATH": str(ROOT / "generated/losant/src"),
            "LOSANT_API_URL": address,
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def blocks(readme: Path, language: str) -> list[str]:
    text = readme.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)


def test_the_first_call_of_the_package(address: str) -> None:
    """The first program of the SDK's README, with only ``LOSANT_API_URL`` set."""
    first = blocks(ROOT / "generated/losant/README.md", "python")[0]

    assert python(first, address).strip()


def test_the_whole_response(address: str) -> None:
    """What the SDK's README says of ``with_response``."""
    programs = blocks(ROOT / "generated/losant/README.md", "python")
    (program,) = (each for each in programs if "with_response" in each)

    assert python(program, address).startswith("200 ")


def test_the_first_call_of_the_project(address: str) -> None:
    """The program that this project's README shows."""
    shell = "".join(blocks(ROOT / "README.md", "sh"))
    program = re.search(r"<<'EOF'\n(.*?)^EOF", shell, re.M | re.S)
    assert program is not None

    assert python(program.group(1), address) == "My Device\n"


def test_every_target_of_make_is_documented() -> None:
    """``make help`` lists the targets that the README speaks of."""
    help_text = subprocess.run(
        ["make", "help"],  # noqa: S607 # whichever make this machine has
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    for target in (
        "help", "setup", "generate", "test", "check", "build", "bench", "mock", "accept", "case",
    ):  # fmt: skip
        assert f"make {target}" in help_text
