"""The list of all methods: a line for each."""

from __future__ import annotations

from dataclasses import dataclass

from sdkgen import ir
from sdkgen.render.python.code import Code
from sdkgen.render.python.docstrings import code_span, end_sentence, escape_markdown

from .client import describe_resource
from .resources import MethodView, ResourceView


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedView:
    """A resource and the lines of its methods, in the list of all methods."""

    heading: Code
    line: Code
    methods: tuple[Code, ...]


def _describe_resource(resource: ir.Resource) -> Code:
    said = end_sentence(resource.doc.summary or resource.doc.description)
    return escape_markdown(said) if said else Code(describe_resource(resource))


def list_methods(resource: ir.Resource, view: ResourceView, module: str) -> ListedView:
    """A resource with its methods, which block; ``module`` is the package."""
    path = f"src/{module}/resources/{view.module}.py"
    return ListedView(
        heading=escape_markdown(resource.name),
        line=_describe_resource(resource),
        methods=tuple(
            _list_method(resource.name, method, path)
            for method in view.faces[0].methods
        ),
    )


def _list_method(resource: str, method: MethodView, path: str) -> Code:
    """A method on one line: route, link, arguments and result."""
    arguments = ", ".join(
        each.text
        for each in method.signature.arguments
        if each.name != "request_options"
    )
    name = code_span(f"client.{resource}.{method.name}")
    types = code_span(f"({arguments}) -> {method.signature.returns}")
    return Code(f"- [{name}]({path}) {types} — {method.route}")
