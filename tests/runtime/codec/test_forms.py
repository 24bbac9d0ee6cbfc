"""Forms: files and fields, multipart and URL-encoded."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from typing import Any, cast

import pytest
from faces import Face
from loopback import Loopback, Received, json_reply, reply
from package._runtime import Body, File, Operation, Param, ServiceUnavailableError
from package._runtime.codec.forms import build_form, build_urlencoded
from package._runtime.codec.request_bodies import encode_body


def parts_of(request: Received) -> dict[str, list[Message]]:
    """The parts of a multipart body, by a parser of the standard library."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + request.body)
    found: dict[str, list[Message]] = {}
    for part in cast("list[Message]", message.get_payload()):
        name = part.get_param("name", header="content-disposition")
        found.setdefault(str(name), []).append(part)
    return found


def content(part: Message) -> bytes:
    """The bytes of a part."""
    return cast("bytes", part.get_payload(decode=True))


def upload(face: Face, server: Loopback, bundle: object, **more: object) -> Any:
    """Upload a file."""
    return face(
        lambda client: client.thing.upload(thing_id="t1", bundle=bundle, **more),
        base_url=server.url,
    )


@pytest.mark.parametrize(
    "kind", ["bytes", "path", "text path", "file", "named", "typed"]
)
def test_a_file_is_uploaded_from_what_people_have(
    face: Face, kind: str, tmp_path: Path
) -> None:
    """Bytes, a path, an open file; with a name and a media type of its own."""
    data = bytes(range(256)) * 1000
    path = tmp_path / "bündle.zip"
    path.write_bytes(data)
    with path.open("rb") as file, Loopback(json_reply({"thingId": "t"})) as server:
        bundle = {
            "bytes": data,
            "path": path,
            "text path": str(path),
            "file": file,
            "named": ("my.zip", data),
            "typed": ("my.zip", io.BytesIO(data), "application/x-zip"),
        }[kind]
        upload(face, server, bundle)

    (part,) = parts_of(server.request)["bundle"]
    assert content(part) == data
    expected = {"bytes": "bundle", "named": "my.zip", "typed": "my.zip"}
    name = expected.get(kind, "bündle.zip")
    assert f'filename="{name}"\r\n'.encode() in server.request.body
    typed = "application/x-zip" if kind == "typed" else "application/zip"
    assert part.get_content_type() == typed
    assert int(server.request.headers["content-length"]) == len(server.request.body)


def test_a_file_has_headers_of_its_own(face: Face) -> None:
    """They stand in the head of its part, and cannot start another one."""
    with Loopback(json_reply({"thingId": "t"})) as server:
        upload(face, server, File(b"abc", headers={"X-Camera": "front"}))
        with pytest.raises(ValueError, match="line breaks"):
            upload(face, server, File(b"abc", headers={"X-Camera": "a\r\nX: y"}))

    (part,) = parts_of(server.request)["bundle"]
    assert part["X-Camera"] == "front"
    assert content(part) == b"abc"


def test_fields_beside_a_file(face: Face) -> None:
    """Text, a list as a repeated field, JSON; null where the API has it."""
    with Loopback(json_reply({"thingId": "t"})) as server:
        upload(
            face,
            server,
            b"x",
            note="grün\r\n--",
            labels=["a", "b"],
            options={"at": datetime(2024, 1, 1, 12, tzinfo=UTC)},
        )
        upload(face, server, b"x", options=None)
        upload(face, server, b"x")

    first, null, without = (parts_of(request) for request in server.requests)
    assert content(first["note"][0]) == "grün\r\n--".encode()
    assert [content(part) for part in first["labels"]] == [b"a", b"b"]
    (options,) = first["options"]
    assert json.loads(content(options)) == {"at": "2024-01-01T12:00:00Z"}
    assert options.get_content_type() == "application/json"
    assert content(null["options"][0]) == b"null"
    assert sorted(without) == ["bundle"]


def test_an_upload_is_sent_again_from_its_start(face: Face, tmp_path: Path) -> None:
    """A file that can seek is replayed, from where it was."""
    path = tmp_path / "x"
    path.write_bytes(b"0123456789")
    busy = reply(status=503, headers={"Retry-After": "0"})
    with (
        path.open("rb") as file,
        Loopback(busy, json_reply({"thingId": "t"})) as server,
    ):
        file.seek(4)
        upload(face, server, file)

    assert [content(parts_of(r)["bundle"][0]) for r in server.requests] == [
        b"456789"
    ] * 2


