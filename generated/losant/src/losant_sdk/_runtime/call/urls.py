"""Addresses: where the API is, and where a server sends a request instead."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from ..redact import is_secret, redact_url
from ..spec.operation import ClientConfig
from ..transport.interface import Request

__all__ = ["choose_base_url", "follow_redirect"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_IN_URLS = "!$%&'()*+,/:;=?@[]~"
"""What a URL may hold besides letters, digits and ``-._``; it is encoded already."""


def choose_base_url(config: ClientConfig, given: str | None) -> str:
    """The server: of the client, else of the environment, else of the document.

    Raises:
        ValueError: It is no http or https URL, or holds what does not belong there.
    """
    variable = config.base_url_environment
    found = given or (os.environ.get(variable) if variable else "") or config.base_url
    if not found:
        way = f" or set {variable}" if variable else ""
        raise ValueError(f"the document names no server: pass base_url={way}")
    shown = repr(redact_url(found))
    if any(character.isspace() or not character.isprintable() for character in found):
        raise ValueError(f"base_url contains blanks or control characters: {shown}")
    try:
        parts = urlsplit(found)
        known = parts.scheme in ("http", "https") and parts.hostname
        port = parts.port  # asked for, since it may be no number
    except ValueError as error:
        raise ValueError(f"base_url is no URL: {shown} ({error})") from None
    if not known or port == 0:
        raise ValueError(f"base_url is no http or https URL: {shown}")
    if "@" in parts.netloc:
        raise ValueError(f"base_url holds a credential: pass it otherwise: {shown}")
    if parts.query or parts.fragment or "?" in found or "#" in found:
        raise ValueError(f"base_url has a query or a fragment: {shown}")
    try:
        return _encode_url(found).rstrip("/")
    except ValueError as error:
        raise ValueError(f"base_url is no URL: {shown} ({error})") from None


def follow_redirect(
    request: Request,
    status: int,
    headers: Mapping[str, str],
    *,
    secret: Collection[str],
    replayable: bool,
) -> Request | None:
    """The request by which a redirect is followed (RFC 9110, 15.4), where that is safe.

    Credentials stay with the origin that they are for, a body is not sent to another
    one, and nothing moves from https to http. A POST does not become a GET but after
    303, which asks for it.

    Args:
        request: What was answered by a redirect.
        status: Status of the answer.
        headers: Headers of the answer.
        secret: Headers that hold credentials, in lower case.
        replayable: Whether the body of the request can be sent again.
    """
    location = headers.get("location")
    if status not in _REDIRECTS or not location:
        return None
    with suppress(UnicodeError):  # headers are Latin-1, and what is meant is UTF-8
        location = location.encode("latin-1").decode()
    try:
        url = _encode_url(urljoin(request.url, location))
        before, after = _parse_origin(request.url), _parse_origin(url)
    except ValueError:  # no URL
        return None
    method = request.method
    get = status == 303 and method not in ("GET", "HEAD")
    keeps = status in (307, 308) and before == after and replayable
    if not (get or keeps or method in ("GET", "HEAD")):
        return None
    if after[0] not in (before[0], "https"):
        return None
    hidden = {"content-type"} if get else set[str]()
    if before != after:
        hidden |= {"host"} | {
            name
            for name in map(str.lower, request.headers)
            if name in secret or is_secret(name)
        }
    moved = request.copy()
    moved.method, moved.url = "GET" if get else method, url
    moved.headers = {k: v for k, v in moved.headers.items() if k.lower() not in hidden}
    moved.content = None if get else request.content
    return moved


def _encode_url(url: str) -> str:
    """A URL in the characters that go over the wire, without its fragment.

    Raises:
        ValueError: Its host has no such form.
    """
    url = url.partition("#")[0]
    if url.isascii() and url.isprintable() and " " not in url:
        return url
    parts = urlsplit(url)
    netloc, port = parts.netloc, parts.port
    if not netloc.isascii():
        try:
            netloc = (parts.hostname or "").encode("idna").decode("ascii")
        except UnicodeError:
            raise ValueError("the host has no form in ASCII") from None
        netloc = netloc if port is None else f"{netloc}:{port}"
    path, query = quote(parts.path, _IN_URLS), quote(parts.query, _IN_URLS)
    return urlunsplit((parts.scheme, netloc, path, query, ""))


def _parse_origin(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port (RFC 6454).

    Raises:
        ValueError: It is no URL.
    """
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    return parts.scheme, parts.hostname, port
