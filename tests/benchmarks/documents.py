"""Documents of any size that look like those of real APIs, the same for the same seed.

``python -m benchmarks.documents OPERATIONS FILE [SEED]`` writes one, as JSON or YAML by
the name of the file. Each resource is listed in pages, made, read, changed and deleted,
and has one operation of its own: an upload, a form, a search or a list of events, which
are a union with a discriminator. Schemas refer to shared ones and to a few of other
resources, so that what one operation needs does not grow with the document.
"""

from __future__ import annotations

import json
import random
import sys
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from .vocabulary import (
    ADJECTIVES,
    ENDS,
    FIELDS,
    ID,
    NOUNS,
    OBJECTS,
    SCHEMAS,
    STATES,
    SUBJECTS,
    VERBS,
)

__all__ = ["make_document", "write_document"]

Node: TypeAlias = dict[str, Any]


def make_document(operations: int, seed: int = 1) -> Node:
    """An OpenAPI 3.1 document with exactly so many operations."""
    return _Maker(random.Random(seed)).make(operations)


def write_document(path: Path, operations: int, seed: int = 1) -> None:
    """Write a document as JSON, or as YAML unless the file is called ``.json``."""
    document = make_document(operations, seed)
    if path.suffix == ".json":
        text = json.dumps(document, indent=2) + "\n"
    else:
        text = yaml.dump(document, Dumper=_Plain, sort_keys=False)
    path.write_text(text, encoding="utf-8")


