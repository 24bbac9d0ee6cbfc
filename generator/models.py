"""Declarations → the annotations of their fields, by datamodel-code-generator.

It gets one flat JSON Schema of final identifiers and types, and nothing that a document
wrote: no description, pattern, enumeration, default or wire name. What it cannot know
(an enumeration, a time) is a placeholder, whose text ``python`` prints. Its output is
read with ``ast``; every class and every field must arrive. Where the declarations go is
in ``layout``, how they are printed in ``classes``.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import metadata
from typing import Protocol, TypeAlias, assert_never

from . import ir
from .annotations import (
    DEEPEST_ANNOTATION,
    Annotations,
    Declared,
    Use,
    references,
    types_of,
)
from .graph import components
from .ir import Kind, Type
from .python import Code, Imports, in_halves

# A field of its own for what is no field. No name has two underscores in a row.
EXTRA = "extra__"
"""The values of the free keys of a model."""
ALIASED = "alias__"
"""What an alias stands for."""

_PLACEHOLDER = re.compile(r"Type__[0-9a-f]{12}")
_PLAIN = {
    Kind.STRING: "string",
    Kind.INTEGER: "integer",
    Kind.BOOLEAN: "boolean",
    Kind.NULL: "null",
}

Schema: TypeAlias = "dict[str, Schema] | list[Schema] | str | bool | int"


class Store(Protocol):
    """Keeps results by what they depend on (``cache.Cache``)."""

    def get(self, kind: str, key: str | bytes) -> str | bytes | None: ...

    def put(self, kind: str, key: str | bytes, value: str | bytes) -> None: ...


class Mismatch(AssertionError):
    """datamodel-code-generator gave other classes or fields than it got: a defect."""


def field_annotations(
    declared: Declared, store: Store | None = None
) -> dict[str, dict[str, Code]]:
    """Declaration → field → annotation, without the ``None`` of an optional field.

    Args:
        declared: All declarations; each is one class of the run.
        store: Results of earlier runs: only what changed is generated again.

    Raises:
        Mismatch: A class or a field did not come back.
    """
    schemas = _Schemas(declared)
    wanted = {
        name: schemas.of(declaration) for name, declaration in declared.by_name.items()
    }
    found: dict[str, dict[str, str]] = {}
    keys = {name: _key(name, schema) for name, schema in wanted.items()}
    if store is not None:
        for name, key in keys.items():
            kept = store.get("model", key)
            if isinstance(kept, str):
                found[name] = json.loads(kept)
    missing = {name for name in wanted if name not in found}
    if missing:
        shown = _Shown()
        definitions = {
            name: shown.once(name, wanted[name]) if name in missing else _STUB
            for name in schemas.leaves_first(missing)
        }
        generated = _read(_generate(definitions), definitions)
        for name in sorted(missing):
            found[name] = {
                field: generated[holder][as_field]
                for field, (holder, as_field) in shown.places[name].items()
            }
            if store is not None:
                store.put("model", keys[name], json.dumps(found[name]))
    return {
        name: {
            field: Code(
                in_halves(_PLACEHOLDER.sub(lambda m: schemas.texts[m.group()], text))
            )
            for field, text in found[name].items()
        }
        for name in wanted
    }


_STUB: Schema = {"type": "object", "properties": {"stub__": {"type": "string"}}}


@cache
def version() -> str:
    """Of datamodel-code-generator, which annotations depend on."""
    return metadata.version("datamodel-code-generator")


def _key(name: str, schema: Schema) -> str:
    return f"1 {version()} {name} {json.dumps(schema)}"


# ------------------------------------------------------------------ what goes in


class _Shown:
    """Fields go in once, whatever the number of classes that have the same.

    The time that datamodel-code-generator takes is that of fields, most of which are
    a text or an id.
    """

    def __init__(self) -> None:
        self._first: dict[str, tuple[str, str]] = {}
        """Schema of a field → the class and field that show it."""
        self.places: dict[str, dict[str, tuple[str, str]]] = {}
        """Class → field → the class and field that show its schema."""

    def once(self, name: str, schema: Schema) -> Schema:
        """A class with those of its fields whose schemas were not shown yet."""
        fields = _fields(schema)
        places = self.places[name] = {
            field: self._first.setdefault(json.dumps(each), (name, field))
            for field, each in fields.items()
        }
        new = {
            field: fields[field]
            for field, place in places.items()
            if place == (name, field)
        }
        if not new:
            return _STUB
        return {"type": "object", "properties": new, "required": [*new]}


def _fields(schema: Schema) -> dict[str, Schema]:
    fields = schema["properties"] if isinstance(schema, dict) else None
    return fields if isinstance(fields, dict) else {}


class _Schemas:
    """Lowers declarations to JSON Schema, with placeholders for what that cannot say."""

    def __init__(self, declared: Declared) -> None:
        self._declared = declared
        self._print = Annotations(declared, Use.MODEL, Imports())
        self._used: dict[str, set[str]] = {}
        """Declaration → placeholders in it."""
        self.texts: dict[str, str] = {}
        """Placeholder → its annotation."""

    def of(self, declaration: ir.Declaration) -> Schema:
        """The class of a declaration."""
        used = self._used.setdefault(declaration.name, set())
        properties: dict[str, Schema] = {}
        if isinstance(declaration, ir.Alias):
            properties[ALIASED] = self._schema(declaration.type, used)
        else:
            for field in declaration.fields:
                properties[field.name] = self._schema(field.type, used)
            if declaration.extra is not None:
                properties[EXTRA] = self._schema(declaration.extra, used)
        required: list[Schema] = [*properties]
        return {"type": "object", "properties": properties, "required": required}

    def leaves_first(self, names: Iterable[str]) -> list[str]:
        """These declarations and what they refer to, which comes before them.

        In another order the time for a chain of classes grows with its square.
        """
        edges: dict[str, set[str]] = {}
        for name in names:
            edges[name] = set(self._used[name])
            for type_ in types_of(self._declared.by_name[name]):
                edges[name].update(references(type_))
        for target in set[str]().union(*edges.values()) - edges.keys():
            edges[target] = set()
        return [name for group in components(edges) for name in group]

    def _schema(self, type_: Type, used: set[str], depth: int = 0) -> Schema:
        if depth > DEEPEST_ANNOTATION:
            return self._placeholder("Any", used)
        match type_:
            case ir.Ref(name=name):
                return {"$ref": f"#/$defs/{name}"}
            case ir.Scalar(kind=kind):
                if kind in _PLAIN:
                    return {"type": _PLAIN[kind]}
                if kind is Kind.NUMBER:
                    return {"anyOf": [{"type": "integer"}, {"type": "number"}]}
                return self._placeholder(self._print(type_), used)
            case ir.LiteralOf():
                return self._any_of(
                    [self._known(option, used) for option in self._print.options(type_)]
                )
            case ir.ListOf(item=item):
                return {"type": "array", "items": self._schema(item, used, depth + 1)}
            case ir.MapOf(value=value):
                inner = self._schema(value, used, depth + 1)
                return {"type": "object", "additionalProperties": inner}
            case ir.TupleOf(items=()):
                return self._placeholder(self._print(type_), used)
            case ir.TupleOf(items=items):
                prefix = [self._schema(item, used, depth + 1) for item in items]
                return {
                    "type": "array",
                    "prefixItems": prefix,
                    "items": False,
                    "minItems": len(prefix),
                    "maxItems": len(prefix),
                }
            case ir.UnionOf(options=options):
                if type_.tag is not None:
                    printed = self._print.options(type_, depth)
                    return self._any_of([self._known(each, used) for each in printed])
                return self._any_of(
                    [self._schema(option, used, depth + 1) for option in options]
                )
        assert_never(type_)

    @staticmethod
    def _any_of(options: list[Schema]) -> Schema:
        flat: list[Schema] = []
        for option in options:
            inner = option.get("anyOf") if isinstance(option, dict) else None
            for each in inner if isinstance(inner, list) else [option]:
                if each not in flat:
                    flat.append(each)
        return flat[0] if len(flat) == 1 else {"anyOf": flat}

    def _known(self, option: str, used: set[str]) -> Schema:
        kinds = {"str": "string", "int": "integer", "bool": "boolean", "None": "null"}
        if option in kinds:
            return {"type": kinds[option]}
        return self._placeholder(option, used)

    def _placeholder(self, text: str, used: set[str]) -> Schema:
        digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
        name = f"Type__{digest[:12]}"
        self.texts[name] = text
        used.add(name)
        return {"$ref": f"#/$defs/{name}"}


# ---------------------------------------------------------------- what comes out


def _generate(definitions: Mapping[str, Schema]) -> str:
    # Imported here: a run in which no declaration changed does not pay for it.
    import datamodel_code_generator as generator
    from datamodel_code_generator import enums

    keep: Callable[[str], str] = str
    made = generator.generate(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$defs": dict(definitions),
        },
        input_file_type=generator.InputFileType.JsonSchema,
        output_model_type=enums.DataModelType.PydanticV2BaseModel,
        target_python_version=generator.PythonVersion.PY_311,
        custom_class_name_generator=keep,
        # Stated, since the default warns; black formats what we print ourselves.
        formatters=[],
        skip_root_model=True,
        disable_timestamp=True,
        use_standard_collections=True,
        use_union_operator=True,
    )
    if not isinstance(made, str):
        raise Mismatch("datamodel-code-generator gave no module")
    return made


def _read(source: str, definitions: Mapping[str, Schema]) -> dict[str, dict[str, str]]:
    """Class → field → annotation, of every class and field that went in."""
    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            found[node.name] = {
                _wire(each): ast.unparse(each.annotation)
                for each in node.body
                if isinstance(each, ast.AnnAssign)
            }
    for name, schema in definitions.items():
        if set(found.get(name, ())) != set(_fields(schema)):
            raise Mismatch(f"datamodel-code-generator lost a part of {name}")
    if len(found) != len(definitions):
        raise Mismatch("datamodel-code-generator gave classes of its own")
    return found


def _wire(node: ast.AnnAssign) -> str:
    """The name that a field went in with: it gives some another, and says so."""
    if isinstance(node.value, ast.Call):
        for keyword in node.value.keywords:
            if keyword.arg == "alias" and isinstance(keyword.value, ast.Constant):
                return str(keyword.value.value)
    return node.target.id if isinstance(node.target, ast.Name) else ""
