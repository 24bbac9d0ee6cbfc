"""A checkout of the generator that is measured: how its code is run, and where.

``sdkgen`` is installed for one checkout. Each is therefore run by its module, found
first on ``PYTHONPATH``, whatever is installed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .measure import Cost, run

__all__ = ["HERE", "ROOT", "Project"]

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True, slots=True)
class Project:
    """A checkout, and the Python that has what it depends on."""

    root: Path
    python: str

    @property
    def module(self) -> str:
        """What the generator is called as a module."""
        inner = self.root / "generator" / "sdkgen" / "__main__.py"
        return "sdkgen" if inner.is_file() else "generator"

    @property
    def source(self) -> Path:
        """The folder that the module lies in."""
        return self.root if self.module == "generator" else self.root / "generator"

    @property
    def losant(self) -> Path:
        """The folder that the Losant SDK is imported from."""
        return self.root / "generated" / "losant" / "src"

    def prepare(self) -> None:
        """Compile all modules, so that no run does it, and see that they are its own.

        Raises:
            subprocess.CalledProcessError: The module does not come from this checkout.
        """
        folder = self.source / self.module
        for each in (folder, self.losant):
            # Templates of modules need not compile.
            subprocess.run(
                [self.python, "-m", "compileall", "-q", str(each)],
                capture_output=True,
                check=False,
            )
        code = (
            "import importlib.util, pathlib, sys;"
            "found = importlib.util.find_spec(sys.argv[1]).origin;"
            "sys.exit(pathlib.Path(found).parent.resolve() != pathlib.Path(sys.argv[2]))"
        )
        command = [self.python, "-c", code, self.module, str(folder.resolve())]
        with tempfile.TemporaryDirectory() as cwd:
            run(command, Path(cwd), self.environment(None))

    def environment(self, cache: Path | None) -> dict[str, str]:
        """The variables of a run that keeps what it keeps in a folder, or nothing."""
        kept = str(cache) if cache else "off"
        return {**os.environ, "PYTHONPATH": str(self.source), "SDKGEN_CACHE": kept}

    @contextmanager
    def nothing_kept(self) -> Generator[dict[str, str]]:
        """The variables of a run that finds nothing of an earlier one."""
        with tempfile.TemporaryDirectory() as folder:
            own, general = Path(folder, "own"), Path(folder, "general")
            for each in (own, general):
                each.mkdir()
            yield {**self.environment(own), "XDG_CACHE_HOME": str(general)}

    def sdkgen(self, *arguments: str) -> list[str]:
        """The command line of ``sdkgen`` with arguments."""
        return [self.python, "-m", self.module, *arguments]

    def generate(
        self, *arguments: str, cwd: Path, environment: dict[str, str]
    ) -> tuple[Cost, dict[str, float]]:
        """Run ``sdkgen generate``: what it took, and CPU seconds of each stage."""
        script = str(Path(__file__).with_name("stages.py"))
        with tempfile.TemporaryDirectory() as folder:
            kept = Path(folder, "stages.json")
            command = [self.python, script, str(kept), self.module, "generate"]
            cost = run([*command, *arguments], cwd, environment)
            return cost, json.loads(kept.read_text(encoding="utf-8"))


HERE = Project(ROOT, sys.executable)
"""The checkout that this file lies in."""
