"""Which checkout of version control a folder lies in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

__all__ = ["find_checkout"]

_MARKERS: Final = (".git", ".hg", ".jj", ".svn")


def find_checkout(folder: str) -> str:
    """The nearest folder around that is under version control; empty without one.

    A checkout that holds the user's home, or the whole system, does not count: it holds
    more than one project.
    """
    home = os.path.realpath(Path("~").expanduser())
    for around in (Path(folder), *Path(folder).parents):
        if any(
            os.path.exists(f"{around}/{name}")  # noqa: PTH110 # never raises
            for name in _MARKERS
        ):
            real = os.path.realpath(around)
            return "" if Path(home).is_relative_to(real) else str(around)
    return ""
