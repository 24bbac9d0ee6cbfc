"""Tokens of OAuth 2 for a client itself, by its credentials (RFC 6749, 4.4).

They are asked for in the way of any call, by a client of their own: with the same
timeouts, tries and transport, and secrets stay out of logs and exceptions.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, quote_plus, urljoin, urlsplit

from ..auth.token_provider import AsyncTokenProvider, Token, TokenProvider
from ..call.exchange import Exchange
from ..call.request_builder import Engine
from ..call.results import make_decode_error, make_status_error
from ..spec.operation import (
    TOKEN,
    Body,
    ClientConfig,
    Credential,
    Grant,
    GrantGiven,
    Operation,
    Param,
)

if TYPE_CHECKING:
    from ..transport.interface import AsyncResponse, Response
    from .async_core import AsyncCore
    from .sync_core import SyncCore

__all__ = ["provide_tokens", "provide_tokens_async"]

_PARAMS = tuple(
    Param(name, "form")
    for name in ("grant_type", "scope", "client_id", "client_secret")
)
_CODE = re.compile(r"[A-Za-z_]{1,40}")
"""What may be told of an error: ``invalid_scope``."""
_BODIES = (
    Body("application/x-www-form-urlencoded", fields=tuple(range(len(_PARAMS)))),
)


def provide_tokens(core: SyncCore, grants: Mapping[str, GrantGiven]) -> None:
    """Let a client that blocks fetch the tokens that it has credentials for.

    Raises:
        ValueError: The id is there without the secret or the other way round, or the
            URL of tokens cannot be used.
    """
    for name, request in _plan_requests(core.engine, grants):
        core.engine.credentials.provide(name, TokenProvider(_FetchToken(request, core)))


def provide_tokens_async(core: AsyncCore, grants: Mapping[str, GrantGiven]) -> None:
    """The same for an asynchronous client."""
    for name, request in _plan_requests(core.engine, grants):
        provider = AsyncTokenProvider(_AsyncFetchToken(request, core))
        core.engine.credentials.provide(name, provider)


def _plan_requests(
    engine: Engine, grants: Mapping[str, GrantGiven]
) -> Iterable[tuple[str, _TokenRequest]]:
    for credential in engine.config.auth:
        grant = credential.grant
        if grant is None or engine.credentials.has(credential.name):
            continue
        given = grants.get(credential.name, (None, None, None, None))
        found = [
            said or (os.environ.get(variable) if variable else None)
            for said, variable in zip(given[:2], grant.environment, strict=True)
        ]
        if not any(found):
            continue
        for name, value in zip(grant.arguments, found, strict=True):
            if not value:
                raise ValueError(
                    f"pass {name} as well: one is no use without the other"
                )
        url = _choose_token_url(engine.base_url, grant, given[2])
        scopes = [given[3]] if isinstance(given[3], str) else given[3]
        scope = " ".join(scopes or ())
        yield credential.name, _TokenRequest(
            engine, url, str(found[0]), str(found[1]), scope
        )


def _choose_token_url(base_url: str, grant: Grant, given: str | None) -> str:
    """Where tokens are asked for.

    What the document says may be relative to the server; the secret goes by https
    alone, but for this machine. The caller may say anything that ``base_url`` may be.
    """
    url = given or urljoin(f"{base_url}/", grant.token_url)
    if given or not urlsplit(grant.token_url).scheme:
        return url
    parts = urlsplit(url)
    if parts.scheme != "https" and not _is_here(parts.hostname or ""):
        raise ValueError(f"the document has tokens fetched without TLS: {url!r}")
    return url


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class _TokenRequest:
    """What asks for a token, and what its answer means; it does no I/O.

    The id and the secret go into the header, which every server has to understand
    (RFC 6749, 2.3.1). One that says it does not know the client gets them in the body.
    """

    def __init__(
        self, client: Engine, url: str, client_id: str, secret: str, scope: str
    ) -> None:
        place, _, query = url.partition("?")
        path = "/" if urlsplit(place).path.endswith("/") else ""
        self._query = dict(parse_qsl(query, keep_blank_values=True))
        self._values = ("client_credentials", scope or None)
        self._secret = (client_id, secret)
        self._in_body = False
        self._by_header: Operation[Any] = Operation(
            TOKEN, "POST", path, params=_PARAMS, bodies=_BODIES, auth=(("client",),)
        )
        self._by_body: Operation[Any] = Operation(
            TOKEN, "POST", path, params=_PARAMS, bodies=_BODIES, auth=()
        )
        known = f"{quote_plus(client_id)}:{quote_plus(secret)}"
        self._engine = Engine(
            ClientConfig(
                package=client.config.package,
                version=client.config.version,
                log_environment=client.config.log_environment,
                auth=(Credential("client", "basic", "header", "Authorization"),),
            ),
            credentials={"client": known},
            base_url=place,
            timeout=client.timeout,
            max_retries=client.max_retries,
        )

    @property
    def engine(self) -> Engine:
        return self._engine

    def prepare(self) -> Exchange:
        """The call that asks."""
        operation = self._by_body if self._in_body else self._by_header
        held = self._secret if self._in_body else (None, None)
        said = {"query": self._query}
        exchange = self._engine.prepare(operation, said, (*self._values, *held))
        # Whichever way it goes, it is a secret that the server may repeat.
        exchange.values = (*self._values, *self._secret)
        return exchange

    def switch_to_body(self, status: int, content: bytes) -> bool:
        """Whether to ask again, with the secret in the body."""
        if self._in_body or status not in (400, 401):
            return False
        self._in_body = _parse_object(content).get("error") == "invalid_client"
        return self._in_body

    def read_token(
        self, exchange: Exchange, response: Response | AsyncResponse, content: bytes
    ) -> Token:
        """The token in an answer.

        Raises:
            APIStatusError: The server gives none.
            APIDecodeError: There is none in the answer, or one of an unknown type.
        """
        status, headers = response.status, response.headers
        found = _parse_object(content)
        if not 200 <= status < 300:
            # Who is told to be unknown one way is tried the other way next time.
            self._in_body = False
            error = make_status_error(exchange, status, headers, content)
            code = found.get("error")
            known = isinstance(code, str) and _CODE.fullmatch(code)
            error.message = f"no token: {code if known else error.message}"
            error.args = (error.message,)
            raise error
        value, kind = found.get("access_token"), found.get("token_type", "bearer")
        if not isinstance(value, str) or not value:
            problem = "no access_token in the answer"
        elif not isinstance(kind, str) or kind.lower() != "bearer":
            problem = "not a bearer token"
        else:
            return Token(value, _parse_seconds(found.get("expires_in")))
        raise make_decode_error(exchange, problem, status, headers, b"")


def _parse_object(content: bytes) -> dict[str, object]:
    try:
        found: object = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, object]", found) if isinstance(found, dict) else {}


def _parse_seconds(value: object) -> float | None:
    """``expires_in``, which some servers write as text."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:15])
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 < value < 1e15 else None


