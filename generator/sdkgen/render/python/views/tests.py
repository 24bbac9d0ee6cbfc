"""Views of the generated tests: for each operation a call on either face."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sdkgen import ir
from sdkgen.render.calls import call_variants, selects_media_type
from sdkgen.render.declared import Declared
from sdkgen.render.module_layout import choose_file_name
from sdkgen.render.python.code import (
    MARGIN,
    Code,
    Imports,
    make_distinct,
    print_literal,
)
from sdkgen.render.python.docstrings import code_span, quote_docstring
from sdkgen.render.samples import CallView, Samples


@dataclass(frozen=True, slots=True, kw_only=True)
class TestView:
    """``check(id, lambda client: call, minimal=…)``; ``fixture`` is the check's name."""

    name: Code
    docstring: Code
    fixture: Code
    type: Code
    id: Code
    call: Code
    minimal: tuple[Code, ...]
    """The call with only what it needs, if that is another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteView:
    """The tests of a resource."""

    module: Code
    resource: Code
    imports: tuple[Code, ...]
    casts: bool
    tests: tuple[TestView, ...]


def suite_view(resource: ir.Resource, declared: Declared) -> SuiteView:
    """All that the module of tests of a resource prints."""
    samples = Samples(declared)
    tests: list[TestView] = []
    names: set[str] = set()
    casts = False
    for operation in resource.operations:
        for iterate in (False, True) if operation.pages is not None else (False,):
            full = samples.call(resource, operation, every=True, iterate=iterate)
            least = samples.call(resource, operation, every=False, iterate=iterate)
            casts = casts or full.casts or least.casts
            for face in ("", "_async"):
                tests.append(_test_view(operation, full, least, iterate, face, names))
        for way in call_variants(operation)[1:]:
            # The faces are printed by one loop: once is enough.
            call = samples.call(resource, way, every=True)
            if not _passes_body(way, call):
                continue
            casts = casts or call.casts
            tests.append(
                _test_view(way, call, call, False, "", names, _name_variant(way))
            )
    return SuiteView(
        module=Code(choose_file_name(resource.name)),
        resource=Code(resource.name),
        imports=_list_imports(tests, casts),
        casts=casts,
        tests=tuple(tests),
    )


def _passes_body(way: ir.Operation, call: CallView) -> bool:
    """Whether a call passes anything of the body: a form may have no field's example."""
    own = {
        each.name
        for each in way.params
        if each.location is ir.Location.FORM or selects_media_type(each, "Content-Type")
    }
    if way.usual.body is not None:
        own.add(way.usual.body.name)
    return not own or any(str(each.name) in own for each in call.arguments)


def _name_variant(way: ir.Operation) -> str:
    """What is special about a way to call an operation, as a part of a name."""
    body = way.usual.body
    told = [str(way.usual.form if body is None else body.media[0].media_type)]
    accept = next(
        (each for each in way.params if selects_media_type(each, "Accept")), None
    )
    if accept is not None and accept.required:
        told.append(str(accept.example))
    words = (re.sub(r"\W+", "_", each.lower(), flags=re.ASCII) for each in told if each)
    return "".join(f"_{word.strip('_')}" for word in words)


def _list_imports(tests: list[TestView], casts: bool) -> tuple[Code, ...]:
    imports = Imports()
    if casts:
        imports.add_name("typing", "Any")
    for test in tests:
        imports.add_name("conftest", test.type)
    return imports.print_lines(MARGIN)


def _test_view(
    operation: ir.Operation,
    full: CallView,
    least: CallView,
    iterate: bool,
    face: str,
    names: set[str],
    how: str = "",
) -> TestView:
    name = make_distinct(f"test_{full.method}{how}{face}", names.__contains__)
    names.add(name)
    kind = "pages" if iterate else "stream" if operation.stream is not None else ""
    fixture = "_".join(part for part in ("check", kind) if part) + face
    return TestView(
        name=Code(name),
        docstring=quote_docstring([_describe_test(operation, iterate, face)]),
        fixture=Code(fixture),
        type=Code(_TYPES[kind, bool(face)]),
        id=print_literal(operation.id),
        call=full.text,
        # The faces are printed by one loop: once is enough.
        minimal=() if face or full.text == least.text else (least.text,),
    )


def _describe_test(operation: ir.Operation, iterate: bool, face: str) -> str:
    route = code_span(f"{operation.method} {operation.path}")
    what = f"Pages of {route}" if iterate else route
    return f"{what}, asynchronously." if face else f"{what}."


_TYPES = {
    ("", False): "Check",
    ("", True): "AsyncCheck",
    ("pages", False): "CheckPages",
    ("pages", True): "AsyncCheckPages",
    ("stream", False): "CheckStream",
    ("stream", True): "AsyncCheckStream",
}
