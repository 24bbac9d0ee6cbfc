"""Which of several media types: grouped by schema, and the header that chooses."""

from __future__ import annotations

from sdkgen import ir
from sdkgen.ir import Kind, Location, Scalar, Style, Text, Type
from sdkgen.lower.schemas.schemas import Schemas
from sdkgen.lower.schemas.type_operations import ANY
from sdkgen.support.json_pointer import Json
from sdkgen.support.media_types import (
    choose_sample,
    is_json,
    is_range,
    is_text,
    sort_by_usage,
)

__all__ = ["BYTES", "CHOOSING", "by_schema", "payload_type", "selector"]

BYTES = Scalar(kind=Kind.BYTES)


CHOOSING = ("Accept", "Content-Type")
"""Headers that are arguments only where they choose one of several media types."""


def payload_type(schemas: Schemas, media: Json, media_type: str, site: str) -> Type:
    """The type of a whole body: what its media type does not say, its schema does."""
    schema = media.get("schema") if isinstance(media, dict) else None
    if is_json(media_type):
        return ANY if schema is None else schemas.lower_schema(schema, f"{site}/schema")
    return Scalar(kind=Kind.STRING) if is_text(media_type) else BYTES


def by_schema(content: dict[str, Json], names: list[str]) -> list[list[str]]:
    """Media types of one schema together, the plainest ones first."""
    groups: list[tuple[Json, list[str]]] = []
    for name in sort_by_usage(names):
        media = content[name]
        schema = media.get("schema") if isinstance(media, dict) else None
        for known, group in groups:
            if known == schema:
                group.append(name)
                break
        else:
            groups.append((schema, [name]))
    return [group for _, group in groups]


def selector(wire: str, names: list[str], said: str, *, required: bool) -> ir.Param:
    """The header that says which media type it is; a range leaves that open."""
    known = tuple(Text(name) for name in names if not is_range(name))
    free = len(known) < len(names)
    return ir.Param(
        name="",
        wire=Text(wire),
        location=Location.HEADER,
        type=(
            ir.LiteralOf(values=known, open=free) if known else Scalar(kind=Kind.STRING)
        ),
        required=required,
        style=Style.SIMPLE,
        explode=False,
        example=choose_sample(names[0]),
        doc=ir.Doc(description=Text(said)),
    )
