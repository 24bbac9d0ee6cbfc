"""Runs checks side by side, and shows what each finds as soon as it has ended."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

__all__ = ["Check", "run"]


@dataclass(frozen=True, slots=True)
class Check:
    """Something that is checked by a process of its own."""

    name: str
    process: Callable[[], subprocess.CompletedProcess[str]]


def run(lanes: Sequence[Sequence[Check]]) -> int:
    """Run all checks, whatever one of them finds; the exit code is 1 if one failed.

    Args:
        lanes: Checks of one lane run one after the other, those of different lanes at
            the same time: as many lanes as there are processors, and at least two.
    """
    showing = Lock()

    def go(lane: Sequence[Check]) -> bool:
        passed = True
        for check in lane:
            done = check.process()
            passed = passed and done.returncode == 0
            verdict = "ok" if done.returncode == 0 else "FAILED"
            found = done.stdout + done.stderr if done.returncode else ""
            with showing:
                sys.stdout.write(f"{check.name}: {verdict}\n{found}")
                sys.stdout.flush()
        return passed

    with ThreadPoolExecutor(max(2, os.cpu_count() or 2)) as pool:
        return int(not all(list(pool.map(go, lanes))))
