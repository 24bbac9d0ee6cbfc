"""Run the tests of every generated package, each by itself as its users would."""

from __future__ import annotations

import sys
from pathlib import Path

import own_tests

ROOT = Path(__file__).parents[2]


def main() -> int:
    """The exit code is that of the first package whose tests fail."""
    for package in sorted((ROOT / "generated").iterdir()):
        if not (package / "tests").is_dir():
            continue
        done = own_tests.run(package, "-p", "xdist", "-n", "auto", capture=False)
        if done.returncode != 0:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
