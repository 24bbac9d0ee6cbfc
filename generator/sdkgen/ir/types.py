"""The types of the IR, which the two halves of the generator share.

The stages up to ``lower`` know OpenAPI and fill these classes; ``render`` knows Python
and reads them. Every name in here is final: nothing after ``lower`` may rename. A wire
name and its Python name always travel together. Edges between declarations are names
(``Ref("Device")``), so recursion is free and a node prints as what it says.

Absence belongs to the field (``Field.required``), null belongs to the type (a
``UnionOf`` with ``Scalar(Kind.NULL)``). Tuples are in their final order: declarations
by name, fields, parameters and operations as the document orders them.

Strings that a document chose are of type ``Text``: ``render`` may bring them into
Python only as a literal, a docstring or a comment.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from sdkgen.support.absent import ABSENT, Absent
from sdkgen.support.json_pointer import Json

from .kinds import Kind


class Text(str):
    """A string of the document: unlike a name it is not safe to print as code."""

    __slots__ = ()


EMPTY = Text("")


class Access(StrEnum):
    """Which way a field travels (JSON Schema ``readOnly`` and ``writeOnly``)."""

    READ_WRITE = "read-write"
    READ_ONLY = "read-only"
    WRITE_ONLY = "write-only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Doc:
    """What the document says about a thing, for people."""

    summary: Text = EMPTY
    description: Text = EMPTY


NO_DOC = Doc()

# ---------------------------------------------------------------------- types


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    kind: Kind
    format: Text = EMPTY
    constraints: tuple[tuple[str, Json], ...] = ()
    """Keywords that narrow the value (``maxLength`` …), for documentation only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteralOf:
    """An enumeration; an open one also takes values that the document does not list."""

    values: tuple[Text | int | bool | None, ...]
    open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ListOf:
    item: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class TupleOf:
    items: tuple[Type, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapOf:
    """A JSON object with free keys."""

    value: Type


@dataclass(frozen=True, slots=True, kw_only=True)
class UnionOf:
    """One of several types; ``tag`` is the wire name of the discriminator, if any."""

    options: tuple[Type, ...]
    tag: Text | None = None
    mapping: tuple[tuple[Text, str], ...] = ()
    """(value of the tag, name of the declaration) …"""
    other: str | None = None
    """The declaration of an object with any other tag: what the options extend."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """A declaration, by its name."""

    name: str


Type: TypeAlias = Scalar | LiteralOf | ListOf | TupleOf | MapOf | UnionOf | Ref

# --------------------------------------------------------------- declarations


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    name: str
    wire: Text
    type: Type
    required: bool = False
    default: Json | Absent = ABSENT
    access: Access = Access.READ_WRITE
    doc: Doc = NO_DOC
    deprecated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """An object with named fields; ``extra`` is the type of the fields beyond them."""

    name: str
    fields: tuple[Field, ...]
    extra: Type | None = None
    doc: Doc = NO_DOC
    pointer: Text
    area: str = ""
    """The file that its author put it into, by name; empty if that is the main one."""
    sent: bool = False
    """Reachable from something that a caller passes: gets a ``TypedDict`` too."""
    example: Json | Absent = ABSENT
    """What it gives of itself, if an operation answers with one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A name for any other type: an enumeration, a union, a list …"""

    name: str
    type: Type
    doc: Doc = NO_DOC
    pointer: Text
    area: str = ""
    sent: bool = False


Declaration: TypeAlias = Model | Alias

# ----------------------------------------------------------------- operations


DEEPEST_ANNOTATION = 24
"""Types in types; what is nested deeper is ``Any``."""
