"""``ruff format`` writes what is generated, and black agrees with it."""

from __future__ import annotations

from pathlib import Path

import pytest
from cases import find_cases

from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.write import formatting, manifest, output

ROOT = Path(__file__).parents[3]
CASES = [case / "expected" for case in find_cases("expected")]


def test_python_is_formatted_and_the_rest_is_not() -> None:
    """Trailing commas keep one item a line; files are in the order of their paths."""
    files = {"b.py": "x = [1,\n2,]", "a.md": "x = [1,\n2,]"}

    made = output.format_files(files, Diagnostics())

    assert made == {"a.md": "x = [1,\n2,]", "b.py": "x = [\n    1,\n    2,\n]\n"}
    assert list(made) == ["a.md", "b.py"]


def test_files_of_any_name_are_formatted() -> None:
    """ruff passes over some names, such as those of folders that tools make."""
    names = ("build", "dist", "venv", "node_modules", "site-packages", ".hidden", "nox")
    files = {f"src/{name}/{name}.py": "x  =  1" for name in names}

    made = output.format_files(files, Diagnostics())

    assert made == dict.fromkeys(sorted(files), "x = 1\n")


def test_the_settings_of_others_do_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a file that ruff would find, nor a variable of the environment."""
    (tmp_path / "ruff.toml").write_text('line-length = 20\nexclude = ["*.py"]\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setenv("RUFF_CONFIG", str(tmp_path / "ruff.toml"))

    made = output.format_files({"a.py": "value  = [100000, 200000]"}, Diagnostics())

    assert made == {"a.py": "value = [100000, 200000]\n"}


def test_what_is_no_python_is_named() -> None:
    """All of it, with the line, as a defect of the generator."""
    diagnostics = Diagnostics()
    files: dict[str, str | bytes] = {
        "src/b.py": "x = 1\n\ndef (:\n",
        "src/a.py": b"\xff",
        "src/c.py": "x = 1",
        "src/d.py": "(" * 10_000,
    }

    assert output.format_files(files, diagnostics) is None

    found = [(d.code, str(d.place), d.message.partition(":")[0]) for d in diagnostics]
    assert found == [
        ("E504", "None", "src/a.py is not UTF-8"),
        ("E504", "src/b.py:3:1", "not Python"),
        ("E504", "src/d.py:1:1", "not Python"),
    ]


def test_copies_stay_as_they_are() -> None:
    """Whoever writes a template formats it."""
    text = "x   = 1"

    made = output.format_files(
        {"a.py": text}, Diagnostics(), verbatim={manifest.sha256(text.encode())}
    )

    assert made == {"a.py": text}


# ------------------------------------------------------------------------- black


@pytest.mark.parametrize("folder", CASES, ids=lambda path: path.parent.name)
def test_black_agrees_with_every_case(folder: Path) -> None:
    """With each file that is expected of a case."""
    diagnostics = Diagnostics()
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("*.py")]
    assert files

    agreed = formatting.check_format(folder, files, diagnostics)

    assert (list(diagnostics), agreed) == ([], len(files))


def test_black_is_asked_about_every_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever its name, in as many parts as the command line wants."""
    monkeypatch.setattr(formatting, "_COMMAND_LINE", 30)
    for name in ("a", "b", "c"):
        (tmp_path / "build").mkdir(exist_ok=True)
        (tmp_path / f"build/{name}.py").write_text("x = 1\n")
    (tmp_path / "build/b.py").write_text("x  = 1\n")
    (tmp_path / "build/c.py").write_text("x = (\n")
    diagnostics = Diagnostics()
    files = ["build/a.py", "build/b.py", "build/c.py", "README.md"]

    agreed = formatting.check_format(tmp_path, files, diagnostics)

    assert agreed == 1
    assert [(d.code, str(d.place)) for d in diagnostics] == [
        ("E508", f"{tmp_path.as_posix()}/build/b.py:1:1"),
        ("E508", f"{tmp_path.as_posix()}/build/c.py:1:1"),
    ]


def test_what_lies_in_the_output_is_not_run(tmp_path: Path) -> None:
    """Somebody's module of black's name least of all."""
    (tmp_path / "black.py").write_text("raise SystemExit(0)\n")
    (tmp_path / "a.py").write_text("x  = 1\n")
    diagnostics = Diagnostics()

    assert formatting.check_format(tmp_path, ["a.py"], diagnostics) == 0
