"""The output folder: whole or not at all, whose files are whose, and what has drifted."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from generator import manifest, output, transaction
from generator.cache import Cache
from generator.diagnostics import Diagnostics
from generator.output import MANIFEST, WriteResult
from generator.transaction import JOURNAL, Change

META = {"generator": "1", "inputs": "2"}
OLD = {
    "README.md": "old\n",
    "src/acme/__init__.py": '"""Acme."""\n',
    "src/acme/gone/a.py": "A = 1\n",
    "src/acme/kept.py": "KEPT = 1\n",
}
NEW = {
    "README.md": "new\n",
    "src/acme/__init__.py": '"""Acme."""\n',
    "src/acme/fresh/b.py": "B = 1\n",
    "src/acme/kept.py": "KEPT = 2\n",
}


def write(folder: Path, files: dict[str, str]) -> WriteResult:
    """Write what must be writable."""
    diagnostics = Diagnostics()
    result = output.write(folder, files, META, diagnostics)
    assert result is not None, list(diagnostics)
    assert not list(diagnostics)
    return result


def refused(folder: Path, files: dict[str, Any]) -> list[tuple[str, str]]:
    """Write what must be refused; the codes and messages."""
    diagnostics = Diagnostics()
    assert output.write(folder, files, META, diagnostics) is None
    return [(found.code, found.message) for found in diagnostics]


def tree(folder: Path) -> dict[str, str]:
    """All that is below a folder: relative path → text, folders with a slash."""
    return {
        path.relative_to(folder).as_posix()
        + ("/" if path.is_dir() else ""): (
            "" if path.is_dir() else path.read_text(encoding="utf-8")
        )
        for path in sorted(folder.rglob("*"))
    }


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
    """What is no longer generated goes, with folders left empty; the rest is not touched."""
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
            " and a generated file must go there",
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


# -------------------------------------------------------------------- symlinks


def test_symbolic_links_are_not_written_through(tmp_path: Path) -> None:
    """A link in the way of a generated file is somebody's, wherever it leads."""
    out = tmp_path / "out"
    outside = tmp_path / "outside"
    outside.mkdir()
    (out / "src").mkdir(parents=True)
    (out / "src/acme").symlink_to(outside)

    found = refused(out, OLD)

    assert {code for code, _ in found} == {"E503"}
    assert list(outside.iterdir()) == []


def test_stale_files_behind_a_symbolic_link_stay(tmp_path: Path) -> None:
    """What was a generated folder and is a link now is not followed."""
    out = tmp_path / "out"
    write(out, OLD)
    outside = tmp_path / "outside"
    (out / "src/acme/gone").rename(outside)
    (out / "src/acme/gone").symlink_to(outside)

    write(out, NEW)

    assert (outside / "a.py").exists()


# ------------------------------------------------------------------ path names


@pytest.mark.parametrize(
    "path",
    [
        "../x",
        "/x",
        "a//b",
        "a/../b",
        "",
        ".",
        "a/.",
        "C:x",
        "a\\b",
        "nul.txt",
        "x" * 201,
        "a\0b",
        "a\nb",
        "cafe\u0301",
        "ﬁnd",
        "\u202ea",
        "ж" * 101,
        "a b",
        "x.",
        ".sdkgen-journal/x",
        "COM1",
        "a/",
    ],
)
def test_unusable_paths_are_refused(tmp_path: Path, path: str) -> None:
    """Nothing is written for a name that leaves the folder or that a system cannot hold."""
    out = tmp_path / "out"

    found = refused(out, {"ok.md": "", path: ""})

    assert [code for code, _ in found] == ["E505"]
    assert list(tmp_path.iterdir()) == []


def test_names_of_other_scripts_are_files_too(tmp_path: Path) -> None:
    """Python imports them; and the manifest knows them again."""
    assert write(tmp_path, {"src/μ.py": "", "src/日本.py": ""}).written

    assert write(tmp_path, {"src/μ.py": ""}).removed == ("src/日本.py",)


@pytest.mark.parametrize(
    "paths",
    [
        ("ß.md", "SS.md"),
        ("a.md", "A.md"),
        ("a", "a/b"),
        ("x/a.md", "X/b.md"),
        ("x", "X/b.md"),
    ],
)
def test_paths_that_are_one_on_some_systems_are_refused(
    tmp_path: Path, paths: tuple[str, str]
) -> None:
    """Not all file systems tell upper from lower case."""
    found = refused(tmp_path, dict.fromkeys(paths, ""))

    assert [code for code, _ in found] == ["E505"]


@given(st.text(alphabet="ab./\\-_~\0 :é", max_size=12))
def test_an_accepted_path_stays_in_its_folder(path: str) -> None:
    """Whatever the name, joining it leads below the folder and nowhere else."""
    if transaction.path_problem(path):
        return
    joined = os.path.normpath(f"/root/out/{path}")

    assert joined == f"/root/out/{path}"


