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
from sdkgen.lower.names.operation_names import Action, Actions
from sdkgen.lower.names.schema_context import Contexts
from sdkgen.lower.schemas.declarations import Declarations
from sdkgen.lower.schemas.discriminators import infer
from sdkgen.lower.schemas.schemas import Schemas
from sdkgen.openapi import http_methods
from sdkgen.read.document import Document
from sdkgen.support.absent import ABSENT
from sdkgen.support.json_pointer import Json, escape

from .accessors import Reader, texts
from .argument_names import ArgumentNames, argument_pointer
from .pagination import Pagination
from .parameters import Parameters
from .request_bodies import Payloads
from .resources import Resources
from .response_docs import resolved
from .responses import Answers, Found, asking
from .security import Security
from .sent import find_sent
from .servers import server_of, servers
from .webhooks import Received, finished


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
    return _Builder(document, config, lock, diagnostics, ledger).api()


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
        self.read = Reader(document)
        self.schemas = Schemas(document, diagnostics, ledger)
        self.parameters = Parameters(self.read, self.schemas, ledger)
        self.payloads = Payloads(self.read, self.schemas, ledger)
        self.answers = Answers(self.read, self.schemas, ledger)
        self.security = Security(self.read, lock, diagnostics)
        self.resources = Resources(self.read, config, lock, diagnostics)
        self.pagination = Pagination(self.read, lock, diagnostics)
        self.actions = Actions(self.read)
        self._argument_names = ArgumentNames(
            lock, config.names, self.resources.clashing
        )
        self.document = document
        self.global_names = {each.parameter for each in config.global_parameters}

    # ------------------------------------------------------------------- whole

    def api(self) -> ir.Api:
        root = self.document.root
        info = self.read.mapping(root, "info")
        components = self.read.mapping(root, "components")
        schemes = self.read.mapping(components, "securitySchemes")
        self.ledger.grow(CLASS * len(schemes), "/components/securitySchemes")
        self.ledger.grow(CLASS * len(self.read.items(root, "servers")), "/servers")
        for name in self.read.mapping(components, "schemas"):
            self.schemas.component(f"/components/schemas/{escape(name)}")

        paths = self.read.mapping(root, "paths").values()
        stated = (
            found for item in paths for _, _, found in http_methods.operations(item)
        )
        self.stated = Counter(self.read.text(each, "operationId") for each in stated)
        drafts = [
            draft
            for path, item in self.read.mapping(root, "paths").items()
            for draft in self._path(path, item)
        ]
        webhooks = Received(self.read, self.schemas, self.ledger).all(root)
        resources = self.resources.group(drafts)
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
            replace(each, operations=tuple(map(self._finish, each.operations)))
            for each in resources
        )
        options = self._options()
        operations = [op for each in resources for op in each.operations]
        declarations = self.declared.declarations()
        sent = find_sent(operations, declarations)
        declarations = tuple(
            replace(each, sent=True) if each.name in sent else each
            for each in declarations
        )
        declarations = infer(declarations)
        resources = resolved(self.pagination.add_pages(resources, declarations))
        return ir.Api(
            package=self.config.package,
            title=Text(self.read.text(info, "title")),
            version=Text(self.read.text(info, "version")),
            doc=self.read.doc(info),
            servers=servers(self.read),
            auth=self.security.auth,
            options=options,
            declarations=declarations,
            resources=resources,
            webhooks=finished(webhooks, self.declared.final, self.lock),
        )

    def _options(self) -> tuple[ir.Param, ...]:
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
                        type=self.declared.final(param.type),
                    )
                )
        return tuple(options)

    # -------------------------------------------------------------- operations

    def _path(self, path: str, item: Json) -> list[tuple[Action, ir.Operation]]:
        made: list[tuple[Action, ir.Operation]] = []
        around = f"/paths/{escape(path)}"
        for method, key, operation in http_methods.operations(item):
            pointer = f"{around}/{key}"
            made += self._operations(path, method, item, operation, pointer)
            self.ledger.generated(Part.OPERATION, pointer)
        for method in self.read.mapping(item, "additionalOperations"):
            reason = http_methods.explain_refusal(method)
            if reason:
                at = f"{around}/additionalOperations/{escape(method)}"
                self.ledger.skipped(Part.OPERATION, at, reason)
        return made

    def _operations(
        self, path: str, method: str, item: Json, node: dict[str, Json], pointer: str
    ) -> Iterator[tuple[Action, ir.Operation]]:
        """One method; and if it may answer with a stream, too, one for that."""
        action = self.actions.of(path, method.lower(), node)
        for number, found in enumerate(self.answers.responses(node, pointer)):
            operation = self._operation(path, method, item, node, pointer, found)
            if number:
                operation = replace(operation, pointer=Text(f"{pointer}/responses"))
                names = tuple(("stream", *each) for each in action.candidates)
                action = replace(action, candidates=names)
            yield action, operation

    def _operation(
        self,
        path: str,
        method: str,
        item: Json,
        node: dict[str, Json],
        pointer: str,
        found: Found,
    ) -> ir.Operation:
        params, options = self.parameters.of(
            path, item, node, pointer, self.global_names
        )
        auth = self.security.of(node)
        payloads = self.payloads.request(node, pointer)
        sent = payloads[0].params if payloads else ()
        members = len(params) + len(found.responses) + sum(map(len, auth))
        # Each way to send the body is called by each media type of the result.
        overloads = max(1, len(payloads)) * sum(
            (len(each.others) for each in found.responses), start=1
        )
        self.ledger.grow((CLASS + members) * overloads, pointer)
        stated = self.read.text(node, "operationId")
        unique = stated != "" and self.stated[stated] == 1
        return ir.Operation(
            id=Text(stated if unique else f"{method} {path}"),
            name="",
            method=method.upper() if method in http_methods.METHODS else method,
            path=Text(re.sub("#[^{]*$", "", path)),  # a fragment is never sent
            params=(*params, *asking(found.responses), *sent),
            payloads=tuple(payloads),
            responses=found.responses,
            stream=found.stream,
            shapes=self._shapes(node, pointer),
            options=options,
            auth=auth,
            server=server_of(self.read, item, node),
            scopes=texts(node.get("x-sdk-scopes-any")),
            doc=self.read.doc(node),
            deprecated=node.get("deprecated") is True,
            pointer=Text(pointer),
        )

    def _shapes(self, node: dict[str, Json], pointer: str) -> tuple[ir.Shape, ...]:
        shapes: list[ir.Shape] = []
        for index, row in enumerate(self.read.items(node, "x-sdk-shape")):
            site = f"{pointer}/x-sdk-shape/{index}/response"
            when = self.read.mapping(row, "when")
            entry = row if isinstance(row, dict) else {}
            shapes.append(
                ir.Shape(
                    when=tuple((name, value is True) for name, value in when.items()),
                    type=self.schemas.type_at(entry.get("response"), site),
                    example=entry.get("example", ABSENT),
                )
            )
        return tuple(shapes)

    def _finish(self, operation: ir.Operation) -> ir.Operation:
        """Final types, arguments in the order of the signature, with final names."""
        final = self.declared.final
        names = self._argument_names.name_arguments(operation)
        pointer = str(operation.pointer)
        params = self._params(operation.params, pointer, names)
        payloads = tuple(
            replace(
                way,
                body=None if way.body is None else self._body(way.body, pointer, names),
                params=self._params(way.params, pointer, names),
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

    def _params(
        self, params: tuple[ir.Param, ...], pointer: str, names: dict[str, str]
    ) -> tuple[ir.Param, ...]:
        named = [
            replace(
                param,
                name=names[argument_pointer(pointer, param)],
                type=self.declared.final(param.type),
            )
            for param in params
        ]
        return tuple(sorted(named, key=lambda p: not p.required))

    def _body(self, body: ir.Body, pointer: str, names: dict[str, str]) -> ir.Body:
        final = self.declared.final
        return replace(
            body,
            name=names[argument_pointer(pointer, body)],
            media=tuple(replace(m, type=final(m.type)) for m in body.media),
        )
