"""What a scalar of YAML means: the core schema of YAML 1.2, and the tags of JSON's types.

Integers with leading zeros stay strings: people who write ``012`` mean them.
"""

from __future__ import annotations

import math
import re
from typing import Final

from sdkgen.support.json_pointer import Json

from .json_reader import MAX_DIGITS, parse_integer, parse_number
from .source_map import Unreadable

__all__ = ["SPECIAL_START", "TAG", "TAGGED", "parse_plain", "parse_tagged"]

_PLAIN: Final = re.compile(
    r"""
      (?P<null>~|null|Null|NULL|)
    | (?P<true>true|True|TRUE)
    | (?P<false>false|False|FALSE)
    | (?P<int>[-+]?(?:0|[1-9][0-9]*))
    | (?P<oct>0o[0-7]+)
    | (?P<hex>0x[0-9a-fA-F]+)
    | (?P<float>[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?)
    | (?P<none>[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))
    """,
    re.VERBOSE,
)
SPECIAL_START: Final = frozenset("-+.0123456789~nNtTfF")
"""How a plain scalar starts that may be no string."""
TAG: Final = "tag:yaml.org,2002:"
"""What ``!!`` stands for."""
TAGGED: Final[dict[str, tuple[type, ...]]] = {
    "str": (str,),
    "null": (type(None),),
    "bool": (bool,),
    "int": (int,),
    "float": (float,),
}
"""Tags of scalars, with the types that their values have."""


def parse_plain(text: str, position: int) -> Json:
    """The value of a plain scalar (YAML 1.2, 10.3.2, the core schema)."""
    found = _PLAIN.fullmatch(text)
    if found is None:
        return text
    match found.lastgroup:
        case "null":
            return None
        case "true":
            return True
        case "false":
            return False
        case "int":
            return parse_integer(text, position)
        case "oct":
            return _parse_radix(text, 8, position)
        case "hex":
            return _parse_radix(text, 16, position)
        case "float":
            return parse_number(text, position)
        case _:
            raise Unreadable(
                "E117",
                f"JSON has no {text!r}",
                position,
                "quote it if it is a string",
            )


def _parse_radix(text: str, radix: int, position: int) -> int:
    if len(text) * math.log10(radix) > MAX_DIGITS:
        raise Unreadable(
            "E117",
            f"an integer of {len(text):,} digits",
            position,
            "quote it if it is a string",
        )
    return int(text[2:], radix)


def parse_tagged(name: str, text: str, position: int) -> Json:
    """The value of a scalar with one of the tags in ``TAGGED``.

    Raises:
        Unreadable: it has no value of that type.
    """
    if name == "str":
        return text
    value = parse_plain(text, position)
    if name == "float" and type(value) is int:
        return float(value)
    if type(value) not in TAGGED[name]:
        raise Unreadable(
            "E119",
            f"not a value for the tag !!{name}",
            position,
            "remove the tag or correct the value",
        )
    return value