@given(st.lists(st.from_regex(r"[a-cA-C]{1,2}(/[a-cA-C]{1,2}){0,2}", fullmatch=True)))
def test_accepted_paths_can_all_exist_at_once(paths: list[str]) -> None:
    """No two are one file, and none is both file and folder, where case is ignored."""
    accepted = set(paths) - set(transaction.path_problems(set(paths)))

    folded = [path.casefold() for path in accepted]
    assert len(set(folded)) == len(folded)
    for path in folded:
        assert not any(other.startswith(f"{path}/") for other in folded)


# ----------------------------------------------------------------- interrupted


class Fuse:
    """Makes the n-th of the calls that change the disk fail."""

    def __init__(self, blow_at: int, error: Callable[[], BaseException]) -> None:
        self.left = blow_at
        self.error = error
        self.blown = False

    def wrap(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.left -= 1
            if self.left == 0:
                self.blown = True
                raise self.error()
            return original(*args, **kwargs)

        return call


CHANGES = ("mkdir", "rename", "replace", "unlink", "rmdir", "write_bytes", "chmod")


def fused(
    monkeypatch: pytest.MonkeyPatch, blow_at: int, error: Callable[[], BaseException]
) -> Fuse:
    """Put a fuse into every way of changing the disk that is used."""
    fuse = Fuse(blow_at, error)
    for name in CHANGES:
        monkeypatch.setattr(Path, name, fuse.wrap(getattr(Path, name)))
    monkeypatch.setattr(os, "fsync", fuse.wrap(os.fsync))
    return fuse


@pytest.mark.parametrize(
    "error",
    [
        KeyboardInterrupt,
        lambda: OSError(errno.ENOSPC, "No space left on device"),
        lambda: OSError(errno.EROFS, "Read-only file system"),
    ],
    ids=["ctrl-c", "full", "read-only"],
)
def test_a_write_that_is_interrupted_anywhere_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Callable[[], BaseException]
) -> None:
    """At each single step: afterwards the output is wholly old, or wholly new.

    New only if the interruption came after the last change, while cleaning up.
    """
    seen = set()
    for step in range(1, 80):
        out = tmp_path / str(step)
        write(out, OLD)
        old = tree(out)
        with monkeypatch.context() as patch:
            fuse = fused(patch, step, error)
            try:
                output.write(out, NEW, META, Diagnostics())
            except KeyboardInterrupt:
                assert error is KeyboardInterrupt
        if not fuse.blown:
            break
        left = {path for path in tree(out) if path.startswith(JOURNAL)}
        state = {path: text for path, text in tree(out).items() if path not in left}
        new = {**NEW, MANIFEST: manifest.manifest_text(NEW, META)}
        files = {path: text for path, text in state.items() if not path.endswith("/")}
        seen.add(state == old)
        assert state == old or files == new, step
        # whatever was left, the next run is not hindered by it
        assert write(out, NEW).recovered == bool(left)
        assert {p: t for p, t in tree(out).items() if not p.endswith("/")} == new
    else:
        pytest.fail("the fuse never outlasted the write")
    assert seen == {True, False}


def test_a_first_write_that_fails_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even an empty one, nor those made above it."""
    fused(monkeypatch, 5, lambda: OSError(errno.ENOSPC, "No space left on device"))

    found = refused(tmp_path / "a" / "b", OLD)

    path = (tmp_path / "a" / "b").as_posix()
    assert found == [("E502", f"{path} cannot be written: No space left on device")]
    assert list(tmp_path.iterdir()) == []


KILLED = """
import os, sys
from pathlib import Path
from generator import output
from generator.diagnostics import Diagnostics
left = int(sys.argv[2])
original = Path.rename
def rename(self, target):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), 9)
    return original(self, target)
Path.rename = rename
output.write(Path(sys.argv[1]), {files!r}, {meta!r}, Diagnostics())
"""


@pytest.mark.parametrize("step", [1, 2, 4, 6, 8, 9])
def test_a_killed_write_is_undone_by_the_next_run(tmp_path: Path, step: int) -> None:
    """``kill -9`` leaves a journal; the next run, of whatever, starts from the old state."""
    write(tmp_path, OLD)
    old = tree(tmp_path)

    done = subprocess.run(
        [
            *(sys.executable, "-c", KILLED.format(files=NEW, meta=META)),
            *(str(tmp_path), str(step)),
        ],
        check=False,
    )

    assert done.returncode == -signal.SIGKILL
    assert (tmp_path / JOURNAL).is_dir()
    assert transaction.recover(tmp_path)
    assert tree(tmp_path) == old
    assert write(tmp_path, NEW).written


def test_undoing_can_be_interrupted_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recovery at any later time gets to the same old state."""
    write(tmp_path, OLD)
    old = tree(tmp_path)
    with monkeypatch.context() as patch:
        # the second interruption hits what undoes the first
        replace = Path.replace

        def interrupted(self: Path, target: Path) -> Path:
            patch.setattr(Path, "replace", replace)
            raise KeyboardInterrupt

        patch.setattr(Path, "replace", interrupted)
        fused_rename = Fuse(4, KeyboardInterrupt)
        patch.setattr(Path, "rename", fused_rename.wrap(Path.rename))
        with pytest.raises(KeyboardInterrupt):
            output.write(tmp_path, NEW, META, Diagnostics())

    assert (tmp_path / JOURNAL).is_dir()
    assert transaction.recover(tmp_path)
    assert tree(tmp_path) == old


