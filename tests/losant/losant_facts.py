"""Compare a bundled document with tables of facts about the Losant REST API.

The facts are a folder of JSON: ``operations/<resource>.json`` with the actions of a
resource, ``schemas.json`` with named schemas (JSON Schema draft-07), ``examples.json``
with an example of each. Prose counts on neither side, nor do extensions that the facts
cannot know. A difference has a place: ``device.get/query:page/default`` in an
operation, ``device/properties/name`` in a schema of the facts, which is compared once
for each schema of the document that stands for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml
from losant_schemas import ABSENT, Comparison, Difference, Object, canonical, fact_name

from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.read import document, overlay

__all__ = ["Facts", "bundled", "compare"]

SPECS: Final = Path(__file__).parents[2] / "specs" / "losant"

GLOBALS: Final = frozenset(
    {"_actions", "_links", "_embedded", "losantdomain", "Accept-Version"}
)
STREAM_GLOBALS: Final = frozenset({"losantdomain", "Accept-Version"})


class Facts:
    """The tables of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.schemas: Object = _read(folder / "schemas.json")
        self.examples: Object = _read(folder / "examples.json")

    def resources(self) -> set[str]:
        """The names of all resources."""
        return {path.stem for path in (self._folder / "operations").glob("*.json")}

    def actions(self, resource: str) -> Iterator[tuple[str, Object]]:
        """The actions of a resource, each with its full path and all parameters."""
        table = _read(self._folder / "operations" / f"{resource}.json")
        for name, action in table["actions"].items():
            yield name, {
                **action,
                "path": table["path"] + action["path"],
                "params": [*table["params"], *action.get("params", [])],
            }


def bundled() -> dict[str, Any]:
    """The Losant document as one tree, with what the SDK makes of it."""
    diagnostics = Diagnostics()
    loaded = document.load(SPECS / "openapi.yaml", diagnostics)
    assert loaded is not None, list(diagnostics)
    settings = yaml.safe_load((SPECS / "sdk.yaml").read_text(encoding="utf-8"))
    overlays = [SPECS / name for name in settings["overlays"]]
    loaded = overlay.apply(loaded, overlays, diagnostics)
    assert not [one for one in diagnostics if one.code.startswith("E")]
    return dict(loaded.root)


def compare(root: Object, facts: Facts) -> list[Difference]:
    """All differences, each once, by place.

    ``root`` has references within itself only; a reference without a target raises
    ``KeyError``, as does a resource that the facts do not know ``FileNotFoundError``.
    """
    comparison = _Operations(root, facts)
    comparison.document()
    unique = {canonical([one.at, one.fact, one.ours]): one for one in comparison.found}
    return sorted(unique.values(), key=lambda one: (one.at, str(one)))


