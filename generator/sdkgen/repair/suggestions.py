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

from .edits import Action, Remove, Sites, json_path
from .structure_fixes import STRUCTURE_FIXES
from .value_fixes import VALUE_FIXES

__all__ = [
    "FIXES",
    "Action",
    "Repair",
    "State",
    "Suggestion",
    "overlay_text",
    "suggest_repairs",
]

_ROUNDS: Final = 6
"""Times that what came to light is repaired, and that useless changes are taken out."""

FIXES: Final = {**STRUCTURE_FIXES, **VALUE_FIXES}
_TEXT: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[ _./-][A-Za-z0-9]+)*\.?")
_WORDS: Final = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})

Key = tuple[str, str, str | Details]


@dataclass(frozen=True, slots=True)
class Repair:
    """One action of the overlay: its target as a JSONPath, and why it is there."""

    target: str
    action: Action
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
    suggestion = _attempt(state, refused)
    for _ in range(_ROUNDS):
        if suggestion is None:
            break
        repaired = {_key(repair.found) for repair in suggestion.repairs}
        useless = repaired & {_key(found) for found in suggestion.left}
        if not useless:
            break
        refused |= useless
        suggestion = _attempt(state, refused)
    return suggestion


def _attempt(
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
        sites = Sites(now.tree, now.names)
        added: list[Repair] = []
        for found in suggestion.left:
            if _key(found) not in tried:
                tried.add(_key(found))
                added.extend(_repairs(sites, found, now.file))
        if not added:
            break
        suggestion.repairs.extend(_in_order(added))
    return suggestion


def _key(found: Diagnostic) -> Key:
    # The place moves when what stands there is moved; two in one place have pointers.
    return found.code, str(found.place), found.pointer or found.details


def _repairs(sites: Sites, found: Diagnostic, file: str) -> list[Repair]:
    remedy = FIXES.get(found.fix)
    result: list[Repair] = []
    for site in sites.of(found) if remedy is not None else ():
        assert remedy is not None
        for action in remedy(site):
            target = json_path(site.root, action.pointer)
            if target is None:
                return []
            told = _description(found, file)
            result.append(Repair(target, action, found, told))
    return result


def _description(found: Diagnostic, file: str) -> str:
    """Code, place and reason; what repairs have brought has no place to tell."""
    where = found.place
    if where is not None and where.file == file:
        where = None
    place = f" {where}" if where else " of what is added above"
    hint = f" ({found.hint})" if found.hint else ""
    return printable(f"{found.code}{place}: {found.message}{hint}")


def _in_order(repairs: Iterable[Repair]) -> list[Repair]:
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
    last_first = sorted(removals.values(), key=_way, reverse=True)
    return [*updates.values(), *last_first]


def _way(repair: Repair) -> list[tuple[int, str]]:
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
        f"info:\n  title: {_quoted(f'Repairs of {title}')}\n  version: 1.0.0\n"
        "actions:\n"
    ]
    for repair in suggestion.repairs:
        parts.append(
            f"  - target: {_quoted(repair.target)}\n"
            f"    description: {_quoted(repair.description)}\n"
        )
        if isinstance(repair.action.change, Remove):
            parts.append("    remove: true\n")
        else:
            parts.append(f"    update:{_value(repair.action.change, 6)}\n")
    if suggestion.left:
        parts.append(
            "# No overlay repairs these: change the document, or let them be.\n"
        )
        parts.extend(
            f"#   {_description(each, suggestion.file)}\n" for each in suggestion.left
        )
    return "".join(parts)


def _value(value: Json, indent: int) -> str:
    """A value after its key, in blocks as far as it has something in it."""
    if isinstance(value, dict) and value:
        lines = [
            f"\n{' ' * indent}{_quoted(key)}:{_value(inner, indent + 2)}"
            for key, inner in value.items()
        ]
        return "".join(lines)
    if isinstance(value, list) and value:
        return "".join(
            f"\n{' ' * indent}- {_value(inner, indent + 2).lstrip()}" for inner in value
        )
    if isinstance(value, str):
        return f" {_quoted(value)}"
    return f" {json.dumps(value)}"


def _quoted(text: str) -> str:
    """A text on one line, plain where every YAML reads it as the same text."""
    if _TEXT.fullmatch(text) and text.lower() not in _WORDS:
        return text
    dumped: str = yaml.dump(
        text, default_style='"', width=float("inf"), allow_unicode=True
    )
    return dumped.rstrip("\n")
