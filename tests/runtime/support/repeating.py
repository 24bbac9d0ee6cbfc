"""Servers that repeat what they were sent, each in its own way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote

from package._runtime import APIConnectionError, Request

__all__ = [
    "IN_HEADERS",
    "REPEATS",
    "Repeating",
    "Repeats",
    "in_details",
    "in_text",
]


class Answered:
    """A response that is there already."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self._body = body

    def chunks(self) -> Iterator[bytes]:
        """All at once."""
        yield self._body

    def close(self) -> None:
        """Nothing is held."""


Repeats = Callable[[Request, str], Answered]
"""A server that repeats something."""


def answered(status: int, body: str, media_type: str, **headers: str) -> Answered:
    """A response that says something."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answered(
        status,
        {"content-type": media_type, **named},
        body.encode("utf-8", "surrogatepass"),
    )


def in_message(_: Request, said: str) -> Answered:
    """As errors of APIs do."""
    body = json.dumps({"type": "Bad", "message": f"no such: {said}!"})
    return answered(400, body, "application/json")


def in_details(_: Request, said: str) -> Answered:
    """Far within, as value and as name, and with slashes escaped."""
    body = json.dumps({"errors": [{"given": [said], said: 1}]}).replace("/", "\\/")
    return answered(422, body, "application/json")


def in_type(_: Request, said: str) -> Answered:
    """In what names the kind of error."""
    return answered(403, json.dumps({"type": said}), "application/json")


def in_text(_: Request, said: str) -> Answered:
    """In no JSON, and again and again."""
    return answered(500, f"cannot {said}, {said}", "text/plain")


def in_html(_: Request, said: str) -> Answered:
    """With a status that says that all is well."""
    return answered(200, f"<p>{said}</p>", "text/html")


def in_misfit(_: Request, said: str) -> Answered:
    """In a body that does not fit, at the place and in the name."""
    return answered(200, json.dumps({"a": said, said: "b"}), "application/json")


def in_half_a_body(_: Request, said: str) -> Answered:
    """In JSON that ends too early."""
    return answered(503, json.dumps({"message": said})[:-2], "application/json")


def in_headers(_: Request, said: str) -> Answered:
    """In those whose names tell nothing."""
    safe = (
        quote(said, safe="") if not said.isascii() or not said.isprintable() else said
    )
    return answered(
        409,
        "",
        "",
        x_echo=safe,
        link=f"<https://s.example/f?X-Amz-Signature={quote(said, safe='')}&a=1>",
    )


def in_redirect(_: Request, said: str) -> Answered:
    """To where nobody follows."""
    return answered(302, "", "", location=f"ftp://me:pw@h.example/x?q={said}")


def in_redirects(_: Request, said: str) -> Answered:
    """Round and round, in a parameter that tells nothing."""
    return answered(303, "", "", location=f"/around?q={said}")


def in_failure(request: Request, _: str) -> Answered:
    """A transport that says in its error what it was to send."""
    raise APIConnectionError(f"cannot send {request.url} with {request.headers}")


IN_HEADERS: list[Repeats] = [in_headers, in_redirect, in_redirects]
REPEATS: list[Repeats] = [
    *(in_message, in_details, in_type, in_text, in_html, in_misfit, in_half_a_body),
    *(*IN_HEADERS, in_failure),
]


class Repeating:
    """A transport whose server repeats a secret."""

    def __init__(self, how: Repeats, said: str) -> None:
        self._how = how
        self._said = said
        self.requests: list[Request] = []

    def send(self, request: Request) -> Answered:
        """Keep the request, and answer."""
        self.requests.append(request)
        return self._how(request, self._said)

    def close(self) -> None:
        """Nothing is held."""
