"""``sdk.yaml``: its shape, what it must match, and what stands in for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, strategies as st
from jsonschema import Draft202012Validator

from sdkgen import ir
from sdkgen.config import sdk_yaml
from sdkgen.config.sdk_yaml import Allow, Config, GlobalParameter
from sdkgen.diagnostics.diagnostic import Diagnostics, Place
from sdkgen.diagnostics.printers import render_text
from sdkgen.lower import config_check, default_config
from sdkgen.read import document
from sdkgen.read.document import Document
from sdkgen.support.absent import ABSENT

SCHEMA = Path(sdk_yaml.__file__).with_name("sdk.schema.json")

SDK = """\
document: openapi.yaml
overlays: [overlays/sdk.yaml]
package: {name: acme-sdk, import: acme_sdk, version: 0.1.0, client: Acme,\
 exports: {E: _e}}
environment: {access_token: ACME_TOKEN, base_url: ACME_URL, log: ACME_LOG}
resources:
  device: One thing.
  devices:
global-parameters:
  - {parameter: _actions, name: actions, default: false}
  - {parameter: X-Domain, name: domain}
allow:
  - {pointer: /paths/~1a/get, reason: not yet}
names:
  /components/schemas/Device: Thing
  device: gadget
"""

OPENAPI = """\
openapi: 3.1.0
info: {title: Acme, version: 1.0.0}
paths:
  /a:
    parameters:
      - {name: X-Domain, in: header, schema: {type: string}}
    get:
      operationId: device.get
      parameters:
        - {$ref: "#/components/parameters/actions"}
      responses: {}
    put:
      tags: [devices]
      requestBody: {content: {}}
      responses: {}
components:
  parameters:
    actions: {name: _actions, in: query, schema: {type: boolean}}
  schemas:
    Device: {type: object}
  securitySchemes:
    accessToken: {type: http, scheme: bearer}
"""


@pytest.fixture(autouse=True)
def _inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are named as the user would: relative to where the command runs."""
    monkeypatch.chdir(tmp_path)


def loaded(text: str) -> tuple[Config | None, Diagnostics]:
    Path("sdk.yaml").write_text(text, encoding="utf-8")
    diagnostics = Diagnostics()
    return sdk_yaml.load_config(Path("sdk.yaml"), diagnostics), diagnostics


def document_of(text: str) -> Document:
    Path("openapi.yaml").write_text(text, encoding="utf-8")
    found = document.read(Path("openapi.yaml"), Diagnostics())
    assert found is not None
    return found


def found_in(diagnostics: Diagnostics) -> list[tuple[str, str, str]]:
    return [(str(each.place), each.code, each.message) for each in diagnostics]


def test_a_whole_sdk_yaml() -> None:
    """Every key ends up where later stages look for it."""
    made, diagnostics = loaded(SDK)

    assert not list(diagnostics)
    assert made is not None
    assert made.document == "openapi.yaml"
    assert made.overlays == ("overlays/sdk.yaml",)
    assert made.package == ir.Package(
        dist="acme-sdk",
        module="acme_sdk",
        version="0.1.0",
        client="Acme",
        environment=(
            ("access_token", "ACME_TOKEN"),
            ("base_url", "ACME_URL"),
            ("log", "ACME_LOG"),
        ),
        exports=(("E", "_e"),),
    )
    assert list(made.resources.items()) == [("device", "One thing."), ("devices", "")]
    assert made.global_parameters == (
        GlobalParameter(
            parameter="_actions",
            name="actions",
            default=False,
            place=Place("sdk.yaml", 9, 17),
        ),
        GlobalParameter(
            parameter="X-Domain", name="domain", place=Place("sdk.yaml", 10, 17)
        ),
    )
    assert made.global_parameters[1].default is ABSENT
    assert made.allow == (
        Allow(
            pointer="/paths/~1a/get",
            reason="not yet",
            place=Place("sdk.yaml", 12, 15),
        ),
    )
    assert made.place("/components/schemas/Device") == Place("sdk.yaml", 14, 3)
    assert made.place("elsewhere") is None


def test_all_that_matches_is_fine() -> None:
    """The document has everything that the file names."""
    made, diagnostics = loaded(SDK)
    assert made is not None

    config_check.check_config(made, document_of(OPENAPI), diagnostics)

    assert found_in(diagnostics) == []


