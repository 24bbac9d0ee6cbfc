"""Each folder ``cases/<stage>/<name>`` is one case: an input, and what comes of it.

A case with ``diagnostics.txt`` is what ``sdkgen validate`` prints, to the letter, and
its exit code. A case with ``expected/`` is what ``sdkgen generate`` writes, but for the
files that are copies of a template; that package is then imported, type-checked and its
own tests are run; ``usage.py`` is type-checked with it. A case with ``refused.txt`` is
what ``sdkgen generate`` prints when it writes nothing. A case with ``checked.txt`` is
what ``sdkgen check`` prints after ``sdkgen generate``. (``test_hostile.py`` has those of
which only the size of what comes of them is kept, in ``generated.txt``.) ``make case
NAME=…`` starts one, ``make accept`` records the output: review the diff.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import own_tests
import pytest
import yaml
from cases import CASES, FOLDERS, entry_of, find_cases

from sdkgen.cli import run
from sdkgen.diagnostics.catalog import CODES
from sdkgen.target import TEMPLATES

REFUSED = find_cases("refused.txt")
GENERATED = find_cases("expected")
COUNTED = find_cases("generated.txt")
CHECKED = find_cases("checked.txt")
DIAGNOSED = [
    path for path in FOLDERS if path not in (*GENERATED, *REFUSED, *COUNTED, *CHECKED)
]


@pytest.mark.parametrize("case", DIAGNOSED, ids=lambda case: case.name)
def test_diagnostics(
    case: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    """Place, code, message and hint are part of what users see, so they are golden."""
    before = sorted(path.name for path in case.iterdir())
    monkeypatch.chdir(case)

    code = run(["validate", entry_of(case)])

    shown = capsys.readouterr().err.rpartition(f"{entry_of(case)}: ")[0]
    golden = case / "diagnostics.txt"
    if request.config.getoption("--accept"):
        golden.write_text(shown, encoding="utf-8", newline="\n")
    assert shown == golden.read_text(encoding="utf-8")
    assert code == int(bool(re.search(r"^(\S+:\d+:\d+: )?E\d{3} ", shown, re.M)))
    assert sorted({*before, "diagnostics.txt"}) == sorted(
        p.name for p in case.iterdir()
    )


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_refusals(
    case: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    """What is found only while the package is made: nothing is written or changed.

    ``out`` in the folder of the case is there before; ``limits.yaml`` lowers limits.
    """
    folder = tmp_path / "specs"
    shutil.copytree(case, folder)
    monkeypatch.chdir(folder)
    if (folder / "limits.yaml").exists():
        limits = yaml.safe_load((folder / "limits.yaml").read_text(encoding="utf-8"))
        for name, value in limits.items():
            monkeypatch.setattr(name, value)
    before = contents(folder)

    code = run(["generate", entry_of(folder), "--out", "out"])

    shown = capsys.readouterr().err
    golden = case / "refused.txt"
    if request.config.getoption("--accept"):
        golden.write_text(shown, encoding="utf-8", newline="\n")
    assert shown == golden.read_text(encoding="utf-8")
    assert code == 1
    assert contents(folder) == before


@pytest.mark.parametrize("case", CHECKED, ids=lambda case: case.name)
def test_checks(
    case: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    """What the judges find in an output that is what the generator writes."""
    shutil.copytree(case, tmp_path / "specs/case")
    monkeypatch.chdir(tmp_path)
    assert run(["generate"]) == 0
    capsys.readouterr()

    code = run(["check"])

    shown = "".join(capsys.readouterr())
    golden = case / "checked.txt"
    if request.config.getoption("--accept"):
        golden.write_text(shown, encoding="utf-8", newline="\n")
    assert shown == golden.read_text(encoding="utf-8")
    assert code == 1


def contents(folder: Path) -> dict[str, bytes]:
    """The files in a folder: relative path → bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_every_code_has_a_case() -> None:
    """Nobody meets a diagnostic that has never been looked at."""
    told = {
        code
        for name in ("checked.txt", "diagnostics.txt", "generated.txt", "refused.txt")
        for path in CASES.glob(f"*/*/{name}")
        for code in re.findall(
            r"^(?:\S.*:\d+:\d+: )?([EUWN]\d{3}) ",
            path.read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    }

    assert CODES.keys() - told == set()


@pytest.mark.parametrize("case", GENERATED, ids=lambda case: case.name)
def test_output(
    case: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """The package is what it is expected to be, and it works."""
    monkeypatch.chdir(case)

    assert run(["generate", entry_of(case), "--out", str(tmp_path / "out")]) == 0

    made = written(tmp_path / "out")
    if request.config.getoption("--accept"):
        shutil.rmtree(case / "expected")
        for name, text in made.items():
            path = case / "expected" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    expected = written(case / "expected")
    assert sorted(made) == sorted(expected)
    for name, text in made.items():
        assert text == expected[name], name
    if (case / "usage.py").exists():
        shutil.copy(case / "usage.py", tmp_path / "out" / "tests")
    type_checks(tmp_path / "out")
    own_tests_pass(tmp_path / "out")


def written(folder: Path) -> dict[str, str]:
    """The files of a package that are no copies: relative path → text."""
    copies = {
        path.read_bytes()
        for path in TEMPLATES.rglob("*.py")
        if "__pycache__" not in path.parts
    }
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_file() or "__pycache__" in name or name == "MANIFEST.json":
            continue
        if path.suffix == ".py" and path.read_bytes() in copies:
            continue
        if name in ("tests/document.json", "LICENSE"):
            continue
        found[name] = path.read_text(encoding="utf-8")
    return found


def type_checks(package: Path) -> None:
    """``mypy --strict`` has nothing to say."""
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--config-file"),
            *(str(root / "pyproject.toml"), "--explicit-package-bases"),
            *("--cache-dir", str(root / ".mypy_cache" / "cases")),
            *("src", "tests"),
        ],
        cwd=package,
        env={**os.environ, "MYPYPATH": "src:tests"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def own_tests_pass(package: Path) -> None:
    """The tests that were generated with the package pass."""
    done = own_tests.run(package, "-q")
    assert done.returncode == 0, done.stdout + done.stderr
