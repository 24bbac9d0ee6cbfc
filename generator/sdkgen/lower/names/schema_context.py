"""Where a schema stands, as words to name it by."""

from __future__ import annotations

from collections.abc import Container, Mapping

from sdkgen import naming
from sdkgen.openapi.http_methods import METHODS
from sdkgen.openapi.references import follow, fragment_of
from sdkgen.read.document import Document
from sdkgen.support.json_pointer import Json, resolve, unescape

from . import namespaces

_COMPONENT = "/components/schemas/"
_CANDIDATES = 6
_ORDINALS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
)


def is_component(pointer: str) -> bool:
    """Whether a pointer is that of a named schema, not of something inside one."""
    return pointer.startswith(_COMPONENT) and pointer.count("/") == 3


def rank_pointer(pointer: str) -> tuple[int, int, str]:
    """Order of places: components, then what is least deep; never document order."""
    if is_component(pointer):
        return (0, 0, pointer)
    return (1 if pointer.startswith(_COMPONENT) else 2, pointer.count("/"), pointer)


class Contexts:
    """Reads the context of a schema off its pointer."""

    def __init__(
        self,
        document: Document,
        operations: Mapping[str, str],
        origins: Mapping[str, str],
    ) -> None:
        self._root: Json = document.root
        schemas = resolve(document.root, _COMPONENT.rstrip("/"))
        named = schemas[0] if schemas else None
        self._components: frozenset[str] = (
            frozenset(named) if isinstance(named, dict) else frozenset()
        )
        self._origins = origins
        """Pointer of an option of a union → where it is written, if elsewhere."""
        self._operations = operations
        """Pointer of an operation → the text that its types are named after."""

    @staticmethod
    def get_component_name(pointer: str) -> str:
        return unescape(pointer[len(_COMPONENT) :])

    def find_context(
        self, pointer: str, drafts: Container[str]
    ) -> tuple[str | None, list[list[str]]]:
        """The draft around a schema, if any, and candidates: texts, best first."""
        tokens = pointer.split("/")[1:]
        for end in range(len(tokens) - 1, 0, -1):
            parent = "/" + "/".join(tokens[:end])
            if parent in drafts:
                if tokens[end:] == ["discriminator"]:  # all that extends it
                    return None, [["any", unescape(tokens[end - 1])]]
                texts: list[list[str]] = [[]]
                return parent, self._extend_candidates(texts, parent, tokens[end:])
        head = tokens[0]
        if head == "components" and len(tokens) > 2:
            starts, used = [[each] for each in self._list_names(unescape(tokens[2]))], 3
        else:
            start, used = self._begin_context(tokens)
            starts = [start]
        around = "/" + "/".join(tokens[:used])
        return None, self._extend_candidates(starts, around, tokens[used:])

    def _list_names(self, component: str) -> list[str]:
        return namespaces.list_candidates(component, self._components)

    def choose_natural_name(self, pointer: str) -> str:
        """What a component is called as long as no other is."""
        return self._list_names(self.get_component_name(pointer))[0]

    def is_plain(self, pointer: str) -> bool:
        """Whether a component is called what the document calls it."""
        name = self.get_component_name(pointer)
        return is_component(pointer) and self._list_names(name) == [name]

    def _begin_context(self, tokens: list[str]) -> tuple[list[str], int]:
        """Texts for what no draft is around, and how many tokens they stand for."""
        head = tokens[0]
        if head == "webhooks" and len(tokens) > 2:
            return [unescape(tokens[1])], 3 if tokens[2] in METHODS else 2
        if head == "paths" and len(tokens) > 2:
            used = 4 if tokens[2] == "additionalOperations" else 3
            if used == 4 or tokens[2] in METHODS:
                pointer = "/" + "/".join(tokens[:used])
                path, method = unescape(tokens[1]), unescape(tokens[used - 1])
                return [self._operations.get(pointer, f"{method} {path}")], used
            return [unescape(tokens[1])], 2
        return [unescape(tokens[0])], 1

    def _extend_candidates(
        self, texts: list[list[str]], around: str, tokens: list[str]
    ) -> list[list[str]]:
        """Extend each candidate by the words of the remaining tokens."""
        index = 0
        pointer = around
        while index < len(tokens):
            key = tokens[index]
            following = tokens[index + 1] if index + 1 < len(tokens) else ""
            taken = 1
            if key in ("properties", "$defs", "definitions", "x-sdk-events"):
                texts = [[*each, unescape(following)] for each in texts]
                taken = 2
            elif key == "items":
                texts = self._name_item(texts)
            elif key == "prefixItems":
                place = int(following) if following.isdigit() else len(_ORDINALS)
                told = [
                    [*each, word] for word in _ORDINALS[place:][:1] for each in texts
                ]
                texts = [*self._name_item(texts), *told]
                taken = 2
            elif key in ("additionalProperties", "patternProperties"):
                texts = [[*each, "value"] for each in texts]
                taken = 1 if key == "additionalProperties" else 2
            elif key in ("oneOf", "anyOf"):
                option = f"{pointer}/{key}/{following}"
                words = self._name_option(self._origins.get(option, option))
                texts = [[*each, *more] for more in words for each in texts]
                taken = 2
            elif key == "type":  # one of several
                texts = [[*each, following] for each in texts]
                taken = 2
            elif key == "allOf":
                taken = 2
            elif key == "requestBody":
                texts = [[*each, "body"] for each in texts]
            elif key == "responses":
                wide = [[*each, following, "response"] for each in texts]
                texts = [[*each, "response"] for each in texts] + wide
                if not following.startswith("2"):
                    texts = wide
                taken = 2
            elif key == "content":
                taken = 2
            elif key == "callbacks":  # its name, its URL and its method
                texts = [[*each, unescape(following)] for each in texts]
                taken = 4
            elif key in ("parameters", "headers"):
                named = resolve(self._root, f"{pointer}/{key}/{following}")
                name = _get_string(named[0], "name") if named else ""
                texts = [[*each, name or unescape(following)] for each in texts]
                taken = 2
            for step in tokens[index : index + taken]:
                pointer += f"/{step}"
            index += taken
            texts = texts[:_CANDIDATES]
        return texts

    @staticmethod
    def _name_item(texts: list[list[str]]) -> list[list[str]]:
        """An item of ``tags`` is a ``tag``; of anything else an ``… item``."""
        result: list[list[str]] = []
        for each in texts:
            words = naming.split_words(each[-1]) if each else ()
            if words and naming.to_singular(words[-1]) != words[-1]:
                one = " ".join([*words[:-1], naming.to_singular(words[-1])])
                result.append([*each[:-1], one])
        return result + [[*each, "item"] for each in texts]

    def _name_option(self, pointer: str) -> list[list[str]]:
        """What tells one option of a union from the others."""
        union, _, index = pointer.rpartition("/")
        found = resolve(self._root, union)
        options = found[0] if found else None
        if not isinstance(options, list) or not index.isdigit():
            return [[]]
        name, option = self._follow_option(options[int(index)])
        candidates: list[list[str]] = [[]]
        title = _get_string(option, "title")
        if title:
            candidates.append([title])
        own = _get_properties(option)
        others: set[str] = set()
        for position, other in enumerate(options):
            if position != int(index):
                others |= set(_get_properties(self._follow_option(other)[1]))
        for _, schema in sorted(own.items()):
            value = _find_only_value(schema)
            if value:
                candidates.append([value])
        if name:
            candidates.append(["as", name])
        candidates.extend(["with", each] for each in sorted(own) if each not in others)
        if set(own) <= others:  # as the last resort; what others have, too
            word = "only" if len(own) == 1 else "with"
            candidates.extend([word, each] for each in sorted(own))
        return candidates

    def _follow_option(self, option: Json) -> tuple[str, Json]:
        """An option, and its name if it is a component."""
        found, _ = follow(self._root, option)
        ref = _get_string(option, "$ref")
        name = (
            self.choose_natural_name(fragment_of(ref[1:]))
            if ref and found is not None
            else ""
        )
        return name, found


def _find_only_value(schema: Json) -> str:
    """The text that a property always has, if it has one: the tag of a variant."""
    if not isinstance(schema, dict):
        return ""
    values = schema.get("enum", [schema.get("const")])
    if isinstance(values, list) and len(values) == 1 and isinstance(values[0], str):
        return values[0]
    return ""


def _get_string(node: Json, key: str) -> str:
    value = node.get(key) if isinstance(node, dict) else None
    return value if isinstance(value, str) else ""


def _get_properties(schema: Json) -> dict[str, Json]:
    value = schema.get("properties") if isinstance(schema, dict) else None
    return value if isinstance(value, dict) else {}
