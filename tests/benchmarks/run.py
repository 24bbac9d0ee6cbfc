"""Measure what users and maintainers wait for, and print it as one table.

``make bench [ONLY="losant growth"] [ROUNDS=1] [JSON=FILE]``. Only ratios mean
something: they are of runs that took turns. What is being done is told on stderr.
"""

from __future__ import annotations

import argparse
import platform
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from . import calls, corpus, growth, imports, losant
from .project import HERE, ROOT
from .table import Comparison, Row, table, write_json

__all__ = ["RESULTS", "SECTIONS", "end_tidily", "main", "options", "report", "tell"]

RESULTS = ROOT / ".cache" / "bench"
"""Where the figures go unless it is said where."""

SECTIONS: Mapping[
    str, Callable[[Path, int | None, Callable[[str], None]], list[Row]]
] = {
    "losant": losant.rows,
    "growth": growth.rows,
    "corpus": corpus.rows,
    "imports": imports.rows,
    "calls": calls.rows,
}
"""What can be measured, in the order of the table."""


def options(
    arguments: Sequence[str], description: str | None = __doc__, **more: str
) -> argparse.Namespace:
    """What the command line says; ``more`` are further arguments and their help."""
    parser = argparse.ArgumentParser(description=description)
    for name, text in more.items():
        parser.add_argument(name, help=text)
    parser.add_argument(
        "--only",
        default=" ".join(SECTIONS),
        type=_sections,
        help=f"some of: {' '.join(SECTIONS)}",
    )
    parser.add_argument("--rounds", type=int, help="how many, of every section")
    parser.add_argument("--json", type=Path, help="where the figures are written")
    return parser.parse_args(arguments)


def _sections(text: str) -> list[str]:
    names = text.split()
    if unknown := set(names) - set(SECTIONS):
        raise argparse.ArgumentTypeError(f"no such section: {', '.join(unknown)}")
    return [name for name in SECTIONS if name in names]


def tell(text: str) -> None:
    """Say on stderr what is being done."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def end_tidily() -> None:
    """Let a signal to end remove what is temporary, as Ctrl-C does."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def report(
    heads: Sequence[str],
    rows: Sequence[Row] | Sequence[Comparison],
    path: Path,
    **facts: str,
) -> None:
    """Print the table, and write the JSON; of an interrupted run what there is."""
    if rows:
        sys.stdout.write(table(heads, rows))
        write_json(path, rows, {"python": platform.python_version(), **facts})
        tell(f"written to {path}")


def main(arguments: Sequence[str]) -> int:
    """Measure what is asked for; the exit code tells nothing of the bars."""
    chosen = options(arguments)
    end_tidily()
    HERE.prepare()
    rows: list[Row] = []
    try:
        for name in chosen.only:
            with tempfile.TemporaryDirectory() as folder:
                rows += SECTIONS[name](Path(folder).resolve(), chosen.rounds, tell)
    finally:
        report(Row.HEADS, rows, chosen.json or RESULTS / "bench.json")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