class _Operations(Comparison):
    def __init__(self, root: Object, facts: Facts) -> None:
        super().__init__(root, facts.schemas)
        self._paths = root["paths"]
        self._facts = facts

    def document(self) -> None:
        """Compare every operation of the document."""
        ours: dict[str, tuple[str, str, Object, Object]] = {}
        for path, item in self._paths.items():
            for method, operation in item.items():
                if method != "parameters":
                    ours[operation["operationId"]] = (path, method, item, operation)
        resources = self._facts.resources() | {one.partition(".")[0] for one in ours}
        for resource in sorted(resources):
            for name, action in self._facts.actions(resource):
                at = f"{resource}.{name}"
                if at not in ours:
                    self.differ(at, action["method"] + " " + action["path"], ABSENT)
                    continue
                path, method, item, operation = ours.pop(at)
                self.same(f"{at}/path", action["path"], path)
                self.same(f"{at}/method", action["method"], method.upper())
                self.same(f"{at}/tags", [resource], operation.get("tags"))
                self._operation(at, action, item, operation)
        for at, (path, method, _, _) in ours.items():
            self.differ(at, ABSENT, f"{method.upper()} {path}")

    def _operation(
        self, at: str, action: Object, item: Object, operation: Object
    ) -> None:
        scopes = action.get("scopes", [])
        self.same(
            f"{at}/scopes",
            sorted(scopes),
            sorted(operation.get("x-sdk-scopes-any", [])),
        )
        self.same(
            f"{at}/security",
            ABSENT if scopes else [],
            operation.get("security", ABSENT),
        )
        self._parameters(at, action, item, operation)
        body = operation.get("requestBody")
        self._body(at, action, operation, self.resolve(body) if body else None)
        self.keys(f"{at}/responses", action["responses"], operation["responses"])
        for status, fact in action["responses"].items():
            if status in operation["responses"]:
                ours = self.resolve(operation["responses"][status])
                self._response(f"{at}/{status}", fact, ours)

    # ----------------------------------------------------------------- parameters

    def _parameters(
        self, at: str, action: Object, item: Object, operation: Object
    ) -> None:
        ours: dict[str, Object] = {}
        for holder in (item, operation):
            for parameter in map(self.resolve, holder.get("parameters", [])):
                ours[f"{parameter['in']}:{parameter['name']}"] = parameter
        everywhere = [key for key in ours if key.partition(":")[2] in GLOBALS]
        wanted = STREAM_GLOBALS if action.get("sseStream") else GLOBALS
        names = [ours.pop(key)["name"] for key in everywhere]
        self.same(f"{at}/everywhere", sorted(wanted), sorted(names))
        facts = {
            f"{one['in']}:{one['name']}": one
            for one in action["params"]
            if one["in"] not in {"body", "multipart"}
        }
        self.keys(at, facts, ours)
        for key in facts.keys() & ours.keys():
            self._parameter(f"{at}/{key}", facts[key], ours[key])

    def _parameter(self, at: str, fact: Object, ours: Object) -> None:
        for key in ("required", "deprecated"):
            self.same(f"{at}/{key}", fact.get(key, False), ours.get(key, False))
        content = ours.get("content")
        holder = ours if content is None else content.get("application/json", {})
        is_text = "schema" not in fact and fact.get("type") != "array"
        travels = "as text" if is_text else "in brackets"
        if fact.get("type") == "object":
            travels = "as JSON"
        self.same(
            f"{at}/travels",
            travels,
            "as JSON" if content else _style(ours),
        )
        self._value(at, fact, holder.get("schema", {}), ours.get("example", ABSENT))

    def _value(self, at: str, fact: Object, schema: Object, example: Any) -> None:
        """Compare a value that is described as a parameter is: type, limits, example."""
        if "schema" in fact:
            self.schema(at, fact["schema"], schema)
            return
        merged = dict(self.merged(schema))
        self.same(f"{at}/example", fact.get("example", ABSENT), example)
        said = {
            key: value
            for key, value in fact.items()
            if key not in {"in", "name", "required", "deprecated", "example"}
        }
        said["type"] = _people_type(fact)
        if said["type"] == "integer" and "enum" in said:
            said["enum"] = [int(value) for value in said["enum"]]
        self.schema(at, said, merged)

    # -------------------------------------------------------- bodies and responses

    def _body(
        self, at: str, action: Object, operation: Object, ours: Object | None
    ) -> None:
        facts = [one for one in action["params"] if one["in"] == "body"]
        fields = {
            one["name"]: one for one in action["params"] if one["in"] == "multipart"
        }
        types = ["application/json"] * len(facts) + ["multipart/form-data"] * bool(
            fields
        )
        content: Object = ours.get("content", {}) if ours else {}
        self.same(f"{at}/body", types, list(content))
        for fact in facts if content else []:
            media = content["application/json"]
            name = re.sub(r"(?=[A-Z])", "_", fact["name"]).lower()
            self.same(f"{at}/body/name", name, operation.get("x-sdk-body-name"))
            required = ours.get("required", False) if ours else False
            self.same(f"{at}/body/required", fact.get("required", False), required)
            self._media(f"{at}/body", fact["schema"], media)
        if fields and content:
            form = self.merged(content["multipart/form-data"]["schema"])
            ours_by_name = form.get("properties", {})
            example = content["multipart/form-data"].get("example", {})
            self.keys(f"{at}/form", fields, ours_by_name)
            for name in fields.keys() & ours_by_name.keys():
                ours_one, fact = ours_by_name[name], fields[name]
                if fact["type"] == "file":
                    form_type = self.merged(ours_one).get("format")
                    self.same(f"{at}/form:{name}", "binary", form_type)
                    continue
                given = example.get(name, ABSENT)
                self._value(f"{at}/form:{name}", fact, ours_one, given)

    def _response(self, at: str, fact: Object, ours: Object) -> None:
        content = ours.get("content", {})
        if "sseEvents" in fact:
            self.same(f"{at}/types", ["text/event-stream"], list(content))
            media = content.get("text/event-stream", {})
            events = media.get("x-sdk-events", {})
            self.keys(f"{at}/events", fact["sseEvents"], events)
            for event in fact["sseEvents"].keys() & events.keys():
                schema = {"$ref": fact["sseEvents"][event]}
                self._media(f"{at}/{event}", schema, {"schema": events[event]})
            return
        self.same(f"{at}/types", ["application/json"], list(content))
        if content:
            self._media(at, {"$ref": fact["schema"]}, content["application/json"])

    def _media(self, at: str, fact: Object, ours: Object) -> None:
        self.schema(at, fact, ours["schema"])
        name = fact_name(fact)
        wanted = f"#/components/schemas/{name[:1].upper()}{name[1:]}" if name else ""
        if ours["schema"].get("$ref", wanted) != wanted:
            return  # An example of another schema.
        if name is not None and name in self._facts.examples:
            merged = self.merged(ours["schema"])
            examples = merged.get("examples", [ABSENT])
            example = ours.get("example", examples[0])
            self.same(f"{name}/example", self._facts.examples[name], example)


def _people_type(fact: Object) -> str:
    """The type of a parameter whose table says that it is text, for it is text in a URL.

    What its default or example is tells what it is to a person.
    """
    for value in (fact.get("default"), fact.get("example")):
        if isinstance(value, bool):
            return "boolean"
        if isinstance(value, int):
            return "integer"
    declared = fact.get("type", "string")
    assert isinstance(declared, str)
    return declared


def _style(parameter: Object) -> str:
    return "in brackets" if parameter.get("x-sdk-style") == "brackets" else "as text"


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
