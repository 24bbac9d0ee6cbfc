"""Our own checks of Schema Objects, by a table of their keywords.

A schema is read as far as it can be, so hardly anything here is an error: only where a
keyword should hold schemas and holds something else is its meaning lost. The tables are
those of JSON Schema 2020-12 and of OpenAPI 3.0.
"""

from __future__ import annotations

from itertools import islice

from sdkgen.diagnostics.diagnostic import Details, find_similar
from sdkgen.diagnostics.values import preview
from sdkgen.openapi.schema_keywords import (
    KEYWORDS,
    SCALARS,
    SCHEMA_ARRAYS,
    TYPES,
    find_misused,
    is_type_keyword,
    is_unknown,
)
from sdkgen.openapi.schema_types import explain_enum, type_of
from sdkgen.openapi.walk import walk
from sdkgen.patterns.patterns import is_readable
from sdkgen.support.json_pointer import Json, escape

from .example_values import explain_mismatch
from .report import Report

__all__ = ["check_schemas"]


def check_schemas(report: Report) -> None:
    """Check every schema of a bundled document, whatever it holds."""
    version = str(report.root.get("openapi", ""))
    # Before 3.1 unknown keywords are not allowed; from then on they mean nothing.
    closed = version.startswith("3.0")
    combined: set[str] = set()
    for node in walk(report.root):
        schema, pointer = node.value, node.pointer
        if node.kind == "[schema]" and pointer.rpartition("/")[2] in SCHEMA_ARRAYS:
            if not schema:
                name = pointer.rpartition("/")[2]
                report.value("W728", f"{name} is empty", pointer)
            elif isinstance(schema, list):
                combined.update(f"{pointer}/{index}" for index in range(len(schema)))
        if node.kind != "schema" or not isinstance(schema, dict):
            continue
        _check_keywords(report, schema, pointer, closed)
        _check_type(report, schema, pointer)
        _check_values(report, schema, pointer)
        _check_pattern(report, schema, pointer)
        if pointer not in combined:
            _check_required(report, schema, pointer)


def _check_keywords(
    report: Report, schema: dict[str, Json], pointer: str, closed: bool
) -> None:
    for key in find_misused(schema):
        _, wanted, expected = SCALARS[key]
        message = f"{key} must be {wanted}, not {preview(schema[key])}"
        details = Details(expected=expected)
        report.value("W728", message, f"{pointer}/{escape(key)}", details=details)
    for key in filter(is_unknown, schema):
        place = f"{pointer}/{escape(key)}"
        details = Details(suggestion=report.find_similar(key, KEYWORDS))
        if details.suggestion or closed:
            message = f"unknown keyword {key!r} in a schema"
            report.key("W725", message, place, details=details)


def _check_type(report: Report, schema: dict[str, Json], pointer: str) -> None:
    stated = schema.get("type")
    if not is_type_keyword(type_of(schema)):
        return
    names = stated if isinstance(stated, list) else [stated]
    for index, name in enumerate(names):
        if name in TYPES:
            continue
        at = (
            f"{pointer}/type/{index}" if isinstance(stated, list) else f"{pointer}/type"
        )
        message = f"{preview(name)} is not a type"
        if name is None:
            message = "null is not quoted; treated as the type 'null'"
        details = Details(suggestion=find_similar(preview(name), TYPES))
        report.value("W728", message, at, details=details)


def _check_values(report: Report, schema: dict[str, Json], pointer: str) -> None:
    options = schema.get("enum")
    if isinstance(options, list):
        seen: set[str] = set()
        for index, option in enumerate(options):
            if isinstance(option, dict | list):
                continue
            # 1 and 1.0 are one value in JSON, 1 and true are not.
            if isinstance(option, float) and option.is_integer():
                option = int(option)
            kept = repr(option)
            if kept in seen:
                message = f"{preview(option)} is listed twice"
                report.value("W721", message, f"{pointer}/enum/{index}")
            seen.add(kept)
        for index, problem in islice(explain_enum(schema).items(), 1):
            message = f"an enum value does not match its type: {problem}"
            hint = "the enum is used, not the type"
            report.value("W734", message, f"{pointer}/enum/{index}", hint)
    for keyword, code in (("default", "W718"), ("example", "W719")):
        if keyword in schema:
            problem = explain_mismatch(report.root, schema, schema[keyword])
            if problem:
                message = f"the {keyword} does not match its schema: {problem}"
                report.value(code, message, f"{pointer}/{keyword}")


def _check_required(report: Report, schema: dict[str, Json], pointer: str) -> None:
    """A required property that nothing declares is mostly a slip of the pen."""
    required, properties = schema.get("required"), schema.get("properties")
    if not isinstance(required, list) or not isinstance(properties, dict):
        return
    if any(key in schema for key in ("allOf", "anyOf", "oneOf", "$ref", "if")):
        return
    if isinstance(schema.get("additionalProperties"), dict):
        return
    if schema.get("patternProperties"):
        return
    for index, name in enumerate(required):
        if isinstance(name, str) and name not in properties:
            message = f"{name!r} is required and not declared"
            place = f"{pointer}/required/{index}"
            details = Details(suggestion=report.find_similar(name, properties))
            report.value("W722", message, place, details=details)


def _check_pattern(report: Report, schema: dict[str, Json], pointer: str) -> None:
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and not is_readable(pattern):
        message = (
            f"the pattern {preview(pattern)} is not a valid regular "
            f"expression; nothing is checked"
        )
        report.value("W729", message, f"{pointer}/pattern")
