"""Run the tests of every generated package, each by itself as its users would."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def main() -> int:
    """The exit code is that of the first package whose tests fail."""
    for package in sorted((ROOT / "generated").iterdir()):
        if not (package / "tests").is_dir():
            continue
        environment = {**os.environ, "PYTHONPATH": str(package / "src")}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
            cwd=package,
            env=environment,
            check=False,
        )
        if done.returncode != 0:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
