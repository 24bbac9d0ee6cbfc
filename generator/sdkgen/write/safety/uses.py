"""What a module imports, calls and assigns, judged when all of it is known.

What a name, a call or an assignment means depends on the whole module, so the walk
collects uses on its way and they are judged at the end.

A star import (only of a module that is checked as well) binds no name that is known
here: a module that has one may use only what it imports or defines by name.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from . import allowed
from .scopes import Defined, Part, Scope

__all__ = ["PACKAGE", "TESTS", "Lists", "Uses", "Violation"]

_PYTHON = frozenset(dir(builtins))


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One thing that generated code may not contain; line and column are 1-based."""

    line: int
    column: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """What one kind of module may contain."""

    nodes: Collection[str]
    imports: Mapping[str, frozenset[str]]
    calls: frozenset[str]
    """Calls by name; those of decorators are among them."""
    roots: frozenset[str]
    """Calls of what is reached from these names."""
    decorators: frozenset[str]
    reserved: frozenset[str]
    """What nothing else may be imported as."""


def _lists(
    nodes: Collection[str],
    imports: Mapping[str, frozenset[str]],
    calls: Collection[str],
    roots: Collection[str],
    decorators: Collection[str],
) -> Lists:
    return Lists(
        nodes=frozenset(nodes),
        imports=imports,
        calls=frozenset(calls) | frozenset(decorators),
        roots=frozenset(roots),
        decorators=frozenset(decorators),
        reserved=frozenset([*calls, *roots, *allowed.BUILTINS]),
    )


PACKAGE: Final = _lists(
    {**allowed.STATEMENTS, **allowed.EXPRESSIONS},
    allowed.IMPORTS,
    allowed.CALLS,
    allowed.CALL_ROOTS,
    allowed.DECORATORS,
)
TESTS: Final = _lists(
    {
        **allowed.STATEMENTS,
        **allowed.EXPRESSIONS,
        **allowed.TEST_STATEMENTS,
        **allowed.TEST_EXPRESSIONS,
    },
    {**allowed.IMPORTS, **allowed.TEST_IMPORTS},
    {**allowed.CALLS, **allowed.TEST_CALLS},
    {**allowed.CALL_ROOTS, **allowed.TEST_CALL_ROOTS},
    {**allowed.DECORATORS, **allowed.TEST_DECORATORS},
)


class Uses:
    """Uses that one module makes of names, and all that was found wrong in it."""

    def __init__(self, lists: Lists, own: Collection[str]) -> None:
        self.found: list[Violation] = []
        self.modules: dict[str, set[str]] = {}
        """Name bound by ``import m`` → ``m``."""
        self.resources: set[str] = set()
        """Classes that the client calls."""
        self.called: set[str] = set()
        self.targets: list[ast.Name] = []
        """What is assigned to."""
        self.unknown: list[tuple[Part, ast.Call, str]] = []
        """Calls of names that no list has."""
        self.renamed: list[tuple[Part, ast.ImportFrom, ast.alias]] = []
        self._lists = lists
        self._own = own

    def refuse(self, part: Part, node: ast.AST, what: str) -> None:
        """Tell of something that may not be there, at its place."""
        at = part.at or node
        line = getattr(at, "lineno", 1)
        column = getattr(at, "col_offset", 0) + 1
        self.found.append(Violation(line, column, what))

    def judge_names(self, module: Scope, parts: Iterable[Part]) -> None:
        """Each use of a name: it is defined where it stands, and no whole module."""
        modules = self.modules
        # What nearly all uses are.
        usual = {
            name
            for name in module.names.union(allowed.BUILTINS)
            if name not in modules and not name.startswith("__")
        }
        for part in parts:
            own = part.scope.names
            for node in part.names:
                name = node.id
                if name in usual or (name in own and name not in modules):
                    continue
                if name in modules:
                    self.refuse(part, node, f"module {name!r} as a value")
                self._judge_name(part, node)
            for node, attribute in part.roots:
                name = node.id
                if name in usual:
                    continue
                for origin in modules.get(name, ()):
                    known = self._lists.imports.get(origin, ())
                    if origin not in self._own and attribute not in known:
                        self.refuse(part, node, f"{origin}.{attribute}")
                self._judge_name(part, node)

    def _judge_name(self, part: Part, node: ast.Name) -> None:
        name = node.id
        found = part.scope.defines(name, evaluated=part.evaluated)
        if name.startswith("__") and name not in allowed.DUNDERS:
            self.refuse(part, node, f"name {name!r}")
        elif found is Defined.YES or name in allowed.BUILTINS:
            return
        elif name in _PYTHON:
            self.refuse(part, node, f"name {name!r}")
        elif found is Defined.FOR_CHECKERS:
            what = f"name {name!r} is defined for type checkers only"
            self.refuse(part, node, what)
        else:
            self.refuse(part, node, f"name {name!r} is not defined")

    def judge_calls(self) -> None:
        """What is called is on a list, and means what it means there."""
        for part, call, name in self.unknown:
            if name not in self.resources:
                self.refuse(part, call, f"call of {name!r}")
        for part, node, alias in self.renamed:
            name = alias.asname or alias.name
            if node.level or name in self._lists.reserved | self.resources:
                what = f"import of {alias.name!r} as {name!r}"
                self.refuse(part, node, what)
        # A field may be called `Field` where nothing calls what that name means.
        for target in self.targets:
            name = target.id
            rebound = name in self.called and (
                name in self._lists.calls or name in self.resources
            )
            if rebound or name in self.modules:
                what = f"assignment to {name!r}"
                self.found.append(Violation(target.lineno, target.col_offset + 1, what))
