"""Declarations → annotations, by datamodel-code-generator, and their modules."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from pathlib import Path

import pytest
from sample_api import DECLARATIONS, HOSTILE, INTEGER, STRING, alias, field, model

from generator import ir, models
from generator.annotations import Annotations, Declared, Use
from generator.cache import Cache
from generator.graph import components
from generator.ir import Ref, Text
from generator.layout import Layout, file_name, layout
from generator.models import EXTRA, field_annotations
from generator.python import Imports


def chain(length: int) -> list[ir.Declaration]:
    """Models each of which refers to the next one."""
    found: list[ir.Declaration] = [
        model(f"Link{n}", field("next", Ref(name=f"Link{n + 1}")))
        for n in range(length)
    ]
    return [*found, model(f"Link{length}", field("end", STRING))]


def test_each_field_gets_the_annotation_that_we_would_print() -> None:
    """Two ways to one text: what datamodel-code-generator says, and what we say."""
    declared = Declared(DECLARATIONS)
    printed = Annotations(declared, Use.MODEL, Imports())

    found = field_annotations(declared)

    for declaration in DECLARATIONS:
        if isinstance(declaration, ir.Model):
            for each in declaration.fields:
                assert found[declaration.name][each.name] == printed(each.type)
    assert found["Extra"][EXTRA] == "Node"


def test_nothing_that_a_document_wrote_goes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """It sees final names and types: its own escaping never matters."""
    seen: list[str] = []
    generate = models._generate

    def spy(definitions: dict[str, models.Schema]) -> str:
        seen.append(repr(definitions))
        return generate(definitions)

    monkeypatch.setattr(models, "_generate", spy)

    field_annotations(Declared(DECLARATIONS))

    assert len(seen) == 1
    for text in ("A summary", "quote", "$and", "__import__", "'red'", str(HOSTILE)):
        assert text not in seen[0]


def test_names_that_it_would_change_come_back_as_they_were() -> None:
    """It renames what clashes with its own imports, or what it takes for private."""
    odd = ("RootModel", "Model", "Model_", "List", "Any_", "日本", "AwareDatetime")
    fields = [
        field(name, Ref(name="日本")) for name in ("root", "日本", "model_x", "any")
    ]

    found = field_annotations(Declared([model(name, *fields) for name in odd]))

    assert found == {name: {each.name: "日本" for each in fields} for name in odd}


def test_what_did_not_change_is_not_generated_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Results are kept by declaration, so one change costs one declaration."""
    store = Cache(tmp_path)
    first = field_annotations(Declared(DECLARATIONS), store)
    made: list[set[str]] = []
    generate = models._generate

    def spy(definitions: dict[str, models.Schema]) -> str:
        made.append(set(definitions))
        return generate(definitions)

    monkeypatch.setattr(models, "_generate", spy)
    assert field_annotations(Declared(DECLARATIONS), store) == first
    assert made == []

    changed = [
        (
            model("Leaf", field("parent", Ref(name="Node")), field("new", INTEGER))
            if each.name == "Leaf"
            else each
        )
        for each in DECLARATIONS
    ]
    again = field_annotations(Declared(changed), store)

    assert made == [{"Leaf", "Node"}]
    assert again == {**first, "Leaf": {"parent": "Node", "new": "int"}}


