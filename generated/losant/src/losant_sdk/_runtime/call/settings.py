"""What one call asks of the settings of its client."""

from __future__ import annotations

from logging import Logger
from typing import Protocol

from ..auth.credentials import Credentials
from .hooks import Hooks
from .retry import RetryPolicy

__all__ = ["CallSettings"]


class CallSettings(Protocol):
    """What the tries of a call need of the engine that has prepared it.

    Attributes:
        credentials: What the requests may present.
        hooks: What is called before each request and after each response.
        log: The logger of the package.
        retry_policy: Decides whether, and when, there is another try.
    """

    credentials: Credentials
    hooks: Hooks
    log: Logger
    retry_policy: RetryPolicy
