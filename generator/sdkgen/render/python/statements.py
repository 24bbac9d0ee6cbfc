"""Long statements whose items fill lines.

Black gives each item of a statement that does not fit on one line a line of its own. In
the methods of a large API that is most of what one would have to scroll through, so
they are laid out here, in parts of a module that say ``# fmt: off``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from .code import Code, print_literal

COLUMNS = 88

_STRING = r"""(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
_WORD = re.compile(
    rf"""(?:[|]\s|[({{]*{_STRING}:\s)?(?:[(]*lambda:\s)?"""
    rf"""(?:\((?:{_STRING}|[^()"'])*\)|{_STRING}|[^\s"'])+(?:\s=\s[^\s"']+)?"""
)
"""What must not be broken: text between blanks that are in no literal and in no
innermost brackets. An operator, a key and ``lambda:`` stand before what follows them, a
default stands after what it is for."""


def fill_call(head: str, items: Sequence[str], tail: str, indent: int) -> Code:
    """A statement with items in brackets, on as few lines as it needs.

    Args:
        head: What stands before the items, with the opening bracket.
        items: What stands between the brackets, with commas between.
        tail: What stands after the items, with the closing bracket.
        indent: Spaces before the statement, the first line of which has none.
    """
    within = ", ".join(items)
    if indent + len(head) + len(within) + len(tail) <= COLUMNS:
        return Code(f"{head}{within}{tail}")
    margin = " " * (indent + 4)
    end = f"\n{' ' * indent}{tail}"
    if len(margin) + len(within) <= COLUMNS:
        return Code(f"{head}\n{margin}{within}{end}")
    lines = _fill_lines((f"{item}," for item in items), COLUMNS - indent - 4)
    body = "\n".join(margin + line for line in lines)
    return Code(f"{head}\n{body}{end}")


def bracket_annotation(text: str, room: int, indent: int) -> Code:
    """An annotation of at most ``room`` characters, else on lines of its own."""
    if len(text) <= room:
        return Code(text)
    margin = " " * (indent + 4)
    lines = _break_at_spaces(text, COLUMNS - indent - 4)
    body = "\n".join(margin + line for line in lines)
    return Code(f"(\n{body}\n{' ' * indent})")


def begin_typed_call(name: str, generic: str, text: str) -> Code:
    """``name: Generic[text] = Generic(``, the beginning of a call at the margin."""
    head, tail = f"{name}: {generic}[", f"] = {generic}("
    if len(head) + len(text) + len(tail) <= COLUMNS:
        return Code(f"{head}{text}{tail}")
    body = "\n    ".join(_break_at_spaces(text, COLUMNS - 4))
    return Code(f"{head}\n    {body}\n{tail}")


def assign_all(names: Iterable[str]) -> Code:
    """The statement ``__all__ = …`` of a module."""
    return _keep_layout(
        fill_call(
            "__all__ = [", [print_literal(name) for name in sorted(names)], "]", 0
        )
    )


def fill_alias(name: str, text: str) -> Code:
    """What an alias stands for, in a statement ``name: TypeAlias = …``."""
    return _keep_layout(
        bracket_annotation(text, COLUMNS - len(f"{name}: TypeAlias = "), 0)
    )


def _keep_layout(text: str) -> Code:
    """A statement of several lines as it stands."""
    return Code(f"{text}  # fmt: skip" if "\n" in text else text)


def _fill_lines(items: Iterable[str], width: int) -> list[str]:
    """Items on lines; one that is too long for any line has lines of its own."""
    lines: list[str] = []
    line = ""
    for item in items:
        if line and len(line) + 1 + len(item) <= width:
            line = f"{line} {item}"
            continue
        if line:
            lines.append(line)
        line = item
        if len(item) > width:
            lines += _break_at_spaces(item, width)
            line = ""
    return [*lines, line] if line else lines


def _break_at_spaces(text: str, width: int) -> list[str]:
    """Text on lines that are broken at blanks; those after the first are indented."""
    lines: list[str] = []
    line = ""
    for word in _WORD.findall(text):
        if line and len(line) + 1 + len(word) > width:
            lines.append(line)
            line = f"    {word}"
        else:
            line = f"{line} {word}" if line else word
    return [*lines, line]
