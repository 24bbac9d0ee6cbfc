"""The folders of cases: ``cases/<stage>/<name>``, each an input and what comes of it."""

from __future__ import annotations

from pathlib import Path

__all__ = ["CASES", "FOLDERS", "entry_of", "find_cases"]

CASES = Path(__file__).parents[1] / "cases"
FOLDERS = sorted(path for path in CASES.glob("*/*") if path.is_dir())


def find_cases(holding: str) -> list[Path]:
    """The cases that have a file or folder of a name."""
    return [folder for folder in FOLDERS if (folder / holding).exists()]


def entry_of(case: Path) -> str:
    """What the command is given: the folder of a target, or the document."""
    if (case / "sdk.yaml").exists():
        return "."
    return next(path.name for path in sorted(case.glob("openapi.*")))
