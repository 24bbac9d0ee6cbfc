"""Paths of the output: none leads elsewhere, by name or by link, and no two are one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from output_folder import NEW, OLD, refused, write

from sdkgen.write.paths import find_path_problem, find_path_problems

# -------------------------------------------------------------------- symlinks


def test_symbolic_links_are_not_written_through(tmp_path: Path) -> None:
    """A link in the way of a generated file is somebody's, wherever it leads."""
    out = tmp_path / "out"
    outside = tmp_path / "outside"
    outside.mkdir()
    (out / "src").mkdir(parents=True)
    (out / "src/acme").symlink_to(outside)

    found = refused(out, OLD)

    assert {code for code, _ in found} == {"E503"}
    assert list(outside.iterdir()) == []


def test_stale_files_behind_a_symbolic_link_stay(tmp_path: Path) -> None:
    """What was a generated folder and is a link now is not followed."""
    out = tmp_path / "out"
    write(out, OLD)
    outside = tmp_path / "outside"
    (out / "src/acme/gone").rename(outside)
    (out / "src/acme/gone").symlink_to(outside)

    write(out, NEW)

    assert (outside / "a.py").exists()


# ------------------------------------------------------------------ path names


@pytest.mark.parametrize(
    "path",
    [
        "../x",
        "/x",
        "a//b",
        "a/../b",
        "",
        ".",
        "a/.",
        "C:x",
        "a\\b",
        "nul.txt",
        "x" * 201,
        "a\0b",
        "a\nb",
        "cafe\u0301",
        "ﬁnd",
        "\u202ea",
        "ж" * 101,
        "a b",
        "x.",
        ".sdkgen-journal/x",
        "COM1",
        "a/",
    ],
)
def test_unusable_paths_are_refused(tmp_path: Path, path: str) -> None:
    """Nothing is written for a name that leaves the folder or that no system can hold."""
    out = tmp_path / "out"

    found = refused(out, {"ok.md": "", path: ""})

    assert [code for code, _ in found] == ["E505"]
    assert list(tmp_path.iterdir()) == []


def test_names_of_other_scripts_are_files_too(tmp_path: Path) -> None:
    """Python imports them; and the manifest knows them again."""
    assert write(tmp_path, {"src/μ.py": "", "src/日本.py": ""}).written

    assert write(tmp_path, {"src/μ.py": ""}).removed == ("src/日本.py",)


@pytest.mark.parametrize(
    "paths",
    [
        ("ß.md", "SS.md"),
        ("a.md", "A.md"),
        ("a", "a/b"),
        ("x/a.md", "X/b.md"),
        ("x", "X/b.md"),
    ],
)
def test_paths_that_are_one_on_some_systems_are_refused(
    tmp_path: Path, paths: tuple[str, str]
) -> None:
    """Not all file systems tell upper from lower case."""
    found = refused(tmp_path, dict.fromkeys(paths, ""))

    assert [code for code, _ in found] == ["E505"]


@given(st.text(alphabet="ab./\\-_~\0 :é", max_size=12))
def test_an_accepted_path_stays_in_its_folder(path: str) -> None:
    """Whatever the name, joining it leads below the folder and nowhere else."""
    if find_path_problem(path):
        return
    joined = os.path.normpath(f"/root/out/{path}")

    assert joined == f"/root/out/{path}"


@given(st.lists(st.from_regex(r"[a-cA-C]{1,2}(/[a-cA-C]{1,2}){0,2}", fullmatch=True)))
def test_accepted_paths_can_all_exist_at_once(paths: list[str]) -> None:
    """No two are one file, and none is both file and folder, where case is ignored."""
    accepted = set(paths) - set(find_path_problems(set(paths)))

    folded = [path.casefold() for path in accepted]
    assert len(set(folded)) == len(folded)
    for path in folded:
        assert not any(other.startswith(f"{path}/") for other in folded)
