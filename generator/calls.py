"""What follows from an operation: its results, its failures, its signature."""

from __future__ import annotations

from collections.abc import Iterator

from . import ir
from .annotations import Declared, references
from .ir import Kind, Type


def successes(operation: ir.Operation) -> tuple[ir.Response, ...]:
    """The responses that are results: 2xx, or else the default."""
    found = tuple(each for each in operation.responses if each.status[:1] == "2")
    default = tuple(each for each in operation.responses if each.status == "default")
    return found or default


def failures(operation: ir.Operation) -> tuple[ir.Response, ...]:
    """The documented responses that are raised."""
    results = successes(operation)
    return tuple(
        each
        for each in operation.responses
        if each not in results and each.status[:1] in ("4", "5", "d")
    )


def result_types(operation: ir.Operation) -> list[Type]:
    """What a call may return; the first one is for the first status."""
    found = [each.type for each in successes(operation)]
    return [
        ir.Scalar(kind=Kind.NULL) if type_ is None else type_ for type_ in found
    ] or [ir.Scalar(kind=Kind.NULL)]


def every_result(operation: ir.Operation) -> list[Type]:
    """What a call may return whatever its arguments are."""
    return [*result_types(operation), *(shape.type for shape in operation.shapes)]


def event_types(stream: ir.Stream) -> list[Type]:
    """What the data of an event may be."""
    return [type_ for _, type_ in stream.events] or [ir.Scalar(kind=Kind.ANY)]


def in_signature_order(operation: ir.Operation) -> list[ir.Param | ir.Body]:
    """Arguments: required ones, a required body, then what is optional."""
    order: list[ir.Param | ir.Body] = [p for p in operation.params if p.required]
    if operation.body is not None:
        order.append(operation.body)
    optional = [each for each in operation.params if not each.required]
    if operation.body is not None and not operation.body.required:
        order.remove(operation.body)
        return [*order, *optional, operation.body]
    return [*order, *optional]


def argument_type(argument: ir.Param | ir.Body) -> Type:
    """The type that a caller passes."""
    if isinstance(argument, ir.Param):
        return argument.type
    types = tuple(media.type for media in argument.media)
    return types[0] if len(types) == 1 else ir.UnionOf(options=types)


def may_be_null(argument: ir.Param | ir.Body, declared: Declared) -> bool:
    """Whether ``None`` is a value of an argument, to be told from no value at all.

    Its schema has to allow null, and its place to have a way to say it: JSON has one,
    the styles of parameters and the text of a form have none.
    """
    media_type = (
        argument.media_type
        if isinstance(argument, ir.Param)
        else argument.media[0].media_type
    )
    kind = media_type.partition(";")[0].strip()
    if not kind.endswith(("json", "*/*")):
        return False
    type_ = argument_type(argument)
    anything = ir.Scalar(kind=Kind.ANY)
    return declared.null_allowed(type_) or anything in declared.leaves(type_)


def position(operation: ir.Operation) -> str:
    """The argument that says which page, which an iteration decides itself."""
    if operation.pages is None:
        return ""
    roles = dict(operation.pages.params)
    return next((roles[r] for r in ("page", "offset", "cursor") if r in roles), "")


def named_by(resource: ir.Resource) -> set[str]:
    """The declarations that the operations of a resource name themselves."""
    return {
        name
        for operation in resource.operations
        for type_ in _types(operation)
        for name in references(type_)
    }


def _types(operation: ir.Operation) -> Iterator[Type]:
    yield from (each.type for each in operation.params)
    if operation.body is not None:
        yield from (media.type for media in operation.body.media)
    yield from (each.type for each in operation.responses if each.type is not None)
    yield from (shape.type for shape in operation.shapes)
    if operation.stream is not None:
        yield from event_types(operation.stream)
    if operation.pages is not None:
        yield operation.pages.item
