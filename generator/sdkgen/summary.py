"""What a run generated, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdkgen.diagnostics.coverage import Fate

if TYPE_CHECKING:
    from sdkgen.write.output import WriteResult

    from .pipeline import Run

__all__ = ["summarize"]


def summarize(run: Run, result: WriteResult) -> list[str]:
    """The counts, the seconds of each stage, and what was left out, a line each."""
    if run.api is None or run.ledger is None:
        return []
    operations = sum(len(each.operations) for each in run.api.resources)
    files = len(result.written) + result.unchanged
    times = ", ".join(f"{name} {spent:.2f} s" for name, spent in run.times.items())
    lines = [
        f"{run.target.name}: {len(run.api.resources)} resources,"
        f" {operations} operations, {len(run.api.declarations)} models; {files} files,"
        f" {len(result.written)} written, {len(result.removed)} removed",
        f"  {times}",
    ]
    for fate in (Fate.DEGRADED, Fate.SKIPPED):
        entries = run.ledger.with_fate(fate)
        if entries:
            parts = ", ".join(sorted({str(entry.part) for entry in entries}))
            lines.append(f"  {len(entries)} {fate} ({parts}): --report FILE")
    lines.extend(f"  overwritten, though edited by hand: {p}" for p in result.edited)
    lines.extend(f"  not the generator's, left alone: {p}" for p in result.foreign)
    return lines
