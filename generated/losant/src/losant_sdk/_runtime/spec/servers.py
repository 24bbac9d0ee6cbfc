"""Servers of an API: which one, and with what in the variables of its URL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["Server", "choose_server", "expand_url"]


class Server:
    """A server (OpenAPI 3.1, Server Object).

    ``variables`` are those of the URL: the default of each, and after it all values
    that it may have, if not any.
    """

    __slots__ = ("name", "url", "variables")

    def __init__(
        self,
        url: str,
        *,
        name: str = "",
        variables: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        self.url: str = url
        self.name: str = name
        self.variables: Mapping[str, tuple[str, ...]] = variables or {}


def choose_server(
    servers: Sequence[Server], name: str | None, given: Mapping[str, str | None]
) -> str | None:
    """The URL of the server that the caller asks for; None if there was no wish.

    Raises:
        ValueError: There is no such server, or a variable may not have that value.
    """
    known = {each.name: each for each in servers}
    # Other variables are those of operations that have a server of their own.
    everywhere = {key for each in servers for key in each.variables}
    wishes = [key for key in given if given[key] is not None and key in everywhere]
    if name is None and not wishes:
        return None
    server = servers[0] if name is None else known.get(name)
    if server is None:
        raise ValueError(f"server is one of {', '.join(known)}, not {name!r}")
    unused = [key for key in wishes if key not in server.variables]
    if unused:
        raise ValueError(f"the URL of this server has no {unused[0]}: {server.url}")
    return expand_url(server, given)


def expand_url(server: Server, given: Mapping[str, str | None]) -> str:
    """The URL of a server with its variables filled in.

    Raises:
        ValueError: A variable may not have the value that is given.
    """
    url = server.url
    for name, (default, *values) in server.variables.items():
        value = given.get(name)
        if value is None:
            value = default
        elif values and value not in values:
            raise ValueError(f"{name} is one of {', '.join(values)}, not {value!r}")
        url = url.replace(f"{{{name}}}", value)
    return url
