"""Documents of many files: what a reference may name, and what becomes of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from generator.bundle_names import allocate, ladder
from generator.diagnostics import Diagnostics
from generator.dialect import normalize
from generator.document import (
    Document,
    Json,
    load,
    pointer_join,
    pointer_split,
    resolve,
)
from generator.kinds import kind_at
from generator.references import fragment_of, ref_to

HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"


def write(folder: Path, files: dict[str, str]) -> Path:
    """Files below a folder; the root document's path."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "openapi.yaml"


def bundled(folder: Path, **files: str) -> Document:
    """The document of some files that are right; ``_`` stands for ``/`` and ``.``."""
    named = {name.replace("__", "/") + ".yaml": text for name, text in files.items()}
    diagnostics = Diagnostics()
    document = load(write(folder, named), diagnostics)
    assert [found.message for found in diagnostics] == []
    assert document is not None
    return document


def at(document: Document, pointer: str) -> Json:
    """What stands at a pointer."""
    found = resolve(document.root, pointer)
    assert found is not None, pointer
    return found[0]


def found_in(folder: Path, files: dict[str, str], **options: bool) -> list[str]:
    """Code and place of all that is found."""
    diagnostics = Diagnostics()
    load(write(folder, files), diagnostics, **options)
    return [
        f"{found.code} {Path(found.place.file).name}:{found.place.line}"
        for found in diagnostics
        if found.place
    ]


# --------------------------------------------------------------------- bundling


def test_parts_of_other_files_become_components(tmp_path: Path) -> None:
    """Named by the last part of the reference, or by the file; places are kept."""
    document = bundled(
        tmp_path,
        openapi=HEAD + "paths:\n  /a: {$ref: 'paths/a.yaml#/state'}\n",
        paths__a=(
            "state:\n"
            "  get:\n"
            "    parameters: [{$ref: '../parameters.yaml#/page'}]\n"
            "    responses:\n"
            "      '200': {$ref: '../responses.yaml#/Ok'}\n"
        ),
        parameters="page: {name: page, in: query, schema: {$ref: 'schemas/page.yaml'}}\n",
        responses=(
            "Ok:\n  description: OK\n  content:\n    application/json:\n"
            "      schema: {$ref: 'schemas/device.yaml#/Device'}\n"
        ),
        schemas__page="type: integer\n",
        schemas__device=(
            "Device:\n  type: object\n  properties:\n"
            "    self: {$ref: '#/Device'}\n    tag: {$ref: '#/Tag'}\n"
            "Tag: {type: string}\n"
        ),
    )

    assert at(document, "/paths/~1a/get/parameters/0/$ref") == (
        "#/components/parameters/page"
    )
    assert at(document, "/components/parameters/page/schema/$ref") == (
        "#/components/schemas/page"
    )
    assert at(document, "/components/schemas/Device/properties") == {
        "self": {"$ref": "#/components/schemas/Device"},
        "tag": {"$ref": "#/components/schemas/Tag"},
    }
    assert document.place("/components/schemas/Device/properties/tag").line == 5
    assert document.place("/paths/~1a/get").file.endswith("paths/a.yaml")
    assert document.key_place("/paths/~1a").file.endswith("openapi.yaml")
    assert document.files[0].name == "openapi.yaml"
    assert len(document.files) == 6


def test_a_component_that_is_a_reference_names_its_target(tmp_path: Path) -> None:
    """The root document's key wins over the name in the file."""
    document = bundled(
        tmp_path,
        openapi=HEAD + "components:\n  schemas:\n"
        "    Device: {$ref: 'device.yaml#/deviceObject'}\n"
        "    Also: {$ref: 'device.yaml#/deviceObject'}\n"
        "    Use: {type: array, items: {$ref: 'device.yaml#/deviceObject'}}\n",
        device="deviceObject: {type: object}\n",
    )

    schemas = at(document, "/components/schemas")
    assert schemas == {
        "Also": {"type": "object"},
        "Device": {"$ref": "#/components/schemas/Also"},
        "Use": {"type": "array", "items": {"$ref": "#/components/schemas/Also"}},
    }


