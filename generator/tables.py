"""Constants that tell the runtime about operations."""

from __future__ import annotations

from dataclasses import dataclass

from . import ir
from .annotations import Annotations, Declared, Use
from .calls import argument_type, event_types, every_result
from .ir import Kind, Location, Style
from .python import Code, Imports, constant, listed, literal

_STYLES = {
    Location.PATH: Style.SIMPLE,
    Location.QUERY: Style.FORM,
    Location.HEADER: Style.SIMPLE,
    Location.COOKIE: Style.FORM,
    Location.FORM: Style.FORM,
}
"""The style of a parameter that states none (OpenAPI 3.1, Parameter Object)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """A constant that tells the runtime about an operation or its pages."""

    name: Code
    type: Code
    function: Code
    arguments: tuple[Code, ...]


class Tables:
    """Prints the tables of a module.

    Args:
        declared: All declarations.
        real: Imports that are there at run time: types in lambdas are looked up.
        typing: Imports of annotations, which are never evaluated.
    """

    def __init__(self, declared: Declared, real: Imports, typing: Imports) -> None:
        self._declared = declared
        self._real = real
        self._type = Annotations(declared, Use.RESULT, typing)
        self._decode = Annotations(declared, Use.RESULT, real)
        self._encode = Annotations(declared, Use.HINT, real)

    @property
    def packages(self) -> set[str]:
        """Packages of declarations that the tables name."""
        return self._type.packages | self._decode.packages | self._encode.packages

    def operation(self, operation: ir.Operation) -> TableView:
        """What the runtime needs to know of an operation."""
        arguments = [
            literal(operation.id),
            literal(operation.method),
            literal(operation.path),
        ]
        if operation.params:
            rows = [self._param(each) for each in operation.params]
            arguments.append(Code(f"params={listed(rows)}"))
        if operation.body is not None:
            arguments.append(Code(f"body={self._body(operation.body)}"))
        if operation.form:
            arguments.append(Code(f"form={literal(operation.form)}"))
        arguments.append(Code(f"responses={self._responses(operation)}"))
        if operation.shapes:
            arguments.append(Code(f"shapes={self._shapes(operation)}"))
        if operation.stream is not None:
            events = ", ".join(
                f"{literal(name)}: lambda: {self._decode(type_)}"
                for name, type_ in operation.stream.events
            )
            arguments.append(Code(f"events={{{events}}}"))
        if operation.options:
            arguments.append(Code(f"options={listed(map(literal, operation.options))}"))
        if operation.auth:
            alternatives = [listed(map(literal, each)) for each in operation.auth]
            arguments.append(Code(f"auth={listed(alternatives)}"))
        accept = self._accept(operation)
        if accept != "application/json":
            arguments.append(Code(f"accept={literal(accept)}"))
        stream = operation.stream
        types = every_result(operation) if stream is None else event_types(stream)
        return TableView(
            name=Code(constant(operation.name)),
            type=Code(f"Operation[{self._type.together(types)}]"),
            function=Code("Operation"),
            arguments=tuple(arguments),
        )

    def _param(self, param: ir.Param) -> str:
        self._real.add(".._runtime", "Param")
        parts = [literal(param.wire), literal(str(param.location))]
        if param.media_type:
            parts.append(Code(f"media_type={literal(param.media_type)}"))
        elif param.style is not _STYLES[param.location]:
            parts.append(Code(f"style={literal(str(param.style))}"))
        if not param.media_type and param.explode is not (param.style is Style.FORM):
            parts.append(Code(f"explode={param.explode}"))
        if self._declared.has(param.type, Kind.MILLISECONDS):
            parts.append(Code("milliseconds=True"))
        return f"Param({', '.join(parts)})"

    def _body(self, body: ir.Body) -> str:
        self._real.add(".._runtime", "Body")
        hint = self._encode(argument_type(body))
        return f"Body({literal(body.media[0].media_type)}, lambda: {hint})"

    def _responses(self, operation: ir.Operation) -> str:
        pairs: list[str] = []
        for each in operation.responses:
            made = "None" if each.type is None else f"lambda: {self._decode(each.type)}"
            pairs.append(f"{literal(each.status)}: {made}")
        return f"{{{', '.join(pairs)}}}"

    def _shapes(self, operation: ir.Operation) -> str:
        wires = {each.name: each.wire for each in operation.params}
        rows: list[str] = []
        for shape in operation.shapes:
            when = listed(
                f"({literal(wires[name])}, {value})" for name, value in shape.when
            )
            rows.append(f"({when}, lambda: {self._decode(shape.type)})")
        return listed(rows)

    @staticmethod
    def _accept(operation: ir.Operation) -> str:
        if operation.stream is not None:
            return operation.stream.media_type
        types = dict.fromkeys(r.media_type for r in operation.responses if r.media_type)
        return ", ".join(types) or "*/*"

    def pages(self, name: str, operation: ir.Operation, pages: ir.Pages) -> TableView:
        """How an operation comes in pages."""
        self._real.add(".._runtime", "Pages")
        index = {each.name: number for number, each in enumerate(operation.params)}
        arguments = [literal(pages.style)]
        for role, argument in pages.params:
            arguments.append(Code(f"{role}={index[argument]}"))
        arguments.append(Code(f"items={literal(pages.items)}"))
        if pages.total is not None:
            arguments.append(Code(f"total={literal(pages.total)}"))
        if pages.cursor is not None:
            arguments.append(Code(f"next_cursor={literal(pages.cursor)}"))
        if pages.first:
            arguments.append(Code(f"first={literal(pages.first)}"))
        return TableView(
            name=Code(name),
            type=Code(f"Pages[{self._type(pages.item)}]"),
            function=Code("Pages"),
            arguments=tuple(arguments),
        )
