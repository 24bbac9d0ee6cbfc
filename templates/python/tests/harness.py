"""The checks that every generated test calls, over real connections to a mock server.

``check("device.get", lambda client: client.device.get(…))`` calls the operation once
for each documented response. The server answers with the document's example; what it
received is judged by an independent judge, and has to carry every value of the call;
what the call returned has to be that example, typed, with fields that the document does
not know. Each documented error has to raise the class of its status, with its body.

Nothing here knows the API: ``conftest`` says which clients are checked.
"""

from __future__ import annotations

import asyncio
import importlib
import json
from collections.abc import (
    AsyncIterable,
    Awaitable,
    Callable,
    Iterable,
    Iterator,
    Mapping,
)
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    AsyncExitStack,
    ExitStack,
)
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar, cast
from urllib.parse import quote

import pytest
from api_document import (
    UNKNOWN,
    Absent,
    Json,
    Reply,
    Route,
    as_text,
    at,
    essence,
    is_json,
    listed,
    mapping,
    numbered,
    page_size,
    resolved,
    text,
)
from comparing import Injection, differences, received, retyped, written
from judge import Judge
from mock_server import MockServer, Request
from wire_reader import Reader, UnreadableError

Subject: TypeAlias = tuple[type[Any], type[Any], Mapping[str, str], tuple[str, ...]]
"""The client, its asynchronous twin, credentials by argument, and wire names of the
parameters that are options of the client rather than arguments of a method."""

Call: TypeAlias = Callable[[Any], Any]

_ERRORS = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    405: "MethodNotAllowedError",
    406: "NotAcceptableError",
    408: "RequestTimeoutError",
    409: "ConflictError",
    410: "GoneError",
    412: "PreconditionFailedError",
    413: "PayloadTooLargeError",
    415: "UnsupportedMediaTypeError",
    422: "UnprocessableEntityError",
    423: "LockedError",
    429: "RateLimitError",
    502: "BadGatewayError",
    503: "ServiceUnavailableError",
    504: "GatewayTimeoutError",
}
_PLAIN = ("name", "in", "x-sdk-style")
_DECIDED = frozenset(
    {"accept", "authorization", "content-length", "content-type", "transfer-encoding"}
)
"""Headers that are never parameters (OpenAPI 3.1, Parameter Object), or tell what the
body is (RFC 9112, 6): their values are none that a call gives."""
_ODD: tuple[str, Json] = (UNKNOWN, {"since": 1})
_DEFAULTS = {"default": (500, 400, 418), "4XX": (400, 418, 422), "5XX": (500, 503, 599)}


class EventLike(Protocol):
    """An event of a stream."""

    @property
    def event(self) -> str: ...
    @property
    def data(self) -> object: ...


C_co = TypeVar("C_co", covariant=True)


class CheckOf(Protocol[C_co]):
    """Checks an operation: its requests, results and errors."""

    def __call__(
        self,
        operation_id: str,
        call: Callable[[C_co], object],
        *,
        minimal: Callable[[C_co], object] | None = None,
    ) -> None: ...


class AsyncCheckOf(Protocol[C_co]):
    """The same, of an asynchronous client."""

    def __call__(
        self,
        operation_id: str,
        call: Callable[[C_co], Awaitable[object]],
        *,
        minimal: Callable[[C_co], Awaitable[object]] | None = None,
    ) -> None: ...


class CheckPagesOf(Protocol[C_co]):
    """Checks that all items of a list are there, page after page."""

    def __call__(
        self,
        operation_id: str,
        call: Callable[[C_co], Iterable[object]],
        *,
        minimal: Callable[[C_co], Iterable[object]] | None = None,
    ) -> None: ...


class AsyncCheckPagesOf(Protocol[C_co]):
    """The same, of an asynchronous client."""

    def __call__(
        self,
        operation_id: str,
        call: Callable[[C_co], AsyncIterable[object]],
        *,
        minimal: Callable[[C_co], AsyncIterable[object]] | None = None,
    ) -> None: ...


