"""What is alike in a document is judged once.

Most parameters, responses and operations of an API differ in nothing but their texts,
and the schema of OpenAPI asks of those only that they are texts. So a piece is taken
apart into such objects, texts are left out, and each shape is judged the first time
that it is met. If one does not fit, the piece is judged as it is, which gives the
findings.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from .kinds import COMPONENTS, slots
from .located import Json

__all__ = ["Shapes"]

_TEXTS: Final = frozenset({"description", "operationId", "summary"})
"""Keys whose value is any text wherever it is one."""

_SECTIONS: Final = {
    kind: section for kind, (_, section) in COMPONENTS.items() if kind != "schema"
}
"""Kinds of objects that may stand by themselves, among components."""


class Shapes:
    """The shapes that were judged in one run."""

    def __init__(self, fits: Callable[[dict[str, Json]], bool]) -> None:
        """Judge shapes by a function, which gets small documents."""
        self._fits = fits
        self._known: dict[str, bool] = {}

    def fit(self, piece: dict[str, Json]) -> bool:
        """Whether a document of OpenAPI 3 fits."""
        apart = _Apart()
        whole = {k: apart.of(kind, piece[k]) for k, kind in slots("openapi", piece)}
        paths = whole.get("paths")
        if isinstance(paths, dict) and len(paths) == 1:
            (path,) = paths
            # Of a path, too, only the beginning counts.
            whole["paths"] = {path[:1]: paths[path]}
        frame: dict[str, Json] = {
            k: piece[k] for k in ("openapi", "info") if k in piece
        }
        documents: list[dict[str, Json]] = [{**piece, **whole}]
        for kind, shape in apart.found:
            section: Json = {_SECTIONS[kind]: {"a": shape}}
            documents.append({**frame, "paths": {}, "components": section})
        return all(map(self._fit, documents))

    def _fit(self, document: dict[str, Json]) -> bool:
        key = json.dumps(document)
        if key not in self._known:
            self._known[key] = self._fits(document)
        return self._known[key]


class _Apart:
    """One piece, which is taken apart."""

    def __init__(self) -> None:
        self.found: list[tuple[str, Json]] = []
        """Kinds and shapes of what is referred to in what is left."""
        self._numbers: dict[str, int] = {}

    def of(self, kind: str, value: Json) -> Json:
        """The shape of what stands in a slot."""
        if kind[0] == "{" and isinstance(value, dict):
            return {key: self.of(kind[1:-1], each) for key, each in value.items()}
        if kind[0] == "[" and isinstance(value, list):
            return [self.of(kind[1:-1], each) for each in value]
        if kind[0] in "{[" or not isinstance(value, dict):
            return value
        if kind == "plain":
            return value
        shape = {
            key: "" if key in _TEXTS and isinstance(each, str) else each
            for key, each in value.items()
        }
        name = value.get("name")
        if kind == "parameter" and isinstance(name, str) and name.isidentifier():
            shape["name"] = "a"
        tags = value.get("tags")
        if kind == "operation" and isinstance(tags, list):
            shape["tags"] = [self._same(each) for each in tags]
        for key, slot in slots(kind, value):
            shape[key] = self.of(slot, value[key])
        if "$ref" in value:
            shape["$ref"] = self._same(value["$ref"])
        elif kind in _SECTIONS:
            self.found.append((kind, shape))
            return {"$ref": self._same(f"#{json.dumps(shape)}")}
        return shape

    def _same(self, value: Json) -> Json:
        """A number in place of a text, the same for the same: lists may want no two."""
        if not isinstance(value, str):
            return value
        return str(self._numbers.setdefault(value, len(self._numbers)))
