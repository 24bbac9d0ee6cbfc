"""An overlay that repairs what was found in a document, for a person to edit.

The changes come from the table of fixes, of which each finding names one. Whether they
repair is not believed but tried: the overlay is applied, the document checked
anew, what comes to light then is repaired as well, and a change that does not help is
taken out again. What no overlay can repair is told in comments.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import yaml

from sdkgen.diagnostics.diagnostic import Details, Diagnostic, printable
from sdkgen.read.document import Document
from sdkgen.support.json_pointer import Json, pointer_split

from .edits import OverlayAction, Remove, TargetFinder, to_json_path
from .fixes import FIXES

__all__ = [
    "FIXES",
    "OverlayAction",
    "Repair",
    "State",
    "Suggestion",
    "overlay_text",
    "suggest_repairs",
]

_ROUNDS: Final = 6
"""Times that what came to light is repaired, and that useless changes are taken out."""

_TEXT: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[ _./-][A-Za-z0-9]+)*\.?")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})

Key = tuple[str, str, str | Details]


@dataclass(frozen=True, slots=True)
class Repair:
    """One action of the overlay: its target as a JSONPath, and why it is there."""

    target: str
    action: OverlayAction
    found: Diagnostic
    description: str


@dataclass(frozen=True, slots=True)
class State:
    """A document after some repairs.

    ``tree`` is what overlays change; ``found`` what the checks say of it; ``names`` the
    names of the methods, as far as it came to that; ``file`` the file of the repairs.
    """

    tree: Document
    file: str
    found: Sequence[Diagnostic]
    names: Mapping[str, str]


@dataclass(slots=True)
class Suggestion:
    """The repairs in the order in which they apply, and what they leave."""

    repairs: list[Repair] = field(default_factory=list[Repair])
    left: list[Diagnostic] = field(default_factory=list[Diagnostic])
    file: str = ""


def suggest_repairs(
    state: Callable[[Sequence[Repair]], State | None],
) -> Suggestion | None:
    """Repairs for what is found in a document.

    Args:
        state: What becomes of the document with some repairs; None if it cannot be read.
    """
    refused: set[Key] = set()
    suggestion = _try_repairs(state, refused)
    for _ in range(_ROUNDS):
        if suggestion is None:
            break
        repaired = {_identify(repair.found) for repair in suggestion.repairs}
        useless = repaired & {_identify(found) for found in suggestion.left}
        if not useless:
            break
        refused |= useless
        suggestion = _try_repairs(state, refused)
    return suggestion


def _try_repairs(
    state: Callable[[Sequence[Repair]], State | None], refused: set[Key]
) -> Suggestion | None:
    suggestion = Suggestion()
    tried = set(refused)
    for _ in range(_ROUNDS):
        now = state(suggestion.repairs)
        if now is None:
            return None
        suggestion.file = now.file
        suggestion.left = [each for each in now.found if each.code[0] in "EW"]
        finder = TargetFinder(now.tree, now.names)
        added: list[Repair] = []
        for found in suggestion.left:
            if _identify(found) not in tried:
                tried.add(_identify(found))
                added.extend(_find_repairs(finder, found, now.file))
        if not added:
            break
        suggestion.repairs.extend(_order(added))
    return suggestion


def _identify(found: Diagnostic) -> Key:
    # The place moves when what stands there is moved; two in one place have pointers.
    return found.code, str(found.place), found.pointer or found.details


def _find_repairs(finder: TargetFinder, found: Diagnostic, file: str) -> list[Repair]:
    fix = FIXES.get(found.fix)
    if fix is None:
        return []
    result: list[Repair] = []
    for target in finder.find(found):
        for action in fix(target):
            path = to_json_path(target.root, action.pointer)
            if path is None:
                return []
            result.append(Repair(path, action, found, _describe(found, file)))
    return result


def _describe(found: Diagnostic, file: str) -> str:
    """Code, place and reason; what repairs have brought has no place to tell."""
    where = found.place
    if where is not None and where.file == file:
        where = None
    place = f" {where}" if where else " of what is added above"
    hint = f" ({found.hint})" if found.hint else ""
    return printable(f"{found.code}{place}: {found.message}{hint}")


def _order(repairs: Iterable[Repair]) -> list[Repair]:
    """Updates first; then what goes, the last and the deepest first.

    So nothing shifts what comes after it, and nothing is gone when it is looked for.
    """
    updates: dict[str, Repair] = {}
    removals: dict[str, Repair] = {}
    for repair in repairs:
        if isinstance(repair.action.change, Remove):
            removals.setdefault(repair.target, repair)
        else:
            key = f"{repair.target} {json.dumps(repair.action.change, sort_keys=True)}"
            updates.setdefault(key, repair)
    last_first = sorted(removals.values(), key=_sort_key, reverse=True)
    return [*updates.values(), *last_first]


def _sort_key(repair: Repair) -> list[tuple[int, str]]:
    return [
        (int(token) if token.isdigit() and len(token) < 10 else 0, token)
        for token in pointer_split(repair.action.pointer)
    ]


# --------------------------------------------------------------------- as text


def overlay_text(title: str, suggestion: Suggestion) -> str:
    """The overlay in YAML; what it leaves to a person stands in comments at its end."""
    parts = [
        "# Suggested repairs: look at each, and change or delete what is not meant.\n"
        "overlay: 1.0.0\n"
        f"info:\n  title: {_quote(f'Repairs of {title}')}\n  version: 1.0.0\n"
        "actions:\n"
    ]
    for repair in suggestion.repairs:
        parts.append(
            f"  - target: {_quote(repair.target)}\n"
            f"    description: {_quote(repair.description)}\n"
        )
        if isinstance(repair.action.change, Remove):
            parts.append("    remove: true\n")
        else:
            parts.append(f"    update:{_write_value(repair.action.change, 6)}\n")
    if suggestion.left:
        parts.append(
            "# No overlay repairs these: change the document, or let them be.\n"
        )
        parts.extend(
            f"#   {_describe(each, suggestion.file)}\n" for each in suggestion.left
        )
    return "".join(parts)


def _write_value(value: Json, indent: int) -> str:
    """A value after its key, in blocks as far as it has something in it."""
    if isinstance(value, dict) and value:
        lines = [
            f"\n{' ' * indent}{_quote(key)}:{_write_value(inner, indent + 2)}"
            for key, inner in value.items()
        ]
        return "".join(lines)
    if isinstance(value, list) and value:
        return "".join(
            f"\n{' ' * indent}- {_write_value(inner, indent + 2).lstrip()}"
            for inner in value
        )
    if isinstance(value, str):
        return f" {_quote(value)}"
    return f" {json.dumps(value)}"


def _quote(text: str) -> str:
    """A text on one line, plain where every YAML reads it as the same text."""
    if _TEXT.fullmatch(text) and text.lower() not in _WORDS:
        return text
    dumped: str = yaml.dump(
        text, default_style='"', width=float("inf"), allow_unicode=True
    )
    return dumped.rstrip("\n")
