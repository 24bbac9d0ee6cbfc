"""Facts of the document about values, as short sentences of docstrings."""

from __future__ import annotations

from sdkgen import ir
from sdkgen.ir import Access, Kind, Type
from sdkgen.render.declared import Declared
from sdkgen.support.absent import Absent
from sdkgen.support.json_pointer import Json

from .code import print_literal
from .docstrings import code_span

__all__ = ["access_fact", "constraint_facts", "default_fact", "value_facts"]

_LONGEST_DEFAULT = 60


def value_facts(type_: Type, declared: Declared) -> list[str]:
    """What the document says of the values of a type that its annotation does not."""
    facts: list[str] = []
    if declared.has(type_, Kind.MILLISECONDS):
        facts.append("Milliseconds since the epoch, ISO 8601 text, or a `datetime`.")
    scalars = [
        leaf
        for leaf in declared.leaves(type_)
        if isinstance(leaf, ir.Scalar) and leaf.kind is not Kind.NULL
    ]
    if len(scalars) == 1:
        facts.extend(constraint_facts(scalars[0]))
    return facts


def constraint_facts(scalar: ir.Scalar) -> list[str]:
    """The constraints of a scalar as sentences; a pattern tells people nothing."""
    if not scalar.constraints:
        return []
    keywords = dict(scalar.constraints)
    facts: list[str] = []
    low, high = keywords.get("minimum"), keywords.get("maximum")
    above, below = keywords.get("exclusiveMinimum"), keywords.get("exclusiveMaximum")
    if _is_number(low) and _is_number(high):
        facts.append(f"From {print_literal(low)} to {print_literal(high)}.")
        low = high = None
    for word, bound in (
        ("At least", low), ("At most", high), ("More than", above),
        ("Less than", below), ("A multiple of", keywords.get("multipleOf")),
    ):  # fmt: skip
        if _is_number(bound):
            facts.append(f"{word} {print_literal(bound)}.")
    facts.extend(_length_facts(keywords.get("minLength"), keywords.get("maxLength")))
    return facts


def _is_number(value: Json) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _length_facts(least: Json, most: Json) -> list[str]:
    if not _is_number(most):
        said = f"At least {print_literal(least)}" if _is_number(least) and least else ""
    elif least == most:
        said = print_literal(most)
    elif _is_number(least) and least:
        said = f"{print_literal(least)} to {print_literal(most)}"
    else:
        said = f"At most {print_literal(most)}"
    one = (least if most is None else most) == 1
    return [f"{said} character{'' if one else 's'}."] if said else []


def default_fact(default: Json | Absent) -> list[str]:
    """The default of the server, if the document states a short one."""
    if isinstance(default, Absent) or default is None:
        return []
    text = print_literal(default)
    return [f"Default: {code_span(text)}."] if len(text) <= _LONGEST_DEFAULT else []


def access_fact(access: Access) -> list[str]:
    """Which way a field travels, if only one."""
    match access:
        case Access.READ_ONLY:
            return ["Read-only."]
        case Access.WRITE_ONLY:
            return ["Write-only."]
        case Access.READ_WRITE:
            return []
