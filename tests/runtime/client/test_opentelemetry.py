"""How a client is instrumented, and which span belongs to which."""

from __future__ import annotations

import asyncio
import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("opentelemetry.sdk")

from faces import Face
from loopback import BEARER, Loopback, reply
from opentelemetry import trace
from opentelemetry.trace import SpanKind
from package.opentelemetry import instrument
from sample import AsyncSample, Sample
from spans import Recorder, context, sent
from things import FOUND, get


def test_the_providers_can_be_changed(face: Face, recorder: Recorder) -> None:
    """What comes last counts; nothing is recorded twice."""
    before = Recorder()

    def call(client: Any) -> Any:
        before.instrument(client)
        return get(recorder.instrument(client))

    with Loopback(FOUND) as server:
        face(call, base_url=server.url)

    assert before.spans == []
    assert len(recorder.spans) == 1


def test_without_providers_nothing_is_recorded(face: Face) -> None:
    """Not even a header is sent."""
    with Loopback(FOUND) as server:
        face(lambda client: get(instrument(client)), base_url=server.url)

    assert "traceparent" not in server.request.headers


def test_an_instrumented_client_can_be_pickled(recorder: Recorder) -> None:
    """Where it is loaded, the global providers are those that count."""
    with Loopback(FOUND) as server:
        with Sample(base_url=server.url, access_token=BEARER) as client:
            pickled = pickle.dumps(recorder.instrument(client))
        with pickle.loads(pickled) as again:
            get(again)
        before = len(recorder.spans)
        with recorder.instrument(pickle.loads(pickled)) as again:
            get(again)

    assert (before, len(recorder.spans)) == (0, 1)


def test_it_is_not_imported_unless_asked_for() -> None:
    """A call without it does not know it."""
    root = Path(__file__).parents[3]
    paths = [root / "tests/runtime/support", root / "templates/python/src"]
    code = (
        "import sys, sample\n"
        "client = sample.Sample(access_token='x')\n"
        "client.thing\n"
        "client.close()\n"
        "import package._runtime.client.sync_core\n"
        "assert not [each for each in sys.modules if 'opentelemetry' in each]\n"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        env={"PYTHONPATH": os.pathsep.join(map(str, paths))},
    )


def test_the_context_takes_the_place_of_a_header_of_the_caller(
    face: Face, recorder: Recorder
) -> None:
    """In any case: it would be there twice."""
    with Loopback(FOUND) as server:
        face(
            lambda client: get(recorder.instrument(client)),
            base_url=server.url,
            headers={"TraceParent": "00-mine"},
        )

    assert sent(server) == [context(recorder.span)]


def test_hooks_see_the_context(face: Face, recorder: Recorder) -> None:
    """It is in the request, and its span is the current one."""
    seen: list[Mapping[str, str]] = []
    current: list[object] = []

    def look(request: Any) -> None:
        seen.append(request.headers)
        current.append(trace.get_current_span().get_span_context())

    with Loopback(FOUND) as server:
        face(
            lambda client: get(recorder.instrument(client)),
            base_url=server.url,
            on_request=look,
        )

    assert seen[0]["traceparent"] == context(recorder.span)
    assert current == [recorder.span.get_span_context()]
    assert trace.get_current_span() is trace.INVALID_SPAN


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
        Loopback(FOUND) as server,
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

    with Loopback(reply(status=503), FOUND) as server:
        asyncio.run(run(server.url))

    found = parents(recorder)
    assert found == {f"n{n}": f"n{n}" for n in range(COUNT)}
    assert len(set(sent(server))) == COUNT + 1
