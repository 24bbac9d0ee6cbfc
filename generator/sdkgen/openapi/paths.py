"""Path templates."""

from __future__ import annotations

import re
from typing import Final

__all__ = ["VARIABLE", "with_slash"]

VARIABLE: Final = re.compile(r"\{([^{}]*)\}")
"""A variable in a path or in the URL of a server."""


def with_slash(path: str) -> str:
    """A path as it is meant: one without its first slash has one all the same."""
    return path if path.startswith("/") else f"/{path}"
