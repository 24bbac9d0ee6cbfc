"""The mock server, over real connections on loopback: for tests and for people."""

from __future__ import annotations

import io
import re
import urllib.error
import urllib.request
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from mock_client import THING, TOKEN, Client
from mock_document import document

from sdkgen import mock
from sdkgen.mock import serve_document

if TYPE_CHECKING:
    from mock_server import MockServer


# -------------------------------------------------------------------- answering


def test_the_example_is_answered(client: Client, server: MockServer) -> None:
    """The successful response with its example; the request is recorded."""
    answer = client("GET", f"{THING}?tagsAsObject=false")
    assert answer.status == 200
    assert answer.json["name"] == "Lamp"
    [request] = server.requests
    assert request.operation_id == "thing.get"
    assert request.pairs == [("tagsAsObject", "false")]
    assert request.header("authorization") == "Bearer secret"


def test_a_parameter_may_change_the_shape(client: Client) -> None:
    """``x-sdk-shape``: another example with these values."""
    assert client("GET", f"{THING}?tagsAsObject=true").json == {"tags": {"floor": "8"}}


def test_literal_segments_come_before_variables(client: Client) -> None:
    """/things/latest is no thing, and the base path of the server may be there."""
    assert client("GET", "/things/latest").json == {"on": True}
    assert client("GET", "/v1/things/latest").json == {"on": True}


def test_no_content_is_empty(client: Client) -> None:
    """204 has no body and no Content-Length."""
    answer = client("DELETE", THING)
    assert (answer.status, answer.body) == (204, b"")
    assert "Content-Length" not in answer.headers


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [("GET", "/nowhere", 404), ("PUT", THING, 405), ("GET", "/things//", 404)],
)
def test_what_is_not_there_is_told_as_the_api_tells_errors(
    client: Client, method: str, target: str, status: int
) -> None:
    """Unknown paths and methods are answered as JSON in the documented shape."""
    answer = client(method, target)
    assert answer.status == status
    assert answer.json.keys() == {"type", "message"}
    if status == 405:
        assert answer.headers["Allow"] == "DELETE, GET"


def test_the_credential_is_demanded_where_it_is_documented(client: Client) -> None:
    """Any one of the alternatives is enough; an operation without is open."""
    assert client("GET", "/things", headers={}).status == 401
    assert client("GET", "/things", headers={"Authorization": "Basic x"}).status == 401
    assert client("GET", "/things?key=k", headers={}).status == 200
    assert client("POST", "/login", headers={}).status == 200


def test_answers_can_be_scripted(client: Client, server: MockServer) -> None:
    """By status, body, headers, and for a number of times."""
    server.answer("thing.get", status=503, headers={"Retry-After": "1"}, times=1)
    server.answer("thing.get", status=404, times=1)
    server.answer("thing.get", body={"id": "x"})
    first, second, third = (client("GET", THING) for _ in range(3))
    assert (first.status, first.headers["Retry-After"]) == (503, "1")
    assert second.status == 404
    assert second.json == {"type": "Validation", "message": "No."}
    assert third.json == {"id": "x"}
    with pytest.raises(KeyError):
        server.answer("no.such")


def test_a_list_is_finite(client: Client) -> None:
    """For people: the first page has the items of the example, the next has none."""
    first = client("GET", "/things").json
    assert len(first["items"]) == first["totalCount"] == first["count"] == 2
    assert client("GET", "/things?page=1").json["items"] == []
    assert client("GET", "/things/scroll?after=text").json["data"] == []
    assert "next" not in client("GET", "/things/scroll").json


def test_pages_can_be_scripted(client: Client, server: MockServer) -> None:
    """A list of any length, page by page and by cursor."""
    server.page("things.get", length=5)
    pages = [client("GET", f"/things?page={n}&perPage=3").json for n in range(3)]
    assert [len(each["items"]) for each in pages] == [3, 2, 0]
    assert {each["totalCount"] for each in pages} == {5}
    items = [item for each in pages for item in each["items"]]
    assert len({item["id"] for item in items}) == 5
    assert all(re.fullmatch(r"[A-Fa-f\d]{24}", item["id"]) for item in items)
    server.page("things.scroll", length=3)
    cursor, seen = "", 0
    while True:
        shown = client("GET", f"/things/scroll?limit=2{cursor}").json
        seen += len(shown["data"])
        if "next" not in shown:
            break
        cursor = f"&after={shown['next']}"
    assert seen == 3


