"""A server on loopback that records each request and answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

__all__ = ["Answer", "Recorded", "Recorder"]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A request as it came; names of headers are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server says: JSON, or bytes as they are."""

    data: object = field(default_factory=dict[str, object])
    status: int = 200
    media_type: str = "application/json"

    @property
    def content(self) -> bytes:
        """The body."""
        if isinstance(self.data, bytes):
            return self.data
        return json.dumps(self.data).encode()


class Recorder:
    """The server; started and stopped by ``with``.

    Attributes:
        answers: What is said next; the last one is said again and again.
        requests: What came so far.
    """

    def __init__(self) -> None:
        self.answers: list[Answer] = [Answer()]
        self.requests: list[Recorded] = []
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline(65537)
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                length = int(self.headers.get("Content-Length", "0"))
                request = Recorded(
                    method=self.command,
                    target=self.path,
                    headers={k.lower(): v for k, v in self.headers.items()},
                    body=self.rfile.read(length),
                )
                recorder.requests.append(request)
                self._say(recorder.answer(request))

            def _say(self, answer: Answer) -> None:
                content = b"" if answer.status == 204 else answer.content
                head = (
                    f"HTTP/1.1 {answer.status} -\r\nContent-Type: {answer.media_type}"
                    f"\r\nContent-Length: {len(content)}\r\n\r\n"
                )
                self.wfile.write(head.encode() + content)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, request: Recorded) -> Answer:
        """What is said to a request: the next answer, whatever it is."""
        del request
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def take(self) -> Recorded:
        """The one request that came since the last one was taken."""
        (request,) = self.requests
        self.requests.clear()
        return request

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
