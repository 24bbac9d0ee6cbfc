"""Unions whose models are told apart by what a property says, whatever it is typed."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

__all__ = ["Variants"]

_OTHER = "any other"
_UNSAID = "unsaid"


class Variants:
    """Beside a union in ``Annotated``: the value of a property decides (OpenAPI,
    Discriminator Object).

    An object with a value that is not listed, or without the property, is ``other``
    where there is one: the model that the others extend. Where there is none, one with
    such a value is of no type, and one without the property what fits it best.
    """

    __slots__ = ("_keys", "_parts", "kinds", "other", "tag")

    def __init__(self, tag: str, kinds: Mapping[str, Any], other: Any = None) -> None:
        """
        Args:
            tag: The wire name of the property.
            kinds: Its values, each with a model, or a union of models.
            other: What any further object is.
        """
        self.tag = tag
        self.kinds = kinds
        self.other = other
        self._parts = (tag, tuple(kinds.items()), other)
        self._keys: dict[str, str] = {}
        """Value → the first value that has the same model, which stands for it."""
        first: dict[Any, str] = {}
        for value, kind in kinds.items():
            self._keys[value] = first.setdefault(kind, value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Variants) and self._parts == other._parts

    def __hash__(self) -> int:
        return hash(self._parts)

    def of(self, data: Mapping[str, Any]) -> Any:
        """The model, or the union of models, that a JSON object is; None if none is."""
        said = _format_tag(data.get(self.tag))
        if said is None:
            return functools.reduce(lambda one, other: one | other, self.options)
        return self.kinds.get(said, self.other)

    @property
    def options(self) -> tuple[Any, ...]:
        """What an object that does not say what it is may be."""
        if self.other is not None:
            return (self.other,)
        return tuple(dict.fromkeys(self.kinds.values()))

    def _key(self, value: Any) -> str | None:
        """Which of the choices a value is validated, or written, by."""
        if isinstance(value, dict):
            said = _format_tag(cast("dict[str, object]", value).get(self.tag))
            further = None if self.other is None else _OTHER
            if said is None:
                return further or _UNSAID
            return self._keys.get(said, further)
        for said, kind in self.kinds.items():
            if any(type(value) is each for each in _list_models(kind)):
                return self._keys[said]
        return None if self.other is None else _OTHER

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        choices = {
            key: handler.generate_schema(self.kinds[key])
            for key in dict.fromkeys(self._keys.values())
        }
        further = [handler.generate_schema(each) for each in self.options]
        if self.other is None:
            choices[_UNSAID] = core_schema.union_schema(list(further))
        else:
            choices[_OTHER] = further[0]
        return core_schema.tagged_union_schema(
            choices,
            self._key,
            custom_error_type="variant",
            custom_error_message="The value of {tag} is that of no variant",
            custom_error_context={"tag": self.tag},
        )


def _format_tag(value: Any) -> str | None:
    """The value of a tag as a mapping of a document writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int) else None


def _list_models(kind: Any) -> Iterator[type]:
    if isinstance(kind, type):
        yield kind
    elif get_origin(kind) in (Union, UnionType):
        for option in get_args(kind):
            yield from _list_models(option)
