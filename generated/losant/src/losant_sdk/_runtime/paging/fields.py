"""Fields of a response by their wire names, of a model or of a mapping."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, cast

__all__ = ["read_field"]


def read_field(page: object, wire: str) -> object:
    """Return a field by its wire name (``meta.next``: a nested one)."""
    value = page
    for name in wire.split("."):
        if isinstance(value, Mapping):
            value = cast("Mapping[str, object]", value).get(name)
            continue
        value = _read_attribute(value, name)
    return value


def _read_attribute(model: Any, wire: str) -> object:
    """Return a field of a model by its wire name; None if there is none."""
    name = _find_attribute(model.__class__, wire)
    if name is not None:
        found: object = getattr(model, name, None)
        return found
    extra: Mapping[str, object] = getattr(model, "model_extra", None) or {}
    return extra.get(wire)


@functools.lru_cache(256)
def _find_attribute(kind: type[Any], wire: str) -> str | None:
    """Find the attribute that a field is; asked for each item of each page."""
    fields: Mapping[str, Any] = getattr(kind, "model_fields", {})
    if not fields:
        return None
    # Not above: it loads pydantic, which a page of a mapping does not need.
    from ..codec.model import wire_name

    return next((name for name in fields if wire_name(kind, name) == wire), None)