def test_sections_of_components_in_files(tmp_path: Path) -> None:
    """A whole section may be another file; references into it meet its components."""
    document = bundled(
        tmp_path,
        openapi=HEAD + "paths: {$ref: paths.yaml}\n"
        "components:\n  schemas: {$ref: 'schemas/index.yaml'}\n",
        paths="/a:\n  post:\n    requestBody:\n      content:\n        application/json:\n"
        "          schema: {$ref: 'schemas/index.yaml#/Device'}\n",
        schemas__index="Device: {type: object, properties: {tag: {$ref: tag.yaml}}}\n"
        "Tag: {$ref: tag.yaml}\nOther: {$ref: '#/Device'}\n",
        schemas__tag="type: string\n",
    )

    assert at(document, "/components/schemas") == {
        "Device": {
            "type": "object",
            "properties": {"tag": {"$ref": "#/components/schemas/Tag"}},
        },
        "Tag": {"type": "string"},
        "Other": {"$ref": "#/components/schemas/Device"},
    }
    media = "/paths/~1a/post/requestBody/content/application~1json/schema/$ref"
    assert at(document, media) == "#/components/schemas/Device"


def test_references_to_the_root_document(tmp_path: Path) -> None:
    """By its file name, or as if the part were still in it."""
    document = bundled(
        tmp_path,
        openapi=HEAD + "components:\n  schemas:\n    A: {type: string}\n"
        "    B: {$ref: b.yaml}\n",
        b="type: object\nproperties:\n  x: {$ref: 'openapi.yaml#/components/schemas/A'}\n"
        "  y: {$ref: '#/components/schemas/A'}\n",
    )

    assert at(document, "/components/schemas/B/properties") == {
        "x": {"$ref": "#/components/schemas/A"},
        "y": {"$ref": "#/components/schemas/A"},
    }


def test_names_are_widened_for_all_that_clash(tmp_path: Path) -> None:
    """By file; what stands in the root document keeps its name."""
    diagnostics = Diagnostics()
    document = load(
        write(
            tmp_path,
            {
                "openapi.yaml": HEAD
                + "components:\n  schemas:\n    Tag: {type: object}\n"
                "    All:\n      anyOf:\n        - {$ref: 'a.yaml#/Post'}\n"
                "        - {$ref: 'b.yaml#/Post'}\n        - {$ref: 'b.yaml#/Tag'}\n",
                "a.yaml": "Post: {type: object}\n",
                "b.yaml": "Post: {type: string}\nTag: {type: string}\n",
            },
        ),
        diagnostics,
    )

    assert document is not None
    schemas = at(document, "/components/schemas")
    assert isinstance(schemas, dict)
    assert list(schemas) == ["Tag", "All", "aPost", "bPost", "bTag"]
    assert [found.code for found in diagnostics] == ["W702"] * 3


@given(st.permutations(["a/x.yaml#/P", "b/x.yaml#/P", "a/y.yaml#/P", "a/z.yaml#/Q"]))
def test_names_do_not_depend_on_the_order(refs: list[str]) -> None:
    """What clashes is widened, whatever came first."""
    wanted = {
        ref: ladder(Path(ref.split("#")[0]), ref.split("#")[1], ()) for ref in refs
    }

    assert allocate(wanted, ()) == {
        "a/x.yaml#/P": "aP",
        "b/x.yaml#/P": "bP",
        "a/y.yaml#/P": "yP",
        "a/z.yaml#/Q": "Q",
    }


def test_path_items_and_operations_are_put_in_place(tmp_path: Path) -> None:
    """Also within the document; what stands beside the reference wins."""
    document = bundled(
        tmp_path,
        openapi=HEAD + "paths:\n"
        "  /a: {$ref: '#/components/pathItems/shared', summary: mine}\n"
        "  /b: {get: {$ref: 'operations.yaml#/get'}}\n"
        "components:\n  pathItems:\n"
        "    shared: {summary: theirs, get: {operationId: a.get, responses: {}}}\n",
        operations="get: {operationId: b.get, responses: {'200': {description: OK}}}\n",
    )

    assert at(document, "/paths/~1a") == {
        "summary": "mine",
        "get": {"operationId": "a.get", "responses": {}},
    }
    assert at(document, "/paths/~1b/get/operationId") == "b.get"


