"""``sdkgen`` as it is, with the CPU of each of its stages kept.

``python stages.py FILE MODULE ARGUMENTS…`` runs the command line of a module and leaves
in the file, as JSON, how many seconds of CPU each stage took, with that of the programs
it started.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def spent() -> float:
    """CPU seconds of this process and of those it started, until now."""
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def keep_stages(path: Path, run: Any) -> None:
    """Let a class of runs keep in a file what its stages take."""
    times: dict[str, float] = {}
    original = run.stage

    @contextmanager
    def stage(self: Any, name: str) -> Generator[None]:
        began = spent()
        try:
            with original(self, name):
                yield
        finally:
            times[name] = times.get(name, 0.0) + spent() - began
            # The command ends its process by itself: there is no later.
            path.write_text(json.dumps(times), encoding="utf-8")

    run.stage = stage


def main() -> int:
    """Run it."""
    path, module, *arguments = sys.argv[1:]
    sys.path[0] = ""  # as it is for a module that is run, and not for a script
    keep_stages(Path(path), importlib.import_module(f"{module}.pipeline").Run)
    sys.argv = ["sdkgen", *arguments]
    code: int = importlib.import_module(f"{module}.__main__").main()
    return code


if __name__ == "__main__":
    sys.exit(main())
