"""The file that the body of a response is saved in: whole, or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from .body_reader import BodyReader

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from .content import Progress

__all__ = ["Target"]


class Target:
    """A file that comes to its place when it is whole.

    Raises:
        OSError: It cannot be there.
    """

    def __init__(self, path: Path, progress: Progress | None) -> None:
        # A link stays one: what it leads to is replaced.
        self._place = Path(os.path.realpath(path))
        if self._place.exists() and not self._place.is_file():
            raise FileExistsError(f"{path} is there, and no file")
        self._progress = progress
        self._part = self._place.with_name(f".{secrets.token_hex(8)}.part")
        self._file = self._part.open("xb")
        self._total: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):  # what could not be written is not wanted any more
            self._file.close()
        self._part.unlink(missing_ok=True)

    def start(self, headers: Mapping[str, str], limit: int | None) -> BodyReader:
        """What takes the body of a response in, from its start."""
        self._file.seek(0)
        self._file.truncate()
        length = headers.get("content-length", "")
        known = length.isdecimal() and "content-encoding" not in headers
        self._total = int(length) if known else None
        return BodyReader(headers, limit, write=self._file.write)

    def report_progress(self) -> None:
        """Let the caller know how far it is."""
        if self._progress is not None:
            self._progress(self._file.tell(), self._total)

    def flush(self) -> None:
        """Wait until all is on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def finish(self) -> None:
        """Put the file in its place."""
        self._file.close()
        with suppress(FileNotFoundError):  # there was none before
            self._part.chmod(stat.S_IMODE(self._place.stat().st_mode))
        self._part.replace(self._place)