def test_a_list_of_parameters_in_a_file(tmp_path: Path) -> None:
    """A reference in place of a list is that list."""
    document = bundled(
        tmp_path,
        openapi=HEAD + "paths:\n  /a:\n    parameters: {$ref: parameters.yaml}\n",
        parameters="- {name: q, in: query, schema: {$ref: q.yaml}}\n",
        q="type: string\n",
    )

    assert at(document, "/paths/~1a/parameters") == [
        {"name": "q", "in": "query", "schema": {"$ref": "#/components/schemas/q"}}
    ]


def test_keys_beside_a_reference_stay(tmp_path: Path) -> None:
    """A schema may say more than what it refers to."""
    document = bundled(
        tmp_path,
        openapi=HEAD + "components:\n  schemas:\n"
        "    A: {$ref: 'b.yaml', description: more, properties: {x: {$ref: c.yaml}}}\n",
        b="type: object\n",
        c="type: string\n",
    )

    assert at(document, "/components/schemas/A") == {
        "$ref": "#/components/schemas/b",
        "description": "more",
        "properties": {"x": {"$ref": "#/components/schemas/c"}},
    }


def test_a_reference_is_told_from_data(tmp_path: Path) -> None:
    """In examples, defaults and extensions, and as the name of a property, it is data."""
    text = (
        "components:\n  schemas:\n    A:\n      type: object\n"
        "      properties: {$ref: {type: string}, $id: {type: string}}\n"
        "      example: {$ref: nowhere.yaml}\n      default: {$ref: 7}\n"
        "      enum: [{$ref: nowhere.yaml}]\n      const: {$ref: nowhere.yaml}\n"
        "      x-any: {$ref: nowhere.yaml}\n"
        "  examples: {e: {value: {$ref: nowhere.yaml}}}\nx-top: {$ref: nowhere.yaml}\n"
    )
    document = bundled(tmp_path, openapi=HEAD + text)

    assert at(document, "/components/schemas/A/example/$ref") == "nowhere.yaml"
    assert at(document, "/x-top/$ref") == "nowhere.yaml"


def test_discriminators_and_extensions_refer_too(tmp_path: Path) -> None:
    """The mapping of a discriminator, events of a stream, shapes of a response."""
    document = bundled(
        tmp_path,
        openapi=HEAD + "paths:\n  /a:\n    get:\n"
        "      x-sdk-shape: [{when: {x: true}, response: {$ref: pets.yaml#/Cat}}]\n"
        "      responses:\n        '200':\n          description: OK\n"
        "          content:\n            text/event-stream:\n"
        "              x-sdk-events: {cat: {$ref: pets.yaml#/Cat}}\n"
        "components:\n  schemas:\n    Pet:\n      discriminator:\n"
        "        propertyName: kind\n"
        "        mapping: {cat: 'pets.yaml#/Cat', dog: Dog}\n",
        pets="Cat: {type: object}\n",
    )

    cat = "#/components/schemas/Cat"
    assert at(document, "/components/schemas/Pet/discriminator/mapping") == {
        "cat": cat,
        "dog": "Dog",
    }
    events = "/paths/~1a/get/responses/200/content/text~1event-stream/x-sdk-events"
    assert at(document, events) == {"cat": {"$ref": cat}}
    assert at(document, "/paths/~1a/get/x-sdk-shape/0/response") == {"$ref": cat}


