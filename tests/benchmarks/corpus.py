"""The largest documents of a folder of documents, and importing what they give.

The folder has an ``index.csv`` with a line for each document: its ``name``, which is a
folder too, its ``entry_file`` and its ``bytes``.
"""

from __future__ import annotations

import csv
import os
import shutil
import statistics
from collections.abc import Callable
from pathlib import Path

from .measure import Figure, Figures, Step, Steps, run, take_turns
from .project import HERE, Project
from .table import Row, measured

__all__ = ["rows", "steps"]

SECTION = "large documents"
COUNT = 5
ROUNDS = 1
IMPORT = "import of all models of the largest"
IMPORTS = 5
"""Of which the median is taken: one takes little beside generating."""

PACKAGE = "corpus_sdk"
MODELS = f"import {PACKAGE}.models as m; [getattr(m, name) for name in m.__all__]"


def steps(project: Project, work: Path) -> Steps:
    """Generating from each; nothing without ``SDKGEN_CORPUS``."""
    corpus = os.environ.get("SDKGEN_CORPUS")
    if not corpus:
        return {}
    folder = Path(corpus).resolve()
    with (folder / "index.csv").open(encoding="utf-8") as file:
        documents = sorted(csv.DictReader(file), key=lambda row: -int(row["bytes"]))
    names = {row["name"]: row["entry_file"] for row in documents[:COUNT]}
    largest = work / next(iter(names))
    return {
        **{
            name: _generating(project, work / name, folder / name, entry)
            for name, entry in names.items()
        },
        IMPORT: lambda: _imported(project, largest / "src"),
    }


def _generating(project: Project, out: Path, folder: Path, entry: str) -> Step:
    def generate() -> Figures:
        shutil.rmtree(out, ignore_errors=True)
        with project.nothing_kept() as environment:
            command = project.sdkgen(
                *("generate", str(folder / entry), "--out", str(out)),
                *("--project", str(folder), "--package", PACKAGE),
                *("--allow-skips", "--large"),
            )
            cost = run(command, out.parent, environment)
        return {
            Figure(f"{out.name}, CPU", "s"): cost.cpu,
            Figure(f"{out.name}, peak", "MiB"): cost.peak,
        }

    return generate


def _imported(project: Project, source: Path) -> Figures:
    environment = {**os.environ, "PYTHONPATH": str(source)}

    def spent(code: str) -> float:
        return run([project.python, "-c", code], source.parent, environment).cpu

    spent(MODELS)  # compiles
    over = [spent(MODELS) - spent("pass") for _ in range(IMPORTS)]
    return {Figure(IMPORT, "s"): statistics.median(over)}


def rows(work: Path, rounds: int | None, tell: Callable[[str], None]) -> list[Row]:
    """What each takes, and what the import takes over bare Python."""
    rounds = rounds or ROUNDS
    found = take_turns({"sdkgen": steps(HERE, work)}, rounds, tell=tell)["sdkgen"]
    made: list[Row] = []
    for figure in found:
        bar = 0.3 if figure.what == IMPORT else None
        made += measured(SECTION, found, figure, bar=bar)
    return made
