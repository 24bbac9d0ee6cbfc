"""What ``sdk.yaml`` says of the package for people and for PyPI is in its metadata."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sample_api import API, HOSTILE

from sdkgen import ir
from sdkgen.config import sdk_yaml
from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.render import render
from sdkgen.target import TEMPLATES
from sdkgen.write.safety import check

NAMES = "name: acme-sdk, import: acme_sdk, version: 0.1.0, client: Acme"


def loaded(folder: Path, more: str) -> tuple[sdk_yaml.Config | None, list[str]]:
    """The configuration with more facts of the package, and what is wrong with it."""
    path = folder / "sdk.yaml"
    path.write_text(
        f"document: openapi.yaml\npackage: {{{NAMES}{more}}}\n", encoding="utf-8"
    )
    diagnostics = Diagnostics()
    made = sdk_yaml.load_config(path, diagnostics)
    return made, [f"{each.code} {each.message}" for each in diagnostics]


def files(package: ir.Package, license_text: str = "") -> dict[str, str]:
    """What is printed for a package, without the modules that are copies."""
    made = render.render(
        replace(API, package=package),
        (TEMPLATES,),
        document_json="{}",
        changelog="",
        license_text=license_text,
    )
    return {
        name: content if isinstance(content, str) else content.decode()
        for name, content in made.files.items()
        if name in ("LICENSE", "README.md", "pyproject.toml")
    }


def project(folder: Path, more: str) -> dict[str, Any]:
    """The ``[project]`` of a package, which passes the gate for such files."""
    made, wrong = loaded(folder, more)
    assert made is not None, wrong
    text = files(made.package)["pyproject.toml"]
    assert check.check_file("pyproject.toml", text) == []
    found = tomllib.loads(text)["project"]
    assert isinstance(found, dict)
    return found


def test_defaults(tmp_path: Path) -> None:
    """A package about which nothing is said has all that PyPI wants."""
    made = project(tmp_path, "")

    assert made["description"] == "A summary."
    assert made["license"] == "MIT"
    assert made["requires-python"] == ">=3.11"
    assert not {"authors", "keywords", "urls"} & set(made)
    assert "Programming Language :: Python :: 3.14" in made["classifiers"]


@pytest.mark.parametrize(
    ("more", "key", "value"),
    [
        ("description: All of Acme", "description", "All of Acme."),
        ("license: MIT", "license", "MIT"),
        (
            "authors: [{name: 'A \"Q\" É', email: a@example.com}, {name: B}]",
            "authors",
            [{"name": 'A "Q" É', "email": "a@example.com"}, {"name": "B"}],
        ),
        ("keywords: [iot, 'two words']", "keywords", ["iot", "two words"]),
        (
            "urls: {API reference: 'https://example.com/a?b#c'}",
            "urls",
            {"API reference": "https://example.com/a?b#c"},
        ),
        ("python: ['3.13', '3.12']", "requires-python", ">=3.12"),
    ],
)
def test_a_fact_is_told(tmp_path: Path, more: str, key: str, value: object) -> None:
    """Each key of ``package`` ends up under the name that PEP 621 gives it."""
    assert project(tmp_path, f", {more}")[key] == value


def test_classifiers_are_added(tmp_path: Path) -> None:
    """To those of every package; those of Python follow from its versions."""
    made = project(
        tmp_path, ", python: ['3.12', '3.13'], classifiers: ['Framework :: AsyncIO']"
    )["classifiers"]

    assert made == sorted(set(made))
    assert "Framework :: AsyncIO" in made
    assert "Typing :: Typed" in made
    assert [each for each in made if ":: 3." in each] == [
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
    ]


def test_the_readme_names_the_lowest_python(tmp_path: Path) -> None:
    """It is the one that is required."""
    made, _ = loaded(tmp_path, ", python: ['3.13']")
    assert made is not None

    assert "Python 3.13 or newer" in files(made.package)["README.md"]


def test_another_license_brings_its_text(tmp_path: Path) -> None:
    """``LICENSE`` beside ``sdk.yaml``, in place of the text that templates have."""
    _, wrong = loaded(tmp_path, ", license: Apache-2.0 OR BSD-3-Clause")
    (tmp_path / "LICENSE").write_text("Terms\n", encoding="utf-8")
    made, none = loaded(tmp_path, ", license: Apache-2.0 OR BSD-3-Clause")

    assert wrong == [
        "E401 the text of Apache-2.0 OR BSD-3-Clause is missing: put it in LICENSE"
        " beside this file"
    ]
    assert not none
    assert made is not None
    assert made.package.license == "Apache-2.0 OR BSD-3-Clause"
    assert files(made.package, "Terms\n")["LICENSE"] == "Terms\n"
    assert files(made.package)["LICENSE"].startswith("MIT License")


@pytest.mark.parametrize(
    "more",
    [
        "description: ''",
        "license: MIT or so",
        "authors: [A]",
        "authors: [{email: a@example.com}]",
        "authors: [{name: 'A, B'}]",
        "authors: [{name: A, email: nobody}]",
        "keywords: ['a, b']",
        "keywords: [a, a]",
        "classifiers: [Beta]",
        "classifiers: ['License :: OSI Approved :: MIT License']",
        "classifiers: ['Programming Language :: Python :: 2']",
        "urls: {Repository: 'ftp://example.com'}",
        "urls: {'a.b': 'https://example.com'}",
        "python: []",
        "python: ['3.10']",
        "python: [3.12]",
    ],
)
def test_what_is_no_such_fact(tmp_path: Path, more: str) -> None:
    """It is refused where it stands, before PyPI would refuse the upload."""
    made, wrong = loaded(tmp_path, f", {more}")

    assert made is None
    assert [each[:5] for each in wrong] == ["E401 "]


def test_text_stays_text() -> None:
    """Whatever a fact holds, the file has the same entries and says it to the letter."""
    package = replace(
        API.package,
        license=HOSTILE,
        authors=(ir.Author(name=HOSTILE, email=HOSTILE),),
        keywords=(HOSTILE,),
        classifiers=(HOSTILE,),
        urls=(("Homepage", HOSTILE),),
    )

    found = tomllib.loads(files(package)["pyproject.toml"])

    plain = tomllib.loads(files(API.package)["pyproject.toml"])
    more = {"authors", "keywords", "urls"}
    assert set(found["project"]) == set(plain["project"]) | more
    assert set(found) == set(plain)
    assert list(found["project"]["urls"]) == ["Homepage"]
    assert found["project"]["keywords"] == [found["project"]["license"]]
