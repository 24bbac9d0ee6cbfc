"""Swagger 2.0, said in the words of OpenAPI 3.0; ``dialect.py`` takes it from there.

=========================================  ===========================================
Swagger 2.0                                OpenAPI 3.0
=========================================  ===========================================
host, basePath, schemes                    servers, https before http
definitions, parameters, responses,        components; references follow
securityDefinitions
consumes with ``in: body``, ``formData``   requestBody, one content a media type
produces with schema, examples             content of the response
keywords of a parameter or a header        its schema
collectionFormat                           style and explode (encoding, in a form)
type: file                                 type: string, format: binary
discriminator: kind                        discriminator: {propertyName: kind}
=========================================  ===========================================

Places in the user's file stay: an object that is moved keeps its own, one that is made
gets those of what it is made from. What OpenAPI 3 cannot say is told, never dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from .diagnostics import Diagnostics
from .document import Document, Json, escape, pointer_join, pointer_split, resolve
from .kinds import root_kind, slots
from .ledger import Ledger
from .references import fragment_of, ref_to
from .swagger_parameters import Field, Parameters, take

__all__ = ["convert"]

Object = dict[str, Json]

_VERBS: Final = ("get", "put", "post", "delete", "options", "head", "patch")
_JSON: Final = "application/json"
_BYTES: Final = "application/octet-stream"
_URLENCODED: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"
_SECTIONS: Final = {
    "definitions": "schemas",
    "parameters": "parameters",
    "responses": "responses",
    "securityDefinitions": "securitySchemes",
}
_FLOWS: Final = {
    "implicit": ("implicit", ("authorizationUrl",)),
    "password": ("password", ("tokenUrl",)),
    "application": ("clientCredentials", ("tokenUrl",)),
    "accessCode": ("authorizationCode", ("authorizationUrl", "tokenUrl")),
}
_NEWER: Final = ("anyOf", "deprecated", "not", "nullable", "oneOf", "writeOnly")
_TAGS: Final = ("x-discriminator-value", "x-ms-discriminator-value")


def convert(document: Document, diagnostics: Diagnostics, ledger: Ledger) -> Document:
    """A bundled document of Swagger 2.0 as one of OpenAPI 3.0; others as they are.

    ``document`` itself is left as it is written: what is told points into it.
    """
    if root_kind(document.root) != "swagger":
        return document
    return _Converter(document, diagnostics, ledger).run()


class _Converter:
    def __init__(
        self, document: Document, diagnostics: Diagnostics, ledger: Ledger
    ) -> None:
        self.given = document
        self.marks = document.marks
        self.diagnostics = diagnostics
        copied = self.marks.copy(document.root)
        assert isinstance(copied, dict)  # as the root is
        self.root: Object = copied
        self.parameters = Parameters(document, diagnostics, ledger)
        self.consumes = _texts(self.root.pop("consumes", None))
        self.produces = _texts(self.root.pop("produces", None))
        self.schemes = _texts(self.root.pop("schemes", None))
        self.moved = {f"/{old}": f"/components/{new}" for old, new in _SECTIONS.items()}

    def run(self) -> Document:
        root = self.root
        root.pop("swagger")
        self._servers()
        self._components()
        for path, item in _mappings(root.get("paths")):
            if not path.startswith("x-"):
                self._path(item, pointer_join("", "paths", path))
        self.root = {"openapi": "3.0.3", **root}
        self.marks.adopt(self.root, self.given.root)
        entry = self.marks.entry(self.root, "swagger")
        if entry is not None:
            self.marks.set_entry(self.root, "openapi", entry)
        made = Document(self.root, Path(self.given.path), self.given.read)
        self._objects(made)
        return made

    def warn(self, code: str, message: str, pointer: str, hint: str = "") -> None:
        """Tell of something at a pointer of the document as it is written."""
        place = self.given.key_place(pointer)
        self.diagnostics.add(code, message, place, hint=hint, pointer=pointer)

    def put(self, holder: Object, key: str, value: Json, like: str = "") -> None:
        """Add a key, at the place of another key of the same object, if it has one."""
        holder[key] = value
        at = self.marks.of(holder)
        entry = self.marks.entry(holder, like) or (at and (at, at))
        if entry:
            self.marks.set_entry(holder, key, entry)

    # -------------------------------------------------------------------- whole

    def _servers(self) -> None:
        """One server a scheme; the first, which is the default, is encrypted if any is."""
        root = self.root
        host, base = root.pop("host", None), root.pop("basePath", None)
        path = base.rstrip("/") if isinstance(base, str) else ""
        if not isinstance(host, str):
            if path:
                self.put(root, "servers", [{"url": path}], "basePath")
            return
        if "://" in host:
            message = "'host' has a scheme: it is taken as it is"
            self.warn("W710", message, "/host", "write 'schemes' and the name alone")
            urls = [host.rstrip("/") + path]
        else:
            # Without schemes it is the one that the document was fetched by.
            schemes = sorted(self.schemes or ["https"], key=_unencrypted)
            urls = [f"{scheme}://{host}{path}" for scheme in schemes]
        self.put(root, "servers", [{"url": url} for url in urls], "host")

    def _components(self) -> None:
        root = self.root
        components: Object = {}
        self.marks.adopt(components, root)
        for old, new in _SECTIONS.items():
            if old in root:
                self.put(components, new, root.pop(old), old)
        for name, each in _mappings(components.get("parameters")):
            # A body belongs to the operations that use it, and to what they consume.
            if self.parameters.where(each) in ("body", "formData"):
                section = components["parameters"]
                assert isinstance(section, dict)  # it has mappings
                del section[name]
            else:
                self.parameters.lower(each, f"/parameters/{escape(name)}")
        for name, each in _mappings(components.get("responses")):
            self._response(each, f"/responses/{escape(name)}", self.produces, own=False)
        for _, each in _mappings(components.get("securitySchemes")):
            self._security_scheme(each)
        if components:
            root["components"] = components

    def _security_scheme(self, scheme: Object) -> None:
        kind = scheme.get("type")
        if kind == "basic":
            scheme["type"] = "http"
            self.put(scheme, "scheme", "basic", "type")
        elif kind == "oauth2":
            stated = scheme.pop("flow", None)
            name, urls = _FLOWS.get(str(stated), (str(stated), ()))
            flow = take(scheme, (*urls, "scopes"), self.marks)
            flow.setdefault("scopes", {})
            self.put(scheme, "flows", {name: flow}, "flow")

    # --------------------------------------------------------------- operations

    def _path(self, item: Object, pointer: str) -> None:
        shared = self._split(item, pointer)
        for verb in _VERBS:
            operation = item.get(verb)
            if isinstance(operation, dict):
                self._operation(operation, f"{pointer}/{verb}", shared)

    def _split(self, holder: Object, pointer: str) -> list[Field]:
        """Lower the parameters of an object, and take out those that are of a body."""
        listed = holder.get("parameters")
        if not isinstance(listed, list):
            return []
        taken: list[Field] = []
        kept: list[Json] = []
        positions = self.marks.items(listed)
        places: list[int] = []
        for index, entry in enumerate(listed):
            at = f"{pointer}/parameters/{index}"
            if self.parameters.where(entry) in ("body", "formData"):
                taken.append(Field(self.parameters.copied(entry), at))
                continue
            if isinstance(entry, dict) and "$ref" not in entry:
                self.parameters.lower(entry, at)
            self.moved[at] = f"{pointer}/parameters/{len(kept)}"
            kept.append(entry)
            places.extend(positions[index : index + 1])
        holder["parameters"] = kept
        self.marks.put_list(kept, self.marks.of(listed) or 1, places)
        if not kept:
            del holder["parameters"]
        return taken

    def _operation(self, node: Object, pointer: str, shared: list[Field]) -> None:
        consumes = _texts(node.pop("consumes", None))
        produces = _texts(node.pop("produces", None))
        self._schemes(_texts(node.pop("schemes", None)), pointer)
        own = self._split(node, pointer)
        bodies = [each for each in own if each.is_body]
        bodies = bodies or [each for each in shared if each.is_body]
        names = {each.name for each in own}
        fields = [
            each
            for each in (*(f for f in shared if f.name not in names), *own)
            if not each.is_body
        ]
        if len(bodies) > 1 or (bodies and fields and own):
            extra = [*bodies[1:], *fields][0]
            message = "an operation has one body parameter, or a form, not both"
            self.warn("E313", message, extra.pointer)
        if bodies:
            self._body(node, pointer, bodies[0], consumes)
        elif fields:
            self._form(node, pointer, fields, consumes)
        for status, each in _mappings(node.get("responses")):
            if status.startswith("x-"):
                continue
            at = pointer_join(pointer, "responses", status)
            if "$ref" in each and produces and produces != self.produces:
                # It has the media types of the operation, not those of the document.
                self._in_place(each)
            if "$ref" not in each:
                types = produces or self.produces
                self._response(each, at, types, own=bool(produces))

    def _schemes(self, stated: list[str], pointer: str) -> None:
        known = self.schemes or ["https"]
        if stated and not set(stated) & set(known):
            message = (
                f"by {' or '.join(stated)} only: called at the document's server all"
                " the same"
            )
            hint = "name these schemes at the top of the document"
            self.warn("U607", message, f"{pointer}/schemes", hint)

    def _body(
        self, node: Object, pointer: str, body: Field, consumes: list[str]
    ) -> None:
        given = body.node
        made = take(given, ("description", "required"), self.marks)
        made.update(_extensions(given))
        schema = given.get("schema", {})
        content = self._content(schema, consumes or self.consumes or [_JSON], given)
        first = escape(next(iter(content)))
        old, new = f"{body.pointer}/schema", f"{pointer}/requestBody/content/{first}"
        self.moved[old] = f"{new}/schema"
        made["content"] = content
        name = body.name
        if name.isidentifier() and name.islower() and name.isascii():
            node.setdefault("x-sdk-body-name", name)
        self.put(node, "requestBody", made, "parameters")

    def _form(
        self, node: Object, pointer: str, fields: list[Field], consumes: list[str]
    ) -> None:
        types = [each for each in consumes or self.consumes if _is_form(each)]
        if any(each.node.get("type") == "file" for each in fields):
            if consumes and _MULTIPART not in map(_essence, types):
                message = "a file is sent as multipart/form-data, whatever is consumed"
                self.warn("W710", message, f"{pointer}/consumes")
            types = [each for each in types if _essence(each) == _MULTIPART]
            types = types or [_MULTIPART]
        elif consumes and not types:
            message = f"a form is sent as {_URLENCODED}, whatever is consumed"
            self.warn("W710", message, f"{pointer}/consumes")
        schema, encoding = self.parameters.form(fields)
        content = self._content(schema, types or [_URLENCODED], fields[0].node)
        for media in content.values():
            if encoding and isinstance(media, dict):
                media["encoding"] = self.marks.copy(encoding)
        made: Object = {"content": content}
        if any(each.node.get("required") is True for each in fields):
            made["required"] = True
        self.put(node, "requestBody", made, "parameters")

    # ---------------------------------------------------------------- responses

    def _response(
        self, node: Object, pointer: str, produces: list[str], *, own: bool
    ) -> None:
        for name, header in _mappings(node.get("headers")):
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
            # What is said for the whole document is seldom meant of files.
            files = [each for each in types if own or not _is_json(each)]
            types = files or [_BYTES]
            if own and any(map(_is_json, types)):
                types = [each for each in types if not _is_json(each)] or [_BYTES]
                message = "a file is read as bytes, not as JSON"
                self.warn("W710", message, f"{pointer}/schema")
        content = self._content(schema, types, node)
        first = escape(next(iter(content)))
        self.moved[f"{pointer}/schema"] = f"{self._now(pointer)}/content/{first}/schema"
        for name, example in by_type.items():
            media = content.get(name)
            if isinstance(media, dict):
                self.put(media, "example", example)
                entry = self.marks.entry(by_type, name)
                if entry is not None:
                    self.marks.set_entry(media, "example", entry)
            elif not name.startswith("x-"):
                message = f"an example of {name!r}, which is not produced, is left out"
                at = pointer_join(pointer, "examples", name)
                self.warn("W710", message, at, "name a media type of 'produces'")
        self.put(node, "content", content, "schema")

    def _content(self, schema: Json, types: Iterable[str], like: Object) -> Object:
        """The same schema for each of some media types, at the place of ``like``."""
        content: Object = {}
        self.marks.adopt(content, like)
        for number, name in enumerate(dict.fromkeys(types)):
            media: Object = {}
            self.marks.adopt(media, like)
            media["schema"] = self.marks.copy(schema) if number else schema
            self.put(content, name, media, "schema")
        return content

    def _in_place(self, node: Object) -> None:
        """Put what a reference to a response leads to in its place."""
        found = self.parameters.followed(node)
        if isinstance(found, dict) and "$ref" not in found:
            copied = self.marks.copy(found)
            assert isinstance(copied, dict)  # as what it is a copy of
            node.clear()
            node.update(copied)
            self.marks.adopt(node, copied)

    # ------------------------------------------------------------------ objects

    def _objects(self, made: Document) -> None:
        """What is left to say of each object, when all stand where they will stay."""
        newer: set[str] = set()
        stack: list[tuple[Json, str, str]] = [(self.root, "openapi", "")]
        while stack:
            value, kind, pointer = stack.pop()
            inner = kind[1:-1] if kind[0] in "{[" else kind
            if isinstance(value, list):
                stack.extend(
                    (each, inner, f"{pointer}/{index}")
                    for index, each in enumerate(value)
                )
            elif isinstance(value, dict) and kind[0] in "{[":
                stack.extend(
                    (each, inner, pointer_join(pointer, key))
                    for key, each in value.items()
                )
            elif isinstance(value, dict):
                if kind == "schema":
                    self._schema(value)
                    for key in _NEWER:
                        if key in value and key not in newer:
                            newer.add(key)
                            self._tell_newer(made, key, pointer_join(pointer, key))
                ref = value.get("$ref")
                if isinstance(ref, str) and ref.startswith("#"):
                    value["$ref"] = ref_to(self._now(fragment_of(ref[1:])))
                stack.extend(
                    (value[key], slot, pointer_join(pointer, key))
                    for key, slot in slots(kind, value)
                )
        self._tags()

    def _schema(self, node: Object) -> None:
        if node.get("type") == "file":
            node["type"] = "string"
            self.put(node, "format", "binary", "type")
        name = node.get("discriminator")
        if isinstance(name, str):
            node["discriminator"] = {"propertyName": name}

    def _tell_newer(self, made: Document, key: str, pointer: str) -> None:
        self.diagnostics.add(
            "W708",
            f"{key!r} is of OpenAPI 3.0; it is read as it is meant, here and elsewhere",
            made.key_place(pointer),
            hint="write `x-nullable`" if key == "nullable" else "",
            pointer=pointer,
        )

    def _tags(self) -> None:
        """Values of discriminators that subtypes state in a vendor's extension."""
        for name, schema in _mappings(_in(self.root, "components", "schemas")):
            value = next((schema[key] for key in _TAGS if key in schema), None)
            parts = schema.get("allOf")
            if not isinstance(value, str):
                continue
            for part in (schema, *(parts if isinstance(parts, list) else ())):
                ref = part.get("$ref") if isinstance(part, dict) else None
                found = (
                    resolve(self.root, fragment_of(ref[1:]))
                    if isinstance(ref, str)
                    else (part,)
                )
                base = found[0] if found else None
                told = base.get("discriminator") if isinstance(base, dict) else None
                if isinstance(told, dict):
                    mapping = told.setdefault("mapping", {})
                    if isinstance(mapping, dict):
                        own = pointer_join("/components/schemas", name)
                        mapping.setdefault(value, ref_to(own))

    def _now(self, pointer: str) -> str:
        """Where that stands which the document as it is written has at a pointer."""
        tokens = pointer_split(pointer)
        for end in range(len(tokens), 0, -1):
            found = self.moved.get(pointer_join("", *tokens[:end]))
            if found is not None:
                return pointer_join(found, *tokens[end:])
        return pointer


def _in(value: Json, *way: str) -> Json:
    for key in way:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _mappings(value: Json) -> list[tuple[str, Object]]:
    """The entries of a map that are mappings; none of what is no map."""
    if not isinstance(value, dict):
        return []
    return [(key, each) for key, each in value.items() if isinstance(each, dict)]


def _texts(value: Json) -> list[str]:
    if not isinstance(value, list):
        return []
    return [each for each in value if isinstance(each, str)]


def _extensions(node: Object) -> Object:
    return {key: value for key, value in node.items() if key.startswith("x-")}


def _unencrypted(scheme: str) -> int:
    return {"https": 0, "http": 1}.get(scheme, 2)


def _essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _is_form(media_type: str) -> bool:
    return _essence(media_type) in (_URLENCODED, _MULTIPART)


def _is_json(media_type: str) -> bool:
    name = _essence(media_type)
    return name in (_JSON, "text/json", "*/*") or name.endswith("+json")
