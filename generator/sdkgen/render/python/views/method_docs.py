"""The docstrings of methods: what a call does, takes, gives and raises.

The face that blocks says all of it. Its twin, which is awaited, says what each method
does and where the rest stands: the two differ in nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sdkgen import ir
from sdkgen.ir import Kind
from sdkgen.render.calls import (
    argument_type,
    every_argument,
    find_failures,
    find_successes,
    may_be_null,
    with_all_params,
)
from sdkgen.render.declared import Declared
from sdkgen.render.python.code import Code
from sdkgen.render.python.docstrings import (
    WIDTH,
    code_span,
    drop_repetition,
    end_sentence,
    first_clause,
    join_lines,
    quote_docstring,
    refer_to,
    wrap_doc,
    wrap_text,
    write_entry,
    write_section,
)
from sdkgen.render.python.facts import default_fact, value_facts
from sdkgen.render.python.wire_names import PythonNames, listed_values

ERRORS = {
    "400": "BadRequestError",
    "401": "AuthenticationError",
    "403": "PermissionDeniedError",
    "404": "NotFoundError",
    "405": "MethodNotAllowedError",
    "406": "NotAcceptableError",
    "408": "RequestTimeoutError",
    "409": "ConflictError",
    "410": "GoneError",
    "412": "PreconditionFailedError",
    "413": "PayloadTooLargeError",
    "415": "UnsupportedMediaTypeError",
    "422": "UnprocessableEntityError",
    "423": "LockedError",
    "429": "RateLimitError",
    "502": "BadGatewayError",
    "503": "ServiceUnavailableError",
    "504": "GatewayTimeoutError",
}
"""The classes of ``_runtime/errors.py`` by status."""

_FEW_SCOPES = 4
"""So many are listed one by one."""


def show_route(operation: ir.Operation) -> Code:
    """What a method sends: ``GET /devices``, as inline code."""
    return Code(code_span(f"{operation.method} {operation.path}"))


def document_method(
    operation: ir.Operation, declared: Declared, usual: tuple[ir.Response, ...]
) -> Code:
    """What the document says of an operation, but for failures that are ``usual``.

    A single result is not described: its type is in the signature.
    """
    width = WIDTH - 11
    names = PythonNames(with_all_params(operation).params)
    lines = wrap_doc(
        names.put_into_doc(operation.doc),
        width,
        "Deprecated." if operation.deprecated else "",
    )
    if not lines:
        lines = wrap_text(f"{show_route(operation)}.", width)
    if operation.scopes:
        lines += ["", *wrap_text(_say_scopes(operation.scopes), width)]
    if len(operation.payloads) > 1:
        lines += ["", *wrap_text(_describe_bodies(operation), width)]
    order = every_argument(operation)
    lines += write_section(
        "Args", [_describe_argument(each, declared, names) for each in order]
    )
    lines += write_section("Returns", _describe_results(operation, names))
    lines += write_section("Response headers", _describe_headers(operation))
    lines += write_section("Links", _describe_links(operation))
    told = {(each.status, each.doc) for each in usual}
    lines += write_section(
        "Raises",
        list_errors(
            replace(each, doc=names.put_into_doc(each.doc))
            for each in find_failures(operation)
            if (each.status, each.doc) not in told
        ),
    )
    return quote_docstring(lines, 8)


def _describe_bodies(operation: ir.Operation) -> str:
    """How the body may be sent."""
    said: list[str] = []
    for way in operation.payloads:
        if way.body is None:
            fields = [p for p in way.params if p.location is ir.Location.FORM]
            names = ", ".join(code_span(each.name) for each in fields)
            types = code_span(way.form)
        else:
            names = code_span(way.body.name)
            types = " or ".join(code_span(each.media_type) for each in way.body.media)
        said.append(f"{names} as {types}")
    return f"The body is one of: {'; '.join(said)}."


def _say_scopes(scopes: Iterable[str]) -> str:
    """Which scopes allow a call, each of them by itself; many are said in groups."""
    names = list(dict.fromkeys(map(join_lines, scopes)))
    if len(names) <= _FEW_SCOPES:
        return f"Needs the scope {_list_words(names)}."
    said: list[str] = []
    for beginnings, endings in _group_scopes(names):
        group = ", ".join(map(code_span, beginnings))
        more = f", alone or followed by {_list_words(endings)}" if endings else ""
        said.append(f"{group}{more}")
    return f"Needs one of these scopes: {'; '.join(said)}."


def _list_words(words: Sequence[str]) -> str:
    """``a, b or c``, each as inline code."""
    *others, last = map(code_span, words)
    return f"{', '.join(others)} or {last}" if others else last


def _group_scopes(
    scopes: Iterable[str],
) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Scopes that take the same endings together, those that take none first.

    ``a``, ``a.read``, ``b``, ``b.read`` are ``a`` and ``b`` with the ending ``.read``.
    """
    endings: dict[str, list[str]] = {name: [] for name in scopes}
    for name in sorted(endings):
        beginning, dot, last = name.rpartition(".")
        if beginning in endings and last.isalpha():
            endings[beginning].append(dot + last)
            del endings[name]
    groups: dict[tuple[str, ...], list[str]] = {}
    for name, found in endings.items():
        groups.setdefault(tuple(found), []).append(name)
    ordered = sorted(groups.items(), key=lambda group: bool(group[0]))
    return [(tuple(names), found) for found, names in ordered]


