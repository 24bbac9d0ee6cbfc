"""What clients take to say which server is meant, and where operations are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sdkgen import ir, naming
from sdkgen.render.python.code import Code, make_distinct, print_literal
from sdkgen.render.python.docstrings import code_span, write_entry

__all__ = ["ServerArgs", "VariableView", "build_server_args", "print_server"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableView:
    """A variable of the URLs as an argument of the clients."""

    wire: Code
    name: Code
    entry: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerArgs:
    """``tables`` are the servers to choose from, ``names`` the type of the choice.

    Without a choice and variables there is nothing of it.
    """

    tables: tuple[Code, ...] = ()
    names: tuple[Code, ...] = ()
    variables: tuple[VariableView, ...] = ()
    entries: tuple[tuple[str, ...], ...] = ()


def build_server_args(api: ir.Api, taken: set[str]) -> ServerArgs:
    """The arguments of the clients; their names are added to those that are taken."""
    known = [each for each in api.servers if _is_web(each.default)]
    varying = [
        each.server for resource in api.resources for each in resource.operations
    ]
    variables: dict[str, ir.Variable] = {}
    for server in (*known, *(each for each in varying if each is not None)):
        for variable in server.variables:
            variables.setdefault(str(variable.wire), variable)
    several = len(known) > 1
    if not several and not variables:
        return ServerArgs()
    if several:
        taken.add("server")
    views = tuple(_build_variable(each, taken) for each in variables.values())
    return ServerArgs(
        tables=tuple(print_server(each) for each in known),
        names=(_print_choice(known),) if several else (),
        variables=views,
        entries=(
            *((_document_server(known),) if several else ()),
            *(v.entry for v in views),
        ),
    )


def print_server(server: ir.Server) -> Code:
    """What tells the runtime of a server."""
    parts = [print_literal(str(server.url))]
    if server.name:
        parts.append(Code(f"name={print_literal(server.name)}"))
    pairs = [
        f"{print_literal(str(each.wire))}: ({', '.join(_list_values(each))},)"
        for each in server.variables
    ]
    if pairs:
        parts.append(Code(f"variables={{{', '.join(pairs)}}}"))
    return Code(f"Server({', '.join(parts)})")


def _list_values(variable: ir.Variable) -> list[Code]:
    return [print_literal(str(each)) for each in (variable.default, *variable.values)]


def _is_web(url: str) -> bool:
    return url.startswith(("http://", "https://"))


def _print_choice(known: Sequence[ir.Server]) -> Code:
    return Code(f"Literal[{', '.join(print_literal(each.name) for each in known)}]")


def _document_server(known: Sequence[ir.Server]) -> tuple[str, ...]:
    listed = ", ".join(
        f"{code_span(each.name)} ({code_span(each.default)})" for each in known
    )
    return tuple(write_entry("server", f"Which server of the API: {listed}.", ""))


def _build_variable(variable: ir.Variable, taken: set[str]) -> VariableView:
    name = make_distinct(_name_argument(variable), taken.__contains__)
    taken.add(name)
    said = variable.doc.description or "A part of the URL."
    facts = [f"Default: {code_span(variable.default)}."]
    if variable.values:
        facts.append(f"One of {', '.join(map(code_span, variable.values))}.")
    return VariableView(
        wire=print_literal(str(variable.wire)),
        name=Code(name),
        entry=tuple(write_entry(name, said, " ".join(facts))),
    )


def _name_argument(variable: ir.Variable) -> str:
    found = naming.list_candidates(
        naming.to_snake, [variable.wire], fallback="variable"
    )
    return naming.escape_name(found[0], naming.ARGUMENTS)
