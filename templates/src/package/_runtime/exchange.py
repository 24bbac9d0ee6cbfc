"""One call: its request, its tries, and what comes after each."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from .errors import APIConnectionError, APIError
from .operation import Operation
from .redact import redact_text, redact_url
from .retry import IDEMPOTENT, PATIENCE, backoff, retry_after, worth_retrying
from .transport import Request

if TYPE_CHECKING:
    from .engine import Engine

__all__ = ["Exchange"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HOPS = 5
"""Redirects in a row that are followed: more of them are a circle."""


class Exchange:
    """One call.

    Attributes:
        request: The request as it goes out next; a redirect changes it.
        values: The arguments, in the order of the operation's parameters.
        secrets: Credentials that it presents, to be kept out of messages.
        attempts: How many times a request was sent.
    """

    __slots__ = (
        "_engine", "_hops", "_started", "attempts", "max_retries", "operation", "request",
        "secrets", "strict", "values",
    )  # fmt: skip

    def __init__(
        self,
        engine: Engine,
        operation: Operation[Any],
        request: Request,
        values: Sequence[object],
        secrets: Sequence[str],
        *,
        max_retries: int,
        strict: bool,
    ) -> None:
        self._engine = engine
        self.operation: Operation[Any] = operation
        self.request: Request = request
        self.values: Sequence[object] = values
        self.secrets: Sequence[str] = secrets
        self.max_retries: int = max_retries
        self.strict: bool = strict
        self.attempts: int = 0
        self._hops = 0
        self._started = 0.0

    @property
    def retries(self) -> int:
        """How often it was tried again; a redirect is no try."""
        return max(0, self.attempts - self._hops - 1)

    @property
    def where(self) -> dict[str, Any]:
        """What errors say of the request."""
        return {
            "method": self.request.method,
            "url": redact_text(redact_url(self.request.url), self.secrets),
            "attempts": self.attempts,
        }

    def started(self) -> Request:
        """The request, which is sent now."""
        self.attempts += 1
        self._started = time.monotonic()
        return self.request

    def describe(self, error: APIError) -> None:
        """Let an error of the transport say which request failed."""
        where = self.where
        error.method, error.url = where["method"], where["url"]
        error.attempts = self.attempts

    def after_error(self, error: APIConnectionError) -> float | None:
        """Seconds until the next try after a failure, or None: it is to be raised."""
        self.describe(error)
        safe = self.request.method in IDEMPOTENT or not error.sent
        if not safe or not self._may_repeat():
            return None
        wait = backoff(self.attempts, self._engine.uniform)
        self._engine.log.info("%s: %s; again in %.1f s", self.operation.id, error, wait)
        return wait

    def after_status(self, status: int, headers: Mapping[str, str]) -> float | None:
        """Seconds until the next request after a response, or None: it is the answer."""
        log = self._engine.log
        if log.isEnabledFor(10):  # logging.DEBUG
            where = self.where
            took = (time.monotonic() - self._started) * 1000
            log.debug("%s %s: %d, %.0f ms", where["method"], where["url"], status, took)
        if status < 300:
            return None
        if status < 400:
            return 0.0 if self.redirected(status, headers) else None
        told = retry_after(headers.get("retry-after"), time.time())
        wanted = worth_retrying(
            self.request.method, status, told_to_wait=told is not None
        )
        if not wanted or not self._may_repeat() or (told or 0.0) > PATIENCE:
            return None
        wait = backoff(self.attempts, self._engine.uniform) if told is None else told
        log.info("%s: status %d; again in %.1f s", self.operation.id, status, wait)
        return wait

    def _may_repeat(self) -> bool:
        return self._replayable() and self.attempts - self._hops <= self.max_retries

    def _replayable(self) -> bool:
        content = self.request.content
        return content is None or isinstance(content, bytes) or content.replayable

    def redirected(self, status: int, headers: Mapping[str, str]) -> bool:
        """Follow a redirect (RFC 9110, 15.4), where that is safe, with the next request.

        Credentials stay with the origin that they are for, a body is not sent to
        another one, and nothing moves from https to http. A POST does not become a GET
        but after 303, which asks for it.
        """
        location = headers.get("location")
        if status not in _REDIRECTS or not location or self._hops >= _HOPS:
            return False
        try:
            url = urljoin(self.request.url, location)
            before, after = _origin(self.request.url), _origin(url)
        except ValueError:  # no URL
            return False
        method = self.request.method
        get = status == 303 and method not in ("GET", "HEAD")
        keeps = status in (307, 308) and before == after and self._replayable()
        if not (get or keeps or method in ("GET", "HEAD")):
            return False
        if after[0] not in (before[0], "https"):
            return False
        self._hops += 1
        self.request = self._moved(url, same=before == after, get=get)
        return True

    def _moved(self, url: str, *, same: bool, get: bool) -> Request:
        request = self.request
        hidden = {"content-type"} if get else set[str]()
        if not same:
            hidden |= {"authorization", "cookie", *self._engine.credentials.names}
        return Request(
            "GET" if get else request.method,
            url,
            {k: v for k, v in request.headers.items() if k.lower() not in hidden},
            None if get else request.content,
            request.timeout,
        )


def _origin(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port (RFC 6454).

    Raises:
        ValueError: It is no URL.
    """
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, port
