"""Views of the modules of models."""

from __future__ import annotations

from functools import cache

from sdkgen import ir
from sdkgen.ir import Access
from sdkgen.render.declared import Declared
from sdkgen.render.module_layout import Layout, Module
from sdkgen.render.python.annotations import Annotations, Use
from sdkgen.render.python.code import NOTHING, Code, Imports, print_literal
from sdkgen.render.python.docstrings import (
    WIDTH,
    code_span,
    document_attribute,
    document_inline,
    drop_repetition,
    quote_docstring,
    wrap_doc,
)
from sdkgen.render.python.facts import access_fact, default_fact, value_facts
from sdkgen.render.python.statements import assign_all, fill_alias
from sdkgen.render.python.wire_names import PythonNames, listed_values

from .mock_data import mock_examples
from .types import AliasView, ClassView, FieldView, ModuleView


def describe_module(module: Module) -> str:
    """What stands in a module."""
    if "." in module.main:
        return f"the types that only {code_span(module.main)} needs"
    names = [each.name for each in module.declarations]
    more = " and what belongs to it" if len(names) > 1 else ""
    return f"{code_span(module.main)}{more}"


def field_facts(field: ir.Field, declared: Declared) -> list[str]:
    return [
        *value_facts(field.type, declared),
        *default_fact(field.default),
        *access_fact(field.access),
        *(["Deprecated."] if field.deprecated else []),
    ]


def document_alias(alias: ir.Alias, declared: Declared) -> Code:
    return document_attribute(alias.doc, 0, *value_facts(alias.type, declared))


@cache
def camel_case(name: str) -> str:
    """``device_id`` → ``deviceId``, as ``_runtime/codec/model.py`` does it."""
    first, *others = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in others)


def _is_in_camel_case(model: ir.Model) -> bool:
    """Whether more names follow from that rule than are what the fields are called."""
    odd = [each for each in model.fields if camel_case(each.name) != each.name]
    follows = sum(each.wire == camel_case(each.name) for each in odd)
    return follows > sum(each.wire == each.name for each in odd)


# ---------------------------------------------------------------------- models


def model_modules(layout: Layout, declared: Declared) -> tuple[ModuleView, ...]:
    """A view of each module."""
    return tuple(_Models(layout, declared, each).view() for each in layout.modules)


class _Models:
    def __init__(self, layout: Layout, declared: Declared, module: Module) -> None:
        self._layout = layout
        self._declared = declared
        self._module = module
        self._imports = Imports()
        self._print = Annotations(declared, Use.MODEL, self._imports)

    def view(self) -> ModuleView:
        module = self._module
        classes = tuple(self._class_view(model) for model in module.models)
        aliases = tuple(self._alias_view(alias) for alias in module.aliases)
        for name in self._print.named:
            home = self._layout.module_of[name]
            if home != module.name:
                self._imports.add_name(f".{home}", name)
        said = describe_module(module)
        return ModuleView(
            name=Code(module.name),
            docstring=quote_docstring([f"{said[:1].upper()}{said[1:]}."]),
            imports=self._imports.print_lines(),
            exports=assign_all(each.name for each in module.declarations),
            classes=classes,
            aliases=aliases,
            examples=mock_examples(module.models),
        )

    def _class_view(self, model: ir.Model) -> ClassView:
        camel = _is_in_camel_case(model)
        names = PythonNames(model.fields)
        fields = [self._field_view(each, names, camel=camel) for each in model.fields]
        match model.extra:
            case None | ir.Scalar(kind=ir.Kind.ANY):
                pass  # our base class takes anything anyway
            case extra:
                fields.append(self._extra_view(extra))
        lines = wrap_doc(names.put_into_doc(model.doc), WIDTH - 10)
        return ClassView(
            name=Code(model.name),
            literal=print_literal(model.name),
            base=Code(
                self._imports.add_name(
                    ".._runtime", "CamelModel" if camel else "BaseModel"
                )
            ),
            docstring=quote_docstring(lines, 4) if lines else NOTHING,
            fields=tuple(fields),
            empty=not fields and not lines,
        )

    def _field_view(
        self, field: ir.Field, names: PythonNames, *, camel: bool
    ) -> FieldView:
        # What is only ever sent never comes back.
        required = field.required and field.access is not Access.WRITE_ONLY
        text = str(self._print(field.type))
        if not required and text not in ("Any", "None"):
            text = f"{text.removesuffix(' | None')} | None"
        if field.wire != (camel_case(field.name) if camel else field.name):
            self._imports.add_name("typing", "Annotated")
            self._imports.add_name("pydantic", "Field")
            text = f"Annotated[{text}, Field(alias={print_literal(field.wire)})]"
        values = listed_values(field.type, self._declared)
        said = names.put_into(field.doc.description or field.doc.summary, values)
        said = drop_repetition(said, field.name)
        return FieldView(
            name=Code(field.name),
            annotation=Code(text),
            value=Code("" if required else "None"),
            docstring=document_inline(said, 4, *field_facts(field, self._declared)),
        )

    def _extra_view(self, type_: ir.Type) -> FieldView:
        """The type of the keys beyond the fields, as pydantic reads it."""
        self._imports.add_name("pydantic", "Field")
        return FieldView(
            name=Code("__pydantic_extra__"),
            annotation=Code(f"dict[str, {self._print(type_)}]"),
            value=Code("Field(init=False)"),
        )

    def _alias_view(self, alias: ir.Alias) -> AliasView:
        recursive = alias.name in self._module.recursive
        value = self._print(alias.type)
        if recursive:
            self._imports.add_name("typing_extensions", "TypeAliasType")
        else:
            self._imports.add_name("typing", "TypeAlias")
        return AliasView(
            name=Code(alias.name),
            literal=print_literal(alias.name),
            value=print_literal(value) if recursive else fill_alias(alias.name, value),
            docstring=document_alias(alias, self._declared),
            recursive=recursive,
        )
