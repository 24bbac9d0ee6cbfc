"""Values with a meaning of their own: not given, points in time, headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar, overload

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


__all__ = ["UNSET", "Headers", "Milliseconds", "Unset"]

T = TypeVar("T")


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


class Headers(dict[str, str]):
    """Headers of a response by lower-case name, which may be asked for in any case."""

    __slots__ = ()

    def __missing__(self, name: str) -> str:
        if name not in self:
            raise KeyError(name)
        return self[name.lower()]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and super().__contains__(name.lower())

    @overload
    def get(self, name: str, default: None = None, /) -> str | None: ...
    @overload
    def get(self, name: str, default: str, /) -> str: ...
    @overload
    def get(self, name: str, default: T, /) -> str | T: ...
    def get(self, name: str, default: object = None, /) -> object:
        """The header, or the default."""
        return super().get(name.lower(), default)
