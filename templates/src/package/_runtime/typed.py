"""Dictionaries with known keys, whose annotations are read when somebody asks."""

from __future__ import annotations

import inspect
import typing
from typing import TYPE_CHECKING

__all__ = ["TypedDict"]

if TYPE_CHECKING:
    from typing import TypedDict
else:

    class _Late(type):
        """Makes what ``typing.TypedDict`` makes, which would compile each annotation."""

        def __new__(mcs, name, bases, namespace, total=True):
            annotations = namespace.pop("__annotations__", {})
            made = typing.TypedDict(name, {}, total=total)  # noqa: UP013 - of any name
            for each, value in namespace.items():
                setattr(made, each, value)
            made.__annotations__ = annotations
            demanded = {
                key
                for key, text in annotations.items()
                if total or text.startswith("Required[")
            }
            made.__required_keys__ = frozenset(demanded)
            made.__optional_keys__ = frozenset(annotations.keys() - demanded)
            return made

        def __call__(cls, name, fields, *, total=True):
            """For keys that are no names."""
            module = inspect.currentframe().f_back.f_globals["__name__"]
            body = {"__module__": module, "__annotations__": fields}
            return _Late(name, (cls,), body, total=total)

    TypedDict = type.__new__(_Late, "TypedDict", (), {})