def test_anchors_and_ids(tmp_path: Path) -> None:
    """Names inside schemas become pointers; nothing is fetched."""
    document = bundled(
        tmp_path,
        openapi=HEAD + "components:\n  schemas:\n"
        "    A: {$anchor: here, type: string}\n"
        "    B: {$ref: '#here'}\n"
        "    C:\n      $id: https://nowhere.invalid/c\n"
        "      $defs: {inner: {type: integer}}\n"
        "      properties: {x: {$ref: '#/$defs/inner'}}\n"
        "    D: {$ref: 'https://nowhere.invalid/c#/$defs/inner'}\n"
        "    E: {$dynamicAnchor: node, items: {$dynamicRef: '#node'}}\n"
        "    F: {$ref: 'other.yaml#there'}\n",
        other="x: {y: {$anchor: there, type: number}}\n",
    )

    schemas = "/components/schemas"
    assert at(document, f"{schemas}/B/$ref") == "#/components/schemas/A"
    inner = "#/components/schemas/C/$defs/inner"
    assert at(document, f"{schemas}/C/properties/x/$ref") == inner
    assert at(document, f"{schemas}/D/$ref") == inner
    assert at(document, f"{schemas}/E/items/$ref") == "#/components/schemas/E"
    assert at(document, f"{schemas}/F") == {"$anchor": "there", "type": "number"}


def test_pointers_to_anywhere_resolve(tmp_path: Path) -> None:
    """Percent-encoded, into paths, and through other references."""
    document = bundled(
        tmp_path,
        openapi=HEAD + "paths:\n  /a/{id}:\n    get:\n      responses:\n"
        "        '200':\n          description: OK\n          content:\n"
        "            application/json: {schema: {type: string}}\n"
        "components:\n  schemas:\n    'With Space': {properties: {a/b: {type: object}}}\n"
        "    A: {$ref: '#/components/schemas/With%20Space/properties/a~1b'}\n"
        "    B: {$ref: '#/paths/~1a~1%7Bid%7D/get/responses/200/content"
        "/application~1json/schema'}\n"
        "    Alias: {$ref: '#/components/schemas/With%20Space'}\n"
        "    Through: {$ref: '#/components/schemas/Alias/properties/a~1b'}\n"
        "    File: {$ref: 'sub%20dir/a%23.yaml#/x'}\n",
        **{"sub dir__a#": "x: {type: integer}\n"},
    )

    assert at(document, "/components/schemas/Through/$ref") == (
        "#/components/schemas/With%20Space/properties/a~1b"
    )
    assert at(document, "/components/schemas/File") == {"type": "integer"}


def test_recursion_through_structure_is_fine(tmp_path: Path) -> None:
    """Across files as well, and where variants extend the base that lists them."""
    document = bundled(
        tmp_path,
        openapi=HEAD + "components:\n  schemas:\n"
        "    Node: {type: array, items: {$ref: 'node.yaml'}}\n"
        "    Pet: {oneOf: [{$ref: '#/components/schemas/Cat'}, {type: string}]}\n"
        "    Cat: {allOf: [{$ref: '#/components/schemas/Pet'}]}\n",
        node="properties: {up: {$ref: 'openapi.yaml#/components/schemas/Node'},"
        " me: {$ref: '#'}}\n",
    )

    assert at(document, "/components/schemas/node/properties") == {
        "up": {"$ref": "#/components/schemas/Node"},
        "me": {"$ref": "#/components/schemas/node"},
    }


def test_long_chains_of_references(tmp_path: Path) -> None:
    """Thousands of schemas that refer to the next need no deep stack."""
    chain = "".join(
        f"    S{n}: {{properties: {{n: {{$ref: '#/components/schemas/S{n + 1}'}}}}}}\n"
        f"    R{n}: {{$ref: '#/components/schemas/R{n + 1}'}}\n"
        for n in range(3_000)
    )
    end = "    S3000: {type: string}\n    R3000: {type: string}\n"

    document = bundled(tmp_path, openapi=f"{HEAD}components:\n  schemas:\n{chain}{end}")

    assert (
        at(document, "/components/schemas/R2999/$ref") == "#/components/schemas/R3000"
    )


# ---------------------------------------------------------------------- refusals


