"""What an OpenAPI document says about its operations, as a server needs to know it.

The document is plain JSON in which every parameter, body, response and event has an
example. Nothing here knows HTTP connections; ``mock_server`` answers with it, ``judge``
and ``harness`` look operations up in it.
"""

from __future__ import annotations

import copy
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Pairs: TypeAlias = Sequence[tuple[str, str]]

UNKNOWN = "unknownToTheDocument"
"""A field that no schema declares."""
METHODS = (
    *("get", "put", "post", "delete", "options", "head", "patch", "trace"),
    "query",
)
EVENTS = "text/event-stream"
LINES = (
    "application/jsonl", "application/x-ndjson", "application/ndjson",
    "application/x-jsonlines", "application/jsonlines", "application/json-lines",
    "application/json-seq", "application/stream+json", "application/x-jsonl",
)  # fmt: skip
"""JSON texts one after another."""


class Absent:
    """The type of ``ABSENT``: no value at all, which is not ``null``."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Absent()


def mapping(node: Json, key: str) -> dict[str, Json]:
    """The object under a key; empty if there is none."""
    value = node.get(key) if isinstance(node, dict) else None
    return value if isinstance(value, dict) else {}


def items(node: Json, key: str) -> list[Json]:
    """The list under a key; empty if there is none."""
    value = node.get(key) if isinstance(node, dict) else None
    return value if isinstance(value, list) else []


def text(node: Json, key: str) -> str:
    """The string under a key; empty if there is none."""
    value = node.get(key) if isinstance(node, dict) else None
    return value if isinstance(value, str) else ""


def essence(media_type: str) -> str:
    """A media type without its parameters, in lower case."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether a body of this type is JSON (RFC 6839 for ``+json``)."""
    name = essence(media_type)
    if name in LINES:
        return False
    return name in ("application/json", "text/json", "*/*") or name.endswith("+json")


def resolved(root: Mapping[str, Json], node: Json) -> Json:
    """The node behind internal references; ``None`` if there is none."""
    for _ in range(32):
        reference = node.get("$ref") if isinstance(node, dict) else None
        if not isinstance(reference, str):
            return node
        node = dict(root)
        for token in reference.removeprefix("#").split("/")[1:]:
            key = unquote(token).replace("~1", "/").replace("~0", "~")
            if isinstance(node, dict):
                node = node.get(key)
            elif isinstance(node, list) and key.isdecimal() and int(key) < len(node):
                node = node[int(key)]
            else:
                return None
    return None


@dataclass(frozen=True, slots=True)
class Reply:
    """One documented response: its status as documented, and its example."""

    status: str
    media_type: str = ""
    example: Json | Absent = ABSENT
    schema: Json = True
    events: tuple[tuple[str, Json], ...] | None = None
    """Examples of the events, if the response is a stream of them."""
    event_schemas: tuple[tuple[str, Json], ...] = ()
    others: tuple[Reply, ...] = ()
    """What it is in other media types."""

    def asked(self, accept: str) -> Reply:
        """What it is if these media types are asked for (RFC 9110, 12.5.1)."""
        names = [name.strip() for name in accept.split(",")]
        known = {each.media_type: each for each in reversed((self, *self.others))}
        return next((known[name] for name in names if name in known), self)

    @property
    def code(self) -> int:
        """A status that stands for this one: ``4XX`` is 400, ``default`` is 500."""
        if self.status.isdecimal():
            return int(self.status)
        return int(self.status[0]) * 100 if self.status[:1].isdecimal() else 500


@dataclass(frozen=True, slots=True)
class Shape:
    """What a successful response is with certain values of query parameters."""

    when: dict[str, Json]
    example: Json | Absent
    schema: Json


@dataclass(frozen=True, slots=True)
class Pages:
    """How a list comes in pages (``x-sdk-pages``); wire names, empty if there is none."""

    style: str
    position: str
    size: str
    first: int
    """The number of the first page, where pages are numbered."""
    items: str
    total: str
    cursor: str


