"""Diagnostics: what is wrong, where, and what to do; collected, then printed.

A stage gets a ``Diagnostics`` and adds to it; nothing is raised, so one run tells all
that is wrong. Which stage added one makes no difference here. Whatever a document
contains is made printable before it reaches a terminal: control characters and the
ones that reorder text are escaped.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from .catalog import CODES, Code, FixName

__all__ = [
    "CODES",
    "NO_DETAILS",
    "Code",
    "Details",
    "Diagnostic",
    "Diagnostics",
    "Place",
    "Severity",
    "ask_about",
    "explain",
    "find_similar",
    "printable",
    "severity",
    "suggest",
]

Severity = Literal["error", "warning", "note"]


# What a terminal or a viewer could obey, hide or reorder: C0 and C1 controls, DEL, soft
# hyphen, zero-width and bidirectional controls (Unicode Standard Annex 9), line and
# paragraph separators, variation of fillers, surrogates, byte order mark, tags.
_UNPRINTABLE: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A place in a file: ``line`` and ``column`` count from 1, in characters.

    ``file`` is as the user wrote it, or relative to the current folder, with ``/``.
    """

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What was found, as data: repairs look at this, never at a message or a hint."""

    name: str = ""
    """The name that something lacks: a required key, a variable of a path."""
    suggestion: str = ""
    """What was probably meant in place of what is there: a name, or a value."""
    expected: tuple[str, ...] = ()
    """The JSON types that a value may have here (``string``, ``object``, …)."""
    found: str = ""
    """The JSON type that it has."""

    def to_json(self) -> dict[str, str | list[str]]:
        """The parts that are known, by their names."""
        given: dict[str, str | list[str]] = {
            "name": self.name,
            "suggestion": self.suggestion,
            "expected": list(self.expected),
            "found": self.found,
        }
        return {key: value for key, value in given.items() if value}


NO_DETAILS: Final = Details()


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding.

    ``pointer`` is the JSON pointer into the bundled document, if any. ``fix`` names the
    repair that ``sdkgen overlay`` tries, ``details`` is all that the repair goes by.
    """

    code: str
    message: str
    place: Place | None = None
    hint: str = ""
    pointer: str = ""
    details: Details = NO_DETAILS
    fix: FixName = "by-hand"

    @property
    def severity(self) -> Severity:
        """How much it weighs when warnings are not errors."""
        return severity(self.code)


_NAME = 200
"""Characters of a name for which one that is like it is looked for."""
_COMPARISONS = 100_000
"""Names that are compared for all the hints about a document, one with one."""


class Diagnostics:
    """A collector of findings, and of the text of the files they are about.

    With ``strict`` the warnings (W) and the unsupported (U) count as errors.
    """

    def __init__(self, *, strict: bool = False) -> None:
        self.strict = strict
        self.sources: dict[str, Sequence[str]] = {}
        self._found: dict[Diagnostic, None] = {}
        self._comparisons = _COMPARISONS

    def find_similar(self, name: str, candidates: Collection[str]) -> str:
        """The same as the function, until too many names have been compared."""
        self._comparisons -= len(candidates)
        return find_similar(name, candidates) if self._comparisons >= 0 else ""

    def add(
        self,
        code: str,
        message: str,
        place: Place | None = None,
        *,
        hint: str = "",
        pointer: str = "",
        details: Details = NO_DETAILS,
        fix: FixName | None = None,
    ) -> None:
        """Add a finding; the same one twice is one.

        Args:
            code: One of ``CODES``.
            message: What is wrong, for people.
            place: Where, in a file.
            hint: What to do; by default it asks about ``details.suggestion``.
            pointer: Where, in the document.
            details: What is wrong, for repairs.
            fix: The repair, where it is not the one of the code.

        Raises:
            KeyError: ``code`` is not in ``CODES``.
        """
        hint = hint or ask_about(details.suggestion)
        found = Diagnostic(
            code, message, place, hint, pointer, details, fix or CODES[code].fix
        )
        self._found[found] = None

    @property
    def errors(self) -> bool:
        """Whether anything found stops the run."""
        return any(self.is_error(found) for found in self._found)

    def is_error(self, found: Diagnostic) -> bool:
        """Whether this one stops the run, ``strict`` considered."""
        return severity(found.code) == "error" or (
            self.strict and found.code[0] in "UW"
        )

    @property
    def counts(self) -> dict[str, int]:
        """How many of each letter: ``{"E": 2, "W": 1}``, without those that are 0."""
        letters = [found.code[0] for found in self]
        return {letter: letters.count(letter) for letter in sorted(set(letters))}

    def __iter__(self) -> Iterator[Diagnostic]:
        """All findings, by place; those without one come first."""
        return iter(sorted(self._found, key=_order))

    def __len__(self) -> int:
        return len(self._found)


def severity(code: str) -> Severity:
    """The weight of ``code``: E stops the run, U and W are warnings, N are notes.

    Raises:
        KeyError: ``code`` is not in ``CODES``.
    """
    if code[0] == "E" or CODES[code].error:
        return "error"
    return "note" if code[0] == "N" else "warning"


def _order(found: Diagnostic) -> tuple[str, int, int, str, str, str, str]:
    place = found.place or Place("", 0, 0)
    return (
        place.file,
        place.line,
        place.column,
        found.code,
        found.message,
        found.hint,
        found.pointer,
    )


def suggest(name: str, candidates: Iterable[str]) -> str:
    """A hint that names the candidate most similar to ``name``; empty without one."""
    return ask_about(find_similar(name, candidates))


def ask_about(suggestion: str) -> str:
    """The hint that names a suggestion; empty without one."""
    return f"did you mean '{suggestion}'?" if suggestion else ""


def find_similar(name: str, candidates: Iterable[str]) -> str:
    """The candidate most similar to ``name``; empty if none is similar."""
    if len(name) > _NAME:
        return ""
    # The shorter of two that are alike has half the letters of the longer one.
    known = sorted({each for each in candidates if len(each) <= 2 * len(name)})
    folded: dict[str, str] = {}
    for candidate in known:
        folded.setdefault(candidate.casefold(), candidate)
    near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.7)
    return folded[near[0]] if near else ""


def explain(code: str) -> str:
    """What ``code`` means, as a title line and a paragraph.

    Raises:
        KeyError: ``code`` is not in ``CODES``.
    """
    entry = CODES[code]
    return f"{code}: {entry.title}\n\n{entry.explanation}\n"


def printable(text: str) -> str:
    """``text`` on one line, with everything escaped that a terminal could obey."""
    return _UNPRINTABLE.sub(_escape, text)


def _escape(match: re.Match[str]) -> str:
    number = ord(match.group())
    if number < 0x100:
        return {9: "\\t", 10: "\\n", 13: "\\r"}.get(number, f"\\x{number:02x}")
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
