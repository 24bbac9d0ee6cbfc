"""Reads values back from how they travel: parameters by their style, parts of a form.

What travels as text has lost its type; ``typed`` gives each text the type that the
schema has for it, if the text is exactly how that type is written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from email.message import Message
from email.parser import BytesParser
from typing import Protocol, cast
from urllib.parse import parse_qsl, quote, unquote

from api_document import (
    ABSENT,
    Absent,
    Json,
    Route,
    essence,
    is_json,
    items,
    mapping,
    resolved,
    split,
    text,
)

_STYLES = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}
_EXPLODING = ("form", "cookie")
"""Styles that explode where nothing says otherwise (OpenAPI 3.2, Parameter Object)."""
_SEPARATORS = {"spaceDelimited": " ", "pipeDelimited": "|"}
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_INTEGER = re.compile(r"-?(0|[1-9]\d*)")


class RawRequest(Protocol):
    """A request as it reached the server."""

    @property
    def method(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def headers(self) -> tuple[tuple[str, str], ...]: ...
    @property
    def body(self) -> bytes: ...
    @property
    def query(self) -> str: ...
    @property
    def pairs(self) -> list[tuple[str, str]]: ...
    @property
    def operation_id(self) -> str: ...
    def header(self, name: str) -> str | None: ...


class UnreadableError(ValueError):
    """A value is not written as its style has it."""


def cookies(request: RawRequest, style: str = "form") -> list[tuple[str, str]]:
    """The cookies, by a style: ``form`` percent-encodes them (RFC 6570, 3.2.8)."""
    read = str if style == "cookie" else unquote
    found: list[tuple[str, str]] = []
    for each in (request.header("Cookie") or "").split(";"):
        name, sign, value = each.strip().partition("=")
        if sign:
            found.append((read(name), read(value)))
    return found


def style_of(parameter: Mapping[str, Json]) -> tuple[str, bool]:
    """Style and explode, the defaults of OpenAPI where they are not given."""
    ours = parameter.get("x-sdk-style")
    if isinstance(ours, str):
        return ours, ours == "brackets"
    given = parameter.get("style")
    style = given if isinstance(given, str) else _STYLES[str(parameter.get("in"))]
    explode = parameter.get("explode")
    return style, explode if isinstance(explode, bool) else style in _EXPLODING


def variables(request: RawRequest, route: Route) -> dict[str, str]:
    """The values of the variables of a path, still encoded; empty if it differs.

    Of ``{prefix}{name}`` nothing tells where the one ends: examples are looked for first.
    """
    template, fixed = split(route.path)
    known = {
        text(each, "name"): each.get("example")
        for each in route.parameters
        if each.get("in") == "path"
    }
    sent = dict(request.pairs) if fixed else {}
    found = _variables(request.path, template, known)
    for name, value in fixed:
        found |= _variables(quote(sent.get(name, ""), ""), value, known)
    return found


def _variables(path: str, template: str, known: Mapping[str, Json]) -> dict[str, str]:
    parts = re.split(r"\{([^{}]*)\}", template)
    # As it is written comes first: what is encoded may be a part of a value.
    for literal in (re.escape, _as_sent):
        rule = "".join(
            (
                f"(?P<v{index}>{_first(known.get(part))}[^/]+)"
                if index % 2
                else literal(part)
            )
            for index, part in enumerate(parts)
        )
        match = re.search(f"{rule}$", path)
        if match is not None:
            return {name: match[f"v{2 * n + 1}"] for n, name in enumerate(parts[1::2])}
    return {}


def _first(value: Json) -> str:
    return (
        f"{re.escape(quote(str(value), ''))}|" if isinstance(value, str | int) else ""
    )


def _as_sent(part: str) -> str:
    """A pattern for the literal part of a path, whatever of it is percent-encoded."""
    return "".join(
        re.escape(char) if char.isalnum() and char.isascii()
        else f"(?:{re.escape(char)}|{re.escape(quote(char, safe=''))})"
        for char in part
    )  # fmt: skip


class Reader:
    """Reads the values of one document."""

    def __init__(self, root: Mapping[str, Json]) -> None:
        self._root = root

    def parameter(
        self,
        parameter: Mapping[str, Json],
        schema: Json,
        request: RawRequest,
        route: Route,
    ) -> Json | Absent:
        """The value of a parameter, typed as the schema has it; ``ABSENT`` if not sent.

        An exploded object takes its properties, and if it is open all names that no
        other parameter of the route has.

        Raises:
            UnreadableError: It is not written in the parameter's style.
        """
        name, where = text(dict(parameter), "name"), parameter.get("in")
        style, explode = style_of(parameter)
        sent: list[tuple[str, str]]
        if style == "whole":
            return unquote(request.query) if request.query else ABSENT
        if where == "path":
            value = variables(request, route).get(name)
            sent = [] if value is None else [(name, value)]
        elif where == "header":
            value = request.header(name)
            sent = [] if value is None else [(name, value)]
        else:
            sent = request.pairs if where == "query" else cookies(request, style)
        raw: Json | Absent
        if self.is_exploded(parameter):
            names = self.properties(schema)
            others = self._others(name, where, route)
            held: dict[str, Json] = {
                key: value
                for key, value in sent
                if key in names
                or (self.is_open(schema) and not {key, key.partition("[")[0]} & others)
            }
            raw = held or ABSENT
        else:
            raw = self._styled(name, sent, style, explode, schema)
            if where == "path" and not isinstance(raw, Absent):
                raw = _decoded(raw)
        return raw if isinstance(raw, Absent) else self.typed(schema, raw)

    def _others(self, name: str, where: Json, route: Route) -> set[str]:
        """The names under which the other parameters of a place travel."""
        found: set[str] = set()
        for each in route.parameters:
            if text(each, "name") != name and each.get("in") == where:
                found.add(text(each, "name"))
                if self.is_exploded(each):
                    found |= set(self.properties(each.get("schema", True)))
        return found

    def _styled(
        self,
        name: str,
        sent: list[tuple[str, str]],
        style: str,
        explode: bool,
        schema: Json,
    ) -> Json | Absent:
        found: list[str] = [value for key, value in sent if key == name]
        if style == "deepObject" and found and self._is(schema, "array"):
            return list(found)  # lists are none of its business: they are repeated
        if style in ("brackets", "deepObject"):
            return nested(name, sent)
        return self._delimited(name, found, style, explode, schema)

    def _delimited(
        self, name: str, found: list[str], style: str, explode: bool, schema: Json
    ) -> Json | Absent:
        if not found:
            return ABSENT
        array, mapped = self._is(schema, "array"), self._is(schema, "object")
        if style in _EXPLODING and explode and array:
            return list(found)
        if len(found) > 1:
            raise UnreadableError(f"{name} is there {len(found)} times")
        value = found[0]
        separator = _SEPARATORS.get(style, ",")
        if style in ("label", "matrix"):
            mark = "." if style == "label" else f";{name}="
            if explode and mapped:
                mark = mark[0]  # each property has its own name
            if not value.startswith(mark):
                raise UnreadableError(f"{name} does not begin with {mark!r}")
            value = value.removeprefix(mark)
            separator = mark if explode else separator
        if array:
            return list(value.split(separator))
        single = self.types(schema) - {"array", "object", "null"}
        if single and ("=" if explode else separator) not in value:
            return value
        if not mapped:
            return value
        parts = value.split(separator)
        if explode:
            return dict(_pair(part, name) for part in parts)
        if len(parts) % 2:
            raise UnreadableError(f"{name} has a key without a value")
        return dict(zip(parts[::2], parts[1::2], strict=True))

    # ----------------------------------------------------------------------- forms

    def urlencoded(self, schema: Json, media: Json, request: RawRequest) -> Json:
        """The fields of an urlencoded form, those that no property names as text.

        A field whose ``encoding`` has no style is an object as JSON, or a list of such
        fields of one name (OpenAPI 3.1, Encoding Object).

        Raises:
            UnreadableError: A field is not written in its style.
        """
        sent = parse_qsl(request.body.decode("latin-1"), keep_blank_values=True)
        known = self.properties(schema)
        styled = {name: self.field(name, inner, media) for name, inner in known.items()}
        exploded = {name for name, each in styled.items() if self.is_exploded(each)}
        named = known.keys() - exploded
        for name in exploded:
            named |= self.properties(known[name]).keys()
        fields: dict[str, Json] = {}
        read: set[str] = set()
        for name, inner in known.items():
            field = styled[name]
            style, explode = style_of(field)
            if name in exploded:
                names = self.properties(inner).keys()
                free = self.is_open(inner)
                held: dict[str, Json] = {
                    key: value
                    for key, value in sent
                    if key in names or (free and key.partition("[")[0] not in named)
                }
                raw: Json | Absent = held or ABSENT
                read |= set(held)
            else:
                plain: Json = {} if "content" in field else inner
                raw = self._styled(name, sent, style, explode, plain)
                read |= {key for key, _ in sent if key.partition("[")[0] == name}
            if not isinstance(raw, Absent):
                fields[name] = self.typed(inner, raw)
        others = self._free(schema)
        fields |= {k: self.typed(others, value) for k, value in sent if k not in read}
        return fields

    def unseen(self, schema: Json, media: Json) -> set[str]:
        """The fields of a form that are structures, not JSON: XML is not looked into."""
        encodings = mapping(media, "encoding")
        found: set[str] = set()
        for name, inner in self.properties(schema).items():
            declared = text(mapping(encodings, name), "contentType")
            kinds = self.types(inner) | self.types(self.item(inner))
            if declared and not is_json(declared) and "object" in kinds:
                found.add(name)
        return found

    def field(self, name: str, schema: Json, media: Json) -> dict[str, Json]:
        """The parameter of a query that a field of an urlencoded form is read as."""
        encoding = mapping(mapping(media, "encoding"), name)
        field: dict[str, Json] = {"name": name, "in": "query", "schema": schema}
        if encoding.keys() & {"style", "explode", "x-sdk-style"}:
            return field | encoding
        return field | {"content": {}} if self._is(schema, "object") else field

    def multipart(self, schema: Json, media: Json, request: RawRequest) -> Json:
        """The fields of a multipart form; a file is the text ``file``.

        Raises:
            UnreadableError: The body is not written as RFC 7578 has it.
        """
        content_type = request.header("Content-Type") or ""
        head = f"Content-Type: {content_type}\r\n\r\n".encode()
        whole: Message = BytesParser().parsebytes(head + request.body)
        boundary = whole.get_boundary()
        if boundary and request.body.strip() in (b"", f"--{boundary}--".encode()):
            return {}  # a form whose fields are all optional
        if not whole.is_multipart():
            raise UnreadableError("the form cannot be taken apart: no boundary fits")
        parts = cast("list[Message]", whole.get_payload())
        fields: dict[str, Json] = {}
        encodings = mapping(media, "encoding")
        known = self.properties(schema)
        for part in parts:
            name = part.get_param("name", header="Content-Disposition")
            if not isinstance(name, str):
                raise UnreadableError("a part of the form has no name")
            inner = known.get(name, True)
            repeated = self._is(inner, "array")
            item = self.item(inner) if repeated else inner
            encoding = mapping(encodings, name)
            declared = text(encoding, "contentType")
            if repeated and encoding.get("explode") is False:
                mark = _SEPARATORS.get(text(encoding, "style"), ",")
                whole_list = self._part(name, part, {"type": "string"}, "")
                found: list[Json] = [*str(whole_list).split(mark)]
                fields[name] = self.typed(inner, found)
                continue
            value = self._part(name, part, item, declared)
            before = fields.get(name)
            if repeated and not (isinstance(value, list) and before is None):
                fields[name] = [*(before if isinstance(before, list) else []), value]
            elif name in fields:
                raise UnreadableError(f"the field {name} is there twice")
            else:
                fields[name] = value
        return fields

    def _part(self, name: str, part: Message, schema: Json, declared: str) -> Json:
        body = part.get_payload(decode=True)
        data = body if isinstance(body, bytes) else b""
        sent = part.get_content_type() if part["Content-Type"] else ""
        allowed = [essence(each) for each in declared.split(",")] if declared else []
        if sent and allowed and not any(_covers(rule, sent) for rule in allowed):
            raise UnreadableError(f"the field {name} is {sent}, not {declared}")
        if part.get_filename() is not None:
            return "file"
        if self._is(schema, "object") and declared and not is_json(declared):
            return {}  # XML and its like are not looked into
        try:
            shown = data.decode()
            if is_json(sent or declared or "text/plain") or self._is(schema, "object"):
                decoded: Json = json.loads(shown)
                return decoded
        except ValueError:
            raise UnreadableError(f"the field {name} cannot be read") from None
        return self.typed(schema, shown)

    # ----------------------------------------------------------------------- types

    def typed(self, schema: Json, raw: Json) -> Json:
        """The texts of a value, each of the type that the schema has for it."""
        if isinstance(raw, dict):
            known = self.properties(schema)
            return {
                key: self.typed(known.get(key, self._free(schema)), value)
                for key, value in raw.items()
            }
        if isinstance(raw, list):
            return [self.typed(self.item(schema), value) for value in raw]
        if not isinstance(raw, str):
            return raw
        types = self.types(schema)
        # OpenAPI does not say how styles nest: the client writes what is inside as JSON.
        if raw[:1] in ("{", "[") and types & {"array", "object"}:
            return _json(raw)
        return _scalar(raw, types)

    def types(self, schema: Json) -> set[str]:
        """Every type that a schema allows somewhere; empty if it does not say."""
        found: set[str] = set()
        for part in self.parts(schema):
            kind = part.get("type")
            if isinstance(kind, str):
                found.add(kind)
            found.update(str(each) for each in items(part, "type"))
            for value in (*items(part, "enum"), *_const(part)):
                found.add(_type_of(value))
        return found

    def is_open(self, schema: Json) -> bool:
        """Whether an object may have properties that its schema does not name."""
        said = [part.get("additionalProperties") for part in self.parts(schema)]
        if any(each is False for each in said):
            return False
        return not self.properties(schema) or any(each is not None for each in said)

    def is_exploded(self, parameter: Mapping[str, Json]) -> bool:
        """Whether a parameter is an object whose properties travel by themselves."""
        schema = parameter.get("schema", True)
        style, explode = style_of(parameter)
        styled = style in _EXPLODING and explode and "content" not in parameter
        return styled and self.types(schema) - {"null"} == {"object"}

    def _is(self, schema: Json, kind: str) -> bool:
        return kind in self.types(schema)

    def properties(self, schema: Json) -> dict[str, Json]:
        """The properties that a schema declares, whichever of its options does."""
        found: dict[str, Json] = {}
        for part in self.parts(schema):
            found.update(mapping(part, "properties"))
        return found

    def item(self, schema: Json) -> Json:
        found = [part["items"] for part in self.parts(schema) if "items" in part]
        return {"anyOf": found} if found else True

    def _free(self, schema: Json) -> Json:
        keyword = "additionalProperties"
        found = [part[keyword] for part in self.parts(schema) if keyword in part]
        return {"anyOf": found} if found else True

    def parts(self, schema: Json) -> Iterator[dict[str, Json]]:
        """The schema and all that it refers to or is made of, options included."""
        stack = [schema]
        seen: set[int] = set()
        while stack:
            node = resolved(self._root, stack.pop())
            if not isinstance(node, dict) or id(node) in seen:
                continue
            seen.add(id(node))
            yield node
            for keyword in ("allOf", "oneOf", "anyOf"):
                stack.extend(items(node, keyword))


def nested(name: str, pairs: Iterable[tuple[str, str]]) -> Json | Absent:
    """What ``name[a][0]=x&name[a][1]=y`` stands for: objects and lists, by brackets.

    A value that has no parts has no brackets: ``name=x``.

    Raises:
        UnreadableError: The brackets contradict each other.
    """
    pairs = list(pairs)
    plain = [value for key, value in pairs if key == name]
    if plain:
        if len(plain) > 1 or any(key.startswith(f"{name}[") for key, _ in pairs):
            raise UnreadableError(f"{name} is there twice")
        return plain[0]
    top: dict[str, Json] = {}
    for key, value in pairs:
        if not key.startswith(f"{name}["):
            continue
        rest = key.removeprefix(name)
        if re.fullmatch(r"(\[[^\[\]]*\])+", rest) is None:
            raise UnreadableError(f"{key} is not written in brackets")
        here = top
        steps = re.findall(r"\[([^\[\]]*)\]", rest)
        for step in steps[:-1]:
            inner = here.setdefault(step, {})
            if not isinstance(inner, dict):
                raise UnreadableError(f"{key} is inside of a value")
            here = inner
        if steps[-1] in here:
            raise UnreadableError(f"{key} is there twice")
        here[steps[-1]] = value
    return _listed(top) if top else ABSENT


def _listed(node: Json) -> Json:
    """Objects whose keys are 0, 1, 2 … are lists."""
    if not isinstance(node, dict):
        return node
    inner = {key: _listed(value) for key, value in node.items()}
    if list(inner) == [str(index) for index in range(len(inner))]:
        return list(inner.values())
    return inner


def _decoded(raw: Json) -> Json:
    if isinstance(raw, list):
        return [_decoded(each) for each in raw]
    if isinstance(raw, dict):
        return {unquote(key): _decoded(value) for key, value in raw.items()}
    return unquote(raw) if isinstance(raw, str) else raw


def _pair(part: str, name: str) -> tuple[str, str]:
    key, sign, value = part.partition("=")
    if not sign:
        raise UnreadableError(f"{name} has a key without a value")
    return key, value


def _json(raw: str) -> Json:
    try:
        decoded: Json = json.loads(raw)
    except ValueError:
        return raw
    return decoded


def _covers(rule: str, media_type: str) -> bool:
    return rule in ("*/*", media_type) or (
        rule.endswith("/*") and media_type.startswith(rule[:-1])
    )


def _const(part: dict[str, Json]) -> list[Json]:
    return [part["const"]] if "const" in part else []


def _type_of(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def _scalar(raw: str, types: set[str]) -> Json:
    if "boolean" in types and raw in ("true", "false"):
        return raw == "true"
    if types & {"integer", "number"} and _INTEGER.fullmatch(raw):
        return int(raw)
    if "number" in types and _NUMBER.fullmatch(raw):
        return float(raw)
    if "null" in types and raw in ("", "null") and "string" not in types:
        return None
    return raw
