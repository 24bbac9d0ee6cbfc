"""Whether the output is what its inputs make, and in what it is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from output_folder import META, NEW, OLD, write

from sdkgen.write import manifest, output
from sdkgen.write.output import MANIFEST

# ------------------------------------------------------------------ up to date


def test_finding_nothing_to_do_imports_nothing_slow() -> None:
    """Neither black nor the validator."""
    code = (
        "import sys; from sdkgen import cli; from sdkgen.last_run import record;"
        "slow = {'black', 'jinja2', 'jsonschema', 'jsonschema_rs', 'yaml'};"
        "print(sorted(slow & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout == "[]\n"


def test_the_digest_of_inputs_does_not_depend_on_the_place(tmp_path: Path) -> None:
    """Two checkouts of one state have one digest; any other content has another."""
    digests: set[str] = set()
    for name in ("one", "two/three"):
        root = tmp_path / name
        (root / "specs" / "__pycache__").mkdir(parents=True)
        (root / "specs/openapi.yaml").write_text("a")
        (root / "specs/__pycache__/x.pyc").write_text(name)
        digests.add(output.digest_inputs([root / "specs"], root=root, extra={"v": "1"}))
    assert len(digests) == 1

    (root / "specs/openapi.yaml").write_text("b")
    digests.add(output.digest_inputs([root / "specs"], root=root, extra={"v": "1"}))
    digests.add(output.digest_inputs([root / "specs"], root=root, extra={"v": "2"}))
    digests.add(output.digest_inputs([root / "none"], root=root, extra={"v": "2"}))
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
        "from sdkgen.write.manifest import render_manifest;"
        f"print(render_manifest({NEW!r}, {META!r}), end='')"
    )
    environment = {"PYTHONHASHSEED": seed, "LC_ALL": "C", "TZ": "Asia/Tokyo"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment, "PYTHONPATH": str(Path.cwd() / "generator")},
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == manifest.render_manifest(NEW, META)
