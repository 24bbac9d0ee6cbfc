"""Spans and metrics, against real servers."""

from __future__ import annotations

import asyncio
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

import pytest

pytest.importorskip("opentelemetry.sdk")

from faces import AiohttpFace, Face
from loopback import (
    BEARER,
    Loopback,
    Received,
    Wire,
    events,
    json_reply,
    refused_url,
    reply,
)
from opentelemetry import trace
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import (
    Histogram,
    HistogramDataPoint,
    InMemoryMetricReader,
)
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from package._runtime import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    Request,
    ResponseTooLargeError,
    download,
)
from package.opentelemetry import instrument
from sample import AsyncSample, Sample
from watchdog import stalled_url

THING = json_reply({"thingId": "t1"})


class Recorder:
    """What would be exported."""

    def __init__(self) -> None:
        self._spans = InMemorySpanExporter()
        self._metrics = InMemoryMetricReader()
        self.tracers = TracerProvider(shutdown_on_exit=False)
        self.tracers.add_span_processor(SimpleSpanProcessor(self._spans))
        self.meters = MeterProvider([self._metrics], shutdown_on_exit=False)

    def instrument(self, client: Any) -> Any:
        """Record what a client does."""
        return instrument(
            client, tracer_provider=self.tracers, meter_provider=self.meters
        )

    @property
    def spans(self) -> list[ReadableSpan]:
        """The spans that have ended, in that order."""
        return list(self._spans.get_finished_spans())

    @property
    def span(self) -> ReadableSpan:
        """The only one."""
        (span,) = self.spans
        return span

    @property
    def points(self) -> list[HistogramDataPoint]:
        """The points of the histogram."""
        data = self._metrics.get_metrics_data()
        if data is None:
            return []
        (metric,) = data.resource_metrics[0].scope_metrics[0].metrics
        assert (metric.name, metric.unit) == ("http.client.request.duration", "s")
        return list(cast("Histogram", metric.data).data_points)


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """One for a test."""
    recorder = Recorder()
    yield recorder
    recorder.tracers.shutdown()
    recorder.meters.shutdown()


def get(client: Any, **more: Any) -> Any:
    """The simplest call."""
    return client.thing.get(thing_id="t1", **more)


def about(span: ReadableSpan) -> dict[str, Any]:
    """Its attributes, without those that a server is known by."""
    hidden = ("server.address", "server.port", "url.full")
    return {k: v for k, v in (span.attributes or {}).items() if k not in hidden}


GET = {
    "http.request.method": "GET",
    "url.template": "/things/{thingId}",
}
V1 = {"network.protocol.version": "1.1"}


def test_a_call_is_a_span(face: Face, recorder: Recorder) -> None:
    """By the semantic conventions, with the name and version of the package."""
    with Loopback(THING) as server:
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
    with Loopback(THING) as server:
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
        Loopback(reply(status=503), reply(status=429), THING) as server,
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


def sent(server: Loopback) -> list[str]:
    """The contexts that came."""
    return [each.headers["traceparent"] for each in server.requests]


def context(span: ReadableSpan) -> str:
    """As W3C Trace Context writes it."""
    found = span.get_span_context()
    assert found is not None
    flags = f"{found.trace_flags:02x}"
    return f"00-{found.trace_id:032x}-{found.span_id:016x}-{flags}"


def test_the_context_takes_the_place_of_a_header_of_the_caller(
    face: Face, recorder: Recorder
) -> None:
    """In any case: it would be there twice."""
    with Loopback(THING) as server:
        face(
            lambda client: get(recorder.instrument(client)),
            base_url=server.url,
            headers={"TraceParent": "00-mine"},
        )

    assert sent(server) == [context(recorder.span)]


def test_an_error_of_the_server_is_an_error(face: Face, recorder: Recorder) -> None:
    """With 4xx too: for a client both are."""
    with (
        Loopback(
            json_reply({"type": "NotFound", "message": "no"}, status=404)
        ) as server,
        pytest.raises(APIStatusError),
    ):
        face(lambda client: get(recorder.instrument(client)), base_url=server.url)

    assert about(recorder.span) == {
        **GET,
        **V1,
        "http.response.status_code": 404,
        "error.type": "404",
    }
    assert recorder.span.status.status_code is StatusCode.ERROR


def test_a_refused_connection(face: Face, recorder: Recorder) -> None:
    """There is no status; the tries are counted all the same."""
    with pytest.raises(APIConnectionError):
        face(
            lambda client: get(recorder.instrument(client)),
            base_url=refused_url(),
            max_retries=1,
        )

    first, second = recorder.spans
    assert about(first) == {**GET, "error.type": "package.APIConnectionError"}
    assert first.status.status_code is StatusCode.ERROR
    assert str(first.status.description).startswith("no connection: ")
    assert about(second)["http.request.resend_count"] == 1
    (point,) = recorder.points
    assert point.count == 2
    assert point.attributes is not None
    assert point.attributes["error.type"] == "package.APIConnectionError"


