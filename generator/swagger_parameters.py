"""Parameters and headers of Swagger 2.0: their schemas, and how lists are written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .diagnostics import Diagnostics
from .document import Document, Json, resolve
from .ledger import Ledger, Part
from .located import Marks
from .references import fragment_of

__all__ = ["Field", "Parameters", "take"]

Object = dict[str, Json]

_KEYWORDS: Final = (
    *("type", "format", "items", "default", "enum", "pattern", "multipleOf"),
    *("maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"),
    *("maxLength", "minLength", "maxItems", "minItems", "uniqueItems"),
    *("nullable", "x-nullable", "x-sdk-time"),
)
_NOT_OF_A_FIELD: Final = ("name", "in", "required", "collectionFormat")
_HOPS: Final = 100

_DELIMITED: Final = {
    "csv": ("form", False),
    "ssv": ("spaceDelimited", False),
    "pipes": ("pipeDelimited", False),
    "multi": ("form", True),
}
_SIMPLE: Final = {"csv": ("simple", False)}
_STYLES: Final = {
    "query": _DELIMITED,
    "formData": _DELIMITED,
    "path": _SIMPLE,
    "header": _SIMPLE,
}
"""Where a list is sent, and how Swagger 2.0 calls that → style and explode."""
_SEPARATORS: Final = {
    "csv": "commas",
    "ssv": "blanks",
    "tsv": "tabs",
    "pipes": "vertical bars",
}


@dataclass(slots=True)
class Field:
    """A parameter that is (of) a body: a copy, and where it is listed."""

    node: Object
    pointer: str

    @property
    def is_body(self) -> bool:
        return self.node.get("in") == "body"

    @property
    def name(self) -> str:
        return str(self.node.get("name", ""))


def take(source: Object, keys: tuple[str, ...], marks: Marks) -> Object:
    """Some keys of an object as one of their own, which is at the same place."""
    taken = {key: source.pop(key) for key in list(source) if key in keys}
    marks.adopt(taken, source)
    return taken


class Parameters:
    """Lowers parameters and headers of a document; ``document`` is not changed."""

    def __init__(
        self, document: Document, diagnostics: Diagnostics, ledger: Ledger
    ) -> None:
        self.given = document
        self.marks = document.marks
        self.diagnostics = diagnostics
        self.ledger = ledger

    def followed(self, entry: Json) -> Json:
        """What stands behind references."""
        for _ in range(_HOPS):
            ref = entry.get("$ref") if isinstance(entry, dict) else None
            if not isinstance(ref, str):
                break
            found = resolve(self.given.root, fragment_of(ref[1:]))
            entry = found[0] if found is not None else None
        return entry

    def where(self, entry: Json) -> str:
        """Where a parameter, or what it refers to, is sent."""
        found = self.followed(entry)
        return str(found.get("in")) if isinstance(found, dict) else ""

    def copied(self, entry: Json) -> Object:
        """A parameter, or what it refers to, to be changed."""
        found = self.marks.copy(self.followed(entry))
        return found if isinstance(found, dict) else {}

    def lower(self, node: Object, pointer: str, where: str = "") -> None:
        """Give a parameter or a header its schema, style and explode."""
        if "schema" in node or "$ref" in node:
            return
        where = where or str(node.get("in"))
        style = self._style(node, pointer, where)
        at = self.marks.entry(node, "type")
        schema = take(node, _KEYWORDS, self.marks)
        if not schema:
            return
        node["schema"] = schema
        if at is not None:
            self.marks.set_entry(node, "schema", at)
        if style is not None:
            node["style"], node["explode"] = style

    def form(self, fields: list[Field]) -> tuple[Object, Object]:
        """The schema of a form, and the encoding of its lists."""
        properties: Object = {}
        required: list[Json] = []
        encoding: Object = {}
        for field in fields:
            node = dict(field.node)
            self.marks.adopt(node, field.node)
            style = self._style(node, field.pointer, "formData")
            properties[field.name] = {
                key: value for key, value in node.items() if key not in _NOT_OF_A_FIELD
            }
            self.marks.adopt(properties[field.name], node)  # type: ignore[arg-type]
            if node.get("required") is True:
                required.append(field.name)
            if style is not None:
                encoding[field.name] = {"style": style[0], "explode": style[1]}
        schema: Object = {"type": "object", "properties": properties}
        if required:
            schema["required"] = required
        return schema, encoding

    # ---------------------------------------------------------------- collections

    def _style(self, node: Object, pointer: str, where: str) -> tuple[str, bool] | None:
        """How a list is written; one that cannot be becomes the text that it would be."""
        stated = node.pop("collectionFormat", None)
        if node.get("type") != "array" or where not in _STYLES:
            return None
        known = _STYLES[where]
        name = str(stated or "csv")
        if name not in known and name not in _SEPARATORS:
            message = f"collectionFormat {name!r} is not for a {where} parameter: csv"
            place = self.given.place(f"{pointer}/collectionFormat")
            self.diagnostics.add("W710", message, place, pointer=pointer)
            name = "csv"
        if name not in known:
            self._as_text(node, pointer, name)
            return None
        items = node.get("items")
        if isinstance(items, dict) and items.get("type") == "array":
            inner = dict(items)
            self.marks.adopt(inner, items)
            node["items"] = inner
            self._as_text(inner, pointer, str(inner.get("collectionFormat", "csv")))
        elif isinstance(items, dict):
            items.pop("collectionFormat", None)
        return known[name]

    def _as_text(self, node: Object, pointer: str, name: str) -> None:
        for key in [key for key in node if key in _KEYWORDS]:
            del node[key]
        node.pop("collectionFormat", None)
        node["type"] = "string"
        by = _SEPARATORS.get(name, name)
        message = f"a list with {by} between its items here is typed as the text it is"
        place = self.given.place(pointer)
        hint = f"pass the items joined by {by}"
        self.diagnostics.add("U606", message, place, hint=hint, pointer=pointer)
        self.ledger.degraded(Part.PARAMETER, pointer, message)
