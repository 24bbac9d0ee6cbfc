"""``MANIFEST.json``: which files of a folder are the generator's, and made from what.

It names every file that the generator wrote, with its digest; so a run knows its own
files, replaces and removes those, and touches no other. It is read leniently (a merge
conflict in it must not orphan the files it names) and written so that equal input gives
equal bytes. Nothing here imports what is slow: a run that finds nothing to do reads the
manifest, compares digests and is done.
"""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path

from sdkgen.support.digests import digest_file, sha256

from .paths import JOURNAL, find_path_problem, find_target

__all__ = [
    "BYPRODUCTS",
    "MANIFEST",
    "build_manifest_meta",
    "compare_output",
    "digest_inputs",
    "encoded",
    "get_library_versions",
    "is_interrupted",
    "list_files",
    "read_manifest",
    "render_manifest",
    "sha256",
    "version",
]

MANIFEST = "MANIFEST.json"

_PINNED = ("ruff",)
"""Tools whose version decides the bytes of the output."""

_ENTRY = re.compile(r'^ {4}("(?:[^"\\]|\\u[0-9a-f]{4})+"): "([0-9a-f]{64})",?$', re.M)
"""A file and its digest, as ``render_manifest`` writes them."""

BYPRODUCTS = re.compile(
    r"__pycache__|.*\.py[co]|.*\.egg-info|\.(git|venv|DS_Store|.*_cache|sdkgen-journal)"
)
"""Names of files and folders that tools leave anywhere; nobody's files."""


@functools.cache
def version(package: str) -> str:
    """The installed version of a distribution."""
    return metadata.version(package)


def build_manifest_meta(inputs: str) -> dict[str, str]:
    """The head of a manifest: the versions that decide bytes, and the inputs.

    Args:
        inputs: A digest of what was generated from (``digest_inputs``); only of what
            does not change without a change of the API, since the manifest is reviewed.
    """
    tools = {name: version(name) for name in _PINNED}
    return {"generator": version("sdkgen"), "inputs": inputs, **tools}


def get_library_versions() -> dict[str, str]:
    """The installed version of the generator and of each library that it depends on."""
    wanted = [
        re.split(r"[^\w.-]", each)[0] for each in metadata.requires("sdkgen") or ()
    ]
    return {name: version(name) for name in ("sdkgen", *wanted)}


def render_manifest(files: Mapping[str, str | bytes], meta: Mapping[str, str]) -> str:
    """``MANIFEST.json`` of these files: its own line is the only one it lacks."""
    digests = {path: sha256(encoded(value)) for path, value in files.items()}
    content = {**meta, "files": digests}
    return json.dumps(content, indent=2, sort_keys=True) + "\n"


def is_interrupted(out_dir: Path) -> bool:
    """Whether a run was killed while it wrote the folder; the next one undoes that."""
    return (out_dir / JOURNAL).exists()


def read_manifest(out_dir: Path) -> dict[str, frozenset[str]]:
    """The generator's files in a folder, with the digests they may have.

    There is one digest a file, except where a merge left both sides' lines. Paths that
    no generator writes are left out: nothing outside the folder is ever the
    generator's.
    """
    try:
        text = (out_dir / MANIFEST).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    found: dict[str, set[str]] = {}
    for name, digest in _ENTRY.findall(text):
        path = str(json.loads(name))
        if not find_path_problem(path):
            found.setdefault(path, set()).add(digest)
    return {path: frozenset(digests) for path, digests in found.items()}


def digest_inputs(
    paths: Iterable[Path], *, root: Path, extra: Mapping[str, str] | None = None
) -> str:
    """One digest of files and folders, the same wherever the checkout lies.

    Args:
        paths: Files, and folders with all they hold; one that is absent counts as such.
        root: Paths below it count by their relative path, others by their name.
        extra: Further facts: options, versions.
    """
    lines: list[str] = [f"= {key}: {value}" for key, value in (extra or {}).items()]
    top = root.resolve()
    for path in paths:
        for file in list_files(path):
            try:
                name = file.resolve().relative_to(top).as_posix()
            except ValueError:
                name = file.relative_to(path.parent).as_posix()
            lines.append(f"{name}: {digest_file(file)}")
    text = "\n".join(sorted(set(lines)))
    return sha256(text.encode("utf-8", "surrogateescape"))


def compare_output(
    out_dir: Path, files: Mapping[str, str | bytes], meta: Mapping[str, str]
) -> dict[str, tuple[bytes | None, bytes | None]]:
    """The files of which a folder and a generated output differ: (there, wanted).

    None stands for a file that is not there, or not wanted. Nothing is followed out of
    the folder: what stands behind a symbolic link counts as not there.
    """
    wanted: dict[str, bytes] = {path: encoded(value) for path, value in files.items()}
    wanted[MANIFEST] = encoded(render_manifest(files, meta))
    found: dict[str, tuple[bytes | None, bytes | None]] = {}
    for path in sorted({*wanted, *read_manifest(out_dir)}):
        target, status, problem = find_target(out_dir, path)
        there = None if problem or status is None else target.read_bytes()
        if there != wanted.get(path):
            found[path] = (there, wanted.get(path))
    return found


def encoded(value: str | bytes) -> bytes:
    """The bytes of a file. A lone surrogate is kept: the gate refuses it by its place."""
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value


def list_files(path: Path) -> Iterator[Path]:
    """A file itself, or all files below a folder but for byproducts of tools."""
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(n for n in folders if not BYPRODUCTS.fullmatch(n))
        for name in sorted(names):
            if not BYPRODUCTS.fullmatch(name):
                yield Path(folder, name)
