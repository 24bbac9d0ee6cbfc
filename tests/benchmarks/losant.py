"""The whole Losant SDK: from nothing, after an edit, with nothing changed, checked."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .measure import Figure, Figures, Rounds, Step, Steps, run, take_turns
from .peer import NAME, install_peer
from .project import HERE, Project
from .table import Row, measured

__all__ = ["EDITS", "ROUNDS", "Edit", "rows", "steps"]

ROUNDS = 3
COLD = "from nothing"
PYTHON = "start of Python"
KEPT = "what is kept"
LIMITS = {KEPT: 1}


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of one file of ``specs/losant``, which is another in each round.

    The first ``old`` becomes ``new``, in which ``@`` is the number of the round.
    """

    what: str
    path: str
    old: str
    new: str

    def apply(self, text: str, number: int) -> str:
        """The text of the file after the edit."""
        return text.replace(self.old, self.new.replace("@", str(number)), 1)


EDITS = (
    Edit(
        "one operation",
        "paths/device.yaml",
        "      - name: excludeConnectionInfo\n",
        "      - name: measured@\n"
        "        in: query\n"
        "        description: Whether to measure.\n"
        "        schema: {type: boolean}\n"
        "      - name: excludeConnectionInfo\n",
    ),
    Edit(
        "one schema",
        "schemas/device.yaml",
        "    deviceClass:\n",
        "    measured@:\n"
        "      type: string\n"
        "      description: What was measured.\n"
        "    deviceClass:\n",
    ),
    Edit(
        "one description",
        "schemas/webhook.yaml",
        "What people call the webhook.",
        "What people call the webhook, of whom there are @.",
    ),
    Edit(
        "one overlay",
        "overlays/times.yaml",
        "actions:\n",
        "actions:\n"
        "  - target: $.components.schemas.Webhook.properties.creationDate\n"
        "    update: {description: When it was made for the time no. @.}\n",
    ),
)


def steps(project: Project, work: Path) -> Steps:
    """What is done in a round, in copies of a project's specs below a folder."""
    cold, kept = work / "cold", work / "kept"
    cache = work / "cache"
    for copy in (cold, kept):
        shutil.copytree(project.root / "specs" / "losant", copy / "specs" / "losant")

    def generate(cwd: Path) -> Figures:
        shutil.rmtree(cwd / "generated", ignore_errors=True)
        with project.nothing_kept() as environment:
            cost, stages = project.generate(
                "losant", "--force", cwd=cwd, environment=environment
            )
        return {
            **cost.figures(COLD),
            **{Figure(f"  stage {name}", "s"): spent for name, spent in stages.items()},
        }

    def check() -> Figures:
        with project.nothing_kept() as environment:
            command = project.sdkgen("check", "losant")
            return run(command, cold, environment).figures("check")

    def again(what: str) -> Figures:
        command = project.sdkgen("generate", "losant")
        return run(command, kept, project.environment(cache)).figures(what)

    def edited(edit: Edit) -> Step:
        path = kept / "specs" / "losant" / edit.path
        text = path.read_text(encoding="utf-8")
        numbers = iter(range(1, sys.maxsize))

        def change() -> Figures:
            path.write_text(edit.apply(text, next(numbers)), encoding="utf-8")
            return again(f"edit of {edit.what}")

        return change

    def first() -> Figures:
        again("the first")
        return {}

    return {
        COLD: lambda: generate(cold),
        "check": check,
        # The first round makes what the edits find; the others find nothing to do.
        KEPT: first,
        **{f"edit of {edit.what}": edited(edit) for edit in EDITS},
        "nothing changed": lambda: again("nothing changed"),
    }


def rows(work: Path, rounds: int | None, tell: Callable[[str], None]) -> list[Row]:
    """Beside openapi-python-client, on the same bundled document."""
    ours = {**steps(HERE, work), PYTHON: lambda: start(HERE)}
    theirs: Steps = {}
    bundle = run(HERE.sdkgen("bundle", "losant"), HERE.root, HERE.environment(None))
    document = work / "losant.json"
    document.write_text(json.dumps(json.loads(bundle.output)), encoding="utf-8")
    peer = install_peer(document, tell)
    if peer is not None:
        theirs = {COLD: lambda: peer.generate().figures(COLD)}
    found = take_turns(
        {"sdkgen": ours, "peer": theirs},
        rounds or ROUNDS,
        most=LIMITS,
        tell=tell,
    )
    made: list[Row] = []
    for name, unit, bar in (("CPU", "s", 0.45), ("wall", "s", 0.45)):
        figure = Figure(f"{COLD}, {name}", unit)
        made += measured(
            *("losant", found["sdkgen"], figure),
            to=found["peer"].get(figure, []),
            beside=NAME,
            bar=bar,
        )
    made += measured("losant", found["sdkgen"], Figure(f"{COLD}, peak", "MiB"), bar=150)
    for figure in found["peer"]:
        what = f"  {NAME}, {figure.what.rpartition(', ')[2]}"
        made += measured("losant", found["peer"], figure, what=what)
    return made + _others(found["sdkgen"])


def _others(found: Rounds) -> list[Row]:
    """What is held against runs of our own, and against the start of Python."""
    cold = found.get(Figure(f"{COLD}, CPU", "s"), [])
    made: list[Row] = []
    for figure in found:
        if figure.what.startswith("  stage "):
            made += measured("losant", found, figure, to=cold, beside=COLD)
    check = Figure("check, CPU", "s")
    made += measured("losant", found, check, to=cold, beside=COLD, bar=2)
    for edit in EDITS:
        figure = Figure(f"edit of {edit.what}, CPU", "s")
        made += measured("losant", found, figure, to=cold, beside=COLD)
    return made + measured(
        "losant",
        found,
        Figure("nothing changed, CPU", "s"),
        to=found.get(Figure(PYTHON, "s"), []),
        beside=PYTHON,
        bar=6,
    )


def start(project: Project) -> Figures:
    """What Python takes to start, with what reads a command line."""
    cost = run([project.python, "-c", "import argparse"], project.root)
    return {Figure(PYTHON, "s"): cost.cpu}