def summarize_method(operation: ir.Operation, class_name: str) -> Code:
    """One line: the summary, and the method that says the rest if there is room."""
    facts = ["Deprecated."] if operation.deprecated else []
    doc = PythonNames(with_all_params(operation).params).put_into_doc(operation.doc)
    return refer_to(doc, f"{class_name}.{operation.name}", 8, *facts)


def document_iteration(operation: ir.Operation) -> Code:
    """What iterating does; it takes what the operation takes, but for the position."""
    name = code_span(operation.name)
    said = f"Iterate over what {name} finds, page by page. Arguments are as in {name}."
    return quote_docstring(wrap_text(said, WIDTH - 14), 8)


def _describe_argument(
    argument: ir.Param | ir.Body, declared: Declared, names: PythonNames
) -> tuple[str, ...]:
    """What is said of an argument; nothing where its name says it all."""
    doc = argument.doc
    if isinstance(argument, ir.Param):  # a body speaks of what is in it, as it is sent
        doc = names.put_into_doc(doc, listed_values(argument.type, declared))
    facts = value_facts(argument_type(argument), declared)
    if may_be_null(argument, declared):
        facts.append("`None` is sent as `null`.")
    if isinstance(argument, ir.Param):
        facts += default_fact(argument.default)
        if argument.location is ir.Location.FORM and _is_several_types(
            argument.media_type
        ):
            media_types = [each.strip() for each in argument.media_type.split(",")]
            facts.append(f"Of {' or '.join(map(code_span, media_types))}.")
        if argument.deprecated:
            facts.append("Deprecated.")
    text = drop_repetition(doc.description or doc.summary, argument.name)
    return write_entry(argument.name, text, *facts) if text or facts else ()


def _is_several_types(media_type: str) -> bool:
    return "," in media_type or "*" in media_type


def _describe_results(
    operation: ir.Operation, names: PythonNames
) -> list[tuple[str, ...]]:
    """What comes back by status, where there are several."""
    found = [
        (
            each.status,
            end_sentence(names.put_into(each.doc.description or each.doc.summary)),
        )
        for each in find_successes(operation)
    ]
    if len(found) == 1:
        return []
    return [write_entry(code_span(status), text) for status, text in found if text]


_PLAIN = (Kind.STRING, Kind.NULL)
"""Headers that are no more than text."""


def _describe_headers(operation: ir.Operation) -> list[tuple[str, ...]]:
    """The headers of all responses, each once."""
    entries: dict[str, tuple[str, ...]] = {}
    for response in operation.responses:
        for each in response.headers:
            name = code_span(each.wire)
            if isinstance(each.type, ir.Scalar) and each.type.kind not in _PLAIN:
                name = f"{name} ({each.type.kind.sent[0]})"
            text = first_clause(each.doc.description or each.doc.summary)
            entries.setdefault(each.wire.lower(), write_entry(name, text))
    return list(entries.values())


def _describe_links(operation: ir.Operation) -> list[tuple[str, ...]]:
    """What the responses lead to: methods, and where their arguments come from."""
    entries: dict[str, tuple[str, ...]] = {}
    for response in operation.responses:
        for each in response.links:
            values = ", ".join(
                f"{code_span(name)} from {_describe_source(value)}"
                for name, value in each.values
            )
            method = code_span(each.method or each.target)
            said = f"{method} with {values}." if values else f"{method}."
            text = end_sentence(each.doc.description)
            entries.setdefault(each.name, write_entry(code_span(each.name), said, text))
    return list(entries.values())


def _describe_source(value: str) -> str:
    """A runtime expression (OpenAPI 3.1, Runtime Expressions) in words."""
    around, _, rest = value.partition("#/")
    if around == "$response.body" and rest:
        return f"{code_span(rest.replace('/', '.'))} of the result"
    if value.startswith("$response.header."):
        return f"the header {code_span(value.removeprefix('$response.header.'))}"
    if around == "$request.body" and rest:
        return f"{code_span(rest.replace('/', '.'))} of the body"
    if value.startswith(("$request.path.", "$request.query.", "$request.header.")):
        return f"the parameter {code_span(value.split('.', 2)[2])}"
    return code_span(value)


def list_errors(responses: Iterable[ir.Response]) -> list[tuple[str, ...]]:
    """The entries of a list of errors."""
    entries: dict[str, tuple[str, ...]] = {}
    for each in responses:
        status = str(each.status)
        fallback = "InternalServerError" if status[0] == "5" else "APIStatusError"
        name = ERRORS.get(status, fallback)
        text = first_clause(each.doc.description or each.doc.summary)
        entries.setdefault(name, write_entry(name, text or f"{code_span(status)}."))
    return list(entries.values())