class CheckStreamOf(Protocol[C_co]):
    """Checks that the events of a stream arrive, typed."""

    def __call__(
        self,
        operation_id: str,
        call: Callable[[C_co], AbstractContextManager[Iterable[EventLike]]],
        *,
        minimal: (
            Callable[[C_co], AbstractContextManager[Iterable[EventLike]]] | None
        ) = None,
    ) -> None: ...


class AsyncCheckStreamOf(Protocol[C_co]):
    """The same, of an asynchronous client."""

    def __call__(
        self,
        operation_id: str,
        call: Callable[[C_co], AbstractAsyncContextManager[AsyncIterable[EventLike]]],
        *,
        minimal: (
            Callable[[C_co], AbstractAsyncContextManager[AsyncIterable[EventLike]]]
            | None
        ) = None,
    ) -> None: ...


class CheckBody(Protocol):
    """Checks that the body of a webhook is read."""

    def __call__(self, parse: Callable[[bytes], object], pointer: str) -> None: ...


class Harness:
    """A server, both clients, and the checks of an operation.

    Args:
        document: The OpenAPI document, completed with examples.
        subject: What is checked.
    """

    def __init__(self, document: Mapping[str, Json], subject: Subject) -> None:
        sync_class, async_class, credentials, options = subject
        self._options = frozenset(options)
        self._server = MockServer(document, interval=0.001).start()
        self._judge = Judge(document)
        self._reader = Reader(document)
        self._injection = Injection(document)
        self._errors = importlib.import_module(sync_class.__module__.partition(".")[0])
        self._runner = asyncio.Runner()
        self._stack = ExitStack()
        self._async_stack = AsyncExitStack()
        settings: dict[str, object] = {
            **credentials,
            "base_url": self._server.url,
            "max_retries": 0,
            "strict": True,
        }
        self._client = self._stack.enter_context(sync_class(**settings))
        self._async_client = self._runner.run(
            self._async_stack.enter_async_context(async_class(**settings))
        )

    def close(self) -> None:
        """Close both clients and the server, which must not have failed inside."""
        self._stack.close()
        self._runner.run(self._async_stack.aclose())
        self._runner.close()
        self._server.stop()
        assert self._server.failures == [], f"the server: {self._server.failures}"

    # ----------------------------------------------------------------------- faces

    def run(self, call: Call) -> object:
        """The result of a call of the synchronous client."""
        return call(self._client)

    def run_async(self, call: Call) -> object:
        """The result of a call of the asynchronous client."""

        async def awaited() -> object:
            return await call(self._async_client)

        return self._runner.run(awaited())

    def iterate(self, call: Call) -> list[object]:
        """All items that a call goes through."""
        return list(call(self._client))

    def iterate_async(self, call: Call) -> list[object]:
        """The same, of the asynchronous client."""

        async def gathered() -> list[object]:
            return [item async for item in call(self._async_client)]

        return self._runner.run(gathered())

    def listen(self, call: Call, count: int) -> list[EventLike]:
        """The first events of a stream."""
        heard: list[EventLike] = []
        with call(self._client) as events:
            for event in events:
                heard.append(event)
                if len(heard) == count:
                    break
        return heard

    def listen_async(self, call: Call, count: int) -> list[EventLike]:
        """The same, of the asynchronous client."""

        async def heard() -> list[EventLike]:
            found: list[EventLike] = []
            async with call(self._async_client) as events:
                async for event in events:
                    found.append(event)
                    if len(found) == count:
                        break
            return found

        return self._runner.run(heard())

    # ---------------------------------------------------------------------- checks

    def check(
        self,
        operation_id: str,
        call: Call,
        minimal: Call | None,
        run: Callable[[Call], object],
    ) -> None:
        """Every documented response of an operation."""
        route = self._server.api[operation_id]
        replies = [reply for reply in route.successes if _answerable(route, reply)]
        for reply in replies:
            self._succeeds(route, reply, call, run, full=True)
        if minimal is not None and replies:
            self._succeeds(route, replies[0], minimal, run, full=False)
        if not replies:
            self._server.clear()
            self._server.answer(route.id, status=204)
            run(call)
            self._arrived(route, call is not minimal)
        self._fails(route, minimal or call, run)
        self._told(route)

    def check_pages(
        self,
        operation_id: str,
        call: Call,
        minimal: Call | None,
        iterate: Callable[[Call], list[object]],
    ) -> None:
        """Two pages, each item once, and an end."""
        route = self._server.api[operation_id]
        assert route.pages is not None, f"{operation_id} does not come in pages"
        for each in (call, minimal):
            if each is None:
                continue
            self._server.clear()
            self._server.page(route.id)
            items = iterate(each)
            requests = self._server.requests
            for request in requests:
                self._valid(route, request)
            example = route.shaped(route.successes[0], requests[0].pairs).example
            if isinstance(example, Absent):
                continue
            shown = listed(route.pages, example)
            size = page_size(route.pages, example, requests[0].pairs)
            count = size + min(size, len(shown)) if shown else 0
            expected = [
                numbered(item, number)
                for number in range(count)
                for item in shown[number % len(shown) :][:1]
            ]
            if all(isinstance(item, dict) for item in shown):
                _none(differences(expected, items))
            else:  # pages cannot be told apart, and a repeated one may end the list
                _none(differences(expected[: len(items)], items))
            # Who is told neither a total nor a cursor has to ask once more.
            # An example may leave out the total that its schema has.
            total = route.pages.total
            has_total = bool(total) and at(example, total) is not None
            told = has_total or bool(route.pages.cursor) or not shown
            most = 2 if told else 3
            message = f"{operation_id}: {len(requests)} requests for two pages"
            assert len(requests) <= most, message
        self._told(route)

    def check_stream(
        self,
        operation_id: str,
        call: Call,
        minimal: Call | None,
        listen: Callable[[Call, int], list[EventLike]],
    ) -> None:
        """Every documented event, typed, and one that is not documented, raw."""
        route = self._server.api[operation_id]
        parts = (part for each in route.successes for part in (each, *each.others))
        reply = next(each for each in parts if each.events is not None)
        schemas = dict(reply.event_schemas)
        known = [(name or "message", sent) for name, sent in reply.events or ()]
        events = known if "" in schemas else [*known, _ODD]
        for each in (call, minimal):
            if each is None:
                continue
            self._server.clear()
            self._server.answer(route.id, status=reply.code, events=events)
            heard = listen(each, len(events))
            self._arrived(route, each is call)
            names = [event.event for event in heard]
            assert names == [name for name, _ in events], f"{route.id}: heard {names}"
            for (name, sent), event in zip(events, heard, strict=True):
                data = event.data
                if name == _ODD[0] and isinstance(data, str):
                    data = json.loads(data)
                _none(differences(sent, data, name))
                schema = schemas.get(name, schemas.get("", True))
                self._typed(schema, sent, event.data, name)
        self._fails(route, minimal or call, lambda failing: listen(failing, 1))
        self._told(route)

    def check_body(self, parse: Callable[[bytes], object], pointer: str) -> None:
        """The example of what is sent to a place, typed; what is no JSON is refused."""
        root = self._server.api.root
        request = resolved(root, {"$ref": f"#{quote(pointer)}"})
        body = resolved(root, mapping(request, "requestBody"))
        content = mapping(body, "content")
        name = received(content)
        media = content[name]
        if isinstance(media, dict) and "example" in media:
            example, sent = written(name, media["example"])
            result = parse(sent)
            _none(differences(example, result, pointer))
            self._typed(media.get("schema", True), example, result, pointer)
        with pytest.raises(ValueError, match="JSON" if is_json(name) else "decode"):
            parse(b"{" if is_json(name) else b"\xff")

    def _succeeds(
        self,
        route: Route,
        reply: Reply,
        call: Call,
        run: Callable[[Call], object],
        *,
        full: bool,
    ) -> None:
        expected: list[tuple[Json, Json]] = []

        def change(route: Route, reply: Reply, request: Request, body: Json) -> Json:
            schema = route.shaped(reply, request.pairs).schema
            if full:
                body = self._injection.into(schema, body)
            if not is_json(reply.media_type):
                schema, body = True, as_text(body)
            expected.append((schema, body))
            return body

        self._server.clear()
        self._server.answer(route.id, status=reply.code, change=change)
        result = run(call)
        self._arrived(route, full)
        if not expected or route.method == "HEAD":
            assert result is None, f"{route.id} {reply.status}: expected no result"
            return
        [(schema, body)] = expected
        where = f"{route.id} {reply.status}"
        _none(differences(body, result, where))
        self._typed(schema, body, result, where)

    def _typed(self, schema: Json, body: Json, result: object, where: str) -> None:
        """An object with named fields has to be a model, not a plain mapping."""
        if isinstance(body, dict) and self._injection.is_model(schema):
            assert hasattr(result, "to_dict"), f"{where}: {result!r} is no model"

    def _fails(self, route: Route, call: Call, run: Callable[[Call], object]) -> None:
        documented = {reply.status for reply in route.replies}
        for reply in route.errors:
            candidates = _DEFAULTS.get(reply.status, (reply.code,))
            free = [code for code in candidates if str(code) not in documented]
            status = (free or [reply.code])[0]
            self._server.clear()
            self._server.answer(route.id, status=status)
            kind = self._error_class(status)
            where = f"{route.id} {reply.status}"
            with pytest.raises(kind) as caught:
                run(call)
            assert caught.type is kind, f"{where}: {caught.type} is not {kind}"
            error: Any = caught.value
            assert error.status == status, f"{where}: has status {error.status}"
            count = len(self._server.requests)
            assert count == 1, f"{where}: {count} requests"
            accept = self._server.requests[0].header("Accept") or ""
            answered = (route.reply(status) or reply).asked(accept)
            told = route.method != "HEAD" and is_json(answered.media_type)
            if isinstance(answered.example, Absent) or not told:
                continue
            shown = _shown(answered.example, error.body, self._server.requests[0])
            _none(differences(shown, error.body, where))
            self._typed(answered.schema, answered.example, error.body, where)

    def _error_class(self, status: int) -> type[BaseException]:
        fallback = "InternalServerError" if status >= 500 else "APIStatusError"
        kind = getattr(self._errors, _ERRORS.get(status, fallback))
        return cast("type[BaseException]", kind)

    def _told(self, route: Route) -> None:
        """A test that passed, but could not look at everything, counts as skipped."""
        unseen = self._judge.unjudged(route)
        unseen += [
            f"response {reply.status}: its schema allows no value"
            for reply in (*route.successes, *route.errors)
            if reply.media_type and reply.events is None
            if isinstance(reply.example, Absent)
        ]
        if unseen:
            pytest.skip(f"{route.id} passed, but not judged: {'; '.join(unseen)}")

    # -------------------------------------------------------------------- requests

    def _arrived(self, route: Route, full: bool) -> None:
        """One request for this operation, valid, carrying what the call was given."""
        requests = self._server.requests
        assert len(requests) == 1, f"{route.id}: {len(requests)} requests"
        self._valid(route, requests[0])
        if full:
            _none(self._lost(route, requests[0]))

    def _valid(self, route: Route, request: Request) -> None:
        reached = f"{request.method} {request.path}"
        assert request.operation_id == route.id, f"{reached} is not {route.id}"
        _none(self._judge(request))

    def _lost(self, route: Route, request: Request) -> Iterator[str]:
        """Examples of the document that the call passes and the request lacks."""
        for parameter in route.parameters:
            name, where = text(parameter, "name"), text(parameter, "in")
            decided = where == "header" and name.lower() in _DECIDED
            known = name and name not in self._options and not decided
            if not known or "example" not in parameter:
                continue
            label = f"{where} {name}"
            try:
                sent = self._parameter(parameter, route, request)
            except UnreadableError as error:
                yield str(error)
                continue
            if isinstance(sent, Absent):
                yield f"{label}: was not sent"
            else:
                example = parameter["example"]
                yield from differences(example, retyped(example, sent), label)
        yield from self._lost_body(route, request)

    def _parameter(
        self, parameter: dict[str, Json], route: Route, request: Request
    ) -> Json | Absent:
        content = parameter.get("content")
        if not isinstance(content, dict):
            schema = parameter.get("schema", True)
            return self._reader.parameter(parameter, schema, request, route)
        plain = {key: parameter[key] for key in _PLAIN if key in parameter}
        raw = self._reader.parameter(plain, {"type": "string"}, request, route)
        encoded = any(is_json(each) for each in content)
        return json.loads(raw) if encoded and isinstance(raw, str) else raw

    def _lost_body(self, route: Route, request: Request) -> Iterator[str]:
        body = resolved(self._server.api.root, route.operation.get("requestBody"))
        content = body.get("content") if isinstance(body, dict) else None
        sent = essence(request.header("Content-Type") or "")
        for name, media in content.items() if isinstance(content, dict) else ():
            if essence(name) != sent or not is_json(name):
                continue
            if isinstance(media, dict) and "example" in media:
                yield from differences(
                    media["example"], json.loads(request.body), "body"
                )


