"""Generate from every document of a folder, and try what comes of it.

``make corpus CORPUS=DIR [JOBS=2] [STEPS=…]``. The folder has a folder for each
document, and an ``index.csv`` with a line for each: at least its ``name`` and
``entry_file``. What is found is kept beside the output, a JSON file for each document,
so that a run that was interrupted goes on where it ended; delete a file to try its
document again. One broken document never stops the rest.
"""

from __future__ import annotations

import argparse
import csv
import filecmp
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import yaml

from sdkgen.read.files import Undecodable, decode
from sdkgen.read.source_map import Marks, Unreadable
from sdkgen.read.yaml_reader import read_yaml

ROOT = Path(__file__).parents[2]
SECONDS = 600
"""A step that takes longer hangs."""

MEMORY = 6 << 30
"""Bytes of address space that a step may have."""

IMPORT_ALL = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for each in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    module = importlib.import_module(each.name)
    for name in getattr(module, "__all__", ()):
        getattr(module, name)
"""


@dataclass(slots=True)
class Done:
    """What a step came to: ``seconds`` of CPU, peak ``memory`` in MiB."""

    ok: bool
    seconds: float = 0.0
    memory: int = 0
    said: str = ""


@dataclass(slots=True)
class Result:
    """What came of a document; ``ledger`` counts what was generated or not."""

    name: str
    steps: dict[str, Done] = field(default_factory=dict[str, Done])
    ledger: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Trial:
    """A document, and where its output goes."""

    name: str
    folder: Path
    entry: str
    out: Path

    @property
    def package(self) -> Path:
        """The folder of the package that was generated."""
        return next(each for each in (self.out / "src").iterdir() if each.is_dir())

    def generate(self, folder: Path, out: Path, seed: str = "0") -> Done:
        """Write the SDK of the document, as a folder has it, into an empty folder."""
        shutil.rmtree(out, ignore_errors=True)
        report = self.out.with_suffix(".ledger.json")
        command = [
            sys.executable,
            "-m",
            "sdkgen",
            "generate",
            str(folder / self.entry),
        ]
        options = ["--out", str(out), "--package", "corpus_sdk", "--allow-skips"]
        options += ["--project", str(folder)]
        return run(
            [*command, *options, "--report", str(report)], ROOT, PYTHONHASHSEED=seed
        )


def run(command: Sequence[str], folder: Path, **variables: str) -> Done:
    """Run a program within limits of time and memory."""

    def limit() -> None:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **variables},
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=limit,
        )
        deadline = time.monotonic() + SECONDS
        while True:
            found, status, usage = os.wait4(process.pid, os.WNOHANG)
            if found:
                break
            if time.monotonic() > deadline:
                os.killpg(process.pid, signal.SIGKILL)
                _, status, usage = os.wait4(process.pid, 0)
                break
            time.sleep(0.02)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read().decode(errors="replace")
    return Done(
        ok=process.returncode == 0,
        seconds=round(usage.ru_utime + usage.ru_stime, 2),
        memory=usage.ru_maxrss // 1024,
        said=said.strip()[-2000:] if process.returncode else "",
    )


# ------------------------------------------------------------------------- the steps


def generate(trial: Trial) -> Done:
    """Write the SDK; a refusal says why, and is no traceback."""
    done = trial.generate(trial.folder, trial.out)
    if "Traceback (most recent call last)" in done.said:
        done.said = "TRACEBACK " + done.said
    return done


def imports(trial: Trial) -> Done:
    """Every module is imported, and every public name loaded."""
    code = ["-W", "error", "-c", IMPORT_ALL, trial.package.name]
    return run([sys.executable, *code], trial.out, PYTHONPATH="src")


def mypy(trial: Trial) -> Done:
    """``mypy --strict`` finds nothing."""
    return run([sys.executable, "-m", "mypy", "--strict", "src"], trial.out)


def pyright(trial: Trial) -> Done:
    """pyright finds nothing in strict mode."""
    settings = {"include": [f"{trial.out.name}/src"], "typeCheckingMode": "strict"}
    config = trial.out.with_suffix(".pyright.json")
    config.write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "pyright", "--project", str(config)]
    return run([*command, "--pythonpath", sys.executable], trial.out)


def tests(trial: Trial) -> Done:
    """The generated tests pass."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = run([*command, "tests"], trial.out, PYTHONPATH="src")
    if done.said.startswith("no tests ran"):  # of a document without operations
        done.ok = True
    return done


def seed(trial: Trial) -> Done:
    """Another order of sets gives the same bytes."""
    other = trial.out.with_suffix(".seed")
    done = trial.generate(trial.folder, other, seed="1")
    if done.ok and (differing := differences(trial.out, other)):
        done = Done(ok=False, said=f"differ: {differing[:10]}")
    shutil.rmtree(other, ignore_errors=True)
    return done


