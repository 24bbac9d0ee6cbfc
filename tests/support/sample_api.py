"""An API made by hand that has one of everything, and strings that want to break out."""

from __future__ import annotations

from sdkgen import ir
from sdkgen.ir import Access, Doc, Kind, Location, Ref, Scalar, Scheme, Style, Text

HOSTILE = Text(
    'A"""quote" \'\'\' \\N{BULLET} \\ {{ x }} {% y %} `tick` <b> \r import os \u2028'
    " x\x85 y\x0c z \u202e bidi \x00 nul\ufeff\n\n__import__('os').abort()\n\n# end\\"
)
"""Ends in a backslash and holds every way out of a string, a comment or a template."""

STRING = Scalar(kind=Kind.STRING)
INTEGER = Scalar(kind=Kind.INTEGER)
NULL = Scalar(kind=Kind.NULL)
TIME = Scalar(kind=Kind.MILLISECONDS)
BYTES = Scalar(kind=Kind.BYTES)
ANY = Scalar(kind=Kind.ANY)
DOC = Doc(summary=Text("A summary"), description=HOSTILE)


def nullable(type_: ir.Type) -> ir.UnionOf:
    """The type or null."""
    return ir.UnionOf(options=(type_, NULL))


def field(name: str, type_: ir.Type, wire: str = "", **more: object) -> ir.Field:
    """A field; its wire name is its name unless another is given."""
    return ir.Field(name=name, wire=Text(wire or name), type=type_, **more)  # type: ignore[arg-type] # any keyword of Field


def model(name: str, *fields: ir.Field, **more: object) -> ir.Model:
    """A component."""
    pointer = Text(f"/components/schemas/{name}")
    return ir.Model(**{"name": name, "fields": fields, "pointer": pointer, **more})  # type: ignore[arg-type] # any keyword of Model


def alias(name: str, type_: ir.Type, **more: object) -> ir.Alias:
    """A component that is no object."""
    pointer = Text(f"/components/schemas/{name}")
    return ir.Alias(**{"name": name, "type": type_, "pointer": pointer, **more})  # type: ignore[arg-type] # any keyword of Alias


CAT = model(
    "Cat",
    field("kind", ir.LiteralOf(values=(Text("cat"),), open=False), required=True),
    field("lives", INTEGER),
    sent=True,
)
DOG = model(
    "Dog",
    field("kind", ir.LiteralOf(values=(Text("dog"),), open=False), required=True),
    field("good", Scalar(kind=Kind.BOOLEAN), required=True),
    sent=True,
)
PET = alias(
    "Pet",
    ir.UnionOf(
        options=(Ref(name="Cat"), Ref(name="Dog")),
        tag=Text("kind"),
        mapping=((Text("cat"), "Cat"), (Text("dog"), "Dog")),
    ),
    doc=DOC,
    sent=True,
)
COLOR = alias(
    "Color",
    ir.LiteralOf(values=(Text("red"), HOSTILE, Text("\ud800"), 7, True)),
    doc=DOC,
    sent=True,
)
JSON = alias(
    "Json",
    ir.UnionOf(
        options=(
            STRING,
            ir.ListOf(item=Ref(name="Json")),
            ir.MapOf(value=Ref(name="Json")),
            NULL,
        )
    ),
    sent=True,
)
NODE = model(
    "Node",
    field("children", ir.ListOf(item=Ref(name="Node"))),
    field("leaf", Ref(name="Leaf")),
    sent=True,
)
LEAF = model("Leaf", field("parent", Ref(name="Node")), sent=True)
EVERYTHING = model(
    "Everything",
    *(field(f"a_{kind.value}", Scalar(kind=kind), doc=DOC) for kind in Kind),
    field("from_", STRING, "from", required=True),
    field("dollar_and", ir.ListOf(item=Ref(name="Everything")), "$and"),
    field("odd", STRING, str(HOSTILE), doc=DOC),
    field("list_", ir.ListOf(item=STRING), "list"),
    field("nothing", nullable(STRING), required=True),
    field("pet", Ref(name="Pet")),
    field("pets", ir.ListOf(item=Ref(name="Pet"))),
    field("color", Ref(name="Color")),
    field("json_", Ref(name="Json"), "json"),
    field("pair", ir.TupleOf(items=(STRING, INTEGER))),
    field("empty", ir.TupleOf(items=())),
    field("table", ir.MapOf(value=nullable(Ref(name="Node")))),
    field("id", STRING, required=True, access=Access.READ_ONLY),
    field("secret", STRING, required=True, access=Access.WRITE_ONLY),
    field("old", INTEGER, deprecated=True, default=10**400),
    doc=DOC,
    sent=True,
)
EXTRA = model("Extra", field("name", STRING), extra=Ref(name="Node"))
INSIDE = ir.Model(
    name="ExtraInside",
    fields=(field("x", Scalar(kind=Kind.NUMBER)),),
    pointer=Text("/components/schemas/Extra/properties/inside"),
)
ERROR = model("Error", field("type", STRING), field("message", STRING))
ITEMS = model(
    "Items", field("items", ir.ListOf(item=Ref(name="Extra"))), field("total", INTEGER)
)
TAGGED = model("TaggedItems", field("items", ir.MapOf(value=Ref(name="Extra"))))

