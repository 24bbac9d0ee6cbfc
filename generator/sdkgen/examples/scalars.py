"""Strings and numbers that satisfy the keywords of a schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil, floor, isfinite

from sdkgen.patterns.parser import LONGEST
from sdkgen.patterns.patterns import Patterns
from sdkgen.support.json_pointer import Json

from .formats import make_example

_WORDS = ("text", "word", "name")


def _read_bound(keywords: Mapping[str, Json], name: str) -> Fraction | None:
    value = keywords.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not isfinite(value):
        return None
    return Fraction(str(value))  # as it is written: 0.1 is a tenth


def read_size(
    keywords: Mapping[str, Json], name: str, default: int | None
) -> int | None:
    """A keyword that counts (``minItems`` …): a whole number, or the default."""
    bound = _read_bound(keywords, name)
    return default if bound is None or bound < 0 else int(bound)


def make_text(
    keywords: Mapping[str, Json],
    patterns: Sequence[str],
    variant: int,
    rules: Patterns,
) -> str | None:
    """A string, or ``None`` where none is known; another ``variant``, another string."""
    least = read_size(keywords, "minLength", 0) or 0
    most = read_size(keywords, "maxLength", None)
    if least > LONGEST or (most is not None and most < least):
        return None
    value = make_example(str(keywords.get("format", "")), variant)
    if value is not None:
        fits = len(value) >= least and (most is None or len(value) <= most)
        return value if fits else None
    if patterns:
        return rules.matching(patterns[0], minimum=least, maximum=most, variant=variant)
    value = _WORDS[0] if variant == 0 else f"{_WORDS[0]}{variant + 1}"
    if len(value) < least:
        value = (_WORDS[variant % 3] + " ") * (least // 5 + 1) + str(variant)
        value = value[-least:]
    if most is not None and len(value) > most:
        value = str(variant)[:most] if variant else value[:most]
    return value


def make_number(keywords: Mapping[str, Json], *, whole: bool, variant: int) -> Json:
    """A number, or ``None`` where the bounds leave none."""
    step = _read_bound(keywords, "multipleOf")
    if step is None or step <= 0:
        step = None
    low, low_open = _choose_bound(keywords, "minimum", "exclusiveMinimum", lowest=True)
    high, high_open = _choose_bound(
        keywords, "maximum", "exclusiveMaximum", lowest=False
    )
    grid = step if step is not None else Fraction(1)
    if whole and grid % 1:
        grid *= grid.denominator
    candidates = [Fraction(variant + 1)]
    if not whole and step is None:
        candidates = [variant + Fraction(3, 2), *candidates]
    if low is not None:
        first = ceil(low / grid) + (1 if low_open and low % grid == 0 else 0)
        candidates += [(first + variant) * grid, first * grid]
    if high is not None:
        last = floor(high / grid) - (1 if high_open and high % grid == 0 else 0)
        candidates += [(last - variant) * grid, last * grid]
    candidates += [(variant + 1) * grid, Fraction(0)]
    if low is not None and high is not None and not whole and step is None:
        candidates.append((low + high) / 2)
    for value in candidates:
        below = low is not None and (value < low or (low_open and value == low))
        above = high is not None and (value > high or (high_open and value == high))
        if below or above or (step is not None and value % step):
            continue
        if whole and value % 1:
            continue
        if whole or not value % 1:
            return int(value)
        try:
            return float(value)
        except OverflowError:
            continue
    return None


def _choose_bound(
    keywords: Mapping[str, Json], closed: str, opened: str, *, lowest: bool
) -> tuple[Fraction | None, bool]:
    """The bound that counts, and whether the value itself is excluded."""
    at, beyond = _read_bound(keywords, closed), _read_bound(keywords, opened)
    if beyond is None or at is None:
        return (at, False) if beyond is None else (beyond, True)
    chosen = max(at, beyond) if lowest else min(at, beyond)
    return chosen, chosen == beyond
