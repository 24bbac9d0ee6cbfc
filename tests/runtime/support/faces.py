"""Both faces of a client: each scenario runs on the synchronous and the asynchronous."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any, Protocol, cast

__all__ = ["AiohttpFace", "AsyncFace", "Face", "SyncFace"]


class Face(Protocol):
    """Runs a call on a client of one kind: the synchronous or the asynchronous one."""

    name: str

    def __call__(self, call: Callable[[Any], Any], **settings: Any) -> Any:
        """The result of a call of a client with these settings, closed afterwards."""
        ...

    def gather(self, call: Callable[[Any], Any], **settings: Any) -> list[Any]:
        """All that an iterator of a client gives."""
        ...

    def listen(
        self, call: Callable[[Any], Any], count: int = -1, **settings: Any
    ) -> list[Any]:
        """The first events of a stream, or all until it ends."""
        ...


def _defaults(settings: dict[str, Any]) -> dict[str, Any]:
    return {"access_token": "secret-token", **settings}


class SyncFace:
    """The synchronous client."""

    name = "sync"

    def __call__(self, call: Callable[[Any], Any], **settings: Any) -> Any:
        from sample import Sample

        with Sample(**_defaults(settings)) as client:
            return call(client)

    def gather(self, call: Callable[[Any], Any], **settings: Any) -> list[Any]:
        return cast("list[Any]", self(lambda client: list(call(client)), **settings))

    def listen(
        self, call: Callable[[Any], Any], count: int = -1, **settings: Any
    ) -> list[Any]:
        def heard(client: Any) -> list[Any]:
            found: list[Any] = []
            with call(client) as stream:
                while len(found) != count:
                    event = next(stream, None)
                    if event is None:
                        break
                    found.append(event)
            return found

        return cast("list[Any]", self(heard, **settings))


class AsyncFace:
    """The asynchronous client."""

    name = "async"

    def __call__(self, call: Callable[[Any], Any], **settings: Any) -> Any:
        from sample import AsyncSample

        async def run() -> Any:
            try:
                async with AsyncSample(**_defaults(settings)) as client:
                    return await cast("Awaitable[Any]", call(client))
            finally:
                assert asyncio.all_tasks() == {asyncio.current_task()}

        return asyncio.run(run())

    def gather(self, call: Callable[[Any], Any], **settings: Any) -> list[Any]:
        async def gathered(client: Any) -> list[Any]:
            return [item async for item in call(client)]

        return cast("list[Any]", self(gathered, **settings))

    def listen(
        self, call: Callable[[Any], Any], count: int = -1, **settings: Any
    ) -> list[Any]:
        async def heard(client: Any) -> list[Any]:
            found: list[Any] = []
            async with call(client) as stream:
                while len(found) != count:
                    event = await anext(stream, None)
                    if event is None:
                        break
                    found.append(event)
            return found

        return cast("list[Any]", self(heard, **settings))


class AiohttpFace(AsyncFace):
    """The asynchronous client over aiohttp."""

    name = "aiohttp"

    def __call__(self, call: Callable[[Any], Any], **settings: Any) -> Any:
        from sample import AsyncSample

        # By name: aiohttp need not be installed.
        make = import_module("package.aiohttp").AiohttpTransport
        connecting = {
            name: settings.pop(name)
            for name in ("proxy", "trust_env", "verify")
            if name in settings
        }

        async def run() -> Any:
            try:
                async with (
                    make(**connecting) as transport,
                    AsyncSample(**_defaults(settings), transport=transport) as client,
                ):
                    return await cast("Awaitable[Any]", call(client))
            finally:
                assert asyncio.all_tasks() == {asyncio.current_task()}

        return asyncio.run(run())
