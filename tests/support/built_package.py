"""The Losant SDK as ``specs/losant`` makes it now, for tests that drive it.

It is built afresh, without formatting, so that a test never judges an output that is
older than its source.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sdkgen import ir
from sdkgen.pipeline import Run
from sdkgen.render import render
from sdkgen.target import Target

__all__ = ["Package", "build"]

SPECS = Path(__file__).parents[2] / "specs" / "losant"


@dataclass(frozen=True, slots=True)
class Package:
    """A package in a folder, importable from there, and what it was made of.

    Its README stands beside the folder of its source.
    """

    api: ir.Api
    source: Path


def build(folder: Path, target: Target | None = None) -> Package:
    """Write the package, or that of another target, into a folder."""
    run = Run(target or Target.of_folder(SPECS))
    api = run.normalize()
    assert api is not None, list(run.diagnostics)
    made = render.render(api, run.target.templates, document_json="{}", changelog="")
    for name, content in made.files.items():
        if name.startswith("src/") or name == "README.md":
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            data = content if isinstance(content, bytes) else content.encode()
            path.write_bytes(data)
    return Package(api=api, source=folder / "src")