def test_a_class_that_does_not_come_back_is_a_defect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every class and every field that went in must come out."""
    monkeypatch.setattr(models, "_generate", lambda _: "class Leaf:\n    other: int\n")

    with pytest.raises(models.Mismatch, match="lost a part of Leaf"):
        field_annotations(Declared([model("Leaf", field("name", STRING))]))


def test_no_declarations_cost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """An API without schemas has no run."""
    monkeypatch.delattr(models, "_generate")

    assert field_annotations(Declared(())) == {}


# --------------------------------------------------------------------- modules


def apart(declarations: Sequence[ir.Declaration]) -> Layout:
    """The modules of declarations each of which two resources name."""
    names = {each.name for each in declarations}
    return layout(Declared(declarations), {"one": names, "other": names})


def test_what_stands_inside_a_component_is_in_its_module() -> None:
    """Inline schemas are found where the component is that holds them."""
    found = apart(DECLARATIONS)

    assert found.module_of["ExtraInside"] == found.module_of["Extra"] == "extra"


def test_modules_that_need_each_other_are_one() -> None:
    """No import is circular, so each can stand at the top of its module."""
    declared = Declared(DECLARATIONS)
    found = apart(DECLARATIONS)

    assert found.module_of["Node"] == found.module_of["Leaf"] == "leaf"
    edges: dict[str, set[str]] = {module.name: set() for module in found.modules}
    for name, home in found.module_of.items():
        declaration = declared.by_name[name]
        types = (
            [each.type for each in declaration.fields]
            if isinstance(declaration, ir.Model)
            else [declaration.type]
        )
        for type_ in types:
            for other in _references(type_):
                if found.module_of[other] != home:
                    edges[home].add(found.module_of[other])
    assert all(len(group) == 1 for group in components(edges))


def _references(type_: ir.Type) -> list[str]:
    match type_:
        case Ref(name=name):
            return [name]
        case ir.ListOf(item=inner) | ir.MapOf(value=inner):
            return _references(inner)
        case ir.UnionOf(options=options):
            return [name for each in options for name in _references(each)]
        case _:
            return []


def test_what_is_there_for_one_other_stands_beside_it() -> None:
    """Through others that are, too; not what two need, nor what an operation names."""
    declarations = [
        model("Zoo", field("cage", Ref(name="Cage")), field("map", Ref(name="Map"))),
        model("Cage", field("lock", Ref(name="Lock")), field("pet", Ref(name="Pet"))),
        model("Lock", field("key", STRING)),
        model("Pet", field("name", STRING)),
        model("Map", field("at", Ref(name="Spot"))),
        model("Walk", field("at", Ref(name="Spot"))),
        model("Spot", field("x", INTEGER)),
    ]

    uses = {"cage": {"Zoo", "Pet"}, "zoos": {"Zoo"}}
    found = layout(Declared(declarations), uses)

    assert found.module_of == {
        "Zoo": "zoo", "Cage": "zoo", "Lock": "zoo", "Map": "zoo",
        "Pet": "pet", "Walk": "walk", "Spot": "spot",
    }  # fmt: skip
    assert found == layout(Declared(declarations[::-1]), uses)
    first = next(each for each in found.modules if each.name == "zoo")
    assert [each.name for each in first.models] == ["Zoo", "Cage", "Lock", "Map"]


def test_what_is_there_for_one_resource_stands_in_a_module_of_it() -> None:
    """So touching a resource loads a few modules, and nothing of other resources."""
    declarations = [
        model("Walk", field("by", Ref(name="Pet")), field("to", Ref(name="Spot"))),
        model("WalkPost", field("to", Ref(name="Spot"))),
        model("Pet", field("name", STRING)),
        model("Spot", field("x", INTEGER)),
    ]

    found = layout(
        Declared(declarations), {"walk": {"Walk", "WalkPost"}, "pet": {"Pet"}}
    )

    assert found.module_of == {
        "Walk": "walk_types", "WalkPost": "walk_types", "Spot": "walk_types",
        "Pet": "pet",
    }  # fmt: skip


def test_an_alias_stands_after_those_it_names() -> None:
    """An alias is evaluated where it stands; one that contains itself is deferred."""
    pointer = Text("/components/schemas/Box")
    inner = [
        ir.Alias(
            name=name,
            type=Ref(name=target),
            pointer=Text(f"{pointer}/properties/{name}"),
        )
        for name, target in (("Aa", "Bb"), ("Bb", "Cc"), ("Cc", "Box"))
    ]
    box = model("Box", field("aa", Ref(name="Aa")))
    loop = alias("Loop", ir.ListOf(item=Ref(name="Loop")))

    found = apart([box, *inner, loop])

    module, other = found.modules
    assert [each.name for each in module.aliases] == ["Cc", "Bb", "Aa"]
    assert module.recursive == frozenset()
    assert other.recursive == {"Loop"}


def test_a_chain_of_thousands_of_models_does_not_recurse() -> None:
    """And its modules import one another only as deep as Python can."""
    found = apart(chain(3000))

    names = [each.name for module in found.modules for each in module.models]
    assert len(names) == 3001
    assert len(found.modules) < 100


def test_a_short_chain_has_a_module_each() -> None:
    """Modules are merged only where an import would be too deep."""
    assert len(apart(chain(30)).modules) == 31


@pytest.mark.parametrize("name", ["class", "con", "com1", "test", "init"])
def test_no_file_has_a_name_that_means_something(name: str) -> None:
    """To Python, to pytest or to Windows."""
    assert file_name(name) == f"{name}_"


def test_files_are_distinct_without_case_and_no_type_is_hidden() -> None:
    """``models`` has an attribute for each module and for each type."""
    both = [model("HTTPServer", field("a", STRING)), model("HttpServer"), model("日本")]

    names = [module.name for module in apart(both).modules]

    assert len({name.lower() for name in names}) == 3
    assert "日本" not in names


def test_output_is_annotations_only() -> None:
    """What comes back parses as an expression, whatever a document holds."""
    for fields in field_annotations(Declared(DECLARATIONS)).values():
        for text in fields.values():
            ast.parse(text, mode="eval")


def test_a_dictionary_is_never_called_like_a_model() -> None:
    """They stand in one table; in a part of the declarations it is called the same."""
    declared = Declared([model("Pet"), model("PetParams")])

    assert declared.typed_dict("Pet") == "PetParams_"
    assert declared.part(["Pet"]).typed_dict("Pet") == "PetParams_"
    assert declared.typed_dict("PetParams") == "PetParamsParams"
