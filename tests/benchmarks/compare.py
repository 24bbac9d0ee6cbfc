"""Hold this checkout against another revision of it, in one run.

``make bench-compare REV=HEAD~5 [ONLY=losant] [ROUNDS=1] [JSON=FILE]``. The other
revision is checked out in a temporary folder, and has the Python of this one, or one of
its own in ``.cache/bench/`` if its lock file is another.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from . import calls, corpus, growth, imports, losant
from .measure import Steps, run, take_turns
from .project import HERE, ROOT, Project
from .run import RESULTS, end_tidily, options, report, tell
from .table import Comparison, compared

__all__ = ["checked_out", "main", "python_of"]

LOCK = "requirements.lock"
STEPS: Mapping[str, tuple[Callable[[Project, Path], Steps], int, Mapping[str, int]]] = {
    "losant": (losant.steps, losant.ROUNDS, losant.LIMITS),
    "growth": (growth.steps, growth.ROUNDS, growth.LIMITS),
    "corpus": (corpus.steps, corpus.ROUNDS, {}),
    "imports": (imports.steps, imports.ROUNDS, {}),
    "calls": (calls.steps, calls.ROUNDS, {}),
}
"""What is done of each section, in how many rounds, and what of it in fewer."""


@contextmanager
def checked_out(revision: str) -> Generator[Path]:
    """A revision of this repository in a folder that is gone afterwards.

    Raises:
        subprocess.CalledProcessError: There is no such revision.
    """
    git = ["git", "-C", str(ROOT)]
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder).resolve() / "tree"
        try:
            run([*git, "worktree", "add", "--detach", str(tree), revision], ROOT)
            yield tree
        finally:
            subprocess.run(
                [*git, "worktree", "remove", "--force", str(tree)],
                capture_output=True,
                check=False,  # it may not have come to be
            )
            run([*git, "worktree", "prune"], ROOT)


def python_of(tree: Path) -> str:
    """A Python with what the lock file of a checkout names."""
    lock = (tree / LOCK).read_bytes()
    if lock == (ROOT / LOCK).read_bytes():
        return sys.executable
    digest = hashlib.sha256(lock).hexdigest()[:16]
    environment = RESULTS / digest
    python = environment / "bin" / "python"
    if not environment.exists():
        tell("installing what the lock file of the other revision names")
        pip = [str(python), "-m", "pip", "install", "--quiet"]
        try:
            venv.create(environment, with_pip=True)
            run([*pip, "--require-hashes", "--requirement", str(tree / LOCK)], ROOT)
            # For its metadata: the code that is run comes from the checkout.
            run([*pip, "--no-deps", "--no-build-isolation", str(tree)], ROOT)
        except BaseException:
            shutil.rmtree(environment, ignore_errors=True)
            raise
    return str(python)


def main(arguments: Sequence[str]) -> int:
    """Measure both; the exit code tells nothing of which is faster."""
    chosen = options(arguments, __doc__, revision="what this is held against")
    end_tidily()
    rows: list[Comparison] = []
    revision = chosen.revision
    heads = ("", "this", revision, "this / that", "rounds", "least to most")
    path = chosen.json or RESULTS / "compare.json"
    try:
        with checked_out(revision) as tree:
            other = Project(tree, python_of(tree))
            for project in (HERE, other):
                project.prepare()
            for name in chosen.only:
                rows += _compare(name, other, chosen.rounds)
    finally:
        report(heads, rows, path, revision=revision)
    return 0


def _compare(name: str, other: Project, rounds: int | None) -> list[Comparison]:
    """What both take for a section."""
    steps, usual, most = STEPS[name]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder).resolve()
        contenders: dict[str, Steps] = {}
        for side, project in (("this", HERE), ("that", other)):
            (work / side).mkdir()
            contenders[side] = steps(project, work / side)
        found = take_turns(contenders, rounds or usual, most=most, tell=tell)
    return compared(name, found["this"], found["that"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
