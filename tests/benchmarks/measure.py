"""Costs of processes, taken in turn.

A machine that is shared is noisy, so only ratios within one run mean something: each
figure is the median of several rounds, and in each round every command has its turn.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

__all__ = ["line", "medians", "peak", "seconds", "size"]

_PEAK = """
import sys
with open("/proc/self/status", encoding="ascii") as status:
    sys.stdout.write(next(line for line in status if line.startswith("VmHWM")))
"""
"""Prints the peak of the memory of this very process, in kB; Linux only."""


def seconds(
    command: Sequence[str], cwd: Path, environment: Mapping[str, str] = os.environ
) -> float:
    """CPU seconds of a process and those it starts: other work changes these least.

    Raises:
        subprocess.CalledProcessError: The command failed.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        command, cwd=cwd, env=dict(environment), check=True, capture_output=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def peak(code: str, cwd: Path, environment: Mapping[str, str] = os.environ) -> float:
    """The most memory that a program in Python held, in MB (10^6 bytes)."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{_PEAK}"],
        cwd=cwd,
        env=dict(environment),
        check=True,
        capture_output=True,
        text=True,
    )
    return int(done.stdout.split()[-2]) * 1024 / 1e6


def medians(
    *commands: Callable[[], float], rounds: int = 5, warm: int = 1
) -> list[float]:
    """The median of each over some rounds, after others that are not counted."""
    rows = [[command() for command in commands] for _ in range(warm + rounds)][warm:]
    return [statistics.median(column) for column in zip(*rows, strict=True)]


def size(folder: Path) -> tuple[int, int]:
    """How much Python lies in a folder: files and their lines."""
    paths = list(folder.rglob("*.py"))
    return len(paths), sum(len(path.read_bytes().splitlines()) for path in paths)


def line(what: str, value: str, *more: str) -> None:
    """Print one figure and what is to be said of it."""
    sys.stdout.write(f"  {what:<44} {value:>12}  {'  '.join(more)}".rstrip() + "\n")
    sys.stdout.flush()
