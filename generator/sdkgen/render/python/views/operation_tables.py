"""Constants that tell the runtime about operations."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from sdkgen import ir
from sdkgen.ir import Kind, Location, Style, Type
from sdkgen.render.calls import (
    argument_type,
    body_arguments,
    choose_accept,
    event_types,
    every_result,
    find_failures,
    find_successes,
    item_types,
    may_be_null,
    serialization_key,
    with_all_params,
)
from sdkgen.render.declared import Declared
from sdkgen.render.python.annotations import Annotations, Use
from sdkgen.render.python.code import (
    NOTHING,
    Code,
    Imports,
    constant_name,
    print_literal,
    print_tuple,
)
from sdkgen.render.python.statements import begin_typed_call, fill_call
from sdkgen.support.media_types import choose_part_type, is_json

from .servers import print_server
from .usual_failures import Failures, find_usual_failures, list_failures

_STYLES = {
    Location.PATH: Style.SIMPLE,
    Location.QUERY: Style.FORM,
    Location.HEADER: Style.SIMPLE,
    Location.COOKIE: Style.FORM,
    Location.FORM: Style.FORM,
}
"""The style of a parameter that states none (OpenAPI 3.1, Parameter Object)."""

_FUNCTIONS = {Location.PATH: "in_path", Location.QUERY: "in_query"}

_PLACE = re.compile(r"\{([^{}]+)\}")

_WORD = re.compile(r"[\w.$-]+", re.ASCII)

_RAW = (ir.Scalar(kind=Kind.STRING), ir.Scalar(kind=Kind.BYTES))
"""What is sent as it is."""


LONGEST = 60
"""Characters of wire names in one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """A constant that tells the runtime about an operation or its pages."""

    name: Code
    text: Code
    """The whole statement."""


