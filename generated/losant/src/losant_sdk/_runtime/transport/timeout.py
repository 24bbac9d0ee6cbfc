"""How long to wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .content import Streamed

__all__ = ["TOTAL", "Timeout", "check_seconds", "choose_total"]

TOTAL = 600.0
"""Seconds that a call may take with all its tries, unless the caller says otherwise."""

_FOREVER = 1e9
"""Seconds that are as good as no limit, and more than some systems can count."""

_SLOWEST = 1024.0
"""Bytes in a second at which a file has still time to be uploaded."""


class Timeout:
    """Seconds to wait, for each step of a request; None waits for ever.

    Args:
        timeout: For whatever of ``read``, ``write`` and ``pool`` is not given.
        connect: Until a connection stands, TLS included.
        read: Until the next piece of the response comes.
        write: Until the next piece of the request is taken.
        pool: Until a connection is free, when all are busy.

    Raises:
        ValueError: A number of seconds is not positive, or is no number.
    """

    __slots__ = ("connect", "pool", "read", "write")

    def __init__(
        self,
        timeout: float | None = 60.0,
        *,
        connect: float | None = 10.0,
        read: float | None = None,
        write: float | None = None,
        pool: float | None = None,
    ) -> None:
        self.connect: float | None = check_seconds(connect)
        self.read: float | None = check_seconds(timeout if read is None else read)
        self.write: float | None = check_seconds(timeout if write is None else write)
        self.pool: float | None = check_seconds(timeout if pool is None else pool)

    @classmethod
    def of(cls, value: float | Timeout | None) -> Timeout:
        """A timeout as it is, or one with the same seconds for each step."""
        return value if isinstance(value, Timeout) else cls(value, connect=value)

    def reading(self, seconds: float | None) -> Timeout:
        """The same, but for the time to wait for a piece of the response."""
        return Timeout(
            None, connect=self.connect, write=self.write, pool=self.pool, read=seconds
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Timeout) and repr(self) == repr(other)

    def __hash__(self) -> int:
        return hash((self.connect, self.read, self.write, self.pool))

    def __repr__(self) -> str:
        return (
            f"Timeout(connect={self.connect}, read={self.read}, write={self.write},"
            f" pool={self.pool})"
        )


def choose_total(content: bytes | Streamed | None) -> float | None:
    """Seconds for a call whose caller says none: more of them for what is uploaded."""
    if content is None or isinstance(content, bytes):
        return TOTAL
    return None if content.length is None else TOTAL + content.length / _SLOWEST


def check_seconds(seconds: float | None) -> float | None:
    """A number of seconds that one can wait; None for ever, which decades are, too.

    Raises:
        ValueError: It is not positive, or NaN.
        TypeError: It is no number.
    """
    if seconds is None:
        return None
    try:
        positive = seconds > 0
    except TypeError:
        raise TypeError(f"a timeout is a number of seconds, not {seconds!r}") from None
    if not positive:
        raise ValueError(f"a timeout is a positive number of seconds, not {seconds!r}")
    return seconds if seconds < _FOREVER else None
