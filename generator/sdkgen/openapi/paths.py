"""Path templates."""

from __future__ import annotations

__all__ = ["with_slash"]


def with_slash(path: str) -> str:
    """A path as it is meant: one without its first slash has one all the same."""
    return path if path.startswith("/") else f"/{path}"
