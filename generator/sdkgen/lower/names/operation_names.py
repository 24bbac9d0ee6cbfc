"""What a person would call an operation, and the resource that it belongs to.

What the document says counts: the tag and the ``operationId``, unless a program made
that of verb and path. Else they are read off the path: ``GET /v1/devices/{id}/logs`` is
``devices.list_logs``. A name depends on its own operation, and on which methods the
same path has and the one below it; never on the order of anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sdkgen import naming
from sdkgen.lower.accessors import Accessors
from sdkgen.support.json_pointer import Json

from .operation_ids import (
    find_core,
    get_operation_id,
    get_tag,
    join_words,
    split_operation_id,
)
from .path_segments import Segment, split_path
from .resource_path import ResourcePath, begins_with_verb

_SHADOWS: Final = frozenset({"head", "options", "trace"})
"""Methods that have the name of another by mistake rather than on purpose."""


@dataclass(frozen=True, slots=True)
class OperationName:
    """The key of a resource, and names for the method: texts, best first.

    Of several that would have one name, the only one of the lowest ``rank`` keeps it.
    """

    resource: str
    candidates: tuple[tuple[str, ...], ...]
    rank: int = 0
    is_stated: bool = False
    """The document has a name for it."""


class OperationNames:
    """Names the operations of one document."""

    def __init__(self, read: Accessors) -> None:
        self._read = read
        self._methods: dict[str, set[str]] = {}
        for path, item in read.get_object(read.document.root, "paths").items():
            known = self._methods.setdefault(_normalize_path(path), set())
            known.update(item if isinstance(item, dict) else ())

    def propose_name(
        self, path: str, method: str, node: Mapping[str, Json]
    ) -> OperationName:
        """``method`` is in lower case."""
        resource = get_resource_key(path, method, node)
        stated = get_operation_id(path, method, node)
        if stated:
            _, action = split_operation_id(stated, get_tag(node))
            if method in _SHADOWS:
                rungs = (
                    (action,),
                    (method, action),
                    *_list_rungs([action], path, method),
                )
                return OperationName(resource, rungs, 1, is_stated=True)
            return OperationName(
                resource, _list_rungs([action], path, method), is_stated=True
            )
        return self._derive_name(path, method, node, resource)

    def _derive_name(
        self, path: str, method: str, node: Mapping[str, Json], resource: str
    ) -> OperationName:
        parts, versions = split_path(path)
        start, end = _find_resource(parts, get_tag(node))
        named = ResourcePath(parts, start, end)
        verb, nouns = self._choose_verb(path, method, node, named)
        base = (*verb, *nouns)
        around = (*verb, *named.list_outer_nouns(), *nouns)
        by = (*base, "by", *named.list_last_variables()) if named.at_item else base
        return OperationName(
            resource,
            (
                base,
                *(((method, *base),) if named.doing else ()),
                *((around, by) if named.is_inner else (by, around)),
                (*base, *versions),
                *_list_rungs(base, path, method),
            ),
            2 + 4 * len(parts) + 2 * int(named.at_item) + int(method != "get"),
        )

    def _choose_verb(
        self, path: str, method: str, node: Mapping[str, Json], named: ResourcePath
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What is done, and what it is done to."""
        if named.doing and method in ("get", "post", "put", "patch"):
            return named.doing, named.list_nouns(before_last=True)
        if named.at_item:
            verbs = {
                "post": self._choose_post_verb(path),
                "put": "replace",
                "patch": "update",
            }
            return (verbs.get(method, method),), named.list_nouns()
        many = self._is_collection(path, node, named)
        items = True if self._has_operation(path, "/{}") else None
        match method:
            case "get":
                return ("list" if many else "get",), named.list_nouns(plural=items)
            case "post" if named.rest and not many and not self._is_thing(path):
                return (), named.list_nouns()
            case "post":
                return ("create",), named.list_nouns(plural=False)
            case "put" | "patch" | "delete":
                verb = {"put": "replace", "patch": "update"}.get(method, method)
                if items and not named.rest:
                    return (verb, "many"), ()
                return (verb,), named.list_nouns(plural=items)
            case _:
                return (method,), named.list_nouns()

    def _choose_post_verb(self, path: str) -> str:
        """A POST to one thing changes it, unless things are made nowhere else."""
        above = _normalize_path(path).rpartition("/")[0]
        changed = self._methods.get(_normalize_path(path), set()) & {"put", "patch"}
        if "post" not in self._methods.get(above, set()):
            return "create"
        return "post" if changed else "update"

    def _is_thing(self, path: str) -> bool:
        """Whether there is more to do with a path than to post to it."""
        methods = self._methods.get(_normalize_path(path), set())
        return bool(methods & {"get", "put", "delete"}) or self._has_operation(
            path, "/{}"
        )

    def _has_operation(self, path: str, below: str) -> bool:
        return f"{_normalize_path(path)}{below}" in self._methods

    def _is_collection(
        self, path: str, node: Mapping[str, Json], named: ResourcePath
    ) -> bool:
        if self._has_operation(path, "/{}"):
            return True
        last = named.last
        listed = (
            self._is_list(node)
            if "get" in self._methods[_normalize_path(path)]
            else None
        )
        return bool(last and last.is_plural) if listed is None else listed

    def _is_list(self, node: Mapping[str, Json]) -> bool | None:
        """Whether a response is a list; None if it does not say.

        An object may hold a page of a list, unless nothing in it is a list.
        """
        said: set[bool] = set()
        for status, entry in self._read.get_object(dict(node), "responses").items():
            if not status.startswith("2"):
                continue
            response, _ = self._read.follow(entry, "")
            for media in self._read.get_object(response, "content").values():
                schema = media.get("schema") if isinstance(media, dict) else None
                found, _ = self._read.follow(schema, "")
                properties = self._read.get_object(found, "properties")
                if self._read.get_string(found, "type") == "array":
                    said.add(True)
                elif properties and not any(map(self._holds_list, properties.values())):
                    said.add(False)
        return True in said if said else None

    def _holds_list(self, schema: Json) -> bool:
        found, _ = self._read.follow(schema, "")
        return not isinstance(found, dict) or found.get("type") in (None, "array")


