"""Generated Python in one format: ``ruff format`` writes it, black judges it.

Both have one style. ruff formats all modules of an output in one process, in less time
than it takes to import black; ``sdkgen check`` then asks black about the files that are
checked in (``check_format``).
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sdkgen.diagnostics.diagnostic import Diagnostics, Place

from .manifest import encoded, list_files, sha256

__all__ = ["COLUMNS", "check_format", "digest_templates", "format_files"]

COLUMNS: Final = 88
"""Characters in a line."""

_COMMAND_LINE: Final = 24_000
"""Characters; Windows allows some 32,000."""

_REFUSED: Final = re.compile(
    r"^(?:would reformat|error: cannot format|error: cannot parse[^:\n]*:) ([^:\n]+)",
    re.MULTILINE,
)
"""A line of black's about a file that is not as black has it."""


def digest_templates(*folders: Path) -> frozenset[str]:
    """Digests of the templates that are copied as they are (all but ``*.jinja``).

    A file of the output with one of these digests is such a copy: it is written by
    people and tested where it lies, so it is neither formatted nor gated.
    """
    return frozenset(
        sha256(path.read_bytes())
        for folder in folders
        for path in list_files(folder)
        if path.suffix != ".jinja"
    )


def format_files(
    files: Mapping[str, str | bytes],
    diagnostics: Diagnostics,
    *,
    verbatim: Collection[str] = frozenset(),
) -> dict[str, str] | None:
    """Format the generated Python of an output.

    Args:
        files: Relative path with ``/`` → text, or its UTF-8 bytes.
        diagnostics: Gets E504 for a file that is no Python, which is a defect of the
            generator and names the file and line.
        verbatim: Digests of files that stay as they are (``digest_templates``).

    Returns:
        The final text of every file, by path, or None after an E504.

    Raises:
        OSError: ruff cannot be started, or there is no room for temporary files.
        RuntimeError: ruff refuses what Python reads: a defect of ours.
    """
    done: dict[str, str] = {}
    pending: dict[str, bytes] = {}
    for path, value in sorted(files.items()):
        data = encoded(value)
        try:
            text = value if isinstance(value, str) else value.decode("utf-8")
        except UnicodeDecodeError as error:
            diagnostics.add("E504", f"{path} is not UTF-8: {error}")
            continue
        if path.endswith(".py") and sha256(data) not in verbatim:
            pending[path] = data
        else:
            done[path] = text
    done.update(_format(pending, diagnostics))
    return dict(sorted(done.items())) if len(done) == len(files) else None


def _format(
    modules: Mapping[str, bytes], diagnostics: Diagnostics
) -> Mapping[str, str]:
    """The modules that are Python, in ruff's format."""
    if not modules:
        return {}
    with TemporaryDirectory(prefix="sdkgen-") as folder:
        # Numbers for names: ruff passes over what is called `build.py`, say.
        numbered = {path: Path(folder, f"{n}.py") for n, path in enumerate(modules)}
        for path, data in modules.items():
            numbered[path].write_bytes(data)
        problem = _run_ruff(Path(folder))
        if problem:
            wrong = [_is_refused(*each, diagnostics) for each in modules.items()]
            if not any(wrong):
                raise RuntimeError(f"ruff refuses what Python reads: {problem}")
            return {}
        return {
            path: file.read_bytes().decode("utf-8") for path, file in numbered.items()
        }


def _run_ruff(folder: Path) -> str:
    """Format all modules in a folder; what ruff says of those that it refuses."""
    from ruff import find_ruff_bin  # type: ignore[import-untyped] # no py.typed

    command = [
        *(find_ruff_bin(), "format", "--isolated", "--no-cache", "--quiet"),
        *("--no-respect-gitignore", "--config", "exclude=[]"),
        *("--line-length", str(COLUMNS), "--target-version", "py311", "."),
    ]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("RUFF_")}
    done = subprocess.run(  # noqa: S603 - a program of our own environment
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    said = done.stderr.decode("utf-8", "replace").strip()
    return (said or f"exit code {done.returncode}") if done.returncode else ""


def _is_refused(path: str, data: bytes, diagnostics: Diagnostics) -> bool:
    """Whether a module is no Python; if so, a finding says where."""
    try:
        ast.parse(data)
    except SyntaxError as error:
        place = Place(path, error.lineno or 1, 1)
        diagnostics.add("E504", f"not Python: {error.msg}", place)
    except (ValueError, RecursionError, MemoryError) as error:
        diagnostics.add("E504", f"not Python: {error}", Place(path, 1, 1))
    else:
        return False
    return True


def check_format(out_dir: Path, files: Iterable[str], diagnostics: Diagnostics) -> int:
    """Ask black about all Python of an output as it lies on the disk, copies included.

    black runs by itself, on all processors, and remembers in the user's cache folder
    which files it agreed with.

    Args:
        out_dir: The output folder.
        files: Relative paths with ``/``.
        diagnostics: Gets E508 for each file that black would change or cannot read.

    Returns:
        How many files black agrees with.
    """
    modules = sorted(path for path in files if path.endswith(".py"))
    wrong = [
        path for part in _split_command(modules) for path in _ask_black(out_dir, part)
    ]
    for path in wrong:
        place = Place((out_dir / path).as_posix(), 1, 1)
        hint = f"see how: black --diff --line-length {COLUMNS} {place.file}"
        diagnostics.add("E508", "black would change the file", place, hint=hint)
    return len(modules) - len(wrong)


def _split_command(paths: Sequence[str]) -> Iterator[Sequence[str]]:
    """Parts of a list, none too long for the command line of any system."""
    length = max(map(len, paths), default=0) + 1
    size = max(1, _COMMAND_LINE // length)
    for start in range(0, len(paths), size):
        yield paths[start : start + size]


def _ask_black(folder: Path, paths: Sequence[str]) -> list[str]:
    """Those of the files that black would change, or cannot read."""
    command = [
        # Isolated, since the folder may hold a `black.py` of somebody's.
        *(sys.executable, "-P", "-m", "black", "--check", "--fast", "--no-color"),
        *("--config", os.devnull, "--line-length", str(COLUMNS)),
        *("--target-version", "py311", "--", *paths),
    ]
    done = subprocess.run(  # noqa: S603 - a program of our own environment
        command,
        cwd=folder,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    said = done.stderr.decode("utf-8", "replace")
    named = _REFUSED.findall(said)
    if done.returncode and not named:
        raise RuntimeError(f"black fails: {said.strip() or done.returncode}")
    by_path = {os.path.realpath(folder / path): path for path in paths}
    return sorted({by_path[os.path.realpath(folder / name)] for name in named})
