"""The IR as JSON, for people and tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import cast

from sdkgen.support.absent import Absent
from sdkgen.support.json_pointer import Json

__all__ = ["to_json"]


def to_json(node: object) -> Json:
    """The IR as JSON: each dataclass an object with its class under ``is``."""
    match node:
        case Absent():
            return {"is": "Absent"}
        case None | bool() | int() | float():
            return node
        case str():
            return str(node)
        case tuple() | list():
            return [to_json(item) for item in cast("Sequence[object]", node)]
        case dict():
            mapping = cast("Mapping[object, object]", node)
            return {str(key): to_json(value) for key, value in mapping.items()}
        case _ if is_dataclass(node):
            data: dict[str, Json] = {"is": type(node).__name__}
            for field in fields(node):
                data[field.name] = to_json(getattr(node, field.name))
            return data
        case _:
            raise TypeError(f"not part of the IR: {node!r}")
