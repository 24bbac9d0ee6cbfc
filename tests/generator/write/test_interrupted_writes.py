"""Writing the output is done or undone as a whole, wherever it is interrupted."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from output_folder import META, NEW, OLD, refused, tree, write

from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.write import manifest, output, transaction
from sdkgen.write.output import MANIFEST
from sdkgen.write.paths import JOURNAL
from sdkgen.write.transaction import Change


class Fuse:
    """Makes the n-th of the calls that change the disk fail."""

    def __init__(self, blow_at: int, error: Callable[[], BaseException]) -> None:
        self.left = blow_at
        self.error = error
        self.blown = False

    def wrap(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.left -= 1
            if self.left == 0:
                self.blown = True
                raise self.error()
            return original(*args, **kwargs)

        return call


CHANGES = ("mkdir", "rename", "replace", "unlink", "rmdir", "write_bytes", "chmod")


def fused(
    monkeypatch: pytest.MonkeyPatch, blow_at: int, error: Callable[[], BaseException]
) -> Fuse:
    """Put a fuse into every way of changing the disk that is used."""
    fuse = Fuse(blow_at, error)
    for name in CHANGES:
        monkeypatch.setattr(Path, name, fuse.wrap(getattr(Path, name)))
    monkeypatch.setattr(os, "fsync", fuse.wrap(os.fsync))
    return fuse


@pytest.mark.parametrize(
    "error",
    [
        KeyboardInterrupt,
        lambda: OSError(errno.ENOSPC, "No space left on device"),
        lambda: OSError(errno.EROFS, "Read-only file system"),
    ],
    ids=["ctrl-c", "full", "read-only"],
)
def test_a_write_that_is_interrupted_anywhere_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Callable[[], BaseException]
) -> None:
    """At each single step: afterwards the output is wholly old, or wholly new.

    New only if the interruption came after the last change, while cleaning up.
    """
    seen: set[bool] = set()
    for step in range(1, 80):
        out = tmp_path / str(step)
        write(out, OLD)
        old = tree(out)
        with monkeypatch.context() as patch:
            fuse = fused(patch, step, error)
            try:
                output.write(out, NEW, META, Diagnostics())
            except KeyboardInterrupt:
                assert error is KeyboardInterrupt
        if not fuse.blown:
            break
        left = {path for path in tree(out) if path.startswith(JOURNAL)}
        state = {path: text for path, text in tree(out).items() if path not in left}
        new = {**NEW, MANIFEST: manifest.render_manifest(NEW, META)}
        files = {path: text for path, text in state.items() if not path.endswith("/")}
        seen.add(state == old)
        assert state == old or files == new, step
        # whatever was left, the next run is not hindered by it
        assert write(out, NEW).recovered == bool(left)
        assert {p: t for p, t in tree(out).items() if not p.endswith("/")} == new
    else:
        pytest.fail("the fuse never outlasted the write")
    assert seen == {True, False}


def test_a_first_write_that_fails_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even an empty one, nor those made above it."""
    fused(monkeypatch, 5, lambda: OSError(errno.ENOSPC, "No space left on device"))

    found = refused(tmp_path / "a" / "b", OLD)

    path = (tmp_path / "a" / "b").as_posix()
    assert found == [("E502", f"{path} cannot be written: No space left on device")]
    assert list(tmp_path.iterdir()) == []


KILLED = """
import os, sys
from pathlib import Path
from sdkgen.write import output
from sdkgen.diagnostics.diagnostic import Diagnostics
left = int(sys.argv[2])
original = Path.rename
def rename(self, target):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), 9)
    return original(self, target)
Path.rename = rename
output.write(Path(sys.argv[1]), {files!r}, {meta!r}, Diagnostics())
"""


@pytest.mark.parametrize("step", [1, 2, 4, 6, 8, 9])
def test_a_killed_write_is_undone_by_the_next_run(tmp_path: Path, step: int) -> None:
    """``kill -9`` leaves a journal; the next run, any run, starts from the old state."""
    write(tmp_path, OLD)
    old = tree(tmp_path)

    done = subprocess.run(
        [
            *(sys.executable, "-c", KILLED.format(files=NEW, meta=META)),
            *(str(tmp_path), str(step)),
        ],
        check=False,
    )

    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / JOURNAL).is_dir()
    assert transaction.recover(tmp_path)
    assert tree(tmp_path) == old
    assert write(tmp_path, NEW).written


def test_undoing_can_be_interrupted_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recovery at any later time gets to the same old state."""
    write(tmp_path, OLD)
    old = tree(tmp_path)
    with monkeypatch.context() as patch:
        # the second interruption hits what undoes the first
        replace = Path.replace

        def interrupted(self: Path, target: Path) -> Path:
            patch.setattr(Path, "replace", replace)
            raise KeyboardInterrupt

        patch.setattr(Path, "replace", interrupted)
        fused_rename = Fuse(4, KeyboardInterrupt)
        patch.setattr(Path, "rename", fused_rename.wrap(Path.rename))
        with pytest.raises(KeyboardInterrupt):
            output.write(tmp_path, NEW, META, Diagnostics())

    assert (tmp_path / JOURNAL).is_dir()
    assert transaction.recover(tmp_path)
    assert tree(tmp_path) == old


def test_a_journal_that_names_other_places_is_refused(tmp_path: Path) -> None:
    """A journal that came with a checkout cannot write outside the folder."""
    out = tmp_path / "out"
    write(out, OLD)
    journal = out / JOURNAL
    journal.mkdir()
    (journal / "old-0").write_text("evil")
    plan = {"steps": [["../victim", "", True]], "folders": [], "emptied": []}
    (journal / "plan.json").write_text(json.dumps(plan))

    found = refused(out, NEW)

    assert [code for code, _ in found] == ["E502"]
    assert not (tmp_path / "victim").exists()


def test_two_runs_do_not_write_one_folder_at_once(tmp_path: Path) -> None:
    """The second is told so."""
    write(tmp_path, OLD)

    with transaction.locked(tmp_path):
        found = refused(tmp_path, NEW)

    assert found == [("E502", f"another run is writing {tmp_path.as_posix()}")]


def test_a_file_in_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    """It is a diagnostic, not a traceback."""
    (tmp_path / "out").write_text("mine")

    found = refused(tmp_path / "out", OLD)

    assert [code for code, _ in found] == ["E502"]
    assert (tmp_path / "out").read_text() == "mine"


def test_commit_refuses_a_path_that_became_a_link(tmp_path: Path) -> None:
    """The last check is made where the file is staged."""
    (tmp_path / "x").symlink_to("/nowhere")

    with pytest.raises(OSError, match="symbolic link"):
        transaction.commit(tmp_path, [Change("x", b"")])

    assert not (tmp_path / JOURNAL).exists()
