"""What the gate makes of each kind of statement."""

from __future__ import annotations

import ast
import re
import sys

from .scopes import Part
from .walk import Nodes, Walk, dotted_name

__all__ = [
    "check_annotated",
    "check_assign",
    "check_class",
    "check_effect",
    "check_function",
    "check_if",
    "check_import",
    "check_import_from",
    "check_raise",
    "check_with",
    "skip_pass",
]

_STANDARD = sys.stdlib_module_names

_CHECKED = re.compile(r"(?:\.|\.\.params\.)[^\W\d_]\w*")
"""Modules that are checked as this one is: those beside it, and those of what is sent."""


def check_import(walk: Walk, part: Part, _here: Nodes, node: ast.Import) -> None:
    for alias in node.names:
        if alias.name not in walk.lists.imports and alias.name not in walk.own:
            walk.refuse(part, node, f"import of {alias.name!r}")
        name = alias.asname or alias.name.partition(".")[0]
        part.binds.add(name)
        walk.uses.modules.setdefault(name, set()).add(alias.name)


def check_import_from(
    walk: Walk, part: Part, _here: Nodes, node: ast.ImportFrom
) -> None:
    module = node.module or ""
    for alias in node.names:
        name = alias.asname or alias.name
        walk.check_name(part, node, alias.name)
        walk.check_name(part, node, name)
        if alias.name != "*":
            part.binds.add(name)
        elif not _CHECKED.fullmatch(f"{'.' * node.level}{module}"):
            walk.refuse(part, node, "star import")
        if name not in (alias.name, f"_{alias.name}"):
            walk.uses.renamed.append((part, node, alias))
        if node.level:
            # The client calls the classes of its resources.
            if re.match(r"resources\b", module):
                walk.uses.resources.add(alias.name)
            # Modules of the runtime hold modules of the standard library.
            if "_runtime" in module and alias.name in _STANDARD:
                walk.refuse(part, node, f"import of {alias.name!r} from the runtime")
        elif module.partition(".")[0] not in walk.own and (
            alias.name not in walk.lists.imports.get(module, ())
        ):
            walk.refuse(part, node, f"import of {alias.name!r} from {module!r}")


def check_class(walk: Walk, part: Part, _here: Nodes, node: ast.ClassDef) -> None:
    walk.check_name(part, node, node.name)
    part.binds.add(node.name)
    _check_head(walk, part, node)
    part.code.extend(node.bases)
    walk.take_keywords(part, node.keywords, part.code)
    walk.open_body(part, node, is_class=True).code.extend(node.body)


def check_function(
    walk: Walk, part: Part, _here: Nodes, node: ast.FunctionDef | ast.AsyncFunctionDef
) -> None:
    walk.check_name(part, node, node.name)
    part.binds.add(node.name)
    _check_head(walk, part, node)
    types = (walk.open_later(part) if walk.is_postponed else part).types
    inner = walk.open_body(part, node)
    walk.take_arguments(part, node.args, inner, types)
    if node.returns is not None:
        types.append(node.returns)
    inner.code.extend(node.body)


def check_assign(walk: Walk, part: Part, _here: Nodes, node: ast.Assign) -> None:
    for target in node.targets:
        walk.bind_target(part, target)
    part.code.append(node.value)


def check_annotated(walk: Walk, part: Part, _here: Nodes, node: ast.AnnAssign) -> None:
    later = walk.open_later(part)
    # Without a value nothing is bound but for type checkers.
    walk.bind_target(later if node.value is None else part, node.target)
    (later if walk.is_postponed else part).types.append(node.annotation)
    if node.value is not None:
        is_alias = dotted_name(node.annotation) in {"TypeAlias", "typing.TypeAlias"}
        (part.types if is_alias else part.code).append(node.value)


def check_effect(walk: Walk, part: Part, _here: Nodes, node: ast.Expr) -> None:
    value = node.value
    if type(value) is ast.Constant:
        return
    if not isinstance(value, ast.Call | ast.Await | ast.Yield):
        walk.refuse(part, node, "expression without effect")
    part.code.append(value)


def check_if(walk: Walk, part: Part, _here: Nodes, node: ast.If) -> None:
    # In a function it would hide a name that the module defines.
    if part.scope.above is None and dotted_name(node.test) in {
        "TYPE_CHECKING",
        "typing.TYPE_CHECKING",
    }:
        part.code.append(node.test)
        walk.open_later(part).code.extend(node.body)
    else:
        walk.refuse(part, node, "condition")
        part.code.extend(node.body)
    part.code.extend(node.orelse)


def check_raise(walk: Walk, part: Part, _here: Nodes, node: ast.Raise) -> None:
    if not (
        isinstance(node.exc, ast.Call)
        and dotted_name(node.exc.func) == "AttributeError"
        and node.cause is None
    ):
        walk.refuse(part, node, "raise")
    if node.exc is not None:
        part.code.append(node.exc)


def check_with(
    walk: Walk, part: Part, _here: Nodes, node: ast.With | ast.AsyncWith
) -> None:
    for item in node.items:
        part.code.append(item.context_expr)
        if item.optional_vars is not None:
            walk.bind_target(part, item.optional_vars)
    part.code.extend(node.body)


def skip_pass(walk: Walk, _part: Part, _here: Nodes, _node: ast.Pass) -> None:
    """Holds nothing."""


def _check_head(
    walk: Walk,
    part: Part,
    node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
) -> None:
    for decorator in node.decorator_list:
        function = decorator
        if isinstance(decorator, ast.Call):
            function = decorator.func
        if dotted_name(function) not in walk.lists.decorators:
            walk.refuse(part, decorator, "decorator")
        part.code.append(decorator)
    if getattr(node, "type_params", None):
        walk.refuse(part, node, "parameters of a type")
