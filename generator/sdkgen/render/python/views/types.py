"""Views of a module of types: what its template prints."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache

from sdkgen.render.python.code import NOTHING, Code


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    name: Code
    annotation: Code
    value: Code = NOTHING
    docstring: Code = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassView:
    """``functional``: printed as a call, since a key cannot be an attribute."""

    name: Code
    literal: Code
    base: Code
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
    """A module of models, or of the ``TypedDict``s that methods take in their place."""

    name: Code
    docstring: Code
    imports: tuple[Code, ...]
    exports: Code
    classes: tuple[ClassView, ...]
    aliases: tuple[AliasView, ...]
    examples: Code = NOTHING
    """Those that models give of themselves, as a literal."""

    @property
    def names(self) -> tuple[Code, ...]:
        """What it exports."""
        classes = [each.name for each in self.classes]
        return (*classes, *(each.name for each in self.aliases))


@cache
def names_in(annotation: str) -> frozenset[str]:
    """The names in an annotation; what is in a string is none."""
    return frozenset(
        node.id
        for node in ast.walk(ast.parse(annotation, mode="eval"))
        if isinstance(node, ast.Name)
    )