def test_streams_speak(client: Client, server: MockServer) -> None:
    """A comment, the example of each event, comments, the end."""
    lines = client("GET", f"{THING}/stateStream").body.decode().split("\n\n")
    assert lines[0] == ": keep-alive"
    assert lines[1] == 'id: 1\nevent: state\ndata: {"on": true}'
    assert lines[2:] == [": keep-alive", ": keep-alive", ""]
    server.answer("thing.stateStream", events=[("odd", "two\nlines")])
    assert (
        b"event: odd\ndata: two\ndata: lines\n\n"
        in client("GET", f"{THING}/stateStream").body
    )


def test_stopping_ends_streams() -> None:
    """A client that listens is not waited for."""
    from mock_server import MockServer

    with MockServer(document(), comments=100_000, interval=60) as server:
        request = urllib.request.Request(  # noqa: S310
            f"{server.url}{THING}/stateStream", headers=TOKEN
        )
        with urllib.request.urlopen(request, timeout=20) as stream:  # noqa: S310
            assert stream.readline() == b": keep-alive\n"
            server.stop()
            assert b"event: state" in stream.read()


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"BREW /things HTTP/1.1\r\n\r\n",
        b"POST /things HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"POST /things HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST /things HTTP/1.1\r\nContent-Length: 10\r\n\r\nshort",
        b"POST /things HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /things HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n",
        b"GET http://[x/ HTTP/1.1\r\n\r\n",
        b"GET /%ff%00 HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 500 + b"\r\n",
        b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
    ],
)
def test_garbage_is_refused(client: Client, server: MockServer, garbage: bytes) -> None:
    """An error as JSON, no traceback, and the server goes on."""
    received = client.raw(garbage)
    assert b"Traceback" not in received
    assert b'"message"' in received
    assert server.failures == []
    assert client("GET", "/things").status == 200


def test_chunked_bodies_are_read(client: Client, server: MockServer) -> None:
    """A body of unknown length arrives whole."""
    head = b"POST /things HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
    head += b"Transfer-Encoding: chunked\r\n\r\n"
    chunks = b'4\r\n{"na\r\n7;x=y\r\nme":1}\n\r\n0\r\nA: b\r\n\r\n'
    client.raw(head + chunks)
    assert server.requests[-1].body == b'{"name":1}\n'


# ------------------------------------------------------------------- for people


def test_serving_for_people() -> None:
    """The address, the variable to set, a line a request, and no credential at all."""
    out = io.StringIO()
    done: list[int] = []

    def visit() -> None:
        url = out.getvalue().split()[1].rstrip(",")
        client = Client(url)
        done.append(client("GET", "/things?key=s3cret", headers={}).status)
        done.append(client("POST", "/things", data={"title": "x"}).status)
        raise KeyboardInterrupt

    serve_document(document(), port=0, out=out, variable="THINGS_URL", wait=visit)
    lines = out.getvalue().splitlines()
    assert done == [200, 400]
    assert lines[1].endswith("export THINGS_URL=" + lines[0].split()[1].rstrip(","))
    assert lines[2] == "GET /things?key=… → 200 things.get"
    assert lines[3] == "POST /things → 400 things.post"
    assert "'name' is a required property" in lines[4]
    assert "s3cret" not in out.getvalue()
    assert "secret" not in out.getvalue().replace("s3cret", "")
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(lines[0].split()[1].rstrip(","), timeout=5)  # noqa: S310


def test_without_the_judge_it_still_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    """A generator that is installed without the libraries of tests says so."""

    monkeypatch.setattr(mock, "_can_judge", lambda: False)
    out = io.StringIO()
    statuses: list[int] = []

    def visit() -> None:
        client = Client(out.getvalue().split()[1].rstrip(","))
        statuses.append(client("POST", "/things", data={"title": "x"}).status)

    serve_document(document(), port=0, out=out, wait=visit)
    assert statuses == [201]
    assert "not validated" in out.getvalue()


def test_a_taken_port_is_an_error() -> None:
    """… of the operating system, before anything is printed."""
    from mock_server import MockServer

    with MockServer(document()) as first:
        port = urlsplit(first.url).port
        assert port is not None
        out = io.StringIO()
        with pytest.raises(OSError, match="in use"):
            serve_document(document(), port=port, out=out)
        assert out.getvalue() == ""