def schema_of(ref: str) -> str:
    """A document with one schema, which is a reference."""
    return f"{HEAD}components:\n  schemas:\n    A: {{$ref: '{ref}'}}\n"


@pytest.mark.parametrize(
    ("ref", "code"),
    [
        ("../secret.yaml", "E202"),
        ("..%2Fsecret.yaml", "E202"),
        ("sub/../../secret.yaml", "E202"),
        ("link.yaml", "E202"),
        ("link/secret.yaml", "E202"),
        ("/etc/passwd", "E202"),
        ("/dev/zero", "E202"),
        ("file:///etc/passwd", "E202"),
        ("C:/secret.yaml", "E202"),
        ("http://127.0.0.1:9/a.yaml", "E203"),
        ("HTTPS://nowhere.invalid/a", "E203"),
        ("//nowhere.invalid/a.yaml", "E203"),
        (r"\\server\share\a.yaml", "E203"),
        ("urn:uuid:0#/a", "E203"),
        ("missing.yaml", "E201"),
        ("~/secret.yaml", "E201"),
        (".", "E201"),
        ("pipe", "E201"),
        ("a%00b", "E201"),
        ("%ff.yaml", "E201"),
    ],
)
def test_what_is_not_a_file_of_the_document_is_not_opened(
    tmp_path: Path, ref: str, code: str
) -> None:
    """By text, by symbolic link, by kind of file: refused at the reference."""
    folder = tmp_path / "doc"
    folder.mkdir()
    (tmp_path / "secret.yaml").write_text("type: string\n", encoding="utf-8")
    (folder / "link.yaml").symlink_to(tmp_path / "secret.yaml")
    (folder / "link").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")

    found = found_in(folder, {"openapi.yaml": schema_of(ref)})

    assert found == [f"{code} openapi.yaml:5"]


@pytest.mark.parametrize(
    "ref", ["../secret.yaml", "link.yaml", "link/secret.yaml", "{absolute}", "{url}"]
)
def test_files_outside_are_read_when_allowed(tmp_path: Path, ref: str) -> None:
    """The network stays out of reach."""
    folder = tmp_path / "doc"
    folder.mkdir()
    secret = tmp_path / "secret.yaml"
    secret.write_text("type: string\n", encoding="utf-8")
    (folder / "link.yaml").symlink_to(secret)
    (folder / "link").symlink_to(tmp_path)
    ref = ref.format(absolute=secret, url=secret.as_uri())
    path = write(folder, {"openapi.yaml": schema_of(ref)})
    diagnostics = Diagnostics()

    document = load(path, diagnostics, allow_outside=True)

    assert list(diagnostics) == []
    assert document is not None
    assert at(document, "/components/schemas/A") == {"type": "string"}
    network = {"openapi.yaml": schema_of("http://127.0.0.1:9/x")}
    assert found_in(folder, network, allow_outside=True) == ["E203 openapi.yaml:5"]


def project(tmp_path: Path, ref: str) -> Path:
    """A document in a folder of its own, and others beside the folder."""
    folder = tmp_path / "project" / "spec"
    for name in ("project/common", "project/.hidden", "project/spec", "elsewhere"):
        (tmp_path / name).mkdir(parents=True)
        for file in ("a.yaml", "a.txt", ".a.yaml"):
            text = "type: string\n"
            (tmp_path / name / file).write_text(text, encoding="utf-8")
    (folder.parent / "link.yaml").symlink_to(tmp_path / "elsewhere" / "a.yaml")
    return write(folder, {"openapi.yaml": schema_of(ref)})


_OF_THE_PROJECT = [
    ("../common/a.yaml", ""),
    ("../common/../common/a.yaml", ""),
    ("../common/a.txt", "E202"),
    ("../common/.a.yaml", "E202"),
    ("../.hidden/a.yaml", "E202"),
    ("..%2Fcommon/a.yaml", "E202"),
    ("%2e%2e/common/a.yaml", "E202"),
    ("../link.yaml", "E202"),
    ("../../elsewhere/a.yaml", "E202"),
    ("{absolute}", "E202"),
    ("../common/b.yaml", "E201"),
]


