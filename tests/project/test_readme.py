"""What the READMEs tell people to do works, against the mock server."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from built_package import Package

ROOT = Path(__file__).parents[2]
GENERATED = ROOT / "generated/losant"
APP = "575ec8687ae143cd83dc4a97"
DEVICE = "575ecf887ae143cd83dc4aa2"
WITH_TOKEN = {"LOSANT_API_TOKEN": "any"}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """``sdkgen mock losant``, as a person starts it, on a free port."""
    server = subprocess.Popen(
        [sys.executable, "-m", "sdkgen", "mock", "losant", "--port", "0"],
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


def python(
    code: str, address: str, source: Path = GENERATED / "src", **more: str
) -> str:
    """Run a program with nothing but the address in its environment, and ``more``."""
    environment = {
        name: value for name, value in os.environ.items() if "LOSANT" not in name
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=source.parent,
        env={
            **environment,
            "PYTHONPATH": str(source),
            "LOSANT_API_URL": address,
            **more,
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
    first = blocks(GENERATED / "README.md", "python")[0]

    assert python(first, address).strip()


def test_the_whole_response(address: str) -> None:
    """What the SDK's README says of ``with_response``."""
    programs = blocks(GENERATED / "README.md", "python")
    (program,) = (each for each in programs if "with_response" in each)

    assert python(program, address, GENERATED / "src", **WITH_TOKEN).startswith("200 ")


def test_every_program_of_the_package_runs(losant: Package, address: str) -> None:
    """Each by itself, as it stands there, against the mock."""
    readme = losant.source.parent / "README.md"
    (readme.parent / "application.zip").write_bytes(b"PK")
    programs = blocks(readme, "python")
    assert len(programs) > 10

    for program in programs:
        # The job of the mock never ends, and losant-rest asks no environment for a URL.
        adapted = program.replace("timeout=600", "timeout=0").replace(
            'Client(auth_token="your-access-token")',
            f'Client(auth_token="your-access-token", url="{address}")',
        )
        try:
            python(adapted, address, losant.source, **WITH_TOKEN)
        except AssertionError as error:
            raise AssertionError(f"{program}\n{error}") from None


def test_every_call_of_the_table_for_moving_over_works(
    losant: Package, address: str
) -> None:
    """The old one through the stand-in, the new one beside it."""
    text = (losant.source.parent / "README.md").read_text(encoding="utf-8")
    _, _, table = text.partition("| losant-rest | losant-sdk |\n")
    rows = re.findall(r"^\| `([^`]+)`[^|]*\| `([^`]+)`[^|]*\|$", table, re.M)
    assert len(rows) > 10
    given = f"""
TOKEN, KEY, SECRET, URL = "any", "a-key", "a-secret", {address!r}
APP, DEVICE = {APP!r}, {DEVICE!r}
"""
    error = {
        "losant_rest": "from losant_rest import LosantError as E; error = E(404, {})",
        "losant_sdk": (
            "from losant_sdk import NotFoundError as E\n"
            "error = E('no', status=404, type=None, body={}, headers={})"
        ),
    }
    for column, package in enumerate(("losant_rest", "losant_sdk")):
        lines = [row[column] for row in rows]
        assert lines[0].startswith(f"from {package} import ")
        program = "\n".join([given, error[package], *lines])

        python(
            program.replace("losant_rest", "losant_sdk.compat"), address, losant.source
        )


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
        "help", "setup", "generate", "test", "check", "build", "bench", "mock", "accept",
        "case",
    ):  # fmt: skip
        assert f"make {target}" in help_text
