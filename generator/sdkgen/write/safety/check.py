"""The gate that every generated file passes before it is written.

A document is written by strangers, and its strings end up in Python. The filters that
bring them there escape them; this gate does not trust the filters. It reads the syntax
tree of each finished module and compares it with what generated code may contain at
all: anything not listed below is refused, so text that broke out of its literal cannot
import, call, decorate, rebind or reach into anything that matters. A name that is
defined nowhere is refused, too: the method that uses it could not be called. Nothing is
written when one file is refused, since it means a defect of the generator.

The lists are data, each entry with its reason. Files copied byte for byte from a
template are not generated and do not pass through here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from typing import Any, cast

from . import allowed
from .gate import Violation, check_module

__all__ = ["Violation", "check_file"]


# What a person would not see or would see elsewhere than it is: control characters,
# line ends that only some programs know, byte order marks, direction controls, and
# surrogates, which no file can hold.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e"
    "\u2066-\u2069\ufeff\ud800-\udfff]"
)
_PLAIN = bytes([9, 10, *range(32, 127)])
"""What there is nothing to find in, which is nearly all text."""


# ------------------------------------------------------------------- checking


def check_file(path: str, text: str, own: Collection[str] = ()) -> list[Violation]:
    """All that a generated file contains and may not, by place; empty when it is fine.

    Args:
        path: Its path in the output, which says what kind of file it is.
        text: All of it, as it would be written.
        own: Modules of the output that its tests import by their absolute name.
    """
    found = list(_find_unseen(text))
    if path.endswith(".py") and not found:
        found = check_module(text, own if path.startswith("tests/") else None)
    elif path == "pyproject.toml" and not found:
        found = list(_check_pyproject(text))
    return sorted(set(found))


def _find_unseen(text: str) -> Iterator[Violation]:
    if text.isascii() and not text.encode().translate(None, _PLAIN):
        return
    for number, line in enumerate(text.split("\n"), 1):
        for match in _UNSEEN.finditer(line):
            what = f"character U+{ord(match.group()):04X}"
            yield Violation(number, match.start() + 1, what)


def _check_pyproject(text: str) -> Iterator[Violation]:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        yield Violation(1, 1, f"not TOML: {error}")
        return
    for name, value in _walk_toml(data, ()):
        if not any(re.fullmatch(pattern, name) for pattern in allowed.TOML):
            yield Violation(1, 1, f"entry {name!r}")
        elif (
            name == "build-system.build-backend" and value not in allowed.BUILD_BACKENDS
        ):
            yield Violation(1, 1, f"build backend {value!r}")


def _walk_toml(
    table: Mapping[str, Any], above: tuple[str, ...]
) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _walk_toml(cast("dict[str, Any]", value), (*above, key))
        else:
            yield ".".join((*above, key)), value
