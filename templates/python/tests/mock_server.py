"""A server for an API, on loopback, that answers from the examples of its document.

For people it is a stand-in for the API: it checks credentials and requests, answers
with the examples, speaks the streams. Tests tell it what to answer (``answer``,
``page``) and look at what reached it (``requests``). It never shows a traceback to a
client, and ``stop`` (or leaving ``with``) ends every connection.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, TypeAlias, cast
from urllib.parse import parse_qsl, urlsplit

from api_document import (
    ABSENT,
    LINES,
    Absent,
    ApiDocument,
    Json,
    Reply,
    Route,
    as_text,
    is_json,
    listed,
    page,
    page_size,
)

LARGEST = 64 * 1024 * 1024
"""Bytes of a request body; a larger one is answered 413."""
IDLE = 30.0
"""Seconds after which a connection without a request is closed."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it reached the server, and what became of it."""

    method: str
    path: str
    """As it came, percent-encoded."""
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    operation_id: str = ""
    """Empty if the path is that of no operation, or the method is not."""
    status: int = 0
    findings: tuple[str, ...] = ()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The query, decoded."""
        return parse_qsl(self.query, keep_blank_values=True)

    def header(self, name: str) -> str | None:
        """A header by its name, in any case."""
        wanted = name.lower()
        return next((v for key, v in self.headers if key.lower() == wanted), None)


Judge: TypeAlias = Callable[[Request], Sequence[str]]
"""Tells what is wrong with a request; empty if nothing is."""


@dataclass(slots=True)
class _Answer:
    status: int
    body: Json | bytes | Absent
    headers: Mapping[str, str]
    events: tuple[tuple[str, Json], ...] | None
    times: int | None
    change: Callable[[Route, Reply, Request, Json], Json] | None


@dataclass(slots=True)
class _Response:
    """What is sent: a body, or events."""

    status: int
    media_type: str = ""
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict[str, str])
    events: tuple[tuple[str, Json], ...] | None = None


class MockServer:
    """Serves a document; ``url`` is where.

    Args:
        document: The OpenAPI document, completed with examples.
        host: Where to listen; loopback unless told otherwise.
        port: 0 picks a free one.
        judge: Finds what is wrong with a request, which is then answered 400.
        log: Is told each request after it was answered.
        comments: How many comments a stream sends after its events, one each
            ``interval`` seconds, before it ends.
        guarded: Whether a request without the documented credential is answered 401.

    Raises:
        OSError: The port is taken.
    """

    def __init__(
        self,
        document: Mapping[str, Json],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        judge: Judge | None = None,
        log: Callable[[Request], None] | None = None,
        comments: int = 2,
        interval: float = 0.05,
        guarded: bool = True,
    ) -> None:
        self.api = ApiDocument(document)
        self.comments = comments
        self.interval = interval
        self.stopping = threading.Event()
        self.failures: list[BaseException] = []
        """What went wrong inside: there should be nothing."""
        self._judge = judge
        self._log = log
        self._guarded = guarded
        self._lock = threading.Lock()
        self._judging = threading.Lock()  # a judge need not be made for threads
        self._requests: list[Request] = []
        self._answers: dict[str, list[_Answer]] = {}
        self._listener = _Listener((host, port), self)
        self._thread = threading.Thread(
            target=self._listener.serve_forever,
            kwargs={"poll_interval": 0.05},
            name="mock server",
            daemon=True,
        )
        address = self._listener.server_address
        self.url = f"http://{address[0]!s}:{address[1]!s}"

    def start(self) -> MockServer:
        """Begin to answer, in a thread."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop answering and end all connections; more than once does no harm."""
        self.stopping.set()
        if self._thread.is_alive():
            self._listener.shutdown()
            self._thread.join()
        self._listener.server_close()
        self._listener.disconnect()

    def __enter__(self) -> MockServer:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    # ------------------------------------------------------------------- scripting

    @property
    def requests(self) -> list[Request]:
        """Everything that reached the server since ``clear``."""
        with self._lock:
            return list(self._requests)

    def clear(self) -> None:
        """Forget the requests, and what was to be answered."""
        with self._lock:
            self._requests.clear()
            self._answers.clear()

    def answer(
        self,
        operation_id: str,
        *,
        status: int = 200,
        body: Json | bytes | Absent = ABSENT,
        headers: Mapping[str, str] | None = None,
        events: Iterable[tuple[str, Json]] | None = None,
        times: int | None = None,
        change: Callable[[Route, Reply, Request, Json], Json] | None = None,
    ) -> None:
        """Say how an operation is answered, ``times`` times or from now on.

        Without ``body`` the document's example for that status is; ``change`` makes
        another of it. Answers to one operation are used up one after another. A
        scripted answer is given without a look at the credential or the request.

        Raises:
            KeyError: The document has no such operation.
        """
        route = self.api[operation_id]
        script = _Answer(
            status=status,
            body=body,
            headers=dict(headers or {}),
            events=tuple(events) if events is not None else None,
            times=times,
            change=change,
        )
        with self._lock:
            self._answers.setdefault(route.id, []).append(script)

    def page(self, operation_id: str, *, length: int | None = None) -> None:
        """Answer a paged operation as if its list had ``length`` items.

        Without ``length`` it has two pages, of whatever size is asked for. Items that
        are objects are numbered: in their ``id``, and in a field that the document
        does not know.

        Raises:
            KeyError: The document has no such operation.
        """
        route = self.api[operation_id]
        self.answer(
            operation_id,
            status=route.successes[0].code,
            change=lambda route, reply, request, body: _page(
                route, request, body, length
            ),
        )

    # ------------------------------------------------------------------- answering

    def respond(self, request: Request) -> _Response:
        """What a request is answered with; it is recorded first."""
        found = self.api.find(request.path, request.pairs)
        route = self._meant([each for each in found if each.method == request.method])
        findings: tuple[str, ...] = ()
        if route is None:
            response = self._nowhere(request, found)
        else:
            request = _replaced(request, operation_id=route.id)
            script = self._scripted(route)
            missing = (
                script is None and self._guarded and not self._allowed(route, request)
            )
            if script is None and not missing and self._judge is not None:
                with self._judging:
                    findings = tuple(self._judge(request))
            response = self._answer(route, request, script, missing, findings)
        record = _replaced(request, status=response.status, findings=findings)
        with self._lock:
            self._requests.append(record)
        if self._log is not None:
            self._log(record)
        return response

    def _meant(self, candidates: Sequence[Route]) -> Route | None:
        """The operation that is asked for, where one URL may mean several.

        ``/{mount}/login`` and ``/{other}/login`` cannot be told apart, and a value may
        be what another path says literally: the one that is scripted is meant.
        """
        with self._lock:
            scripted = [each for each in candidates if each.id in self._answers]
        return next(iter((*scripted, *candidates)), None)

    def _nowhere(self, request: Request, found: list[Route]) -> _Response:
        if not found:
            return self.failure(None, 404, f"there is no operation at {request.path}")
        methods = ", ".join(sorted({each.method for each in found}))
        response = self.failure(
            found[0], 405, f"{request.path} takes {methods}, not {request.method}"
        )
        response.headers["Allow"] = methods
        return response

    def _answer(
        self,
        route: Route,
        request: Request,
        script: _Answer | None,
        missing: bool,
        findings: tuple[str, ...],
    ) -> _Response:
        if missing:
            response = self.failure(route, 401, "the credential is missing")
            response.headers["WWW-Authenticate"] = "Bearer"
            return response
        if findings:
            return self.failure(route, 400, "; ".join(findings))
        if script is not None:
            return self._from_script(route, request, script)
        if not route.successes:
            return _Response(204)
        reply = route.successes[0].asked(request.header("Accept") or "")
        example = route.shaped(reply, request.pairs).example
        if route.pages is not None and not isinstance(example, Absent):
            length = len(listed(route.pages, example))
            example = page(route.pages, example, request.pairs, length=length)
        return _rendered(reply.code, reply, example)

    def _from_script(
        self, route: Route, request: Request, script: _Answer
    ) -> _Response:
        documented = route.reply(script.status) or Reply(str(script.status))
        reply = next(
            (each for each in route.successes if each.code == script.status), documented
        ).asked(request.header("Accept") or "")
        body = script.body
        if isinstance(body, Absent):
            body = route.shaped(reply, request.pairs).example
        if script.change is not None and not isinstance(body, bytes | Absent):
            body = script.change(route, reply, request, body)
        response = _rendered(script.status, reply, body)
        if script.events is not None:
            response.events = script.events
        response.headers.update(script.headers)
        return response

    def _scripted(self, route: Route) -> _Answer | None:
        with self._lock:
            waiting = self._answers.get(route.id, [])
            for script in waiting:
                if script.times is None:
                    return script
                if script.times > 0:
                    script.times -= 1
                    return script
        return None

    def failure(self, route: Route | None, status: int, message: str) -> _Response:
        """An error in the shape that the API documents."""
        body = json.dumps(self.api.error(route, status, message)).encode()
        return _Response(status, "application/json", body)

    def _allowed(self, route: Route, request: Request) -> bool:
        """Whether the credentials of one of the alternatives are there."""
        return not route.security or any(
            all(self._presented(name, request) for name in names)
            for names in route.security
        )

    def _presented(self, name: str, request: Request) -> bool:
        scheme = self.api.schemes.get(name)
        if not isinstance(scheme, dict):
            return True
        if scheme.get("type") == "apiKey":
            return _has_key(request, str(scheme.get("in")), str(scheme.get("name")))
        kind = str(scheme.get("scheme", "bearer")).lower()
        sent, _, rest = (request.header("Authorization") or "").partition(" ")
        return sent.lower() == kind and bool(rest.strip())


