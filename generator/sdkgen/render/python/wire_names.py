"""Names on the wire in prose → the names that the same things have in Python.

A document says ``filterField`` where a method takes ``filter_field`` and a model has the
attribute ``filter_field``. A name is replaced only where it can be nothing else: alone
between backticks or quotes, or as a word that is no word (``filterField``). Code, URLs
and JSON stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from sdkgen import ir
from sdkgen.render.declared import Declared
from sdkgen.render.markdown import to_commonmark

__all__ = ["PythonNames", "listed_values"]

_LONGEST: Final = 100
"""Characters of a name between quotes, so that looking for its end takes no time."""

_PIECE: Final = re.compile(
    rf"""
    ^[ ]{{0,3}}(?P<fence>```+|~~~+).*?(?:^[ ]{{0,3}}(?P=fence)|\Z)   # a block of code
    | ^(?:[ ]{{4}}|\t)[^\n]*+                                        # an indented one
    | [a-zA-Z][a-zA-Z0-9+.-]{{1,30}}://\S++                          # a URL
    | \{{[^{{}}\n]{{0,500}}\}}                                       # an object, a place
    | (?<!`)`(?P<code>[^`\n]{{1,{_LONGEST}}})`(?!`)
    | (?<!`)(?P<ticks>`++).{{1,2000}}?(?<!`)(?P=ticks)(?!`)          # other code
    | (?<![\w\[(:,=])(?<![\[(:,=][ ])
      (?P<mark>["'])(?P<quoted>[^"'\s]{{1,{_LONGEST}}})(?P=mark)(?!\w|\s*[:=\]])
    | (?<![\w.$@\#/?&=<\[("'-])(?P<word>\w++)(?![$@\#/=>\]("'-]|[.:]\w)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
"""A piece of prose; one in which no group is a name stays as it is."""

_GROUPS: Final = ("code", "quoted", "word")

_MIXED: Final = re.compile(r"[a-z0-9][A-Z]|\W|_")
"""A part of each name that nobody takes for a word."""

_NO_WORD: Final = re.compile(r"[a-z]{2}[a-z0-9]*[A-Z]|.*_")
"""How a name begins that is none without quotes either: not ``GitHub``, ``iPhone``."""

_WORDS: Final = re.compile(r"\w+")

_KNOWN_ON_THE_WIRE: Final = frozenset({ir.Location.HEADER, ir.Location.COOKIE})
"""Where people know the name that is sent: the header ``Idempotency-Key``."""


class PythonNames:
    """The names of the arguments of a method, or of the attributes of a model."""

    def __init__(self, members: Iterable[ir.Param | ir.Field]) -> None:
        self._by_wire = {
            str(each.wire): each.name
            for each in members
            if each.wire != each.name
            and _MIXED.search(each.wire)
            and not (isinstance(each, ir.Param) and each.location in _KNOWN_ON_THE_WIRE)
        }
        self._words = {word for wire in self._by_wire for word in _WORDS.findall(wire)}

    def put_into(self, text: str, but: frozenset[str] = frozenset()) -> str:
        """A text with names in Python in place of those on the wire.

        Args:
            text: CommonMark, and HTML in it.
            but: What is something else in this text: the values of an enumeration.
        """
        if self._words.isdisjoint(_WORDS.findall(text)):
            return text

        def name(match: re.Match[str]) -> str:
            piece = match.group()
            group = match.lastgroup or ""
            said = match[group] if group in _GROUPS else ""
            found = "" if said in but else self._by_wire.get(said, "")
            if not found or (group == "word" and not _NO_WORD.match(said)):
                return piece
            return piece.replace(said, found)

        return _PIECE.sub(name, to_commonmark(text))

    def put_into_doc(self, doc: ir.Doc, but: frozenset[str] = frozenset()) -> ir.Doc:
        """The same for what the document says about a thing."""
        return ir.Doc(
            summary=ir.Text(self.put_into(doc.summary, but)),
            description=ir.Text(self.put_into(doc.description, but)),
        )


def listed_values(type_: ir.Type, declared: Declared) -> frozenset[str]:
    """The strings of the enumerations that a type is made of, lists of them included."""
    found: set[str] = set()
    for leaf in declared.leaves(type_):
        items = declared.leaves(leaf.item) if isinstance(leaf, ir.ListOf) else (leaf,)
        for item in items:
            if isinstance(item, ir.LiteralOf):
                found.update(str(v) for v in item.values if isinstance(v, str))
    return frozenset(found)
