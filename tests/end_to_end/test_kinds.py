"""Every kind of scalar goes from the document to the wire, and from there to Python.

The document, the calls and the values are made of the table of the generator: a kind
that has no row in the runtime fails here.
"""

from __future__ import annotations

import importlib
import json
import sys
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import built_package
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from sdkgen.ir import Kind
from sdkgen.target import Target

PATIENT = settings(
    max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SENT_ONLY = {"builtins.bytearray", "datetime.time", "decimal.Decimal"}
"""Types that are taken as arguments, and that no document asks for."""

# ------------------------------------------------------------------ the document


def schema_of(kind: Kind) -> dict[str, Any]:
    """A schema that means a kind."""
    if kind is Kind.MILLISECONDS:
        return {"type": "integer", "x-sdk-time": "milliseconds"}
    if kind.row.formats:
        return {"type": "string", "format": kind.row.formats[0]}
    return {"type": kind.row.json_type} if kind.row.json_type else {}


def in_form(kind: Kind, media_type: str) -> dict[str, Any]:
    """An operation with a form of one field."""
    form = {"type": "object", "properties": {"value": schema_of(kind)}}
    return {
        "operationId": f"{kind}_kind.{media_type.partition('/')[0]}",
        "requestBody": {"content": {media_type: {"schema": form}}},
        "responses": {"204": {"description": "Done."}},
    }


def document() -> dict[str, Any]:
    """An API with operations of each kind."""
    paths: dict[str, Any] = {}
    for kind in Kind:
        schema, name = schema_of(kind), f"{kind}_model"
        places = ("path", "query", "header", "cookie")
        paths[f"/{kind}/{{path}}"] = {
            "get": {
                "operationId": f"{kind}_kind.get",
                "parameters": [
                    {"name": at, "in": at, "required": at == "path", "schema": schema}
                    for at in places
                ],
                "responses": {
                    "200": {
                        "description": "It.",
                        "content": {"application/json": {"schema": schema}},
                    }
                },
            }
        }
        model = {
            "application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}
        }
        paths[f"/{kind}"] = {
            "post": {
                "operationId": f"{kind}_kind.post",
                "requestBody": {"required": True, "content": model},
                "responses": {"200": {"description": "It.", "content": model}},
            },
            "put": in_form(kind, "application/x-www-form-urlencoded"),
            "patch": in_form(kind, "multipart/form-data"),
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Every kind", "version": "1"},
        "servers": [{"url": "https://kinds.example"}],
        "paths": paths,
        "components": {
            "schemas": {
                f"{kind}_model": {
                    "type": "object",
                    "required": ["value"],
                    "properties": {
                        "value": schema_of(kind),
                        "list": {"type": "array", "items": schema_of(kind)},
                        "map": {
                            "type": "object",
                            "additionalProperties": schema_of(kind),
                        },
                    },
                }
                for kind in Kind
            }
        },
    }


# -------------------------------------------------------------------- the server


class Wire:
    """What came last, and what is answered."""

    def __init__(self) -> None:
        self.target = ""
        self.headers: dict[str, str] = {}
        self.body = b""
        self.answer = b""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wire: Wire

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        self.wire.target = self.path
        self.wire.headers = {key.lower(): value for key, value in self.headers.items()}
        self.wire.body = self.rfile.read(length)
        status = 200 if self.wire.answer else 204
        self.send_response(status)
        if status == 200:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(self.wire.answer)))
        self.end_headers()
        self.wfile.write(self.wire.answer)

    do_GET = do_POST = do_PUT = do_PATCH = _answer

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module")
def wire() -> Iterator[tuple[Wire, str]]:
    """A server on loopback."""
    wire = Wire()
    handler = type("Handler", (_Handler,), {"wire": wire})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield wire, f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A package of the document."""
    folder = tmp_path_factory.mktemp("kinds")
    path = folder / "kinds.json"
    path.write_text(json.dumps(document()), encoding="utf-8")
    target = Target.of_document(path).with_output(folder, package="every_kind")
    source = built_package.build(folder, target).source
    sys.path.insert(0, str(source))
    yield importlib.import_module("every_kind")
    sys.path.remove(str(source))


@pytest.fixture(scope="module")
def client(sdk: Any, wire: tuple[Wire, str]) -> Iterator[Any]:
    """A client that is strict: what does not fit its type is an error."""
    with sdk.EveryKind(base_url=wire[1], strict=True, max_retries=0) as client:
        yield client


# -------------------------------------------------------------------- the values


def types_of(names: tuple[str, ...]) -> tuple[type, ...]:
    """The Python types of a row."""
    found: list[type] = []
    for each in names:
        module, _, name = each.rpartition(".")
        if each == "None":
            found.append(type(None))
        elif module == ".._runtime" or each == "typing.Any":
            found += [int, str]
        else:
            found.append(getattr(importlib.import_module(module or "builtins"), name))
    return tuple(found)


WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1).filter(
    lambda each: each not in (".", "..")
)
"""What may stand in any place."""
ZONES = st.integers(-1439, 1439).map(lambda each: timezone(timedelta(minutes=each)))
VALUES: dict[type, st.SearchStrategy[Any]] = {
    str: WORDS,
    bytes: WORDS.map(str.encode),
    float: st.floats(allow_nan=False, allow_infinity=False),
    datetime: st.datetimes(timezones=ZONES),
}
"""Of types that have values with no form on the wire."""


def values_of(kind: Kind) -> st.SearchStrategy[Any]:
    """Values that a kind has in Python."""
    types = types_of(kind.received)
    return st.one_of([VALUES.get(each, st.from_type(each)) for each in types])


def as_json(value: object) -> object:
    """A value as JSON, as this test understands it."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case bytes():
            return value.decode()
        case datetime():
            shown = value.isoformat()
            return f"{shown[:-6]}Z" if shown.endswith("+00:00") else shown
        case _:
            return str(value)


