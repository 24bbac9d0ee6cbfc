"""What a response leads to, and the headers that it has: documentation for people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import unquote

from sdkgen import ir
from sdkgen.ir import KIND_OF_JSON_TYPE, Kind, Location, Scalar, Text
from sdkgen.support.json_pointer import Json, escape

from .accessors import Accessors


def lower_headers(read: Accessors, node: Json, where: str) -> Iterator[ir.Param]:
    """The headers of a response, which are text; their type is what that means."""
    for name, entry in read.get_object(node, "headers").items():
        if name.lower() == "content-type":
            continue  # it is ignored (OpenAPI 3.1, Response Object)
        header, site = read.follow(entry, f"{where}/headers/{escape(name)}")
        schema = read.get_object(header, "schema")
        resolved, _ = read.follow(schema, f"{site}/schema")
        kind = KIND_OF_JSON_TYPE.get(read.get_string(resolved, "type"), Kind.STRING)
        doc = read.read_doc(header)
        if not doc.description:
            doc = ir.Doc(description=Text(read.get_string(resolved, "description")))
        yield ir.Param(
            name="",
            wire=Text(name),
            location=Location.HEADER,
            type=Scalar(kind=kind),
            style=ir.Style.SIMPLE,
            explode=False,
            doc=doc,
        )


def lower_links(read: Accessors, node: Json, where: str) -> Iterator[ir.Link]:
    """The links of a response; which method they lead to is not known yet."""
    for name, entry in read.get_object(node, "links").items():
        link, _ = read.follow(entry, f"{where}/links/{escape(name)}")
        reference = read.get_string(link, "operationRef")
        # A pointer into this document, or else what stands there.
        target = unquote(reference[1:]) if reference[:1] == "#" else reference
        values = [
            (Text(key), Text(value))
            for key, value in read.get_object(link, "parameters").items()
            if isinstance(value, str)
        ]
        body = read.get_string(link, "requestBody")
        yield ir.Link(
            name=Text(name),
            target=Text(target or read.get_string(link, "operationId")),
            values=(*values, *([(Text("body"), Text(body))] if body else [])),
            doc=read.read_doc(link),
        )


def resolve_links(resources: tuple[ir.Resource, ...]) -> tuple[ir.Resource, ...]:
    """The resources with links that name methods and their arguments."""
    known: dict[str, tuple[str, ir.Operation]] = {}
    for resource in resources:
        for operation in resource.operations:
            found = (f"{resource.name}.{operation.name}", operation)
            known.setdefault(str(operation.id), found)
            known[str(operation.pointer)] = found

    def named(link: ir.Link) -> ir.Link:
        if link.target not in known:
            return link
        method, operation = known[link.target]
        return replace(
            link,
            method=method,
            values=tuple(
                (Text(_find_argument(operation, name)), value)
                for name, value in link.values
            ),
        )

    def changed(operation: ir.Operation) -> ir.Operation:
        if not any(each.links for each in operation.responses):
            return operation
        responses = tuple(
            replace(each, links=tuple(map(named, each.links)))
            for each in operation.responses
        )
        return replace(operation, responses=responses)

    return tuple(
        replace(each, operations=tuple(map(changed, each.operations)))
        for each in resources
    )


def _find_argument(operation: ir.Operation, name: str) -> str:
    """The argument for a parameter, which may be said with its place: ``path.id``."""
    location, dot, rest = name.partition(".")
    for param in operation.params:
        if param.wire == name or (
            dot and (param.location, param.wire) == (location, rest)
        ):
            return param.name
    body = operation.usual.body
    if name == "body" and body is not None:
        return body.name
    return name
