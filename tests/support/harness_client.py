"""A client of the API of ``mock_document``, written by hand, that can be made wrong.

It stands in for a generated package in the tests of the harness: each ``defect`` is a
way in which an SDK may fail its users, and which the harness has to notice.
"""

from __future__ import annotations

import asyncio
import http.client
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit


class APIStatusError(Exception):
    """An answer with a status of 400 or more."""

    def __init__(self, status: int, body: object) -> None:
        super().__init__(status)
        self.status = status
        self.body = body


class BadRequestError(APIStatusError):
    """400."""


class NotFoundError(APIStatusError):
    """404."""


class InternalServerError(APIStatusError):
    """500."""


class Model:
    """A decoded object."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    def to_dict(self) -> dict[str, Any]:
        """What it was decoded from."""
        return self.data


@dataclass(frozen=True)
class Event:
    """An event of a stream."""

    event: str
    data: object


DEFECTS: list[str] = []
"""What is wrong with the client."""

_ERRORS = {400: BadRequestError, 404: NotFoundError, 500: InternalServerError}
_THING = "/things/{thingId}"


def decoded(data: Any) -> Any:
    """Objects as models, all others as they are."""
    if isinstance(data, list):
        return [decoded(each) for each in data]
    if not isinstance(data, dict) or "raw results" in DEFECTS:
        return data
    if "unknown fields lost" in DEFECTS:
        data = {key: data[key] for key in data if key != "unknownToTheDocument"}
    return Model(data)


class Client:
    """The synchronous client."""

    def __init__(
        self, *, base_url: str, token: str, max_retries: int, strict: bool
    ) -> None:
        del max_retries, strict
        self.address = urlsplit(base_url)
        self.token = token

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    @contextmanager
    def _opened(
        self,
        method: str,
        path: str,
        query: list[tuple[str, Any]],
        headers: Mapping[str, str],
        body: bytes | None = None,
    ) -> Iterator[http.client.HTTPResponse]:
        connection = http.client.HTTPConnection(
            str(self.address.hostname), self.address.port, timeout=20
        )
        sent = {**headers, "Authorization": f"Bearer {self.token}"}
        target = f"{path}?{urlencode(query)}" if query else path
        try:
            connection.request(method, target, body=body, headers=sent)
            response = connection.getresponse()
            if response.status >= 400:
                kind = _ERRORS.get(response.status, APIStatusError)
                if "one error class" in DEFECTS:
                    kind = APIStatusError
                raise kind(response.status, decoded(json.loads(response.read())))
            yield response
        finally:
            connection.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Any:
        """One request, and its result."""
        pairs: list[tuple[str, Any]] = []
        for key, value in (query or {}).items():
            if isinstance(value, bool) and "python booleans" not in DEFECTS:
                value = json.dumps(value)
            pairs += (
                [(key, v) for v in value] if isinstance(value, list) else [(key, value)]
            )
        if "parameters lost" in DEFECTS:
            pairs = pairs[1:]
        with self._opened(method, path, pairs, headers or {}, body) as response:
            if response.status == 204:
                return {} if "something for nothing" in DEFECTS else None
            data = response.read()
            if response.headers.get_content_type() == "text/plain":
                return data.decode()
            return decoded(json.loads(data))

    def thing(self, thing: str, **query: Any) -> Any:
        """thing.get."""
        if "twice" in DEFECTS:
            self.call("GET", f"/things/{thing}")
        return self.call("GET", f"/things/{quote(thing)}", query=query)

    def delete(self, thing: str) -> Any:
        """thing.delete."""
        return self.call("DELETE", f"/things/{thing}")

    def post(self, thing: dict[str, Any]) -> Any:
        """things.post."""
        if "fields lost" in DEFECTS:
            thing = {"name": thing["name"]}
        body = json.dumps(thing).encode()
        headers = {"Content-Type": "application/json"}
        return self.call("POST", "/things", body=body, headers=headers)

    def things(self, headers: Mapping[str, str] | None = None, **query: Any) -> Any:
        """things.get."""
        return self.call("GET", "/things", query=query, headers=headers)

    def iterate(self, **query: Any) -> Iterator[Any]:
        """things.get, page by page."""
        seen, number = 0, 0
        while True:
            found = self.things(page=number, **query).to_dict()
            yield from found["items"]
            seen += len(found["items"])
            number += 1
            if "one page" in DEFECTS or seen >= found["totalCount"]:
                break
        if "one page too many" in DEFECTS:
            self.things(page=number)

    def scroll(self, **query: Any) -> Iterator[Any]:
        """things.scroll, by cursor."""
        while True:
            found = self.call("GET", "/things/scroll", query=query).to_dict()
            yield from found["data"]
            if "next" not in found:
                break
            query["after"] = found["next"]

    @contextmanager
    def stream(self, thing: str) -> Iterator[Iterator[Event]]:
        """thing.stateStream."""
        with self._opened("GET", f"/things/{thing}/stateStream", [], {}) as response:
            yield self._events(response)

    def _events(self, response: http.client.HTTPResponse) -> Iterator[Event]:
        fields: dict[str, str] = {}
        for line in response:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            fields[name] = value
            if not name and "data" in fields:
                data = json.loads(fields["data"])
                named = fields["event"]
                if named == "state":
                    yield Event(named, decoded(data))
                elif "unknown events lost" not in DEFECTS:
                    yield Event(named, fields["data"])
                fields = {}


class AsyncClient:
    """The asynchronous client: the other one in threads."""

    def __init__(self, **settings: Any) -> None:
        self.other = Client(**settings)

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(self, *error: object) -> None:
        pass

    async def thing(self, thing: str, **query: Any) -> Any:
        """thing.get."""
        return await asyncio.to_thread(self.other.thing, thing, **query)

    async def iterate(self, **query: Any) -> AsyncIterator[Any]:
        """things.get, page by page."""
        for item in await asyncio.to_thread(lambda: list(self.other.iterate(**query))):
            yield item

    @asynccontextmanager
    async def stream(self, thing: str) -> AsyncIterator[AsyncIterator[Event]]:
        """thing.stateStream."""

        async def events() -> AsyncIterator[Event]:
            for event in inner:
                yield event

        with self.other.stream(thing) as inner:
            yield events()
