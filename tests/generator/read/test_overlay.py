"""Overlays: what an action does to the tree, to its places, and what it may not do."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.read import json_path, overlay
from sdkgen.read.document import Document, load
from sdkgen.read.overlay import apply
from sdkgen.support.json_pointer import Json, pointer_join

DOCUMENT = """\
openapi: 3.1.0
info: {title: T, version: '1', x-list: [1, 2]}
tags: [{name: a}, {name: b}, {name: c}]
paths:
  /a/{id}:
    get:
      operationId: a.get
      parameters: [{name: q, in: query}, {name: id, in: path}]
      responses: {'200': {description: OK}}
    post:
      operationId: a.post
      responses: {'200': {description: OK}}
components:
  schemas:
    A: {type: object, properties: {x: {type: string}}}
"""
HEAD = "overlay: 1.0.0\ninfo: {title: O, version: '1'}\nactions:\n"


def applied(folder: Path, actions: str) -> tuple[Document, Diagnostics]:
    """The document after some actions."""
    (folder / "openapi.yaml").write_text(DOCUMENT, encoding="utf-8")
    (folder / "o.yaml").write_text(HEAD + actions, encoding="utf-8")
    diagnostics = Diagnostics()
    document = load(folder / "openapi.yaml", diagnostics)
    assert document is not None
    return apply(document, [folder / "o.yaml"], diagnostics), diagnostics


def changed(folder: Path, actions: str) -> Document:
    """The document after some actions that are right."""
    document, diagnostics = applied(folder, actions)
    assert list(diagnostics) == []
    return document


def test_update_merges(tmp_path: Path) -> None:
    """Mappings merge at any depth, lists append, all else is replaced."""
    document = changed(
        tmp_path,
        "  - target: $\n"
        "    update:\n"
        "      info: {title: New, x-list: [3], contact: {name: N}}\n"
        "      components: {schemas: {A: {properties: {y: {type: integer}}}}}\n",
    )

    assert document.root["info"] == {
        "title": "New",
        "version": "1",
        "x-list": [1, 2, 3],
        "contact": {"name": "N"},
    }
    assert document.root["components"] == {
        "schemas": {
            "A": {
                "type": "object",
                "properties": {"x": {"type": "string"}, "y": {"type": "integer"}},
            }
        }
    }


def test_places_are_those_of_what_is_there_now(tmp_path: Path) -> None:
    """What the overlay brings stands in its file, all else where it stood."""
    document = changed(
        tmp_path,
        "  - target: $.paths['/a/{id}'].get\n"
        "    update:\n"
        "      x-sdk-body-name: thing\n"
        "      parameters: [{name: z, in: query}]\n"
        "  - {target: '$.tags[0]', remove: true}\n",
    )
    get = "/paths/~1a~1{id}/get"

    def at(pointer: str) -> tuple[str, int]:
        place = document.place(pointer)
        return Path(place.file).name, place.line

    assert at(f"{get}/x-sdk-body-name") == ("o.yaml", 6)
    assert at(f"{get}/parameters/2/name") == ("o.yaml", 7)
    assert at(f"{get}/parameters/2") == ("o.yaml", 7)
    assert at(f"{get}/parameters/1/name") == ("openapi.yaml", 8)
    assert document.key_place(f"{get}/x-sdk-body-name").column == 7
    assert document.place("/tags/0/name").column == 26
    assert document.place("/tags/0").column == 19
    assert [path.name for path in document.files] == ["openapi.yaml", "o.yaml"]


@pytest.mark.parametrize(
    ("target", "count"),
    [
        ("$.paths.*.*", 2),
        ("$.paths['/a/{id}'][\"get\"]", 1),
        ("$..parameters[*]", 2),
        ("$..[?@.operationId == 'a.get']", 1),
        ("$..parameters[?@.name == 'q' || @.in == 'path']", 2),
        ("$..parameters[?@.name == 'q' && @.in == 'path']", 0),
        ("$.paths[?@.get].get", 1),
        ("$.tags[-1]", 1),
        ("$.tags[0:2]", 2),
        ("$.tags[?length(@.name) == 1]", 3),
        ("$.tags[?search(@.name, '[ab]')]", 2),
        ("$.tags['a', 0, 0]", 1),
    ],
)
def test_targets_are_json_paths(tmp_path: Path, target: str, count: int) -> None:
    """RFC 9535; what is selected twice is changed once."""
    quoted = target.replace("'", "''")
    document, diagnostics = applied(
        tmp_path, f"  - target: '{quoted}'\n    update: {{x-hit: [1]}}\n"
    )

    assert str(document.root).count("'x-hit': [1]") == count
    assert [found.code for found in diagnostics] == ["E213"] * (not count)


def test_lists_get_what_is_appended(tmp_path: Path) -> None:
    """A mapping is one item more, a list is all of its items."""
    document = changed(
        tmp_path,
        "  - {target: $.tags, update: {name: d}}\n"
        "  - {target: $.tags, update: [{name: e}, {name: f}]}\n",
    )

    assert document.root["tags"] == [{"name": sign} for sign in "abcdef"]
    assert document.place("/tags/3").line == 4
    assert document.place("/tags/5/name").line == 5


def test_what_is_added_in_two_places_is_not_shared(tmp_path: Path) -> None:
    """A later action changes one of them only."""
    document = changed(
        tmp_path,
        "  - {target: $.paths.*.*, update: {x-more: {n: [1]}}}\n"
        "  - {target: $.paths.*.get.x-more, update: {n: [2]}}\n",
    )

    assert "'x-more': {'n': [1]}" in str(document.root)
    assert "'x-more': {'n': [1, 2]}" in str(document.root)


def test_remove_takes_all_that_is_selected(tmp_path: Path) -> None:
    """Items before and after, and what lies inside another one that goes."""
    document = changed(
        tmp_path,
        "  - {target: \"$.tags[?@.name != 'b']\", remove: true}\n"
        "  - {target: $..description, remove: true}\n"
        "  - {target: \"$['info', 'components']..*\", remove: true}\n",
    )

    assert document.root["tags"] == [{"name": "b"}]
    assert document.root["info"] == {}
    assert document.root["components"] == {}
    assert "description" not in str(document.root)


def test_actions_see_what_those_before_have_done(tmp_path: Path) -> None:
    """The order counts."""
    document = changed(
        tmp_path,
        "  - {target: $.info, update: {x-new: {}}}\n"
        "  - {target: $.info.x-new, update: {y: 1}}\n"
        "  - {target: $.info.x-new.y, remove: true, update: 5}\n",
    )

    assert document.root["info"] == {
        "title": "T",
        "version": "1",
        "x-list": [1, 2],
        "x-new": {},
    }


def test_every_action_that_is_wrong_is_named(tmp_path: Path) -> None:
    """The others are applied, so that one run tells all."""
    document, diagnostics = applied(
        tmp_path,
        "  - {target: $.nothing, update: {}}\n"
        "  - {target: nothing, update: {}}\n"
        "  - {target: $.info.title, update: {}}\n"
        "  - {target: $, remove: true}\n"
        "  - {target: $.info}\n"
        "  - {target: $.info, update: {x-done: true}}\n"
        "  - {target: $.info, update: {x: {$ref: '#/no'}}, remove: maybe}\n",
    )

    assert [f"{each.code} {each.place.line}" for each in diagnostics if each.place] == [
        *("E213 4", "E212 5", "E214 6", "E214 7", "E211 8", "E211 10"),
    ]
    assert "'x-done': True" in str(document.root)


def test_what_overlays_ask_for_has_an_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Searches in searches, updates that multiply, and levels without end."""
    monkeypatch.setattr(json_path, "MAX_VISITS", 1_000)
    monkeypatch.setattr(overlay, "MAX_ALIASED", 100)
    monkeypatch.setattr(overlay, "MAX_DEPTH", 9)
    grow = "  - {target: '$..[?@.name]', update: {x-a: {name: x}, x-b: {name: y}}}\n"
    deepen = "  - {target: '$..leaf', update: {a: {b: {c: {leaf: {}}}}}}\n"
    found = []
    for actions in (
        "  - {target: '$..[?$..*]', update: {}}\n",
        f"  - {{target: '$..[{','.join(['*'] * 99)}]', update: {{}}}}\n",
        f"  - {{target: '$..{'a' * 9_000}', update: {{}}}}\n",
        grow * 9,
        f"  - {{target: $.info, update: {{leaf: {{}}}}}}\n{deepen * 9}",
    ):
        _, diagnostics = applied(tmp_path, actions)
        found += [f"{each.code} {each.message}" for each in diagnostics]

    assert found == [
        *["E214 targets visit more than 1,000 nodes by this point"] * 3,
        "E214 updates add more than 100 nodes by this point",
        "E214 nested more than 9 levels deep",
    ]


