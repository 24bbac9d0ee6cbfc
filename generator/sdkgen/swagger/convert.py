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

from pathlib import Path
from typing import Final

from sdkgen.diagnostics.coverage import Ledger
from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.openapi.http_methods import METHODS
from sdkgen.openapi.object_kinds import child_slots, root_kind
from sdkgen.openapi.references import fragment_of, ref_to
from sdkgen.openapi.versions import CONVERTED
from sdkgen.read.document import Document
from sdkgen.support.json_pointer import (
    Json,
    escape,
    pointer_join,
    pointer_split,
    resolve,
)

from .bodies import Bodies
from .copying import Object, Tools, list_objects, list_strings
from .parameters import Field, Parameters

__all__ = ["convert"]

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
        self.tools = Tools(document, diagnostics)
        self.root: Object = self.tools.copy_object(document.root)
        self.consumes = list_strings(self.root.pop("consumes", None))
        self.produces = list_strings(self.root.pop("produces", None))
        self.schemes = list_strings(self.root.pop("schemes", None))
        self.moved = {f"/{old}": f"/components/{new}" for old, new in _SECTIONS.items()}
        self.parameters = Parameters(self.tools, ledger, self._current_pointer)
        self.bodies = Bodies(
            self.tools, self.parameters, self.moved, self._current_pointer
        )

    def run(self) -> Document:
        root = self.root
        root.pop("swagger")
        self._convert_servers()
        self._convert_components()
        for path, item in list_objects(root.get("paths")):
            if not path.startswith("x-"):
                self._convert_path(item, pointer_join("", "paths", path))
        self.root = {"openapi": CONVERTED, **root}
        self.marks.adopt(self.root, self.given.root)
        entry = self.marks.entry(self.root, "swagger")
        if entry is not None:
            self.marks.set_entry(self.root, "openapi", entry)
        made = Document(self.root, Path(self.given.path), self.given.read)
        self._finish_objects(made)
        return made

    # -------------------------------------------------------------------- whole

    def _convert_servers(self) -> None:
        """One server a scheme; the first, the default, is encrypted if any is."""
        root = self.root
        host, base = root.pop("host", None), root.pop("basePath", None)
        path = base.rstrip("/") if isinstance(base, str) else ""
        if not isinstance(host, str):
            if path:
                self.tools.put(root, "servers", [{"url": path}], "basePath")
            return
        if "://" in host:
            message = "'host' has a scheme; used as given"
            hint = "write 'schemes' and the name alone"
            self.tools.warn("W710", message, "/host", hint, fix="split-host")
            urls = [host.rstrip("/") + path]
        else:
            # Without schemes it is the one that the document was fetched by.
            schemes = sorted(self.schemes or ["https"], key=_rank_scheme)
            urls = [f"{scheme}://{host}{path}" for scheme in schemes]
        self.tools.put(root, "servers", [{"url": url} for url in urls], "host")

    def _convert_components(self) -> None:
        root = self.root
        components: Object = {}
        self.marks.adopt(components, root)
        for old, new in _SECTIONS.items():
            if old in root:
                self.tools.put(components, new, root.pop(old), old)
        taken: list[str] = []
        for name, each in list_objects(components.get("parameters")):
            # A body belongs to the operations that use it, and to what they consume.
            if self.parameters.is_body_part(each):
                taken.append(name)
            else:
                self.parameters.lower(each, f"/parameters/{escape(name)}")
        self.tools.take_keys(_object_at(components, "parameters"), taken)
        for name, each in list_objects(components.get("responses")):
            at = f"/responses/{escape(name)}"
            self.bodies.convert_response(each, at, self.produces, own=False)
        for _, each in list_objects(components.get("securitySchemes")):
            self._convert_security_scheme(each)
        if components:
            root["components"] = components

    def _convert_security_scheme(self, scheme: Object) -> None:
        kind = scheme.get("type")
        if kind == "basic":
            scheme["type"] = "http"
            self.tools.put(scheme, "scheme", "basic", "type")
        elif kind == "oauth2":
            stated = scheme.pop("flow", None)
            name, urls = _FLOWS.get(str(stated), (str(stated), ()))
            flow = self.tools.take_keys(scheme, (*urls, "scopes"))
            flow.setdefault("scopes", {})
            self.tools.put(scheme, "flows", {name: flow}, "flow")

    # --------------------------------------------------------------- operations

    def _convert_path(self, item: Object, pointer: str) -> None:
        shared = self._split_parameters(item, pointer)
        for verb in METHODS:
            operation = item.get(verb)
            if isinstance(operation, dict):
                self._convert_operation(operation, f"{pointer}/{verb}", shared)

    def _split_parameters(self, holder: Object, pointer: str) -> list[Field]:
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
            if self.parameters.is_body_part(entry):
                taken.append(Field(self.tools.copy_object(entry), at))
                continue
            self.moved[at] = f"{pointer}/parameters/{len(kept)}"
            if isinstance(entry, dict):
                self.parameters.lower(entry, at)
            kept.append(entry)
            places.extend(positions[index : index + 1])
        holder["parameters"] = kept
        self.marks.add_list(kept, self.marks.of(listed) or 1, places)
        if not kept:
            del holder["parameters"]
        return taken

    def _convert_operation(
        self, node: Object, pointer: str, shared: list[Field]
    ) -> None:
        own = self.tools.take_keys(node, ("consumes", "produces", "schemes"))
        # An empty list takes back what the document says.
        consumes = list_strings(own["consumes"]) if "consumes" in own else self.consumes
        produces = list_strings(own["produces"]) if "produces" in own else self.produces
        self._check_schemes(list_strings(own.get("schemes")), pointer)
        fields = self._choose_payload(self._split_parameters(node, pointer), shared)
        if fields and fields[0].is_body:
            self.bodies.add_body(node, pointer, fields[0], consumes)
        elif fields:
            stated = "consumes" in own
            self.bodies.add_form(node, pointer, fields, consumes, own=stated)
        for status, each in list_objects(node.get("responses")):
            if status.startswith("x-"):
                continue
            at = pointer_join(pointer, "responses", status)
            if "$ref" in each and produces != self.produces:
                # It has the media types of the operation, not those of the document.
                self.bodies.inline_ref(each)
            if "$ref" not in each:
                self.bodies.convert_response(each, at, produces, own="produces" in own)

    def _choose_payload(self, own: list[Field], shared: list[Field]) -> list[Field]:
        """One body or the fields of a form; those of the path where not replaced."""
        if any(each.is_body for each in own):
            shared = []
        elif own:
            names = {each.name for each in own}
            shared = [f for f in shared if not f.is_body and f.name not in names]
        found = sorted([*shared, *own], key=lambda each: not each.is_body)
        if len(found) > 1 and found[0].is_body:
            message = "an operation has one body parameter, or a form, not both"
            self.tools.warn("E313", message, found[1].pointer)
        return found

    def _check_schemes(self, stated: list[str], pointer: str) -> None:
        known = self.schemes or ["https"]
        if stated and not set(stated) & set(known):
            message = (
                f" only {' or '.join(stated)}: called at the document's server all"
                " the same"
            )
            hint = "name these schemes at the top of the document"
            self.tools.warn("U607", message, f"{pointer}/schemes", hint)

    # ------------------------------------------------------------------ objects

    def _finish_objects(self, made: Document) -> None:
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
                    self._convert_schema(value)
                    for key in _NEWER:
                        if key in value and key not in newer:
                            newer.add(key)
                            self._report_newer(made, key, pointer_join(pointer, key))
                ref = value.get("$ref")
                if isinstance(ref, str) and ref.startswith("#"):
                    value["$ref"] = ref_to(self._current_pointer(fragment_of(ref[1:])))
                stack.extend(
                    (value[key], slot, pointer_join(pointer, key))
                    for key, slot in child_slots(kind, value)
                )
        self._add_discriminator_values()

    def _convert_schema(self, node: Object) -> None:
        if node.get("type") == "file":
            node["type"] = "string"
            self.tools.put(node, "format", "binary", "type")
        name = node.get("discriminator")
        if isinstance(name, str):
            node["discriminator"] = {"propertyName": name}

    def _report_newer(self, made: Document, key: str, pointer: str) -> None:
        self.diagnostics.add(
            "W708",
            f"{key!r} belongs to OpenAPI 3.0; it is applied as "
            f"intended, here and elsewhere",
            made.key_place(pointer),
            hint="write `x-nullable`" if key == "nullable" else "",
            pointer=pointer,
        )

    def _add_discriminator_values(self) -> None:
        """Values of discriminators that subtypes state in a vendor's extension."""
        for name, schema in list_objects(
            _object_at(_object_at(self.root, "components"), "schemas")
        ):
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

    def _current_pointer(self, pointer: str) -> str:
        """Where that stands which the document as it is written has at a pointer."""
        tokens = pointer_split(pointer)
        for end in range(len(tokens), 0, -1):
            found = self.moved.get(pointer_join("", *tokens[:end]))
            if found is not None:
                return pointer_join(found, *tokens[end:])
        return pointer


def _object_at(holder: Object, key: str) -> Object:
    value = holder.get(key)
    return value if isinstance(value, dict) else {}


def _rank_scheme(scheme: str) -> int:
    return {"https": 0, "http": 1}.get(scheme, 2)
