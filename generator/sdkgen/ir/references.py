"""Which declarations a type names."""

from __future__ import annotations

from collections.abc import Iterator

from sdkgen import ir
from sdkgen.ir import Type

__all__ = ["find_references"]


def find_references(type_: Type) -> Iterator[str]:
    """The declarations that a type names itself, in order."""
    waiting: list[Type] = [type_]
    while waiting:
        match waiting.pop():
            case ir.Ref(name=name):
                yield name
            case ir.ListOf(item=inner) | ir.MapOf(value=inner):
                waiting.append(inner)
            case ir.TupleOf(items=many) | ir.UnionOf(options=many):
                waiting.extend(reversed(many))
            case _:
                continue
