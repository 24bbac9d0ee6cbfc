"""Build sdist and wheel of every package, and hold them to what belongs into them.

The wheel is made from the sdist, as an installer would, and the sdist from a copy of
the files that belong in: in a checkout, hatchling adds the ``.gitignore`` of a folder
above. Nothing is fetched: the backend is the one of this environment, which the lock
file pins.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
BESIDE = ("README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml")
"""What an sdist holds beside its sources."""
DIST_INFO = ("METADATA", "RECORD", "WHEEL", "licenses/LICENSE")


@dataclass(frozen=True, slots=True)
class Package:
    """Something that is published: where it lies, and the files that belong into it."""

    folder: Path
    dist: str
    version: str
    sdist: frozenset[str]
    wheel: frozenset[str]

    @property
    def name(self) -> str:
        """The name of the distribution as its files spell it."""
        return self.dist.replace("-", "_")


def generated(folder: Path) -> Package:
    """A package that was generated: its manifest lists its files."""
    files = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))["files"]
    dist, version = _identity(folder)
    return Package(
        folder=folder,
        dist=dist,
        version=version,
        sdist=frozenset(files),
        wheel=frozenset(
            name.removeprefix("src/") for name in files if name.startswith("src/")
        ),
    )


def generator() -> Package:
    """The generator: its modules and schemas, and the templates as data of it."""
    dist, version = _identity(ROOT)
    modules = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "generator").rglob("*")
        if path.suffix in {".py", ".json"}
    ]
    templates = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "templates").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    return Package(
        folder=ROOT,
        dist=dist,
        version=version,
        sdist=frozenset([*modules, *templates, *BESIDE, "generator/README.md"]),
        wheel=frozenset(
            [
                *(path.removeprefix("generator/") for path in modules),
                *(f"sdkgen/_{name}" for name in templates),
            ]
        ),
    )


def packages() -> list[Package]:
    """All that is published."""
    manifests = sorted((ROOT / "generated").glob("*/MANIFEST.json"))
    return [generator(), *(generated(path.parent) for path in manifests)]


def _identity(folder: Path) -> tuple[str, str]:
    text = (folder / "pyproject.toml").read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    return project["name"], project["version"]


# -------------------------------------------------------------------- building


def build(package: Package, out: Path) -> list[str]:
    """Build a package into a folder of its own; what is wrong with it, if anything.

    Args:
        package: What to build.
        out: The folder, which is emptied first.
    """
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    stem = f"{package.name}-{package.version}"
    sdist = out / f"{stem}.tar.gz"
    wheel = out / f"{stem}-py3-none-any.whl"
    with tempfile.TemporaryDirectory() as copy:
        for name in package.sdist:
            path = Path(copy, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(package.folder / name, path)
        wrong = _run("build", "--no-isolation", "--outdir", str(out), copy)
    if wrong:
        return wrong
    if {path.name for path in out.iterdir()} != {sdist.name, wheel.name}:
        return [f"not what was to be built: {sorted(out.iterdir())}"]
    config = package.folder / "pyproject.toml"
    return [
        *_run("twine", "check", "--strict", str(sdist), str(wheel)),
        *_run("check_wheel_contents", "--config", str(config), str(wheel)),
        *_compare(sdist, _members(sdist), {*package.sdist, "PKG-INFO"}),
        *_compare(wheel, zipfile.ZipFile(wheel).namelist(), _wheel(package, stem)),
    ]


def _run(module: str, *arguments: str) -> list[str]:
    """What a tool has to say when it fails."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return [done.stdout.strip()] if done.returncode else []


def _members(sdist: Path) -> list[str]:
    with tarfile.open(sdist) as archive:
        return [
            member.name.partition("/")[2] for member in archive if not member.isdir()
        ]


def _wheel(package: Package, stem: str) -> set[str]:
    info = [f"{stem}.dist-info/{name}" for name in DIST_INFO]
    scripts = (
        "scripts"
        in tomllib.loads(
            (package.folder / "pyproject.toml").read_text(encoding="utf-8")
        )["project"]
    )
    if scripts:
        info.append(f"{stem}.dist-info/entry_points.txt")
    return {*package.wheel, *info}


def _compare(archive: Path, found: Iterable[str], wanted: set[str]) -> list[str]:
    names = set(found)
    return [
        *(f"{archive.name}: lacks {name}" for name in sorted(wanted - names)),
        *(f"{archive.name}: {name} is foreign" for name in sorted(names - wanted)),
    ]


def main(arguments: Sequence[str]) -> int:
    """Build all; the exit code is 1 if something is wrong with one."""
    parser = argparse.ArgumentParser(description="Build all that is published.")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", metavar="DIR")
    out = parser.parse_args(arguments).out
    failed = False
    for package in packages():
        folder = out / package.dist
        wrong = build(package, folder)
        failed = failed or bool(wrong)
        for line in wrong:
            sys.stderr.write(f"{package.dist}: {line}\n")
        for path in [] if wrong else sorted(folder.iterdir()):
            sys.stdout.write(f"{path}  {path.stat().st_size / 1e3:.0f} kB\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
