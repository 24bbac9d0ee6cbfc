"""Diagnostics for terminals, for programs (JSON) and for GitHub."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from .catalog import CODES
from .diagnostic import Diagnostic, Diagnostics, Place, Severity, printable, severity

__all__ = ["render_brief", "render_github", "render_json", "render_text"]

# Longer source lines (minified JSON) are shown as a window around the column.
_WINDOW: Final = 160


_OF_EACH: Final = 20
"""Warnings of one code that one reads before one looks for what they have in common."""


def _show_line(place: Place, sources: Mapping[str, Sequence[str]]) -> str:
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
    known = _choose_sources(diagnostics, sources)
    parts: list[str] = []
    for found in diagnostics:
        where = f"{printable(str(found.place))}: " if found.place else ""
        parts.append(f"{where}{found.code} {printable(found.message)}\n")
        if found.place:
            parts.append(_show_line(found.place, known))
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
    text = render_text(shown, _choose_sources(diagnostics, None))
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
    known = _choose_sources(diagnostics, sources)
    found_all = [
        {
            "code": found.code,
            "severity": _rate(diagnostics, found),
            "message": found.message,
            "file": found.place.file if found.place else None,
            "line": found.place.line if found.place else None,
            "column": found.place.column if found.place else None,
            "pointer": found.pointer,
            "hint": found.hint,
            "fix": found.fix,
            "details": found.details.to_json(),
            "source": (
                _show_line(found.place, known)[10:].rstrip("\n") if found.place else ""
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
        level = {"note": "notice"}.get(weight := _rate(diagnostics, found), weight)
        title = _escape_property(f"{found.code} {CODES[found.code].title}")
        where = ""
        if found.place:
            where = (
                f"file={_escape_property(found.place.file)},"
                f"line={found.place.line},col={found.place.column},"
            )
        message = printable(found.message)
        if found.hint:
            message += f"\nhint: {printable(found.hint)}"
        parts.append(f"::{level} {where}title={title}::{_escape_data(message)}\n")
    return "".join(parts)


def _choose_sources(
    diagnostics: Diagnostics | Iterable[Diagnostic],
    sources: Mapping[str, Sequence[str]] | None,
) -> Mapping[str, Sequence[str]]:
    if sources is not None:
        return sources
    return diagnostics.sources if isinstance(diagnostics, Diagnostics) else {}


def _rate(
    diagnostics: Diagnostics | Iterable[Diagnostic], found: Diagnostic
) -> Severity:
    if isinstance(diagnostics, Diagnostics) and diagnostics.is_error(found):
        return "error"
    return found.severity


def _escape_data(text: str) -> str:
    """Text for the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    """Text for a property of a workflow command."""
    return _escape_data(printable(text)).replace(":", "%3A").replace(",", "%2C")
