"""What a mock knows of the API: its operations, and an example of each answer.

``_examples.resources`` has a module for each resource: its operations, and examples of
their own, as JSON in a string that is parsed when it is needed. ``_examples.models`` has
one for each module of models: the example that each model gives of itself.
"""

from __future__ import annotations

import copy
import difflib
import json
import pkgutil
import sys
import threading
from collections.abc import Callable, Mapping
from functools import cache, partial
from http import HTTPStatus
from importlib import import_module
from typing import Any, NotRequired, TypeAlias, TypedDict, TypeVar, cast

from .. import models, resources
from .._runtime.spec.operation import TOKEN
from .._runtime.streaming.sse import EVENTS
from .._runtime.values import UNSET
from ._examples import models as model_examples, resources as resource_answers

__all__ = ["Document", "Known", "Named", "Pages", "document"]

Named: TypeAlias = "str | Callable[..., object]"
"""An operation: a method of a resource, or its name (``device.get``)."""


class Pages(TypedDict):
    """How a list comes in pages: wire names, empty where there is no such thing.

    ``position`` is the parameter for the page, the offset or the cursor, ``size`` the
    one for the items of a page, of which ``usual`` is the default, or 0. Names in a
    response may be paths with dots.
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
    """An operation as it is written.

    An example is named: by a key of the examples of the resource, or by the model that
    it is of; an empty name is none.
    """

    id: str
    also: list[str]
    answers: list[tuple[str, str, str]]
    events: NotRequired[list[tuple[str, str]]]
    stream: NotRequired[str]
    shapes: NotRequired[list[tuple[dict[str, str], str]]]
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

    def __init__(self, name: str, said: _Said, examples: Mapping[str, Any]) -> None:
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
        said: dict[str, list[tuple[str, str]]] = {}
        for code, name, example in self._said["answers"]:
            said.setdefault(code.upper(), []).append((name, example))
        found = (str(status), f"{status // 100}XX", "DEFAULT")
        choice = next((said[s] for s in found if s in said), [("", "")])
        wanted = (each for each in choice if each[0] and each[0] in accept)
        media_type, key = next(wanted, choice[0])
        most = 0
        for when, example in self._said.get("shapes", ()):
            met = all(query.get(name) == value for name, value in when.items())
            if status == self.status and met and len(when) > most and example:
                most, key = len(when), example
        if not key and status >= 400:
            return "application/json", self._failure(status)
        return media_type, self._example(key)

    def events(self) -> list[tuple[str, Any]]:
        """The name of each documented event, with an example of its data."""
        said = self._said.get("events", ())
        return [(event, self._example(key)) for event, key in said]

    def _failure(self, status: int) -> dict[str, Any]:
        """What tells of this status as the API tells of others."""
        phrase = _phrase(status)
        body: dict[str, Any] = {"message": ""}
        for code, _, key in self._said["answers"]:
            example = self._example(key)
            if _code(code) >= 400 and isinstance(example, dict):
                body = cast("dict[str, Any]", example)
                break
        said = {"type": phrase.replace(" ", ""), "message": phrase}
        return {**body, **{k: v for k, v in said.items() if k in body}}

    def _example(self, key: str) -> Any:
        if not key:
            return UNSET
        own = key in self._examples
        return copy.deepcopy(self._examples[key] if own else _of_model(key))


T = TypeVar("T")


class Document:
    """The operations of the API; safe to share between threads.

    Args:
        sources: The module of a resource → what gives its text.
    """

    def __init__(self, sources: Mapping[str, Callable[[], str]]) -> None:
        self._unread = dict(sources)
        self._lock = threading.RLock()
        self._all: dict[str, Known] = {}
        self._also: dict[str, Known] = {}
        # A method may have a twin for a stream of what it answers.
        self._ids: dict[str, list[Known]] = {}
        # How a client fetches tokens that has credentials of OAuth 2.
        answers = [("200", "application/json", "token")]
        token = {"access_token": "a-token", "token_type": "bearer", "expires_in": 3600}
        login = Known(
            TOKEN, {"id": TOKEN, "also": [], "answers": answers}, {"token": token}
        )
        self._token = [login]

    def asked(self, identifier: str, accept: str) -> Known:
        """The operation of a request, by its identifier; a ``ValueError`` if none."""
        found = self._until(lambda: self._ids.get(identifier))
        if found is None and identifier == TOKEN:
            found = self._token
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
        found = self._until(
            lambda: self._all.get(name) or self._also.get(name), name.partition(".")[0]
        )
        if found is None and (name in self._ids or name == TOKEN):
            found = self._ids.get(name, self._token)[0]
        if found is None:
            near = difflib.get_close_matches(name, self._all, n=3)
            hint = f": did you mean {' or '.join(map(repr, near))}?" if near else ""
            raise ValueError(f"the API has no operation {name!r}{hint}")
        return found

    def _until(self, look: Callable[[], T | None], likely: str = "") -> T | None:
        """Read resources until something is found: the likely one, then used ones."""
        with self._lock:
            while (found := look()) is None and self._unread:
                known = likely in self._unread
                self._read(likely if known else min(self._unread, key=_unused))
            return found

    def _read(self, module: str) -> None:
        operations, examples = json.loads(self._unread.pop(module)())
        for name, said in cast("dict[str, _Said]", operations).items():
            known = self._all[name] = Known(name, said, examples)
            self._ids.setdefault(said["id"], []).append(known)
            self._also.update(dict.fromkeys(said["also"], known))


@cache
def document() -> Document:
    """The API of this package."""
    names = (each.name for each in pkgutil.iter_modules(resource_answers.__path__))
    return Document({name: partial(_read_answers, name) for name in names})


def _read_answers(module: str) -> str:
    return str(import_module(f"{resource_answers.__name__}.{module}").ANSWERS)


@cache
def _of_model(name: str) -> Any:
    """The example that a model gives of itself."""
    module = str(getattr(models, name).__module__).rpartition(".")[2]
    return _read_examples(module)[name]


@cache
def _read_examples(module: str) -> Any:
    """The examples of a module of models, by their names."""
    return json.loads(import_module(f"{model_examples.__name__}.{module}").EXAMPLES)


def _unused(module: str) -> bool:
    return f"{resources.__name__}.{module}" not in sys.modules


def _code(status: str) -> int:
    """A status that stands for a documented one; 0 for ``default``."""
    return int(status.upper().replace("X", "0")) if status[:1].isdigit() else 0


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:  # none of those that are registered
        return f"Status {status}"
