"""Generated Python in the one format: black, in this process or in several.

black is slow (some thousand lines a second), so it gets only what is not settled
without it, results are cached and large outputs are spread over processes; none of this
changes a byte.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from .breaking import COLUMNS
from .cache import Cache
from .diagnostics import Diagnostics, Place
from .manifest import encoded, files_below, sha256, version
from .settled import Question

__all__ = ["format_files", "template_digests"]

_PARALLEL_FROM = 600_000
"""Characters of code from which on processes of their own are worth their start."""


def template_digests(*folders: Path) -> frozenset[str]:
    """Digests of the templates that are copied as they are (all but ``*.jinja``).

    A file of the output with one of these digests is such a copy: it is written by
    people and tested where it lies, so it is neither formatted nor gated.
    """
    return frozenset(
        sha256(path.read_bytes())
        for folder in folders
        for path in files_below(folder)
        if path.suffix != ".jinja"
    )


def format_files(
    files: Mapping[str, str | bytes],
    cache: Cache,
    diagnostics: Diagnostics,
    *,
    verbatim: Collection[str] = frozenset(),
) -> dict[str, str] | None:
    """Format the generated Python of an output with black.

    Args:
        files: Relative path with ``/`` → text, or its UTF-8 bytes.
        cache: Keeps results: most files are the same in the next run.
        diagnostics: Gets E504 for a file that is no Python, which is a defect of the
            generator and names the file and line.
        verbatim: Digests of files that stay as they are (``template_digests``).

    Returns:
        The final text of every file, or None after an E504.
    """
    done: dict[str, str] = {}
    pending: dict[str, Question] = {}
    for path, value in sorted(files.items()):
        data = encoded(value)
        try:
            text = value if isinstance(value, str) else value.decode("utf-8")
        except UnicodeDecodeError as error:
            diagnostics.add("E504", f"{path} is not UTF-8: {error}")
            continue
        verbatim_copy = sha256(data) in verbatim
        if not path.endswith(".py") or verbatim_copy:
            done[path] = text
            continue
        asked = Question.of(text)
        found = cache.get("black", _black_key(text)) if asked.text else asked.whole("")
        if isinstance(found, str):
            done[path] = found
        else:
            pending[path] = asked
    for path, outcome in _run_black(pending):
        if isinstance(outcome, _NotPython):
            place = Place(path, outcome.line, 1)
            diagnostics.add("E504", f"no Python: {outcome.message}", place)
            continue
        cache.put("black", _black_key(pending[path].module), outcome)
        done[path] = outcome
    if len(done) < len(files):
        return None
    return dict(sorted(done.items()))


@dataclass(frozen=True, slots=True)
class _NotPython:
    line: int
    message: str


def _black_key(text: str) -> str:
    return f"{version('black')} {COLUMNS} py311\n{text}"


def _run_black(
    asked: Mapping[str, Question],
) -> Iterator[tuple[str, str | _NotPython]]:
    # The longest first, so that no process ends long after the others.
    paths = sorted(asked, key=lambda path: (-len(asked[path].text), path))
    questions = [asked[path] for path in paths]
    workers = min(_processors(), len(questions), 8)
    if workers > 1 and sum(len(each.text) for each in questions) >= _PARALLEL_FROM:
        try:
            with ProcessPoolExecutor(workers, get_context("spawn"), _quiet) as pool:
                outcomes = list(pool.map(_answered, questions))
        except (OSError, BrokenExecutor):
            # No processes or semaphores to be had: slower, but the same bytes.
            outcomes = [_answered(each) for each in questions]
    else:
        outcomes = [_answered(each) for each in questions]
    yield from zip(paths, outcomes, strict=True)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _quiet() -> None:
    """In a worker: Ctrl-C is for the parent, which then ends the workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _answered(asked: Question) -> str | _NotPython:
    answer = _black(asked.text)
    whole = asked.whole(answer) if isinstance(answer, str) else None
    # The module as it is tells in which line it is wrong, and has no stand-in to lose.
    return _black(asked.module) if whole is None else whole


def _black(text: str) -> str | _NotPython:
    # `format_str` formats all that it changed once more, lest a comma that it added
    # should want a third layout. Ours is right after one pass: a test asks black
    # itself.
    from black import _format_str_once as once  # pyright: ignore[reportPrivateUsage]
    from black.mode import Mode, TargetVersion
    from black.parsing import InvalidInput

    mode = Mode(target_versions={TargetVersion.PY311}, line_length=COLUMNS)
    try:
        return once(text, mode=mode)
    except InvalidInput as error:
        found = re.search(r"(\d+):\d+", str(error))
        return _NotPython(
            int(found.group(1)) if found else 1, str(error).partition("\n")[0]
        )
