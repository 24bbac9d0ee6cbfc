"""What a value's JSON Schema has against it, said in a sentence for people.

The validators' own messages print the whole value and the whole schema, which for an
API document are pages. Here each finding names the place, what is there and what is
wanted, and of the alternatives of a ``oneOf`` only the one that was meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from jsonschema_rs import ValidationError, ValidationErrorKind, Validator, validator_for

from sdkgen.diagnostics.catalog import FixName
from sdkgen.diagnostics.diagnostic import NO_DETAILS, Details, find_similar
from sdkgen.diagnostics.values import preview
from sdkgen.openapi.schema_types import TYPE_NAMES, json_type
from sdkgen.support.json_pointer import Json

__all__ = ["SchemaError", "SchemaValidator"]


_MOST: Final = 10_000
"""Values of what does not fit of which it is told where: each may cost 35 KiB."""

_FIXES: Final[Mapping[str, FixName]] = {
    "const": "remove",
    "required": "add-key",
    "type": "convert-value",
    "uniqueItems": "remove-duplicates",
}
"""By keyword: what repairs a value that it is not fulfilled by."""


@dataclass(frozen=True, slots=True)
class SchemaError:
    """One place that does not fit.

    ``path`` leads to the value; ``at_key`` says that its key is what is wrong. ``kind``
    is the keyword of JSON Schema that failed. ``details`` and ``fix`` are those of the
    diagnostic.
    """

    path: tuple[str | int, ...]
    kind: str
    message: str
    hint: str = ""
    at_key: bool = False
    details: Details = NO_DETAILS
    fix: FixName | None = None


class SchemaValidator:
    """A JSON Schema that values are judged by."""

    def __init__(self, schema: dict[str, Any]) -> None:
        """Make the judge, which asks no network for what the schema refers to."""
        self._schema = schema
        self._validator: Validator = validator_for(
            schema, validate_formats=False, mask="…", offline=True
        )

    def fits(self, value: Json) -> bool:
        """Whether a value of any size, up to some 20,000 levels deep, fits."""
        return self._validator.is_valid(value)

    def explain_errors(self, value: Json) -> Iterator[SchemaError]:
        """Each finding once, alternatives of ``anyOf`` and ``oneOf`` reduced to one.

        Of what is very large, or deep where it does not fit, there is one finding of
        the kind ``unsaid``: all findings are made at once, each with a copy of the
        value that it is about.
        """
        if self.fits(value):
            return
        if _is_large(value):
            yield SchemaError(
                (), "unsaid", "the document is invalid, and too large to say where"
            )
            return
        try:
            found = self._validator.iter_errors(value)
        except ValueError:
            message = "the document is invalid, and nested too deeply to say where"
            yield SchemaError((), "unsaid", message)
            return
        seen: set[SchemaError] = set()
        for each in found:
            chosen = _Found.of(_choose_alternative(each), self._schema, value)
            for error in _explain(chosen):
                if error not in seen:
                    seen.add(error)
                    yield error


@dataclass(frozen=True, slots=True)
class _Found:
    """An error, and what it is about."""

    keyword: str
    path: tuple[str | int, ...]
    value: Any
    kind: ValidationErrorKind
    rule: Mapping[str, Any]
    """The schema that has the keyword, if it is not another document's."""

    @classmethod
    def of(cls, error: ValidationError, schema: dict[str, Any], root: Json) -> _Found:
        path = tuple(_restore_path(root, error.instance_path))
        kind = error.kind
        if isinstance(kind, ValidationErrorKind.PropertyNames):
            error = kind.error  # about a name, which is its value
        rule: Any = schema
        for step in error.schema_path[:-1]:
            rule = _step_into(rule, step)
        return cls(
            keyword=error.kind.name,
            path=path,
            value=error.instance,
            kind=error.kind,
            rule=cast("dict[str, Any]", rule) if isinstance(rule, dict) else {},
        )


def _step_into(node: Json, step: str | int) -> Json:
    if isinstance(node, dict):
        return node.get(str(step))
    if isinstance(node, list) and isinstance(step, int) and step < len(node):
        return node[step]
    return None


def _restore_path(node: Json, path: Sequence[str | int]) -> Iterator[str | int]:
    """The keys and indexes that are meant by a path as it comes.

    It lacks empty keys, and keys of digits are numbers in it.
    """
    for step in path:
        while isinstance(node, dict):
            if str(step) in node or "" not in node:
                step = str(step)
                break
            yield ""
            node = node[""]
        yield step
        node = _step_into(node, step)


def _is_large(value: Json) -> bool:
    count = 0
    todo: list[Json] = [value]
    while todo and count <= _MOST:
        node = todo.pop()
        count += 1
        if isinstance(node, dict):
            todo.extend(node.values())
        elif isinstance(node, list):
            todo.extend(node)
    return count > _MOST


