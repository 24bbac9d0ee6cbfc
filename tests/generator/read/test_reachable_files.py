"""Which files a document may name: those of its folder and of its project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from documents import HEAD, at, bundled, found_in, write

from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.read.document import load


def schema_of(ref: str) -> str:
    """A document with one schema, which is a reference."""
    return f"{HEAD}components:\n  schemas:\n    A: {{$ref: '{ref}'}}\n"


@pytest.mark.parametrize(
    ("ref", "code"),
    [
        ("../secret.yaml", "E202"),
        ("..%2Fsecret.yaml", "E202"),
        ("sub/../../secret.yaml", "E202"),
        ("link.yaml", "E202"),
        ("link/secret.yaml", "E202"),
        ("/etc/passwd", "E202"),
        ("/dev/zero", "E202"),
        ("file:///etc/passwd", "E202"),
        ("C:/secret.yaml", "E202"),
        ("http://127.0.0.1:9/a.yaml", "E203"),
        ("HTTPS://nowhere.invalid/a", "E203"),
        ("//nowhere.invalid/a.yaml", "E203"),
        (r"\\server\share\a.yaml", "E203"),
        ("urn:uuid:0#/a", "E203"),
        ("missing.yaml", "E201"),
        ("~/secret.yaml", "E201"),
        (".", "E201"),
        ("pipe", "E201"),
        ("a%00b", "E201"),
        ("%ff.yaml", "E201"),
    ],
)
def test_what_is_not_a_file_of_the_document_is_not_opened(
    tmp_path: Path, ref: str, code: str
) -> None:
    """By text, by symbolic link, by kind of file: refused at the reference."""
    folder = tmp_path / "doc"
    folder.mkdir()
    (tmp_path / "secret.yaml").write_text("type: string\n", encoding="utf-8")
    (folder / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (folder / "link").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")

    found = found_in(folder, {"openapi.yaml": schema_of(ref)})

    assert found == [f"{code} openapi.yaml:5"]


@pytest.mark.parametrize(
    "ref", ["../secret.yaml", "link.yaml", "link/secret.yaml", "{absolute}", "{url}"]
)
def test_files_outside_are_read_when_allowed(tmp_path: Path, ref: str) -> None:
    """The network stays out of reach."""
    folder = tmp_path / "doc"
    folder.mkdir()
    secret = tmp_path / "secret.yaml"
    secret.write_text("type: string\n", encoding="utf-8")
    (folder / "link.yaml").symlink_to(secret)
    (folder / "link").symlink_to(tmp_path)
    ref = ref.format(absolute=secret, url=secret.as_uri())
    path = write(folder, {"openapi.yaml": schema_of(ref)})
    diagnostics = Diagnostics()

    document = load(path, diagnostics, allow_outside=True)

    assert list(diagnostics) == []
    assert document is not None
    assert at(document, "/components/schemas/A") == {"type": "string"}
    network = {"openapi.yaml": schema_of("http://127.0.0.1:9/x")}
    assert found_in(folder, network, allow_outside=True) == ["E203 openapi.yaml:5"]


def project(tmp_path: Path, ref: str) -> Path:
    """A document in a folder of its own, and others beside the folder."""
    folder = tmp_path / "project" / "spec"
    for name in ("project/common", "project/.hidden", "project/spec", "elsewhere"):
        (tmp_path / name).mkdir(parents=True)
        for file in ("a.yaml", "a.txt", ".a.yaml"):
            text = "type: string\n"
            (tmp_path / name / file).write_text(text, encoding="utf-8")
    (folder.parent / "link.yaml").symlink_to(tmp_path / "elsewhere" / "a.yaml")
    return write(folder, {"openapi.yaml": schema_of(ref)})


_OF_THE_PROJECT = [
    ("../common/a.yaml", ""),
    ("../common/../common/a.yaml", ""),
    ("../common/a.txt", "E202"),
    ("../common/.a.yaml", "E202"),
    ("../.hidden/a.yaml", "E202"),
    ("..%2Fcommon/a.yaml", "E202"),
    ("%2e%2e/common/a.yaml", "E202"),
    ("../link.yaml", "E202"),
    ("../../elsewhere/a.yaml", "E202"),
    ("{absolute}", "E202"),
    ("../common/b.yaml", "E201"),
]


@pytest.mark.parametrize("marker", [".git", ".hg", "named"])
@pytest.mark.parametrize(("ref", "code"), _OF_THE_PROJECT)
def test_descriptions_of_the_same_project_are_read(
    tmp_path: Path, ref: str, code: str, marker: str
) -> None:
    """The project is the checkout around the document, or what the user says it is."""
    absolute = tmp_path / "project" / "common" / "a.yaml"
    path = project(tmp_path, ref.format(absolute=absolute))
    if marker != "named":
        (tmp_path / "project" / marker).mkdir()
    diagnostics = Diagnostics()
    named = tmp_path / "project" if marker == "named" else False

    document = load(path, diagnostics, allow_outside=named)

    assert [each.code for each in diagnostics] == [code] * bool(code)
    if not code:
        assert document is not None
        assert at(document, "/components/schemas/A") == {"type": "string"}


def test_a_checkout_of_everything_is_no_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People keep their own folder, too, under version control."""
    path = project(tmp_path, "../common/a.yaml")
    (tmp_path / ".git").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    diagnostics = Diagnostics()

    load(path, diagnostics)

    assert [each.code for each in diagnostics] == ["E202"]


def test_the_hint_names_the_option_that_would_allow_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The smallest folder around both files, as the user would write it."""
    project(tmp_path, "../common/a.yaml")
    monkeypatch.chdir(tmp_path)
    diagnostics = Diagnostics()

    load(Path("project/spec/openapi.yaml"), diagnostics)

    assert [each.hint for each in diagnostics] == [
        "if you trust the document, allow it with `--project project`"
    ]


def test_a_link_inside_the_folder_is_the_file(tmp_path: Path) -> None:
    """The same file under two names is read once."""
    (tmp_path / "real.yaml").write_text("type: string\n", encoding="utf-8")
    (tmp_path / "alias.yaml").symlink_to("real.yaml")
    text = HEAD + (
        "components:\n  schemas:\n"
        "    A: {anyOf: [{$ref: real.yaml}, {$ref: alias.yaml}]}\n"
    )

    document = bundled(tmp_path, openapi=text)

    one, other = (at(document, f"/components/schemas/A/anyOf/{n}") for n in (0, 1))
    assert one == other
