"""Parameter Objects → parameters of the IR."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qsl

from sdkgen import ir
from sdkgen.diagnostics.coverage import Ledger, Part
from sdkgen.ir import Location, Style, Text
from sdkgen.lower.schemas.schemas import Schemas
from sdkgen.lower.schemas.type_operations import ANY, merge_docs
from sdkgen.openapi.http_syntax import TOKEN
from sdkgen.support.absent import ABSENT
from sdkgen.support.json_pointer import Json, escape

from .accessors import Accessors

# Headers that other parts of the document decide (OpenAPI 3.1, Parameter Object).
_DECIDED = {"accept", "content-type", "authorization"}
# Headers that tell how the body travels (RFC 9112, 6): whoever sends it knows.
_FRAMING = {"content-length", "transfer-encoding"}

_FORM = "application/x-www-form-urlencoded"

_DEFAULT_STYLE = {
    Location.PATH: Style.SIMPLE,
    Location.QUERY: Style.FORM,
    Location.HEADER: Style.SIMPLE,
    Location.COOKIE: Style.FORM,
}


class Parameters:
    """Lowers the parameters of operations; ``globals`` are those that are options."""

    def __init__(self, read: Accessors, schemas: Schemas, ledger: Ledger) -> None:
        self._read = read
        self._schemas = schemas
        self._ledger = ledger
        self._done: dict[str, ir.Param] = {}
        self.globals: dict[str, ir.Param] = {}

    def lower_all(
        self,
        path: str,
        item: Json,
        operation: Json,
        pointer: str,
        global_names: set[str],
    ) -> tuple[list[ir.Param], tuple[str, ...]]:
        """The parameters of an operation, path ones as the path has them first.

        Those of the operation replace those of its path item (OpenAPI 3.1, Operation
        Object). The second value names the global parameters among them.
        """
        order = re.findall(r"\{([^{}]*)\}", path)
        fixed = dict(parse_qsl(path.partition("?")[2], keep_blank_values=True))
        found: dict[tuple[str, str], ir.Param] = {}
        around = f"/paths/{escape(path)}"
        for node, base in ((item, around), (operation, pointer)):
            for index, entry in enumerate(self._read.get_array(node, "parameters")):
                site = f"{base}/parameters/{index}"
                raw, where = self._read.follow(entry, site)
                param = self._lower_param(raw, where)
                if fields := self._lower_form_fields(raw, where):
                    self._ledger.generated(Part.PARAMETER, site)
                    found.update(((each.location, each.wire), each) for each in fields)
                elif param is None:
                    self._count_left_out(raw, site)
                elif param.location is Location.PATH and param.wire not in order:
                    reason = "the path has no place for it"
                    self._ledger.skipped(Part.PARAMETER, site, reason)
                elif param.location is Location.QUERY and param.wire in fixed:
                    self._ledger.generated(Part.PARAMETER, site)  # by the path
                    variable = re.fullmatch(r"\{([^{}]*)\}", fixed[param.wire])
                    if variable is not None:
                        found[Location.PATH, variable[1]] = replace(
                            param,
                            wire=Text(variable[1]),
                            location=Location.PATH,
                            style=Style.SIMPLE,
                            explode=False,
                            required=True,
                        )
                else:
                    self._ledger.generated(Part.PARAMETER, site)
                    found[param.location, param.wire] = param
        options: list[str] = []
        own: list[ir.Param] = []
        for param in found.values():
            if param.wire in global_names and param.location is not Location.PATH:
                self.globals.setdefault(param.wire, param)
                options.append(str(param.wire))
            else:
                own.append(param)
        own.extend(self._add_undeclared(path, own, pointer))
        own.sort(
            key=lambda p: (
                order.index(p.wire)
                if p.location is Location.PATH and p.wire in order
                else len(order)
            )
        )
        return own, tuple(options)

    def _add_undeclared(
        self, path: str, declared: list[ir.Param], pointer: str
    ) -> list[ir.Param]:
        """A variable of the path without a parameter is text."""
        known = {str(p.wire) for p in declared if p.location is Location.PATH}
        names = dict.fromkeys(re.findall(r"\{([^{}]*)\}", path))
        missing = [name for name in names if name not in known]
        for name in missing:
            self._ledger.degraded(
                Part.PARAMETER,
                f"{pointer}/parameters/path/{escape(name)}",
                "the path has it and no parameter declares it: taken as text",
            )
        return [
            ir.Param(
                name="",
                wire=Text(name),
                location=Location.PATH,
                type=ir.Scalar(kind=ir.Kind.STRING),
                required=True,
                style=Style.SIMPLE,
                explode=False,
                example="1",
            )
            for name in missing
        ]

    def _count_left_out(self, node: Json, site: str) -> None:
        """Count what cannot be sent; a header that the client decides is no loss."""
        if self._read.get_string(node, "in") not in _DEFAULT_STYLE:
            self._ledger.skipped(
                Part.PARAMETER, site, "'in' is none that OpenAPI knows"
            )
        elif not self._read.get_string(node, "name"):
            self._ledger.skipped(Part.PARAMETER, site, "it has no name")
        elif not TOKEN.fullmatch(self._read.get_string(node, "name")):
            self._ledger.skipped(
                Part.PARAMETER, site, "no header or cookie has such a name"
            )

    def _lower_param(self, node: Json, pointer: str) -> ir.Param | None:
        if pointer in self._done:
            return self._done[pointer]
        wire = self._read.get_string(node, "name")
        where = self._read.get_string(node, "in")
        if not wire or where not in _DEFAULT_STYLE or not isinstance(node, dict):
            return None
        location = Location(where)
        if location is Location.HEADER and wire.lower() in _DECIDED | _FRAMING:
            return None
        bare = (
            location is Location.HEADER
            or self._choose_style(node, location) is Style.COOKIE
        )
        if bare and not TOKEN.fullmatch(wire):
            return None
        param = self.lower(node, pointer, wire, location)
        self._done[pointer] = param
        return param

    def _lower_form_fields(self, node: Json, pointer: str) -> list[ir.Param]:
        """A whole query string that is a form (OpenAPI 3.2): arguments for its fields."""
        if self._read.get_string(node, "in") != "querystring":
            return []
        content = self._read.get_object(node, "content")
        media = self._read.get_object(content, _FORM)
        at = f"{pointer}/content/{escape(_FORM)}"
        schema, where = self._read.follow(media.get("schema"), f"{at}/schema")
        required = self._read.get_array(schema, "required")
        examples = self._read.get_object(media, "example")
        found: list[ir.Param] = []
        for name, each in self._read.get_object(schema, "properties").items():
            field: dict[str, Json] = {"schema": each, "required": name in required}
            if name in examples:
                field["example"] = examples[name]
            site = f"{where}/properties/{escape(name)}"
            found.append(self.lower(field, pointer, name, Location.QUERY, site))
        return found

    def lower(
        self,
        node: dict[str, Json],
        pointer: str,
        wire: str,
        location: Location,
        schema_at: str = "",
    ) -> ir.Param:
        """A Parameter or Header Object."""
        schema, site, media_type = self._find_schema(node, pointer)
        site = schema_at or site
        type_ = ANY if schema is None else self._schemas.lower_schema(schema, site)
        if isinstance(type_, ir.LiteralOf):
            # One value is a tag in a response; in a request it is one the API has so far.
            type_ = ir.LiteralOf(values=type_.values, open=True)
        resolved, _ = self._read.follow(schema, site)
        style = self._choose_style(node, location)
        explode = node.get("explode")
        doc = self._read.read_doc(node)
        if not doc.description and schema is not None:
            doc = merge_docs(((schema, site),), wire)
        default = (
            resolved.get("default", ABSENT) if isinstance(resolved, dict) else ABSENT
        )
        if isinstance(schema, dict):
            default = schema.get("default", default)
        required = location is Location.PATH or node.get("required") is True
        only = self._schemas.resolve_alias(type_)
        fixed = required and isinstance(only, ir.LiteralOf) and len(only.values) == 1
        if fixed and isinstance(only, ir.LiteralOf):
            default = only.values[0]
        return ir.Param(
            name="",
            wire=Text(wire),
            location=location,
            type=type_,
            required=required and not fixed,
            fixed=fixed,
            style=style,
            explode=explode if isinstance(explode, bool) else style.explodes,
            reserved=location is Location.QUERY
            and style is not Style.WHOLE
            and node.get("allowReserved") is True,
            default=default,
            media_type=Text(media_type),
            example=node.get("example", ABSENT),
            doc=doc,
            deprecated=node.get("deprecated") is True,
        )

    def _find_schema(
        self, node: dict[str, Json], pointer: str
    ) -> tuple[Json, str, str]:
        content = self._read.get_object(node, "content")
        for media_type, media in content.items():
            site = f"{pointer}/content/{escape(media_type)}/schema"
            schema = media.get("schema") if isinstance(media, dict) else None
            return schema, site, media_type
        return node.get("schema"), f"{pointer}/schema", ""

    def _choose_style(self, node: dict[str, Json], location: Location) -> Style:
        if node.get("x-sdk-style") in (Style.BRACKETS, Style.WHOLE):
            return Style(self._read.get_string(node, "x-sdk-style"))
        stated = self._read.get_string(node, "style")
        known = {str(style) for style in Style}
        if stated in known and (stated != Style.COOKIE or location is Location.COOKIE):
            return Style(stated)
        return _DEFAULT_STYLE.get(location, Style.SIMPLE)
