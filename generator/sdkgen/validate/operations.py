"""Checks of operations, their responses and media types."""

from __future__ import annotations

from collections.abc import Mapping

from sdkgen.diagnostics.diagnostic import Details
from sdkgen.diagnostics.values import preview
from sdkgen.openapi.http_methods import BODILESS, explain_refusal, operations
from sdkgen.openapi.http_syntax import CONTROL, MEDIA_TYPE, STATUS
from sdkgen.support.json_pointer import Json, escape, pointer_join

from .report import Report, check_sent_name
from .security_and_servers import check_security, check_servers

__all__ = ["check_content", "check_operations", "check_response", "check_responses"]


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
        message = (
            f"{method.upper()} has a request body; many servers and proxies ignore it"
        )
        report.key("W717", message, f"{pointer}/requestBody")
    if operation.get("responses") in (None, {}):
        message = f"{method.upper()} has no responses; the result is untyped"
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
            f"{preview(status)} is not a status",
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
            report.key("W716", f"{preview(name)} is not a media type", place)