def _shown(expected: Json, actual: object, request: Request) -> Json:
    """What an error may show: a text that was sent may be a secret, and be hidden."""
    if hasattr(actual, "to_dict"):
        actual = cast("Any", actual).to_dict()
    if isinstance(expected, dict) and isinstance(actual, Mapping):
        inner = cast("Mapping[str, object]", actual)
        return {k: _shown(v, inner.get(k), request) for k, v in expected.items()}
    if isinstance(expected, list) and isinstance(actual, list):
        items = cast("list[object]", actual)
        pairs = zip(expected, [*items, *expected[len(items) :]], strict=False)
        return [_shown(one, other, request) for one, other in pairs]
    sent = f"{request.query} {request.headers} {request.body!r}"
    hidden = actual == "[redacted]" and isinstance(expected, str) and expected in sent
    return "[redacted]" if hidden else expected


def _none(findings: Iterable[str]) -> None:
    """Fail with all that was found, if anything was."""
    found = list(findings)
    if found:
        raise AssertionError("\n".join(found))


def _answerable(route: Route, reply: Reply) -> bool:
    """Whether the server can answer it as documented: with an example, or no body."""
    if reply.events is not None:
        return False
    return not reply.media_type or not isinstance(reply.example, Absent)


# --------------------------------------------------------------------- fixtures


