"""Servers that fail by a script, on a clock that runs only when somebody waits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import strategies as st
from package._runtime import (
    APIConnectionError,
    APITimeoutError,
    Body,
    ClientConfig,
    Operation,
    Request,
)
from package._runtime.call import (
    exchange as exchanges,
    request_builder as engines,
    retry,
)
from package._runtime.call.request_builder import Engine
from package._runtime.streaming import session as listenings
from package._runtime.transport import interface as transports

__all__ = [
    "BRIEF",
    "FIRST",
    "GARBAGE",
    "METHODS",
    "SAFE",
    "TOTALS",
    "AsyncScripted",
    "Clock",
    "Outcome",
    "Scripted",
    "outcomes",
    "ping",
    "settings",
]

FIRST = 0.5
EPOCH = datetime(2024, 1, 1, tzinfo=UTC).timestamp()
BRIEF = 1e-6
"""Seconds: what floating-point numbers may lose."""


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    def sleep(self, seconds: float) -> None:
        """Wait."""
        assert seconds > 0
        self.waits.append(seconds)
        self.now += seconds

    @contextmanager
    def running(self) -> Generator[None]:
        """What the runtime takes for the time."""
        told = SimpleNamespace(
            monotonic=lambda: self.now, time=lambda: EPOCH - 1000.0 + self.now
        )
        with pytest.MonkeyPatch.context() as patch:
            for module in (engines, exchanges, listenings, transports):
                patch.setattr(module, "time", told)
            patch.setattr(retry, "FIRST", FIRST)
            yield


class Outcome:
    """What comes of one try, and how many seconds it takes."""

    def __init__(
        self,
        status: int = 0,
        *,
        sent: bool = True,
        late: bool = False,
        after: str | None = None,
        told: float | None = None,
        took: float = 0.0,
    ) -> None:
        self.status = status
        self.sent = sent
        self.late = late
        self.after = after
        self.told = told
        self.took = took

    def __repr__(self) -> str:
        return f"Outcome({vars(self)})"


class Answered:
    """A response without a body, of either kind."""

    def __init__(self, status: int, headers: Mapping[str, str]) -> None:
        self.status = status
        self.headers = headers


class Whole(Answered):
    """A response that is read at once."""

    def chunks(self) -> Iterator[bytes]:
        """All of it."""
        yield b"{}"

    def close(self) -> None:
        """Nothing is held."""


class AsyncWhole(Answered):
    """The same, awaited."""

    async def chunks(self) -> AsyncIterator[bytes]:
        """All of it."""
        yield b"{}"

    async def close(self) -> None:
        """Nothing is held."""


class Scripted:
    """A server that fails by a script, and as quickly as the deadline wants."""

    def __init__(self, clock: Clock, outcomes: list[Outcome]) -> None:
        self._clock = clock
        self._left = list(outcomes)
        self.sent = 0

    def next(self, request: Request) -> Outcome:
        """What comes of this request: the last of the script for ever."""
        outcome = self._left.pop(0) if len(self._left) > 1 else self._left[0]
        self.sent += 1
        left = request.left(None)
        if left is not None and outcome.took >= left:
            self._clock.now += left
            raise APITimeoutError("the deadline")
        self._clock.now += outcome.took
        if not outcome.status:
            kind = APITimeoutError if outcome.late else APIConnectionError
            raise kind("failed", sent=outcome.sent)
        return outcome

    def send(self, request: Request) -> Whole:
        """Answer."""
        outcome = self.next(request)
        return Whole(outcome.status, headers_of(outcome))

    def close(self) -> None:
        """Nothing is held."""


class AsyncScripted:
    """The same, awaited."""

    def __init__(self, script: Scripted) -> None:
        self._script = script

    async def send(self, request: Request) -> AsyncWhole:
        """Answer."""
        outcome = self._script.next(request)
        return AsyncWhole(outcome.status, headers_of(outcome))

    async def close(self) -> None:
        """Nothing is held."""


def headers_of(outcome: Outcome) -> dict[str, str]:
    """What the server says."""
    return {} if outcome.after is None else {"retry-after": outcome.after}


GARBAGE = st.sampled_from(
    [
        *("", "-1", "-0", "soon", "1e9", "inf", "nan", "0x10", "1,5", "١", "9" * 400),
        *("Mon, 32 Jan 2024 00:00:30 GMT", "Mon, 01 Foo 2024 00:00:00 GMT", "1 2"),
        *("Mon, 01 Jan 2024 00:00:30 +9999", "99999999999999999999 GMT", "+5"),
    ]
)


@st.composite
def asked(draw: st.DrawFn) -> tuple[str | None, float | None]:
    """A ``Retry-After``, and the seconds that it asks for; of a date, None."""
    kind = draw(st.sampled_from(["none", "seconds", "huge", "garbage"]))
    if kind == "seconds":
        seconds = draw(st.one_of(st.integers(0, 200), st.floats(0, 200)))
        text = f"{seconds:.3f}" if isinstance(seconds, float) else str(seconds)
        return text, float(text)
    if kind == "huge":
        number = draw(st.integers(201, 10**30))
        return str(number), float(number)
    return (draw(GARBAGE) if kind == "garbage" else None), None


@st.composite
def outcomes(draw: st.DrawFn) -> Outcome:
    """Any failure, or a success."""
    took = draw(st.sampled_from([0.0, 0.1, 1.0, 7.0, 60.0]))
    if draw(st.booleans()):
        sent, late = draw(st.booleans()), draw(st.booleans())
        return Outcome(sent=sent, late=late, took=took)
    statuses = [200, 400, 404, 408, 409, 425, 429, 500, 501, 502, 503, 504, 599]
    after, told = draw(asked())
    return Outcome(draw(st.sampled_from(statuses)), after=after, told=told, took=took)


METHODS = st.sampled_from(["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "POST", "PATCH"])
SAFE = {"GET", "HEAD", "PUT", "DELETE", "OPTIONS"}


def ping(method: str) -> Operation[Any]:
    """What is called."""
    return Operation(
        "x.ping",
        method,
        "/",
        bodies=(Body("application/octet-stream"),),
        responses={"200": lambda: dict[str, int]},
        options=(),
        auth=(),
    )


def settings(chance: float, retries: int, total: float | None) -> Engine:
    """Those of a client; ``chance`` is what luck brings, from 0 to 1."""
    return Engine(
        ClientConfig(package="schedule_sdk", version="1", base_url="http://h.example"),
        credentials={},
        max_retries=retries,
        total_timeout=total,
        uniform=lambda low, high: low + (high - low) * chance,
    )


TOTALS = st.one_of(st.none(), st.floats(0.01, 400))
