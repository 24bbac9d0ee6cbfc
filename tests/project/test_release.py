"""A rehearsal of a release: build, install from an index, make the first call.

With ``SDKGEN_DIST=DIR`` it is made with what ``make build`` left in that folder, so
that a release publishes the very files that were tested; without, it builds them
itself. Nothing comes from the network, and nothing of the checkout is seen by what is
installed.
"""

from __future__ import annotations

import email
import os
import re
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import build_packages
import pytest
from build_packages import Package
from package_index import PackageIndex

ROOT = Path(__file__).parents[2]
PACKAGE = build_packages.generated(ROOT / "generated" / "losant")
GENERATOR = build_packages.generator()

OUTPUT = (
    "LICENSE", "MANIFEST.json", "README.md", "api.md", "pyproject.toml", "src", "tests",
)  # fmt: skip

ACME = """\
openapi: 3.1.0
info: {title: Acme, version: 1.0.0, summary: Things of Acme.}
servers: [{url: https://api.example.com}]
paths:
  /things:
    get:
      operationId: things.get
      summary: List the things.
      responses:
        "200":
          description: The things.
          content:
            application/json:
              schema: {type: array, items: {type: string}}
"""


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds sdist and wheel of each package in a folder of its own."""
    if given := os.environ.get("SDKGEN_DIST"):
        return ROOT / given
    folder = tmp_path_factory.mktemp("dist")
    for package in (PACKAGE, GENERATOR):
        assert build_packages.build(package, folder / package.dist) == []
    return folder


@pytest.fixture(scope="module")
def index(dist: Path) -> Iterator[PackageIndex]:
    """An index that has the packages as they were built."""
    with PackageIndex(path for path in dist.glob("*/*") if path.is_file()) as running:
        yield running


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory, index: PackageIndex) -> User:
    """Somebody who has installed the SDK."""
    return User(tmp_path_factory.mktemp("user"), index, PACKAGE)


@pytest.fixture(scope="module")
def author(tmp_path_factory: pytest.TempPathFactory, index: PackageIndex) -> User:
    """Somebody who has installed the generator, into an environment of its own."""
    return User(tmp_path_factory.mktemp("author"), index, GENERATOR)


class User:
    """A folder of somebody who has an environment with one package, and no checkout."""

    def __init__(self, folder: Path, index: PackageIndex, package: Package) -> None:
        self.folder = folder
        self.bin = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if not re.match(r"(PIP|PYTHON|LOSANT|SDKGEN)_?|VIRTUAL_ENV", name)
        } | {"PIP_CONFIG_FILE": os.devnull, "NO_PROXY": "127.0.0.1"}
        venv.create(folder / "venv", symlinks=os.name != "nt")
        self.run(
            *(sys.executable, "-m", "pip", "--python", str(self.bin / "python")),
            *("install", "--quiet", "--no-cache-dir", "--disable-pip-version-check"),
            *("--index-url", index.url, f"{package.dist}=={package.version}"),
        )

    def run(self, *command: str, **more: str) -> str:
        """What a program prints that runs in the folder and exits with 0."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def python(self, code: str, **more: str) -> str:
        """The same for a program in Python; a warning is an error."""
        return self.run(str(self.bin / "python"), "-W", "error", "-c", code, **more)


def wheel(dist: Path, package: Package) -> Path:
    """The wheel of a package."""
    (found,) = (dist / package.dist).glob("*.whl")
    return found


def about(dist: Path) -> email.message.Message:
    """The metadata of the SDK, with its README, as PyPI shows them."""
    with zipfile.ZipFile(wheel(dist, PACKAGE)) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        return email.message_from_bytes(archive.read(name))


