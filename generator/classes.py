"""Views of the modules of models and of ``TypedDict``s: what their templates print."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from . import ir
from .annotations import Annotations, Declared, Use
from .docstrings import (
    access_fact,
    attribute,
    code_span,
    comments,
    default_fact,
    docstring,
    paragraphs,
    value_facts,
)
from .ir import Access
from .layout import Layout, Module
from .models import ALIASED, EXTRA
from .python import NOTHING, Code, Imports, literal

# Functions that generated code calls; a key of that name does not hide them.
_CALLED = frozenset(
    {
        "AttributeError", "Body", "ClientConfig", "ConfigDict", "Credential",
        "Discriminator", "Field", "Operation", "Option", "Pages", "Param", "Shape",
        "Tag", "TypeAliasType", "TypeVar", "TypedDict", "cast", "deprecated", "lazy",
        "super",
    }
)  # fmt: skip
_KNOWN = {
    "Annotated": "typing",
    "Any": "typing",
    "Field": "pydantic",
    "Literal": "typing",
    "Milliseconds": ".._runtime",
    "UUID": "uuid",
    "date": "datetime",
    "datetime": "datetime",
}
"""Names that annotations of models use, and where they come from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    name: Code
    annotation: Code
    value: Code = NOTHING
    docstring: Code = NOTHING
    comments: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassView:
    """``functional``: printed as a call, since a key cannot be an attribute."""

    name: Code
    literal: Code
    docstring: Code
    fields: tuple[FieldView, ...]
    empty: bool = False
    partial: bool = False
    functional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AliasView:
    name: Code
    literal: Code
    value: Code
    docstring: Code
    recursive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ModuleView:
    name: Code
    docstring: Code
    imports: tuple[Code, ...]
    exports: Code
    classes: tuple[ClassView, ...]
    aliases: tuple[AliasView, ...]


@cache
def _names(annotation: str) -> frozenset[str]:
    """The names in an annotation; what is in a string is none."""
    return frozenset(
        node.id
        for node in ast.walk(ast.parse(annotation, mode="eval"))
        if isinstance(node, ast.Name)
    )


def _subject(module: Module, suffix: str = "") -> str:
    names = [each.name for each in module.declarations]
    more = " and the types that belong to it" if len(names) > 1 else ""
    return f"{code_span(module.main + suffix)}{more}"


def _facts(field: ir.Field, declared: Declared) -> list[str]:
    return [
        *value_facts(field.type, declared),
        *default_fact(field.default),
        *access_fact(field.access),
        *(["Deprecated."] if field.deprecated else []),
    ]


def _alias_doc(alias: ir.Alias, declared: Declared) -> Code:
    return attribute(alias.doc, 0, *value_facts(alias.type, declared))


# ---------------------------------------------------------------------- models


def model_modules(
    layout: Layout,
    declared: Declared,
    annotations: Mapping[str, Mapping[str, Code]],
) -> Iterable[ModuleView]:
    """A view of each module of models."""
    for module in layout.modules:
        yield _Models(layout, declared, annotations, module).view()


