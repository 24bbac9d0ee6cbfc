"""Diagnostics: what is wrong, where, and what to do; collected, then printed.

A stage gets a ``Diagnostics`` and adds to it; nothing is raised, so one run tells all
that is wrong. Which stage added one makes no difference here. Whatever a document
contains is made printable before it reaches a terminal: control characters and the
ones that reorder text are escaped.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from .catalog import CODES, Code

__all__ = [
    "CODES",
    "Code",
    "Diagnostic",
    "Diagnostics",
    "Place",
    "Severity",
    "explain",
    "printable",
    "render_brief",
    "render_github",
    "render_json",
    "render_text",
    "severity",
    "suggest",
]

Severity = Literal["error", "warning", "note"]

# Longer source lines (minified JSON) are shown as a window around the column.
_WINDOW: Final = 160

_OF_EACH: Final = 20
"""Warnings of one code that one reads before one looks for what they have in common."""

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


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding: ``pointer`` is the JSON pointer into the bundled document, if any."""

    code: str
    message: str
    place: Place | None = None
    hint: str = ""
    pointer: str = ""

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

    def suggest(self, name: str, candidates: Collection[str]) -> str:
        """A hint, as ``suggest`` has it, as long as that takes no time."""
        self._comparisons -= len(candidates)
        return suggest(name, candidates) if self._comparisons >= 0 else ""

    def add(
        self,
        code: str,
        message: str,
        place: Place | None = None,
        *,
        hint: str = "",
        pointer: str = "",
    ) -> None:
        """Add a finding; the same one twice is one.

        Raises:
            KeyError: ``code`` is not in ``CODES``.
        """
        if code not in CODES:
            raise KeyError(code)
        self._found[Diagnostic(code, message, place, hint, pointer)] = None

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
    """A hint naming the candidate nearest to ``name``, or an empty text."""
    if len(name) > _NAME:
        return ""
    # The shorter of two that are alike has half the letters of the longer one.
    known = sorted({each for each in candidates if len(each) <= 2 * len(name)})
    folded: dict[str, str] = {}
    for candidate in known:
        folded.setdefault(candidate.casefold(), candidate)
    near = difflib.get_close_matches(name.casefold(), folded, n=1, cutoff=0.7)
    return f"did you mean '{folded[near[0]]}'?" if near else ""


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


def _listing(place: Place, sources: Mapping[str, Sequence[str]]) -> str:
    lines = sources.get(place.file, ())
    if not 0 < place.line <= len(lines):
        return ""
    line = lines[place.line - 1]
    if len(line) > _WINDOW:
        start = max(0, min(place.column - 1 - _WINDOW // 2, len(line) - _WINDOW))
        end = start + _WINDOW
        line = (
            ("…" if start else "") + line[start:end] + ("…" if end < len(line) else "")
        )
    if not line.strip():
        return ""
    # A tab is shown as blanks: it indents, and what is wrong with it the message says.
    return f"{place.line:>7} | {printable(line.expandtabs(4))}\n"


def render_text(
    diagnostics: Diagnostics | Iterable[Diagnostic],
    sources: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """For people: place, code and message, the line of the source, the hint.

    ``sources`` maps a file to its lines; by default those the collector has.
    """
    known = _sources(diagnostics, sources)
    parts: list[str] = []
    for found in diagnostics:
        where = f"{printable(str(found.place))}: " if found.place else ""
        parts.append(f"{where}{found.code} {printable(found.message)}\n")
        if found.place:
            parts.append(_listing(found.place, known))
        if found.hint:
            parts.append(f"  hint: {printable(found.hint)}\n")
    return "".join(parts)


def render_brief(diagnostics: Diagnostics) -> str:
    """The same, but of each warning only the first, and how many more there are."""
    seen: Counter[str] = Counter(found.code for found in diagnostics)
    left = dict.fromkeys(seen, _OF_EACH)
    shown: list[Diagnostic] = []
    for found in diagnostics:
        left[found.code] -= 1
        if left[found.code] >= 0 or diagnostics.is_error(found):
            shown.append(found)
    text = render_text(shown, _sources(diagnostics, None))
    more = [
        f"{code}: {count - _OF_EACH} more; `--format json` lists them all\n"
        for code, count in sorted(seen.items())
        if count > _OF_EACH and severity(code) != "error"
    ]
    return "".join((text, *more))


def render_json(
    diagnostics: Diagnostics | Iterable[Diagnostic],
    sources: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """For programs: a JSON array of objects, ASCII only; an unknown place is null."""
    known = _sources(diagnostics, sources)
    found_all = [
        {
            "code": found.code,
            "severity": _severity_in(diagnostics, found),
            "message": found.message,
            "file": found.place.file if found.place else None,
            "line": found.place.line if found.place else None,
            "column": found.place.column if found.place else None,
            "pointer": found.pointer,
            "hint": found.hint,
            "source": (
                _listing(found.place, known)[10:].rstrip("\n") if found.place else ""
            ),
        }
        for found in diagnostics
    ]
    return json.dumps(found_all, indent=2) + "\n"


def render_github(
    diagnostics: Diagnostics | Iterable[Diagnostic],
    sources: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """For GitHub Actions: a workflow command a finding, which annotates the line."""
    del sources  # the annotation stands at the line itself
    parts: list[str] = []
    for found in diagnostics:
        level = {"note": "notice"}.get(
            weight := _severity_in(diagnostics, found), weight
        )
        title = _property(f"{found.code} {CODES[found.code].title}")
        where = ""
        if found.place:
            where = (
                f"file={_property(found.place.file)},"
                f"line={found.place.line},col={found.place.column},"
            )
        message = printable(found.message)
        if found.hint:
            message += f"\nhint: {printable(found.hint)}"
        parts.append(f"::{level} {where}title={title}::{_data(message)}\n")
    return "".join(parts)


def _sources(
    diagnostics: Diagnostics | Iterable[Diagnostic],
    sources: Mapping[str, Sequence[str]] | None,
) -> Mapping[str, Sequence[str]]:
    if sources is not None:
        return sources
    return diagnostics.sources if isinstance(diagnostics, Diagnostics) else {}


def _severity_in(
    diagnostics: Diagnostics | Iterable[Diagnostic], found: Diagnostic
) -> Severity:
    if isinstance(diagnostics, Diagnostics) and diagnostics.is_error(found):
        return "error"
    return found.severity


def _data(text: str) -> str:
    """Text for the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Text for a property of a workflow command."""
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
