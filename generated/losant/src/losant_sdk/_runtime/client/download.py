"""Calls whose response goes into a file: whole or not at all, and never into memory."""

from __future__ import annotations

import os
from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, overload

from ..call.results import make_decode_error, make_status_error
from ..transport.file_target import Target
from .whole_response import SingleResponseOnly, rebind

if TYPE_CHECKING:
    from ..call.exchange import Exchange
    from ..transport.content import Progress
    from .async_core import AsyncCore
    from .sync_core import SyncCore

__all__ = ["download"]

P = ParamSpec("P")


@overload
def download(  # type: ignore[overload-overlap] # what is awaited comes first
    method: Callable[P, Coroutine[Any, Any, object]],
    path: str | os.PathLike[str],
    /,
    *,
    progress: Progress | None = None,
) -> Callable[P, Coroutine[Any, Any, Path]]: ...


@overload
def download(
    method: Callable[P, object],
    path: str | os.PathLike[str],
    /,
    *,
    progress: Progress | None = None,
) -> Callable[P, Path]: ...


def download(
    method: Callable[P, Any],
    path: str | os.PathLike[str],
    /,
    *,
    progress: Progress | None = None,
) -> Callable[P, Any]:
    """A method that saves its response: ``download(client.x.get, "x.zip")(…)``.

    The body is written as it comes, of whatever media type, to a file beside ``path``,
    which takes that place when all is there and on the disk. If the call fails or is
    cancelled, nothing is left of it, and what was at ``path`` is as it was. Unless the
    client or the call sets them, there are no ``max_response_bytes`` and no
    ``total_timeout``.

    Args:
        method: A method of a resource of a client, of either kind.
        path: Where the file is to be; what is there is replaced.
        progress: Called as pieces come, with the bytes written so far, and with all
            that there are, or None. It counts from the start again if the request is
            sent again. What it raises ends the call.

    Returns:
        A method with the same arguments, which returns (or, if the other one is
        awaited, gives when it is awaited) the path. It raises what the other one
        raises, ``APIDecodeError`` for a success without content (204), and ``OSError``.

    Raises:
        TypeError: It is no method of a resource; or, when it is called, it is one that
            has no single response: events, or all pages.
    """
    kinds = [
        partial(kind, path=Path(path), progress=progress)
        for kind in (_SyncFileCore, _AsyncFileCore)
    ]
    return rebind(method, "download()", *kinds)


class _FileCore(SingleResponseOnly):
    """A core whose calls save the response, and return where."""

    __slots__ = ("_core", "_path", "_progress")
    what = "download()"

    def __init__(self, core: Any, *, path: Path, progress: Progress | None) -> None:
        self._core = core
        self._path = path
        self._progress = progress


class _SyncFileCore(_FileCore):
    def call(self, *called: Any, body: object = None) -> Path:
        core: SyncCore = self._core
        operation, options, *values = called
        exchange = core.engine.prepare(operation, options, values, body, to_file=True)
        with Target(self._path, self._progress) as target:
            exchange.saved = target
            response, content = core.send(exchange)
            _check_response(exchange, response.status, response.headers, content)
            target.flush()
            target.finish()
        return self._path


class _AsyncFileCore(_FileCore):
    async def call(self, *called: Any, body: object = None) -> Path:
        import asyncio

        core: AsyncCore = self._core
        operation, options, *values = called
        exchange = core.engine.prepare(operation, options, values, body, to_file=True)
        with Target(self._path, self._progress) as target:
            exchange.saved = target
            response, content = await core.send(exchange)
            _check_response(exchange, response.status, response.headers, content)
            await asyncio.to_thread(target.flush)
            target.finish()
        return self._path


def _check_response(
    exchange: Exchange, status: int, headers: Mapping[str, str], content: bytes
) -> None:
    """See that there is something to keep."""
    if not 200 <= status < 300:
        raise make_status_error(exchange, status, headers, content)
    if status in (204, 205):
        raise make_decode_error(
            exchange, f"status {status}: no file", status, headers, b""
        )
