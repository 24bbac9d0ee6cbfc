"""What CI and a release run is what the project says it supports, and no more."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from check_tag import main, problems
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from sdkgen import ir
from sdkgen.pipeline import Run
from sdkgen.target import Target

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def jobs(name: str) -> dict[str, Any]:
    """The jobs of a workflow."""
    text = (ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8")
    found = yaml.safe_load(text)["jobs"]
    assert isinstance(found, dict)
    return found


def test_every_supported_python_is_tested() -> None:
    """Each job with a matrix runs on what packages declare by default, and Losant's."""
    run = Run(Target.of_folder(ROOT / "specs" / "losant"))
    run.read()
    assert run.config is not None
    matrices = [
        job["strategy"]["matrix"]["python"]
        for path in WORKFLOWS
        for job in jobs(path.name).values()
        if "strategy" in job
    ]

    assert len(matrices) == 3
    assert all(tuple(each) == ir.PYTHONS for each in matrices)
    assert run.config.package.python == ir.PYTHONS


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned(path: Path) -> None:
    """By the whole hash of a commit, with the version for people beside it."""
    used = re.findall(r"^\s*-? *uses: (.*)$", path.read_text(encoding="utf-8"), re.M)

    assert used
    for each in used:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", each), each


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_permissions_are_given_to_jobs_one_by_one(path: Path) -> None:
    """None to the workflow; a job reads, and only the one that publishes does more."""
    text = path.read_text(encoding="utf-8")
    assert yaml.safe_load(text)["permissions"] == {}
    for name, job in jobs(path.name).items():
        wanted = {"id-token": "write"} if name == "publish" else {"contents": "read"}
        assert job["permissions"] == wanted
        assert job["timeout-minutes"] <= 45


def test_the_job_that_publishes_runs_nothing_of_the_repository() -> None:
    """It takes what the jobs before it built and tested, and uploads that."""
    release = jobs("release.yml")

    assert release["publish"]["needs"] == "test"
    assert release["test"]["needs"] == "build"
    steps = release["publish"]["steps"]
    assert [set(step) for step in steps] == [{"uses", "with"}] * 2
    assert steps[1]["with"]["packages-dir"] == "dist/losant-sdk/"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package of version 1.2.0 whose changelog tells of it."""
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.0"\n')
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\n## [1.2.0] - 2026-11-21\n")
    return tmp_path


def test_a_tag_is_the_version(package: Path) -> None:
    """To the letter, without a v."""
    assert problems("1.2.0", package) == []
    assert problems("v1.2.0", package) == ["the tag is 'v1.2.0', the version '1.2.0'"]
    assert main(["1.2.0", str(package)]) == 0
    assert main(["1.2", str(package)]) == 1
    assert main(["1.2.0"]) == 2


@pytest.mark.parametrize("heading", ["## 1.2.0.1", "## 1.2", "### 1.2.0", "1.2.0"])
def test_a_release_is_in_the_changelog(package: Path, heading: str) -> None:
    """Under a heading of its own."""
    changelog = package / "CHANGELOG.md"
    assert main(["1.2.0", str(package)]) == 0
    changelog.write_text(f"# Changelog\n\n{heading}\n")

    assert problems("1.2.0", package) == [f"{changelog} has no section of 1.2.0"]
    changelog.unlink()
    assert main(["1.2.0", str(package)]) == 1


def test_the_lock_file_has_what_pyproject_wants() -> None:
    """Each requirement, in a version that fits: after a change of it, ``make lock``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [
        Requirement(each)
        for group in (
            project["project"]["dependencies"],
            *project["dependency-groups"].values(),
        )
        for each in group
        if isinstance(each, str)
    ]
    locked = dict(
        re.findall(
            r"^([\w.-]+)==(\S+)",
            (ROOT / "requirements.lock").read_text(encoding="utf-8"),
            re.M,
        )
    )

    for each in wanted:
        version = locked.get(canonicalize_name(each.name))
        assert version is not None, f"{each} is not locked: make lock"
        assert each.specifier.contains(version), f"{each} is {version}: make lock"