class _FetchToken:
    """Asks for a token as a client connects, over connections that are closed at once."""

    def __init__(self, request: _TokenRequest, client: SyncCore) -> None:
        self._request = request
        self._client = client

    def __call__(self) -> Token:
        from .sync_core import SyncCore

        request, client = self._request, self._client
        request.engine.wait_factor = client.engine.wait_factor
        core = SyncCore(request.engine, client.given, client.connection_settings)
        try:
            exchange = request.prepare()
            response, content = core.send(exchange)
            if request.switch_to_body(response.status, content):
                exchange = request.prepare()
                response, content = core.send(exchange)
        finally:
            core.close()
        return request.read_token(exchange, response, content)


class _AsyncFetchToken:
    """The same, awaited."""

    def __init__(self, request: _TokenRequest, client: AsyncCore) -> None:
        self._request = request
        self._client = client

    async def __call__(self) -> Token:
        from .async_core import AsyncCore

        request, client = self._request, self._client
        request.engine.wait_factor = client.engine.wait_factor
        core = AsyncCore(request.engine, client.given, client.connection_settings)
        try:
            exchange = request.prepare()
            response, content = await core.send(exchange)
            if request.switch_to_body(response.status, content):
                exchange = request.prepare()
                response, content = await core.send(exchange)
        finally:
            await core.close()
        return request.read_token(exchange, response, content)
