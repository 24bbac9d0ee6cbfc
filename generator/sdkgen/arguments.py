"""The arguments of every command."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

from sdkgen.diagnostics.printers import render_github, render_json, render_text

__all__ = ["RENDERERS", "make_parser"]

RENDERERS: Final = {"text": render_text, "json": render_json, "github": render_github}
"""How diagnostics may be printed, by name."""


def make_parser() -> argparse.ArgumentParser:
    """The arguments of every command."""
    top = argparse.ArgumentParser(
        prog="sdkgen",
        description="Generate a typed Python SDK, with its tests, from an OpenAPI"
        " document.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        if name != "explain":
            made.add_argument(
                "--format",
                choices=sorted(RENDERERS),
                default="text",
                help="how diagnostics are printed (default: text)",
            )
            made.add_argument(
                "--allow-outside",
                action="store_true",
                help="follow references to any file",
            )
            made.add_argument(
                "--project",
                type=Path,
                metavar="DIR",
                help="follow references to descriptions in this folder (default: the"
                " document's folder, and the checkout that it lies in)",
            )
            made.add_argument(
                "--overlay",
                action="append",
                default=[],
                type=Path,
                metavar="FILE",
                help="apply an OpenAPI Overlay first; may be repeated",
            )
            made.add_argument(
                "--large",
                action="store_true",
                help="lift the size limit",
            )
        return made

    generate = command("generate", "write the SDK of targets, or of one document")
    generate.add_argument(
        "targets",
        nargs="*",
        metavar="TARGET",
        help="a folder below specs/ or its name (default: all), or a document",
    )
    generate.add_argument(
        "--out", type=Path, metavar="DIR", help="output folder of a document"
    )
    generate.add_argument("--package", metavar="NAME", help="name of the import")
    generate.add_argument(
        "--allow-skips", action="store_true", help="exit 0 even if parts were skipped"
    )
    generate.add_argument(
        "--report", type=Path, metavar="FILE", help="write the coverage ledger as JSON"
    )
    generate.add_argument(
        "--strict", action="store_true", help="treat warnings as errors"
    )
    generate.add_argument(
        "--force", action="store_true", help="generate even if nothing has changed"
    )
    check = command("check", "check that generated/ is what generate would write")
    check.add_argument("targets", nargs="*", metavar="TARGET")
    validate = command("validate", "report everything that is wrong with a document")
    validate.add_argument("document", metavar="DOC")
    validate.add_argument(
        "--strict", action="store_true", help="treat warnings as errors"
    )
    for name, text in (
        ("ir", "print the intermediate representation of a document as JSON"),
        (
            "bundle",
            "print a document as one file, with references and overlays resolved",
        ),
    ):
        command(name, text).add_argument("document", metavar="TARGET|DOC")
    suggested = command("overlay", "write an overlay that repairs what is wrong")
    suggested.add_argument("document", metavar="TARGET|DOC")
    suggested.add_argument(
        "--out", type=Path, metavar="FILE", help="output file (default: stdout)"
    )
    mock = command("mock", "serve an API from its examples")
    mock.add_argument("document", metavar="TARGET|DOC")
    mock.add_argument("--port", type=int, default=8080, help="port (0: any free one)")
    explained = command("explain", "explain a diagnostic code")
    explained.add_argument("code", metavar="CODE")
    return top
