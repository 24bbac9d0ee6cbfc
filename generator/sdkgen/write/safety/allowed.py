"""What generated code may contain: the lists of the gate (``gate.py``).

Each entry carries its reason. An entry goes in when a template needs it and the thing
itself cannot open, run, import or rebind anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

Reasons: TypeAlias = Mapping[str, str]


def _each(names: str, reason: str) -> dict[str, str]:
    return dict.fromkeys(names.split(), reason)


STATEMENTS: Final[Reasons] = {
    "AnnAssign": "fields, typed constants",
    "Assign": "constants, `__all__`",
    "AsyncFunctionDef": "methods of the asynchronous face",
    "ClassDef": "models, parameters, resources, clients",
    "Expr": "docstrings, and calls for their effect",
    "FunctionDef": "methods, `__getattr__` of lazy packages, tests",
    "If": "`if TYPE_CHECKING:`, no other condition",
    "Import": "modules of the list below",
    "ImportFrom": "names of the list below, and the package's own",
    "Pass": "a class without fields",
    "Raise": "AttributeError of a lazy package",
    "Return": "the one line of a method",
}

TEST_STATEMENTS: Final[Reasons] = {
    "AsyncWith": "streams in tests",
    "With": "streams and servers in tests",
}

EXPRESSIONS: Final[Reasons] = {
    "Attribute": "`models.Device`, `self._core.call`; which ones, the gate decides",
    "Await": "methods of the asynchronous face",
    "BinOp": "`A | B` in annotations; no other operator",
    "Call": "constructors and methods of the lists below",
    "Constant": "any value of the document as a literal",
    "Dict": "literals",
    "Lambda": "a type that is looked up when first needed",
    "List": "literals",
    "Name": "names bound in the module, and the builtins of the list below",
    "Set": "literals",
    "Subscript": "`list[Device]`, `Literal[...]`",
    "Tuple": "literals, alternatives",
    "UnaryOp": "negative numbers; no other operator",
}

TEST_EXPRESSIONS: Final[Reasons] = {
    "Yield": "fixtures",
}

IMPORTS: Final[Mapping[str, frozenset[str]]] = {
    # Only what names a type, or makes one. Nothing here opens, runs or imports.
    module: frozenset(names.split())
    for module, names in {
        "__future__": "annotations",
        # A class with a method called `list` cannot say `list[...]` in annotations.
        "builtins": "bool bytes dict float int list object set str tuple type",
        "collections.abc": (
            "AsyncGenerator AsyncIterable AsyncIterator Awaitable Callable Coroutine"
            " Generator Iterable Iterator Mapping Sequence"
        ),
        "datetime": "date datetime time timedelta",
        "enum": "Enum IntEnum StrEnum",
        "functools": "cached_property",
        "ipaddress": "IPv4Address IPv6Address",
        # Not ImportString, not the validators: they run what they are given.
        "pydantic": "BaseModel ConfigDict Discriminator Field RootModel Tag",
        "typing": (
            "TYPE_CHECKING Annotated Any ClassVar Final Generic Literal Never NoReturn"
            " NotRequired Optional Required Self TypeAlias TypeVar TypedDict Union cast"
            " overload"
        ),
        "typing_extensions": "NotRequired Required TypeAliasType TypedDict deprecated",
        "uuid": "UUID",
    }.items()
}

TEST_IMPORTS: Final[Mapping[str, frozenset[str]]] = {
    "pathlib": frozenset({"Path"}),  # where document.json lies
    "pytest": frozenset({"fixture", "mark", "raises"}),
}

BUILTINS: Final[Reasons] = {
    **_each(
        "bool bytes dict float frozenset int list object set str tuple type",
        "types in annotations",
    ),
    "AttributeError": "lazy packages",
    "property": "accessors",
    "super": "`super().__init__(...)` of a client",
    "__file__": "tests find document.json beside them",
    "__name__": "lazy packages name themselves",
}

CALLS: Final[Reasons] = {
    **_each(
        "Actions Body ClientConfig Credential Grant Operation Option Pages Param Server"
        " Shape",
        "tables of the runtime",
    ),
    **_each(
        "provide_tokens_async provide_tokens",
        "functions of the runtime that fetch tokens",
    ),
    "in_path": "tables of the runtime",
    "in_query": "tables of the runtime",
    "Payload": "bodies of webhooks",
    "parsed": "the function of the runtime that reads a body of a webhook",
    "Variants": "declarations of types: what a property says they are",
    **_each(
        "ConfigDict Discriminator Field Tag TypeAliasType TypeVar TypedDict cast"
        " deprecated",
        "declarations of types",
    ),
    "AttributeError": "lazy packages",
    "fixture_of": "the mock of a package as a fixture",
    "lazy": "lazy packages",
    "lazy_modules": "lazy packages",
    "super": "`super().__init__(...)` of a client",
}

TEST_CALLS: Final[Reasons] = {
    **_each(
        "check check_async check_body check_pages check_pages_async check_stream"
        " check_stream_async",
        "fixtures of the harness",
    ),
    "Path": "where document.json lies",
}

CALL_ROOTS: Final[Reasons] = {
    "_resources": "resources of a client",
    "models": "a model made from keywords",
    "self": "the core of a client or resource",
}

TEST_CALL_ROOTS: Final[Reasons] = {
    "client": "the method under test",
    "pytest": "fixtures and marks",
}

DECORATORS: Final[Reasons] = {
    "cached_property": "resources are made when first used",
    "deprecated": "deprecated operations",
    "overload": "arguments that change the type of the result",
    "property": "accessors",
}

TEST_DECORATORS: Final[Reasons] = {
    "pytest.fixture": "fixtures",
    "pytest.mark.parametrize": "cases",
}

DUNDERS: Final[Reasons] = {
    "__all__": "the public names of a module",
    "__dir__": "lazy packages list their names",
    "__file__": "tests find document.json beside them",
    "__getattr__": "lazy packages",
    "__init__": "constructors of clients",
    "__name__": "lazy packages name themselves",
    "__pydantic_config__": "configuration of a TypedDict",
    "__pydantic_extra__": "the type of the fields that a model does not name",
    "__version__": "the version of the package",
}

TOML: Final[Reasons] = {
    # A pattern per value of pyproject.toml, written with dots.
    r"build-system\.(requires|build-backend)": "how the package is built",
    r"dependency-groups\.[a-z]+": "what its tests need",
    r"project\.(name|version|description|readme|license|license-files)": "metadata",
    r"project\.(requires-python|dependencies|classifiers|keywords|authors)": "metadata",
    r"project\.(optional-dependencies|urls)\.[A-Za-z][A-Za-z0-9 _-]*": "metadata",
    r"tool\.hatch\.build\.ignore-vcs": "whether .gitignore has a say in that",
    r"tool\.hatch\.build\.targets\.(wheel|sdist)\.(packages|include|exclude)": (
        "which files the package holds; no hooks, which are code"
    ),
    r"tool\.(black|mypy|pyright|ruff)\.[a-z_-]+(\.[a-z_-]+)?": "checkers and linters",
    r"tool\.pytest\.ini_options\.[a-z_]+": "its tests",
}

BUILD_BACKENDS: Final[Reasons] = {"hatchling.build": "the one that templates name"}
