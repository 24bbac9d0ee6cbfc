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
from sdkgen.lower.accessors import Reader
from sdkgen.support.json_pointer import Json

from .operation_ids import core, parted, run, stated_by, tag_of
from .path_segments import Segment, segments

_VERBS: Final = frozenset({
    "abort", "accept", "acknowledge", "acquire", "activate", "add", "approve",
    "archive", "assign", "attach", "authenticate", "authorize", "ban", "batch",
    "block", "calculate", "cancel", "check", "clear", "clone", "close", "commit",
    "complete", "confirm", "connect", "convert", "copy", "count", "deactivate",
    "decline", "decrement", "deliver", "deploy", "deprovision", "detach", "disable",
    "disconnect", "dispatch", "download", "duplicate", "enable", "estimate",
    "evaluate", "execute", "export", "finish", "flag", "follow", "fork", "generate",
    "import", "increment", "install", "invalidate", "invite", "invoke", "join",
    "leave", "like", "link", "lock", "login", "logout", "lookup", "mark", "merge",
    "move", "mute", "notify", "open", "pause", "pin", "ping", "play", "preview",
    "process", "promote", "provision", "publish", "purge", "query", "reactivate",
    "rebuild", "redeem", "refresh", "refund", "register", "reindex", "reject",
    "release", "reload", "remove", "rename", "render", "renew", "reopen", "replay",
    "reply", "reprocess", "request", "resend", "reset", "resolve", "restart",
    "restore", "resume", "retry", "revert", "revoke", "rotate", "run", "save",
    "scan", "schedule", "search", "send", "share", "shutdown", "sign", "signin",
    "signout", "signup", "skip", "split", "star", "start", "stop", "stream",
    "submit", "subscribe", "suspend", "swap", "sync", "terminate", "test", "toggle",
    "transfer", "trigger", "unarchive", "unassign", "unban", "unblock", "undo",
    "unflag", "unfollow", "uninstall", "unlike", "unlink", "unlock", "unmute",
    "unpin", "unpublish", "unstar", "unsubscribe", "update", "upgrade", "upload",
    "validate", "verify", "vote", "watch",
})  # fmt: skip
"""Last words of a path that name what is done, not what it is done to."""
_PLAIN: Final = frozenset({"create", "delete", "fetch", "find", "get", "make"})
"""Verbs, where it follows what it is done to: ``/create_channel``."""

_SHADOWS: Final = frozenset({"head", "options", "trace"})
"""Methods that have the name of another by mistake rather than on purpose."""


@dataclass(frozen=True, slots=True)
class Action:
    """The key of a resource, and names for the method: texts, best first.

    Of several that would have one name, the only one of the lowest ``rank`` keeps it.
    """

    resource: str
    candidates: tuple[tuple[str, ...], ...]
    rank: int = 0
    is_stated: bool = False
    """The document has a name for it."""


