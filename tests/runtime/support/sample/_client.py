"""Client of the sample API."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from package._runtime import (
    UNSET,
    AsyncClient,
    Client,
    ClientConfig,
    Credential,
    Option,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from package._runtime import (
        AsyncTransport,
        Request,
        ResponseHead,
        Timeout,
        Transport,
        Unset,
        Verify,
    )

    from .resources.thing import AsyncThingResource, ThingResource

__all__ = ["AsyncSample", "Sample"]

_CONFIG = ClientConfig(
    package="sample_sdk",
    version="1.2.3",
    base_url="https://api.sample.example",
    base_url_environment="SAMPLE_URL",
    log_environment="SAMPLE_LOG",
    auth=(
        Credential(
            "access_token",
            "bearer",
            "header",
            "Authorization",
            environment="SAMPLE_TOKEN",
        ),
        Credential("api_key", "apiKey", "header", "X-Api-Key"),
    ),
    options=(
        Option("_actions", "query", name="actions", default=False),
        Option("X-Domain", "header", name="domain"),
    ),
)


class Sample(Client):
    """Client of the sample API."""

    def __init__(
        self,
        *,
        access_token: str | Callable[[], str] | None = None,
        api_key: str | Callable[[], str] | None = None,
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
        on_request: Callable[[Request], object] | None = None,
        on_response: Callable[[ResponseHead], object] | None = None,
        actions: bool | None = None,
        domain: str | None = None,
    ) -> None:
        super().__init__(
            _CONFIG,
            credentials={"access_token": access_token, "api_key": api_key},
            base_url=base_url,
            timeout=timeout,
            total_timeout=total_timeout,
            max_response_bytes=max_response_bytes,
            max_retries=max_retries,
            strict=strict,
            headers=headers,
            transport=transport,
            proxy=proxy,
            verify=verify,
            trust_env=trust_env,
            http2=http2,
            on_request=on_request,
            on_response=on_response,
            options={"_actions": actions, "X-Domain": domain},
        )

    @cached_property
    def thing(self) -> ThingResource:
        """Things."""
        from .resources.thing import ThingResource

        return ThingResource(self._core)


class AsyncSample(AsyncClient):
    """Client of the sample API."""

    def __init__(
        self,
        *,
        access_token: str | Callable[[], str | Awaitable[str]] | None = None,
        api_key: str | Callable[[], str | Awaitable[str]] | None = None,
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
        on_request: Callable[[Request], object] | None = None,
        on_response: Callable[[ResponseHead], object] | None = None,
        actions: bool | None = None,
        domain: str | None = None,
    ) -> None:
        super().__init__(
            _CONFIG,
            credentials={"access_token": access_token, "api_key": api_key},
            base_url=base_url,
            timeout=timeout,
            total_timeout=total_timeout,
            max_response_bytes=max_response_bytes,
            max_retries=max_retries,
            strict=strict,
            headers=headers,
            transport=transport,
            proxy=proxy,
            verify=verify,
            trust_env=trust_env,
            http2=http2,
            on_request=on_request,
            on_response=on_response,
            options={"_actions": actions, "X-Domain": domain},
        )

    @cached_property
    def thing(self) -> AsyncThingResource:
        """Things."""
        from .resources.thing import AsyncThingResource

        return AsyncThingResource(self._core)
