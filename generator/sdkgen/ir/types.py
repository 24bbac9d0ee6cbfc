"""The intermediate representation: all that the two halves of the generator share.

The front half (``document`` to ``operations``) knows OpenAPI and fills these classes;
the back half (``python``, ``models``, ``render``) knows Python and reads them. Every
name in here is final: nothing after normalization may rename. A wire name and its
Python name always travel together. Edges between declarations are names
(``Ref("Device")``), so recursion is free and a node prints as what it says.

Absence belongs to the field (``Field.required``), null belongs to the type (a
``UnionOf`` with ``Scalar(Kind.NULL)``). Tuples are in their final order: declarations
by name, fields, parameters and operations as the document orders them.

Strings that a document chose are of type ``Text``: the back half may bring them into
Python only as a literal, a docstring or a comment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Literal, TypeAlias, cast

Json: TypeAlias = (
    "bool | int | float | str | list[Json] | dict[str, Json] | None"  # RFC 8259
)


class Text(str):
    """A string of the document: unlike a name it is not safe to print as code."""

    __slots__ = ()


EMPTY = Text("")


class Absent:
    """The type of ``ABSENT``: no value at all, which is not ``null``."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


class Kind(StrEnum):
    """What a scalar is in Python."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"
    BYTES = "bytes"  # format: binary, raw bytes in a body or a part of it
    DATE = "date"  # RFC 3339 full-date
    DATETIME = "datetime"  # RFC 3339 date-time
    UUID = "uuid"
    MILLISECONDS = "milliseconds"  # x-sdk-time: since the epoch, or ISO 8601 text
    ANY = "any"


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


class Access(StrEnum):
    """Which way a field travels (JSON Schema ``readOnly`` and ``writeOnly``)."""

    READ_WRITE = "read-write"
    READ_ONLY = "read-only"
    WRITE_ONLY = "write-only"


class Scheme(StrEnum):
    """How a credential is presented."""

    BEARER = "bearer"
    BASIC = "basic"
    API_KEY = "apiKey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doc:
    """What the document says about a thing, for people."""

    summary: Text = EMPTY
    description: Text = EMPTY


NO_DOC = Doc()

# ---------------------------------------------------------------------- types


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    kind: Kind
    format: Text = EMPTY
    constraints: tuple[tuple[str, Json], ...] = ()
    """Keywords that narrow the value (``maxLength`` …), for documentation only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteralOf:
    """An enumeration; an open one also takes values that the document does not list."""

    values: tuple[Text | int | bool | None, ...]
    open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf:
    item: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class TupleOf:
    items: tuple[Type, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOf:
    """A JSON object with free keys."""

    value: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class UnionOf:
    """One of several types; ``tag`` is the wire name of the discriminator, if any."""

    options: tuple[Type, ...]
    tag: Text | None = None
    mapping: tuple[tuple[Text, str], ...] = ()
    """(value of the tag, name of the declaration) …"""
    other: str | None = None
    """The declaration of an object with any other tag: what the options extend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """A declaration, by its name."""

    name: str


Type: TypeAlias = Scalar | LiteralOf | ListOf | TupleOf | MapOf | UnionOf | Ref

# --------------------------------------------------------------- declarations


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    name: str
    wire: Text
    type: Type
    required: bool = False
    default: Json | Absent = ABSENT
    access: Access = Access.READ_WRITE
    doc: Doc = NO_DOC
    deprecated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """An object with named fields; ``extra`` is the type of the fields beyond them."""

    name: str
    fields: tuple[Field, ...]
    extra: Type | None = None
    doc: Doc = NO_DOC
    pointer: Text
    area: str = ""
    """The file that its author put it into, by name; empty if that is the main one."""
    sent: bool = False
    """Reachable from something that a caller passes: gets a ``TypedDict`` too."""
    example: Json | Absent = ABSENT
    """What it gives of itself, if an operation answers with one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A name for any other type: an enumeration, a union, a list …"""

    name: str
    type: Type
    doc: Doc = NO_DOC
    pointer: Text
    area: str = ""
    sent: bool = False


Declaration: TypeAlias = Model | Alias

# ----------------------------------------------------------------- operations


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
    name of the argument; ``items``, ``total`` and ``cursor`` are wire names in the
    response.
    """

    method: str
    """The method that iterates: ``iterate`` …"""
    style: str
    params: tuple[tuple[str, str], ...]
    items: Text
    item: Type
    total: Text | None = None
    cursor: Text | None = None
    first: int = 0
    """The first page, or offset: the default of its parameter."""


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
    body: Body | None = None
    form: Text = EMPTY
    """Media type of the form that the FORM parameters make, if any."""
    payloads: tuple[Payload, ...] = ()
    """Other ways to send the body than by ``body`` or ``form``."""
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
class Author:
    name: str
    email: str = ""


PYTHONS = ("3.11", "3.12", "3.13", "3.14")
"""The versions that the runtime is tested on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """Facts of the package that is made (``sdk.yaml``)."""

    dist: str
    """Name on PyPI: ``acme-sdk``."""
    module: str
    """Name of the import: ``acme_sdk``."""
    version: str
    client: str
    """Name of the client's class; its twin is ``Async`` + it."""
    environment: tuple[tuple[str, str], ...] = ()
    """(``Auth.name``, ``base_url`` or ``log``; name of the environment variable) …"""
    description: str = ""
    """On one line; the document's summary stands in for it."""
    license: str = "MIT"
    """An SPDX expression."""
    authors: tuple[Author, ...] = ()
    keywords: tuple[str, ...] = ()
    classifiers: tuple[str, ...] = ()
    """Those that do not follow from the rest."""
    urls: tuple[tuple[str, str], ...] = ()
    """(label, link) …"""
    python: tuple[str, ...] = PYTHONS
    """The versions it is tested on, in their order; it requires the first."""
    exports: tuple[tuple[str, str], ...] = ()
    """(public name, module of the package) … of the package's own templates"""


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


def to_json(node: object) -> Json:
    """The IR as JSON: each dataclass an object with its class under ``is``."""
    match node:
        case Absent():
            return {"is": "Absent"}
        case None | bool() | int() | float():
            return node
        case str():
            return str(node)
        case tuple() | list():
            return [to_json(item) for item in cast("Sequence[object]", node)]
        case dict():
            mapping = cast("Mapping[object, object]", node)
            return {str(key): to_json(value) for key, value in mapping.items()}
        case _ if is_dataclass(node):
            data: dict[str, Json] = {"is": type(node).__name__}
            for field in fields(node):
                data[field.name] = to_json(getattr(node, field.name))
            return data
        case _:
            raise TypeError(f"not part of the IR: {node!r}")
