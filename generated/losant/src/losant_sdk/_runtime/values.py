"""Values with a meaning of their own: not given, and points in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

    # A point in time: milliseconds since the epoch, ISO 8601 text, or an aware datetime.
    Milliseconds = int | float | str | datetime
else:

    def __getattr__(name: str) -> object:
        # datetime is loaded only by those who evaluate the annotation.
        if name == "Milliseconds":
            from datetime import datetime

            return int | float | str | datetime
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["UNSET", "Milliseconds", "Unset"]


class Unset:
    """The type of ``UNSET``: no value at all, which is not ``None`` (JSON ``null``)."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "UNSET"

    def __reduce__(self) -> str:
        # Copied and unpickled it is still the one that there is.
        return "UNSET"


UNSET: Final = Unset()
