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
    get_child,
    pointer_join,
    pointer_split,
    resolve,
)

from . import reference_cycles
from .files import Files

__all__ = ["Reference", "ReferenceChecks"]

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


class Reference(NamedTuple):
    """A reference: the object and the key it is the value of, and what it should be.

    ``holder`` is the map or list around the object, with its key in it, if known.
    """

    node: Object
    key: str
    kind: str
    place: Place
    ref: str
    holder: tuple[Object, str] | None = None


class ReferenceChecks:
    """Collects the references of a tree while it is bundled, then checks them."""

    def __init__(self, root: Object, files: Files) -> None:
        self._root = root
        self._files = files
        self._diagnostics = files.diagnostics
        self.local: list[tuple[Reference, str]] = []
        self.objects: list[Object] = []
        self.schemas: list[Object] = []
        self._untyped: dict[tuple[str, Details], list[Place]] = {}

    def check(self, root_kind: str) -> None:
        """Check every reference that was collected."""
        for reference, pointer in self.local:
            self._check_reference(reference, pointer, root_kind)
        self._report_untyped()
        circles, far = reference_cycles.find_cycles(
            [*self.objects, *self.schemas], self._root, self._find_ref_position
        )
        for circle in circles:
            self._report_circle(circle)
        if far is not None:
            self._diagnostics.add(
                "E208",
                f"more than {reference_cycles.MAX_REFERENCES} references" " in a chain",
                self._files.sources.place(self._find_ref_position(far)),
                hint="refer to the last of them, which is the definition",
            )

    def report_missing(self, reference: Reference, root: Json, pointer: str) -> None:
        """Report a reference without target; ``root`` is the file it leads into."""
        details = Details(suggestion=self._find_similar(root, pointer))
        if reference.kind == "schema":
            self._remove_type(reference, "has no target", details)
        elif reference.kind in _DISPENSABLE and reference.holder is not None:
            holder, key = reference.holder
            del holder[key]
            self._diagnostics.add(
                "W709",
                f"{reference.kind} $ref has no target: '{reference.ref}'; left out",
                reference.place,
                hint="" if details.suggestion else "correct or delete it",
                details=details,
            )
        else:
            self._diagnostics.add(
                "E103",
                f"$ref has no target: '{reference.ref}'",
                reference.place,
                details=details,
            )

    def report_wrong_kind(self, reference: Reference, actual: str | None) -> None:
        """Report a reference to something else than what is expected there."""
        if actual and reference.kind == "schema" and actual[0] not in "{[":
            self._remove_type(
                reference,
                f"leads to a different object ({_describe_kind(actual)})",
                NO_DETAILS,
            )
            return
        what = (
            f"a different object ({_describe_kind(actual)})"
            if actual
            else "a plain value"
        )
        self._diagnostics.add(
            "E206",
            f"$ref to {what} where a {_describe_kind(reference.kind)} is expected:"
            f" '{reference.ref}'",
            reference.place,
            hint="refer to an object of the same kind",
        )

    def _remove_type(self, reference: Reference, why: str, details: Details) -> None:
        """Let anything stand where a schema cannot be found."""
        del reference.node[reference.key]
        what, then = "discriminator mapping", "left out"
        if reference.key == "$ref":
            reference.node["x-sdk-unresolved"] = reference.ref
            what, then = "schema $ref", "typed as Any"
        said = f"{what} {why}: '{reference.ref}' is {then}"
        self._untyped.setdefault((said, details), []).append(reference.place)

    def report_circle(self, refs: list[str], place: Place) -> None:
        """Report references that lead to each other and to nothing else."""
        self._diagnostics.add(
            "E204",
            f"circular references: {' → '.join(refs)}",
            place,
            hint="make one of them the definition",
        )

    def _read_as_schema(self, reference: Reference) -> None:
        """A parameter with a name that refers to a schema is meant to have that."""
        node, marks = reference.node, self._files.marks
        entry = marks.entry(node, "$ref")
        schema: Object = {"$ref": node.pop("$ref")}
        node["schema"] = schema
        self.schemas.append(schema)
        if entry is not None:
            marks.set_entry(schema, "$ref", entry)
            marks.set_entry(node, "schema", entry)
        self._diagnostics.add(
            "W710",
            f"$ref to a schema where a parameter is expected: '{reference.ref}'; read"
            " as its schema",
            reference.place,
            hint="put $ref into `schema`",
            fix="move-ref-into-schema",
        )

    def _check_reference(
        self, reference: Reference, pointer: str, root_kind: str
    ) -> None:
        found = resolve(self._root, pointer)
        if found is None:
            through = self._follow_pointer(pointer)
            if through is None:
                self.report_missing(reference, self._root, pointer)
                return
            pointer, found = through
            reference.node[reference.key] = ref_to(pointer)
        actual = kind_at(root_kind, pointer)
        if actual == "schema" and _is_named_parameter(reference):
            self._read_as_schema(reference)
        elif actual is not None and actual != reference.kind:
            self.report_wrong_kind(reference, actual)
        elif not isinstance(found[0], dict) and not (
            reference.kind == "schema" and isinstance(found[0], bool)
        ):
            self.report_wrong_kind(reference, None)

    def _follow_pointer(self, pointer: str) -> tuple[str, tuple[Json]] | None:
        """A pointer whose way leads through references, without them."""
        for _ in range(_MAX_HOPS):
            value: Json = self._root
            way = ""
            tokens = pointer_split(pointer)
            for number, token in enumerate(tokens):
                found = get_child(value, token)
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

    def _report_untyped(self) -> None:
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

    def _find_ref_position(self, node: Object) -> int:
        entry = self._files.marks.entry(node, "$ref")
        return entry[1] if entry is not None else self._files.marks.of(node) or 1

    def _report_circle(self, circle: list[Object]) -> None:
        names = [
            (pointer_split(str(node.get("$ref")))[-1:] or [str(node.get("$ref"))])[0]
            for node in circle
        ]
        position = self._find_ref_position(circle[0])
        self._diagnostics.add(
            "E204",
            f"circular references: {' → '.join([names[-1], *names])}",
            self._files.sources.place(position),
            hint="make one of them a definition, or put a property between them",
        )

    def _find_similar(self, root: Json, pointer: str) -> str:
        """The key that may be meant where the pointer first fails; empty without one."""
        value = root
        for token in pointer_split(pointer):
            found = get_child(value, token)
            if found is None:
                return (
                    self._diagnostics.find_similar(token, value)
                    if isinstance(value, dict)
                    else ""
                )
            value = found[0]
        return ""


def _is_named_parameter(reference: Reference) -> bool:
    """Whether a reference stands in a parameter that says all but its schema itself."""
    named = (
        "name" in reference.node
        and "in" in reference.node
        and "schema" not in reference.node
    )
    return named and reference.key == "$ref" and reference.kind.endswith("parameter")


def _describe_kind(kind: str) -> str:
    plain = kind.strip("{[]}").removeprefix("swagger ")
    name = _SPOKEN.get(plain, plain)
    return {"{": f"map of {name}s", "[": f"array of {name}s"}.get(kind[0], name)
