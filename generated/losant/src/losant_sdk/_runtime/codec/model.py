"""The base class of models."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, ClassVar, Self

import pydantic
from pydantic_core import CoreSchema, core_schema

from ..redact import redact_value
from .late_fields import LateFields

__all__ = ["WIRE", "BaseModel", "CamelModel", "clash", "wire_name"]

WIRE = {"wire": True}
"""The context of validation in which values are read as they come from the server."""

_DEEPEST = 30
"""Models in models that are built at once; building recurses, some 12 calls a model."""

_TAGGED = 60
"""The same for what a property tells apart, which pydantic wants to look into."""

clash: ContextVar[bool] = ContextVar("clash", default=False)
"""Whether an unknown key was spelled as a field is in Python: pydantic then says that
the field is set, and has no cheaper place to see it than where it reads unknown keys."""

_depth: ContextVar[int] = ContextVar("_depth", default=0)
"""How many models are being built around this one."""


def _to_camel_case(name: str) -> str:
    """``device_id`` → ``deviceId``; ``from_`` → ``from``."""
    first, *others = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in others)


def wire_name(kind: type[pydantic.BaseModel], name: str) -> str:
    """What a field of a model is called on the wire.

    Pydantic itself knows the names that follow from a rule only when it has built the
    model's validator, which is put off until something is validated.
    """
    alias = kind.model_fields[name].alias
    return alias or (_to_camel_case(name) if issubclass(kind, CamelModel) else name)


def _watch(schema: Any) -> None:
    """Have ``clash`` set, where a model has fields that are spelled otherwise."""
    while "fields" not in schema:
        schema = schema["schema"]
    fields: dict[str, Any] = schema["fields"]
    known = {field.get("validation_alias", name) for name, field in fields.items()}
    if names := fields.keys() - known:

        def key(value: str) -> str:
            if value in names:
                clash.set(True)
            return value

        reading = core_schema.no_info_plain_validator_function(key)
        schema["extras_keys_schema"] = reading


class BaseModel(pydantic.BaseModel, metaclass=LateFields):
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

    @classmethod
    def __get_pydantic_core_schema__(
        cls, source: Any, handler: pydantic.GetCoreSchemaHandler
    ) -> CoreSchema:
        """How pydantic reads this model, inside another one or on its own.

        What is far down in a chain of models is built when there is something to read.
        """
        depth = _depth.get()
        if depth >= (_TAGGED if cls._is_tagged() else _DEEPEST):
            return core_schema.with_info_plain_validator_function(
                cls._read, json_schema_input_schema=core_schema.dict_schema()
            )
        token = _depth.set(depth + 1)
        try:
            schema = handler(source)
        finally:
            _depth.reset(token)
        _watch(handler.resolve_ref_schema(schema))
        return schema

    @classmethod
    def _is_tagged(cls) -> bool:
        """Whether a field that is demanded has a fixed value."""
        return any(
            field.is_required() and "Literal[" in str(field.annotation)
            for field in cls.__pydantic_fields__.values()
        )

    @classmethod
    def _read(cls, value: Any, info: pydantic.ValidationInfo) -> Self:
        """Validate on its own what stands inside another model."""
        wire = info.context is WIRE
        if info.mode == "json" and not isinstance(value, cls):
            return cls.model_validate_json(
                json.dumps(value),
                strict=wire or None,
                context=info.context,
                by_alias=wire or None,
                by_name=False if wire else None,
            )
        return cls.model_validate(value, context=info.context)

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


class CamelModel(BaseModel, alias_generator=_to_camel_case):
    """A JSON object whose names are those of its fields in camel case.

    Where one is not, the field says so itself (``alias``).
    """
