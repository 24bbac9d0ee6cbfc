"""What an import costs over bare Python, in time and memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from .measure import Figure, Figures, Step, Steps, run, take_turns
from .project import HERE, Project
from .table import Row, divided

__all__ = ["rows", "steps"]

ROUNDS = 9
SECTION = "imports, over bare Python"
BARE = "bare Python"
RAW = "httpx2 and pydantic, a client"
PROGRAMS = {
    BARE: "pass",
    "import losant_sdk": "import losant_sdk",
    "losant_sdk, a client and its first resource": (
        "import losant_sdk; losant_sdk.Losant(access_token='x').device"
    ),
    RAW: "import httpx2, pydantic; httpx2.Client()",
    "import losant_rest": "import losant_rest",
    "losant_rest, a client and its first resource": (
        "import losant_rest; losant_rest.Client('x').device"
    ),
}
BARS = {
    "import losant_sdk": (15.0, 3.0),
    "losant_sdk, a client and its first resource": (0.6, None),
}
"""By what is imported: of its time (of the ratio, where there is one) and its memory."""

PEAK = """
with open("/proc/self/status", encoding="ascii") as status:
    print(next(line for line in status if line.startswith("VmHWM")).split()[1])
"""
"""Prints the peak of the memory of this very process, in KiB; Linux only."""


def steps(project: Project, work: Path) -> Steps:
    """Each program in a Python of its own."""

    def imported(what: str, code: str) -> Step:
        environment = {**os.environ, "PYTHONPATH": str(project.losant)}

        def measure() -> Figures:
            cost = run([project.python, "-c", code], work, environment)
            found = {Figure(what, "ms"): cost.cpu * 1e3}
            if Path("/proc/self/status").exists():
                # Beside the peak that a process inherits from who starts it.
                held = run([project.python, "-c", code + PEAK], work, environment)
                found[Figure(what, "MB")] = int(held.output) * 1024 / 1e6
            return found

        return measure

    return {what: imported(what, f"{code}\n") for what, code in PROGRAMS.items()}


def rows(work: Path, rounds: int | None, tell: Callable[[str], None]) -> list[Row]:
    """Beside httpx2 with pydantic, and losant-rest."""
    found = take_turns(
        {"sdkgen": steps(HERE, work)}, rounds or ROUNDS, warm=1, tell=tell
    )["sdkgen"]
    made: list[Row] = []
    for what in PROGRAMS:
        time, memory = BARS.get(what, (None, None))
        for unit, bar in (("ms", time), ("MB", memory)):
            figure = Figure(what, unit)
            over = subtracted(found.get(figure, []), found.get(Figure(BARE, unit), []))
            # The bar of the plain import is one of milliseconds.
            alone = unit != "ms" or what in (RAW, "import losant_sdk")
            beside = "" if alone else RAW
            raw = found.get(Figure(beside, unit), [])
            if what == BARE or not over:
                continue
            made.append(
                Row(
                    section=SECTION,
                    what=what,
                    unit=unit,
                    values=over,
                    ratios=divided(found[figure], raw),
                    beside="httpx2, pydantic and Python" if beside else "",
                    bar=bar,
                )
            )
    return made


def subtracted(values: Sequence[float], others: Sequence[float]) -> list[float]:
    """What is more than others, round by round."""
    return [one - other for one, other in zip(values, others, strict=False)]
