"""How an output folder differs from what would be generated, for people to read."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

from sdkgen.diagnostics.diagnostic import printable

from .manifest import compare_output

__all__ = ["Drift", "drift"]

_LONGEST = 200
"""Lines of a difference that are shown, and characters of a line."""

_COMPARED = 3000
"""Lines beyond which a difference is not looked for line by line, which is quadratic."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One file that is not as it should be.

    ``kind`` is seen from the folder: the file is missing there, is extra, or has other
    contents. ``diff`` turns what is there (``-``) into what is generated (``+``).
    """

    path: str
    kind: Literal["missing", "extra", "changed"]
    diff: str


def drift(
    out_dir: Path, files: Mapping[str, str | bytes], meta: Mapping[str, str]
) -> list[Drift]:
    """All differences, by path; an empty list means that a write would do nothing."""
    found: list[Drift] = []
    for path, (there, wanted) in compare_output(out_dir, files, meta).items():
        kind: Literal["missing", "extra", "changed"] = "changed"
        if there is None:
            kind = "missing"
        elif wanted is None:
            kind = "extra"
        found.append(Drift(path, kind, _render_diff(path, there or b"", wanted or b"")))
    return found


def _render_diff(path: str, there: bytes, wanted: bytes) -> str:
    old, new = _split_lines(there), _split_lines(wanted)
    # Equal lines at both ends cost nothing to find and are most of a large file.
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    shown = [f"--- {path} (as it is)", f"+++ {path} (as generated)"]
    if max(len(old), len(new)) - start - end > _COMPARED:
        shown.append(
            f"@@ from line {start + 1}: {len(old) - start - end} lines are replaced by"
            f" {len(new) - start - end} @@"
        )
        shown += [f"-{line}" for line in old[start : start + 20]]
        shown += [f"+{line}" for line in new[start : start + 20]]
    else:
        shown += _render_hunks(old, new, max(0, start - 3), max(0, end - 3))
    text = [printable(line)[:_LONGEST] for line in shown]
    return "\n".join(text) + "\n"


def _render_hunks(
    old: Sequence[str], new: Sequence[str], start: int, end: int
) -> list[str]:
    """Hunks with three lines of context, numbered as in the whole files."""
    matcher = difflib.SequenceMatcher(
        None, old[start : len(old) - end], new[start : len(new) - end]
    )
    lines: list[str] = []
    for group in matcher.get_grouped_opcodes(3):
        first, last = group[0], group[-1]
        lines.append(
            f"@@ -{first[1] + start + 1},{last[2] - first[1]}"
            f" +{first[3] + start + 1},{last[4] - first[3]} @@"
        )
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                lines += [f" {line}" for line in old[i1 + start : i2 + start]]
                continue
            lines += [f"-{line}" for line in old[i1 + start : i2 + start]]
            lines += [f"+{line}" for line in new[j1 + start : j2 + start]]
    shown = list(islice(lines, _LONGEST))
    if len(lines) > len(shown):
        shown.append(f"… {len(lines) - len(shown)} more lines")
    return shown


def _split_lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "backslashreplace").split("\n") if data else []
