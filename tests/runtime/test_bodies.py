"""Bodies: JSON as it was set, and forms."""

from __future__ import annotations

import io
import json
from collections import OrderedDict, deque
from datetime import UTC, date, datetime, time
from decimal import Decimal
from email.message import Message
from email.parser import BytesParser
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast
from uuid import UUID

import pytest
from faces import Face
from hypothesis import given, strategies as st
from loopback import Loopback, Received, json_reply, reply
from package._runtime import Body, File, Operation, Param
from package._runtime.bodies import content_of
from package._runtime.encode import encode_json
from package._runtime.multipart import form_of, urlencoded_of
from sample.models import Owner, Reading, Thing, ThingPatch
from sample.params import ReadingParams, ThingPatchParams

MOMENT = datetime(2024, 1, 1, 12, tzinfo=UTC)
JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(st.characters(exclude_categories=["Cs"])),
    ),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text("abc"), inner)),
    max_leaves=10,
)


class Colour(StrEnum):
    """An enumeration of text."""

    RED = "red"


def encoded(value: object, declared: Any = None) -> object:
    """A body, decoded again."""
    decoded: object = json.loads(encode_json(value, declared))
    return decoded


@given(JSON)
def test_json_goes_out_as_it_is(value: object) -> None:
    """Any JSON comes back the same."""
    assert encoded(value) == value


def test_half_a_surrogate_goes_out_as_it_came() -> None:
    """JSON has it as an escape, which some servers make where they cut a text."""
    assert encode_json({"a": "\ud83d", "b": "grün"}) == (
        rb'{"a":"\ud83d","b":"gr\u00fcn"}'
    )


@given(st.dictionaries(st.text("abcxyz", min_size=1), JSON))
def test_a_model_sends_what_was_set(data: dict[str, object]) -> None:
    """Read and written again it is the same, with what the document does not know."""
    whole = {"thingId": "t", "owner": {"name": "n", **data}, **data}

    thing = Thing.model_validate_json(json.dumps(whole))

    assert encoded(thing) == whole
    assert thing.to_dict() == whole
    assert json.loads(thing.to_json()) == whole


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2024, 2, 29), "2024-02-29"),
        (time(1, 2, 3), "01:02:03"),
        (MOMENT, "2024-01-01T12:00:00Z"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Decimal("1.5"), 1.5),
        (Decimal("1E+2"), 100),
        (b"text", "text"),
        (Colour.RED, "red"),
        ((1, 2), [1, 2]),
        ({1}, [1]),
        (deque([1]), [1]),
        (OrderedDict[str, int](a=1), {"a": 1}),
        (MappingProxyType({"a": 1}), {"a": 1}),
        (ThingPatch(name=None), {"name": None}),
        ([Owner(name="n", api_key="k")], [{"name": "n", "apiKey": "k"}]),
        ({1: "a", None: "b"}, {"1": "a", "null": "b"}),
    ],
)
def test_values_of_python_have_their_form_in_json(
    value: object, expected: object
) -> None:
    """At the top and inside, beside a time and without one."""
    assert encoded({"x": value}) == {"x": expected}
    assert encoded({"x": [value, MOMENT]}) == {"x": [expected, "2024-01-01T12:00:00Z"]}


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"x": float("nan")}, ValueError),
        ({"x": Decimal("-Infinity")}, ValueError),
        ({"x": datetime(2024, 1, 1)}, ValueError),
        ({"x": b"\xff"}, ValueError),
        ({"x": object()}, TypeError),
        ({"x": (item for item in "ab")}, TypeError),
        ({"x": print}, TypeError),
    ],
)
def test_what_has_no_form_in_json_is_refused(
    value: object, problem: type[Exception]
) -> None:
    """Before anything is sent."""
    with pytest.raises(problem):
        encode_json(value)


