"""What is remembered of a run, and what is never taken for it."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import several_files as project

from sdkgen.cli import run
from sdkgen.last_run.record import Record, Records, find_folder
from sdkgen.pipeline import Run
from sdkgen.support.digests import digest_input
from sdkgen.target import Target
from sdkgen.write import paths

Edit = Callable[[Path], object]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project as the current folder, generated, with a cache elsewhere."""
    folder = tmp_path / "project"
    project.write_project(folder)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SDKGEN_CACHE", str(tmp_path / "cache"))
    assert run(["generate"]) == 0
    return folder


def is_up_to_date(capsys: pytest.CaptureFixture[str]) -> bool:
    """Whether ``generate`` finds nothing to do."""
    capsys.readouterr()
    assert run(["generate"]) == 0
    return "up to date" in capsys.readouterr().out


def rewrite(name: str, old: str, new: str) -> Edit:
    """Change a file so that neither its size nor its time stamps tell."""
    assert len(old) == len(new)

    def edit(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        project.replace_text(folder / name, text.replace(old, new), unnoticed=True)

    return edit


def add(name: str) -> Edit:
    """Add a file."""
    return lambda folder: (folder / name).write_text("# Words\n", encoding="utf-8")


EDITS: dict[str, Edit] = {
    "the document outside of the target": rewrite(
        "api/openapi.yaml", "The order.", "One order."
    ),
    "a file that the document shares": rewrite("shared/common.yaml", "Tells", "Keeps"),
    "a schema behind a link": rewrite("elsewhere/note.yaml", "says", "tell"),
    "an overlay outside of the target": rewrite("overlays/shop.yaml", "All", "The"),
    "an overlay of the target": rewrite("specs/shop/own.yaml", "One", "The"),
    "the configuration": rewrite("specs/shop/sdk.yaml", "0.1.0", "0.1.1"),
    "the lock": lambda folder: (folder / "specs/shop/names.lock").write_text(""),
    "a template": rewrite(
        "specs/shop/templates/src/package/extra.py", "Something", "All sorts"
    ),
    "a new template": add("specs/shop/templates/src/package/new.py"),
    "a changelog": add("specs/shop/CHANGELOG.md"),
    "a license": add("specs/shop/LICENSE"),
    "a file of the output": rewrite(
        "generated/shop/src/shop_sdk/resources/note.py", "All notes", "The notes"
    ),
    "a file of the output that is gone": lambda folder: (
        folder / "generated/shop/api.md"
    ).unlink(),
    "the manifest": lambda folder: (folder / "generated/shop/MANIFEST.json").unlink(),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_whatever_is_read_or_written_counts(
    checkout: Path, edit: Edit, capsys: pytest.CaptureFixture[str]
) -> None:
    """By its content: sizes and time stamps may be equal."""
    assert is_up_to_date(capsys)

    edit(checkout)

    assert not is_up_to_date(capsys)
    assert is_up_to_date(capsys)


def test_a_link_that_leads_elsewhere_counts(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where the same stands: a link may lead to where no file may be read."""
    (checkout / "other").mkdir()
    (checkout / "other/note.yaml").write_text(project.NOTE, encoding="utf-8")

    (checkout / "api/schemas").unlink()
    (checkout / "api/schemas").symlink_to(checkout / "other")

    assert not is_up_to_date(capsys)


def test_a_link_in_place_of_an_output_counts(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Though it leads to the same text: nothing is followed out of the folder."""
    assert run(["check"]) == 0  # its verdict is remembered
    capsys.readouterr()
    page = checkout / "generated/shop/api.md"
    (checkout / "copy.md").write_bytes(page.read_bytes())
    page.unlink()
    page.symlink_to(checkout / "copy.md")
    assert run(["check"]) == 1
    assert "missing: api.md" in capsys.readouterr().out


def test_what_an_interrupted_run_left_counts(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The next run looks at it, whatever the files say."""
    (checkout / "generated/shop" / paths.JOURNAL).mkdir()

    assert not is_up_to_date(capsys)
    assert is_up_to_date(capsys)


def test_options_count(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A run with other options is another run."""
    (checkout / "more.yaml").write_text(
        project.OVERLAY.replace("All notes.", "Each note."), encoding="utf-8"
    )

    assert run(["generate", "--overlay", "more.yaml"]) == 0

    assert "up to date" not in capsys.readouterr().out
    assert not is_up_to_date(capsys)


def test_a_lone_document_is_remembered_too(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With all files that it refers to."""
    command = ["generate", "api/openapi.yaml", "--out", "lone"]
    assert run(command) == 0
    capsys.readouterr()
    assert run(command) == 0
    assert "up to date" in capsys.readouterr().out

    EDITS["a file that the document shares"](checkout)

    assert run(command) == 0
    assert "up to date" not in capsys.readouterr().out


# ---------------------------------------------------------- what came with the files


def places_inside(checkout: Path) -> dict[str, dict[str, str]]:
    """Variables of the environment that put the cache into the checkout."""
    (checkout.parent / "link").symlink_to(checkout / ".cache")
    return {
        "SDKGEN_CACHE": {"SDKGEN_CACHE": str(checkout / ".cache")},
        "relative": {"SDKGEN_CACHE": ".cache"},
        "link": {"SDKGEN_CACHE": str(checkout.parent / "link")},
        "XDG_CACHE_HOME": {"SDKGEN_CACHE": "", "XDG_CACHE_HOME": str(checkout)},
    }


@pytest.mark.parametrize(
    "place", ["SDKGEN_CACHE", "relative", "link", "XDG_CACHE_HOME"]
)
def test_a_forged_record_in_a_checkout_is_not_read(
    checkout: Path,
    place: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A pull request can bring any file, with any digest, but no verdict."""
    client = checkout / "generated/shop/src/shop_sdk/_client.py"
    client.write_text("import os\n", encoding="utf-8")
    manifest = checkout / "generated/shop/MANIFEST.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["files"]["src/shop_sdk/_client.py"] = digest_input(client).split()[0]
    manifest.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n")
    given = Run(target=Target.of_folder(Path("specs/shop")))
    recorded = given.memory._records().load(given.memory._key())
    assert recorded is not None
    outputs = {path: digest_input(Path(path)) for path in recorded.outputs}
    forged = Record(
        generator=recorded.generator,
        inputs=recorded.inputs,
        outputs=outputs,
        verdicts=("format: 1 files, black agrees",),
    )
    for folder in (".cache", "sdkgen"):
        Records(checkout / folder).store(given.memory._key(), forged)
    for name, value in places_inside(checkout)[place].items():
        monkeypatch.setenv(name, value)
    capsys.readouterr()

    assert run(["check"]) == 1

    assert "changed: src/shop_sdk/_client.py" in capsys.readouterr().out
    assert not is_up_to_date(capsys)
    assert run(["check"]) == 0


def test_where_records_are_kept(tmp_path: Path) -> None:
    """In the user's cache folder, or where one says, but in no checkout."""
    home = {"HOME": "/h"}
    outside = [tmp_path]

    assert find_folder(outside, home) == Path("/h/.cache/sdkgen")
    assert find_folder(outside, {**home, "XDG_CACHE_HOME": "/x"}) == Path("/x/sdkgen")
    assert find_folder(outside, {**home, "XDG_CACHE_HOME": "x"}) == Path(
        "/h/.cache/sdkgen"
    )
    assert find_folder(outside, {**home, "SDKGEN_CACHE": "/s"}) == Path("/s")
    assert find_folder(outside, {**home, "SDKGEN_CACHE": "off"}) is None
    assert find_folder(outside, {}) is None
    assert find_folder([Path("/h")], home) is None
    (tmp_path / "a/.git").mkdir(parents=True)
    (tmp_path / "a/b").mkdir()
    inside = {"SDKGEN_CACHE": str(tmp_path / "a/c")}
    assert find_folder([tmp_path / "a/b"], inside) is None


# ---------------------------------------------------------------------- the file


RECORD = Record(
    generator="g", inputs={"/none": "absent /none"}, outputs={}, verdicts=("fine",)
)


def test_a_record_is_what_was_stored(tmp_path: Path) -> None:
    """By its key."""
    Records(tmp_path).store("a", RECORD)

    assert Records(tmp_path).load("a") == RECORD
    assert Records(tmp_path).load("b") is None
    assert Records(None).load("a") is None
    assert RECORD.is_current("g")
    assert not RECORD.is_current("h")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"generator": 1, "inputs": {}, "outputs": {}, "verdicts": []}',
        '{"generator": "g", "inputs": [], "outputs": {}, "verdicts": []}',
        '{"generator": "g", "inputs": {"a": 1}, "outputs": {}, "verdicts": []}',
        '{"generator": "g", "inputs": {}, "outputs": {}, "verdicts": 1}',
        '{"generator": "g", "inputs": {}, "outputs": {}, "verdicts": [1]}',
        "[" * 100_000,
    ],
)
def test_a_damaged_record_is_none(tmp_path: Path, text: str) -> None:
    """Whatever was done to it."""
    records = Records(tmp_path)
    records.store("a", RECORD)
    (path,) = (tmp_path / "runs").iterdir()

    path.write_text(text, encoding="utf-8")

    assert records.load("a") is None


def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    """A full or read-only disk is not an error."""
    (tmp_path / "file").write_text("")
    records = Records(tmp_path / "file")

    records.store("a", RECORD)

    assert records.load("a") is None


def test_the_oldest_records_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of records has an end."""
    monkeypatch.setattr("sdkgen.last_run.record._MOST", 3)
    records = Records(tmp_path)
    for number in range(5):
        records.store(str(number), RECORD)
        for path in (tmp_path / "runs").iterdir():
            os.utime(path, ns=(path.stat().st_mtime_ns - 10**9,) * 2)

    kept = [number for number in range(5) if records.load(str(number))]

    assert kept == [2, 3, 4]
