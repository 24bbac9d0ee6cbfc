"""The gate that every generated file passes before it is written.

A document is written by strangers, and its strings end up in Python. The filters that
bring them there escape them; this gate does not trust the filters. It reads the syntax
tree of each finished module and compares it with what generated code may contain at
all: anything not listed below is refused, so text that broke out of its literal cannot
import, call, decorate, rebind or reach into anything that matters. Nothing is written
when one file is refused, since it means a defect of the generator.

The lists are data, each entry with its reason. Files copied byte for byte from a
template are not generated and do not pass through here.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from . import allowed

__all__ = ["Violation", "check_file"]


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One thing that generated code may not contain; line and column are 1-based."""

    line: int
    column: int
    what: str


# What a person would not see or would see elsewhere than it is: control characters,
# line ends that only some programs know, byte order marks, direction controls, and
# surrogates, which no file can hold.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e"
    "\u2066-\u2069\ufeff\ud800-\udfff]"
)
_STANDARD = sys.stdlib_module_names

_ANNOTATION_DEPTH = 3
"""How many strings may be nested in strings of an annotation."""


_LEAVES = frozenset({ast.Constant, ast.Load, ast.Name})
_BINDING = frozenset(
    {
        ast.AsyncFunctionDef,
        ast.Call,
        ast.ClassDef,
        ast.FunctionDef,
        ast.Import,
        ast.ImportFrom,
        ast.Name,
        ast.arg,
    }
)
"""What binds a name, or calls one."""


# ------------------------------------------------------------------- checking


def check_file(path: str, text: str, own: Collection[str] = ()) -> list[Violation]:
    """All that a generated file contains and may not, by place; empty when it is fine.

    Args:
        path: Its path in the output, which says what kind of file it is.
        text: All of it, as it would be written.
        own: Modules of the output that its tests import by their absolute name.
    """
    found = list(_unseen(text))
    if path.endswith(".py") and not found:
        found = _check_python(text, own if path.startswith("tests/") else None)
    elif path == "pyproject.toml" and not found:
        found = list(_check_pyproject(text))
    return sorted(set(found))


def _unseen(text: str) -> Iterator[Violation]:
    for match in _UNSEEN.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        column = match.start() - text.rfind("\n", 0, match.start())
        yield Violation(line, column, f"character U+{ord(match.group()):04X}")


def _check_pyproject(text: str) -> Iterator[Violation]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        yield Violation(1, 1, f"not TOML: {error}")
        return
    for name, value in _toml_values(data, ()):
        if not any(re.fullmatch(pattern, name) for pattern in allowed.TOML):
            yield Violation(1, 1, f"entry {name!r}")
        elif (
            name == "build-system.build-backend" and value not in allowed.BUILD_BACKENDS
        ):
            yield Violation(1, 1, f"build backend {value!r}")


def _toml_values(
    table: Mapping[str, Any], above: tuple[str, ...]
) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _toml_values(cast("dict[str, Any]", value), (*above, key))
        else:
            yield ".".join((*above, key)), value


def _check_python(text: str, tests: Collection[str] | None) -> list[Violation]:
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        return [Violation(error.lineno or 1, error.offset or 1, f"{error.msg}")]
    except (RecursionError, MemoryError):
        return [Violation(1, 1, "nested too deep for Python")]
    gate = _Gate(tree, tests)
    gate.run()
    return gate.found


