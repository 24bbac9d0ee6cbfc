"""A path as a reader sees it: names, variables, and which of them say nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sdkgen import naming

_PIECE: Final = re.compile(r"(\{[^{}]*\})")
_VERSION: Final = re.compile(
    r"v[0-9]+([._-]?[0-9]+)*([._-]?(alpha|beta|rc)[0-9]*)?", re.I
)
_NUMBER: Final = re.compile(r"[0-9]+([.-][0-9]+)*")
_GENERIC: Final = frozenset({"api", "apis", "rest"})
_ASKED: Final = re.compile(r"[?&][^?&=/{}]+=\{[^{}]*\}")
"""A query in a path whose value the caller gives: an argument like any other."""
_SUFFIX: Final = re.compile(r"\.(csv|html|json|txt|xml|ya?ml|\{[^{}]*\})$", re.I)


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a path: a name (``text``), or a variable."""

    text: str
    variable: bool = False
    verb: bool = False
    """It follows a colon, as in ``/jobs/{id}:cancel``."""

    def to_singular(self) -> tuple[str, ...]:
        """Its words, the last in the singular."""
        found = naming.split_words(self.text)
        return (*found[:-1], naming.to_singular(found[-1])) if found else ()

    def to_plural(self) -> tuple[str, ...]:
        """Its words, the last in the plural."""
        found = naming.split_words(self.text)
        if not found or self.is_plural:
            return found
        return (*found[:-1], naming.to_plural(found[-1]))

    @property
    def is_plural(self) -> bool:
        found = naming.split_words(self.text)
        return bool(found) and naming.to_singular(found[-1]) != found[-1]


def split_path(path: str) -> tuple[list[Segment], list[str]]:
    """The segments of a path, without those of versions, and the versions.

    ``/api/v2/things/{id}.json`` → ``things``, ``{id}`` and ``v2``. What says nothing
    stands at the start: ``api``, or a number or date in place of a version.
    """
    path = _ASKED.sub("", path)
    parts = [part for part in path.split("/") if part]
    found: list[Segment] = []
    versions: list[str] = []
    for index, part in enumerate(parts):
        last = index == len(parts) - 1
        first = not found and (part.lower() in _GENERIC or _NUMBER.fullmatch(part))
        if not last and (first or _VERSION.fullmatch(part) or _is_version(part)):
            versions.append(part)
        else:
            found.extend(_split_segment(_SUFFIX.sub("", part) or part))
    return found, [each for each in versions if each.lower() not in _GENERIC]


def _is_version(part: str) -> bool:
    """A version that the caller names, as in ``/v{api-version}/things``."""
    before, brace, rest = part.partition("{")
    return bool(brace) and before in {"", "v"} and "version" in rest.lower()


def _split_segment(part: str) -> list[Segment]:
    """``{id}:cancel`` → a variable and a verb."""
    made: list[Segment] = []
    for piece in _PIECE.split(part):
        if _PIECE.fullmatch(piece):
            made.append(Segment(piece[1:-1], variable=True))
            continue
        name, colon, verb = piece.partition(":")
        if naming.split_words(name):
            made.append(Segment(name))
        if colon and naming.split_words(verb):
            made.append(Segment(verb, verb=True))
    return made
