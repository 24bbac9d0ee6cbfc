"""Names → connections: all addresses of a host are tried, and none for too long.

A host may have addresses that cannot be reached from here, IPv6 above all. After a
moment the next one is tried too, and the first that answers is taken (RFC 8305).
"""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections.abc import Callable
from itertools import zip_longest
from typing import Any, TypeAlias

from .closing import GLANCE

__all__ = [
    "STAGGER",
    "Address",
    "dial",
    "interleave_families",
    "open_socket",
    "parse_numeric_host",
    "resolve_host",
]

STAGGER = 0.25
"""Seconds that an address is given before the next one is tried too (RFC 8305, 5)."""

Address: TypeAlias = "tuple[int, int, int, str, Any]"
"""As ``getaddrinfo`` gives it: family, type, protocol, name, address."""


def parse_numeric_host(host: str, port: int) -> list[Address]:
    """The address of a host that is one already, else none."""
    try:
        return list(
            socket.getaddrinfo(
                host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
            )
        )
    except OSError:
        return []


def resolve_host(
    host: str, port: int, end: float | None, look: Callable[[], object]
) -> list[Address]:
    """The addresses of a host.

    Raises:
        TimeoutError: Nobody said in time.
        OSError: There are none.
    """
    if found := parse_numeric_host(host, port):
        return found
    # The system's resolver cannot be interrupted; left alone it gives up some time.
    answer: list[list[Address] | OSError] = []

    def ask() -> None:
        try:
            answer.append(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except (OSError, UnicodeError) as error:  # the latter of what is no name
            answer.append(OSError(str(error)))

    thread = threading.Thread(target=ask, name=f"resolve {host}", daemon=True)
    thread.start()
    while not answer:
        left = _check_time_left(end, "the name was not resolved")
        thread.join(GLANCE if left is None else min(left, GLANCE))
        look()
    if isinstance(answer[0], OSError):
        raise answer[0]
    return answer[0]


def interleave_families(addresses: list[Address]) -> list[Address]:
    """The families by turns, the preferred one first (RFC 8305, 4)."""
    first = [each for each in addresses if each[0] == addresses[0][0]]
    others = [each for each in addresses if each[0] != addresses[0][0]]
    pairs = zip_longest(first, others)
    return [each for pair in pairs for each in pair if each is not None]


def open_socket(address: Address) -> socket.socket:
    """A socket for an address that does not block."""
    family, kind, protocol, _, _ = address
    made = socket.socket(family, kind, protocol)
    try:
        made.setblocking(False)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    except BaseException:
        made.close()
        raise
    return made


def _check_time_left(end: float | None, problem: str) -> float | None:
    left = None if end is None else end - time.monotonic()
    if left is not None and left <= 0:
        raise TimeoutError(problem)
    return left


def dial(
    host: str,
    port: int,
    seconds: float | None,
    look: Callable[[], object] = lambda: None,
) -> socket.socket:
    """A connection to a host, whichever of its addresses answers first.

    Args:
        host: A name or an address.
        port: Where there.
        seconds: To wait at all, or for ever if None.
        look: Called now and then: what it raises ends the wait.

    Raises:
        TimeoutError: None did in time.
        OSError: None can be reached.
    """
    end = None if seconds is None else time.monotonic() + seconds
    waiting = interleave_families(resolve_host(host, port, end, look))
    with _Dialing() as dialing:
        while True:
            if waiting:
                dialing.start(waiting.pop(0))
            left = _check_time_left(end, "no address answered")
            glance = STAGGER if waiting else GLANCE
            found = dialing.wait_for_answer(
                glance if left is None else min(glance, left)
            )
            if found is not None:
                return found
            if not waiting and not dialing.count:
                raise dialing.problem
            look()


class _Dialing:
    """Connections that do not stand yet; those that are not taken are closed."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self.count = 0
        self.problem: OSError = OSError("no address")

    def __enter__(self) -> _Dialing:
        return self

    def __exit__(self, *_: object) -> None:
        for key in list(self._selector.get_map().values()):
            _get_socket(key).close()
        self._selector.close()

    def start(self, address: Address) -> None:
        """Knock at an address."""
        try:
            made = open_socket(address)
        except OSError as error:
            self.problem = error
            return
        try:
            made.connect(address[4])
        except (BlockingIOError, InterruptedError):
            pass  # the answer is waited for
        except OSError as error:
            made.close()
            self.problem = error
            return
        self._selector.register(made, selectors.EVENT_WRITE)
        self.count += 1

    def wait_for_answer(self, seconds: float | None) -> socket.socket | None:
        """The first that stands, if one does in time or all others have failed."""
        if not self.count:
            return None
        for key, _ in self._selector.select(seconds):
            made = _get_socket(key)
            self._selector.unregister(made)
            self.count -= 1
            code = made.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if not code:
                return made
            made.close()
            self.problem = _make_error(code)
        return None


def _get_socket(key: selectors.SelectorKey) -> socket.socket:
    made = key.fileobj
    assert isinstance(made, socket.socket)
    return made


def _make_error(code: int) -> OSError:
    import os

    return OSError(code, os.strerror(code))
