"""What an earlier run made is found again; what changed, and that alone, is made anew."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import test_order

from generator import kept_trees
from generator.cache import Cache
from generator.diagnostics import Diagnostics
from generator.document import Document, load
from generator.pipeline import Run, Target

YAML = """\
# The lines of keys and values are known.
openapi: 3.1.0
info: {title: A, version: "1.10"}
paths:
  /a:
    get:
      responses:
        '200':
          description: >
            Folded, on two
            lines.
x-numbers: [1, -0.5, 1e300, 012, 0x1F, null, true, 'no', "a\\tb", 2024-01-01]
x-nested: &nested [[], {}, [{a: [1]}]]
x-again: *nested
"""


class Counted(Cache):
    """A cache that counts what it could not find."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.missed: Counter[str] = Counter()

    def get(self, kind: str, key: str | bytes) -> str | bytes | None:
        """What is kept."""
        found = super().get(kind, key)
        self.missed[kind] += found is None
        return found


def read(path: Path, cache: Cache | None = None) -> Document:
    """A document without errors."""
    found = Diagnostics()
    document = load(path, found, cache=cache)
    assert document is not None, list(found)
    return document


def pointers(value: Any, pointer: str = "") -> list[str]:
    """All places in a tree."""
    found = [pointer]
    if isinstance(value, dict):
        for key, each in value.items():
            found += pointers(each, f"{pointer}/{key.replace('/', '~1')}")
    if isinstance(value, list):
        for index, each in enumerate(value):
            found += pointers(each, f"{pointer}/{index}")
    return found


def test_a_tree_that_is_kept_has_its_places(tmp_path: Path) -> None:
    """Values of every kind, and the line and column of each key and value."""
    path = tmp_path / "openapi.yaml"
    path.write_text(YAML, encoding="utf-8")
    cache = Counted(tmp_path / "cache")

    made, first, second = (read(path, each) for each in (None, cache, cache))

    assert cache.missed["tree"] == 1
    assert repr(made.root) == repr(first.root) == repr(second.root)
    for pointer in pointers(made.root):
        assert second.place(pointer) == made.place(pointer)
        assert second.key_place(pointer) == made.key_place(pointer)


@pytest.mark.parametrize(
    "text",
    [
        'a: "\\ud83d\\ude00"\n',
        "a: 1\na: 2\n",
        "a: [\n",
    ],
    ids=["escaped", "with a finding", "unreadable"],
)
def test_what_would_not_come_back_as_it_was_is_read_again(
    text: str, tmp_path: Path
) -> None:
    """And what has something to say says it each time."""
    path = tmp_path / "part.yaml"
    path.write_text(text, encoding="utf-8")
    main = {"openapi": "3.1.0", "info": {}, "paths": {"/a": {"$ref": "part.yaml"}}}
    (tmp_path / "openapi.json").write_text(json.dumps(main), encoding="utf-8")
    said: list[list[str]] = []
    for _ in range(2):
        cache = Counted(tmp_path / "cache")
        found = Diagnostics()
        load(tmp_path / "openapi.json", found, cache=cache)
        said.append([f"{each.code} {each.message}" for each in found])

    assert cache.missed["tree"] == (0 if kept_trees.key_of(text, ".yaml") == "" else 1)
    assert said[0] == said[1]


def files_of(
    folder: Path,
    document: dict[str, Any],
    cache: Cache,
    monkeypatch: pytest.MonkeyPatch,
) -> dict[str, str]:
    """The files of a document."""
    path = folder / "openapi.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    monkeypatch.setattr(Run, "_cache", lambda run: cache)
    run = Run(target=Target.of_document(path))
    files = run.render()
    assert files is not None, list(run.diagnostics)
    return files


@pytest.mark.parametrize("change", [test_order.describe, test_order.add_with_body])
def test_an_edit_gives_what_a_fresh_run_gives(
    change: Callable[[dict[str, Any]], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever an earlier run has left."""
    document = test_order.shop()
    cache = Cache(tmp_path / "cache")
    before = files_of(tmp_path, document, cache, monkeypatch)
    changed = copy.deepcopy(document)
    change(changed)

    after = files_of(tmp_path, changed, cache, monkeypatch)

    assert after != before
    assert after == files_of(tmp_path, changed, Cache(None), monkeypatch)


def test_an_entry_that_is_damaged_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was done to the cache, the files are the same."""
    document = test_order.shop()
    cache = Cache(tmp_path / "cache")
    files = files_of(tmp_path, document, cache, monkeypatch)
    entries = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert entries
    for path in entries:
        path.write_bytes(path.read_bytes()[:-2] + b"!!")

    assert files_of(tmp_path, document, cache, monkeypatch) == files
