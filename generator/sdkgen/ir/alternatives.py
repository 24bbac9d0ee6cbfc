"""What a type may be, behind unions and aliases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sdkgen.support.graphs import find_strongly_connected

from .types import Alias, Declaration, Ref, Type, UnionOf

__all__ = ["Alternatives"]


class Alternatives:
    """The options of types: what is neither a union nor an alias.

    An alias is looked through once, after those that it leads to, so that of thousands
    which lead to each other not each asks all others.
    """

    def __init__(self, declarations: Mapping[str, Declaration]) -> None:
        self._aliases = {
            name: each.type
            for name, each in declarations.items()
            if isinstance(each, Alias)
        }
        self._settled: dict[str, tuple[Type, ...]] = {}
        edges = {
            name: list(self._follow_aliases(each))
            for name, each in self._aliases.items()
        }
        for circle in find_strongly_connected(edges):
            found = {
                name: tuple(dict.fromkeys(self.list_alternatives(Ref(name=name))))
                for name in circle
            }
            self._settled.update(found)

    def list_alternatives(self, type_: Type) -> Iterator[Type]:
        """The options of a type in their order; a model is one."""
        seen: set[str] = set()
        waiting = [type_]
        while waiting:
            match waiting.pop():
                case UnionOf(options=options):
                    waiting.extend(reversed(options))
                case Ref(name=name) if name in self._settled:
                    yield from self._settled[name]
                case Ref(name=name) if name in self._aliases:
                    if name not in seen:
                        seen.add(name)
                        waiting.append(self._aliases[name])
                case option:
                    yield option

    def _follow_aliases(self, type_: Type) -> Iterator[str]:
        """The aliases that a type leads to, behind unions only."""
        waiting = [type_]
        while waiting:
            match waiting.pop():
                case UnionOf(options=options):
                    waiting.extend(options)
                case Ref(name=name) if name in self._aliases:
                    yield name
                case _:
                    continue
