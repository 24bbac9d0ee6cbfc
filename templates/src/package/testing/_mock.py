"""The mock: what it is told to answer, and what reached it."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from .._runtime.asynchronous import AsyncCore
from .._runtime.client import AsyncClient, Client
from .._runtime.synchronous import SyncCore
from .._runtime.transport import Request
from .._runtime.values import UNSET, Unset
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
    """Answers in place of the API; safe to share between threads and tasks."""

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
            self._before.append((core, core.given, core.engine.pace))
            self._take(core)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        while self._before:
            core, given, pace = self._before.pop()
            core.given, core.engine.pace = given, pace

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
        core.engine.pace = 0.0

    @property
    def calls(self) -> list[Call]:
        """The requests that reached the mock, in their order; each try is one."""
        with self._lock:
            return list(self._calls)

    def calls_of(self, operation: Named) -> list[Call]:
        """Those for one operation.

        Raises:
            ValueError: There is no such operation.
        """
        name = self._document.find(operation).name
        return [call for call in self.calls if call.operation == name]

    @property
    def unused(self) -> list[str]:
        """The operations that would have been answered more ``times`` than they were."""
        with self._lock:
            return [name for name, queue in self._once.items() if queue]

    def reset(self) -> None:
        """Forget all calls, and all that was to be answered."""
        with self._lock:
            self._calls.clear()
            self._once.clear()
            self._always.clear()

    def example(self, operation: Named, *, status: int | None = None) -> Any:
        """A copy of the example that an operation is answered with, to make another of.

        Raises:
            ValueError: There is no such operation.
        """
        known = self._document.find(operation)
        found = known.answer(known.status if status is None else status, {})[1]
        return None if isinstance(found, Unset) else found

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
        """Say how an operation is answered: from now on, or the next so many times.

        What is to be answered some ``times`` comes first, in the order in which it was
        said; then what was last said without.

        Args:
            operation: A method of a client's resource, or its name (``device.get``).
            json: The body; or a function that makes it of a ``Call``. By default it is
                the API's example for the status.
            status: By default that of a usual success.
            content: The body, if it is no JSON.
            headers: Headers of the response.
            times: How many times.

        Raises:
            ValueError: There is no such operation.
        """
        answer = Answer(
            status=status, json=json, content=content, headers=headers, times=times
        )
        self._say(self._document.find(operation).name, answer)

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
        """Say that an operation fails: from now on, or the next so many times.

        Args:
            operation: A method, or its name; by default all of them.
            status: What the server answers, with the API's example for it, or, where
                that has none, with one like others.
            error: In place of that, what the network does: it refuses the connection,
                breaks it before an answer comes (``"reset"``) or in the middle of it
                (``"cut"``), or no answer comes in time. Or an exception to raise.
            json: Another body; or a function that makes it of a ``Call``.
            headers: Headers of the response: ``{"Retry-After": "1"}``.
            times: How many times.

        Raises:
            ValueError: There is no such operation.
        """
        answer = Answer(
            status=None if error else status,
            json=json,
            headers=headers,
            error=error,
            times=times,
        )
        every = operation == _EVERY
        self._say(_EVERY if every else self._document.find(operation).name, answer)

    def stream(
        self,
        operation: Named,
        *events: tuple[str, object],
        times: int | None = None,
    ) -> None:
        """Say which events a stream gives.

        Then it ends; or, where another answer is to come (``times``, or ``fail``), it
        breaks, and is taken up again there.

        Args:
            operation: A method, or its name.
            events: The name of each, and its data: JSON, or text.
            times: How many times.

        Raises:
            ValueError: There is no such operation, or it is no stream.
        """
        known = self._document.find(operation)
        if not known.streams:
            raise ValueError(f"{known.name} is no stream of events")
        self._say(known.name, Answer(events=events, times=times))

    def pages(self, operation: Named, items: Sequence[object]) -> None:
        """Answer with a list of these items from now on, in pages as they are asked for.

        Args:
            operation: A method whose result comes in pages, or its name.
            items: What is in the list.

        Raises:
            ValueError: There is no such operation, or its result comes in one piece.
        """
        known = self._document.find(operation)
        if known.pages is None:
            raise ValueError(f"{known.name} does not come in pages")
        self._say(known.name, Answer(items=list(items)))

    def _say(self, name: str, answer: Answer) -> None:
        with self._lock:
            self._told += 1
            answer = replace(answer, number=self._told)
            if answer.times is None:
                self._always[name] = answer
            else:
                self._once.setdefault(name, deque()).extend([answer] * answer.times)

    def _answer(self, request: Request, content: bytes) -> Reply:
        known = self._document[request.operation]
        call = Call(known.name, request, content)
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
    """A fixture of pytest, which is imported for it, that enters a mock."""
    import pytest

    @pytest.fixture
    def entered() -> Iterator[T]:
        """Stands in for the API."""
        with mock() as made:
            yield made

    return entered