def test_patterns_of_targets_are_searched_in_time(tmp_path: Path) -> None:
    """One that ``re`` would try for hours, two that nobody can, and what they find."""
    (text, other), slow, broken = ("a" * 5_000, "abab"), "(a|a)*c", "(a"
    update = f"  - {{target: $.info, update: {{x-a: {text}, x-b: {other}}}}}\n"

    for target, code in (
        (f"$.info[?search(@, '{slow}')]", "E213"),
        ("$.info[?search(@, '(a{1000}){1000}')]", "E212"),
        (f"$.info[?match(@, '{broken}')]", "E212"),
        ("$.info[?search(@, '.*a.*a.*a.*c')]", "E213"),
        ("$.info[?match(@, 'ba')]", "E213"),
        ("$.info[?match(@, 'abab|zz') || search(@, 'ba')]", "E214"),
        ("$[?match(@.title, 'T')]", ""),
    ):
        action = f'  - {{target: "{target}", update: {{x: 1}}}}\n'
        _, diagnostics = applied(tmp_path, update + action)

        assert "".join(each.code for each in diagnostics) == code, target


def test_text_that_looks_like_json_is_text(tmp_path: Path) -> None:
    """A filter asks of a text what it asks of a number."""
    text, other = "'{\"type\": 1}'", "'see [1'"

    _, diagnostics = applied(
        tmp_path,
        f"  - {{target: $.info, update: {{x-a: {text}, x-b: {other}}}}}\n"
        "  - {target: '$.info[?@.type]', update: {}}\n",
    )

    assert [each.code for each in diagnostics] == ["E213"]


