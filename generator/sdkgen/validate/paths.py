"""Checks of Paths and Path Item Objects: each variable has its parameter."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from sdkgen.diagnostics.diagnostic import Details
from sdkgen.diagnostics.values import preview
from sdkgen.openapi.http_methods import operations
from sdkgen.openapi.http_syntax import CONTROL
from sdkgen.openapi.paths import VARIABLE, with_slash
from sdkgen.openapi.walk import (
    parameters_of,
)
from sdkgen.support.json_pointer import Json, pointer_join, unescape

from .report import Report

__all__ = ["check_path_item", "check_paths"]

_ASKED: Final = re.compile(r"[?&]([^?&=/{}]+)=\{([^{}]*)\}")


"""Keys and variables of a query in a path."""


_PATH_LENGTH: Final = 8_000
"""Longer URLs no server need take (RFC 9110, section 4.1)."""


def check_paths(report: Report) -> None:
    root = report.root
    paths = root.get("paths")
    if not any(key in root for key in ("paths", "webhooks", "components")):
        details = Details(name="paths")
        message = "the document has no paths"
        report.value("E301", message, "", details=details, fix="add-key")
    if not isinstance(paths, dict):
        return
    seen: dict[str, str] = {}
    for path in paths:
        if path.startswith("x-"):
            continue
        pointer = pointer_join("", "paths", path)
        problem = _explain_path(path) or _explain_slash(paths, path)
        if problem:
            report.key("E305", f"path {preview(path)}: {problem}", pointer)
            continue
        if not path.startswith("/"):
            message = (
                f"path {preview(path)} does not start with '/'; treated "
                f"as {preview(with_slash(path))}"
            )
            report.key("W733", message, pointer, f"write {preview(with_slash(path))}")
        names = VARIABLE.findall(path)
        for name, count in Counter(names).items():
            if count > 1:
                message = (
                    f"path {preview(path)} has {preview(name)} twice; both "
                    f"get one value"
                )
                report.key("W710", message, pointer, fix="by-hand")
        if "?" in path or "#" in path:
            message = f"path {preview(path)} has a query or fragment"
            report.key("W724", message, pointer, "declare query parameters instead")
        template = VARIABLE.sub("{}", with_slash(path))
        if template in seen:
            message = (
                f"paths {preview(seen[template])} and {preview(path)} are the same"
            )
            report.key("W713", message, pointer)
        seen.setdefault(template, path)


def _explain_slash(paths: Mapping[str, Json], path: str) -> str:
    """Whether a path without its first slash cannot be one with it."""
    if path.startswith("/"):
        return ""
    if with_slash(path) in paths:
        return f"{preview(with_slash(path))} exists too; both are one path"
    if not isinstance(paths[path], dict) or "://" in path:
        return "a path starts with '/'"
    return ""


def _explain_path(path: str) -> str:
    if len(path) > _PATH_LENGTH:
        return f"it has more than {_PATH_LENGTH:,} characters"
    if CONTROL.search(path):
        return "it has a control character"
    rest = VARIABLE.sub("", path)
    if "{" in rest or "}" in rest:
        return "a brace is unmatched"
    names = VARIABLE.findall(path)
    if any(not name.strip() for name in names):
        return "a variable has no name"
    return ""


def check_path_item(report: Report, item: Mapping[str, Json], pointer: str) -> None:
    """Variables of the path and path parameters, one for one."""
    path = unescape(pointer.removeprefix("/paths/"))
    if _explain_path(path) or "/" in pointer.removeprefix("/paths/"):
        return
    variables = VARIABLE.findall(path)
    shared = parameters_of(report.root, item, pointer)
    _check_path_parameters(report, shared, variables, path)
    _check_twice(report, shared)
    for _, key, operation in operations(item):
        place = f"{pointer}/{key}"
        own = parameters_of(report.root, operation, place)
        _check_path_parameters(report, own, variables, path)
        _check_twice(report, own)
        declared = [
            param.get("name")
            for param, _ in [*shared, *own]
            if param.get("in") == "path"
        ]
        asked = [p.get("name") for p, _ in [*shared, *own] if p.get("in") == "query"]
        declared += [name for key, name in _ASKED.findall(path) if key in asked]
        names = set(map(str, declared))
        near = sorted(names.difference(variables))
        for name in variables:
            if name not in names:
                message = (
                    f"{{{name}}} of {preview(path)} has no parameter; "
                    f"treated as a string"
                )
                similar = report.find_similar(name, near)
                details = Details(name=name, suggestion=similar)
                report.key("W711", message, place, details=details)


def _check_path_parameters(
    report: Report,
    parameters: list[tuple[Mapping[str, Json], str]],
    variables: list[str],
    path: str,
) -> None:
    """A parameter that the path has no place for: it cannot be sent."""
    for param, place in parameters:
        name = param.get("name")
        if (
            param.get("in") == "path"
            and isinstance(name, str)
            and name not in variables
        ):
            message = f"path {preview(path)} has no {{{name}}}"
            details = Details(suggestion=report.find_similar(name, variables))
            report.value("W730", message, place, details=details)


def _check_twice(
    report: Report, parameters: list[tuple[Mapping[str, Json], str]]
) -> None:
    seen: dict[tuple[str, str], Mapping[str, Json]] = {}
    for param, place in parameters:
        name, where = param.get("name"), param.get("in")
        if not isinstance(name, str) or not isinstance(where, str):
            continue
        # The names of headers are the same in upper and lower case.
        key = (name.lower() if where == "header" else name, where)
        if key not in seen:
            seen[key] = param
        elif seen[key] == param:
            report.value("W714", f"{where} parameter {name!r} is listed twice", place)
        else:
            message = f"{where} parameter {name!r} is declared twice, differently"
            report.value("E303", message, place)
