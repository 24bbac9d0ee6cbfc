"""Operations on types: uniting several, renaming references, listing them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sdkgen import ir
from sdkgen.ir import Doc, Kind, Ref, Scalar, Text, Type
from sdkgen.support.json_pointer import Json

from .all_of import Parts

ANY = Scalar(kind=Kind.ANY)
NULL = Scalar(kind=Kind.NULL)


def unite(options: list[Type]) -> Type:
    """One type of several: flat, without repetition, null last."""
    flat: list[Type] = []
    for option in options:
        inner = option.options if isinstance(option, ir.UnionOf) else (option,)
        if isinstance(option, ir.UnionOf) and option.tag is not None:
            inner = (option,)
        flat.extend(inner)
    distinct: dict[object, Type] = {}
    for option in flat:
        # Constraints do not tell types apart.
        key: object = option
        if isinstance(option, Scalar):
            key = option.kind
        distinct.setdefault(key, option)
    kept = list(distinct.values())
    if any(isinstance(option, Scalar) and option.kind is Kind.ANY for option in kept):
        return ANY
    literals = [option for option in kept if isinstance(option, ir.LiteralOf)]
    if len(literals) > 1:
        merged = dict.fromkeys((type(v), v) for each in literals for v in each.values)
        literal = ir.LiteralOf(values=tuple(v for _, v in merged), open=True)
        kept = [literal if option is literals[0] else option for option in kept]
        kept = [option for option in kept if option not in literals[1:]]
        literals = [literal]
    text = any(isinstance(o, Scalar) and o.kind is Kind.STRING for o in kept)
    if literals and text and all(isinstance(v, str) for v in literals[0].values):
        opened = ir.LiteralOf(values=literals[0].values, open=True)
        kept = [
            opened if isinstance(option, ir.LiteralOf) else option
            for option in kept
            if not (isinstance(option, Scalar) and option.kind is Kind.STRING)
        ]
    kept = [o for o in kept if o != NULL] + [o for o in kept if o == NULL]
    return kept[0] if len(kept) == 1 else ir.UnionOf(options=tuple(kept))


def merge_docs(parts: Parts, name: str = "") -> Doc:
    """Title and description: the outermost that says something of what has a name."""
    title = description = ""
    for schema, _ in parts:
        if isinstance(schema, dict):
            title = title or _to_text(schema.get("title"))
            description = description or _to_text(schema.get("description"))
    return drop_redundant_title(
        Doc(summary=Text(title), description=Text(description)), name
    )


def drop_redundant_title(doc: Doc, name: str) -> Doc:
    """Without a title that is the name once more (``User Id`` of ``user_id``)."""
    said, known = (
        "".join(filter(str.isalnum, text)).casefold() for text in (doc.summary, name)
    )
    return replace(doc, summary=ir.EMPTY) if said == known else doc


def _to_text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def map_types(type_: Type, change: Callable[[Ref], Ref]) -> Type:
    """The type with each reference changed."""
    match type_:
        case Ref():
            return change(type_)
        case ir.ListOf(item=item):
            return ir.ListOf(item=map_types(item, change))
        case ir.MapOf(value=value):
            return ir.MapOf(value=map_types(value, change))
        case ir.TupleOf(items=items):
            return ir.TupleOf(items=tuple(map_types(item, change) for item in items))
        case ir.UnionOf(options=options, tag=tag, mapping=mapping, other=other):
            changed = [map_types(option, change) for option in options]
            united = unite(changed)
            if tag is None or not isinstance(united, ir.UnionOf):
                return united
            named = dict.fromkeys(
                (value, change(Ref(name=name)).name) for value, name in mapping
            )
            return ir.UnionOf(
                options=united.options,
                tag=tag,
                mapping=tuple(named),
                other=None if other is None else change(Ref(name=other)).name,
            )
        case _:
            return type_
