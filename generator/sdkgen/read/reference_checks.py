"""Whether references lead anywhere, and to what they should.

Checked when the tree is whole. A schema without target is typed as anything (one
warning for all its uses); anything else without target is an error.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from sdkgen.diagnostics.diagnostic import NO_DETAILS, Details, Place
from sdkgen.openapi.object_kinds import kind_at
from sdkgen.openapi.references import fragment_of, ref_to
from sdkgen.support.json_pointer import (
    Json,
    child,
    pointer_join,
    pointer_split,
    resolve,
)

from . import reference_cycles
from .files import Files

__all__ = ["Targets", "Use"]

Object = dict[str, Json]
_MAX_HOPS: Final = 100
_MAX_USES: Final = 5

_SPOKEN: Final = {
    "openapi": "document",
    "swagger": "document",
    "pathItem": "path item",
    "requestBody": "request body",
    "securityScheme": "security scheme",
    "mediaType": "media type",
}


# What only tells more about the rest: the SDK is no less faithful without it.
_DISPENSABLE: Final = frozenset({"example", "link"})


class Use(NamedTuple):
    """A reference: the object and the key it is the value of, and what it should be.

    ``holder`` is the map or list around the object, with its key in it, if known.
    """

    node: Object
    key: str
    kind: str
    place: Place
    ref: str
    holder: tuple[Object, str] | None = None


class Targets:
    """Collects the references of a tree while it is bundled, then checks them."""

    def __init__(self, root: Object, files: Files) -> None:
        self._root = root
        self._files = files
        self._diagnostics = files.diagnostics
        self.local: list[tuple[Use, str]] = []
        self.objects: list[Object] = []
        self.schemas: list[Object] = []
        self._untyped: dict[tuple[str, Details], list[Place]] = {}

    def check(self, root_kind: str) -> None:
        """Check every reference that was collected."""
        for use, pointer in self.local:
            self._check(use, pointer, root_kind)
        self._tell_untyped()
        circles, far = reference_cycles.find_cycles(
            [*self.objects, *self.schemas], self._root, self._ref_position
        )
        for circle in circles:
            self._tell_circle(circle)
        if far is not None:
            self._diagnostics.add(
                "E208",
                f"more than {reference_cycles.MAX_REFERENCES} references"
                " behind each other",
                self._files.sources.place(self._ref_position(far)),
                hint="refer to the last of them, which is the definition",
            )

    def missing(self, use: Use, root: Json, pointer: str) -> None:
        """Report a reference without target; ``root`` is the file it leads into."""
        details = Details(suggestion=self._find_similar(root, pointer))
        if use.kind == "schema":
            self._untype(use, "has no target", details)
        elif use.kind in _DISPENSABLE and use.holder is not None:
            holder, key = use.holder
            del holder[key]
            self._diagnostics.add(
                "W709",
                f"{use.kind} $ref has no target: '{use.ref}' is left out",
                use.place,
                hint="" if details.suggestion else "correct or delete it",
                details=details,
            )
        else:
            self._diagnostics.add(
                "E103",
                f"$ref has no target: '{use.ref}'",
                use.place,
                details=details,
            )

    def wrong_kind(self, use: Use, actual: str | None) -> None:
        """Report a reference to something else than what is expected there."""
        if actual and use.kind == "schema" and actual[0] not in "{[":
            self._untype(
                use, f"leads to a different object ({_spoken(actual)})", NO_DETAILS
            )
            return
        what = f"a different object ({_spoken(actual)})" if actual else "a plain value"
        self._diagnostics.add(
            "E206",
            f"$ref to {what} where a {_spoken(use.kind)} is expected: '{use.ref}'",
            use.place,
            hint="what a reference stands for must be of the same kind",
        )

    def _untype(self, use: Use, why: str, details: Details) -> None:
        """Let anything stand where a schema cannot be found."""
        del use.node[use.key]
        what, then = "discriminator mapping", "left out"
        if use.key == "$ref":
            use.node["x-sdk-unresolved"] = use.ref
            what, then = "schema $ref", "typed as Any"
        said = f"{what} {why}: '{use.ref}' is {then}"
        self._untyped.setdefault((said, details), []).append(use.place)

    def _as_schema(self, use: Use) -> None:
        """A parameter with a name that refers to a schema is meant to have that."""
        node, marks = use.node, self._files.marks
        entry = marks.entry(node, "$ref")
        schema: Object = {"$ref": node.pop("$ref")}
        node["schema"] = schema
        self.schemas.append(schema)
        if entry is not None:
            marks.set_entry(schema, "$ref", entry)
            marks.set_entry(node, "schema", entry)
        self._diagnostics.add(
            "W710",
            f"$ref to a schema where a parameter is expected: '{use.ref}' is read as"
            " its schema",
            use.place,
            hint="put $ref into `schema`",
            fix="move-ref-into-schema",
        )

    def _check(self, use: Use, pointer: str, root_kind: str) -> None:
        found = resolve(self._root, pointer)
        if found is None:
            through = self._through(pointer)
            if through is None:
                self.missing(use, self._root, pointer)
                return
            pointer, found = through
            use.node[use.key] = ref_to(pointer)
        actual = kind_at(root_kind, pointer)
        if actual == "schema" and _is_named(use):
            self._as_schema(use)
        elif actual is not None and actual != use.kind:
            self.wrong_kind(use, actual)
        elif not isinstance(found[0], dict) and not (
            use.kind == "schema" and isinstance(found[0], bool)
        ):
            self.wrong_kind(use, None)

    def _through(self, pointer: str) -> tuple[str, tuple[Json]] | None:
        """A pointer whose way leads through references, without them."""
        for _ in range(_MAX_HOPS):
            value: Json = self._root
            way = ""
            tokens = pointer_split(pointer)
            for number, token in enumerate(tokens):
                found = child(value, token)
                if found is not None:
                    value, way = found[0], pointer_join(way, token)
                    continue
                ref = value.get("$ref") if isinstance(value, dict) else None
                if not isinstance(ref, str) or not ref.startswith("#"):
                    return None
                pointer = pointer_join(fragment_of(ref[1:]), *tokens[number:])
                break
            else:
                return way, (value,)
        return None

    def _tell_untyped(self) -> None:
        for (said, details), places in self._untyped.items():
            first, *others = sorted(set(places))
            more = ""
            if others:
                shown = ", ".join(
                    (
                        f"{each.line}:{each.column}"
                        if each.file == first.file
                        else f"{each}"
                    )
                    for each in others[:_MAX_USES]
                )
                rest = len(others) - _MAX_USES
                more = f"; also at {shown}" + (f" and {rest} more" if rest > 0 else "")
            self._diagnostics.add(
                "W701",
                f"{said}{more}",
                first,
                details=details,
            )

    def _ref_position(self, node: Object) -> int:
        entry = self._files.marks.entry(node, "$ref")
        return entry[1] if entry is not None else self._files.marks.of(node) or 1

    def _tell_circle(self, circle: list[Object]) -> None:
        names = [
            (pointer_split(str(node.get("$ref")))[-1:] or [str(node.get("$ref"))])[0]
            for node in circle
        ]
        position = self._ref_position(circle[0])
        self._diagnostics.add(
            "E204",
            f"references go in a circle: {' → '.join([names[-1], *names])}",
            self._files.sources.place(position),
            hint="one of them must be the definition itself, or have structure between",
        )

    def _find_similar(self, root: Json, pointer: str) -> str:
        """The key that may be meant where the pointer first fails; empty without one."""
        value = root
        for token in pointer_split(pointer):
            found = child(value, token)
            if found is None:
                return (
                    self._diagnostics.find_similar(token, value)
                    if isinstance(value, dict)
                    else ""
                )
            value = found[0]
        return ""


def _is_named(use: Use) -> bool:
    """Whether a reference stands in a parameter that says all but its schema itself."""
    named = "name" in use.node and "in" in use.node and "schema" not in use.node
    return named and use.key == "$ref" and use.kind.endswith("parameter")


def _spoken(kind: str) -> str:
    plain = kind.strip("{[]}").removeprefix("swagger ")
    name = _SPOKEN.get(plain, plain)
    return {"{": f"map of {name}s", "[": f"list of {name}s"}.get(kind[0], name)
