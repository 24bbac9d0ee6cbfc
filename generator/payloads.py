"""Request bodies and responses → the IR."""

from __future__ import annotations

from . import ir
from .algebra import ANY, NULL, documentation
from .diagnostics import Diagnostics
from .document import escape
from .ir import ABSENT, Json, Kind, Location, Scalar, Style, Text, Type
from .ledger import Ledger, Part
from .merge import Flat, flatten
from .reader import Reader
from .schemas import Schemas

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
EVENTS = "text/event-stream"


def essence(media_type: str) -> str:
    """A media type without its parameters, in lower case (RFC 9110, 8.3.1)."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether a media type is JSON (RFC 8259, or RFC 6839 with ``+json``)."""
    name = essence(media_type)
    return name in ("application/json", "text/json", "*/*") or name.endswith("+json")


def is_form(media_type: str) -> bool:
    """Whether a media type is that of a form."""
    return essence(media_type) in FORMS


def is_text(media_type: str) -> bool:
    """Whether a media type is read as text."""
    name = essence(media_type)
    return name.startswith("text/") or name.endswith(("/xml", "+xml"))


class Payloads:
    """Lowers what travels in the body, either way."""

    def __init__(
        self,
        read: Reader,
        schemas: Schemas,
        diagnostics: Diagnostics,
        ledger: Ledger,
    ) -> None:
        self._read = read
        self._schemas = schemas
        self._diagnostics = diagnostics
        self._ledger = ledger

    # ---------------------------------------------------------------- requests

    def request(
        self, operation: dict[str, Json], pointer: str
    ) -> tuple[ir.Body | None, str, list[ir.Param]]:
        """The body as one argument, or the media type and the fields of a form."""
        node, where = self._read.follow(
            operation.get("requestBody"), f"{pointer}/requestBody"
        )
        content = self._read.mapping(node, "content")
        if not content or not isinstance(node, dict):
            return None, "", []
        chosen = self._choose(list(content))
        self._note_others(content, chosen, where, "is not offered")
        site = f"{where}/content/{escape(chosen)}"
        media = content[chosen]
        if essence(chosen) in FORMS:
            flat = self._form(media, site)
            if flat is not None:
                fields = [
                    self._form_field(wire, flat, media, essence(chosen))
                    for wire in flat.properties
                ]
                return None, essence(chosen), fields
        name = self._read.text(operation, "x-sdk-body-name")
        type_ = self._payload(media, chosen, site)
        example = media.get("example", ABSENT) if isinstance(media, dict) else ABSENT
        body = ir.Body(
            name=name or "body",
            media=(ir.Media(media_type=Text(chosen), type=type_, example=example),),
            required=node.get("required") is True,
            doc=self._read.doc(node),
        )
        return body, "", []

    @staticmethod
    def _choose(media_types: list[str]) -> str:
        """JSON where there is some, else a form, else the first."""
        for wanted in (is_json, is_form):
            for media_type in media_types:
                if wanted(media_type):
                    return media_type
        return media_types[0]

    def _note_others(
        self, content: dict[str, Json], chosen: str, where: str, why: str
    ) -> None:
        for media_type in content:
            pointer = f"{where}/content/{escape(media_type)}"
            if media_type == chosen:
                self._ledger.generated(Part.MEDIA_TYPE, pointer)
            else:
                reason = f"{why}: {chosen} is"
                self._ledger.degraded(Part.MEDIA_TYPE, pointer, reason)

    def _form(self, media: Json, site: str) -> Flat | None:
        schema = media.get("schema") if isinstance(media, dict) else None
        flat = flatten(
            ((schema, f"{site}/schema"),), self._schemas.follow, lambda _: None
        )
        return flat if flat.properties else None

    def _form_field(self, wire: str, flat: Flat, media: Json, form: str) -> ir.Param:
        parts = tuple(flat.properties[wire])
        type_ = self._schemas.lower(parts)
        self._schemas.settle()
        encoding = self._read.mapping(self._read.mapping(media, "encoding"), wire)
        style = self._read.text(encoding, "style")
        explode = encoding.get("explode")
        styled = bool(style) or isinstance(explode, bool)
        known = Style(style) if style in set(map(str, Style)) else Style.FORM
        # OpenAPI 3.1, Encoding Object: what a style is stated for has no media type.
        media_type = "" if styled else self._read.text(encoding, "contentType")
        if not media_type and not styled and form == FORMS[0]:
            media_type = _part_type(type_)
        example = self._read.mapping(media, "example").get(wire, ABSENT)
        schema = parts[0][0]
        default = schema.get("default", ABSENT) if isinstance(schema, dict) else ABSENT
        return ir.Param(
            name="",
            wire=Text(wire),
            location=Location.FORM,
            type=type_,
            required=wire in flat.required,
            style=known,
            explode=explode if isinstance(explode, bool) else known is Style.FORM,
            default=default,
            media_type=Text(media_type),
            example=example,
            doc=documentation(parts),
        )

    # --------------------------------------------------------------- responses

    def responses(
        self, operation: dict[str, Json], pointer: str
    ) -> tuple[tuple[ir.Response, ...], ir.Stream | None]:
        """The responses by status, and the stream if a successful one is."""
        made: list[ir.Response] = []
        stream: ir.Stream | None = None
        for status, entry in self._read.mapping(operation, "responses").items():
            if status.startswith("x-"):
                continue
            site = f"{pointer}/responses/{escape(status)}"
            node, where = self._read.follow(entry, site)
            self._ledger.generated(Part.RESPONSE, site)
            content = self._read.mapping(node, "content")
            events = [name for name in content if essence(name) == EVENTS]
            if events and status.startswith("2"):
                name = events[0]
                stream = self._stream(content[name], name, where)
                self._note_others(content, name, where, "is not asked for")
                made.append(self._response(status, node, None, name))
                continue
            if not content:
                made.append(self._response(status, node, None, ""))
                continue
            chosen = self._choose(list(content))
            self._note_others(content, chosen, where, "is not asked for")
            media = content[chosen]
            type_ = self._payload(media, chosen, f"{where}/content/{escape(chosen)}")
            made.append(self._response(status, node, type_, chosen, media))
        return tuple(made), stream

    def _response(
        self,
        status: str,
        node: Json,
        type_: Type | None,
        media_type: str,
        media: Json = None,
    ) -> ir.Response:
        example = media.get("example", ABSENT) if isinstance(media, dict) else ABSENT
        return ir.Response(
            status=Text(status),
            type=type_,
            media_type=Text(media_type),
            example=example,
            doc=self._read.doc(node),
        )

    def _stream(self, media: Json, name: str, where: str) -> ir.Stream:
        """Typed events (``x-sdk-events``), or one type for all of them."""
        site = f"{where}/content/{escape(name)}"
        events = [
            (
                Text(event),
                self._schemas.type_at(schema, f"{site}/x-sdk-events/{escape(event)}"),
            )
            for event, schema in self._read.mapping(media, "x-sdk-events").items()
        ]
        return ir.Stream(media_type=Text(essence(name)), events=tuple(events))

    def _payload(self, media: Json, media_type: str, site: str) -> Type:
        schema = media.get("schema") if isinstance(media, dict) else None
        if is_json(media_type):
            return (
                ANY
                if schema is None
                else self._schemas.type_at(schema, f"{site}/schema")
            )
        if is_text(media_type):
            return Scalar(kind=Kind.STRING)
        return Scalar(kind=Kind.BYTES)


def _part_type(type_: Type) -> str:
    """The media type of a part that does not say (OpenAPI 3.1, Encoding Object)."""
    match type_:
        case Scalar(kind=Kind.BYTES):
            return "application/octet-stream"
        case Scalar() | ir.LiteralOf():
            return "text/plain"
        case ir.ListOf(item=Scalar() | ir.LiteralOf() as item):
            return _part_type(item)  # one part for each
        case ir.UnionOf(options=options):
            said = {_part_type(each) for each in options if each != NULL}
            return said.pop() if len(said) == 1 else "application/json"
        case _:
            return "application/json"
