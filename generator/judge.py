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
- What is nested deeper than ``_DEEPEST`` containers is ``Any``: so it is printed,
  though at a depth that counts unions too.

Nothing that a document wrote goes in but plain words: other names on the wire and
other values of enumerations are replaced by their bytes in hexadecimal, on both sides.
Two types have no word in JSON Schema, and go in as types by name
(``customTypePath``): ``Milliseconds`` and ``tuple[()]``.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias, assert_never

from . import ir
from .annotations import DEEPEST_ANNOTATION
from .graph import components
from .ir import Access, Kind, Type

__all__ = ["Difference", "Verdict", "judge"]

Schema: TypeAlias = "dict[str, Schema] | list[Schema] | str | bool | int | None"

# Names beside those on the wire: none of these has two underscores in a row.
_ALIAS: Final = "alias__"
"""What an alias stands for, as a field of its class."""
_EXTRA: Final = "extra__"
"""The values of the free keys of a model, as a field of it."""
_STUB: Final = "stub__"
"""The field of a class whose own fields are shown by other classes."""

_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9]+)*", re.ASCII)
_HEX: Final = "hex__"

_DEEPEST: Final = DEEPEST_ANNOTATION // 2
"""Containers in containers that are compared; between two there may be a union."""

_SCALARS: Final[Mapping[Kind, Schema]] = {
    Kind.STRING: {"type": "string"},
    Kind.INTEGER: {"type": "integer"},
    # An integer is a number of JSON Schema, and stays one when it is received.
    Kind.NUMBER: {"anyOf": [{"type": "integer"}, {"type": "number"}]},
    Kind.BOOLEAN: {"type": "boolean"},
    Kind.NULL: {"type": "null"},
    Kind.BYTES: {"type": "string", "format": "binary"},
    Kind.DATE: {"type": "string", "format": "date"},
    Kind.DATETIME: {"type": "string", "format": "date-time"},
    Kind.UUID: {"type": "string", "format": "uuid"},
    Kind.MILLISECONDS: {"customTypePath": "sdk.Milliseconds"},
    Kind.ANY: {},
}
_NO_ITEMS: Final[Schema] = {"customTypePath": "sdk.NoItems"}

_NAMES: Final = frozenset(
    {"str", "int", "float", "bool", "bytes", "date", "datetime", "UUID"}
    | {"Milliseconds", "NoItems"}
)
"""Types that an annotation may name besides declarations."""


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
    opened = _Opened(
        {name: parts[_ALIAS].type for name, parts in judged.items() if _ALIAS in parts}
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
                        judged=_told(theirs.get(part)),
                        printed=_told(ours.get(part)),
                    )
                )
    return Verdict(compared=compared, differences=tuple(differences))


def _places(declaration: ir.Declaration) -> Iterator[tuple[str, tuple[str, str]]]:
    """The parts of a declaration, with what each is called and where it stands."""
    name, pointer = declaration.name, str(declaration.pointer)
    if isinstance(declaration, ir.Alias):
        yield _ALIAS, (name, pointer)
        return
    for each in declaration.fields:
        wire = each.wire.replace("~", "~0").replace("/", "~1")
        yield _word(each.wire), (f"{name}.{each.name}", f"{pointer}/properties/{wire}")
    if declaration.extra is not None:
        at = f"{pointer}/additionalProperties"
        yield _EXTRA, (f"the free keys of {name}", at)


# --------------------------------------------------------------------- meanings

Option: TypeAlias = "tuple[str, object]"
"""``("name", "str")``, ``("literal", value)``, ``("list", meaning)`` …"""
Meaning: TypeAlias = "frozenset[Option]"
"""What an annotation allows, as a set of options."""

_ANY: Final[Meaning] = frozenset({("name", "Any")})
_NULL: Final[Option] = ("name", "None")


@dataclass(frozen=True, slots=True)
class _Part:
    """A field of a class: its type, and whether it has the default ``None``."""

    type: Meaning
    optional: bool = False


_Parts: TypeAlias = "dict[str, _Part]"
"""By the word for their names on the wire."""


def _union(options: Iterable[Option]) -> Meaning:
    found = frozenset(options)
    return _ANY if found >= _ANY else found


def _same(one: _Part | None, other: _Part | None, opened: _Opened) -> bool:
    if one is None or other is None:
        return one is other
    return one.optional == other.optional and (
        one.type == other.type or opened(one.type) == opened(other.type)
    )


class _Opened:
    """Meanings in whose unions there are no names of aliases."""

    def __init__(self, aliases: Mapping[str, Meaning]) -> None:
        self._aliases = aliases

    def __call__(self, meaning: Meaning) -> Meaning:
        """A meaning with the options of aliases in place of their names."""
        if len(meaning) == 1:
            return frozenset(self._inside(each) for each in meaning)
        found: set[Option] = set()
        seen: set[str] = set()
        waiting = [*meaning]
        while waiting:
            option = waiting.pop()
            kind, name = option
            if (
                kind == "declaration"
                and isinstance(name, str)
                and name in self._aliases
            ):
                if name not in seen:
                    seen.add(name)
                    waiting.extend(self._aliases[name])
            else:
                found.add(self._inside(option))
        return _union(found)

    def _inside(self, option: Option) -> Option:
        match option:
            case (("list" | "dict") as kind, frozenset() as item):
                return kind, self(item)
            case ("tuple", tuple() as items):
                return "tuple", tuple(self(item) for item in items)
            case _:
                return option


