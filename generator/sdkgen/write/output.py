"""The output folder: written whole or not at all, and compared.

The other files of this stage are reached through here: ``formatting``,
``manifest`` (whose files they are, and whether anything changed), ``drift``.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sdkgen.diagnostics.diagnostic import Diagnostics, Place
from sdkgen.write.safety import check

from . import transaction
from .drift import Drift, drift
from .formatting import digest_templates, format_files
from .manifest import (
    BYPRODUCTS,
    MANIFEST,
    build_manifest_meta,
    digest_inputs,
    encoded,
    read_manifest,
    render_manifest,
    sha256,
)
from .paths import JOURNAL, find_path_problems, find_target
from .transaction import Change

__all__ = [
    "MANIFEST",
    "Drift",
    "WriteResult",
    "build_manifest_meta",
    "digest_inputs",
    "digest_templates",
    "drift",
    "format_files",
    "read_manifest",
    "write",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteResult:
    """What a write did; all paths are relative to the folder, sorted."""

    written: tuple[str, ...] = ()
    """Files that are new or have new contents."""
    removed: tuple[str, ...] = ()
    """Files that were generated before and are no longer."""
    unchanged: int = 0
    """Files that were as they should be, and were left alone."""
    edited: tuple[str, ...] = ()
    """Those of ``written`` and ``removed`` that somebody had changed by hand."""
    foreign: tuple[str, ...] = ()
    """Files and folders beside the generated ones that are not the generator's."""
    recovered: bool = False
    """An earlier run had been interrupted; what it left was undone first."""


def write(
    out_dir: Path,
    files: Mapping[str, str | bytes],
    meta: Mapping[str, str],
    diagnostics: Diagnostics,
    *,
    verbatim: Collection[str] = frozenset(),
) -> WriteResult | None:
    """Make a folder hold these files and their manifest, whole or not at all.

    Files of the generator that are no longer among them are removed, with the folders
    that this empties; other people's files are left alone, and one that stands where a
    generated file must go is an error.

    Args:
        out_dir: The folder; it is made when there is none.
        files: Final text by relative path (``format_files``).
        meta: The head of the manifest (``build_manifest_meta``).
        diagnostics: Gets E502 (the folder), E503 (a file in the way), E504 (code that
            the gate refuses) and E505 (a path that cannot be a file).
        verbatim: Digests of files that need not pass the gate.

    Returns:
        What was done, or None after an error: then nothing was.
    """
    wanted = {path: encoded(value) for path, value in files.items()}
    wanted[MANIFEST] = encoded(render_manifest(files, meta))
    problems = find_path_problems(wanted)
    if MANIFEST in files:
        problems[MANIFEST] = "reserved for the generator"
    for path, problem in problems.items():
        diagnostics.add("E505", f"{path!r} cannot be a file of the output: {problem}")
    if problems:
        return None
    try:
        with _make_folder(out_dir), transaction.locked(out_dir):
            recovered = transaction.recover(out_dir)
            plan = _plan(out_dir, wanted, diagnostics)
            if plan is None or not _passes_gate(
                plan.changes, _find_modules(wanted), diagnostics, verbatim
            ):
                return None
            if plan.changes:
                transaction.commit(out_dir, plan.changes)
            return WriteResult(
                written=_sort_paths(c.path for c in plan.changes if c.data is not None),
                removed=_sort_paths(c.path for c in plan.changes if c.data is None),
                unchanged=len(wanted) - sum(c.data is not None for c in plan.changes),
                edited=plan.edited,
                foreign=_find_foreign(out_dir, wanted),
                recovered=recovered,
            )
    except transaction.Busy:
        diagnostics.add("E502", f"another run is writing {_show_path(out_dir)}")
    except transaction.Damaged as error:
        diagnostics.add(
            "E502",
            f"an earlier run was interrupted and cannot be undone: {error}",
            hint=f"inspect {_show_path(out_dir / JOURNAL)}, then delete it",
        )
    except OSError as error:
        reason = error.strerror or str(error)
        diagnostics.add("E502", f"{_show_path(out_dir)} cannot be written: {reason}")
    return None


@dataclass(frozen=True, slots=True)
class _Plan:
    changes: tuple[Change, ...]
    edited: tuple[str, ...]


def _plan(
    out_dir: Path, wanted: Mapping[str, bytes], diagnostics: Diagnostics
) -> _Plan | None:
    owned = {**read_manifest(out_dir), MANIFEST: frozenset[str]()}
    changes: list[Change] = []
    edited: list[str] = []
    blocked = False
    for path in sorted({*wanted, *owned}):
        data = wanted.get(path)
        target, status, problem = find_target(out_dir, path)
        if status is None:
            if data is not None:
                changes.append(Change(path, data))
            continue
        if problem and data is None:
            continue  # not a file any more, so not the one that was generated
        there = b"" if problem else target.read_bytes()
        if there == data and not problem:
            continue
        if problem or path not in owned:
            blocked = True
            message = problem or f"{path} was not written by the generator"
            diagnostics.add(
                "E503",
                f"{message}, but a generated file must be written there",
                Place(_show_path(target), 1, 1),
                hint="move it away; other files in the folder are left alone",
            )
            continue
        if path != MANIFEST and sha256(there) not in owned[path]:
            edited.append(path)
        changes.append(Change(path, data))
    if blocked:
        return None
    # The manifest goes last: what stands in it is there.
    changes.sort(key=lambda change: (change.path == MANIFEST, change.path))
    return _Plan(tuple(changes), tuple(edited))


def _passes_gate(
    changes: Iterable[Change],
    own: Collection[str],
    diagnostics: Diagnostics,
    verbatim: Collection[str],
) -> bool:
    """Only what is going to be written needs to pass: the rest did when it was."""
    passed = True
    for change in changes:
        if change.data is None or sha256(change.data) in verbatim:
            continue
        text = change.data.decode("utf-8", "surrogatepass")
        for found in check.check_file(change.path, text, own)[:20]:
            place = Place(change.path, found.line, found.column)
            message = f"generated code may not contain: {found.what}"
            diagnostics.add("E504", message, place)
            passed = False
    return passed


def _find_modules(paths: Iterable[str]) -> frozenset[str]:
    """What the tests of an output import by name: its package, and each other."""
    found: set[str] = set()
    for path in paths:
        folder, _, rest = path.partition("/")
        if folder == "src":
            found.add(rest.partition("/")[0])
        elif folder == "tests" and rest.endswith(".py"):
            found.add(rest.removesuffix(".py"))
    return frozenset(found)


@contextmanager
def _make_folder(out_dir: Path) -> Generator[None, None, None]:
    """Make a folder; when it stays empty, remove it and what was made above it."""
    made: list[Path] = []
    for folder in (out_dir, *out_dir.parents):
        if folder.exists():
            break
        made.append(folder)
    try:
        for folder in reversed(made):
            folder.mkdir(exist_ok=True)
        yield
    finally:
        for folder in made:
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


def _find_foreign(out_dir: Path, wanted: Mapping[str, bytes]) -> tuple[str, ...]:
    """What else is in the folders of the output; folders of others are not entered."""
    folders = {PurePosixPath(".")}
    for name in wanted:
        folders.update(PurePosixPath(name).parents)
    found: list[str] = []
    for folder in folders:
        for entry in os.scandir(out_dir / folder):
            path = folder / entry.name
            if path.as_posix() in wanted or BYPRODUCTS.fullmatch(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                if path not in folders:
                    found.append(f"{path}/")
            else:
                found.append(path.as_posix())
    return _sort_paths(found)


def _sort_paths(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(paths))


def _show_path(path: Path) -> str:
    return path.as_posix()
