"""Functions of the caller that see each request before it goes, and each response.

They see the request itself, with its credentials, and may change it for this one try.
What they raise ends the call, whatever it is.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol, TypeAlias

from ..codec.parameters import check_header
from ..spec.operation import Operation
from ..transport.interface import AsyncResponse, Request, Response, ResponseHead

__all__ = [
    "Attempt",
    "Hooks",
    "OnRequest",
    "OnResponse",
    "Watch",
    "annotate_hook_error",
    "reject_awaitable",
]

OnRequest: TypeAlias = "Callable[[Request], object]"
OnResponse: TypeAlias = "Callable[[ResponseHead], object]"
Watch: TypeAlias = "Callable[[Attempt], AbstractContextManager[object]]"


class Attempt(Protocol):
    """The call that a try belongs to, as hooks and what watches see it.

    Attributes:
        request: The request as it goes out next.
        on_wire: The request as it went out last.
        hook_failed: Whether a hook has raised: then nothing is tried again.
        attempts: How many times a request was sent.
        answer: The response to the last one, once its head is there.
        operation: What is called.
    """

    request: Request
    on_wire: Request
    hook_failed: bool
    attempts: int
    answer: Response | AsyncResponse | None
    operation: Operation[Any]

    @property
    def moved(self) -> bool:
        """Whether a redirect leads away from where the operation is."""
        ...

    @property
    def where(self) -> dict[str, Any]:
        """What errors report of the request."""
        ...

    def collect_secrets(self) -> list[str]:
        """What was sent that nobody else is to see."""
        ...

    def exceeds_deadline(self, wait: float, /) -> bool:
        """Whether the time for the whole call is over after so many seconds."""
        ...


class Hooks:
    """What is called, if anything.

    Args:
        on_request: Called with each request before it goes.
        on_response: Called with the head of each response.

    Attributes:
        watch: What makes the context of each try, if anything: it is entered before the
            request goes, and left with the error that there is or when the answer is
            there, with its body, or as a stream of events.
    """

    __slots__ = ("on_request", "on_response", "watch")

    def __init__(
        self,
        on_request: OnRequest | None = None,
        on_response: OnResponse | None = None,
    ) -> None:
        self.on_request: OnRequest | None = on_request
        self.on_response: OnResponse | None = on_response
        self.watch: Watch | None = None


@contextmanager
def annotate_hook_error(exchange: Attempt, name: str) -> Generator[None]:
    """Let what a hook raises say where it was raised, and end the call."""
    try:
        yield
        if name == "on_request":
            for header, value in exchange.on_wire.headers.items():
                check_header(header, value)
    except Exception as error:
        exchange.hook_failed = True
        where = exchange.where
        error.add_note(
            f"in {name} of {exchange.operation.id}, attempt {exchange.attempts}:"
            f" {where['method']} {where['url']}"
        )
        raise


def reject_awaitable(name: str, given: object) -> None:
    """Refuse a hook that would have to be awaited.

    Raises:
        TypeError: It would.
    """
    if isinstance(given, Awaitable):
        if isinstance(given, Coroutine):
            given.close()  # else Python warns that it was never awaited
        raise TypeError(f"{name}: only the asynchronous client can await a function")