def as_text(value: object) -> str:
    """A value as a parameter."""
    shown = as_json(value)
    return shown if isinstance(shown, str) else json.dumps(shown)


# --------------------------------------------------------------------- the tests

SENDABLE = [kind for kind in Kind if kind is not Kind.NULL]
"""Kinds of arguments: null is none."""


def test_both_sides_have_the_same_rows(sdk: Any) -> None:
    """A type that one side lacks is sent as nobody reads it, or is not sent at all."""
    plain = importlib.import_module(f"{sdk.__name__}._runtime.codec.plain")
    known = {
        each if "." in each else f"builtins.{each}"
        for kind in Kind
        for each in (*kind.received, *kind.sent)
        if not each.startswith(("typing.", ".."))
    }
    of_json = {f"builtins.{each}" for each in ("str", "int", "float", "bool", "None")}

    assert known - of_json == plain.ENCODERS.keys() - SENT_ONLY


@pytest.mark.parametrize("kind", SENDABLE)
@PATIENT
@given(data=st.data())
def test_a_parameter_is_its_text(
    kind: Kind, data: st.DataObject, client: Any, wire: tuple[Wire, str]
) -> None:
    """In each place; text in place of a value is sent as it is."""
    value = data.draw(values_of(kind))
    text = as_text(value)
    passed = text if str in types_of(kind.sent) and data.draw(st.booleans()) else value
    seen, _ = wire
    seen.answer = json.dumps(as_json(value)).encode()

    result = getattr(client, f"{kind}_kind").get(
        path=passed, query=passed, header=passed, cookie=passed
    )

    assert_same(result, value, kind)
    url = urlsplit(seen.target)
    assert unquote(url.path) == f"/{kind}/{text}"
    assert parse_qs(url.query, strict_parsing=True) == {"query": [text]}
    assert seen.headers["header"] == text
    assert unquote(seen.headers["cookie"]) == f"cookie={text}"


@pytest.mark.parametrize("kind", Kind)
@PATIENT
@given(data=st.data())
def test_a_body_is_its_json(
    kind: Kind, data: st.DataObject, client: Any, wire: tuple[Wire, str], sdk: Any
) -> None:
    """As a model, as a dictionary, and back."""
    value = data.draw(values_of(kind))
    seen, _ = wire
    written = {"value": as_json(value), "list": [as_json(value)]}
    written["map"] = {"key": as_json(value)}
    seen.answer = json.dumps(written).encode()
    given_ = {"value": value, "list": [value], "map": {"key": value}}
    model = getattr(sdk.models, f"{kind.title()}Model")

    for body in (model.model_validate(given_), given_):
        result = getattr(client, f"{kind}_kind").post(body=body)

        assert json.loads(seen.body) == written
        assert type(result) is model
        assert_same(result.value, value, kind)
        (item,) = result.list_
        assert_same(item, value, kind)
        assert_same(result.map["key"], value, kind)
    # What came goes out again, written by pydantic or by the runtime.
    getattr(client, f"{kind}_kind").post(body=result)
    assert json.loads(seen.body) == written
    assert model.model_validate_json(result.to_json()) == result


@pytest.mark.parametrize("kind", SENDABLE)
@PATIENT
@given(data=st.data())
def test_a_field_of_a_form_is_its_text(
    kind: Kind, data: st.DataObject, client: Any, wire: tuple[Wire, str]
) -> None:
    """Urlencoded, and in parts."""
    value = data.draw(values_of(kind))
    seen, _ = wire
    seen.answer = b""

    getattr(client, f"{kind}_kind").application(value=value)
    assert parse_qs(seen.body.decode(), strict_parsing=True) == {
        "value": [as_text(value)]
    }

    getattr(client, f"{kind}_kind").multipart(value=value)
    head = f"Content-Type: {seen.headers['content-type']}\r\n\r\n".encode()
    parts: Any = message_from_bytes(head + seen.body).get_payload()
    (part,) = parts
    assert part.get_payload(decode=True) == as_text(value).encode()


def assert_same(found: object, value: object, kind: Kind) -> None:
    """Equal, and of a type that the row promises."""
    assert found == value
    assert type(found) is type(value)
    assert isinstance(found, types_of(kind.received))
