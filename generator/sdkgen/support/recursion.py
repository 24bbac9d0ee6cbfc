"""Room for recursion: documents may be as deep as the reader allows.

Each level of a schema is a few frames of Python, and frames that a library calls from
C, iterators above all, lie on the stack of the machine: 8 MiB of it on Linux, 1 MiB on
Windows, end at a depth that Python's own limit would allow, without any exception. So
the stages that look into a document run in a thread whose stack is as large as the
limit needs.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

__all__ = ["deep"]

_FRAMES: Final = 20_000
"""Python's recursion limit, on the large stack."""
_BYTES: Final = 128 << 20
"""Of the stack; what is not touched takes no memory. A frame takes up to 2 KiB."""

_P = ParamSpec("_P")
_R = TypeVar("_R")

_here = threading.local()


def deep(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """A method that runs on a large stack; others that it calls run on the same.

    Ctrl-C ends the wait for it at once, so it must leave nothing half done.
    """

    @wraps(function)
    def run(*args: _P.args, **options: _P.kwargs) -> _R:
        if getattr(_here, "deep", False):
            return function(*args, **options)
        done: list[_R] = []
        failed: list[BaseException] = []

        def work() -> None:
            _here.deep = True
            try:
                done.append(function(*args, **options))
            except BaseException as error:  # noqa: BLE001 - raised again below
                failed.append(error)

        frames = sys.getrecursionlimit()
        size = threading.stack_size(_BYTES)
        try:
            thread = threading.Thread(target=work, name="deep", daemon=True)
            sys.setrecursionlimit(max(frames, _FRAMES))
            thread.start()
        finally:
            threading.stack_size(size)
        try:
            thread.join()
        finally:
            sys.setrecursionlimit(frames)
        if failed:
            raise failed[0]
        return done[0]

    return run
