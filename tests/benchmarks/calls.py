"""What calls cost beside others on the same server, measured by ``contests.py``.

That runs in a process of its own, which has the Losant SDK of one project.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

from .measure import Figure, Figures, Steps, run, take_turns
from .project import HERE, ROOT, Project
from .table import Row, measured

__all__ = [
    "AWAITED",
    "EVENT",
    "ONE",
    "PAGE",
    "RAW",
    "SDK",
    "TASKS",
    "THREADS",
    "rows",
    "steps",
]

ROUNDS = 5
RAW = "by hand"
"""httpx2 and pydantic, which is the least that a typed client of them can cost."""

SDK = "losant_sdk"
ONE, TASKS, THREADS = "one after the other", "50 tasks at once", "50 threads at once"
PAGE, EVENT = "page of 100 devices", "event of a stream"
AWAITED = "event of a stream, awaited"
BARS = {ONE: 0.84, TASKS: 0.68, THREADS: 0.91, PAGE: 0.81, EVENT: 1.3, AWAITED: 1.3}


def steps(project: Project, work: Path) -> Steps:
    """All measurements of calls, in a process that has a project's Losant SDK."""
    path = os.pathsep.join([str(ROOT / "tests"), str(project.losant)])
    environment = {**os.environ, "PYTHONPATH": path}
    command = [project.python, "-m", "benchmarks.contests"]

    def measure() -> Figures:
        found = json.loads(run(command, work, environment).output)
        return {
            Figure(f"{what}: {name}", "\u00b5s"): cost
            for what, costs in found.items()
            for name, cost in costs.items()
        }

    return {"calls": measure}


def rows(work: Path, rounds: int | None, tell: Callable[[str], None]) -> list[Row]:
    """The CPU of a call, a page or an event, beside that of the raw one."""
    found = take_turns({"sdkgen": steps(HERE, work)}, rounds or ROUNDS, tell=tell)
    ours = found["sdkgen"]
    made: list[Row] = []
    for figure in ours:
        what, _, name = figure.what.partition(": ")
        raw = ours[Figure(f"{what}: {RAW}", figure.unit)] if name != RAW else []
        bar = BARS[what] if name == SDK else None
        made += measured("calls", ours, figure, to=raw, beside=RAW, bar=bar)
    return made
