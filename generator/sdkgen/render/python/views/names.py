"""Views of public names: where each comes from."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sdkgen.render.python.code import Code, print_literal
from sdkgen.render.python.docstrings import WIDTH

from .types import ModuleView


@dataclass(frozen=True, slots=True, kw_only=True)
class NameView:
    """A public name, and the module of its package that it comes from."""

    name: Code
    literal: Code
    module: Code
    module_literal: Code
    origin: Code
    """What it is imported from for type checkers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesView:
    """The public names of a package of modules."""

    modules: tuple[Code, ...]
    table: tuple[Code, ...]
    """Lines of words: a module, a colon, its names with blanks between."""


def name_views(pairs: Iterable[tuple[str, str]]) -> tuple[NameView, ...]:
    """Names with their modules, sorted."""
    return tuple(
        NameView(
            name=Code(name),
            literal=print_literal(name),
            module=Code(module),
            module_literal=print_literal(module),
            # A module that is exported itself is imported from its package.
            origin=Code("." if module == name else f".{module}"),
        )
        for name, module in sorted(pairs)
    )


def pair_with_modules(
    modules: Sequence[ModuleView], within: str
) -> list[tuple[str, str]]:
    """Names with their modules, as they are told from beside those of models."""
    return [
        (name, f"{within}{module.name}") for module in modules for name in module.names
    ]


def tabulate_names(pairs: Iterable[tuple[str, str]]) -> NamesView:
    """Names with their modules, as lines that fill the width."""
    members: dict[str, list[str]] = {}
    for name, module in pairs:
        members.setdefault(module, []).append(name)
    lines: list[str] = []
    for module in sorted(members):
        lines += textwrap.wrap(
            f"{module}: {' '.join(sorted(members[module]))}",
            WIDTH - 8,
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    return NamesView(
        modules=tuple(map(Code, sorted(members))), table=tuple(map(Code, lines))
    )
