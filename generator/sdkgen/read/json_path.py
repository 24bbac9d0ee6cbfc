"""What a JSONPath (RFC 9535) selects in a document, in a time that has an end.

``$..*..*`` visits what lies deep once for each thing around it, a filter that searches
the document does so for each candidate, and patterns may take forever: an overlay may
visit so many nodes, and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from jsonpath import JSONPath, JSONPathEnvironment, JSONPathError
from jsonpath.filter import RelativeFilterQuery, RootFilterQuery
from jsonpath.function_extensions import Match
from jsonpath.match import JSONPathMatch
from jsonpath.parse import Parser
from jsonpath.selectors import NameSelector

from sdkgen.diagnostics.diagnostic import suggest
from sdkgen.patterns.patterns import Patterns, is_readable
from sdkgen.support.json_pointer import Json

from .json_reader import MAX_DEPTH

if TYPE_CHECKING:
    from jsonpath.filter import BaseExpression
    from jsonpath.stream import TokenStream

__all__ = ["MAX_VISITS", "JsonPathSelector", "NoPathError", "TooManyError"]

MAX_VISITS: Final = 5_000_000
"""Nodes that the targets of all overlays may visit: some 15 s. A search of all of
a document (`$..x`) visits some 40 of its every kB."""
_LONG: Final = 50
"""Characters of a target for which each visit counts once more: what is asked of it."""

Way = tuple[str | int, ...]


class NoPathError(Exception):
    """It is no JSONPath; the text says why."""


class TooManyError(Exception):
    """What is asked for has too many nodes; the text is for people."""


class JsonPathSelector:
    """Finds what is selected, for all the overlays of one run."""

    def __init__(self) -> None:
        self._left: float = MAX_VISITS
        self._weight = 1.0
        self._environment = _Environment(self.spend)

    def spend(self) -> None:
        """One more visit.

        Raises:
            TooManyError: It is one too many.
        """
        self._left -= self._weight
        if self._left < 0:
            raise TooManyError(
                f"targets visit more than {MAX_VISITS:,} nodes by this point"
            )

    def find_ways(self, target: str, root: dict[str, Json]) -> tuple[list[Way], str]:
        """The ways to all that a JSONPath selects, each once; else a hint.

        Raises:
            NoPathError: ``target`` is no JSONPath, or has a pattern that is not searched.
            TooManyError: It visits too many nodes.
        """
        self._weight = 1 + len(target) / _LONG
        try:
            query = self._environment.parse_target(target)
            ways = list(dict.fromkeys(found.parts for found in query.finditer(root)))
            return ways, "" if ways else _suggest_match(query, root)
        except JSONPathError as error:
            raise NoPathError(str(error.message)) from error
        except RecursionError as error:
            raise NoPathError("it selects too deeply") from error


class _Node(JSONPathMatch):
    """A node that is visited: it is counted, and nothing is kept of it."""

    __slots__ = ("spend",)
    spend: Callable[[], None]

    def new_child(self, obj: object, key: int | str) -> JSONPathMatch:
        """The text of its path is not asked for, so it is not written."""
        self.spend()
        child = _Node(
            filter_context={},
            obj=obj,
            parent=None,
            path="",
            parts=(*self.parts, key),
            root=self.root,
        )
        child.spend = self.spend
        return child

    def add_child(self, *children: JSONPathMatch) -> None:
        """What was found below is not asked for either."""


class _Path(JSONPath):
    """A query that counts."""

    __slots__ = ()

    def finditer(
        self, data: Any, *, filter_context: Mapping[str, Any] | None = None
    ) -> Iterable[JSONPathMatch]:
        del filter_context
        node = _Node(
            filter_context={}, obj=data, parent=None, path="", parts=(), root=data
        )
        node.spend = cast("_Environment", self.env).spend
        found: Iterable[JSONPathMatch] = [node]
        for segment in self.segments:
            found = segment.resolve(found)
        return found


class _Parser(Parser):
    """Queries in filters count, too."""

    def parse_absolute_query(self, stream: TokenStream) -> BaseExpression:
        found = cast("RootFilterQuery", super().parse_absolute_query(stream))
        return RootFilterQuery(_Path(env=self.env, segments=found.path.segments))

    def parse_relative_query(self, stream: TokenStream) -> BaseExpression:
        found = cast("RelativeFilterQuery", super().parse_relative_query(stream))
        return RelativeFilterQuery(_Path(env=self.env, segments=found.path.segments))


class _Pattern(Match):
    """``match`` and ``search`` in linear time (RFC 9535, 2.4.6 and 2.4.7)."""

    def __init__(self, patterns: Patterns, form: str) -> None:
        super().__init__()
        self._patterns = patterns
        self._form = form

    def __call__(self, value: object, pattern: object) -> bool:
        if not isinstance(value, str) or not isinstance(pattern, str):
            return False
        found = self._patterns.fits(self._form.format(pattern), value)
        if found is None:
            why = "takes too long" if is_readable(pattern) else "cannot be read"
            raise NoPathError(f"the pattern {pattern!r} {why}")
        return found


class _Environment(JSONPathEnvironment):
    parser_class = _Parser
    max_recursion_depth = MAX_DEPTH + 1

    def __init__(self, spend: Callable[[], None]) -> None:
        self.spend = spend
        super().__init__(strict=True)

    def setup_function_extensions(self) -> None:
        super().setup_function_extensions()
        patterns = Patterns()
        for name, form in (("match", "^(?:{})$"), ("search", "{}")):
            self.function_extensions[name] = _Pattern(patterns, form)

    def parse_target(self, target: str) -> JSONPath:
        """A target; what combines several queries is no JSONPath of RFC 9535."""
        found = cast("JSONPath", self.compile(target))
        return _Path(env=self, segments=found.segments)


def _suggest_match(query: JSONPath, root: dict[str, Json]) -> str:
    """A hint: how far the target leads, and what it may mean there."""
    for end in range(len(query.segments) - 1, -1, -1):
        part = _Path(env=query.env, segments=query.segments[:end])
        found = [match.obj for match in part.finditer(root)]
        if not found:
            continue
        selectors = query.segments[end].selectors
        names = [each.name for each in selectors if isinstance(each, NameSelector)]
        keys = {
            key
            for each in found
            if isinstance(each, dict)
            for key in cast("dict[str, Json]", each)
        }
        near = suggest(names[0], keys) if names else ""
        return near or f"'{part}' matches; what follows it does not"
    return ""
