"""Which paths an output may have, and what stands there; none leads out of the folder."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

__all__ = ["JOURNAL", "find_path_problem", "find_path_problems", "find_target"]

JOURNAL = ".sdkgen-journal"
"""The folder of an unfinished write; no output has a file of that name."""

_PART = re.compile(r"[\w.][\w.+-]*")
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_PART_LENGTH = 200
"""Bytes; file systems allow 255, of which others add suffixes to (``.pyc`` …)."""


def find_path_problem(path: str) -> str:
    """Why a relative path may not be written, or nothing.

    Allowed are plain names of letters, digits and ``_ . + -`` between slashes, such as
    every file system holds: nothing absolute, no ``..``, no name of a device, and only
    the form of a letter that Python itself takes it for (NFKC).
    """
    parts = path.split("/")
    for part in parts:
        if part in {"", ".", ".."} or not _PART.fullmatch(part) or part[-1] == ".":
            return f"{part!r} is not a plain file name"
        if _DEVICE.fullmatch(part):
            return f"{part!r} is a device name on some systems"
        if len(part.encode("utf-8", "surrogatepass")) > _PART_LENGTH:
            return f"{part[:40]!r}… is longer than {_PART_LENGTH} bytes"
        if not unicodedata.is_normalized("NFKC", part):
            return f"{part!r} is not in Unicode form NFKC"
    if parts[0].casefold() == JOURNAL:
        return f"{JOURNAL} is reserved for the generator"
    return ""


def find_path_problems(paths: Iterable[str]) -> dict[str, str]:
    """Paths that may not be written, or not together, with the reason."""
    problems: dict[str, str] = {}
    files: dict[str, str] = {}
    for path in sorted(paths):
        if problem := find_path_problem(path):
            problems[path] = problem
        elif (other := files.get(path.casefold())) is not None:
            problems[path] = f"the same file as {other!r} on systems that ignore case"
        else:
            files[path.casefold()] = path
    folders: dict[str, str] = {}
    for path in files.values():
        for folder in PurePosixPath(path).parents[:-1]:
            name = folder.as_posix()
            if name.casefold() in files:
                problems[path] = f"{name!r} is a file and a folder"
            other = folders.setdefault(name.casefold(), name)
            if other != name:
                problems[path] = (
                    f"{name!r} is the same as {other!r} on systems that ignore case"
                )
    return problems


def find_target(root: Path, path: str) -> tuple[Path, os.stat_result | None, str]:
    """Where a path leads below a folder, what is there, and why it may not be touched.

    Symbolic links are never followed: neither the file nor a folder on the way to it
    may be one.
    """
    target = root
    status: os.stat_result | None = None
    parts = path.split("/")
    for index, part in enumerate(parts):
        target = target / part
        try:
            status = target.lstat()
        except FileNotFoundError:
            return root.joinpath(*parts), None, ""
        last = index == len(parts) - 1
        name = "/".join(parts[: index + 1])
        if stat.S_ISLNK(status.st_mode):
            return target, status, f"{name!r} is a symbolic link"
        if last and not stat.S_ISREG(status.st_mode):
            return target, status, f"{name!r} is not a regular file"
        if not last and not stat.S_ISDIR(status.st_mode):
            return target, status, f"{name!r} is not a folder"
    return target, status, ""