class Actions:
    """Names the operations of one document."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._methods: dict[str, set[str]] = {}
        for path, item in read.mapping(read.document.root, "paths").items():
            known = self._methods.setdefault(_shape(path), set())
            known.update(item if isinstance(item, dict) else ())

    def of(self, path: str, method: str, node: Mapping[str, Json]) -> Action:
        """``method`` is in lower case."""
        resource = resource_of(path, method, node)
        stated = stated_by(path, method, node)
        if stated:
            _, action = parted(stated, tag_of(node))
            if method in _SHADOWS:
                rungs = ((action,), (method, action), *_rungs([action], path, method))
                return Action(resource, rungs, 1, is_stated=True)
            return Action(resource, _rungs([action], path, method), is_stated=True)
        return self._derived(path, method, node, resource)

    def _derived(
        self, path: str, method: str, node: Mapping[str, Json], resource: str
    ) -> Action:
        parts, versions = segments(path)
        start, end = _anchor(parts, tag_of(node))
        named = _Path(parts, start, end)
        verb, nouns = self._verb(path, method, node, named)
        base = (*verb, *nouns)
        around = (*verb, *named.around(), *nouns)
        by = (*base, "by", *named.by()) if named.at_item else base
        return Action(
            resource,
            (
                base,
                *(((method, *base),) if named.doing else ()),
                *((around, by) if named.is_inner else (by, around)),
                (*base, *versions),
                *_rungs(base, path, method),
            ),
            2 + 4 * len(parts) + 2 * int(named.at_item) + int(method != "get"),
        )

    def _verb(
        self, path: str, method: str, node: Mapping[str, Json], named: _Path
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What is done, and what it is done to."""
        if named.doing and method in ("get", "post", "put", "patch"):
            return named.doing, named.nouns(before_last=True)
        if named.at_item:
            verbs = {"post": self._post_item(path), "put": "replace", "patch": "update"}
            return (verbs.get(method, method),), named.nouns()
        many = self._is_collection(path, node, named)
        items = True if self._has(path, "/{}") else None
        match method:
            case "get":
                return ("list" if many else "get",), named.nouns(plural=items)
            case "post" if named.rest and not many and not self._is_thing(path):
                return (), named.nouns()
            case "post":
                return ("create",), named.nouns(plural=False)
            case "put" | "patch" | "delete":
                verb = {"put": "replace", "patch": "update"}.get(method, method)
                if items and not named.rest:
                    return (verb, "many"), ()
                return (verb,), named.nouns(plural=items)
            case _:
                return (method,), named.nouns()

    def _post_item(self, path: str) -> str:
        """A POST to one thing changes it, unless things are made nowhere else."""
        above = _shape(path).rpartition("/")[0]
        changed = self._methods.get(_shape(path), set()) & {"put", "patch"}
        if "post" not in self._methods.get(above, set()):
            return "create"
        return "post" if changed else "update"

    def _is_thing(self, path: str) -> bool:
        """Whether there is more to do with a path than to post to it."""
        methods = self._methods.get(_shape(path), set())
        return bool(methods & {"get", "put", "delete"}) or self._has(path, "/{}")

    def _has(self, path: str, below: str) -> bool:
        return f"{_shape(path)}{below}" in self._methods

    def _is_collection(self, path: str, node: Mapping[str, Json], named: _Path) -> bool:
        if self._has(path, "/{}"):
            return True
        last = named.last
        listed = self._listed(node) if "get" in self._methods[_shape(path)] else None
        return bool(last and last.is_plural) if listed is None else listed

    def _listed(self, node: Mapping[str, Json]) -> bool | None:
        """Whether a response is a list; None if it does not say.

        An object may hold a page of a list, unless nothing in it is a list.
        """
        said: set[bool] = set()
        for status, entry in self._read.mapping(dict(node), "responses").items():
            if not status.startswith("2"):
                continue
            response, _ = self._read.follow(entry, "")
            for media in self._read.mapping(response, "content").values():
                schema = media.get("schema") if isinstance(media, dict) else None
                found, _ = self._read.follow(schema, "")
                properties = self._read.mapping(found, "properties")
                if self._read.text(found, "type") == "array":
                    said.add(True)
                elif properties and not any(map(self._holds_list, properties.values())):
                    said.add(False)
        return True in said if said else None

    def _holds_list(self, schema: Json) -> bool:
        found, _ = self._read.follow(schema, "")
        return not isinstance(found, dict) or found.get("type") in (None, "array")


