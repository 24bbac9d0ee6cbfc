"""Failures that most operations of a module document, so that they stand there once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, TypeAlias

from sdkgen import ir
from sdkgen.ir import Type
from sdkgen.render.calls import find_failures

__all__ = ["Failures", "find_usual_failures", "list_failures"]

FEWEST: Final = 2
"""As many operations, and as many failures, a constant is worth."""

Failures: TypeAlias = tuple[tuple[str, Type | None], ...]
"""Statuses of failures with the types of their bodies."""


def find_usual_failures(operations: Sequence[ir.Operation]) -> tuple[ir.Response, ...]:
    """The failures that most operations document.

    Nothing where a constant would be longer than what it stands for.
    """
    documented = [find_failures(each) for each in operations]
    counts = Counter(map(list_failures, documented))
    most, times = max(counts.items(), key=_rank_by_use, default=((), 0))
    if times < FEWEST or len(most) < FEWEST:
        return ()
    return next(each for each in documented if list_failures(each) == most)


def list_failures(responses: Sequence[ir.Response]) -> Failures:
    """What tells the failures of two operations apart."""
    return tuple((str(each.status), each.type) for each in responses)


def _rank_by_use(item: tuple[Failures, int]) -> tuple[int, int, str]:
    """The most used first, then the longest; what is equal in both, by its text."""
    return item[1], len(item[0]), repr(item[0])
