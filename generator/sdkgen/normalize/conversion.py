"""A document on its way into the one dialect: what each change of it works with."""

from __future__ import annotations

from collections.abc import Callable

from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.openapi.references import follow
from sdkgen.openapi.versions import series
from sdkgen.read.document import Document
from sdkgen.support.json_pointer import Json, pointer_join

from .nullable import Moves

__all__ = ["Change", "Conversion", "Object"]

Object = dict[str, Json]


class Conversion:
    """A document whose tree is changed in place, and what became of its parts."""

    def __init__(self, document: Document, diagnostics: Diagnostics) -> None:
        self.document = document
        self.marks = document.marks
        self.diagnostics = diagnostics
        self.series = series(document.root)
        self.moves = Moves()
        self.reported: set[str] = set()
        """Unknown dialects of JSON Schema that were warned of."""

    def warn(
        self, code: str, message: str, pointer: str, node: Object, key: str, hint: str
    ) -> None:
        """Add a warning at a key of an object; what stood around it may have moved."""
        entry = self.marks.entry(node, key)
        place = (
            self.document.place(pointer)
            if entry is None
            else self.document.read.sources.place(entry[0])
        )
        at = pointer_join(pointer, key)
        self.diagnostics.add(code, message, place, hint=hint, pointer=at)

    def resolve_schema(self, schema: Json) -> Json:
        """What a schema is behind its references; None if they lead to nothing."""
        return follow(self.document.root, schema)[0]


Change = Callable[[Conversion, Object, str, str], None]
"""Changes an object of a kind (``object_kinds``), which stood at a JSON pointer."""
