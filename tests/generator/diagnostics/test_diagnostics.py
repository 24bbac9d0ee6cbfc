"""Diagnostics: collected, sorted, and printed so that nothing in them is obeyed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from sdkgen.diagnostics import catalog
from sdkgen.diagnostics.diagnostic import (
    CODES,
    Details,
    Diagnostics,
    Place,
    explain,
    printable,
    severity,
    suggest,
)
from sdkgen.diagnostics.printers import (
    render_brief,
    render_github,
    render_json,
    render_text,
)

SOURCE = {"specs/acme/openapi.yaml": ["", "      - $ref: '#/components/x'"]}
PLACE = Place("specs/acme/openapi.yaml", 2, 15)


def collected(*, strict: bool = False) -> Diagnostics:
    """One finding as the design shows it."""
    diagnostics = Diagnostics(strict=strict)
    diagnostics.add(
        "E103", "$ref has no target: '#/x'", PLACE, details=Details(suggestion="y")
    )
    return diagnostics


def test_text_shows_place_source_line_and_hint() -> None:
    """People see where it is, what is there and what to do."""
    assert render_text(collected(), SOURCE) == (
        "specs/acme/openapi.yaml:2:15: E103 $ref has no target: '#/x'\n"
        "      2 |       - $ref: '#/components/x'\n"
        "  hint: did you mean 'y'?\n"
    )


def test_text_without_source_or_place() -> None:
    """What is not known is left out."""
    diagnostics = Diagnostics()
    diagnostics.add("E402", "matches nothing")
    diagnostics.add("E101", "the file is empty", Place("a.yaml", 1, 1))

    assert render_text(diagnostics) == (
        "E402 matches nothing\na.yaml:1:1: E101 the file is empty\n"
    )


def test_many_of_a_kind_are_counted() -> None:
    """Of hundreds of examples that do not fit the first are told; errors are all told."""
    diagnostics = Diagnostics()
    for number in range(30):
        diagnostics.add("W719", f"example {number}")
        diagnostics.add("E101", f"file {number}")
    diagnostics.add("W718", "a default")

    lines = render_brief(diagnostics).splitlines()

    assert sum("W719 " in line for line in lines) == 20
    assert sum("E101 " in line for line in lines) == 30
    assert lines[-1] == "W719: 10 more; `--format json` lists them all"


def test_a_long_line_is_shown_around_the_column() -> None:
    """Minified JSON does not flood the terminal."""
    line = "x" * 5_000 + "HERE" + "y" * 5_000
    diagnostics = Diagnostics()
    diagnostics.add("E108", "not valid JSON", Place("a.json", 1, 5_001))

    shown = render_text(diagnostics, {"a.json": [line]})

    assert "HERE" in shown
    assert len(shown) < 300


@given(st.text())
def test_nothing_that_a_terminal_obeys_is_printed(text: str) -> None:
    """Controls, separators and what reorders text are escaped, in every part."""
    diagnostics = Diagnostics()
    diagnostics.add("E103", text, Place(text, 1, 1), hint=text)

    shown = render_text(diagnostics, {text: [text]})

    dangerous = "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]"
    assert not re.search(dangerous, shown)
    assert shown.count("\n") <= 3
    assert "\n" not in printable(text)


@given(st.text())
def test_github_commands_cannot_be_forged(text: str) -> None:
    """One finding is one line, whatever it says."""
    diagnostics = Diagnostics()
    diagnostics.add("E103", text, Place(text, 1, 1), hint=text)

    shown = render_github(diagnostics)

    assert shown.count("\n") == 1
    assert shown.startswith("::error file=")


def test_github_annotates_the_line() -> None:
    """The command has file, line, column and a title."""
    assert render_github(collected()) == (
        "::error file=specs/acme/openapi.yaml,line=2,col=15,"
        "title=E103 $ref has no target::$ref has no target: '#/x'"
        "%0Ahint: did you mean 'y'?\n"
    )


def test_json_has_every_part() -> None:
    """Programs get what people get."""
    assert json.loads(render_json(collected(), SOURCE)) == [
        {
            "code": "E103",
            "severity": "error",
            "message": "$ref has no target: '#/x'",
            "file": "specs/acme/openapi.yaml",
            "line": 2,
            "column": 15,
            "pointer": "",
            "hint": "did you mean 'y'?",
            "fix": "redirect-ref",
            "details": {"suggestion": "y"},
            "source": "      - $ref: '#/components/x'",
        }
    ]


def test_findings_are_sorted_by_place_and_not_repeated() -> None:
    """The order in which stages find makes no difference."""
    diagnostics = Diagnostics()
    for line in (9, 10, 2, 9):
        diagnostics.add("W701", "m", Place("a", line, 1))

    assert [found.place.line for found in diagnostics if found.place] == [2, 9, 10]
    assert len(diagnostics) == 3
    assert diagnostics.counts == {"W": 3}


def test_warnings_are_errors_when_strict() -> None:
    """``strict`` makes W and U stop the run; N only tells."""
    for code, lenient, strict in (
        ("E103", True, True),
        ("W701", False, True),
        ("U601", False, True),
        ("N801", False, False),
    ):
        for is_strict, expected in ((False, lenient), (True, strict)):
            diagnostics = Diagnostics(strict=is_strict)
            diagnostics.add(code, "m")
            assert diagnostics.errors is expected
            assert ('"error"' in render_json(diagnostics)) is expected


def test_an_unknown_code_is_a_mistake_of_ours() -> None:
    """A code that cannot be explained is not used."""
    with pytest.raises(KeyError):
        Diagnostics().add("E000", "m")
    with pytest.raises(KeyError):
        explain("E000")


def test_every_code_stands_below_its_heading() -> None:
    """So that who adds one sees which numbers are taken."""
    text = Path(catalog.__file__).read_text(encoding="utf-8")
    lines = re.findall(r"# --- (\w\d)xx|^    \"(\w\d{3})\": Code", text, re.MULTILINE)
    heading = ""
    listed: list[str] = []
    for section, code in lines:
        heading = section or heading
        if code:
            assert code.startswith(heading)
            listed.append(code)
    assert listed == [*CODES]
    assert listed == sorted(listed, key=lambda code: ("EUWN".index(code[0]), code))


@pytest.mark.parametrize("code", CODES)
def test_every_code_is_explained(code: str) -> None:
    """A title of one line, and a paragraph in full sentences."""
    entry = CODES[code]

    assert re.fullmatch(r"[EUWN][1-8][0-9]{2}", code)
    assert entry.title
    assert not entry.title.endswith(".")
    assert len(entry.explanation) > 40
    assert entry.explanation.endswith(".")
    assert explain(code).startswith(f"{code}: {entry.title}\n\n")
    assert severity(code) in ("error", "warning", "note")


def test_a_hint_asks_about_the_suggestion_unless_there_is_a_better_one() -> None:
    """Who knows what was meant need not say it twice."""
    diagnostics = Diagnostics()
    diagnostics.add("W725", "m", details=Details(suggestion="y"))
    diagnostics.add("W725", "n", details=Details(suggestion="y"), hint="better")
    diagnostics.add("W725", "o", details=Details(name="y"))

    assert [found.hint for found in diagnostics] == ["did you mean 'y'?", "better", ""]


def test_a_finding_has_the_fix_of_its_code_or_one_of_its_own() -> None:
    """Most codes have one repair; what goes by a general code names its own."""
    diagnostics = Diagnostics()
    diagnostics.add("W710", "m")
    diagnostics.add("W710", "n", fix="add-key")
    diagnostics.add("W710", "o", fix="by-hand")
    diagnostics.add("E100", "p")

    assert {found.message: found.fix for found in diagnostics} == {
        "m": "correct-value",
        "n": "add-key",
        "o": "by-hand",
        "p": "by-hand",
    }


def test_details_are_printed_as_far_as_they_are_known() -> None:
    """Programs find what repairs go by."""
    details = Details(expected=("string", "null"), found="number")

    assert details.to_json() == {"expected": ["string", "null"], "found": "number"}
    assert Details().to_json() == {}


def test_suggestions_are_near_or_none() -> None:
    """A hint names what may have been meant, letter case aside."""
    assert suggest("deviceID", ["device", "deviceId"]) == "did you mean 'deviceId'?"
    assert suggest("zebra", ["device", "deviceId"]) == ""
    assert suggest("x", []) == ""
