"""Repairs of references."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sdkgen.openapi.object_kinds import (
    COMPONENTS,
    SWAGGER_COMPONENTS,
    kind_at,
    root_kind,
)
from sdkgen.openapi.references import fragment_of, ref_to
from sdkgen.support.json_pointer import Json, pointer_join, pointer_split

from .edits import (
    NAME,
    REMOVE,
    DiagnosticTarget,
    OverlayAction,
    find_schemas_with,
)

__all__ = [
    "define_schema",
    "move_ref_siblings",
    "redirect_ref",
    "remove_ref",
    "remove_ref_holder",
]


_STUB: Final = "To be described: the document refers to it and does not have it."


def define_schema(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """A schema that nothing stands for: one that says so, where it is looked for."""
    ref = target.value
    if not isinstance(ref, str) or target.key != "$ref":
        yield from target.remove()  # an entry in the mapping of a discriminator
        return
    way = pointer_split(fragment_of(ref[1:])) if ref.startswith("#/") else []
    uses = find_schemas_with(target.root, ref)
    kind = root_kind(target.root)
    if way and kind_at(kind, pointer_join("", *way)) != "schema":
        # Below a schema nothing can be put that is none of its keywords.
        table = COMPONENTS if kind == "openapi" else SWAGGER_COMPONENTS
        way = [*table["schema"], way[-1]]
        for pointer in uses:
            yield OverlayAction(pointer, {"$ref": ref_to(pointer_join("", *way))})
    around = ""
    for number, token in enumerate(way):
        inner = target.value_at(pointer_join(around, token))
        if inner is not None or not isinstance(target.value_at(around), dict):
            around = pointer_join(around, token)
            continue
        stub: Json = {"description": _STUB}
        if any(not NAME.fullmatch(each) for each in way[number:]):
            break
        for each in reversed(way[number:]):
            stub = {each: stub}
        yield OverlayAction(around, stub)
        return
    if around != pointer_join("", *way) or not way:
        for pointer in uses:
            yield OverlayAction(f"{pointer}/$ref", REMOVE)


def redirect_ref(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """A reference to what it nearly names; without that, what refers goes."""
    ref, near = target.value, target.details.suggestion
    if target.key != "$ref" or not isinstance(ref, str):
        return
    if near and ref.startswith("#/"):
        pointer = ""
        for token in pointer_split(fragment_of(ref[1:])):
            following = pointer_join(pointer, token)
            missing = target.value_at(following) is None and near in target.object_at(
                pointer
            )
            pointer = pointer_join(pointer, near) if missing else following
        yield from target.replace(ref_to(pointer))
    else:
        yield OverlayAction(target.holder, REMOVE)


def remove_ref(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """What refers to itself or to another kind goes; of a schema its reference alone."""
    if target.holder in find_schemas_with(target.root, str(target.value)):
        yield from target.remove()
    elif target.key == "$ref":
        yield OverlayAction(target.holder, REMOVE)


def remove_ref_holder(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """An example or a link without target goes as a whole."""
    if target.key == "$ref":
        yield OverlayAction(target.holder, REMOVE)


def move_ref_siblings(target: DiagnosticTarget) -> Iterator[OverlayAction]:
    """What is ignored beside a reference goes; in a schema it counts beside ``allOf``."""
    holder = target.value_at(target.holder)
    if not isinstance(holder, dict):
        return
    if target.holder in find_schemas_with(target.root, str(holder.get("$ref"))):
        yield OverlayAction(target.holder, {"allOf": [{"$ref": holder["$ref"]}]})
        yield OverlayAction(f"{target.holder}/$ref", REMOVE)
        return
    for key in holder:
        kept = key in ("$ref", "summary", "description") or key.startswith("x-")
        if not kept:
            yield OverlayAction(pointer_join(target.holder, key), REMOVE)
