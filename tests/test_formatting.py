"""What is generated is what black makes of it."""

from __future__ import annotations

from pathlib import Path

import black
import pytest
from black.mode import Mode, TargetVersion

ROOT = Path(__file__).parent.parent
MODE = Mode(target_versions={TargetVersion.PY311}, line_length=88)
FOLDERS = [
    *sorted((ROOT / "tests/cases").glob("*/expected")),
    ROOT / "generated/losant/src/losant_sdk/resources",
    ROOT / "generated/losant/src/losant_sdk/models",
    ROOT / "generated/losant/tests",
]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.parent.name)
def test_black_changes_nothing_more(folder: Path) -> None:
    """Though the generator lets it go through a file once, and black itself twice."""
    files = sorted(folder.rglob("*.py"))[:60]
    assert files

    changed = [
        path.name
        for path in files
        if black.format_str(text := path.read_text(encoding="utf-8"), mode=MODE) != text
    ]

    assert not changed
