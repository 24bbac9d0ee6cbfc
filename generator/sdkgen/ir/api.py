"""What an SDK calls: operations with their parameters, bodies and responses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from sdkgen.support.absent import ABSENT, Absent
from sdkgen.support.json_pointer import Json

from .package import Package
from .types import EMPTY, NO_DOC, Declaration, Doc, Text, Type

__all__ = [
    "Api",
    "Auth",
    "Body",
    "Grant",
    "Link",
    "Location",
    "Media",
    "Operation",
    "Pages",
    "Param",
    "Payload",
    "Resource",
    "Response",
    "Scheme",
    "Server",
    "Shape",
    "Stream",
    "Style",
    "Variable",
    "Webhook",
]


class Location(StrEnum):
    """Where a parameter travels."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"
    FORM = "form"  # a field of a multipart or urlencoded body


class Style(StrEnum):
    """How a parameter is written (OpenAPI 3.1, Parameter Object, ``style``)."""

    SIMPLE = "simple"
    LABEL = "label"
    MATRIX = "matrix"
    FORM = "form"
    SPACE_DELIMITED = "spaceDelimited"
    PIPE_DELIMITED = "pipeDelimited"
    DEEP_OBJECT = "deepObject"
    BRACKETS = "brackets"  # x-sdk-style: a[0][b]=, which deepObject does not define
    COOKIE = "cookie"  # not encoded, in cookies only (OpenAPI 3.2)
    WHOLE = "whole"  # all of the query string, which has no names then (OpenAPI 3.2)

    @property
    def explodes(self) -> bool:
        """Whether it does if nothing says otherwise (Parameter Object, ``explode``)."""
        return self in (Style.FORM, Style.COOKIE)


class Scheme(StrEnum):
    """How a credential is presented."""

    BEARER = "bearer"
    BASIC = "basic"
    API_KEY = "apiKey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Param:
    """A parameter of an operation, or (``Location.FORM``) a field of its form.

    ``default`` is documentation: a default of the document is never sent, unless it is
    ``fixed``, the one value that a parameter must have. ``media_type`` is set where the
    value travels as one (``application/json`` text in a query, a file in a form).
    """

    name: str
    wire: Text
    location: Location
    type: Type
    required: bool = False
    style: Style = Style.FORM
    explode: bool = True
    reserved: bool = False
    """Whether what URLs are divided by is sent as it is (``allowReserved``)."""
    default: Json | Absent = ABSENT
    fixed: bool = False
    media_type: Text = EMPTY
    example: Json | Absent = ABSENT
    chosen: bool = False
    """A field of a form of several options, which that of its example may need."""
    doc: Doc = NO_DOC
    deprecated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """One representation of a body."""

    media_type: Text
    type: Type
    example: Json | Absent = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A body that is one argument. A form has no ``Body``: its fields are ``Param``s."""

    name: str
    media: tuple[Media, ...]
    required: bool = False
    doc: Doc = NO_DOC


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """One way to send the body of a request: as one argument, or as a form."""

    body: Body | None = None
    form: Text = EMPTY
    """Media type of the form that the FORM parameters make, if any."""
    params: tuple[Param, ...] = ()
    """The fields of the form, and the header ``Content-Type`` where that has to tell
    which way it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a response leads to (OpenAPI 3.1, Link Object), for documentation."""

    name: Text
    target: Text
    """The operation as the document names it."""
    method: str = ""
    """The method: ``users.get``; empty if there is no such operation."""
    values: tuple[tuple[Text, Text], ...] = ()
    """(argument, runtime expression of its value) …"""
    doc: Doc = NO_DOC


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """``status`` is ``"200"``, ``"4XX"`` or ``"default"``; no ``type`` means no body."""

    status: Text
    type: Type | None = None
    media_type: Text = EMPTY
    others: tuple[Media, ...] = ()
    """What it may be as well, if the header ``Accept`` asks for that."""
    headers: tuple[Param, ...] = ()
    links: tuple[Link, ...] = ()
    example: Json | Absent = ABSENT
    doc: Doc = NO_DOC


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A response that is a sequence: (name of the event, its type) …"""

    media_type: Text
    events: tuple[tuple[Text, Type], ...]
    examples: tuple[tuple[Text, Json], ...] = ()
    """(name of the event, an example of its data) …"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """How a list is fetched page by page (``x-sdk-pages``).

    ``params`` maps a role (``page``, ``offset``, ``cursor``, ``size``) to the Python
    name of the argument; ``position`` is the argument that says which page comes, if
    one does. ``items``, ``total`` and ``cursor`` are wire names in the response.
    """

    method: str
    """The method that iterates: ``iterate`` …"""
    style: str
    params: tuple[tuple[str, str], ...]
    position: str
    items: Text
    item: Type
    total: Text | None = None
    cursor: Text | None = None
    first: int = 0
    """The first page, or offset: the default of its parameter."""
    shaped_items: tuple[Type, ...] = ()
    """What an item is with each of the operation's ``shapes``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """With these arguments the successful response is of another type."""

    when: tuple[tuple[str, bool], ...]
    type: Type
    example: Json | Absent = ABSENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """``params`` are in the order of the signature: required ones first."""

    id: Text
    name: str
    method: str
    path: Text
    params: tuple[Param, ...] = ()
    """Those of the usual way to send the body are among them."""
    payloads: tuple[Payload, ...] = ()
    """All ways to send the body, the usual one first."""
    responses: tuple[Response, ...] = ()
    stream: Stream | None = None
    pages: Pages | None = None
    shapes: tuple[Shape, ...] = ()
    options: tuple[str, ...] = ()
    """Names of the global parameters (``Api.options``) that this operation takes."""
    auth: tuple[tuple[str, ...], ...] = ()
    server: Server | None = None
    """Where it is, if not where the API is."""
    """Alternatives; each names the credentials (``Auth.name``) that it needs."""
    scopes: tuple[Text, ...] = ()
    """One of these is enough (``x-sdk-scopes-any``)."""
    doc: Doc = NO_DOC
    deprecated: bool = False
    pointer: Text

    @property
    def usual(self) -> Payload:
        """The usual way to send the body, which is empty if there is none."""
        return self.payloads[0] if self.payloads else Payload()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    name: str
    class_name: str
    operations: tuple[Operation, ...]
    doc: Doc = NO_DOC


