"""What a span says of a failure, and what it says to nobody."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

pytest.importorskip("opentelemetry.sdk")

from faces import Face
from faults import silence
from loopback import BEARER, Loopback, json_reply, refused_url, reply
from opentelemetry.trace import StatusCode
from package._runtime import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    ResponseTooLargeError,
)
from sample import AsyncSample
from spans import GET, V1, Recorder, about
from things import FOUND, get
from watchdog import stalled_url


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


@pytest.mark.parametrize("limit", ["timeout", "total_timeout"])
def test_a_timeout(face: Face, recorder: Recorder, limit: str) -> None:
    """Of a step, or of the whole call: an awaited one is cancelled then."""
    settings: dict[str, Any] = {limit: 0.2}
    with Loopback(silence) as server, pytest.raises(APITimeoutError):
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


def test_an_answer_that_is_too_large(face: Face, recorder: Recorder) -> None:
    """The client refuses it."""
    with Loopback(FOUND) as server, pytest.raises(ResponseTooLargeError):
        face(
            lambda client: get(recorder.instrument(client)),
            base_url=server.url,
            max_response_bytes=3,
        )

    assert about(recorder.span)["error.type"] == "package.ResponseTooLargeError"


def test_a_stream_that_is_refused(face: Face, recorder: Recorder) -> None:
    """Its body is read like any other."""
    refusal = json_reply({"type": "NotFound", "message": "no"}, status=404)
    with Loopback(refusal) as server, pytest.raises(APIStatusError):
        face.listen(
            lambda client: recorder.instrument(client).thing.stream(thing_id="t1"),
            base_url=server.url,
        )

    assert about(recorder.span)["error.type"] == "404"


def test_a_cancelled_call_is_an_error(recorder: Recorder) -> None:
    """Its span ends."""

    async def run(server: Loopback) -> None:
        async with AsyncSample(base_url=server.url, access_token=BEARER) as client:
            call = asyncio.create_task(get(recorder.instrument(client)))
            await asyncio.to_thread(server.wait_for, 1)
            call.cancel()
            await asyncio.gather(call, return_exceptions=True)

    with Loopback(silence) as server:
        asyncio.run(run(server))

    kind = f"{asyncio.CancelledError.__module__}.CancelledError"
    assert about(recorder.span) == {**GET, "error.type": kind}


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

    with Loopback(FOUND) as server, pytest.raises(KeyError):
        face(
            lambda client: get(recorder.instrument(client)),
            base_url=server.url,
            on_request=fail,
        )

    assert about(recorder.span) == {**GET, "error.type": "builtins.KeyError"}
    assert recorder.span.status.status_code is StatusCode.ERROR
    assert HUNTER not in recorder.span.to_json()