def _list_alternatives(kind: ValidationErrorKind) -> list[list[ValidationError]]:
    """What each alternative has against a value that fits none of them."""
    if isinstance(kind, ValidationErrorKind.AnyOf | ValidationErrorKind.OneOfNotValid):
        return kind.context
    return []


def _choose_alternative(error: ValidationError) -> ValidationError:
    """The error inside an alternative, where it is plain which one was meant.

    That is the alternative in which the value got furthest: the error deepest inside it.
    """
    while options := _list_alternatives(error.kind):
        depth = len(error.instance_path)
        # The one that is least wrong was meant, if there is one.
        wrong = [max(_rate_penalty(each, depth) for each in found) for found in options]
        if wrong.count(min(wrong)) != 1:
            return error
        meant = options[wrong.index(min(wrong))]
        error = max(
            meant, key=lambda each: (len(each.instance_path), _rate_depth(each))
        )
    return error


def _rate_penalty(error: ValidationError, depth: int) -> int:
    """How much an error speaks against the alternative having been meant."""
    near = len(error.instance_path) - depth
    match error.kind:
        case ValidationErrorKind.Type() if near == 0:
            return 4
        case ValidationErrorKind.Required(property="$ref") if near == 0:
            return 4
        case ValidationErrorKind.Required(property="$ref"):
            return 0
        case ValidationErrorKind.Constant() | ValidationErrorKind.Enum() if near <= 1:
            return 3  # the key by which such objects tell what they are
        case ValidationErrorKind.Required() | ValidationErrorKind.Not() if near == 0:
            return 2
        case _:
            return 1


def _rate_depth(error: ValidationError) -> int:
    return 0 if error.kind.name in {"unevaluatedProperties", "not"} else 1


def _explain(found: _Found) -> Iterator[SchemaError]:
    path, value = found.path, found.value
    where = _describe_path(path)
    wanted: Any = found.kind.value
    details, fix = NO_DETAILS, _FIXES.get(found.keyword)
    match found.keyword:
        case "type":
            names: list[str] = sorted(wanted, key=lambda name: name == "null")
            details = Details(expected=tuple(names), found=json_type(value))
            types = " or ".join(TYPE_NAMES.get(name, name) for name in names)
            message = f"{where} must be {types}, not {TYPE_NAMES[details.found]}"
        case "required":
            message = f"{where} has no {wanted!r}" if path else f"{wanted!r} is missing"
            details = Details(name=wanted)
        case "additionalProperties" | "unevaluatedProperties":
            for key in wanted:
                yield from _explain_unknown_key(found, key)
            return
        case "enum":
            options = ", ".join(preview(option) for option in wanted[:12])
            message = f"{where} is {preview(value)}, which is none of {options}"
            if isinstance(value, str):
                texts = [option for option in wanted if isinstance(option, str)]
                details = Details(suggestion=find_similar(value, texts))
        case "const":
            message = f"{where} is {preview(value)} and must be {preview(wanted)}"
        case "pattern":
            about = str(found.rule.get("description", "")).rstrip(".")
            message = f"{where} is {preview(value)}, which does not match {wanted}"
            yield SchemaError(path, "pattern", message, about)
            return
        case "minLength" | "minItems" | "minProperties":
            count = f"has fewer than {wanted}" if wanted > 1 else "is empty"
            message = f"{where} {count}"
        case "maxLength" | "maxItems" | "maxProperties":
            message = f"{where} is longer than {wanted}"
        case "uniqueItems":
            message = f"{where} has an item twice"
        case "anyOf" | "oneOf":
            message = f"{where} matches none of the allowed forms"
            if isinstance(found.kind, ValidationErrorKind.OneOfMultipleValid):
                message = f"{where} matches more than one of the allowed forms"
                fix = "keep-one-alternative"
        case "falseSchema":
            message = f"{where} is not allowed here"
        case "not":
            message = f"{where} is not allowed here"
        case _:
            message = f"{where} does not fit ({found.keyword})"
    yield SchemaError(path, found.keyword, message, details=details, fix=fix)


def _explain_unknown_key(found: _Found, key: str) -> Iterator[SchemaError]:
    path = found.path
    known = list[str](found.rule.get("properties", {}))
    extensible = "^x-" in found.rule.get("patternProperties", {})
    if key not in known and not (extensible and key.startswith("x-")):
        message = f"unknown key {key!r}" + (
            f" in {_describe_path(path)}" if path else ""
        )
        yield SchemaError(
            (*path, key),
            "additionalProperties",
            message,
            at_key=True,
            details=Details(suggestion=find_similar(key, known)),
        )


def _describe_path(path: Sequence[str | int]) -> str:
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
            text += f"[{preview(step)}]" if text else preview(step)
    return text