@dataclass(frozen=True, slots=True)
class Route:
    """An operation: where it is found, what it demands and what it answers."""

    id: str
    """Its ``operationId`` if no other has it, else method and path."""
    method: str
    path: str
    operation: dict[str, Json]
    parameters: tuple[dict[str, Json], ...]
    """Resolved, those that the path has no place for left out; what the operation says
    wins over what its path says."""
    replies: tuple[Reply, ...]
    shapes: tuple[Shape, ...]
    pages: Pages | None
    security: tuple[tuple[str, ...], ...]
    fixed: tuple[tuple[str, str], ...]
    """The query that is part of the path, as ``/jobs?cmd=stop`` has one."""
    pattern: tuple[re.Pattern[str], ...] = field(repr=False)
    rank: tuple[int, ...] = field(repr=False)
    """Literal segments come before those that have a variable, from the left."""

    def reply(self, status: int) -> Reply | None:
        """What the document says about a status: by itself, by range, by default."""
        for wanted in (str(status), f"{status // 100}XX", "default"):
            for reply in self.replies:
                if reply.status.upper() == wanted.upper():
                    return reply
        return None

    @property
    def successes(self) -> tuple[Reply, ...]:
        """The documented successful responses, the plainest first."""
        found = [reply for reply in self.replies if reply.code // 100 == 2]
        if not found:
            # Where only ``default`` is documented, it is what succeeds.
            found = [
                replace(reply, status="200")
                for reply in self.replies
                if reply.status == "default"
            ]
        return tuple(sorted(found, key=lambda reply: reply.code))

    @property
    def errors(self) -> tuple[Reply, ...]:
        """The documented responses that are errors."""
        return tuple(reply for reply in self.replies if reply.code >= 400)

    def shaped(self, reply: Reply, query: Pairs) -> Shape:
        """A response to this query: parameters may change its shape (``x-sdk-shape``).

        Of the shapes whose values were sent, the one that names most of them counts.
        """
        sent = dict(query)
        best = Shape({}, reply.example, reply.schema)
        if reply in self.successes[:1]:
            for shape in self.shapes:
                met = all(sent.get(key) == as_text(v) for key, v in shape.when.items())
                known = not isinstance(shape.example, Absent)
                if met and known and len(shape.when) > len(best.when):
                    best = shape
        return replace(best, example=copy.deepcopy(best.example))


def as_text(value: Json) -> str:
    """A scalar as it stands in a query."""
    return value if isinstance(value, str) else json.dumps(value)


class ApiDocument:
    """The operations of a document, found by identifier or by request."""

    def __init__(self, root: Mapping[str, Json]) -> None:
        self.root = dict(root)
        self.title = text(mapping(self.root, "info"), "title") or "API"
        self.schemes = {
            name: resolved(self.root, scheme)
            for name, scheme in mapping(
                mapping(self.root, "components"), "securitySchemes"
            ).items()
        }
        self._bases = sorted(
            {base for base in self._base_paths() if base}, key=len, reverse=True
        )
        self.routes = tuple(
            sorted(_told_apart(self._routes()), key=lambda route: route.rank)
        )
        self._by_id = {route.id: route for route in self.routes}

    def __getitem__(self, operation_id: str) -> Route:
        return self._by_id[operation_id]

    def find(self, path: str, query: Pairs = ()) -> list[Route]:
        """The operations at a path as it came (percent-encoded), the best match first.

        The path of a server's URL may stand before it.
        """
        sent = dict(query)
        found: list[Route] = []
        for base in (*self._bases, ""):
            if base and path != base and not path.startswith(f"{base}/"):
                continue
            segments = [unquote(each) for each in path[len(base) :].split("/")]
            for route in self.routes:
                fits = _matches(route, segments) and _has(sent, route.fixed)
                if fits and route not in found:
                    found.append(route)
        return found

    def _base_paths(self) -> Iterator[str]:
        for server in items(self.root, "servers"):
            url = re.sub(r"\{([^{}]*)\}", "-", text(server, "url"))
            try:
                yield urlsplit(url).path.rstrip("/")
            except ValueError:
                continue

    def _routes(self) -> Iterator[Route]:
        for path, entry in mapping(self.root, "paths").items():
            item = resolved(self.root, entry)
            others = mapping(item, "additionalOperations")
            node = item if isinstance(item, dict) else {}
            known = [(method.upper(), node.get(method)) for method in METHODS]
            for method, operation in (*known, *others.items()):
                if isinstance(operation, dict):
                    yield self._route(path, method, item, operation)

    def _route(
        self, path: str, method: str, item: Json, operation: dict[str, Json]
    ) -> Route:
        parameters: dict[tuple[str, str], dict[str, Json]] = {}
        for entry in (*items(item, "parameters"), *items(operation, "parameters")):
            node = resolved(self.root, entry)
            if not isinstance(node, dict):
                continue
            for each in self._fields(node):
                where, name = text(each, "in"), text(each, "name")
                if _is_sendable(where, name, path, text(each, "style")):
                    parameters[where, name] = each
        security = operation.get("security", self.root.get("security"))
        demands = security if isinstance(security, list) else []
        plain, fixed = split(path)
        segments = plain.split("/")
        return Route(
            id=text(operation, "operationId"),
            method=method,
            path=path,
            operation=operation,
            parameters=tuple(parameters.values()),
            replies=tuple(self._replies(operation)),
            shapes=tuple(
                Shape(
                    mapping(row, "when"),
                    row.get("example", ABSENT),
                    row.get("response", True),
                )
                for row in items(operation, "x-sdk-shape")
                if isinstance(row, dict)
            ),
            pages=_pages(mapping(operation, "x-sdk-pages"), parameters),
            security=tuple(
                tuple(self._presented(each))
                for each in demands
                if isinstance(each, dict)
            ),
            fixed=fixed,
            pattern=tuple(_segment_pattern(segment) for segment in segments),
            rank=(*(_segment_rank(segment) for segment in segments), -len(fixed)),
        )

    def _fields(self, parameter: dict[str, Json]) -> Iterator[dict[str, Json]]:
        """A parameter; one that is a whole query string, as a form, is its fields."""
        if text(parameter, "in") != "querystring":
            yield parameter
            return
        media = mapping(
            mapping(parameter, "content"), "application/x-www-form-urlencoded"
        )
        schema = resolved(self.root, media.get("schema"))
        examples = mapping(media, "example")
        for name, each in mapping(schema, "properties").items():
            field: dict[str, Json] = {"name": name, "in": "query", "schema": each}
            field["required"] = name in items(schema, "required")
            if name in examples:
                field["example"] = examples[name]
            yield field

    def _presented(self, demand: dict[str, Json]) -> Iterator[str]:
        """The schemes of a demand that a request presents: a connection does one."""
        for stated in demand:
            name = stated.removeprefix("#/components/securitySchemes/")  # since 3.2
            schemes = mapping(mapping(self.root, "components"), "securitySchemes")
            if text(resolved(self.root, schemes.get(name)), "type") != "mutualTLS":
                yield name

    def _replies(self, operation: dict[str, Json]) -> Iterator[Reply]:
        for status, entry in mapping(operation, "responses").items():
            if status.startswith("x-"):
                continue
            content = mapping(resolved(self.root, entry), "content")
            if status in ("204", "205", "304"):
                content = {}  # whatever is documented, HTTP allows none there
            if not content:
                yield Reply(status)
                continue
            media = {name: _media(status, name, each) for name, each in content.items()}
            plain = [name for name, each in media.items() if each.events is None]
            in_json = sorted(filter(is_json, plain), key="application/json".__ne__)
            main = media.pop([*in_json, *plain, *sorted(content, key=_rank)][0])
            yield replace(main, others=tuple(media.values()))

    def error(self, route: Route | None, status: int, message: str) -> Json:
        """The body of an error in the shape that the API documents, as far as it does."""
        name = HTTPStatus(status).phrase.replace(" ", "")
        documented = route.reply(status) if route is not None else None
        candidates = [documented] if documented is not None else []
        for other in (route,) if route is not None else self.routes:
            candidates += [reply for reply in other.errors if reply.code < 500]
        for reply in candidates:
            if isinstance(reply.example, dict) and "message" in reply.example:
                body = copy.deepcopy(reply.example)
                body["message"] = message
                if reply is not documented and isinstance(body.get("type"), str):
                    body["type"] = name
                return body
        return {"type": name, "message": message}


def _is_stream(media_type: str) -> bool:
    return essence(media_type) in (EVENTS, *LINES)


def _rank(media_type: str) -> tuple[bool, str]:
    return essence(media_type) != EVENTS, media_type


def _media(status: str, name: str, media: Json) -> Reply:
    """A response in one media type."""
    if status[:1] in ("2", "d") and _is_stream(name):
        return _stream(status, name, media)
    example = media.get("example", ABSENT) if isinstance(media, dict) else ABSENT
    schema = media.get("schema", True) if isinstance(media, dict) else True
    return Reply(status, "application/json" if name == "*/*" else name, example, schema)


def _told_apart(routes: Iterable[Route]) -> Iterator[Route]:
    found = list(routes)
    count = Counter(route.id for route in found)
    for route in found:
        unique = route.id != "" and count[route.id] == 1
        known = route.method.lower() in METHODS
        spelled = f"{route.method.lower() if known else route.method} {route.path}"
        yield route if unique else replace(route, id=spelled)


def _is_sendable(where: str, name: str, path: str, style: str) -> bool:
    """Whether there is a place for a parameter: clients leave out what has none."""
    match where:
        case "path":
            return f"{{{name}}}" in path
        case "query":
            return name not in ("", *dict(split(path)[1]))  # else the path says it
        case "cookie" if style != "cookie":
            return name != ""
        case "header" | "cookie":
            return re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name) is not None
        case _:
            return False


