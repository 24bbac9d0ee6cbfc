"""Views of what an API sends by itself: a function that parses each body."""

from __future__ import annotations

from dataclasses import dataclass

from sdkgen import ir
from sdkgen.render.declared import Declared
from sdkgen.render.python.annotations import Annotations, Use
from sdkgen.render.python.code import (
    MARGIN,
    Code,
    Imports,
    constant_name,
    print_literal,
)
from sdkgen.render.python.docstrings import (
    WIDTH,
    code_span,
    quote_docstring,
    wrap_doc,
    write_section,
)
from sdkgen.render.python.statements import assign_all, begin_typed_call


@dataclass(frozen=True, slots=True, kw_only=True)
class ParserView:
    """A function for one body, with the constant that says what it is."""

    name: Code
    constant: Code
    table: Code
    returns: Code
    docstring: Code
    test_docstring: Code
    pointer: Code
    """Where its request stands in the document, as a literal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhooksView:
    """The module of all of them."""

    imports: tuple[Code, ...]
    typing_imports: tuple[Code, ...]
    exports: Code
    parsers: tuple[ParserView, ...]


def build_webhooks_view(api: ir.Api, declared: Declared) -> WebhooksView | None:
    """All that the module prints, or nothing if the API sends nothing by itself."""
    if not api.webhooks:
        return None
    real, typing = Imports(), Imports()
    decode = Annotations(declared, Use.RESULT, real)
    result = Annotations(declared, Use.RESULT, typing)
    parsers = tuple(_build_parser(each, decode, result) for each in api.webhooks)
    for name in ("Payload", "parsed"):
        real.add_name("._parsing", name)
    for package in sorted(decode.packages | result.packages):
        real.add_name("..", package)
    for module, names in real.names.items():
        typing.names.get(module, set()).difference_update(names)
    typing.names = {m: n for m, n in typing.names.items() if n}
    if typing.names or typing.modules:
        real.add_name("typing", "TYPE_CHECKING")
    return WebhooksView(
        imports=real.print_lines(),
        typing_imports=typing.print_lines(MARGIN),
        exports=assign_all(each.name for each in parsers),
        parsers=parsers,
    )


def _build_parser(
    webhook: ir.Webhook, decode: Annotations, result: Annotations
) -> ParserView:
    name, returns = constant_name(webhook.name), result(webhook.type)
    said = f"The body of {_describe_source(webhook)}."
    what = print_literal(_full_name(webhook))
    start = begin_typed_call(name, "Payload", returns)
    read = f"lambda: {decode(webhook.type)}{_print_form(webhook)}"
    return ParserView(
        name=Code(f"parse_{webhook.name}"),
        constant=Code(name),
        table=Code(f"{start}{what}, {read})"),
        returns=returns,
        docstring=quote_docstring(
            [
                *wrap_doc(ir.Doc(summary=ir.Text(said)), WIDTH - 7),
                *_print_description(webhook),
                *write_section(
                    "Raises",
                    [[f"ValueError: It is no {_SAID[webhook.written]}."]],
                ),
            ],
            4,
        ),
        test_docstring=quote_docstring([said], 4),
        pointer=print_literal(webhook.pointer),
    )


_SAID = {
    "json": "JSON, or it does not fit and `strict`",
    "form": "text, or it does not fit and `strict`",
    "text": "text",
}


def _print_form(webhook: ir.Webhook) -> str:
    """What tells a table that its body is no JSON."""
    return "" if webhook.written == "json" else f', "{webhook.written}"'


def _full_name(webhook: ir.Webhook) -> str:
    return f"{webhook.operation} {webhook.wire}".strip()


def _describe_source(webhook: ir.Webhook) -> str:
    if webhook.operation:
        operation = code_span(webhook.operation)
        return f"the callback {code_span(webhook.wire)} of {operation}"
    return f"the webhook {code_span(webhook.wire)}"


def _print_description(webhook: ir.Webhook) -> list[str]:
    lines = wrap_doc(webhook.doc, WIDTH - 7)
    return ["", *lines] if lines else []
