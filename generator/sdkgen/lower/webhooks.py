"""What an API sends by itself: webhooks, and the callbacks of operations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Literal

from sdkgen import ir, naming
from sdkgen.diagnostics.coverage import Ledger, Part
from sdkgen.ir import Kind, ListOf, LiteralOf, MapOf, Scalar, Text, Type
from sdkgen.lower.schemas.schemas import Schemas
from sdkgen.lower.schemas.type_operations import ANY
from sdkgen.openapi.http_methods import operations
from sdkgen.support.absent import ABSENT
from sdkgen.support.json_pointer import Json, escape
from sdkgen.support.media_types import (
    FORMS,
    drop_synonyms,
    get_essence,
    is_json,
    is_text,
    sort_by_usage,
)

from .accessors import Accessors


class Webhooks:
    """Lowers the bodies that a server of the caller's own reads."""

    def __init__(self, read: Accessors, schemas: Schemas, ledger: Ledger) -> None:
        self._read = read
        self._schemas = schemas
        self._ledger = ledger

    def lower_all(self, root: dict[str, Json]) -> tuple[ir.Webhook, ...]:
        """Webhooks, then callbacks; their types are drafts, and they have no names."""
        return (
            *(
                each
                for name, item in self._read.get_object(root, "webhooks").items()
                for each in self._lower_path_item(
                    name, "", item, f"/webhooks/{escape(name)}"
                )
            ),
            *(
                each
                for path, item in self._read.get_object(root, "paths").items()
                for _, key, operation in operations(item)
                for each in self._lower_callbacks(
                    operation, f"/paths/{escape(path)}/{key}"
                )
            ),
        )

    def _lower_callbacks(
        self, operation: dict[str, Json], pointer: str
    ) -> Iterator[ir.Webhook]:
        around = self._read.get_string(operation, "operationId")
        around = around or " ".join(reversed(pointer.split("/")[2:]))
        for name, entry in self._read.get_object(operation, "callbacks").items():
            site = f"{pointer}/callbacks/{escape(name)}"
            node, where = self._read.follow(entry, site)
            for url, item in node.items() if isinstance(node, dict) else ():
                if not url.startswith("x-"):
                    at = f"{where}/{escape(url)}"
                    yield from self._lower_path_item(name, around, item, at)

    def _lower_path_item(
        self, name: str, around: str, item: Json, pointer: str
    ) -> Iterator[ir.Webhook]:
        """The requests of one path item."""
        node, where = self._read.follow(item, pointer)
        for method, key, operation in operations(node):
            yield from self._lower_webhook(
                name, around, method, operation, f"{where}/{key}"
            )

    def _lower_webhook(
        self,
        name: str,
        around: str,
        method: str,
        operation: dict[str, Json],
        pointer: str,
    ) -> Iterator[ir.Webhook]:
        """The body of one request: as JSON, else as a form, else as text."""
        self._ledger.generated(Part.WEBHOOK, pointer)
        body, where = self._read.follow(
            operation.get("requestBody"), f"{pointer}/requestBody"
        )
        content = self._read.get_object(body, "content")
        known = [
            *drop_synonyms(each for each in content if is_json(each)),
            *(each for each in content if get_essence(each) == FORMS[1]),
            *sort_by_usage(each for each in content if is_text(each)),
        ][:1]
        for each in content:
            at = f"{where}/content/{escape(each)}"
            if not known:
                reason = "the body of a webhook is read as JSON, urlencoded or text"
                self._ledger.degraded(Part.MEDIA_TYPE, at, reason)
            else:
                self._ledger.generated(Part.MEDIA_TYPE, at)
        for each in known:
            media = content[each]
            at = f"{where}/content/{escape(each)}"
            own = media.get("example", ABSENT) if isinstance(media, dict) else ABSENT
            written, type_ = self._choose_form(media, each, at)
            yield ir.Webhook(
                name="",
                wire=Text(name),
                operation=Text(around),
                method=method.upper(),
                written=written,
                type=type_,
                example=own,
                doc=self._read.read_doc(operation),
                pointer=Text(pointer),
            )

    def _choose_form(
        self, media: Json, media_type: str, site: str
    ) -> tuple[Literal["json", "form", "text"], Type]:
        """How a body is written, and its type: a form that is no object is text."""
        schema = media.get("schema") if isinstance(media, dict) else None
        is_form = get_essence(media_type) == FORMS[1]
        if not is_form and not is_json(media_type):
            return "text", Scalar(kind=Kind.STRING)
        type_: Type = MapOf(value=ANY) if is_form else ANY
        if schema is not None:
            type_ = self._schemas.lower_schema(schema, f"{site}/schema")
        if not is_form:
            return "json", type_
        if isinstance(self._schemas.resolve_alias(type_), Scalar | LiteralOf | ListOf):
            return "text", Scalar(kind=Kind.STRING)
        return "form", type_


def finish_webhooks(
    drafts: tuple[ir.Webhook, ...],
    final: Callable[[Type], Type],
    lock: naming.Lock,
) -> tuple[ir.Webhook, ...]:
    """Named, with their final types; what several places refer to is there once."""
    known = {str(each.pointer): each for each in drafts}
    ladders = {
        pointer: naming.list_candidates(
            naming.to_snake,
            [each.wire],
            [each.operation, each.wire],
            [each.operation, each.wire, each.method],
            fallback="webhook",
        )
        for pointer, each in known.items()
    }
    names: dict[str, str] = {}
    for own in (True, False):  # callbacks yield to webhooks
        result = naming.allocate(
            {
                p: steps
                for p, steps in ladders.items()
                if own is (not known[p].operation)
            },
            frozenset(),
            taken=names.values(),
            pinned=lock.get_pins("webhook"),
        )
        names.update(result.names)
    made: list[ir.Webhook] = []
    for pointer, each in known.items():
        name = names[pointer]
        lock.publish("webhook", name, [pointer])
        made.append(replace(each, name=name, type=final(each.type)))
    return tuple(made)