def test_every_entry_that_matches_nothing_is_an_error() -> None:
    """All at once, each at its own place, with a hint where one is near."""
    text = (
        SDK.replace("access_token:", "acess_token:")
        .replace("  device: One", "  devic: One")
        .replace("parameter: _actions", "parameter: _action")
        .replace("pointer: /paths/~1a/get", "pointer: /paths/~1a/got")
        .replace("/schemas/Device: Thing", "/schemas/Devise: Thing")
        .replace("  device: gadget", "  gizmo: gadget")
    )
    made, diagnostics = loaded(text)
    assert made is not None

    config_check.check_config(made, document_of(OPENAPI), diagnostics)

    assert [(str(d.place), d.code, d.message, d.hint) for d in diagnostics] == [
        (
            "sdk.yaml:4:15",
            "E402",
            "the document has no security scheme 'acess_token'",
            "did you mean 'access_token'?",
        ),
        (
            "sdk.yaml:6:3",
            "E402",
            "the document has no resource 'devic'",
            "did you mean 'device'?",
        ),
        (
            "sdk.yaml:9:6",
            "E402",
            "no operation has a parameter '_action'",
            "did you mean '_actions'?",
        ),
        (
            "sdk.yaml:12:15",
            "E402",
            "nothing stands at /paths/~1a/got in the document",
            "/paths/~1a has no 'got'",
        ),
        (
            "sdk.yaml:14:3",
            "E402",
            "nothing in the document is named by '/components/schemas/Devise'",
            "did you mean 'Device'?",
        ),
        (
            "sdk.yaml:15:3",
            "E402",
            "nothing in the document is named by 'gizmo'",
            "",
        ),
    ]


@pytest.mark.parametrize(
    ("key", "known"),
    [
        ("/paths/~1a/put/body", True),
        ("/paths/~1a/put/content", True),
        ("/paths/~1a/get/body", False),
        ("/paths/~1a/get/content", False),
        ("/paths/~1a/get/query/_actions", True),
        ("/paths/~1a/get/header/X-Domain", True),
        ("/paths/~1a/get/header/X-Other", False),
        ("/paths/~1a/put/form/file", True),
        ("/paths/~1a/post/query/_actions", False),
        ("/paths", True),
        ("device", True),
        ("devices", True),
        ("", False),
    ],
)
def test_what_can_be_named(key: str, known: bool) -> None:
    """Anything that stands in the document, resources, and arguments of operations."""
    made, diagnostics = loaded(
        SDK.partition("names:")[0] + f"names: {{{json.dumps(key)}: x}}"
    )
    assert made is not None

    config_check.check_config(made, document_of(OPENAPI), diagnostics)

    assert (found_in(diagnostics) == []) is known


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "document: openapi.yaml",
            "documents: openapi.yaml",
            [
                ("sdk.yaml:1:1", "'document' is missing"),
                ("sdk.yaml:1:1", "unknown key 'documents'"),
            ],
        ),
        (
            "version: 0.1.0",
            "version: 0.1",
            [("sdk.yaml:3:54", "package.version must be a string, not a number")],
        ),
        (
            "import: acme_sdk",
            "import: acme-sdk",
            [
                (
                    "sdk.yaml:3:35",
                    'package.import is "acme-sdk", which does not match'
                    " ^[a-z_][a-z0-9_]*$",
                )
            ],
        ),
        (
            "import: acme_sdk",
            "import: class",
            [("sdk.yaml:3:35", "'class' is a keyword of Python")],
        ),
        (
            "import: acme_sdk",
            "import: json",
            [
                (
                    "sdk.yaml:3:35",
                    "'json' is the name of a module that the package itself uses",
                )
            ],
        ),
        (
            "client: Acme",
            "client: Option",
            [("sdk.yaml:3:69", "'Option' is a name that the package itself uses")],
        ),
        (
            "name: actions",
            "name: class",
            [("sdk.yaml:9:33", "'class' is a keyword of Python")],
        ),
        (
            ": gadget",
            ": lambda",
            [("sdk.yaml:15:11", "'lambda' is a keyword of Python")],
        ),
        (
            "reason: not yet",
            "reasons: not yet",
            [
                ("sdk.yaml:12:5", "allow[0] has no 'reason'"),
                ("sdk.yaml:12:31", "unknown key 'reasons' in allow[0]"),
            ],
        ),
        (
            "name: acme-sdk",
            "name: -acme",
            [
                (
                    "sdk.yaml:3:17",
                    'package.name is "-acme", which does not match'
                    " ^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$",
                )
            ],
        ),
        (
            "  devices:\n",
            "  devices: [1]\n",
            [
                (
                    "sdk.yaml:7:12",
                    "resources.devices must be a string or null, not an array",
                )
            ],
        ),
    ],
)
def test_a_wrong_sdk_yaml(
    before: str, after: str, expected: list[tuple[str, str]]
) -> None:
    """Each finding stands at the value, or the key, that is wrong."""
    assert before in SDK

    made, diagnostics = loaded(SDK.replace(before, after, 1))

    assert made is None
    assert found_in(diagnostics) == [
        (place, "E401", message) for place, message in expected
    ]


