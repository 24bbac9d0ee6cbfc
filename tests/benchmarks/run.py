"""Measure what users wait for, and print it beside what others make them wait for.

The peers are openapi-python-client, on the same bundled document and in an environment
of its own that is made here, losant-rest, which the lock file has, httpx2 by hand, and
a client in the style of openai-python.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable
from pathlib import Path

from calls import calls
from measure import line, medians, peak, seconds, size

ROOT = Path(__file__).parent.parent.parent
PYTHON = sys.executable
PEER = "openapi-python-client==0.29.1"
PEER_ENVIRONMENT = ROOT / ".cache" / "bench" / PEER.replace("==", "-")


def main() -> None:
    """All measurements, one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        generation(work)
        other_generator(work)
    imports()
    calls()


# ------------------------------------------------------------------ generation


def generation(work: Path) -> None:
    """``sdkgen generate``: from nothing, one schema changed, nothing changed."""
    sys.stdout.write("sdkgen generate, all of Losant, CPU seconds\n")
    for name in ("specs", "generated"):
        shutil.copytree(ROOT / name, work / name)
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SDKGEN_CACHE": str(work / "cache"),
    }
    generate = [PYTHON, "-m", "generator", "generate"]
    document = work / "specs/losant/openapi.yaml"

    def edited() -> float:
        text = document.read_text(encoding="utf-8")
        document.write_text(f"{text}# {time.time_ns()}\n", encoding="utf-8")
        return seconds(generate, work, environment)

    changed, again, bare = medians(
        edited,
        lambda: seconds(generate, work, environment),
        lambda: seconds([PYTHON, "-c", "import argparse"], work, environment),
    )
    line("document edited", f"{changed:.2f} s")
    line("nothing changed", f"{again:.2f} s", f"{again / bare:.1f} × python")


def other_generator(work: Path) -> None:
    """From nothing, beside openapi-python-client on the same bundled document."""
    sys.stdout.write("\nfrom nothing, beside openapi-python-client, CPU seconds\n")
    document = work / "losant.json"
    bundled = subprocess.run(
        [PYTHON, "-m", "generator", "bundle", "losant"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    document.write_bytes(bundled.stdout)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SDKGEN_CACHE": "off"}
    ours = [PYTHON, "-m", "generator", "generate", "losant", "--force"]

    def cold() -> float:
        return seconds(ours, work, environment)

    peer = install_peer()
    options = accepted_options(peer, work, document) if peer else None

    def theirs() -> float:
        assert peer is not None
        return seconds(
            peer_command(peer, document, options or {}), work, peer_variables(peer)
        )

    spent = medians(*([cold] if options is None else [cold, theirs]), rounds=3, warm=0)
    output = work / "generated" / "losant"
    files, lines = size(output / "src")
    tests = "and tests: {} files, {} lines".format(*size(output / "tests"))
    line("sdkgen", f"{spent[0]:.2f} s", f"{files} files, {lines} lines", tests)
    if options is not None:
        their_files, their_lines = size(work / "peer")
        their_size = f"{their_files} files, {their_lines} lines, no tests"
        line("openapi-python-client", f"{spent[1]:.2f} s", their_size)
        ratio = f"{lines / their_lines:.2f} × the lines"
        line("sdkgen beside it", f"{spent[0] / spent[1]:.2f} ×", ratio)


def install_peer() -> Path | None:
    """The environment of the other generator, made once; None if that fails."""
    command = PEER_ENVIRONMENT / "bin" / "openapi-python-client"
    if command.exists():
        return PEER_ENVIRONMENT
    venv.create(PEER_ENVIRONMENT, clear=True, with_pip=True)
    done = subprocess.run(
        [PEER_ENVIRONMENT / "bin/python", "-m", "pip", "install", "--quiet", PEER],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        last = done.stderr.strip().rpartition("\n")[2]
        sys.stdout.write(f"  skipped: {PEER} cannot be installed: {last}\n")
        shutil.rmtree(PEER_ENVIRONMENT)
        return None
    return PEER_ENVIRONMENT


def peer_command(peer: Path, document: Path, options: dict[str, object]) -> list[str]:
    """Its command line; the configuration is written beside the document."""
    config = document.with_name("peer.json")
    config.write_text(json.dumps(options), encoding="utf-8")
    return [
        *(str(peer / "bin/openapi-python-client"), "generate", "--overwrite"),
        *("--path", str(document), "--config", str(config)),
        *("--meta", "none", "--output-path", str(document.with_name("peer"))),
    ]


def peer_variables(peer: Path) -> dict[str, str]:
    """Its environment: it formats with the ruff that it finds."""
    path = os.pathsep.join([str(peer / "bin"), os.environ.get("PATH", os.defpath)])
    return {**os.environ, "PATH": path}


def accepted_options(
    peer: Path, work: Path, document: Path
) -> dict[str, object] | None:
    """The first options with which it takes the document; what it refuses is told."""
    choices: list[dict[str, object]] = [{}, {"literal_enums": True}]
    for options in choices:
        said = json.dumps(options) if options else "its defaults"
        done = subprocess.run(
            peer_command(peer, document, options),
            cwd=work,
            env=peer_variables(peer),
            capture_output=True,
            text=True,
            check=False,
        )
        output = done.stdout + done.stderr
        if done.returncode == 0:
            left_out = output.count("Endpoint will not be generated")
            sys.stdout.write(
                f"  {PEER} takes the document with {said}:"
                f" {output.count('WARNING parsing')} warnings,"
                f" {left_out} operations left out\n"
            )
            return options
        reason = next(
            (each for each in output.splitlines() if "Error: " in each),
            output.strip().rpartition("\n")[2],
        )
        sys.stdout.write(
            f"  {PEER} refuses the document with {said}: {reason.strip(' ;')}\n"
        )
    return None


# --------------------------------------------------------------------- imports

PROGRAMS = {
    "python": "pass",
    "import losant_sdk": "import losant_sdk",
    "  a client and its first resource": (
        "import losant_sdk; losant_sdk.Losant(access_token='x').device"
    ),
    "import httpx2, pydantic; a client": ("import httpx2, pydantic; httpx2.Client()"),
    "import losant_rest": "import losant_rest",
    "  a client and its first resource ": (
        "import losant_rest; losant_rest.Client('x').device"
    ),
}


def imports() -> None:
    """What an import costs over bare Python, in time and memory."""
    sys.stdout.write("\nimports, over bare Python\n")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "generated/losant/src")}

    def timed(code: str) -> Callable[[], float]:
        return lambda: seconds([PYTHON, "-c", code], ROOT, environment)

    def held(code: str) -> Callable[[], float]:
        return lambda: peak(code, ROOT, environment)

    times = medians(*map(timed, PROGRAMS.values()), rounds=9)
    memory = (
        medians(*map(held, PROGRAMS.values()), rounds=3)
        if Path("/proc/self/status").exists()
        else []
    )
    peers = list(PROGRAMS).index("import httpx2, pydantic; a client")
    for index, (what, spent) in enumerate(zip(PROGRAMS, times, strict=True)):
        more = [f"{spent / times[peers]:5.2f} × httpx2 and pydantic"]
        if memory:
            more.append(f"{memory[index] - memory[0]:6.1f} MB")
        line(what.rstrip(), f"{(spent - times[0]) * 1e3:.0f} ms CPU", *more)


if __name__ == "__main__":
    main()
