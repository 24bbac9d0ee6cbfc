"""Uploads: from whatever has bytes, while it is read, with progress."""

from __future__ import annotations

import io
import os
import socket
import threading
import tracemalloc
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, Self

import pytest
from faces import Face
from loopback import WATCHDOG, Loopback, Received, json_reply, reply
from package._runtime import (
    Body,
    File,
    Operation,
    PayloadTooLargeError,
    ServiceUnavailableError,
)

DONE = json_reply({"thingId": "t"})
BUSY = reply(status=503, headers={"Retry-After": "0"})
RAW: Operation[object] = Operation(
    "thing.raw",
    "PUT",
    "/raw",
    bodies=(Body("application/octet-stream"),),
    responses={"200": lambda: object},
    auth=(),
)
PIECES = (b"abc", b"", b"d" * 100_000, b"e")
DATA = b"".join(PIECES)


def raw(content: object, **settings: Any) -> Callable[[Any], Any]:
    """A call whose body is a file."""

    def call(client: Any) -> Any:
        return client._core.call(RAW, None, body=content)

    return call


def bundle(content: object) -> Callable[[Any], Any]:
    """A call with a form that has a file."""
    return lambda client: client.thing.upload(thing_id="t1", bundle=content)


CALLS = pytest.mark.parametrize("call", [raw, bundle], ids=["body", "form"])


def sent(request: Received) -> bytes:
    """The file of a request of either kind."""
    kind = request.headers["content-type"]
    if not kind.startswith("multipart/"):
        return request.body
    boundary = b"--" + kind.partition("boundary=")[2].encode()
    _, part, _ = request.body.split(boundary)
    return part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n")


async def awaited() -> AsyncIterator[bytes]:
    """The pieces, asynchronously."""
    for piece in PIECES:
        yield piece


class Again:
    """Pieces that can be had again."""

    def __iter__(self) -> Iterator[bytes]:
        return iter(PIECES)


class AgainAwaited:
    """The same, asynchronously."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        return awaited()


@CALLS
@pytest.mark.parametrize(
    "content", [lambda: iter(PIECES), Again, lambda: map(bytearray, PIECES)]
)
def test_an_iterable_is_sent_in_chunks(
    face: Face, call: Callable[[object], Any], content: Callable[[], Any]
) -> None:
    """Its pieces one after another; how many there are, nobody knows."""
    with Loopback(DONE) as server:
        face(call(content()), base_url=server.url)

    assert sent(server.request) == DATA
    assert server.request.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in server.request.headers


@CALLS
@pytest.mark.parametrize("content", [awaited, AgainAwaited])
def test_an_asynchronous_iterable_is_sent(
    face: Face, call: Callable[[object], Any], content: Callable[[], Any]
) -> None:
    """By an asynchronous client; another one says so before it sends anything."""
    with Loopback(DONE) as server:
        if face.name == "sync":
            with pytest.raises(TypeError, match="asynchronous client"):
                face(call(content()), base_url=server.url)
            assert server.requests == []
        else:
            face(call(content()), base_url=server.url)
            assert sent(server.request) == DATA


@CALLS
def test_a_length_that_is_known_is_said(
    face: Face, call: Callable[[object], Any]
) -> None:
    """Some servers refuse bodies in chunks."""
    with Loopback(DONE) as server:
        face(call(File(iter(PIECES), length=len(DATA))), base_url=server.url)

    assert sent(server.request) == DATA
    length = server.request.headers["content-length"]
    assert int(length) == len(server.request.body)


@CALLS
def test_progress_is_told(
    face: Face, call: Callable[[object], Any], tmp_path: Path
) -> None:
    """What is sent of the file, without what is around it; and all, where it is known."""
    path = tmp_path / "x"
    path.write_bytes(b"x" * 150_000)
    told: list[tuple[int, int | None]] = []
    with Loopback(DONE) as server, path.open("rb") as file:
        for content in (path, path.read_bytes(), file, iter([b"ab", b"c"])):
            given = File(content, progress=lambda done, of: told.append((done, of)))
            face(call(given), base_url=server.url)

    known = [(65536, 150_000), (131072, 150_000), (150_000, 150_000)]
    assert told == [*known, *known, *known, (2, None), (3, None)]


def test_what_progress_raises_ends_the_call(face: Face) -> None:
    """So that a user can give up; the connection is not used again."""

    def stop(done: int, _: int | None) -> None:
        if done > 100:
            raise KeyError("enough")

    def calls(client: Any) -> Any:
        with pytest.raises(KeyError, match="enough"):
            raw(File(iter(PIECES), progress=stop))(client)
        return raw(b"x")(client)

    async def calls_async(client: Any) -> Any:
        with pytest.raises(KeyError, match="enough"):
            await raw(File(iter(PIECES), progress=stop))(client)
        return await raw(b"x")(client)

    with Loopback(DONE) as server:
        face(calls if face.name == "sync" else calls_async, base_url=server.url)

    assert server.request.body == b"x"
    assert server.connections == 2


@CALLS
def test_a_file_says_its_name_and_type(
    face: Face, call: Callable[[object], Any], tmp_path: Path
) -> None:
    """Instead of those that it would have."""
    path = tmp_path / "x.bin"
    path.write_bytes(b"x")
    with Loopback(DONE) as server:
        face(call(File(path, "y.zip", "application/x-y")), base_url=server.url)
        face(call(File(path)), base_url=server.url)

    first, second = server.requests
    if call is bundle:
        assert b'filename="y.zip"' in first.body
        assert b"Content-Type: application/x-y\r\n" in first.body
        assert b'filename="x.bin"' in second.body
    else:
        assert first.headers["content-type"] == "application/x-y"
        assert second.headers["content-type"] == "application/octet-stream"


@CALLS
def test_what_can_be_read_once_is_sent_once(
    face: Face, call: Callable[[object], Any]
) -> None:
    """What may be gone is not tried again, and what can be had again is."""
    contents: list[Any] = [iter(PIECES), Again()]
    if face.name == "async":
        contents += [awaited(), AgainAwaited()]
    for at, content in enumerate(contents):
        with Loopback(BUSY, DONE) as server:
            if at % 2 == 0:
                with pytest.raises(ServiceUnavailableError):
                    face(call(content), base_url=server.url)
            else:
                face(call(content), base_url=server.url)
        assert [sent(request) for request in server.requests] == [DATA] * (1 + at % 2)


def test_progress_starts_again_with_the_request(face: Face) -> None:
    """It tells of what is sent now."""
    told: list[int] = []
    given = File(b"abc", progress=lambda done, _: told.append(done))
    with Loopback(BUSY, DONE) as server:
        face(raw(given), base_url=server.url)

    assert told == [3, 3]


@CALLS
def test_pieces_that_are_no_bytes_are_refused(
    face: Face, call: Callable[[object], Any]
) -> None:
    """Where they come up: what was sent before is no request."""
    with (
        Loopback(DONE) as server,
        pytest.raises(TypeError, match="gives str, and not bytes"),
    ):
        face(call(iter([b"a", "b"])), base_url=server.url)

    assert server.requests == []


def test_what_has_no_bytes_is_refused(face: Face, tmp_path: Path) -> None:
    """Before anything is sent."""
    with Loopback(DONE) as server:
        for wrong in (7, io.StringIO("text"), {"a": 1}, object()):
            with pytest.raises(TypeError, match=r"the body: .* is no binary file"):
                face(raw(wrong), base_url=server.url)
        for missing in (tmp_path / "nothing", File(tmp_path)):
            with pytest.raises(OSError, match=r"nothing|is a directory"):
                face(raw(missing), base_url=server.url)
        with pytest.raises(ValueError, match="line breaks"):
            face(raw(File(b"", "", "a/b\r\nX: y")), base_url=server.url)

    assert server.requests == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_named_pipe_is_a_path(face: Face, tmp_path: Path) -> None:
    """It has no length, and is read once."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(DATA,))
    writer.start()
    with Loopback(BUSY) as server, pytest.raises(ServiceUnavailableError):
        face(raw(pipe), base_url=server.url)
    writer.join()

    assert server.request.body == DATA


