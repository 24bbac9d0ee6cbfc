"""Models whose annotations are read when somebody asks for their fields.

Reading them is most of what the class of a model costs, and a program uses few of the
models that it loads. What else pydantic finds out about a class is the same for all
that have fields and nothing more, so it does so once for each base. This leans on how
pydantic makes classes, so it is tried on a model of its own first: with a pydantic
where it does not hold, classes are made as pydantic makes them, which only takes longer.
"""

from __future__ import annotations

import inspect
import sys
from abc import ABCMeta
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

_BODY = frozenset(
    {
        "__annotations__", "__doc__", "__firstlineno__", "__module__", "__qualname__",
        "__static_attributes__",
    }
)  # fmt: skip
"""What Python itself puts into the body of a class, beside the fields."""


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
    fields = namespace.get("__annotations__", {}).keys()
    optional = fields & namespace.keys()
    if any(namespace[each] is not None for each in optional):
        return None
    return optional if namespace.keys() - fields <= _BODY else None


if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass as LateFields
else:

    _PYDANTIC = type(pydantic.BaseModel)
    _NOTHING_AROUND = {"__pydantic_reset_parent_namespace__": False}

    class LateFields(_PYDANTIC):
        """The metaclass of models, which has pydantic read the fields later."""

        def __new__(mcs, name, bases, namespace, **options):
            if not _holds():
                return super().__new__(mcs, name, bases, namespace, **options)
            optional = None if options else _optional(namespace)
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
            return _make_late(mcs, name, bases, namespace, optional)

    def _make_late(mcs, name, bases, namespace, optional):
        # Not at the top: another pydantic may have no such thing.
        from pydantic._internal._mock_val_ser import set_model_mocks

        for each in optional:
            del namespace[each]
        namespace.update(
            (key, value.copy() if isinstance(value, dict | set) else value)
            for key, value in _given(bases).items()
        )
        model = super(_PYDANTIC, mcs).__new__(mcs, name, bases, namespace)
        model.__pydantic_fields__ = _Fields(model, optional)
        set_model_mocks(model)
        return model

    @cache
    def _given(bases):
        """What pydantic adds to a class of these bases that has no body."""
        body = {"__module__": __name__, "__qualname__": "Empty"}
        made = _PYDANTIC.__new__(
            type(bases[0]), "Empty", bases, {**body}, **_NOTHING_AROUND
        )
        usual = vars(ABCMeta("Empty", (), body))
        return {key: value for key, value in vars(made).items() if key not in usual}

    @cache
    def _holds():
        """Whether a model that is made like this reads, writes and tells its fields.

        And has what one has that pydantic makes.
        """

        class Base(pydantic.BaseModel, defer_build=True, alias_generator=str.upper):
            pass

        body = {
            "__module__": __name__,
            "__qualname__": "Tried",
            "__annotations__": {"needed": "int", "other": "str | None"},
            "other": None,
        }
        try:
            usual = vars(
                _PYDANTIC("Tried", (Base,), {**body}, **_NOTHING_AROUND)
            ).keys()
            tried = _make_late(_PYDANTIC, "Tried", (Base,), body, {"other"})
            alike = vars(tried).keys() == usual
            made = tried.model_validate({"NEEDED": 1})
            fields = {name: f.is_required() for name, f in tried.model_fields.items()}
            return (
                alike
                and fields == {"needed": True, "other": False}
                and made.model_dump(by_alias=True) == {"NEEDED": 1, "OTHER": None}
                and tried.__pydantic_complete__
            )
        except Exception:  # noqa: BLE001 - whatever a pydantic to come raises
            return False