def test_an_unknown_key_gets_a_hint() -> None:
    """The nearest key that there is."""
    _, diagnostics = loaded(SDK.replace("overlays:", "overlay:"))

    assert render_text(diagnostics) == (
        "sdk.yaml:2:1: E401 unknown key 'overlay'\n"
        "      2 | overlay: [overlays/sdk.yaml]\n"
        "  hint: did you mean 'overlays'?\n"
    )


@pytest.mark.parametrize("version", ["1", "1.2.3", "1.0rc1", "1!2.0.post1.dev3"])
def test_versions_of_python_packages(version: str) -> None:
    """What PEP 440 allows in its normal form."""
    made, _ = loaded(SDK.replace("0.1.0", f'"{version}"'))

    assert made is not None
    assert made.package.version == version


@pytest.mark.parametrize("version", ["v1", "1.0-beta", "", "1.0+local", "1 "])
def test_what_is_no_version(version: str) -> None:
    """Local versions cannot be published."""
    assert loaded(SDK.replace("0.1.0", f'"{version}"'))[0] is None


def test_a_file_that_cannot_be_read() -> None:
    """A diagnostic of reading, nothing else."""
    assert [each[1] for each in found_in(loaded("a: b: c")[1])] == ["E106"]
    assert [each[1] for each in found_in(loaded("[]")[1])] == ["E102"]


# ------------------------------------------------------------------- deriving


def derived(title: object, package: str | None = None) -> ir.Package:
    root = {"openapi": "3.1.0", "info": {"title": title}}
    found = document_of(json.dumps(root))
    return default_config.derive_config(found, package).package


@pytest.mark.parametrize(
    ("title", "module", "dist", "client"),
    [
        ("Acme", "acme", "acme", "Acme"),
        ("Acme Widgets REST API", "acme_widgets", "acme-widgets", "AcmeWidgets"),
        (
            "Swagger Petstore - OpenAPI 3.1",
            "swagger_petstore_open_api_3_1",
            "swagger-petstore-open-api-3-1",
            "SwaggerPetstoreOpenApi31",
        ),
        ("API", "api_client", "api-client", "ApiClient"),
        ("", "api_client", "api-client", "ApiClient"),
        (None, "api_client", "api-client", "ApiClient"),
        (["x"], "api_client", "api-client", "ApiClient"),
        ("日本", "api_client", "api-client", "ApiClient"),
        ("import", "import_client", "import-client", "Import"),
        ("JSON", "json_client", "json-client", "Json"),
        ("Client", "client", "client", "ClientClient"),
        ("3scale", "n3scale", "n3scale", "N3scale"),
    ],
)
def test_names_from_a_title(title: object, module: str, dist: str, client: str) -> None:
    """What a person would choose, or a last resort."""
    package = derived(title)

    assert (package.module, package.dist, package.client) == (module, dist, client)


@given(st.text())
def test_any_title_gives_valid_names(title: str) -> None:
    """A document's title is a stranger's text; all that it makes is plain."""
    root = {"info": {"title": title}}
    found = Document.__new__(Document)
    found.root = root  # type: ignore[assignment] # only the tree is looked at

    package = default_config.derive_config(found).package

    data = json.loads(SCHEMA.read_text())["properties"]["package"]
    value = {"name": package.dist, "import": package.module}
    value |= {"version": package.version, "client": package.client}
    assert not list(Draft202012Validator(data).iter_errors(value))
    assert sdk_yaml.explain_import_name(package.module) == ""


def test_a_package_that_the_caller_names() -> None:
    """As it is, if it can be; else what is nearest."""
    assert derived("Acme", "my_sdk").module == "my_sdk"
    assert derived("Acme", "my_sdk").client == "MySdk"
    assert derived("Acme", "my-sdk").module == "my_sdk"
    assert derived("Acme", "my-sdk").dist == "my-sdk"
    assert derived("Acme", "class").module == "class_client"


def test_environment_variables_of_a_derived_package() -> None:
    """Named after the package and the security schemes."""
    package = default_config.derive_config(document_of(OPENAPI), "acme_sdk").package

    assert package.environment == (
        ("access_token", "ACME_ACCESS_TOKEN"),
        ("base_url", "ACME_API_URL"),
        ("log", "ACME_LOG"),
    )


def test_the_schema_describes_every_key() -> None:
    """An editor shows these; and the schema itself is one."""
    schema = json.loads(SCHEMA.read_text())

    Draft202012Validator.check_schema(schema)
    for properties in (
        schema["properties"],
        schema["properties"]["package"]["properties"],
    ):
        assert all(value["description"] for value in properties.values())
