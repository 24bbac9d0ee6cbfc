"""Findings by JSON pointer, and what several checks say alike."""

from __future__ import annotations

from sdkgen.diagnostics.catalog import FixName
from sdkgen.diagnostics.diagnostic import NO_DETAILS, Details, Diagnostics
from sdkgen.diagnostics.values import preview
from sdkgen.openapi.http_syntax import CONTROL, TOKEN
from sdkgen.read.document import Document

__all__ = ["Report", "check_sent_name"]


class Report:
    """Adds diagnostics by JSON pointer instead of by place."""

    def __init__(self, document: Document, diagnostics: Diagnostics) -> None:
        self.document = document
        self.root = document.root
        self._diagnostics = diagnostics
        self.find_similar = diagnostics.find_similar

    def value(
        self,
        code: str,
        message: str,
        pointer: str,
        hint: str = "",
        *,
        details: Details = NO_DETAILS,
        fix: FixName | None = None,
    ) -> None:
        """Add a finding about a value."""
        place = self.document.place(pointer)
        self._diagnostics.add(
            code, message, place, hint=hint, pointer=pointer, details=details, fix=fix
        )

    def key(
        self,
        code: str,
        message: str,
        pointer: str,
        hint: str = "",
        *,
        details: Details = NO_DETAILS,
        fix: FixName | None = None,
    ) -> None:
        """Add a finding about the key of a value."""
        place = self.document.key_place(pointer)
        self._diagnostics.add(
            code, message, place, hint=hint, pointer=pointer, details=details, fix=fix
        )


def check_sent_name(
    report: Report,
    name: str,
    pointer: str,
    of: str = "header",
    *,
    bare: bool = True,
    is_key: bool = False,
) -> None:
    """Check a name that is sent as it is, or (``bare``) without being encoded."""
    tell = report.key if is_key else report.value
    if CONTROL.search(name):
        tell("E308", f"{of} {preview(name)} cannot be sent", pointer)
    elif bare and not TOKEN.fullmatch(name):
        tell("W715", f"{preview(name)} is not a {of} name", pointer)
