"""Runs the tests that were generated with a package, as its users would run them.

Only the package, its tests and pytest are there: no plugin of pytest that happens to be
installed here, since the package asks for none and starting them takes longer than
most of its tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

__all__ = ["run"]


def run(
    package: Path, *options: str, capture: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run them in a process of its own.

    Args:
        package: The folder of the package.
        options: More options of pytest.
        capture: Whether what pytest prints is kept, rather than shown.
    """
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options],
        cwd=package,
        env={
            **os.environ,
            "PYTHONPATH": str(package / "src"),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=capture,
        text=True,
        check=False,
    )