class Tables:
    """Prints the tables of a module.

    Args:
        api: The API, whose first credential and whose options are the usual ones.
        declared: All declarations.
        real: Imports that are there at run time: types in lambdas are looked up.
        typing: Imports of annotations, which are never evaluated.
        failures: The name of the constant of what most operations document.
    """

    def __init__(
        self,
        api: ir.Api,
        declared: Declared,
        real: Imports,
        typing: Imports,
        *,
        failures: str,
    ) -> None:
        self._constant = failures
        self._auth = tuple((each.name,) for each in api.auth[:1])
        self._options = tuple(each.wire for each in api.options)
        self._usual: Failures = ()
        self.usual: tuple[ir.Response, ...] = ()
        """Failures that most operations document, after ``failures``."""
        self._declared = declared
        self._real = real
        self._type = Annotations(declared, Use.RESULT, typing)
        self._decode = Annotations(declared, Use.RESULT, real)
        self._encode = Annotations(declared, Use.HINT, real)

    @property
    def packages(self) -> set[str]:
        """Packages of declarations that the tables name."""
        return self._type.packages | self._decode.packages | self._encode.packages

    def failures(self, operations: Sequence[ir.Operation]) -> Code:
        """The constant of the failures that most of the operations document.

        Nothing where a constant would be longer than what it stands for.
        """
        self.usual = find_usual_failures(operations)
        self._usual = list_failures(self.usual)
        if not self.usual:
            return NOTHING
        return fill_call(f"{self._constant} = {{", self._pairs(self.usual), "}", 0)

    def operation(self, operation: ir.Operation) -> TableView:
        """What the runtime needs to know of an operation."""
        operation = with_all_params(operation)
        arguments: list[str] = [
            print_literal(operation.id),
            print_literal(operation.method),
            print_literal(operation.path),
        ]
        params = operation.params[self._following(operation) :]
        if params:
            arguments.append(f"params={self._params(params)}")
        if operation.payloads:
            arguments.append(f"bodies={print_tuple(self._bodies(operation))}")
        arguments += self._responses(operation)
        if operation.shapes:
            arguments.append(f"shapes={self._shapes(operation)}")
        if operation.stream is not None:
            events = ", ".join(
                f"{print_literal(name)}: lambda: {self._decode(type_)}"
                for name, type_ in operation.stream.events
            )
            arguments.append(f"events={{{events}}}")
        if operation.options != self._options:
            arguments.append(
                f"options={print_tuple(map(print_literal, operation.options))}"
            )
        if operation.auth != self._auth:
            alternatives = [
                print_tuple(map(print_literal, each)) for each in operation.auth
            ]
            arguments.append(f"auth={print_tuple(alternatives)}")
        if operation.server is not None:
            self._real.add_name(".._runtime", "Server")
            arguments.append(f"server={print_server(operation.server)}")
        arguments += self._offers(operation)
        accept = choose_accept(operation)
        if accept != "application/json":
            arguments.append(f"accept={print_literal(accept)}")
        stream = operation.stream
        types = every_result(operation) if stream is None else event_types(stream)
        return TableView(
            name=Code(constant_name(operation.name)),
            text=fill_call(
                begin_typed_call(
                    constant_name(operation.name),
                    "Operation",
                    self._type.together(types),
                ),
                arguments,
                ")",
                0,
            ),
        )

    def _following(self, operation: ir.Operation) -> int:
        """How many parameters, from the first one, follow from the path."""
        in_path = [each for each in operation.params if each.location is Location.PATH]
        first = operation.params[: len(in_path)]
        plain = all(self._together(each) == "in_path" for each in first)
        named = [each.wire for each in first] == _PLACE.findall(operation.path)
        return len(first) if plain and named else 0

    def _params(self, params: Sequence[ir.Param]) -> str:
        """Plain parameters of one place together, the others one by one."""
        rows: list[str] = []
        for function, group in groupby(params, self._together):
            if not function:
                rows += [self._param(each) for each in group]
                continue
            self._real.add_name(".._runtime", function)
            lines = textwrap.wrap(
                " ".join(each.wire for each in group),
                LONGEST,
                break_long_words=False,
                break_on_hyphens=False,
            )
            rows += [f"{function}({print_literal(line)})" for line in lines]
        return (
            rows[0]
            if rows[0].startswith("in_") and len(rows) == 1
            else print_tuple(rows)
        )

    def _together(self, param: ir.Param) -> str:
        """The function that makes parameters like this one of their names alone."""
        function = _FUNCTIONS.get(param.location, "")
        is_plain = (
            not param.media_type
            and not param.reserved
            and param.style is _STYLES[param.location]
            and param.explode is param.style.explodes
            and not self._declared.has(param.type, Kind.MILLISECONDS)
        )
        return function if is_plain and _WORD.fullmatch(param.wire) else ""

    def _param(self, param: ir.Param) -> str:
        self._real.add_name(".._runtime", "Param")
        parts = [print_literal(param.wire), print_literal(str(param.location))]
        if param.media_type:
            parts.append(
                Code(f"media_type={print_literal(choose_part_type(param.media_type))}")
            )
            parts += self._file(param)
        whole = param.style is Style.WHOLE  # JSON or text, in no other style
        if whole or (
            not param.media_type and param.style is not _STYLES[param.location]
        ):
            parts.append(Code(f"style={print_literal(str(param.style))}"))
        if not param.media_type and param.explode is not param.style.explodes:
            parts.append(Code(f"explode={param.explode}"))
        if param.reserved:
            parts.append(Code("reserved=True"))
        if self._declared.has(param.type, Kind.MILLISECONDS):
            parts.append(Code("milliseconds=True"))
        if may_be_null(param, self._declared):
            parts.append(Code("nullable=True"))
        return f"Param({', '.join(parts)})"

    def _file(self, param: ir.Param) -> list[Code]:
        """Whether a field is a file, where its media type does not tell."""
        if param.location is not Location.FORM or is_json(param.media_type):
            return []
        is_file = self._declared.has(param.type, Kind.BYTES)
        told = not choose_part_type(param.media_type).startswith("text/")
        return [] if is_file is told else [Code(f"file={is_file}")]

    def _body(self, body: ir.Body, *more: str) -> str:
        self._real.add_name(".._runtime", "Body")
        media = body.media[0]
        parts = [print_literal(media.media_type), *more]
        if media.type not in _RAW:
            parts.insert(1, f"lambda: {self._encode(argument_type(body))}")
        if may_be_null(body, self._declared):
            parts.append("nullable=True")
        return f"Body({', '.join(parts)})"

    def _bodies(self, operation: ir.Operation) -> list[str]:
        """The ways to send a body of an operation with the parameters of all of them."""
        names = [each.name for each in body_arguments(operation)]
        index = {
            serialization_key(each): at for at, each in enumerate(operation.params)
        }
        rows: list[str] = []
        for way in operation.payloads:
            chooser = next((p for p in way.params if p.wire == "Content-Type"), None)
            asked = chooser is not None and chooser.required
            more = ["asked=True"] if asked else []
            if way.body is not None:
                at = names.index(way.body.name)
                more += [f"at={at}"] if at else []
                also = [print_literal(each.media_type) for each in way.body.media[1:]]
                more += [f"also={print_tuple(also)}"] if also else []
                rows.append(self._body(way.body, *more))
                continue
            self._real.add_name(".._runtime", "Body")
            fields = [
                index[serialization_key(each)]
                for each in way.params
                if each.location is Location.FORM
            ]
            more.append(f"fields={print_tuple(map(str, fields))}")
            rows.append(f"Body({', '.join([print_literal(way.form), *more])})")
        return rows

    def _offers(self, operation: ir.Operation) -> list[str]:
        """What successes may be beside what they usually are."""
        found: dict[str, list[Type]] = {}
        for response in find_successes(operation):
            for each in response.others:
                found.setdefault(each.media_type, []).append(each.type)
        rows = [
            f"{print_literal(name)}: lambda: {self._decode.together(types)}"
            for name, types in found.items()
        ]
        return [f"offers={{{', '.join(rows)}}}"] if rows else []

    def _responses(self, operation: ir.Operation) -> list[str]:
        usual = (
            self._usual
            if list_failures(find_failures(operation)) == self._usual
            else ()
        )
        pairs = self._pairs(
            each
            for each in operation.responses
            if (str(each.status), each.type) not in usual
        )
        responses = f"responses={{{', '.join(pairs)}}}"
        return [responses, f"failures={self._constant}"] if usual else [responses]

    def _pairs(self, responses: Iterable[ir.Response]) -> tuple[Code, ...]:
        """Statuses and what is made of their bodies, as the items of a map."""
        pairs: list[Code] = []
        for each in responses:
            made = "None" if each.type is None else f"lambda: {self._decode(each.type)}"
            pairs.append(Code(f"{print_literal(each.status)}: {made}"))
        return tuple(pairs)

    def _shapes(self, operation: ir.Operation) -> str:
        wires = {each.name: each.wire for each in operation.params}
        rows: list[str] = []
        for shape in operation.shapes:
            when = print_tuple(
                f"({print_literal(wires[name])}, {value})" for name, value in shape.when
            )
            rows.append(f"({when}, lambda: {self._decode(shape.type)})")
        return print_tuple(rows)

    def pages(self, name: str, operation: ir.Operation, pages: ir.Pages) -> TableView:
        """How an operation comes in pages."""
        self._real.add_name(".._runtime", "Pages")
        index = {each.name: number for number, each in enumerate(operation.params)}
        arguments: list[str] = [print_literal(pages.style)]
        for role, argument in pages.params:
            arguments.append(f"{role}={index[argument]}")
        arguments.append(f"items={print_literal(pages.items)}")
        if pages.total is not None:
            arguments.append(f"total={print_literal(pages.total)}")
        if pages.cursor is not None:
            arguments.append(f"next_cursor={print_literal(pages.cursor)}")
        if pages.first:
            arguments.append(f"first={print_literal(pages.first)}")
        head = begin_typed_call(name, "Pages", self._type.together(item_types(pages)))
        return TableView(name=Code(name), text=fill_call(head, arguments, ")", 0))
