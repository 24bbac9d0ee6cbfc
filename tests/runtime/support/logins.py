"""Tokens that a test hands out, and servers that take them."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from faces import Face
from loopback import Answer, Loopback, Received, Wire, reply
from package._runtime import AsyncTokenProvider, Token, TokenProvider
from things import FOUND

__all__ = ["Clock", "Logins", "provider", "sent", "taking"]


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Logins:
    """Logs in: ``token-1``, ``token-2`` … Counts, and fails when it is told to."""

    def __init__(self, *, lifetime: float | None = None, prefix: str = "token") -> None:
        self.count = 0
        self.failure: Exception | None = None
        self._lifetime = lifetime
        self._prefix = prefix
        self._lock = threading.Lock()

    def __call__(self) -> Token:
        with self._lock:
            self.count += 1
            if self.failure is not None:
                raise self.failure
            return Token(f"{self._prefix}-{self.count}", self._lifetime)


def provider(face: Face, fetch: Callable[[], Any], **more: Any) -> Any:
    """The provider that goes with a face; that of the asynchronous one awaits."""
    if face.name == "sync":
        return TokenProvider(fetch, **more)

    async def awaited() -> Any:
        await asyncio.sleep(0)
        return fetch()

    return AsyncTokenProvider(awaited, **more)


def taking(*tokens: str) -> Answer:
    """A server that refuses all but some tokens."""
    fine, denied = FOUND, reply(status=401)

    def answer(request: Received, wire: Wire) -> None:
        said = request.headers["authorization"]
        right = said in [f"Bearer {token}" for token in tokens]
        (fine if right else denied)(request, wire)

    return answer


def sent(server: Loopback) -> list[str]:
    """The credentials that came."""
    return [each.headers["authorization"] for each in server.requests]
