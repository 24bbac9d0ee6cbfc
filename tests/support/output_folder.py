"""An output folder that tests write, and two states of what is in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.write import output
from sdkgen.write.output import WriteResult

META = {"generator": "1", "inputs": "2"}
OLD = {
    "README.md": "old\n",
    "src/acme/__init__.py": '"""Acme."""\n',
    "src/acme/gone/a.py": "A = 1\n",
    "src/acme/kept.py": "KEPT = 1\n",
}
NEW = {
    "README.md": "new\n",
    "src/acme/__init__.py": '"""Acme."""\n',
    "src/acme/fresh/b.py": "B = 1\n",
    "src/acme/kept.py": "KEPT = 2\n",
}


def write(folder: Path, files: dict[str, str]) -> WriteResult:
    """Write what must be writable."""
    diagnostics = Diagnostics()
    result = output.write(folder, files, META, diagnostics)
    assert result is not None, list(diagnostics)
    assert not list(diagnostics)
    return result


def refused(folder: Path, files: dict[str, Any]) -> list[tuple[str, str]]:
    """Write what must be refused; the codes and messages."""
    diagnostics = Diagnostics()
    assert output.write(folder, files, META, diagnostics) is None
    return [(found.code, found.message) for found in diagnostics]


def tree(folder: Path) -> dict[str, str]:
    """All that is below a folder: relative path → text, folders with a slash."""
    return {
        path.relative_to(folder).as_posix()
        + ("/" if path.is_dir() else ""): (
            "" if path.is_dir() else path.read_text(encoding="utf-8")
        )
        for path in sorted(folder.rglob("*"))
    }
