"""Graphs of declarations: what needs each other, what is there for one only."""

from __future__ import annotations

from hypothesis import given, strategies as st

from sdkgen.support.graphs import (
    find_dominators,
    find_owners,
    find_strongly_connected,
    link_groups,
)

Graph = dict[str, set[str]]

GRAPHS = st.dictionaries(
    st.sampled_from("abcdef"), st.sets(st.sampled_from("abcdef")), min_size=1
).map(lambda g: {**{t: set[str]() for ts in g.values() for t in ts}, **g})

ACYCLIC = GRAPHS.map(
    lambda graph: {
        node: {target for target in targets if target > node}
        for node, targets in graph.items()
    }
)


def reached(graph: Graph, starts: set[str], without: str = "") -> set[str]:
    """All that is on a way from the starts that avoids one node."""
    seen = {start for start in starts if start != without}
    waiting = list(seen)
    while waiting:
        for target in graph[waiting.pop()]:
            if target not in seen and target != without:
                seen.add(target)
                waiting.append(target)
    return seen


@given(GRAPHS)
def test_components_are_those_that_reach_each_other(graph: Graph) -> None:
    """And each stands after those that it leads to."""
    reach = {node: reached(graph, graph[node]) for node in graph}

    found = find_strongly_connected(graph)

    order = {node: index for index, group in enumerate(found) for node in group}
    assert sorted(order) == sorted(graph)
    for one in graph:
        for other in graph:
            together = one == other or (other in reach[one] and one in reach[other])
            assert (order[one] == order[other]) is together
            if other in reach[one]:
                assert order[other] <= order[one]


@given(ACYCLIC, st.sets(st.sampled_from("abcdef")))
def test_what_is_reached_through_one_node_alone_is_its_own(
    graph: Graph, chosen: set[str]
) -> None:
    """The owner is the outermost such node; one of the roots is nobody's."""
    led_to = {target for targets in graph.values() for target in targets}
    roots = (chosen & set(graph)) | (set(graph) - led_to)

    found = find_owners(graph, roots)

    for node in graph:
        through = {
            other for other in graph if node not in reached(graph, roots, without=other)
        }
        assert through >= {node, found[node]}
        # Those that everything passes stand in a row: the first leads to all others.
        assert through <= reached(graph, {found[node]})
        assert found[found[node]] == found[node]


@given(ACYCLIC, st.sets(st.sampled_from("abcdef")))
def test_owners_do_not_need_each_other_in_a_circle(
    graph: Graph, chosen: set[str]
) -> None:
    """So every owner can be a module that imports others at its top."""
    found = find_owners(graph, chosen & set(graph))

    edges = link_groups(found, graph)

    assert all(len(group) == 1 for group in find_strongly_connected(edges))


@given(ACYCLIC, st.sets(st.sampled_from("abcdef")))
def test_owners_do_not_depend_on_the_order(graph: Graph, chosen: set[str]) -> None:
    """In which the nodes come."""
    backwards = {node: graph[node] for node in sorted(graph, reverse=True)}

    assert find_owners(backwards, chosen & set(graph)) == find_owners(
        graph, chosen & set(graph)
    )


@given(ACYCLIC, st.sets(st.sampled_from("abcdef")))
def test_the_dominator_is_the_last_node_that_everything_passes(
    graph: Graph, chosen: set[str]
) -> None:
    """And it comes before the node, as all that leads to one does."""
    led_to = {target for targets in graph.values() for target in targets}
    ways = (chosen & set(graph)) | (set(graph) - led_to)

    found = find_dominators(graph, ways)

    assert sorted(found) == sorted(graph)
    order = list(found)
    for node in graph:
        assert all(order.index(node) < order.index(each) for each in graph[node])
        through = {
            other
            for other in graph
            if other != node and node not in reached(graph, ways, without=other)
        }
        above, passed = found[node], set[str]()
        while above is not None:
            passed.add(above)
            above = found[above]
        assert passed == through


def test_dominators_of_a_deep_graph_take_linear_time() -> None:
    """Two rows of thousands, with as many nodes that the ends of both lead to."""
    count = 5000
    graph: Graph = {
        f"{row}{n:05}": {f"{row}{n + 1:05}"} for row in "ab" for n in range(count)
    }
    ends = {f"end{n}" for n in range(count)}
    graph.update({f"{row}{count:05}": set(ends) for row in "ab"})
    graph.update({"start": {"a00000", "b00000"}, **{each: set() for each in ends}})

    found = find_dominators(graph, {"start"})

    assert {found[each] for each in ends} == {"start"}
