"""A template prints; what it prints is decided before."""

from __future__ import annotations

from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from sdkgen.render.render import FILTERS

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(
    path
    for folder in (ROOT / "templates", *ROOT.glob("specs/*/templates"))
    for path in folder.rglob("*.jinja")
)
ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr,
    nodes.For, nodes.If, nodes.Filter, nodes.Block, nodes.Extends, nodes.Const,
    nodes.Include,
)  # fmt: skip
PARSER = jinja2.Environment()  # noqa: S701 # it prints nothing
REFUSED = [
    "{% set x = 1 %}", "{{ f() }}", "{% if a == 1 %}x{% endif %}", "{{ a + b }}",
    "{% macro f() %}{% endmacro %}", "{% if a and b %}x{% endif %}", "{{ a ~ b }}",
    "{% if not a.b %}x{% endif %}", "{{ a | upper }}", "{{ a[0] }}", "{{ a if b }}",
    "{% if a %}x{% endif %}", "{% for x in y if x %}{% endfor %}",
]  # fmt: skip


def logic(source: str) -> list[str]:
    """What a template does other than printing what it gets."""
    tree = PARSER.parse(source)
    found = []
    for node in tree.find_all(nodes.Node):
        name = type(node).__name__
        if not isinstance(node, ALLOWED):
            found.append(name)
        elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
            found.append(f"filter {node.name}")
        elif isinstance(node, nodes.If) and not isinstance(node.test, nodes.Getattr):
            found.append(f"if {type(node.test).__name__}")
        elif isinstance(node, nodes.For) and node.test is not None:
            found.append("for if")
    return found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_only_prints(path: Path) -> None:
    """No assignment, call, comparison, arithmetic or macro."""
    assert logic(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("source", REFUSED)
def test_logic_is_seen(source: str) -> None:
    """The check above would find it."""
    assert logic(source) != []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_that_its_output_is_not_to_be_edited(path: Path) -> None:
    """In the first line, unless it adds to a template that says so."""
    first = path.read_text(encoding="utf-8").partition("\n")[0]

    assert "{{ header }}" in first or first.startswith("{% extends")