def test_a_journal_that_names_other_places_is_refused(tmp_path: Path) -> None:
    """A journal that came with a checkout cannot write outside the folder."""
    out = tmp_path / "out"
    write(out, OLD)
    journal = out / JOURNAL
    journal.mkdir()
    (journal / "old-0").write_text("evil")
    plan = {"steps": [["../victim", "", True]], "folders": [], "emptied": []}
    (journal / "plan.json").write_text(json.dumps(plan))

    found = refused(out, NEW)

    assert [code for code, _ in found] == ["E502"]
    assert not (tmp_path / "victim").exists()


def test_two_runs_do_not_write_one_folder_at_once(tmp_path: Path) -> None:
    """The second is told so."""
    write(tmp_path, OLD)

    with transaction.locked(tmp_path):
        found = refused(tmp_path, NEW)

    assert found == [("E502", f"another run is writing {tmp_path.as_posix()}")]


def test_a_file_in_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    """It is a diagnostic, not a traceback."""
    (tmp_path / "out").write_text("mine")

    found = refused(tmp_path / "out", OLD)

    assert [code for code, _ in found] == ["E502"]
    assert (tmp_path / "out").read_text() == "mine"


def test_commit_refuses_a_path_that_became_a_link(tmp_path: Path) -> None:
    """The last check is made where the file is staged."""
    (tmp_path / "x").symlink_to("/nowhere")

    with pytest.raises(OSError, match="symbolic link"):
        transaction.commit(tmp_path, [Change("x", b"")])

    assert not (tmp_path / JOURNAL).exists()


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
    verbatim = output.template_digests(templates)
    files = {"src/acme/transport.py": "import  os\n"}

    formatted = output.format_files(
        files, Cache(None), Diagnostics(), verbatim=verbatim
    )
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


# ------------------------------------------------------------------ formatting


def test_python_is_formatted_and_the_rest_is_not(tmp_path: Path) -> None:
    """black with trailing commas that keep one item a line."""
    files = {"b.py": "x = [1,\n2,]", "a.md": "x = [1,\n2,]"}

    made = output.format_files(files, Cache(tmp_path), Diagnostics())

    assert made == {"a.md": "x = [1,\n2,]", "b.py": "x = [\n    1,\n    2,\n]\n"}
    assert made is not None
    assert list(made) == ["a.md", "b.py"]


def test_what_is_no_python_is_named(tmp_path: Path) -> None:
    """All of it, with the line, as a defect of the generator."""
    diagnostics = Diagnostics()
    files: dict[str, str | bytes] = {
        "src/b.py": "x = 1\n\ndef (:\n",
        "src/a.py": b"\xff",
    }

    assert output.format_files(files, Cache(tmp_path), diagnostics) is None

    found = [(d.code, str(d.place), d.message.partition(":")[0]) for d in diagnostics]
    assert found == [
        ("E504", "None", "src/a.py is not UTF-8"),
        ("E504", "src/b.py:3:1", "no Python"),
    ]


def test_processes_give_the_same_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Large outputs are spread over processes."""
    files = {f"m{n}.py": f"x = {{ 'a':{n} }}" for n in range(4)}
    alone = output.format_files(files, Cache(None), Diagnostics())

    monkeypatch.setattr("generator.formatting._PARALLEL_FROM", 1)
    monkeypatch.setattr("generator.formatting._processors", lambda: 2)

    assert output.format_files(files, Cache(None), Diagnostics()) == alone


def test_a_cached_file_is_not_formatted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its text is the key."""
    files = {"a.py": "x   = 1\n"}
    made = output.format_files(files, Cache(tmp_path), Diagnostics())

    monkeypatch.setattr("generator.formatting._black", None)

    assert output.format_files(files, Cache(tmp_path), Diagnostics()) == made


# ------------------------------------------------------------------ up to date


