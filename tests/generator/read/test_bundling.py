"""Documents of many files become one: what each reference in them then names."""

from __future__ import annotations

from pathlib import Path

from documents import HEAD, at, bundled, write
from hypothesis import given, strategies as st

from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.read.component_names import allocate_names, list_candidates
from sdkgen.read.document import load


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
        paths="/a:\n  post:\n    requestBody:\n      content:\n"
        "        application/json: {schema: {$ref: 'schemas/index.yaml#/Device'}}\n",
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
        ref: list_candidates(Path(ref.split("#")[0]), ref.split("#")[1], ())
        for ref in refs
    }

    assert allocate_names(wanted, ()) == {
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
    """Thousands that hold the next, or hundreds that are it, need no deep stack."""
    chain = "".join(
        f"    S{n}: {{properties: {{n: {{$ref: '#/components/schemas/S{n + 1}'}}}}}}\n"
        for n in range(3_000)
    )
    chain += "".join(
        f"    R{n}: {{$ref: '#/components/schemas/R{n + 1}'}}\n" for n in range(600)
    )
    end = "    S3000: {type: string}\n    R600: {type: string}\n"

    document = bundled(tmp_path, openapi=f"{HEAD}components:\n  schemas:\n{chain}{end}")

    assert at(document, "/components/schemas/R599/$ref") == "#/components/schemas/R600"
