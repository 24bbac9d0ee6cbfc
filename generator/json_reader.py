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

from .located import Container, Json, Marks, Unreadable

__all__ = ["MAX_DEPTH", "MAX_DIGITS", "read_json"]

# Room for 500 levels of `allOf`, each a mapping and a list, and what is around them.
MAX_DEPTH: Final = 1_100
# Far beyond any use, and far below the 4,300 that Python can turn into text.
MAX_DIGITS: Final = 1_000

Duplicate: TypeAlias = Callable[[str, int, int], None]
"""Called with a key that stands twice, its first and its second position."""

_BLANK: Final = re.compile(r"[ \t\n\r]*")
_TEXT: Final = (
    r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"'
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


def read_json(text: str, base: int, marks: Marks, duplicate: Duplicate) -> Json:
    """Read one JSON value; ``base`` is the position of the first character.

    Raises:
        Unreadable: the text is not JSON, or beyond a limit.
    """
    value_at, key_at, after_at = _VALUE.match, _KEY.match, _AFTER.match
    pack, key_of = marks.pack, marks.key_of
    stack: list[tuple[Container, int, dict[str, int], list[int], str, int]] = []
    container: Container | None = None
    entries: dict[str, int] = {}
    items: list[int] = []
    key, key_position, at = "", 0, 0
    blank = _BLANK.match(text)
    index = blank.end() if blank else 0

    while True:
        found = value_at(text, index)
        if found is None:
            raise _misfit(text, index, base)
        value: Json
        position, kind, written = index, found.lastindex, found.group()
        index = found.end()
        if kind == 4:
            if len(stack) >= MAX_DEPTH:
                raise Unreadable(
                    "E111",
                    f"nested more than {MAX_DEPTH:,} levels deep",
                    base + position,
                )
            if container is not None:
                stack.append((container, at, entries, items, key, key_position))
            else:
                stack.append(([], at, entries, items, key, key_position))
            at, entries, items = base + position, {}, []
            if written == "{":
                container = dict[str, Json]()
                opened = key_at(text, index)
                if opened is not None:
                    key_position = opened.start(1)
                    key = _text(opened.group(1), base + key_position)
                    index = opened.end()
                    continue
            else:
                container = []
            closed = after_at(text, index)
            if closed is None or closed.group(1) != ("}" if written == "{" else "]"):
                if written == "{":
                    raise _misfit_key(text, index, base)
                index = _skip(text, index)
                continue
            index = closed.end()
            value, container, at, entries, items, key, key_position = _close(
                container, at, entries, items, stack, marks
            )
            position = -1
        elif kind == 1:
            value = _text(written, base + position)
        elif kind == 2:
            value = integer(written, base + position)
        elif kind == 3:
            value = number(written, base + position)
        else:
            value = _WORDS[written]

        while True:
            if container is None:
                index = _skip(text, index)
                if index < len(text):
                    raise Unreadable(
                        "E108",
                        "not valid JSON: something follows the end",
                        base + index,
                    )
                return value
            # Where a container starts its own record knows.
            where = base + position if position >= 0 else (marks.of(value) or 0)
            if isinstance(container, dict):
                if key in container:
                    duplicate(key, key_of(entries[key]), base + key_position)
                else:
                    container[key] = value
                    entries[key] = pack(base + key_position, where)
            else:
                container.append(value)
                items.append(where)
            after = after_at(text, index)
            if after is None:
                raise _misfit(text, _skip(text, index), base, wanted="',' or an end")
            sign = after.group(1)
            if sign == ",":
                if isinstance(container, dict):
                    opened = key_at(text, after.end())
                    if opened is None:
                        raise _misfit_key(text, after.end(), base)
                    key_position = opened.start(1)
                    key = _text(opened.group(1), base + key_position)
                    index = opened.end()
                else:
                    index = _skip(text, after.end())
                break
            if (sign == "}") != _is_map(container):
                raise Unreadable(
                    "E108",
                    f"not valid JSON: {sign!r} closes what another sign has opened",
                    base + after.start(1),
                )
            index = after.end()
            position = -1
            value, container, at, entries, items, key, key_position = _close(
                container, at, entries, items, stack, marks
            )


def _close(
    container: Container,
    at: int,
    entries: dict[str, int],
    items: list[int],
    stack: list[tuple[Container, int, dict[str, int], list[int], str, int]],
    marks: Marks,
) -> tuple[Container, Container | None, int, dict[str, int], list[int], str, int]:
    """Record a container that is complete and go back to the one around it."""
    if isinstance(container, dict):
        marks.put_map(container, at, entries)
    else:
        marks.put_list(container, at, items)
    outer, at, entries, items, key, key_position = stack.pop()
    return container, outer if stack else None, at, entries, items, key, key_position


def _is_map(container: Container) -> bool:
    return isinstance(container, dict)


def _skip(text: str, index: int) -> int:
    found = _BLANK.match(text, index)
    return found.end() if found else index


def _text(token: str, position: int) -> str:
    """The text that a JSON string stands for."""
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


def integer(token: str, position: int) -> int:
    """The value of decimal digits.

    Raises:
        Unreadable: there are more of them than anybody needs.
    """
    if len(token) > MAX_DIGITS:
        raise Unreadable("E117", f"an integer of {len(token):,} digits", position)
    return int(token)


def number(token: str, position: int) -> float:
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
            "quote it if it is a text",
        )
    return value


