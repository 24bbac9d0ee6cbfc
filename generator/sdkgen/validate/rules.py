"""Our own checks of paths, operations, parameters, and of what is sent and received.

What keeps the SDK from doing what the document says is an error: a parameter that the
path does not have, a status that is none, a header that cannot be sent. What is against
the specification but leaves no doubt about what is meant is a warning.
"""

from __future__ import annotations

from typing import Final

from sdkgen.diagnostics.diagnostic import Details
from sdkgen.diagnostics.values import preview
from sdkgen.openapi.schema_types import json_type
from sdkgen.openapi.walk import (
    Node,
    kind_name,
    walk,
)

from .operations import check_content, check_operations, check_response, check_responses
from .parameters import check_parameter
from .paths import check_path_item, check_paths
from .report import Report
from .security_and_servers import check_scheme, check_security, check_servers

__all__ = ["check_rules"]

_LENIENT: Final = frozenset({"plain", "discriminator", "example", "link", "encoding"})
"""Objects that the SDK can do without: of another type they are as good as absent."""


def check_rules(report: Report) -> None:
    """Check a bundled document, whatever it holds."""
    for node in walk(report.root):
        _check_shape(report, node)
        if isinstance(node.value, dict) and "$ref" not in node.value:
            match node.kind:
                case "parameter" | "header":
                    check_parameter(report, node.value, node.pointer, node.kind)
                case "requestBody" if not node.value.get("content"):
                    message = "a request body has no content; nothing can be sent"
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


def _check_shape(report: Report, node: Node) -> None:
    """Mappings and lists where the specification has them; null is as good as absent."""
    kind, value, pointer = node.kind, node.value, node.pointer
    wanted = "an array" if kind[0] == "[" else "an object"
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
