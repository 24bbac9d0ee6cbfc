"""Server Objects: of the document, of a path and of an operation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from sdkgen import ir, naming
from sdkgen.ir import Text
from sdkgen.support.json_pointer import Json

from .accessors import Accessors

__all__ = ["find_own_server", "lower_servers"]

_WORDS: Final = 4
"""Words of a description that still make a name."""


def lower_servers(read: Accessors) -> tuple[ir.Server, ...]:
    """The servers of the document, the first being the default."""
    listed = [
        (f"/servers/{index}", node, server)
        for index, node in enumerate(read.get_array(read.document.root, "servers"))
        if (server := _lower_server(read, node)) is not None
    ]
    names = naming.allocate(
        {pointer: _list_names(read, node, server) for pointer, node, server in listed},
        naming.KEYWORDS,
    ).names
    return tuple(
        ir.Server(
            name=names[pointer],
            url=server.url,
            variables=server.variables,
            doc=server.doc,
        )
        for pointer, _, server in listed
    )


def find_own_server(read: Accessors, item: Json, operation: Json) -> ir.Server | None:
    """The server of an operation, if it is not that of the document."""
    usual = next(iter(read.get_array(read.document.root, "servers")), None)
    for holder in (operation, item):
        for node in read.get_array(holder, "servers")[:1]:
            server = _lower_server(read, node)
            return None if server is None or node == usual else server
    return None


def _lower_server(read: Accessors, node: Json) -> ir.Server | None:
    url = read.get_string(node, "url")
    if not url or not _is_sane(url):
        return None
    return ir.Server(
        url=Text(url),
        variables=tuple(_lower_variables(read, node)),
        doc=read.read_doc(node),
    )


def _is_sane(url: str) -> bool:
    return url.isprintable() and not any(char.isspace() for char in url)


def _lower_variables(read: Accessors, node: Json) -> Iterator[ir.Variable]:
    """The variables that the URL has, in its order."""
    url = read.get_string(node, "url")
    described = read.get_object(node, "variables")
    for name in sorted(described, key=lambda name: url.find(f"{{{name}}}")):
        each = described[name]
        if f"{{{name}}}" not in url:
            continue
        values = [
            value for value in read.get_array(each, "enum") if isinstance(value, str)
        ]
        stated = each.get("default") if isinstance(each, dict) else None
        default = stated if isinstance(stated, str) else next(iter(values), "")
        if default not in values:
            values = []  # what the document calls usual is possible
        yield ir.Variable(
            wire=Text(name),
            default=Text(default),
            values=tuple(map(Text, values)),
            doc=read.read_doc(each),
        )


def _list_names(read: Accessors, node: Json, server: ir.Server) -> tuple[str, ...]:
    described = read.get_string(node, "description")
    short = 0 < len(naming.split_words(described)) <= _WORDS
    try:
        parts = urlsplit(str(server.url))
        scheme, host, path = parts.scheme, parts.hostname or "", parts.path
    except ValueError:  # no URL before its variables are filled in
        scheme = host = path = ""
    label = host.partition(".")[0]
    return naming.list_candidates(
        naming.to_snake,
        [read.get_string(node, "name")],
        [described] if short else [],
        [label],
        [host],
        [label, path],
        [scheme],
        [str(server.url)],
        fallback="server",
    )
