"""What the benchmarks of calls talk to: as fast as Python can, in a process of its own.

Prints its address, then answers whatever is asked for with a device, a page of a
hundred of them, or a stream of events, until its standard input ends.
"""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from pathlib import Path
from typing import Any, cast

ROOT = Path(__file__).parent.parent.parent
EVENTS = 2000
"""Events of a stream, after which it is silent."""

_JSON = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
)
_STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"


def device() -> dict[str, Any]:
    """The device that the document has as its example."""
    (found,) = (ROOT / "generated/losant/tests").rglob("document.json")
    document = json.loads(found.read_text(encoding="utf-8"))
    path = document["paths"]["/applications/{applicationId}/devices/{deviceId}"]
    media = path["get"]["responses"]["200"]["content"]["application/json"]
    return cast("dict[str, Any]", media["example"])


def answers() -> dict[str, bytes]:
    """Whole responses, by how the path of their request ends."""
    one = device()
    page = {
        "items": [
            {**one, "id": f"{number:024x}", "deviceId": f"{number:024x}"}
            for number in range(100)
        ],
        "count": 100,
        "totalCount": 100,
        "perPage": 100,
        "page": 0,
        "applicationId": one["applicationId"],
    }
    state = {"time": 1466000000000, "data": {"voltage": 22.4, "on": True}}
    event = f"event: deviceState\nid: 1\ndata: {json.dumps(state)}\n\n".encode()
    return {
        "devices": _whole(page),
        "stateStream": _STREAM + event * EVENTS,
        "": _whole(one),
    }


def _whole(value: object) -> bytes:
    body = json.dumps(value).encode()
    return _JSON % len(body) + body


class Connection(asyncio.Protocol):
    """A connection; each request is answered when its head has come."""

    def __init__(self, known: dict[str, bytes]) -> None:
        self._known = known
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It stands."""
        self._wire = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Requests have no body here."""
        self._buffer += data
        *heads, self._buffer = self._buffer.split(b"\r\n\r\n")
        for head in heads:
            path = head.split(b" ", 2)[1].partition(b"?")[0].decode()
            last = path.rpartition("/")[2]
            self._wire.write(self._known.get(last, self._known[""]))


async def main() -> None:
    """Serve until standard input ends."""
    known = answers()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(known), "127.0.0.1", 0, backlog=256
    )
    port = server.sockets[0].getsockname()[1]
    sys.stdout.write(f"http://127.0.0.1:{port}\n")
    sys.stdout.flush()
    ended = asyncio.Event()

    def wait() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait, daemon=True).start()
    await ended.wait()


if __name__ == "__main__":
    asyncio.run(main())
