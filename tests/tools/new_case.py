"""Start a case: ``python tests/tools/new_case.py NAME``.

Makes ``tests/cases/NAME/`` with a small valid document and an empty ``expected/``. Edit
the document; for a case of diagnostics remove ``expected/``. Then ``make accept``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

DOCUMENT = """\
openapi: 3.1.0
info: {title: Case, version: 1.0.0}
paths:
  /things/{thingId}:
    get:
      operationId: thing.get
      parameters:
        - {name: thingId, in: path, required: true, schema: {type: string}}
      responses:
        "200":
          description: The thing.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Thing"}
components:
  schemas:
    Thing:
      type: object
      properties:
        id: {type: string}
"""


def main(arguments: list[str]) -> int:
    """Make the folder; the exit code is 2 if the name is not usable."""
    if len(arguments) != 1 or not re.fullmatch(r"[a-z]+/[a-z0-9-]+", arguments[0]):
        sys.stderr.write("usage: make case NAME=stage/what-it-shows\n")
        return 2
    folder = Path(__file__).parents[1] / "cases" / arguments[0]
    if folder.exists():
        sys.stderr.write(f"{folder} exists\n")
        return 2
    (folder / "expected").mkdir(parents=True)
    (folder / "openapi.yaml").write_text(DOCUMENT, encoding="utf-8")
    sys.stdout.write(f"{folder}: edit openapi.yaml, then make accept\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
