"""The output folder: what is written there, whose files are whose, what is refused."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from output_folder import META, NEW, OLD, refused, tree, write

from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.write import output
from sdkgen.write.output import MANIFEST, WriteResult
from sdkgen.write.paths import JOURNAL

# --------------------------------------------------------------------- writing


def test_a_first_write_makes_the_folder(tmp_path: Path) -> None:
    """Files are where they belong, readable by all, with the manifest beside them."""
    out = tmp_path / "generated" / "acme"

    result = write(out, OLD)

    assert result.written == (MANIFEST, *sorted(OLD))
    assert {path: (out / path).read_text() for path in OLD} == OLD
    assert (out / "README.md").stat().st_mode & 0o777 == 0o644
    assert not (out / JOURNAL).exists()
    manifest_ = json.loads((out / MANIFEST).read_text())
    assert manifest_["files"]["README.md"] == hashlib.sha256(b"old\n").hexdigest()
    assert list(manifest_) == sorted(manifest_)


def test_a_second_write_changes_only_what_differs(tmp_path: Path) -> None:
    """What is no longer generated goes, with empty folders; the rest is not touched."""
    write(tmp_path, OLD)
    before = (tmp_path / "src/acme/__init__.py").stat().st_mtime_ns

    result = write(tmp_path, NEW)

    assert result == WriteResult(
        written=(MANIFEST, "README.md", "src/acme/fresh/b.py", "src/acme/kept.py"),
        removed=("src/acme/gone/a.py",),
        unchanged=1,
    )
    assert {path for path in tree(tmp_path) if not path.endswith("/")} == {
        MANIFEST,
        *NEW,
    }
    assert not (tmp_path / "src/acme/gone").exists()
    assert (tmp_path / "src/acme/__init__.py").stat().st_mtime_ns == before


def test_writing_the_same_again_does_nothing(tmp_path: Path) -> None:
    """An unchanged output is not even opened for writing."""
    write(tmp_path, OLD)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}

    result = write(tmp_path, OLD)

    assert result == WriteResult(unchanged=len(OLD) + 1)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_a_folder_left_with_byte_code_only_is_removed(tmp_path: Path) -> None:
    """Importing the old package must not keep its folders alive."""
    write(tmp_path, OLD)
    cache = tmp_path / "src/acme/gone/__pycache__"
    cache.mkdir()
    (cache / "a.cpython-311.pyc").write_bytes(b"")

    write(tmp_path, NEW)

    assert not (tmp_path / "src/acme/gone").exists()


# ---------------------------------------------------------------- whose files


def test_files_of_people_are_left_alone_and_named(tmp_path: Path) -> None:
    """What the manifest does not name is not the generator's."""
    write(tmp_path, OLD)
    (tmp_path / "NOTES.md").write_text("mine")
    (tmp_path / "src/acme/gone/mine.py").write_text("mine")
    (tmp_path / "extra").mkdir()
    (tmp_path / "extra" / "deep.txt").write_text("mine")
    (tmp_path / "__pycache__").mkdir()

    result = write(tmp_path, NEW)

    assert result.foreign == ("NOTES.md", "extra/", "src/acme/gone/")
    assert (tmp_path / "NOTES.md").read_text() == "mine"
    assert (tmp_path / "src/acme/gone/mine.py").read_text() == "mine"
    assert not (tmp_path / "src/acme/gone/a.py").exists()


def test_a_file_of_somebody_in_the_way_is_an_error(tmp_path: Path) -> None:
    """It is named, and nothing at all is written."""
    write(tmp_path, OLD)
    (tmp_path / "src/acme/fresh").mkdir()
    (tmp_path / "src/acme/fresh/b.py").write_text("mine")
    before = tree(tmp_path)

    found = refused(tmp_path, NEW)

    assert found == [
        (
            "E503",
            "src/acme/fresh/b.py was not written by the generator,"
            " but a generated file must be written there",
        )
    ]
    assert tree(tmp_path) == before


def test_a_generated_file_that_was_edited_is_replaced_and_named(tmp_path: Path) -> None:
    """Generating again is how edits are undone, but not in silence."""
    write(tmp_path, OLD)
    (tmp_path / "README.md").write_text("edited")
    (tmp_path / "src/acme/gone/a.py").write_text("edited")

    result = write(tmp_path, NEW)

    assert result.edited == ("README.md", "src/acme/gone/a.py")
    assert (tmp_path / "README.md").read_text() == "new\n"


def test_a_manifest_with_a_merge_conflict_still_names_its_files(tmp_path: Path) -> None:
    """Generating is the way out of a conflict in the manifest."""
    write(tmp_path, OLD)
    text = (tmp_path / MANIFEST).read_text()
    line = next(line for line in text.splitlines() if "kept.py" in line)
    other = line.replace(line.split('"')[3], "0" * 64)
    conflict = f"<<<<<<< ours\n{line}\n=======\n{other}\n>>>>>>> theirs"
    (tmp_path / MANIFEST).write_text(text.replace(line, conflict))

    result = write(tmp_path, NEW)

    assert result.edited == ()
    assert json.loads((tmp_path / MANIFEST).read_text())["files"].keys() == NEW.keys()


def test_without_a_manifest_equal_files_are_adopted(tmp_path: Path) -> None:
    """A lost manifest costs nothing when the files are what would be written."""
    write(tmp_path, OLD)
    (tmp_path / MANIFEST).unlink()

    assert write(tmp_path, OLD).written == (MANIFEST,)


def test_a_manifest_cannot_have_files_elsewhere_removed(tmp_path: Path) -> None:
    """Its paths are as little trusted as those of a document."""
    victim = tmp_path / "victim.txt"
    victim.write_text("mine")
    out = tmp_path / "out"
    write(out, OLD)
    digest = hashlib.sha256(b"mine").hexdigest()
    text = (out / MANIFEST).read_text()
    evil = f'"files": {{\n    "../victim.txt": "{digest}",'
    (out / MANIFEST).write_text(text.replace('"files": {', evil))

    write(out, NEW)

    assert victim.read_text() == "mine"


# ------------------------------------------------------------------- the gate


def test_code_that_the_gate_refuses_is_not_written(tmp_path: Path) -> None:
    """The file, line and column are named, and the old output is whole."""
    write(tmp_path, OLD)
    before = tree(tmp_path)

    found = refused(tmp_path, {**NEW, "src/acme/evil.py": "import os\n"})

    assert found == [("E504", "generated code may not contain: import of 'os'")]
    assert tree(tmp_path) == before


def test_copies_of_templates_are_not_gated(tmp_path: Path) -> None:
    """They are people's code, byte for byte; anything else of that name is not."""
    templates = tmp_path / "templates"
    (templates / "src").mkdir(parents=True)
    (templates / "src/transport.py").write_text("import  os\n")
    (templates / "src/client.py.jinja").write_text("import sys\n")
    verbatim = output.digest_templates(templates)
    files = {"src/acme/transport.py": "import  os\n"}

    formatted = output.format_files(files, Diagnostics(), verbatim=verbatim)
    assert formatted == files
    result = output.write(
        tmp_path / "out", files, META, Diagnostics(), verbatim=verbatim
    )

    assert result is not None
    for text in ("import os\n", "import sys\n"):
        files = {"src/acme/transport.py": text}
        assert (
            output.write(
                tmp_path / "out", files, META, Diagnostics(), verbatim=verbatim
            )
            is None
        )
