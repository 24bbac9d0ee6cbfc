"""A path, and the part of it that names the resource."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sdkgen import naming

from .path_segments import Segment

__all__ = ["ResourcePath", "begins_with_verb", "list_nouns_of"]


@dataclass(frozen=True, slots=True)
class ResourcePath:
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
        found = naming.split_words(last.text)
        return found if last.verb or begins_with_verb(found) else ()

    def list_nouns(
        self, *, plural: bool | None = None, before_last: bool = False
    ) -> tuple[str, ...]:
        """The names after the resource; the last is as it stands unless told."""
        rest = self.rest[:-1] if before_last else self.rest
        return list_nouns_of(rest, plural=plural)

    def list_outer_nouns(self) -> tuple[str, ...]:
        """The names up to the end of the resource."""
        return list_nouns_of(self.parts[: self.end], plural=None)

    def list_last_variables(self) -> tuple[str, ...]:
        """The variables at the end, which tell two ways to one thing apart."""
        found: list[str] = []
        for each in reversed(self.parts):
            if not each.variable:
                break
            found.insert(0, each.text)
        return tuple(word for each in found for word in ("and", each))[1:]


def list_nouns_of(parts: Sequence[Segment], *, plural: bool | None) -> tuple[str, ...]:
    """Names; in the singular where a variable picks one of them."""
    found: list[str] = []
    names = [index for index, each in enumerate(parts) if not each.variable]
    for index in names:
        part = parts[index]
        wanted = plural if index == names[-1] else None
        if index + 1 < len(parts) and parts[index + 1].variable:
            wanted = False
        if wanted is None:
            found.extend(naming.split_words(part.text))
        else:
            found.extend(part.to_plural() if wanted else part.to_singular())
    return tuple(found)


def begins_with_verb(words: Sequence[str]) -> bool:
    return bool(words) and (words[0] in VERBS or (len(words) > 1 and words[0] in PLAIN))


VERBS: Final = frozenset({
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


PLAIN: Final = frozenset({"create", "delete", "fetch", "find", "get", "make"})
"""Verbs, where it follows what it is done to: ``/create_channel``."""
