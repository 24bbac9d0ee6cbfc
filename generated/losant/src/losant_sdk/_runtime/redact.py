"""Secrets stay out of logs, ``repr`` and exceptions.

There are two ways to know one: by the name of what holds it, and because it was sent. The
latter (``secrets_in`` and those after it) is for what servers repeat, wherever they do.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import cast

from .values import Headers

__all__ = [
    "HIDDEN",
    "is_secret",
    "redact_content",
    "redact_headers",
    "redact_text",
    "redact_url",
    "redact_value",
    "secrets_in",
    "secrets_of",
    "secrets_of_headers",
    "secrets_of_url",
]

HIDDEN = "[redacted]"

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_SECRETS = frozenset({
    "authorization", "bearer", "cookie", "cookies", "credential", "credentials", "csrf",
    "jwt", "otp", "passcode", "passphrase", "passwd", "password", "passwords", "pin",
    "pwd", "secret", "secrets", "session", "sessionid", "sig", "signature", "token",
    "tokens", "totp", "xsrf",
})  # fmt: skip
_KEYS = frozenset({
    "access", "account", "api", "application", "auth", "client", "encryption", "function",
    "functions", "license", "master", "private", "secret", "service", "shared", "signing",
    "storage", "subscription", "x",
})  # fmt: skip
"""A key of one of these kinds opens something; any other key is a name."""
_WHOLE = frozenset({
    "auth", "key", "code", "apikey", "accesskey", "privatekey", "secretkey", "keys",
})  # fmt: skip
_ENDINGS = tuple(
    word + plural
    for word in (
        "apikey",
        "cookie",
        "passwd",
        "password",
        "secret",
        "signature",
        "token",
    )
    for plural in ("", "s")
)
"""Ends of words that were written together: ``accesstoken``."""
_JOINED = _WHOLE - {"auth", "code", "key", "keys"}
_NAMES = frozenset({"key", "keys", "code"})
_SHORTEST = 6
"""Characters of a secret that is looked for in text: shorter ones stand in any text."""

_USER = re.compile(r"(//)[^/?#]*@")
"""User information, which ends with the last ``@`` before the path (RFC 3986, 3.2)."""
_QUERY = re.compile(r"[?#]")
_PAIRS = re.compile(r"([&#])")
_IN_QUERY = re.compile(r"([?;])")
_IN_PATH = re.compile(r"(;)")
_PLAIN = re.compile(r"[A-Za-z0-9._~-]*")
"""What is written in the same way everywhere."""
_DEPTH = 3
"""URLs in a parameter of a URL that are looked into; deeper ones are hidden whole."""


@lru_cache(maxsize=1024)
def is_secret(name: str) -> bool:
    """Whether a header, parameter or field of this name may hold a secret."""
    if name.lower() in _WHOLE:
        return True
    words = [word.lower() for word in _WORD.findall(name)]
    for before, word in zip(["", *words], words, strict=False):
        if word in _SECRETS or word in _JOINED or word.endswith(_ENDINGS):
            return True
        if word in ("key", "keys") and before in _KEYS:
            return True
        if word == "code" and before == "factor":
            return True
    return False


def redact_url(url: str) -> str:
    """A URL without user information and without values that may be secrets.

    Those of the query, of the fragment and of the path (``;token=…``), and of URLs that
    are values themselves. Of a text that only holds a URL, too.
    """
    return _redact_url_within(url, _DEPTH)


def _redact_url_within(url: str, depth: int) -> str:
    if "@" in url:
        url = _USER.sub(rf"\1{HIDDEN}@", url)
    if "=" not in url and "%" not in url:
        return url
    start = _QUERY.search(url)
    end = start.start() if start else len(url)
    # The path may have parameters, too, each within its segment.
    segments = [_redact_pairs(each, _IN_PATH, depth) for each in url[:end].split("/")]
    parts = [_redact_pairs(each, _IN_QUERY, depth) for each in _PAIRS.split(url[end:])]
    return "/".join(segments) + "".join(parts)


def _redact_pairs(part: str, marks: re.Pattern[str], depth: int) -> str:
    """One or several ``name=value``; a value that is secret goes on to the end."""
    pieces = marks.split(part)
    for at, piece in enumerate(pieces):
        name, equals, value = piece.partition("=")
        if not equals:
            name, value = "", piece
        if equals and is_secret(_unquote(name)):
            return "".join(pieces[:at]) + f"{name}={HIDDEN}"
        if "%" in value:
            inner = _unquote(value)
            if inner != value and (
                depth == 0 or _redact_url_within(inner, depth - 1) != inner
            ):
                pieces[at] = f"{name}{equals}{HIDDEN}"
    return "".join(pieces)


def _unquote(text: str) -> str:
    # What is percent-encoded hides nothing.
    if "%" not in text:
        return text
    from urllib.parse import unquote

    return unquote(text)


def redact_headers(
    headers: Mapping[str, str], secrets: Iterable[str] = ()
) -> dict[str, str]:
    """Headers by lower-case name, without values that may be, or hold, secrets."""
    forms = _list_spellings(secrets)
    return Headers(
        (
            name.lower(),
            HIDDEN if is_secret(name) else _replace_forms(redact_url(value), forms),
        )
        for name, value in headers.items()
    )


def redact_text(text: str, secrets: Iterable[str]) -> str:
    """A text of somebody else without the secrets that were sent to them."""
    return _replace_forms(text, _list_spellings(secrets))


def _replace_forms(text: str, forms: Iterable[str]) -> str:
    for form in forms:
        text = text.replace(form, HIDDEN)
    return text


def _list_spellings(secrets: Iterable[str]) -> list[str]:
    """How secrets may stand in a text: the longest first, which may hold others."""
    found: set[str] = set()
    for secret in secrets:
        if len(secret) < _SHORTEST:
            continue
        found.add(secret)
        if not _PLAIN.fullmatch(secret):
            from html import escape
            from urllib.parse import quote, quote_plus

            in_json = json.dumps(secret)[1:-1]
            found |= {
                quote(secret, errors="replace"),
                quote(secret, safe="", errors="replace"),
                quote_plus(secret, errors="replace"),
                in_json,
                in_json.replace("/", "\\/"),
                json.dumps(secret, ensure_ascii=False)[1:-1],
                repr(secret)[1:-1],
                escape(secret),
            }
    return sorted(found, key=len, reverse=True)


def redact_content(content: bytes, secrets: Iterable[str]) -> bytes:
    """A body of somebody else without the secrets that were sent to them."""
    forms = _list_spellings(secrets)
    if not forms:
        return content
    try:
        body: object = json.loads(content)
        hidden = _remove_forms(body, forms)
        return content if hidden == body else json.dumps(hidden).encode()
    except (ValueError, RecursionError):  # no JSON, or only its beginning
        for form in forms:
            raw = form.encode("utf-8", "surrogatepass")
            content = content.replace(raw, HIDDEN.encode())
        return content


def _remove_forms(value: object, forms: list[str]) -> object:
    """JSON in whose texts the forms do not occur."""
    if isinstance(value, str):
        return _replace_forms(value, forms)
    if isinstance(value, list):
        return [_remove_forms(item, forms) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        fields = cast("dict[str, object]", value)
        return {
            _replace_forms(name, forms): _remove_forms(item, forms)
            for name, item in fields.items()
        }
    return HIDDEN if isinstance(value, int) and str(value) in forms else value


def redact_value(value: object, name: str = "") -> object:
    """Plain values, without those that may be secrets by the names of their fields."""
    if isinstance(value, dict):
        fields = cast("dict[object, object]", value)
        return {key: redact_value(item, str(key)) for key, item in fields.items()}
    if isinstance(value, list | tuple):
        items = cast("Iterable[object]", value)
        return [redact_value(item, name) for item in items]
    named = isinstance(value, str) or name.lower() not in _NAMES
    hide = isinstance(value, str | bytes | int | float) and not isinstance(value, bool)
    return HIDDEN if hide and named and is_secret(name) else value


def secrets_in(value: object, name: str) -> Iterator[str]:
    """What a value and its fields, at any depth, hold where a name tells of a secret.

    What is just called ``key`` or ``code`` names something more often than not.
    """
    yield from _secrets_in(value, _tells(name))


def _tells(name: str) -> bool:
    return is_secret(name) and name.lower() not in _NAMES


def _secrets_in(value: object, told: bool) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in cast("dict[object, object]", value).items():
            yield from _secrets_in(item, told or _tells(str(name)))
    elif isinstance(value, list | tuple):
        for item in cast("Iterable[object]", value):
            yield from _secrets_in(item, told)
    elif told and isinstance(value, str | int) and len(str(value)) >= _SHORTEST:
        yield str(value)


def secrets_of(content: object) -> list[str]:
    """What the fields of a body of JSON hold whose names tell of secrets."""
    if not isinstance(content, bytes) or not content.startswith((b"{", b"[")):
        return []
    try:
        return list(secrets_in(json.loads(content), ""))
    except (ValueError, RecursionError):  # no JSON
        return []


def secrets_of_headers(headers: Mapping[str, str]) -> Iterator[str]:
    """What headers hold whose names tell of secrets, without what is around it."""
    for name, value in headers.items():
        if not _tells(name):
            continue
        if "cookie" in name.lower():
            for pair in value.split(";"):
                cookie = pair.partition("=")[2].strip()
                yield cookie
                yield _unquote(cookie)
        elif "authorization" in name.lower() and " " in value:
            # The scheme comes first (RFC 9110, 11.4).
            yield value.partition(" ")[2].strip()
        else:
            yield value


def secrets_of_url(url: str, depth: int = _DEPTH) -> Iterator[str]:
    """What the query of a URL holds where a name tells of a secret.

    Also that of URLs in it: of so many, one in the other.
    """
    query = url.partition("#")[0].partition("?")[2]
    for pair in query.split("&") if query else ():
        name, _, value = pair.partition("=")
        if _tells(_unquote(name)):
            yield value
            yield _unquote(value)
        elif "%3F" in value or "?" in value:
            yield from secrets_of_url(_unquote(value), depth - 1) if depth else ()
