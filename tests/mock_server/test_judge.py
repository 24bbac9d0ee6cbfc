"""The judge of the mock server: which requests keep to the document."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
from mock_client import THING, TOKEN, Client
from mock_document import document

from sdkgen.support.json_pointer import Json

if TYPE_CHECKING:
    from mock_server import MockServer


@pytest.fixture
def judge(server: MockServer) -> Callable[[], list[str]]:
    """Judges the latest request."""
    from judge import Judge

    judging = Judge(document())
    return lambda: judging(server.requests[-1])


Sent = tuple[str, str, dict[str, Any]]


def multipart(*parts: tuple[str, str, bytes]) -> dict[str, Any]:
    """A form: (name, rest of its headers, value) …"""
    body = b"".join(
        f'--xx\r\nContent-Disposition: form-data; name="{name}"{rest}\r\n\r\n'.encode()
        + value
        + b"\r\n"
        for name, rest, value in parts
    )
    return {
        "body": body + b"--xx--\r\n",
        "headers": {**TOKEN, "Content-Type": "multipart/form-data; boundary=xx"},
    }


def form(**fields: str) -> dict[str, Any]:
    """An urlencoded form."""
    return {
        "body": urlencode(fields).encode(),
        "headers": {**TOKEN, "Content-Type": "application/x-www-form-urlencoded"},
    }


FILE = ("file", '; filename="a.bin"', b"\x00\xff\r\n--x")
VALID: list[Sent] = [
    ("GET", "/things", {}),
    ("GET", "/things?page=0&perPage=100&keywords=a&keywords=b", {}),
    ("GET", "/things?tagFilter[0][key]=floor&tagFilter[1][key]=x", {}),
    ("GET", "/things?query=%7B%22a%22:1%7D", {}),
    ("GET", "/things?since=1465790400000&old=false", {}),
    ("GET", "/things?since=2016-06-13T04:00:00Z", {}),
    ("GET", "/things", {"headers": {**TOKEN, "x-trace": "3", "Cookie": "session=a"}}),
    ("GET", "/things?key=k", {"headers": {}}),
    ("POST", "/things", {"data": {"name": "a", "made": 3, "tags": [{"key": "k"}]}}),
    ("POST", f"{THING}/file", multipart(FILE)),
    (
        "POST",
        f"{THING}/file",
        multipart(
            FILE,
            ("options", "\r\nContent-Type: application/json", b'{"force": true}'),
            ("count", "", b"3"),
            ("note", "", b"3"),
        ),
    ),
    ("POST", "/login", form(user="a", age="4")),
    ("DELETE", THING, {}),
]
INVALID: list[tuple[Sent, str]] = [
    (("GET", "/things?pages=1", {}), "query parameter pages is not one of"),
    (("GET", "/things?page=one", {}), "page"),
    (("GET", "/things?old=True", {}), "old: 'True' is not of type 'boolean'"),
    (("GET", "/things?since=now", {}), "since: 'now' is not valid"),
    (("GET", "/things?since=1&since=2", {}), "since is there 2 times"),
    (("GET", "/things?tagFilter[0][kay]=1", {}), "'key' is a required property"),
    (("GET", "/things?tagFilter=x", {}), "query parameter tagFilter"),
    (("GET", "/things?tagFilter[0=x", {}), "not written in brackets"),
    (("GET", "/things?query={a", {}), "query"),
    (("GET", "/things?query=%7B%22a%22:%22b%22%7D", {}), "'b' is not of type"),
    (("GET", "/things", {"headers": {**TOKEN, "X-Trace": "a"}}), "X-Trace"),
    (("GET", "/things", {"headers": {**TOKEN, "Cookie": "a=b"}}), "cookie parameter a"),
    (("GET", "/things", {"headers": {}}), "Security"),
    (("GET", "/things/12", {}), "thingId: '12' does not match"),
    (("GET", "/nowhere", {}), "no operation takes GET /nowhere"),
    (("GET", THING, {"body": b"x"}), "the operation takes none"),
    (("POST", "/things", {}), "Missing required request body"),
    (("POST", "/things", {"data": {}}), "'name' is a required property"),
    (("POST", "/things", {"data": {"name": "a", "x": 1}}), "('x' was unexpected)"),
    (("POST", "/things", {"body": b"{"}), "mimetype"),
    (("POST", f"{THING}/file", multipart()), "body"),
    (("POST", f"{THING}/file", multipart(("fil", "", b""))), "no field fil"),
    (
        ("POST", f"{THING}/file", multipart(FILE, ("count", "", b"x"))),
        "'x' is not of type 'integer'",
    ),
    (("POST", f"{THING}/file", multipart(FILE, FILE)), "file is there twice"),
    (("POST", "/login", form(user="a", age="x")), "integer"),
]


@pytest.mark.parametrize("sent", VALID, ids=[f"{s[0]} {s[1]}" for s in VALID])
def test_a_valid_request_passes(
    client: Client, judge: Callable[[], list[str]], sent: Sent
) -> None:
    """Every way that values travel is read by the judge."""
    client(sent[0], sent[1], **sent[2])
    assert judge() == []


@pytest.mark.parametrize(
    ("sent", "finding"), INVALID, ids=[finding for _, finding in INVALID]
)
def test_an_invalid_request_is_found(
    client: Client, judge: Callable[[], list[str]], sent: Sent, finding: str
) -> None:
    """… and so is what is wrong with it, in words that name it."""
    client(sent[0], sent[1], **sent[2])
    assert any(finding in each for each in judge())


def test_what_the_judge_cannot_read_is_declared() -> None:
    """Each exception has its name and a reason."""
    from judge import ADAPTED, READ_HERE

    assert all(each.reason for each in READ_HERE.values())
    assert all(ADAPTED.values())


def test_what_cannot_be_judged_is_told() -> None:
    """What has no example has no valid value: it is counted, and nothing said of it."""
    from api_document import ApiDocument
    from judge import Judge
    from mock_server import Request

    media: Json = {"application/json": {"schema": {"type": "string", "enum": []}}}
    root: dict[str, Json] = {
        "openapi": "3.1.0",
        "paths": {
            "/a": {
                "post": {
                    "operationId": "a.post",
                    "requestBody": {"required": True, "content": media},
                    "parameters": [
                        {"name": "x", "in": "query", "required": True, "schema": False},
                        {"name": "y", "in": "query", "schema": {"type": "integer"}},
                    ],
                }
            }
        },
    }
    judging = Judge(root)

    assert judging.unjudged(ApiDocument(root)["a.post"]) == [
        "query parameter x: its schema allows no value",
        "the body, application/json: its schema allows no value",
    ]
    headers = (("Content-Type", "application/json"),)
    assert judging(Request("POST", "/a", "x=1", headers, b"{}")) == []