@dataclass(frozen=True, slots=True)
class _Path:
    """A path with the part in it, from ``start`` to ``end``, that the resource names."""

    parts: Sequence[Segment]
    start: int
    end: int

    @property
    def rest(self) -> Sequence[Segment]:
        """What comes after the resource, but for the variables that say which one."""
        rest = list(self.parts[self.end :])
        while rest and rest[0].variable:
            del rest[0]
        return rest

    @property
    def is_inner(self) -> bool:
        """Whether other names stand before the resource."""
        return any(not each.variable for each in self.parts[: self.start])

    @property
    def at_item(self) -> bool:
        return bool(self.parts) and self.parts[-1].variable

    @property
    def last(self) -> Segment | None:
        return next((each for each in reversed(self.parts) if not each.variable), None)

    @property
    def doing(self) -> tuple[str, ...]:
        """The last segment, if it is what is done rather than a thing."""
        last = self.rest[-1] if self.rest else None
        if last is None or last.variable:
            return ()
        found = naming.words(last.text)
        return found if last.verb or _begins_with_verb(found) else ()

    def nouns(
        self, *, plural: bool | None = None, before_last: bool = False
    ) -> tuple[str, ...]:
        """The names after the resource; the last is as it stands unless told."""
        rest = self.rest[:-1] if before_last else self.rest
        return _nouns(rest, plural=plural)

    def around(self) -> tuple[str, ...]:
        """The names up to the end of the resource."""
        return _nouns(self.parts[: self.end], plural=None)

    def by(self) -> tuple[str, ...]:
        """The variables at the end, which tell two ways to one thing apart."""
        found: list[str] = []
        for each in reversed(self.parts):
            if not each.variable:
                break
            found.insert(0, each.text)
        return tuple(word for each in found for word in ("and", each))[1:]


def _nouns(parts: Sequence[Segment], *, plural: bool | None) -> tuple[str, ...]:
    """Names; in the singular where a variable picks one of them."""
    found: list[str] = []
    names = [index for index, each in enumerate(parts) if not each.variable]
    for index in names:
        part = parts[index]
        wanted = plural if index == names[-1] else None
        if index + 1 < len(parts) and parts[index + 1].variable:
            wanted = False
        if wanted is None:
            found.extend(naming.words(part.text))
        else:
            found.extend(part.plural() if wanted else part.singular())
    return tuple(found)


def resource_of(path: str, method: str, node: Mapping[str, Json]) -> str:
    """The key of the resource of an operation: as the document writes it."""
    tag = tag_of(node)
    stated = stated_by(path, method, node)
    if stated:
        resource, _ = parted(stated, tag)
        if resource:
            return resource
    if tag:
        return tag
    # What is behind ``?`` and ``#`` is, if anything, the name of a procedure.
    parts, _ = segments(re.split("[?#]", path)[0] if stated else path)
    names = [each for each in parts if not each.variable]
    if not stated and _is_lone_verb(parts):
        return "api"
    if len(names) == 1 and run(names[0].text) == run(stated):
        return "api"  # The path names a procedure, too.
    return names[0].text if names else "api"


def _is_lone_verb(parts: Sequence[Segment]) -> bool:
    """``/login``: what would be a resource of one method of the same name."""
    if len(parts) != 1 or parts[0].variable:
        return False
    return _begins_with_verb(naming.words(parts[0].text))


def _begins_with_verb(words: Sequence[str]) -> bool:
    return bool(words) and (
        words[0] in _VERBS or (len(words) > 1 and words[0] in _PLAIN)
    )


def _anchor(parts: Sequence[Segment], tag: str) -> tuple[int, int]:
    """Where the resource stands in its path: its segments, up to but without ``end``."""
    names = [index for index, each in enumerate(parts) if not each.variable]
    if not names:
        return 0, 0
    if not tag:
        return (0, 0) if _is_lone_verb(parts) else (names[0], names[0] + 1)
    wanted = core(tag)
    for count, first in enumerate(names):
        text = ""
        for index in names[count:]:
            text += "".join(parts[index].singular())
            if text == wanted or core(parts[index].text) == wanted:
                return first if text == wanted else index, index + 1
            if not wanted.startswith(text):
                break
    if wanted.startswith("".join(parts[names[0]].singular())):
        return names[0], names[0] + 1
    # The one that all of it belongs to is told by its argument.
    if len(names) > 1 and names[0] + 1 < names[1]:
        return names[0], names[0] + 1
    return 0, 0


def _rungs(
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


def _shape(path: str) -> str:
    """A path whatever its variables are called, and without a slash at its end."""
    return re.sub(r"\{[^{}]*\}", "{}", path).rstrip("/")
