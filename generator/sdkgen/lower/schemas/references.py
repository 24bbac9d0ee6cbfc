"""What references inside of a document lead to, and who refers to what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import unquote

from sdkgen.ir import KIND_OF_JSON_TYPE
from sdkgen.lower.names.schema_context import is_component
from sdkgen.openapi.schema_keywords import is_plain
from sdkgen.support.json_pointer import Json, resolve

from .all_of import Part


class References:
    """Follows the references of one document."""

    def __init__(self, root: Json) -> None:
        self._root = root
        self.uses: dict[str, list[str]] = {}
        """Target of a reference → where the references stand."""

    def resolve_ref(self, ref: Json) -> Part | None:
        """What a reference leads to, with its pointer; None if that is nothing."""
        if not isinstance(ref, str) or not ref.startswith("#"):
            return None
        return self.resolve_pointer(unquote(ref[1:]))

    def resolve_pointer(self, pointer: str) -> Part | None:
        """What stands at a JSON pointer; a ``%`` in it is no encoding."""
        found = resolve(self._root, pointer)
        return None if found is None else (found[0], pointer)

    def follow(self, part: Part) -> Part | None:
        """The target of a part that is a reference, noting the use."""
        schema, pointer = part
        target = self.resolve_ref(schema["$ref"]) if isinstance(schema, dict) else None
        if target is not None:
            self.uses.setdefault(target[1], []).append(pointer)
        return target

    def iter_stated(self, parts: Sequence[Part]) -> Iterator[dict[str, Json]]:
        """All that holds of something: itself, then what it refers to and extends."""
        waiting = list(parts)
        seen: set[str] = set()
        for schema, pointer in waiting:
            if not isinstance(schema, dict) or pointer in seen:
                continue
            seen.add(pointer)
            yield schema
            target = self.resolve_ref(schema.get("$ref"))
            if target is not None:
                waiting.append(target)
            nested = schema.get("allOf")
            if isinstance(nested, list):
                waiting += [(p, f"{pointer}/allOf/{i}") for i, p in enumerate(nested)]

    def identify_conjunction(self, parts: Sequence[Part]) -> frozenset[str]:
        """What several parts are, references followed; nothing for a single one."""
        found = frozenset(map(self.find_target_pointer, parts))
        return found if len(found) > 1 else frozenset()

    def find_target_pointer(self, part: Part) -> str:
        """The pointer of what a part is, where it says no more than a reference."""
        schema, pointer = part
        seen = {pointer}
        while isinstance(schema, dict) and "$ref" in schema:
            beside = {key: schema[key] for key in schema if key != "$ref"}
            target = self.resolve_ref(schema["$ref"])
            if is_plain(beside) or target is None or target[1] in seen:
                break
            schema, pointer = target
            seen.add(pointer)
        return pointer

    def is_declared(self, pointer: str) -> bool:
        """Whether there is, or will be, a declaration of a component."""
        target = self.resolve_pointer(pointer)
        return target is not None and is_component(pointer) and not is_scalar(target[0])


def is_scalar(schema: Json) -> bool:
    """Whether a schema is that of a scalar, which needs no declaration."""
    if not isinstance(schema, dict):
        return True
    if any(
        key in schema
        for key in (
            "$ref", "allOf", "oneOf", "anyOf", "enum", "const", "properties",
            "items", "prefixItems", "additionalProperties", "patternProperties",
        )
    ):  # fmt: skip
        return False
    types = schema.get("type")
    named = [types] if isinstance(types, str) else types
    return not isinstance(named, list) or all(t in KIND_OF_JSON_TYPE for t in named)
