"""Which declarations a type names."""

from __future__ import annotations

from collections.abc import Iterator

from .types import ListOf, MapOf, Ref, TupleOf, Type, UnionOf

__all__ = ["find_references"]


def find_references(type_: Type) -> Iterator[str]:
    """The declarations that a type names itself, in order."""
    waiting: list[Type] = [type_]
    while waiting:
        match waiting.pop():
            case Ref(name=name):
                yield name
            case ListOf(item=inner) | MapOf(value=inner):
                waiting.append(inner)
            case TupleOf(items=many) | UnionOf(options=many):
                waiting.extend(reversed(many))
            case _:
                continue
