"""Base classes of the generated clients."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING

from ..redact import redact_url
from ..spec.operation import ClientConfig
from ..values import UNSET, Unset

if TYPE_CHECKING:
    from typing import Self

    from ..auth.credentials import Secret
    from ..call.hooks import OnRequest, OnResponse, Watch
    from ..call.request_builder import Engine
    from ..transport.interface import AsyncTransport, Transport
    from ..transport.settings import Verify
    from ..transport.timeout import Timeout

__all__ = ["AsyncClient", "Client", "watch"]

_CORE = "_core"
"""Where a client keeps its core."""


def watch(
    client: Client | AsyncClient, watching: Callable[[ClientConfig, str], Watch]
) -> None:
    """Let the tries of all calls of a client be watched, in place of who did before.

    Args:
        client: Whose.
        watching: Makes, of the facts of the API and the client's base URL, what makes
            the context of each try.
    """
    engine: Engine = getattr(client, _CORE).engine
    engine.hooks.watch = watching(engine.config, engine.base_url)


class Client:
    """A client that blocks; safe to share between threads.

    Close it with ``with``, or by ``close()``. A pickle of it holds its settings with
    the credentials, and no connections.
    """

    def __init__(
        self,
        config: ClientConfig,
        *,
        credentials: Mapping[str, Secret | None],
        base_url: str | None = None,
        timeout: float | Timeout | Unset | None = UNSET,
        total_timeout: float | Unset | None = UNSET,
        max_response_bytes: int | Unset | None = UNSET,
        max_retries: int = 2,
        strict: bool = False,
        headers: Mapping[str, str] | None = None,
        transport: Transport | None = None,
        proxy: str | None = None,
        verify: Verify = True,
        trust_env: bool = True,
        http2: bool = False,
        on_request: OnRequest | None = None,
        on_response: OnResponse | None = None,
        options: Mapping[str, object] | None = None,
        server: str | None = None,
        variables: Mapping[str, str | None] | None = None,
    ) -> None:
        from ..call.hooks import Hooks
        from ..call.request_builder import Engine
        from ..transport.settings import ConnectionSettings
        from .sync_core import SyncCore

        engine = Engine(
            config,
            credentials=credentials,
            base_url=base_url,
            server=server,
            variables=variables,
            timeout=timeout,
            total_timeout=total_timeout,
            max_response_bytes=max_response_bytes,
            max_retries=max_retries,
            strict=strict,
            headers=headers,
            hooks=Hooks(on_request, on_response),
            options=options,
        )
        connection_settings = ConnectionSettings(
            proxy=proxy,
            verify=verify,
            trust_env=trust_env,
            http2=http2,
            package=config.package,
        )
        self._core = SyncCore(engine, transport, connection_settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        self._core.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {redact_url(self._core.engine.base_url)}>"


class AsyncClient:
    """A client whose calls are awaited.

    Close it with ``async with``, or by ``await close()``. A pickle of it holds its
    settings with the credentials, and no connections.
    """

    def __init__(
        self,
        config: ClientConfig,
        *,
        credentials: Mapping[str, Secret | None],
        base_url: str | None = None,
        timeout: float | Timeout | Unset | None = UNSET,
        total_timeout: float | Unset | None = UNSET,
        max_response_bytes: int | Unset | None = UNSET,
        max_retries: int = 2,
        strict: bool = False,
        headers: Mapping[str, str] | None = None,
        transport: AsyncTransport | None = None,
        proxy: str | None = None,
        verify: Verify = True,
        trust_env: bool = True,
        http2: bool = False,
        on_request: OnRequest | None = None,
        on_response: OnResponse | None = None,
        options: Mapping[str, object] | None = None,
        server: str | None = None,
        variables: Mapping[str, str | None] | None = None,
    ) -> None:
        from ..call.hooks import Hooks
        from ..call.request_builder import Engine
        from ..transport.settings import ConnectionSettings
        from .async_core import AsyncCore

        engine = Engine(
            config,
            credentials=credentials,
            base_url=base_url,
            server=server,
            variables=variables,
            timeout=timeout,
            total_timeout=total_timeout,
            max_response_bytes=max_response_bytes,
            max_retries=max_retries,
            strict=strict,
            headers=headers,
            hooks=Hooks(on_request, on_response),
            options=options,
        )
        connection_settings = ConnectionSettings(
            proxy=proxy,
            verify=verify,
            trust_env=trust_env,
            http2=http2,
            package=config.package,
        )
        self._core = AsyncCore(engine, transport, connection_settings)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        await self._core.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {redact_url(self._core.engine.base_url)}>"