def test_a_body_that_contains_itself_is_refused() -> None:
    """With a time in it, or without."""
    circle: dict[str, object] = {}
    circle["again"] = [circle]
    with pytest.raises(ValueError, match=r".+"):
        encode_json(circle)
    circle["at"] = MOMENT
    with pytest.raises(ValueError, match=r".+"):
        encode_json(circle)


TIMED: list[object] = [
    {
        "name": "n",
        "seen": MOMENT,
        "created": MOMENT,
        "readings": [{"time": MOMENT, "data": {}}, {"time": 5, "data": {}}],
        "other": {"time": MOMENT},
    },
    {
        "name": "n",
        "seen": MOMENT,
        "created": MOMENT,
        "readings": (Reading(time=MOMENT, data={}), Reading(time=5, data={})),
        "other": {"time": MOMENT},
    },
    ThingPatch.model_validate(
        {
            "name": "n",
            "seen": MOMENT,
            "created": MOMENT,
            "readings": [{"time": MOMENT, "data": {}}, {"time": 5, "data": {}}],
            "other": {"time": MOMENT},
        }
    ),
]


@pytest.mark.parametrize("body", TIMED)
def test_a_time_goes_out_as_its_place_wants(body: object) -> None:
    """As milliseconds where the API counts them, as RFC 3339 text elsewhere."""
    assert encoded(body, lambda: ThingPatchParams) == {
        "name": "n",
        "seen": 1704110400000,
        "created": "2024-01-01T12:00:00Z",
        "readings": [{"time": 1704110400000, "data": {}}, {"time": 5, "data": {}}],
        "other": {"time": "2024-01-01T12:00:00Z"},
    }


def test_a_time_finds_its_place_in_lists_maps_and_unions() -> None:
    """The declared type is opened up as far as it goes."""
    reading = {"time": MOMENT, "data": {"v": 1.0}}
    counted = {"time": 1704110400000, "data": {"v": 1.0}}

    assert encoded([reading], lambda: list[ReadingParams]) == [counted]
    assert encoded({"k": reading}, lambda: dict[str, ReadingParams]) == {"k": counted}
    either = ReadingParams | list[ReadingParams]
    assert encoded([reading], lambda: either) == [counted]
    assert encoded(reading, lambda: either) == counted


# ------------------------------------------------------------------------ forms


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


