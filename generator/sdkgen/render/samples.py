"""Examples of the document → arguments of calls, in tests and in the README.

A call is checked by the same type checkers as the rest, so a literal stands only where
it has the type of its argument. What a checker would not take as a literal, such as a
key that the schema allows but does not name, is passed through ``cast``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sdkgen import ir
from sdkgen.ir import Access, Kind, Location, Type
from sdkgen.render.declared import Declared
from sdkgen.render.python.code import NOTHING, Code, print_file_bytes, print_literal
from sdkgen.render.python.docstrings import WIDTH
from sdkgen.support.absent import ABSENT, Absent
from sdkgen.support.json_pointer import Json
from sdkgen.support.media_types import choose_sample

from .calls import argument_type, in_signature_order

_DEEPEST = 40
_STRING = ir.Scalar(kind=Kind.STRING)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedView:
    """An argument of a call: ``name=value``."""

    name: Code
    value: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class CallView:
    """``client.<resource>.<method>(arguments)``; ``casts`` if it needs ``cast``.

    ``through`` names a function that makes another method of the method.
    """

    resource: Code
    method: Code
    arguments: tuple[PassedView, ...]
    casts: bool = False
    through: Code = NOTHING

    @property
    def _called(self) -> str:
        method = f"client.{self.resource}.{self.method}"
        return f"{self.through}({method})" if self.through else method

    @property
    def text(self) -> Code:
        """The call as an expression on one line."""
        passed = ", ".join(f"{each.name}={each.value}" for each in self.arguments)
        return Code(f"{self._called}({passed})")

    def lines(self, before: str, after: str, indent: int) -> tuple[Code, ...]:
        """The call between two pieces of code, an argument a line if it is long."""
        margin = " " * indent
        line = f"{margin}{before}{self.text}{after}"
        if len(line) <= WIDTH:
            return (Code(line),)
        return (
            Code(f"{margin}{before}{self._called}("),
            *(Code(f"{margin}    {a.name}={a.value},") for a in self.arguments),
            Code(f"{margin}){after}"),
        )


class Samples:
    """Makes calls from the examples of operations."""

    def __init__(self, declared: Declared) -> None:
        self._declared = declared
        self._values: dict[int, tuple[ir.Param | ir.Body, Code | None]] = {}
        """By the id of the argument, which is kept so that no other can get that."""

    def call(
        self,
        resource: ir.Resource,
        operation: ir.Operation,
        *,
        every: bool,
        iterate: bool = False,
        also: frozenset[str] = frozenset(),
    ) -> CallView:
        """A call of an operation.

        Args:
            resource: Where the operation is.
            operation: What is called.
            every: All arguments that have an example, not only those that it needs.
            iterate: Of the method that goes through the pages.
            also: Arguments that are passed though they are optional.
        """
        skipped = operation.pages.position if iterate and operation.pages else ""
        passed: list[PassedView] = []
        for argument in in_signature_order(operation):
            chosen = isinstance(argument, ir.Param) and argument.chosen
            wanted = every or argument.required or chosen or argument.name in also
            if argument.name == skipped or not wanted:
                continue
            value = self._print_example(argument)
            if value is not None:
                passed.append(PassedView(name=Code(argument.name), value=value))
        pages = operation.pages
        method = pages.method if iterate and pages is not None else operation.name
        return CallView(
            resource=Code(resource.name),
            method=Code(method),
            arguments=tuple(passed),
            casts=any(each.value.startswith("cast(") for each in passed),
        )

    def _print_example(self, argument: ir.Param | ir.Body) -> Code | None:
        """The code of an example, or None: an optional argument may have none."""
        kept = self._values.get(id(argument))
        if kept is None:
            kept = self._values[id(argument)] = (argument, self._print_value(argument))
        return kept[1]

    def _print_value(self, argument: ir.Param | ir.Body) -> Code | None:
        type_ = argument_type(argument)
        example = _find_example(argument)
        if isinstance(example, Absent):
            if not argument.required:
                return None
            example = self._make_fallback(type_)
        form = isinstance(argument, ir.Param) and argument.location is Location.FORM
        if self._is_bytes(type_):
            data = print_file_bytes(example)
            if form and isinstance(argument, ir.Param) and "*" in argument.media_type:
                # What stands for many is for the caller to say.
                chosen = print_literal(choose_sample(argument.media_type))
                return Code(f'("file", {data}, {chosen})')
            return data
        if form and self._declared.has(type_, Kind.BYTES) and isinstance(example, list):
            return Code(f"[{', '.join(map(print_file_bytes, example))}]")
        if isinstance(argument, ir.Body):
            if type_ == _STRING:
                return print_literal(_write_text(example, argument.media[0].media_type))
        elif form and argument.media_type:
            # Of what is structured and no JSON the text is the caller's.
            if type_ == _STRING:
                example = _write_field(example, argument.media_type)
            elif type_ == ir.ListOf(item=_STRING) and isinstance(example, list):
                media_type = argument.media_type
                texts: list[Json] = [_write_field(each, media_type) for each in example]
                example = texts
        if example is None and not self._declared.null_allowed(type_):
            return None if not argument.required else Code('cast("Any", None)')
        text = print_literal(example)
        if not self.fits(example, type_):
            return Code(f'cast("Any", {text})')
        return text

    def _is_bytes(self, type_: Type) -> bool:
        return any(
            isinstance(leaf, ir.Scalar) and leaf.kind is Kind.BYTES
            for leaf in self._declared.leaves(type_)
        )

    def _make_fallback(self, type_: Type) -> Json:
        for leaf in self._declared.leaves(type_):
            match leaf:
                case ir.Scalar(kind=kind):
                    return kind.row.sample
                case ir.LiteralOf(values=(value, *_)):
                    return value
                case ir.ListOf() | ir.TupleOf():
                    return []
                case ir.MapOf(value=ir.Scalar(kind=Kind.ANY)):
                    return {"key": "text"}
                case _:
                    return {}
        return None

    # ------------------------------------------------------------ static types

    def fits(self, value: Json, type_: Type, depth: int = 0) -> bool:
        """Whether a type checker takes the literal of a value for a type."""
        if depth > _DEEPEST:
            return False
        leaves = self._declared.leaves(type_)
        models = [
            declaration
            for leaf in leaves
            if isinstance(leaf, ir.Ref)
            and isinstance(declaration := self._declared.by_name[leaf.name], ir.Model)
        ]
        if isinstance(value, dict) and models:
            if any(isinstance(leaf, ir.MapOf) for leaf in leaves):
                return False  # which of the two is meant, checkers say differently
            named = [model for model in models if _has_keys(model, value)]
            # mypy asks for exactly one whose keys match, whatever the values, and takes
            # a wider dictionary of the union in place of a narrower one.
            return (
                len(named) == 1
                and not any(
                    _list_wire_names(each) <= _list_wire_names(named[0])
                    for each in models
                    if each is not named[0]
                )
                and all(
                    self.fits(value[each.wire], each.type, depth + 1)
                    for each in named[0].fields
                    if each.wire in value
                )
            )
        if (
            isinstance(value, list)
            and sum(isinstance(x, ir.ListOf) for x in leaves) > 1
        ):
            return False
        return any(self._fits_leaf(value, leaf, depth) for leaf in leaves)

    def _fits_leaf(self, value: Json, leaf: Type, depth: int) -> bool:
        match leaf:
            case ir.Scalar(kind=kind):
                return kind.takes_literal(value)
            case ir.LiteralOf(values=values, open=is_open):
                return any(
                    type(value) is type(each)
                    or (isinstance(each, str) and isinstance(value, str))
                    for each in values
                    if is_open or each == value
                )
            case ir.ListOf(item=item):
                return isinstance(value, list) and all(
                    self.fits(each, item, depth + 1) for each in value
                )
            case ir.MapOf(value=inner):
                return isinstance(value, dict) and all(
                    self.fits(each, inner, depth + 1) for each in value.values()
                )
            case _:
                return False  # a tuple is no list


def _find_example(argument: ir.Param | ir.Body) -> Json | Absent:
    if isinstance(argument, ir.Param):
        return argument.example
    return next(
        (each.example for each in argument.media if each.example is not ABSENT), ABSENT
    )


def _write_text(example: Json, media_type: str) -> str:
    """An example as text of a media type; of XML there is none but the document's own."""
    if "xml" in media_type:
        own = isinstance(example, str) and example.lstrip().startswith("<")
        return str(example) if own else "<example/>"
    return example if isinstance(example, str) else json.dumps(example)


def _write_field(example: Json, media_type: str) -> str:
    """The example of a field as text of its media type, if it is not text already."""
    return example if isinstance(example, str) else _write_text(example, media_type)


def _has_keys(model: ir.Model, value: Iterable[str]) -> bool:
    needed = {
        each.wire
        for each in model.fields
        if each.required and each.access is not Access.READ_ONLY
    }
    return needed <= set(value) <= _list_wire_names(model)


def _list_wire_names(model: ir.Model) -> set[str]:
    return {str(each.wire) for each in model.fields}
