"""A project whose target reads files from everywhere: beside it, around it, by links."""

from __future__ import annotations

import os
from pathlib import Path

SDK = """\
document: ../../api/openapi.yaml
overlays: [../../overlays/shop.yaml, own.yaml]
package: {name: shop-sdk, import: shop_sdk, version: 0.1.0, client: Shop}
"""
DOCUMENT = """\
openapi: 3.1.0
info: {title: Shop, version: 1.0.0}
servers: [{url: "https://shop.example"}]
paths:
  /orders/{id}:
    get:
      operationId: order.get
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        "200":
          description: The order.
          content:
            application/json: {schema: {$ref: "../shared/common.yaml#/Order"}}
  /notes:
    get:
      operationId: note.list
      responses:
        "200":
          description: The notes.
          content:
            application/json: {schema: {$ref: "schemas/note.yaml"}}
"""
COMMON = """\
Order:
  type: object
  properties:
    id: {type: string, description: Tells it from others.}
"""
NOTE = """\
type: object
properties:
  text: {type: string, description: What it says.}
"""
OVERLAY = """\
overlay: 1.0.0
info: {title: Words, version: 1.0.0}
actions:
  - target: $.paths['/notes'].get
    update: {summary: All notes.}
"""
OWN = OVERLAY.replace("'/notes'", "'/orders/{id}'").replace("All notes.", "One order.")
EXTRA = '"""Something of the shop."""\n'

FILES = {
    "specs/shop/sdk.yaml": SDK,
    "specs/shop/own.yaml": OWN,
    "specs/shop/templates/src/package/extra.py": EXTRA,
    "specs/shop/templates/src/package/more.py.jinja": '"""{{ header }}"""\n',
    "api/openapi.yaml": DOCUMENT,
    "shared/common.yaml": COMMON,
    "overlays/shop.yaml": OVERLAY,
    "elsewhere/note.yaml": NOTE,
}
"""Relative path → text; ``api/schemas`` is a link to ``elsewhere``."""


def write_project(folder: Path) -> None:
    """Write the project, which is a checkout of version control."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    (folder / ".git").mkdir()
    (folder / "api/schemas").symlink_to(Path("../elsewhere"), target_is_directory=True)


def replace_text(path: Path, text: str, *, unnoticed: bool) -> None:
    """Write a file; unnoticed, it keeps its time stamps."""
    before = path.stat() if path.exists() else None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    if unnoticed and before is not None:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def read_tree(folder: Path) -> dict[str, bytes]:
    """The files below a folder: relative path → bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
