"""What a stream of events asks of the client that opens its connections."""

from __future__ import annotations

from typing import Protocol

from ..call.exchange import Exchange
from ..call.request_builder import Engine
from ..transport.interface import AsyncResponse, Response

__all__ = ["AsyncOpener", "Opener"]


class Opener(Protocol):
    """What sends one request at a time, and blocks meanwhile."""

    engine: Engine

    def open(self, exchange: Exchange, /) -> Response:
        """Send a request once, and wait for the head of its response."""
        ...

    def read(self, exchange: Exchange, response: Response, /) -> bytes:
        """Read the whole body of a response, and close it."""
        ...


class AsyncOpener(Protocol):
    """What sends one request at a time, and is awaited."""

    engine: Engine

    async def open_in_time(self, exchange: Exchange, /) -> AsyncResponse:
        """Send a request once, and wait until its deadline for the response's head."""
        ...

    async def read(self, exchange: Exchange, response: AsyncResponse, /) -> bytes:
        """Read the whole body of a response, and close it."""
        ...
