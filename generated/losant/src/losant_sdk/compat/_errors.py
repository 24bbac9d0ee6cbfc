"""The error of the stand-in."""

from __future__ import annotations

__all__ = ["LosantError"]


class LosantError(Exception):
    """The server answered with an error.

    Attributes:
        status: The HTTP status, from 400 on.
        data: The body: JSON as plain values (``{"type": …, "message": …}``), else text.
    """

    def __init__(self, status: int, data: object) -> None:
        super().__init__(status, data)
        self.status = status
        self.data = data

    def __str__(self) -> str:
        return f"{self.status} {self.data}"
