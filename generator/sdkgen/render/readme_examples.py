"""The calls that the README shows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sdkgen import ir
from sdkgen.ir import Kind, Location
from sdkgen.render.declared import Declared
from sdkgen.render.python.code import Code

from .samples import CallView, Samples

_SHORT = 240
"""Characters of a call that one reads at a glance."""
_TRIED = 100
"""Operations, the most telling first, among which a short call is looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleView:
    """A call for the README, on both faces."""

    lines: tuple[Code, ...]
    async_lines: tuple[Code, ...]


class Examples:
    """The first operation of each kind, as a call with what it needs."""

    def __init__(self, api: ir.Api, declared: Declared) -> None:
        self._declared = declared
        self._samples = Samples(declared)
        self._operations = [
            (resource, operation)
            for resource in api.resources
            for operation in resource.operations
            if not operation.deprecated
        ]

    def first(self) -> tuple[ExampleView, ...]:
        """A call that reads one thing: best with its id, and a credential."""
        call = self._first()
        if call is None:
            return ()
        return (self._example(call, "print(", ")", "print(await "),)

    def whole(self) -> tuple[ExampleView, ...]:
        """The same call, for its whole response."""
        call = self._first()
        if call is None:
            return ()
        call = replace(call, through=Code("with_response"))
        return (self._example(call, "response = ", "", "response = await "),)

    def _first(self) -> CallView | None:
        plain = [
            (resource, operation)
            for resource, operation in self._operations
            if operation.stream is None and operation.pages is None
        ]
        plain.sort(
            key=lambda each: (
                each[1].method != "GET",
                not each[1].auth,
                not any(p.location is Location.PATH for p in each[1].params),
            )
        )
        shortest: CallView | None = None
        for resource, operation in plain[:_TRIED]:
            call = self._samples.call(resource, operation, every=False)
            if call.casts:
                continue
            if len(call.text) <= _SHORT:
                return call
            if shortest is None or len(call.text) < len(shortest.text):
                shortest = call
        return shortest

    def pages(self) -> tuple[ExampleView, ...]:
        """A loop over what comes in pages."""
        for resource, operation in self._operations:
            if operation.pages is not None:
                call = self._samples.call(
                    resource, operation, every=False, iterate=True
                )
                return (self._example(call, "for item in ", ":", "async for item in "),)
        return ()

    def stream(self) -> tuple[ExampleView, ...]:
        """A stream that is listened to."""
        for resource, operation in self._operations:
            if operation.stream is not None:
                call = self._samples.call(resource, operation, every=False)
                return (self._example(call, "with ", " as events:", "async with "),)
        return ()

    def upload(self) -> tuple[ExampleView, ...]:
        """A call that takes a file."""
        for resource, operation in self._operations:
            files = frozenset(
                param.name
                for param in operation.params
                if param.location is Location.FORM
                and self._declared.has(param.type, Kind.BYTES)
            )
            if files:
                call = self._samples.call(resource, operation, every=False, also=files)
                return (self._example(call, "", "", "await "),)
        return ()

    @staticmethod
    def _example(
        call: CallView, before: str, after: str, before_async: str
    ) -> ExampleView:
        return ExampleView(
            lines=call.lines(before, after, 4),
            async_lines=call.lines(before_async, after, 8),
        )