def get_resource_key(path: str, method: str, node: Mapping[str, Json]) -> str:
    """The key of the resource of an operation: as the document writes it."""
    tag = get_tag(node)
    stated = get_operation_id(path, method, node)
    if stated:
        resource, _ = split_operation_id(stated, tag)
        if resource:
            return resource
    if tag:
        return tag
    # What is behind ``?`` and ``#`` is, if anything, the name of a procedure.
    parts, _ = split_path(re.split("[?#]", path)[0] if stated else path)
    names = [each for each in parts if not each.variable]
    if not stated and _is_lone_verb(parts):
        return "api"
    if len(names) == 1 and join_words(names[0].text) == join_words(stated):
        return "api"  # The path names a procedure, too.
    return names[0].text if names else "api"


def _is_lone_verb(parts: Sequence[Segment]) -> bool:
    """``/login``: what would be a resource of one method of the same name."""
    if len(parts) != 1 or parts[0].variable:
        return False
    return begins_with_verb(naming.split_words(parts[0].text))


def _find_resource(parts: Sequence[Segment], tag: str) -> tuple[int, int]:
    """Where the resource stands in its path: its segments, up to but without ``end``."""
    names = [index for index, each in enumerate(parts) if not each.variable]
    if not names:
        return 0, 0
    if not tag:
        return (0, 0) if _is_lone_verb(parts) else (names[0], names[0] + 1)
    wanted = find_core(tag)
    for count, first in enumerate(names):
        text = ""
        for index in names[count:]:
            text += "".join(parts[index].to_singular())
            if text == wanted or find_core(parts[index].text) == wanted:
                return first if text == wanted else index, index + 1
            if not wanted.startswith(text):
                break
    if wanted.startswith("".join(parts[names[0]].to_singular())):
        return names[0], names[0] + 1
    # The one that all of it belongs to is told by its argument.
    if len(names) > 1 and names[0] + 1 < names[1]:
        return names[0], names[0] + 1
    return 0, 0


def _list_rungs(
    action: Iterable[str], path: str, method: str
) -> tuple[tuple[str, ...], ...]:
    """What tells apart operations that would have the same name."""
    words = tuple(action)
    static = " ".join(part for part in path.split("/") if part and "{" not in part)
    return (
        words,
        (*words, static),
        (method, *words, static),
        (method, path),
    )


def _normalize_path(path: str) -> str:
    """A path whatever its variables are called, and without a slash at its end."""
    return re.sub(r"\{[^{}]*\}", "{}", path).rstrip("/")
