"""Our own checks of paths, operations, parameters, and of what is sent and received.

What keeps the SDK from doing what the document says is an error: a parameter that the
path does not have, a status that is none, a header that cannot be sent. What is against
the specification but leaves no doubt about what is meant is a warning.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from sdkgen.diagnostics.diagnostic import Details, find_similar
from sdkgen.diagnostics.values import preview
from sdkgen.openapi.http_methods import BODILESS, explain_refusal, operations
from sdkgen.openapi.http_syntax import CONTROL, MEDIA_TYPE, STATUS
from sdkgen.openapi.paths import VARIABLE, with_slash
from sdkgen.openapi.references import follow
from sdkgen.openapi.schema_types import json_type
from sdkgen.openapi.walk import (
    Node,
    kind_name,
    parameters_of,
    walk,
)
from sdkgen.support.json_pointer import Json, escape, pointer_join, unescape

from .example_values import explain_mismatch
from .report import Report, check_sent_name
from .security_and_servers import check_scheme, check_security, check_servers

__all__ = ["check_rules"]

_LOCATIONS: Final = ("path", "query", "header", "cookie", "querystring")
_LENIENT: Final = frozenset({"plain", "discriminator", "example", "link", "encoding"})
"""Objects that the SDK can do without: of another type they are as good as absent."""

_ASKED: Final = re.compile(r"[?&]([^?&=/{}]+)=\{([^{}]*)\}")
"""Keys and variables of a query in a path."""
_PATH_LENGTH: Final = 8_000
"""Longer URLs no server need take (RFC 9110, section 4.1)."""


def check_rules(report: Report) -> None:
    """Check a bundled document, whatever it holds."""
    for node in walk(report.root):
        _check_shape(report, node)
        if isinstance(node.value, dict) and "$ref" not in node.value:
            match node.kind:
                case "parameter" | "header":
                    check_parameter(report, node.value, node.pointer, node.kind)
                case "requestBody" if not node.value.get("content"):
                    message = "a request body without content: nothing can be sent"
                    report.value("W710", message, node.pointer, fix="remove")
                case "response":
                    check_response(report, node.value, node.pointer)
                case "{mediaType}":
                    check_content(report, node.value, node.pointer)
                case "responses":
                    check_responses(report, node.value, node.pointer)
                case "securityScheme":
                    check_scheme(report, node.value, node.pointer)
                case "pathItem" if node.pointer.startswith("/paths/"):
                    check_path_item(report, node.value, node.pointer)
                case _:
                    pass
    check_paths(report)
    check_operations(report)
    check_servers(report, report.root, "")
    check_security(report, report.root, "")


# ----------------------------------------------------------------------- shape


def _check_shape(report: Report, node: Node) -> None:
    """Mappings and lists where the specification has them; null is as good as absent."""
    kind, value, pointer = node.kind, node.value, node.pointer
    wanted = "a list" if kind[0] == "[" else "a mapping"
    inner = kind.strip("{}[]")
    if isinstance(value, list if kind[0] == "[" else dict):
        return
    if kind == "schema" and isinstance(value, bool):
        return
    key = pointer.rpartition("/")[2]
    named = kind == inner and inner not in {"plain", key}
    what = kind_name(kind) if named else key
    message = f"{what} must be {wanted}, not {preview(value)}"
    essential = value is not None and inner not in _LENIENT
    if pointer in {"/info"} or pointer.startswith("/servers"):
        essential = value is not None
    report.value(
        "E301" if essential else "W710",
        message,
        pointer,
        details=Details(
            expected=("array" if kind[0] == "[" else "object",), found=json_type(value)
        ),
        fix="convert-value",
    )


# ----------------------------------------------------------------------- paths


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
            message = f"path {preview(path)} does not begin with '/': it is read so"
            report.key("W733", message, pointer, f"write {preview(with_slash(path))}")
        names = VARIABLE.findall(path)
        for name, count in Counter(names).items():
            if count > 1:
                message = (
                    f"path {preview(path)} has {preview(name)} twice: it is one value"
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
        return f"{preview(with_slash(path))} is there too: it is one path"
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
        return "a brace has no counterpart"
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
                    f"{{{name}}} of {preview(path)} has no parameter: taken as text"
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


# ------------------------------------------------------------------ operations


def check_operations(report: Report) -> None:
    paths = report.root.get("paths")
    seen: dict[str, str] = {}
    for path, item in paths.items() if isinstance(paths, dict) else ():
        if not isinstance(item, dict) or path.startswith("x-"):
            continue
        around = pointer_join("", "paths", path)
        check_servers(report, item, around)
        for method, key, operation in operations(item):
            _check_operation(report, operation, f"{around}/{key}", method, seen)
        others = item.get("additionalOperations")
        for method in others if isinstance(others, dict) else ():
            problem = explain_refusal(method)
            if problem:
                pointer = f"{around}/additionalOperations/{escape(method)}"
                report.key("U601", f"{preview(method)} is skipped: {problem}", pointer)


def _check_operation(
    report: Report,
    operation: Mapping[str, Json],
    pointer: str,
    method: str,
    seen: dict[str, str],
) -> None:
    identifier = operation.get("operationId")
    if isinstance(identifier, str):
        if identifier in seen:
            other = report.document.place(f"{seen[identifier]}/operationId")
            message = f"operationId {preview(identifier)} is also that of {other}"
            report.value("W712", message, f"{pointer}/operationId")
        seen.setdefault(identifier, pointer)
    if method in BODILESS and isinstance(operation.get("requestBody"), dict):
        message = f"{method.upper()} with a body: many servers and proxies ignore it"
        report.key("W717", message, f"{pointer}/requestBody")
    if operation.get("responses") in (None, {}):
        message = f"{method.upper()} without responses: any answer is fine, untyped"
        at = f"{pointer}/responses" if "responses" in operation else pointer
        report.key("W726", message, at)
    check_security(report, operation, pointer)
    check_servers(report, operation, pointer)


def check_responses(
    report: Report, responses: Mapping[str, Json], pointer: str
) -> None:
    for status in responses:
        if status.startswith("x-") or status == "default" or STATUS.fullmatch(status):
            continue
        upper = status.upper()
        report.key(
            "E304",
            f"{preview(status)} is no status",
            f"{pointer}/{escape(status)}",
            details=Details(suggestion=upper if STATUS.fullmatch(upper) else ""),
        )


def check_response(report: Report, response: Mapping[str, Json], pointer: str) -> None:
    headers = response.get("headers")
    for name in headers if isinstance(headers, dict) else ():
        check_sent_name(
            report, name, pointer_join(pointer, "headers", name), is_key=True
        )


def check_content(report: Report, content: Mapping[str, Json], pointer: str) -> None:
    for name in content:
        if name.startswith("x-"):
            continue
        place = f"{pointer}/{escape(name)}"
        if CONTROL.search(name):
            report.key("E309", f"{preview(name)} cannot be a media type", place)
        elif not MEDIA_TYPE.fullmatch(name):
            report.key("W716", f"{preview(name)} is no media type", place)


# ------------------------------------------------------------------ parameters


def check_parameter(
    report: Report, param: Mapping[str, Json], pointer: str, kind: str
) -> None:
    if kind == "parameter":
        name, where = param.get("name"), param.get("in")
        if name == "":
            message = "a parameter without a name is left out"
            report.value("W710", message, f"{pointer}/name", fix="remove-parameter")
        elif not isinstance(name, str):
            at = f"{pointer}/name" if "name" in param else pointer
            message = "a parameter must have a name, a text"
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
        message = f"{kind_name(kind)} without schema or content: any value is taken"
        details = Details(name="schema")
        report.value("W710", message, pointer, details=details, fix="add-key")
    if isinstance(content, dict) and len(content) > 1:
        message = f"{kind_name(kind)} has one media type, this has {len(content)}"
        report.value("W710", message, f"{pointer}/content", fix="keep-one-media-type")
    if "example" in param:
        _check_example(report, param["example"], param, f"{pointer}/example")


def _check_example(
    report: Report, example: Json, holder: Mapping[str, Json], pointer: str
) -> None:
    problem = explain_mismatch(report.root, holder.get("schema", {}), example)
    if problem:
        report.value("W719", f"the example does not fit its schema: {problem}", pointer)


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
