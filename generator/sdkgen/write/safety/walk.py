"""What is still to be looked at in a module, part by part, and what was found so far.

Lists stand in for recursion: depth is a stranger's choice.
"""

from __future__ import annotations

import ast
from collections.abc import Collection
from typing import TypeAlias

from . import allowed
from .scopes import Part, Scope
from .uses import PACKAGE, TESTS, Uses

__all__ = ["Nodes", "Walk", "dotted_name"]

Nodes: TypeAlias = list[ast.AST]

_SCOPE_DEPTH = 8
"""How many functions may be nested in functions: looking up a name costs no more."""


class Walk:
    """The parts of one module, and the uses of names in it."""

    def __init__(self, tests: Collection[str] | None, *, is_postponed: bool) -> None:
        self.own = frozenset(tests or ())
        """The modules that a module of tests may import by name."""
        self.lists = PACKAGE if tests is None else TESTS
        self.uses = Uses(self.lists, self.own)
        self.refuse = self.uses.refuse
        self.is_postponed = is_postponed
        """Whether no annotation is evaluated."""
        self.parts: list[Part] = []
        self.todo: list[Part] = []

    def check_name(self, part: Part, node: ast.AST, name: str) -> None:
        if name.startswith("__") and name not in allowed.DUNDERS:
            self.refuse(part, node, f"name {name!r}")

    def open_part(
        self,
        scope: Scope,
        *,
        evaluated: bool,
        at: ast.AST | None = None,
        depth: int = 0,
    ) -> Part:
        part = Part(scope, evaluated=evaluated, at=at, depth=depth)
        self.parts.append(part)
        self.todo.append(part)
        return part

    def open_later(self, part: Part) -> Part:
        """What is not evaluated in the scope of a part."""
        if not part.evaluated:
            return part
        later = part.scope.later
        if later is None:
            later = part.scope.later = self.open_part(part.scope, evaluated=False)
        return later

    def open_body(self, part: Part, node: ast.AST, *, is_class: bool = False) -> Part:
        """The body of a function or class."""
        scope = Scope(part.scope, is_class=is_class)
        inner = self.open_part(
            scope, evaluated=part.evaluated, at=part.at, depth=part.depth
        )
        if scope.depth > _SCOPE_DEPTH:
            self.refuse(part, node, "functions nested too deeply")
            self.todo.pop()  # nobody looks at what is pushed there
        return inner

    def take_arguments(
        self, part: Part, node: ast.arguments, inner: Part, types: Nodes
    ) -> None:
        every = [*node.posonlyargs, *node.args, *node.kwonlyargs]
        every += [extra for extra in (node.vararg, node.kwarg) if extra is not None]
        for argument in every:
            if argument.arg.startswith("__"):
                self.check_name(part, argument, argument.arg)
            inner.binds.add(argument.arg)
            if argument.annotation is not None:
                types.append(argument.annotation)
        part.code.extend(node.defaults)
        part.code.extend(each for each in node.kw_defaults if each is not None)

    def bind_target(self, part: Part, node: ast.expr) -> None:
        if isinstance(node, ast.Name):
            if node.id.startswith("__"):
                self.check_name(part, node, node.id)
            part.binds.add(node.id)
            self.uses.targets.append(node)
        else:
            what = "assignment to something other than a plain name"
            self.refuse(part, node, what)

    def take_keywords(
        self, part: Part, keywords: list[ast.keyword], values: Nodes
    ) -> None:
        for keyword in keywords:
            if keyword.arg is None:
                self.refuse(part, keyword.value, "unpacking")
            values.append(keyword.value)


def dotted_name(node: ast.AST) -> str:
    """``a.b.c`` of a chain of names, or nothing for any other expression."""
    if isinstance(node, ast.Name):
        return node.id
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])
