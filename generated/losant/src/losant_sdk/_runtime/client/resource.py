"""Base classes of resources: they hold what sends their operations."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .async_core import AsyncCore
    from .sync_core import SyncCore

__all__ = ["AsyncResource", "Resource"]


class Resource:
    """A group of operations of a client."""

    __slots__ = ("_core",)

    def __init__(self, core: SyncCore) -> None:
        self._core = core


class AsyncResource:
    """A group of operations of an asynchronous client."""

    __slots__ = ("_core",)

    def __init__(self, core: AsyncCore) -> None:
        self._core = core
