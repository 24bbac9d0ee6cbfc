"""Names of the components that a bundle takes in from other files.

A part of another file is named by the last part of the reference; where names clash,
the file, its folders and the whole way are put before it, for all that clash and for
no others, so that the order of references makes no difference.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from pathlib import PurePath
from typing import Final, TypeVar

from sdkgen.support.json_pointer import pointer_split

__all__ = ["allocate_names", "list_candidates"]

Key = TypeVar("Key", bound=Hashable)

_UNFIT: Final = re.compile(r"[^A-Za-z0-9._-]+")
# These say what a part is to the one around it, not what it is.
_RELATIVE: Final = frozenset({"schema", "items", "additionalProperties", "not"})


def list_candidates(
    file: PurePath, pointer: str, aliases: Collection[str]
) -> list[str]:
    """Candidates for the name of a part, the shortest first; the last is unique.

    ``file`` is relative to the root document's folder; ``aliases`` are names under
    which other files refer to the part.
    """
    tokens = pointer_split(pointer)
    folders = [part for part in file.parent.parts if part not in ("..", "/")]
    if not tokens:
        own = min(aliases) if aliases else file.stem
    else:
        own = tokens.pop()
        while tokens and (own.isdigit() or tokens[-1] in _RELATIVE or own in _RELATIVE):
            own = _join_words(tokens.pop(), own)
    candidates = [_clean_name(own)]
    # First the file alone, then its folders, then the way inside the file too.
    if pointer:
        candidates.append(_clean_name(_join_words(file.stem, own)))
    if pointer and folders:
        candidates.append(_clean_name(_join_words(folders[-1], own)))
    name = own if not pointer else _join_words(file.stem, own)
    for folder in reversed(folders):
        name = _join_words(folder, name)
        candidates.append(_clean_name(name))
    for token in reversed(tokens):
        own = _join_words(token, own)
    candidates.append(_clean_name("_".join([*folders, file.stem, own])))
    digest = hashlib.sha256(f"{file.as_posix()}#{pointer}".encode()).hexdigest()
    candidates.append(f"{candidates[-1]}_{digest[:8]}")
    return candidates


def _clean_name(name: str) -> str:
    """A name as OpenAPI wants those of components: letters, digits and ``._-``."""
    return _UNFIT.sub("_", name).strip("_") or "part"


def _join_words(before: str, name: str) -> str:
    if "_" in name:
        return f"{before}_{name}"
    return f"{before}{name[:1].upper()}{name[1:]}"


def allocate_names(
    wanted: Mapping[Key, Sequence[str]], taken: Collection[str]
) -> dict[Key, str]:
    """One name for each, from its candidates; none twice, none that is taken."""
    step = dict.fromkeys(wanted, 0)
    while True:
        names = {key: wanted[key][step[key]] for key in wanted}
        uses = Counter(names.values())
        clashing = [
            key
            for key, name in names.items()
            if (uses[name] > 1 or name in taken) and step[key] + 1 < len(wanted[key])
        ]
        if not clashing:
            return names
        for key in clashing:
            step[key] += 1
