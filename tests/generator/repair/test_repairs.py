"""``sdkgen overlay``: what it suggests can be applied, and repairs what it says."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from cases import FOLDERS

from sdkgen.cli import run
from sdkgen.diagnostics.catalog import CODES, FixName
from sdkgen.diagnostics.diagnostic import Diagnostic, Diagnostics
from sdkgen.pipeline import Run
from sdkgen.repair import suggestions
from sdkgen.repair.edits import OverlayAction, Remove, to_json_path
from sdkgen.support.json_pointer import Json
from sdkgen.target import Target
from sdkgen.trials import suggest_repairs
from sdkgen.validate.schema_errors import SchemaError, SchemaValidator

CORPUS = os.environ.get("SDKGEN_CORPUS", "")
LARGEST = 100_000
"""Bytes of a document of a corpus that is tried."""

STALE = {"E402", "E403"}
"""An entry of ``sdk.yaml`` about what a repair has taken away says so."""

BY_HAND = {"W702", "W704", "W727", "W732"}
"""Findings after reading that are about other files, or that nobody has to repair."""


def documents() -> Iterator[tuple[str, Path]]:
    """The documents of the cases, and the smaller ones of a corpus if there is one."""
    for case in FOLDERS:
        if not (case / "sdk.yaml").exists():
            yield case.name, next(iter(sorted(case.glob("openapi.*"))))
        else:
            yield case.name, case / "sdk.yaml"
    if CORPUS:
        with Path(CORPUS, "index.csv").open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                path = Path(CORPUS, row["name"], row["entry_file"])
                if path.stat().st_size < LARGEST:
                    yield row["name"], path


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=name) for name, path in documents()]
)
def test_suggested_repairs_repair(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The overlay applies, what it repairs is gone, and nothing else has come."""
    monkeypatch.setenv("SDKGEN_CACHE", "off")
    target = enter(path, monkeypatch)
    before = findings(Run(target=target))

    suggestion = suggest_repairs(Run(target=target))

    if suggestion is None or not suggestion.repairs:
        return
    overlay = tmp_path / "suggested.yaml"
    overlay.write_text(suggestions.overlay_text("it", suggestion), encoding="utf-8")
    after = findings(Run(target=target, overlays=(overlay,)))
    repaired = {about(repair.found) for repair in suggestion.repairs}
    found = {about(each) for each in after}
    assert not found & repaired
    # Where an item of a list is gone, those after it have other pointers.
    known = {(each.code, each.message) for each in before}
    assert {each.code for each in after if about(each)[:2] not in known} <= STALE
    assert found == {about(each) for each in suggestion.left}


def enter(path: Path, monkeypatch: pytest.MonkeyPatch) -> Target:
    """A document or ``sdk.yaml`` as a target, from its own folder."""
    monkeypatch.chdir(path.parent)
    if path.name == "sdk.yaml":
        return Target.of_folder(Path())
    return Target.of_document(Path(path.name))


def findings(trial: Run) -> list[Diagnostic]:
    """All errors and warnings about a target."""
    trial.normalize()
    return [each for each in trial.diagnostics if each.code[0] in "EW"]


def about(found: Diagnostic) -> tuple[str, str, str]:
    """What tells a finding from others; its place moves with what it is about."""
    return found.code, found.message, found.pointer


SUGGESTED = [case for case in FOLDERS if (case / "suggested.yaml").exists()]