class Drain:
    """A server that takes one request in, whatever its size, and keeps nothing of it.

    Args:
        refuses: Answer when the head of the request is there, and hang up.
    """

    def __init__(self, *, refuses: bool = False) -> None:
        self._refuses = refuses
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.taken = 0

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        buffer, seen = bytearray(65536), b""
        with connection:
            while b"\r\n\r\n" not in seen:
                seen += connection.recv(4096)
            if self._refuses:
                said = b"Content-Length: 0\r\nConnection: close\r\n\r\n"
                connection.sendall(b"HTTP/1.1 413 X\r\n" + said)
                return
            head, _, rest = seen.partition(b"\r\n\r\n")
            _, said, value = head.lower().partition(b"content-length:")
            size = int(value.split()[0]) if said else -1
            self.taken, tail = len(rest), rest[-5:]
            # The end is a chunk of no size, which is not in a body of zeros.
            while self.taken < size if said else tail != b"0\r\n\r\n":
                count = connection.recv_into(buffer)
                assert count, "the request was cut"
                self.taken += count
                tail = (tail + buffer[max(0, count - 5) : count])[-5:]
            body = b"{}"
            head = b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\n"
            connection.sendall(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join(WATCHDOG)
        self._listener.close()
        assert not self._thread.is_alive()


@CALLS
@pytest.mark.parametrize("kind", ["file", "iterator"])
@pytest.mark.filterwarnings("ignore::package._runtime.ResponseValidationWarning")
def test_memory_does_not_grow_with_a_file(
    face: Face, call: Callable[[object], Any], kind: str, tmp_path: Path
) -> None:
    """A few pieces of 64 KiB are there at a time, and never the file."""
    size = 64 * 2**20
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(size)  # sparse: it takes no space on the disk either
    block = bytes(65536)
    blocks = (block for _ in range(size // len(block)))
    with Drain() as server:
        tracemalloc.start()
        try:
            face(call(path if kind == "file" else blocks), base_url=server.url)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert server.taken >= size
    assert peak < size / 16


def test_an_answer_before_the_end_is_the_answer(face: Face) -> None:
    """A server need not take in what it refuses, and the rest is not sent."""
    told: list[int] = []
    block = bytes(65536)
    content = File(
        (block for _ in range(4096)), progress=lambda done, _: told.append(done)
    )
    with Drain(refuses=True) as server, pytest.raises(PayloadTooLargeError):
        face(raw(content), base_url=server.url)

    assert told[-1] < 4096 * len(block)
