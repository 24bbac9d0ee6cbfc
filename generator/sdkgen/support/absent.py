"""What stands where there is no JSON value: null is one."""

from __future__ import annotations


class Absent:
    """The type of ``ABSENT``: no value at all, which is not ``null``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()
