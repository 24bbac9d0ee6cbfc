"""Measure what users wait for, and print ratios of one run.

A machine that is shared is noisy, so only ratios within one run mean something: each
figure is the median of several runs, taken in turn with what it is compared to.
"""

from __future__ import annotations

import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PYTHON = sys.executable
RUNS = 5


def seconds(command: list[str], cwd: Path, environment: Mapping[str, str]) -> float:
    """CPU seconds of one process, which other work on the machine changes least."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        command, cwd=cwd, env=dict(environment), check=True, capture_output=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def median(*commands: Callable[[], float]) -> list[float]:
    """The median of each, after one round that is not counted, taken in turn."""
    rounds = [[command() for command in commands] for _ in range(RUNS + 1)][1:]
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def generation() -> None:
    """``sdkgen generate``: from nothing, one schema changed, nothing changed."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for name in ("specs", "generated"):
            shutil.copytree(ROOT / name, work / name)
        cache = {**os.environ, "SDKGEN_CACHE": str(work / "cache")}
        generate = [PYTHON, "-m", "generator", "generate"]
        cache["PYTHONPATH"] = str(ROOT)
        document = work / "specs/losant/openapi.yaml"

        def nothing() -> float:
            return seconds([PYTHON, "-c", "import argparse"], work, cache)

        def cold() -> float:
            shutil.rmtree(work / "cache", ignore_errors=True)
            return seconds([*generate, "--force"], work, cache)

        def edited() -> float:
            text = document.read_text(encoding="utf-8")
            document.write_text(f"{text}# {time.time_ns()}\n", encoding="utf-8")
            return seconds(generate, work, cache)

        def unchanged() -> float:
            return seconds(generate, work, cache)

        base, first, changed, again = median(nothing, cold, edited, unchanged)
        print_row("generate, from nothing", first, base)
        print_row("generate, document edited", changed, base)
        print_row("generate, nothing changed", again, base)


def imports() -> None:
    """What ``import losant_sdk`` costs beside bare Python and its dependencies."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "generated/losant/src")}

    def timed(code: str) -> Callable[[], float]:
        return lambda: seconds([PYTHON, "-c", code], ROOT, environment)

    bare, package, client, peers = median(
        timed("pass"),
        timed("import losant_sdk"),
        timed("import losant_sdk; losant_sdk.Losant(access_token='x').device"),
        timed("import httpx2, pydantic; httpx2.Client()"),
    )
    print_row("import losant_sdk", package, bare)
    print_row("a client and its first resource", client, peers, "httpx2 and pydantic")


def print_row(what: str, value: float, base: float, beside: str = "python") -> None:
    """One line: CPU seconds of this run, and the ratio to what it is compared with."""
    sys.stdout.write(f"{what:<36} {value:7.2f} s CPU  {value / base:7.2f} × {beside}\n")


if __name__ == "__main__":
    generation()
    imports()
