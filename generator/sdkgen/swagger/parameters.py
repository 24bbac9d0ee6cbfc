"""Parameters and headers of Swagger 2.0: their schemas, and how lists are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sdkgen.diagnostics.coverage import Ledger, Part
from sdkgen.support.json_pointer import Json

from .copying import Object, Tools

__all__ = ["Field", "Parameters"]

_KEYWORDS: Final = (
    *("type", "format", "items", "default", "enum", "pattern", "multipleOf"),
    *("maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"),
    *("maxLength", "minLength", "maxItems", "minItems", "uniqueItems"),
    *("nullable", "x-nullable", "x-sdk-time"),
    # Against the specification, and yet there: `type: object` in a query.
    *("properties", "additionalProperties", "allOf", "anyOf", "oneOf"),
)
_NOT_OF_A_FIELD: Final = ("name", "in", "required", "allowEmptyValue")

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
    "ssv": "spaces",
    "tsv": "tabs",
    "pipes": "vertical bars",
}


@dataclass(slots=True)
class Field:
    """A parameter that is (of) a body: a copy of it, and where it is listed."""

    node: Object
    pointer: str

    @property
    def is_body(self) -> bool:
        return self.node.get("in") == "body"

    @property
    def name(self) -> str:
        return str(self.node.get("name", ""))


class Parameters:
    """Lowers parameters and headers where they stand.

    ``now`` tells where that will stand which the document has at a pointer.
    """

    def __init__(self, tools: Tools, ledger: Ledger, now: Callable[[str], str]) -> None:
        self.tools = tools
        self.ledger = ledger
        self.now = now

    def is_body_part(self, entry: Json) -> bool:
        """Whether a parameter, or what it refers to, is sent in the body."""
        found = self.tools.follow(entry)
        return isinstance(found, dict) and found.get("in") in ("body", "formData")

    def lower(self, node: Object, pointer: str, where: str = "") -> None:
        """Give a parameter or a header its schema, style and explode."""
        if "$ref" in node:
            return
        style = self._choose_style(node, pointer, where or str(node.get("in")))
        schema = self.tools.take_keys(node, _KEYWORDS)
        stated = node.get("schema")
        if isinstance(stated, dict):
            # Against the specification, and yet there: what is beside it says more.
            schema = self.tools.make_object({**schema, **stated}, stated)
        if schema:
            self.tools.put(node, "schema", schema, "type")
        if style is not None:
            self.tools.put(node, "style", style[0], "collectionFormat")
            self.tools.put(node, "explode", style[1], "collectionFormat")

    def make_form(self, fields: list[Field]) -> tuple[Object, Object]:
        """The schema of a form, and the encoding of its lists."""
        properties: Object = {}
        encoding: Object = {}
        named = {each.name: each for each in fields}
        for field in fields:
            if not field.name:
                message = "a parameter has no name; it is skipped"
                self.tools.warn("W710", message, field.pointer, fix="remove-parameter")
                continue
            if field is not named[field.name]:
                same = field.node == named[field.name].node
                message = f"formData parameter {field.name!r} is declared twice"
                self.tools.warn("W714" if same else "E303", message, field.pointer)
            node = self.tools.make_object(field.node, field.node)
            style = self._choose_style(node, field.pointer, "formData")
            for key in _NOT_OF_A_FIELD:
                node.pop(key, None)
            properties[field.name] = node
            if style is not None:
                encoding[field.name] = {"style": style[0], "explode": style[1]}
        schema: Object = {"type": "object", "properties": properties}
        required = [each.name for each in fields if each.node.get("required") is True]
        if required:
            schema["required"] = [*required]
        return schema, encoding

    # ---------------------------------------------------------------- collections

    def _choose_style(
        self, node: Object, pointer: str, where: str
    ) -> tuple[str, bool] | None:
        """How a list is written; one that cannot be becomes the text that it would be."""
        stated = node.pop("collectionFormat", None)
        if node.get("type") != "array" or where not in _STYLES:
            return None
        known = _STYLES[where]
        name = str(stated or "csv")
        if name not in known and name not in _SEPARATORS:
            message = (
                f"collectionFormat {name!r} is not allowed for a {where} "
                f"parameter; treated as csv"
            )
            at = f"{pointer}/collectionFormat"
            self.tools.warn("W710", message, at, fix="remove")
            name = "csv"
        if name not in known:
            self._make_string(node, pointer, name)
            return None
        items = node.get("items")
        if isinstance(items, dict):
            inner = self.tools.make_object(items, items)
            inside = str(inner.pop("collectionFormat", None) or "csv")
            if inner.get("type") == "array":
                self._make_string(inner, pointer, inside)
            self.tools.put(node, "items", inner, "items")
        return known[name]

    def _make_string(self, node: Object, pointer: str, name: str) -> None:
        for key in _KEYWORDS:
            node.pop(key, None)
        node["type"] = "string"
        by = _SEPARATORS.get(name, name)
        message = f"an array with {by} between its items is typed as a string here"
        self.tools.warn("U606", message, pointer, f"pass the items joined by {by}")
        self.ledger.degraded(Part.PARAMETER, self.now(pointer), message)