@pytest.mark.parametrize("marker", [".git", ".hg", "named"])
@pytest.mark.parametrize(("ref", "code"), _OF_THE_PROJECT)
def test_descriptions_of_the_same_project_are_read(
    tmp_path: Path, ref: str, code: str, marker: str
) -> None:
    """The project is the checkout around the document, or what the user says it is."""
    absolute = tmp_path / "project" / "common" / "a.yaml"
    path = project(tmp_path, ref.format(absolute=absolute))
    if marker != "named":
        (tmp_path / "project" / marker).mkdir()
    diagnostics = Diagnostics()
    named = tmp_path / "project" if marker == "named" else False

    document = load(path, diagnostics, allow_outside=named)

    assert [each.code for each in diagnostics] == [code] * bool(code)
    if not code:
        assert document is not None
        assert at(document, "/components/schemas/A") == {"type": "string"}


def test_a_checkout_of_everything_is_no_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """People keep their own folder, too, under version control."""
    path = project(tmp_path, "../common/a.yaml")
    (tmp_path / ".git").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    diagnostics = Diagnostics()

    load(path, diagnostics)

    assert [each.code for each in diagnostics] == ["E202"]


def test_the_hint_names_the_option_that_would_allow_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The smallest folder around both files, as the user would write it."""
    project(tmp_path, "../common/a.yaml")
    monkeypatch.chdir(tmp_path)
    diagnostics = Diagnostics()

    load(Path("project/spec/openapi.yaml"), diagnostics)

    assert [each.hint for each in diagnostics] == [
        "if you trust the document, allow it with `--project project`"
    ]


def test_a_link_inside_the_folder_is_the_file(tmp_path: Path) -> None:
    """The same file under two names is read once."""
    (tmp_path / "real.yaml").write_text("type: string\n", encoding="utf-8")
    (tmp_path / "alias.yaml").symlink_to("real.yaml")
    text = HEAD + (
        "components:\n  schemas:\n    A: {anyOf: [{$ref: real.yaml}, {$ref: alias.yaml}]}\n"
    )

    document = bundled(tmp_path, openapi=text)

    one, other = (at(document, f"/components/schemas/A/anyOf/{n}") for n in (0, 1))
    assert one == other


def test_every_reference_that_is_wrong_is_named(tmp_path: Path) -> None:
    """All in one run, and the kind of what is expected counts."""
    files = {
        "openapi.yaml": HEAD + "paths:\n  /a:\n    get:\n      parameters:\n"
        "        - {$ref: '#/components/parameters/no'}\n"
        "        - {$ref: '#/components/schemas/S'}\n"
        "        - {$ref: 'other.yaml#/no'}\n"
        "        - {$ref: 'other.yaml#/text'}\n"
        "        - {$ref: 7}\n"
        "components:\n  schemas:\n    S: {$ref: '#/components/schemas/no'}\n"
        "    T: {$ref: '#/components/parameters/P'}\n"
        "    U: {$ref: '#no'}\n"
        "  parameters: {P: {name: p, in: query}}\n",
        "other.yaml": "text: text\n",
    }

    assert found_in(tmp_path, files) == [
        "E103 openapi.yaml:7",
        "E206 openapi.yaml:8",
        "E103 openapi.yaml:9",
        "E206 openapi.yaml:10",
        "E205 openapi.yaml:11",
        "W701 openapi.yaml:14",
        "W701 openapi.yaml:15",
        "W701 openapi.yaml:16",
    ]


def test_a_schema_without_target_is_anything(tmp_path: Path) -> None:
    """What it would have been is kept beside."""
    path = write(
        tmp_path,
        {
            "openapi.yaml": HEAD + "components:\n  schemas:\n"
            "    A: {$ref: 'b.yaml#/No', description: about}\n",
            "b.yaml": "Yes: {type: string}\n",
        },
    )
    document = load(path, Diagnostics())

    assert document is not None
    assert at(document, "/components/schemas/A") == {
        "x-sdk-unresolved": "b.yaml#/No",
        "description": "about",
    }


@pytest.mark.parametrize(
    "schemas",
    [
        "A: {$ref: '#/components/schemas/A'}",
        "A: {$ref: '#/components/schemas/B'}\n    B: {$ref: '#/components/schemas/A'}",
        "A: {allOf: [{type: object}, {$ref: '#/components/schemas/A'}]}",
        "A: {oneOf: [{allOf: [{$ref: '#/components/schemas/A'}]}]}",
        "A: {$ref: 'a.yaml'}",
        "A: {type: array, items: {$ref: 'c.yaml'}}",
    ],
)
def test_circles_without_structure_are_named_once(tmp_path: Path, schemas: str) -> None:
    """In one file and across files."""
    files = {
        "openapi.yaml": f"{HEAD}components:\n  schemas:\n    {schemas}\n",
        "a.yaml": "{$ref: b.yaml}\n",
        "b.yaml": "{$ref: 'openapi.yaml#/components/schemas/A'}\n",
        "c.yaml": "{$ref: d.yaml}\n",
        "d.yaml": "{$ref: c.yaml}\n",
    }

    assert found_in(tmp_path, files) == ["E204 openapi.yaml:5"]


def test_a_path_item_inside_itself(tmp_path: Path) -> None:
    """A callback may not bring its own operation back for ever."""
    files = {
        "openapi.yaml": HEAD + "paths:\n  /a: {$ref: a.yaml}\n",
        "a.yaml": "post:\n  callbacks:\n    on: {'{$url}': {$ref: 'a.yaml'}}\n",
    }

    assert found_in(tmp_path, files) == ["E204 a.yaml:3"]


# ------------------------------------------------------------------------- parts


@given(st.lists(st.text()))
def test_pointers_round_trip(tokens: list[str]) -> None:
    """Whatever a key holds."""
    pointer = pointer_join("", *tokens)

    assert pointer_split(pointer) == tokens
    assert pointer_split(fragment_of(ref_to(pointer)[1:])) == tokens


def test_pointers_resolve_or_not() -> None:
    """Null is something; indexes are plain numbers."""
    root: Json = {"a": [None, {"": 1}], "01": 2}

    assert resolve(root, "") == (root,)
    assert resolve(root, "/a/0") == (None,)
    assert resolve(root, "/a/1/") == (1,)
    assert resolve(root, "/01") == (2,)
    for pointer in ("/a/2", "/a/-1", "/a/01", "/a/x", "/b", "a", "/a/0/x", "/a/9" * 99):
        assert resolve(root, pointer) is None


def test_kinds_of_pointers() -> None:
    """What the specification has at a place, and None where it has data."""
    expected = {
        "": "openapi",
        "/components/schemas": "{schema}",
        "/components/schemas/A": "schema",
        "/components/schemas/A/properties/x/allOf/0/items": "schema",
        "/components/schemas/A/example": None,
        "/components/schemas/A/x-any/properties": None,
        "/paths/~1a/get/responses/200/content/a~1b/schema": "schema",
        "/paths/~1a/get/parameters/0": "parameter",
        "/paths/x-any": None,
        "/paths/~1a/get/callbacks/on/{$url}/post": "operation",
        "/info/title": None,
    }

    assert {pointer: kind_at("openapi", pointer) for pointer in expected} == expected


HOSTILE = os.environ.get("SDKGEN_HOSTILE", "")


@pytest.mark.skipif(not HOSTILE, reason="SDKGEN_HOSTILE names no folder of documents")
def test_hostile_documents_are_read_or_refused() -> None:
    """Nothing raises and nothing hangs, whatever a document holds."""
    paths = [
        path
        for path in sorted(Path(HOSTILE).rglob("*"))
        if path.suffix in (".json", ".yaml", ".yml")
    ]
    assert paths
    for path in paths:
        diagnostics = Diagnostics()
        document = load(path, diagnostics)
        assert (document is None) is diagnostics.errors, path
        if document is not None:
            normalize(document, diagnostics)
