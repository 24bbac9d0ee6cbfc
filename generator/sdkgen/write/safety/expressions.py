"""What the gate makes of each kind of expression."""

from __future__ import annotations

import ast

from . import allowed
from .scopes import Part
from .walk import Nodes, Walk, dotted_name

__all__ = [
    "check_attribute",
    "check_binary",
    "check_call",
    "check_dict",
    "check_unary",
    "push_items",
    "push_lambda",
    "push_subscript",
    "push_value",
]

_DECLARING = frozenset({"TypeAliasType", "TypedDict", "TypeVar"})
"""Calls that declare a type: pydantic evaluates the strings in them."""


def push_value(
    walk: Walk, _part: Part, here: Nodes, node: ast.Return | ast.Await | ast.Yield
) -> None:
    if node.value is not None:
        here.append(node.value)


def check_attribute(walk: Walk, part: Part, here: Nodes, node: ast.Attribute) -> None:
    while True:
        if node.attr.startswith("__") and node.attr not in allowed.DUNDERS:
            walk.refuse(part, node, f"attribute {node.attr!r}")
        value = node.value
        if not isinstance(value, ast.Attribute):
            break
        node = value
    if isinstance(value, ast.Name):
        part.roots.append((value, node.attr))
    else:
        here.append(value)


def check_call(walk: Walk, part: Part, here: Nodes, node: ast.Call) -> None:
    function = node.func
    name = dotted_name(function)
    if isinstance(function, ast.Name):
        part.names.append(function)
        walk.uses.called.add(name)
        if name not in walk.lists.calls:
            walk.uses.unknown.append((part, node, name))
    else:
        part.code.append(function)
        if name:
            root = name.partition(".")[0]
            known = root in walk.lists.roots or name in walk.lists.calls
        else:
            # `super().__init__(...)`, the one call on the result of a call
            known = (
                isinstance(function, ast.Attribute)
                and isinstance(function.value, ast.Call)
                and dotted_name(function.value.func) == "super"
            )
        if not known:
            what = name or type(function).__name__
            walk.refuse(part, node, f"call of {what!r}")
    first = part.types if name == "cast" else part.code
    others = part.types if name in _DECLARING else part.code
    first.extend(node.args[:1])
    others.extend(node.args[1:])
    walk.take_keywords(part, node.keywords, others)


def push_subscript(walk: Walk, part: Part, here: Nodes, node: ast.Subscript) -> None:
    here.append(node.value)
    what = dotted_name(node.value).rpartition(".")[2]
    if what == "Literal":
        part.code.append(node.slice)
    elif what == "Annotated" and isinstance(node.slice, ast.Tuple):
        part.types.extend(node.slice.elts[:1])
        part.code.extend(node.slice.elts[1:])
    else:
        part.types.append(node.slice)


def check_binary(walk: Walk, part: Part, here: Nodes, node: ast.BinOp) -> None:
    if isinstance(node.op, ast.BitOr):
        here.append(node.left)
        here.append(node.right)
    else:
        walk.refuse(part, node, f"operator {type(node.op).__name__}")


def check_unary(walk: Walk, part: Part, _here: Nodes, node: ast.UnaryOp) -> None:
    if not (isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant)):
        walk.refuse(part, node, f"operator {type(node.op).__name__}")


def push_lambda(walk: Walk, part: Part, _here: Nodes, node: ast.Lambda) -> None:
    if part.scope.is_class or _has_arguments(node.args):
        inner = walk.open_body(part, node)
        walk.take_arguments(part, node.args, inner, part.types)
    else:
        inner = part  # what it sees is what is seen around it
    inner.code.append(node.body)


def check_dict(walk: Walk, part: Part, here: Nodes, node: ast.Dict) -> None:
    for key in node.keys:
        if key is None:
            walk.refuse(part, node, "unpacking")
        elif not isinstance(key, ast.Constant):
            part.code.append(key)
    here.extend(node.values)


def push_items(
    walk: Walk, _part: Part, here: Nodes, node: ast.Tuple | ast.List | ast.Set
) -> None:
    here.extend(node.elts)


def _has_arguments(node: ast.arguments) -> bool:
    return bool(
        node.args or node.kwonlyargs or node.vararg or node.kwarg or node.posonlyargs
    )
