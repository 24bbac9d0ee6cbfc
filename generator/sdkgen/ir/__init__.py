"""What an SDK is: one closed sum of plain data that every output is rendered from.

Must not know: everything else.
"""

from __future__ import annotations

from .alternatives import (
    Alternatives,
)
from .api import (
    Api,
    Auth,
    Body,
    Grant,
    Link,
    Location,
    Media,
    Operation,
    Pages,
    Param,
    Payload,
    Resource,
    Response,
    Scheme,
    Server,
    Shape,
    Stream,
    Style,
    Variable,
    Webhook,
)
from .dump import (
    to_json,
)
from .kinds import (
    KIND_OF_FORMAT,
    KIND_OF_JSON_TYPE,
    Kind,
)
from .package import (
    PYTHONS,
    Author,
    Package,
)
from .references import (
    find_references,
)
from .types import (
    DEEPEST_ANNOTATION,
    EMPTY,
    NO_DOC,
    Access,
    Alias,
    Declaration,
    Doc,
    Field,
    ListOf,
    LiteralOf,
    MapOf,
    Model,
    Ref,
    Scalar,
    Text,
    TupleOf,
    Type,
    UnionOf,
)

__all__ = [
    "DEEPEST_ANNOTATION",
    "EMPTY",
    "KIND_OF_FORMAT",
    "KIND_OF_JSON_TYPE",
    "NO_DOC",
    "PYTHONS",
    "Access",
    "Alias",
    "Alternatives",
    "Api",
    "Auth",
    "Author",
    "Body",
    "Declaration",
    "Doc",
    "Field",
    "Grant",
    "Kind",
    "Link",
    "ListOf",
    "LiteralOf",
    "Location",
    "MapOf",
    "Media",
    "Model",
    "Operation",
    "Package",
    "Pages",
    "Param",
    "Payload",
    "Ref",
    "Resource",
    "Response",
    "Scalar",
    "Scheme",
    "Server",
    "Shape",
    "Stream",
    "Style",
    "Text",
    "TupleOf",
    "Type",
    "UnionOf",
    "Variable",
    "Webhook",
    "find_references",
    "to_json",
]
