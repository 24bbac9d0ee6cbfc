"""Packages whose names are loaded when they are first used (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module

__all__ = ["lazy"]


def lazy(package: str, modules: Mapping[str, str]) -> Callable[[str], object]:
    """The ``__getattr__`` of a package.

    Args:
        package: ``__name__`` of the package.
        modules: Each public name and the module of the package that it comes from; a
            name that is its own module is the module itself.

    Returns:
        A function that imports the module of a name, and keeps what it found in the
        package, so that it is asked once for each name. It raises ``AttributeError``
        for any other name.
    """

    def load(name: str) -> object:
        module = modules.get(name)
        if module is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        loaded: object = import_module(f".{module}", package)
        value = loaded if module == name else getattr(loaded, name)
        setattr(sys.modules[package], name, value)
        return value

    return load
