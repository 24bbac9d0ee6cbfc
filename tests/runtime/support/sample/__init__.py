"""A package as the generator makes it, written by hand: the public style under test."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from . import models as models, params as params
    from ._client import AsyncSample as AsyncSample, Sample as Sample
    from ._options import RequestOptions as RequestOptions

__all__ = ["AsyncSample", "RequestOptions", "Sample", "models", "params"]

_MODULES = {
    "AsyncSample": "_client",
    "RequestOptions": "_options",
    "Sample": "_client",
    "models": "models",
    "params": "params",
}


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module = import_module(f".{_MODULES[name]}", __name__)
    value: object = module if _MODULES[name] == name else getattr(module, name)
    globals()[name] = value
    return value
