"""Signatures of methods: arguments, and what is returned."""

from __future__ import annotations

from dataclasses import dataclass

from sdkgen.render.python.code import NOTHING, Code
from sdkgen.render.python.statements import COLUMNS, bracket_annotation, fill_call

__all__ = ["ArgumentView", "SignatureView", "add_request_options"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentView:
    name: Code
    annotation: Code
    default: Code = NOTHING

    @property
    def text(self) -> Code:
        """As it stands in a signature."""
        default = f" = {self.default}" if self.default else ""
        return Code(f"{self.name}: {self.annotation}{default}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureView:
    arguments: tuple[ArgumentView, ...]
    returns: Code

    def opening(self, define: str, name: str, ending: str) -> Code:
        """The lines of a function in a class up to its body."""
        items = ["self", "*", *(each.text for each in self.arguments)]
        returns = bracket_annotation(
            self.returns, COLUMNS - 4 - len(f") -> {ending}"), 4
        )
        return fill_call(f"{define} {name}(", items, f") -> {returns}{ending}", 4)


def add_request_options(
    arguments: tuple[ArgumentView, ...],
) -> tuple[ArgumentView, ...]:
    """The arguments with the last one, which every call takes."""
    options = ArgumentView(
        name=Code("request_options"),
        annotation=Code("RequestOptions | None"),
        default=Code("None"),
    )
    return (*arguments, options)
