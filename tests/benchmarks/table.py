"""What was measured, as one table for people and as JSON for programs."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .measure import Figure, Rounds

__all__ = [
    "Comparison",
    "Row",
    "compared",
    "divided",
    "measured",
    "table",
    "write_json",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One figure.

    ``values`` and ``ratios`` have one for each round; ``beside`` is what the figure is
    so many times of. The bar is that of the ratio, or of the value if there is none.
    """

    section: str
    what: str
    unit: str
    values: Sequence[float]
    ratios: Sequence[float] = ()
    beside: str = ""
    bar: float | None = None

    @property
    def judged(self) -> Sequence[float]:
        """What the bar and the spread are of."""
        return self.ratios or self.values

    @property
    def within(self) -> bool | None:
        """Whether the bar holds; None where there is none."""
        return None if self.bar is None else statistics.median(self.judged) <= self.bar

    def cells(self) -> list[str]:
        """As a line of the table."""
        ratio = f"{number(statistics.median(self.ratios))} x" if self.ratios else ""
        return [
            self.what,
            f"{number(statistics.median(self.values))} {self.unit}".rstrip(),
            f"{ratio} {self.beside}".strip(),
            "" if self.bar is None else f"<= {number(self.bar)}",
            {None: "", True: "within", False: "NOT within"}[self.within],
            f"{len(self.values)}",
            spread(self.judged),
        ]

    def to_json(self) -> dict[str, Any]:
        """As an object of the JSON."""
        return {
            "section": self.section,
            "what": self.what,
            "unit": self.unit,
            "value": statistics.median(self.values),
            "ratio": statistics.median(self.ratios) if self.ratios else None,
            "beside": self.beside or None,
            "bar": self.bar,
            "within": self.within,
            "values": list(self.values),
            "ratios": list(self.ratios),
        }

    HEADS = ("", "value", "ratio", "bar", "", "rounds", "least to most")


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One figure of two revisions, ``values`` of the one and ``others`` of the other."""

    section: str
    what: str
    unit: str
    values: Sequence[float]
    others: Sequence[float]

    @property
    def ratios(self) -> list[float]:
        """How many times the other one's it is, in each round."""
        return divided(self.values, self.others)

    def cells(self) -> list[str]:
        """As a line of the table."""
        return [
            self.what,
            f"{number(statistics.median(self.values))} {self.unit}",
            f"{number(statistics.median(self.others))} {self.unit}",
            f"{number(statistics.median(self.ratios))} x",
            f"{len(self.ratios)}",
            spread(self.ratios),
        ]

    def to_json(self) -> dict[str, Any]:
        """As an object of the JSON."""
        return {
            "section": self.section,
            "what": self.what,
            "unit": self.unit,
            "value": statistics.median(self.values),
            "other": statistics.median(self.others),
            "ratio": statistics.median(self.ratios),
            "ratios": self.ratios,
        }


def divided(values: Sequence[float], others: Sequence[float]) -> list[float]:
    """Ratios, round by round; one that was measured in fewer rounds ends first."""
    return [one / other for one, other in zip(values, others, strict=False) if other]


def measured(
    section: str,
    rounds: Rounds,
    figure: Figure,
    *,
    to: Sequence[float] = (),
    beside: str = "",
    bar: float | None = None,
    what: str = "",
) -> list[Row]:
    """The row of a figure, beside others if they are known; none if it is missing."""
    values = rounds.get(figure, [])
    ratios = divided(values, to)
    if not values:
        return []
    return [
        Row(
            section=section,
            what=what or figure.what,
            unit=figure.unit,
            values=values,
            ratios=ratios,
            beside=beside if ratios else "",
            # A bar of a ratio says nothing of the value.
            bar=bar if ratios or not beside else None,
        )
    ]


def compared(section: str, ours: Rounds, theirs: Rounds) -> list[Comparison]:
    """A row for each figure that both have."""
    return [
        Comparison(
            section=section,
            what=figure.what,
            unit=figure.unit,
            values=values,
            others=theirs[figure],
        )
        for figure, values in ours.items()
        if figure in theirs and divided(values, theirs[figure])
    ]


def table(heads: Sequence[str], rows: Sequence[Row] | Sequence[Comparison]) -> str:
    """The rows under their heads, each section under its name."""
    lines: list[tuple[str, list[str]]] = [(row.section, row.cells()) for row in rows]
    widths = [
        max(len(cells[column]) for cells in [list(heads), *(c for _, c in lines)])
        for column in range(len(heads))
    ]

    def justified(cells: Sequence[str]) -> str:
        first, *rest = (
            cell.ljust(width) for cell, width in zip(cells, widths, strict=True)
        )
        return "  ".join(["", first, *rest]).rstrip()

    text = [justified(heads)]
    last = None
    for section, cells in lines:
        if section != last:
            text.append(section)
            last = section
        text.append(justified(cells))
    return "\n".join(text) + "\n"


def write_json(
    path: Path, rows: Sequence[Row] | Sequence[Comparison], facts: Mapping[str, Any]
) -> None:
    """Write the rows, with what else is to be known of the run."""
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {**facts, "rows": [row.to_json() for row in rows]}
    path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")


def spread(values: Sequence[float]) -> str:
    """The least and the most of some."""
    return f"{number(min(values))} to {number(max(values))}"


def number(value: float) -> str:
    """With as many digits as are worth reading."""
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
