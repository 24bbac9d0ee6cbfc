"""Declarations by name, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from sdkgen import ir
from sdkgen.ir import Alternatives, Kind, Type
from sdkgen.render.python.code import make_distinct

__all__ = ["Declared", "apart", "fixed_tag", "types_of", "variants"]


class Declared:
    """The declarations of an API by name, and what follows from them.

    Nothing in here recurses along references, which may be a chain of thousands.
    """

    def __init__(self, declarations: Iterable[ir.Declaration]) -> None:
        self.by_name: Mapping[str, ir.Declaration] = {
            each.name: each for each in declarations
        }
        self._same: dict[str, bool] = {}

    def leaves(self, type_: Type) -> tuple[Type, ...]:
        """The alternatives of a type, behind unions and aliases; a model is a leaf."""
        if isinstance(type_, ir.Ref | ir.UnionOf):
            return tuple(self._options.list_alternatives(type_))
        return (type_,)

    @cached_property
    def _options(self) -> Alternatives:
        return Alternatives(self.by_name)

    def models(self, type_: Type) -> list[str]:
        """The models among the alternatives of a type."""
        return [each.name for each in self.leaves(type_) if isinstance(each, ir.Ref)]

    def null_allowed(self, type_: Type) -> bool:
        """Whether ``None`` is a value of a type (and not only its absence)."""
        for leaf in self.leaves(type_):
            match leaf:
                case ir.Scalar(kind=Kind.NULL):
                    return True
                case ir.LiteralOf(values=values) if None in values:
                    return True
                case _:
                    continue
        return False

    def has(self, type_: Type, kind: Kind) -> bool:
        """Whether a scalar of this kind is in a type, lists and tuples included."""
        waiting = [type_]
        seen: set[str] = set()
        while waiting:
            found_in = waiting.pop()
            if isinstance(found_in, ir.Ref):
                if found_in.name in seen:
                    continue
                seen.add(found_in.name)
            for leaf in self.leaves(found_in):
                match leaf:
                    case ir.Scalar(kind=found) if found is kind:
                        return True
                    case ir.ListOf(item=item):
                        waiting.append(item)
                    case ir.TupleOf(items=items):
                        waiting.extend(items)
                    case _:
                        continue
        return False

    def same_when_sent(self, name: str) -> bool:
        """Whether a declaration reads the same as a result and as an argument.

        An enumeration does; a model does not, since a ``TypedDict`` is taken too.
        """
        if name not in self._same:
            self._same[name] = not isinstance(self.by_name[name], ir.Model) and all(
                isinstance(leaf, ir.LiteralOf)
                or (isinstance(leaf, ir.Scalar) and not leaf.kind.row.has_params)
                for leaf in self.leaves(ir.Ref(name=name))
            )
        return self._same[name]

    def typed_dict(self, name: str) -> str:
        """What the ``TypedDict`` of a model is called; no declaration is called so."""
        return make_distinct(f"{name}Params", self.by_name.__contains__)


def types_of(declaration: ir.Declaration) -> tuple[Type, ...]:
    """The types that a declaration is made of."""
    if isinstance(declaration, ir.Alias):
        return (declaration.type,)
    extra = () if declaration.extra is None else (declaration.extra,)
    return (*(each.type for each in declaration.fields), *extra)


def apart(type_: ir.UnionOf, declared: Declared) -> tuple[list[str], list[Type]]:
    """The models among the options of a union, unions in it opened, and the rest.

    No models, if something in the rest is an object too: then no property decides.
    """
    models: dict[str, None] = {}
    rest: list[Type] = []
    for option in type_.options:
        leaves = declared.leaves(option)
        named = [leaf.name for leaf in leaves if isinstance(leaf, ir.Ref)]
        models.update(dict.fromkeys(named))
        if not named:
            rest.append(option)
        elif len(named) < len(leaves):
            rest += [leaf for leaf in leaves if not isinstance(leaf, ir.Ref)]
        if any(_is_object(leaf) for leaf in leaves):
            return [], list(type_.options)
    return list(models), rest


def _is_object(leaf: Type) -> bool:
    """Whether something that is no model takes any JSON object."""
    return isinstance(leaf, ir.MapOf) or (
        isinstance(leaf, ir.Scalar) and leaf.kind is Kind.ANY
    )


def fixed_tag(
    type_: ir.UnionOf, models: Sequence[str], declared: Declared
) -> str | None:
    """The field that tells models apart, if pydantic can go by it alone.

    It can where each model fixes the value of its tag.
    """
    names: set[str] = set()
    values: set[object] = set()
    count = 0
    for name in models:
        model = declared.by_name[name]
        if not isinstance(model, ir.Model):
            return None
        tag = next((each for each in model.fields if each.wire == type_.tag), None)
        if (
            tag is None
            or not tag.required
            or not isinstance(tag.type, ir.LiteralOf)
            or tag.type.open
        ):
            return None
        names.add(tag.name)
        values.update(tag.type.values)
        count += len(tag.type.values)
    return names.pop() if len(names) == 1 and len(values) == count else None


def variants(
    type_: ir.UnionOf, models: Sequence[str], declared: Declared
) -> list[tuple[ir.Text, list[str]]]:
    """The values of a tag with the models that each means; nothing if one lacks any.

    A union is left to pydantic then, which takes the option that fits best.
    """
    kinds = [
        (value, [each for each in declared.models(ir.Ref(name=name)) if each in models])
        for value, name in type_.mapping
    ]
    found = {name for _, names in kinds for name in names}
    if type_.other is not None:
        found.update(declared.models(ir.Ref(name=type_.other)))
    return [pair for pair in kinds if pair[1]] if found.issuperset(models) else []
