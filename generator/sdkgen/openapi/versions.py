"""The version of a document: a key at its top, from which everything else follows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from sdkgen.diagnostics.diagnostic import Diagnostics, Place, printable
from sdkgen.support.json_pointer import Json

__all__ = ["CONVERTED", "check_version", "series"]

CONVERTED: Final = "3.0.3-swagger.2.0"
"""The version of what was written for Swagger 2.0 and is said in words of OpenAPI 3.0."""

_KNOWN: Final = re.compile(r"(3\.[012])(\.(0|[1-9][0-9]{0,3})(-[A-Za-z0-9.]+)?)?")
_READ: Final = "Swagger 2.0 and versions 3.0.x, 3.1.x and 3.2.x of OpenAPI are read"
_MAX_SHOWN: Final = 40

# The first keys of other kinds of documents that people mistake for OpenAPI.
_OTHERS: Final = {
    "asyncapi": "AsyncAPI",
    "arazzo": "Arazzo",
    "overlay": "an OpenAPI Overlay",
    "swaggerVersion": "Swagger 1.x",
    "raml": "RAML",
    "$schema": "a JSON Schema",
}


def series(root: dict[str, Json]) -> str:
    """``3.0``, ``3.1`` or ``3.2``; empty if the version is none of these."""
    found = _KNOWN.fullmatch(str(root.get("openapi", "")))
    return found.group(1) if found else ""


def check_version(
    root: dict[str, Json], place: Callable[[str], Place], diagnostics: Diagnostics
) -> bool:
    """Whether a document is of a version that is read; adds why not.

    ``place`` tells where the key at a pointer stands.
    """
    version = root.get("openapi")
    if "openapi" in root and "swagger" in root:
        diagnostics.add(
            "E123",
            "the document says both 'openapi' and 'swagger'",
            place("/openapi"),
            hint="remove the one that is wrong",
            pointer="/openapi",
        )
    elif "swagger" in root and root["swagger"] != "2.0":
        diagnostics.add(
            "E122",
            f"an unknown version of Swagger: '{_shorten(root['swagger'])}'",
            place("/swagger"),
            hint=f'version 2.0 is written `swagger: "2.0"`; {_READ}',
            pointer="/swagger",
        )
    elif "swagger" in root:
        return True
    elif "openapi" not in root:
        kind = next((name for key, name in _OTHERS.items() if key in root), "")
        diagnostics.add(
            "E120",
            "no OpenAPI version" + (f": this looks like {kind}" if kind else ""),
            place(""),
            hint=f"the document starts with `openapi: 3.1.0`; {_READ}",
        )
    elif not isinstance(version, str) or not _KNOWN.fullmatch(version):
        diagnostics.add(
            "E121",
            f"an unknown version of OpenAPI: '{_shorten(version)}'",
            place("/openapi"),
            hint=_READ,
            pointer="/openapi",
        )
    else:
        return True
    return False


def _shorten(version: Json) -> str:
    """What is written as a version, short and printable."""
    shown = version if isinstance(version, str) else f"{version!r}"
    if len(shown) > _MAX_SHOWN:
        shown = f"{shown[:_MAX_SHOWN]}…"
    return printable(shown)