@pytest.mark.parametrize(
    ("action", "code"),
    [
        ("{target: $, update: {openapi: 4.0.0}}", "E121"),
        ("{target: $, update: {openapi: []}}", "E121"),
        ("{target: $, update: {swagger: '2.0'}}", "E123"),
        ("{target: $.openapi, remove: true}", "E120"),
        ("{target: '', update: {}}", "E212"),
    ],
)
def test_the_document_stays_one(tmp_path: Path, action: str, code: str) -> None:
    """An overlay may change the version to another that is read, and to no other."""
    _, diagnostics = applied(tmp_path, f"  - {action}\n")

    assert [each.code for each in diagnostics] == [code]


def test_references_are_checked_again(tmp_path: Path) -> None:
    """What an overlay adds may lead nowhere, what it removes may be missed."""
    _, diagnostics = applied(
        tmp_path,
        "  - target: $.paths.*.post\n"
        "    update: {requestBody: {$ref: '#/components/requestBodies/No'}}\n",
    )

    assert [(each.code, each.place and each.place.line) for each in diagnostics] == [
        ("E103", 5)
    ]


def test_deep_documents_are_searched(tmp_path: Path) -> None:
    """A target with ``..`` goes as deep as a document may be."""
    deep = "{a: " * 900 + "{hit: 1}" + "}" * 900
    (tmp_path / "openapi.yaml").write_text(f"{DOCUMENT}x-deep: {deep}\n", "utf-8")
    (tmp_path / "o.yaml").write_text(
        f"{HEAD}  - {{target: $..hit, remove: true}}\n", encoding="utf-8"
    )
    diagnostics = Diagnostics()
    document = load(tmp_path / "openapi.yaml", diagnostics)
    assert document is not None

    apply(document, [tmp_path / "o.yaml"], diagnostics)

    # Searched, or refused with a word where the interpreter allows no such depth.
    assert {each.code for each in diagnostics} <= {"E212"}


values = st.recursive(
    st.none() | st.integers(0, 3) | st.sampled_from(["", "a"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["a", "b", "c"]), inner),
    max_leaves=12,
)


def merged(target: Json, update: Json) -> Json:
    """What the specification says, as plainly as it can be put."""
    if isinstance(target, dict) and isinstance(update, dict):
        result = dict(target)
        for key, value in update.items():
            result[key] = merged(target[key], value) if key in target else value
        return result
    if isinstance(target, list) and isinstance(update, list):
        return [*target, *update]
    return update


@given(
    st.dictionaries(st.sampled_from(["a", "b", "c"]), values),
    st.dictionaries(st.sampled_from(["a", "b", "c"]), values),
)
def test_merging_is_what_the_specification_says(
    tmp_path_factory: pytest.TempPathFactory,
    target: dict[str, Json],
    update: dict[str, Json],
) -> None:
    """And every part has a place afterwards, the overlay's parts in the overlay."""
    folder = tmp_path_factory.mktemp("merge")
    root = {"openapi": "3.1.0", "x-data": target}
    (folder / "d.json").write_text(json.dumps(root, indent=1), encoding="utf-8")
    overlay = {
        "overlay": "1.0.0",
        "info": {"title": "", "version": ""},
        "actions": [{"target": "$['x-data']", "update": update}],
    }
    (folder / "o.json").write_text(json.dumps(overlay, indent=1), encoding="utf-8")
    diagnostics = Diagnostics()
    document = load(folder / "d.json", diagnostics)
    assert document is not None

    apply(document, [folder / "o.json"], diagnostics)

    assert document.root["x-data"] == merged(copy.deepcopy(target), update)
    for key, value in update.items():
        if not isinstance(value, dict | list):
            place = document.key_place(pointer_join("/x-data", key))
            assert place.file.endswith("o.json")
