"""Properties of an object schema to the fields of a draft."""

from __future__ import annotations

from collections.abc import Callable

from sdkgen import ir
from sdkgen.ir import Access, Doc, Type
from sdkgen.support.absent import ABSENT, Absent
from sdkgen.support.json_pointer import Json, escape

from .all_of import Flat, Parts
from .draft import PendingField
from .references import References, is_scalar
from .type_operations import merge_docs

__all__ = ["Fields"]


class Fields:
    """Makes the fields of objects; what lowers their types is given."""

    def __init__(
        self, pointers: References, lower_inside: Callable[[Parts, str], Type]
    ) -> None:
        """Use the lowering of one document.

        Args:
            pointers: Follows references of the document.
            lower_inside: The type of what several schemas say of one place.
        """
        self._pointers = pointers
        self._lower_inside = lower_inside

    def draft_fields(self, flat: Flat, where: str) -> tuple[PendingField, ...]:
        """The fields of an object at a pointer, in the order of the document."""
        # Lowered in the order of their names: no order of a map decides a name.
        made = {
            wire: self._draft_field(wire, flat, f"{where}/properties/{escape(wire)}")
            for wire in sorted(flat.properties)
        }
        return tuple(made[wire] for wire in flat.properties)

    def _draft_field(self, wire: str, flat: Flat, place: str) -> PendingField:
        parts = tuple(flat.properties[wire])
        default: Json | Absent = ABSENT
        read_only = write_only = False
        for schema in self._pointers.iter_stated(parts[::-1]):
            default = schema.get("default", ABSENT) if default is ABSENT else default
            read_only = read_only or schema.get("readOnly") is True
            write_only = write_only or schema.get("writeOnly") is True
        access = Access.READ_WRITE
        if read_only != write_only:
            access = Access.READ_ONLY if read_only else Access.WRITE_ONLY
        return PendingField(
            wire=wire,
            type=self._lower_inside(parts, place),
            required=wire in flat.required,
            default=default,
            access=access,
            doc=self._document_field(parts),
            deprecated=any(
                isinstance(schema, dict) and schema.get("deprecated") is True
                for schema, _ in parts
            ),
        )

    def _document_field(self, parts: Parts) -> Doc:
        """What the field says of itself, or what the scalar says that it refers to."""
        doc = merge_docs(parts)
        schema = parts[0][0]
        if doc == ir.NO_DOC and isinstance(schema, dict) and "$ref" in schema:
            target = self._pointers.resolve_ref(schema["$ref"])
            if target is not None and is_scalar(target[0]):
                return merge_docs((target,))
        return doc
