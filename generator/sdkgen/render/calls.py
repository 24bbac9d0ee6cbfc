"""What follows from an operation: its results, its failures, its signature."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sdkgen import ir
from sdkgen.ir import Kind, Text, Type, find_references
from sdkgen.render.declared import Declared, types_of


def find_successes(operation: ir.Operation) -> tuple[ir.Response, ...]:
    """The responses that are results: 2xx, or else the default."""
    found = tuple(each for each in operation.responses if each.status[:1] == "2")
    default = tuple(each for each in operation.responses if each.status == "default")
    return found or default


def find_failures(operation: ir.Operation) -> tuple[ir.Response, ...]:
    """The documented responses that are raised."""
    results = find_successes(operation)
    return tuple(
        each
        for each in operation.responses
        if each not in results and each.status[:1] in ("4", "5", "d")
    )


def result_types(operation: ir.Operation) -> list[Type]:
    """What a call may return; the first one is for the first status."""
    found = [each.type for each in find_successes(operation)]
    return [
        ir.Scalar(kind=Kind.NULL) if type_ is None else type_ for type_ in found
    ] or [ir.Scalar(kind=Kind.NULL)]


def every_result(operation: ir.Operation) -> list[Type]:
    """What a call may return whatever its arguments are."""
    others = [other.type for each in find_successes(operation) for other in each.others]
    shapes = [shape.type for shape in operation.shapes]
    return [*result_types(operation), *others, *shapes]


def item_types(pages: ir.Pages) -> list[Type]:
    """What an item of a page may be, whatever the arguments are."""
    return list(dict.fromkeys((pages.item, *pages.shaped_items)))


def event_types(stream: ir.Stream) -> list[Type]:
    """What the data of an event may be."""
    return [type_ for _, type_ in stream.events] or [ir.Scalar(kind=Kind.ANY)]


def call_variants(operation: ir.Operation) -> tuple[ir.Operation, ...]:
    """An operation as it is called, the usual way first.

    The ways differ in the media types that are sent and asked for: in the arguments
    that make the body, and in the type of the result.
    """
    own = tuple(each for each in operation.params if not _is_of_payload(each))
    sent = [
        replace(operation, payloads=operation.payloads[:1]),
        *(
            replace(
                operation,
                payloads=(each,),
                params=(
                    *(p for p in own if p.required),
                    *each.params,
                    *(p for p in own if not p.required),
                ),
            )
            for each in operation.payloads[1:]
        ),
    ]
    return tuple(each for way in sent for each in _vary_by_accept(way))


def _is_of_payload(param: ir.Param) -> bool:
    """Whether a parameter is part of one way to send the body."""
    return param.location is ir.Location.FORM or selects_media_type(
        param, "Content-Type"
    )


def selects_media_type(param: ir.Param, wire: str) -> bool:
    """Whether a parameter is the header ``wire``, which chooses a media type."""
    return param.location is ir.Location.HEADER and param.wire == wire


def _vary_by_accept(operation: ir.Operation) -> Iterator[ir.Operation]:
    """An operation by the type of what it is asked for."""
    accept = next(
        (p for p in operation.params if selects_media_type(p, "Accept")), None
    )
    if accept is None or operation.shapes:
        yield operation
        return
    by_type: dict[tuple[Type | None, ...], list[Text]] = {}
    results = find_successes(operation)
    offered = dict.fromkeys(
        name
        for each in results
        for name in (each.media_type, *(other.media_type for other in each.others))
    )
    for name in offered:
        types = tuple(_find_offered_type(each, name) for each in results)
        by_type.setdefault(types, []).append(name)
    # What may be any text overlaps with the others, and comes last.
    rows = sorted(by_type.items(), key=lambda row: any("*" in name for name in row[1]))
    for number, (types, names) in enumerate(rows):
        said = tuple(name for name in names if "*" not in name)
        free = len(said) < len(names)
        type_: Type = ir.Scalar(kind=Kind.STRING)
        if said:
            type_ = ir.LiteralOf(values=said, open=free)
        param = replace(
            accept,
            type=type_,
            required=number > 0,
            example=said[0] if said else accept.example,
        )
        changed = {
            id(each): _unite_offered_types(each) if free else type_
            for each, type_ in zip(results, types, strict=True)
        }
        yield replace(
            operation,
            params=tuple(
                param if each is accept else each for each in operation.params
            ),
            responses=tuple(
                replace(each, type=changed.get(id(each), each.type))
                for each in operation.responses
            ),
        )


def _find_offered_type(response: ir.Response, name: str) -> Type | None:
    """What a response is if it is of a media type, or else by itself."""
    return next(
        (each.type for each in response.others if each.media_type == name),
        response.type,
    )


def _unite_offered_types(response: ir.Response) -> Type | None:
    """What a response may be, whatever it is asked for."""
    types = dict.fromkeys([response.type, *(each.type for each in response.others)])
    options = tuple(each for each in types if each is not None)
    return ir.UnionOf(options=options) if len(options) > 1 else response.type


def with_all_params(operation: ir.Operation) -> ir.Operation:
    """An operation with the parameters of all ways to call it, as it is called.

    Fields of two forms that are written alike are there once.
    """
    found: dict[object, ir.Param] = {}
    for param in (
        *operation.params,
        *(p for w in operation.payloads for p in w.params),
    ):
        found.setdefault(serialization_key(param), param)
    if len(found) == len(operation.params):
        return operation
    return replace(operation, params=tuple(found.values()))


def serialization_key(param: ir.Param) -> object:
    """What decides how a parameter is written."""
    key = (param.location, param.wire)
    if param.location is not ir.Location.FORM:
        return key
    return (*key, param.style, param.explode, param.media_type, param.type)


def body_arguments(operation: ir.Operation) -> list[ir.Body]:
    """The arguments that are a body, one for each name."""
    found: dict[str, ir.Body] = {}
    for body in (way.body for way in operation.payloads):
        if body is not None:
            found.setdefault(body.name, body)
    return list(found.values())


def in_signature_order(operation: ir.Operation) -> list[ir.Param | ir.Body]:
    """Arguments: required ones, a required body, then what is optional.

    What says how the body is sent stands after it.
    """
    needed = [each for each in operation.params if each.required]
    optional = [each for each in operation.params if not each.required]
    last = [each for each in needed if selects_media_type(each, "Content-Type")]
    first = [each for each in needed if each not in last]
    body = operation.usual.body
    if body is None:
        return [*first, *last, *optional]
    if body.required:
        return [*first, body, *last, *optional]
    return [*first, *last, *optional, body]


def every_argument(operation: ir.Operation) -> list[ir.Param | ir.Body]:
    """The arguments of all ways to call an operation, one for each name."""
    found: dict[str, ir.Param | ir.Body] = {}
    for way in call_variants(operation):
        for each in in_signature_order(way):
            found.setdefault(each.name, each)
    return list(found.values())


def argument_type(argument: ir.Param | ir.Body) -> Type:
    """The type that a caller passes."""
    if isinstance(argument, ir.Param):
        return argument.type
    types = tuple(dict.fromkeys(media.type for media in argument.media))
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


def collect_named_types(resource: ir.Resource) -> set[str]:
    """The declarations that the operations of a resource name themselves."""
    return {
        name
        for operation in resource.operations
        for type_ in _list_types(operation)
        for name in find_references(type_)
    }


def collect_reached_types(api: ir.Api, declared: Declared) -> set[str]:
    """The declarations that a caller meets: what operations and webhooks lead to."""
    types = [
        *(each.type for each in api.options), *(each.type for each in api.webhooks)
    ]  # fmt: skip
    waiting = [
        *(name for each in api.resources for name in collect_named_types(each)),
        *(name for type_ in types for name in find_references(type_)),
    ]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        waiting += (
            each
            for type_ in types_of(declared.by_name[name])
            for each in find_references(type_)
        )
    return found


def _list_types(operation: ir.Operation) -> Iterator[Type]:
    yield from (each.type for each in with_all_params(operation).params)
    for body in (way.body for way in operation.payloads):
        if body is not None:
            yield from (media.type for media in body.media)
    for response in operation.responses:
        if response.type is not None:
            yield response.type
        yield from (other.type for other in response.others)
    yield from (shape.type for shape in operation.shapes)
    if operation.stream is not None:
        yield from event_types(operation.stream)
    if operation.pages is not None:
        yield from item_types(operation.pages)


def choose_accept(operation: ir.Operation) -> str:
    """What is asked for: the main type of each response, and what reads the same."""
    if operation.stream is not None:
        return operation.stream.media_type
    types: dict[str, None] = {}
    for each in operation.responses:
        same = (other for other in each.others if other.type == each.type)
        for name in (each.media_type, *(other.media_type for other in same)):
            types |= {name: None} if name else {}
    return ", ".join(types) or "*/*"
