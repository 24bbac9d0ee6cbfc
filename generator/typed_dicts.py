"""Views of the modules of ``TypedDict``s: what their template prints.

What the fields mean is said once, where the model of the same shape is.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterable

from . import ir
from .annotations import Annotations, Declared, Use
from .classes import (
    AliasView,
    ClassView,
    FieldView,
    ModuleView,
    names_in,
    subject,
)
from .docstrings import docstring, referring
from .filling import aliased, public
from .ir import Access
from .layout import Layout, Module
from .python import Code, Imports, literal

# Functions that generated code calls; a key of that name does not hide them.
_CALLED = frozenset(
    {
        "AttributeError", "Body", "ClientConfig", "ConfigDict", "Credential", "Grant", "Server",
        "Discriminator", "Field", "Operation", "Option", "Pages", "Param", "Shape",
        "Tag", "TypeAliasType", "TypeVar", "TypedDict", "cast", "deprecated", "lazy",
        "Variants", "super",
    }
)  # fmt: skip


def params_modules(layout: Layout, declared: Declared) -> Iterable[ModuleView]:
    """A view of each module of ``TypedDict``s; it is called like that of the models."""
    for module in layout.modules:
        sent = Module(
            name=module.name,
            main=module.main,
            models=tuple(each for each in module.models if each.sent),
            # What reads the same both ways is imported from the models.
            aliases=tuple(
                each
                for each in module.aliases
                if each.sent and not declared.same_when_sent(each.name)
            ),
            recursive=module.recursive,
        )
        if sent.models or sent.aliases:
            yield _Params(layout, declared, sent).view()


class _Params:
    def __init__(self, layout: Layout, declared: Declared, module: Module) -> None:
        self._layout = layout
        self._declared = declared
        self._module = module
        self._imports = Imports()
        self._print = Annotations(declared, Use.PARAMS, self._imports)

    def view(self) -> ModuleView:
        module = self._module
        classes = tuple(self._class(model) for model in module.models)
        aliases = tuple(self._alias(alias) for alias in module.aliases)
        for name in self._print.named:
            home = self._layout.module_of[name]
            if self._declared.same_when_sent(name):
                self._imports.add(f"..models.{home}", name)
            elif home != module.name:
                self._imports.add(f".{home}", f"{name}Params")
        names = [each.name for each in module.declarations]
        exports = [f"{name}Params" for name in names]
        return ModuleView(
            name=Code(module.name),
            docstring=docstring([f"Arguments of the shape of {subject(module)}."]),
            imports=self._imports.lines(),
            exports=public(exports),
            classes=classes,
            aliases=aliases,
        )

    def _class(self, model: ir.Model) -> ClassView:
        demanded = {
            each.wire
            for each in model.fields
            if each.required and each.access is not Access.READ_ONLY
        }
        total = len(demanded) == len(model.fields)
        annotations = {each.wire: self._print(each.type) for each in model.fields}
        # In the body of a class a key would hide the type of the same name.
        named = {name for text in annotations.values() for name in names_in(text)}
        functional = not all(
            _is_key(wire) and wire not in named for wire in annotations
        )
        fields: list[FieldView] = []
        for field in model.fields:
            text = annotations[field.wire]
            if field.wire in demanded and not total:
                self._imports.add("typing", "Required")
                text = Code(f"Required[{text}]")
            fields.append(
                FieldView(
                    name=literal(field.wire) if functional else Code(field.wire),
                    annotation=literal(text) if functional else text,
                )
            )
        return ClassView(
            name=Code(f"{model.name}Params"),
            literal=literal(f"{model.name}Params"),
            base=Code(self._imports.add("typing", "TypedDict")),
            docstring=referring(
                model.doc, f"models.{model.name}", 0 if functional else 4
            ),
            fields=tuple(fields),
            partial=not total,
            functional=functional,
        )

    def _alias(self, alias: ir.Alias) -> AliasView:
        recursive = alias.name in self._module.recursive
        value = self._print(alias.type)
        if recursive:
            self._imports.add("typing_extensions", "TypeAliasType")
        else:
            self._imports.add("typing", "TypeAlias")
        name = f"{alias.name}Params"
        return AliasView(
            name=Code(name),
            literal=literal(name),
            value=literal(value) if recursive else aliased(name, value),
            docstring=referring(alias.doc, f"models.{alias.name}", 0),
            recursive=recursive,
        )


def _is_key(wire: str) -> bool:
    """Whether a wire name can be an attribute in the body of a class as it is."""
    return (
        wire.isascii()
        and wire.isidentifier()
        and not keyword.iskeyword(wire)
        and not wire.startswith("__")
        and wire not in _CALLED
    )
