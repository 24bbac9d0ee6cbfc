"""Tokens that are fetched when they are first needed and renewed before they expire.

However many threads or tasks ask at the same time, one of them fetches and the others
wait for it. A failure is raised to all of them, and the next one who asks tries again.
"""

from __future__ import annotations

import json
import threading
import time
from base64 import urlsafe_b64decode
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    import asyncio

__all__ = ["AsyncTokenProvider", "Token", "TokenProvider", "read_lifetime"]

_AHEAD = 60.0
"""Seconds before it expires that a token is renewed, if it lives long enough …"""

_SHARE = 0.1
"""… and else this share of its life."""


class Token:
    """A token, and how long it is valid.

    Attributes:
        value: The token itself; ``repr`` does not show it.
        lifetime: Seconds from now that it is valid, or None if that is not known.
    """

    __slots__ = ("lifetime", "value")

    def __init__(self, value: str, lifetime: float | None = None) -> None:
        self.value: str = value
        self.lifetime: float | None = lifetime

    def __repr__(self) -> str:
        return f"<Token lifetime={self.lifetime}>"


def read_lifetime(token: str, now: float) -> float | None:
    """Seconds that a token which was issued just now is valid; None if it does not say.

    A JSON Web Token says so by its claims ``exp`` and ``iat`` (RFC 7519, 4.1); its
    signature is none of our business. Where it seems to have expired before it came,
    the clock of this machine is wrong, and the two claims are compared with each other.

    Args:
        token: Any token.
        now: Seconds since the epoch, by the clock of this machine.
    """
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        padded = parts[1] + "=" * (-len(parts[1]) % 4)
        claims: object = json.loads(urlsafe_b64decode(padded))
    except (ValueError, RecursionError):  # something else with two dots in it
        return None
    if not isinstance(claims, dict):
        return None
    expires = _read_date(cast("dict[str, object]", claims).get("exp"))
    issued = _read_date(cast("dict[str, object]", claims).get("iat"))
    if expires is None:
        return None
    left = expires - now
    whole = None if issued is None else expires - issued
    if whole is None or whole <= 0:
        return left if left > 0 else None
    return min(left, whole) if left > 0 else whole


def _read_date(value: object) -> float | None:
    """A ``NumericDate``."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # An integer of a thousand digits is JSON, but no number of seconds.
    return float(value) if 0 <= value < 1e15 else None


class _HeldToken:
    """The token that is used now; times are those of the provider's clock."""

    __slots__ = ("expires", "renew", "value")

    def __init__(self, value: str, lifetime: float | None, now: float) -> None:
        self.value = value
        # One that does not say when it expires is used until the server refuses it.
        self.expires = self.renew = float("inf")
        if lifetime is not None:
            self.expires = now + lifetime
            self.renew = self.expires - min(_AHEAD, max(lifetime, 0.0) * _SHARE)


