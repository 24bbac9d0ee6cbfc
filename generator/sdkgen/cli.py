"""The command line: arguments, exit codes, progress.

Results go to stdout, progress and diagnostics to stderr. Exit code 0 is fine, 1 means
that the document is wrong or ``generated/`` has drifted, 2 is wrong use.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from sdkgen.diagnostics.diagnostic import CODES, Diagnostics, explain, suggest
from sdkgen.diagnostics.printers import (
    render_brief,
)

from .arguments import RENDERERS, make_parser
from .pipeline import Run
from .summary import summarize
from .target import Target
from .trials import suggest_repairs

FINE, WRONG, USAGE = 0, 1, 2


class UsageError(Exception):
    """The command line names something that is not there."""


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    options = make_parser().parse_args(arguments)
    commands = {
        "generate": _generate_all,
        "check": _check_targets,
        "validate": _validate_target,
        "ir": _print_ir,
        "bundle": _print_bundle,
        "overlay": _print_overlay,
        "mock": _serve_mock,
        "explain": _explain_code,
    }
    try:
        return commands[options.command](options)
    except UsageError as error:
        sys.stderr.write(f"sdkgen: {error}\n")
        return USAGE
    except KeyboardInterrupt:
        sys.stderr.write("\nsdkgen: interrupted, nothing was changed\n")
        return 130
    except BrokenPipeError:
        # The reader of a pipe has gone, which is its right.
        sys.stderr.close()
        return WRONG


# --------------------------------------------------------------------- targets


def _find_target(name: str) -> Target:
    """A target by its folder or name, or a document by its path."""
    path = Path(name)
    for folder in (path, Path("specs") / name):
        if (folder / "sdk.yaml").is_file():
            return Target.of_folder(folder)
    if path.is_file() or path.suffix in {".json", ".yaml", ".yml"}:
        return Target.of_document(path)
    known = [each.name for each in _find_all_targets()]
    hint = suggest(name, known) or f"targets here: {', '.join(known) or 'none'}"
    raise UsageError(f"no target and no document: {name!r} ({hint})")


def _find_all_targets() -> list[Target]:
    return [
        Target.of_folder(path.parent)
        for path in sorted(Path("specs").glob("*/sdk.yaml"))
    ]


def _find_targets(names: Sequence[str]) -> list[Target]:
    found = [_find_target(name) for name in names] if names else _find_all_targets()
    if not found:
        raise UsageError("no specs/*/sdk.yaml here: name a document and --out DIR")
    return found


# -------------------------------------------------------------------- commands


def _generate_all(options: argparse.Namespace) -> int:
    targets = _find_targets(options.targets)
    if options.out is not None:
        if len(targets) != 1:
            raise UsageError("--out takes one document")
        targets = [targets[0].with_output(Path(options.out), package=options.package)]
    for target in targets:
        if target.out is None:
            raise UsageError(f"{target.name} is a document: say --out DIR")
    codes = [_generate_one(target, options) for target in targets]
    return max(codes, default=FINE)


def _generate_one(target: Target, options: argparse.Namespace) -> int:
    progress = Progress(sys.stderr, target.name)
    run = _begin_run(target, options, progress)
    # With --strict the warnings of a run that went well are looked for again.
    anew = options.force or options.strict or options.report is not None
    if not anew and run.memory.find_record() is not None:
        progress.clear()
        sys.stdout.write(f"{target.name}: up to date ({target.out})\n")
        return FINE
    result = run.generate()
    progress.clear()
    _print_diagnostics(run.diagnostics, options, brief=result is not None)
    if options.report is not None and run.ledger is not None:
        text = json.dumps(run.ledger.to_json(), indent=2, ensure_ascii=False)
        options.report.write_text(f"{text}\n", encoding="utf-8")
    if result is None:
        sys.stderr.write(f"{target.name}: nothing was written\n")
        return WRONG
    for line in summarize(run, result):
        sys.stdout.write(f"{line}\n")
    return WRONG if run.skips and not options.allow_skips else FINE


def _check_targets(options: argparse.Namespace) -> int:
    code = FINE
    for target in _find_targets(options.targets):
        if target.out is None:
            raise UsageError(f"{target.name} is a document: check takes targets")
        progress = Progress(sys.stderr, target.name)
        run = _begin_run(target, options, progress)
        record = run.memory.find_record()
        # What `generate` remembers was written by it, but not judged.
        judged = record is not None and record.verdicts
        drift = None if judged else run.check()
        verdicts = record.verdicts if record is not None and judged else run.verdicts
        progress.clear()
        _print_diagnostics(run.diagnostics, options)
        sys.stdout.write("".join(f"{target.name}: {each}\n" for each in verdicts))
        if run.diagnostics.errors:
            code = WRONG
        elif drift:
            sys.stdout.write(
                f"{target.name}: {target.out} is not what the generator writes:"
                " run make generate\n"
            )
            sys.stdout.write("".join(f"{text}\n" for text in drift))
            code = WRONG
        else:
            sys.stdout.write(f"{target.name}: no drift\n")
    return code


def _validate_target(options: argparse.Namespace) -> int:
    run = _begin_run(_find_target(options.document), options, Progress(sys.stderr, ""))
    run.validate()
    _print_diagnostics(run.diagnostics, options)
    if options.format == "text":
        counts = ", ".join(f"{n} {c}" for c, n in run.diagnostics.counts.items())
        sys.stderr.write(f"{options.document}: {counts or 'nothing wrong'}\n")
    return WRONG if run.diagnostics.errors else FINE


def _print_ir(options: argparse.Namespace) -> int:
    from .ir import to_json

    run = _begin_run(_find_target(options.document), options, Progress(sys.stderr, ""))
    api = run.normalize()
    _print_diagnostics(run.diagnostics, options)
    if api is None:
        return WRONG
    _write_json(to_json(api))
    return FINE


def _print_bundle(options: argparse.Namespace) -> int:
    run = _begin_run(_find_target(options.document), options, Progress(sys.stderr, ""))
    document = run.read()
    _print_diagnostics(run.diagnostics, options)
    if document is None:
        return WRONG
    _write_json(document.root)
    return FINE


def _print_overlay(options: argparse.Namespace) -> int:
    from sdkgen.repair.suggestions import overlay_text

    progress = Progress(sys.stderr, "")
    run = _begin_run(_find_target(options.document), options, progress)
    suggestion = suggest_repairs(run)
    progress.clear()
    if suggestion is None:
        # What keeps a document from being read keeps overlays from being applied.
        run.read()
        _print_diagnostics(run.diagnostics, options)
        return WRONG
    count = len(suggestion.repairs)
    repairs = "1 suggested repair" if count == 1 else f"{count} suggested repairs"
    sys.stderr.write(
        f"{options.document}: {repairs if count else 'nothing to repair'};"
        f" {len(suggestion.left)} findings are left to you\n"
    )
    if not suggestion.repairs:
        return FINE
    text = overlay_text(Path(options.document).name, suggestion)
    if options.out is None:
        sys.stdout.write(text)
    else:
        options.out.write_text(text, encoding="utf-8", newline="\n")
    return FINE


def _serve_mock(options: argparse.Namespace) -> int:
    from .mock import serve_document

    run = _begin_run(_find_target(options.document), options, Progress(sys.stderr, ""))
    api = run.normalize()
    _print_diagnostics(run.diagnostics, options)
    if api is None or run.document is None:
        return WRONG
    variable = dict(api.package.environment).get("base_url", "")
    try:
        serve_document(
            run.document.root, port=options.port, out=sys.stdout, variable=variable
        )
    except (OSError, OverflowError) as error:
        raise UsageError(f"port {options.port}: {error}") from error
    return FINE


def _explain_code(options: argparse.Namespace) -> int:
    code = options.code.upper()
    if code not in CODES:
        raise UsageError(f"no such code: {options.code!r} ({suggest(code, CODES)})")
    sys.stdout.write(explain(code))
    return FINE


def _begin_run(target: Target, options: argparse.Namespace, progress: Progress) -> Run:
    return Run(
        target=target,
        diagnostics=Diagnostics(strict=getattr(options, "strict", False)),
        on_stage=progress.show_stage,
        allow_outside=options.allow_outside or options.project or False,
        overlays=tuple(options.overlay),
        large=options.large,
    )


# -------------------------------------------------------------------- printing


def _print_diagnostics(
    diagnostics: Diagnostics, options: argparse.Namespace, *, brief: bool = False
) -> None:
    brief = brief and options.format == "text"
    text = (render_brief if brief else RENDERERS[options.format])(diagnostics)
    # The formats for machines are results; the one for people is not.
    (sys.stderr if options.format == "text" else sys.stdout).write(text)


def _write_json(value: object) -> None:
    json.dump(value, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


class Progress:
    """The stage a run is in, on one line of a terminal; elsewhere nothing."""

    def __init__(self, out: TextIO, name: str) -> None:
        self._out = out
        self._name = name
        self._shown = False

    def show_stage(self, name: str) -> None:
        if self._out.isatty():
            self._out.write(f"\r\x1b[K{self._name}: {name} …")
            self._out.flush()
            self._shown = True

    def clear(self) -> None:
        if self._shown:
            self._out.write("\r\x1b[K")
            self._out.flush()
            self._shown = False
