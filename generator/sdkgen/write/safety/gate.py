"""The gate for Python: the syntax tree of a module against the lists of ``allowed.py``.

Each node is looked at once, by its type, from lists that stand in for recursion: depth
is a stranger's choice. What a name, a call or an assignment means depends on the whole
module, so uses are collected on the way and judged at the end (``uses.py``).
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar, Final, TypeAlias

from . import allowed
from .scopes import Part, Scope
from .uses import PACKAGE, TESTS, Uses, Violation

__all__ = ["HANDLERS", "Violation", "check_module"]


_STANDARD = sys.stdlib_module_names

_CHECKED = re.compile(r"(?:\.|\.\.params\.)[^\W\d_]\w*")
"""Modules that are checked as this one is: those beside it, and those of what is sent."""

_QUOTED_DEPTH = 3
"""How many strings may be nested in strings of an annotation."""

_SCOPE_DEPTH = 8
"""How many functions may be nested in functions: looking up a name costs no more."""

_DECLARING = frozenset({"TypeAliasType", "TypedDict", "TypeVar"})
"""Calls that declare a type: pydantic evaluates the strings in them."""

_Nodes: TypeAlias = list[ast.AST]


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
        return [Violation(1, 1, "nested too deep for Python")]
    return _Gate(tests).run(tree)


class _Gate:
    """Goes through one module, part by part."""

    def __init__(self, tests: Collection[str] | None) -> None:
        self._own = frozenset(tests or ())
        self._lists = PACKAGE if tests is None else TESTS
        self._uses = Uses(self._lists, self._own)
        self._refuse = self._uses.refuse
        self._handlers = {
            kind: handler
            for kind, handler in self.handlers.items()
            if kind.__name__ in self._lists.nodes
        }
        self._postponed = False  # whether no annotation is evaluated
        self._parts: list[Part] = []
        self._todo: list[Part] = []

    def run(self, tree: ast.Module) -> list[Violation]:
        """Look at each node, then judge each use of a name."""
        self._postponed = any(
            isinstance(each, ast.ImportFrom) and each.module == "__future__"
            for each in tree.body
        )
        scope = Scope(None)
        self._part(scope, evaluated=True).code.extend(tree.body)
        while self._todo:
            self._look(self._todo.pop())
        self._uses.judge_names(scope, self._parts)
        self._uses.judge_calls()
        return self._uses.found

    def _look(self, part: Part) -> None:
        code, types, names, handlers = part.code, part.types, part.names, self._handlers
        while here := code or types:
            node = here.pop()
            kind = type(node)
            if kind is ast.Name:
                names.append(node)  # type: ignore[arg-type] # its type is compared
            elif kind is ast.Constant:
                if here is types:
                    self._quoted(part, node)  # type: ignore[arg-type] # likewise
            elif (handler := handlers.get(kind)) is not None:
                handler(self, part, here, node)
            else:
                self._refuse(part, node, kind.__name__)

    # ------------------------------------------------------------------- tools

    def _name(self, part: Part, node: ast.AST, name: str) -> None:
        if name.startswith("__") and name not in allowed.DUNDERS:
            self._refuse(part, node, f"name {name!r}")

    def _part(
        self,
        scope: Scope,
        *,
        evaluated: bool,
        at: ast.AST | None = None,
        depth: int = 0,
    ) -> Part:
        part = Part(scope, evaluated=evaluated, at=at, depth=depth)
        self._parts.append(part)
        self._todo.append(part)
        return part

    def _later(self, part: Part) -> Part:
        """What is not evaluated in the scope of a part."""
        if not part.evaluated:
            return part
        later = part.scope.later
        if later is None:
            later = part.scope.later = self._part(part.scope, evaluated=False)
        return later

    def _inside(self, part: Part, node: ast.AST, *, is_class: bool = False) -> Part:
        """The body of a function or class."""
        scope = Scope(part.scope, is_class=is_class)
        inner = self._part(
            scope, evaluated=part.evaluated, at=part.at, depth=part.depth
        )
        if scope.depth > _SCOPE_DEPTH:
            self._refuse(part, node, "functions nested too deep")
            self._todo.pop()  # nobody looks at what is pushed there
        return inner

    # -------------------------------------------------------------- statements

    def _import(self, part: Part, _here: _Nodes, node: ast.Import) -> None:
        for alias in node.names:
            if alias.name not in self._lists.imports and alias.name not in self._own:
                self._refuse(part, node, f"import of {alias.name!r}")
            name = alias.asname or alias.name.partition(".")[0]
            part.binds.add(name)
            self._uses.modules.setdefault(name, set()).add(alias.name)

    def _import_from(self, part: Part, _here: _Nodes, node: ast.ImportFrom) -> None:
        module = node.module or ""
        for alias in node.names:
            name = alias.asname or alias.name
            self._name(part, node, alias.name)
            self._name(part, node, name)
            if alias.name != "*":
                part.binds.add(name)
            elif not _CHECKED.fullmatch(f"{'.' * node.level}{module}"):
                self._refuse(part, node, "star import")
            if name not in (alias.name, f"_{alias.name}"):
                self._uses.renamed.append((part, node, alias))
            if node.level:
                # The client calls the classes of its resources.
                if re.match(r"resources\b", module):
                    self._uses.resources.add(alias.name)
                # Modules of the runtime hold modules of the standard library.
                if "_runtime" in module and alias.name in _STANDARD:
                    self._refuse(
                        part, node, f"import of {alias.name!r} from the runtime"
                    )
            elif module.partition(".")[0] not in self._own and (
                alias.name not in self._lists.imports.get(module, ())
            ):
                self._refuse(part, node, f"import of {alias.name!r} from {module!r}")

    def _class(self, part: Part, _here: _Nodes, node: ast.ClassDef) -> None:
        self._name(part, node, node.name)
        part.binds.add(node.name)
        self._head(part, node)
        part.code.extend(node.bases)
        self._keywords(part, node.keywords, part.code)
        self._inside(part, node, is_class=True).code.extend(node.body)

    def _function(
        self, part: Part, _here: _Nodes, node: ast.FunctionDef | ast.AsyncFunctionDef
    ) -> None:
        self._name(part, node, node.name)
        part.binds.add(node.name)
        self._head(part, node)
        types = (self._later(part) if self._postponed else part).types
        inner = self._inside(part, node)
        self._arguments(part, node.args, inner, types)
        if node.returns is not None:
            types.append(node.returns)
        inner.code.extend(node.body)

    def _assign(self, part: Part, _here: _Nodes, node: ast.Assign) -> None:
        for target in node.targets:
            self._target(part, target)
        part.code.append(node.value)

    def _annotated(self, part: Part, _here: _Nodes, node: ast.AnnAssign) -> None:
        later = self._later(part)
        # Without a value nothing is bound but for type checkers.
        self._target(later if node.value is None else part, node.target)
        (later if self._postponed else part).types.append(node.annotation)
        if node.value is not None:
            is_alias = _dotted(node.annotation) in {"TypeAlias", "typing.TypeAlias"}
            (part.types if is_alias else part.code).append(node.value)

    def _effect(self, part: Part, _here: _Nodes, node: ast.Expr) -> None:
        value = node.value
        if type(value) is ast.Constant:
            return
        if not isinstance(value, ast.Call | ast.Await | ast.Yield):
            self._refuse(part, node, "expression without effect")
        part.code.append(value)

    def _if(self, part: Part, _here: _Nodes, node: ast.If) -> None:
        # In a function it would hide a name that the module defines.
        if part.scope.above is None and _dotted(node.test) in {
            "TYPE_CHECKING",
            "typing.TYPE_CHECKING",
        }:
            part.code.append(node.test)
            self._later(part).code.extend(node.body)
        else:
            self._refuse(part, node, "condition")
            part.code.extend(node.body)
        part.code.extend(node.orelse)

    def _raise(self, part: Part, _here: _Nodes, node: ast.Raise) -> None:
        if not (
            isinstance(node.exc, ast.Call)
            and _dotted(node.exc.func) == "AttributeError"
            and node.cause is None
        ):
            self._refuse(part, node, "raise")
        if node.exc is not None:
            part.code.append(node.exc)

    def _with(self, part: Part, _here: _Nodes, node: ast.With | ast.AsyncWith) -> None:
        for item in node.items:
            part.code.append(item.context_expr)
            if item.optional_vars is not None:
                self._target(part, item.optional_vars)
        part.code.extend(node.body)

    def _pass(self, _part: Part, _here: _Nodes, _node: ast.Pass) -> None:
        """Holds nothing."""

    # ------------------------------------------------------------- expressions

    def _value(
        self, _part: Part, here: _Nodes, node: ast.Return | ast.Await | ast.Yield
    ) -> None:
        if node.value is not None:
            here.append(node.value)

    def _attribute(self, part: Part, here: _Nodes, node: ast.Attribute) -> None:
        while True:
            if node.attr.startswith("__") and node.attr not in allowed.DUNDERS:
                self._refuse(part, node, f"attribute {node.attr!r}")
            value = node.value
            if not isinstance(value, ast.Attribute):
                break
            node = value
        if isinstance(value, ast.Name):
            part.roots.append((value, node.attr))
        else:
            here.append(value)

    def _call(self, part: Part, here: _Nodes, node: ast.Call) -> None:
        function = node.func
        name = _dotted(function)
        if isinstance(function, ast.Name):
            part.names.append(function)
            self._uses.called.add(name)
            if name not in self._lists.calls:
                self._uses.unknown.append((part, node, name))
        else:
            part.code.append(function)
            if name:
                root = name.partition(".")[0]
                known = root in self._lists.roots or name in self._lists.calls
            else:
                # `super().__init__(...)`, the one call on the result of a call
                known = (
                    isinstance(function, ast.Attribute)
                    and isinstance(function.value, ast.Call)
                    and _dotted(function.value.func) == "super"
                )
            if not known:
                what = name or type(function).__name__
                self._refuse(part, node, f"call of {what!r}")
        first = part.types if name == "cast" else part.code
        others = part.types if name in _DECLARING else part.code
        first.extend(node.args[:1])
        others.extend(node.args[1:])
        self._keywords(part, node.keywords, others)

    def _subscript(self, part: Part, here: _Nodes, node: ast.Subscript) -> None:
        here.append(node.value)
        what = _dotted(node.value).rpartition(".")[2]
        if what == "Literal":
            part.code.append(node.slice)
        elif what == "Annotated" and isinstance(node.slice, ast.Tuple):
            part.types.extend(node.slice.elts[:1])
            part.code.extend(node.slice.elts[1:])
        else:
            part.types.append(node.slice)

    def _binary(self, part: Part, here: _Nodes, node: ast.BinOp) -> None:
        if isinstance(node.op, ast.BitOr):
            here.append(node.left)
            here.append(node.right)
        else:
            self._refuse(part, node, f"operator {type(node.op).__name__}")

    def _unary(self, part: Part, _here: _Nodes, node: ast.UnaryOp) -> None:
        if not (
            isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant)
        ):
            self._refuse(part, node, f"operator {type(node.op).__name__}")

    def _lambda(self, part: Part, _here: _Nodes, node: ast.Lambda) -> None:
        if part.scope.is_class or _takes_any(node.args):
            inner = self._inside(part, node)
            self._arguments(part, node.args, inner, part.types)
        else:
            inner = part  # what it sees is what is seen around it
        inner.code.append(node.body)

    def _dict(self, part: Part, here: _Nodes, node: ast.Dict) -> None:
        for key in node.keys:
            if key is None:
                self._refuse(part, node, "unpacking")
            elif not isinstance(key, ast.Constant):
                part.code.append(key)
        here.extend(node.values)

    def _items(
        self, _part: Part, here: _Nodes, node: ast.Tuple | ast.List | ast.Set
    ) -> None:
        here.extend(node.elts)

    # ------------------------------------------------------------------ pieces

    def _head(
        self,
        part: Part,
        node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef,
    ) -> None:
        for decorator in node.decorator_list:
            function = decorator
            if isinstance(decorator, ast.Call):
                function = decorator.func
            if _dotted(function) not in self._lists.decorators:
                self._refuse(part, decorator, "decorator")
            part.code.append(decorator)
        if getattr(node, "type_params", None):
            self._refuse(part, node, "parameters of a type")

    def _arguments(
        self, part: Part, node: ast.arguments, inner: Part, types: _Nodes
    ) -> None:
        every = [*node.posonlyargs, *node.args, *node.kwonlyargs]
        every += [extra for extra in (node.vararg, node.kwarg) if extra is not None]
        for argument in every:
            if argument.arg.startswith("__"):
                self._name(part, argument, argument.arg)
            inner.binds.add(argument.arg)
            if argument.annotation is not None:
                types.append(argument.annotation)
        part.code.extend(node.defaults)
        part.code.extend(each for each in node.kw_defaults if each is not None)

    def _target(self, part: Part, node: ast.expr) -> None:
        if isinstance(node, ast.Name):
            if node.id.startswith("__"):
                self._name(part, node, node.id)
            part.binds.add(node.id)
            self._uses.targets.append(node)
        else:
            what = "assignment to something that is no plain name"
            self._refuse(part, node, what)

    def _keywords(
        self, part: Part, keywords: list[ast.keyword], values: _Nodes
    ) -> None:
        for keyword in keywords:
            if keyword.arg is None:
                self._refuse(part, keyword.value, "unpacking")
            values.append(keyword.value)

    def _quoted(self, part: Part, node: ast.Constant) -> None:
        """A string in an annotation is code: whoever resolves it evaluates it."""
        if not isinstance(node.value, str):
            return
        try:
            tree = ast.parse(node.value, mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            self._refuse(part, node, "annotation that is no expression")
            return
        depth = part.depth + 1
        if depth > _QUOTED_DEPTH:
            self._refuse(part, node, "annotation nested too deep")
            return
        at = part.at or node
        inner = self._part(part.scope, evaluated=False, at=at, depth=depth)
        inner.types.append(tree.body)

    handlers: ClassVar[
        Mapping[type[ast.AST], Callable[[Any, Part, _Nodes, Any], None]]
    ] = {
        ast.AnnAssign: _annotated,
        ast.Assign: _assign,
        ast.AsyncFunctionDef: _function,
        ast.AsyncWith: _with,
        ast.Attribute: _attribute,
        ast.Await: _value,
        ast.BinOp: _binary,
        ast.Call: _call,
        ast.ClassDef: _class,
        ast.Dict: _dict,
        ast.Expr: _effect,
        ast.FunctionDef: _function,
        ast.If: _if,
        ast.Import: _import,
        ast.ImportFrom: _import_from,
        ast.Lambda: _lambda,
        ast.List: _items,
        ast.Pass: _pass,
        ast.Raise: _raise,
        ast.Return: _value,
        ast.Set: _items,
        ast.Subscript: _subscript,
        ast.Tuple: _items,
        ast.UnaryOp: _unary,
        ast.With: _with,
        ast.Yield: _value,
    }


def _takes_any(node: ast.arguments) -> bool:
    return bool(
        node.args or node.kwonlyargs or node.vararg or node.kwarg or node.posonlyargs
    )


def _dotted(node: ast.AST) -> str:
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


HANDLERS: Final = _Gate.handlers
"""By kind of node; names and constants, which are most of all, need none."""
