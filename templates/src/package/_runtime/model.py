"""The base class of models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

import pydantic

from .redact import redact_value

__all__ = ["BaseModel", "CamelModel", "wire_name"]


def _camel_case(name: str) -> str:
    """``device_id`` → ``deviceId``; ``from_`` → ``from``."""
    first, *others = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in others)


def wire_name(kind: type[pydantic.BaseModel], name: str) -> str:
    """What a field of a model is called on the wire.

    Pydantic itself knows the names that follow from a rule only when it has built the
    model's validator, which is put off until something is validated.
    """
    alias = kind.model_fields[name].alias
    return alias or (_camel_case(name) if issubclass(kind, CamelModel) else name)


class BaseModel(pydantic.BaseModel):
    """A JSON object of the API.

    Fields that the document does not know are kept (``model_extra``), and a field that
    was not given is not sent: absent, ``None`` and a value are three states
    (``model_fields_set``). ``repr`` hides what may be a secret.
    """

    model_config: ClassVar[pydantic.ConfigDict] = pydantic.ConfigDict(
        extra="allow",
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        defer_build=True,
        protected_namespaces=(),
    )

    if TYPE_CHECKING:
        # A model says of what type its further fields are, and a checker compares that
        # with what the base says: here anything, so that each may have its own.
        __pydantic_extra__: Any = pydantic.Field(init=False)

    def to_dict(self) -> dict[str, Any]:
        """The object as JSON values under its wire names: what was set, and no more."""
        return self.model_dump(
            mode="json", by_alias=True, exclude_unset=True, warnings=False
        )

    def to_json(self) -> str:
        """``to_dict`` as JSON text."""
        return self.model_dump_json(by_alias=True, exclude_unset=True, warnings=False)

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        for name, value in super().__repr_args__():
            yield name, redact_value(value, name or "")


class CamelModel(BaseModel, alias_generator=_camel_case):
    """A JSON object whose names are those of its fields in camel case.

    Where one is not, the field says so itself (``alias``).
    """
