"""Check all but what the tests test: format, lint, types, drift, workflows.

Every check is run, whatever another finds, and those that need not wait for each other
are run at the same time. ``check_types.py`` runs those of types alone.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import check_types
from side_by_side import Check, run

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
OURS = ("generator", "templates", "tests")

COMMANDS: dict[str, tuple[str, ...]] = {
    "drift": ("sdkgen", "check"),
    "format": ("black", "--check", *OURS),
    "lint": ("ruff", "check", "--quiet", *OURS),
    "names of what is generated": (
        *("ruff", "check", "--quiet", "--isolated", "--select", "F821", "generated"),
    ),
    "workflows": ("zizmor", "--offline", "--quiet", ".github"),
}
"""Programs of the environment, those first that take long."""


def start(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a program in the folder of the project."""
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False
    )


def main() -> int:
    """Run all; the exit code is 1 if one fails."""
    drift, *others = (
        [Check(name, partial(start, str(BIN / program), *options))]
        for name, (program, *options) in COMMANDS.items()
    )
    mypy, *pyright = check_types.lanes()
    lanes = [mypy, drift, *pyright, *others]
    if actionlint := shutil.which("actionlint"):
        lanes.append([Check("actionlint", partial(start, actionlint))])
    else:
        sys.stdout.write("actionlint: not installed, skipped\n")
    return run(lanes)


if __name__ == "__main__":
    sys.exit(main())
