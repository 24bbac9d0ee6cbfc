"""The names of components that have a namespace before them: ``io.k8s.api.core.v1.Pod``.

Programs of Java, C# and Go write where a class is defined into its name. A person says
``Pod``, and more of the way to it only where there are two.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

from sdkgen import naming

__all__ = ["has_namespace", "list_candidates"]

_DOTTED: Final = re.compile(r"[^\W\d][\w-]*(?:\.[^\W\d][\w-]*)+")
_VERSION: Final = re.compile(r"v\d+((alpha|beta|rc)\d*)?", re.IGNORECASE)
_NO_NAME: Final = frozenset({
    "array", "body", "data", "dto", "entity", "enum", "input", "item", "items", "json",
    "kind", "list", "map", "meta", "model", "name", "object", "option", "options",
    "output", "params", "payload", "properties", "request", "response", "result",
    "results", "type", "types", "value", "values", "xml", "yaml", "yml",
})  # fmt: skip
"""Words that say what a class is to the one before it, or that end the name of a file."""


def has_namespace(name: str) -> bool:
    """Whether a name is words with dots between them."""
    return _DOTTED.fullmatch(name) is not None


def list_candidates(name: str, components: Container[str]) -> list[str]:
    """The name of a component, the shortest that says something first, the whole last.

    What is in another component (``Order.Line`` beside ``Order``) keeps its name,
    unless it begins with it. The last word alone is no name where it is a version or a
    word that any class may have (``Result``).
    """
    if not has_namespace(name):
        return [name]
    parts = name.split(".")
    start = len(parts) - 1
    while start and (
        _is_filler(parts[start])
        or (
            ".".join(parts[:start]) in components
            and _is_inside(parts[start - 1], parts[start])
        )
    ):
        start -= 1
    return [".".join(parts[first:]) for first in range(start, -1, -1)]


def _is_filler(word: str) -> bool:
    return bool(_VERSION.fullmatch(word)) or word.lower() in _NO_NAME or len(word) < 2


def _is_inside(parent: str, child: str) -> bool:
    """Whether a child needs the name of its parent, because it does not repeat it."""
    first, second = naming.split_words(parent), naming.split_words(child)
    return second[: len(first)] != first
