"""How black breaks an item that does not fit on its line.

Items of calls, lists and dictionaries of literals only, of which tests of an API are
full. Where black would have to choose, `None` says so, and black is asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

__all__ = ["COLUMNS", "broken", "imported"]

COLUMNS: Final = 88
"""Characters in a line, as black is told."""

_INDENT = 4
_TEXT = r'"(?:[^"\\]|\\.)*+"'
_NAME = r"[A-Za-z_]\w*+"
_TOKEN = re.compile(rf"{_TEXT}|[\[({{]|[\])}}]|, |[^\"\[\](){{}},]++")
_HEAD = re.compile(
    rf"(?:{_NAME}=|{_TEXT}: )?(?:(?:lambda {_NAME}: )?{_NAME}(?:\.{_NAME})*+\(|[\[{{])"
)
"""What stands before the items that are broken apart: a call, a list or a dictionary."""
_LEAF = re.compile(rf"(?:{_NAME}=|{_TEXT}: )?{_TEXT}")
"""What cannot be broken, however long it is."""


def broken(item: str, indent: int, comma: str = ",") -> str | None:
    """The lines of an item, the first of them without its indentation.

    Args:
        item: Text on one line, with nothing in it but literals and calls.
        indent: Spaces before it.
        comma: What stands behind it, if anything.
    """
    if indent + len(item) + len(comma) <= COLUMNS:
        return item + comma
    if _LEAF.fullmatch(item):
        return item + comma
    head, items = _opened(item)
    if not _HEAD.fullmatch(head) or indent + len(head) > COLUMNS:
        return None
    margin = " " * (indent + _INDENT)
    end = f"\n{' ' * indent}{item[-1]}{comma}"
    within = ", ".join(items)
    one_line = len(margin) + len(within) <= COLUMNS
    if one_line and (head[-1] == "(" or len(items) == 1):
        return f"{head}\n{margin}{within}{end}"
    lines = [broken(each, len(margin), "," if len(items) > 1 else "") for each in items]
    if None in lines:
        return None
    return f"{head}\n{margin}" + f"\n{margin}".join(filter(None, lines)) + end


def imported(module: str, names: Sequence[str], indent: int) -> str:
    """A statement that imports names, which does not fit on a line."""
    margin = " " * indent
    lines = "".join(f"{margin}    {name},\n" for name in names)
    return f"{margin}from {module} import (\n{lines}{margin})"


def _opened(item: str) -> tuple[str, list[str]]:
    """What is before the items of the last brackets, these included, and the items.

    Nothing, if the text does not end with a bracket.
    """
    depth = 0
    start = 0
    commas: list[int] = []
    for token in _TOKEN.finditer(item):
        match token.group():
            case "(" | "[" | "{":
                depth += 1
                if depth == 1:
                    start = token.end()
                    commas = []
            case ")" | "]" | "}":
                depth -= 1
            case ", " if depth == 1:
                commas.append(token.start())
            case _:
                continue
    if item[-1] not in ")]}":
        return "", []
    begins = [start, *(comma + 2 for comma in commas)]
    ends = [*commas, len(item) - 1]
    return item[:start], [item[a:b] for a, b in zip(begins, ends, strict=True) if a < b]