def hold(_: Received, wire: Wire) -> None:
    """Say nothing."""
    wire.hold()


@pytest.mark.parametrize("limit", ["timeout", "total_timeout"])
def test_a_timeout(face: Face, recorder: Recorder, limit: str) -> None:
    """Of a step, or of the whole call: an awaited one is cancelled then."""
    settings: dict[str, Any] = {limit: 0.2}
    with Loopback(hold) as server, pytest.raises(APITimeoutError):
        face(
            lambda client: get(recorder.instrument(client)),
            base_url=server.url,
            max_retries=0,
            **settings,
        )

    assert about(recorder.span) == {**GET, "error.type": "package.APITimeoutError"}
    assert recorder.span.status.status_code is StatusCode.ERROR


def test_a_stalled_connection(face: Face, recorder: Recorder) -> None:
    """Nothing was sent."""
    with stalled_url() as url, pytest.raises(APITimeoutError):
        face(
            lambda client: get(recorder.instrument(client)),
            base_url=url,
            max_retries=0,
            timeout=0.2,
        )

    assert about(recorder.span) == {**GET, "error.type": "package.APITimeoutError"}


def cut(_: Received, wire: Wire) -> None:
    """A body that ends too early."""
    wire.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    wire.hang_up()


def test_a_span_ends_with_the_body(face: Face, recorder: Recorder) -> None:
    """One that is cut is an error, though the status is none."""
    with Loopback(cut, THING) as server:
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


def test_an_answer_that_is_too_large(face: Face, recorder: Recorder) -> None:
    """The client refuses it."""
    with Loopback(THING) as server, pytest.raises(ResponseTooLargeError):
        face(
            lambda client: get(recorder.instrument(client)),
            base_url=server.url,
            max_response_bytes=3,
        )

    assert about(recorder.span)["error.type"] == "package.ResponseTooLargeError"


def saved(method: Callable[..., bytes], path: Path) -> Path:
    """The file that the answer is saved to."""
    return download(method, path)(thing_id="t1")


def test_a_download_is_a_span(face: Face, recorder: Recorder, tmp_path: Path) -> None:
    """Until the file is there."""

    def call(client: Any) -> Any:
        recorder.instrument(client)
        return saved(client.thing.data, tmp_path / "file")

    with Loopback(cut, reply(b"12345")) as server:
        face(call, base_url=server.url)

    assert [each.name for each in recorder.spans] == ["GET /things/{thingId}/data"] * 2
    assert (tmp_path / "file").read_bytes() == b"12345"


