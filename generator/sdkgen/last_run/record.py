"""What the last run over a target read and wrote, so that a run can see: nothing changed.

One small file a target, in the user's cache folder. It names every file that was opened
(documents, overlays, configuration, the lock) and every file that was written, each with
its digest, and the generator itself. Nothing else is remembered between runs.

A file that came with a repository proves nothing: a record is never kept inside a
checkout, and the digests of the outputs are the record's, not those of ``MANIFEST.json``.
Nothing here imports what is slow.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, cast

from sdkgen.support.checkouts import find_checkout
from sdkgen.support.digests import digest_input, sha256

__all__ = ["Record", "Records", "find_folder"]

_MOST: Final = 256
"""Records that are kept; the oldest go first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One run that left its output as it was meant to be."""

    generator: str
    """Digest of the generator's code, its templates, its libraries and its Python."""
    inputs: Mapping[str, str]
    """Path of each file that was read → ``digests.digest_input``."""
    outputs: Mapping[str, str]
    """The same of each file that was written: a link in its place is another file."""
    verdicts: tuple[str, ...] = field(default=())
    """What the judges of ``sdkgen check`` said; empty if they were not asked."""

    def is_current(self, generator: str) -> bool:
        """Whether all that was read and written is still what it was."""
        files = (*self.outputs.items(), *self.inputs.items())
        return self.generator == generator and all(
            digest_input(Path(path)) == digest for path, digest in files
        )


class Records:
    """The records in one folder, by key; a disk that fails costs time only."""

    def __init__(self, folder: Path | None) -> None:
        """Use a folder, which need not exist yet; None remembers nothing."""
        self._folder = folder

    def load(self, key: str) -> Record | None:
        """The record of a key; None if there is none that can be read."""
        if self._folder is None:
            return None
        try:
            text = self._get_path(self._folder, key).read_text(encoding="utf-8")
            found: Any = json.loads(text)
            record = Record(
                generator=found["generator"],
                inputs=found["inputs"],
                outputs=found["outputs"],
                verdicts=tuple(found["verdicts"]),
            )
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None
        return record if _is_sound(record) else None

    def store(self, key: str, record: Record) -> None:
        """Replace the record of a key, whole or not at all."""
        if self._folder is None:
            return
        path = self._get_path(self._folder, key)
        staged = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                staged.write_text(json.dumps(asdict(record)), encoding="utf-8")
                staged.replace(path)
            finally:
                staged.unlink(missing_ok=True)
            self._prune(path.parent)
        except OSError:
            return

    @staticmethod
    def _prune(folder: Path) -> None:
        found = [(each.stat().st_mtime_ns, each.name) for each in folder.iterdir()]
        for _, name in sorted(found)[:-_MOST]:
            (folder / name).unlink(missing_ok=True)

    @staticmethod
    def _get_path(folder: Path, key: str) -> Path:
        digest = sha256(key.encode("utf-8", "surrogateescape"))
        return folder / "runs" / f"{digest[:40]}.json"


def _is_sound(record: Record) -> bool:
    """Whether a record that was read has the types that it should have."""
    maps = [cast("object", record.inputs), cast("object", record.outputs)]
    texts: list[object] = [record.generator, *record.verdicts]
    for each in maps:
        if not isinstance(each, dict):
            return False
        texts += [*cast("dict[object, object]", each).values()]
    return all(isinstance(text, str) for text in texts)


def find_folder(
    outside: Iterable[Path], environ: Mapping[str, str] = os.environ
) -> Path | None:
    """Where records are kept; None if nothing is to be remembered.

    ``SDKGEN_CACHE`` names a folder, or is ``off``; without it that is ``sdkgen`` in the
    user's cache folder (``XDG_CACHE_HOME``, by default ``~/.cache``).

    Args:
        outside: Folders of the run. A folder for records that lies inside one of them,
            or inside of the checkout around it, may have come with the repository: it
            is neither read nor written.
        environ: Variables of the environment.
    """
    chosen = environ.get("SDKGEN_CACHE", "")
    if chosen == "off":
        return None
    folder = Path(chosen) if chosen else _find_user_cache(environ)
    if folder is None:
        return None
    real = Path(os.path.realpath(folder))
    for each in outside:
        own = os.path.realpath(each)
        around = find_checkout(own)
        if any(real.is_relative_to(os.path.realpath(f)) for f in (own, around) if f):
            return None
    return folder


def _find_user_cache(environ: Mapping[str, str]) -> Path | None:
    base = environ.get("XDG_CACHE_HOME", "")
    if base and Path(base).is_absolute():  # others are to be ignored, says its standard
        return Path(base) / "sdkgen"
    home = environ.get("HOME", "")
    return Path(home) / ".cache" / "sdkgen" if home else None
