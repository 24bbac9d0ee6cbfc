"""A second opinion on the models: datamodel-code-generator reads the same types.

The models that were printed are parsed and compared, field by field, with those that
datamodel-code-generator makes of a JSON Schema of the declarations, in which nothing
that prints our annotations takes part. What is compared is what annotations mean, so
these spellings are the same, and no others:

- A union is a set: its order, repetitions, brackets and unions in it say nothing.
- ``Literal["a", "b"]`` is two options, and ``Literal[None]`` is ``None``.
- A union with ``Any`` is ``Any``: pydantic takes whatever ``Any`` takes.
- In a union a name and what it stands for are the same: a tag tells models apart only
  if they are named themselves, so the names of unions are opened there.
- ``Annotated[X, …]`` is ``X``. The alias in it is read as the name on the wire. How
  pydantic finds the option of a union (``Field(discriminator=…)``, ``Variants``) is no
  matter of what the options are, and JSON Schema has no word for it.
- An annotation in quotes is the annotation.
- What is nested deeper than ``DEEPEST`` containers is ``Any``: so it is printed,
  though at a depth that counts unions too.

Nothing that a document wrote goes in but plain words: other names on the wire and
other values of enumerations are replaced by their bytes in hexadecimal, on both sides.
Two types have no word in JSON Schema, and go in as types by name
(``customTypePath``): ``Milliseconds`` and ``tuple[()]``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never

from sdkgen import ir
from sdkgen.ir import Access, Type
from sdkgen.support.graphs import components
from sdkgen.support.json_pointer import Json

from .meanings import (
    ALIAS,
    ANY,
    DEEPEST,
    EXTRA,
    NO_ITEMS,
    Module,
    Opened,
    Part,
    Parts,
    shown,
)

__all__ = ["Difference", "Verdict", "judge"]

Schema: TypeAlias = Json

_STUB: Final = "stub__"
"""The field of a class whose own fields are shown by other classes."""

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*", re.ASCII)
_HEX: Final = "hex__"

_NO_ITEMS: Final[Schema] = {"customTypePath": f"sdk.{NO_ITEMS}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A field of which the two say different things."""

    name: str
    """``Device.tags``, or the name of an alias."""
    pointer: str
    """Where the document says what it is."""
    judged: str
    """What datamodel-code-generator makes of it."""
    printed: str
    """What the models say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """``compared`` counts fields, aliases, and types of free keys."""

    compared: int
    differences: tuple[Difference, ...]


def judge(declarations: Sequence[ir.Declaration], modules: Iterable[str]) -> Verdict:
    """Compare the models that were printed with those of datamodel-code-generator.

    Args:
        declarations: All of the IR.
        modules: The text of each module of models.

    Raises:
        SyntaxError: A module is no Python.
    """
    if not declarations:
        return Verdict(compared=0, differences=())
    judged = _judged(declarations)
    printed = _printed(declarations, modules)
    opened = Opened(
        {name: parts[ALIAS].type for name, parts in judged.items() if ALIAS in parts}
    )
    compared = 0
    differences: list[Difference] = []
    for declaration in declarations:
        places = dict(_places(declaration))
        theirs, ours = judged[declaration.name], printed.get(declaration.name, {})
        compared += len(places)
        for part in dict.fromkeys([*places, *ours]):
            if not _same(theirs.get(part), ours.get(part), opened):
                name, pointer = places.get(
                    part, (f"{declaration.name}.{_text(part)}", declaration.pointer)
                )
                differences.append(
                    Difference(
                        name=name,
                        pointer=pointer,
                        judged=shown(theirs.get(part), _text),
                        printed=shown(ours.get(part), _text),
                    )
                )
    return Verdict(compared=compared, differences=tuple(differences))


def _places(declaration: ir.Declaration) -> Iterator[tuple[str, tuple[str, str]]]:
    """The parts of a declaration, with what each is called and where it stands."""
    name, pointer = declaration.name, str(declaration.pointer)
    if isinstance(declaration, ir.Alias):
        yield ALIAS, (name, pointer)
        return
    for each in declaration.fields:
        wire = each.wire.replace("~", "~0").replace("/", "~1")
        yield _word(each.wire), (f"{name}.{each.name}", f"{pointer}/properties/{wire}")
    if declaration.extra is not None:
        at = f"{pointer}/additionalProperties"
        yield EXTRA, (f"the free keys of {name}", at)


def _same(one: Part | None, other: Part | None, opened: Opened) -> bool:
    if one is None or other is None:
        return False  # nor if neither says anything: then nothing has been compared
    return one.optional == other.optional and (
        one.type == other.type or opened(one.type) == opened(other.type)
    )


def _word(text: str) -> str:
    """A name on the wire, or a value, as what is no question of escapes."""
    if _PLAIN.fullmatch(text):
        return text
    return f"{_HEX}{text.encode('utf-8', 'surrogatepass').hex()}"


def _text(word: str) -> str:
    """What a word stands for."""
    if not word.startswith(_HEX):
        return word
    return bytes.fromhex(word.removeprefix(_HEX)).decode("utf-8", "surrogatepass")


# ------------------------------------------------------------------ what goes in


def _judged(declarations: Sequence[ir.Declaration]) -> dict[str, Parts]:
    """What datamodel-code-generator makes of declarations."""
    once = _Shown()
    schemas: dict[str, Schema] = {}
    edges: dict[str, set[str]] = {}
    by_name = {each.name: each for each in declarations}
    for name, declaration in by_name.items():
        edges[name] = set()
        schemas[name] = once.schema(name, dict(_fields(declaration, edges[name])))
    # In another order its time for a chain of classes grows with the square.
    order = [name for group in components(edges) for name in group]
    source = _generate({f"{name}__": schemas[name] for name in order})
    classes = {f"{name}__": name for name in by_name}
    found = Module(source, classes, str).classes
    return {
        name: {
            part: found[holder][as_part]
            for part, (holder, as_part) in places.items()
            if as_part in found.get(holder, {})
        }
        for name, places in once.places.items()
    }


class _Shown:
    """Fields go in once, whatever the number of classes that have the same.

    The time that datamodel-code-generator takes is that of fields, most of which are
    a string or an id.
    """

    def __init__(self) -> None:
        self._first: dict[str, tuple[str, str]] = {}
        """Schema of a field → the class and field that show it."""
        self.places: dict[str, dict[str, tuple[str, str]]] = {}
        """Class → field → the class and field that show its schema."""

    def schema(self, name: str, fields: Mapping[str, tuple[Schema, bool]]) -> Schema:
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


def _fields(
    declaration: ir.Declaration, named: set[str]
) -> Iterator[tuple[str, tuple[Schema, bool]]]:
    """Schemas of the parts of a declaration, and whether each has to be there."""
    if isinstance(declaration, ir.Alias):
        yield ALIAS, (_schema(declaration.type, named), True)
        return
    for each in declaration.fields:
        # What is only ever sent never comes back.
        required = each.required and each.access is not Access.WRITE_ONLY
        yield _word(each.wire), (_schema(each.type, named), required)
    if declaration.extra is not None:
        yield EXTRA, (_schema(declaration.extra, named), True)


def _schema(type_: Type, named: set[str], depth: int = 0) -> Schema:
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
            return _enumeration(type_)
        case ir.ListOf(item=item):
            return {"type": "array", "items": _schema(item, named, depth + 1)}
        case ir.MapOf(value=value):
            inner = _schema(value, named, depth + 1)
            return {"type": "object", "additionalProperties": inner or True}
        case ir.TupleOf(items=()):
            return _NO_ITEMS
        case ir.TupleOf(items=items):
            return {
                "type": "array",
                "prefixItems": [_schema(item, named, depth + 1) for item in items],
                "items": False,
                "minItems": len(items),
                "maxItems": len(items),
            }
        case ir.UnionOf(options=options):
            return _any_of([_schema(option, named, depth) for option in options])
    assert_never(type_)


def _any_of(options: Sequence[Schema]) -> Schema:
    flat: list[Schema] = []
    for option in options:
        inner = option.get("anyOf") if isinstance(option, dict) else None
        flat.extend(inner if isinstance(inner, list) else [option])
    if {} in flat:
        return {}
    once = {json.dumps(each): each for each in flat}
    return flat[0] if len(once) == 1 else {"anyOf": [*once.values()]}


def _enumeration(type_: ir.LiteralOf) -> Schema:
    """An enumeration; what cannot be listed, or is not, is any value of its kind."""
    listed: list[Schema] = []
    others: dict[str, None] = {}
    for value in type_.values:
        kind = _kind(value)
        # Files hold no lone surrogate, and checkers no literal beyond 64 bits.
        fits = (
            not re.search("[\ud800-\udfff]", value)
            if isinstance(value, str)
            else value is None or -(2**63) <= value < 2**63
        )
        if fits:
            listed.append(_word(value) if isinstance(value, str) else value)
        if kind != "null" and (type_.open or not fits):
            others[kind] = None
    if listed == [None]:
        return {"type": "null"}
    options: list[Schema] = [{"enum": listed}] if listed else []
    options.extend({"type": kind} for kind in others)
    return _any_of(options)


def _kind(value: str | int | None) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case str():
            return "string"


def _generate(definitions: Mapping[str, Schema]) -> str:
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


# ---------------------------------------------------------------- what comes out


def _printed(
    declarations: Sequence[ir.Declaration], modules: Iterable[str]
) -> dict[str, Parts]:
    """What modules of models say of declarations."""
    names = {each.name: each.name for each in declarations}
    found: dict[str, Parts] = {}
    for text in modules:
        module = Module(text, names, _word)
        found |= module.classes | module.aliases
    for each in declarations:
        # Our base class takes any free key, and no class has to say so.
        if isinstance(each, ir.Model) and each.extra is not None and each.name in found:
            found[each.name].setdefault(EXTRA, Part(ANY))
    return found
