"""Views that an earlier run made: what did not change is not made again.

A view depends on one part of the IR, on the declarations that can be reached from it
and on the code of the generator. The first two are its key, as text, and it is made of
these declarations alone, so that it cannot depend on any other.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import typing
from collections.abc import Callable, Iterable
from functools import cache as once
from typing import Any, TypeVar, cast

from .annotations import Declared
from .cache import code
from .models import Store
from .python import Code

__all__ = ["KeptViews", "named_in"]

V = TypeVar("V")

_REFERENCE = re.compile(r"\bRef\(name='([^']*)'\)")


def named_in(text: str, declared: Declared) -> list[str]:
    """The declarations that the ``repr`` of a part of the IR refers to.

    What a document writes may look like a reference: then there is one too many.
    """
    return [name for name in _REFERENCE.findall(text) if name in declared.by_name]


class KeptViews:
    """The views of one API."""

    def __init__(self, declared: Declared, store: Store | None) -> None:
        self._declared = declared
        self._store = store
        self._digests: dict[str, str] = {}
        self._needs: dict[str, list[str]] = {}
        for name, declaration in declared.by_name.items():
            text = f"{declared.typed_dict(name)} {declaration!r}"
            self._needs[name] = named_in(text, declared)
            self._digests[name] = _digest(text)

    def of(
        self,
        kind: type[V],
        facts: str,
        roots: Iterable[str],
        make: Callable[[Declared], V],
    ) -> V:
        """The view of a part of the IR.

        Args:
            kind: A dataclass of code, flags, tuples, and dataclasses of such.
            facts: All that decides it besides declarations.
            roots: The declarations that it names.
            make: Makes it of declarations, of which it gets those it can need.
        """
        needed = self.reached(roots)
        found = self.find(kind, facts, needed)
        if found is None:
            found = make(self._declared.part(needed))
            self.keep(found, facts, needed)
        return found

    def find(self, kind: type[V], facts: str, needed: Iterable[str]) -> V | None:
        """The view that was kept for these facts and declarations."""
        if self._store is None:
            return None
        kept = self._store.get("view", self._key(kind, facts, needed))
        if not isinstance(kept, str):
            return None
        return cast("V", _made(kind, json.loads(kept)))

    def keep(self, view: object, facts: str, needed: Iterable[str]) -> None:
        """Let a later run find a view."""
        if self._store is not None:
            text = json.dumps(_plain(view), separators=(",", ":"))
            self._store.put("view", self._key(type(view), facts, needed), text)

    def _key(self, kind: type[object], facts: str, needed: Iterable[str]) -> str:
        lines = [f"{name} {self._digests[name]}" for name in sorted(needed)]
        return "\n".join([code(), kind.__qualname__, *lines, facts])

    def reached(self, roots: Iterable[str]) -> set[str]:
        """Declarations, and all that can be reached from them."""
        found: set[str] = set()
        waiting = list(roots)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self._needs[name])
        return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# ------------------------------------------------------------------ views as JSON


@once
def _fields(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    hints = typing.get_type_hints(kind)
    return tuple((each.name, hints[each.name]) for each in dataclasses.fields(kind))


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(each) for each in cast("tuple[object, ...]", value)]
    if dataclasses.is_dataclass(value):
        kind: Any = type(value)
        return [_plain(getattr(value, name)) for name, _ in _fields(kind)]
    return value


def _made(kind: Any, plain: Any) -> Any:
    if kind is Code:
        return Code(plain)
    if kind is bool:
        return plain
    if typing.get_origin(kind) is tuple:
        item, _ = typing.get_args(kind)
        return tuple(_made(item, each) for each in plain)
    pairs = zip(_fields(kind), plain, strict=True)
    return kind(**{name: _made(inner, each) for (name, inner), each in pairs})
