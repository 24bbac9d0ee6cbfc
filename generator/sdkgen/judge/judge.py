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

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sdkgen import ir
from sdkgen.support.graphs import find_strongly_connected

from .meanings import (
    ALIAS,
    ANY,
    EXTRA,
    Module,
    Opened,
    Part,
    Parts,
    shown,
)
from .schemas import (
    OnceShown,
    Schema,
    decode_word,
    encode_word,
    generate_models,
    list_fields,
)

__all__ = ["Difference", "Verdict", "judge"]


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
    judged = _judge_declarations(declarations)
    printed = _read_printed(declarations, modules)
    opened = Opened(
        {name: parts[ALIAS].type for name, parts in judged.items() if ALIAS in parts}
    )
    compared = 0
    differences: list[Difference] = []
    for declaration in declarations:
        places = dict(_list_places(declaration))
        theirs, ours = judged[declaration.name], printed.get(declaration.name, {})
        compared += len(places)
        for part in dict.fromkeys([*places, *ours]):
            if not _is_same(theirs.get(part), ours.get(part), opened):
                name, pointer = places.get(
                    part,
                    (f"{declaration.name}.{decode_word(part)}", declaration.pointer),
                )
                differences.append(
                    Difference(
                        name=name,
                        pointer=pointer,
                        judged=shown(theirs.get(part), decode_word),
                        printed=shown(ours.get(part), decode_word),
                    )
                )
    return Verdict(compared=compared, differences=tuple(differences))


def _list_places(declaration: ir.Declaration) -> Iterator[tuple[str, tuple[str, str]]]:
    """The parts of a declaration, with what each is called and where it stands."""
    name, pointer = declaration.name, str(declaration.pointer)
    if isinstance(declaration, ir.Alias):
        yield ALIAS, (name, pointer)
        return
    for each in declaration.fields:
        wire = each.wire.replace("~", "~0").replace("/", "~1")
        yield encode_word(each.wire), (
            f"{name}.{each.name}",
            f"{pointer}/properties/{wire}",
        )
    if declaration.extra is not None:
        at = f"{pointer}/additionalProperties"
        yield EXTRA, (f"the free keys of {name}", at)


def _is_same(one: Part | None, other: Part | None, opened: Opened) -> bool:
    if one is None or other is None:
        return False  # nor if neither says anything: then nothing has been compared
    return one.optional == other.optional and (
        one.type == other.type or opened(one.type) == opened(other.type)
    )


# ------------------------------------------------------------------ what goes in


def _judge_declarations(declarations: Sequence[ir.Declaration]) -> dict[str, Parts]:
    """What datamodel-code-generator makes of declarations."""
    once = OnceShown()
    schemas: dict[str, Schema] = {}
    edges: dict[str, set[str]] = {}
    by_name = {each.name: each for each in declarations}
    for name, declaration in by_name.items():
        edges[name] = set()
        schemas[name] = once.add_class(
            name, dict(list_fields(declaration, edges[name]))
        )
    # In another order its time for a chain of classes grows with the square.
    order = [name for group in find_strongly_connected(edges) for name in group]
    source = generate_models({f"{name}__": schemas[name] for name in order})
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


# ---------------------------------------------------------------- what comes out


def _read_printed(
    declarations: Sequence[ir.Declaration], modules: Iterable[str]
) -> dict[str, Parts]:
    """What modules of models say of declarations."""
    names = {each.name: each.name for each in declarations}
    found: dict[str, Parts] = {}
    for text in modules:
        module = Module(text, names, encode_word)
        found |= module.classes | module.aliases
    for each in declarations:
        # Our base class takes any free key, and no class has to say so.
        if isinstance(each, ir.Model) and each.extra is not None and each.name in found:
            found[each.name].setdefault(EXTRA, Part(ANY))
    return found
