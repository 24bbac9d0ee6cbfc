"""What annotations mean: a set of options, read from the syntax tree of a module.

Which spellings are the same is said by ``judge``, which compares what is read here.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from sdkgen.ir import DEEPEST_ANNOTATION

__all__ = [
    "ALIAS",
    "ANY",
    "DEEPEST",
    "EXTRA",
    "NO_ITEMS",
    "Module",
    "Opened",
    "Part",
    "Parts",
    "shown",
]

DEEPEST: Final = DEEPEST_ANNOTATION // 2
"""Containers in containers that are read; between two there may be a union."""

# Beside names on the wire, none of whose words has two underscores at its end.
ALIAS: Final = "alias__"
"""What an alias stands for, as a field of its class."""
EXTRA: Final = "extra__"
"""The values of the free keys of a model, as a field of it."""


NO_ITEMS: Final = "NoItems"
"""What ``tuple[()]`` is called where it has to have a name."""


@dataclass(frozen=True, slots=True)
class Named:
    """A type by its name; what cannot be read is its text."""

    name: str
    declared: bool = False
    """Whether that is a declaration."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a ``Literal``; ``1`` and ``True`` are of two kinds."""

    kind: Literal["str", "int", "bool"]
    value: str | int


@dataclass(frozen=True, slots=True)
class Container:
    """A ``list`` of one type, a ``dict`` of the type of its values, or a ``tuple``."""

    kind: Literal["list", "dict", "tuple"]
    items: tuple[Meaning, ...]


Option: TypeAlias = Named | Value | Container
Meaning: TypeAlias = "frozenset[Option]"
"""What an annotation allows."""

ANY: Final[Meaning] = frozenset({Named("Any")})
_NULL: Final = Named("None")


@dataclass(frozen=True, slots=True)
class Part:
    """A field of a class: its type, and whether it has the default ``None``."""

    type: Meaning
    optional: bool = False


Parts: TypeAlias = "dict[str, Part]"
"""By the word for their names on the wire."""


def _union(options: Iterable[Option]) -> Meaning:
    found = frozenset(options)
    return ANY if found >= ANY else found


class Opened:
    """Meanings in whose unions there are no names of aliases."""

    def __init__(self, aliases: Mapping[str, Meaning]) -> None:
        self._aliases = aliases

    def __call__(self, meaning: Meaning) -> Meaning:
        """A meaning with the options of aliases in place of their names."""
        if len(meaning) == 1:
            return frozenset(self._inside(each) for each in meaning)
        found: set[Option] = set()
        seen: set[str] = set()
        waiting = [*meaning]
        while waiting:
            option = waiting.pop()
            match option:
                case Named(name=name, declared=True) if name in self._aliases:
                    if name not in seen:
                        seen.add(name)
                        waiting.extend(self._aliases[name])
                case _:
                    found.add(self._inside(option))
        return _union(found)

    def _inside(self, option: Option) -> Option:
        if not isinstance(option, Container):
            return option
        return Container(option.kind, tuple(self(item) for item in option.items))


def shown(part: Part | None, text: Callable[[str], str]) -> str:
    """A part as an annotation, for people; ``text`` tells what words stand for."""
    if part is None:
        return "nothing"
    type_ = _annotation(part.type, text)
    return f"{type_} = None" if part.optional else type_


def _annotation(meaning: Meaning, text: Callable[[str], str]) -> str:
    texts = sorted(_option(each, text) for each in meaning if each != _NULL)
    return " | ".join([*texts, *(["None"] if _NULL in meaning else [])])


def _option(option: Option, text: Callable[[str], str]) -> str:
    match option:
        case Named(name=name):
            return name
        case Value(value=str(word)):
            return f"Literal[{json.dumps(text(word))}]"
        case Value(value=value):
            return f"Literal[{value}]"
        case Container(kind=kind, items=items):
            inner = [_annotation(item, text) for item in items]
            if kind == "dict":
                inner.insert(0, "str")
            return f"{kind}[{', '.join(inner) or '()'}]"


# ---------------------------------------------------------------------- reading


