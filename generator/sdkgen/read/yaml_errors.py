"""What keeps a file from being YAML, as findings that say what to do."""

from __future__ import annotations

import re
from typing import Final

import yaml

from .source_map import Unreadable

__all__ = [
    "explain_key",
    "explain_surrogate",
    "explain_syntax",
    "find_control_character",
]

# YAML 1.2, 5.1: what may not stand in a file. Line breaks of YAML 1.1 may.
_CONTROL: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]"
)
_HINTS: Final = (
    ("mapping values are not allowed", "quote a string that contains ': '"),
    ("could not find expected ':'", "write ': ' after the key, on the same line"),
    ("block end", "check the indentation: keys of one object start in the same column"),
    (
        "expected key",
        "check the indentation: keys of one object start in the same column",
    ),
    ("cannot start any token", "quote a string that starts with this character"),
    ("flow", "a bracket or a brace is not closed, or a comma is missing"),
    ("quoted scalar", "the quote is not closed"),
    (
        "escape",
        "in double quotes write a backslash as \\\\; in single quotes write it as it is",
    ),
)


def find_control_character(text: str, base: int) -> Unreadable | None:
    """The first character that may not stand in YAML, if there is one."""
    found = _CONTROL.search(text)
    if found is None:
        return None
    number = ord(found.group())
    return Unreadable(
        "E105",
        f"a control character: {number:#04x}",
        base + found.start(),
        f'write it in double quotes as "\\u{number:04x}"',
    )


def explain_key(position: int) -> Unreadable:
    return Unreadable(
        "E116",
        "a key must be a string, not an array or an object",
        position,
        "quote a string that starts with '[', '{' or '?'",
    )


def explain_surrogate(position: int) -> Unreadable:
    return Unreadable(
        "E118",
        "this escape is not a character by itself",
        position,
        "write the character itself, or \\U and eight digits",
    )


def explain_syntax(error: yaml.MarkedYAMLError, text: str, base: int) -> Unreadable:
    """The parser's complaint as a finding."""
    mark = error.problem_mark or error.context_mark
    index = min(mark.index if mark is not None else 0, max(0, len(text) - 1))
    start = max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1
    indent = re.compile(r"[ \t]*").match(text, start)
    tab = text.find("\t", start, indent.end() if indent else start)
    if text[index : index + 1] == "\t" or tab >= 0:
        return Unreadable(
            "E107",
            "a tab where YAML expects spaces",
            base + (index if tab < 0 else tab),
            "indent with spaces",
        )
    problem = error.problem or "it cannot be read"
    if "Unicode character escape" in problem:
        return explain_surrogate(base + index)
    context = f" ({error.context})" if error.context else ""
    hint = next(
        (advice for part, advice in _HINTS if part in f"{problem}{context}"), ""
    )
    return Unreadable("E106", f"not valid YAML: {problem}{context}", base + index, hint)
