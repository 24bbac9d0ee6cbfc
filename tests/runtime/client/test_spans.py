"""A try of a call is a span, and counts in a histogram, against real servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

pytest.importorskip("opentelemetry.sdk")

from faces import AiohttpFace, Face
from faults import closed_in_body
from loopback import BEARER, Loopback, Wire, events, reply
from opentelemetry.trace import SpanKind, StatusCode
from package._runtime import Request, download
from sample import Sample
from spans import GET, V1, Recorder, about, context, sent
from things import FOUND, get


def test_a_call_is_a_span(face: Face, recorder: Recorder) -> None:
    """By the semantic conventions, with the name and version of the package."""
    with Loopback(FOUND) as server:
        face(lambda client: get(recorder.instrument(client)), base_url=server.url)

    span = recorder.span
    port = int(server.url.rpartition(":")[2])
    assert span.name == "GET /things/{thingId}"
    assert span.kind is SpanKind.CLIENT
    assert span.status.status_code is StatusCode.UNSET
    assert span.parent is None
    assert dict(span.attributes or {}) == {
        **GET,
        **V1,
        "server.address": "127.0.0.1",
        "server.port": port,
        "url.full": f"{server.url}/things/t1?_actions=false",
        "http.response.status_code": 200,
    }
    assert span.instrumentation_scope is not None
    assert span.instrumentation_scope.name == "sample_sdk"
    assert span.instrumentation_scope.version == "1.2.3"
    (point,) = recorder.points
    assert dict(point.attributes or {}) == {
        **GET,
        **V1,
        "server.address": "127.0.0.1",
        "server.port": port,
        "http.response.status_code": 200,
    }
    assert point.count == 1
    assert point.explicit_bounds[:2] == (0.005, 0.01)
    assert point.explicit_bounds[-1] == 10
    assert len(point.explicit_bounds) == 14


def test_the_path_of_the_base_url_belongs_to_the_template(
    face: Face, recorder: Recorder
) -> None:
    """It is the template of a path from the root."""
    with Loopback(FOUND) as server:
        face(
            lambda client: get(recorder.instrument(client)), base_url=f"{server.url}/v1"
        )

    assert recorder.span.name == "GET /v1/things/{thingId}"
    assert server.request.path == "/v1/things/t1"


def test_each_try_is_a_span(face: Face, recorder: Recorder) -> None:
    """Those that failed are errors; all carry the same parent, each its own context."""

    def call(client: Any) -> Any:
        recorder.instrument(client)
        return get(client)

    with (
        Loopback(reply(status=503), reply(status=429), FOUND) as server,
        recorder.tracers.get_tracer("test").start_as_current_span("parent") as parent,
    ):
        face(call, base_url=server.url)

    first, second, third = recorder.spans[:3]
    assert about(first) == {
        **GET,
        **V1,
        "http.response.status_code": 503,
        "error.type": "503",
    }
    assert first.status.status_code is StatusCode.ERROR
    assert first.status.description is None
    assert about(second)["http.request.resend_count"] == 1
    assert about(third) == {
        **GET,
        **V1,
        "http.request.resend_count": 2,
        "http.response.status_code": 200,
    }
    assert third.status.status_code is StatusCode.UNSET
    assert sent(server) == [context(each) for each in (first, second, third)]
    for span in (first, second, third):
        assert span.parent == parent.get_span_context()
    statuses = [
        dict(point.attributes or {})["http.response.status_code"]
        for point in recorder.points
    ]
    assert sorted(map(str, statuses)) == ["200", "429", "503"]
    assert all(
        "http.request.resend_count" not in dict(point.attributes or {})
        for point in recorder.points
    )


def test_a_redirect_is_a_span(face: Face, recorder: Recorder) -> None:
    """Where it leads, no template is known."""
    with (
        Loopback(FOUND) as other,
        Loopback(
            reply(status=302, headers={"Location": f"{other.url}/x?token=hunter2"})
        ) as server,
    ):
        face(lambda client: get(recorder.instrument(client)), base_url=server.url)

    first, second = recorder.spans
    assert about(first) == {**GET, **V1, "http.response.status_code": 302}
    assert first.status.status_code is StatusCode.UNSET
    assert second.name == "GET"
    assert about(second) == {
        **V1,
        "http.request.method": "GET",
        "http.request.resend_count": 1,
        "http.response.status_code": 200,
    }
    assert second.attributes is not None
    assert second.attributes["server.port"] == int(other.url.rpartition(":")[2])
    assert sent(other) == [context(second)]


def test_a_span_ends_with_the_body(face: Face, recorder: Recorder) -> None:
    """One that is cut is an error, though the status is none."""
    with Loopback(closed_in_body, FOUND) as server:
        face(lambda client: get(recorder.instrument(client)), base_url=server.url)

    first, second = recorder.spans
    assert about(first) == {
        **GET,
        **V1,
        "http.response.status_code": 200,
        "error.type": "package.APIConnectionError",
    }
    assert first.status.status_code is StatusCode.ERROR
    assert about(second)["http.response.status_code"] == 200


def saved(method: Callable[..., bytes], path: Path) -> Path:
    """The file that the answer is saved to."""
    return download(method, path)(thing_id="t1")


def test_a_download_is_a_span(face: Face, recorder: Recorder, tmp_path: Path) -> None:
    """Until the file is there."""

    def call(client: Any) -> Any:
        recorder.instrument(client)
        return saved(client.thing.data, tmp_path / "file")

    with Loopback(closed_in_body, reply(b"12345")) as server:
        face(call, base_url=server.url)

    assert [each.name for each in recorder.spans] == ["GET /things/{thingId}/data"] * 2
    assert (tmp_path / "file").read_bytes() == b"12345"


def test_a_stream_is_a_span_until_it_stands(face: Face, recorder: Recorder) -> None:
    """Each time that it is opened; it may last for months."""
    event = b'event: reading\ndata: {"time": 1, "data": {}}\n\n'

    def opened(client: Any) -> Any:
        return recorder.instrument(client).thing.stream(thing_id="t1")

    with Loopback(
        reply(status=503), events(event, then=Wire.hang_up), events(event)
    ) as server:
        heard = face.listen(opened, count=2, base_url=server.url)

    assert len(heard) == 2
    first, second, third = recorder.spans
    assert {each.name for each in recorder.spans} == {"GET /things/{thingId}/stream"}
    assert about(first)["error.type"] == "503"
    assert about(second)["http.request.resend_count"] == 1
    assert about(second)["http.response.status_code"] == 200
    assert second.status.status_code is StatusCode.UNSET
    assert about(third)["http.request.resend_count"] == 1
    assert sent(server) == [context(each) for each in (first, second, third)]


def test_a_span_over_another_transport(recorder: Recorder) -> None:
    """That of aiohttp knows the version, too."""
    pytest.importorskip("aiohttp")

    with Loopback(reply(status=503), FOUND) as server:
        AiohttpFace()(
            lambda client: get(recorder.instrument(client)), base_url=server.url
        )

    assert [about(each)["network.protocol.version"] for each in recorder.spans] == [
        "1.1",
        "1.1",
    ]
    assert sent(server) == [context(each) for each in recorder.spans]


class Bare:
    """A transport that knows no more than it has to."""

    status = 204
    headers: Mapping[str, str] = MappingProxyType({})

    def send(self, request: Request) -> Bare:
        """Answer at once."""
        assert request.attempt == 1
        return self

    def chunks(self) -> Iterator[bytes]:
        """Nothing."""
        return iter(())

    def close(self) -> None:
        """Nothing is held."""


def test_a_transport_may_not_know_the_version(recorder: Recorder) -> None:
    """Then it is not recorded."""
    with recorder.instrument(
        Sample(base_url="https://h.example", access_token=BEARER, transport=Bare())
    ) as client:
        client.thing.delete(thing_id="t1")

    assert dict(recorder.span.attributes or {}) == {
        "http.request.method": "DELETE",
        "url.template": "/things/{thingId}",
        "url.full": "https://h.example/things/t1",
        "server.address": "h.example",
        "server.port": 443,
        "http.response.status_code": 204,
    }
