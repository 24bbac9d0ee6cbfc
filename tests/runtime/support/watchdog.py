"""Whatever hangs is a failure, and not a test run that never ends."""

from __future__ import annotations

import gc
import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from loopback import WATCHDOG

__all__ = ["nothing_left", "stalled_url", "watched"]

T = TypeVar("T")


def watched(call: Callable[[], T]) -> T:
    """The result of a call, which must end: many times later than it should."""
    results: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:  # noqa: BLE001 - raised again below
            errors.append(error)

    thread = threading.Thread(target=run, name="watched", daemon=True)
    thread.start()
    thread.join(WATCHDOG)
    assert not thread.is_alive(), "the call hangs"
    if errors:
        raise errors[0]
    return results[0]


@contextmanager
def stalled_url() -> Generator[str]:
    """An address where connections are neither accepted nor refused."""
    listener = socket.socket()
    waiting: list[socket.socket] = []
    try:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        while True:
            queued = socket.socket()
            queued.settimeout(0.2)
            waiting.append(queued)
            try:
                queued.connect(listener.getsockname())
            except TimeoutError:
                break
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        for each in (*waiting, listener):
            each.close()


def sockets() -> set[str]:
    """The sockets that this process has open, where the system tells (Linux)."""
    found: set[str] = set()
    folder = Path("/proc/self/fd")
    for entry in folder.iterdir() if folder.is_dir() else ():
        try:
            target = str(entry.readlink())
        except OSError:  # that of the listing itself
            continue
        if target.startswith("socket:"):
            found.add(target)
    return found


@contextmanager
def nothing_left() -> Generator[None]:
    """Afterwards there is no socket, and no thread, that was not there before.

    What is garbage before counts as there: it may go meanwhile, and nothing else comes
    to have its name.
    """
    sockets_before = sockets()
    threads_before = set(threading.enumerate())
    yield
    gc.collect()
    assert sockets() <= sockets_before
    assert set(threading.enumerate()) <= threads_before
