"""The judge of models: it agrees with what is right, and finds each kind of mistake."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from built_package import Package
from cases import find_cases
from sample_api import API, DECLARATIONS, HOSTILE, INTEGER, STRING, alias, field, model

from sdkgen import ir
from sdkgen.ir import Access, Kind, Ref, Scalar, Text
from sdkgen.judge import judge as judging
from sdkgen.judge.judge import Verdict, judge
from sdkgen.judge.schemas import Schema, generate_models
from sdkgen.pipeline import Run
from sdkgen.render import render
from sdkgen.target import TEMPLATES, Target

ROOT = Path(__file__).parents[3]


def printed(declarations: Iterable[ir.Declaration]) -> list[str]:
    """The modules of models as they are rendered."""
    api = replace(API, declarations=tuple(declarations), resources=(), webhooks=())
    made = render.render(api, (TEMPLATES,), document_json="{}", changelog="")
    return [
        str(text)
        for path, text in made.files.items()
        if path.startswith("src/sample_sdk/models/")
    ]


def number_of(declarations: Iterable[ir.Declaration]) -> int:
    """How many there are: of fields, of aliases, and of what free keys hold."""
    return sum(
        1 if isinstance(each, ir.Alias) else len(each.fields) + (each.extra is not None)
        for each in declarations
    )


def assert_agrees(
    declarations: Sequence[ir.Declaration], modules: Iterable[str]
) -> None:
    verdict = judge(declarations, modules)

    assert verdict == Verdict(compared=number_of(declarations), differences=())


# ----------------------------------------------------------------- what is right


def test_it_agrees_with_the_sample() -> None:
    """Every kind of type, odd names, recursion, tags."""
    assert number_of(DECLARATIONS) > 40
    assert_agrees(DECLARATIONS, printed(DECLARATIONS))


@pytest.mark.parametrize("case", find_cases("expected"), ids=lambda case: case.name)
def test_it_agrees_with_each_case(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The files that are expected, formatted as they are."""
    monkeypatch.chdir(case)
    monkeypatch.setenv("SDKGEN_CACHE", "off")
    target = Target.of_document(next(iter(sorted(Path().glob("openapi.*")))))
    run = Run(Target.of_folder(Path()) if Path("sdk.yaml").exists() else target)
    api = run.normalize()
    assert api is not None, list(run.diagnostics)

    paths = sorted(Path("expected").glob("src/*/models/*.py"))
    assert_agrees(
        api.declarations, [path.read_text(encoding="utf-8") for path in paths]
    )


def test_it_agrees_with_losant(losant: Package) -> None:
    """Thousands of annotations."""
    paths = losant.source.glob("*/models/*.py")
    declarations = losant.api.declarations

    assert number_of(declarations) > 5000
    assert_agrees(declarations, [path.read_text(encoding="utf-8") for path in paths])


def test_names_that_it_would_change_are_found_again() -> None:
    """It renames what clashes with its own imports, or what it takes for private."""
    odd = ("RootModel", "Model", "Model_", "List", "Dict", "日本", "AwareDatetime")
    fields = [
        field(name, Ref(name="日本"), wire)
        for name, wire in (
            ("root", "root"), ("日本", "日本"), ("model_x", "model_x"), ("any", "any"),
            ("class_", "class"), ("x", "_x"), ("date", "date"), ("empty", " "),
            ("extra", "extra__"), ("alias", "alias__"), ("hex", "hex__00"), ("field", ""),
        )
    ]  # fmt: skip
    day = field("day", Scalar(kind=Kind.DATE))
    declarations = [model(name, *fields, day) for name in odd]

    assert_agrees(declarations, printed(declarations))


def test_what_is_nested_very_deep_is_any_to_both() -> None:
    """Neither ends in an error."""
    deep: ir.Type = STRING
    for _ in range(200):
        deep = ir.ListOf(item=ir.UnionOf(options=(deep, INTEGER)))
    declarations = [model("Deep", field("deep", deep))]

    assert_agrees(declarations, printed(declarations))


def test_unions_of_many_are_read() -> None:
    """With the parentheses that checkers want."""
    names = [f"T{index}" for index in range(300)]
    many = ir.UnionOf(options=tuple(Ref(name=name) for name in names))
    declarations = [
        *(model(name, field("name", STRING)) for name in names),
        model("Many", field("any_of", many), field("all_of", ir.ListOf(item=many))),
    ]

    assert_agrees(declarations, printed(declarations))


