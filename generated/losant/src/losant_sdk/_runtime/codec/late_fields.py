"""Models whose annotations are read when somebody asks for their fields.

Reading them is most of what the class of a model costs, and a program uses few of the
models that it loads. This leans on how pydantic makes classes, so it is tried on a
model of its own first: with a pydantic where it does not hold, classes are made as
pydantic makes them, which only takes longer.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Set
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, get_type_hints

import pydantic
from pydantic.fields import FieldInfo

__all__ = ["LateFields"]

_MODELS = f"{__name__.rpartition('._runtime')[0]}.models."
"""How the names of the modules begin that are generated: there a model stands at the
top, has no base with fields, and its annotations are text."""


class _Fields:
    """Stands for the fields of a model until they are asked for."""

    def __init__(self, model: type[pydantic.BaseModel], optional: Set[str]) -> None:
        self._model = model
        self._optional = optional
        """Fields that are None when they are not given; the others are demanded."""

    def __get__(self, _: object, __: object) -> dict[str, FieldInfo]:
        model = self._model
        hints = get_type_hints(
            SimpleNamespace(__annotations__=model.__annotations__),
            globalns=vars(sys.modules[model.__module__]),
            include_extras=True,
        )
        fields = {
            name: (
                FieldInfo.from_annotated_attribute(hint, None)
                if name in self._optional
                else FieldInfo.from_annotation(hint)
            )
            for name, hint in hints.items()
        }
        rule = model.model_config.get("alias_generator")
        if callable(rule):
            for name, field in fields.items():
                if field.alias is None:
                    field.alias = field.serialization_alias = rule(name)
                    field.validation_alias = field.alias
                    field.alias_priority = 1  # as what follows from a rule has
        model.__pydantic_fields__ = fields
        return fields


def _optional(namespace: dict[str, Any]) -> Set[str] | None:
    """The fields that may be left out; None if pydantic is to read the body itself."""
    if not namespace.get("__module__", "").startswith(_MODELS):
        return None
    optional = namespace.get("__annotations__", {}).keys() & namespace.keys()
    return None if any(namespace[each] is not None for each in optional) else optional


if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass as LateFields
else:

    class LateFields(type(pydantic.BaseModel)):
        """The metaclass of models, which gives pydantic a body without the fields."""

        def __new__(mcs, name, bases, namespace, **options):
            if not _holds():
                return super().__new__(mcs, name, bases, namespace, **options)
            optional = _optional(namespace)
            if optional is None:
                for base in bases:  # pydantic looks for them where they are not yet
                    getattr(base, "__pydantic_fields__", None)
                if options.setdefault("__pydantic_reset_parent_namespace__", True):
                    # Pydantic would take this function for what is around the class.
                    around = inspect.currentframe().f_back
                    inside = around.f_code.co_name != "<module>"
                    options["__pydantic_reset_parent_namespace__"] = False
                    namespace["__pydantic_parent_namespace__"] = (
                        dict(around.f_locals) if inside else None
                    )
                return super().__new__(mcs, name, bases, namespace, **options)
            return _make_late(mcs, name, bases, namespace, optional, options)

    def _make_late(mcs, name, bases, namespace, optional, options):
        annotations = namespace.pop("__annotations__", {})
        for each in optional:
            del namespace[each]
        options["__pydantic_reset_parent_namespace__"] = False
        model = type(pydantic.BaseModel).__new__(mcs, name, bases, namespace, **options)
        model.__annotations__ = annotations
        model.__pydantic_fields__ = _Fields(model, optional)
        return model

    @cache
    def _holds():
        """Whether a model that is made like this reads, writes and tells its fields."""
        body = {
            "__module__": __name__,
            "__qualname__": "Tried",
            "__annotations__": {"needed": "int", "other": "str | None"},
            "model_config": pydantic.ConfigDict(
                defer_build=True, alias_generator=str.upper
            ),
            "other": None,
        }
        kind, bases = type(pydantic.BaseModel), (pydantic.BaseModel,)
        try:
            tried = _make_late(kind, "Tried", bases, body, {"other"}, {})
            made = tried.model_validate({"NEEDED": 1})
            fields = {name: f.is_required() for name, f in tried.model_fields.items()}
            return (
                fields == {"needed": True, "other": False}
                and made.model_dump(by_alias=True) == {"NEEDED": 1, "OTHER": None}
                and tried.__pydantic_complete__
            )
        except Exception:  # noqa: BLE001 - whatever a pydantic to come raises
            return False