class Pipe(io.RawIOBase):
    """A file that cannot seek."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return self._data.read(size)


def test_a_stream_is_sent_once(face: Face) -> None:
    """In chunks, since its length is not known; it is not tried again."""
    busy = reply(status=503, headers={"Retry-After": "0"})
    with Loopback(busy) as server, pytest.raises(ServiceUnavailableError):
        upload(face, server, Pipe(b"abc"))

    assert server.request.headers["transfer-encoding"] == "chunked"
    assert content(parts_of(server.request)["bundle"][0]) == b"abc"


def test_what_is_no_file_is_refused(face: Face, tmp_path: Path) -> None:
    """Before anything is sent."""
    with Loopback(json_reply({})) as server:
        for wrong in (7, io.StringIO("text"), {"a": 1}):
            with pytest.raises(TypeError, match="bundle"):
                upload(face, server, wrong)
        with pytest.raises(FileNotFoundError):
            upload(face, server, tmp_path / "nothing")
        with pytest.raises(ValueError, match="line breaks"):
            upload(face, server, ("x", b"", "a/b\r\nX: y"))

    assert server.requests == []


def test_names_cannot_break_out_of_their_header() -> None:
    """Quotes and line breaks are written as browsers do."""
    operation: Operation[None] = Operation(
        "x",
        "POST",
        "/",
        params=(Param('a"\r\n', "form", media_type="application/zip"),),
        options=(),
        auth=(),
    )

    body = b"".join(build_form(operation, [('f"\r\n', b"")]))

    assert b'name="a%22%0D%0A"; filename="f%22%0D%0A"\r\n' in body
    with pytest.raises(ValueError, match="NUL"):
        build_form(operation, [("f\0", b"")])


def test_a_urlencoded_form() -> None:
    """Fields as in a query; what is not given is not there."""
    operation: Operation[None] = Operation(
        "x",
        "POST",
        "/",
        params=(Param("a", "form"), Param("b", "form"), Param("c", "form")),
        options=(),
        auth=(),
    )

    assert (
        build_urlencoded(operation, ["x y", [1, True], None]) == b"a=x%20y&b=1&b=true"
    )


@pytest.mark.parametrize(
    ("style", "explode", "parts", "pairs"),
    [
        ("", None, [b"x y", b"1"], b"a=x%20y&a=1"),
        ("form", False, [b"x y,1"], b"a=x%20y,1"),
        ("spaceDelimited", None, [b"x y 1"], b"a=x%20y%201"),
        ("pipeDelimited", None, [b"x y|1"], b"a=x%20y%7C1"),
    ],
)
def test_a_list_in_a_form_has_a_style(
    style: str, explode: bool | None, parts: list[bytes], pairs: bytes
) -> None:
    """As a query has it; a multipart form has one part, or one for each item."""
    param = Param("a", "form", style=style, explode=explode)
    operation: Operation[None] = Operation("x", "POST", "/", params=(param,))
    value = [["x y", 1]]

    form = build_form(operation, value)

    head = f"Content-Type: {form.media_type}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + b"".join(form))
    made = cast("list[Message]", message.get_payload())
    assert [content(part) for part in made] == parts
    assert build_urlencoded(operation, value) == pairs


@pytest.mark.parametrize(
    ("media_type", "sent"),
    [
        ("application/x-www-form-urlencoded", b"a=x%20y&b=1&b=2"),
        (
            "multipart/mixed",
            b'Content-Disposition: form-data; name="b"\r\n\r\n2\r\n--form',
        ),
    ],
)
def test_a_form_of_any_fields_is_a_mapping(media_type: str, sent: bytes) -> None:
    """Fields that the document does not name are sent as those that it does."""
    operation: Operation[None] = Operation("x", "POST", "/", bodies=(Body(media_type),))
    headers: dict[str, str] = {}

    made = encode_body(operation, [], {"a": "x y", "b": [1, 2]}, headers)

    assert made is not None
    assert sent in (made if isinstance(made, bytes) else b"".join(made))
    assert headers["Content-Type"].startswith(media_type)
