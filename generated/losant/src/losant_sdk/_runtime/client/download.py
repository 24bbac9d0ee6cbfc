"""Calls whose response goes into a file: whole or not at all, and never into memory."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, overload

from ..call.results import failure, undecodable
from ..transport.body_reader import Intake
from .whole_response import Refuses, rebound

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from ..call.exchange import Exchange
    from ..transport.content import Progress
    from .async_core import AsyncCore
    from .sync_core import SyncCore

__all__ = ["Target", "download"]

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
        for kind in (_Saves, _AsyncSaves)
    ]
    return rebound(method, "download()", *kinds)


class Target:
    """A file that comes to its place when it is whole.

    Raises:
        OSError: It cannot be there.
    """

    def __init__(self, path: Path, progress: Progress | None) -> None:
        # A link stays one: what it leads to is replaced.
        self._place = Path(os.path.realpath(path))
        if self._place.exists() and not self._place.is_file():
            raise FileExistsError(f"{path} is there, and no file")
        self._progress = progress
        self._part = self._place.with_name(f".{secrets.token_hex(8)}.part")
        self._file = self._part.open("xb")
        self._total: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with suppress(OSError):  # what could not be written is not wanted any more
            self._file.close()
        self._part.unlink(missing_ok=True)

    def intake(self, headers: Mapping[str, str], limit: int | None) -> Intake:
        """What takes the body of a response in, from its start."""
        self._file.seek(0)
        self._file.truncate()
        length = headers.get("content-length", "")
        known = length.isdecimal() and "content-encoding" not in headers
        self._total = int(length) if known else None
        return Intake(headers, limit, write=self._file.write)

    def tell(self) -> None:
        """Let the caller know how far it is."""
        if self._progress is not None:
            self._progress(self._file.tell(), self._total)

    def flush(self) -> None:
        """Wait until all is on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def finish(self) -> None:
        """Put the file in its place."""
        self._file.close()
        with suppress(FileNotFoundError):  # there was none before
            self._part.chmod(stat.S_IMODE(self._place.stat().st_mode))
        self._part.replace(self._place)


class _Saving(Refuses):
    """A core whose calls save the response, and return where."""

    __slots__ = ("_core", "_path", "_progress")
    what = "download()"

    def __init__(self, core: Any, *, path: Path, progress: Progress | None) -> None:
        self._core = core
        self._path = path
        self._progress = progress


class _Saves(_Saving):
    def call(self, *called: Any, body: object = None) -> Path:
        core: SyncCore = self._core
        operation, options, *values = called
        exchange = core.engine.prepare(operation, options, values, body, to_file=True)
        with Target(self._path, self._progress) as target:
            exchange.saved = target
            response, content = core.send(exchange)
            _check(exchange, response.status, response.headers, content)
            target.flush()
            target.finish()
        return self._path


class _AsyncSaves(_Saving):
    async def call(self, *called: Any, body: object = None) -> Path:
        import asyncio

        core: AsyncCore = self._core
        operation, options, *values = called
        exchange = core.engine.prepare(operation, options, values, body, to_file=True)
        with Target(self._path, self._progress) as target:
            exchange.saved = target
            response, content = await core.send(exchange)
            _check(exchange, response.status, response.headers, content)
            await asyncio.to_thread(target.flush)
            target.finish()
        return self._path


def _check(
    exchange: Exchange, status: int, headers: Mapping[str, str], content: bytes
) -> None:
    """See that there is something to keep."""
    if not 200 <= status < 300:
        raise failure(exchange, status, headers, content)
    if status in (204, 205):
        raise undecodable(exchange, f"status {status}: no file", status, headers, b"")
