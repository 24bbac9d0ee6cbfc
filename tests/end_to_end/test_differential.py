"""After any edit the output is that of a fresh checkout, byte for byte.

What a run remembers may save work, and must never change what comes of it. Edits are
drawn at random, and many leave the size and the time stamps of a file as they were.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
import several_files as project

from sdkgen.cli import run

ROOT = Path(__file__).parents[2]
SEEDS = range(3)
EDITS = 8
"""Of each sequence."""

WORDS = ("Tells", "Keeps", "Shows", "Holds", "Finds", "Names")
"""All of one length."""


def edit_at_random(folder: Path, random: Random) -> None:
    """Change one file of the project, or add or remove one."""
    extra = folder / "specs/shop/templates/src/package/new.py"
    changelog = folder / "specs/shop/CHANGELOG.md"
    name = random.choice([*project.FILES, "new", "changelog", "output", "link", "lock"])
    if name == "new":
        toggle(extra, f'"""{random.choice(WORDS)} more."""\n')
    elif name == "changelog":
        toggle(changelog, f"# {random.choice(WORDS)}\n")
    elif name == "output":
        files = sorted((folder / "generated/shop").rglob("*.*"))
        path = random.choice([each for each in files if each.is_file()])
        project.replace_text(path, random.choice(WORDS), unnoticed=True)
    elif name == "link":
        other = folder / "another"
        shutil.rmtree(other, ignore_errors=True)
        other.mkdir()
        text = project.NOTE.replace("What", random.choice(WORDS))
        (other / "note.yaml").write_text(text, encoding="utf-8")
        link = folder / "api/schemas"
        target = "../another" if random.random() < 0.5 else "../elsewhere"
        link.unlink()
        link.symlink_to(target, target_is_directory=True)
    elif name == "lock":
        lines = (folder / "specs/shop/names.lock").read_text("utf-8").splitlines()
        kept = [line for line in lines if random.random() < 0.8]
        (folder / "specs/shop/names.lock").write_text("\n".join([*kept, ""]), "utf-8")
    else:
        rewrite(folder / name, name, random)


def rewrite(path: Path, name: str, random: Random) -> None:
    """Put another word into a text, of the same length as the one before."""
    original = project.FILES[name]
    place = {
        "specs/shop/sdk.yaml": ("0.1.0", f"0.1.{random.randrange(9)}"),
        "specs/shop/own.yaml": ("One order.", f"{random.choice(WORDS)} one."),
        "overlays/shop.yaml": ("All notes.", f"{random.choice(WORDS)} all."),
        "api/openapi.yaml": ("The order.", f"{random.choice(WORDS)} one."),
        "shared/common.yaml": ("Tells", random.choice(WORDS)),
        "elsewhere/note.yaml": ("says", random.choice(("says", "told", "is  "))),
        "specs/shop/templates/src/package/extra.py": (
            "Something of",
            f"{random.choice(WORDS)} all of",
        ),
        "specs/shop/templates/src/package/more.py.jinja": (
            "{{ header }}",
            "{{ package.module }}" if random.random() < 0.5 else "{{ header }}",
        ),
    }[name]
    assert place[0] in original
    text = original.replace(*place)
    project.replace_text(path, text, unnoticed=random.random() < 0.7)


def toggle(path: Path, text: str) -> None:
    """Remove a file that is there, add one that is not."""
    if path.exists():
        path.unlink()
    else:
        path.write_text(text, encoding="utf-8")


def generate_afresh(
    folder: Path, clone: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, bytes]:
    """What the files of a project give where nothing was generated or remembered."""
    shutil.copytree(folder, clone, symlinks=True)
    shutil.rmtree(clone / "generated")
    with monkeypatch.context() as patched:
        patched.setenv("SDKGEN_CACHE", "off")
        patched.chdir(clone)
        assert run(["generate"]) == 0
    return project.read_tree(clone / "generated/shop")


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_remembered_changes_no_byte(
    tmp_path: Path,
    seed: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Neither of the output nor of the verdict on it."""
    random = Random(seed)
    folder = tmp_path / "project"
    project.write_project(folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SDKGEN_CACHE", str(tmp_path / "cache"))
    assert run(["generate"]) == 0
    for number in range(EDITS):
        edit_at_random(folder, random)
        clone = tmp_path / f"clone{number}"
        expected = generate_afresh(folder, clone, monkeypatch)
        before = project.read_tree(folder / "generated/shop")
        lock = (folder / "specs/shop/names.lock").read_bytes()
        capsys.readouterr()

        assert run(["generate"]) == 0

        said = capsys.readouterr().out
        assert project.read_tree(folder / "generated/shop") == expected
        fresh_lock = (clone / "specs/shop/names.lock").read_bytes()
        assert (folder / "specs/shop/names.lock").read_bytes() == fresh_lock
        is_same = (before, lock) == (expected, fresh_lock)
        assert is_same or "up to date" not in said
        shutil.rmtree(clone)


def test_two_runs_at_once_leave_what_one_would(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though the files change under them: the next run sees what is not as it should."""
    random = Random(7)
    folder = tmp_path / "project"
    project.write_project(folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SDKGEN_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONPATH", str(ROOT / "generator"))
    assert run(["generate"]) == 0
    for number in range(3):
        command = [sys.executable, "-m", "sdkgen", "generate"]
        rewrite(folder / "shared/common.yaml", "shared/common.yaml", random)
        started = [
            subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            for _ in range(2)
        ]
        rewrite(folder / "api/openapi.yaml", "api/openapi.yaml", random)
        for process in started:
            # One of them may find the other writing, and says so.
            assert process.wait(timeout=300) in (0, 1)

        assert run(["generate"]) == 0

        clone = tmp_path / f"clone{number}"
        expected = generate_afresh(folder, clone, monkeypatch)
        assert project.read_tree(folder / "generated/shop") == expected
