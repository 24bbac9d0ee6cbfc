"""A client of the mock server that keeps to no rule unless it is told to."""

from __future__ import annotations

import http.client
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from sdkgen.support.json_pointer import Json

THING = "/things/575ec8687ae143cd83dc4a97"
TOKEN = {"Authorization": "Bearer secret"}


@dataclass(frozen=True)
class Answer:
    """What a client got."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)


class Client:
    """A client that sends whatever it is told to, one connection a request."""

    def __init__(self, url: str) -> None:
        self.address = urlsplit(url)

    def __call__(
        self,
        method: str,
        target: str,
        *,
        headers: Mapping[str, str] = TOKEN,
        body: bytes | None = None,
        data: Json = None,
    ) -> Answer:
        sent = dict(headers)
        if data is not None:
            body = json.dumps(data).encode()
            sent.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection(
            cast(str, self.address.hostname), self.address.port, timeout=20
        )
        try:
            connection.request(method, target, body=body, headers=sent)
            response = connection.getresponse()
            return Answer(response.status, dict(response.headers), response.read())
        finally:
            connection.close()

    def raw(self, text: bytes) -> bytes:
        """What comes back for bytes that may be no HTTP at all."""
        where = (self.address.hostname, self.address.port)
        with socket.create_connection(where, timeout=20) as connection:
            connection.sendall(text)
            connection.shutdown(socket.SHUT_WR)
            received = b""
            while more := connection.recv(65536):
                received += more
            return received