def _misfit_key(text: str, index: int, base: int) -> Unreadable:
    index = _skip(text, index)
    if text.startswith("}", index):
        return Unreadable(
            "E108",
            "not valid JSON: a comma before '}'",
            base + index,
            "remove the comma",
        )
    return _misfit(text, index, base, wanted="a key in double quotes, then ':'")


def _misfit(text: str, index: int, base: int, wanted: str = "a value") -> Unreadable:
    """What is wrong at a place where ``wanted`` should stand."""
    position = base + index
    rest = text[index : index + 40]
    if not rest:
        return Unreadable(
            "E108",
            f"not valid JSON: the text ends where {wanted} is expected",
            max(base, position - 1),
            "something that was opened is not closed",
        )
    if rest.startswith('"'):
        return _misfit_text(text, index, base, wanted)
    if _NUMBERLESS.match(rest):
        return Unreadable("E117", f"JSON has no {rest.split()[0][:9]!r}", position)
    hint = ""
    if rest.startswith(("//", "/*", "#")):
        hint = "JSON has no comments"
    elif rest.startswith("'"):
        hint = "JSON wants double quotes"
    elif rest.startswith("]"):
        hint = "remove the comma before it"
    elif re.match(r"-?0[0-9]|[+.]", rest):
        hint = "numbers have no leading zero, plus sign or point"
    elif re.match("true|false|null", rest, re.IGNORECASE):
        hint = "true, false and null are written in small letters"
    found = re.match(r"[A-Za-z0-9_.+-]+|.", rest, re.DOTALL)
    shown = found.group() if found else rest
    return Unreadable(
        "E108",
        f"not valid JSON: {wanted} is expected, not {shown!r}",
        position,
        hint,
    )


def _misfit_text(text: str, index: int, base: int, wanted: str) -> Unreadable:
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
                    "not valid JSON: the text is not closed in its line",
                    base + index,
                    "close it with a double quote; a line break inside is written \\n",
                )
            return Unreadable(
                "E105",
                f"a control character in a text: {ord(sign):#04x}",
                base + place,
                f"write it as \\u{ord(sign):04x}",
            )
        if sign == "\\":
            if not re.compile(r'["\\/bfnrt]|u[0-9a-fA-F]{4}').match(text, place + 1):
                return Unreadable(
                    "E108",
                    f"not valid JSON: an unknown escape {text[place : place + 2]!r}",
                    base + place,
                    "a backslash itself is written \\\\",
                )
            place += 1
        place += 1
    return Unreadable(
        "E108",
        "not valid JSON: a text is not closed",
        base + index,
        "close it with a double quote",
    )
