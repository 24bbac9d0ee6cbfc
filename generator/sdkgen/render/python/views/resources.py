"""Views of resources: operations as tables, and their methods on two faces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sdkgen import ir
from sdkgen.ir import Location, Type
from sdkgen.render.calls import (
    argument_type,
    bodies,
    chooses,
    chooses_body,
    event_types,
    every_result,
    in_signature_order,
    item_types,
    may_be_null,
    result_types,
    ways,
    whole,
)
from sdkgen.render.declared import Declared
from sdkgen.render.module_layout import file_name
from sdkgen.render.python.annotations import Annotations, Use
from sdkgen.render.python.code import (
    MARGIN,
    NOTHING,
    Code,
    Imports,
    constant,
    distinct,
    listed,
    literal,
)
from sdkgen.render.python.docstrings import (
    WIDTH,
    code_span,
    docstring,
    paragraphs,
    section,
)
from sdkgen.render.python.statements import COLUMNS, bracketed, filled, public

from . import method_docs
from .mock_data import answers
from .operation_tables import Tables, TableView

_BUILTINS = frozenset(
    {"bool", "bytes", "dict", "float", "int", "list", "object", "str", "tuple"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArgumentView:
    name: Code
    annotation: Code
    default: Code = NOTHING

    @property
    def text(self) -> Code:
        """As it stands in a signature."""
        default = f" = {self.default}" if self.default else ""
        return Code(f"{self.name}: {self.annotation}{default}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureView:
    arguments: tuple[ArgumentView, ...]
    returns: Code

    def opening(self, define: str, name: str, ending: str) -> Code:
        """The lines of a function in a class up to its body."""
        items = ["self", "*", *(each.text for each in self.arguments)]
        returns = bracketed(self.returns, COLUMNS - 4 - len(f") -> {ending}"), 4)
        return filled(f"{define} {name}(", items, f") -> {returns}{ending}", 4)


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
    class_docstring: Code
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Calling:
    """How a method is called, which is the same on both faces."""

    ways: tuple[ir.Operation, ...]
    arguments: tuple[ArgumentView, ...]
    """Those of all ways."""
    each: tuple[tuple[ArgumentView, ...], ...]
    """Those of each way, where there is an overload for each."""
    values: tuple[str, ...]
    """What a call passes on."""


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
        constants = {constant(each.name) for each in resource.operations}
        self._tables = Tables(
            api,
            declared,
            self._real,
            self._typing,
            failures=distinct("_FAILURES", constants.__contains__),
        )
        self._pages = {
            each.name: distinct(f"{constant(each.name)}_PAGES", constants.__contains__)
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
        self._typing.add(".._options", "RequestOptions")
        self._callings = {
            each.name: self._calling(each) for each in resource.operations
        }
        faces = (self._face(""), self._face("Async"))
        for name in ("AsyncResource", "Operation", "Resource"):
            self._real.add(".._runtime", name)
        named = self._argument.packages | self._result.packages | self._tables.packages
        for package in sorted(named):
            self._real.add("..", package)
        self._real.add("typing", "TYPE_CHECKING")
        for module, names in self._real.names.items():
            self._typing.names.get(module, set()).difference_update(names)
        self._typing.names = {m: n for m, n in self._typing.names.items() if n}
        return ResourceView(
            name=Code(resource.name),
            module=Code(file_name(resource.name)),
            class_name=Code(resource.class_name),
            docstring=docstring(self._about()),
            class_docstring=docstring(self._about(), 4),
            imports=self._real.lines(),
            typing_imports=self._typing.lines(MARGIN),
            exports=public(face.name for face in faces),
            failures=failures,
            tables=tuple(tables),
            faces=faces,
            answers=answers(resource, self._declared),
        )

    def _about(self) -> list[str]:
        lines = paragraphs(self._resource.doc, WIDTH - 10)
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
            usual = method_docs.raises(self._tables.usual)
            about = [*self._about(), *section("Raises", usual)]
        return FaceView(
            name=name,
            base=Code(f"{prefix}Resource"),
            docstring=docstring(about, 4),
            methods=tuple(methods),
        )

    # ----------------------------------------------------------------- methods

    def _method(self, operation: ir.Operation, prefix: str) -> MethodView:
        calling = self._callings[operation.name]
        stream = operation.stream
        if stream is not None:
            data = self._result.together(event_types(stream))
            name = self._typing.add(".._runtime", f"{prefix}EventStream")
            returns = Code(f"{name}[{data}]")
        else:
            returns = self._result.together(every_result(operation))
        function = "call" if stream is None else "stream"
        waits = "await " if prefix and stream is None else ""
        call = self._call(function, [constant(operation.name)], calling.values, waits)
        define = "async def" if waits else "def"
        signature = SignatureView(
            arguments=self._with_options(calling.arguments), returns=returns
        )
        return MethodView(
            name=Code(operation.name),
            signature=signature,
            opening=signature.opening(define, operation.name, ":"),
            overloads=tuple(
                each.opening(define, operation.name, ": ...")
                for each in self._overloads(operation, calling, returns)
            ),
            docstring=(
                method_docs.short(operation, self._resource.class_name)
                if prefix
                else method_docs.full(operation, self._declared, self._tables.usual)
            ),
            call=call,
            route=method_docs.route(operation),
        )

    def _calling(self, operation: ir.Operation) -> _Calling:
        every = ways(operation)
        orders = [in_signature_order(way) for way in every]
        overloaded = len(orders) > 1 and not operation.shapes
        arguments = self._arguments(orders)
        return _Calling(
            ways=every,
            arguments=arguments,
            each=tuple(self._arguments([order]) for order in orders if overloaded),
            values=tuple(self._values(operation, arguments)),
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
        name = self._typing.add(".._runtime", f"{prefix}Pager")
        usual, shapes = result_types(operation)[0], operation.shapes
        arguments = self._arguments([order])
        values = self._values(operation, arguments)
        tables = [constant(operation.name), self._pages[operation.name]]

        def pager(items: list[Type], results: list[Type]) -> Code:
            item, page = map(self._result.together, (items, results))
            return Code(f"{name}[{item}, {page}]")

        signature = SignatureView(
            arguments=self._with_options(arguments),
            returns=pager(item_types(pages), [usual, *(each.type for each in shapes)]),
        )
        return MethodView(
            name=Code(pages.method),
            signature=signature,
            opening=signature.opening("def", pages.method, ":"),
            overloads=tuple(
                each.opening("def", pages.method, ": ...")
                for each in self._shape_overloads(
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
            docstring=method_docs.iteration(operation),
            call=self._call("iterate", tables, values),
            route=method_docs.route(operation),
        )

    @staticmethod
    def _call(
        function: str, tables: Sequence[str], values: Sequence[str], waits: str = ""
    ) -> Code:
        """A call that is returned."""
        items = [*tables, "request_options", *values]
        return filled(f"return {waits}self._core.{function}(", items, ")", 8)

    @staticmethod
    def _values(
        operation: ir.Operation, arguments: Sequence[ArgumentView]
    ) -> list[str]:
        """What a call passes on: the arguments of its method, ``None`` for all others."""
        taken = {each.name for each in arguments}

        def value(name: str) -> str:
            return name if name in taken else "None"

        values = [value(each.name) for each in whole(operation).params]
        passed = [value(each.name) for each in bodies(operation)]
        if chooses_body(operation):
            values.append(f"body={listed(passed)}")
        elif passed:
            values.append(f"body={passed[0]}")
        return values

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
            default = literal(
                uses[0].default if isinstance(uses[0], ir.Param) else None
            )
        elif len(uses) < times or not all(each.required for each in uses):
            default = "None"
            # Where null is a value, None is that, and another default stands for none.
            if any(may_be_null(each, self._declared) for each in uses):
                default = self._real.add(".._runtime", "UNSET")
                if "Any" not in options:  # which is every type, this one too
                    options.append(self._typing.add(".._runtime", "Unset"))
            options.append("None")
        return ArgumentView(
            name=Code(uses[0].name),
            annotation=self._argument.union(options),
            default=Code(default),
        )

    def _file(self, option: str) -> str:
        if "bytes" not in option:
            return option
        name = self._typing.add(".._runtime", "FileLike")
        return option.replace("builtins.bytes", name).replace("bytes", name)

    def _with_options(
        self, arguments: tuple[ArgumentView, ...]
    ) -> tuple[ArgumentView, ...]:
        options = ArgumentView(
            name=Code("request_options"),
            annotation=Code("RequestOptions | None"),
            default=Code("None"),
        )
        return (*arguments, options)

    # --------------------------------------------------------------- overloads

    def _overloads(
        self,
        operation: ir.Operation,
        calling: _Calling,
        returns: Code,
    ) -> tuple[SignatureView, ...]:
        """One signature for each way to call, or for each shape of the result.

        Of shapes there is one more for none, and one for any. The most demanding shape
        comes first; an argument that a shape does not name is not set in a way that
        another shape asks for.
        """
        if not operation.shapes:
            if len(calling.ways) < 2:
                return ()
            self._real.add("typing", "overload")
            return tuple(
                SignatureView(
                    arguments=self._with_options(arguments),
                    returns=(
                        returns
                        if way.stream is not None
                        else self._result.together(result_types(way))
                    ),
                )
                for way, arguments in zip(calling.ways, calling.each, strict=True)
            )
        # A shape is for the main result; another status stays what it is.
        others = result_types(operation)[1:]
        return self._shape_overloads(
            operation.shapes,
            calling.arguments,
            usual=self._result.together(result_types(operation)),
            shaped=[
                self._result.together([shape.type, *others])
                for shape in operation.shapes
            ],
            every=returns,
        )

    def _shape_overloads(
        self,
        shapes: Sequence[ir.Shape],
        arguments: tuple[ArgumentView, ...],
        *,
        usual: Code,
        shaped: Sequence[Code],
        every: Code,
    ) -> tuple[SignatureView, ...]:
        """One signature for each shape, for none, and for any.

        Args:
            shapes: When the result has another shape, if ever.
            arguments: Those of the method.
            usual: What it returns without a shape.
            shaped: What it returns with each shape.
            every: What it may return at all.
        """
        if not shapes:
            return ()
        self._real.add("typing", "overload")
        self._typing.add("typing", "Literal")
        asked = {name: value for shape in shapes for name, value in shape.when}
        pairs = sorted(
            zip(shapes, shaped, strict=True), key=lambda pair: -len(pair[0].when)
        )
        return (
            *(
                self._shaped(arguments, asked, dict(shape.when), returns)
                for shape, returns in pairs
            ),
            self._shaped(arguments, asked, {}, usual),
            SignatureView(arguments=self._with_options(arguments), returns=every),
        )

    def _shaped(
        self,
        arguments: tuple[ArgumentView, ...],
        asked: dict[str, bool],
        when: dict[str, bool],
        returns: Code,
    ) -> SignatureView:
        shaped: list[ArgumentView] = []
        for each in arguments:
            if each.name in when:
                kind = Code(f"Literal[{when[each.name]}]")
                shaped.append(replace(each, annotation=kind, default=NOTHING))
            elif each.name in asked:
                kind = Code(f"Literal[{not asked[each.name]}] | None")
                shaped.append(replace(each, annotation=kind))
            else:
                shaped.append(each)
        return SignatureView(
            arguments=self._with_options(tuple(shaped)), returns=returns
        )


def _chooses(argument: ir.Param | ir.Body) -> bool:
    return isinstance(argument, ir.Param) and (
        chooses(argument, "Accept") or chooses(argument, "Content-Type")
    )
