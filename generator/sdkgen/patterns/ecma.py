"""Patterns as browsers read them → as ECMA-262 has them with the flag ``u``.

JSON Schema wants the second (2020-12 core, 6.4). Documents are tried with the first,
which takes some characters as they are where the other wants a backslash (Annex B.1.2):
``{{name}}`` and ``[\\w-.]`` are in daily use.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["escape_literals"]

_TOKEN: Final = re.compile(
    r"""
      \\(?:[pP]\{[^{}]*\}|u\{[^{}]*\}|[\s\S])  # an escape, with what belongs to it
    | \{[0-9]+(?:,[0-9]*)?\}                   # how often something is repeated
    | [\s\S]
    """,
    re.VERBOSE,
)
_SET: Final = re.compile(r"\\[dDsSwWpP].*", re.DOTALL)
"""A set of characters, which neither begins nor ends a range."""


def escape_literals(pattern: str) -> str:
    """The pattern with a backslash before each character that stands for itself.

    Outside of a class these are braces that repeat nothing, and a bracket that closes
    nothing; in a class, a hyphen beside a set (``\\w``). Anything else is left as it is.
    """
    parts: list[str] = _TOKEN.findall(pattern)
    written: list[str] = []
    inside = 0  # the number of the part that begins the class around
    for number, part in enumerate(parts):
        if not inside:
            if part == "[":
                inside = number + 1
            elif part in "{}]":
                part = f"\\{part}"
        elif part == "]":
            inside = 0
        elif part == "-":
            first = number == inside or (number == inside + 1 and parts[inside] == "^")
            near = (parts[number - 1], *parts[number + 1 : number + 2])
            last = near[-1] == "]"
            if not (first or last) and any(map(_SET.fullmatch, near)):
                part = "\\-"
        written.append(part)
    return "".join(written)
