"""OpenAPI Overlay 1.0: changes to a document that are kept beside it.

Actions are applied in their order to the bundled tree. ``update`` merges a mapping into
the mappings that ``target`` selects (mappings merge, lists append, all else is
replaced) and appends to the lists that it selects; ``remove`` takes what it selects
away. What an overlay brings in has its places in the overlay's file. An action that
selects nothing is an error: it would be lost in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sdkgen.diagnostics.diagnostic import Diagnostics, suggest
from sdkgen.support.json_pointer import Json, pointer_join, resolve

from .document import Document, complete, read
from .json_reader import MAX_DEPTH
from .yaml_anchors import MAX_ALIASED

if TYPE_CHECKING:
    from .json_path import JsonPathSelector, Way

__all__ = ["apply", "change"]

Object = dict[str, Json]

_VERSION: Final = re.compile(r"1\.[0-9]+\.[0-9]+")
_KEYS: Final = frozenset({"overlay", "info", "extends", "actions"})
_ACTION_KEYS: Final = frozenset({"target", "description", "update", "remove"})


def apply(
    document: Document, paths: Iterable[Path], diagnostics: Diagnostics
) -> Document:
    """Apply overlays in their order; the tree of ``document`` is changed in place.

    The document was loaded without being ``whole``: here it becomes so. After an error
    the other actions are applied all the same, so that one run tells of every error;
    the result is then not to be used.
    """
    change(document, paths, diagnostics)
    # What was added may refer to what is not there, and what was removed be missed.
    complete(document, diagnostics)
    return document


def change(
    document: Document, paths: Iterable[Path], diagnostics: Diagnostics
) -> Document:
    """The same, of a document that does not become whole: more changes are to come."""
    # A tenth of a second to load, for the targets that have overlays only.
    from .json_path import JsonPathSelector, TooManyError

    limits = _Limits(JsonPathSelector(), MAX_ALIASED)
    for path in paths:
        overlay = read(path, diagnostics, files=document.read)
        if overlay is None or not _is_overlay(overlay, diagnostics):
            continue
        actions = overlay.root["actions"]
        applied = _Overlay(document, overlay, diagnostics, limits)
        for index, action in enumerate(actions if isinstance(actions, list) else []):
            try:
                applied.apply_action(action, f"/actions/{index}")
            except TooManyError as error:
                at = overlay.place(f"/actions/{index}/target")
                diagnostics.add("E214", str(error), at)
                return document
    return document


def _is_overlay(overlay: Document, diagnostics: Diagnostics) -> bool:
    """Whether the top of a file is that of an overlay; adds what is wrong."""
    root = overlay.root

    def report_error(message: str, pointer: str, hint: str = "") -> None:
        diagnostics.add("E210", message, overlay.key_place(pointer), hint=hint)

    before = len(diagnostics)
    version = root.get("overlay")
    if "overlay" not in root:
        report_error(
            "not an overlay: no 'overlay'", "", "it starts with `overlay: 1.0.0`"
        )
        return False
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        report_error(
            f"unknown version of Overlay: {version!r}",
            "/overlay",
            'write the string "1.0.0"',
        )
    info = root.get("info")
    if not isinstance(info, dict):
        report_error("'info' is missing or not an object", "/info", _INFO_HINT)
    else:
        for key in ("title", "version"):
            if not isinstance(info.get(key), str):
                message = f"'info.{key}' is missing or not a string"
                report_error(message, f"/info/{key}", _INFO_HINT)
    actions = root.get("actions")
    if not isinstance(actions, list) or not actions:
        report_error("'actions' is missing, empty or not an array", "/actions")
    for key in root:
        if key not in _KEYS and not key.startswith("x-"):
            report_error(
                f"unknown key '{key}'", pointer_join("", key), suggest(key, _KEYS)
            )
    return len(diagnostics) == before


_INFO_HINT: Final = "an overlay has `info` with `title` and `version`"


@dataclass(slots=True)
class _Limits:
    """How much the overlays of one run may still ask for."""

    selecting: JsonPathSelector
    nodes: int

    def grow(self, size: int, depth: int) -> None:
        """Count nodes that an update adds, down to a depth.

        Raises:
            TooManyError: They are too many, or too deep.
        """
        from .json_path import TooManyError

        self.nodes -= size
        if self.nodes < 0:
            raise TooManyError(
                f"updates add more than {MAX_ALIASED:,} nodes by this point"
            )
        if depth > MAX_DEPTH:
            raise TooManyError(f"nested more than {MAX_DEPTH:,} levels deep")


class _Overlay:
    """The actions of one overlay on one document."""

    def __init__(
        self,
        document: Document,
        overlay: Document,
        diagnostics: Diagnostics,
        limits: _Limits,
    ) -> None:
        self._limits = limits
        self._document = document
        self._overlay = overlay
        self._marks = document.marks
        self._diagnostics = diagnostics

    def apply_action(self, action: Json, pointer: str) -> None:
        """Apply one action, or add why not.

        Raises:
            TooManyError: It asks for too much, and those after it may do so, too.
        """
        if not isinstance(action, dict):
            self._report_error("E211", "an action must be an object", pointer)
            return
        for key in action:
            if key not in _ACTION_KEYS and not key.startswith("x-"):
                self._diagnostics.add(
                    "E211",
                    f"unknown key '{key}'",
                    self._overlay.key_place(pointer_join(pointer, key)),
                    hint=suggest(key, _ACTION_KEYS),
                )
        target = action.get("target")
        if not isinstance(target, str):
            at = f"{pointer}/target" if "target" in action else pointer
            self._report_error("E211", "'target' is missing or not a string", at)
            return
        remove = action.get("remove", False)
        if not isinstance(remove, bool):
            self._report_error(
                "E211", "'remove' must be true or false", f"{pointer}/remove"
            )
            return
        if not remove and "update" not in action:
            self._report_error(
                "E211", "an action needs 'update' or 'remove: true'", pointer
            )
            return
        ways = self._select_targets(target, f"{pointer}/target")
        if remove:
            self._remove_targets(ways, pointer)
            return
        size, depth = _measure(action["update"])
        for way in ways:
            self._limits.grow(size, len(way) + depth)
            if not self._update_target(way, action, pointer):
                break  # one place tells what is wrong with the action

    # ----------------------------------------------------------------- selecting

    def _select_targets(self, target: str, pointer: str) -> list[Way]:
        """The ways to all that a JSONPath selects; none after a diagnostic.

        Raises:
            TooManyError: It visits too many nodes.
        """
        from .json_path import NoPathError

        try:
            ways, hint = self._limits.selecting.find_ways(target, self._document.root)
        except NoPathError as error:
            self._report_error(
                "E212",
                f"not a JSONPath (RFC 9535): {error}: {target}",
                pointer,
                "it starts with '$'; put names with special characters in brackets and"
                " quotes",
            )
            return []
        if not ways:
            self._report_error(
                "E213", f"the target matches nothing: {target}", pointer, hint
            )
        return ways

    # ------------------------------------------------------------------ changing

    def _update_target(self, way: Way, action: Object, pointer: str) -> bool:
        found = resolve(self._document.root, pointer_join("", *way))
        target = found[0] if found is not None else None
        update, at = action["update"], f"{pointer}/update"
        entry = self._marks.entry(action, "update")
        position = self._marks.of(update) or (entry[1] if entry else 1)
        if isinstance(target, list):
            # A list of lists is in no place of OpenAPI: a list is its items.
            if isinstance(update, list):
                self._append_items(target, update, self._marks.items(update))
            else:
                self._append_items(target, [update], [position])
        elif isinstance(target, dict) and isinstance(update, dict):
            self._merge_objects(target, update)
        else:
            self._report_error(
                "E214",
                f"{_name_kind(update)} cannot be merged into {_name_kind(target)}"
                f" at {pointer_join('', *way)}",
                at,
                "to change a plain value, update the object around it",
            )
            return False
        return True

    def _merge_objects(self, target: Object, update: Object) -> None:
        stack = [(target, update)]
        while stack:
            into, source = stack.pop()
            for key, value in source.items():
                old = into.get(key)
                if isinstance(old, dict) and isinstance(value, dict):
                    stack.append((old, value))
                elif isinstance(old, list) and isinstance(value, list):
                    self._append_items(old, value, self._marks.items(value))
                else:
                    into[key] = self._marks.copy(value)
                    entry = self._marks.entry(source, key)
                    if entry is not None:
                        self._marks.set_entry(into, key, entry)

    def _append_items(
        self, target: list[Json], added: list[Json], positions: list[int]
    ) -> None:
        target.extend(self._marks.copy(each) for each in added)
        self._marks.items(target).extend(positions)

    def _remove_targets(self, ways: list[Way], pointer: str) -> None:
        if () in ways:
            self._report_error(
                "E214", "the document itself cannot be removed", f"{pointer}/target"
            )
            return
        # The deepest first, then from the end: no way is changed by one before it.
        for way in sorted(ways, key=_order_last_first):
            holder = resolve(self._document.root, pointer_join("", *way[:-1]))
            last = way[-1]
            if holder is None:
                continue
            if isinstance(holder[0], dict):
                holder[0].pop(str(last), None)
            elif isinstance(holder[0], list) and isinstance(last, int):
                del holder[0][last]
                del self._marks.items(holder[0])[last : last + 1]

    def _report_error(
        self, code: str, message: str, pointer: str, hint: str = ""
    ) -> None:
        self._diagnostics.add(code, message, self._overlay.place(pointer), hint=hint)


def _order_last_first(way: Way) -> tuple[int, int]:
    last = way[-1]
    return -len(way), -last if isinstance(last, int) else 0


def _measure(value: Json) -> tuple[int, int]:
    """How many nodes a value is, and how many levels."""
    size = depth = 0
    level = [value]
    while level:
        size, depth = size + len(level), depth + 1
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    return size, depth


def _name_kind(value: Json) -> str:
    if isinstance(value, dict):
        return "an object"
    return "an array" if isinstance(value, list) else "a plain value"
