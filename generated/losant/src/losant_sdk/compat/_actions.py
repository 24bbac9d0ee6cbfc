"""Actions: what a table of the package says of an operation, called by wire names."""

from __future__ import annotations

import inspect
import keyword
import re
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .. import resources
from .._runtime.parameters import path_of, serialized
from .._runtime.plain import plain, text
from ._options import OPTIONS

if TYPE_CHECKING:
    from .._runtime import Operation
    from ._base import Base

__all__ = ["Action", "Actions"]


class Actions:
    """The actions of a resource.

    Attributes:
        client: The client that sends them.
    """

    def __init__(self, client: Base) -> None:
        self.client = client


class Action:
    """A method that finds its operation in the package when it is first used.

    Args:
        table: The constant of the operation, in the module of the resource that is
            called like the owner.
        body: The keyword that takes the body, if there is one.
    """

    def __init__(self, table: str, body: str = "") -> None:
        self._table = table
        self._body = body
        self._name = ""
        self._owner: type[Actions] = Actions
        self._function: Callable[..., Any] | None = None

    def __set_name__(self, owner: type[Actions], name: str) -> None:
        self._owner = owner
        self._name = name

    def __get__(
        self, resource: Actions | None, owner: type[Actions] | None = None
    ) -> Callable[..., Any]:
        function = self._function
        if function is None:
            # Two threads may both make it: it is the same.
            function = self._function = self._made()
        return function if resource is None else types.MethodType(function, resource)

    def _made(self) -> Callable[..., Any]:
        native = getattr(resources, self._owner.__name__)
        module = sys.modules[native.__module__]
        operation: Operation[Any] = getattr(module, self._table)
        body = self._body

        def action(self: Actions, **kwargs: Any) -> Any:
            return _call(self.client, operation, body, kwargs)

        method = getattr(native, self._table[1:].lower())
        made: Any = action
        made.__name__ = self._name
        made.__qualname__ = f"{self._owner.__qualname__}.{self._name}"
        made.__module__ = self._owner.__module__
        made.__doc__ = _doc(inspect.getdoc(method) or "", operation, body)
        made.__signature__ = _signature(operation, body)
        return action


def _call(
    client: Base, operation: Operation[Any], body: str, given: Mapping[str, Any]
) -> Any:
    """Send a request as losant-rest would.

    Raises:
        KeyError: A part of the path is missing.
        LosantError, APIConnectionError: As ``Base.request``.
    """
    params: dict[str, Any] = {}
    headers: dict[str, Any] = {}
    places = {"query": params, "header": headers}
    taken = _options(operation)
    for option in OPTIONS:
        if option.wire not in taken:
            continue
        if option.wire in given:
            places[option.location][option.wire] = given[option.wire]
        elif option.location == "query" and option.default is not None:
            params[option.wire] = text(plain(option.default))
    for param in operation.params:
        if param.wire in given and param.location in places:
            place = places[param.location]
            place[param.wire] = serialized(param, given[param.wire])
        elif param.location == "path" and param.wire not in given:
            raise KeyError(param.wire)
    path = path_of(operation, [given.get(param.wire) for param in operation.params])
    return client.request(
        operation.method, path, params=params, headers=headers, body=given.get(body)
    )


def _options(operation: Operation[Any]) -> tuple[str, ...]:
    """The global parameters that an operation takes, by their wire names."""
    if operation.options is not None:
        return operation.options
    return tuple(option.wire for option in OPTIONS)


# ------------------------------------------------------------------------- help


def _keywords(operation: Operation[Any], body: str) -> Iterator[str]:
    yield from (param.wire for param in operation.params)
    if body:
        yield body
    # What is no identifier is a header, for which there is no keyword.
    yield from (option for option in _options(operation) if option.isidentifier())


def _signature(operation: Operation[Any], body: str) -> inspect.Signature:
    kind = inspect.Parameter.KEYWORD_ONLY
    in_path = {param.wire for param in operation.params if param.location == "path"}
    parameters = [inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)]
    for name in _keywords(operation, body):
        if name.isidentifier() and not keyword.iskeyword(name):
            needed = inspect.Parameter.empty if name in in_path else None
            parameters.append(inspect.Parameter(name, kind, default=needed))
    parameters.append(inspect.Parameter("kwargs", inspect.Parameter.VAR_KEYWORD))
    return inspect.Signature(parameters)


def _doc(native: str, operation: Operation[Any], body: str) -> str:
    """The documentation of the package's own method, with the names of this one."""
    wires = {_bare(name): name for name in _keywords(operation, body)}
    about = native.partition("\nRaises:\n")[0].rstrip()
    head, title, rest = about.partition("\nArgs:\n")
    named = re.sub(
        r"^    (\w+)(?=:|$)",
        lambda match: f"    {wires.get(_bare(match[1]), match[1])}",
        rest,
        flags=re.MULTILINE,
    )
    others = ", ".join(name for name in _options(operation) if name.isidentifier())
    return (
        f"{head}{title}{named}\n\nAlso takes {others}."
        "\n\nRaises:\n    LosantError: The server answered with an error."
    )


def _bare(name: str) -> str:
    return name.replace("_", "").lower()