def _stream(status: str, media_type: str, media: Json) -> Reply:
    """A stream: of named events, or of one kind, which then are messages."""
    events = mapping(media, "x-sdk-examples")
    schemas = mapping(media, "x-sdk-events")
    if not schemas and isinstance(media, dict) and "example" in media:
        events = {"message": media["example"]}
    return Reply(
        status,
        media_type,
        events=tuple(events.items()),
        event_schemas=tuple(schemas.items()),
    )


def _segment_pattern(segment: str) -> re.Pattern[str]:
    parts = re.split(r"(\{[^{}]*\})", segment)
    rule = "".join(
        "(.+)" if part.startswith("{") and part.endswith("}") else re.escape(part)
        for part in parts
    )
    return re.compile(rule, re.DOTALL)


def _segment_rank(segment: str) -> int:
    variables = re.findall(r"\{[^{}]*\}", segment)
    if not variables:
        return 0
    return 2 if variables == [segment] else 1


def split(path: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A path of the document and the query in it; a fragment is never sent."""
    plain, _, query = path.partition("#")[0].partition("?")
    return plain, tuple(parse_qsl(query, keep_blank_values=True))


def _has(sent: Mapping[str, str], fixed: Pairs) -> bool:
    return all(
        sent.get(name) == value or (name in sent and "{" in value)
        for name, value in fixed
    )


def _matches(route: Route, segments: list[str]) -> bool:
    return len(segments) == len(route.pattern) and all(
        pattern.fullmatch(segment)
        for pattern, segment in zip(route.pattern, segments, strict=True)
    )


def _pages(
    node: dict[str, Json], parameters: Mapping[tuple[str, str], dict[str, Json]]
) -> Pages | None:
    style = text(node, "style")
    if style not in ("page", "offset", "cursor"):
        return None
    request, response = mapping(node, "request"), mapping(node, "response")
    position = text(request, style)
    schema = mapping(parameters.get(("query", position)), "schema")
    lowest = schema.get("default", schema.get("minimum"))
    first = lowest if isinstance(lowest, int) and style == "page" else 0
    return Pages(
        style=style,
        position=position,
        size=text(request, "size"),
        first=int(first),
        items=text(response, "items"),
        total=text(response, "total"),
        cursor=text(response, "cursor"),
    )


def at(node: Json, name: str) -> tuple[dict[str, Json], str] | None:
    """The object that holds a wire name, which may be a path with dots, and its key."""
    while isinstance(node, dict):
        if name in node:
            return node, name
        head, dot, name = name.partition(".")
        if not dot:
            return None
        node = node.get(head)
    return None


def listed(pages: Pages, body: Json) -> list[Json]:
    """The items of a page."""
    held = at(body, pages.items)
    found = held[0][held[1]] if held is not None else None
    return found if isinstance(found, list) else []


def page_size(pages: Pages, example: Json, query: Pairs) -> int:
    """Items of a page: what the query asks for, else what the example has."""
    asked = _number(dict(query).get(pages.size, ""))
    return min(max(asked or len(listed(pages, example)), 1), 1000)


def page(
    pages: Pages,
    example: Json,
    query: Pairs,
    *,
    length: int,
    apart: bool = False,
) -> Json:
    """One page of a list of ``length`` items: those of the example, again and again.

    The page that the query asks for decides which of them are answered; totals, and
    what repeats the query, are made to agree. ``apart`` tells the items apart.
    """
    body = copy.deepcopy(example)
    shown = listed(pages, body)
    held = at(body, pages.items)
    if held is None or not shown:
        return body
    sent = dict(query)
    size = page_size(pages, example, query)
    asked = _number(sent.get(pages.position, ""))
    start = 0
    if asked is not None and pages.style == "page":
        start = (asked - pages.first) * size
    elif asked is not None:
        start = asked
    elif pages.position in sent:
        start = length  # a cursor that this server did not give
    start = max(start, 0)
    stop = min(start + size, length)
    part = [copy.deepcopy(shown[n % len(shown)]) for n in range(start, stop)]
    if apart:
        part = [numbered(item, number) for number, item in enumerate(part, start)]
    held[0][held[1]] = part
    _put(body, pages.total, length)
    _put(body, "count", len(part))
    if asked is not None:
        _put(body, pages.position, asked)
    _put(body, pages.size, size)
    _next_cursor(pages, body, stop if stop < length else None)
    return body


def numbered(item: Json, number: int) -> Json:
    """An item told apart by a field that the document does not know, and by its ``id``.

    Whoever goes through pages takes one whose items all have ids that came before for
    a page that came before.
    """
    if not isinstance(item, dict):
        return item
    made: dict[str, Json] = {**item, UNKNOWN: number}
    name = item.get("id")
    if isinstance(name, str):  # as long as it was: most are of a fixed length
        made["id"] = f"{name[:-4]}{number:04}"
    elif isinstance(name, int) and not isinstance(name, bool):
        made["id"] = name + number
    return made


def _number(sent: str) -> int | None:
    return int(sent) if re.fullmatch(r"-?\d{1,9}", sent) else None


def _put(body: Json, name: str, value: int) -> None:
    """Set a number where the example has one already."""
    held = at(body, name) if name else None
    if held is not None and isinstance(held[0][held[1]], int):
        held[0][held[1]] = value


def _next_cursor(pages: Pages, body: Json, start: int | None) -> None:
    held = at(body, pages.cursor) if pages.cursor else None
    if held is None:
        return
    holder, key = held
    if start is None:
        del holder[key]
    else:
        holder[key] = start if isinstance(holder[key], int) else str(start)
