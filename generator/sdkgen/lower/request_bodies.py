"""Request bodies → the IR: each way in which one may be sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sdkgen import ir
from sdkgen.diagnostics.coverage import Ledger, Part
from sdkgen.ir import Kind, Location, Scalar, Style, Text, Type
from sdkgen.lower.schemas.all_of import Flat, Part as SchemaPart, Parts, flatten
from sdkgen.lower.schemas.schemas import Schemas
from sdkgen.lower.schemas.type_operations import ANY, NULL, merge_docs
from sdkgen.support.absent import ABSENT, Absent
from sdkgen.support.json_pointer import Json, escape
from sdkgen.support.media_types import (
    FORMS,
    drop_synonyms,
    get_essence,
    is_form,
    is_json,
    is_multipart,
    is_range,
    is_text,
    sort_by_usage,
)

from .accessors import Accessors
from .media_choice import BYTES, by_schema, payload_type, selector

_JSON = "application/json"
_STYLES = frozenset(map(str, Style)) - {Style.COOKIE}


class RequestBodies:
    """Lowers what is sent in the body."""

    def __init__(self, read: Accessors, schemas: Schemas, ledger: Ledger) -> None:
        self._read = read
        self._schemas = schemas
        self._ledger = ledger

    def lower_request_body(
        self, operation: dict[str, Json], pointer: str
    ) -> list[ir.Payload]:
        """The ways to send the body, the usual one first.

        JSON is one argument, the fields of a form are arguments of their own, and text
        and bytes are another one. Where that does not tell which media type it is, the
        header ``Content-Type`` is an argument too.
        """
        node, where = self._read.follow(
            operation.get("requestBody"), f"{pointer}/requestBody"
        )
        content = self._read.get_object(node, "content")
        site = f"{where}/content"
        for name in content:
            self._ledger.generated(Part.MEDIA_TYPE, f"{site}/{escape(name)}")
        ways = [
            *self._lower_json(content, site),
            *self._lower_forms(content, site),
            *self._lower_raw(content, site),
        ]
        own = self._read.get_string(operation, "x-sdk-body-name")
        needed = isinstance(node, dict) and node.get("required") is True
        return [
            self._require_media_type(
                way,
                node,
                own if not number else "",
                needed or number > 0 or any(each.required for each in way.params),
            )
            for number, way in enumerate(ways)
        ]

    def _require_media_type(
        self, way: ir.Payload, node: Json, name: str, required: bool
    ) -> ir.Payload:
        """Who says how it is sent, or sends it unusually, has to pass what is sent."""
        if way.body is None:
            return way
        body = replace(
            way.body,
            name=name or way.body.name,
            required=required,
            doc=self._read.read_doc(node),
        )
        return replace(way, body=body)

    def _lower_json(self, content: dict[str, Json], site: str) -> Iterator[ir.Payload]:
        groups = by_schema(content, [n for n in content if self._is_json(content, n)])
        total = sum(len(drop_synonyms(group)) for group in groups)
        for number, group in enumerate(groups):
            names = [_pick_concrete(name) for name in drop_synonyms(group)]
            # Who does not say what JSON it is sends that, where it is among them.
            usual = number == 0 and get_essence(names[0]) in (_JSON, "text/json")
            yield ir.Payload(
                body=self._build_body("body", content, group[0], site, names),
                params=_build_selectors(names, total, required=not usual),
            )

    @staticmethod
    def _is_json(content: dict[str, Json], name: str) -> bool:
        """Whether a body is JSON; anything is, unless its schema says bytes."""
        return is_json(name) and not (name == "*/*" and _is_binary(content[name]))

    def _lower_raw(self, content: dict[str, Json], site: str) -> Iterator[ir.Payload]:
        """Forms of any fields, text, and bytes: all media types that are nothing else."""
        names = [
            name
            for name in content
            if not self._is_json(content, name)
            and not (
                is_form(name)
                and self._flatten_form(content[name], f"{site}/{escape(name)}")
            )
        ]
        forms = _sort_forms(names)
        names = [name for name in names if name not in forms]
        texts = drop_synonyms(name for name in names if is_text(name))
        others = drop_synonyms(name for name in names if not is_text(name))
        total = len(forms) + len(texts) + len(others)
        for group in (forms, texts, others):
            if group:
                asked = max(total, 1 + any(map(is_range, group)))
                yield ir.Payload(
                    body=self._build_body("content", content, group[0], site, group),
                    params=_build_selectors(group, asked, required=True),
                )

    def _build_body(
        self, name: str, content: dict[str, Json], key: str, site: str, sent: list[str]
    ) -> ir.Body:
        media, at = content[key], f"{site}/{escape(key)}"
        type_ = payload_type(self._schemas, media, key, at)
        example = media.get("example", ABSENT) if isinstance(media, dict) else ABSENT
        if is_form(key) and (is_multipart(key) or self._has_fields(media, at)):
            type_ = ir.MapOf(value=ANY)  # of fields that the document does not name
            example = example if isinstance(example, dict) else ABSENT
        return ir.Body(
            name=name,
            media=tuple(
                ir.Media(media_type=Text(each), type=type_, example=example)
                for each in sent
            ),
        )

    def _lower_forms(self, content: dict[str, Json], site: str) -> Iterator[ir.Payload]:
        """Forms with fields, that of files first."""
        found: list[tuple[str, Json, Flat, str]] = []
        for name in _sort_forms(content):
            form, media, at = get_essence(name), content[name], f"{site}/{escape(name)}"
            flat = self._flatten_form(media, at)
            same = [other for known, other, *_ in found if known == form]
            if flat is not None and not same:
                found.append((form, media, flat, f"{at}/schema"))
            elif flat is not None and media not in same:
                self._ledger.degraded(
                    Part.MEDIA_TYPE, at, "of forms of one kind the plainest is sent"
                )
        for number, (form, media, flat, schema) in enumerate(found):
            fields = [
                self._lower_form_field(wire, flat, media, form, schema)
                for wire, parts in flat.properties.items()
                if not any(
                    schema.get("readOnly") is True
                    for schema in self._schemas.pointers.iter_stated(parts)
                )
            ]
            asked = _build_selectors([form], len(found), required=number > 0)
            yield ir.Payload(form=Text(form), params=(*fields, *asked))

    def _flatten_form(self, media: Json, site: str) -> Flat | None:
        flat = self._flatten(media, site)
        if not flat.properties:
            return None
        self._join_options(flat, f"{site}/schema")
        return flat

    def _join_options(self, flat: Flat, where: str) -> None:
        """The fields of all options of a form beside those that they have in common."""
        for _, _, options in flat.unions:
            found: dict[str, list[list[SchemaPart]]] = {}
            demands: list[set[str]] = []
            for option in options:
                own = flatten((option,), self._schemas.pointers.follow, lambda _: None)
                self._join_options(own, option[1])
                demands.append(own.required)
                for wire in own.properties.keys() - flat.properties.keys():
                    found.setdefault(wire, []).append(own.properties[wire])
            for wire, several in sorted(found.items()):
                schemas: list[Json] = []
                for parts in several:
                    whole: Json = {"allOf": [schema for schema, _ in parts]}
                    schema = parts[0][0] if len(parts) == 1 else whole
                    schemas += [] if schema in schemas else [schema]
                either: Json = {"anyOf": schemas}
                at = f"{where}/properties/{escape(wire)}"
                flat.properties[wire] = (
                    several[0] if len(schemas) == 1 else [(either, at)]
                )
            if demands:
                flat.required |= demands[0].intersection(*demands)

    def _has_fields(self, media: Json, site: str) -> bool:
        """Whether a form may be an object: of anything else nothing says how its text
        is written, which the caller does then."""
        types = self._flatten(media, site).types
        return types is None or "object" in types

    def _flatten(self, media: Json, site: str) -> Flat:
        schema = media.get("schema") if isinstance(media, dict) else None
        return flatten(
            ((schema, f"{site}/schema"),), self._schemas.pointers.follow, lambda _: None
        )

    def _lower_form_field(
        self, wire: str, flat: Flat, media: Json, form: str, at: str
    ) -> ir.Param:
        parts = tuple(flat.properties[wire])
        type_ = self._schemas.lower_inside(parts, f"{at}/properties/{escape(wire)}")
        self._schemas.lower_waiting()
        encoding = self._read.get_object(self._read.get_object(media, "encoding"), wire)
        style = self._read.get_string(encoding, "style")
        explode = encoding.get("explode")
        styled = bool(style) or isinstance(explode, bool)
        known = Style(style) if style in _STYLES else Style.FORM
        # OpenAPI 3.1, Encoding Object: what a style is stated for has no media type.
        media_type = "" if styled else self._read.get_string(encoding, "contentType")
        if not media_type and not styled and is_multipart(form):
            media_type = self._choose_part_type(type_, _find_content_type(parts))
        elif not media_type and not styled and self._is_structure(type_):
            media_type = _JSON  # OpenAPI 3.1.1, Encoding Object: not its properties
        elif media_type and not is_json(media_type):
            type_ = self._choose_written_type(type_, media_type)
        example = self._read.get_object(media, "example").get(wire, ABSENT)
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
            chosen=bool(flat.unions) and not isinstance(example, Absent),
            doc=merge_docs(parts, wire),
        )

    def _choose_written_type(self, type_: Type, media_type: str) -> Type:
        """Of a structure that is no JSON the caller knows how it is written."""
        written = Scalar(kind=Kind.STRING) if is_text(media_type) else BYTES
        meant = self._schemas.resolve_alias(type_)
        if isinstance(meant, ir.ListOf) and self._is_structure(meant.item):
            return ir.ListOf(item=written)
        return written if self._is_structure(type_) else type_

    def _is_structure(self, type_: Type) -> bool:
        return isinstance(self._schemas.resolve_alias(type_), ir.Ref | ir.MapOf)

    def _choose_part_type(self, type_: Type, of_bytes: str) -> str:
        """The media type of a part that does not say (OpenAPI 3.1, Encoding Object)."""
        meant = self._schemas.resolve_alias
        match meant(type_):
            case Scalar(kind=Kind.BYTES):
                return of_bytes
            case Scalar() | ir.LiteralOf():
                return "text/plain"
            case ir.ListOf(item=item) if isinstance(meant(item), Scalar | ir.LiteralOf):
                return self._choose_part_type(item, of_bytes)  # one part for each
            case ir.UnionOf(options=options):
                kinds = [meant(each) for each in options if each != NULL]
                said = {
                    _JSON if isinstance(each, ir.UnionOf)
                    else self._choose_part_type(each, of_bytes)
                    for each in kinds
                }  # fmt: skip
                return said.pop() if len(said) == 1 else _JSON
            case _:
                return _JSON


def _sort_forms(media_types: Iterable[str]) -> list[str]:
    """Those that are forms, the usual ones first, whatever order they came in."""

    def rank(name: str) -> tuple[int, str]:
        form = get_essence(name)
        return (FORMS.index(form) if form in FORMS else len(FORMS), form)

    return sorted(sort_by_usage(filter(is_form, media_types)), key=rank)


def _pick_concrete(name: str) -> str:
    """What is sent where any JSON is taken."""
    return _JSON if "/*+" in name else name


def _build_selectors(
    names: list[str], total: int, *, required: bool
) -> tuple[ir.Param, ...]:
    """The argument that tells media types apart, where there are several of a kind."""
    said = "The media type of what is sent."
    if total < 2:
        return ()
    return (selector("Content-Type", names, said, required=required),)


def _is_binary(media: Json) -> bool:
    schema = media.get("schema") if isinstance(media, dict) else None
    return isinstance(schema, dict) and "contentMediaType" in schema


def _find_content_type(parts: Parts) -> str:
    """What the schema of a part, or of its items, says that its text is."""
    for schema, _ in parts:
        items = schema.get("items") if isinstance(schema, dict) else None
        for said in (schema, items):
            found = said.get("contentMediaType") if isinstance(said, dict) else None
            if isinstance(found, str):
                return found
    return "application/octet-stream"
