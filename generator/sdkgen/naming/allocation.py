"""Names: words, cases, reserved words, allocation per scope, and the lock file.

Names are public API, so one module decides them. A scope (the types of a package, the
fields of a model …) is allocated as a whole: every place brings a ladder of candidates,
shortest first, and only those that clash climb. The result does not depend on order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from .reserved import escape_name
from .words import JOINING, digest_text, shorten_name, split_words, to_snake


def list_candidates(
    case: Callable[[Iterable[str]], str], *candidates: Sequence[str], fallback: str
) -> tuple[str, ...]:
    """Candidates as names, without the empty and repeated ones.

    Each candidate is a sequence of texts that together make a name. The first is tried
    again with its symbols spelled out, since ``$and`` and ``and`` may stand together;
    symbols that hold it or the last together, which tell a reader little, in the end.
    """
    # Fields of one name are in many models.
    return _dedupe_candidates(case, tuple(map(tuple, candidates))) or (fallback,)


@lru_cache(maxsize=1 << 16)
def _dedupe_candidates(
    case: Callable[[Iterable[str]], str], candidates: tuple[tuple[str, ...], ...]
) -> tuple[str, ...]:
    names: list[str] = []
    first, *others = candidates
    joined = [JOINING.sub("_", text) for text in first]
    plain = ((texts, False) for texts in others)
    spelled = ((texts, True) for texts in (first, candidates[-1]))
    for texts, spell in ((first, False), (joined, True), *plain, *spelled):
        parts = [word for text in texts for word in split_words(text, spell=spell)]
        name = shorten_name(case(parts))
        if name and name not in names:
            names.append(name)
    return tuple(names)


def measure_strangeness(wire: str) -> int:
    """How far a name on the wire is from its name in Python, for ``ranks``.

    Of ``id`` and ``_id`` the first is plainly ``id``, of ``fooBar`` and ``FooBar`` the
    first is ``foo_bar``.
    """
    if wire == to_snake(split_words(wire)):
        return 0
    if not wire.isalnum():
        return 3
    return 1 if wire[0].islower() else 2


@dataclass(slots=True)
class Allocation:
    """Result of ``allocate``: the names, and the places whose first choice clashed."""

    names: dict[str, str] = field(default_factory=dict[str, str])
    widened: dict[str, str] = field(default_factory=dict[str, str])
    """Place → the name that it would have had alone."""
    clashes: list[tuple[str, tuple[str, ...]]] = field(
        default_factory=list[tuple[str, tuple[str, ...]]]
    )
    """(forced name, the places that want it) …"""


def allocate(
    ladders: Mapping[str, Sequence[str]],
    reserved: frozenset[str],
    *,
    taken: Iterable[str] = (),
    pinned: Mapping[str, str] | None = None,
    forced: Mapping[str, str] | None = None,
    ranks: Mapping[str, int] | None = None,
) -> Allocation:
    """Give each place of one scope a name of its own.

    Pinned (published) names hold; ``taken`` are those of a higher tier. Names that
    differ in case only clash, since they may become files. Places that clash climb
    their ladders together; at the top they get a digest of the place, never a number,
    as a number would depend on what stands beside. ``forced`` are overrides: two
    places with one forced name are reported, not resolved.
    """
    result = Allocation()
    forced = forced or {}
    by_name: dict[str, list[str]] = {}
    for place in ladders:
        if place in forced:
            by_name.setdefault(forced[place], []).append(place)
            result.names[place] = forced[place]
    for name, places in sorted(by_name.items()):
        if len(places) > 1:
            result.clashes.append((name, tuple(sorted(places))))
    used = {name.lower() for name in taken} | {name.lower() for name in by_name}
    pins = pinned or {}
    for place in sorted(ladders.keys() & pins.keys()):
        name = pins[place]
        if place not in result.names and name.lower() not in used:
            result.names[place] = name
            used.add(name.lower())
    rungs = {place: 0 for place in ladders if place not in result.names}

    def candidate(place: str) -> str:
        names = ladders[place]
        if rungs[place] < len(names):
            return escape_name(names[rungs[place]], reserved)
        return f"{names[-1]}_{digest_text(place)}"

    climbing = True
    while climbing:
        wanted: dict[str, list[str]] = {}
        for place in rungs:
            wanted.setdefault(candidate(place).lower(), []).append(place)
        climbing = False
        for name, places in wanted.items():
            stays = "" if name in used else _find_first(places, ranks or {})
            for place in places:
                if place == stays:
                    continue
                if rungs[place] < len(ladders[place]):
                    rungs[place] += 1
                    climbing = True
    for place, rung in rungs.items():
        result.names[place] = candidate(place)
        if rung:
            result.widened[place] = escape_name(ladders[place][0], reserved)
    return result


def _find_first(places: Sequence[str], ranks: Mapping[str, int]) -> str:
    """The only place of the lowest rank, or nothing."""
    lowest = min(ranks.get(place, 0) for place in places)
    first = [place for place in places if ranks.get(place, 0) == lowest]
    return first[0] if len(first) == 1 else ""