class _Models:
    def __init__(
        self,
        layout: Layout,
        declared: Declared,
        annotations: Mapping[str, Mapping[str, Code]],
        module: Module,
    ) -> None:
        self._layout = layout
        self._declared = declared
        self._annotations = annotations
        self._module = module
        self._imports = Imports()

    def view(self) -> ModuleView:
        module = self._module
        classes = tuple(self._class(model) for model in module.models)
        aliases = tuple(self._alias(alias) for alias in module.aliases)
        if classes:
            self._imports.add(".._runtime", "BaseModel")
        exports = sorted(each.name for each in module.declarations)
        return ModuleView(
            name=Code(module.name),
            docstring=docstring([f"{_subject(module)}."]),
            imports=self._imports.lines(),
            exports=literal(exports),
            classes=classes,
            aliases=aliases,
        )

    def _class(self, model: ir.Model) -> ClassView:
        annotations = self._annotations[model.name]
        fields = [self._field(each, annotations[each.name]) for each in model.fields]
        extra = annotations.get(EXTRA, NOTHING)
        if extra not in ("", "Any"):  # our base class takes anything anyway
            fields.append(self._extra(extra))
        lines = paragraphs(model.doc, 73)
        return ClassView(
            name=Code(model.name),
            literal=literal(model.name),
            docstring=docstring(lines, 4) if lines else NOTHING,
            fields=tuple(fields),
            empty=not fields and not lines,
        )

    def _field(self, field: ir.Field, annotation: Code) -> FieldView:
        # What is only ever sent never comes back.
        required = field.required and field.access is not Access.WRITE_ONLY
        text = str(annotation)
        if not required and text not in ("Any", "None"):
            text = f"{text.removesuffix(' | None')} | None"
        if field.wire != field.name:
            text = f"Annotated[{text}, Field(alias={literal(field.wire)})]"
        return FieldView(
            name=Code(field.name),
            annotation=self._importing(text),
            value=Code("" if required else "None"),
            docstring=attribute(field.doc, 4, *_facts(field, self._declared)),
        )

    def _extra(self, annotation: Code) -> FieldView:
        """The type of the keys beyond the fields, as pydantic reads it."""
        self._imports.add("pydantic", "Field")
        return FieldView(
            name=Code("__pydantic_extra__"),
            annotation=self._importing(f"dict[str, {annotation}]"),
            value=Code("Field(init=False)"),
        )

    def _alias(self, alias: ir.Alias) -> AliasView:
        recursive = alias.name in self._module.recursive
        value = self._importing(self._annotations[alias.name][ALIASED])
        if recursive:
            self._imports.add("typing_extensions", "TypeAliasType")
        else:
            self._imports.add("typing", "TypeAlias")
        return AliasView(
            name=Code(alias.name),
            literal=literal(alias.name),
            value=literal(value) if recursive else value,
            docstring=_alias_doc(alias, self._declared),
            recursive=recursive,
        )

    def _importing(self, text: str) -> Code:
        """The annotation itself; what it names is imported."""
        for name in _names(text):
            if name in _KNOWN:
                self._imports.add(_KNOWN[name], name)
            elif name in self._layout.module_of:
                home = self._layout.module_of[name]
                if home != self._module.name:
                    self._imports.add(f".{home}", name)
        return Code(text)


# -------------------------------------------------------------------- TypedDicts


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
        exports = sorted(f"{name}Params" for name in names)
        subject = "Arguments of the shape of " + _subject(module)
        return ModuleView(
            name=Code(module.name),
            docstring=docstring([f"{subject}."]),
            imports=self._imports.lines(),
            exports=literal(exports),
            classes=classes,
            aliases=aliases,
        )

    def _class(self, model: ir.Model) -> ClassView:
        self._imports.add("typing", "TypedDict")
        demanded = {
            each.wire
            for each in model.fields
            if each.required and each.access is not Access.READ_ONLY
        }
        total = len(demanded) == len(model.fields)
        annotations = {each.wire: self._print(each.type) for each in model.fields}
        # In the body of a class a key would hide the type of the same name.
        named = {name for text in annotations.values() for name in _names(text)}
        functional = not all(
            _is_key(wire) and wire not in named for wire in annotations
        )
        fields: list[FieldView] = []
        for field in model.fields:
            text = annotations[field.wire]
            if field.wire in demanded and not total:
                self._imports.add("typing", "Required")
                text = Code(f"Required[{text}]")
            facts = _facts(field, self._declared)
            fields.append(
                FieldView(
                    name=literal(field.wire) if functional else Code(field.wire),
                    annotation=literal(text) if functional else text,
                    docstring=attribute(field.doc, 4, *facts),
                    comments=comments(field.doc, 8, *facts) if functional else (),
                )
            )
        lines = paragraphs(model.doc, 73)
        return ClassView(
            name=Code(f"{model.name}Params"),
            literal=literal(f"{model.name}Params"),
            docstring=docstring(lines, 0 if functional else 4) if lines else NOTHING,
            fields=tuple(fields),
            empty=not fields and not lines,
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
            value=literal(value) if recursive else value,
            docstring=_alias_doc(alias, self._declared),
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