@pytest.fixture
def address(author: User) -> Iterator[str]:
    """``sdkgen mock losant`` of an installed generator, in a project of its own."""
    specs = Path("specs", "losant")
    shutil.copytree(ROOT / specs, author.folder / specs)
    server = subprocess.Popen(
        [author.bin / "sdkgen", "mock", "losant", "--port", "0"],
        cwd=author.folder,
        env=author.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found is not None, line + server.communicate(timeout=60)[1]
        yield found.group()
    finally:
        server.terminate()
        server.communicate(timeout=60)


# --------------------------------------------------------------------- the SDK


def test_the_first_call_of_an_installed_sdk(
    user: User, dist: Path, address: str
) -> None:
    """The first program of the README that PyPI shows, against the mock server."""
    readme = str(about(dist).get_payload())
    first = re.search(r"^```python\n(.*?)^```", readme, re.M | re.S)
    assert first is not None

    assert user.python(first.group(1), LOSANT_API_URL=address).strip()


def test_an_installed_sdk_can_be_tested_with(user: User) -> None:
    """Its mock has what it answers with it, and does without pytest."""
    done = user.python(
        "from losant_sdk.testing import LosantMock;"
        "print(LosantMock().client.me.get().email)"
    )

    assert "@" in done


def test_an_installation_brings_what_it_needs_and_no_more(
    user: User, index: PackageIndex
) -> None:
    """The dependencies are those that the package names, and theirs."""
    assert "No broken requirements" in user.run(
        *(sys.executable, "-m", "pip", "--python", str(user.bin / "python"), "check")
    )
    assert {PACKAGE.dist, "httpx2", "pydantic"} <= set(index.asked)
    installed = user.python(
        "from importlib.metadata import distributions\n"
        "print(*{each.metadata['Name'] for each in distributions()})"
    ).split()
    assert not {"pytest", "hypothesis", "openapi-core", "sdkgen"} & set(installed)


def test_what_is_imported_is_what_was_installed(user: User) -> None:
    """It knows its version, and that it is typed."""
    shown = user.python(
        f"import {PACKAGE.name} as sdk, pathlib\n"
        "folder = pathlib.Path(sdk.__file__).parent\n"
        "print(sdk.__version__, (folder / 'py.typed').is_file(), folder)"
    )
    version, typed, folder = shown.split(maxsplit=2)

    assert (version, typed) == (PACKAGE.version, "True")
    assert Path(folder.strip()).is_relative_to(user.folder.resolve())


def test_the_tests_are_not_installed(dist: Path) -> None:
    """A wheel holds one package; the sdist holds the tests too."""
    with zipfile.ZipFile(wheel(dist, PACKAGE)) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}

    assert tops == {PACKAGE.name, f"{PACKAGE.name}-{PACKAGE.version}.dist-info"}


def test_metadata(dist: Path) -> None:
    """What PyPI shows and what installers decide by."""
    found = about(dist)

    assert found["Name"] == PACKAGE.dist
    assert found["License-Expression"] == "MIT"
    assert found["License-File"] == "LICENSE"
    assert found["Requires-Python"] == ">=3.11"
    assert found["Description-Content-Type"] == "text/markdown"
    assert "Typing :: Typed" in found.get_all("Classifier", [])
    assert sorted(found.get_all("Requires-Dist", [])) == [
        "aiohttp>=3.13; extra == 'aiohttp'",
        "httpx2>=2.16",
        "httpx2[http2]>=2.16; extra == 'http2'",
        "httpx2[socks]>=2.16; extra == 'socks'",
        "opentelemetry-api>=1.39; extra == 'opentelemetry'",
        "pydantic>=2.12",
    ]


def test_a_build_can_be_repeated(dist: Path, tmp_path: Path) -> None:
    """The same sources give the same files, whenever and wherever they are built."""
    assert build_packages.build(PACKAGE, tmp_path / "again") == []

    for path in (tmp_path / "again").iterdir():
        assert members(path) == members(dist / PACKAGE.dist / path.name)


def members(archive: Path) -> list[tuple[object, ...]]:
    """Name, time and content of each file: how well zlib packs it is not compared."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as opened:
            return [
                (each.filename, each.date_time, opened.read(each))
                for each in opened.infolist()
            ]
    with tarfile.open(archive) as opened:
        return [
            (each.name, each.mtime, content.read())
            for each in opened
            if (content := opened.extractfile(each)) is not None
        ]


# --------------------------------------------------------------- the generator


def test_an_installed_generator_works(author: User) -> None:
    """It has its templates and schemas with it."""
    (author.folder / "acme.yaml").write_text(ACME, encoding="utf-8")

    author.run(str(author.bin / "sdkgen"), "generate", "acme.yaml", "--out", "acme")

    names = {path.name for path in (author.folder / "acme").iterdir()}
    assert names == {*OUTPUT}
    shown = author.run(str(author.bin / "sdkgen"), "validate", "acme.yaml")
    assert not shown