def test_no_declarations_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """An API without schemas has no run."""
    monkeypatch.delattr(judging, "generate_models")

    assert judge((), []) == Verdict(compared=0, differences=())


def test_nothing_that_a_document_wrote_goes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """But plain words: its own escaping never matters."""
    seen: list[str] = []
    generate = generate_models

    def spy(definitions: dict[str, Schema]) -> str:
        seen.append(json.dumps(definitions, ensure_ascii=False))
        return generate(definitions)

    monkeypatch.setattr(judging, "generate_models", spy)

    judge(DECLARATIONS, [])

    assert len(seen) == 1
    for text in ("A summary", "quote", "$and", "__import__", str(HOSTILE), "\ud800"):
        assert text not in seen[0]


def test_only_a_check_imports_it(tmp_path: Path) -> None:
    """``generate`` neither needs nor pays for the judge."""
    document = ROOT / "tests/cases/write/template-models-differ/openapi.yaml"
    code = (
        "import sys\n"
        "from sdkgen.cli import run\n"
        f"assert run(['generate', {str(document)!r}, '--out', 'out']) == 0\n"
        "assert 'datamodel_code_generator' not in sys.modules\n"
        "assert 'sdkgen.judge.judge' not in sys.modules\n"
    )
    subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "generator"),
            "SDKGEN_CACHE": "off",
        },
        check=True,
    )


# ----------------------------------------------------------------- what is wrong

RED, BLUE = Text("red"), Text("blue")
ONE = model("One", field("kind", ir.LiteralOf(values=(RED,), open=False)))
TWO = model("Two", field("kind", ir.LiteralOf(values=(BLUE,), open=False)))
EITHER = ir.UnionOf(options=(Ref(name="One"), Ref(name="Two")))
FIELDS = {
    "a_string": STRING,
    "an_integer": INTEGER,
    "a_number": Scalar(kind=Kind.NUMBER),
    "a_boolean": Scalar(kind=Kind.BOOLEAN),
    "a_null": Scalar(kind=Kind.NULL),
    "some_bytes": Scalar(kind=Kind.BYTES),
    "a_date": Scalar(kind=Kind.DATE),
    "a_datetime": Scalar(kind=Kind.DATETIME),
    "a_uuid": Scalar(kind=Kind.UUID),
    "a_v4": Scalar(kind=Kind.IPV4),
    "a_v6": Scalar(kind=Kind.IPV6),
    "a_time": Scalar(kind=Kind.MILLISECONDS),
    "anything": Scalar(kind=Kind.ANY),
    "closed": ir.LiteralOf(values=(RED, BLUE), open=False),
    "opened": ir.LiteralOf(values=(RED, BLUE)),
    "numbers": ir.LiteralOf(values=(1, True, None), open=False),
    "a_list": ir.ListOf(item=STRING),
    "a_map": ir.MapOf(value=INTEGER),
    "a_pair": ir.TupleOf(items=(STRING, INTEGER)),
    "no_items": ir.TupleOf(items=()),
    "nullable": ir.UnionOf(options=(STRING, Scalar(kind=Kind.NULL))),
    "a_union": ir.UnionOf(options=(Ref(name="One"), STRING, INTEGER)),
    "a_choice": replace(EITHER, tag=Text("kind")),
    "a_reference": Ref(name="One"),
    "inside": ir.ListOf(item=ir.MapOf(value=ir.ListOf(item=Ref(name="One")))),
    "named": Ref(name="Either"),
}
DEVICE = model(
    "Device",
    *(field(name, type_, required=True) for name, type_ in FIELDS.items()),  # type: ignore[arg-type] # any keyword of Field
    field("optional", STRING),
    field("renamed", STRING, "re-named"),
    field("secret", STRING, required=True, access=Access.WRITE_ONLY),
    extra=Ref(name="One"),
)
WRONG_DECLARATIONS = (
    ONE,
    TWO,
    DEVICE,
    alias("Either", EITHER),
    alias("Tree", ir.ListOf(item=Ref(name="Tree"))),
)
"""Of which one part is spoilt at a time."""


