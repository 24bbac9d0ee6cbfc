"""A value as a diagnostic shows it."""

from __future__ import annotations

import json
from typing import Final

__all__ = ["preview"]

_SHOWN: Final = 60
"""Characters of a value that are shown."""


def preview(value: object) -> str:
    """A value as JSON on one line, cut where it gets long; ``…`` stands for the rest."""
    if isinstance(value, dict):
        return "{…}" if value else "{}"
    if isinstance(value, list):
        return "[…]" if value else "[]"
    if isinstance(value, str):
        value = value[: _SHOWN + 1]
    elif isinstance(value, int) and not isinstance(value, bool) and abs(value) > 1e18:
        return "a very large number"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
