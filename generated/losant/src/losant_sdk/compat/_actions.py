"""Actions: what a table of the package says of an operation, called by wire names."""

from __future__ import annotations

import inspect
import keyword
import re
import sys
import types
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, TypeGuard

from .. import resources
from .._runtime import Operation
from .._runtime.codec.parameters import serialize_path, serialize_value
from .._runtime.codec.plain import to_plain, to_text
from ._options import OPTIONS

if TYPE_CHECKING:
    from ._base import Base

__all__ = ["Actions"]


class Actions:
    """The actions of a resource, each found in the package when it is first used.

    Attributes:
        client: The client that sends them.
    """

    def __init__(self, client: Base, resource: str) -> None:
        self.client = client
        self._resource = resource

    def __getattr__(self, name: str) -> Callable[..., Any]:
        # What is private may be asked for before there is a resource, by ``copy``.
        if name.startswith("_") or name not in _operations(self._resource):
            raise AttributeError(f"there is no action {name!r}")
        return types.MethodType(_action(self._resource, name), self)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *_operations(self._resource)]


@cache
def _operations(resource: str) -> dict[str, tuple[str, Operation[Any]]]:
    """Action → the package's own method and its operation, which is no stream or form.

    The module of a resource has a constant for each.
    """
    module = sys.modules[getattr(resources, resource).__module__]
    found: dict[str, tuple[str, Operation[Any]]] = {}
    for constant, value in vars(module).items():
        if _is_operation(value) and _is_plain(value):
            method = constant[1:].lower()
            escaped = method.endswith("_")
            found[f"api_{method[:-1]}" if escaped else method] = method, value
    return found


@cache
def _action(resource: str, name: str) -> Callable[..., Any]:
    found, operation = _operations(resource)[name]
    method = getattr(getattr(resources, resource), found)
    body = _body(method, operation)

    def action(self: Actions, **kwargs: Any) -> Any:
        return _call(self.client, operation, body, kwargs)

    made: Any = action
    made.__name__ = name
    made.__qualname__ = f"{resource}.{name}"
    made.__doc__ = _doc(inspect.getdoc(method) or "", operation, body)
    made.__signature__ = _signature(operation, body)
    return action


def _is_plain(operation: Operation[Any]) -> bool:
    """Whether it has one answer, and its body, if any, is one argument."""
    bodies = operation.bodies
    is_form = any(each.fields is not None for each in bodies)
    return not operation.events and not is_form and len(bodies) < 2


def _is_operation(value: object) -> TypeGuard[Operation[Any]]:
    return isinstance(value, Operation)


def _body(method: Callable[..., Any], operation: Operation[Any]) -> str:
    """The keyword that takes the body, as the API would write it; empty without one."""
    if not operation.bodies:
        return ""
    others = {_bare(param.wire) for param in operation.params}
    others |= {"self", _bare("request_options")}
    names = inspect.signature(method).parameters
    words = next(name for name in names if _bare(name) not in others).split("_")
    return words[0] + "".join(word.title() for word in words[1:])


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
            params[option.wire] = to_text(to_plain(option.default))
    for param in operation.params:
        if param.wire in given and param.location in places:
            place = places[param.location]
            place[param.wire] = serialize_value(param, given[param.wire])
        elif param.location == "path" and param.wire not in given:
            raise KeyError(param.wire)
    path = serialize_path(
        operation, [given.get(param.wire) for param in operation.params]
    )
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
    # What a name says by itself has no description; the keyword is there all the same.
    options = set(_options(operation))
    silent = [
        each
        for each in wires.values()
        if each not in options and f"\n    {each}:" not in f"\n{named}"
    ]
    listed = "\n".join(filter(None, [named, *(f"    {each}:" for each in silent)]))
    title = title or ("\n\nArgs:\n" if listed else "")
    others = ", ".join(name for name in _options(operation) if name.isidentifier())
    return (
        f"{head}{title}{listed}\n\nAlso takes {others}."
        "\n\nRaises:\n    LosantError: The server answered with an error."
    )


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