def _told(part: _Part | None) -> str:
    """A part as an annotation, for people."""
    if part is None:
        return "nothing"
    return f"{_shown(part.type)} = None" if part.optional else _shown(part.type)


def _shown(meaning: Meaning) -> str:
    texts = sorted(_option(each) for each in meaning if each != _NULL)
    return " | ".join([*texts, *(["None"] if _NULL in meaning else [])])


def _option(option: Option) -> str:
    match option:
        case ("literal", str() as word):
            return f"Literal[{json.dumps(_text(word))}]"
        case ("literal", (_, value)):
            return f"Literal[{value}]"
        case ("list", frozenset() as item):
            return f"list[{_shown(item)}]"
        case ("dict", frozenset() as value):
            return f"dict[str, {_shown(value)}]"
        case ("tuple", tuple() as items):
            return f"tuple[{', '.join(_shown(item) for item in items)}]"
        case ("name", "NoItems"):
            return "tuple[()]"
        case (_, name):
            return str(name)


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


def _judged(declarations: Sequence[ir.Declaration]) -> dict[str, _Parts]:
    """What datamodel-code-generator makes of declarations."""
    shown = _Shown()
    schemas: dict[str, Schema] = {}
    edges: dict[str, set[str]] = {}
    by_name = {each.name: each for each in declarations}
    for name, declaration in by_name.items():
        edges[name] = set()
        schemas[name] = shown.once(name, dict(_fields(declaration, edges[name])))
    # In another order its time for a chain of classes grows with the square.
    order = [name for group in components(edges) for name in group]
    source = _generate({f"{name}__": schemas[name] for name in order})
    found = _Module(source, {f"{name}__": name for name in by_name}).classes
    return {
        name: {
            part: found[holder][as_part]
            for part, (holder, as_part) in places.items()
            if as_part in found.get(holder, {})
        }
        for name, places in shown.places.items()
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

    def once(self, name: str, fields: Mapping[str, tuple[Schema, bool]]) -> Schema:
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
        yield _ALIAS, (_schema(declaration.type, named), True)
        return
    for each in declaration.fields:
        # What is only ever sent never comes back.
        required = each.required and each.access is not Access.WRITE_ONLY
        yield _word(each.wire), (_schema(each.type, named), required)
    if declaration.extra is not None:
        yield _EXTRA, (_schema(declaration.extra, named), True)


def _schema(type_: Type, named: set[str], depth: int = 0) -> Schema:
    """A type as JSON Schema 2020-12; declarations that it names are noted."""
    if depth > _DEEPEST:
        return {}
    match type_:
        case ir.Ref(name=name):
            named.add(name)
            return {"$ref": f"#/$defs/{name}__"}
        case ir.Scalar(kind=kind):
            return _SCALARS[kind]
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
) -> dict[str, _Parts]:
    """What modules of models say of declarations."""
    names = {each.name: each.name for each in declarations}
    found: dict[str, _Parts] = {}
    for text in modules:
        module = _Module(text, names)
        found |= module.classes | module.aliases
    for each in declarations:
        # Our base class takes any free key, and no class has to say so.
        if isinstance(each, ir.Model) and each.extra is not None and each.name in found:
            found[each.name].setdefault(_EXTRA, _Part(_ANY))
    return found