DECLARATIONS: tuple[ir.Declaration, ...] = tuple(
    sorted(
        (
            CAT,
            DOG,
            PET,
            COLOR,
            JSON,
            NODE,
            LEAF,
            EVERYTHING,
            EXTRA,
            INSIDE,
            ERROR,
            ITEMS,
            TAGGED,
        ),
        key=lambda each: each.name,
    )
)


def param(
    name: str, location: Location, type_: ir.Type = STRING, **more: object
) -> ir.Param:
    """A parameter in the usual style of its place."""
    usual = {Location.QUERY, Location.COOKIE, Location.FORM}
    style = Style.FORM if location in usual else Style.SIMPLE
    values = {
        "name": name,
        "wire": Text(name),
        "location": location,
        "type": type_,
        "style": style,
        "explode": style is Style.FORM,
        **more,
    }
    return ir.Param(**values)  # type: ignore[arg-type] # any keyword of Param


def answer(status: str, type_: ir.Type | None) -> ir.Response:
    """A response of JSON."""
    media = Text("application/json" if type_ is not None else "")
    return ir.Response(status=Text(status), type=type_, media_type=media, doc=DOC)


def operation(name: str, method: str, **more: object) -> ir.Operation:
    """An operation of the resource ``thing``."""
    values = {
        "id": Text(f"thing.{name}"),
        "name": name,
        "method": method,
        "path": Text(f"/things/{name}"),
        "responses": (
            answer("200", Ref(name="Extra")),
            answer("404", Ref(name="Error")),
            answer("5XX", Ref(name="Error")),
            answer("default", Ref(name="Error")),
        ),
        "auth": (("access_token",), ()),
        "doc": DOC,
        "pointer": Text(f"/paths/~1things~1{name}/{method.lower()}"),
        **more,
    }
    return ir.Operation(**values)  # type: ignore[arg-type] # any keyword of Operation


ID = param(
    "thing_id",
    Location.PATH,
    required=True,
    example="t1",
    wire=Text("thingId"),
    doc=ir.Doc(description=Text("Where to find it.")),
)
FLAG = Scalar(kind=Kind.BOOLEAN)

UPLOADED = (
    param(
        "file",
        Location.FORM,
        BYTES,
        required=True,
        example="data",
        media_type=Text("application/zip"),
    ),
    param(
        "more",
        Location.FORM,
        ir.ListOf(item=BYTES),
        example=["a", "b"],
        media_type=Text("application/octet-stream"),
    ),
    param(
        "settings",
        Location.FORM,
        Ref(name="Node"),
        example={},
        media_type=Text("application/json"),
    ),
)