@dataclass(frozen=True, slots=True, kw_only=True)
class Auth:
    """A credential; ``wire`` is the header, query or cookie name of an API key."""

    name: str
    scheme: Scheme
    location: Location
    wire: Text
    grant: Grant | None = None
    doc: Doc = NO_DOC


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Client credentials of OAuth 2, for which there are tokens at ``token_url``.

    ``prefix`` stands before ``client_id`` and its like, where there are several.
    """

    token_url: Text
    scopes: tuple[Text, ...] = ()
    prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A variable of a server's URL; ``values`` are all that it may have, if not any."""

    wire: Text
    default: Text
    values: tuple[Text, ...] = ()
    doc: Doc = NO_DOC


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    url: Text
    name: str = ""
    variables: tuple[Variable, ...] = ()
    doc: Doc = NO_DOC

    @property
    def default(self) -> str:
        """The URL with its variables at their defaults."""
        url = str(self.url)
        for each in self.variables:
            url = url.replace(f"{{{each.wire}}}", each.default)
        return url


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A body that the API sends: of a webhook, or of a callback of an operation."""

    name: str
    wire: Text
    """What the document calls it."""
    operation: Text = EMPTY
    """The operation whose callback it is."""
    method: str
    written: Literal["json", "form", "text"] = "json"
    """How the body is written; a form is urlencoded."""
    type: Type
    example: Json | Absent = ABSENT
    doc: Doc = NO_DOC
    pointer: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """A whole API. ``options`` are global parameters: of the client and of a call.

    The ``default`` of an option, unlike any other, is sent.
    """

    package: Package
    title: Text
    version: Text
    doc: Doc = NO_DOC
    servers: tuple[Server, ...] = ()
    auth: tuple[Auth, ...] = ()
    options: tuple[Param, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    resources: tuple[Resource, ...] = ()
    webhooks: tuple[Webhook, ...] = ()