@dataclass(slots=True)
class _Module:
    """Reads the classes and aliases of a module, of which nothing is run."""

    source: str
    declared: Mapping[str, str]
    """Names in the module → names of declarations."""
    classes: dict[str, _Parts] = field(default_factory=dict[str, _Parts])
    aliases: dict[str, _Parts] = field(default_factory=dict[str, _Parts])
    _imported: dict[str, str] = field(default_factory=dict[str, str])
    """Names in the module → names in the module that they come from."""

    def __post_init__(self) -> None:
        for node in ast.parse(self.source).body:
            match node:
                case ast.ImportFrom(names=names):
                    for each in names:
                        self._imported[each.asname or each.name] = each.name
                case ast.ClassDef(name=name) if name in self.declared:
                    self.classes[self.declared[name]] = dict(self._fields(node))
                case ast.AnnAssign(
                    target=ast.Name(id=name),
                    annotation=ast.Name(id="TypeAlias"),
                    value=ast.expr() as value,
                ) if (
                    name in self.declared
                ):
                    self._alias(name, value)
                case ast.Assign(
                    targets=[ast.Name(id=name)],
                    value=ast.Call(func=ast.Name(id="TypeAliasType"), args=[_, value]),
                ) if (
                    name in self.declared
                ):
                    self._alias(name, value)
                case _:
                    continue

    def _alias(self, name: str, value: ast.expr) -> None:
        self.aliases[self.declared[name]] = {_ALIAS: _Part(self._meaning(value))}

    def _fields(self, node: ast.ClassDef) -> Iterator[tuple[str, _Part]]:
        bases = {each.id for each in node.bases if isinstance(each, ast.Name)}
        for each in node.body:
            match each:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation):
                    pass
                case _:
                    continue
            if name == "__pydantic_extra__":
                match annotation:
                    case ast.Subscript(slice=ast.Tuple(elts=[_, values])):
                        yield _EXTRA, _Part(self._meaning(values))
                    case _:
                        yield _EXTRA, _Part(_unknown(annotation))
                continue
            wire = _camel_case(name) if "CamelModel" in bases else name
            wire = _alias_in(each.value) or _alias_in(annotation) or wire
            # The words of datamodel-code-generator's input stay what they are.
            word = wire if wire.startswith((_HEX, _ALIAS, _EXTRA)) else _word(wire)
            yield word, _Part(self._meaning(annotation), _has_default(each.value))

    def _meaning(self, node: ast.expr, depth: int = 0) -> Meaning:
        if depth > _DEEPEST:
            return _ANY
        match node:
            case ast.BinOp(op=ast.BitOr()):
                return _union(
                    option
                    for each in _alternatives(node)
                    for option in self._meaning(each, depth)
                )
            case ast.Constant(value=None):
                return frozenset({_NULL})
            case ast.Constant(value=str(text)):
                return self._meaning(ast.parse(text, mode="eval").body, depth)
            case ast.Attribute(value=ast.Name(id="builtins"), attr=name):
                return frozenset({("name", name)})
            case ast.Name(id=name):
                return self._named(name)
            case ast.Subscript(value=ast.Name(id=name), slice=inner):
                return self._generic(node, self._imported.get(name, name), inner, depth)
            case _:
                return _unknown(node)

    def _named(self, name: str) -> Meaning:
        if name in self.declared:
            return frozenset({("declaration", self.declared[name])})
        known = self._imported.get(name, name)
        if known == "Any":
            return _ANY
        return frozenset({("name", known) if known in _NAMES else ("unknown", known)})

    def _generic(
        self, node: ast.expr, name: str, inner: ast.expr, depth: int
    ) -> Meaning:
        match name, inner:
            case "Annotated", ast.Tuple(elts=[first, *_]):
                return self._meaning(first, depth)
            case "Literal", ast.Tuple(elts=values):
                return frozenset(_value(each) for each in values)
            case "Literal", _:
                return frozenset({_value(inner)})
            case "list", _:
                return frozenset({("list", self._meaning(inner, depth + 1))})
            case "dict", ast.Tuple(elts=[ast.Name(id="str"), value]):
                return frozenset({("dict", self._meaning(value, depth + 1))})
            case "tuple", ast.Tuple(elts=[]):
                return frozenset({("name", "NoItems")})
            case "tuple", ast.Tuple(elts=items):
                each = tuple(self._meaning(item, depth + 1) for item in items)
                return frozenset({("tuple", each)})
            case "tuple", _:
                return frozenset({("tuple", (self._meaning(inner, depth + 1),))})
            case _:
                return _unknown(node)


def _unknown(node: ast.expr) -> Meaning:
    """What neither of the two should have printed."""
    return frozenset({("unknown", ast.unparse(node))})


def _value(node: ast.expr) -> Option:
    """A value of a ``Literal``; ``1`` and ``True`` are two."""
    match node:
        case ast.Constant(value=None):
            return _NULL
        case ast.Constant(value=str(text)):
            return ("literal", text if text.startswith(_HEX) else _word(text))
        case ast.Constant(value=int(number)):
            return ("literal", (type(number).__name__, number))
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
            return ("literal", ("int", -number))
        case _:
            return ("unknown", ast.unparse(node))


def _alternatives(node: ast.expr) -> Iterator[ast.expr]:
    """The options of a union, which may be many, without recursion."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, ast.BinOp) and isinstance(each.op, ast.BitOr):
            waiting += [each.right, each.left]
        else:
            yield each


def _alias_in(node: ast.expr | None) -> str:
    """The alias that a call of ``Field`` gives, be it a value or in ``Annotated``."""
    match node:
        case ast.Call(func=ast.Name(id="Field"), keywords=keywords):
            for each in keywords:
                if each.arg == "alias" and isinstance(each.value, ast.Constant):
                    return str(each.value.value)
        case ast.Subscript(value=ast.Name(id="Annotated"), slice=ast.Tuple(elts=parts)):
            return next(filter(None, map(_alias_in, parts[1:])), "")
        case _:
            pass
    return ""


def _has_default(value: ast.expr | None) -> bool:
    """Whether a field is ``None`` if it is not there."""
    match value:
        case ast.Constant(value=None):
            return True
        case ast.Call(func=ast.Name(id="Field"), args=[ast.Constant(value=None)]):
            return True
        case _:
            return False


def _camel_case(name: str) -> str:
    """``device_id`` → ``deviceId``, the name on the wire in a ``CamelModel``."""
    first, *others = name.split("_")
    return first + "".join(each[:1].upper() + each[1:] for each in others)
