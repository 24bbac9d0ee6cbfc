"""Documents that are odd or mean harm: they are refused whole, or give a package.

A case with ``generated.txt`` gives a package; the file has what ``sdkgen generate``
says, and how much it makes. Of the others, ``diagnostics.txt`` is tested with the rest
of the cases; here is what holds for all: nothing that a document says is executed,
nothing is written outside of the output folder, nothing is fetched, and a run ends
within 30 seconds and 1 GiB.
"""

from __future__ import annotations

import builtins
import io
import json
import os
import re
import resource
import socket
import subprocess
import sys
import tomllib
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import importing
import own_tests
import pytest
from cases import CASES, FOLDERS, find_cases

from sdkgen.cli import run

HOSTILE = [case for case in FOLDERS if case.parent.name == "hostile"]
GENERATED = find_cases("generated.txt")
REFUSED = [case for case in HOSTILE if case not in GENERATED]

SECONDS = 30
MEMORY = 1 << 30


def document(case: Path) -> str:
    """The name of the document of a case."""
    return next(path.name for path in sorted(case.glob("openapi.*")))


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever connects to another host fails the test."""

    def refuse(*where: object) -> NoReturn:
        raise AssertionError(f"connects: {where}")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    connect = socket.socket.connect

    def within(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:  # which processes of ours talk by
            refuse(address)
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", within)


def generate(document: str, out: Path) -> int:
    """Write the SDK of a document; its package is named by the folder around."""
    package = re.sub(r"\W", "_", out.parent.name)
    options = ["--out", str(out), "--package", package, "--allow-skips"]
    return run(["generate", document, *options])


@dataclass(frozen=True, slots=True)
class Packages:
    """The packages of the cases, each made when it is first wanted."""

    folder: Path
    said: dict[Path, str] = field(default_factory=dict[Path, str])

    def of(self, case: Path) -> Path:
        """The folder that holds what was made of a case, and nothing else."""
        folder = self.folder / case.name
        if case not in self.said:
            folder.mkdir()
            out, err = io.StringIO(), io.StringIO()
            before = sorted(case.rglob("*"))
            with redirect_stdout(out), redirect_stderr(err), chdir(case):
                code = generate(document(case), folder / "out")
            assert code == 0, err.getvalue()
            assert sorted(case.rglob("*")) == before
            made = out.getvalue().splitlines()[0].partition(": ")[2]
            self.said[case] = f"{err.getvalue()}{made.partition(';')[0]}\n"
        return folder


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Packages:
    return Packages(tmp_path_factory.mktemp("hostile"))


@pytest.mark.parametrize("case", GENERATED, ids=lambda case: case.name)
def test_a_package_comes_of_it(
    case: Path, packages: Packages, request: pytest.FixtureRequest
) -> None:
    """It is as large as it should be, and can be imported whole."""
    folder = packages.of(case)

    golden = case / "generated.txt"
    if request.config.getoption("--accept"):
        golden.write_text(packages.said[case], encoding="utf-8", newline="\n")
    assert packages.said[case] == golden.read_text(encoding="utf-8")
    is_sound(folder)


def test_packages_type(packages: Packages, tmp_path: Path) -> None:
    """``mypy --strict`` has nothing to say; it is asked once, which is faster."""
    almost_empty = re.compile(r"\b[01] operations, 0 models")
    sources = [
        packages.of(case) / "out/src"
        for case in GENERATED
        if not almost_empty.search((case / "generated.txt").read_text("utf-8"))
    ]
    root = Path(__file__).parents[2]

    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--explicit-package-bases"),
            *("--config-file", str(root / "pyproject.toml")),
            *("--cache-dir", str(tmp_path), *map(str, sources)),
        ],
        env={**os.environ, "MYPYPATH": os.pathsep.join(map(str, sources))},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["patterns", "schemas-of-3-1"])
def test_generated_tests_take_what_libraries_do_not(
    name: str, packages: Packages
) -> None:
    """Patterns that Python cannot hold, and schemas that are true or false."""
    folder = packages.of(CASES / "hostile" / name) / "out"

    done = own_tests.run(folder, "-q", "tests")

    assert done.returncode == 0, done.stdout


def is_sound(folder: Path) -> None:
    """There is nothing beside the package, which does nothing when it is imported."""
    assert [path.name for path in folder.iterdir()] == ["out"]
    assert not hasattr(builtins, importing.MARK)
    out = folder / "out"
    assert all(len(path.name.encode()) < 256 for path in out.rglob("*"))
    settings = tomllib.loads((out / "pyproject.toml").read_text(encoding="utf-8"))
    plain = CASES / "packages/types/expected/pyproject.toml"
    assert outline(settings) == outline(tomllib.loads(plain.read_text("utf-8")))
    for path in out.rglob("*.py"):
        compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    assert importing.problem_of(out / "src") == ""


def outline(settings: dict[str, Any]) -> set[str]:
    """The tables of a file of settings."""
    return {*settings, *(f"tool.{name}" for name in settings["tool"])}


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_a_refusal_writes_nothing(
    case: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 1, a place for each error, and no output folder."""
    monkeypatch.chdir(case)

    assert generate(document(case), tmp_path / "out") == 1

    errors = re.findall(r"^(.*?)E\d{3} ", capsys.readouterr().err, re.MULTILINE)
    assert errors
    assert all(re.fullmatch(r"openapi\.\w+:\d+:\d+: ", each) for each in errors)
    assert list(tmp_path.iterdir()) == []
    assert not hasattr(builtins, importing.MARK)


