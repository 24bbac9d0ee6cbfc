"""Clients that log in by themselves, as a device or as a user."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypedDict, cast

if TYPE_CHECKING:
    from typing import Self, Unpack

    from ._runtime import (
        AsyncTransport,
        Request,
        ResponseHead,
        Timeout,
        Token,
        Transport,
        Verify,
    )
    from ._runtime.client.async_core import AsyncCore
    from ._runtime.client.sync_core import SyncCore

__all__ = ["AsyncClientOptions", "AsyncLosantLogin", "ClientOptions", "LosantLogin"]


class _Options(TypedDict, total=False):
    base_url: str | None
    timeout: float | Timeout | None
    total_timeout: float | None
    max_response_bytes: int | None
    max_retries: int
    strict: bool
    headers: Mapping[str, str] | None
    proxy: str | None
    verify: Verify
    trust_env: bool
    http2: bool
    on_request: Callable[[Request], object] | None
    on_response: Callable[[ResponseHead], object] | None
    actions: bool | None
    links: bool | None
    embedded: bool | None
    losant_domain: str | None
    accept_version: str | None


class ClientOptions(_Options, total=False):
    """What `Losant` takes besides the token."""

    transport: Transport | None


class AsyncClientOptions(_Options, total=False):
    """What `AsyncLosant` takes besides the token."""

    transport: AsyncTransport | None


class LosantLogin:
    """The constructors of `Losant` that need no token."""

    _core: SyncCore

    @classmethod
    def from_device_credentials(
        cls,
        device_id: str,
        key: str,
        secret: str,
        *,
        requested_scopes: Sequence[str] | None = None,
        token_ttl: int | None = None,
        **options: Unpack[ClientOptions],
    ) -> Self:
        """A client that speaks for a device.

        It logs in by `auth.authenticate_device` when a token is first needed, and again
        a minute before the token expires, or when the server refuses it with 401: then
        the call is sent once more. Threads that wait for a token wait for one login; if
        that fails, all of them raise its error, and the next call tries again.

        When a token expires is read from the token itself, if it is a JSON Web Token,
        else it is `token_ttl`; without both, the token is used until it is refused.

        Args:
            device_id: The device.
            key: An access key of its application.
            secret: The secret of that key. Like `key`, it is neither shown nor logged;
                a pickle of the client holds it.
            requested_scopes: What the token may do, by default all that a device may.
            token_ttl: Seconds that the token is to be valid; by default the server
                decides.
            **options: As for the client itself.
        """
        login = _Login(
            "device",
            {"deviceId": device_id, "key": key, "secret": secret},
            requested_scopes,
            token_ttl,
        )
        return cls._made(login, options)

    @classmethod
    def from_user_credentials(
        cls,
        email: str,
        password: str,
        two_factor_code: str | Callable[[], str] | None = None,
        *,
        requested_scopes: Sequence[str] | None = None,
        token_ttl: int | None = None,
        **options: Unpack[ClientOptions],
    ) -> Self:
        """A client that speaks for a user: see `from_device_credentials`.

        It logs in by `auth.authenticate_user`.

        Args:
            email: Address of the account.
            password: Its password.
            two_factor_code: The code that the authenticator app shows now, if the
                account asks for one. It serves for one login: to renew its token the
                client needs a function that gives the code of the moment.
            requested_scopes: What the token may do, by default all that the user may.
            token_ttl: Seconds that the token is to be valid; by default the server
                decides.
            **options: As for the client itself.
        """
        login = _Login(
            "user",
            {"email": email, "password": password, "twoFactorCode": two_factor_code},
            requested_scopes,
            token_ttl,
        )
        return cls._made(login, options)

    @classmethod
    def _made(cls, login: _Login, options: ClientOptions) -> Self:
        from ._runtime import TokenProvider

        # This class is but a part of the client that is made.
        make = cast("Callable[..., Self]", cls)
        client = make(access_token=TokenProvider(login), **options)
        login.core = client._core
        return client


class AsyncLosantLogin:
    """The constructors of `AsyncLosant` that need no token."""

    _core: AsyncCore

    @classmethod
    def from_device_credentials(
        cls,
        device_id: str,
        key: str,
        secret: str,
        *,
        requested_scopes: Sequence[str] | None = None,
        token_ttl: int | None = None,
        **options: Unpack[AsyncClientOptions],
    ) -> Self:
        """A client that speaks for a device.

        It logs in by `auth.authenticate_device` when a token is first needed, and
        again a minute before the token expires, or when the server refuses it with 401:
        then the call is sent once more. Tasks that wait for a token wait for one login,
        which goes on if one of them is cancelled; if it fails, all of them raise its
        error, and the next call tries again.

        When a token expires is read from the token itself, if it is a JSON Web Token,
        else it is `token_ttl`; without both, the token is used until it is refused.

        Args:
            device_id: The device.
            key: An access key of its application.
            secret: The secret of that key. Like `key`, it is neither shown nor logged;
                a pickle of the client holds it.
            requested_scopes: What the token may do, by default all that a device may.
            token_ttl: Seconds that the token is to be valid; by default the server
                decides.
            **options: As for the client itself.
        """
        login = _AsyncLogin(
            "device",
            {"deviceId": device_id, "key": key, "secret": secret},
            requested_scopes,
            token_ttl,
        )
        return cls._made(login, options)

    @classmethod
    def from_user_credentials(
        cls,
        email: str,
        password: str,
        two_factor_code: str | Callable[[], str | Awaitable[str]] | None = None,
        *,
        requested_scopes: Sequence[str] | None = None,
        token_ttl: int | None = None,
        **options: Unpack[AsyncClientOptions],
    ) -> Self:
        """A client that speaks for a user: see `from_device_credentials`.

        It logs in by `auth.authenticate_user`.

        Args:
            email: Address of the account.
            password: Its password.
            two_factor_code: The code that the authenticator app shows now, if the
                account asks for one. It serves for one login: to renew its token the
                client needs a function that gives the code of the moment, which may be
                a coroutine function.
            requested_scopes: What the token may do, by default all that the user may.
            token_ttl: Seconds that the token is to be valid; by default the server
                decides.
            **options: As for the client itself.
        """
        login = _AsyncLogin(
            "user",
            {"email": email, "password": password, "twoFactorCode": two_factor_code},
            requested_scopes,
            token_ttl,
        )
        return cls._made(login, options)

    @classmethod
    def _made(cls, login: _AsyncLogin, options: AsyncClientOptions) -> Self:
        from ._runtime import AsyncTokenProvider

        make = cast("Callable[..., Self]", cls)
        client = make(access_token=AsyncTokenProvider(login), **options)
        login.core = client._core
        return client


# ----------------------------------------------------------------------- logging in


class _Credentials:
    """What is sent to log in; ``repr`` shows none of it.

    Attributes:
        kind: What logs in: a ``device`` or a ``user``.
    """

    def __init__(
        self,
        kind: str,
        secrets: Mapping[str, object],
        requested_scopes: Sequence[str] | None,
        token_ttl: int | None,
    ) -> None:
        self.kind = kind
        self._lifetime = token_ttl
        self._body = {
            **secrets,
            "requestedScopes": requested_scopes,
            "tokenTTL": token_ttl,
        }

    def asked(self) -> Mapping[str, object]:
        """The body; a function in it is asked for its value."""
        return {
            name: value() if callable(value) else value
            for name, value in self._body.items()
            if value is not None
        }

    def token(self, answer: object) -> Token:
        """The token of an answer.

        Raises:
            APIError: There is none.
        """
        from ._runtime import APIError, Token
        from ._runtime.auth.token_provider import read_lifetime

        found = getattr(answer, "token", None)
        if not isinstance(found, str) or not found:
            raise APIError(f"logging in as a {self.kind}: the answer holds no token")
        lifetime = read_lifetime(found, time.time()) or self._lifetime or None
        return Token(found, lifetime)


class _Login(_Credentials):
    """Logs in with the transport and the settings of a client.

    It is never strict: an answer that does not fit may hold a token all the same, which
    an error would show.
    """

    core: SyncCore

    def __call__(self) -> Token:
        from .resources import AuthResource

        auth = AuthResource(self.core)
        log_in: Callable[..., object]
        user = self.kind == "user"
        log_in = auth.authenticate_user if user else auth.authenticate_device
        credentials: Any = self.asked()
        return self.token(
            log_in(credentials=credentials, request_options={"strict": False})
        )


class _AsyncLogin(_Credentials):
    """The same, awaited."""

    core: AsyncCore

    async def __call__(self) -> Token:
        from .resources import AsyncAuthResource

        auth = AsyncAuthResource(self.core)
        log_in: Callable[..., Awaitable[object]]
        user = self.kind == "user"
        log_in = auth.authenticate_user if user else auth.authenticate_device
        credentials: Any = {
            name: await _settled(value) for name, value in self.asked().items()
        }
        return self.token(
            await log_in(credentials=credentials, request_options={"strict": False})
        )


async def _settled(value: object) -> object:
    """A value, or what it gives when it is awaited."""
    if isinstance(value, Awaitable):
        return await cast("Awaitable[object]", value)
    return value
