"""Documents of Swagger 2.0 that tests write, and what becomes of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sdkgen.diagnostics.coverage import Ledger
from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.normalize.dialect import normalize
from sdkgen.read.document import Document, load
from sdkgen.support.json_pointer import resolve
from sdkgen.swagger.convert import convert

Object = dict[str, Any]

PET: Object = {"$ref": "#/definitions/Pet"}
NOW: Object = {"$ref": "#/components/schemas/Pet"}


def converted(
    folder: Path, root: Object, ledger: Ledger | None = None
) -> tuple[Document, Diagnostics]:
    """A document of Swagger 2.0, written as JSON, in the one dialect."""
    path = folder / "openapi.json"
    whole: Object = {
        "swagger": "2.0",
        "info": {"title": "T", "version": "1"},
        "paths": {},
        "definitions": {"Pet": {"type": "object"}},
        **root,
    }
    path.write_text(json.dumps(whole, indent=1), encoding="utf-8")
    diagnostics = Diagnostics()
    document = load(path, diagnostics)
    assert document is not None
    document = convert(document, diagnostics, ledger or Ledger())
    return normalize(document, diagnostics), diagnostics


def operation(folder: Path, node: Object, **root: Any) -> tuple[Object, list[str]]:
    """What an operation becomes, and the codes of what is said about it."""
    paths: Object = {"/a": {"post": {"responses": {}, **node}}}
    document, diagnostics = converted(folder, {"paths": paths, **root})
    found = resolve(document.root, "/paths/~1a/post")
    assert found is not None
    assert isinstance(found[0], dict)
    return found[0], [each.code for each in diagnostics]
