"""How the cost of each stage grows with the document."""

from __future__ import annotations

import math
import shutil
import statistics
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from .measure import Figure, Figures, Rounds, Step, Steps, run, take_turns
from .project import HERE, ROOT, Project
from .table import Row, measured

__all__ = ["fit_exponent", "rows", "steps"]

SIZES = (100, 300, 1000, 3000)
"""Operations of the documents."""

ROUNDS = 3
LIMITS = {"1000 operations": 2, "3000 operations": 1}
"""In how many rounds the larger ones are generated from: they vary less."""

SECTION = "growth"
TOTAL = "total"


def steps(project: Project, work: Path) -> Steps:
    """Generating from documents of each size."""
    return {_step(size): _generating(project, work, size) for size in SIZES}


def _step(size: int) -> str:
    return f"{size} operations"


def _generating(project: Project, work: Path, size: int) -> Step:
    document = work / f"{size}.json"
    # In a process of its own, so that ours stays small: a process begins with the
    # peak of the memory of who starts it.
    run(
        [sys.executable, "-m", "benchmarks.documents", str(size), str(document)],
        ROOT / "tests",
    )

    def generate() -> Figures:
        out = work / f"{size}.out"
        shutil.rmtree(out, ignore_errors=True)
        with project.nothing_kept() as environment:
            cost, stages = project.generate(
                *(str(document), "--out", str(out), "--large"),
                cwd=work,
                environment=environment,
            )
        shutil.rmtree(out)
        return {
            **{_figure(size, name): spent for name, spent in stages.items()},
            _figure(size, TOTAL): cost.cpu,
            Figure(f"{_step(size)}, peak", "MiB"): cost.peak,
        }

    return generate


def _figure(size: int, name: str) -> Figure:
    return Figure(f"{_step(size)}, {name}", "s")


def rows(work: Path, rounds: int | None, tell: Callable[[str], None]) -> list[Row]:
    """The total of each size, and the exponent of each stage."""
    found = take_turns(
        {"sdkgen": steps(HERE, work)},
        rounds or ROUNDS,
        most=LIMITS,
        tell=tell,
    )["sdkgen"]
    made: list[Row] = []
    for size in SIZES:
        made += measured(
            SECTION, found, _figure(size, TOTAL), what=f"{_step(size)}, CPU"
        )
    largest = max(SIZES)
    peak = Figure(f"{_step(largest)}, peak", "MiB")
    made += measured(SECTION, found, peak, bar=450)
    prefix = f"{_step(largest)}, "
    for figure in found:
        if figure.unit == "s" and figure.what.startswith(prefix):
            name = figure.what.removeprefix(prefix)
            costs = _costs(found, name)
            last = {size: costs[size] for size in sorted(costs)[-2:]}
            for what, some in ((name, costs), (f"{name}, the last step", last)):
                made.append(
                    Row(
                        section=SECTION,
                        what=f"exponent of {what}",
                        unit="",
                        values=[fit_exponent(some)],
                        bar=1.1 if some is costs else None,
                    )
                )
    return made


def _costs(found: Rounds, name: str) -> dict[int, float]:
    """The median of a stage by the size of the document."""
    return {
        size: statistics.median(found[_figure(size, name)])
        for size in SIZES
        if _figure(size, name) in found
    }


def fit_exponent(costs: Mapping[int, float]) -> float:
    """The power of the size that costs grow with: the slope of their logarithms."""
    sizes = [math.log(size) for size in costs]
    logs = [math.log(max(cost, 1e-6)) for cost in costs.values()]
    return statistics.linear_regression(sizes, logs).slope