@pytest.fixture(scope="module")
def right() -> list[str]:
    """The modules as they are to be."""
    return printed(WRONG_DECLARATIONS)


def test_what_is_spoilt_below_was_right(right: list[str]) -> None:
    """So that each finding is of the one change."""
    assert_agrees(WRONG_DECLARATIONS, right)


def spoilt(modules: Iterable[str], line: str, other: str) -> list[str]:
    """The modules with another text in place of the line that begins with ``line``."""
    pattern = re.compile(rf"^ *{re.escape(line)}.*$\n", re.MULTILINE)
    text = "\n\n".join(modules)
    assert len(pattern.findall(text)) == 1
    return [pattern.sub(lambda _: f"{other}\n" if other else "\n", text)]


WRONG = {
    "a_string": ["int", "str | None", "list[str]", "Any", "bytes", '"One"'],
    "an_integer": ["float", "int | float", "bool", "str"],
    "a_number": ["float", "int", "str"],
    "a_boolean": ["int", "bool | None", "Literal[True]"],
    "a_null": ["str", "str | None", "Any"],
    "some_bytes": ["str"],
    "a_date": ["datetime", "str", "date | str"],
    "a_datetime": ["date", "str", "Milliseconds"],
    "a_uuid": ["str"],
    "a_v4": ["str", "IPv4Address", "OrStr[IPv6Address]"],
    "a_v6": ["str", "OrStr[IPv4Address]"],
    "a_time": ["datetime", "int", "str"],
    "anything": ["str", "object", "dict[str, Any]"],
    "closed": ['Literal["red"]', "str", 'Literal["red", "blue", "green"]',
               'Literal["red", "blue"] | str', 'Literal["red", "Blue"]'],
    "opened": ['Literal["red", "blue"]', "str", 'Literal["red", "blue"] | int'],
    "numbers": ["Literal[1] | None", "Literal[1, True]", 'Literal["1", True] | None'],
    "a_list": ["list[int]", "str", "dict[str, str]", "list[str | None]", "list",
               "tuple[str]", "Sequence[str]"],
    "a_map": ["dict[str, str]", "dict[str, int | None]", "dict[int, int]", "list[int]",
              "One"],
    "a_pair": ["tuple[str]", "tuple[int, str]", "tuple[str, int, int]", "list[str]",
               "tuple[str, ...]"],
    "no_items": ["tuple[str]", "list[Any]"],
    "nullable": ["str", "int | None"],
    "a_union": ["One | str", "Two | str | int", "One | str | int | None", "Any"],
    "a_choice": ["One", 'Annotated[One | One, Field(discriminator="kind")]',
                 'Annotated[One | Two | None, Field(discriminator="kind")]'],
    "a_reference": ["Two", "Either", "str", "dict[str, Any]", "Unknown"],
    "inside": ["list[dict[str, list[Two]]]", "list[dict[str, One]]"],
    "named": ["One", "Two", "Device"],
}  # fmt: skip


def test_each_type_is_spoilt() -> None:
    """None is left out of the table."""
    assert WRONG.keys() == FIELDS.keys()


@pytest.mark.parametrize(
    ("name", "annotation"),
    [(name, each) for name, wrong in WRONG.items() for each in wrong],
)
def test_a_wrong_annotation_is_found(
    name: str, annotation: str, right: list[str], stand_in: None
) -> None:
    """And told with the place of the field in the document."""
    modules = spoilt(right, f"{name}: ", f"    {name}: {annotation}")

    verdict = judge(WRONG_DECLARATIONS, modules)

    (found,) = verdict.differences
    assert found.name == f"Device.{name}"
    assert found.pointer == f"/components/schemas/Device/properties/{name}"
    assert found.judged != found.printed
    assert verdict.compared == number_of(WRONG_DECLARATIONS)


