"""What black need not read, because it is known what it would make of it.

Nearly all that templates print is in black's form already: classes whose fields fit on
their lines, calls with an item on each, what stands after ``# fmt: off``. Black takes a
second for ten thousand such lines and gives them back. Patterns tell them apart here,
which take less than black would: what is in doubt goes to black, with stand-ins for the
rest, so that black sees where it is. A test lets black itself judge the outcome.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from .breaking import COLUMNS, broken, imported

__all__ = ["Question"]

_OFF: Final = "# fmt: off\n"
_ON: Final = "\n# fmt: on\n"
_MARK: Final = "kept__"
"""In the name of each stand-in."""

_LONG = re.compile(rf'^(?=.{{{COLUMNS + 1}}})(?! *""".*"""$)( *)(.*)$', re.MULTILINE)
"""A line that is too long, but for a string of one line, which black leaves alone."""
_ASCII = re.compile(r"[ -~\n]*+")
"""Other characters may be two columns wide, or end lines."""

_BETWEEN: Final = "\n\n\n"
"""Two blank lines, which black puts around what has a body at the margin."""
_IN_CLASS: Final = "\n    "

# ------------------------------------------------------------------- expressions

_NAME = r"[A-Za-z_]\w*+"
_DOTTED = rf"{_NAME}(?:\.{_NAME})*+"
_TEXT = r'"(?:[^"\\\n]|\\\\)*+"'
_NUMBER = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+"
_EMPTY = r"(?:\(\)|\[\]|\{\})"
_OPERAND = rf"(?:[\[{{]*(?:{_DOTTED}{_EMPTY}?+|{_TEXT}|{_NUMBER}|{_EMPTY})[\])}}]*+)"
_PLAIN = rf"(?:{_OPERAND}(?:(?:, | \| |=|(?<=\"): |(?<=\w)[\[(]){_OPERAND})*+)"
"""Operands on one line, with the blanks that black puts between them. No comma stands
before a closing bracket, which would be reason to break the line."""

# ----------------------------------------------------------------------- strings

_LINE = r'(?:[^"\\\n]|"(?!"")|\\[\\"])*+'
_STRING = rf'"""{_LINE}(?:\n{_LINE})*+"""'
"""A string that is a statement and no docstring: black leaves it alone."""


def _docstring(indent: str) -> str:
    """A docstring whose lines start as far to the right as black has them, or further.

    The second is as far to the right as the quotes, and none ends with blanks. After a
    single line the quotes may stand on the next, from where black takes them.
    """
    line = rf'(?=[^ "\n]){_LINE}'
    return (
        rf'"""{line}(?:(?<![ "\\])(?P<gap>\n *+)?+"""|(?<![ ])\n++{indent}{line}'
        rf'(?:(?<![ ])\n++{indent}[ ]*+{line})*+(?:(?<![ "\\])|\n{indent})""")'
    )


# -------------------------------------------------------------------- statements

_FIELD = rf"\n    (?:{_NAME}: {_PLAIN}(?: = {_PLAIN})?+(?:\n    {_STRING})?+|pass)"
_OPENING = rf"class {_NAME}\({_PLAIN}(?<=\)):"
_CLASS = (
    rf"{_OPENING}"
    rf"(?:\n    {_docstring('    ')}(?:\n(?:{_FIELD})++)?+|(?:{_FIELD})++)"
)
_PROPERTY = (
    rf"@cached_property\n    def {_NAME}\(self\) -> {_DOTTED}:"
    rf"\n        {_docstring(' ' * 8)}\n        return {_DOTTED}\({_DOTTED}\)"
)
_ITEM = rf"(?:{_NAME}=)?+(?:lambda {_NAME}: )?+{_PLAIN}"
_TEST = (
    rf"def {_NAME}\((?:\)|{_NAME}: {_PLAIN}(?<=\))) -> None:"
    rf"\n    {_docstring('    ')}\n    {_NAME}\("
    rf"(?P<open>(?:\n        {_ITEM},)++)\n    \)"
)
_TYPED_DICT = (
    rf"{_NAME} = TypedDict\(\n    {_TEXT},\n    \{{(?:\n        {_TEXT}: {_TEXT},)++"
    rf"\n    \}},(?:\n    total=False,)?+\n\)(?:\n{_STRING})?+"
)
_ALIAS = (
    rf"{_NAME}: TypeAlias = (?:{_PLAIN}|\((?:\n    .*+)++\n\)  # fmt: skip)"
    rf"(?:\n{_STRING})?+"
)
_IMPORT = rf"from \.*+(?:{_DOTTED})? import {_NAME}(?:, {_NAME})*+"
_ALL = rf"__all__ = \[(?:{_PLAIN}|(?:\n    .*+)++\n\]  # fmt: skip)"
_IMPORTS = (
    rf"# .*+\n{_docstring('')}\n(?P<open>\n{_IMPORT}(?:\n\n?{_IMPORT})*+"
    rf"(?:\n\nif TYPE_CHECKING:\n    {_IMPORT}(?:\n\n?    {_IMPORT})*+)?+)"
)
_HEAD = [re.compile(rf"{_IMPORTS}\n\n{_ALL}(?:\n\n{_ALIAS})*+")]
_IMPORTS_TOO = [*_HEAD, re.compile(_IMPORTS)]
"""Between imports and what is no class or function black wants a single blank line."""
_BODY = [
    re.compile(_CLASS),
    re.compile(_TEST),
    re.compile(_TYPED_DICT),
    re.compile(rf"{_ALIAS}(?:\n\n?{_ALIAS})*+"),
]
_DATA = re.compile(rf'{_NAME} = r"""(?:[^"]|"(?!""))*+"""')
"""JSON in a raw string, whose lines are as long as they are."""
_FIELDS_BEGIN = re.compile(rf"{_OPENING}(?:\n    {_docstring('    ')}\n)?")
_KNOWN_FIELD = re.compile(_FIELD)
_ANY_FIELD = re.compile(rf"\n    {_NAME}: .*+(?:\n    {_STRING})?+")
_KNOWN_METHOD = re.compile(_PROPERTY)
_LONG_IMPORT = re.compile(r"from (\S+) import (.+)")


class _InDoubtError(Exception):
    """Only black knows what it makes of a line."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be asked of black for a module."""

    module: str
    text: str
    """The module as black is to see it; nothing, if all is known without."""
    known: tuple[str, ...]
    """What the stand-ins in the text stand for, in black's form."""

    @classmethod
    def of(cls, module: str) -> Question:
        """The question for a module; for text that is no Python it does not matter."""
        head, off, rest = module.partition(_OFF)
        if _MARK in module or (off and not _ends_formatting(head, rest)):
            return cls(module, module, ())
        body = head.partition(_BETWEEN)[2]
        patterns = _IMPORTS_TOO if body.startswith(("class ", "def ")) else _HEAD
        asked = _Asked()
        for number, part in enumerate(head.rstrip("\n").split(_BETWEEN)):
            before = _BETWEEN if number else ""
            done = _formatted(part, patterns)
            if done is None:
                _show_class(asked, before, part)
            else:
                asked.add(before, done)
            patterns = _BODY
        doubtful = asked.doubtful
        asked.show("\n")
        if off:
            asked.show(f"\n{_OFF}")
            asked.add("", rest.removesuffix("\n"))
            asked.show("\n")
        text = "".join(asked.shown)
        question = cls(module, text, tuple(asked.known))
        return question if doubtful else cls(module, "", (question.whole(text) or "",))

    def whole(self, answer: str) -> str | None:
        """The module in black's form; None if black lost a stand-in.

        Args:
            answer: What black made of the text.
        """
        if not self.text:
            return "".join(self.known)
        parts: list[str] = []
        for number, known in enumerate(self.known):
            before, found, answer = answer.partition(_stand_in(number, known))
            if not found:
                return None
            parts += [before, known]
        return "".join([*parts, answer])


class _Asked:
    """A question that is being written."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.known: list[str] = []
        self.doubtful = False
        self._after_known = False

    def show(self, text: str) -> None:
        """Add what black is to see."""
        self.shown.append(text)
        self._after_known = False

    def doubt(self, text: str) -> None:
        """Add what only black knows."""
        self.show(text)
        self.doubtful = True

    def add(self, before: str, known: str) -> None:
        """Add what is in black's form, and the white space before it."""
        if self._after_known:
            self.known[-1] += before + known
            return
        self.show(before + _stand_in(len(self.known), known))
        self.known.append(known)
        self._after_known = True


def _ends_formatting(head: str, rest: str) -> bool:
    """Whether ``# fmt: off`` is at the margin after one blank line, and never taken back.

    It is none where it stands in a string.
    """
    return (
        head.endswith("\n\n")
        and not head.endswith("\n\n\n")
        and head.count('"""') % 2 == 0
        and _ON not in rest
        and rest.endswith("\n")
    )


def _formatted(part: str, patterns: Iterable[re.Pattern[str]]) -> str | None:
    """A part of a module in black's form; None if only black knows what that is."""
    if _DATA.fullmatch(part):
        return part
    found = next(filter(None, (each.fullmatch(part) for each in patterns)), None)
    if found is None or not _ASCII.fullmatch(part):
        return None
    groups = found.groupdict()
    opened = groups.get("open") or ""
    start = found.start("open") if opened else len(part)
    before, after = part[:start], part[start + len(opened) :]
    if groups.get("gap"):
        before = before[: found.start("gap")] + before[found.end("gap") :]
    if _LONG.search(before) or _LONG.search(after):
        return None
    try:
        return before + _LONG.sub(_shortened, opened) + after
    except _InDoubtError:
        return None


def _show_class(asked: _Asked, before: str, part: str) -> None:
    """Show a part, without the members that are known if it is a class."""
    begin = _FIELDS_BEGIN.match(part)
    if begin is None or not _ASCII.fullmatch(part):
        asked.doubt(before + part)
        return
    asked.doubt(before + begin.group())
    end = begin.end()
    while field := _KNOWN_FIELD.match(part, end) or _ANY_FIELD.match(part, end):
        end = field.end()
        if field.re is _KNOWN_FIELD and not _LONG.search(field.group()):
            asked.add(_IN_CLASS, field.group().removeprefix(_IN_CLASS))
        else:
            asked.show(field.group())
    for number, method in enumerate(part[end:].split(f"\n{_IN_CLASS}")):
        space = f"\n{_IN_CLASS}" if number else ""
        if _KNOWN_METHOD.fullmatch(method) and not _LONG.search(method):
            asked.add(space, method)
        else:
            asked.show(space + method)


def _shortened(long: re.Match[str]) -> str:
    """An import or an item on a line that is too long.

    Raises:
        _InDoubtError: Only black knows how to break it.
    """
    margin, line = long.groups()
    names = _LONG_IMPORT.fullmatch(line)
    if names:
        return imported(names[1], names[2].split(", "), len(margin))
    lines = broken(line.removesuffix(","), len(margin))
    if lines is None:
        raise _InDoubtError
    return margin + lines


def _stand_in(number: int, known: str) -> str:
    """A statement around which black puts the same blank lines."""
    if known.startswith(("class ", "def ")):
        return f"class {_MARK}{number}:\n    pass"
    if known.startswith("@"):
        return f"@{_MARK}{number}\n    def known():\n        pass"
    return f"{_MARK}{number} = 0"
