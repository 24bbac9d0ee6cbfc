"""Declarations → JSON Schema, of which datamodel-code-generator makes models."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias, assert_never

from sdkgen import ir
from sdkgen.ir import Access, Type
from sdkgen.support.json_pointer import Json

from .meanings import ALIAS, DEEPEST, EXTRA, NO_ITEMS

__all__ = [
    "OnceShown",
    "Schema",
    "decode_word",
    "encode_word",
    "generate_models",
    "list_fields",
]

Schema: TypeAlias = Json

_STUB: Final = "stub__"
"""The field of a class whose own fields are shown by other classes."""

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*", re.ASCII)
_HEX: Final = "hex__"

_NO_ITEMS: Final[Schema] = {"customTypePath": f"sdk.{NO_ITEMS}"}


def encode_word(text: str) -> str:
    """A name on the wire, or a value, as what is no question of escapes."""
    if _PLAIN.fullmatch(text):
        return text
    return f"{_HEX}{text.encode('utf-8', 'surrogatepass').hex()}"


def decode_word(word: str) -> str:
    """What a word stands for."""
    if not word.startswith(_HEX):
        return word
    return bytes.fromhex(word.removeprefix(_HEX)).decode("utf-8", "surrogatepass")


class OnceShown:
    """Fields go in once, whatever the number of classes that have the same.

    The time that datamodel-code-generator takes is that of fields, most of which are
    a string or an id.
    """

    def __init__(self) -> None:
        self._first: dict[str, tuple[str, str]] = {}
        """Schema of a field → the class and field that show it."""
        self.places: dict[str, dict[str, tuple[str, str]]] = {}
        """Class → field → the class and field that show its schema."""

    def add_class(self, name: str, fields: Mapping[str, tuple[Schema, bool]]) -> Schema:
        """A class with those of its fields whose schemas were not shown yet."""
        own: dict[str, Schema] = {}
        required: list[Schema] = []
        places = self.places[name] = {}
        for part, (schema, needed) in fields.items():
            key = json.dumps([schema, needed])
            places[part] = self._first.setdefault(key, (name, part))
            if places[part] == (name, part):
                own[part] = schema
                required += [part] if needed else []
        return {
            "type": "object",
            "properties": own or {_STUB: {"type": "string"}},
            "required": required,
        }


def list_fields(
    declaration: ir.Declaration, named: set[str]
) -> Iterator[tuple[str, tuple[Schema, bool]]]:
    """Schemas of the parts of a declaration, and whether each has to be there."""
    if isinstance(declaration, ir.Alias):
        yield ALIAS, (_make_schema(declaration.type, named), True)
        return
    for each in declaration.fields:
        # What is only ever sent never comes back.
        required = each.required and each.access is not Access.WRITE_ONLY
        yield encode_word(each.wire), (_make_schema(each.type, named), required)
    if declaration.extra is not None:
        yield EXTRA, (_make_schema(declaration.extra, named), True)


def _make_schema(type_: Type, named: set[str], depth: int = 0) -> Schema:
    """A type as JSON Schema 2020-12; declarations that it names are noted."""
    if depth > DEEPEST:
        return {}
    match type_:
        case ir.Ref(name=name):
            named.add(name)
            return {"$ref": f"#/$defs/{name}__"}
        case ir.Scalar(kind=kind):
            return dict(kind.row.judged)
        case ir.LiteralOf():
            return _list_values(type_)
        case ir.ListOf(item=item):
            return {"type": "array", "items": _make_schema(item, named, depth + 1)}
        case ir.MapOf(value=value):
            inner = _make_schema(value, named, depth + 1)
            return {"type": "object", "additionalProperties": inner or True}
        case ir.TupleOf(items=()):
            return _NO_ITEMS
        case ir.TupleOf(items=items):
            return {
                "type": "array",
                "prefixItems": [_make_schema(item, named, depth + 1) for item in items],
                "items": False,
                "minItems": len(items),
                "maxItems": len(items),
            }
        case ir.UnionOf(options=options):
            return _unite([_make_schema(option, named, depth) for option in options])
    assert_never(type_)


def _unite(options: Sequence[Schema]) -> Schema:
    flat: list[Schema] = []
    for option in options:
        inner = option.get("anyOf") if isinstance(option, dict) else None
        flat.extend(inner if isinstance(inner, list) else [option])
    if {} in flat:
        return {}
    once = {json.dumps(each): each for each in flat}
    return flat[0] if len(once) == 1 else {"anyOf": [*once.values()]}


def _list_values(type_: ir.LiteralOf) -> Schema:
    """An enumeration; what cannot be listed, or is not, is any value of its kind."""
    listed: list[Schema] = []
    others: dict[str, None] = {}
    for value in type_.values:
        kind = _name_type(value)
        # Files hold no lone surrogate, and checkers no literal beyond 64 bits.
        fits = (
            not re.search("[\ud800-\udfff]", value)
            if isinstance(value, str)
            else value is None or -(2**63) <= value < 2**63
        )
        if fits:
            listed.append(encode_word(value) if isinstance(value, str) else value)
        if kind != "null" and (type_.open or not fits):
            others[kind] = None
    if listed == [None]:
        return {"type": "null"}
    options: list[Schema] = [{"enum": listed}] if listed else []
    options.extend({"type": kind} for kind in others)
    return _unite(options)


def _name_type(value: str | int | None) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case str():
            return "string"


def generate_models(definitions: Mapping[str, Schema]) -> str:
    # Imported here: only a check pays for it.
    import datamodel_code_generator as generator
    from datamodel_code_generator import enums
    from datamodel_code_generator.format import DatetimeClassType
    from datamodel_code_generator.parser import LiteralType

    made = generator.generate(
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$defs": dict(definitions),
        },
        input_file_type=generator.InputFileType.JsonSchema,
        output_model_type=enums.DataModelType.PydanticV2BaseModel,
        target_python_version=generator.PythonVersion.PY_311,
        custom_class_name_generator=str,
        # Stated, since the default warns; the text is parsed, not read.
        formatters=[],
        skip_root_model=True,
        disable_timestamp=True,
        use_standard_collections=True,
        use_union_operator=True,
        enum_field_as_literal=LiteralType.All,
        output_datetime_class=DatetimeClassType.Datetime,
    )
    return made if isinstance(made, str) else ""
