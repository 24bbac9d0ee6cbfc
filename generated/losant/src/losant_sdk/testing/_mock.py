"""The mock: what it is told to answer, and what reached it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args

from .._runtime.client.async_core import AsyncCore
from .._runtime.client.client import AsyncClient, Client
from .._runtime.client.sync_core import SyncCore
from .._runtime.transport.interface import Request
from .._runtime.values import UNSET
from ._answers import Answer, Body, Call, Fault, reply
from ._document import Named, document
from ._wire import AsyncMockTransport, MockTransport, Reply

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Mock", "fixture_of"]

_EVERY = "*"
_CORE = "_core"
"""Where a client keeps its core."""


C = TypeVar("C", bound=Client)
A = TypeVar("A", bound=AsyncClient)
T = TypeVar("T")


class Mock(Generic[C, A]):
    """Answers in place of the API; safe to share between threads and tasks.

    An ``operation`` is a method of a client's resource, or its name (``device.get``).
    One that the API does not have raises ``ValueError``. What is said with ``times`` is
    for so many requests, and comes first, in its order; then what was last said without.
    """

    _kinds: tuple[type[C], type[A]]
    _credentials: tuple[str, ...]

    def __init__(self, *clients: C | A) -> None:
        self._document = document()
        self._lock = threading.Lock()
        self._calls: list[Call] = []
        self._once: dict[str, deque[Answer]] = {}
        self._always: dict[str, Answer] = {}
        self._told = 0
        self._clients = clients
        self._before: list[tuple[Any, Any, float]] = []

    def __enter__(self) -> Self:
        for client in self._clients:
            core = getattr(client, _CORE)
            self._before.append((core, core.given, core.engine.wait_factor))
            self._take(core)
        return self

    def __exit__(self, *error: object) -> None:
        while self._before:
            core, given, factor = self._before.pop()
            core.given, core.engine.wait_factor = given, factor

    @cached_property
    def client(self) -> C:
        """A client of this mock, with credentials that are made up."""
        return self._made(self._kinds[0])

    @cached_property
    def async_client(self) -> A:
        """The same, asynchronous."""
        return self._made(self._kinds[1])

    def _made(self, kind: Callable[..., T]) -> T:
        credentials = dict.fromkeys(self._credentials, "user:password")
        client = kind(base_url="https://mock.test", **credentials)
        self._take(getattr(client, _CORE))
        return client

    def _take(self, core: SyncCore | AsyncCore) -> None:
        """Let a client send to this mock, and not wait between its tries."""
        if isinstance(core, SyncCore):
            core.given = MockTransport(self._answer)
        else:
            core.given = AsyncMockTransport(self._answer)
        core.engine.wait_factor = 0.0

    @property
    def calls(self) -> list[Call]:
        """The requests that reached the mock, in their order; each try is one."""
        with self._lock:
            return list(self._calls)

    def calls_of(self, operation: Named) -> list[Call]:
        """Those for one operation."""
        name = self._document.find(operation).name
        return [call for call in self.calls if call.operation == name]

    @property
    def unused(self) -> list[str]:
        """Operations that were to be answered more ``times`` than they were called."""
        with self._lock:
            return [name for name, queue in self._once.items() if queue]

    def reset(self) -> None:
        """Forget all calls, and all that was said."""
        with self._lock:
            self._calls.clear()
            self._once.clear()
            self._always.clear()

    def example(self, operation: Named, *, status: int | None = None) -> Any:
        """A copy of the example of an answer, to make another of; None if it has none."""
        known = self._document.find(operation)
        found = known.answer(known.status if status is None else status, {})[1]
        return None if found is UNSET else found

    def respond(
        self,
        operation: Named,
        *,
        json: Body = UNSET,
        status: int | None = None,
        content: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        times: int | None = None,
    ) -> None:
        """Say how an operation is answered.

        Args:
            operation: Which one.
            json: The body, or a function that makes it of a ``Call``; by default it is
                the API's example for the status.
            status: By default that of a usual success.
            content: A body that is no JSON.
            headers: Headers of the response.
            times: How many times; by default always.
        """
        self._say(
            operation,
            Answer(
                status=status, json=json, content=content, headers=headers, times=times
            ),
        )

    def fail(
        self,
        operation: Named = _EVERY,
        *,
        status: int = 500,
        error: Fault | BaseException | None = None,
        json: Body = UNSET,
        headers: Mapping[str, str] | None = None,
        times: int | None = None,
    ) -> None:
        """Say that an operation fails.

        Args:
            operation: Which one; by default each that nothing else is said of.
            status: What the server answers, with the API's example for it, or, where
                that has none, with one like others.
            error: In place of that, what the network does: it refuses the connection,
                breaks it before an answer comes (``"reset"``) or in the middle of it
                (``"cut"``), or no answer comes in time. Or an exception to raise.
            json: Another body, or a function that makes it of a ``Call``.
            headers: Headers of the response: ``{"Retry-After": "1"}``.
            times: How many times; by default always.

        Raises:
            ValueError: There is no such error.
        """
        if isinstance(error, str) and error not in get_args(Fault):
            raise ValueError(f"error is one of {get_args(Fault)}, not {error!r}")
        said = None if error else status
        self._say(
            operation,
            Answer(status=said, json=json, headers=headers, error=error, times=times),
        )

    def stream(
        self, operation: Named, *events: tuple[str, object], times: int | None = None
    ) -> None:
        """Say which events a stream gives, each with its name, and JSON or text.

        Then it ends; or, where another answer is to come (``times``, or ``fail``), it
        breaks, and is taken up again there.

        Raises:
            ValueError: It is no stream.
        """
        known = self._document.find(operation)
        if not known.streams:
            raise ValueError(f"{known.name} is no stream of events")
        self._say(operation, Answer(events=events, times=times))

    def pages(self, operation: Named, items: Sequence[object]) -> None:
        """Answer with a list of these items, in pages as they are asked for.

        Raises:
            ValueError: Its result does not come in pages.
        """
        known = self._document.find(operation)
        if known.pages is None:
            raise ValueError(f"{known.name} does not come in pages")
        self._say(operation, Answer(items=list(items)))

    def _say(self, operation: Named, answer: Answer) -> None:
        every = operation == _EVERY
        name = _EVERY if every else self._document.find(operation).name
        with self._lock:
            self._told += 1
            answer = replace(answer, number=self._told)
            if answer.times is None:
                self._always[name] = answer
            else:
                self._once.setdefault(name, deque()).extend([answer] * answer.times)

    def _answer(self, request: Request, content: bytes) -> Reply:
        accept = request.headers.get("Accept", "")
        known = self._document.asked(request.operation, accept)
        call = Call.of(known.name, request, content)
        with self._lock:
            self._calls.append(call)
            answer = self._next(known.name)
        return reply(known, answer, call)

    def _next(self, name: str) -> Answer:
        for each in (name, _EVERY):
            if queue := self._once.get(each):
                return queue.popleft()
        return self._always.get(name) or self._always.get(_EVERY) or Answer()


def fixture_of(mock: Callable[[], AbstractContextManager[T]]) -> object:
    """A fixture of pytest that enters a mock; None where there is no pytest."""
    try:
        import pytest
    except ImportError:
        return None

    @pytest.fixture
    def entered() -> Iterator[T]:
        """Stands in for the API."""
        with mock() as made:
            yield made

    return entered
