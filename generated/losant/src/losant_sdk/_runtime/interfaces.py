"""What the lower floors of the runtime see of a client, which stands above them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from logging import Logger

__all__ = ["AsyncCaller", "Caller", "HasLog"]


class HasLog(Protocol):
    """What has the logger of the package."""

    log: Logger


class Caller(Protocol):
    """What calls operations, and blocks meanwhile."""

    @property
    def engine(self) -> HasLog:
        """The settings of the client."""
        ...

    def call(
        self,
        operation: Any,
        request_options: Mapping[str, Any] | None,
        /,
        *values: object,
        body: object = None,
    ) -> Any:
        """Call an operation and decode its response."""
        ...


class AsyncCaller(Protocol):
    """What calls operations, and is awaited."""

    @property
    def engine(self) -> HasLog:
        """The settings of the client."""
        ...

    async def call(
        self,
        operation: Any,
        request_options: Mapping[str, Any] | None,
        /,
        *values: object,
        body: object = None,
    ) -> Any:
        """Call an operation and decode its response."""
        ...
