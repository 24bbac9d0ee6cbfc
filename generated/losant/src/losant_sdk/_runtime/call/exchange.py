"""One call: its request, its tries, and what comes after each."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from ..auth.credentials import Presented
from ..errors import APIConnectionError, APIError, APITimeoutError
from ..redact import (
    redact_text,
    redact_url,
    secrets_in,
    secrets_of,
    secrets_of_headers,
    secrets_of_url,
)
from ..spec.operation import Operation
from ..transport.interface import AsyncResponse, Request, Response, ResponseHead
from .urls import follow_redirect

if TYPE_CHECKING:
    from ..transport.file_target import Target
    from .settings import CallSettings

__all__ = ["Exchange"]

_HOPS = 5
"""Redirects in a row that are followed: more of them are a circle."""

_UNWATCHED: AbstractContextManager[object] = nullcontext()


class Exchange:
    """One call.

    Attributes:
        request: The request as it goes out next; a redirect changes it.
        on_wire: The request as it went out last.
        hook_failed: Whether a hook has raised: then nothing is tried again.
        values: The arguments, in the order of the operation's parameters.
        limit: Bytes that the body of a response may have, or None.
        total: Seconds that the call may take with all its tries, or None.
        saved: Where the body of a success is written to, or None.
        attempts: How many times a request was sent.
        answer: The response to the last one, once its head is there.
    """

    __slots__ = (
        "_bare", "_engine", "_hops", "_own", "_presented", "_renewals", "_sent",
        "_started", "_trying", "answer", "attempts", "hook_failed", "limit",
        "max_retries", "on_wire", "operation", "request", "saved", "strict", "total",
        "values",
    )  # fmt: skip

    def __init__(
        self,
        engine: CallSettings,
        operation: Operation[Any],
        request: Request,
        values: Sequence[object],
        own: frozenset[str],
        *,
        max_retries: int,
        strict: bool,
        limit: int | None,
        total: float | None,
    ) -> None:
        self._engine = engine
        self.operation: Operation[Any] = operation
        self.request: Request = request
        self.values: Sequence[object] = values
        self.max_retries: int = max_retries
        self.strict: bool = strict
        self.limit: int | None = limit
        self.total: float | None = total
        self.saved: Target | None = None
        self.attempts: int = 0
        self.answer: Response | AsyncResponse | None = None
        self._bare = request
        self._own = own
        self._presented: list[Presented] | None = None
        self._hops = 0
        self._renewals = 0
        self._sent = False
        self._trying = False
        self._started = 0.0
        self.on_wire: Request = request
        self.hook_failed: bool = False

    @property
    def retries(self) -> int:
        """How often it was tried again; a redirect or another credential is no try."""
        return max(0, self.attempts - self._hops - self._renewals - 1)

    @property
    def moved(self) -> bool:
        """Whether a redirect leads away from where the operation is."""
        return self._hops > 0

    @property
    def where(self) -> dict[str, Any]:
        """What errors say of the request."""
        # Where a server leads, anything may stand in the URL.
        secrets = self.collect_secrets() if self._hops else self._collect_held()
        return {
            "method": self.request.method,
            "url": redact_text(redact_url(self.request.url), secrets),
            "attempts": self.attempts,
        }

    def collect_secrets(self) -> list[str]:
        """What was sent that nobody else is to see, though the server may repeat it."""
        return [*self._collect_held(), *secrets_of(self._bare.content)]

    def _collect_held(self) -> Iterator[str]:
        """The same, without what is in the body."""
        for each in self._presented or ():
            yield each.secret
            if each.credential.scheme == "basic":
                yield each.secret.partition(":")[2]
        for param, value in zip(self.operation.params, self.values, strict=True):
            yield from secrets_in(value, param.wire)
        for request in {self._bare, self.request, self.on_wire}:
            yield from secrets_of_headers(request.headers)
            yield from secrets_of_url(request.url)

    def authorize(self, asked: Mapping[str, str | None] | None = None) -> None:
        """Let the request present its credentials, unless it does already.

        Args:
            asked: What functions gave, if they were asked before.

        Raises:
            MissingCredentialsError: One is needed and not there.
            ValueError: One cannot be sent: it holds a line break, say.
        """
        if self._presented is None:
            credentials = self._engine.credentials
            self._present(credentials.present(self.operation, self._own, asked))

    async def authorize_async(self) -> None:
        """The same, where functions that give credentials may have to be awaited."""
        if self._presented is None:
            credentials, asked = self._engine.credentials, None
            if credentials.renewable:
                asked = await credentials.ask(self.operation, self._own)
            self.authorize(asked)

    def renew(self) -> bool:
        """After a 401: present other credentials, once; whether the call is sent again.

        Only those that a function gave can be others, and only a body that is still
        there can be sent again.
        """
        credentials = self._engine.credentials
        return self._renew([credentials.renew(each) for each in self._find_refused()])

    async def renew_async(self) -> bool:
        """The same, where functions that give credentials may have to be awaited."""
        credentials = self._engine.credentials
        return self._renew(
            [await credentials.renew_async(each) for each in self._find_refused()]
        )

    def _find_refused(self) -> list[Presented]:
        """The credentials, if the request may be sent again with other ones."""
        # Where a redirect leads, credentials are not presented anew.
        if self._renewals or self._hops or not self.is_replayable():
            return []
        return self._presented or []

    def _renew(self, secrets: list[str | None]) -> bool:
        if not any(secrets):
            return False
        self._renewals += 1
        self._present(
            [
                Presented(each.credential, secret or each.secret, each.source)
                for each, secret in zip(self._presented or (), secrets, strict=True)
            ]
        )
        self._engine.log.info("%s: with a renewed credential", self.operation.id)
        return True

    def _present(self, presented: list[Presented]) -> None:
        self._presented = presented
        if not presented:
            return
        bare = self._bare
        url, headers = bare.url, dict(bare.headers)
        for each in presented:
            url = each.add(url, headers)
        self.request = bare.copy()
        self.request.url, self.request.headers = url, headers

    def watch_attempt(self) -> AbstractContextManager[object]:
        """The context of one try, which begins now."""
        watch = self._engine.hooks.watch
        return _UNWATCHED if watch is None else watch(self)

    def start_attempt(self) -> Request:
        """The request, which is sent now."""
        self.attempts += 1
        self.answer = None
        self._trying = True
        self._started = time.monotonic()
        self.request.attempt = self.attempts
        self.on_wire = self.request
        return self.request

    def make_head(self, status: int, headers: Mapping[str, str]) -> ResponseHead:
        """What hooks see of a response."""
        took = time.monotonic() - self._started
        return ResponseHead(self.on_wire, status, headers, took)

    def describe_error(self, error: APIError) -> None:
        """Let an error of the transport say which request failed, and no secret."""
        where = self.where
        error.method, error.url = where["method"], where["url"]
        error.message = redact_text(error.message, self.collect_secrets())
        error.args = (error.message,)
        error.attempts = self.attempts

    def handle_error(self, error: APIConnectionError) -> float | None:
        """Seconds until the next try after a failure, or None: it is to be raised.

        Raises:
            APITimeoutError: The whole call would take too long.
        """
        if self.hook_failed:
            return None
        self.describe_error(error)
        self._trying, self._sent = False, self._sent or error.sent
        if self.exceeds_deadline(0.0):
            raise self.build_deadline_error() from error
        wait = self._decide(None, {}, error)
        if wait is None:
            return None
        if self.exceeds_deadline(wait):
            raise self.build_deadline_error() from error
        self._engine.log.info("%s: %s; again in %.1f s", self.operation.id, error, wait)
        return wait

    def handle_status(self, status: int, headers: Mapping[str, str]) -> float | None:
        """Seconds until the next request after a response, or None: it is the answer.

        They may be more than the whole call has: see ``exceeds_deadline``.
        """
        self._trying, self._sent = False, True
        log = self._engine.log
        if log.isEnabledFor(10):  # logging.DEBUG
            where = self.where
            took = (time.monotonic() - self._started) * 1000
            log.debug("%s %s: %d, %.0f ms", where["method"], where["url"], status, took)
        if status < 300:
            return None
        if status < 400:
            return 0.0 if self.follow_redirect(status, headers) else None
        wait = self._decide(status, headers, None)
        if wait is None:
            return None
        log.info("%s: status %d; again in %.1f s", self.operation.id, status, wait)
        return wait

    def exceeds_deadline(self, wait: float) -> bool:
        """Whether the time for the whole call is over when one has waited."""
        deadline = self.request.deadline
        return deadline is not None and time.monotonic() + wait >= deadline

    def handle_piece(self) -> None:
        """After each piece of a body.

        Raises:
            APITimeoutError: The time for the whole call is over.
        """
        if self.saved is not None:
            self.saved.report_progress()
        if self.request.deadline is not None and self.exceeds_deadline(0.0):
            raise self.build_deadline_error()

    def build_deadline_error(self) -> APITimeoutError:
        """The error of a call that takes longer than it may."""
        return APITimeoutError(
            f"{self.operation.id}: not done within total_timeout ({self.total:g} s)",
            # A try that was given up may have been seen.
            sent=self._sent or self._trying,
            **self.where,
        )

    def _decide(
        self, status: int | None, headers: Mapping[str, str], error: APIError | None
    ) -> float | None:
        """Ask the policy for the wait, if the body can be sent again."""
        if not self.is_replayable():
            return None
        return self._engine.retry_policy.decide(
            self.request.method,
            status,
            headers,
            error,
            self.retries + 1,
            max_retries=self.max_retries,
        )

    def is_replayable(self) -> bool:
        """Whether the body can be sent again."""
        content = self.request.content
        return content is None or isinstance(content, bytes) or content.replayable

    def follow_redirect(self, status: int, headers: Mapping[str, str]) -> bool:
        """Follow a redirect, where that is safe, with the next request."""
        if not 300 <= status < 400 or self._hops >= _HOPS:
            return False
        secret, replayable = self._engine.credentials.names, self.is_replayable()
        moved = follow_redirect(
            self.request, status, headers, secret=secret, replayable=replayable
        )
        if moved is None:
            return False
        self._hops += 1
        self.request = moved
        return True
