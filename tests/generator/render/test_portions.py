"""Modules of models that would be too large, and what they are divided into."""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence

import pytest
from hypothesis import given, strategies as st
from sample_api import STRING, field, model

from sdkgen import ir
from sdkgen.ir import Ref
from sdkgen.render.declared import Declared
from sdkgen.render.module_layout import LARGEST, Layout, divide_into_modules
from sdkgen.render.module_portions import divide_into_portions
from sdkgen.support.graphs import find_strongly_connected, link_groups

NODES = [f"{first}{second}" for first in "abc" for second in "abcd"]
GRAPHS = st.dictionaries(
    st.sampled_from(NODES), st.sets(st.sampled_from(NODES)), min_size=1
).map(
    lambda graph: {
        node: {each for each in graph.get(node, ()) if each > node} for node in NODES
    }
)


@given(GRAPHS, st.sets(st.sampled_from(NODES)), st.integers(1, 12))
def test_portions_are_small_and_lead_one_way(
    graph: dict[str, set[str]], ways: set[str], largest: int
) -> None:
    """Each node is in one, and a portion that is too large is a single node."""
    sizes = {node: 1 + index % 3 for index, node in enumerate(NODES)}

    found = divide_into_portions(graph, ways, sizes, ("all",), largest)

    assert sorted(node for each in found for node in each.nodes) == sorted(graph)
    assert len({each.title for each in found}) == len(found)
    for each in found:
        size = sum(sizes[node] for node in each.nodes)
        assert size <= largest or len(each.nodes) == 1
    groups = {node: str(each.title) for each in found for node in each.nodes}
    assert all(
        len(group) == 1 for group in find_strongly_connected(link_groups(groups, graph))
    )


@given(GRAPHS, st.sets(st.sampled_from(NODES)), st.randoms())
def test_portions_do_not_depend_on_the_order(
    graph: dict[str, set[str]], ways: set[str], order: random.Random
) -> None:
    """In which nodes and edges come."""
    sizes = dict.fromkeys(graph, 1)
    shuffled = {node: graph[node] for node in order.sample(NODES, len(NODES))}

    one = divide_into_portions(graph, ways, sizes, ("all",), 4)
    other = divide_into_portions(shuffled, ways, sizes, ("all",), 4)

    assert {each.title: set(each.nodes) for each in one} == {
        each.title: set(each.nodes) for each in other
    }


# ----------------------------------------------------- a document with one resource

WORDS = ("account", "backup", "cluster", "disk", "event", "firewall", "group", "host")

FEW = 12
"""Modules of 70 that one schema may change: where it is all that led to a type, and now
is not, what stood beside it moves."""

DEEP = 8
"""Types that lead to one another in a row."""


def one_tag(count: int) -> list[ir.Model]:
    """Schemas in rows, each of which leads to a few of the rows below."""
    chance = random.Random(count)
    names = [
        "".join(word.title() for word in chance.sample(WORDS, 2)) + str(number)
        for number in range(count)
    ]
    row = max(1, count // DEEP)
    found: list[ir.Model] = []
    for index, name in enumerate(names):
        below = names[(index // row + 1) * row :]
        targets = chance.sample(below, min(len(below), chance.choice([0, 0, 1, 2, 3])))
        fields = [field(f"field{n}", STRING) for n in range(chance.randint(1, 12))]
        fields += [field(f"of_{each}", Ref(name=each)) for each in targets]
        found.append(model(name, *fields))
    return found


def modules(declarations: Sequence[ir.Model]) -> Layout:
    """The modules of one resource, which names what is named by no type."""
    led_to = {
        each.type.name
        for declaration in declarations
        for each in declaration.fields
        if isinstance(each.type, Ref)
    }
    named = {each.name for each in declarations} - led_to
    return divide_into_modules(Declared(declarations), {"things": named})


def size(models: Collection[ir.Model]) -> int:
    """As ``LARGEST`` counts it."""
    return sum(1 + len(each.fields) for each in models)


def test_the_modules_of_one_resource_are_of_a_size() -> None:
    """Whatever the number of its types; and they are no dust either."""
    declarations = one_tag(2000)

    found = modules(declarations)

    assert max(size(each.models) for each in found.modules) <= LARGEST
    assert sum(len(each.models) for each in found.modules) == 2000
    assert len(found.modules) < 2000 / 4
    assert found == modules(declarations[::-1])


def test_a_small_resource_keeps_its_module() -> None:
    """What is no larger than a module may be is one."""
    found = modules(one_tag(30))

    assert size(one_tag(30)) <= LARGEST
    assert {each.name for each in found.modules} == {"things_types"}


def test_what_needs_each_other_stays_together() -> None:
    """However much it is: a module that leads to itself cannot be imported."""
    count = 400
    declarations = [
        model(f"Ring{n}", field("next", Ref(name=f"Ring{(n + 1) % count}")))
        for n in range(count)
    ]

    found = modules(declarations)

    assert size(declarations) > LARGEST
    assert len(found.modules) == 1


@pytest.mark.parametrize("seed", range(12))
def test_a_schema_more_changes_few_modules(seed: int) -> None:
    """The one where it stands, and a few where one was full or has more to it."""
    chance = random.Random(seed)
    declarations = one_tag(600)
    targets = chance.sample(declarations, 2)
    added = model(
        f"{chance.choice(WORDS).title()}More",
        field("id", STRING),
        *(field(f"of_{each.name}", Ref(name=each.name)) for each in targets),
    )
    before, after = modules(declarations), modules([*declarations, added])

    one, other = (
        {each.name: {m.name for m in each.models} for each in found.modules}
        for found in (before, after)
    )
    changed = {name for name in {*one, *other} if one.get(name) != other.get(name)}
    assert after.module_of[added.name] in changed
    assert len(changed) <= FEW
