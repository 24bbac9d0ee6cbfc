"""What of a graph of declarations goes together where all of it would be too much.

The graph is divided by what leads to what: what is there for one node only stays with
that node, unless that is too much itself, and what is side by side is taken together by
the letters that names begin with. So a node more moves few others: nothing is counted
off from a start.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sdkgen.support.graphs import find_dominators, find_strongly_connected


@dataclass(frozen=True, slots=True)
class Portion:
    """Nodes that go together."""

    nodes: tuple[str, ...]
    title: tuple[str, ...]
    """What tells it from the others; of one node and what is there for it, the node."""


def divide_into_portions(
    edges: Mapping[str, Collection[str]],
    ways: Iterable[str],
    sizes: Mapping[str, int],
    title: Sequence[str],
    largest: int,
) -> list[Portion]:
    """Divide the nodes of a graph so that no portion is larger than it may be.

    A single node may be larger. Portions lead to one another in one direction only.

    Args:
        edges: A graph without circles.
        ways: Where one comes in.
        sizes: Of each node.
        title: Of the whole.
        largest: What the nodes of a portion may have together.
    """
    parents = find_dominators(edges, ways)
    weights = dict(sizes)
    children: dict[str | None, list[str]] = {None: []}
    for node in reversed(parents):
        parent = parents[node]
        children.setdefault(parent, []).append(node)
        if parent is not None:
            weights[parent] += weights[node]
    beside = _find_siblings(edges, parents, children)
    portion_of: dict[str, tuple[str, ...]] = {}
    found: dict[tuple[str, ...], list[str]] = {}
    divided: list[str | None] = [
        None,
        *(node for node in parents if weights[node] > largest),
    ]
    for parent in divided:
        above = title if parent is None else (parent, "parts")
        for tier, level in enumerate(
            _sort_into_tiers(children.get(parent, ()), beside)
        ):
            for group, prefix in _group_by_prefix(level, weights, largest):
                more = [
                    *([str(tier + 1)] if tier else []),
                    *([prefix] if prefix else []),
                ]
                name = (*above, *more) if len(group) > 1 else (group[0],)
                portion_of.update(dict.fromkeys(group, name))
    for node, parent in parents.items():
        if node not in portion_of:
            assert parent is not None
            portion_of[node] = portion_of[parent]
        found.setdefault(portion_of[node], []).append(node)
    return [Portion(tuple(nodes), name) for name, nodes in found.items()]


def _find_siblings(
    edges: Mapping[str, Collection[str]],
    parents: Mapping[str, str | None],
    children: Mapping[str | None, Sequence[str]],
) -> dict[str, set[str]]:
    """Node → those of the same parent that it, or what is there for it only, leads to."""
    first: dict[str, int] = {}
    work = [*children[None]]
    while work:
        node = work.pop()
        first[node] = len(first)
        work.extend(children.get(node, ()))
    rows = {
        parent: sorted(each, key=first.__getitem__) for parent, each in children.items()
    }
    starts = {parent: [first[each] for each in row] for parent, row in rows.items()}
    found: dict[str, set[str]] = {node: set() for node in edges}
    for node, targets in edges.items():
        for target in targets:
            parent = parents[target]
            if parent != node:
                place = bisect(starts[parent], first[node]) - 1
                found[rows[parent][place]].add(target)
    return found


def _sort_into_tiers(
    nodes: Iterable[str], beside: Mapping[str, Collection[str]]
) -> list[list[str]]:
    """The nodes by the length of the longest way to each from one of them."""
    tier = dict.fromkeys(nodes, 0)
    for (node,) in reversed(
        find_strongly_connected({node: beside[node] for node in tier})
    ):
        for target in beside[node]:
            tier[target] = max(tier[target], tier[node] + 1)
    found: list[list[str]] = [[] for _ in range(max(tier.values(), default=-1) + 1)]
    for node in sorted(tier):
        found[tier[node]].append(node)
    return found


def _group_by_prefix(
    nodes: list[str], weights: Mapping[str, int], largest: int
) -> list[tuple[list[str], str]]:
    """Nodes by the first letters of their names, as many letters as are needed."""
    found: list[tuple[list[str], str]] = []
    work = [(nodes, "")]
    while work:
        group, prefix = work.pop()
        if len(group) == 1 or sum(weights[each] for each in group) <= largest:
            found.append((group, prefix))
            continue
        parts: dict[str, list[str]] = {}
        for each in group:
            parts.setdefault(each[: len(prefix) + 1], []).append(each)
        work.extend((part, letters) for letters, part in parts.items())
    return found
