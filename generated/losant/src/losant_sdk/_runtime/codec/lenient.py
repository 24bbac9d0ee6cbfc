"""JSON that does not fit its type → typed where it fits, and as it came elsewhere."""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar, Union, cast, get_args, get_origin

import pydantic
from pydantic.fields import FieldInfo

from .model import BaseModel, wire_name
from .plain import Plain
from .validation import validate_strictly
from .variants import Variants

__all__ = ["decode_lenient"]

M = TypeVar("M", bound=BaseModel)


def decode_lenient(kind: Any, data: Plain) -> Any:
    """The value with everything typed that fits its type.

    A model is made although something in it does not fit, or is missing: what does not
    fit stays as it came, what is missing reads as None.
    """
    try:
        # As JSON: strictly read, Python's strings are no dates, and JSON's are.
        return validate_strictly(kind, json.dumps(data))
    except pydantic.ValidationError:
        return _decode_partly(kind, data)


def _decode_partly(kind: Any, data: Plain) -> Any:
    origin = get_origin(kind)
    if hasattr(kind, "__value__"):
        return decode_lenient(kind.__value__, data)
    if origin is typing.Annotated:
        inner, *notes = get_args(kind)
        return _decode_annotated(inner, notes, data)
    if origin in (Union, types.UnionType):
        return _decode_union(get_args(kind), data)
    if isinstance(data, list) and origin in (list, Sequence):
        return [decode_lenient(get_args(kind)[0], item) for item in data]
    if isinstance(data, list) and origin is tuple:
        # Of another length than it was promised to be: each as far as it is known.
        kinds = (*get_args(kind), *[Any] * len(data))
        return tuple(map(decode_lenient, kinds, data))
    if isinstance(data, dict):
        if origin in (dict, Mapping):
            return {
                key: decode_lenient(get_args(kind)[1], item)
                for key, item in data.items()
            }
        if _is_model(kind):
            return _construct_model(kind, data)
    return data


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _build_fields(kind: type[BaseModel]) -> Mapping[str, FieldInfo]:
    """The fields of a model, whose types are known when it is built: that is put off."""
    kind.model_rebuild()
    return kind.model_fields


def _expand_options(kind: Any) -> Iterator[Any]:
    """The types that a union stands for, aliases opened."""
    if hasattr(kind, "__value__"):
        yield from _expand_options(kind.__value__)
    elif get_origin(kind) is typing.Annotated:
        yield from _expand_options(get_args(kind)[0])
    elif get_origin(kind) in (Union, types.UnionType):
        for option in get_args(kind):
            yield from _expand_options(option)
    else:
        yield kind


def _decode_union(options: Sequence[Any], data: Plain) -> Any:
    """Of several types the one that the data is meant for; as it is if none is.

    With a choice of models, an unknown variant is better raw than as a wrong one: a
    model is taken if it is the only one that finds all that it requires.
    """
    for option in options:
        if get_origin(option) is typing.Annotated and _has_discriminator(
            get_args(option)[1:]
        ):
            return decode_lenient(option, data)
    flat = [each for option in options for each in _expand_options(option)]
    if isinstance(data, list):
        lists = [each for each in flat if get_origin(each) in (list, Sequence, tuple)]
        return decode_lenient(lists[0], data) if len(lists) == 1 else data
    if not isinstance(data, dict):
        return data
    models = [each for each in flat if _is_model(each)]
    if len(models) > 1:
        models = [each for each in models if _collect_required(each) <= data.keys()]
    if len(models) == 1:
        return _construct_model(models[0], data)
    maps = [each for each in flat if get_origin(each) in (dict, Mapping)]
    return decode_lenient(maps[0], data) if len(maps) == 1 and not models else data


def _decode_annotated(kind: Any, notes: Sequence[Any], data: Plain) -> Any:
    """A value of an annotated type: what is noted may tell the variant."""
    variants = next((note for note in notes if isinstance(note, Variants)), None)
    if variants is not None and isinstance(data, dict):
        said = variants.of(data)
        return data if said is None else decode_lenient(said, data)
    tag = _find_discriminator(notes)
    return _decode_variant(kind, tag, data) if tag else decode_lenient(kind, data)


def _has_discriminator(notes: Sequence[Any]) -> bool:
    """Whether the notes beside a union tell its variants apart."""
    return bool(_find_discriminator(notes)) or any(
        isinstance(n, Variants) for n in notes
    )


def _find_discriminator(notes: Sequence[Any]) -> str:
    """The wire name by which the models of a union are told apart, or nothing."""
    for note in notes:
        if isinstance(note, FieldInfo) and isinstance(note.discriminator, str):
            return note.discriminator
    return ""


def _decode_variant(kind: Any, tag: str, data: Plain) -> Any:
    """The model of the union whose tag the data has; an unknown one stays raw."""
    if not isinstance(data, dict):
        return decode_lenient(kind, data) if not _is_model(kind) else data
    for option in _expand_options(kind):
        field = _build_fields(option).get(tag) if _is_model(option) else None
        if field is None:
            continue
        if data.get(wire_name(option, tag)) in _collect_literals(field.annotation):
            return _construct_model(option, data)
    return data


def _collect_literals(annotation: Any) -> set[Any]:
    return {
        value
        for option in _expand_options(annotation)
        if get_origin(option) is typing.Literal
        for value in get_args(option)
    }


def _collect_required(kind: type[BaseModel]) -> set[str]:
    return {
        wire_name(kind, name)
        for name, field in _build_fields(kind).items()
        if field.is_required()
    }


def _construct_model(kind: type[M], data: Mapping[str, Any]) -> M:
    values: dict[str, Any] = {}
    known: set[str] = set()
    given: set[str] = set()
    for name, field in _build_fields(kind).items():
        wire = wire_name(kind, name)
        known.add(wire)
        if wire in data:
            values[name] = decode_lenient(_restore_annotation(field), data[wire])
            given.add(name)
        elif field.is_required():
            # Absent though the document promises it: reading it gives None.
            values[name] = None
    extra = {key: value for key, value in data.items() if key not in known}
    made = kind.model_construct(given, **values)
    if made.__pydantic_extra__ is not None:
        made.__pydantic_extra__.update(extra)
    made.__pydantic_fields_set__.update(extra.keys() - kind.model_fields.keys())
    return made


def _restore_annotation(field: FieldInfo) -> Any:
    """The type of a field, with its discriminator, which pydantic takes off."""
    for noted in field.metadata:
        if isinstance(noted, Variants):
            return typing.Annotated[cast("Any", field.annotation), noted]
    if isinstance(field.discriminator, str):
        note = pydantic.Field(discriminator=field.discriminator)
        return typing.Annotated[cast("Any", field.annotation), note]
    return field.annotation
