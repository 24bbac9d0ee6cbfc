"""Declarations to be: what ``schemas`` makes, and ``declarations`` names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sdkgen import ir
from sdkgen.ir import Access, Doc, Ref, Text, Type
from sdkgen.openapi.inheritance import Family
from sdkgen.support.absent import Absent
from sdkgen.support.json_pointer import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingField:
    wire: str
    type: Type
    required: bool
    default: Json | Absent
    access: Access
    doc: Doc
    deprecated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingDeclaration:
    """A declaration whose name, and whose references' names, are still pointers."""

    pointer: str
    fields: tuple[PendingField, ...] = ()
    extra: Type | None = None
    type: Type | None = None
    """Set for an alias; a model has fields."""
    doc: Doc = ir.NO_DOC


def find_meaning(type_: Type, drafts: Mapping[str, PendingDeclaration]) -> Type:
    """What a type is behind the aliases among the drafts."""
    seen: set[str] = set()
    while isinstance(type_, Ref) and type_.name not in seen:
        seen.add(type_.name)
        draft = drafts.get(type_.name)
        if draft is None or draft.type is None:
            break
        type_ = draft.type
    return type_


def draft_family(family: Family, pointer: str, doc: Doc) -> PendingDeclaration:
    """The union of all that extend a base, and the base itself."""
    kinds = [*family.members, family.base]
    return PendingDeclaration(
        pointer=pointer,
        type=ir.UnionOf(
            options=tuple(Ref(name=kind) for kind in kinds),
            tag=Text(family.tag),
            mapping=tuple((Text(v), kind) for v, kind in family.values),
            other=family.base,
        ),
        doc=doc,
    )
