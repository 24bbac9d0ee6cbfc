"""Transports that end in this process; all before them is the real client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from .._runtime.transport.interface import AsyncTransport, Request, Transport

__all__ = ["Answering", "AsyncMockTransport", "MockTransport", "Reply"]


@dataclass(slots=True)
class Reply:
    """A response; its body breaks at its end if there is an ``error``."""

    status: int
    headers: dict[str, str]
    content: bytes
    error: BaseException | None = None

    def chunks(self) -> Iterator[bytes]:
        """The body, in one piece."""
        yield self.content
        if self.error is not None:
            raise self.error

    def close(self) -> None:
        """There is no connection."""


class AsyncReply:
    """The same, asynchronously."""

    def __init__(self, reply: Reply) -> None:
        self.status: int = reply.status
        self.headers: dict[str, str] = reply.headers
        self._reply = reply

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body, in one piece."""
        for chunk in self._reply.chunks():
            yield chunk

    async def close(self) -> None:
        """There is no connection."""


Answering: TypeAlias = Callable[[Request, bytes], Reply]
"""Answers a request with this body, or raises what a transport raises."""


@dataclass(slots=True)
class MockTransport(Transport):
    """Lets a function answer."""

    answer: Answering

    def send(self, request: Request) -> Reply:
        """The answer to a request."""
        content = request.content or b""
        whole = content if isinstance(content, bytes) else b"".join(content)
        return self.answer(request, whole)

    def close(self) -> None:
        """There is no connection."""


@dataclass(slots=True)
class AsyncMockTransport(AsyncTransport):
    """The same, asynchronously."""

    answer: Answering

    async def send(self, request: Request) -> AsyncReply:
        """The answer to a request."""
        await asyncio.sleep(
            0
        )  # others have their turn, as while one waits for a server
        content = request.content or b""
        if not isinstance(content, bytes):
            content = b"".join([chunk async for chunk in content])
        return AsyncReply(self.answer(request, content))

    async def close(self) -> None:
        """There is no connection."""
