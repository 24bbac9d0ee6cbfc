"""Types of the IR → annotations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from sdkgen import ir
from sdkgen.ir import DEEPEST_ANNOTATION, Kind, Type
from sdkgen.render.declared import Declared, apart, fixed_tag, variants

from .code import Code, Imports, join_alternatives, make_distinct, print_literal

_ANY = ir.Scalar(kind=Kind.ANY)


class Use(StrEnum):
    """Where an annotation stands, which decides what it takes."""

    MODEL = "model"  # in a module of models
    PARAMS = "params"  # in a TypedDict
    ARGUMENT = "argument"  # of a method
    RESULT = "result"  # of a method
    HINT = "hint"  # how the runtime encodes an argument


_SENT = (Use.PARAMS, Use.ARGUMENT, Use.HINT)


@dataclass(frozen=True, slots=True)
class Annotations:
    """Prints types for one place, collecting what they need.

    ``shadowed`` are names that mean something else where the annotation stands: in a
    class with a method ``list``, ``list[str]`` would be that method.
    """

    declared: Declared
    use: Use
    imports: Imports
    shadowed: frozenset[str] = frozenset()
    named: set[str] = field(default_factory=set[str])
    """Declarations that were named so far."""
    packages: set[str] = field(default_factory=set[str])
    """Packages of them, where they are named by package."""

    def __call__(self, type_: Type) -> Code:
        """The annotation of a type."""
        return self.union(self.options(type_))

    def optional(self, type_: Type) -> Code:
        """The annotation of a type that may be ``None`` too."""
        return self.union([*self.options(type_), "None"])

    @staticmethod
    def union(options: Iterable[str]) -> Code:
        """One annotation of several: each once, ``None`` last, ``Any`` alone."""
        distinct = dict.fromkeys(options)
        if len(distinct) == 1:
            return Code(*distinct)
        if "Any" in distinct:
            return Code("Any")
        ordered = [option for option in distinct if option != "None"]
        null = ["None"] if len(ordered) < len(distinct) or not ordered else []
        return Code(" | ".join([*filter(None, [join_alternatives(ordered)]), *null]))

    def together(self, types: Iterable[Type]) -> Code:
        """The annotation of what is one of several types."""
        return self.union(self.each(types))

    def each(self, types: Iterable[Type]) -> list[str]:
        """The alternatives of several types; nothing is imported beside ``Any``."""
        listed = list(types)
        if _ANY in listed:
            return self.options(_ANY)
        return [option for type_ in listed for option in self.options(type_)]

    def options(self, type_: Type, depth: int = 0) -> list[str]:
        """The alternatives of a type, each as an annotation."""
        if depth > DEEPEST_ANNOTATION:
            return [self.imports.add_name("typing", "Any")]
        match type_:
            case ir.Scalar(kind=kind):
                return self._print_scalar(kind)
            case ir.LiteralOf():
                return self._print_literals(type_)
            case ir.ListOf(item=item):
                return [f"{self._print_list()}[{self._print_inner(item, depth)}]"]
            case ir.TupleOf(items=()):
                return [f"{self._print_builtin('tuple')}[()]"]
            case ir.TupleOf(items=items):
                inner = ", ".join(self._print_inner(item, depth) for item in items)
                return [f"{self._print_builtin('tuple')}[{inner}]"]
            case ir.MapOf(value=value):
                key = self._print_builtin("str")
                return [
                    f"{self._print_map()}[{key}, {self._print_inner(value, depth)}]"
                ]
            case ir.UnionOf():
                return self._print_union(type_, depth)
            case ir.Ref(name=name):
                if self.use is Use.ARGUMENT:
                    # Of two lists, checkers do not say which one a literal is to be.
                    container = self._find_container(name)
                    if container is not None:
                        return self.options(container, depth + 1)
                return self._print_reference(name)
        assert_never(type_)

    def _find_container(self, name: str) -> Type | None:
        """What a name stands for, if that is a list or a map (and not recursive)."""
        leaves = self.declared.leaves(ir.Ref(name=name))
        if len(leaves) == 1 and isinstance(leaves[0], ir.ListOf | ir.MapOf):
            return leaves[0]
        return None

    def _print_inner(self, type_: Type, depth: int) -> str:
        return self.union(self.options(type_, depth + 1))

    def _print_builtin(self, name: str) -> str:
        if name in self.shadowed:
            self.imports.modules.add("builtins")
            return f"builtins.{name}"
        return name

    def _print_list(self) -> str:
        if self.use in _SENT:
            return self.imports.add_name("collections.abc", "Sequence")
        return self._print_builtin("list")

    def _print_map(self) -> str:
        if self.use in _SENT:
            return self.imports.add_name("collections.abc", "Mapping")
        return self._print_builtin("dict")

    def _print_scalar(self, kind: Kind) -> list[str]:
        if self.use in _SENT:
            return [self._import_type(each) for each in kind.sent]
        types = [self._import_type(each) for each in kind.received]
        if not kind.row.keeps_text:
            return types
        or_text = self.imports.add_name(".._runtime", "OrStr")
        return [f"{or_text}[{each}]" for each in types]

    def _import_type(self, dotted: str) -> str:
        """A type by its name, after that of the module that it is imported from."""
        module, _, name = dotted.rpartition(".")
        if module:
            # A declaration keeps its name, even if Python has something called so.
            own = make_distinct(name, self.declared.by_name.__contains__)
            known = name if own == name else f"{name} as {own}"
            self.imports.add_name(module, known)
            return own
        return name if name == "None" else self._print_builtin(name)

    def _print_literals(self, type_: ir.LiteralOf) -> list[str]:
        """``Literal["a", "b"]``, and what an open one also takes."""
        values = [value for value in type_.values if value is not None]
        printed = [print_literal(value) for value in values if _can_be_literal(value)]
        options: list[str] = []
        if printed:
            name = self.imports.add_name("typing", "Literal")
            options.append(f"{name}[{', '.join(printed)}]")
        if type_.open or len(printed) < len(values):
            for value in values:
                name = next(n for t, n in _PLAIN if isinstance(value, t))
                if self._print_builtin(name) not in options:
                    options.append(self._print_builtin(name))
        if len(values) < len(type_.values):
            options.append("None")
        return options

    def _print_union(self, type_: ir.UnionOf, depth: int) -> list[str]:
        nested = depth + (self.use is Use.MODEL)
        plain = [
            option for each in type_.options for option in self.options(each, nested)
        ]
        if self.use is not Use.MODEL:
            return plain
        models, others = apart(type_, self.declared)
        if type_.tag is None or len(models) < 2:
            return plain
        note = self._print_note(type_, models)
        if not note:
            return plain
        self.imports.add_name("typing", "Annotated")
        union = self.union(self._print_reference(name)[0] for name in models)
        rest = [option for each in others for option in self.options(each, nested)]
        return [f"Annotated[{union}, {note}]", *rest]

    def _print_note(self, type_: ir.UnionOf, models: Sequence[str]) -> str:
        """What pydantic goes by to tell these models apart; nothing if there is none."""
        name = fixed_tag(type_, models, self.declared)
        if name is not None:
            self.imports.add_name("pydantic", "Field")
            return f"Field(discriminator={print_literal(name)})"
        kinds = variants(type_, models, self.declared)
        if not kinds:
            return ""
        self.imports.add_name(".._runtime", "Variants")
        printed = [
            f"{print_literal(value)}:"
            f" {self.union(self._print_reference(n)[0] for n in names)}"
            for value, names in kinds
        ]
        arguments = [print_literal(str(type_.tag)), f"{{{', '.join(printed)}}}"]
        if type_.other is not None:
            names = self.declared.models(ir.Ref(name=type_.other))
            arguments.append(self.union(self._print_reference(n)[0] for n in names))
        return f"Variants({', '.join(arguments)})"

    def _print_reference(self, name: str) -> list[str]:
        self.named.add(name)
        match self.use:
            case Use.MODEL:
                return [name]
            case Use.PARAMS:
                same = self.declared.same_when_sent(name)
                return [name if same else self.declared.typed_dict(name)]
            case Use.RESULT:
                return [self._print_model(name)]
            case Use.ARGUMENT:
                return [self._print_model(name), *self._print_typed_dict(name)]
            case Use.HINT:
                return self._print_typed_dict(name) or [self._print_model(name)]
        assert_never(self.use)

    def _print_model(self, name: str) -> str:
        self.packages.add("models")
        return f"models.{name}"

    def _print_typed_dict(self, name: str) -> list[str]:
        """What is taken in place of a model."""
        taken = self.declared.by_name[name].sent
        if not taken or self.declared.same_when_sent(name):
            return []
        self.packages.add("params")
        return [f"params.{self.declared.typed_dict(name)}"]


_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN: tuple[tuple[type, str], ...] = ((bool, "bool"), (int, "int"), (str, "str"))


def _can_be_literal(value: object) -> bool:
    """No file holds a lone surrogate, and mypy no ``Literal`` beyond 64 bits."""
    if isinstance(value, str):
        return not _SURROGATE.search(value)
    return not isinstance(value, int) or -(2**63) <= value < 2**63
