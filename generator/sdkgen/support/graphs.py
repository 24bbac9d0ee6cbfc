"""Graphs of declarations: which need each other, and which are there for one only.

Nothing here recurses: a chain of references may be thousands long.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def find_strongly_connected(edges: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Strongly connected components, each after those it leads to (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found: list[list[str]] = []
    for start in sorted(edges):
        if start in index:
            continue
        index[start] = low[start] = len(index)
        stack.append(start)
        on_stack.add(start)
        work = [(start, iter(sorted(edges[start])))]
        while work:
            node, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on_stack.add(target)
                    work.append((target, iter(sorted(edges[target]))))
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    above = work[-1][0]
                    low[above] = min(low[above], low[node])
                if low[node] == index[node]:
                    group: list[str] = []
                    while not group or group[-1] != node:
                        group.append(stack.pop())
                        on_stack.discard(group[-1])
                    found.append(group)
    return found


def link_groups(
    groups: Mapping[str, str], edges: Mapping[str, Iterable[str]]
) -> dict[str, set[str]]:
    """The edges of a graph whose nodes are groups of nodes.

    Args:
        groups: Node → its group.
        edges: The edges of the nodes.
    """
    found: dict[str, set[str]] = {group: set() for group in groups.values()}
    for node, targets in edges.items():
        for target in targets:
            if groups[node] != groups[target]:
                found[groups[node]].add(groups[target])
    return found


def find_owners(
    edges: Mapping[str, Iterable[str]], roots: Iterable[str]
) -> dict[str, str]:
    """Node → the node that everything passes on the way to it, as far up as possible.

    A root owns itself, and so does what is reached from two owners. What a node owns is
    reached through that node alone, so there is no circle between owners, and a node is
    never needed without its owner (these are the dominators below an entry that leads
    to every root).

    Args:
        edges: A graph without circles.
        roots: Where one may come in. What nothing leads to is a root too.
    """
    into: dict[str, set[str]] = {node: set() for node in edges}
    for node, targets in edges.items():
        for target in targets:
            into[target].add(node)
    entries = set(roots)
    found: dict[str, str] = {}
    for (node,) in reversed(
        find_strongly_connected(edges)
    ):  # what leads to a node comes before it
        above = {found[each] for each in into[node]}
        alone = len(above) == 1 and node not in entries
        found[node] = above.pop() if alone else node
    return found


def find_dominators(
    edges: Mapping[str, Iterable[str]], ways: Iterable[str]
) -> dict[str, str | None]:
    """Node → the last node that everything passes on the way to it; None if none is.

    The nodes come in an order in which what leads to a node is before it.

    Args:
        edges: A graph without circles.
        ways: Where one may come in. What nothing leads to is one as well.
    """
    into: dict[str, list[str]] = {node: [] for node in edges}
    for node, targets in edges.items():
        for target in targets:
            into[target].append(node)
    entries = set(ways)
    found: dict[str, str | None] = {}
    depth: dict[str | None, int] = {None: 0}
    # A node far above each, so that the way up is short however deep the graph is.
    jump: dict[str | None, str | None] = {None: None}

    def find_above(one: str | None) -> str | None:
        return None if one is None else found[one]

    def find_common(one: str | None, other: str | None) -> str | None:
        if depth[one] < depth[other]:
            one, other = other, one
        while depth[one] > depth[other]:
            one = jump[one] if depth[jump[one]] >= depth[other] else find_above(one)
        while one != other:
            if jump[one] != jump[other]:
                one, other = jump[one], jump[other]
            else:
                one, other = find_above(one), find_above(other)
        return one

    for (node,) in reversed(
        find_strongly_connected(edges)
    ):  # what leads to a node comes before it
        above: str | None = None
        if node not in entries and into[node]:
            above, *others = into[node]
            for other in others:
                above = find_common(above, other)
        far = jump[above]
        level = depth[above] - depth[far] == depth[far] - depth[jump[far]]
        found[node] = above
        depth[node] = depth[above] + 1
        jump[node] = jump[far] if level else above
    return found