@pytest.mark.parametrize("case", SUGGESTED, ids=lambda case: case.name)
def test_the_overlay_is_what_it_is_expected_to_be(
    case: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    """A case with ``suggested.yaml`` has what the command prints for it."""
    monkeypatch.chdir(case)
    document = next(path.name for path in sorted(case.glob("openapi.*")))

    code = run(["overlay", document])

    shown = capsys.readouterr().out
    golden = case / "suggested.yaml"
    if request.config.getoption("--accept"):
        golden.write_text(shown, encoding="utf-8", newline="\n")
    assert shown == golden.read_text(encoding="utf-8")
    assert code == 0


DOCUMENT = """\
openapi: 3.1.0
info: {title: T, version: '1'}
paths:
  /a/{id}:
    get:
      operationId: get
      responses: {'200': {description: OK}}
"""


def test_the_overlay_goes_to_a_file_and_from_there(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """``--out`` writes what ``--overlay`` takes; then there is nothing to repair."""
    monkeypatch.chdir(tmp_path)
    Path("openapi.yaml").write_text(DOCUMENT, encoding="utf-8")

    assert run(["overlay", "openapi.yaml", "--out", "repairs.yaml"]) == 0
    assert capsys.readouterr() == (
        "",
        "openapi.yaml: 1 suggested repair; 0 findings are left to you\n",
    )
    assert yaml.safe_load(Path("repairs.yaml").read_text(encoding="utf-8")) == {
        "overlay": "1.0.0",
        "info": {"title": "Repairs of openapi.yaml", "version": "1.0.0"},
        "actions": [
            {
                "target": "$['paths']['/a/{id}']['get']",
                "description": 'W711 openapi.yaml:5:5: {id} of "/a/{id}" has no'
                " parameter; treated as a string",
                "update": {
                    "parameters": [
                        {
                            "name": "id",
                            "in": "path",
                            "required": True,
                            "schema": {"type": "string"},
                        }
                    ]
                },
            }
        ],
    }

    overlaid = ["openapi.yaml", "--overlay", "repairs.yaml"]
    assert run(["validate", *overlaid, "--strict"]) == 0
    capsys.readouterr()
    assert run(["overlay", *overlaid]) == 0
    assert capsys.readouterr() == (
        "",
        "openapi.yaml: nothing to repair; 0 findings are left to you\n",
    )


def test_a_shared_parameter_without_a_name_goes_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others beside it are used."""
    monkeypatch.chdir(tmp_path)
    Path("openapi.yaml").write_text(
        "openapi: 3.1.0\n"
        "info: {title: T, version: '1'}\n"
        "paths: {/a: {get: {parameters: [{$ref: '#/components/parameters/Good'}],"
        " responses: {'200': {description: Fine.}}}}}\n"
        "components: {parameters: {\n"
        "  Good: {name: q, in: query, schema: {type: string}},\n"
        "  Bad: {in: query, schema: {type: string}}}}\n",
        encoding="utf-8",
    )

    suggestion = suggest_repairs(Run(target=Target.of_document(Path("openapi.yaml"))))

    assert suggestion is not None
    targets = {each.target for each in suggestion.repairs}
    assert targets == {"$['components']['parameters']['Bad']"}


def test_what_cannot_be_read_cannot_be_repaired(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Then the command tells what keeps it from being read."""
    monkeypatch.chdir(tmp_path)
    Path("openapi.yaml").write_text("openapi: 3.1.0\n- x", encoding="utf-8")

    assert run(["overlay", "openapi.yaml"]) == 1

    shown = capsys.readouterr()
    assert shown.out == ""
    assert "openapi.yaml:2:1: E106" in shown.err


def test_every_defect_has_a_fix() -> None:
    """Of rules of OpenAPI and oddities; the rest keeps a document from being read."""
    defects = {code for code in CODES if code[:2] in ("E3", "W7")}

    assert {code for code in defects if CODES[code].fix == "by-hand"} == BY_HAND


def test_every_fix_that_is_named_is_there() -> None:
    """And none is there that no finding can name."""
    assert suggestions.FIXES.keys() == {*get_args(FixName)} - {"by-hand"}


def test_every_fix_has_a_case(monkeypatch: pytest.MonkeyPatch) -> None:
    """A repair that no case suggests is not seen to work."""
    monkeypatch.setenv("SDKGEN_CACHE", "off")
    suggested: set[str] = set()
    for _, path in documents():
        suggestion = suggest_repairs(Run(target=enter(path, monkeypatch)))
        repairs = suggestion.repairs if suggestion is not None else []
        suggested.update(repair.found.fix for repair in repairs)

    assert suggested == suggestions.FIXES.keys()


@pytest.mark.parametrize(
    "path", [pytest.param(path, id=name) for name, path in documents()]
)
def test_repairs_go_by_what_was_found_and_not_by_how_it_is_said(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All messages and hints may be reworded, and each repair stays."""
    monkeypatch.setenv("SDKGEN_CACHE", "off")
    target = enter(path, monkeypatch)
    expected = suggested_changes(Run(target=target))
    add = Diagnostics.add

    def add_reworded(
        self: Diagnostics, code: str, message: str, *args: Any, **rest: Any
    ) -> None:
        add(self, code, "x", *args, **{**rest, "hint": "x"})

    def explain_reworded(self: SchemaValidator, value: Json) -> Iterator[SchemaError]:
        for error in explain_errors(self, value):
            yield replace(error, message="x", hint="x")

    explain_errors = SchemaValidator.explain_errors
    monkeypatch.setattr(Diagnostics, "add", add_reworded)
    monkeypatch.setattr(SchemaValidator, "explain_errors", explain_reworded)

    reworded = Run(target=target)
    reworded.normalize()
    assert {(found.message, found.hint) for found in reworded.diagnostics} <= {
        ("x", "x")
    }
    assert suggested_changes(reworded) == expected


def suggested_changes(run: Run) -> set[tuple[str, str, str]] | None:
    """Code, target and change of each repair; None of what cannot be read."""
    suggestion = suggest_repairs(run)
    if suggestion is None:
        return None
    return {
        (
            repair.found.code,
            repair.target,
            (
                "remove"
                if isinstance(repair.action.change, Remove)
                else json.dumps(repair.action.change)
            ),
        )
        for repair in suggestion.repairs
    }


@pytest.mark.parametrize(
    ("pointer", "path"),
    [
        ("", "$"),
        ("/a b/0", "$['a b'][0]"),
        ("/it's~1~0\\", "$['it\\'s/~\\\\']"),
        ("/\n", "$['\\n']"),
        ("/\x01", None),
        ("/no", None),
        ("/a b/1", None),
    ],
)
def test_paths_are_normalized(pointer: str, path: str | None) -> None:
    """As RFC 9535 has it in section 2.7."""
    root: Json = {"a b": [1], "it's/~\\": 1, "\n": 1, "\x01": 1}

    assert to_json_path(root, pointer) == path


def test_texts_survive_yaml() -> None:
    """Whatever a document holds, the overlay says it again."""
    texts = ["no", "1.10", "it's", '"', "a: b", "# c", "\x85 \u2028 \ufeff", "é 😀", ""]
    found = Diagnostic("W725", "m")
    changes = [OverlayAction("", {text: [text, {"a": [text]}]}) for text in texts]
    suggestion = suggestions.Suggestion(
        [suggestions.Repair("$", change, found, "d") for change in changes]
    )

    written = yaml.safe_load(suggestions.overlay_text("no", suggestion))

    assert [each["update"] for each in written["actions"]] == [
        change.change for change in changes
    ]