class _Provider:
    """What both providers do: hold a token, and know when another one is due."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._held: _HeldToken | None = None

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def _get_current(self, refused: str | None) -> str | None:
        """The token, if it need not be renewed yet."""
        held = self._held
        if held is None or held.value == refused or self._clock() >= held.renew:
            return None
        return held.value

    def _get_fallback(self, refused: str | None) -> str | None:
        """The token that could not be renewed, while it is still good.

        It is tried again halfway to its end: not with each call, which would wait for it.
        """
        held, now = self._held, self._clock()
        if held is None or held.value == refused or now >= held.expires:
            return None
        held.renew = max(held.renew, now + (held.expires - now) / 2)
        return held.value

    def _keep(self, found: object) -> str:
        """Hold a token that was fetched.

        Raises:
            TypeError: It is neither a ``Token`` nor a ``str``.
            ValueError: It is empty.
        """
        token = Token(found) if isinstance(found, str) else found
        if not isinstance(token, Token):
            raise TypeError(f"a token is a str or a Token, not {type(found).__name__}")
        if not token.value:
            raise ValueError("an empty token was fetched")
        lifetime = token.lifetime
        if lifetime is None:
            lifetime = read_lifetime(token.value, time.time())
        self._held = _HeldToken(token.value, lifetime, self._clock())
        return token.value


class _Flight:
    """A fetch that is under way; without value and error it was given up."""

    __slots__ = ("done", "error", "thread", "value")

    def __init__(self) -> None:
        self.done = threading.Event()
        self.thread = threading.get_ident()
        self.value: str | None = None
        self.error: Exception | None = None


class TokenProvider(_Provider):
    """Gives a token to a client that blocks: pass it where the token itself would go.

    ::

        def log_in() -> Token:
            answer = ...
            return Token(answer["token"], lifetime=answer["expires_in"])

        client = Client(access_token=TokenProvider(log_in))

    The token is fetched when it is first needed. It is renewed a minute before it
    expires (a token of less than ten minutes, when a tenth of its life is left), and
    when the server answers 401: then the call is sent once more. If it cannot be
    renewed, it is used until it has expired. It may be shared by threads, and by
    clients. A pickle holds what fetches, but no token.

    Args:
        fetch: Logs in and gives a token. A ``str`` that is a JSON Web Token says itself
            when it expires; one that does not say is used until it is refused.
        clock: Seconds that only grow.
    """

    def __init__(
        self,
        fetch: Callable[[], str | Token],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(clock)
        self._fetch = fetch
        self._lock = threading.Lock()
        self._flight: _Flight | None = None

    def __call__(self) -> str:
        """The token that is valid now.

        Raises:
            RuntimeError: Fetching it asks for it.
        """
        return self._get(None)

    def renew(self, refused: str) -> str:
        """Another token than one that the server refused, unless there is one already."""
        return self._get(refused)

    def _get(self, refused: str | None) -> str:
        while True:
            with self._lock:
                value = self._get_current(refused)
                if value is not None:
                    return value
                flight = self._flight
                if flight is None:
                    flight, mine = _Flight(), True
                    self._flight = flight
                else:
                    mine = False
            if mine:
                self._lead(flight)
            elif flight.thread == threading.get_ident():
                raise RuntimeError("fetching the token needs the token itself")
            else:
                flight.done.wait()
            if flight.value is not None:
                return flight.value
            if flight.error is not None:
                value = self._get_fallback(refused)
                if value is not None:
                    return value
                raise flight.error

    def _lead(self, flight: _Flight) -> None:
        try:
            flight.value = self._keep(self._fetch())
        except Exception as error:  # noqa: BLE001 (all who wait raise it)
            flight.error = error
        finally:
            with self._lock:
                self._flight = None
            flight.done.set()

    def __getstate__(self) -> dict[str, Any]:
        return {"fetch": self._fetch, "clock": self._clock}

    def __setstate__(self, state: dict[str, Any]) -> None:
        # As a call of the class: the rest belongs to the process that it was made in.
        TokenProvider.__init__(self, state["fetch"], clock=state["clock"])


class AsyncTokenProvider(_Provider):
    """Gives a token to an asynchronous client: see ``TokenProvider``.

    Tasks that wait for one fetch may be cancelled: it goes on for the others. Tasks of
    several event loops do not wait for each other.

    Args:
        fetch: A coroutine function, or any other, that logs in and gives a token.
        clock: Seconds that only grow.
    """

    def __init__(
        self,
        fetch: Callable[[], Awaitable[str | Token] | str | Token],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(clock)
        self._fetch = fetch
        self._flights: WeakKeyDictionary[
            asyncio.AbstractEventLoop, asyncio.Task[str]
        ] = WeakKeyDictionary()

    async def __call__(self) -> str:
        """The token that is valid now.

        Raises:
            RuntimeError: Fetching it asks for it.
        """
        return await self._get(None)

    async def renew(self, refused: str) -> str:
        """Another token than one that the server refused, unless there is one already."""
        return await self._get(refused)

    async def _get(self, refused: str | None) -> str:
        import asyncio

        loop = asyncio.get_running_loop()
        while True:
            value = self._get_current(refused)
            if value is not None:
                return value
            flight = self._flights.get(loop)
            if flight is None or flight.done():
                # A task of its own: who started it may be cancelled, too.
                flight = loop.create_task(self._lead())
                self._flights[loop] = flight
                flight.add_done_callback(self._finish_flight)
            elif flight is asyncio.current_task():
                raise RuntimeError("fetching the token needs the token itself")
            await asyncio.wait((flight,))
            if flight.cancelled():
                continue
            error = flight.exception()
            if error is None:
                return flight.result()
            value = self._get_fallback(refused)
            if value is not None:
                return value
            raise error

    async def _lead(self) -> str:
        found = self._fetch()
        return self._keep(await found if isinstance(found, Awaitable) else found)

    def _finish_flight(self, flight: asyncio.Task[str]) -> None:
        loop = flight.get_loop()
        if self._flights.get(loop) is flight:
            del self._flights[loop]
        if not flight.cancelled():
            # Seen here, too: all who waited may have been cancelled.
            flight.exception()

    def __getstate__(self) -> dict[str, Any]:
        return {"fetch": self._fetch, "clock": self._clock}

    def __setstate__(self, state: dict[str, Any]) -> None:
        AsyncTokenProvider.__init__(self, state["fetch"], clock=state["clock"])
