"""HTTP/2, by an extra: calls share a connection."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import threading
from pathlib import Path
from typing import Any

import pytest
from faces import Face
from loopback import BEARER, Loopback, json_reply
from watchdog import watched

pytest.importorskip("h2")
pytest.importorskip("trustme")

import h2.config
import h2.connection
import h2.events
from certificates import server_context
from sample import AsyncSample, Sample


class TwoLoopback(Loopback):
    """A server that speaks HTTP/2: it answers with the thing that is asked for.

    It waits for ``together`` requests before it answers the first of them.
    """

    def __init__(self, together: int = 1) -> None:
        super().__init__(tls=server_context("h2"))
        self._together = together
        self.paths: list[str] = []
        self.bodies: dict[int, bytes] = {}

    def _serve(self, connection: socket.socket) -> None:
        assert self._tls is not None
        plain = connection
        try:
            connection = self._tls.wrap_socket(connection, server_side=True)
            self._replace(plain, connection)
            self._speak(connection)
        except OSError:
            return  # the client ended the connection
        finally:
            with self._lock:
                self._open.remove(connection)
            connection.close()

    def _speak(self, connection: socket.socket) -> None:
        state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        state.initiate_connection()
        connection.sendall(state.data_to_send())
        waiting: list[tuple[int, str]] = []
        paths: dict[int, str] = {}
        while data := connection.recv(65536):
            for event in state.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    headers = dict(event.headers or ())
                    paths[event.stream_id or 0] = headers[b":path"].decode()
                elif isinstance(event, h2.events.DataReceived):
                    number = event.stream_id or 0
                    body = self.bodies.get(number, b"") + (event.data or b"")
                    self.bodies[number] = body
                    size = event.flow_controlled_length or 0
                    state.acknowledge_received_data(size, number)
                elif isinstance(event, h2.events.StreamEnded):
                    number = event.stream_id or 0
                    self.paths.append(paths[number])
                    waiting.append((number, paths[number]))
            if len(self.paths) >= self._together:
                for number, path in waiting:
                    self._answer(state, number, path)
                waiting.clear()
            connection.sendall(state.data_to_send())

    @staticmethod
    def _answer(state: h2.connection.H2Connection, number: int, path: str) -> None:
        name = path.partition("?")[0].rpartition("/")[2]
        if name == "stream":  # it stands
            head = [(":status", "200"), ("content-type", "text/event-stream")]
            state.send_headers(number, head)
            state.send_data(number, b"data: 1\n\n")
            return
        head = [(":status", "200"), ("content-type", "application/json")]
        state.send_headers(number, head)
        state.send_data(number, json.dumps({"thingId": name}).encode(), end_stream=True)


def test_a_server_that_speaks_it_is_spoken_to_in_it(face: Face, trusted: Path) -> None:
    """With a body, too."""
    with TwoLoopback() as server:
        thing = watched(
            lambda: face(
                lambda client: client.thing.patch(
                    thing_id="t1", thing_patch={"name": "x" * 100_000}
                ),
                base_url=server.url,
                verify=trusted,
                http2=True,
            )
        )

    assert thing.thing_id == "t1"
    (body,) = server.bodies.values()
    assert json.loads(body) == {"name": "x" * 100_000}


def test_nobody_logs_headers(
    face: Face, trusted: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The libraries would, with the token, for whoever debugs."""
    caplog.set_level(logging.DEBUG)
    with TwoLoopback() as server:
        watched(
            lambda: face(
                lambda client: client.thing.get(thing_id="t1"),
                base_url=server.url,
                verify=trusted,
                http2=True,
            )
        )

    assert "200" in caplog.text
    assert "secret-token" not in caplog.text


def test_telemetry_knows_the_version(face: Face, trusted: Path) -> None:
    """By its extra."""
    pytest.importorskip("opentelemetry.sdk")
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import (
        InMemorySpanExporter,
    )
    from package.opentelemetry import instrument

    spans, tracers = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    tracers.add_span_processor(SimpleSpanProcessor(spans))

    def call(client: Any) -> Any:
        instrument(client, tracer_provider=tracers)
        return client.thing.get(thing_id="t1")

    with TwoLoopback() as server:
        watched(lambda: face(call, base_url=server.url, verify=trusted, http2=True))

    (span,) = spans.get_finished_spans()
    assert (span.attributes or {})["network.protocol.version"] == "2"


def test_other_servers_are_spoken_to_as_they_can(face: Face, trusted: Path) -> None:
    """HTTP/1.1 over TLS, and without it."""
    thing = json_reply({"thingId": "t1"})
    for tls in (None, server_context()):
        with Loopback(thing, tls=tls) as server:
            found = face(
                lambda client: client.thing.get(thing_id="t1"),
                base_url=server.url,
                verify=trusted,
                http2=True,
            )
            assert found.thing_id == "t1"


def test_it_is_not_spoken_unless_it_is_asked_for(face: Face, trusted: Path) -> None:
    """By default there is one protocol less to fail."""
    answer = json_reply({"thingId": "t1"})
    with Loopback(answer, tls=server_context("h2", "http/1.1")) as server:
        found = face(
            lambda client: client.thing.get(thing_id="t1"),
            base_url=server.url,
            verify=trusted,
        )

    assert found.thing_id == "t1"


def test_calls_at_once_share_a_connection(trusted: Path) -> None:
    """Each gets its own answer."""
    names = [f"t{number}" for number in range(20)]

    async def run(url: str) -> list[Any]:
        async with AsyncSample(
            base_url=url, access_token=BEARER, verify=trusted, http2=True
        ) as client:
            await client.thing.get(thing_id="first")
            return await asyncio.gather(
                *(client.thing.get(thing_id=name) for name in names)
            )

    with TwoLoopback() as server:
        found = watched(lambda: asyncio.run(run(server.url)))

    assert [each.thing_id for each in found] == names
    assert server.connections == 1


def test_a_stream_that_is_closed_disturbs_no_call(trusted: Path) -> None:
    """It does not share their connection, which would end with it."""

    def run(url: str) -> list[Any]:
        with Sample(
            base_url=url, access_token=BEARER, verify=trusted, http2=True
        ) as client:
            found: list[Any] = [client.thing.get(thing_id="t1")]
            stream = client.thing.stream(thing_id="t1")
            heard = [next(stream).data]
            timer = threading.Timer(0.2, stream.close)
            timer.start()
            heard += [event.data for event in stream]
            timer.join()
            found.append(client.thing.get(thing_id="t2"))
            return [*heard, *(each.thing_id for each in found)]

    with TwoLoopback() as server:
        assert watched(lambda: run(server.url)) == [1, "t1", "t2"]

    assert server.connections == 2