OPERATIONS = (
    operation(
        "get",
        "GET",
        path=Text("/things/{thingId}"),
        params=(
            ID,
            param("at", Location.QUERY, TIME, example=5, default=0),
            param(
                "query",
                Location.QUERY,
                Ref(name="Everything"),
                media_type=Text("application/json"),
            ),
            param(
                "filter",
                Location.QUERY,
                ir.ListOf(item=Ref(name="Node")),
                style=Style.BRACKETS,
                explode=True,
            ),
            param("color", Location.QUERY, Ref(name="Color"), example="red"),
            param("trace", Location.HEADER, wire=HOSTILE, doc=DOC),
            param("session", Location.COOKIE),
        ),
        scopes=(Text("all"), HOSTILE),
        options=("_actions",),
        deprecated=True,
    ),
    operation(
        "list",
        "GET",
        params=(
            param("page", Location.QUERY, INTEGER, example=0),
            param("size", Location.QUERY, INTEGER, example=10),
            param("as_object", Location.QUERY, FLAG, wire=Text("asObject")),
        ),
        responses=(answer("200", Ref(name="Items")), answer("404", Ref(name="Error"))),
        pages=ir.Pages(
            method="iterate",
            style="page",
            params=(("page", "page"), ("size", "size")),
            position="page",
            items=Text("items"),
            item=Ref(name="Extra"),
            total=Text("total"),
            shaped_items=(Ref(name="Extra"),),
        ),
        shapes=(ir.Shape(when=(("as_object", True),), type=Ref(name="TaggedItems")),),
    ),
    operation(
        "create",
        "POST",
        params=(param("dry", Location.QUERY, FLAG),),
        payloads=(
            ir.Payload(
                body=ir.Body(
                    name="everything",
                    media=(
                        ir.Media(
                            media_type=Text("application/json"),
                            type=Ref(name="Everything"),
                            example={
                                "from": "here",
                                "$and": [],
                                "nothing": None,
                                "secret": "s",
                                "json": {"deep": ["x"]},
                                "pet": {"kind": "dog", "good": True},
                            },
                        ),
                    ),
                    required=True,
                    doc=DOC,
                )
            ),
        ),
        responses=(
            answer("200", Ref(name="Extra")),
            answer("202", ir.ListOf(item=Ref(name="Pet"))),
            answer("204", None),
        ),
    ),
    operation(
        "nodes",
        "PUT",
        payloads=(
            ir.Payload(
                body=ir.Body(
                    name="nodes",
                    media=(
                        ir.Media(
                            media_type=Text("application/json"),
                            type=nullable(ir.ListOf(item=Ref(name="Node"))),
                            example=[{"leaf": {}}, {"unknown": 1}],
                        ),
                    ),
                )
            ),
        ),
    ),
    operation(
        "upload",
        "POST",
        params=UPLOADED,
        payloads=(ir.Payload(form=Text("multipart/form-data"), params=UPLOADED),),
        responses=(answer("200", BYTES),),
    ),
    operation(
        "watch",
        "GET",
        params=(ID,),
        responses=(answer("200", None), answer("400", Ref(name="Error"))),
        stream=ir.Stream(
            media_type=Text("text/event-stream"),
            events=((Text("state"), Ref(name="Extra")), (HOSTILE, STRING)),
        ),
    ),
    operation("import_", "DELETE", doc=ir.NO_DOC, responses=(), auth=()),
)

API = ir.Api(
    package=ir.Package(
        dist="sample-sdk",
        module="sample_sdk",
        version="0.1.0",
        client="Sample",
        environment=(("access_token", "SAMPLE_TOKEN"), ("base_url", "SAMPLE_URL")),
    ),
    title=HOSTILE,
    version=HOSTILE,
    doc=DOC,
    servers=(ir.Server(url=Text("https://sample.example")),),
    auth=(
        ir.Auth(
            name="access_token",
            scheme=Scheme.BEARER,
            location=Location.HEADER,
            wire=Text("Authorization"),
            doc=DOC,
        ),
    ),
    options=(
        param(
            "actions",
            Location.QUERY,
            FLAG,
            wire=Text("_actions"),
            default=False,
            doc=DOC,
        ),
    ),
    declarations=DECLARATIONS,
    resources=(
        ir.Resource(
            name="thing", class_name="ThingResource", operations=OPERATIONS, doc=DOC
        ),
        ir.Resource(
            name="other",
            class_name="OtherResource",
            operations=(operation("get", "GET", params=(ID,)),),
        ),
    ),
)
