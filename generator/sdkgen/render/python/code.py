"""IR → Python text: literals, imports, private names.

A string of the document (``ir.Text``) becomes ``Code`` only in here and in
``docstrings``; templates print names and ``Code`` and refuse everything else.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, cast

from sdkgen.support.json_pointer import Json

DEEPEST_LITERAL = 60
"""Containers in containers; Python's own parser gives up at 200 brackets."""

_LONGEST_DECIMAL = 10**300
"""Integers beyond are written in hex: Python refuses to read very long decimals."""


class Code(str):
    """Text that may be printed into a file as it is."""

    __slots__ = ()


NOTHING = Code("")

# -------------------------------------------------------------------- literals

# What a reader would not see, or would see elsewhere than it is. A fixed list, since
# ``str.isprintable`` changes with the version of Python.
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escape_character(character: str) -> str:
    """The escape sequence of a character in a Python string."""
    code = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _print_string(text: str) -> str:
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + UNSEEN.sub(lambda match: escape_character(match.group()), plain) + '"'


def print_literal(value: object) -> Code:
    """A value of JSON as a Python literal, on one line.

    Infinities are written as literals that overflow. A NaN, which JSON does not have,
    is the text ``NaN``; what is nested too deep for Python's parser is ``None``.

    Raises:
        TypeError: The value is not JSON.
    """
    return Code(
        _print_string(value) if isinstance(value, str) else _print_value(value, 0)
    )


def _print_value(value: object, depth: int) -> str:
    if depth > DEEPEST_LITERAL:
        return "None"
    match value:
        case None | bool():
            return repr(value)
        case int():
            return repr(int(value)) if abs(value) < _LONGEST_DECIMAL else hex(value)
        case float():
            if math.isnan(value):
                return '"NaN"'
            if math.isinf(value):
                return "1e999" if value > 0 else "-1e999"
            return repr(float(value))
        case str():
            return _print_string(value)
        case bytes():
            return f"b{_print_string(value.decode('latin-1'))}"
        case list() | tuple():
            items = cast("Sequence[object]", value)
            return f"[{', '.join(_print_value(item, depth + 1) for item in items)}]"
        case dict():
            pairs = (
                f"{_print_string(str(key))}: {_print_value(item, depth + 1)}"
                for key, item in cast("Mapping[object, object]", value).items()
            )
            return f"{{{', '.join(pairs)}}}"
        case _:
            raise TypeError(f"not JSON: {type(value).__name__}")


def print_file_bytes(value: Json) -> Code:
    """Bytes for an example of a file, which JSON can only say as text."""
    text = value if isinstance(value, str) else "example"
    data = text.encode("utf-8", "backslashreplace")
    body = "".join(
        chr(b) if 0x20 <= b < 0x7F and b not in b'"\\' else f"\\x{b:02x}" for b in data
    )
    return Code(f'b"{body}"')


def print_tuple(items: Iterable[str]) -> Code:
    """A tuple of pieces of code."""
    parts = list(items)
    return Code(f"({', '.join(parts)}{',' if len(parts) == 1 else ''})")


# --------------------------------------------------------------------- imports


MOST_IN_A_ROW = 64
"""Options of a union without parentheses: checkers give up at some 250."""


def join_alternatives(options: Sequence[str]) -> str:
    """Types joined by ``|``, in halves where they are many."""
    if len(options) <= MOST_IN_A_ROW:
        return " | ".join(options)
    half = len(options) // 2
    return (
        f"{join_alternatives(options[:half])} | ({join_alternatives(options[half:])})"
    )


MARGIN: Final = "    "
"""Before what stands in a block."""


@dataclass(slots=True)
class Imports:
    """What a module imports, collected while its annotations are printed."""

    names: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    modules: set[str] = field(default_factory=set[str])

    def add_name(self, module: str, name: str) -> str:
        """Note that a name is needed, and return it."""
        self.names.setdefault(module, set()).add(name)
        return name

    def print_lines(self, margin: str = "") -> tuple[Code, ...]:
        """Import statements: standard library, dependencies, the package itself."""
        found = [(self._order_module(m), f"import {m}") for m in self.modules]
        for module, names in self.names.items():
            found.append(
                (
                    self._order_module(module),
                    f"from {module} import {', '.join(sorted(names))}",
                )
            )
        lines: list[Code] = []
        before: tuple[int, str] | None = None
        for order, line in sorted(found):
            if before is not None and before[0] != order[0]:
                lines.append(Code(""))
            before = order
            lines.append(Code(f"{margin}{line}"))
        return tuple(lines)

    @staticmethod
    def _order_module(module: str) -> tuple[int, str]:
        if module.startswith("."):
            dots = len(module) - len(module.lstrip("."))
            return (2, f"{9 - dots}{module}")
        return (int(module in ("pydantic", "typing_extensions")), module)


# ------------------------------------------------------------------ identifiers


def constant_name(name: str) -> str:
    """``send_state`` → ``_SEND_STATE``, the private constant of a method."""
    # Upper case of other letters can be two letters, or those of another name.
    return f"_{name.upper() if name.isascii() else name}"


def make_distinct(wanted: str, taken: Callable[[str], bool]) -> str:
    """A name, with underscores appended while it is taken."""
    while taken(wanted):
        wanted += "_"
    return wanted
