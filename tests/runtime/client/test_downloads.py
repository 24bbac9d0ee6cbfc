"""Downloads: a response in a file, whole or not at all, and never in memory."""

from __future__ import annotations

import asyncio
import gzip
import os
import stat
import tracemalloc
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, assert_type

import pytest
from faces import Face
from loopback import BEARER, Answer, Loopback, Received, Wire, json_reply, reply
from package._runtime import (
    APIConnectionError,
    APIDecodeError,
    APITimeoutError,
    NotFoundError,
    ResponseTooLargeError,
    download,
)
from package._runtime.transport.content import Progress
from sample import AsyncSample, Sample

DATA = bytes(range(256)) * 1000
WHOLE = reply(DATA, media_type="application/octet-stream")


def to_file(
    method: Callable[..., Any], path: Path, progress: Progress | None = None
) -> Callable[..., Any]:
    """``download`` of a method of either kind of client."""
    return download(method, path, progress=progress)


def saved(
    path: Path, progress: Progress | None = None, **options: Any
) -> Callable[[Any], Any]:
    """A call that saves what it gets."""
    return lambda client: to_file(client.thing.data, path, progress)(
        thing_id="t1", request_options=options
    )


def head(length: int, *more: str) -> bytes:
    """The head of a response."""
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {length}", *more, "", ""]
    return "\r\n".join(lines).encode()


