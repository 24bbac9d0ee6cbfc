"""Small, total accessors: a document may have anything anywhere."""

from __future__ import annotations

from sdkgen.ir import Doc, Text
from sdkgen.openapi.references import follow
from sdkgen.read.document import Document
from sdkgen.support.json_pointer import Json, resolve


class Accessors:
    """Reads parts of one document; what is not of the expected shape is empty."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @staticmethod
    def get_object(node: Json, key: str) -> dict[str, Json]:
        value = node.get(key) if isinstance(node, dict) else None
        return value if isinstance(value, dict) else {}

    @staticmethod
    def get_array(node: Json, key: str) -> list[Json]:
        value = node.get(key) if isinstance(node, dict) else None
        return value if isinstance(value, list) else []

    @staticmethod
    def get_string(node: Json, key: str) -> str:
        value = node.get(key) if isinstance(node, dict) else None
        return value if isinstance(value, str) else ""

    def read_doc(self, node: Json) -> Doc:
        summary = self.get_string(node, "summary")
        return Doc(
            summary=Text(summary),
            description=Text(self.get_string(node, "description")),
        )

    def resolve(self, pointer: str) -> Json:
        found = resolve(self.document.root, pointer)
        return None if found is None else found[0]

    def follow(self, node: Json, pointer: str) -> tuple[Json, str]:
        """The node behind references, and where it stands; None if nothing does."""
        return follow(self.document.root, node, pointer)


def list_strings(value: Json) -> tuple[Text, ...]:
    """The strings of a list."""
    if not isinstance(value, list):
        return ()
    return tuple(Text(each) for each in value if isinstance(each, str))
