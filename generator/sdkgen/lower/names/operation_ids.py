"""What the tag and the ``operationId`` of an operation say of its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from sdkgen import naming
from sdkgen.support.json_pointer import Json

from .path_segments import split_path

_GENERIC: Final = frozenset({"api", "controller", "resource", "rest"})
_SMALL: Final = frozenset({
    "and", "as", "at", "by", "for", "from", "in", "into", "of", "on", "or", "per", "to",
    "via", "with", "without",
})  # fmt: skip
"""Words that no name of a method begins with."""
_VERSION: Final = re.compile(r"v[0-9]+((alpha|beta)[0-9]*)?")


def get_tag(node: Mapping[str, Json]) -> str:
    """The first tag of an operation, if there is a word in it."""
    tags = node.get("tags")
    tag = tags[0] if isinstance(tags, list) and tags else None
    return tag if isinstance(tag, str) and naming.split_words(tag) else ""


def get_operation_id(path: str, method: str, node: Mapping[str, Json]) -> str:
    """The ``operationId``, if a person may have thought of it.

    Programs put the path and the method after the name of a function (FastAPI), or
    before it, or make all of it from them; where there is a variable or a version in
    it, nobody else did.
    """
    stated = node.get("operationId")
    if not isinstance(stated, str) or not naming.split_words(stated):
        return ""
    if re.fullmatch(r"[A-Z]+-.*---format-", stated):  # Grape
        return ""
    # Springfox: the method after the name of a function, and a number if it is taken.
    stated = re.sub(r"(?<=[a-z0-9])Using[A-Z]{3,7}(_\d+)?$", "", stated)
    before = re.match(rf"{re.escape(method)}\W*{re.escape(path)}", stated, re.I)
    if before is not None and len(path) > 1:
        function = stated[before.end() :]
        return function if naming.split_words(function) else ""
    flat = re.sub(r"\W", "_", path)
    tail = f"{flat}_{method}"
    if stated.endswith(tail) and naming.split_words(stated[: -len(tail)]):
        return stated[: -len(tail)]
    made = join_words(f"{method} {path}")
    mechanical = join_words(stated) in (made, join_words(f"{path} {method}"))
    told = "{" in path or "/" in stated or split_path(path)[1]
    return "" if mechanical and told else stated


def join_words(text: str) -> str:
    """The words of a text run together, to compare two spellings."""
    return "".join(naming.split_words(text))


def split_operation_id(stated: str, tag: str) -> tuple[str, str]:
    """Resource and action of an ``operationId``: ``device.get``, ``users/list``.

    The first part is the resource if a dot or a slash is after it, or if it is that of
    a controller; if it repeats the tag, it is left out. Where the tag is the second
    part (``compute.disks.snapshots.list``), the first is the API, and all between
    resources.
    """
    parts = stated.split(".") if "." in stated else stated.split("/")
    while len(parts) > 2 and _VERSION.fullmatch(parts[0].lower()):
        del parts[0]
    if len(parts) > 2 and tag and join_words(parts[1]) == join_words(tag):
        resource, action = " ".join(parts[1:-1]), parts[-1]
        if naming.split_words(action):
            return tag if len(parts) == 3 else resource, action
    if (
        len(parts) > 1
        and naming.split_words(parts[0])
        and naming.split_words(" ".join(parts[1:]))
    ):
        return parts[0], ".".join(parts[1:])
    first, _, action = stated.partition("_")
    found = naming.split_words(first)
    if naming.split_words(action) and found:
        if found[-1] == "controller" and len(found) > 1:
            return tag or first[: -len("controller")], action
        if tag and find_core(first) == find_core(tag):
            return tag, action
    rest = _strip_tag(tag, stated)
    return (tag, rest) if rest else ("", stated)


def _strip_tag(tag: str, stated: str) -> str:
    """What follows the tag in ``companiesAdd``; nothing if that is no name."""
    wanted, found = find_core(tag), naming.split_words(stated)
    for count in range(1, len(found)):
        if wanted and find_core(" ".join(found[:count])) == wanted:
            rest = found[count:]
            plain = rest[0].isalpha() and rest[0] not in _SMALL
            return " ".join(rest) if plain and not _VERSION.fullmatch(rest[0]) else ""
    return ""


def strip_tag_suffix(tag: str) -> str:
    """A tag without what tells nothing at its end: ``Pets API``, ``pet-controller``.

    Whoever writes a tag with blanks means all of its words but the last of an API.
    """
    found = re.split(r"(?<=[^\W_])[\s_-]+|(?<=[a-z])(?=[A-Z])", tag)
    generic = {"api"} if " " in tag.strip() else _GENERIC
    while len(found) > 1 and found[-1].lower() in generic:
        del found[-1]
    return " ".join(found)


def find_core(text: str) -> str:
    """What two spellings of one resource have in common."""
    found = list(naming.split_words(text))
    while len(found) > 1 and found[-1] in _GENERIC:
        del found[-1]
    return "".join((*found[:-1], naming.to_singular(found[-1]))) if found else ""
