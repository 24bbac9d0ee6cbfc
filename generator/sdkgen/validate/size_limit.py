"""How large an SDK will be at the least, told before all the work is done for nothing.

A count of what stands in the document itself: its operations, and its components that
have properties. What is counted here the ledger counts too, with all that ``allOf`` and
shared parameters add, when the types are made.
"""

from __future__ import annotations

from collections.abc import Iterator

from sdkgen.diagnostics.coverage import CLASS, Ledger
from sdkgen.openapi.http_methods import operations
from sdkgen.openapi.references import follow
from sdkgen.support.json_pointer import Json, pointer_join

__all__ = ["check_size"]


def check_size(root: Json, *, large: bool) -> None:
    """Count what the SDK will have, before anything is judged or looked for.

    Raises:
        TooLargeError: It is too much already.
    """
    ledger = Ledger(large=large)
    for members, pointer in _count_members(root):
        ledger.grow(members, pointer)


def _count_members(root: Json) -> Iterator[tuple[int, str]]:
    """(members, pointer) of each class and each operation."""
    for name, schema in _object_at(_object_at(root, "components"), "schemas").items():
        properties = set(_list_properties(schema))
        if properties:
            pointer = pointer_join("/components/schemas", name)
            yield CLASS + len(properties), pointer
    for path, item in _object_at(root, "paths").items():
        for _, key, operation in operations(item):
            pointer = f"{pointer_join('/paths', path)}/{key}"
            yield CLASS + len(set(_list_arguments(root, operation))), pointer


def _list_properties(schema: Json) -> Iterator[str]:
    """Those that a component has by itself, or by what it extends another with."""
    if not isinstance(schema, dict) or "enum" in schema:
        return
    if schema.get("type", "object") == "object":
        yield from _object_at(schema, "properties")
    parts = schema.get("allOf")
    for part in parts if isinstance(parts, list) else ():
        yield from _object_at(part, "properties")


def _list_arguments(
    root: Json, operation: dict[str, Json]
) -> Iterator[tuple[str, str]]:
    """Place and name of the parameters that an operation states: headers may be none."""
    listed = operation.get("parameters")
    for parameter in listed if isinstance(listed, list) else ():
        found, _ = follow(root, parameter)
        place, name = (_string_at(found, key) for key in ("in", "name"))
        if name and place in ("query", "path", "cookie"):
            yield place, name


def _string_at(node: Json, key: str) -> str:
    found = node.get(key) if isinstance(node, dict) else None
    return found if isinstance(found, str) else ""


def _object_at(node: Json, key: str) -> dict[str, Json]:
    found = node.get(key) if isinstance(node, dict) else None
    return found if isinstance(found, dict) else {}