def cut(_: Received, wire: Wire) -> None:
    """Half of the file."""
    wire.send(head(len(DATA)) + DATA[: len(DATA) // 2])
    wire.hang_up()


def stalled(_: Received, wire: Wire) -> None:
    """Half of the file, and then nothing."""
    wire.send(head(len(DATA)) + DATA[: len(DATA) // 2])
    wire.hold()


def test_a_response_is_saved(face: Face, tmp_path: Path) -> None:
    """As it came; the call gives the path."""
    path = tmp_path / "x.bin"
    with Loopback(WHOLE) as server:
        found = face(saved(path), base_url=server.url)

    assert found == path
    assert path.read_bytes() == DATA
    assert list(tmp_path.iterdir()) == [path]
    assert server.request.path == "/things/t1/data"
    assert server.request.headers["accept"] == "application/octet-stream"


def test_any_media_type_is_saved(face: Face, tmp_path: Path) -> None:
    """What the method would decode stays as it is."""
    path = tmp_path / "x.json"
    with Loopback(json_reply({"thingId": "t1"})) as server:
        face(
            lambda client: to_file(client.thing.get, path)(thing_id="t1"),
            base_url=server.url,
        )

    assert path.read_bytes() == b'{"thingId": "t1"}'


def test_what_was_there_is_replaced(face: Face, tmp_path: Path) -> None:
    """It keeps its permissions, and a link stays a link."""
    path, link = tmp_path / "x", tmp_path / "link"
    path.write_bytes(b"before")
    path.chmod(0o640)
    link.symlink_to(path)
    with Loopback(WHOLE) as server:
        face(saved(link), base_url=server.url)

    assert link.is_symlink()
    assert path.read_bytes() == DATA
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_new_file_has_the_usual_permissions(face: Face, tmp_path: Path) -> None:
    """Those of any file that the user makes."""
    usual, path = tmp_path / "usual", tmp_path / "x"
    usual.touch()
    with Loopback(WHOLE) as server:
        face(saved(path), base_url=server.url)

    assert path.stat().st_mode == usual.stat().st_mode


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply(b'{"message": "no"}', status=404), NotFoundError),
        (reply(status=204), APIDecodeError),
        (cut, APIConnectionError),
        (stalled, APITimeoutError),
        (
            reply(gzip.compress(DATA)[:-9], headers={"Content-Encoding": "gzip"}),
            APIConnectionError,
        ),
    ],
    ids=["status", "nothing", "cut", "stalled", "half a gzip"],
)
def test_nothing_is_left_of_a_failure(
    face: Face, answer: Answer, error: type[Exception], tmp_path: Path
) -> None:
    """What was there before still is."""
    path = tmp_path / "x"
    path.write_bytes(b"before")
    with Loopback(answer) as server, pytest.raises(error):
        face(saved(path), base_url=server.url, max_retries=1, timeout=0.2)

    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_download_that_breaks_begins_again(face: Face, tmp_path: Path) -> None:
    """Nothing of the first try is in the file; progress starts again as well."""
    path = tmp_path / "x"
    told: list[tuple[int, int | None]] = []
    with Loopback(cut, reply(status=503), WHOLE) as server:
        face(
            saved(path, progress=lambda done, of: told.append((done, of))),
            base_url=server.url,
        )

    assert path.read_bytes() == DATA
    assert len(server.requests) == 3
    counts = [done for done, _ in told]
    again = next(at for at in range(1, len(told)) if counts[at] <= counts[at - 1])
    assert 0 < counts[again - 1] <= len(DATA) // 2
    assert counts[again:] == sorted(counts[again:])
    assert told[-1] == (len(DATA), len(DATA))
    assert {of for _, of in told} == {len(DATA)}


def test_what_is_compressed_is_expanded(face: Face, tmp_path: Path) -> None:
    """What it will be in the end is not known before."""
    path = tmp_path / "x"
    told: list[tuple[int, int | None]] = []
    packed = reply(gzip.compress(DATA), headers={"Content-Encoding": "gzip"})
    with Loopback(packed) as server:
        face(
            saved(path, progress=lambda done, of: told.append((done, of))),
            base_url=server.url,
        )

    assert path.read_bytes() == DATA
    assert told[-1] == (len(DATA), None)


def test_what_progress_raises_ends_the_call(face: Face, tmp_path: Path) -> None:
    """And leaves nothing."""

    def stop(_: int, __: int | None) -> None:
        raise KeyError("enough")

    with Loopback(WHOLE) as server, pytest.raises(KeyError, match="enough"):
        face(saved(tmp_path / "x", progress=stop), base_url=server.url)

    assert list(tmp_path.iterdir()) == []


def test_a_download_is_cancelled(tmp_path: Path) -> None:
    """In the middle: nothing is left."""
    begun = asyncio.Event()

    async def run() -> None:
        def tell(_: int, __: int | None) -> None:
            begun.set()

        async with AsyncSample(access_token=BEARER, base_url=server.url) as client:
            call = saved(tmp_path / "x", progress=tell)(client)
            task = asyncio.ensure_future(call)
            await begun.wait()
            assert len(list(tmp_path.iterdir())) == 1
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    with Loopback(stalled) as server:
        asyncio.run(run())

    assert list(tmp_path.iterdir()) == []


def test_limits_hold_if_they_are_set(face: Face, tmp_path: Path) -> None:
    """By the client or the call; by default there is none."""
    path = tmp_path / "x"
    with Loopback(WHOLE) as server:
        with pytest.raises(ResponseTooLargeError):
            face(saved(path), base_url=server.url, max_response_bytes=1000)
        with pytest.raises(ResponseTooLargeError):
            face(saved(path, max_response_bytes=1000), base_url=server.url)
        assert list(tmp_path.iterdir()) == []

        face(
            saved(path, max_response_bytes=None),
            base_url=server.url,
            max_response_bytes=1000,
        )
    assert path.read_bytes() == DATA


def test_the_default_limit_is_for_memory(
    face: Face, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files may be larger."""
    from package._runtime.call import request_builder

    monkeypatch.setattr(request_builder, "LIMIT", 1000)
    path = tmp_path / "x"
    with Loopback(WHOLE) as server:
        with pytest.raises(ResponseTooLargeError):
            face(lambda client: client.thing.data(thing_id="t1"), base_url=server.url)
        face(saved(path), base_url=server.url)

    assert path.read_bytes() == DATA


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_memory_does_not_grow_with_a_file(
    face: Face, packed: bool, tmp_path: Path
) -> None:
    """A few pieces are there at a time, also where little expands to much."""
    size, block = 64 * 2**20, bytes(65536)
    squeezed = gzip.compress(bytes(size))

    def answer(_: Received, wire: Wire) -> None:
        if packed:
            wire.send(head(len(squeezed), "Content-Encoding: gzip") + squeezed)
            return
        wire.send(head(size))
        for __ in range(size // len(block)):
            wire.send(block)

    path = tmp_path / "x"
    with Loopback(answer) as server:
        tracemalloc.start()
        try:
            face(saved(path), base_url=server.url)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert path.stat().st_size == size
    assert peak < size / 16


def test_a_place_that_cannot_be_is_refused(face: Face, tmp_path: Path) -> None:
    """Before anything is sent."""
    with Loopback(WHOLE) as server:
        for wrong in (tmp_path, tmp_path / "no" / "x", Path(os.devnull)):
            with pytest.raises(OSError, match=r"is there|No such file"):
                face(saved(wrong), base_url=server.url)

    assert server.requests == []
    assert not Path(os.devnull).is_file()


def test_what_has_no_single_response_is_refused(tmp_path: Path) -> None:
    """Events, all pages, and what is no method of a resource."""
    path = tmp_path / "x"
    with Sample(access_token=BEARER, base_url="http://127.0.0.1:1") as client:
        with pytest.raises(TypeError, match=r"download\(\) is for calls with one"):
            download(client.thing.stream, path)(thing_id="t1")
        with pytest.raises(TypeError, match=r"download\(\) is for calls with one"):
            download(client.thing.iterate, path)()
        with pytest.raises(TypeError, match=r"download\(\) takes a method"):
            download(print, path)

    assert list(tmp_path.iterdir()) == []


if TYPE_CHECKING:

    def types(client: Sample, other: AsyncSample) -> None:
        """What type checkers see."""
        assert_type(download(client.thing.data, "x")(thing_id="t"), Path)
        call: Coroutine[Any, Any, Path] = download(other.thing.data, "x")(thing_id="t")
        del call
        download(client.thing.data, "x")(thing="t")  # type: ignore[call-arg] # pyright: ignore[reportCallIssue]