class _Plain(yaml.SafeDumper):
    """Writes what stands in two places twice: people write no anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def name_resource(index: int) -> str:
    """The name of a resource: a noun, with adjectives once the nouns are used up."""
    index, last = divmod(index, len(NOUNS))
    words = [NOUNS[last]]
    while index:
        index, first = divmod(index - 1, len(ADJECTIVES))
        words.insert(0, ADJECTIVES[first])
    return "".join(words)


def _ref(name: str) -> Node:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(schema: Node, **more: Any) -> Node:
    return {"content": {"application/json": {"schema": schema, **more}}}


def _object(properties: Node, *required: str, **more: Any) -> Node:
    stated = {"required": list(required)} if required else {}
    return {"type": "object", **stated, "properties": properties, **more}


def _parameter(name: str, place: str, schema: Node, description: str) -> Node:
    required = {"required": True} if place == "path" else {}
    about = {"description": description, **required, "schema": schema}
    return {"name": name, "in": place, **about}


class _Maker:
    """A document as it grows."""

    def __init__(self, source: random.Random) -> None:
        self._random = source
        self._names: list[str] = []
        self._paths: dict[str, Node] = {}
        self._schemas: dict[str, Node] = dict(SCHEMAS)

    def make(self, operations: int) -> Node:
        """The whole document."""
        tags: dict[str, Node] = {}
        while operations:
            name = name_resource(len(self._names))
            if len(self._names) % 3 == 0:
                tag = name
                tags[tag] = {"name": tag, "description": self._sentence()}
            if len(self._names) % 8 == 0:
                self._share(name)
            self._names.append(name)
            self._model(name)
            for path, verb, operation in islice(
                (*self._common(name), self._special(name)), operations
            ):
                operation["tags"] = [tag]
                self._paths.setdefault(path, {})[verb] = operation
                operations -= 1
        return {
            "openapi": "3.1.0",
            "info": {
                "title": "Works",
                "version": "2.4.0",
                "description": "An API of a size that can be chosen.",
            },
            "servers": [{"url": "https://api.example.com/v2"}],
            "security": [{"token": []}],
            "tags": list(tags.values()),
            "paths": self._paths,
            "components": {
                "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
                "parameters": {
                    "page": _parameter(
                        "page",
                        "query",
                        {"type": "integer", "default": 0},
                        "Which page.",
                    ),
                    "perPage": _parameter(
                        *("perPage", "query"),
                        {"type": "integer", "minimum": 1, "maximum": 1000},
                        "How many to a page.",
                    ),
                },
                "responses": {
                    name: {"description": text, **_json(_ref("Error"))}
                    for name, text in (
                        ("BadRequest", "The request is not right."),
                        ("NotFound", "There is no such thing."),
                    )
                },
                "schemas": self._schemas,
            },
        }

    # ---------------------------------------------------------------------- schemas

    def _sentence(self) -> str:
        words = (SUBJECTS, VERBS, OBJECTS, ENDS)
        return " ".join(self._random.choice(each) for each in words)

    def _fields(self, count: int) -> tuple[Node, Node]:
        """Properties that are chosen by chance, and an example of each."""
        chosen = self._random.sample(FIELDS, count)
        return (
            {
                name: {**schema, "description": self._sentence()}
                for name, schema, _ in chosen
            },
            {name: value for name, _, value in chosen},
        )

    def _share(self, name: str) -> None:
        """A schema that the resources after this one have in common."""
        properties, example = self._fields(4)
        self._schemas[f"{name}Policy"] = _object(
            properties, description=self._sentence(), example=example
        )

    def _model(self, name: str) -> None:
        """What a resource is, how it is made and changed, and a page of it."""
        properties, example = self._fields(self._random.randint(5, 9))
        states = self._random.sample(STATES, 4)
        limits, most = self._fields(3)
        policies = [each for each in self._schemas if each.endswith("Policy")]
        policy = self._random.choice(policies[-4:])
        related = self._random.choice(self._names[-12:])
        properties |= {
            "state": {"type": "string", "enum": states, "description": "How it is."},
            "price": _ref("Money"),
            "policy": _ref(policy),
            "settings": _object(
                {
                    "mode": {"type": "string", "enum": ["manual", "automatic"]},
                    "limits": _object(limits, description=self._sentence()),
                },
                description=self._sentence(),
            ),
            "related": {"type": "array", "items": _ref(f"{related}Summary")},
        }
        if len(self._names) % 5 == 0:
            properties["parent"] = {"anyOf": [_ref(name), {"type": "null"}]}
        example |= {
            "name": f"My {name}",
            "state": states[0],
            "settings": {"mode": "manual", "limits": most},
        }
        kept = {"id": f"{self._random.getrandbits(96):024x}", **example}
        self._schemas |= {
            f"{name}Summary": _object(
                {"id": ID, "name": {"type": "string"}},
                *("id", "name"),
                description=f"As much of a {name} as a reference to it needs.",
            ),
            f"{name}Fields": _object(properties, description=self._sentence()),
            name: {
                "description": self._sentence(),
                "allOf": [_ref("Base"), _ref(f"{name}Fields")],
                "example": kept,
            },
            f"{name}Create": {
                "allOf": [
                    _ref(f"{name}Fields"),
                    _object({"name": {"type": "string", "minLength": 1}}, "name"),
                ],
                "example": example,
            },
            f"{name}Page": _object(
                {
                    "items": {"type": "array", "items": _ref(name)},
                    "totalCount": {"type": "integer"},
                },
                *("items", "totalCount"),
                example={"items": [kept], "totalCount": 1},
            ),
        }

    def _events(self, name: str) -> Node:
        """A union of what can happen to a resource."""
        kinds: dict[str, str] = {}
        for kind in ("Created", "Changed", "Removed"):
            properties, example = self._fields(2)
            value = f"{name}.{kind}".lower()
            self._schemas[f"{name}{kind}"] = _object(
                {"type": {"type": "string", "const": value}, **properties},
                "type",
                description=self._sentence(),
                example={"type": value, **example},
            )
            kinds[value] = f"#/components/schemas/{name}{kind}"
        self._schemas[f"{name}Event"] = {
            "oneOf": [{"$ref": pointer} for pointer in kinds.values()],
            "discriminator": {"propertyName": "type", "mapping": kinds},
        }
        return _ref(f"{name}Event")

    # ------------------------------------------------------------------- operations

    def _common(self, name: str) -> list[tuple[str, str, Node]]:
        """(path, method, operation) of what every resource has."""
        path, one, key = self._where(name)
        filters = self._random.sample(FIELDS[:8], 2)
        query = [
            _parameter(each, "query", schema, self._sentence())
            for each, schema, _ in filters
        ]
        pages = {
            "style": "page",
            "request": {"page": "page", "size": "perPage"},
            "response": {"items": "items", "total": "totalCount"},
        }
        paged = [{"$ref": f"#/components/parameters/{e}"} for e in ("page", "perPage")]
        listed = self._operation(f"list{name}s", [*paged, *query], f"{name}Page")
        made = self._operation(f"create{name}", [], name, "201", body=f"{name}Create")
        return [
            (path, "get", {**listed, "x-sdk-pages": pages}),
            (path, "post", made),
            (one, "get", self._operation(f"get{name}", [key], name)),
            (
                *(one, "patch"),
                self._operation(f"update{name}", [key], name, body=f"{name}Fields"),
            ),
            (one, "delete", self._operation(f"delete{name}", [key], None, "204")),
        ]

    def _special(self, name: str) -> tuple[str, str, Node]:
        """What this resource has and the next one has not."""
        path, one, key = self._where(name)
        kind = len(self._names) % 4
        if kind == 0:
            operation = self._operation(f"list{name}Events", [key], None)
            items = {"type": "array", "items": self._events(name)}
            operation["responses"]["200"] |= _json(items)
            return f"{one}/events", "get", operation
        if kind == 1:
            operation = self._operation(f"search{name}s", [], f"{name}Page")
            query = _object(
                {"text": {"type": "string"}, "filter": _object(self._fields(3)[0])},
                "text",
            )
            operation["requestBody"] = _json(query, example={"text": "blue"})
            return f"{path}/search", "post", operation
        fields: Node = {"title": {"type": "string"}, "public": {"type": "boolean"}}
        media = "application/x-www-form-urlencoded"
        if kind == 2:
            fields["photo"] = {"type": "string", "format": "binary"}
            media = "multipart/form-data"
        verb = "upload" if kind == 2 else "publish"
        operation = self._operation(f"{verb}{name}", [key], name)
        form = {media: {"schema": _object(fields, "title")}}
        operation["requestBody"] = {"required": True, "content": form}
        return f"{one}/{verb}", "post", operation

    def _where(self, name: str) -> tuple[str, str, Node]:
        """The path of all, that of one, and its parameter."""
        key = f"{name[0].lower()}{name[1:]}Id"
        path = "/" + "".join(f"-{c.lower()}" if c.isupper() else c for c in name)[1:]
        parameter = _parameter(key, "path", ID, f"Which {name}.")
        return f"{path}s", f"{path}s/{{{key}}}", parameter

    def _operation(
        self,
        name: str,
        parameters: list[Node],
        result: str | None,
        status: str = "200",
        *,
        body: str | None = None,
    ) -> Node:
        done: Node = {"description": self._sentence()}
        if result is not None:
            done |= _json(_ref(result))
        operation: Node = {
            "operationId": name,
            "summary": self._sentence().removesuffix("."),
            "description": f"{self._sentence()} {self._sentence()}",
            "parameters": parameters,
            "responses": {
                status: done,
                "400": {"$ref": "#/components/responses/BadRequest"},
                "404": {"$ref": "#/components/responses/NotFound"},
            },
        }
        if body is not None:
            operation["requestBody"] = {"required": True, **_json(_ref(body))}
        return operation


if __name__ == "__main__":
    write_document(Path(sys.argv[2]), int(sys.argv[1]), *map(int, sys.argv[3:]))
