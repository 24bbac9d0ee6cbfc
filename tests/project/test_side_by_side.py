"""``make check`` runs every check, and shows what each finds."""

from __future__ import annotations

import subprocess
import threading

import check_types
import pytest
from side_by_side import Check, run


def ended(code: int, out: str = "", err: str = "") -> subprocess.CompletedProcess[str]:
    """A process that has ended."""
    return subprocess.CompletedProcess([], code, out, err)


def test_all_findings_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    """A check that fails keeps no other from being run, in its lane or elsewhere."""
    lanes = [
        [
            Check("first", lambda: ended(1, "a: wrong\n", "b: too\n")),
            Check("second", lambda: ended(0, "nothing of interest\n")),
            Check("third", lambda: ended(2, "c: wrong\n")),
        ],
        [Check("other", lambda: ended(0))],
    ]

    assert run(lanes) == 1

    shown = capsys.readouterr().out
    assert "first: FAILED\na: wrong\nb: too\n" in shown
    assert "second: ok\n" in shown
    assert "third: FAILED\nc: wrong\n" in shown
    assert "other: ok\n" in shown
    assert "nothing of interest" not in shown


def test_all_is_well_if_nothing_fails() -> None:
    """The exit code is 0 then."""
    assert run([[Check("a", lambda: ended(0))], [Check("b", lambda: ended(0))]]) == 0


def test_lanes_run_at_the_same_time(capsys: pytest.CaptureFixture[str]) -> None:
    """Each of two waits for the other; within a lane, one follows the other."""
    both = threading.Barrier(2)
    order: list[str] = []

    def met(name: str) -> subprocess.CompletedProcess[str]:
        both.wait(timeout=60)
        order.append(name)
        return ended(0)

    def follows() -> subprocess.CompletedProcess[str]:
        order.append("follows")
        return ended(0)

    left = [Check("left", lambda: met("left")), Check("follows", follows)]

    assert run([left, [Check("right", lambda: met("right"))]]) == 0

    assert order.index("left") < order.index("follows")
    assert capsys.readouterr().out.count(": ok\n") == 3


def test_each_part_is_checked_by_both_type_checkers() -> None:
    """Those by mypy, which share a cache, are in one lane."""
    mypy, *others = ([check.name for check in lane] for lane in check_types.lanes())

    assert {"mypy generator", "mypy runtime", "mypy losant", "mypy tests"} <= {*mypy}
    assert all(name.startswith("mypy ") for name in mypy)
    assert ["pyright generator"] in others
    assert ["pyright runtime"] in others
    assert ["pyright losant"] in others
    assert ["verify losant"] in others
    assert all(len(lane) == 1 for lane in others)
