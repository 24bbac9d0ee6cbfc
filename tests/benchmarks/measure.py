"""Costs of processes, in rounds in which every contender has its turn.

A machine that is shared is noisy, so only ratios within one run mean something: each
contender does the same step directly after the other, and a figure is the median of
what the rounds gave.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias

__all__ = ["Cost", "Figure", "Figures", "Rounds", "Step", "Steps", "run", "take_turns"]

_SAID = 2000
"""Characters that are told of what a command said before it failed."""

_KIB = 1 if sys.platform == "darwin" else 1024
"""Bytes of the unit in which the system tells the peak of memory."""


class Figure(NamedTuple):
    """What is measured: a name, and the unit it is measured in."""

    what: str
    unit: str


Figures: TypeAlias = Mapping[Figure, float]
Step: TypeAlias = Callable[[], Figures]
Steps: TypeAlias = Mapping[str, Step]
"""What a contender does in a round, by name: steps of one name are done in turn."""

Rounds: TypeAlias = dict[Figure, list[float]]
"""Each figure of a contender in each round."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took, with all that it started.

    ``cpu`` and ``wall`` are seconds, ``peak`` is the memory in MiB of the process that
    held most; ``output`` is what it wrote to stdout.
    """

    cpu: float
    wall: float
    peak: float
    output: str

    def figures(self, what: str) -> Figures:
        """All three, as figures of something."""
        return {
            Figure(f"{what}, CPU", "s"): self.cpu,
            Figure(f"{what}, wall", "s"): self.wall,
            Figure(f"{what}, peak", "MiB"): self.peak,
        }


def run(
    command: Sequence[str], cwd: Path, environment: Mapping[str, str] = os.environ
) -> Cost:
    """Run a command to its end.

    Raises:
        subprocess.CalledProcessError: The command failed; says what it wrote.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        output = out.read().decode(errors="replace")
        if process.returncode != 0:
            said = (output + err.read().decode(errors="replace")).strip()
            raise subprocess.CalledProcessError(
                process.returncode, list(command), said[-_SAID:]
            )
    return Cost(
        cpu=usage.ru_utime + usage.ru_stime,
        wall=wall,
        peak=usage.ru_maxrss * _KIB / 2**20,
        output=output,
    )


def take_turns(
    contenders: Mapping[str, Steps],
    rounds: int,
    *,
    most: Mapping[str, int] | None = None,
    warm: int = 0,
    tell: Callable[[str], None] = lambda text: None,
) -> dict[str, Rounds]:
    """Let every contender do each of its steps in each round.

    Who is first changes from round to round. A step that fails is told of, and done no
    more by that contender: its figures are missing.

    Args:
        contenders: What each of them does.
        rounds: How many rounds count.
        most: Steps that are done in the first rounds only, and in how many.
        warm: Rounds before those, which do not count.
        tell: Is told what is being done.
    """
    found: dict[str, Rounds] = {name: {} for name in contenders}
    failed: set[tuple[str, str]] = set()
    steps = list(dict.fromkeys(step for each in contenders.values() for step in each))
    for number in range(-warm, rounds):
        for step in steps:
            if number >= (most or {}).get(step, rounds):
                continue
            names = [name for name in contenders if step in contenders[name]]
            for name in names if number % 2 == 0 else reversed(names):
                if (name, step) in failed:
                    continue
                tell(f"round {number + 1} of {rounds}: {step}, {name}")
                try:
                    figures = contenders[name][step]()
                except subprocess.CalledProcessError as error:
                    failed.add((name, step))
                    tell(f"FAILED: {step}, {name}: {error}\n{error.output}")
                    continue
                if number >= 0:
                    for figure, value in figures.items():
                        found[name].setdefault(figure, []).append(value)
    return found