def test_an_untouched_output_is_up_to_date(tmp_path: Path) -> None:
    """As long as inputs, files and manifest are what they were."""
    cache = Cache(tmp_path / "cache")
    out = tmp_path / "out"
    assert not output.up_to_date(out, "d1", cache)
    write(out, OLD)
    assert not output.up_to_date(out, "d1", cache)

    output.remember(out, "d1", cache)

    assert output.up_to_date(out, "d1", cache)
    assert not output.up_to_date(out, "d2", cache)
    assert not output.up_to_date(out, "d1", Cache(None))
    (out / "README.md").write_text("edited")
    assert not output.up_to_date(out, "d1", cache)
    (out / "README.md").unlink()
    assert not output.up_to_date(out, "d1", cache)


def test_finding_nothing_to_do_imports_nothing_slow() -> None:
    """Neither black nor the validator."""
    code = (
        "import sys; from generator import output;"
        "print([m for m in ('black', 'jsonschema', 'yaml') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"


def test_the_digest_of_inputs_does_not_depend_on_the_place(tmp_path: Path) -> None:
    """Two checkouts of one state have one digest; any other content has another."""
    digests = set()
    for name in ("one", "two/three"):
        root = tmp_path / name
        (root / "specs" / "__pycache__").mkdir(parents=True)
        (root / "specs/openapi.yaml").write_text("a")
        (root / "specs/__pycache__/x.pyc").write_text(name)
        digests.add(output.inputs_digest([root / "specs"], root=root, extra={"v": "1"}))
    assert len(digests) == 1

    (root / "specs/openapi.yaml").write_text("b")
    digests.add(output.inputs_digest([root / "specs"], root=root, extra={"v": "1"}))
    digests.add(output.inputs_digest([root / "specs"], root=root, extra={"v": "2"}))
    digests.add(output.inputs_digest([root / "none"], root=root, extra={"v": "2"}))
    assert len(digests) == 4


# ----------------------------------------------------------------------- drift


def test_no_drift_after_a_write(tmp_path: Path) -> None:
    """What was just written is what would be written."""
    write(tmp_path, OLD)

    assert output.drift(tmp_path, OLD, META) == []


def test_drift_names_what_is_missing_extra_and_changed(tmp_path: Path) -> None:
    """With a difference that a person can read, in the numbers of the whole file."""
    lines = [f"line {n}\n" for n in range(1, 101)]
    write(tmp_path, {**OLD, "long.md": "".join(lines)})
    lines[49] = "another\x1b[31m line\n"
    (tmp_path / "NOTES.md").write_text("mine")

    found = output.drift(tmp_path, {**NEW, "long.md": "".join(lines)}, META)

    assert [(each.kind, each.path) for each in found] == [
        ("changed", MANIFEST),
        ("changed", "README.md"),
        ("changed", "long.md"),
        ("missing", "src/acme/fresh/b.py"),
        ("extra", "src/acme/gone/a.py"),
        ("changed", "src/acme/kept.py"),
    ]
    assert found[2].diff == (
        "--- long.md (as it is)\n"
        "+++ long.md (as generated)\n"
        "@@ -47,7 +47,7 @@\n"
        " line 47\n line 48\n line 49\n"
        "-line 50\n"
        "+another\\x1b[31m line\n"
        " line 51\n line 52\n line 53\n"
    )


def test_a_large_difference_is_told_in_short(tmp_path: Path) -> None:
    """Neither the time nor the text grows without bound."""
    write(
        tmp_path, {"a.md": "".join(f"a{n}\n" for n in range(50_000)), "b.md": "x\n" * 9}
    )

    changed, other = output.drift(
        tmp_path,
        {
            "a.md": "".join(f"b{n}\n" for n in range(50_000)),
            "b.md": "".join(f"y{n}\n" for n in range(900)),
        },
        META,
    )[1:]

    assert "@@ from line 1: 50000 lines are replaced by 50000 @@" in changed.diff
    assert changed.diff.count("\n") < 50
    assert other.diff.endswith("more lines\n")
    assert other.diff.count("\n") < 250


def test_drift_does_not_look_behind_links(tmp_path: Path) -> None:
    """No byte of a file elsewhere gets into a difference."""
    write(tmp_path / "out", OLD)
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "out/README.md").unlink()
    (tmp_path / "out/README.md").symlink_to(tmp_path / "secret")

    (found,) = output.drift(tmp_path / "out", OLD, META)

    assert found.kind == "missing"
    assert "secret" not in found.diff


@pytest.mark.parametrize("seed", ["0", "1"])
def test_the_manifest_does_not_depend_on_the_process(seed: str) -> None:
    """Hash seed, locale, time zone and working directory are no inputs."""
    code = (
        "from generator.manifest import manifest_text;"
        f"print(manifest_text({NEW!r}, {META!r}), end='')"
    )
    environment = {"PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment, "PYTHONPATH": str(Path.cwd())},
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == manifest.manifest_text(NEW, META)