class _Gate:
    """Walks one tree with a list of its own, so that depth costs no recursion."""

    def __init__(self, tree: ast.Module, tests: Collection[str] | None) -> None:
        self.found: list[Violation] = []
        self._tree = tree
        self._own = frozenset(tests or ())
        self._nodes = {**allowed.STATEMENTS, **allowed.EXPRESSIONS}
        self._imports = dict(allowed.IMPORTS)
        self._calls = set(allowed.CALLS)
        self._roots = set(allowed.CALL_ROOTS)
        self._decorators = set(allowed.DECORATORS)
        if tests is not None:
            self._nodes |= {**allowed.TEST_STATEMENTS, **allowed.TEST_EXPRESSIONS}
            self._imports |= allowed.TEST_IMPORTS
            self._calls |= set(allowed.TEST_CALLS)
            self._roots |= set(allowed.TEST_CALL_ROOTS)
            self._decorators |= set(allowed.TEST_DECORATORS)
        self._modules: dict[str, str] = {}  # name bound by `import m` -> m
        self._bound: set[str] = set()
        self._called: set[str] = set()  # names that this module calls
        # (node, how strings in it are meant, strings around it)
        self._todo: list[tuple[ast.AST, str, int]] = []

    def run(self) -> None:
        """Bind all names first: order of definition is not the gate's business."""
        for node in _nodes(self._tree):
            if type(node) in _BINDING:
                self._bind(node)
        self._push_all(self._tree.body, "code")
        while self._todo:
            node, mode, depth = self._todo.pop()
            self._visit(node, mode, depth)

    # ------------------------------------------------------------------ names

    def _bind(self, node: ast.AST) -> None:
        match node:
            case ast.Import(names=names):
                for alias in names:
                    name = alias.asname or alias.name.partition(".")[0]
                    self._modules[name] = alias.name
            case ast.ImportFrom(names=names, module=module, level=level):
                self._bound.update(alias.asname or alias.name for alias in names)
                # The client calls the classes of its resources.
                if level and re.match(r"resources\b", module or ""):
                    self._calls.update(alias.name for alias in names)
            case ast.ClassDef(name=name):
                self._bound.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                self._bound.add(name)
            case ast.arg(arg=name):
                self._bound.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                self._bound.add(name)
            case ast.Call(func=ast.Name(id=name)):
                self._called.add(name)
            case _:
                pass

    def _refuse(self, node: ast.AST, what: str) -> None:
        line = getattr(node, "lineno", 1)
        column = getattr(node, "col_offset", 0) + 1
        self.found.append(Violation(line, column, what))

    def _name(self, node: ast.AST, name: str) -> None:
        if name.startswith("__") and name not in allowed.DUNDERS:
            self._refuse(node, f"name {name!r}")

    def _push(self, node: ast.AST | None, mode: str, depth: int = 0) -> None:
        if node is not None:
            self._todo.append((node, mode, depth))

    def _push_all(self, nodes: list[ast.stmt] | list[ast.expr], mode: str) -> None:
        for node in nodes:
            self._push(node, mode)

    # ------------------------------------------------------------------ nodes

    def _visit(self, node: ast.AST, mode: str, depth: int) -> None:
        kind = type(node).__name__
        if kind not in self._nodes:
            self._refuse(node, f"{kind}")
            return
        if isinstance(node, ast.stmt):
            self._statement(node)
        else:
            self._expression(node, mode, depth)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Import():
                for alias in node.names:
                    if alias.name not in self._imports and alias.name not in self._own:
                        self._refuse(node, f"import of {alias.name!r}")
            case ast.ImportFrom():
                self._import_from(node)
            case ast.ClassDef():
                self._name(node, node.name)
                self._decorate(node.decorator_list)
                self._push_all(node.bases, "code")
                for keyword in node.keywords:
                    self._keyword(keyword, "code", 0)
                self._push_all(node.body, "code")
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._name(node, node.name)
                self._decorate(node.decorator_list)
                self._arguments(node.args)
                self._push(node.returns, "annotation")
                self._push_all(node.body, "code")
            case ast.Assign():
                for target in node.targets:
                    self._target(target)
                self._push(node.value, "code")
            case ast.AnnAssign():
                self._target(node.target)
                is_alias = _dotted(node.annotation) in {"TypeAlias", "typing.TypeAlias"}
                self._push(node.annotation, "annotation")
                self._push(node.value, "annotation" if is_alias else "code")
            case ast.Expr():
                if not isinstance(
                    node.value, ast.Constant | ast.Call | ast.Await | ast.Yield
                ):
                    self._refuse(node, "expression without effect")
                self._push(node.value, "code")
            case ast.If():
                if _dotted(node.test) not in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
                    self._refuse(node, "condition")
                self._push_all([*node.body, *node.orelse], "code")
            case ast.Raise():
                if not (
                    isinstance(node.exc, ast.Call)
                    and _dotted(node.exc.func) == "AttributeError"
                    and node.cause is None
                ):
                    self._refuse(node, "raise")
                self._push(node.exc, "code")
            case ast.Return():
                self._push(node.value, "code")
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    self._push(item.context_expr, "code")
                    if item.optional_vars is not None:
                        self._target(item.optional_vars)
                self._push_all(node.body, "code")
            case _:
                pass  # `pass` itself holds nothing

    def _expression(self, node: ast.AST, mode: str, depth: int) -> None:
        match node:
            case ast.Constant(value=str(text)) if mode == "annotation":
                self._annotation_text(node, text, depth)
            case ast.Constant():
                pass
            case ast.Name(id=name):
                if name in self._modules:
                    self._refuse(node, f"module {name!r} as a value")
                elif name not in self._bound and name not in allowed.BUILTINS:
                    self._refuse(node, f"name {name!r}")
                self._name(node, name)
            case ast.Attribute():
                self._attribute(node, mode, depth)
            case ast.Call():
                self._call(node, mode, depth)
            case ast.Subscript():
                self._push(node.value, mode, depth)
                self._subscript(node, mode, depth)
            case ast.BinOp(op=ast.BitOr()):
                self._push(node.left, mode, depth)
                self._push(node.right, mode, depth)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
                pass
            case ast.BinOp() | ast.UnaryOp():
                self._refuse(node, f"operator {type(node.op).__name__}")
            case ast.Lambda():
                self._arguments(node.args)
                self._push(node.body, "code")
            case ast.Dict():
                for key, value in zip(node.keys, node.values, strict=True):
                    if key is None:
                        self._refuse(node, "unpacking")
                    self._push(key, "code", depth)
                    self._push(value, mode, depth)
            case ast.Await() | ast.Yield():
                self._push(node.value, mode, depth)
            case ast.Tuple() | ast.List() | ast.Set():
                for item in node.elts:
                    self._push(item, mode, depth)
            case _:
                self._refuse(node, f"{type(node).__name__}")

    # ----------------------------------------------------------------- pieces

    def _import_from(self, node: ast.ImportFrom) -> None:
        module = node.module or ""
        for alias in node.names:
            name = alias.asname or alias.name
            self._name(node, alias.name)
            self._name(node, name)
            # A module beside this one is checked as this one is.
            beside = node.level == 1 and re.fullmatch(r"[^\W\d_]\w*", module)
            if alias.name == "*" and not beside:
                self._refuse(node, "star import")
            if name not in (alias.name, f"_{alias.name}") and (
                node.level or name in self._calls | self._roots | set(allowed.BUILTINS)
            ):
                self._refuse(node, f"import of {alias.name!r} as {name!r}")
            if node.level:
                # Modules of the runtime hold modules of the standard library.
                if "_runtime" in module and alias.name in _STANDARD:
                    self._refuse(node, f"import of {alias.name!r} from the runtime")
            elif module.partition(".")[0] not in self._own and (
                alias.name not in self._imports.get(module, ())
            ):
                self._refuse(node, f"import of {alias.name!r} from {module!r}")

    def _decorate(self, decorators: list[ast.expr]) -> None:
        for node in decorators:
            function = node.func if isinstance(node, ast.Call) else node
            if _dotted(function) not in self._decorators:
                self._refuse(node, "decorator")
            self._push(node, "code")

    def _arguments(self, node: ast.arguments) -> None:
        every = [*node.posonlyargs, *node.args, *node.kwonlyargs]
        every += [extra for extra in (node.vararg, node.kwarg) if extra is not None]
        for argument in every:
            self._name(argument, argument.arg)
            self._push(argument.annotation, "annotation")
        self._push_all(node.defaults, "code")
        for default in node.kw_defaults:
            self._push(default, "code")

    def _target(self, node: ast.expr) -> None:
        if not isinstance(node, ast.Name):
            self._refuse(node, "assignment to something that is no plain name")
            return
        self._name(node, node.id)
        # A field may be called `Field` where nothing calls what that name means.
        rebound = node.id in self._calls and node.id in self._called
        if rebound or node.id in self._modules:
            self._refuse(node, f"assignment to {node.id!r}")

    def _keyword(self, node: ast.keyword, mode: str, depth: int) -> None:
        if node.arg is None:
            self._refuse(node.value, "unpacking")
        self._push(node.value, mode, depth)

    def _attribute(self, node: ast.Attribute, mode: str, depth: int) -> None:
        if node.attr.startswith("__") and node.attr not in allowed.DUNDERS:
            self._refuse(node, f"attribute {node.attr!r}")
        if isinstance(node.value, ast.Name) and node.value.id in self._modules:
            module = self._modules[node.value.id]
            if module not in self._own and node.attr not in self._imports.get(
                module, ()
            ):
                self._refuse(node, f"{module}.{node.attr}")
            return
        self._push(node.value, mode, depth)

    def _call(self, node: ast.Call, mode: str, depth: int) -> None:
        name = _dotted(node.func)
        root = name.partition(".")[0]
        known = name in self._calls or name in self._decorators
        if "." in name:
            known = known or root in self._roots
        elif isinstance(node.func, ast.Attribute):
            # `super().__init__(...)`, the one call on the result of a call
            value = node.func.value
            known = isinstance(value, ast.Call) and _dotted(value.func) == "super"
        if not known:
            self._refuse(node, f"call of {name or type(node.func).__name__!r}")
        # pydantic evaluates the strings that declare a type
        declares = name in {"TypeAliasType", "TypedDict", "TypeVar"}
        inner = "annotation" if declares else "code"
        self._push(node.func, "code")
        for index, argument in enumerate(node.args):
            self._push(argument, inner if index else "code", depth)
        for keyword in node.keywords:
            self._keyword(keyword, inner, depth)

    def _subscript(self, node: ast.Subscript, mode: str, depth: int) -> None:
        match _dotted(node.value).rpartition(".")[2]:
            case "Literal":
                self._push(node.slice, "code", depth)
            case "Annotated" if isinstance(node.slice, ast.Tuple):
                first, *rest = node.slice.elts
                self._push(first, "annotation", depth)
                self._push_all(rest, "code")
            case _:
                self._push(node.slice, "annotation", depth)

    def _annotation_text(self, node: ast.Constant, text: str, depth: int) -> None:
        """A string in an annotation is code: whoever resolves it evaluates it."""
        try:
            tree = ast.parse(text, mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            self._refuse(node, "annotation that is no expression")
            return
        if depth >= _ANNOTATION_DEPTH:
            self._refuse(node, "annotation nested too deep")
            return
        for inner in ast.walk(tree):
            if hasattr(inner, "lineno"):
                ast.copy_location(inner, node)
        self._push(tree.body, "annotation", depth + 1)


def _nodes(tree: ast.AST) -> list[ast.AST]:
    """As ``ast.walk``, but for what is in names and constants, in half the time."""
    found = [tree]
    for node in found:
        if type(node) in _LEAVES:
            continue
        for name in node._fields:
            value = getattr(node, name, None)
            if type(value) is list:
                several = cast("list[object]", value)
                found += [each for each in several if isinstance(each, ast.AST)]
            elif isinstance(value, ast.AST):
                found.append(value)
    return found


def _dotted(node: ast.AST) -> str:
    """``a.b.c`` of a chain of names, or nothing for any other expression."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([node.id, *reversed(parts)])