# ------------------------------------------------------- documents of many levels


def operation(schema: object) -> dict[str, object]:
    """The paths of a document whose one operation answers with a schema."""
    content = {"application/json": {"schema": schema}}
    responses = {"200": {"description": "ok", "content": content}}
    return {"/a": {"get": {"operationId": "a", "responses": responses}}}


def written(folder: Path, **parts: object) -> None:
    """Write a document into a folder."""
    head = {"openapi": "3.0.3", "info": {"title": "Case", "version": "1"}}
    text = json.dumps({**head, **parts}, separators=(",", ":"))
    (folder / "openapi.json").write_text(text, encoding="utf-8")


def test_a_chain_of_schemas_may_be_of_any_length(tmp_path: Path) -> None:
    """3,000 models, each of which refers to the next."""
    schemas: dict[str, object] = {
        f"L{level}": {
            "type": "object",
            "properties": {"next": {"$ref": f"#/components/schemas/L{level + 1}"}},
        }
        for level in range(3_000)
    }
    schemas["L3000"] = {"type": "string"}
    first = {"$ref": "#/components/schemas/L0"}
    written(tmp_path, paths=operation(first), components={"schemas": schemas})

    done = limited(tmp_path)

    assert done.returncode == 0, done.stderr
    assert "3000 models" in done.stdout
    (tmp_path / "openapi.json").unlink()
    is_sound(tmp_path)


def test_a_schema_nested_too_deeply_is_refused(tmp_path: Path) -> None:
    """10,000 lists in lists, in one line."""
    depth = 10_000
    written(tmp_path, paths=operation("X"))
    path = tmp_path / "openapi.json"
    nested = '{"type":"array","items":' * depth + '{"type":"string"}' + "}" * depth
    path.write_text(path.read_text(encoding="utf-8").replace('"X"', nested))

    done = limited(tmp_path)

    assert done.returncode == 1
    assert re.match(r"openapi\.json:1:\d+: E111 nested more than ", done.stderr)
    assert [each.name for each in tmp_path.iterdir()] == ["openapi.json"]


def test_an_alias_bomb_stays_within_the_limits() -> None:
    """It is refused before it is unfolded."""
    done = limited(CASES / "hostile/alias-bomb", "validate")

    assert done.returncode == 1
    assert "E113 " in done.stderr


def limited(
    folder: Path, command: str = "generate"
) -> subprocess.CompletedProcess[str]:
    """Run a command on the document of a folder, within the limits of any document."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    options = ["--out", "out", "--package", "case_sdk"]
    return subprocess.run(
        [
            *(sys.executable, "-m", "sdkgen", command, document(folder)),
            *(options if command == "generate" else ()),
        ],
        cwd=folder,
        env={
            **os.environ,
            "SDKGEN_CACHE": "off",
            "PYTHONPATH": str(Path(__file__).parents[2] / "generator"),
        },
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )
