"""The gate for Python: the syntax tree of a module against the lists of ``allowed.py``.

Each node is looked at once, by its type, from lists that stand in for recursion: depth
is a stranger's choice. What a name, a call or an assignment means depends on the whole
module, so uses are collected on the way and judged at the end (``uses.py``).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, TypeAlias

from . import expressions, statements
from .scopes import Part, Scope
from .uses import Violation
from .walk import Nodes, Walk

__all__ = ["HANDLERS", "Violation", "check_module"]

_QUOTED_DEPTH = 3
"""How many strings may be nested in strings of an annotation."""

_Handlers: TypeAlias = Mapping[type[ast.AST], Callable[[Walk, Part, Nodes, Any], None]]

HANDLERS: Final[_Handlers] = {
    ast.AnnAssign: statements.check_annotated,
    ast.Assign: statements.check_assign,
    ast.AsyncFunctionDef: statements.check_function,
    ast.AsyncWith: statements.check_with,
    ast.Attribute: expressions.check_attribute,
    ast.Await: expressions.push_value,
    ast.BinOp: expressions.check_binary,
    ast.Call: expressions.check_call,
    ast.ClassDef: statements.check_class,
    ast.Dict: expressions.check_dict,
    ast.Expr: statements.check_effect,
    ast.FunctionDef: statements.check_function,
    ast.If: statements.check_if,
    ast.Import: statements.check_import,
    ast.ImportFrom: statements.check_import_from,
    ast.Lambda: expressions.push_lambda,
    ast.List: expressions.push_items,
    ast.Pass: statements.skip_pass,
    ast.Raise: statements.check_raise,
    ast.Return: expressions.push_value,
    ast.Set: expressions.push_items,
    ast.Subscript: expressions.push_subscript,
    ast.Tuple: expressions.push_items,
    ast.UnaryOp: expressions.check_unary,
    ast.With: statements.check_with,
    ast.Yield: expressions.push_value,
}
"""By kind of node; names and constants, which are most of all, need none."""


def check_module(text: str, tests: Collection[str] | None) -> list[Violation]:
    """All that a module contains and may not, in no order.

    Args:
        text: The module.
        tests: For a module of tests, the modules that it may import by name.
    """
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        return [Violation(error.lineno or 1, error.offset or 1, f"{error.msg}")]
    except (RecursionError, MemoryError):
        return [Violation(1, 1, "nested too deeply for Python")]
    return _check_tree(tree, tests)


def _check_tree(tree: ast.Module, tests: Collection[str] | None) -> list[Violation]:
    """Look at each node, then judge each use of a name."""
    is_postponed = any(
        isinstance(each, ast.ImportFrom) and each.module == "__future__"
        for each in tree.body
    )
    walk = Walk(tests, is_postponed=is_postponed)
    handlers = {
        kind: handler
        for kind, handler in HANDLERS.items()
        if kind.__name__ in walk.lists.nodes
    }
    scope = Scope(None)
    walk.open_part(scope, evaluated=True).code.extend(tree.body)
    while walk.todo:
        _check_part(walk, walk.todo.pop(), handlers)
    walk.uses.judge_names(scope, walk.parts)
    walk.uses.judge_calls()
    return walk.uses.found


def _check_part(walk: Walk, part: Part, handlers: _Handlers) -> None:
    code, types, names = part.code, part.types, part.names
    while here := code or types:
        node = here.pop()
        if isinstance(node, ast.Name):
            names.append(node)
        elif isinstance(node, ast.Constant):
            if here is types:
                _check_quoted(walk, part, node)
        elif (handler := handlers.get(type(node))) is not None:
            handler(walk, part, here, node)
        else:
            walk.refuse(part, node, type(node).__name__)


def _check_quoted(walk: Walk, part: Part, node: ast.Constant) -> None:
    """A string in an annotation is code: whoever resolves it evaluates it."""
    if not isinstance(node.value, str):
        return
    try:
        tree = ast.parse(node.value, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        walk.refuse(part, node, "annotation that is not an expression")
        return
    depth = part.depth + 1
    if depth > _QUOTED_DEPTH:
        walk.refuse(part, node, "annotation nested too deeply")
        return
    at = part.at or node
    inner = walk.open_part(part.scope, evaluated=False, at=at, depth=depth)
    inner.types.append(tree.body)
