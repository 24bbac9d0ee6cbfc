"""The IR → a package: it is Python, it is typed, and it works."""

from __future__ import annotations

import hashlib
import importlib
import inspect
import os
import pkgutil
import subprocess
import sys
import types
import typing
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import jinja2
import pytest
from sample_api import API, HOSTILE, OPERATIONS

from sdkgen import ir
from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.ir import Text
from sdkgen.render import render
from sdkgen.render.python.code import Code
from sdkgen.render.python.views import models
from sdkgen.target import TEMPLATES
from sdkgen.write import output
from sdkgen.write.safety import check

ROOT = Path(__file__).parents[2]


def rendered(api: ir.Api = API, *more: Path) -> render.Rendered:
    """The files of an API as templates made them."""
    return render.render(
        api, (TEMPLATES, *more), document_json="{}", changelog="# Changes\n"
    )


def formatted(made: render.Rendered) -> dict[str, str]:
    """The files as they would be written."""
    diagnostics = Diagnostics()
    files = output.format_files(made.files, diagnostics, verbatim=made.verbatim)
    assert files is not None, list(diagnostics)
    return files


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """The sample as it would be written."""
    return formatted(rendered())


@pytest.fixture(scope="module")
def package(files: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the sample."""
    folder = tmp_path_factory.mktemp("sample")
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return folder


@pytest.fixture
def sample(package: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The sample, imported."""
    monkeypatch.syspath_prepend(package / "src")
    yield importlib.import_module("sample_sdk")
    for name in [name for name in sys.modules if name.startswith("sample_sdk")]:
        del sys.modules[name]


def test_the_tree_of_templates_is_the_tree_of_the_output(files: dict[str, str]) -> None:
    """Folders and names are those of the templates, with the names of the API."""
    for name in (
        "CHANGELOG.md", "LICENSE", "README.md", "api.md", "pyproject.toml",
        "src/sample_sdk/__init__.py", "src/sample_sdk/_client.py",
        "src/sample_sdk/_runtime/errors.py", "src/sample_sdk/models/thing_types.py",
        "src/sample_sdk/params/__init__.py", "src/sample_sdk/py.typed",
        "src/sample_sdk/resources/thing.py", "tests/conftest.py", "tests/document.json",
        "tests/harness.py", "tests/test_thing.py",
    ):  # fmt: skip
        assert name in files
    assert not [name for name in files if "[" in name or name.endswith(".jinja")]


def test_types_that_no_operation_uses_are_listed_apart() -> None:
    """A type is used as well where only another that is used has a field of it."""
    inner, outer, unused = (
        ir.Model(name=name, fields=fields, pointer=ir.Text(f"/{name}"))
        for name, fields in (
            ("Inner", ()),
            ("Outer", (member("inner", "Inner"),)),
            ("Unused", (member("inner", "Inner"), member("other", "Unused"))),
        )
    )
    response = ir.Response(status=ir.Text("200"), type=ir.Ref(name="Outer"))
    called = replace(API.resources[0].operations[0], responses=(response,))
    resource = replace(API.resources[0], operations=(called,))
    declarations = (*API.declarations, inner, outer, unused)
    text = rendered(
        replace(API, resources=(resource,), declarations=declarations)
    ).files["api.md"]
    listed, apart = str(text).split("## Further types")

    assert "- [Inner](" in listed
    assert "- [Outer](" in listed
    assert "- [Unused](" not in listed
    assert "- [Unused](" in apart
    assert "- [Inner](" not in apart


def test_without_such_types_there_is_no_such_section() -> None:
    """Where operations lead to all of them."""
    called = replace(API.resources[0].operations[0], params=(), responses=())
    resource = replace(API.resources[0], operations=(called,))
    bare = replace(API, resources=(resource,), declarations=(), options=())

    assert "## Further types" not in str(rendered(bare).files["api.md"])


def member(name: str, type_: str) -> ir.Field:
    """A field of a model that is another."""
    return ir.Field(name=name, wire=ir.Text(name), type=ir.Ref(name=type_))


def test_what_is_no_template_is_copied_to_the_byte() -> None:
    """And named by its digest, so that it is neither formatted nor gated."""
    made = rendered()
    copy = TEMPLATES / "src/package/_runtime/errors.py"

    assert made.files["src/sample_sdk/_runtime/errors.py"] == copy.read_bytes()
    assert hashlib.sha256(copy.read_bytes()).hexdigest() in made.verbatim


def test_hostile_strings_pass_the_gate(files: dict[str, str]) -> None:
    """Strings with every way out of a literal, a comment or a template stay inside."""
    verbatim = rendered().verbatim
    own = ["sample_sdk", "conftest", "harness"]
    for name, text in files.items():
        if hashlib.sha256(text.encode()).hexdigest() not in verbatim:
            assert check.check_file(name, text, own) == []


def test_the_same_api_gives_the_same_files() -> None:
    """Nothing depends on time, on sets or on what was rendered before."""
    assert rendered() == rendered()


def test_what_a_resource_prints_does_not_depend_on_others() -> None:
    """Nor do its tests: a change of one resource is a diff of one resource."""
    assert len(API.resources) > 1
    together = rendered().files

    for each in API.resources:
        alone = rendered(replace(API, resources=(each,))).files
        for path in (
            f"src/sample_sdk/resources/{each.name}.py",
            f"tests/test_{each.name}.py",
        ):
            assert alone[path] == together[path]


def test_types_are_clean(package: Path) -> None:
    """``mypy --strict`` has nothing to say of the package and its tests."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "mypy", "--strict", "--config-file"),
            *(str(ROOT / "pyproject.toml"), "--explicit-package-bases"),
            *("--cache-dir", str(ROOT / ".mypy_cache" / "sample"), "src", "tests"),
        ],
        cwd=package,
        env={**os.environ, "MYPYPATH": "src:tests"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_importing_the_package_loads_neither_pydantic_nor_http(package: Path) -> None:
    """Nor asyncio; resources and types are loaded when first used."""
    code = (
        "import sys, sample_sdk\n"
        "heavy = {'asyncio', 'datetime', 'httpx2', 'pydantic', 'ssl', 'uuid'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "from sample_sdk.resources.thing import ThingResource\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "PYTHONPATH": str(package / "src")},
        check=True,
    )


def test_public_names_are_there(sample: ModuleType) -> None:
    """Everything in ``__all__`` can be had, and nothing else can."""
    for module in (
        sample,
        sample.models,
        sample.params,
        importlib.import_module("sample_sdk.resources"),
    ):
        assert list(module.__all__) == sorted(module.__all__)
        assert dir(module) == module.__all__
        for name in module.__all__:
            assert getattr(module, name) is not None
        with pytest.raises(AttributeError, match="has no attribute 'nonsense'"):
            module.nonsense  # noqa: B018 # it raises


def test_models_load_no_dictionaries(sample: ModuleType) -> None:
    """They are loaded when somebody asks for one, by either door."""
    for each in pkgutil.iter_modules(sample.models.__path__):
        importlib.import_module(f"{sample.models.__name__}.{each.name}")
    within = f"{sample.__name__}.params."

    assert not [name for name in sys.modules if name.startswith(within)]
    assert sample.models.NodeParams.__module__.startswith(within)
    assert sample.params.NodeParams is sample.models.NodeParams


def test_dictionaries_are_params_and_models_has_them_too(sample: ModuleType) -> None:
    """``params`` lists them alone, and is another door to the one table of types."""
    names = sample.params.__all__

    assert names
    assert all(name.endswith("Params") for name in names)
    assert set(names) < set(sample.models.__all__)
    assert all(getattr(sample.params, n) is getattr(sample.models, n) for n in names)


def test_models_round_trip(sample: ModuleType) -> None:
    """Odd wire names, recursion, tags, unknown fields and unknown values."""
    data = {
        "from": "here",
        "$and": [{"from": "there", "nothing": None, "id": "2"}],
        str(HOSTILE): "odd",
        "list": ["a"],
        "nothing": None,
        "pet": {"kind": "dog", "good": True, "more": 1},
        "color": "a color of tomorrow",
        "json": {"a": ["b", None]},
        "pair": ["a", 1],
        "table": {"x": {"children": [{}], "leaf": {"parent": {}}}, "y": None},
        "id": "1",
        "a_milliseconds": 5,
        "a_number": 3,
        "unknown": [1],
    }

    made = sample.models.Everything.model_validate(data)

    assert made.to_dict() == data
    assert type(made.pet) is sample.models.Dog
    assert type(made.a_number) is int
    assert made.table["x"].leaf.parent.children is None
    assert made.secret is None
    assert made.model_extra == {"unknown": [1]}


@pytest.mark.parametrize("name", ["a", "a_b", "from_", "a_b_2c", "x__y", "Ab_cD", "_é"])
def test_both_halves_write_camel_case_alike(sample: ModuleType, name: str) -> None:
    """The generator leaves out the names that follow from the runtime's rule."""
    model = importlib.import_module(f"{sample.__name__}._runtime.codec.model")

    assert model._to_camel_case(name) == models.camel_case(name)


def test_the_keys_beyond_the_fields_are_typed(sample: ModuleType) -> None:
    """Where the document says what they hold."""
    made = sample.models.Extra.model_validate({"name": "x", "other": {"children": []}})

    assert type(made.model_extra["other"]) is sample.models.Node


def test_hints_of_typed_dicts_resolve(sample: ModuleType) -> None:
    """The runtime walks them to find where a ``datetime`` counts milliseconds."""
    for name in sample.params.__all__:
        value = getattr(sample.params, name)
        if isinstance(value, type):
            assert typing.get_type_hints(value, include_extras=True)


def test_hints_of_what_extends_a_typed_dict_resolve(sample: ModuleType) -> None:
    """Each is read where its class stands; the one here contains itself."""
    node = sample.params.NodeParams
    mine = types.new_class(
        "Mine",
        (node,),
        {"total": False},
        lambda body: body.update(__module__=__name__, __annotations__={"more": "Path"}),
    )

    hints = typing.get_type_hints(mine)

    assert hints == {**typing.get_type_hints(node), "more": Path}
    assert typing.get_args(hints["children"]) == (node,)


def test_methods_say_what_the_document_says(sample: ModuleType) -> None:
    """To the letter; the face that is awaited says the summary, on one line."""
    sync = importlib.import_module("sample_sdk.resources.thing").ThingResource
    other = importlib.import_module("sample_sdk.resources.thing").AsyncThingResource

    for each in OPERATIONS:
        assert len(getattr(other, each.name).__doc__.splitlines()) == 1
    assert other.get.__doc__ == "A summary. Deprecated. See `ThingResource.get`."
    doc = inspect.cleandoc(sync.get.__doc__)  # as Python 3.13 does by itself
    for line in (
        "A summary.", "\nDeprecated.", "\nArgs:", "\nRaises:",
        "\n    thing_id: Where to find it.", "\nNeeds the scope `all",
    ):  # fmt: skip
        assert line in doc
    # What comes back is told where a status tells it from others.
    assert "\nReturns:" not in doc
    assert "\nReturns:\n    `200`: " in inspect.cleandoc(sync.create.__doc__)
    assert sync.import_.__doc__ == "`DELETE /things/import_`."


# ------------------------------------------------------------------- templates


def folder_with(folder: Path, **templates: str) -> Path:
    """A folder with one template."""
    for name, text in templates.items():
        (folder / f"{name}.md.jinja").write_text(text, encoding="utf-8")
    return folder


def test_a_later_folder_is_laid_over_the_earlier_ones(tmp_path: Path) -> None:
    """A template of one API may add to that of all."""
    folder = folder_with(
        tmp_path,
        README='{% extends "base/README.md.jinja" %}'
        "{% block more %}\nMORE\n{% endblock %}",
        extra="{{ header }} {{ package.client }}",
    )

    made = rendered(API, folder).files

    assert "\nMORE\n" in str(made["README.md"])
    assert "pip install sample-sdk" in str(made["README.md"])
    assert made["extra.md"] == f"{render.HEADER} Sample"


@pytest.mark.parametrize("value", [Text("x"), Text("a b"), "a b", "a\nb", '"', None])
def test_a_string_of_the_document_cannot_be_printed(value: object) -> None:
    """Neither as it is nor when it lost its type on the way: only code and names."""
    with pytest.raises(render.Unprintable):
        render._check_printable(value)


@pytest.mark.parametrize("value", [Code("a b"), "a_name", "losant-sdk", "0.1.0", 5])
def test_code_and_names_are_printed(value: object) -> None:
    """A name is what a name may hold."""
    assert render._check_printable(value) == value


def test_a_template_that_names_what_there_is_not_fails(tmp_path: Path) -> None:
    """A typing error prints nothing by default; here it stops."""
    folder = folder_with(tmp_path, x="{{ package.nonsense }}")

    with pytest.raises(jinja2.UndefinedError, match="nonsense"):
        rendered(API, folder)


def test_an_api_of_nothing_is_a_package(tmp_path: Path) -> None:
    """No resources, no schemas, no credentials: still Python."""
    bare = replace(API, resources=(), declarations=(), auth=(), options=(), servers=())

    made = formatted(rendered(bare))

    assert check.check_file("a.py", made["src/sample_sdk/_client.py"]) == []
    assert "## Credentials" not in made["README.md"]