@dataclass(slots=True)
class Module:
    """Reads the classes and aliases of a module, of which nothing is run."""

    source: str
    declared: Mapping[str, str]
    """Names in the module → names of declarations."""
    word: Callable[[str], str]
    """A string of the module → the word for it."""
    classes: dict[str, Parts] = field(default_factory=dict[str, Parts])
    aliases: dict[str, Parts] = field(default_factory=dict[str, Parts])
    _imported: dict[str, str] = field(default_factory=dict[str, str])
    """Names in the module → names in the module that they come from."""

    def __post_init__(self) -> None:
        for node in ast.parse(self.source).body:
            match node:
                case ast.ImportFrom(names=names):
                    for each in names:
                        self._imported[each.asname or each.name] = each.name
                case ast.ClassDef(name=name) if name in self.declared:
                    self.classes[self.declared[name]] = dict(self._fields(node))
                case ast.AnnAssign(
                    target=ast.Name(id=name),
                    annotation=ast.Name(id="TypeAlias"),
                    value=ast.expr() as value,
                ):
                    self._alias(name, value)
                case ast.Assign(
                    targets=[ast.Name(id=name)],
                    value=ast.Call(func=ast.Name(id="TypeAliasType"), args=[_, value]),
                ):
                    self._alias(name, value)
                case _:
                    continue

    def _alias(self, name: str, value: ast.expr) -> None:
        if name in self.declared:
            self.aliases[self.declared[name]] = {ALIAS: Part(self._meaning(value))}

    def _fields(self, node: ast.ClassDef) -> Iterator[tuple[str, Part]]:
        bases = {each.id for each in node.bases if isinstance(each, ast.Name)}
        for each in node.body:
            match each:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                    pass
                case _:
                    continue
            if name == "__pydantic_extra__":
                match annotation:
                    case ast.Subscript(slice=ast.Tuple(elts=[_, values])):
                        yield EXTRA, Part(self._meaning(values))
                    case _:
                        yield EXTRA, Part(_unknown(annotation))
                continue
            wire = _alias_in(each.value, annotation)
            if wire is None:
                wire = _camel_case(name) if "CamelModel" in bases else name
            part = Part(self._meaning(annotation), _has_default(each.value))
            yield self.word(wire), part

    def _meaning(self, node: ast.expr, depth: int = 0) -> Meaning:
        if depth > DEEPEST:
            return ANY
        match node:
            case ast.BinOp(op=ast.BitOr()):
                return _union(
                    option
                    for each in _alternatives(node)
                    for option in self._meaning(each, depth)
                )
            case ast.Constant(value=None):
                return frozenset({_NULL})
            case ast.Constant(value=str(text)):
                return self._meaning(ast.parse(text, mode="eval").body, depth)
            case ast.Name(id=name):
                return self._named(name)
            case ast.Subscript(value=ast.Name(id=name), slice=inner):
                return self._generic(node, self._imported.get(name, name), inner, depth)
            case _:
                return _unknown(node)

    def _named(self, name: str) -> Meaning:
        if name in self.declared:
            return frozenset({Named(self.declared[name], declared=True)})
        known = self._imported.get(name, name)
        # An empty tuple has no word in JSON Schema.
        empty = Container("tuple", ())
        return frozenset({empty if known == NO_ITEMS else Named(known)})

    def _generic(
        self, node: ast.expr, name: str, inner: ast.expr, depth: int
    ) -> Meaning:
        match name, inner:
            case "Annotated", ast.Tuple(elts=[first, *_]):
                return self._meaning(first, depth)
            case "OrStr", _:
                return self._meaning(inner, depth) | {Named("str")}
            case "Literal", ast.Tuple(elts=values):
                return frozenset(self._value(each) for each in values)
            case "Literal", _:
                return frozenset({self._value(inner)})
            case "list", _:
                return self._container("list", [inner], depth)
            case "dict", ast.Tuple(elts=[ast.Name(id="str"), value]):
                return self._container("dict", [value], depth)
            case "tuple", ast.Tuple(elts=items):
                return self._container("tuple", items, depth)
            case "tuple", _:
                return self._container("tuple", [inner], depth)
            case _:
                return _unknown(node)

    def _container(
        self,
        kind: Literal["list", "dict", "tuple"],
        items: Iterable[ast.expr],
        depth: int,
    ) -> Meaning:
        inner = tuple(self._meaning(item, depth + 1) for item in items)
        return frozenset({Container(kind, inner)})

    def _value(self, node: ast.expr) -> Option:
        """A value of a ``Literal``."""
        match node:
            case ast.Constant(value=None):
                return _NULL
            case ast.Constant(value=str(text)):
                return Value("str", self.word(text))
            case ast.Constant(value=bool(truth)):
                return Value("bool", truth)
            case ast.Constant(value=int(number)):
                return Value("int", number)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
                return Value("int", -number)
            case _:
                return Named(ast.unparse(node))


def _unknown(node: ast.expr) -> Meaning:
    """What neither of the two should have printed."""
    return frozenset({Named(ast.unparse(node))})


def _alternatives(node: ast.expr) -> Iterator[ast.expr]:
    """The options of a union, which may be many, without recursion."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, ast.BinOp) and isinstance(each.op, ast.BitOr):
            waiting += [each.right, each.left]
        else:
            yield each


def _alias_in(*nodes: ast.expr | None) -> str | None:
    """The alias that a call of ``Field`` gives, be it a value or in ``Annotated``."""
    for node in nodes:
        match node:
            case ast.Call(func=ast.Name(id="Field"), keywords=keywords):
                for each in keywords:
                    if each.arg == "alias" and isinstance(each.value, ast.Constant):
                        return str(each.value.value)
            case ast.Subscript(
                value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=parts)
            ):
                alias = _alias_in(*parts[1:])
                if alias is not None:
                    return alias
            case _:
                continue
    return None


def _has_default(value: ast.expr | None) -> bool:
    """Whether a field is ``None`` if it is not there."""
    match value:
        case ast.Constant(value=None):
            return True
        case ast.Call(func=ast.Name(id="Field"), args=[ast.Constant(value=None)]):
            return True
        case _:
            return False


def _camel_case(name: str) -> str:
    """``device_id`` → ``deviceId``, the name on the wire in a ``CamelModel``."""
    first, *others = name.split("_")
    return first + "".join(each[:1].upper() + each[1:] for each in others)