def _page(route: Route, request: Request, body: Json, length: int | None) -> Json:
    if route.pages is None:
        return body
    if length is None:
        size = page_size(route.pages, body, request.pairs)
        length = size + min(size, len(listed(route.pages, body)))
    return page(route.pages, body, request.pairs, length=length, apart=True)


def _has_key(request: Request, location: str, name: str) -> bool:
    if location == "query":
        return any(key == name and value for key, value in request.pairs)
    if location == "cookie":
        cookies = (request.header("Cookie") or "").split(";")
        return any(each.strip().partition("=")[0] == name for each in cookies)
    return bool(request.header(name))


def _replaced(request: Request, **changes: Any) -> Request:
    values = {name: getattr(request, name) for name in request.__slots__}
    return Request(**{**values, **changes})


def _rendered(status: int, reply: Reply, body: Json | bytes | Absent) -> _Response:
    """A body as its media type writes it."""
    if reply.events is not None and isinstance(body, Absent):
        return _Response(status, reply.media_type, events=reply.events)
    if isinstance(body, Absent):
        return _Response(status)
    media_type = reply.media_type or "application/json"
    if isinstance(body, bytes):
        return _Response(status, media_type, body)
    if not is_json(media_type):
        return _Response(status, media_type, as_text(body).encode())
    return _Response(status, media_type, json.dumps(body).encode())


