"""The command line, end to end: what is written, when, and what is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from sdkgen.cli import run
from sdkgen.diagnostics.catalog import CODES
from sdkgen.render import render
from sdkgen.write import output

ROOT = Path(__file__).parents[2]
DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Shop", "version": "1.0.0", "description": "A shop."},
    "servers": [{"url": "https://shop.example"}],
    "paths": {
        "/orders/{orderId}": {
            "get": {
                "operationId": "order.get",
                "parameters": [
                    {
                        "name": "orderId",
                        "in": "path",
                        "required": True,
                        "schema": {"type": "string"},
                    }
                ],
                "responses": {
                    "200": {
                        "description": "The order.",
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/Order"}
                            }
                        },
                    }
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Order": {
                "type": "object",
                "properties": {
                    "id": {"type": "string", "description": "Its number."},
                    "total": {"type": "number"},
                },
            }
        }
    },
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one target, ``shop``, as the current folder."""
    folder = tmp_path / "project"
    specs = folder / "specs" / "shop"
    specs.mkdir(parents=True)
    save(specs, DOCUMENT)
    (specs / "sdk.yaml").write_text(
        "document: openapi.yaml\n"
        "package: {name: shop-sdk, import: shop_sdk, version: 0.1.0, client: Shop}\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(folder)
    monkeypatch.setenv("SDKGEN_CACHE", str(tmp_path / "cache"))
    return folder


def save(specs: Path, document: dict[str, Any]) -> None:
    text = yaml.safe_dump(document, sort_keys=False)
    (specs / "openapi.yaml").write_text(text, encoding="utf-8")


def changed(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(DOCUMENT))
    change(document)
    return document


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_target_is_written_and_then_up_to_date(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first run writes and tells what; the second finds nothing to do."""
    assert run(["generate"]) == 0
    assert "1 resources, 1 operations, 1 models" in capsys.readouterr().out
    before = tree(project / "generated/shop")

    assert run(["generate"]) == 0

    assert "up to date" in capsys.readouterr().out
    assert tree(project / "generated/shop") == before
    assert {"MANIFEST.json", "api.md", "src/shop_sdk/models/order_types.py"} <= set(
        before
    )
    lock = (project / "specs/shop/names.lock").read_text(encoding="utf-8")
    assert "type Order /components/schemas/Order\n" in lock
    assert "method order.get /paths/~1orders~1{orderId}/get\n" in lock


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are of POSIX")
def test_what_lies_beside_a_document_is_none_of_our_business(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A lone document may lie among anything: a pipe that nobody writes to, too."""
    os.mkfifo(project / "specs/shop/pipe")
    document = str(project / "specs/shop/openapi.yaml")
    lone = ["generate", document, "--out", "x", "--package", "shop_sdk"]
    paths = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[2] / "generator"),
    }

    for arguments in (lone, ["generate"]):
        # In a process of its own: to read a pipe would never end.
        command = [sys.executable, "-m", "sdkgen", *arguments]
        subprocess.run(command, env=paths, check=True, timeout=300)

    assert run(lone) == 0
    assert "up to date" in capsys.readouterr().out


