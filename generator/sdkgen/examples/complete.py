"""An example for every parameter, body, response and event of a document.

The document's own examples come first, if they are valid where they stand: of the
media type or parameter, then the first of its ``examples``, then what its schema says
(``example``, ``examples``, ``default``). Else one is made. In requests nothing is kept
that is ``readOnly``, in responses nothing that is ``writeOnly``. An example that could
not be made is left out, and said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from sdkgen.openapi.http_methods import operations
from sdkgen.support.absent import ABSENT, Absent
from sdkgen.support.json_pointer import Json, escape, unescape
from sdkgen.support.media_types import EVENTS

from .conformance import Conformance, Direction
from .synthesize import CannotError, Synthesis

Report: TypeAlias = Callable[[str, str], None]
"""Is told a JSON pointer and, in a sentence, what is wrong with the example there."""

_EMPTY: Json = {"enum": ["", [], {}]}
"""A parameter whose value is empty is, on the wire, hardly told from none at all."""
_NO_HEADER: Json = {"type": "string", "pattern": "[^ -~]|^ | $"}
"""What a header cannot hold, or loses at its ends (RFC 9110, 5.5)."""
_NO_COOKIE: Json = {"type": "string", "pattern": r"[^!#-+\--:<-\[\]-~]"}
"""What a cookie cannot hold as it is (RFC 6265, 4.1.1)."""
_INNER: Json = {"anyOf": [_NO_COOKIE, {"type": ["array", "object"]}]}
_UNSENT: dict[str, list[Json]] = {
    "header": [_NO_HEADER, {"type": "array", "contains": _NO_HEADER}],
    "cookie": [
        _NO_COOKIE,
        {"type": "array", "contains": _INNER},
        {"type": "object", "not": {"additionalProperties": {"not": _INNER}}},
    ],
}
"""What a parameter is not to be that travels as it is, by its place."""

ANSWERS = "x-sdk-answers"
"""In ``components``: the reference to a schema → the example that it gives of itself."""

_SCHEMAS = "#/components/schemas/"

_RECEIVED = ("/webhooks/", "/components/pathItems/")
"""Where requests stand that the API sends by itself."""


class Examples:
    """Examples for the schemas of one document, each made once."""

    def __init__(self, root: Mapping[str, Json]) -> None:
        self._conformance = Conformance(root)
        self._synthesis = Synthesis(self._conformance)
        self._made: dict[tuple[int | str, Direction], tuple[Json, Json | Absent]] = {}

    def of(self, schema: Json, direction: Direction) -> Json | Absent:
        """A valid example, or ``ABSENT`` if none was found.

        Schemas are known again by identity, or by their reference: the document must
        not change in between.
        """
        key: int | str = id(schema)
        if isinstance(schema, dict) and schema.keys() == {"$ref"}:
            key = str(schema["$ref"])
        known = self._made.get((key, direction))
        if known is None or (isinstance(key, int) and known[0] is not schema):
            try:
                made: Json | Absent = self._synthesis.value(schema, direction)
            except CannotError:
                made = ABSENT
            known = (schema, made)
            self._made[key, direction] = known
        return known[1]

    def choose(
        self,
        schema: Json,
        given: Iterator[Json],
        direction: Direction,
        say: Callable[[str], None],
    ) -> Json | Absent:
        """The first of the given examples that is valid, else one that is made."""
        for example in given:
            value = self._conformance.prune(schema, example, direction)
            problem = self._conformance.find_problem(
                schema, value, direction, loose=True
            )
            if not problem:
                return value
            say(f"the example is not valid against its schema: {problem}")
        made = self.of(schema, direction)
        if isinstance(made, Absent):
            say("no example could be made that is valid against the schema")
        return made

    def resolve(self, node: Json) -> Json:
        """What a node refers to, if it refers to anything; one step."""
        reference = node.get("$ref") if isinstance(node, dict) else None
        if not isinstance(reference, str):
            return node
        return self._conformance.resolve(reference)


def complete_examples(
    root: dict[str, Json], *, report: Report | None = None
) -> dict[str, Json]:
    """A copy of a normalized document in which everything has an ``example``.

    Parameters, media types and entries of ``x-sdk-shape`` get ``example`` (in place of
    ``examples``), event streams ``x-sdk-examples`` by the name of the event. What is
    behind a reference is completed where it stands. ``components`` get ``ANSWERS``: by
    its reference, what a schema gives of itself, if a response is one of it. ``root``
    itself is left as it is; the copy shares what did not change.
    """
    return _Completion(root, report or (lambda pointer, message: None)).document()


class _Completion:
    def __init__(self, root: dict[str, Json], report: Report) -> None:
        self._root = root
        self._report = report
        self._examples = Examples(root)
        self._answered: set[str] = set()
        """Components of which a response is one."""

    def document(self) -> dict[str, Json]:
        done = dict(self._root)
        for section in ("paths", "webhooks"):
            if section in done:
                done[section] = _each(done[section], f"/{section}", self._path_item)
        components = done.get("components")
        if isinstance(components, dict):
            done["components"] = components = self._components(components)
            if self._answered:
                components[ANSWERS] = self._answers()
        return done

    def _answers(self) -> dict[str, Json]:
        made = {
            ref: self._examples.of({"$ref": ref}, "response")
            for ref in sorted(self._answered)
        }
        return {
            ref: value for ref, value in made.items() if not isinstance(value, Absent)
        }

    def _note(self, schema: Json) -> None:
        """A response, or the data of an event, is one of a schema."""
        ref = schema.get("$ref") if isinstance(schema, dict) else None
        if isinstance(ref, str) and ref.startswith(_SCHEMAS):
            self._answered.add(ref)

    def _components(self, components: dict[str, Json]) -> dict[str, Json]:
        kinds = {
            "parameters": self._parameter,
            "requestBodies": self._request_body,
            "responses": self._response,
            "pathItems": self._path_item,
            "callbacks": self._callback,
        }
        return {
            kind: (
                _each(entries, f"/components/{kind}", kinds[kind])
                if kind in kinds
                else entries
            )
            for kind, entries in components.items()
        }

    def _path_item(self, node: Json, pointer: str) -> Json:
        if not isinstance(node, dict):
            return node
        done = dict(node)
        self._parameters(done, pointer)
        others = done.get("additionalOperations")
        if isinstance(others, dict):
            done["additionalOperations"] = others = dict(others)
        for method, key, operation in operations(node):
            holder = others if "/" in key and isinstance(others, dict) else done
            holder[method] = self._operation(operation, f"{pointer}/{key}")
        return done

    def _operation(self, node: dict[str, Json], pointer: str) -> Json:
        done = dict(node)
        self._parameters(done, pointer)
        if "requestBody" in done:
            where = f"{pointer}/requestBody"
            # What the API sends by itself is to its caller as a response is.
            received = where.startswith(_RECEIVED) or "/callbacks/" in where
            lowered = self._response if received else self._request_body
            done["requestBody"] = lowered(done["requestBody"], where)
        if "responses" in done:
            where = f"{pointer}/responses"
            done["responses"] = _each(done["responses"], where, self._response)
        if "callbacks" in done:
            where = f"{pointer}/callbacks"
            done["callbacks"] = _each(done["callbacks"], where, self._callback)
        shapes = done.get("x-sdk-shape")
        if isinstance(shapes, list):
            done["x-sdk-shape"] = [
                self._shape(shape, f"{pointer}/x-sdk-shape/{index}")
                for index, shape in enumerate(shapes)
            ]
        return done

    def _callback(self, node: Json, pointer: str) -> Json:
        if isinstance(node, dict) and "$ref" in node:
            return node
        return _each(node, pointer, self._path_item)

    def _shape(self, node: Json, pointer: str) -> Json:
        if not isinstance(node, dict):
            return node
        schema = node.get("response", True)
        return self._with_example(node, schema, [node], "response", pointer)

    def _parameters(self, done: dict[str, Json], pointer: str) -> None:
        parameters = done.get("parameters")
        if isinstance(parameters, list):
            done["parameters"] = [
                self._parameter(node, f"{pointer}/parameters/{index}")
                for index, node in enumerate(parameters)
            ]

    def _parameter(self, node: Json, pointer: str) -> Json:
        if not isinstance(node, dict) or "$ref" in node:
            return node
        schema = node.get("schema", True)
        given = [node]
        content = node.get("content")
        if isinstance(content, dict):
            media = next(iter(content.values()), None)
            if isinstance(media, dict):
                schema = media.get("schema", True)
                given.append(media)
        place = str(node.get("in"))
        bare = place == "header" or node.get("style") == "cookie"
        unsent = _UNSENT.get(place, []) if bare and "content" not in node else []
        wrapped: Json = {"allOf": [schema, {"not": {"anyOf": [_EMPTY, *unsent]}}]}
        direction: Direction = "request"
        if isinstance(self._examples.of(wrapped, direction), Absent):
            # All of it is readOnly, which says nothing about a parameter.
            direction = "response"
        return self._with_example(node, wrapped, given, direction, pointer)

    def _request_body(self, node: Json, pointer: str) -> Json:
        return self._content(node, "request", pointer)

    def _response(self, node: Json, pointer: str) -> Json:
        return self._content(node, "response", pointer)

    def _content(self, node: Json, direction: Direction, pointer: str) -> Json:
        content = node.get("content") if isinstance(node, dict) else None
        if not isinstance(node, dict) or not isinstance(content, dict):
            return node

        def media_type(media: Json, where: str) -> Json:
            if not isinstance(media, dict):
                return media
            if isinstance(media.get("x-sdk-events"), dict):
                return self._events(media, where)
            name = unescape(where.rpartition("/")[2])
            schema: Json = media.get("schema", True)
            if name.lower().startswith("multipart/") and "schema" in media:
                # A form has fields, and one of none is hardly told from no body.
                stated = schema
                for fields in ({"minProperties": 1}, {}):
                    parts: list[Json] = [stated, {"type": "object", **fields}]
                    schema = {"allOf": parts}
                    if not isinstance(self._examples.of(schema, direction), Absent):
                        break
            if name.startswith(EVENTS) and "schema" not in media:
                return media
            return self._with_example(media, schema, [media], direction, where)

        return {**node, "content": _each(content, f"{pointer}/content", media_type)}

    def _events(self, media: dict[str, Json], pointer: str) -> Json:
        given = media.get("x-sdk-examples")
        events = media["x-sdk-events"]
        done: dict[str, Json] = {}
        for name, schema in events.items() if isinstance(events, dict) else ():
            own = given.get(name, ABSENT) if isinstance(given, dict) else ABSENT
            self._note(schema)
            example = self._examples.choose(
                schema,
                iter(() if isinstance(own, Absent) else (own,)),
                "response",
                lambda message: self._report(f"{pointer}/x-sdk-events", message),
            )
            if not isinstance(example, Absent):
                done[name] = example
        return {**media, "x-sdk-examples": done}

    def _with_example(
        self,
        node: dict[str, Json],
        schema: Json,
        given: list[dict[str, Json]],
        direction: Direction,
        pointer: str,
    ) -> Json:
        """The node with its example, in place of any that it had."""
        if direction == "response":
            self._note(schema)
        example = self._examples.choose(
            schema,
            (value for holder in given for value in self._given(holder)),
            direction,
            lambda message: self._report(pointer, message),
        )
        done = {key: value for key, value in node.items() if key != "examples"}
        done.pop("example", None)
        if not isinstance(example, Absent):
            done["example"] = example
        return done

    def _given(self, node: dict[str, Json]) -> Iterator[Json]:
        if "example" in node:
            yield node["example"]
        examples = node.get("examples")
        if isinstance(examples, dict):
            for entry in examples.values():
                found = self._examples.resolve(entry)
                if isinstance(found, dict) and "value" in found:
                    yield found["value"]


def _each(node: Json, pointer: str, change: Callable[[Json, str], Json]) -> Json:
    """A map with each of its values changed; told where they stand."""
    if not isinstance(node, dict):
        return node
    return {
        key: change(value, f"{pointer}/{escape(key)}") for key, value in node.items()
    }
