"""Paths → resources and operations, and with the declarations the whole ``Api``."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from sdkgen import ir, naming
from sdkgen.config.sdk_yaml import Config
from sdkgen.diagnostics.coverage import CLASS, FILES, Ledger, Part
from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.ir import Text
from sdkgen.lower.names.operation_names import OperationName, OperationNames
from sdkgen.lower.names.schema_context import Contexts
from sdkgen.lower.schemas.declarations import Declarations
from sdkgen.lower.schemas.discriminators import infer_discriminators
from sdkgen.lower.schemas.schemas import Schemas
from sdkgen.openapi import http_methods
from sdkgen.read.document import Document
from sdkgen.support.absent import ABSENT
from sdkgen.support.json_pointer import Json, escape

from .accessors import Accessors, list_strings
from .argument_names import ArgumentNames, argument_pointer
from .pagination import Pagination
from .parameters import Parameters
from .request_bodies import RequestBodies
from .resources import Resources
from .response_docs import resolve_links
from .responses import Responses, ResponseSet, add_accept_params
from .security import Security
from .sent import find_sent
from .servers import find_own_server, lower_servers
from .webhooks import Webhooks, finish_webhooks


def build(
    document: Document,
    config: Config,
    lock: naming.Lock,
    diagnostics: Diagnostics,
    ledger: Ledger,
) -> ir.Api:
    """Normalize a document into the IR.

    ``document`` is of the one dialect and has an example wherever one can be. What
    cannot be said in the IR is in the ledger and among the diagnostics.
    """
    return _Builder(document, config, lock, diagnostics, ledger).build_api()


class _Builder:
    def __init__(
        self,
        document: Document,
        config: Config,
        lock: naming.Lock,
        diagnostics: Diagnostics,
        ledger: Ledger,
    ) -> None:
        self.config = config
        self.lock = lock
        self.diagnostics = diagnostics
        self.ledger = ledger
        self.read = Accessors(document)
        self.schemas = Schemas(document, diagnostics, ledger)
        self.parameters = Parameters(self.read, self.schemas, ledger)
        self.payloads = RequestBodies(self.read, self.schemas, ledger)
        self.answers = Responses(self.read, self.schemas, ledger)
        self.security = Security(self.read, lock, diagnostics)
        self.resources = Resources(self.read, config, lock, diagnostics)
        self.pagination = Pagination(self.read, lock, diagnostics)
        self.actions = OperationNames(self.read)
        self._argument_names = ArgumentNames(
            lock, config.names, self.resources.report_clashes
        )
        self.document = document
        self.global_names = {each.parameter for each in config.global_parameters}

    # ------------------------------------------------------------------- whole

    def build_api(self) -> ir.Api:
        root = self.document.root
        info = self.read.get_object(root, "info")
        components = self.read.get_object(root, "components")
        schemes = self.read.get_object(components, "securitySchemes")
        self.ledger.grow(CLASS * len(schemes), "/components/securitySchemes")
        self.ledger.grow(CLASS * len(self.read.get_array(root, "servers")), "/servers")
        for name in self.read.get_object(components, "schemas"):
            self.schemas.lower_component(f"/components/schemas/{escape(name)}")

        paths = self.read.get_object(root, "paths").values()
        stated = (
            found for item in paths for _, _, found in http_methods.operations(item)
        )
        self.stated = Counter(
            self.read.get_string(each, "operationId") for each in stated
        )
        drafts = [
            draft
            for path, item in self.read.get_object(root, "paths").items()
            for draft in self._lower_path(path, item)
        ]
        webhooks = Webhooks(self.read, self.schemas, self.ledger).lower_all(root)
        resources = self.resources.group_operations(drafts)
        self.ledger.grow(FILES * len(resources), "/paths")
        # Types are named after what the document calls an operation, or else the SDK.
        ids = {
            str(op.pointer): (
                str(op.id) if op.id in self.stated else f"{each.name}.{op.name}"
            )
            for each in resources
            for op in each.operations
        }
        self.declared = Declarations(
            self.schemas,
            self.document,
            self.diagnostics,
            self.lock,
            self.config.names,
            Contexts(self.document, ids, self.schemas.unions.origins),
        )
        resources = tuple(
            replace(
                each, operations=tuple(map(self._finish_operation, each.operations))
            )
            for each in resources
        )
        options = self._build_global_params()
        operations = [op for each in resources for op in each.operations]
        declarations = self.declared.build_declarations()
        sent = find_sent(operations, declarations)
        declarations = tuple(
            replace(each, sent=True) if each.name in sent else each
            for each in declarations
        )
        declarations = infer_discriminators(declarations)
        resources = resolve_links(self.pagination.add_pages(resources, declarations))
        return ir.Api(
            package=self.config.package,
            title=Text(self.read.get_string(info, "title")),
            version=Text(self.read.get_string(info, "version")),
            doc=self.read.read_doc(info),
            servers=lower_servers(self.read),
            auth=self.security.auth,
            options=options,
            declarations=declarations,
            resources=resources,
            webhooks=finish_webhooks(webhooks, self.declared.finalize_type, self.lock),
        )

    def _build_global_params(self) -> tuple[ir.Param, ...]:
        """The global parameters, each as the first operation declares it."""
        found = self.parameters.globals
        options: list[ir.Param] = []
        for each in self.config.global_parameters:
            param = found.get(each.parameter)
            if param is not None:
                options.append(
                    replace(
                        param,
                        name=each.name,
                        default=each.default,
                        required=False,
                        type=self.declared.finalize_type(param.type),
                    )
                )
        return tuple(options)

    # -------------------------------------------------------------- operations

    def _lower_path(
        self, path: str, item: Json
    ) -> list[tuple[OperationName, ir.Operation]]:
        made: list[tuple[OperationName, ir.Operation]] = []
        around = f"/paths/{escape(path)}"
        for method, key, operation in http_methods.operations(item):
            pointer = f"{around}/{key}"
            made += self._lower_method(path, method, item, operation, pointer)
            self.ledger.generated(Part.OPERATION, pointer)
        for method in self.read.get_object(item, "additionalOperations"):
            reason = http_methods.explain_refusal(method)
            if reason:
                at = f"{around}/additionalOperations/{escape(method)}"
                self.ledger.skipped(Part.OPERATION, at, reason)
        return made

    def _lower_method(
        self, path: str, method: str, item: Json, node: dict[str, Json], pointer: str
    ) -> Iterator[tuple[OperationName, ir.Operation]]:
        """One method; and if it may answer with a stream, too, one for that."""
        action = self.actions.propose_name(path, method.lower(), node)
        for number, found in enumerate(self.answers.lower_responses(node, pointer)):
            operation = self._lower_operation(path, method, item, node, pointer, found)
            if number:
                operation = replace(operation, pointer=Text(f"{pointer}/responses"))
                names = tuple(("stream", *each) for each in action.candidates)
                action = replace(action, candidates=names)
            yield action, operation

    def _lower_operation(
        self,
        path: str,
        method: str,
        item: Json,
        node: dict[str, Json],
        pointer: str,
        found: ResponseSet,
    ) -> ir.Operation:
        params, options = self.parameters.lower_all(
            path, item, node, pointer, self.global_names
        )
        auth = self.security.find_alternatives(node)
        payloads = self.payloads.lower_request_body(node, pointer)
        sent = payloads[0].params if payloads else ()
        members = len(params) + len(found.responses) + sum(map(len, auth))
        # Each way to send the body is called by each media type of the result.
        overloads = max(1, len(payloads)) * sum(
            (len(each.others) for each in found.responses), start=1
        )
        self.ledger.grow((CLASS + members) * overloads, pointer)
        stated = self.read.get_string(node, "operationId")
        unique = stated != "" and self.stated[stated] == 1
        return ir.Operation(
            id=Text(stated if unique else f"{method} {path}"),
            name="",
            method=method.upper() if method in http_methods.METHODS else method,
            path=Text(re.sub("#[^{]*$", "", path)),  # a fragment is never sent
            params=(*params, *add_accept_params(found.responses), *sent),
            payloads=tuple(payloads),
            responses=found.responses,
            stream=found.stream,
            shapes=self._lower_shapes(node, pointer),
            options=options,
            auth=auth,
            server=find_own_server(self.read, item, node),
            scopes=list_strings(node.get("x-sdk-scopes-any")),
            doc=self.read.read_doc(node),
            deprecated=node.get("deprecated") is True,
            pointer=Text(pointer),
        )

    def _lower_shapes(
        self, node: dict[str, Json], pointer: str
    ) -> tuple[ir.Shape, ...]:
        shapes: list[ir.Shape] = []
        for index, row in enumerate(self.read.get_array(node, "x-sdk-shape")):
            site = f"{pointer}/x-sdk-shape/{index}/response"
            when = self.read.get_object(row, "when")
            entry = row if isinstance(row, dict) else {}
            shapes.append(
                ir.Shape(
                    when=tuple((name, value is True) for name, value in when.items()),
                    type=self.schemas.lower_schema(entry.get("response"), site),
                    example=entry.get("example", ABSENT),
                )
            )
        return tuple(shapes)

    def _finish_operation(self, operation: ir.Operation) -> ir.Operation:
        """Final types, arguments in the order of the signature, with final names."""
        final = self.declared.finalize_type
        names = self._argument_names.name_arguments(operation)
        pointer = str(operation.pointer)
        params = self._finish_params(operation.params, pointer, names)
        payloads = tuple(
            replace(
                way,
                body=(
                    None
                    if way.body is None
                    else self._finish_body(way.body, pointer, names)
                ),
                params=self._finish_params(way.params, pointer, names),
            )
            for way in operation.payloads
        )
        responses = tuple(
            replace(
                response,
                type=None if response.type is None else final(response.type),
                others=tuple(replace(m, type=final(m.type)) for m in response.others),
                headers=tuple(replace(h, type=final(h.type)) for h in response.headers),
            )
            for response in operation.responses
        )
        stream = operation.stream
        if stream is not None:
            events = tuple((name, final(type_)) for name, type_ in stream.events)
            stream = replace(stream, events=events)
        wires = {str(p.wire): p.name for p in params}
        shapes = tuple(
            replace(
                shape,
                when=tuple((wires[w], v) for w, v in shape.when if w in wires),
                type=final(shape.type),
            )
            for shape in operation.shapes
        )
        return replace(
            operation,
            params=params,
            payloads=payloads,
            responses=responses,
            stream=stream,
            shapes=shapes,
        )

    def _finish_params(
        self, params: tuple[ir.Param, ...], pointer: str, names: dict[str, str]
    ) -> tuple[ir.Param, ...]:
        named = [
            replace(
                param,
                name=names[argument_pointer(pointer, param)],
                type=self.declared.finalize_type(param.type),
            )
            for param in params
        ]
        return tuple(sorted(named, key=lambda p: not p.required))

    def _finish_body(
        self, body: ir.Body, pointer: str, names: dict[str, str]
    ) -> ir.Body:
        final = self.declared.finalize_type
        return replace(
            body,
            name=names[argument_pointer(pointer, body)],
            media=tuple(replace(m, type=final(m.type)) for m in body.media),
        )
