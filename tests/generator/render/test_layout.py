"""Which module each declaration stands in, and how modules need one another."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sample_api import DECLARATIONS, INTEGER, STRING, alias, field, model

from sdkgen import ir
from sdkgen.ir import Ref, Text
from sdkgen.render.declared import Declared
from sdkgen.render.module_layout import Layout, choose_file_name, divide_into_modules
from sdkgen.support.graphs import find_strongly_connected


def chain(length: int) -> list[ir.Declaration]:
    """Models each of which refers to the next one."""
    found: list[ir.Declaration] = [
        model(f"Link{n}", field("next", Ref(name=f"Link{n + 1}")))
        for n in range(length)
    ]
    return [*found, model(f"Link{length}", field("end", STRING))]


def apart(declarations: Sequence[ir.Declaration]) -> Layout:
    """The modules of declarations each of which two resources name."""
    names = {each.name for each in declarations}
    return divide_into_modules(Declared(declarations), {"one": names, "other": names})


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
    assert all(len(group) == 1 for group in find_strongly_connected(edges))


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
    found = divide_into_modules(Declared(declarations), uses)

    assert found.module_of == {
        "Zoo": "zoo", "Cage": "zoo", "Lock": "zoo", "Map": "zoo",
        "Pet": "pet", "Walk": "walk", "Spot": "spot",
    }  # fmt: skip
    assert found == divide_into_modules(Declared(declarations[::-1]), uses)
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

    found = divide_into_modules(
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
    assert choose_file_name(name) == f"{name}_"


def test_files_are_distinct_without_case_and_no_type_is_hidden() -> None:
    """``models`` has an attribute for each module and for each type."""
    both = [model("HTTPServer", field("a", STRING)), model("HttpServer"), model("日本")]

    names = [module.name for module in apart(both).modules]

    assert len({name.lower() for name in names}) == 3
    assert "日本" not in names
