"""The tools of the benchmarks, and never how long anything takes."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest
from benchmarks import compare, losant, project
from benchmarks.documents import make_document, name_resource, write_document
from benchmarks.growth import fit_exponent
from benchmarks.measure import Figure, Figures, run, take_turns
from benchmarks.table import Comparison, Row, compared, measured, table, write_json

from sdkgen.pipeline import Run
from sdkgen.target import Target

SPECS = Path(__file__).parents[2] / "specs" / "losant"
TIME = Figure("work", "s")


def test_documents_are_the_same_for_the_same_seed() -> None:
    """Another seed gives another document, of as many operations."""
    one, same, other = (make_document(25, seed) for seed in (1, 1, 2))

    assert json.dumps(one) == json.dumps(same)
    assert one != other
    assert operations(one) == operations(other) == 25


def operations(document: dict[str, dict[str, object]]) -> int:
    """How many operations a document has."""
    return sum(
        len(item) for item in document["paths"].values() if isinstance(item, dict)
    )


def test_resources_of_a_large_document_have_different_names() -> None:
    """Also where nouns and adjectives are used up."""
    names = [name_resource(index) for index in range(2000)]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_nothing_is_wrong_with_a_document(tmp_path: Path, suffix: str) -> None:
    """And all of it is generated."""
    path = tmp_path / f"document.{suffix}"
    write_document(path, 30)

    made = Run(target=Target.of_document(path))
    api = made.normalize()

    assert [found.message for found in made.diagnostics] == []
    assert api is not None
    assert sum(len(each.operations) for each in api.resources) == 30
    assert made.skips == []


@pytest.mark.parametrize("edit", losant.EDITS, ids=lambda edit: edit.what)
def test_edits_of_losant_change_what_is_there(edit: losant.Edit) -> None:
    """Each round gives another text; an edit that changes nothing measures nothing."""
    text = (SPECS / edit.path).read_text(encoding="utf-8")

    assert len({text, edit.apply(text, 1), edit.apply(text, 2)}) == 3


def test_turns_are_taken_within_each_round() -> None:
    """Who is first changes; what warms up does not count; some end earlier."""
    done: list[str] = []

    def step(name: str) -> Figures:
        done.append(name)
        return {Figure(name, "s"): float(len(done))}

    found = take_turns(
        {
            "a": {"x": lambda: step("ax"), "y": lambda: step("ay")},
            "b": {"x": lambda: step("bx")},
        },
        2,
        most={"y": 1},
        warm=1,
    )

    assert done == ["bx", "ax", "ay", "ax", "bx", "ay", "bx", "ax"]
    assert found == {
        "a": {Figure("ax", "s"): [4.0, 8.0], Figure("ay", "s"): [6.0]},
        "b": {Figure("bx", "s"): [5.0, 7.0]},
    }


def test_a_step_that_fails_is_told_of_and_done_no_more(tmp_path: Path) -> None:
    """The other contender goes on."""
    told: list[str] = []

    def fail() -> Figures:
        run([sys.executable, "-c", "import sys; sys.exit('no such thing')"], tmp_path)
        raise AssertionError

    found = take_turns(
        {"a": {"x": fail}, "b": {"x": lambda: {TIME: 1.0}}}, 2, tell=told.append
    )

    assert found == {"a": {}, "b": {TIME: [1.0, 1.0]}}
    assert sum("no such thing" in text for text in told) == 1


def test_a_run_says_what_it_held_and_wrote(tmp_path: Path) -> None:
    """The peak is that of the process that was started."""
    code = "held = bytearray(200 << 20); print(len(held) >> 20)"

    cost = run([sys.executable, "-c", code], tmp_path)

    assert cost.output.strip() == "200"
    assert cost.peak > 200


def test_a_bar_is_that_of_the_ratio_or_else_of_the_value() -> None:
    """Without the peer that it is beside, nothing is said of the bar."""
    rounds = {TIME: [4.0, 5.0, 9.0]}

    (beside,) = measured("s", rounds, TIME, to=[10.0, 10.0, 10.0], beside="p", bar=0.45)
    (alone,) = measured("s", rounds, TIME, bar=4.5)
    (missing,) = measured("s", rounds, TIME, to=[], beside="p", bar=0.45)

    assert (beside.within, alone.within, missing.within) == (False, False, None)
    assert measured("s", rounds, Figure("other", "s")) == []
    assert beside.cells() == [
        *("work", "5 s", "0.5 x p", "<= 0.45", "NOT within", "3", "0.4 to 0.9")
    ]


def test_the_table_has_a_line_for_each_row_below_its_section() -> None:
    """Columns stand below their heads."""
    rows = [
        Row(section="one", what="first", unit="s", values=[1.0, 2.0], bar=3),
        Row(section="one", what="second", unit="MiB", values=[250.4]),
        Row(section="two", what="third", unit="s", values=[1e-3], bar=1e-4),
    ]

    assert table(Row.HEADS, rows).splitlines() == [
        "          value    ratio  bar                    rounds  least to most",
        "one",
        "  first   1.5 s           <= 3       within      2       1 to 2",
        "  second  250 MiB                                1       250 to 250",
        "two",
        "  third   0.001 s         <= 0.0001  NOT within  1       0.001 to 0.001",
    ]


def test_what_is_written_as_json_has_all_rounds(tmp_path: Path) -> None:
    """With the facts of the run."""
    path = tmp_path / "new" / "bench.json"
    row = Row(
        section="s", what="w", unit="s", values=[1, 3], ratios=[2, 4], beside="p", bar=5
    )

    write_json(path, [row], {"python": "3.11"})

    assert json.loads(path.read_text(encoding="utf-8")) == {
        "python": "3.11",
        "rows": [
            {
                "section": "s",
                "what": "w",
                "unit": "s",
                "value": 2,
                "ratio": 3,
                "beside": "p",
                "bar": 5,
                "within": True,
                "values": [1, 3],
                "ratios": [2, 4],
            }
        ],
    }


def test_revisions_are_compared_round_by_round() -> None:
    """A figure that only one of them has is left out."""
    found = compared("s", {TIME: [2, 6, 3], Figure("new", "s"): [1]}, {TIME: [1, 2, 3]})

    assert found == [
        Comparison(
            section="s", what="work", unit="s", values=[2, 6, 3], others=[1, 2, 3]
        )
    ]
    assert found[0].cells() == ["work", "3 s", "2 s", "2 x", "3", "1 to 3"]


def test_the_exponent_is_that_of_the_costs() -> None:
    """Whatever the factor."""
    for power in (1.0, 1.5):
        costs = {size: 0.3 * size**power for size in (100, 300, 1000)}

        assert math.isclose(fit_exponent(costs), power)


def test_stages_of_a_run_are_kept(tmp_path: Path) -> None:
    """By the command line itself, with the code of this checkout."""
    document = tmp_path / "document.json"
    write_document(document, 3)

    with project.HERE.nothing_kept() as environment:
        cost, stages = project.HERE.generate(
            str(document), "--out", "out", cwd=tmp_path, environment=environment
        )

    assert {"read", "validate", "normalize", "render", "write"} <= set(stages)
    assert 0 < sum(stages.values()) <= cost.cpu
    assert (tmp_path / "out" / "src").is_dir()


def test_a_checkout_is_run_by_its_own_code(tmp_path: Path) -> None:
    """Whatever is installed, and whatever the module is called."""
    for name, module in (("generator", "generator"), ("generator/sdkgen", "sdkgen")):
        root = tmp_path / module
        (root / name).mkdir(parents=True)
        (root / name / "__init__.py").touch()
        (root / name / "__main__.py").write_text("print(__file__)\n", encoding="utf-8")
        checkout = project.Project(root, sys.executable)

        checkout.prepare()
        said = run(checkout.sdkgen("check"), tmp_path, checkout.environment(None))

        assert Path(said.output.strip()) == root / name / "__main__.py"


def test_a_revision_that_is_not_there_leaves_nothing_behind() -> None:
    """Neither a folder nor a worktree that git still knows of."""
    git = ["git", "-C", str(project.ROOT), "worktree", "list"]

    def worktrees() -> str:
        return subprocess.run(git, capture_output=True, text=True, check=True).stdout

    before = worktrees()
    missing = compare.checked_out("no-such-revision")
    with pytest.raises(subprocess.CalledProcessError), missing:
        raise AssertionError

    assert worktrees() == before
