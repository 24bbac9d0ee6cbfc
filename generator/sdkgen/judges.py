"""A second opinion on an output, by tools that have no part in making it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sdkgen.support.recursion import deep

if TYPE_CHECKING:
    from sdkgen import ir
    from sdkgen.diagnostics.diagnostic import Diagnostics
    from sdkgen.read.document import Document

__all__ = ["judge_output"]


def judge_output(
    api: ir.Api,
    document: Document,
    out: Path,
    files: Mapping[str, str],
    diagnostics: Diagnostics,
) -> list[str]:
    """Ask datamodel-code-generator about the models, and black about the format.

    Args:
        api: What was rendered.
        document: What it was made of, for the places of differences.
        out: The folder that the files lie in.
        files: Its Python files: path to text.
        diagnostics: Gets E507 for each model, E508 for each file that is not as expected.

    Returns:
        What the judges agree with, a line each, for people.
    """
    agreed = [
        _judge_models(api, document, files, diagnostics),
        _judge_format(out, files, diagnostics),
    ]
    return [line for line in agreed if line]


@deep
def _judge_models(
    api: ir.Api,
    document: Document,
    files: Mapping[str, str],
    diagnostics: Diagnostics,
) -> str:
    from sdkgen.judge.judge import judge

    folder = f"src/{api.package.module}/models/"
    verdict = judge(
        api.declarations,
        [text for path, text in files.items() if path.startswith(folder)],
    )
    for each in verdict.differences:
        diagnostics.add(
            "E507",
            f"datamodel-code-generator reads {each.name} as {each.judged}, the SDK"
            f" says {each.printed}",
            document.place(each.pointer),
            pointer=each.pointer,
        )
    if verdict.differences:
        return ""
    return f"models: {verdict.compared:,} annotations, datamodel-code-generator agrees"


def _judge_format(out: Path, files: Mapping[str, str], diagnostics: Diagnostics) -> str:
    from sdkgen.write.formatting import check_format

    before = len(diagnostics)
    agreed = check_format(out, files, diagnostics)
    if len(diagnostics) > before:
        return ""
    return f"format: {agreed:,} files, black agrees"
