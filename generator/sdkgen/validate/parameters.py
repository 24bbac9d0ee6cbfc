"""Checks of Parameter and Header Objects, and of examples beside a schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sdkgen.diagnostics.diagnostic import Details, find_similar
from sdkgen.diagnostics.values import preview
from sdkgen.openapi.references import follow
from sdkgen.openapi.walk import (
    kind_name,
    walk,
)
from sdkgen.support.json_pointer import Json, escape

from .example_values import explain_mismatch
from .report import Report, check_sent_name

__all__ = ["check_media_examples", "check_parameter"]

_LOCATIONS: Final = ("path", "query", "header", "cookie", "querystring")


def check_parameter(
    report: Report, param: Mapping[str, Json], pointer: str, kind: str
) -> None:
    if kind == "parameter":
        name, where = param.get("name"), param.get("in")
        if name == "":
            message = "a parameter has no name; it is skipped"
            report.value("W710", message, f"{pointer}/name", fix="remove-parameter")
        elif not isinstance(name, str):
            at = f"{pointer}/name" if "name" in param else pointer
            message = "a parameter must have a name, a string"
            report.value("E301", message, at, fix="remove-parameter")
        elif where == "header":
            check_sent_name(report, name, f"{pointer}/name")
        elif where == "cookie":
            bare = param.get("style") == "cookie"
            check_sent_name(report, name, f"{pointer}/name", "cookie", bare=bare)
        if where not in _LOCATIONS:
            at = f"{pointer}/in" if "in" in param else pointer
            options = ", ".join(_LOCATIONS[:4])
            message = (
                f"'in' of a parameter must be one of {options}, not {preview(where)}"
            )
            if not isinstance(where, str):
                report.value("E301", message, at, fix="remove")
            elif where in ("body", "form", "formData", "multipart"):
                hint = "since OpenAPI 3.0 a body or form is the requestBody"
                report.value("W730", message, at, hint)
            else:
                details = Details(suggestion=find_similar(where, _LOCATIONS))
                report.value("W730", message, at, details=details)
        if where == "path" and param.get("required") is not True:
            at = f"{pointer}/required" if "required" in param else pointer
            message = "a path parameter is always required"
            report.value("W710", message, at, fix="require-parameter")
    content = param.get("content")
    if "schema" not in param and not content:
        message = (
            f"{kind_name(kind)} has neither schema nor content; any value is accepted"
        )
        details = Details(name="schema")
        report.value("W710", message, pointer, details=details, fix="add-key")
    if isinstance(content, dict) and len(content) > 1:
        message = (
            f"{kind_name(kind)} has exactly one media type, but this has {len(content)}"
        )
        report.value("W710", message, f"{pointer}/content", fix="keep-one-media-type")
    if "example" in param:
        _check_example(report, param["example"], param, f"{pointer}/example")


def _check_example(
    report: Report, example: Json, holder: Mapping[str, Json], pointer: str
) -> None:
    problem = explain_mismatch(report.root, holder.get("schema", {}), example)
    if problem:
        report.value(
            "W719", f"the example does not match its schema: {problem}", pointer
        )


def check_media_examples(report: Report) -> None:
    """Examples of bodies against their schemas."""
    for node in walk(report.root):
        if node.kind != "mediaType" or not isinstance(node.value, dict):
            continue
        if "example" in node.value:
            at = f"{node.pointer}/example"
            _check_example(report, node.value["example"], node.value, at)
        examples = node.value.get("examples")
        for name, item in examples.items() if isinstance(examples, dict) else ():
            at = f"{node.pointer}/examples/{escape(name)}"
            example, where = follow(report.root, item, at)
            if isinstance(example, dict) and "value" in example:
                _check_example(report, example["value"], node.value, f"{where}/value")
