"""References that go in a circle without reaching a definition, or too far to it.

Recursion through structure (a property, an item, a map value) is how trees are
described. A circle of nothing but references and ``allOf`` describes nothing: no value
could ever be checked against it. The same holds for a ``oneOf`` or ``anyOf`` with one
option; with more of them a circle is common in documents that are in daily use (a base
class lists its variants, each of which extends the base), so it is left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from sdkgen.openapi.references import fragment_of
from sdkgen.support.json_pointer import Json, resolve

__all__ = ["MAX_REFERENCES", "find_cycles"]

MAX_REFERENCES: Final = 600
"""How many references may stand between a thing and its last definition."""

Object = dict[str, Json]


def find_cycles(
    objects: Iterable[Object], root: Json, position: Callable[[Object], int]
) -> tuple[list[list[Object]], Object | None]:
    """Each circle as the objects with a ``$ref`` on it, the first in the files first;
    and an object with too many references behind each other, if there is one.

    ``objects`` are those of the tree that may lie on a circle; ``position`` tells where
    the ``$ref`` of one stands.
    """
    edges: dict[int, list[Object]] = {}
    known: dict[int, Object] = {}
    for each in objects:
        known[id(each)] = each
        edges[id(each)] = list(_find_required(each, root))
    done: dict[int, int] = {}  # with the number of references from there on
    found: list[list[Object]] = []
    far: Object | None = None
    for start in known.values():
        if id(start) in done:
            continue
        path: list[Object] = [start]
        on_path = {id(start): 0}
        waiting = [iter(edges[id(start)])]
        while path:
            following = next(waiting[-1], None)
            if following is None:
                last = path.pop()
                waiting.pop()
                del on_path[id(last)]
                behind = (done.get(id(each), 0) for each in edges[id(last)])
                done[id(last)] = ("$ref" in last) + max(behind, default=0)
                if far is None and done[id(last)] > MAX_REFERENCES:
                    far = last
            elif id(following) in on_path:
                circle = path[on_path[id(following)] :]
                found.append(_rotate_to_first(circle, position))
            elif id(following) in edges and id(following) not in done:
                on_path[id(following)] = len(path)
                path.append(following)
                waiting.append(iter(edges[id(following)]))
    return found, far


def _find_required(node: Object, root: Json) -> Iterable[Object]:
    """The objects that a value must also be, whatever else it is."""
    ref = node.get("$ref")
    if isinstance(ref, str) and ref.startswith("#"):
        target = resolve(root, fragment_of(ref[1:]))
        if target is not None and isinstance(target[0], dict):
            yield target[0]
    for keyword in ("allOf", "oneOf", "anyOf"):
        parts = node.get(keyword)
        if isinstance(parts, list) and (keyword == "allOf" or len(parts) == 1):
            for part in parts:
                if isinstance(part, dict):
                    yield part


def _rotate_to_first(
    circle: list[Object], position: Callable[[Object], int]
) -> list[Object]:
    """The references of a circle, from the one that stands first."""
    refs = [each for each in circle if isinstance(each.get("$ref"), str)]
    if not refs:
        return circle[:1]
    first = min(range(len(refs)), key=lambda index: position(refs[index]))
    return refs[first:] + refs[:first]