@pytest.mark.parametrize(
    ("line", "other", "name", "judged", "told"),
    [
        ("optional: ", "    optional: str | None", "Device.optional",
         "str | None = None", "str | None"),
        ("optional: ", "    optional: str = None", "Device.optional",
         "str | None = None", "str = None"),
        ("optional: ", "", "Device.optional", "str | None = None", "nothing"),
        ("a_string: ", "    a_string: str = None", "Device.a_string",
         "str", "str = None"),
        ("secret: ", "    secret: str", "Device.secret", "str | None = None", "str"),
        ("__pydantic_extra__: ", "    __pydantic_extra__: dict[str, Two]",
         "the free keys of Device", "One", "Two"),
        ("__pydantic_extra__: ", "", "the free keys of Device", "One", "Any"),
        ("Either: ", "Either: TypeAlias = One | str", "Either", "One | Two",
         "One | str"),
        ("Tree = ", 'Tree = TypeAliasType("Tree", "dict[str, Tree]")', "Tree",
         "list[Tree]", "dict[str, Tree]"),
        ("Tree = ", "", "Tree", "list[Tree]", "nothing"),
        ("a_list: ", "    a_list: list[str]\n    more: int", "Device.more",
         "nothing", "int"),
    ],
)  # fmt: skip
def test_what_else_is_wrong_is_found(
    line: str,
    other: str,
    name: str,
    judged: str,
    told: str,
    right: list[str],
    stand_in: None,
) -> None:
    """Defaults, free keys, aliases, fields that are missing or one too many."""
    verdict = judge(WRONG_DECLARATIONS, spoilt(right, line, other))

    (found,) = verdict.differences
    assert (found.name, found.judged, found.printed) == (name, judged, told)


def test_a_wrong_name_on_the_wire_is_found(right: list[str], stand_in: None) -> None:
    """As a field that is missing, and another that is one too many."""
    wrong = '    renamed: Annotated[str | None, Field(alias="renamed-")] = None'

    verdict = judge(WRONG_DECLARATIONS, spoilt(right, "renamed: ", wrong))

    names = {each.name: (each.judged, each.printed) for each in verdict.differences}
    assert names == {
        "Device.renamed": ("str | None = None", "nothing"),
        "Device.renamed-": ("nothing", "str | None = None"),
    }


def test_a_class_that_is_missing_is_found(right: list[str], stand_in: None) -> None:
    """Each of its fields is."""
    modules = [text.replace("class One(", "class Another(") for text in right]

    verdict = judge(WRONG_DECLARATIONS, modules)

    assert [each.printed for each in verdict.differences] == ["nothing"]


@pytest.mark.parametrize(
    ("name", "annotation"),
    [
        ("a_union", "int | (str | One) | int"),
        ("a_union", '"One | str | int"'),
        ("a_choice", "Two | One"),
        ("a_choice", "Either | Two"),
        ("anything", "str | Any"),
        ("numbers", "None | Literal[1, None] | Literal[True]"),
        ("a_string", 'Annotated[str, Field(alias="a_string")]'),
    ],
)
def test_another_spelling_of_the_same_is_the_same(
    name: str, annotation: str, right: list[str], stand_in: None
) -> None:
    """Each rule at the head of the judge, and no other."""
    modules = spoilt(right, f"{name}: ", f"    {name}: {annotation}")

    assert_agrees(WRONG_DECLARATIONS, modules)


def test_a_field_that_does_not_come_back_is_found(
    right: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should datamodel-code-generator lose one, nothing has judged it.

    Not even if it is missing in what was printed, too.
    """
    generate = generate_models

    def lossy(definitions: dict[str, Schema]) -> str:
        return re.sub(r"(?m)^    a_uuid: .*\n", "", generate(definitions))

    monkeypatch.setattr(judging, "generate_models", lossy)

    for modules in (right, spoilt(right, "a_uuid: ", "")):
        (found,) = judge(WRONG_DECLARATIONS, modules).differences
        assert (found.name, found.judged) == ("Device.a_uuid", "nothing")


@pytest.fixture(scope="module")
def source(right: list[str]) -> str:
    """What datamodel-code-generator says of these declarations, which takes its time."""
    seen: list[str] = []
    generate = generate_models
    with pytest.MonkeyPatch.context() as patch:

        def spy(definitions: dict[str, Schema]) -> str:
            seen.append(generate(definitions))
            return seen[-1]

        patch.setattr(judging, "generate_models", spy)
        judge(WRONG_DECLARATIONS, right)
    return seen[0]


@pytest.fixture
def stand_in(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same answer again, for declarations that are the same."""
    monkeypatch.setattr(judging, "generate_models", lambda _: source)
