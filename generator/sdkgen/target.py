"""What to generate from, and where to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

__all__ = ["GENERATOR", "TEMPLATES", "Target"]

GENERATOR = Path(__file__).parent
TEMPLATES = next(
    folder / "python"
    for folder in (GENERATOR / "_templates", GENERATOR.parent.parent / "templates")
    if folder.is_dir()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What to generate from, and where to.

    ``folder`` is ``specs/<api>`` for a target that has an ``sdk.yaml``; a bare document
    has none, and no lock file.
    """

    name: str
    document: Path | None
    folder: Path | None
    out: Path | None
    package: str | None = None

    @classmethod
    def of_folder(cls, folder: Path) -> Target:
        """A target with an ``sdk.yaml``; its output lies in ``generated/``."""
        name = folder.resolve().name
        return cls(
            name=name, document=None, folder=folder, out=Path("generated") / name
        )

    @classmethod
    def of_document(cls, path: Path) -> Target:
        """A document by itself."""
        return cls(name=path.name, document=path, folder=None, out=None)

    def with_output(self, out: Path, *, package: str | None) -> Target:
        """The same target written elsewhere, under another name of the package."""
        return replace(self, out=out, package=package)

    @property
    def lock(self) -> Path | None:
        return self.folder / "names.lock" if self.folder else None

    @property
    def templates(self) -> tuple[Path, ...]:
        own = self.folder / "templates" if self.folder else None
        return (TEMPLATES, own) if own is not None and own.is_dir() else (TEMPLATES,)
