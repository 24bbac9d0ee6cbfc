"""What a mock knows of the API: its operations, and an example of each answer."""

from __future__ import annotations

import copy
import difflib
import json
from collections.abc import Callable, Mapping
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from typing import Any, NotRequired, TypeAlias, TypedDict, cast

from .._runtime.operation import TOKEN
from .._runtime.sse import EVENTS
from .._runtime.values import UNSET

__all__ = ["Document", "Known", "Named", "Pages", "document"]

Named: TypeAlias = "str | Callable[..., object]"
"""An operation: a method of a resource, or its name (``device.get``)."""


class Pages(TypedDict):
    """How a list comes in pages: wire names, empty where there is no such thing.

    ``position`` is the parameter for the page, the offset or the cursor, ``size`` the one
    for the items of a page, of which ``usual`` is the default, or 0. Names in a response
    may be paths with dots.
    """

    style: str
    position: str
    size: str
    usual: int
    first: int
    items: str
    total: str
    cursor: str


class _Said(TypedDict):
    """An operation in ``answers.json``: -1 is no example, else it is one of the list."""

    id: str
    also: list[str]
    answers: list[tuple[str, str, int]]
    events: NotRequired[list[tuple[str, int]]]
    stream: NotRequired[str]
    shapes: NotRequired[list[tuple[dict[str, str], int]]]
    pages: NotRequired[Pages]


class Known:
    """An operation.

    Attributes:
        name: How it is called: ``device.get``.
        pages: How its list comes in pages, or None.
        streams: Whether it answers with events.
        stream: The media type that they have.
        status: The status of its usual success.
    """

    def __init__(self, name: str, said: _Said, examples: list[Any]) -> None:
        self.name: str = name
        self.pages: Pages | None = said.get("pages")
        self.streams: bool = "events" in said
        self.stream: str = said.get("stream", EVENTS)
        self._said = said
        self._examples = examples
        codes = [_code(status) for status, _, _ in said["answers"]]
        # Where only ``default`` is documented, it is what succeeds.
        found = [code for code in codes if 200 <= code < 300]
        self.status: int = min(found, default=200 if codes else 204)

    def answer(
        self, status: int, query: Mapping[str, object], accept: str = ""
    ) -> tuple[str, Any]:
        """The media type and example of a status; ``UNSET`` if it has none.

        Parameters of the query may change the shape of a success: of the shapes whose
        values are there, the one that names most of them counts.
        """
        said: dict[str, list[tuple[str, int]]] = {}
        for code, name, example in self._said["answers"]:
            said.setdefault(code.upper(), []).append((name, example))
        found = (str(status), f"{status // 100}XX", "DEFAULT")
        choice = next((said[s] for s in found if s in said), [("", -1)])
        wanted = (each for each in choice if each[0] and each[0] in accept)
        media_type, number = next(wanted, choice[0])
        most = 0
        for when, example in self._said.get("shapes", ()):
            met = all(query.get(name) == value for name, value in when.items())
            if status == self.status and met and len(when) > most and example >= 0:
                most, number = len(when), example
        if number < 0 and status >= 400:
            return "application/json", self._failure(status)
        return media_type, self._example(number)

    def events(self) -> list[tuple[str, Any]]:
        """The name of each documented event, with an example of its data."""
        said = self._said.get("events", ())
        return [(event, self._example(number)) for event, number in said]

    def _failure(self, status: int) -> dict[str, Any]:
        """What tells of this status as the API tells of others."""
        phrase = _phrase(status)
        body: dict[str, Any] = {"message": ""}
        for code, _, number in self._said["answers"]:
            example = self._example(number)
            if _code(code) >= 400 and isinstance(example, dict):
                body = cast("dict[str, Any]", example)
                break
        said = {"type": phrase.replace(" ", ""), "message": phrase}
        return {**body, **{k: v for k, v in said.items() if k in body}}

    def _example(self, number: int) -> Any:
        return UNSET if number < 0 else copy.deepcopy(self._examples[number])


class Document:
    """The operations of the API."""

    def __init__(self, text: str) -> None:
        data = json.loads(text)
        said = cast("dict[str, _Said]", data["operations"])
        self._all = {
            name: Known(name, each, data["examples"]) for name, each in said.items()
        }
        # A method may have a twin for a stream of what it answers.
        self._ids: dict[str, list[Known]] = {}
        for name, each in said.items():
            self._ids.setdefault(each["id"], []).append(self._all[name])
        # How a client fetches tokens that has credentials of OAuth 2.
        answers = [("200", "application/json", 0)]
        token = {"access_token": "a-token", "token_type": "bearer", "expires_in": 3600}
        login = Known(TOKEN, {"id": TOKEN, "also": [], "answers": answers}, [token])
        self._ids.setdefault(TOKEN, [login])
        also = {also: self._all[name] for name in said for also in said[name]["also"]}
        ids = {identifier: found[0] for identifier, found in self._ids.items()}
        self._names = {**ids, **also, **self._all}

    def asked(self, identifier: str, accept: str) -> Known:
        """The operation of a request, by its identifier; a ``ValueError`` if none."""
        found = self._ids.get(identifier)
        if found is None:
            raise ValueError(f"the API has no operation {identifier!r}")
        fitting = (each for each in found if each.streams and each.stream == accept)
        return next(fitting, found[0])

    def find(self, operation: Named) -> Known:
        """The operation that somebody names; a ``ValueError`` with what may be meant."""
        if isinstance(operation, str):
            name = operation
        else:
            module = str(getattr(operation, "__module__", "")).rpartition(".")[2]
            name = f"{module}.{getattr(operation, '__name__', '')}"
        found = self._names.get(name)
        if found is None:
            near = difflib.get_close_matches(name, self._all, n=3)
            hint = f": did you mean {' or '.join(map(repr, near))}?" if near else ""
            raise ValueError(f"the API has no operation {name!r}{hint}")
        return found


@cache
def document() -> Document:
    """The API of this package; read when it is first needed."""
    data = files(__name__.rpartition(".")[0]).joinpath("answers.json")
    return Document(data.read_text(encoding="utf-8"))


def _code(status: str) -> int:
    """A status that stands for a documented one; 0 for ``default``."""
    return int(status.upper().replace("X", "0")) if status[:1].isdigit() else 0


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:  # none of those that are registered
        return f"Status {status}"
