"""The names of the arguments of an operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sdkgen import ir, naming
from sdkgen.support.json_pointer import escape
from sdkgen.support.media_types import is_json

from .media_choice import CHOOSING

__all__ = ["ArgumentNames", "argument_pointer"]


class ArgumentNames:
    """Names arguments, those of the document before those of the SDK."""

    def __init__(
        self,
        lock: naming.Lock,
        forced: Mapping[str, str],
        report_clashes: Callable[[naming.Allocation], None],
    ) -> None:
        """Use the names that were given before.

        Args:
            lock: The names of earlier runs; gets those of this one.
            forced: Names that `sdk.yaml` gives, by place.
            report_clashes: Gets what came of each operation.
        """
        self._lock = lock
        self._forced = forced
        self._report_clashes = report_clashes

    def name_arguments(self, operation: ir.Operation) -> dict[str, str]:
        """The names of the arguments, by their places."""
        pointer = str(operation.pointer)
        params = [
            *operation.params,
            *(param for way in operation.payloads for param in way.params),
        ]
        bodies = [way.body for way in operation.payloads]
        theirs: dict[str, tuple[str, ...]] = {}
        ours: dict[str, tuple[str, ...]] = {}
        for param in params:
            # What chooses a media type is no parameter of the document.
            chooses = param.location is ir.Location.HEADER and param.wire in CHOOSING
            ladders = ours if chooses else theirs
            # A name of symbols is spelled out, rather than called after its place.
            with_place = [param.wire, param.location]
            ladders[argument_pointer(pointer, param)] = naming.list_candidates(
                naming.to_snake,
                [param.wire],
                with_place if naming.split_words(param.wire) else [],
                fallback="parameter",
            )
        for body in bodies:
            if body is not None:
                theirs[argument_pointer(pointer, body)] = naming.list_candidates(
                    naming.to_snake, [body.name], [body.name, "body"], fallback="body"
                )
        names: dict[str, str] = {}
        for candidates in (theirs, ours):
            result = naming.allocate(
                candidates,
                naming.ARGUMENTS,
                taken=names.values(),
                pinned=self._lock.get_pins("argument"),
                forced={p: n for p, n in self._forced.items() if p in candidates},
                ranks={
                    argument_pointer(pointer, param): naming.measure_strangeness(
                        param.wire
                    )
                    for param in params
                },
            )
            self._report_clashes(result)
            names.update(result.names)
        for place, name in names.items():
            self._lock.publish("argument", name, [place], scope=operation.id)
        return names


def argument_pointer(pointer: str, argument: ir.Param | ir.Body) -> str:
    """The place of an argument: what is one argument has one place."""
    if isinstance(argument, ir.Param):
        return f"{pointer}/{argument.location}/{escape(argument.wire)}"
    in_json = is_json(argument.media[0].media_type)
    return f"{pointer}/body" if in_json else f"{pointer}/content"
