"""Server Objects: of the document, of a path and of an operation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from sdkgen import ir, naming
from sdkgen.ir import Text
from sdkgen.support.json_pointer import Json

from .accessors import Reader

__all__ = ["server_of", "servers"]

_WORDS: Final = 4
"""Words of a description that still make a name."""


def servers(read: Reader) -> tuple[ir.Server, ...]:
    """The servers of the document, the first being the default."""
    listed = [
        (f"/servers/{index}", node, server)
        for index, node in enumerate(read.items(read.document.root, "servers"))
        if (server := _server(read, node)) is not None
    ]
    names = naming.allocate(
        {pointer: _ladder(read, node, server) for pointer, node, server in listed},
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


def server_of(read: Reader, item: Json, operation: Json) -> ir.Server | None:
    """The server of an operation, if it is not that of the document."""
    usual = next(iter(read.items(read.document.root, "servers")), None)
    for holder in (operation, item):
        for node in read.items(holder, "servers")[:1]:
            server = _server(read, node)
            return None if server is None or node == usual else server
    return None


def _server(read: Reader, node: Json) -> ir.Server | None:
    url = read.text(node, "url")
    if not url or not _sane(url):
        return None
    return ir.Server(
        url=Text(url), variables=tuple(_variables(read, node)), doc=read.doc(node)
    )


def _sane(url: str) -> bool:
    return url.isprintable() and not any(char.isspace() for char in url)


def _variables(read: Reader, node: Json) -> Iterator[ir.Variable]:
    """The variables that the URL has, in its order."""
    url = read.text(node, "url")
    described = read.mapping(node, "variables")
    for name in sorted(described, key=lambda name: url.find(f"{{{name}}}")):
        each = described[name]
        if f"{{{name}}}" not in url:
            continue
        values = [value for value in read.items(each, "enum") if isinstance(value, str)]
        stated = each.get("default") if isinstance(each, dict) else None
        default = stated if isinstance(stated, str) else next(iter(values), "")
        if default not in values:
            values = []  # what the document calls usual is possible
        yield ir.Variable(
            wire=Text(name),
            default=Text(default),
            values=tuple(map(Text, values)),
            doc=read.doc(each),
        )


def _ladder(read: Reader, node: Json, server: ir.Server) -> tuple[str, ...]:
    described = read.text(node, "description")
    short = 0 < len(naming.words(described)) <= _WORDS
    try:
        parts = urlsplit(str(server.url))
        scheme, host, path = parts.scheme, parts.hostname or "", parts.path
    except ValueError:  # no URL before its variables are filled in
        scheme = host = path = ""
    label = host.partition(".")[0]
    return naming.ladder(
        naming.snake,
        [read.text(node, "name")],
        [described] if short else [],
        [label],
        [host],
        [label, path],
        [scheme],
        [str(server.url)],
        fallback="server",
    )
