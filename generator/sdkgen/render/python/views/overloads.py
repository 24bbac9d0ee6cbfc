"""Overloads of a method: a signature for each way to call it, or shape of a result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sdkgen import ir
from sdkgen.render.calls import result_types
from sdkgen.render.python.annotations import Annotations
from sdkgen.render.python.code import NOTHING, Code, Imports

from .signatures import ArgumentView, SignatureView, add_request_options

__all__ = ["Calling", "Overloads"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calling:
    """How a method is called, which is the same on both faces."""

    ways: tuple[ir.Operation, ...]
    arguments: tuple[ArgumentView, ...]
    """Those of all ways."""
    each: tuple[tuple[ArgumentView, ...], ...]
    """Those of each way, where there is an overload for each."""
    values: tuple[str, ...]
    """What a call passes on."""


class Overloads:
    """Makes the overloads of the methods of one module."""

    def __init__(self, result: Annotations, real: Imports, typing: Imports) -> None:
        """Use what the module prints with.

        Args:
            result: Annotations of results.
            real: Gets what the module imports in any case.
            typing: Gets what it imports for type checkers only.
        """
        self._result = result
        self._real = real
        self._typing = typing

    def list_overloads(
        self,
        operation: ir.Operation,
        calling: Calling,
        returns: Code,
    ) -> tuple[SignatureView, ...]:
        """One signature for each way to call, or for each shape of the result.

        Of shapes there is one more for none, and one for any. The most demanding shape
        comes first; an argument that a shape does not name is not set in a way that
        another shape asks for.
        """
        if not operation.shapes:
            if len(calling.ways) < 2:
                return ()
            self._real.add_name("typing", "overload")
            return tuple(
                SignatureView(
                    arguments=add_request_options(arguments),
                    returns=(
                        returns
                        if way.stream is not None
                        else self._result.together(result_types(way))
                    ),
                )
                for way, arguments in zip(calling.ways, calling.each, strict=True)
            )
        # A shape is for the main result; another status stays what it is.
        others = result_types(operation)[1:]
        return self.list_shape_overloads(
            operation.shapes,
            calling.arguments,
            usual=self._result.together(result_types(operation)),
            shaped=[
                self._result.together([shape.type, *others])
                for shape in operation.shapes
            ],
            every=returns,
        )

    def list_shape_overloads(
        self,
        shapes: Sequence[ir.Shape],
        arguments: tuple[ArgumentView, ...],
        *,
        usual: Code,
        shaped: Sequence[Code],
        every: Code,
    ) -> tuple[SignatureView, ...]:
        """One signature for each shape, for none, and for any.

        Args:
            shapes: When the result has another shape, if ever.
            arguments: Those of the method.
            usual: What it returns without a shape.
            shaped: What it returns with each shape.
            every: What it may return at all.
        """
        if not shapes:
            return ()
        self._real.add_name("typing", "overload")
        self._typing.add_name("typing", "Literal")
        asked = {name: value for shape in shapes for name, value in shape.when}
        pairs = sorted(
            zip(shapes, shaped, strict=True), key=lambda pair: -len(pair[0].when)
        )
        return (
            *(
                self._sign_shape(arguments, asked, dict(shape.when), returns)
                for shape, returns in pairs
            ),
            self._sign_shape(arguments, asked, {}, usual),
            SignatureView(arguments=add_request_options(arguments), returns=every),
        )

    def _sign_shape(
        self,
        arguments: tuple[ArgumentView, ...],
        asked: dict[str, bool],
        when: dict[str, bool],
        returns: Code,
    ) -> SignatureView:
        shaped: list[ArgumentView] = []
        for each in arguments:
            if each.name in when:
                kind = Code(f"Literal[{when[each.name]}]")
                shaped.append(replace(each, annotation=kind, default=NOTHING))
            elif each.name in asked:
                kind = Code(f"Literal[{not asked[each.name]}] | None")
                shaped.append(replace(each, annotation=kind))
            else:
                shaped.append(each)
        return SignatureView(
            arguments=add_request_options(tuple(shaped)), returns=returns
        )
