"""What generated modules say of an operation: plain data, cheap to build at import."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from .servers import Server

__all__ = [
    "TOKEN",
    "Body",
    "ClientConfig",
    "Credential",
    "Grant",
    "GrantGiven",
    "Operation",
    "Option",
    "Pages",
    "Param",
    "Typed",
    "in_path",
    "in_query",
]

T = TypeVar("T")

Typed = Callable[[], object]
"""A type, named when it is needed: importing it at once would load its module."""

_STYLES = {"path": "simple", "query": "form", "header": "simple", "cookie": "form"}
_EXPLODED = ("form", "cookie")


class Param:
    """Where and how one argument travels (OpenAPI 3.1, Parameter Object).

    ``location`` is path, query, header, cookie or form (a field of the body). With a
    ``media_type`` the value is serialized as that; a field of a form is a ``file`` by
    that, unless it is said. ``milliseconds`` turns a ``datetime`` into milliseconds
    since the epoch. ``nullable`` makes None a value (JSON ``null``), and ``UNSET``
    alone means that there is none. ``reserved`` sends what URLs are divided by as it is
    (``allowReserved``), where it divides no query.
    """

    __slots__ = (
        "explode", "is_file", "is_json", "location", "media_type", "milliseconds",
        "nullable", "reserved", "style", "wire",
    )  # fmt: skip

    def __init__(
        self,
        wire: str,
        location: str,
        *,
        style: str = "",
        explode: bool | None = None,
        media_type: str = "",
        file: bool | None = None,
        milliseconds: bool = False,
        nullable: bool = False,
        reserved: bool = False,
    ) -> None:
        self.wire: str = wire
        self.location: str = location
        self.style: str = style or _STYLES.get(location, "form")
        self.explode: bool = self.style in _EXPLODED if explode is None else explode
        self.media_type: str = media_type
        self.milliseconds: bool = milliseconds
        self.nullable: bool = nullable
        self.reserved: bool = reserved
        kind = media_type.partition(";")[0].strip()
        self.is_json: bool = kind.endswith("json")
        like_a_file = bool(kind) and not self.is_json and not kind.startswith("text/")
        self.is_file: bool = (
            location == "form" and like_a_file if file is None else file
        )


def in_path(wires: str) -> tuple[Param, ...]:
    """Plain parameters of the path, by their wire names, with blanks between."""
    return tuple(Param(wire, "path") for wire in wires.split())


def in_query(wires: str) -> tuple[Param, ...]:
    """Plain parameters of the query, by their wire names, with blanks between."""
    return tuple(Param(wire, "query") for wire in wires.split())


class Body:
    """A body that is one argument, and the type by which it is encoded.

    ``nullable`` makes None a body (JSON ``null``), and ``UNSET`` alone means that there
    is none. Of several ways to send a body, this one is the argument ``at``. If
    ``fields`` is not None, it is the form that these parameters make. ``also`` are media
    types that it may have as well. If it is ``asked``, the caller has to say which.
    """

    __slots__ = (
        "also", "asked", "at", "fields", "is_json", "media_type", "nullable", "type",
    )  # fmt: skip

    def __init__(
        self,
        media_type: str,
        type: Typed | None = None,
        *,
        nullable: bool = False,
        at: int = 0,
        fields: tuple[int, ...] | None = None,
        also: tuple[str, ...] = (),
        asked: bool = False,
    ) -> None:
        self.media_type: str = media_type
        self.type: Typed | None = type
        self.nullable: bool = nullable
        self.at: int = at
        self.fields: tuple[int, ...] | None = fields
        self.also: tuple[str, ...] = also
        self.asked: bool = asked
        kind = media_type.partition(";")[0].strip()
        # A body that may be anything is sent as JSON, unless the caller says what it is.
        self.is_json: bool = kind.endswith("json") or (kind == "*/*" and not asked)


class Operation(Generic[T]):
    """One operation of the API; ``T`` is what a successful call returns.

    ``responses`` maps a status (``200``, ``4XX``, ``default``) to the type of its body,
    as does ``failures``, which other operations may share; ``offers`` are the types of
    media types that a success may be of as well. Of ``params``, plain ones of the path
    that stand before the others need not be given. ``bodies`` are all ways to send a
    body. ``shapes`` are the types of the successful response with certain arguments,
    ``options`` the global parameters that it takes (None: all), ``auth`` the
    alternatives of credentials, each of which may need several (None: the client's
    first one), ``server`` where it is, if not where the API is.
    """

    __slots__ = (
        "accept", "auth", "bodies", "events", "id", "method", "offers", "options",
        "params", "path", "plan", "responses", "server", "shapes",
    )  # fmt: skip

    def __init__(
        self,
        id: str,
        method: str,
        path: str,
        *,
        params: Iterable[Param | tuple[Param, ...]] = (),
        bodies: tuple[Body, ...] = (),
        responses: Mapping[str, Typed | None] | None = None,
        failures: Mapping[str, Typed | None] | None = None,
        offers: Mapping[str, Typed] | None = None,
        shapes: tuple[tuple[tuple[tuple[str, bool], ...], Typed], ...] = (),
        events: Mapping[str, Typed] | None = None,
        options: tuple[str, ...] | None = None,
        auth: tuple[tuple[str, ...], ...] | None = None,
        accept: str = "application/json",
        server: Server | None = None,
    ) -> None:
        self.id: str = id
        self.method: str = method
        self.path: str = path
        self.params: tuple[Param, ...] = tuple(
            param
            for each in params
            for param in (each if isinstance(each, tuple) else (each,))
        )
        if "{" in path and all(each.location != "path" for each in self.params):
            places = (part.partition("}")[0] for part in path.split("{")[1:])
            self.params = (*in_path(" ".join(places)), *self.params)
        self.bodies: tuple[Body, ...] = bodies
        self.responses: Mapping[str, Typed | None] = {
            **(responses or {}),
            **(failures or {}),
        }
        self.offers: Mapping[str, Typed] = offers or {}
        self.shapes: tuple[tuple[tuple[tuple[str, bool], ...], Typed], ...] = shapes
        self.events: Mapping[str, Typed] = events or {}
        self.options: tuple[str, ...] | None = options
        self.auth: tuple[tuple[str, ...], ...] | None = auth
        self.accept: str = accept
        self.server: Server | None = server
        # What ``parameters`` works out when the operation is called first.
        self.plan: object = None

    def __repr__(self) -> str:
        return f"<Operation {self.id}: {self.method} {self.path}>"


class Pages(Generic[T]):
    """How a list comes in pages; ``T`` is the type of an item.

    Args:
        style: ``page`` (by number), ``offset`` or ``cursor``.
        items: Wire name of the list in the response.
        total: Wire name of the number of items in all pages.
        next_cursor: Wire name of the cursor of the next page.
        first: The number of the first page, or the first offset.
        params: Indexes into the parameters of the operation, by what they are for:
            ``page``, ``offset``, ``cursor``, ``size``.
    """

    __slots__ = ("first", "items", "next_cursor", "params", "style", "total")

    def __init__(
        self,
        style: str,
        *,
        items: str,
        total: str | None = None,
        next_cursor: str | None = None,
        first: int = 0,
        **params: int,
    ) -> None:
        self.style: str = style
        self.items: str = items
        self.total: str | None = total
        self.next_cursor: str | None = next_cursor
        self.first: int = first
        self.params: Mapping[str, int] = params


class Option:
    """A global parameter: an option of the client and of each call.

    Its ``default`` is sent unless the caller says otherwise; None is not sent.
    """

    __slots__ = ("default", "location", "name", "wire")

    def __init__(
        self,
        wire: str,
        location: str,
        *,
        name: str,
        default: bool | int | float | str | None = None,
    ) -> None:
        self.wire: str = wire
        self.location: str = location
        self.name: str = name
        self.default: bool | int | float | str | None = default


class Grant:
    """Client credentials of OAuth 2: where they are exchanged for a token.

    ``arguments`` of the client are the id and the secret, ``environment`` the variables
    that are read for want of them.
    """

    __slots__ = ("arguments", "environment", "token_url")

    def __init__(
        self,
        token_url: str,
        *,
        arguments: tuple[str, str] = ("client_id", "client_secret"),
        environment: tuple[str, str] = ("", ""),
    ) -> None:
        self.token_url: str = token_url
        self.arguments: tuple[str, str] = arguments
        self.environment: tuple[str, str] = environment


TOKEN = "oauth2.token"  # noqa: S105 # no secret
"""What the operation is called that asks for a token."""

GrantGiven = tuple["str | None", "str | None", "str | None", "Iterable[str] | None"]
"""What a client was given: its id and secret, the URL of tokens, and scopes."""


class Credential:
    """A credential: its argument of the client, how it is presented, its variable.

    ``scheme`` is bearer, basic (``user:password``) or apiKey; ``location`` and ``wire``
    say where it goes; ``environment`` names the variable that is read for want of the
    argument; ``grant`` says how else there may be one.
    """

    __slots__ = ("environment", "grant", "location", "name", "scheme", "wire")

    def __init__(
        self,
        name: str,
        scheme: str,
        location: str,
        wire: str,
        *,
        environment: str = "",
        grant: Grant | None = None,
    ) -> None:
        self.grant: Grant | None = grant
        self.name: str = name
        self.scheme: str = scheme
        self.location: str = location
        self.wire: str = wire
        self.environment: str = environment


class ClientConfig:
    """The facts of an API that its client needs."""

    __slots__ = (
        "auth", "base_url", "base_url_environment", "log_environment", "options",
        "package", "servers", "version",
    )  # fmt: skip

    def __init__(
        self,
        *,
        package: str,
        version: str,
        base_url: str = "",
        base_url_environment: str = "",
        log_environment: str = "",
        auth: tuple[Credential, ...] = (),
        options: tuple[Option, ...] = (),
        servers: tuple[Server, ...] = (),
    ) -> None:
        self.package: str = package
        self.version: str = version
        self.base_url: str = base_url
        self.base_url_environment: str = base_url_environment
        self.log_environment: str = log_environment
        self.auth: tuple[Credential, ...] = auth
        self.options: tuple[Option, ...] = options
        self.servers: tuple[Server, ...] = servers