# ------------------------------------------------------------------ connections


class _Listener(ThreadingHTTPServer):
    """Knows the open connections, so that it can end them."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], mock: MockServer) -> None:
        self.mock = mock
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(address, _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is nobody's concern; anything else is kept."""
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            self.mock.failures.append(error)

    def disconnect(self) -> None:
        with self._guard:
            remaining = list(self._open)
        for connection in remaining:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it has ended by itself


class _RefusedError(Exception):
    """The body of a request cannot be read."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "mock"
    sys_version = ""
    timeout = IDLE
    wbufsize = 64 * 1024
    disable_nagle_algorithm = True

    @property
    def _mock(self) -> MockServer:
        return cast(_Listener, self.server).mock

    def _respond(self) -> None:
        try:
            body = self._body()
        except _RefusedError as error:
            self.close_connection = True
            self._send(self._mock.failure(None, error.status, str(error)))
            return
        try:
            target = urlsplit(self.path)
        except ValueError:
            self._send(self._mock.failure(None, 400, "the target is no URL"))
            return
        request = Request(
            method=self.command,
            path=target.path,
            query=target.query,
            headers=tuple(self.headers.items()),
            body=body,
        )
        self._send(self._mock.respond(request))

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):  # whatever the method is
            return self._respond
        raise AttributeError(name)

    def _body(self) -> bytes:
        """The whole body.

        Raises:
            _RefusedError: It is too large, or its length is not told as HTTP has it.
        """
        if self.headers.get("Transfer-Encoding", "").strip().lower() == "chunked":
            return self._chunks()
        length = self.headers.get("Content-Length", "0").strip()
        if not length.isdecimal():
            raise _RefusedError(400, "Content-Length is no number")
        if int(length) > LARGEST:
            raise _RefusedError(413, f"a body has at most {LARGEST} bytes here")
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise _RefusedError(400, "the body is shorter than Content-Length")
        return body

    def _chunks(self) -> bytes:
        body = bytearray()
        while True:
            line = self.rfile.readline(1024).partition(b";")[0].strip()
            try:
                size = int(line, 16)
            except ValueError:
                raise _RefusedError(400, "a chunk without a size") from None
            if size < 0 or len(body) + size > LARGEST:
                raise _RefusedError(413, f"a body has at most {LARGEST} bytes here")
            if size == 0:
                break
            body += self.rfile.read(size)
            self.rfile.readline(1024)
        while self.rfile.readline(1024).strip():
            pass  # trailers mean nothing here
        return bytes(body)

    def _send(self, response: _Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.events is not None:
            self._stream(response.media_type, response.events)
            return
        given = {name.lower() for name in response.headers}
        if response.media_type and "content-type" not in given:
            self.send_header("Content-Type", response.media_type)
        empty = response.status < 200 or response.status in (204, 304)
        if not empty and "content-length" not in given:
            self.send_header("Content-Length", str(len(response.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if not empty and self.command != "HEAD":
            self.wfile.write(response.body)

    def _stream(self, media_type: str, events: Iterable[tuple[str, Json]]) -> None:
        """A comment, the events, then comments until the client leaves or they end."""
        self.close_connection = True
        if media_type in LINES:
            self._lines(media_type, events)
            return
        self.send_header("Content-Type", media_type or "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b": keep-alive\n\n")
        for number, (name, data) in enumerate(events, 1):
            shown = data if isinstance(data, str) else json.dumps(data)
            lines = "".join(f"data: {line}\n" for line in shown.split("\n"))
            self.wfile.write(f"id: {number}\nevent: {name}\n{lines}\n".encode())
        self.wfile.flush()
        for _ in range(self._mock.comments):
            if self._mock.stopping.wait(self._mock.interval):
                return
            self.wfile.write(b": keep-alive\n\n")
            self.wfile.flush()

    def _lines(self, media_type: str, events: Iterable[tuple[str, Json]]) -> None:
        """JSON on lines, of which the last one does not end."""
        self.send_header("Content-Type", media_type)
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write("\n".join(json.dumps(data) for _, data in events).encode())

    def send_error(
        self, code: int, message: str | None = None, explain: str | None = None
    ) -> None:
        """What the base class refuses by itself is told as JSON too."""
        del explain
        self.close_connection = True
        self.command = self.command or "GET"
        said = message or HTTPStatus(code).phrase
        self._send(self._mock.failure(None, code, said))

    def log_message(self, format: str, *args: Any) -> None:
        """The server is quiet; ``MockServer`` logs."""
