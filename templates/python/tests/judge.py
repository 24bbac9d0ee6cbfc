"""An independent judge of requests: openapi-core, over the document of the API.

``Judge(document)(request)`` tells what is wrong with a recorded request; nothing is
good. What openapi-core cannot read, or would let pass, is in ``READ_HERE`` by name and
with the reason: it is taken out of the document that openapi-core gets, read back by
``wire_reader`` and validated with jsonschema. ``ADAPTED`` says what else is changed in
that document; none of it is a check of the request.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol, TypeAlias, cast
from urllib.parse import unquote

from api_document import (
    METHODS,
    Absent,
    ApiDocument,
    Json,
    Route,
    essence,
    is_json,
    mapping,
    resolved,
    split,
    text,
)
from jsonschema import Draft202012Validator, ValidationError
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict
from wire_reader import (
    RawRequest,
    Reader,
    UnreadableError,
    cookies,
    style_of,
    variables,
)

Parameter: TypeAlias = dict[str, Json]

_URLENCODED = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Kinds:
    """The types that a parameter may have, and its items if it is a list."""

    plain: bool
    """Whether its schema says one type, and says it itself."""
    own: frozenset[str]
    items: frozenset[str]


@dataclass(frozen=True, slots=True)
class Unread:
    """Parameters that openapi-core is not asked about, and why."""

    reason: str
    applies: Callable[[Parameter, Kinds], bool]


READ_HERE: dict[str, Unread] = {
    "nested brackets": Unread(
        "`a[0][b]=` is no style of OpenAPI; deepObject reads one level, and there only "
        "names of letters and digits",
        lambda parameter, kinds: style_of(parameter)[0] in ("brackets", "deepObject"),
    ),
    "delimited and path styles": Unread(
        "label, matrix and spaceDelimited are looked for under other names than the "
        "ones that they travel under",
        lambda parameter, kinds: style_of(parameter)[0] not in ("simple", "form"),
    ),
    "objects": Unread(
        "the properties of an exploded object are parameters of their own, but are "
        "looked for in one",
        lambda parameter, kinds: "object" in kinds.own | kinds.items,
    ),
    "booleans": Unread(
        "True, yes and 1 are taken for a boolean, which JSON and OpenAPI do not",
        lambda parameter, kinds: "boolean" in kinds.own | kinds.items,
    ),
    "unions": Unread(
        "a text is cast to the first option that takes it, and a list of types is not "
        "read at all; so neither are times that are a number or a text (x-sdk-time)",
        lambda parameter, kinds: not kinds.plain,
    ),
    "empty values": Unread(
        "allowEmptyValue is only warned about",
        lambda parameter, kinds: parameter.get("allowEmptyValue") is True,
    ),
}

ADAPTED: dict[str, str] = {
    "multipart forms": "numbers in parts stay text, and files are no strings: the form "
    "is taken apart here and validated with jsonschema",
    "urlencoded forms": "where one of their fields, were it a parameter, would be read "
    "here, the form is; one that is no object is any text",
    "forms of one kind": "that differ in parameters of their media type only: what one "
    "of them takes is good",
    "structures in forms": "that are XML or the like are not looked into",
    "raw bodies": "bytes are no string to a schema, and text is nothing else, whatever "
    "the schema says: it is left out",
    "oneOf": "read as anyOf, since whether options overlap is not the request's doing",
    "additionalProperties": "where it closes a schema beside allOf, oneOf, anyOf or $ref "
    "it is read as unevaluatedProperties: else nothing they allow would be valid",
    "readOnly": "what is readOnly is not required, since a request leaves it out",
    "deprecated, default": "left out: the one is only warned about, the other is "
    "validated in place of a value that was not sent",
    "discriminator": "left out: it repeats what the options say, and a name in its "
    "mapping is taken for a reference that has no target",
    "pattern": "left out where it is no pattern to Python, or has a loop in a loop, over "
    "which Python may take forever",
    "format": "time and idn-hostname are left out: valid ones are refused",
    "several schemes of one header": "left out of a demand: Authorization is sent once",
    "boolean schemas": "of bodies and parameters are read as `{}` and `not: {}`",
    "OAuth 2 and OpenID Connect": "their tokens are bearer tokens (RFC 6750)",
    "Accept, Authorization, Content-Type": "as parameters they mean nothing (OpenAPI "
    "3.1, Parameter Object)",
    "Content-Length, Transfer-Encoding": "left out as parameters: they tell how the "
    "body travels, and the server has read it by them",
    "one operation": "openapi-core gets the document of one operation at a time, which "
    "makes it quick: the mock server has found the operation",
}


class _Checker(Protocol):
    """A validator of jsonschema, as far as it is used here."""

    def iter_errors(self, instance: Json) -> Iterable[ValidationError]: ...


@dataclass(slots=True)
class _Asked:
    """A request as openapi-core wants to see it."""

    host_url: str
    path: str
    path_pattern: str
    method: str
    parameters: RequestParameters
    body: bytes | None
    content_type: str


class Judge:
    """Judges the requests to the operations of one document."""

    def __init__(self, document: Mapping[str, Json]) -> None:
        self._api = ApiDocument(document)
        self._reader = Reader(self._api.root)
        components = mapping(self._api.root, "components")
        adapted = {
            key: self._adapted(value, names=True) for key, value in components.items()
        }
        self._components: dict[str, Json] = adapted
        self._paths: dict[str, Json] = {}
        if '"$ref": "#/paths/' in json.dumps(self._api.root):
            paths = mapping(self._api.root, "paths")
            self._paths = {key: self._adapted(value) for key, value in paths.items()}
        self._adapted_root: dict[str, Json] = {
            "components": self._components,
            "paths": self._paths,
        }
        self._apps: dict[str, OpenAPI] = {}
        self._validators: dict[int, tuple[Json, _Checker]] = {}

    def __call__(self, request: RawRequest) -> list[str]:
        """What is wrong with a request, in words; empty if it is valid."""
        found = self._api.find(request.path, request.pairs)
        fitting = [each for each in found if each.method == request.method]
        # One URL may mean several operations: the server has decided which.
        meant = [each for each in fitting if each.id == request.operation_id]
        route = next(iter((*meant, *fitting)), None)
        if route is None:
            return [f"no operation takes {request.method} {request.path}"]
        findings = [*self._undeclared(route, request), *self._read_here(route, request)]
        findings += self._asked(route, request)
        return findings

    def unjudged(self, route: Route) -> list[str]:
        """What no request to an operation is judged by, and why; mostly nothing.

        Where the document was completed with examples and there is none of something
        that is required, or of a body, no value is valid: what is sent there proves
        nothing.
        """
        body = resolved(self._api.root, route.operation.get("requestBody"))
        found = [
            f"{each.get('in')} parameter {each.get('name')}"
            for each in route.parameters
            if each.get("required") is True and not _is_decided(each) and _empty(each)
        ]
        if isinstance(body, dict):
            media_types = mapping(body, "content").items()
            found += [
                f"the body, {name}" for name, media in media_types if _empty(media)
            ]
        unseen = [f"{each}: its schema allows no value" for each in found]
        foreign = [any(map(self._is_foreign, names)) for names in route.security]
        if foreign and all(foreign):
            unseen.append("credentials: their scheme is left to the caller")
        return unseen

    def _is_foreign(self, name: str) -> bool:
        """Whether a security scheme is one that nothing here knows how to present."""
        scheme = self._api.schemes.get(name)
        known = text(scheme, "scheme").lower() in ("basic", "bearer")
        return text(scheme, "type") == "http" and not known

    def _carried(self, names: tuple[str, ...]) -> list[str]:
        """The schemes of a demand, without those that want one header for themselves."""
        mine = [name for name in names if self._api.schemes.get(name)]
        alike = [n for n in mine if text(self._api.schemes[n], "type") != "apiKey"]
        return [name for name in names if len(alike) < 2 or name not in alike]

    def _adapted(self, node: Json, *, names: bool = False) -> Json:
        return _adapted(self._api.root, node, names=names)

    # --------------------------------------------------------------- openapi-core

    def _asked(self, route: Route, request: RawRequest) -> Iterator[str]:
        app = self._apps.get(route.id)
        if app is None:
            app = self._apps[route.id] = self._app(route)
        path = {
            name: unquote(value) for name, value in variables(request, route).items()
        }
        asked = _Asked(
            host_url="http://judge.invalid",
            path=split(route.path)[0],
            path_pattern=split(route.path)[0],
            method=_known_method(route),
            parameters=RequestParameters(
                query=ImmutableMultiDict(request.pairs),
                header=Headers(list(request.headers)),
                cookie=ImmutableMultiDict(cookies(request)),
                path=path,
            ),
            body=request.body or None,
            content_type=request.header("Content-Type") or "",
        )
        for error in app.iter_request_errors(asked):
            yield _said(error)

    def _app(self, route: Route) -> OpenAPI:
        """openapi-core for one operation, without what it cannot read."""
        operation: dict[str, Json] = {
            "operationId": route.id,
            "responses": {"default": {"description": ""}},
            "security": [
                dict.fromkeys(self._carried(names), cast(Json, []))
                for names in route.security
                if not any(map(self._is_foreign, names))
            ],
            "parameters": [
                self._adapted(each)
                for each in route.parameters
                if not (self._unread(each) or _is_decided(each) or _empty(each))
            ],
        }
        extra: dict[str, Any] = {}
        body = resolved(self._api.root, route.operation.get("requestBody"))
        if isinstance(body, dict):
            content: dict[str, Json] = {}
            for name, media in mapping(body, "content").items():
                if name == "*/*" and "contentMediaType" in mapping(media, "schema"):
                    content[name] = {}  # bytes of whatever they are
                    continue
                is_read = self._read(name, media, mapping(body, "content"))
                content[name] = self._adapted(media) if is_read else {}
                if is_json(name):
                    extra[name] = _decoded_json
            operation["requestBody"] = {
                # A form without fields is no bytes, which is not the same as no body.
                "required": body.get("required") is True
                and _URLENCODED not in map(essence, mapping(body, "content")),
                "content": content,
            }
        root: dict[str, Json] = {
            "openapi": "3.1.0",
            "info": {"title": "", "version": ""},
            "servers": [{"url": "http://judge.invalid"}],
            "paths": {
                **self._paths,
                split(route.path)[0]: {
                    **mapping(self._paths, split(route.path)[0]),
                    _known_method(route): operation,
                },
            },
            "components": self._components,
        }
        config = Config(
            spec_validator_cls=cast(Any, None), extra_media_type_deserializers=extra
        )
        return OpenAPI.from_dict(cast("Any", root), config=config)

    def _read(self, media_type: str, media: Json, content: Mapping[str, Json]) -> bool:
        """Whether openapi-core validates a body of this type."""
        name = essence(media_type)
        if _empty(media):
            return False
        schema = media.get("schema", True) if isinstance(media, dict) else True
        types = self._reader.types(schema)
        if name == "text/plain":
            return types == {"string"}
        if name == _URLENCODED:
            return "object" in (types or {"object"}) and not self._is_form(
                name, media, content
            )
        return is_json(name)

    def _unread_form(self, media: Json) -> bool:
        """Whether an urlencoded form has fields that would be unread as parameters."""
        schema = media.get("schema", True) if isinstance(media, dict) else True
        known = self._reader.properties(schema).items()
        fields = [self._reader.field(name, inner, media) for name, inner in known]
        for each in fields:
            each.pop("content", None)
        return any(map(self._unread, fields))

    # ------------------------------------------------------------------ read here

    def _unread(self, parameter: Parameter) -> bool:
        if style_of(parameter)[0] == "whole":
            return True
        if "content" in parameter:
            names = [essence(name) for name in mapping(parameter, "content")]
            return not any(is_json(name) or name == "text/plain" for name in names)
        schema = resolved(self._api.root, parameter.get("schema", True))
        inner = (
            resolved(self._api.root, schema.get("items"))
            if isinstance(schema, dict)
            else None
        )
        own = frozenset(self._reader.types(schema))
        plain = text(schema, "type") != "" and len(own) == 1
        if "array" in own:
            plain = plain and text(inner, "type") != ""
        kinds = Kinds(plain, own, frozenset(self._reader.types(inner)))
        return any(each.applies(parameter, kinds) for each in READ_HERE.values())

    def _read_here(self, route: Route, request: RawRequest) -> Iterator[str]:
        for parameter in route.parameters:
            if not self._unread(parameter) or _is_decided(parameter):
                continue
            if _empty(parameter):
                continue
            where = f"{parameter.get('in')} parameter {parameter.get('name')}"
            schema = parameter.get("schema", True)
            try:
                value = self._reader.parameter(parameter, schema, request, route)
            except UnreadableError as error:
                yield f"{where}: {error}"
                continue
            if isinstance(value, Absent):
                if parameter.get("required") is True:
                    yield f"{where} is missing"
                continue
            if value == "" and parameter.get("allowEmptyValue") is True:
                continue
            yield from (f"{where}: {each}" for each in self._invalid(schema, value))
        yield from self._forms(route, request)

    def _forms(self, route: Route, request: RawRequest) -> Iterator[str]:
        body = resolved(self._api.root, route.operation.get("requestBody"))
        if not isinstance(body, dict):
            if request.body:
                yield "there is a body, and the operation takes none"
            return
        sent = essence(request.header("Content-Type") or "")
        if body.get("required") is True and not sent:
            yield "there is no body"
        content = mapping(body, "content")
        # Those that differ in their parameters only cannot be told apart.
        alike = [each for name, each in content.items() if essence(name) == sent]
        found = [
            [*self._form(sent, media, request)]
            for media in alike
            if not _empty(media) and self._is_form(sent, media, content)
        ]
        if all(found):
            yield from chain(*found[:1])

    def _is_form(self, sent: str, media: Json, content: Mapping[str, Json]) -> bool:
        """Whether a body is a form that is read here."""
        if sent.startswith("multipart/"):
            return True
        alike = [name for name in content if essence(name) == sent]
        return sent == _URLENCODED and (len(alike) > 1 or self._unread_form(media))

    def _form(self, sent: str, media: Json, request: RawRequest) -> Iterator[str]:
        multipart = sent.startswith("multipart/")
        read = self._reader.multipart if multipart else self._reader.urlencoded
        schema = media.get("schema", True) if isinstance(media, dict) else True
        if not multipart and "object" not in (self._reader.types(schema) or {"object"}):
            return  # any text
        try:
            fields = read(schema, media, request)
        except UnreadableError as error:
            yield f"body: {error}"
            return
        known = self._reader.properties(schema)
        if isinstance(fields, dict) and known and not self._reader.is_open(schema):
            for unknown in sorted(set(fields) - set(known)):
                yield f"body: the form has no field {unknown}"
        unseen = self._reader.unseen(schema, media)
        yield from (f"body: {each}" for each in self._invalid(schema, fields, unseen))

    def _invalid(
        self, schema: Json, value: Json, unseen: Collection[str] = ()
    ) -> Iterator[str]:
        """What is wrong with a value, but for the properties that are not looked into."""
        known = self._validators.get(id(schema))
        if known is None:
            whole = {**self._adapted_root, "x": self._adapted(schema), "$ref": "#/x"}
            known = (schema, _checker(whole))
            self._validators[id(schema)] = known
        for error in known[1].iter_errors(value):
            if not error.absolute_path or error.absolute_path[0] not in unseen:
                yield f"{error.message} (at {error.json_path})"

    def _undeclared(self, route: Route, request: RawRequest) -> Iterator[str]:
        """Query parameters and cookies that nothing declares."""
        for where, sent in (("query", request.pairs), ("cookie", cookies(request))):
            names = {name for name, _ in route.fixed if where == "query"}
            roots: set[str] = set()
            free = False
            for parameter in route.parameters:
                if parameter.get("in") != where:
                    continue
                name, schema = text(parameter, "name"), parameter.get("schema", True)
                free = free or style_of(parameter)[0] == "whole"
                if style_of(parameter)[0] in ("brackets", "deepObject"):
                    roots.add(name)
                    names.add(name)  # a value without parts has no brackets
                elif self._reader.is_exploded(parameter):
                    names |= set(self._reader.properties(schema))
                    free = free or self._reader.is_open(schema)
                else:
                    names.add(name)
            for scheme in self._api.schemes.values():
                if text(scheme, "in") == where:
                    names.add(text(scheme, "name"))
            for key in dict.fromkeys(key for key, _ in sent):
                root, bracket, _ = key.partition("[")
                if not free and key not in names and not (bracket and root in roots):
                    yield f"{where} parameter {key} is not one of the operation's"


# ------------------------------------------------------------------- adapting


def _checker(schema: Json) -> _Checker:
    checker = Draft202012Validator.FORMAT_CHECKER
    validator = Draft202012Validator(cast(Any, schema), format_checker=checker)
    return cast(_Checker, validator)


def _empty(node: Json) -> bool:
    """Whether no value is valid for a parameter or body: else it had an example."""
    return isinstance(node, dict) and "schema" in node and "example" not in node


def _is_decided(parameter: Parameter) -> bool:
    return parameter.get("in") == "header" and text(parameter, "name").lower() in (
        "accept",
        "authorization",
        "content-length",
        "content-type",
        "transfer-encoding",
    )


def _known_method(route: Route) -> str:
    """The method, or for one that openapi-core does not know, another with a body."""
    method = route.method.lower()
    return method if method in METHODS and method != "query" else "post"


def _decoded_json(value: bytes, **parameters: str) -> Any:
    del parameters
    return json.loads(value)


_NAMED = frozenset(
    {
        "$defs", "content", "definitions", "dependentSchemas", "encoding", "headers",
        "parameters", "pathItems", "patternProperties", "properties", "requestBodies",
        "responses", "schemas", "securitySchemes",
    }
)  # fmt: skip
"""Keys of maps whose own keys are names, whatever they look like."""
_LOOP_IN_LOOP = re.compile(r"[*+?}](\|[^()]*)?\)([*+]|\{\d*,)")
_COMBINING = frozenset({"$ref", "allOf", "anyOf", "oneOf"})
_LEFT_OUT = frozenset({"default", "deprecated", "discriminator", "example", "examples"})


def _adapted(root: Mapping[str, Json], node: Json, *, names: bool = False) -> Json:
    """A copy of a part of the document as openapi-core can read it; see ``ADAPTED``."""
    if isinstance(node, list):
        return [_adapted(root, each) for each in node]
    if not isinstance(node, dict):
        return node
    if names:
        return {key: _adapted(root, value) for key, value in node.items()}
    if node.get("type") in ("oauth2", "openIdConnect"):
        return {"type": "http", "scheme": "bearer"}
    done: dict[str, Json] = {}
    for key, value in node.items():
        if key in _LEFT_OUT or key.startswith("x-"):
            continue
        if key == "format" and value in ("time", "idn-hostname"):
            continue
        if key == "pattern" and isinstance(value, str) and not _compiles(value):
            continue
        if key == "required" and isinstance(value, list):
            done[key] = [
                name
                for name in value
                if not _read_only(root, mapping(node, "properties").get(str(name)))
            ]
            continue
        if key == "$ref" and isinstance(value, str) and "/oneOf/" in value:
            done[key] = _moved(root, value)
            continue
        name = "anyOf" if key == "oneOf" and "anyOf" not in node else key
        if key == "additionalProperties" and value is False and _COMBINING & set(node):
            name = "unevaluatedProperties"
        if key == "schema" and isinstance(value, bool):
            never: dict[str, Json] = {"not": {}}
            value = {} if value else never
        verbatim = key in ("const", "enum")
        done[name] = value if verbatim else _adapted(root, value, names=key in _NAMED)
    if node.get("type") == "http":
        done["scheme"] = text(node, "scheme").lower()
    return done


def _moved(root: Mapping[str, Json], reference: str) -> str:
    """A reference into ``oneOf``, where that is read as ``anyOf``."""
    parts = reference.split("/")
    moved = list(parts)
    for at, part in enumerate(parts):
        above = resolved(root, {"$ref": "/".join(parts[:at])}) if at > 1 else None
        keyword = part == "oneOf" and parts[at - 1] not in _NAMED
        if keyword and isinstance(above, dict) and "anyOf" not in above:
            moved[at] = "anyOf"
    return "/".join(moved)


def _read_only(root: Mapping[str, Json], schema: Json) -> bool:
    parts = [schema, resolved(root, schema)]
    if isinstance(schema, dict) and isinstance(schema.get("allOf"), list):
        parts += schema["allOf"] if isinstance(schema["allOf"], list) else []
    return any(
        isinstance(part, dict) and part.get("readOnly") is True for part in parts
    )


def _compiles(pattern: str) -> bool:
    if _LOOP_IN_LOOP.search(pattern):
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError):
            return False
    return True


def _said(error: BaseException) -> str:
    """An error of openapi-core, with what caused it."""
    words = [_words(error).partition(": Value ")[0]]
    cause = error.__cause__
    while cause is not None:
        details = getattr(cause, "schema_errors", None)
        if details:
            words += [f"{each.message} (at {each.json_path})" for each in details]
        elif _words(cause) not in words[-1]:
            words.append(_words(cause))
        cause = cause.__cause__
    return ": ".join(words)


def _words(error: BaseException) -> str:
    try:
        return str(error)
    except AttributeError:  # a value that was text already cannot be printed there
        return type(error).__name__
