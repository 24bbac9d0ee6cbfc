"""Bodies of Swagger 2.0: what is sent and what comes back, by media type."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from sdkgen.support.json_pointer import Json, escape, pointer_join
from sdkgen.support.media_types import FORMS, get_essence

from .copying import Object, Tools, list_objects
from .parameters import Field, Parameters

__all__ = ["Bodies"]

_JSON: Final = "application/json"
_BYTES: Final = "application/octet-stream"
_MULTIPART, _URLENCODED = FORMS
_KEPT: Final = ("description", "required")


class Bodies:
    """Lowers bodies, forms and responses.

    ``moved`` gets each JSON pointer of the document as it is written and what it has
    become; ``now`` applies it.
    """

    def __init__(
        self,
        tools: Tools,
        parameters: Parameters,
        moved: dict[str, str],
        now: Callable[[str], str],
    ) -> None:
        self.tools = tools
        self.marks = tools.marks
        self.parameters = parameters
        self.moved = moved
        self.now = now

    def add_body(
        self, node: Object, pointer: str, body: Field, consumes: list[str]
    ) -> None:
        """Make the requestBody of an operation from its body parameter."""
        given = body.node
        told = {k: v for k, v in given.items() if k in _KEPT or k.startswith("x-")}
        made = self.tools.make_object(told, given)
        content = self._make_content(
            given.get("schema", {}), consumes or [_JSON], given
        )
        first = escape(next(iter(content)))
        old, new = f"{body.pointer}/schema", f"{pointer}/requestBody/content/{first}"
        self.moved[old] = f"{new}/schema"
        made["content"] = content
        name = body.name
        if name.isidentifier() and name.islower() and name.isascii():
            node.setdefault("x-sdk-body-name", name)
        self.tools.put(node, "requestBody", made, "parameters")

    def add_form(
        self,
        node: Object,
        pointer: str,
        fields: list[Field],
        consumes: list[str],
        *,
        own: bool,
    ) -> None:
        """Make the requestBody of an operation from the fields of its form.

        ``own`` says that ``consumes`` are those of the operation: what the document
        says for all is seldom meant of forms.
        """
        types = [each for each in consumes if _is_form(each)]
        if any(each.node.get("type") == "file" for each in fields):
            if own and _MULTIPART not in map(get_essence, types):
                message = (
                    "a file is sent as multipart/form-data, whatever 'consumes' says"
                )
                self.tools.warn("W710", message, f"{pointer}/consumes", fix="by-hand")
            types = [each for each in types if get_essence(each) == _MULTIPART]
            types = types or [_MULTIPART]
        elif own and not types:
            message = f"a form is sent as {_URLENCODED}, whatever 'consumes' says"
            self.tools.warn("W710", message, f"{pointer}/consumes")
        schema, encoding = self.parameters.make_form(fields)
        content = self._make_content(schema, types or [_URLENCODED], fields[0].node)
        for media in content.values():
            if encoding and isinstance(media, dict):
                media["encoding"] = self.marks.copy(encoding)
        made: Object = {"content": content}
        if any(each.node.get("required") is True for each in fields):
            made["required"] = True
        self.tools.put(node, "requestBody", made, "parameters")

    # ---------------------------------------------------------------- responses

    def convert_response(
        self, node: Object, pointer: str, produces: list[str], *, own: bool
    ) -> None:
        """Make the content and the headers of a response; ``own`` as for a form."""
        for name, header in list_objects(node.get("headers")):
            self.parameters.lower(
                header, pointer_join(pointer, "headers", name), "header"
            )
        examples = node.pop("examples", None)
        by_type: Object = examples if isinstance(examples, dict) else {}
        if "schema" not in node and not by_type:
            return
        schema = node.pop("schema", {})
        types = produces or [name for name in by_type if "/" in name] or [_JSON]
        if isinstance(schema, dict) and schema.get("type") == "file":
            if own and any(map(_is_json, types)):
                message = "a file is read as bytes, not as JSON"
                self.tools.warn("W710", message, f"{pointer}/schema", fix="by-hand")
            types = [each for each in types if not _is_json(each)] or [_BYTES]
        content = self._make_content(schema, types, node)
        first = escape(next(iter(content)))
        self.moved[f"{pointer}/schema"] = f"{self.now(pointer)}/content/{first}/schema"
        for name, example in by_type.items():
            media = content.get(name)
            if isinstance(media, dict):
                self.tools.put(media, "example", example)
                entry = self.marks.entry(by_type, name)
                if entry is not None:
                    self.marks.set_entry(media, "example", entry)
            elif not name.startswith("x-"):
                message = f"an example of {name!r}, which is not produced, is left out"
                at = pointer_join(pointer, "examples", name)
                self.tools.warn("W710", message, at, "name a media type of 'produces'")
        self.tools.put(node, "content", content, "schema")

    def _make_content(self, schema: Json, types: Iterable[str], like: Object) -> Object:
        """The same schema for each of some media types, at the place of ``like``."""
        content = self.tools.make_object({}, like)
        for number, name in enumerate(dict.fromkeys(types)):
            each = self.marks.copy(schema) if number else schema
            media = self.tools.make_object({"schema": each}, like)
            self.tools.put(content, name, media, "schema")
        return content

    def inline_ref(self, node: Object) -> None:
        """Put what a reference to a response leads to in its place."""
        copied = self.tools.copy_object(node)
        if copied:
            node.clear()
            node.update(copied)
            self.marks.adopt(node, copied)


def _is_form(media_type: str) -> bool:
    return get_essence(media_type) in FORMS


def _is_json(media_type: str) -> bool:
    name = get_essence(media_type)
    return name in (_JSON, "text/json", "*/*") or name.endswith("+json")