def test_a_redirect_is_a_span(face: Face, recorder: Recorder) -> None:
    """Where it leads, no template is known."""
    with (
        Loopback(THING) as other,
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


HUNTER = "s3cr3t-hunter2"


def test_no_secret_is_recorded(face: Face, recorder: Recorder) -> None:
    """Of the URL, of headers, or of what is raised."""
    leak = {"type": "Bad", "message": f"bad token {HUNTER}"}
    with (
        Loopback(reply(status=503), json_reply(leak, status=400)) as server,
        pytest.raises(APIStatusError),
    ):
        face(
            lambda client: get(
                recorder.instrument(client),
                request_options={
                    "query": {"token": HUNTER, "q": HUNTER, "page": "2"},
                    "headers": {"X-Api-Key": HUNTER, "Cookie": f"a={HUNTER}"},
                },
            ),
            base_url=server.url,
            access_token=HUNTER,
        )
    with pytest.raises(APIConnectionError):
        face(
            lambda client: get(
                recorder.instrument(client),
                request_options={"query": {"sig": HUNTER}, "max_retries": 0},
            ),
            base_url=refused_url(),
            access_token=HUNTER,
        )

    assert len(recorder.spans) == 3
    for span in recorder.spans:
        assert HUNTER not in span.to_json()
    assert "page=2" in recorder.spans[0].to_json()
    assert HUNTER not in repr(recorder.points)


def test_what_a_hook_raises_is_not_described(face: Face, recorder: Recorder) -> None:
    """It may say anything."""

    def fail(_: object) -> None:
        raise KeyError(HUNTER)

    with Loopback(THING) as server, pytest.raises(KeyError):
        face(
            lambda client: get(recorder.instrument(client)),
            base_url=server.url,
            on_request=fail,
        )

    assert about(recorder.span) == {**GET, "error.type": "builtins.KeyError"}
    assert recorder.span.status.status_code is StatusCode.ERROR
    assert HUNTER not in recorder.span.to_json()


def test_hooks_see_the_context(face: Face, recorder: Recorder) -> None:
    """It is in the request, and its span is the current one."""
    seen: list[Mapping[str, str]] = []
    current: list[object] = []

    def look(request: Any) -> None:
        seen.append(request.headers)
        current.append(trace.get_current_span().get_span_context())

    with Loopback(THING) as server:
        face(
            lambda client: get(recorder.instrument(client)),
            base_url=server.url,
            on_request=look,
        )

    assert seen[0]["traceparent"] == context(recorder.span)
    assert current == [recorder.span.get_span_context()]
    assert trace.get_current_span() is trace.INVALID_SPAN


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


def test_a_stream_that_is_refused(face: Face, recorder: Recorder) -> None:
    """Its body is read like any other."""
    refusal = json_reply({"type": "NotFound", "message": "no"}, status=404)
    with Loopback(refusal) as server, pytest.raises(APIStatusError):
        face.listen(
            lambda client: recorder.instrument(client).thing.stream(thing_id="t1"),
            base_url=server.url,
        )

    assert about(recorder.span)["error.type"] == "404"


def parents(recorder: Recorder) -> dict[object, object]:
    """Ids of spans by the name that each call gave in its URL."""
    named = {each.context.span_id: each.name for each in recorder.spans if each.context}
    found: dict[object, object] = {}
    for span in recorder.spans:
        if span.kind is SpanKind.CLIENT:
            url = str((span.attributes or {})["url.full"])
            assert span.parent is not None
            found[url.split("/things/")[1].split("?")[0]] = named[span.parent.span_id]
    return found


COUNT = 20


def test_threads_have_parents_of_their_own(recorder: Recorder) -> None:
    """Who calls is the parent, though all share a client."""
    tracer = recorder.tracers.get_tracer("test")

    def work(number: int) -> None:
        with tracer.start_as_current_span(f"n{number}"):
            client.thing.get(thing_id=f"n{number}")

    with (
        Loopback(THING) as server,
        Sample(base_url=server.url, access_token=BEARER) as client,
        ThreadPoolExecutor(COUNT) as pool,
    ):
        recorder.instrument(client)
        list(pool.map(work, range(COUNT)))

    assert parents(recorder) == {f"n{n}": f"n{n}" for n in range(COUNT)}
    assert len(set(sent(server))) == COUNT


def test_tasks_have_parents_of_their_own(recorder: Recorder) -> None:
    """The same, in one thread."""
    tracer = recorder.tracers.get_tracer("test")

    async def run(url: str) -> None:
        async with AsyncSample(base_url=url, access_token=BEARER) as client:
            recorder.instrument(client)

            async def work(number: int) -> None:
                with tracer.start_as_current_span(f"n{number}"):
                    await client.thing.get(thing_id=f"n{number}")

            await asyncio.gather(*map(work, range(COUNT)))

    with Loopback(reply(status=503), THING) as server:
        asyncio.run(run(server.url))

    found = parents(recorder)
    assert found == {f"n{n}": f"n{n}" for n in range(COUNT)}
    assert len(set(sent(server))) == COUNT + 1


def test_a_cancelled_call_is_an_error(recorder: Recorder) -> None:
    """Its span ends."""

    async def run(server: Loopback) -> None:
        async with AsyncSample(base_url=server.url, access_token=BEARER) as client:
            call = asyncio.create_task(get(recorder.instrument(client)))
            await asyncio.to_thread(server.wait_for, 1)
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)

    with Loopback(hold) as server:
        asyncio.run(run(server))

    kind = f"{asyncio.CancelledError.__module__}.CancelledError"
    assert about(recorder.span) == {**GET, "error.type": kind}


def test_the_providers_can_be_changed(face: Face, recorder: Recorder) -> None:
    """What comes last counts; nothing is recorded twice."""
    before = Recorder()

    def call(client: Any) -> Any:
        before.instrument(client)
        return get(recorder.instrument(client))

    with Loopback(THING) as server:
        face(call, base_url=server.url)

    assert before.spans == []
    assert len(recorder.spans) == 1


def test_a_span_over_another_transport(recorder: Recorder) -> None:
    """That of aiohttp knows the version, too."""
    pytest.importorskip("aiohttp")

    with Loopback(reply(status=503), THING) as server:
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


def test_without_providers_nothing_is_recorded(face: Face) -> None:
    """Not even a header is sent."""
    with Loopback(THING) as server:
        face(lambda client: get(instrument(client)), base_url=server.url)

    assert "traceparent" not in server.request.headers


def test_an_instrumented_client_can_be_pickled(recorder: Recorder) -> None:
    """Where it is loaded, the global providers are those that count."""
    with Loopback(THING) as server:
        with Sample(base_url=server.url, access_token=BEARER) as client:
            pickled = pickle.dumps(recorder.instrument(client))
        with pickle.loads(pickled) as again:  # noqa: S301
            get(again)
        before = len(recorder.spans)
        with recorder.instrument(pickle.loads(pickled)) as again:  # noqa: S301
            get(again)

    assert (before, len(recorder.spans)) == (0, 1)


def test_it_is_not_imported_unless_asked_for() -> None:
    """A call without it does not know it."""
    here = Path(__file__).parent
    code = (
        "import sys, sample\n"
        "client = sample.Sample(access_token='x')\n"
        "client.thing\n"
        "client.close()\n"
        "import package._runtime.synchronous\n"
        "assert not [each for each in sys.modules if 'opentelemetry' in each]\n"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        env={"PYTHONPATH": f"{here}:{here.parent.parent / 'templates/src'}"},
    )
