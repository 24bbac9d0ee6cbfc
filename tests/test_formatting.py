"""What is generated is what black makes of it."""

from __future__ import annotations

from pathlib import Path

import black
import pytest
from black.mode import Mode, TargetVersion

from generator import output
from generator.cache import Cache
from generator.diagnostics import Diagnostics

ROOT = Path(__file__).parent.parent
MODE = Mode(target_versions={TargetVersion.PY311}, line_length=88)
FOLDERS = [
    *sorted((ROOT / "tests/cases").glob("*/expected")),
    ROOT / "generated/losant/src/losant_sdk/resources",
    ROOT / "generated/losant/src/losant_sdk/models",
    ROOT / "generated/losant/tests",
]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.parent.name)
def test_black_changes_nothing_more(folder: Path) -> None:
    """Though the generator lets it go through a file once, and black itself twice."""
    files = sorted(folder.rglob("*.py"))[:60]
    assert files

    changed = [
        path.name
        for path in files
        if black.format_str(text := path.read_text(encoding="utf-8"), mode=MODE) != text
    ]

    assert not changed


def test_python_is_formatted_and_the_rest_is_not(tmp_path: Path) -> None:
    """black with trailing commas that keep one item a line."""
    files = {"b.py": "x = [1,\n2,]", "a.md": "x = [1,\n2,]"}

    made = output.format_files(files, Cache(tmp_path), Diagnostics())

    assert made == {"a.md": "x = [1,\n2,]", "b.py": "x = [\n    1,\n    2,\n]\n"}
    assert made is not None
    assert list(made) == ["a.md", "b.py"]


def test_what_is_no_python_is_named(tmp_path: Path) -> None:
    """All of it, with the line, as a defect of the generator."""
    diagnostics = Diagnostics()
    files: dict[str, str | bytes] = {
        "src/b.py": "x = 1\n\ndef (:\n",
        "src/a.py": b"\xff",
    }

    assert output.format_files(files, Cache(tmp_path), diagnostics) is None

    found = [(d.code, str(d.place), d.message.partition(":")[0]) for d in diagnostics]
    assert found == [
        ("E504", "None", "src/a.py is not UTF-8"),
        ("E504", "src/b.py:3:1", "no Python"),
    ]


def test_processes_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Large outputs are spread over processes."""
    files = {f"m{n}.py": f"x = {{ 'a':{n} }}" for n in range(4)}
    alone = output.format_files(files, Cache(None), Diagnostics())

    monkeypatch.setattr("generator.formatting._PARALLEL_FROM", 1)
    monkeypatch.setattr("generator.formatting._processors", lambda: 2)

    assert output.format_files(files, Cache(None), Diagnostics()) == alone


def test_a_cached_file_is_not_formatted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its text is the key."""
    files = {"a.py": "x   = 1\n"}
    made = output.format_files(files, Cache(tmp_path), Diagnostics())

    monkeypatch.setattr("generator.formatting._black", None)

    assert output.format_files(files, Cache(tmp_path), Diagnostics()) == made
