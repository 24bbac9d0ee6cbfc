"""Which declarations callers pass: those that arguments lead to."""

from __future__ import annotations

from collections.abc import Iterable

from sdkgen import ir
from sdkgen.ir import find_references

__all__ = ["find_sent"]


def find_sent(
    operations: Iterable[ir.Operation], declarations: tuple[ir.Declaration, ...]
) -> set[str]:
    """The names of the declarations that arguments of operations lead to."""
    return _find_reachable(declarations, _list_passed(operations))


def _list_passed(operations: Iterable[ir.Operation]) -> list[str]:
    """The declarations that the arguments of operations name."""
    found: list[str] = []
    for operation in operations:
        for param in operation.params:
            found.extend(find_references(param.type))
        for way in operation.payloads:
            for param in way.params:
                found.extend(find_references(param.type))
            if way.body is not None:
                for media in way.body.media:
                    found.extend(find_references(media.type))
    return found


def _find_reachable(
    declarations: tuple[ir.Declaration, ...], start: Iterable[str]
) -> set[str]:
    by_name = {each.name: each for each in declarations}
    reached: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        match by_name[name]:
            case ir.Model(fields=fields, extra=extra):
                for field in fields:
                    waiting.extend(find_references(field.type))
                if extra is not None:
                    waiting.extend(find_references(extra))
            case ir.Alias(type=type_):
                waiting.extend(find_references(type_))
    return reached
