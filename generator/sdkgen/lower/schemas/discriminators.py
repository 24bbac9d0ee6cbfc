"""Discriminators that a document does not declare, but has.

Where each alternative of a union is an object that fixes, by an enumeration of its own,
what a required property may be, and no value is in two of them, that property tells the
alternatives apart (what OpenAPI 3.1 says with a Discriminator Object). Decoding then
looks at one alternative, and an error is about that one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sdkgen import ir
from sdkgen.ir import Alternatives, Text, Type

__all__ = ["infer_discriminators"]


def infer_discriminators(
    declarations: Sequence[ir.Declaration],
) -> tuple[ir.Declaration, ...]:
    """The declarations, with a tag on each union that has one.

    The enumerations that tell alternatives apart are closed: a value that none of them
    has belongs to no alternative.
    """
    inference = _Inference({each.name: each for each in declarations})
    made = [inference.infer_declaration(each) for each in declarations]
    return tuple(inference.close_declaration(each) for each in made)


class _Inference:
    def __init__(self, by_name: Mapping[str, ir.Declaration]) -> None:
        self._by_name = by_name
        self._options = Alternatives(by_name)
        self._tags: dict[str, set[str]] = {}
        """Model → the wire names of its fields that tell it from others."""

    def infer_declaration(self, declaration: ir.Declaration) -> ir.Declaration:
        match declaration:
            case ir.Alias(type=type_):
                return replace(declaration, type=self._infer_type(type_))
            case ir.Model(fields=fields, extra=extra):
                return replace(
                    declaration,
                    fields=tuple(
                        replace(each, type=self._infer_type(each.type))
                        for each in fields
                    ),
                    extra=None if extra is None else self._infer_type(extra),
                )

    def close_declaration(self, declaration: ir.Declaration) -> ir.Declaration:
        tags = self._tags.get(declaration.name)
        if tags is None or not isinstance(declaration, ir.Model):
            return declaration
        return replace(
            declaration,
            fields=tuple(
                (
                    replace(each, type=replace(each.type, open=False))
                    if each.wire in tags and isinstance(each.type, ir.LiteralOf)
                    else each
                )
                for each in declaration.fields
            ),
        )

    def _infer_type(self, type_: Type) -> Type:
        match type_:
            case ir.ListOf(item=item):
                return replace(type_, item=self._infer_type(item))
            case ir.MapOf(value=value):
                return replace(type_, value=self._infer_type(value))
            case ir.TupleOf(items=items):
                return replace(type_, items=tuple(map(self._infer_type, items)))
            case ir.UnionOf(options=options):
                union = self._infer_union(
                    replace(type_, options=tuple(map(self._infer_type, options)))
                )
                # Of a tag whose values nobody tells all would be of no variant.
                told = union.mapping or union.other is not None
                return union if told else replace(union, tag=None)
            case _:
                return type_

    def _infer_union(self, union: ir.UnionOf) -> ir.UnionOf:
        models = self._list_models(union)
        if len(models) < 2:
            return union
        tables = [_find_fixed_values(model) for model in models]
        shared = set(tables[0]).intersection(*tables[1:])
        wanted = sorted(shared) if union.tag is None else [str(union.tag)]
        for wire in wanted:
            if wire not in shared:
                continue
            values = [value for table in tables for value in table[wire]]
            if len(values) == len(set(values)):
                for model in models:
                    self._tags.setdefault(model.name, set()).add(wire)
                mapping = tuple(
                    (value, model.name)
                    for model, table in zip(models, tables, strict=True)
                    for value in table[wire]
                )
                return replace(union, tag=Text(wire), mapping=mapping)
        return union

    def _list_models(self, union: ir.UnionOf) -> list[ir.Model]:
        """The models of a union, if a property may tell them apart: no maps beside."""
        found: dict[str, ir.Model] = {}
        for option in self._options.list_alternatives(union):
            match option:
                case ir.MapOf() | ir.Scalar(kind=ir.Kind.ANY):
                    return []
                case ir.Ref(name=name):
                    declaration = self._by_name[name]
                    if isinstance(declaration, ir.Model):
                        found[name] = declaration
                case _:
                    continue
        return list(found.values())


def _find_fixed_values(model: ir.Model) -> dict[str, list[Text]]:
    """Required properties that are one of a few texts, with these texts."""
    found: dict[str, list[Text]] = {}
    for field in model.fields:
        if field.required and isinstance(field.type, ir.LiteralOf):
            texts = [value for value in field.type.values if isinstance(value, Text)]
            if len(texts) == len(field.type.values):
                found[field.wire] = texts
    return found
