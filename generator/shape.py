"""What a value's JSON Schema has against it, said in a sentence for people.

The validators' own messages print the whole value and the whole schema, which for an
API document are pages. Here each finding names the place, what is there and what is
wanted, and of the alternatives of a ``oneOf`` only the one that was meant.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from jsonschema.exceptions import ValidationError

from .diagnostics import suggest

__all__ = ["Misfit", "misfits", "show"]

_SHOWN: Final = 60
"""Characters of a value that are shown."""

_TYPES: Final = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "a mapping",
    "string": "a text",
}


@dataclass(frozen=True, slots=True)
class Misfit:
    """One place that does not fit.

    ``path`` leads to the value; ``at_key`` says that its key is what is wrong. ``kind``
    is the keyword of JSON Schema that failed.
    """

    path: tuple[str | int, ...]
    kind: str
    message: str
    hint: str = ""
    at_key: bool = False


def misfits(errors: Iterable[ValidationError]) -> Iterator[Misfit]:
    """Each finding once, the alternatives of ``anyOf`` and ``oneOf`` reduced to one."""
    seen: set[Misfit] = set()
    for error in errors:
        for misfit in _misfits(_meant(error)):
            if misfit not in seen:
                seen.add(misfit)
                yield misfit


def show(value: object) -> str:
    """A value as JSON on one line, cut where it gets long; ``…`` stands for the rest."""
    if isinstance(value, dict):
        return "{…}" if value else "{}"
    if isinstance(value, list):
        return "[…]" if value else "[]"
    if isinstance(value, str):
        value = value[: _SHOWN + 1]
    elif isinstance(value, int) and not isinstance(value, bool) and abs(value) > 1e18:
        return "a very large number"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _meant(error: ValidationError) -> ValidationError:
    """The error inside an alternative, where it is plain which one was meant.

    That is the alternative in which the value got furthest: the error deepest inside it.
    """
    while error.validator in {"anyOf", "oneOf"} and error.context:
        branches: dict[object, list[ValidationError]] = {}
        for inner in error.context:
            branches.setdefault(inner.relative_schema_path[0], []).append(inner)
        # The one that is least wrong was meant, if there is one.
        wrong = [max(map(_penalty, found)) for found in branches.values()]
        if wrong.count(min(wrong)) != 1:
            return error
        meant = list(branches.values())[wrong.index(min(wrong))]
        error = max(meant, key=lambda each: (len(each.absolute_path), _weight(each)))
    return error


def _penalty(error: ValidationError) -> int:
    """How much an error speaks against the alternative having been meant."""
    instance: Any = error.instance
    near = len(error.relative_path)
    if error.validator == "type" and near == 0:
        return 4
    if error.validator == "required" and error.validator_value == ["$ref"]:
        return 4 if isinstance(instance, dict) and near == 0 else 0
    if error.validator in {"const", "enum"} and near <= 1:
        return 3  # the key by which such objects tell what they are
    if error.validator in {"required", "not"} and near == 0:
        return 2
    return 1


def _weight(error: ValidationError) -> int:
    return 0 if error.validator in {"unevaluatedProperties", "not"} else 1


def _misfits(error: ValidationError) -> Iterator[Misfit]:
    path = tuple(error.absolute_path)
    where = _where(path)
    wanted: Any = error.validator_value
    match error.validator:
        case "type":
            names = [wanted] if isinstance(wanted, str) else list(wanted)
            types = " or ".join(_TYPES.get(name, name) for name in names)
            message = f"{where} must be {types}, not {_kind(error.instance)}"
        case "required":
            key = _missing(error)
            message = f"{where} lacks {key!r}" if path else f"{key!r} is missing"
        case "additionalProperties" | "unevaluatedProperties":
            yield from _unknown_keys(error, path)
            return
        case "propertyNames":
            message = f"{where} has a key that may not be one"
        case "enum":
            options = ", ".join(show(option) for option in wanted[:12])
            message = f"{where} is {show(error.instance)}, which is none of {options}"
            if isinstance(error.instance, str):
                texts = [option for option in wanted if isinstance(option, str)]
                hint = suggest(error.instance, texts)
                yield Misfit(path, "enum", message, hint)
                return
        case "const":
            message = f"{where} is {show(error.instance)} and must be {show(wanted)}"
        case "pattern":
            about = _about(error)
            message = f"{where} is {show(error.instance)}, which does not fit {wanted}"
            yield Misfit(path, "pattern", message, about)
            return
        case "minLength" | "minItems" | "minProperties":
            count = f"has fewer than {wanted}" if wanted > 1 else "is empty"
            message = f"{where} {count}"
        case "maxLength" | "maxItems" | "maxProperties":
            message = f"{where} is longer than {wanted}"
        case "uniqueItems":
            message = f"{where} has an item twice"
        case "anyOf" | "oneOf":
            message = f"{where} fits none of the forms that are allowed here"
            if _fits_several(error):
                message = f"{where} fits more than one of the forms allowed here"
        case "not":
            message = f"{where} is what is not allowed here"
        case _:
            message = f"{where} does not fit ({error.validator})"
    yield Misfit(path, str(error.validator), message)


def _fits_several(error: ValidationError) -> bool:
    return error.validator == "oneOf" and not error.context


def _unknown_keys(
    error: ValidationError, path: tuple[str | int, ...]
) -> Iterator[Misfit]:
    given: Any = error.instance
    instance = cast("dict[str, object]", given) if isinstance(given, dict) else {}
    schema = _schema(error)
    known = list[str](schema.get("properties", {}))
    patterns = list[str](schema.get("patternProperties", {}))
    keys = [key for key in instance if key not in known]
    if error.validator == "unevaluatedProperties":
        # The schema alone does not tell which keys its parts have evaluated.
        keys = [key for key in keys if repr(key) in error.message]
    for key in keys:
        if any(pattern == "^x-" and key.startswith("x-") for pattern in patterns):
            continue
        place = _where(path)
        message = f"unknown key {key!r}" + (f" in {place}" if path else "")
        hint = suggest(key, known)
        yield Misfit((*path, key), "additionalProperties", message, hint, at_key=True)


def _schema(error: ValidationError) -> dict[str, Any]:
    schema: Any = error.schema
    return cast("dict[str, Any]", schema) if isinstance(schema, dict) else {}


def _missing(error: ValidationError) -> str:
    instance: Any = error.instance
    wanted: Any = error.validator_value
    for key in wanted:
        if key not in instance and repr(key) in error.message:
            return str(key)
    return "a key"


def _about(error: ValidationError) -> str:
    """What the schema says the value is, as a hint."""
    return str(_schema(error).get("description", "")).rstrip(".")


def _kind(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case dict():
            return "a mapping"
        case _:
            return "a list"


def _where(path: Sequence[str | int]) -> str:
    """The end of a path, as people read it: ``responses.200.content``, ``tags[0]``."""
    if not path:
        return "the document"
    text = ""
    for step in path[-3:]:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.isidentifier() or step.isalnum():
            text += f".{step}" if text else step
        else:
            text += f"[{show(step)}]" if text else show(step)
    return text
