"""Docstrings of methods."""

from __future__ import annotations

import pytest

from sdkgen.render.python.views.method_docs import _together


@pytest.mark.parametrize(
    ("scopes", "said"),
    [
        (["all.A", "all.A.read", "a.get"], ["all.A[.read]", "a.get"]),
        (["b.x", "a", "b", "a.y", "a.x"], ["a[.x|.y]", "b[.x]"]),
        (["a.*", "a", "a.get"], ["a.*", "a[.get]"]),
        (["a.b.c", "a"], ["a.b.c", "a"]),
        (["a.b.c", "a.b", "a"], ["a.b.c", "a[.b]"]),
        (["a", "a"], ["a"]),
        (["a.x", "a.y", "a.y.r", "a.x.r", "b.*", "b.x"], ["a.(x|y)[.r]", "b.(*|x)"]),
        (["a.x", "a.y", "a.y.r"], ["a.x", "a.y[.r]"]),
    ],
)
def test_scopes_with_one_beginning_are_told_together(
    scopes: list[str], said: list[str]
) -> None:
    """Each is told once, and what is told is each."""
    assert _together(scopes) == said
