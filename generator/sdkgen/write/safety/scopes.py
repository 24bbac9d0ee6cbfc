"""Where names are defined: the scopes of a module, as Python has them.

``gate.py`` finds what binds and what uses names. A name that is bound for type checkers
only (``if TYPE_CHECKING:``, a field without a value) is defined in annotations, which
nobody evaluates, and nowhere else.
"""

from __future__ import annotations

import ast
from enum import Enum

__all__ = ["Defined", "Part", "Scope"]


class Defined(Enum):
    """Whether a name is defined where it is used."""

    YES = "yes"
    NO = "no"
    FOR_CHECKERS = "for type checkers only"


class Scope:
    """A module, class or function, with the names that it binds."""

    __slots__ = ("above", "depth", "hinted", "is_class", "later", "names")

    def __init__(self, around: Scope | None, *, is_class: bool = False) -> None:
        self.is_class = is_class
        # What a class binds is not seen from what is in it.
        above = around.above if around is not None and around.is_class else around
        self.above: Scope | None = above
        self.depth: int = 0 if above is None else above.depth + 1
        self.names: set[str] = set()
        self.hinted: set[str] = set()
        """What is bound for type checkers only."""
        self.later: Part | None = None
        """Its annotations, and what stands under ``if TYPE_CHECKING:``."""

    def defines(self, name: str, *, evaluated: bool) -> Defined:
        """Whether a name has a meaning here, builtins apart."""
        found = Defined.NO
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return Defined.YES
            if name in scope.hinted:
                found = Defined.FOR_CHECKERS
            scope = scope.above
        if found is Defined.FOR_CHECKERS and not evaluated:
            return Defined.YES
        return found


class Part:
    """What of a scope is evaluated, or is not, and what is still to be looked at in it.

    Strings in ``code`` are data, strings in ``types`` are code.
    """

    __slots__ = (
        "at",
        "binds",
        "code",
        "depth",
        "evaluated",
        "names",
        "roots",
        "scope",
        "types",
    )

    def __init__(
        self,
        scope: Scope,
        *,
        evaluated: bool,
        at: ast.AST | None = None,
        depth: int = 0,
    ) -> None:
        self.scope = scope
        self.evaluated = evaluated
        self.at = at
        """The string that it stands in, if it does."""
        self.depth = depth
        """How many strings it stands in."""
        self.binds = scope.names if evaluated else scope.hinted
        self.code: list[ast.AST] = []
        self.types: list[ast.AST] = []
        self.names: list[ast.Name] = []
        """Uses of names, each by itself."""
        self.roots: list[tuple[ast.Name, str]] = []
        """Uses of names with the attribute that is asked of them."""
