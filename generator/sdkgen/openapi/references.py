"""The text of a `$ref`: split, join, follow within one document."""

from __future__ import annotations

from functools import cache
from typing import Final
from urllib.parse import quote, unquote

from sdkgen.support.json_pointer import Json, resolve

__all__ = ["decode_percent", "follow", "fragment_of", "ref_to", "split_ref"]

# RFC 3986: what a fragment may hold as it is, besides letters and digits.
_FRAGMENT_SAFE: Final = "/~!$&'()*+,;=:@-._?"


def split_ref(ref: str) -> tuple[str, str]:
    """The part of a reference that names a file (or nothing), and its fragment."""
    file, _, fragment = ref.partition("#")
    return file, fragment


def fragment_of(fragment: str) -> str:
    """A fragment without its percent-encoding; bytes that are not UTF-8 stay encoded."""
    return (decode_percent(fragment) or fragment) if "%" in fragment else fragment


@cache
def ref_to(pointer: str) -> str:
    """The reference to a JSON pointer of the same document."""
    return f"#{quote(pointer, safe=_FRAGMENT_SAFE)}"


def follow(root: Json, node: Json, pointer: str = "") -> tuple[Json, str]:
    """What stands behind references inside of a document, and where.

    What is no reference stands at ``pointer``. Where references lead to nothing, or in
    a circle, there is None: bundling has told of both.
    """
    seen: set[str] = set()
    while isinstance(node, dict) and isinstance(ref := node.get("$ref"), str):
        target = fragment_of(ref[1:])
        found = resolve(root, target) if ref.startswith("#") else None
        if found is None or target in seen:
            return None, pointer
        seen.add(target)
        node, pointer = found[0], target
    return node, pointer


def decode_percent(text: str) -> str | None:
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return None