def reverse(trial: Trial) -> Done:
    """A document with every map reversed gives the same names and signatures."""
    folder = trial.out.with_suffix(".reversed")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(trial.folder, folder)
    for path in folder.rglob("*"):
        if path.suffix in {".json", ".yaml", ".yml"}:
            reverse_file(path)
    other = trial.out.with_suffix(".other")
    done = trial.generate(folder, other)
    if done.ok:
        one, two = (surface(each / "api.md") for each in (trial.out, other))
        if one != two:
            lines = sorted(set(one) ^ set(two))
            done = Done(ok=False, said="\n".join(lines)[:2000])
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(other, ignore_errors=True)
    return done


STEPS: Mapping[str, Callable[[Trial], Done]] = {
    each.__name__: each
    for each in (generate, imports, mypy, pyright, tests, seed, reverse)
}


def differences(one: Path, other: Path) -> list[str]:
    """Files that differ between two folders, or are in one of them only."""
    names = {
        path.relative_to(folder).as_posix()
        for folder in (one, other)
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
        and not any(part.startswith(".") for part in path.parts[len(folder.parts):])
    }  # fmt: skip
    _, differing, missing = filecmp.cmpfiles(one, other, sorted(names), shallow=False)
    return [*differing, *missing]


def surface(path: Path) -> list[str]:
    """The lines of a list of methods, whatever the order of arguments and options."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return sorted(" ".join(sorted(re.split(r"[\s,()|\[\]`]+", each))) for each in lines)


def _ignore(*_: object, **__: object) -> None:
    """Nothing is told of a document that is only turned around."""


_NOT_TURNED = (Undecodable, Unreadable, ValueError, RecursionError, yaml.YAMLError)


def reverse_file(path: Path) -> None:
    """Turn every map of a file around; what cannot be read stays as it is."""

    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: turned(value[key]) for key in reversed(value)}
        return [turned(each) for each in value] if isinstance(value, list) else value

    try:
        text = decode(path.read_bytes())
        if path.suffix == ".json":
            path.write_text(json.dumps(turned(json.loads(text))), encoding="utf-8")
        else:
            loaded = read_yaml(text, 0, Marks(), _ignore, _ignore)
            path.write_text(json.dumps(turned(loaded)), encoding="utf-8")
    except _NOT_TURNED as error:
        print(f"{path.name} stays as it is: {error}", file=sys.stderr)


# ----------------------------------------------------------------------- the whole


def attempt(trial: Trial, wanted: Sequence[str]) -> Result:
    """Take a document through the steps that it was not taken through before."""
    kept = trial.out.with_suffix(".json")
    result = Result(trial.name)
    if kept.exists():
        before = json.loads(kept.read_text(encoding="utf-8"))
        result.steps = {name: Done(**each) for name, each in before["steps"].items()}
        result.ledger = before["ledger"]
    for name in wanted:
        if name in result.steps and (name != "generate" or trial.out.exists()):
            continue
        if name != "generate" and not result.steps["generate"].ok:
            continue
        try:
            result.steps[name] = STEPS[name](trial)
        except Exception as error:  # noqa: BLE001 - it is told, and the rest goes on
            result.steps[name] = Done(ok=False, said=f"{type(error).__name__}: {error}")
        report = trial.out.with_suffix(".ledger.json")
        if name == "generate" and report.exists():
            result.ledger = json.loads(report.read_text(encoding="utf-8"))
        kept.write_text(json.dumps(asdict(result), indent=1), encoding="utf-8")
    marks = " ".join(
        f"{name}:{'ok' if done.ok else 'NO'}" for name, done in result.steps.items()
    )
    print(f"{trial.name:40} {marks}", flush=True)
    return result


def main() -> int:
    """0 if every step of every document went well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--out", type=Path, default=ROOT / ".cache/corpus")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--steps", default=",".join(STEPS))
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    wanted = arguments.steps.split(",")
    arguments.out.mkdir(parents=True, exist_ok=True)
    with (arguments.corpus / "index.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    trials = [
        Trial(
            name=row["name"],
            folder=arguments.corpus / row["name"],
            entry=row["entry_file"],
            out=arguments.out.resolve() / row["name"],
        )
        for row in rows
        if arguments.only in row["name"]
    ]
    with ThreadPoolExecutor(arguments.jobs) as pool:
        results = list(pool.map(lambda each: attempt(each, wanted), trials))
    for name in wanted:
        tried = [each.steps[name] for each in results if name in each.steps]
        good = sum(done.ok for done in tried)
        longest = max((done.seconds for done in tried), default=0)
        most = max((done.memory for done in tried), default=0)
        print(f"{name:10} {good} of {len(tried)}; at most {longest} s, {most} MiB")
    print(f"details: {arguments.out}")
    return int(not all(done.ok for each in results for done in each.steps.values()))


if __name__ == "__main__":
    sys.exit(main())
