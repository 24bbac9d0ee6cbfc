"""Paths → resources and operations, and with the declarations the whole ``Api``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from . import ir, naming
from .config import Config
from .context import Contexts
from .declare import Declarations
from .diagnostics import Diagnostics
from .document import Document
from .ir import Json, Location, Text, Type
from .ledger import Ledger, Part
from .merge import escape
from .parameters import Parameters
from .payloads import Payloads
from .reader import Reader, texts
from .schemas import Schemas, references

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


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
        self.parameters = Parameters(self.read, self.schemas, diagnostics, ledger)
        self.payloads = Payloads(self.read, self.schemas, diagnostics, ledger)
        self.document = document
        self.global_names = {each.parameter for each in config.global_parameters}

    # ------------------------------------------------------------------- whole

    def api(self) -> ir.Api:
        root = self.document.root
        info = self.read.mapping(root, "info")
        for name in self.read.mapping(self.read.mapping(root, "components"), "schemas"):
            self.schemas.component(f"/components/schemas/{escape(name)}")
        auth = self._auth()
        drafts = [
            draft
            for path, item in self.read.mapping(root, "paths").items()
            for draft in self._path(path, item, auth)
        ]
        webhooks = self._webhooks()
        ids = {op.pointer: op.id for _, op in drafts}
        self.declared = Declarations(
            self.schemas,
            self.document,
            self.diagnostics,
            self.lock,
            self.config.names,
            Contexts(self.document, ids),
        )
        drafts = [(key, self._finish(op)) for key, op in drafts]
        options = self._options(drafts)
        resources = self._resources(drafts)
        operations = [op for each in resources for op in each.operations]
        declarations = self.declared.declarations(())
        sent = _reachable(declarations, _passed(operations))
        declarations = self.declared.declarations(sent)
        resources = self._with_pages(resources, declarations)
        return ir.Api(
            package=self.config.package,
            title=Text(self.read.text(info, "title")),
            version=Text(self.read.text(info, "version")),
            doc=self.read.doc(info),
            servers=self._servers(),
            auth=auth,
            options=options,
            declarations=declarations,
            resources=resources,
            webhooks=tuple(
                ir.Webhook(name=each.name, type=self.declared.final(each.type))
                for each in webhooks
            ),
        )

    def _servers(self) -> tuple[ir.Server, ...]:
        servers = []
        for server in self.read.items(self.document.root, "servers"):
            variables = self.read.mapping(server, "variables")
            servers.append(
                ir.Server(
                    url=Text(self.read.text(server, "url")),
                    variables=tuple(
                        (Text(name), Text(self.read.text(value, "default")))
                        for name, value in variables.items()
                    ),
                    doc=self.read.doc(server),
                )
            )
        return tuple(servers)

    def _auth(self) -> tuple[ir.Auth, ...]:
        components = self.read.mapping(self.document.root, "components")
        schemes = self.read.mapping(components, "securitySchemes")
        places = {key: f"/components/securitySchemes/{escape(key)}" for key in schemes}
        allocated = naming.allocate(
            {
                place: naming.ladder(
                    naming.snake, [key], [key, "auth"], fallback="auth"
                )
                for key, place in places.items()
            },
            naming.ARGUMENTS,
            pinned=self.lock.pins("auth"),
        )
        self._auth_names: dict[str, str] = {}
        made = []
        for key, place in places.items():
            scheme, _ = self.read.follow(schemes[key], place)
            name = allocated.names[place]
            auth = self._scheme(name, scheme)
            if auth is None:
                self.diagnostics.add(
                    "U603",
                    f"security scheme {key!r} is not supported: pass its header"
                    " yourself",
                    self.document.place(place),
                    pointer=place,
                )
                continue
            self._auth_names[key] = name
            self.lock.publish("auth", name, [place])
            made.append(auth)
        return tuple(made)

    def _scheme(self, name: str, scheme: Json) -> ir.Auth | None:
        kind = self.read.text(scheme, "type")
        http = self.read.text(scheme, "scheme").lower()
        header = {"location": Location.HEADER, "wire": Text("Authorization")}
        doc = self.read.doc(scheme)
        if kind == "http" and http == "basic":
            return ir.Auth(
                name=name,
                scheme=ir.Scheme.BASIC,
                location=Location.HEADER,
                wire=header["wire"],
                doc=doc,
            )
        if (kind == "http" and http == "bearer") or kind in ("oauth2", "openIdConnect"):
            return ir.Auth(
                name=name,
                scheme=ir.Scheme.BEARER,
                location=Location.HEADER,
                wire=Text("Authorization"),
                doc=doc,
            )
        place = self.read.text(scheme, "in")
        wire = self.read.text(scheme, "name")
        if kind == "apiKey" and wire and place in ("header", "query", "cookie"):
            return ir.Auth(
                name=name,
                scheme=ir.Scheme.API_KEY,
                location=Location(place),
                wire=Text(wire),
                doc=doc,
            )
        return None

    def _options(
        self, drafts: Iterable[tuple[str, ir.Operation]]
    ) -> tuple[ir.Param, ...]:
        """The global parameters, each as the first operation declares it."""
        found = self.parameters.globals
        options = []
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

    def _webhooks(self) -> list[ir.Webhook]:
        found = []
        for name, item in self.read.mapping(self.document.root, "webhooks").items():
            for method in METHODS:
                operation = self.read.mapping(item, method)
                pointer = f"/webhooks/{escape(name)}/{method}/requestBody"
                body, where = self.read.follow(operation.get("requestBody"), pointer)
                for media, value in self.read.mapping(body, "content").items():
                    site = f"{where}/content/{escape(media)}/schema"
                    schema = value.get("schema") if isinstance(value, dict) else None
                    if schema is not None:
                        type_ = self.schemas.type_at(schema, site)
                        found.append(ir.Webhook(name=Text(name), type=type_))
                        break
        return found

    # -------------------------------------------------------------- operations

    def _path(
        self, path: str, item: Json, auth: tuple[ir.Auth, ...]
    ) -> list[tuple[str, ir.Operation]]:
        made = []
        for method in METHODS:
            operation = self.read.mapping(item, method)
            if not operation:
                continue
            pointer = f"/paths/{escape(path)}/{method}"
            made.append(self._operation(path, method, item, operation, pointer))
            self.ledger.generated(Part.OPERATION, pointer)
        return made

    def _operation(
        self, path: str, method: str, item: Json, node: dict[str, Json], pointer: str
    ) -> tuple[str, ir.Operation]:
        params, options = self.parameters.of(
            path, item, node, pointer, self.global_names
        )
        body, form, fields = self.payloads.request(node, pointer)
        responses, stream = self.payloads.responses(node, pointer)
        key, action = _identity(path, method, node)
        operation = ir.Operation(
            id=Text(self.read.text(node, "operationId") or f"{method} {path}"),
            name=action,
            method=method.upper(),
            path=Text(path),
            params=(*params, *fields),
            body=body,
            form=Text(form),
            responses=responses,
            stream=stream,
            shapes=self._shapes(node, pointer),
            options=options,
            auth=self._security(node, pointer),
            scopes=texts(node.get("x-sdk-scopes-any")),
            doc=self.read.doc(node),
            deprecated=node.get("deprecated") is True,
            pointer=Text(pointer),
        )
        return key, operation

    def _security(
        self, node: dict[str, Json], pointer: str
    ) -> tuple[tuple[str, ...], ...]:
        stated = node.get("security", self.document.root.get("security"))
        alternatives = []
        for requirement in stated if isinstance(stated, list) else []:
            if isinstance(requirement, dict):
                known = [self._auth_names.get(name) for name in requirement]
                if None not in known:
                    alternatives.append(tuple(name for name in known if name))
        return () if () in alternatives else tuple(alternatives)

    def _shapes(self, node: dict[str, Json], pointer: str) -> tuple[ir.Shape, ...]:
        shapes = []
        for index, row in enumerate(self.read.items(node, "x-sdk-shape")):
            site = f"{pointer}/x-sdk-shape/{index}/response"
            when = self.read.mapping(row, "when")
            schema = row.get("response") if isinstance(row, dict) else None
            shapes.append(
                ir.Shape(
                    when=tuple((name, value is True) for name, value in when.items()),
                    type=self.schemas.type_at(schema, site),
                )
            )
        return tuple(shapes)

    def _finish(self, operation: ir.Operation) -> ir.Operation:
        """Final types, arguments in the order of the signature, with final names."""
        final = self.declared.final
        params = [replace(p, type=final(p.type)) for p in operation.params]
        body = operation.body
        if body is not None:
            media = tuple(replace(m, type=final(m.type)) for m in body.media)
            body = replace(body, media=media)
        params, body = self._named(operation, params, body)
        names = {str(p.wire): p.name for p in params}
        responses = tuple(
            replace(
                response,
                type=None if response.type is None else final(response.type),
                headers=tuple(replace(h, type=final(h.type)) for h in response.headers),
            )
            for response in operation.responses
        )
        stream = operation.stream
        if stream is not None:
            events = tuple((name, final(type_)) for name, type_ in stream.events)
            stream = replace(stream, events=events)
        shapes = tuple(
            ir.Shape(
                when=tuple((names[w], v) for w, v in shape.when if w in names),
                type=final(shape.type),
            )
            for shape in operation.shapes
        )
        return replace(
            operation,
            params=tuple(params),
            body=body,
            responses=responses,
            stream=stream,
            shapes=shapes,
        )

    def _named(
        self, operation: ir.Operation, params: list[ir.Param], body: ir.Body | None
    ) -> tuple[list[ir.Param], ir.Body | None]:
        pointer = operation.pointer
        places = [f"{pointer}/{p.location}/{escape(p.wire)}" for p in params]
        ladders = {
            place: naming.ladder(
                naming.snake,
                [param.wire],
                [param.wire, param.location],
                fallback="parameter",
            )
            for place, param in zip(places, params, strict=True)
        }
        own = f"{pointer}/body"
        if body is not None:
            ladders[own] = naming.ladder(
                naming.snake, [body.name], [body.name, "body"], fallback="body"
            )
        result = naming.allocate(
            ladders,
            naming.ARGUMENTS,
            pinned=self.lock.pins("argument"),
            forced={p: n for p, n in self.config.names.items() if p in ladders},
        )
        self._clashing(result)
        for place in ladders:
            scope = f"{operation.id}".replace(" ", "_")
            name = f"{scope}:{result.names[place]}"
            self.lock.publish("argument", name, [place])
        named = [
            replace(param, name=result.names[place])
            for place, param in zip(places, params, strict=True)
        ]
        named.sort(key=lambda p: not p.required)
        if body is not None:
            body = replace(body, name=result.names[own])
        return named, body

    # --------------------------------------------------------------- resources

    def _resources(
        self, drafts: list[tuple[str, ir.Operation]]
    ) -> tuple[ir.Resource, ...]:
        by_key: dict[str, list[ir.Operation]] = {}
        for key, operation in drafts:
            by_key.setdefault(key, []).append(operation)
        listed = [key for key in self.config.resources if key in by_key]
        keys = [*listed, *(key for key in by_key if key not in listed)]
        result = naming.allocate(
            {key: naming.ladder(naming.snake, [key], fallback="api") for key in keys},
            naming.CLIENT | naming.MODULES,
            pinned=self.lock.pins("resource"),
            forced={k: n for k, n in self.config.names.items() if k in by_key},
        )
        self._clashing(result)
        made = []
        for key in keys:
            name = result.names[key]
            self.lock.publish("resource", name, [key])
            made.append(
                ir.Resource(
                    name=name,
                    class_name=naming.pascal(naming.words(name)) + "Resource",
                    operations=self._methods(name, by_key[key]),
                    doc=self._resource_doc(key),
                )
            )
        return tuple(made)

    def _resource_doc(self, key: str) -> ir.Doc:
        if self.config.resources.get(key):
            return ir.Doc(summary=Text(self.config.resources[key]))
        for tag in self.read.items(self.document.root, "tags"):
            if isinstance(tag, dict) and tag.get("name") == key:
                return self.read.doc(tag)
        return ir.NO_DOC

    def _methods(
        self, resource: str, operations: list[ir.Operation]
    ) -> tuple[ir.Operation, ...]:
        ladders = {
            str(op.pointer): naming.ladder(
                naming.snake,
                [op.name],
                [op.name, _static(op.path)],
                [op.method.lower(), op.name, _static(op.path)],
                [op.method.lower(), op.path],
                fallback=op.method.lower(),
            )
            for op in operations
        }
        result = naming.allocate(
            ladders,
            naming.METHODS,
            pinned=self.lock.pins("method"),
            forced={p: n for p, n in self.config.names.items() if p in ladders},
        )
        self._clashing(result)
        for pointer, wanted in sorted(result.widened.items()):
            self.diagnostics.add(
                "W802",
                f"more than one operation is {resource}.{wanted}: this one is"
                f" {resource}.{result.names[pointer]}",
                self.document.place(pointer),
                pointer=pointer,
            )
        named = []
        for operation in operations:
            name = result.names[operation.pointer]
            self.lock.publish("method", f"{resource}.{name}", [operation.pointer])
            named.append(replace(operation, name=name))
        return tuple(named)

    def _clashing(self, result: naming.Allocation) -> None:
        for name, places in result.clashes:
            for place in places[1:]:
                self.diagnostics.add(
                    "E502",
                    f"an override names two things {name!r}: {places[0]} and {place}",
                    self.config.place(place) or self.document.place(place),
                    pointer=place,
                )

    # ------------------------------------------------------------------- pages

    def _with_pages(
        self,
        resources: tuple[ir.Resource, ...],
        declarations: tuple[ir.Declaration, ...],
    ) -> tuple[ir.Resource, ...]:
        by_name = {each.name: each for each in declarations}
        made = []
        for resource in resources:
            paged = {
                str(op.pointer): pages
                for op in resource.operations
                if (pages := self._pages(op, by_name)) is not None
            }
            names = {str(op.pointer): op.name for op in resource.operations}
            result = naming.allocate(
                {
                    pointer: ("iterate", f"iterate_{names[pointer].rstrip('_')}")
                    for pointer in paged
                },
                naming.METHODS,
                taken=names.values(),
                pinned=self.lock.pins("iterator"),
            )
            for pointer, name in result.names.items():
                self.lock.publish("iterator", f"{resource.name}.{name}", [pointer])
            operations = tuple(
                (
                    replace(
                        op,
                        pages=replace(
                            paged[op.pointer], method=result.names[op.pointer]
                        ),
                    )
                    if op.pointer in paged
                    else op
                )
                for op in resource.operations
            )
            made.append(replace(resource, operations=operations))
        return tuple(made)

    def _pages(
        self, operation: ir.Operation, declarations: dict[str, ir.Declaration]
    ) -> ir.Pages | None:
        node = self.read.at(operation.pointer)
        pages = self.read.mapping(node, "x-sdk-pages")
        if not pages:
            return None
        request = self.read.mapping(pages, "request")
        answer = self.read.mapping(pages, "response")
        names = {str(p.wire): p.name for p in operation.params}
        missing = [wire for wire in request.values() if str(wire) not in names]
        item = _item(operation, self.read.text(answer, "items"), declarations)
        if missing or item is None:
            what = f"parameter {missing[0]!r}" if missing else "list of items"
            self.diagnostics.add(
                "E503",
                f"x-sdk-pages: the operation has no {what}",
                self.document.place(f"{operation.pointer}/x-sdk-pages"),
                pointer=operation.pointer,
            )
            return None
        total = self.read.text(answer, "total")
        cursor = self.read.text(answer, "cursor")
        return ir.Pages(
            method="iterate",
            style=self.read.text(pages, "style"),
            params=tuple((role, names[str(wire)]) for role, wire in request.items()),
            items=Text(self.read.text(answer, "items")),
            item=item,
            total=Text(total) if total else None,
            cursor=Text(cursor) if cursor else None,
        )


def _identity(path: str, method: str, node: dict[str, Json]) -> tuple[str, str]:
    """Key of the resource and text of the action of an operation."""
    stated = node.get("operationId")
    tags = node.get("tags")
    tag = tags[0] if isinstance(tags, list) and tags else None
    fallback = next(
        (part for part in path.split("/") if part and "{" not in part), "api"
    )
    key = tag if isinstance(tag, str) and naming.words(tag) else fallback
    if isinstance(stated, str) and naming.words(stated):
        resource, dot, action = stated.partition(".")
        if dot and naming.words(resource) and naming.words(action):
            return resource, action
        return key, stated
    return key, _verb(path, method)


def _verb(path: str, method: str) -> str:
    """What a person would call an operation that has no ``operationId``."""
    parts = [part for part in path.split("/") if part]
    single = bool(parts) and "{" in parts[-1]
    match method:
        case "get":
            return "get" if single else "list"
        case "post":
            return "create"
        case "put":
            return "replace"
        case "patch":
            return "update"
        case _:
            return method


def _static(path: str) -> str:
    """The literal segments of a path."""
    return " ".join(part for part in path.split("/") if part and "{" not in part)


def _item(
    operation: ir.Operation, wire: str, declarations: dict[str, ir.Declaration]
) -> Type | None:
    """The type of an item of a page."""
    for response in operation.responses:
        type_ = response.type
        if not response.status.startswith("2") or type_ is None:
            continue
        found = _resolved(type_, declarations)
        if isinstance(found, ir.Model):
            for field in found.fields:
                if field.wire == wire:
                    inner = _resolved(field.type, declarations)
                    return inner.item if isinstance(inner, ir.ListOf) else None
    return None


def _resolved(
    type_: Type, declarations: dict[str, ir.Declaration]
) -> Type | ir.Declaration:
    """What a type is behind its aliases."""
    seen: set[str] = set()
    while isinstance(type_, ir.Ref) and type_.name not in seen:
        seen.add(type_.name)
        declaration = declarations[type_.name]
        if isinstance(declaration, ir.Model):
            return declaration
        type_ = declaration.type
    return type_


def _passed(operations: Iterable[ir.Operation]) -> list[str]:
    """The declarations that the arguments of operations name."""
    found: list[str] = []
    for operation in operations:
        for param in operation.params:
            found.extend(references(param.type))
        if operation.body is not None:
            for media in operation.body.media:
                found.extend(references(media.type))
    return found


def _reachable(
    declarations: tuple[ir.Declaration, ...], start: Iterable[str]
) -> set[str]:
    by_name = {each.name: each for each in declarations}
    reached: set[str] = set()
    waiting = list(start)
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        match by_name[name]:
            case ir.Model(fields=fields, extra=extra):
                for field in fields:
                    waiting.extend(references(field.type))
                if extra is not None:
                    waiting.extend(references(extra))
            case ir.Alias(type=type_):
                waiting.extend(references(type_))
    return reached
