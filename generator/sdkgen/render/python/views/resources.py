"""Views of resources: operations as tables, and their methods on two faces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sdkgen import ir
from sdkgen.ir import Location, Type
from sdkgen.render.calls import (
    argument_type,
    call_variants,
    event_types,
    every_result,
    in_signature_order,
    item_types,
    may_be_null,
    result_types,
    selects_media_type,
)
from sdkgen.render.declared import Declared
from sdkgen.render.module_layout import choose_file_name
from sdkgen.render.python.annotations import Annotations, Use
from sdkgen.render.python.code import (
    MARGIN,
    Code,
    Imports,
    constant_name,
    make_distinct,
    print_literal,
)
from sdkgen.render.python.docstrings import (
    WIDTH,
    code_span,
    quote_docstring,
    wrap_doc,
    write_section,
)
from sdkgen.render.python.statements import assign_all

from . import method_docs
from .call_code import list_values, print_call
from .mock_data import mock_answers
from .operation_tables import Tables, TableView
from .overloads import Calling, Overloads
from .signatures import ArgumentView, SignatureView, add_request_options

_BUILTINS = frozenset(
    {"bool", "bytes", "dict", "float", "int", "list", "object", "str", "tuple"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodView:
    name: Code
    signature: SignatureView
    opening: Code
    """The lines of the function up to its body."""
    overloads: tuple[Code, ...]
    """Whole functions without a body."""
    docstring: Code
    call: Code
    route: Code
    """What it sends, for the list of all methods: ``GET /devices``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceView:
    name: Code
    base: Code
    docstring: Code
    methods: tuple[MethodView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceView:
    name: Code
    module: Code
    class_name: Code
    docstring: Code
    imports: tuple[Code, ...]
    typing_imports: tuple[Code, ...]
    exports: Code
    failures: Code
    """The constant of the failures that most operations document, or nothing."""
    tables: tuple[TableView, ...]
    faces: tuple[FaceView, ...]
    answers: Code
    """What the mock of the package answers, as a literal."""


# ------------------------------------------------------------------- the views


def resource_view(
    resource: ir.Resource, api: ir.Api, declared: Declared
) -> ResourceView:
    """All that the module of a resource prints."""
    return _Resource(resource, api, declared).view()


class _Resource:
    def __init__(self, resource: ir.Resource, api: ir.Api, declared: Declared) -> None:
        self._resource = resource
        self._api = api
        self._declared = declared
        # Annotations are never evaluated, lambdas of tables are.
        self._typing = Imports()
        self._real = Imports()
        methods = {each.name for each in resource.operations}
        shadowed = frozenset(methods & _BUILTINS)
        self._argument = Annotations(declared, Use.ARGUMENT, self._typing, shadowed)
        self._result = Annotations(declared, Use.RESULT, self._typing, shadowed)
        self._overloads = Overloads(self._result, self._real, self._typing)
        constants = {constant_name(each.name) for each in resource.operations}
        self._tables = Tables(
            api,
            declared,
            self._real,
            self._typing,
            failures=make_distinct("_FAILURES", constants.__contains__),
        )
        self._pages = {
            each.name: make_distinct(
                f"{constant_name(each.name)}_PAGES", constants.__contains__
            )
            for each in resource.operations
        }

    def view(self) -> ResourceView:
        resource = self._resource
        failures = self._tables.failures(resource.operations)
        tables: list[TableView] = []
        for operation in resource.operations:
            tables.append(self._tables.operation(operation))
            if operation.pages is not None:
                tables.append(
                    self._tables.pages(
                        self._pages[operation.name], operation, operation.pages
                    )
                )
        self._typing.add_name(".._options", "RequestOptions")
        self._callings = {
            each.name: self._calling(each) for each in resource.operations
        }
        faces = (self._face(""), self._face("Async"))
        for name in ("AsyncResource", "Operation", "Resource"):
            self._real.add_name(".._runtime", name)
        named = self._argument.packages | self._result.packages | self._tables.packages
        for package in sorted(named):
            self._real.add_name("..", package)
        self._real.add_name("typing", "TYPE_CHECKING")
        for module, names in self._real.names.items():
            self._typing.names.get(module, set()).difference_update(names)
        self._typing.names = {m: n for m, n in self._typing.names.items() if n}
        return ResourceView(
            name=Code(resource.name),
            module=Code(choose_file_name(resource.name)),
            class_name=Code(resource.class_name),
            docstring=quote_docstring(self._about()),
            imports=self._real.print_lines(),
            typing_imports=self._typing.print_lines(MARGIN),
            exports=assign_all(face.name for face in faces),
            failures=failures,
            tables=tuple(tables),
            faces=faces,
            answers=mock_answers(resource, self._declared),
        )

    def _about(self) -> list[str]:
        lines = wrap_doc(self._resource.doc, WIDTH - 10)
        return lines or [f"Operations on {code_span(self._resource.name)}."]

    def _face(self, prefix: str) -> FaceView:
        methods: list[MethodView] = []
        for operation in self._resource.operations:
            methods.append(self._method(operation, prefix))
            if operation.pages is not None:
                methods.append(self._iterate(operation, operation.pages, prefix))
        name = Code(prefix + self._resource.class_name)
        about = [f"The asynchronous face of {code_span(self._resource.class_name)}."]
        if not prefix:
            usual = method_docs.list_errors(self._tables.usual)
            about = [*self._about(), *write_section("Raises", usual)]
        return FaceView(
            name=name,
            base=Code(f"{prefix}Resource"),
            docstring=quote_docstring(about, 4),
            methods=tuple(methods),
        )

    # ----------------------------------------------------------------- methods

    def _method(self, operation: ir.Operation, prefix: str) -> MethodView:
        calling = self._callings[operation.name]
        stream = operation.stream
        if stream is not None:
            data = self._result.together(event_types(stream))
            name = self._typing.add_name(".._runtime", f"{prefix}EventStream")
            returns = Code(f"{name}[{data}]")
        else:
            returns = self._result.together(every_result(operation))
        function = "call" if stream is None else "stream"
        waits = "await " if prefix and stream is None else ""
        call = print_call(
            function, [constant_name(operation.name)], calling.values, waits
        )
        define = "async def" if waits else "def"
        signature = SignatureView(
            arguments=add_request_options(calling.arguments), returns=returns
        )
        return MethodView(
            name=Code(operation.name),
            signature=signature,
            opening=signature.opening(define, operation.name, ":"),
            overloads=tuple(
                each.opening(define, operation.name, ": ...")
                for each in self._overloads.list_overloads(operation, calling, returns)
            ),
            docstring=(
                method_docs.summarize_method(operation, self._resource.class_name)
                if prefix
                else method_docs.document_method(
                    operation, self._declared, self._tables.usual
                )
            ),
            call=call,
            route=method_docs.show_route(operation),
        )

    def _calling(self, operation: ir.Operation) -> Calling:
        every = call_variants(operation)
        orders = [in_signature_order(way) for way in every]
        overloaded = len(orders) > 1 and not operation.shapes
        arguments = self._arguments(orders)
        return Calling(
            ways=every,
            arguments=arguments,
            each=tuple(self._arguments([order]) for order in orders if overloaded),
            values=tuple(list_values(operation, arguments)),
        )

    def _iterate(
        self, operation: ir.Operation, pages: ir.Pages, prefix: str
    ) -> MethodView:
        # A page is of the type that it usually is.
        skipped = {pages.position} | {
            each.name for each in operation.params if each.wire == "Accept"
        }
        order = [
            each for each in in_signature_order(operation) if each.name not in skipped
        ]
        name = self._typing.add_name(".._runtime", f"{prefix}Pager")
        usual, shapes = result_types(operation)[0], operation.shapes
        arguments = self._arguments([order])
        values = list_values(operation, arguments)
        tables = [constant_name(operation.name), self._pages[operation.name]]

        def pager(items: list[Type], results: list[Type]) -> Code:
            item, page = map(self._result.together, (items, results))
            return Code(f"{name}[{item}, {page}]")

        signature = SignatureView(
            arguments=add_request_options(arguments),
            returns=pager(item_types(pages), [usual, *(each.type for each in shapes)]),
        )
        return MethodView(
            name=Code(pages.method),
            signature=signature,
            opening=signature.opening("def", pages.method, ":"),
            overloads=tuple(
                each.opening("def", pages.method, ": ...")
                for each in self._overloads.list_shape_overloads(
                    shapes,
                    arguments,
                    usual=pager([pages.item], [usual]),
                    shaped=[
                        pager([item], [shape.type])
                        for item, shape in zip(pages.shaped_items, shapes, strict=True)
                    ],
                    every=signature.returns,
                )
            ),
            docstring=method_docs.document_iteration(operation),
            call=print_call("iterate", tables, values),
            route=method_docs.show_route(operation),
        )

    def _arguments(
        self, orders: Sequence[Sequence[ir.Param | ir.Body]]
    ) -> tuple[ArgumentView, ...]:
        """The arguments of all ways to call an operation, required ones first."""
        found: dict[str, list[ir.Param | ir.Body]] = {}
        for order in orders:
            for each in order:
                found.setdefault(each.name, []).append(each)
        views = [self._argument_view(each, len(orders)) for each in found.values()]
        return tuple(sorted(views, key=lambda view: bool(view.default)))

    def _argument_view(
        self, uses: Sequence[ir.Param | ir.Body], times: int
    ) -> ArgumentView:
        """One argument, which may be another type in each way to call."""
        options: list[str] = []
        for argument in uses:
            if len(uses) > 1 and _chooses(argument):
                options.append("str")  # the overloads tell which
                continue
            found = self._argument.options(argument_type(argument))
            if isinstance(argument, ir.Body) or argument.location is Location.FORM:
                found = [self._file(each) for each in found]
            options += found
        default = ""
        if all(isinstance(each, ir.Param) and each.fixed for each in uses):
            default = print_literal(
                uses[0].default if isinstance(uses[0], ir.Param) else None
            )
        elif len(uses) < times or not all(each.required for each in uses):
            default = "None"
            # Where null is a value, None is that, and another default stands for none.
            if any(may_be_null(each, self._declared) for each in uses):
                default = self._real.add_name(".._runtime", "UNSET")
                if "Any" not in options:  # which is every type, this one too
                    options.append(self._typing.add_name(".._runtime", "Unset"))
            options.append("None")
        return ArgumentView(
            name=Code(uses[0].name),
            annotation=self._argument.union(options),
            default=Code(default),
        )

    def _file(self, option: str) -> str:
        if "bytes" not in option:
            return option
        name = self._typing.add_name(".._runtime", "FileLike")
        return option.replace("builtins.bytes", name).replace("bytes", name)


def _chooses(argument: ir.Param | ir.Body) -> bool:
    return isinstance(argument, ir.Param) and (
        selects_media_type(argument, "Accept")
        or selects_media_type(argument, "Content-Type")
    )
