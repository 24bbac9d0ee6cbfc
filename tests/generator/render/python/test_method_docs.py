"""Docstrings of methods."""

from __future__ import annotations

import pytest

from sdkgen.render.python.views.method_docs import _group_scopes, _say_scopes


@pytest.mark.parametrize(
    ("scopes", "groups"),
    [
        (["all.A", "all.A.read", "a.get"], "a.get; all.A[.read]"),
        (["b.x", "a", "b", "a.y", "a.x"], "a[.x.y]; b[.x]"),
        (["a.*", "a", "a.get"], "a.*; a[.get]"),
        (["a.b.c", "a"], "a.b.c, a"),
        (["a.b.c", "a.b", "a"], "a.b.c; a[.b]"),
        (["a", "a"], "a"),
        (["a.x", "a.y", "a.y.r", "a.x.r", "b.*", "b.x"], "b.*, b.x; a.x, a.y[.r]"),
        (["a.x", "a.y", "a.y.r"], "a.x; a.y[.r]"),
    ],
)
def test_scopes_with_the_same_endings_are_one_group(
    scopes: list[str], groups: str
) -> None:
    """Each scope is in one group, and each group stands for its scopes alone."""
    found = _group_scopes(scopes)
    said = "; ".join(
        ", ".join(names) + (f"[{''.join(endings)}]" if endings else "")
        for names, endings in found
    )
    meant = [
        name + ending
        for names, endings in found
        for name in names
        for ending in ("", *endings)
    ]

    assert said == groups
    assert sorted(meant) == sorted(set(scopes))


@pytest.mark.parametrize(
    ("scopes", "said"),
    [
        (["a.b"], "Needs the scope `a.b`."),
        (["a.*", "a", "a", "a.r"], "Needs the scope `a.*`, `a` or `a.r`."),
        (
            ["all.A", "all.A.r", "all.A.x", "all.B", "all.B.r", "all.B.x", "c", "c.*"],
            "Needs one of these scopes: `c`, `c.*`; `all.A`, `all.B`, alone or followed"
            " by `.r` or `.x`.",
        ),
        (
            ["all.A", "all.A.r", "all.B", "all.B.r", "c.get"],
            "Needs one of these scopes: `c.get`; `all.A`, `all.B`, alone or followed"
            " by `.r`.",
        ),
    ],
)
def test_scopes_are_said_in_words(scopes: list[str], said: str) -> None:
    """Few one by one, many in groups."""
    assert _say_scopes(scopes) == said
