"""Views of the modules of ``TypedDict``s, each of what a module of models has.

A program that only reads models loads none of them. What the fields mean is said once,
by the model.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping

from sdkgen import ir
from sdkgen.ir import Access
from sdkgen.render.declared import Declared
from sdkgen.render.module_layout import Layout, Module
from sdkgen.render.python.annotations import Annotations, Use
from sdkgen.render.python.code import Code, Imports, print_literal
from sdkgen.render.python.docstrings import quote_docstring, refer_to
from sdkgen.render.python.statements import assign_all, fill_alias

from .models import describe_module
from .types import AliasView, ClassView, FieldView, ModuleView, names_in

_WORD = re.compile(r"\w+")

# Functions that generated code calls; a key of that name does not hide them.
_CALLED = frozenset(
    {
        "AttributeError", "Body", "ClientConfig", "ConfigDict", "Credential",
        "Discriminator", "Field", "Grant", "Operation", "Option", "Pages", "Param",
        "Server", "Shape", "Tag", "TypeAliasType", "TypeVar", "TypedDict", "Variants",
        "cast", "deprecated", "lazy", "super",
    }
)  # fmt: skip


def build_sent_modules(layout: Layout, declared: Declared) -> tuple[ModuleView, ...]:
    """A view of each module; those of which nothing is sent are left out."""
    views = (_Params(layout, declared, each).build_view() for each in layout.modules)
    return tuple(view for view in views if view.names)


class _Params:
    def __init__(self, layout: Layout, declared: Declared, module: Module) -> None:
        self._layout = layout
        self._declared = declared
        self._module = module
        self._imports = Imports()
        self._print = Annotations(declared, Use.PARAMS, self._imports)

    def build_view(self) -> ModuleView:
        module, declared = self._module, self._declared
        classes = tuple(self._build_class(each) for each in module.models if each.sent)
        aliases = tuple(
            self._build_alias(each)
            for each in module.aliases
            # What reads the same both ways is there already.
            if each.sent and not declared.same_when_sent(each.name)
        )
        for name in self._print.named:
            home = self._layout.module_of[name]
            if declared.same_when_sent(name):
                self._imports.add_name(f"..models.{home}", name)
            elif home != module.name:
                self._imports.add_name(f".{home}", declared.typed_dict(name))
        sent = [each.name for each in classes] + [each.name for each in aliases]
        return ModuleView(
            name=Code(module.name),
            docstring=quote_docstring(
                [f"What methods take in place of {describe_module(module)}."]
            ),
            imports=self._imports.print_lines(),
            exports=assign_all(sent),
            classes=classes,
            aliases=aliases,
        )

    def _build_class(self, model: ir.Model) -> ClassView:
        demanded = {
            each.wire
            for each in model.fields
            if each.required and each.access is not Access.READ_ONLY
        }
        total = len(demanded) == len(model.fields)
        annotations = {each.wire: self._print(each.type) for each in model.fields}
        functional = not all(map(_is_key, annotations)) or _hides(annotations)
        fields: list[FieldView] = []
        for field in model.fields:
            text = annotations[field.wire]
            if field.wire in demanded and not total:
                self._imports.add_name("typing", "Required")
                text = Code(f"Required[{text}]")
            fields.append(
                FieldView(
                    name=print_literal(field.wire) if functional else Code(field.wire),
                    annotation=print_literal(text) if functional else text,
                )
            )
        name = self._declared.typed_dict(model.name)
        return ClassView(
            name=Code(name),
            literal=print_literal(name),
            base=Code(self._imports.add_name("typing", "TypedDict")),
            docstring=refer_to(
                model.doc, f"models.{model.name}", 0 if functional else 4
            ),
            fields=tuple(fields),
            partial=not total,
            functional=functional,
        )

    def _build_alias(self, alias: ir.Alias) -> AliasView:
        recursive = alias.name in self._module.recursive
        value = self._print(alias.type)
        if recursive:
            self._imports.add_name("typing_extensions", "TypeAliasType")
        else:
            self._imports.add_name("typing", "TypeAlias")
        name = self._declared.typed_dict(alias.name)
        return AliasView(
            name=Code(name),
            literal=print_literal(name),
            value=print_literal(value) if recursive else fill_alias(name, value),
            docstring=refer_to(alias.doc, f"models.{alias.name}", 0),
            recursive=recursive,
        )


def _hides(annotations: Mapping[ir.Text, Code]) -> bool:
    """Whether a key, in the body of a class, would hide a type of the same name."""
    words = {word for text in annotations.values() for word in _WORD.findall(text)}
    if words.isdisjoint(annotations):
        return False  # nearly always: what is in a string is a word too, but no name
    named = {name for text in annotations.values() for name in names_in(text)}
    return not named.isdisjoint(annotations)


def _is_key(wire: str) -> bool:
    """Whether a wire name can be an attribute in the body of a class as it is."""
    return (
        wire.isascii()
        and wire.isidentifier()
        and not keyword.iskeyword(wire)
        and not wire.startswith("__")
        and wire not in _CALLED
    )