def test_a_field_that_is_deleted_is_drift_until_it_is_generated(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``check`` says what has changed; ``generate`` puts exactly that into the output."""
    assert run(["generate"]) == 0
    before = tree(project / "generated/shop")
    assert run(["check"]) == 0

    def without_total(document: dict[str, Any]) -> None:
        del document["components"]["schemas"]["Order"]["properties"]["total"]

    save(project / "specs/shop", changed(without_total))
    capsys.readouterr()

    assert run(["check"]) == 1
    told = capsys.readouterr().out
    assert "-    total: " in told
    assert tree(project / "generated/shop") == before

    assert run(["generate"]) == 0
    after = tree(project / "generated/shop")
    differing = {name for name in before | after if before.get(name) != after.get(name)}
    assert differing == {
        "MANIFEST.json",
        "src/shop_sdk/models/order_types.py",
        "src/shop_sdk/testing/_examples/models/order_types.py",
        "tests/document.json",
    }
    assert run(["check"]) == 0


def test_one_operation_more_touches_few_files(project: Path) -> None:
    """Besides tests, examples and lists: the resource's module, and the new model's."""
    assert run(["generate"]) == 0
    before = tree(project / "generated/shop")

    def with_operation(document: dict[str, Any]) -> None:
        document["components"]["schemas"]["Refund"] = {
            "type": "object",
            "properties": {"amount": {"type": "number"}},
        }
        document["paths"]["/orders/{orderId}/refund"] = {
            "post": {
                "operationId": "order.refund",
                "parameters": DOCUMENT["paths"]["/orders/{orderId}"]["get"][
                    "parameters"
                ],
                "responses": {
                    "200": {
                        "description": "Done.",
                        "content": {
                            "application/json": {
                                "schema": {"$ref": "#/components/schemas/Refund"}
                            }
                        },
                    }
                },
            }
        }

    save(project / "specs/shop", changed(with_operation))
    assert run(["generate"]) == 0

    after = tree(project / "generated/shop")
    differing = {name for name in before | after if before.get(name) != after.get(name)}
    lists = {"MANIFEST.json", "api.md", "src/shop_sdk/models/__init__.py"}
    touched = {
        name
        for name in differing - lists
        if not name.startswith(("tests/", "src/shop_sdk/testing/_examples/"))
    }
    assert touched == {
        "src/shop_sdk/models/order_types.py",
        "src/shop_sdk/resources/order.py",
    }


def test_files_of_other_people_are_left_alone(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is no longer generated goes; what a person added stays, and is named."""
    assert run(["generate"]) == 0
    mine = project / "generated/shop/src/shop_sdk/extra.py"
    mine.write_text("x = 1\n", encoding="utf-8")

    def renamed(document: dict[str, Any]) -> None:
        schemas = document["components"]["schemas"]
        schemas["Purchase"] = schemas.pop("Order")
        get = document["paths"]["/orders/{orderId}"]["get"]
        content = get["responses"]["200"]["content"]["application/json"]
        content["schema"]["$ref"] = "#/components/schemas/Purchase"

    save(project / "specs/shop", changed(renamed))
    capsys.readouterr()

    assert run(["generate"]) == 0

    assert mine.read_text(encoding="utf-8") == "x = 1\n"
    assert "src/shop_sdk/extra.py" in capsys.readouterr().out
    assert not (project / "generated/shop/src/shop_sdk/models/order.py").exists()


@pytest.mark.parametrize("broken", ["overlay", "document"])
def test_nothing_is_written_when_something_is_wrong(
    project: Path, capsys: pytest.CaptureFixture[str], broken: str
) -> None:
    """An error leaves the old output, and the lock file, as they were."""
    assert run(["generate"]) == 0
    before = tree(project)
    specs = project / "specs/shop"
    if broken == "document":
        (specs / "openapi.yaml").write_text(
            "openapi: 3.1.0\n\tinfo: x\n", encoding="utf-8"
        )
    else:
        (specs / "overlay.yaml").write_text(
            "overlay: 1.0.0\n"
            "info: {title: x, version: '1'}\n"
            "actions: [{target: $.paths['/none'], update: {x: 1}}]\n",
            encoding="utf-8",
        )
        with (specs / "sdk.yaml").open("a", encoding="utf-8") as file:
            file.write("overlays: [overlay.yaml]\n")
    capsys.readouterr()

    assert run(["generate"]) == 1

    assert "nothing was written" in capsys.readouterr().err
    for name, data in tree(project / "generated").items():
        assert before[f"generated/{name}"] == data
    assert before["specs/shop/names.lock"] == (specs / "names.lock").read_bytes()


@pytest.mark.parametrize("stage", ["render", "format_files", "write"])
def test_an_interrupted_run_leaves_the_old_output_whole(
    project: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    """Ctrl-C in any stage: what was there before is there afterwards."""
    assert run(["generate"]) == 0
    before = tree(project / "generated")
    save(
        project / "specs/shop",
        changed(lambda document: document["info"].update(title="Store")),
    )

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(render if stage == "render" else output, stage, interrupted)

    assert run(["generate"]) == 130

    assert tree(project / "generated") == before


def test_what_is_too_large_is_made_if_one_asks_for_it(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The limit is there for documents that nobody meant to be so large."""
    monkeypatch.setattr("sdkgen.diagnostics.coverage.MAX_MEMBERS", 5)
    assert run(["generate"]) == 1
    assert "E506" in capsys.readouterr().err
    assert not (project / "generated").exists()

    assert run(["generate", "--large"]) == 0
    assert run(["check", "--large"]) == 0


def test_two_operations_with_one_forced_name_are_an_error(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An override that clashes is refused, never resolved by a suffix."""

    def with_delete(document: dict[str, Any]) -> None:
        item = document["paths"]["/orders/{orderId}"]
        item["delete"] = {**item["get"], "operationId": "order.delete"}

    save(project / "specs/shop", changed(with_delete))
    with (project / "specs/shop/sdk.yaml").open("a", encoding="utf-8") as file:
        file.write(
            "names:\n"
            "  /paths/~1orders~1{orderId}/get: read\n"
            "  /paths/~1orders~1{orderId}/delete: read\n"
        )

    assert run(["generate"]) == 1

    assert "E501" in capsys.readouterr().err
    assert not (project / "generated").exists()


def test_the_output_is_the_same_bytes_anywhere(project: Path) -> None:
    """Hash seed, locale, time zone and working folder decide nothing."""
    outputs = []
    for number, (seed, zone, folder) in enumerate(
        [("0", "UTC", "."), ("1", "Asia/Tokyo", "specs"), ("77", "America/Lima", "/")]
    ):
        out = project / f"out{number}"
        subprocess.run(
            [
                *(sys.executable, "-m", "sdkgen", "generate"),
                *(str(project / "specs/shop/openapi.yaml"), "--out", str(out)),
            ],
            cwd=project / folder,
            env={
                **os.environ,
                "PYTHONPATH": str(ROOT / "generator"),
                "PYTHONHASHSEED": seed,
                "TZ": zone,
                "LC_ALL": "C" if number else "C.UTF-8",
                "SDKGEN_CACHE": "off",
            },
            check=True,
            capture_output=True,
        )
        files = tree(out)
        manifest = json.loads(files.pop("MANIFEST.json"))
        outputs.append((files, manifest["files"]))
    assert outputs[0] == outputs[1] == outputs[2]


def test_wrong_use_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A target that is not there, a document without a place to go: exit code 2."""
    assert run(["generate", "shpo"]) == 2
    assert "did you mean 'shop'?" in capsys.readouterr().err
    assert run(["generate", "specs/shop/openapi.yaml"]) == 2
    assert "--out" in capsys.readouterr().err
    assert run(["explain", "E999"]) == 2


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_is_explained(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A title, and a paragraph that says what to do."""
    assert run(["explain", code.lower()]) == 0

    title, _, paragraph = capsys.readouterr().out.partition("\n\n")
    assert title.startswith(f"{code}: ")
    assert len(paragraph.split()) > 8


def test_the_ir_is_printed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """``sdkgen ir`` tells which half to blame."""
    assert run(["ir", "shop"]) == 0

    api = json.loads(capsys.readouterr().out)
    assert api["is"] == "Api"
    assert [each["name"] for each in api["declarations"]] == ["Order"]
    assert api["resources"][0]["operations"][0]["name"] == "get"


def test_a_report_lists_what_is_not_fully_typed(project: Path) -> None:
    """The ledger counts every part, and names those that are degraded."""

    def with_not(document: dict[str, Any]) -> None:
        order = document["components"]["schemas"]["Order"]
        order["properties"]["id"]["not"] = {"const": "none"}

    save(project / "specs/shop", changed(with_not))

    assert run(["generate", "--report", "report.json"]) == 0

    report = json.loads((project / "report.json").read_text(encoding="utf-8"))
    assert report["counts"]["operation"] == {
        "generated": 1,
        "degraded": 0,
        "skipped": 0,
    }
    assert [entry["pointer"] for entry in report["entries"]] == [
        "/components/schemas/Order/properties/id"
    ]


def test_a_fresh_clone_has_no_drift(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the first run wrote is what a run without any cache writes again."""
    assert run(["generate"]) == 0
    monkeypatch.setenv("SDKGEN_CACHE", "off")
    capsys.readouterr()

    assert run(["check"]) == 0

    assert "no drift" in capsys.readouterr().out


def test_strict_refuses_warnings_every_time(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also where a run that was not strict has written the output before."""

    def without_version(document: dict[str, Any]) -> None:
        del document["info"]["version"]

    save(project / "specs/shop", changed(without_version))

    assert run(["generate", "--strict"]) == 1
    assert "nothing was written" in capsys.readouterr().err
    assert run(["generate"]) == 0
    capsys.readouterr()
    assert run(["generate", "--strict"]) == 1
    assert "W710" in capsys.readouterr().err


def test_a_skip_is_a_failure_unless_it_is_allowed(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is lost in silence: by flag or by name, and never by a stale name."""

    def with_odd_header(document: dict[str, Any]) -> None:
        document["paths"]["/orders/{orderId}"]["get"]["parameters"].append(
            {"name": "a b", "in": "header", "schema": {"type": "string"}}
        )

    save(project / "specs/shop", changed(with_odd_header))

    assert run(["generate", "--report", "report.json"]) == 1
    told = capsys.readouterr()
    assert "W715" in told.err
    assert "1 skipped (parameter)" in told.out
    assert run(["generate"]) == 1
    report = json.loads((project / "report.json").read_text(encoding="utf-8"))
    assert report["counts"]["parameter"]["skipped"] == 1
    assert report["entries"] == [
        {
            "part": "parameter",
            "pointer": "/paths/~1orders~1{orderId}/get/parameters/1",
            "fate": "skipped",
            "reasons": ["no header or cookie has such a name"],
        }
    ]
    assert run(["generate", "--allow-skips"]) == 0

    allow = (
        "allow:\n"
        "  - pointer: /paths/~1orders~1{orderId}/get/parameters/1\n"
        "    reason: nobody needs it\n"
    )
    sdk = project / "specs/shop/sdk.yaml"
    before = sdk.read_text(encoding="utf-8")
    sdk.write_text(before + allow, encoding="utf-8")
    assert run(["generate"]) == 0

    save(project / "specs/shop", DOCUMENT)
    capsys.readouterr()
    assert run(["generate"]) == 1
    refusal = capsys.readouterr().err
    assert "E403" in refusal or "E402" in refusal
