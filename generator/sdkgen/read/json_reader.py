"""A strict JSON reader (RFC 8259) that records places and never recurses.

The standard library's reader is more lenient (``NaN``, equal keys, half surrogate
pairs, integers of any length) and knows no places.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from typing import Final, TypeAlias

from sdkgen.support.json_pointer import Json

from .source_map import Marks, Unreadable

__all__ = ["MAX_DEPTH", "MAX_DIGITS", "read_json"]

# Room for 500 levels of `allOf`, each a mapping and a list, and what is around them.
MAX_DEPTH: Final = 1_100
# Far beyond any use, and far below the 4,300 that Python can turn into text.
MAX_DIGITS: Final = 1_000

Duplicate: TypeAlias = Callable[[str, int, int], None]
"""Called with a key that stands twice, its first and its second position."""

_BLANK: Final = re.compile(r"[ \t\n\r]*")
_TEXT: Final = (
    r'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+"'
)
_VALUE: Final = re.compile(
    rf"""
      ({_TEXT})                                                        # 1
    | (-?(?:0|[1-9][0-9]*))(?![0-9.eE])                                # 2
    | (-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)(?![0-9.]) # 3
    | ([{{\[])                                                         # 4
    | (true|false|null)(?![A-Za-z0-9_])                                # 5
    """,
    re.VERBOSE,
)
_KEY: Final = re.compile(rf"[ \t\n\r]*({_TEXT})[ \t\n\r]*:[ \t\n\r]*")
_AFTER: Final = re.compile(r"[ \t\n\r]*([,}\]])")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_WORDS: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}
_NUMBERLESS: Final = re.compile(r"-?(?:NaN|Infinity)\b")


class _Frame:
    """An object or an array that is being read; only one of the two is used."""

    __slots__ = (
        "at",
        "elements",
        "entries",
        "is_map",
        "items",
        "key",
        "key_position",
        "members",
    )

    def __init__(self, is_map: bool, at: int) -> None:
        self.is_map = is_map
        self.at = at
        self.members: dict[str, Json] = {}
        self.entries: dict[str, int] = {}
        self.elements: list[Json] = []
        self.items: list[int] = []
        self.key = ""
        self.key_position = 0


def read_json(text: str, base: int, marks: Marks, duplicate: Duplicate) -> Json:
    """Read one JSON value; ``base`` is the position of the first character.

    Raises:
        Unreadable: the text is not JSON, or beyond a limit.
    """
    value_at, after_at = _VALUE.match, _AFTER.match
    stack: list[_Frame] = []
    index = _skip_spaces(text, 0)
    while True:
        found = value_at(text, index)
        if found is None:
            raise _explain_value(text, index, base)
        position, kind, written = base + index, found.lastindex, found.group()
        index = found.end()
        value: Json
        if kind == 4:
            if len(stack) >= MAX_DEPTH:
                raise Unreadable(
                    "E111",
                    f"nested more than {MAX_DEPTH:,} levels deep",
                    position,
                    "give the inner parts names and refer to them with $ref",
                )
            stack.append(_Frame(written == "{", position))
            inside = _begin_container(stack[-1], text, index, base)
            if inside >= 0:
                index = inside
                continue
            index = -inside
            value = _end_container(stack.pop(), marks)
        elif kind == 1:
            value = _parse_string(written, position)
        elif kind == 2:
            value = parse_integer(written, position)
        elif kind == 3:
            value = parse_number(written, position)
        else:
            value = _WORDS[written]

        while True:
            if not stack:
                index = _skip_spaces(text, index)
                if index < len(text):
                    raise Unreadable(
                        "E108",
                        "not valid JSON: there is more after the end",
                        base + index,
                    )
                return value
            frame = stack[-1]
            _put_value(frame, value, position, marks, duplicate)
            after = after_at(text, index)
            if after is None:
                raise _explain_value(
                    text, _skip_spaces(text, index), base, wanted="',' or an end"
                )
            sign = after.group(1)
            if sign == ",":
                index = (
                    _take_key(frame, text, after.end(), base)
                    if frame.is_map
                    else _skip_spaces(text, after.end())
                )
                break
            if (sign == "}") != frame.is_map:
                raise Unreadable(
                    "E108",
                    f"not valid JSON: {sign!r} closes what another bracket opened",
                    base + after.start(1),
                )
            index = after.end()
            position = frame.at
            value = _end_container(stack.pop(), marks)


def _begin_container(frame: _Frame, text: str, index: int, base: int) -> int:
    """Go to the first value of a container; if it is empty, minus where it ends."""
    closed = _AFTER.match(text, index)
    if closed is not None and closed.group(1) == ("}" if frame.is_map else "]"):
        return -closed.end()
    return (
        _take_key(frame, text, index, base)
        if frame.is_map
        else _skip_spaces(text, index)
    )


def _take_key(frame: _Frame, text: str, index: int, base: int) -> int:
    """Read a key and its colon; where its value starts."""
    found = _KEY.match(text, index)
    if found is None:
        raise _explain_key(text, index, base)
    frame.key_position = base + found.start(1)
    frame.key = _parse_string(found.group(1), frame.key_position)
    return found.end()


def _put_value(
    frame: _Frame, value: Json, position: int, marks: Marks, duplicate: Duplicate
) -> None:
    """Put a value that stands at a position into the container around it."""
    if not frame.is_map:
        frame.elements.append(value)
        frame.items.append(position)
    elif frame.key in frame.members:
        first = marks.key_of(frame.entries[frame.key])
        duplicate(frame.key, first, frame.key_position)
    else:
        frame.members[frame.key] = value
        frame.entries[frame.key] = marks.pack(frame.key_position, position)


def _end_container(frame: _Frame, marks: Marks) -> Json:
    """Record a container that is complete."""
    if frame.is_map:
        marks.put_map(frame.members, frame.at, frame.entries)
        return frame.members
    marks.put_list(frame.elements, frame.at, frame.items)
    return frame.elements


def _skip_spaces(text: str, index: int) -> int:
    found = _BLANK.match(text, index)
    return found.end() if found else index


def _parse_string(token: str, position: int) -> str:
    """The value of a JSON string."""
    if "\\" not in token:
        return token[1:-1]
    value: str = json.loads(token)
    half = _SURROGATE.search(value)
    if half is not None:
        raise Unreadable(
            "E118",
            f"half of a surrogate pair: \\u{ord(half.group()):04x}",
            position,
            "write the character itself, or both halves",
        )
    return value


def parse_integer(token: str, position: int) -> int:
    """The value of decimal digits.

    Raises:
        Unreadable: there are more of them than anybody needs.
    """
    if len(token) > MAX_DIGITS:
        raise Unreadable(
            "E117",
            f"an integer of {len(token):,} digits",
            position,
            "quote it if it is a string",
        )
    return int(token)


def parse_number(token: str, position: int) -> float:
    """The value of a decimal number.

    Raises:
        Unreadable: it is beyond the range of a double.
    """
    value = float(token)
    if not math.isfinite(value):
        raise Unreadable(
            "E117",
            f"a number beyond the range of a double: {token[:40]}",
            position,
            "quote it if it is a string",
        )
    return value


def _explain_key(text: str, index: int, base: int) -> Unreadable:
    index = _skip_spaces(text, index)
    if text.startswith("}", index):
        return Unreadable(
            "E108",
            "not valid JSON: a comma before '}'",
            base + index,
            "remove the comma",
        )
    return _explain_value(text, index, base, wanted="a key in double quotes, then ':'")


def _explain_value(
    text: str, index: int, base: int, wanted: str = "a value"
) -> Unreadable:
    """What is wrong at a place where ``wanted`` should stand."""
    position = base + index
    rest = text[index : index + 40]
    if not rest:
        return Unreadable(
            "E108",
            f"not valid JSON: the file ends where {wanted} is expected",
            max(base, position - 1),
            "a bracket or brace is not closed",
        )
    if rest.startswith('"'):
        return _explain_string(text, index, base, wanted)
    if found_word := _NUMBERLESS.match(rest):
        return Unreadable(
            "E117",
            f"JSON has no {found_word.group()!r}",
            position,
            "quote it if it is a string",
        )
    hint = ""
    if rest.startswith(("//", "/*", "#")):
        hint = "JSON has no comments"
    elif rest.startswith("'"):
        hint = "JSON uses double quotes"
    elif rest.startswith("]"):
        hint = "remove the comma before it"
    elif re.match(r"-?0[0-9]|[+.]", rest):
        hint = "numbers have no leading zero, plus sign or point"
    elif re.match("true|false|null", rest, re.IGNORECASE):
        hint = "write true, false and null in lower case"
    found = re.match(r"[A-Za-z0-9_.+-]+|.", rest, re.DOTALL)
    shown = found.group() if found else rest
    return Unreadable(
        "E108",
        f"not valid JSON: {wanted} is expected, not {shown!r}",
        position,
        hint,
    )


def _explain_string(text: str, index: int, base: int, wanted: str) -> Unreadable:
    """What is wrong with a string that stands where ``wanted`` should."""
    place = index + 1
    while place < len(text):
        sign = text[place]
        if sign == '"':
            return Unreadable(
                "E108", f"not valid JSON: {wanted} is expected", base + index
            )
        if sign < " ":
            if sign in "\r\n":
                return Unreadable(
                    "E108",
                    "not valid JSON: the string is not closed on its line",
                    base + index,
                    "close it with a double quote; write a line break inside as \\n",
                )
            return Unreadable(
                "E105",
                f"a control character in a string: {ord(sign):#04x}",
                base + place,
                f"write it as \\u{ord(sign):04x}",
            )
        if sign == "\\":
            if not re.compile(r'["\\/bfnrt]|u[0-9a-fA-F]{4}').match(text, place + 1):
                return Unreadable(
                    "E108",
                    f"not valid JSON: unknown escape {text[place : place + 2]!r}",
                    base + place,
                    "write a backslash as \\\\",
                )
            place += 1
        place += 1
    return Unreadable(
        "E108",
        "not valid JSON: a string is not closed",
        base + index,
        "close it with a double quote",
    )
