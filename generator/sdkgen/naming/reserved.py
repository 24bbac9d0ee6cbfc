"""Names that something else has: of Python, of the runtime, of the client."""

from __future__ import annotations

import keyword

__all__ = [
    "ARGUMENTS",
    "CLIENT",
    "FIELDS",
    "KEYWORDS",
    "METHODS",
    "MODULES",
    "TYPES",
    "escape_name",
]

# What Python itself reserves, and what a method's signature uses.
KEYWORDS = frozenset(keyword.kwlist) | {"__debug__"}


ARGUMENTS = KEYWORDS | {"self", "request_options"}


# Names that pydantic's BaseModel, or our own base class, gives a meaning to. A field of
# that name would hide it. (``model_`` names, the methods kept from pydantic 1, and what
# every class has: ``mro``, and ``register`` of abstract ones.)
FIELDS = KEYWORDS | {
    "construct", "copy", "dict", "from_orm", "json", "model_computed_fields",
    "model_config", "model_construct", "model_copy", "model_dump", "model_dump_json",
    "model_extra", "model_fields", "model_fields_set", "model_json_schema",
    "model_parametrized_name", "model_post_init", "model_rebuild", "model_validate",
    "model_validate_json", "model_validate_strings", "mro", "parse_file", "parse_obj",
    "parse_raw", "register", "schema", "schema_json", "self", "to_dict", "to_json",
    "update_forward_refs", "validate",
    # Annotations below a field of this name would mean the field, not the type.
    "bool", "bytes", "date", "datetime", "float", "int", "list", "str", "tuple",
}  # fmt: skip


# Methods of a client or a resource that are ours, and names that annotations beside a
# method use: a method of that name would hide them.
METHODS = KEYWORDS | {
    "builtins", "date", "datetime", "models", "mro", "overload", "params", "self",
}  # fmt: skip


CLIENT = METHODS | {"close", "aclose", "with_options", "wait_for_job"}


# Names that a generated module of models or parameters uses itself.
TYPES = KEYWORDS | {
    "Annotated", "Any", "BaseModel", "CamelModel", "Field", "Literal", "Mapping",
    "Milliseconds", "NotRequired", "Optional", "OrStr", "Required", "Sequence",
    "TYPE_CHECKING", "TypeAlias", "TypeAliasType", "TypedDict", "UUID", "Union",
    "Variants",
}  # fmt: skip


# Names that no file or module may have on some system, or that Python gives a meaning.
MODULES = KEYWORDS | {"aux", "con", "nul", "prn", "init", "main", "test", "tests"}


def escape_name(name: str, reserved: frozenset[str]) -> str:
    """Append an underscore to a reserved name."""
    return f"{name}_" if name in reserved or keyword.iskeyword(name) else name