def test_fields_beside_a_file(face: Face) -> None:
    """Text, a list as a repeated field, JSON; null where the API has it."""
    with Loopback(json_reply({"thingId": "t"})) as server:
        upload(
            face,
            server,
            b"x",
            note="grün\r\n--",
            labels=["a", "b"],
            options={"at": MOMENT},
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
    from package._runtime import ServiceUnavailableError

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

    body = b"".join(form_of(operation, [('f"\r\n', b"")]))

    assert b'name="a%22%0D%0A"; filename="f%22%0D%0A"\r\n' in body
    with pytest.raises(ValueError, match="NUL"):
        form_of(operation, [("f\0", b"")])


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

    assert urlencoded_of(operation, ["x y", [1, True], None]) == b"a=x%20y&b=1&b=true"


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

    form = form_of(operation, value)

    head = f"Content-Type: {form.media_type}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + b"".join(form))
    made = cast("list[Message]", message.get_payload())
    assert [content(part) for part in made] == parts
    assert urlencoded_of(operation, value) == pairs


WAYS: Operation[object] = Operation(
    "pets.create",
    "POST",
    "/pets",
    params=(
        Param("Content-Type", "header"),
        Param("name", "form"),
        Param("photo", "form", media_type="image/png"),
        Param("name", "form"),
        Param("colour", "form"),
    ),
    bodies=(
        Body("application/json"),
        Body("application/vnd.old+json", asked=True),
        Body("multipart/form-data", fields=(1, 2)),
        Body("application/x-www-form-urlencoded", fields=(3, 4), asked=True),
        Body("application/xml", at=1, asked=True),
        Body("image/png", at=1, asked=True, also=("text/*",)),
    ),
    responses={"200": None},
    options=(),
    auth=(),
)


def sent(body: object = None, content: object = None, **fields: object) -> Received:
    """The request of a call that may send its body in many ways."""
    names = ("media_type", "name", "photo", "name", "colour")
    values = [fields.get(each) for each in names]
    headers: dict[str, str] = {}
    if values[0] is not None:
        headers["Content-Type"] = str(values[0])
    made = content_of(WAYS, values, (body, content), headers)
    whole = b"".join(made) if made is not None and not isinstance(made, bytes) else made
    return Received(
        "POST", "/pets", {k.lower(): v for k, v in headers.items()}, whole or b""
    )


@pytest.mark.parametrize(
    ("passed", "media_type", "body"),
    [
        ({"body": {"a": 1}}, "application/json", b'{"a":1}'),
        (
            {"body": {}, "media_type": "application/vnd.old+json"},
            "application/vnd.old+json",
            b"{}",
        ),
        (
            {"name": "n", "media_type": "application/x-www-form-urlencoded"},
            "application/x-www-form-urlencoded",
            b"name=n",
        ),
        (
            {"content": "<a/>", "media_type": "application/xml"},
            "application/xml",
            b"<a/>",
        ),
        ({"content": b"\x89", "media_type": "image/png"}, "image/png", b"\x89"),
        ({"content": "x", "media_type": "text/csv"}, "text/csv", b"x"),
    ],
)
def test_arguments_and_the_media_type_say_how_a_body_is_sent(
    passed: dict[str, object], media_type: str, body: bytes
) -> None:
    """JSON and forms by what is passed; another of their kind if it is asked for."""
    request = sent(**passed)

    assert request.headers["content-type"] == media_type
    assert request.body == body


def test_fields_that_two_forms_share_go_with_the_usual_one() -> None:
    """The one that need not be asked for."""
    request = sent(name="n")

    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")


def test_without_an_argument_of_it_there_is_no_body() -> None:
    """Nor a media type."""
    request = sent(media_type="image/png")

    assert (request.headers, request.body) == ({}, b"")


def test_a_form_that_is_asked_for_may_be_empty() -> None:
    """All its fields may be optional."""
    request = sent(media_type="application/x-www-form-urlencoded")

    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    assert request.body == b""


def test_a_body_is_sent_in_one_way() -> None:
    """What belongs to several ways does not go together."""
    with pytest.raises(TypeError, match="in one way"):
        sent({}, name="n")
    with pytest.raises(TypeError, match="in one way"):
        sent(name="n", photo=b"", colour="red")


def test_a_media_type_that_is_needed_is_asked_for() -> None:
    """As is one that the operation takes."""
    with pytest.raises(
        ValueError, match="needs its media type: one of application/json"
    ):
        sent(content=b"")
    with pytest.raises(ValueError, match="cannot be 'audio/mpeg'"):
        sent(content=b"", media_type="audio/mpeg")


def test_a_file_has_headers_of_its_own(face: Face) -> None:
    """They stand in the head of its part, and cannot start another one."""
    with Loopback(json_reply({"thingId": "t"})) as server:
        upload(face, server, File(b"abc", headers={"X-Camera": "front"}))
        with pytest.raises(ValueError, match="line breaks"):
            upload(face, server, File(b"abc", headers={"X-Camera": "a\r\nX: y"}))

    (part,) = parts_of(server.request)["bundle"]
    assert part["X-Camera"] == "front"
    assert content(part) == b"abc"


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
    operation: Operation[None] = Operation("x", "POST", "/", body=Body(media_type))
    headers: dict[str, str] = {}

    made = content_of(operation, [], {"a": "x y", "b": [1, 2]}, headers)

    assert made is not None
    assert sent in (made if isinstance(made, bytes) else b"".join(made))
    assert headers["Content-Type"].startswith(media_type)