@pytest.fixture(scope="session")
def harness(subject: Subject) -> Iterator[Harness]:
    """The server and the clients, for all tests."""
    path = Path(__file__).with_name("document.json")
    running = Harness(json.loads(path.read_text(encoding="utf-8")), subject)
    yield running
    running.close()


@pytest.fixture
def check(harness: Harness) -> CheckOf[Any]:
    """Checks an operation of the synchronous client."""

    def checking(operation_id: str, call: Call, *, minimal: Call | None = None) -> None:
        harness.check(operation_id, call, minimal, harness.run)

    return checking


@pytest.fixture
def check_async(harness: Harness) -> AsyncCheckOf[Any]:
    """Checks an operation of the asynchronous client."""

    def checking(operation_id: str, call: Call, *, minimal: Call | None = None) -> None:
        harness.check(operation_id, call, minimal, harness.run_async)

    return checking


@pytest.fixture
def check_pages(harness: Harness) -> CheckPagesOf[Any]:
    """Checks a list that comes in pages."""

    def checking(operation_id: str, call: Call, *, minimal: Call | None = None) -> None:
        harness.check_pages(operation_id, call, minimal, harness.iterate)

    return checking


@pytest.fixture
def check_pages_async(harness: Harness) -> AsyncCheckPagesOf[Any]:
    """The same, of the asynchronous client."""

    def checking(operation_id: str, call: Call, *, minimal: Call | None = None) -> None:
        harness.check_pages(operation_id, call, minimal, harness.iterate_async)

    return checking


@pytest.fixture
def check_stream(harness: Harness) -> CheckStreamOf[Any]:
    """Checks a stream of events."""

    def checking(operation_id: str, call: Call, *, minimal: Call | None = None) -> None:
        harness.check_stream(operation_id, call, minimal, harness.listen)

    return checking


@pytest.fixture
def check_stream_async(harness: Harness) -> AsyncCheckStreamOf[Any]:
    """The same, of the asynchronous client."""

    def checking(operation_id: str, call: Call, *, minimal: Call | None = None) -> None:
        harness.check_stream(operation_id, call, minimal, harness.listen_async)

    return checking


@pytest.fixture
def check_body(harness: Harness) -> CheckBody:
    """Checks what the API sends by itself."""
    return harness.check_body
