"""Packages whose names are loaded when they are first used (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module

__all__ = ["lazy", "lazy_modules", "lazy_names"]


def lazy_modules(package: str, table: str) -> Callable[[str], object]:
    """The ``__getattr__`` of a package of many modules, which all stand in a table.

    ``__all__`` and ``__dir__`` of the package are set to what the table names.

    Args:
        package: ``__name__`` of the package.
        table: The name of a module and a colon, the public names of it with blanks
            between, and so on: ``device: Device DeviceTag error: Error``. With a dot
            before it, it is the name of a module beside the package.

    Returns:
        What ``lazy`` returns.
    """
    modules: dict[str, str] = {}
    module = ""
    for word in table.split():
        if word.endswith(":"):
            module = word[:-1]
        else:
            modules[word] = module
    public = sorted(modules)
    vars(sys.modules[package]).update(__all__=public, __dir__=lambda: public)
    return lazy(package, modules)


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


def lazy_names(module: str, ending: str, package: str) -> Callable[[str], object]:
    """The ``__getattr__`` of a module with the names of a package that end alike.

    Args:
        module: ``__name__`` of the module.
        ending: How the names end that are its ``__all__``, but for underscores; it has
            the others as well.
        package: The package, which stands beside the module.

    Returns:
        A function that keeps what it found, like that of ``lazy``.
    """
    beside = f"{module.rpartition('.')[0]}.{package}"

    def load(name: str) -> object:
        source = import_module(beside)
        if name == "__all__":
            return [e for e in source.__all__ if e.rstrip("_").endswith(ending)]
        if name.startswith("__"):
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        value: object = getattr(source, name)
        setattr(sys.modules[module], name, value)
        return value

    vars(sys.modules[module]).update(__dir__=lambda: load("__all__"))
    return load
