"""Operations → resources: which one they belong to, method names."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import replace

from sdkgen import ir, naming
from sdkgen.config.sdk_yaml import Config
from sdkgen.diagnostics.diagnostic import Diagnostics
from sdkgen.ir import Text
from sdkgen.lower.names.operation_ids import strip_tag_suffix
from sdkgen.lower.names.operation_names import OperationName

from .accessors import Accessors


class Resources:
    """Groups the operations of an API and names their methods."""

    def __init__(
        self,
        read: Accessors,
        config: Config,
        lock: naming.Lock,
        diagnostics: Diagnostics,
    ) -> None:
        self.read = read
        self.document = read.document
        self.config = config
        self.lock = lock
        self.diagnostics = diagnostics

    def group_operations(
        self, drafts: list[tuple[OperationName, ir.Operation]]
    ) -> tuple[ir.Resource, ...]:
        """Every operation in its resource, with its name."""
        spelling = self.unify_spelling({action.resource for action, _ in drafts})
        by_key: dict[str, list[tuple[OperationName, ir.Operation]]] = {}
        for action, operation in drafts:
            key = spelling[action.resource]
            by_key.setdefault(key, []).append((action, operation))
        listed = [key for key in self.config.resources if key in by_key]
        keys = [*listed, *(key for key in by_key if key not in listed)]
        result = naming.allocate(
            {
                key: naming.list_candidates(
                    naming.to_snake, [strip_tag_suffix(key)], [key], fallback="api"
                )
                for key in keys
            },
            naming.CLIENT | naming.MODULES,
            pinned=self.lock.get_pins("resource"),
            forced={k: n for k, n in self.config.names.items() if k in by_key},
            ranks={key: int(strip_tag_suffix(key) != key) for key in keys},
        )
        self.report_clashes(result)
        classes = naming.allocate(
            {
                name: naming.list_candidates(
                    naming.to_pascal, [name, "resource"], fallback="ApiResource"
                )
                for name in result.names.values()
            },
            naming.KEYWORDS,
        ).names
        made: list[ir.Resource] = []
        for key in keys:
            name = result.names[key]
            self.lock.publish("resource", name, [key])
            made.append(
                ir.Resource(
                    name=name,
                    class_name=classes[name],
                    operations=self._name_methods(name, by_key[key]),
                    doc=self._find_resource_doc(key),
                )
            )
        return tuple(made)

    def unify_spelling(self, keys: Set[str]) -> dict[str, str]:
        """One spelling for keys that differ in case, blanks and hyphens only."""
        same: dict[tuple[str, ...], list[str]] = {}
        for key in sorted(keys):
            text = re.sub(r"[\s_-]+", " ", key)
            same.setdefault(naming.split_words(text, spell=True), []).append(key)
        known = {*self.config.resources, *self.lock.get_pins("resource")}
        return {
            key: next((each for each in group if each in known), group[0])
            for group in same.values()
            for key in group
        }

    def _find_resource_doc(self, key: str) -> ir.Doc:
        if self.config.resources.get(key):
            return ir.Doc(summary=Text(self.config.resources[key]))
        for tag in self.read.get_array(self.document.root, "tags"):
            if isinstance(tag, dict) and tag.get("name") == key:
                return self.read.read_doc(tag)
        return ir.NO_DOC

    def _name_methods(
        self, resource: str, drafts: list[tuple[OperationName, ir.Operation]]
    ) -> tuple[ir.Operation, ...]:
        actions = {str(op.pointer): action for action, op in drafts}
        ladders = {
            place: naming.list_candidates(
                naming.to_snake, *action.candidates, fallback="call"
            )
            for place, action in actions.items()
        }
        result = naming.allocate(
            ladders,
            naming.METHODS,
            pinned=self.lock.get_pins("method"),
            forced={p: n for p, n in self.config.names.items() if p in ladders},
            ranks={place: action.rank for place, action in actions.items()},
        )
        self.report_clashes(result)
        for pointer, wanted in sorted(result.widened.items()):
            if not actions[pointer].is_stated:  # nobody chose its name
                continue
            self.diagnostics.add(
                "W720",
                f"more than one operation is {resource}.{wanted}: this one is"
                f" {resource}.{result.names[pointer]}",
                self.document.place(pointer),
                pointer=pointer,
            )
        named: list[ir.Operation] = []
        for _, operation in drafts:
            name = result.names[operation.pointer]
            self.lock.publish("method", name, [operation.pointer], scope=resource)
            named.append(replace(operation, name=name))
        return tuple(named)

    def report_clashes(self, result: naming.Allocation) -> None:
        for name, places in result.clashes:
            for place in places[1:]:
                self.diagnostics.add(
                    "E501",
                    f"an override names two things {name!r}: {places[0]} and {place}",
                    self.config.place(place) or self.document.place(place),
                    pointer=place,
                )
