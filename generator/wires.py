"""Views of operations by what travels: for a face that takes wire names.

Such a face needs no signatures and no types. It finds the table of an operation by its
constant, and the names of parameters in there; what the table does not say is here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import ir
from .calls import chooses_body
from .python import NOTHING, Code, constant, literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionView:
    """An operation and the constant that is its table."""

    name: Code
    """The method, without the underscore that keeps it from being a keyword."""
    is_escaped: bool
    """Whether the method has that underscore: ``name`` alone is no identifier."""
    is_plain: bool
    """Whether it takes and gives values: it is no stream, and its body no form."""
    table: Code
    """The name of the constant, as a literal."""
    body: Code
    """What its body is called where names are written like those of JSON, as a
    literal: ``"deviceState"``; nothing without a body."""


def action_view(operation: ir.Operation) -> ActionView:
    """What a face of wire names prints of an operation."""
    name = operation.name.removesuffix("_")
    body = operation.body
    return ActionView(
        name=Code(name),
        is_escaped=name != operation.name,
        is_plain=operation.stream is None
        and not operation.form
        and not chooses_body(operation),
        table=literal(constant(operation.name)),
        body=NOTHING if body is None else literal(_camel(body.name)),
    )


def _camel(name: str) -> str:
    """``device_state`` → ``deviceState``."""
    bare = name.rstrip("_")
    return re.sub(r"(?<=[^_])_+([^_])", lambda match: match.group(1).upper(), bare)
