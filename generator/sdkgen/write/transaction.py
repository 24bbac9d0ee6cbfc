"""Many files of one folder changed whole or not at all.

New contents are staged beside the old ones in ``.sdkgen-journal``, inside the folder
and so on its file system; then a plan is written, and each old file moves into the
journal and each new one into its place. Whatever interrupts that (an error, Ctrl-C, a
full disk) is undone on the spot; what kills the process is undone from the plan by the
next run. Renaming the plan is the one moment at which the new state becomes the true
one.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
import stat
import sys
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from .paths import JOURNAL, find_path_problem, find_target

if sys.platform != "win32":
    import fcntl

__all__ = [
    "Busy",
    "Change",
    "Damaged",
    "commit",
    "locked",
    "recover",
]

_PLAN = "plan.json"
_DONE = "done.json"


class Busy(Exception):
    """Another run is writing the same folder."""


class Damaged(Exception):
    """The journal of an interrupted run cannot be understood."""


@dataclass(frozen=True, slots=True)
class Change:
    """A file gets new contents, or (None) is removed."""

    path: str
    data: bytes | None


# -------------------------------------------------------------------- locking


@contextlib.contextmanager
def locked(root: Path) -> Generator[None, None, None]:
    """Keep other runs from writing a folder, which must exist.

    The lock is the system's, on the folder itself: it ends with the process, however
    that ends. Where there are no such locks (Windows, some network file systems), two
    runs at once are not kept apart.

    Raises:
        Busy: Another process holds it.
    """
    if sys.platform == "win32":
        yield
        return
    handle = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in {errno.EWOULDBLOCK, errno.EACCES}:
                raise Busy(str(root)) from None
        yield
    finally:
        os.close(handle)


# ----------------------------------------------------------------- committing


@dataclass(frozen=True, slots=True)
class _Step:
    path: str
    new: str  # digest of the new contents; "" when the file is removed
    old: bool  # whether there is a file to keep until the end


def commit(root: Path, changes: Sequence[Change]) -> None:
    """Make all changes or, on any exception, none.

    The caller holds the lock, has recovered, and has checked every path with
    ``find_target``.

    Raises:
        OSError: A change could not be made. Everything is as it was.
        KeyboardInterrupt: Likewise.
    """
    journal = root / JOURNAL
    journal.mkdir(mode=0o755)
    try:
        steps = _stage(root, changes)
        folders = _find_missing_folders(root, changes)
        emptied = _list_parents(
            change.path for change in changes if change.data is None
        )
        _save_plan(journal, steps, folders, emptied)
        for folder in folders:
            (root / folder).mkdir(mode=0o755)
        for index, step in enumerate(steps):
            if step.old:
                (root / step.path).rename(journal / f"old-{index}")
            if step.new:
                (journal / f"new-{index}").rename(root / step.path)
        (journal / _PLAN).rename(journal / _DONE)
    except BaseException:
        recover(root)
        raise
    recover(root)


def recover(root: Path) -> bool:
    """Finish or undo what an earlier run left; say whether there was anything.

    Raises:
        Damaged: There is a plan, and it is none that this generator wrote.
        OSError: It cannot be undone now; the journal keeps what is needed.
    """
    journal = root / JOURNAL
    try:
        status = journal.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    if not stat.S_ISDIR(status.st_mode):
        raise Damaged(f"{JOURNAL} is not a folder")
    if (journal / _DONE).is_file():
        _, _, emptied = _read_plan(journal / _DONE)
        for folder in emptied:
            _remove_if_empty(root, folder)
    elif (journal / _PLAN).is_file():
        steps, folders, _ = _read_plan(journal / _PLAN)
        _undo(root, steps, folders)
    _remove_journal(journal)
    return True


def _remove_journal(journal: Path) -> None:
    # The plan goes last: a journal without plan is one that never began. Once it is
    # done, though, old files must not come back, so its mark goes last as well.
    for entry in sorted(journal.iterdir()):
        if entry.name in {_PLAN, _DONE}:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    for name in (_PLAN, _DONE):
        (journal / name).unlink(missing_ok=True)
    journal.rmdir()


def _stage(root: Path, changes: Sequence[Change]) -> list[_Step]:
    steps: list[_Step] = []
    for index, change in enumerate(changes):
        target, status, problem = find_target(root, change.path)
        if problem:
            raise OSError(f"{target}: {problem}")
        digest = ""
        if change.data is not None:
            staged = root / JOURNAL / f"new-{index}"
            staged.write_bytes(change.data)
            staged.chmod(0o644)
            if staged.read_bytes() != change.data:
                raise OSError(f"{staged} does not hold what was written to it")
            digest = hashlib.sha256(change.data).hexdigest()
        steps.append(_Step(change.path, digest, status is not None))
    return steps


def _list_parents(paths: Iterable[str]) -> list[str]:
    """All folders above the paths, deepest first."""
    folders = {
        folder.as_posix()
        for path in paths
        for folder in PurePosixPath(path).parents[:-1]
    }
    return sorted(folders, key=lambda name: (-name.count("/"), name))


def _find_missing_folders(root: Path, changes: Sequence[Change]) -> list[str]:
    """Folders that the new files need and that are not there, outermost first."""
    wanted = _list_parents(change.path for change in changes if change.data is not None)
    return [name for name in reversed(wanted) if not (root / name).is_dir()]


def _undo(root: Path, steps: Sequence[_Step], folders: Sequence[str]) -> None:
    # Every line may have been done by an earlier attempt that was interrupted too.
    journal = root / JOURNAL
    for index, step in reversed(list(enumerate(steps))):
        target, _, problem = find_target(root, step.path)
        if problem:
            raise Damaged(problem)
        backup = journal / f"old-{index}"
        moved = step.new and not (journal / f"new-{index}").exists()
        if backup.exists():
            backup.replace(target)
        elif moved and not step.old and _digest_file(target) == step.new:
            target.unlink()
    for folder in reversed(folders):
        _remove_if_empty(root, folder)


def _digest_file(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return ""


def _remove_if_empty(root: Path, name: str) -> None:
    """Remove a folder that holds nothing, or nothing but Python's own byte code."""
    folder, status, _ = find_target(root, name)
    if folder != root / name or status is None or not stat.S_ISDIR(status.st_mode):
        return
    entries = list(folder.iterdir())
    compiled = folder / "__pycache__"
    if entries == [compiled] and compiled.is_dir() and not compiled.is_symlink():
        files = list(compiled.iterdir())
        if all(file.suffix == ".pyc" and file.is_file() for file in files):
            for file in files:
                file.unlink()
            compiled.rmdir()
            entries = []
    if not entries:
        folder.rmdir()


# ------------------------------------------------------------------- the plan


def _save_plan(
    journal: Path, steps: Sequence[_Step], folders: list[str], emptied: list[str]
) -> None:
    data = {
        "steps": [[step.path, step.new, step.old] for step in steps],
        "folders": folders,
        "emptied": emptied,
    }
    draft = journal / "draft.json"
    with draft.open("w", encoding="utf-8", newline="\n") as file:
        json.dump(data, file)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(journal / _PLAN)


def _read_plan(path: Path) -> tuple[list[_Step], list[str], list[str]]:
    """Steps, made folders and emptied folders; paths are checked like any others."""
    try:
        data: Any = json.loads(path.read_text(encoding="utf-8"))
        steps = [_Step(str(p), str(new), bool(old)) for p, new, old in data["steps"]]
        folders = [str(name) for name in data["folders"]]
        emptied = [str(name) for name in data["emptied"]]
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(f"{path.name} cannot be read: {error}") from None
    for name in [*(step.path for step in steps), *folders, *emptied]:
        if problem := find_path_problem(name):
            raise Damaged(f"{path.name} names {name!r}: {problem}")
    return steps, folders, emptied
