"""The coverage ledger: what became of each part of a document, and why.

Every operation, parameter, media type, response, schema and webhook is generated,
degraded (typed less exactly than the document says) or skipped. Nothing is lost in
silence.

The ledger also knows how large the whole becomes: a few kB of ``allOf`` or of
parameters that operations share may ask for an SDK of millions of lines.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

MAX_MEMBERS: Final = 75_000
"""Properties, arguments, responses and alternatives of an SDK. Each takes some 0.4 ms
and 7 kB: so many take half a minute. GitHub's API, in 13 MB, has 66,000."""

CLASS: Final = 4
"""What a class or an operation takes beside its members, in members."""

FILES: Final = 4
"""What the files of a resource take beside its operations, in members."""


class TooLargeError(Exception):
    """The SDK would have more members than it may; ``pointer`` is where that was seen."""

    def __init__(self, pointer: str) -> None:
        super().__init__(f"more than {MAX_MEMBERS:,} properties and arguments")
        self.pointer = pointer


class Part(StrEnum):
    """The kinds of things that are counted."""

    OPERATION = "operation"
    PARAMETER = "parameter"
    MEDIA_TYPE = "media type"
    RESPONSE = "response"
    SCHEMA = "schema"
    WEBHOOK = "webhook"  # or a callback


class Fate(StrEnum):
    """What became of a thing; a worse fate replaces a better one."""

    GENERATED = "generated"
    DEGRADED = "degraded"
    SKIPPED = "skipped"


_ORDER = {Fate.GENERATED: 0, Fate.DEGRADED: 1, Fate.SKIPPED: 2}


@dataclass(slots=True)
class Entry:
    part: Part
    pointer: str
    fate: Fate
    reasons: list[str] = field(default_factory=list[str])


class Ledger:
    """Collects the fate of each part, by its JSON pointer."""

    def __init__(self, *, large: bool = False) -> None:
        """``large`` takes the limit away that an SDK has otherwise."""
        self._entries: dict[tuple[Part, str], Entry] = {}
        self._left = None if large else MAX_MEMBERS

    def grow(self, members: int, pointer: str) -> None:
        """Count members of the SDK, before they are made.

        Raises:
            TooLargeError: They are too many.
        """
        if self._left is not None:
            self._left -= members
            if self._left < 0:
                raise TooLargeError(pointer)

    def generated(self, part: Part, pointer: str) -> None:
        self._note(part, pointer, Fate.GENERATED, "")

    def degraded(self, part: Part, pointer: str, reason: str) -> None:
        self._note(part, pointer, Fate.DEGRADED, reason)

    def skipped(self, part: Part, pointer: str, reason: str) -> None:
        self._note(part, pointer, Fate.SKIPPED, reason)

    def _note(self, part: Part, pointer: str, fate: Fate, reason: str) -> None:
        entry = self._entries.setdefault((part, pointer), Entry(part, pointer, fate))
        if _ORDER[fate] > _ORDER[entry.fate]:
            entry.fate = fate
        if reason and reason not in entry.reasons:
            entry.reasons.append(reason)

    def entries(self) -> list[Entry]:
        return sorted(self._entries.values(), key=lambda e: (e.part, e.pointer))

    def with_fate(self, fate: Fate) -> list[Entry]:
        return [entry for entry in self.entries() if entry.fate is fate]

    def counts(self) -> dict[str, dict[str, int]]:
        """{part: {fate: count}}, all of them, zero or not."""
        table = {str(part): {str(fate): 0 for fate in Fate} for part in Part}
        for entry in self._entries.values():
            table[entry.part][entry.fate] += 1
        return table

    def to_json(self) -> dict[str, object]:
        """The report: counts, and each entry that is not simply generated."""
        return {
            "counts": self.counts(),
            "entries": [
                {
                    "part": str(entry.part),
                    "pointer": entry.pointer,
                    "fate": str(entry.fate),
                    "reasons": entry.reasons,
                }
                for entry in self.entries()
                if entry.fate is not Fate.GENERATED
            ],
        }
