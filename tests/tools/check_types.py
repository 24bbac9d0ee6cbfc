"""Type-check everything: ``mypy --strict`` and pyright in strict mode, 0 errors.

The generator, the runtime where it lies, and every generated package with its tests,
each as its users see it; the tests of the generator by mypy alone. A script of its own,
since every part wants its own root. Of generated packages, every public name has a type
besides (``pyright --verifytypes``).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from side_by_side import Check, run

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".cache" / "pyright"

OURS = ("generator", "runtime")
"""Parts that are no package of their own."""


@dataclass(frozen=True, slots=True)
class Part:
    """A tree that is checked as one, and the folders that its imports come from."""

    name: str
    paths: tuple[Path, ...]
    search: tuple[Path, ...]


def parts() -> list[Part]:
    """All that is checked."""
    runtime = ROOT / "templates/python/src/package/_runtime"
    found = [
        Part("generator", (ROOT / "generator",), (ROOT / "generator",)),
        Part(
            "runtime",
            tuple(path for path in (runtime, ROOT / "tests/runtime") if path.is_dir()),
            (ROOT / "templates/python/src", ROOT / "tests/runtime/support"),
        ),
    ]
    for package in sorted((ROOT / "generated").iterdir()):
        if (package / "src").is_dir():
            found.append(
                Part(
                    package.name,
                    (package / "src", package / "tests"),
                    (package / "src", package / "tests"),
                )
            )
    return found


def rooms() -> list[Part]:
    """The tests of the generator: those of a folder have a ``conftest`` of their own."""
    tests = ROOT / "tests"
    shared = (
        *(tests / name for name in ("support", "tools", "losant", "end_to_end")),
        *(ROOT / "generator", tests, ROOT / "templates/python/tests"),
        *sorted((ROOT / "generated").glob("*/src")),
    )
    apart = ("mock_server", "mock_package")
    beside = {*apart, "runtime", "cases", "__pycache__"}
    others = sorted(
        path
        for path in tests.iterdir()
        if path.name not in beside and path.suffix in {"", ".py"}
    )
    return [
        Part("tests", tuple(others), shared),
        *(Part(name, (tests / name,), (tests / name, *shared)) for name in apart),
    ]


def mypy(part: Part) -> subprocess.CompletedProcess[str]:
    """Run mypy over a part.

    All parts have one cache, so that what they all import is read once; no other mypy
    may use it at the same time.
    """
    environment = {"MYPYPATH": ":".join(map(str, part.search))}
    return subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--no-error-summary"),
            *("--config-file", str(ROOT / "pyproject.toml")),
            *("--explicit-package-bases", "--namespace-packages"),
            *("--cache-dir", str(ROOT / ".mypy_cache" / "parts")),
            *map(str, part.paths),
        ],
        env={**_environment(), **environment},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def pyright(part: Part) -> subprocess.CompletedProcess[str]:
    """Run pyright over a part, in strict mode."""
    config = {
        # Relative to the file: pyright takes no absolute paths here.
        "include": [os.path.relpath(path, CACHE) for path in part.paths],
        "extraPaths": [os.path.relpath(path, CACHE) for path in part.search],
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "venvPath": os.path.relpath(ROOT, CACHE),
        "venv": ".venv",
    }
    CACHE.mkdir(parents=True, exist_ok=True)
    project = CACHE / f"{part.name}.json"
    project.write_text(json.dumps(config), encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pyright", "--project", str(project)],
        env=_environment(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def verify(part: Part) -> subprocess.CompletedProcess[str]:
    """Let pyright say which public names of a generated package have no declared type.

    Another type checker would infer what pyright infers, or would not: the score is the
    share of public names that leave no room for that, and it is to be 1.
    """
    source = part.paths[0]
    (package,) = (path.parent.name for path in source.glob("*/py.typed"))
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pyright", "--ignoreexternal", "--outputjson"),
            *("--verifytypes", package),
        ],
        # It is to be found as if it were installed, beside what it depends on: where
        # the ``python`` on PATH looks.
        env={
            **_environment(),
            "PYTHONPATH": str(source),
            "PATH": os.pathsep.join(
                [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
            ),
        },
        cwd=source.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        said = json.loads(done.stdout)["typeCompleteness"]
    except (ValueError, KeyError):  # it could not even start
        done.returncode = done.returncode or 1
        return done
    score = said["completenessScore"]
    done.returncode = int(score != 1)
    done.stdout = f"{package}: {score:.2%} of the public names have a type\n"
    for symbol in said["symbols"]:
        for each in symbol["diagnostics"]:
            # What follows from another name, or says nothing of types, is no cause.
            first = each["message"].partition("\n")[0]
            if "partially unknown" not in first and "docstring" not in first:
                done.stdout += f"  {symbol['name']}: {first}\n"
    return done


def _environment() -> dict[str, str]:
    return {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}


def lanes() -> list[list[Check]]:
    """All checks: those by mypy one after the other, since they share a cache."""
    checks = [
        *((mypy, part) for part in (*parts(), *rooms())),
        *((pyright, part) for part in reversed(parts())),
        *((verify, part) for part in parts() if part.name not in OURS),
    ]
    named = [
        (tool, Check(f"{tool.__name__} {part.name}", partial(tool, part)))
        for tool, part in checks
    ]
    return [
        [check for tool, check in named if tool is mypy],
        *([check] for tool, check in named if tool is not mypy),
    ]


if __name__ == "__main__":
    sys.exit(run(lanes()))
