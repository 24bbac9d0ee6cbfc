"""The call in the body of a method, and what it passes on."""

from __future__ import annotations

from collections.abc import Sequence

from sdkgen import ir
from sdkgen.render.calls import body_arguments, with_all_params
from sdkgen.render.python.code import Code, print_tuple
from sdkgen.render.python.statements import fill_call

from .signatures import ArgumentView

__all__ = ["list_values", "print_call"]


def print_call(
    function: str, tables: Sequence[str], values: Sequence[str], waits: str = ""
) -> Code:
    """A call that is returned."""
    items = [*tables, "request_options", *values]
    return fill_call(f"return {waits}self._core.{function}(", items, ")", 8)


def list_values(
    operation: ir.Operation, arguments: Sequence[ArgumentView]
) -> list[str]:
    """What a call passes on: the arguments of its method, ``None`` for all others."""
    taken = {each.name for each in arguments}

    def value(name: str) -> str:
        return name if name in taken else "None"

    values = [value(each.name) for each in with_all_params(operation).params]
    passed = [value(each.name) for each in body_arguments(operation)]
    if len(operation.payloads) > 1:
        values.append(f"body={print_tuple(passed)}")
    elif passed:
        values.append(f"body={passed[0]}")
    return values
