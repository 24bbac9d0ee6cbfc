"""Digests of files: what tells whether one is still what it was."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Final

__all__ = ["ABSENT", "digest_file", "digest_input", "sha256"]

ABSENT: Final = "absent"
"""Stands in place of the digest of a file that does not exist."""


def sha256(data: bytes) -> str:
    """The digest of bytes, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def digest_file(path: Path) -> str:
    """The digest of the contents of a file; ``ABSENT`` if there is no file."""
    # A pipe or a device is no input: to read it may never end.
    try:
        return sha256(path.read_bytes()) if path.is_file() else ABSENT
    except OSError:
        return ABSENT


def digest_input(path: Path, data: bytes | None = None) -> str:
    """A digest of a file that is read, and of where a symbolic link to it leads.

    Args:
        path: The file, as it is opened.
        data: Its contents, if they were read already.
    """
    digest = digest_file(path) if data is None else sha256(data)
    return f"{digest} {os.path.realpath(path)}"
